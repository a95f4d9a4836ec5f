--liquibase formatted sql

--property name:start value:7
--property name:only value:postgres dbms:postgresql
--property name:only value:others dbms:mysql,mariadb

--changeset gus:tables
--comment Two tables by hand
create table by_hand (
  id integer primary key,   -- the key
  txt varchar(50) not null
);
/* between; the two */
create table by_hand_too (id integer, n integer default ${start});
insert into by_hand values (1, '-- ${only}; ${greeting}');
--rollback drop table by_hand_too;
--rollback drop table by_hand;

--changeset gus:function dbms:postgresql splitStatements:false stripComments:false
create function stamp() returns trigger language plpgsql as $$
begin
  -- kept
  new.txt := upper(new.txt);
  return new;
end;
$$;
create trigger stamp before insert on by_hand for each row execute function stamp();
--rollback drop trigger stamp on by_hand;
--rollback drop function stamp();

--changeset gus:trigger dbms:mysql,mariadb endDelimiter:@
create trigger stamp before insert on by_hand for each row begin set new.txt = upper(new.txt); end @
create function twice(n integer) returns integer deterministic begin return n * 2; end @
--rollback drop function twice;
--rollback drop trigger stamp;

--changeset gus:slash endDelimiter:\n/
insert into by_hand values (2, 'a;b')
/
insert into by_hand values (3, 'c')
/
--rollback delete from by_hand where id in (2, 3);

--changeset "gus and hal":"quoted id" context:"test or never" labels:sql,routines runOnChange:true
insert into by_hand values (4, 'quoted');
/* liquibase rollback
delete from by_hand where id = 4;
*/

--changeset gus:elsewhere context:never
insert into by_hand values (5, 'never');

--changeset gus:conditions
--preconditions onFail:MARK_RAN onError:MARK_RAN
--precondition-sql-check expectedResult:0 select count(*) from by_hand where id = 99
--precondition-table-exists table:by_hand
insert into by_hand values (6, 'conditions hold');
--rollback delete from by_hand where id = 6;

--changeset gus:conditions-that-fail
--preconditions onFail:MARK_RAN
--precondition-sql-check expectedResult:"1" select count(*) from by_hand where id = 99
insert into by_hand values (7, 'conditions do not hold');
--rollback empty

--changeset gus:ignored-lines
--ignoreLines:1
this is no SQL
insert into by_hand values (8, 'after the ignored');
--ignoreLines:start
neither is this
--ignoreLines:end
--rollback not required

--changeset gus:moved logicalFilePath:old/routines.sql
insert into by_hand values (9, 'moved');
--rollback empty

--changeset gus:nothing runInTransaction:false
delete from by_hand where id in (10, 11, -1) and id < 0;
--rollback empty

--changeset gus:go
insert into by_hand values (10, 'ten')
GO
insert into by_hand values (11, 'eleven')
GO
--rollback changeSetId:nothing changeSetAuthor:gus
