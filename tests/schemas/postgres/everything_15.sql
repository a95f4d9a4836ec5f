-- What PostgreSQL 15 and later can hold beyond everything.sql; into an empty database.

CREATE TABLE one_null (
  a integer,
  b text,
  CONSTRAINT one_null_unique UNIQUE NULLS NOT DISTINCT (a, b)
);
CREATE UNIQUE INDEX one_null_b ON one_null (b) NULLS NOT DISTINCT WHERE a > 0;

CREATE TABLE parent (tenant integer, id integer, PRIMARY KEY (tenant, id));
CREATE TABLE child (
  tenant integer NOT NULL,
  parent_id integer,
  other_id integer DEFAULT 0,
  FOREIGN KEY (tenant, parent_id) REFERENCES parent ON DELETE SET NULL (parent_id),
  FOREIGN KEY (tenant, other_id) REFERENCES parent ON DELETE SET DEFAULT (other_id)
);

CREATE VIEW child_of_invoker WITH (security_invoker = true) AS SELECT tenant, parent_id FROM child;

-- Multiranges and compression are of 14, bodies in standard SQL too
CREATE TABLE of_14 (
  spans int4multirange DEFAULT '{[1,3),[5,8)}',
  days datemultirange,
  packed text COMPRESSION pglz
);
CREATE FUNCTION twice(x integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN x * 2;
CREATE FUNCTION twofold(x integer, OUT a integer, OUT b integer) LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT x, twice(x);
END;
CREATE PROCEDURE with_out(IN x integer, OUT y integer) LANGUAGE plpgsql AS $$ BEGIN y := x; END $$;
CREATE STATISTICS child_expression ON (tenant + 1), parent_id FROM child;
CREATE INDEX of_14_bloom ON child USING brin (parent_id int4_minmax_multi_ops);
