--liquibase formatted sql logicalFilePath:later/of-b.sql
--changeset kim:b
insert into chosen (who) values ('later b');
--rollback empty
