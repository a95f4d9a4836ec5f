insert into facts (id, txt) values (110, 'a;b') @
insert into facts (id, txt) values (111, 'c') @
