-- What is given to whom, and things that need each other: functions that call functions, checks of domains that call them, views
-- that read functions that read views. As a role that may create roles.
DO $$ BEGIN CREATE ROLE page_reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN CREATE ROLE page_writer; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
CREATE TYPE "Order State" AS ENUM ('new', 'sent');
CREATE TYPE pair AS (a int, b text);
CREATE TYPE floatrange AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE DOMAIN percent AS numeric(5,2) CHECK (VALUE BETWEEN 0 AND 100);
CREATE DOMAIN small_percent AS percent DEFAULT 5 CHECK (VALUE < 50);
CREATE DOMAIN states AS "Order State"[];
CREATE FUNCTION base_price(n int) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT n * 1.5 $$;
CREATE FUNCTION full_price(n int) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$ SELECT base_price(n) + 1 $$;
CREATE FUNCTION is_fine(s text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN s <> 'bad'; END $$;
CREATE DOMAIN fine_text AS text CHECK (is_fine(VALUE));
CREATE TABLE account (
  id bigserial PRIMARY KEY,
  owner text NOT NULL DEFAULT CURRENT_USER,
  state "Order State" NOT NULL DEFAULT 'new',
  states "Order State"[] DEFAULT '{new}',
  more states,
  p jsonb,
  r int4range,
  rate small_percent,
  f fine_text,
  price numeric GENERATED ALWAYS AS (full_price(5)) STORED,
  created timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  data jsonb NOT NULL DEFAULT '{}'::jsonb,
  secret text DEFAULT md5(random()::text),
  CONSTRAINT account_state_ok CHECK (state = ANY (ARRAY['new'::"Order State", 'sent'::"Order State"])),
  EXCLUDE USING gist (r WITH &&)
);
CREATE UNIQUE INDEX account_owner_lower ON account (lower(owner) text_pattern_ops DESC NULLS LAST) WHERE state <> 'sent';
CREATE INDEX account_data ON account USING gin ((data -> 'tags'), states);
CREATE INDEX account_many ON account (id, (price::int) , created DESC) INCLUDE (owner);
CREATE VIEW account_view AS SELECT a.*, full_price(a.id::int) AS fp FROM account a WHERE is_fine(a.owner);
CREATE VIEW account_above AS SELECT id, fp FROM account_view WHERE fp > 3 UNION ALL SELECT 0, 0 ORDER BY 2;
CREATE FUNCTION rows_of() RETURNS SETOF account_view LANGUAGE sql STABLE AS $$ SELECT * FROM account_view $$;
CREATE VIEW from_function AS SELECT id FROM rows_of();
CREATE MATERIALIZED VIEW held AS SELECT id, owner, lower(owner) AS low, data FROM account WITH DATA;
CREATE UNIQUE INDEX held_id ON held (id DESC);
CREATE INDEX held_low ON held (lower(owner), low text_pattern_ops) INCLUDE (id) WHERE low <> '';
CREATE INDEX held_data ON held USING gin (data jsonb_path_ops);
CREATE MATERIALIZED VIEW held_twice AS SELECT id FROM held;
CREATE FUNCTION py_like() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path TO 'public' SET statement_timeout TO '5s' AS $f$
  BEGIN
    RAISE NOTICE '$$ % \ ''', TG_NAME;
    RETURN NEW;
  END
$f$;
CREATE TRIGGER zz BEFORE INSERT OR UPDATE OF owner, state ON account FOR EACH ROW WHEN (NEW.owner IS NOT NULL AND NEW.state = 'new') EXECUTE FUNCTION py_like('a', 'b c', '');
CREATE TRIGGER aa INSTEAD OF UPDATE ON account_view FOR EACH ROW EXECUTE FUNCTION py_like();
CREATE PROCEDURE do_it(a int DEFAULT 5, VARIADIC b text[] DEFAULT '{}') LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;
CREATE FUNCTION over(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION over(a int, b "Order State") RETURNS int LANGUAGE sql AS 'SELECT 2';
GRANT SELECT, INSERT (owner, state), UPDATE (owner) ON account TO page_writer;
GRANT SELECT ON account, account_view, held TO page_reader WITH GRANT OPTION;
GRANT USAGE, SELECT ON SEQUENCE account_id_seq TO page_writer;
GRANT EXECUTE ON FUNCTION over(int) TO page_reader;
REVOKE EXECUTE ON FUNCTION over(int, "Order State") FROM PUBLIC;
GRANT EXECUTE ON FUNCTION over(int, "Order State") TO page_writer;
GRANT EXECUTE ON PROCEDURE do_it(int, text[]) TO page_writer;
GRANT USAGE ON TYPE "Order State" TO page_reader;
REVOKE USAGE ON TYPE percent FROM PUBLIC;
GRANT ALL ON account TO PUBLIC;
ALTER TABLE account ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON account FOR ALL TO page_reader, page_writer USING (owner = CURRENT_USER) WITH CHECK (is_fine(owner));
CREATE POLICY sub ON account FOR SELECT USING (EXISTS (SELECT 1 FROM held h WHERE h.id = account.id));
CREATE TABLE self_many (a int, b int, c int, PRIMARY KEY (a, b), UNIQUE (b, c), UNIQUE (c, b), FOREIGN KEY (a, c) REFERENCES self_many);
CREATE TABLE ref_unique_index (x int);
CREATE UNIQUE INDEX ref_unique_index_x ON ref_unique_index (x);
CREATE TABLE refers (x int REFERENCES ref_unique_index (x) ON UPDATE SET NULL ON DELETE SET DEFAULT);
CREATE SEQUENCE shared_seq START 500 INCREMENT 3;
CREATE TABLE s1 (id int DEFAULT nextval('shared_seq') PRIMARY KEY);
CREATE TABLE s2 (id bigint NOT NULL DEFAULT nextval('shared_seq'::regclass), label text DEFAULT 'L-' || currval('shared_seq'));
CREATE TABLE renamed_old (id serial PRIMARY KEY);
ALTER TABLE renamed_old RENAME TO renamed_new;
GRANT SELECT ON SEQUENCE shared_seq TO page_reader;
CREATE TABLE ids (a bigint GENERATED ALWAYS AS IDENTITY (START WITH 100 INCREMENT BY 5), b int GENERATED BY DEFAULT AS IDENTITY (INCREMENT BY -1), c smallint GENERATED BY DEFAULT AS IDENTITY (START 7));
CREATE TABLE ser (a serial, b serial NOT NULL, c bigserial);
ALTER SEQUENCE ser_a_seq INCREMENT BY 10 START 20;
COMMENT ON VIEW account_above IS 'it''s
two lines';
COMMENT ON COLUMN account.owner IS '';
COMMENT ON FUNCTION over(int, "Order State") IS 'overloaded';
COMMENT ON TRIGGER aa ON account_view IS 'view trigger';
COMMENT ON POLICY mine ON account IS 'p';
COMMENT ON INDEX account_data IS 'idx';
COMMENT ON SCHEMA public IS 'changed';
