create function twice(n integer) returns integer language sql as $$ select n * 2; $$
