--liquibase formatted sql

--changeset f:1 runOnChange:true splitStatements:false
--comment of no matter
create table t (
    a int -- said
);
--rollback drop table t;

--changeset "f g":"2 b" endDelimiter:/ dbms:postgresql
--preconditions onFail:MARK_RAN
--precondition-sql-check expectedResult:0 select count(*) from t
insert into t values (' a  b ');

/* liquibase rollback
delete from t;
*/

-- a comment of the author
--changeset f:3
--validCheckSum: 9:00000000000000000000000000000000
select 'é', '😀'
/
