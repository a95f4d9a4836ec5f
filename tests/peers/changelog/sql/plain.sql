create table made_by_plain_sql (a integer, b varchar(5) default 'a;b');
