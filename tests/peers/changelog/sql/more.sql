-- stripped
insert into facts (id, txt) values (101, '-- kept, ${greeting}'); /* stripped */
insert into facts (id, txt)
values (102, 'two')
GO
insert into facts (id, txt) values (103, 'three')
/
