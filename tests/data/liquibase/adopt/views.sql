--liquibase formatted sql

--changeset ada:names runOnChange:true
CREATE VIEW customer_names AS SELECT id, name FROM customer;
--rollback DROP VIEW customer_names;

--changeset ada:prod context:prod
INSERT INTO customer (id, name) VALUES (1, 'Ada');
