\set x 1
\i a.sql
select :x;