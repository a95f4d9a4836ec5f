//! What introspection tells that it leaves out, on live servers.

mod support;

use driftless::database::introspect::{Why, left_out};
use driftless::dialect::{Name, ObjectName, Target, Version};
use driftless::executor::target_of;
use support::{TestDatabase, block_on, connect, on_all};

/// One line for each thing that is told.
fn told_to(url: &str, schema: Option<&str>) -> Vec<String> {
    block_on(async {
        let mut session = connect(url).await;
        let target = target_of(&session).expect("a known dialect");
        let target = Target {
            schema: schema.map(Name::new).or(target.schema),
            ..target
        };
        let ignored = [ObjectName::plain("driftless_history")];
        let found = left_out(&mut session, &target, &ignored).await;
        let found = found.unwrap_or_else(|error| panic!("{url}: {error}"));
        let lines = found.iter().map(|thing| match thing.why {
            Why::Unmanaged => format!("{} {}", thing.kind, thing.name),
            Why::Unreadable => format!("unreadable: {} {}", thing.kind, thing.name),
        });
        lines.collect()
    })
}

#[track_caller]
fn tells(database: &TestDatabase, expected: &str) {
    let mut expected = expected.replace("DATABASE", database.name());
    if expected.contains("USER") {
        let user = database
            .query("SELECT current_user")
            .concat()
            .into_iter()
            .flatten()
            .next();
        expected = expected.replace("USER", &user.expect("a user"));
    }
    same(&told_to(&database.url, None), &expected);
}

#[track_caller]
fn same(told: &[String], expected: &str) {
    let expected: Vec<&str> = expected.trim().lines().map(str::trim).collect();
    assert_eq!(told.join("\n"), expected.join("\n"));
}

/// The URL of the same database for a user of this name, whose password is the name too.
fn url_of(database: &TestDatabase, user: &str) -> String {
    let (scheme, rest) = database.url.split_once("://").expect("a URL");
    let (_, place) = rest.split_once('@').expect("an account");
    format!("{scheme}://{user}:{user}@{place}")
}

/// One after another: what MySQL keeps of a routine ends where its statement does.
fn execute_each(database: &TestDatabase, statements: &[&str]) {
    for sql in statements {
        database.execute(sql);
    }
}

const ORDINARY: &str = "
    CREATE TABLE driftless_history (seq integer PRIMARY KEY);
    CREATE TABLE driftless_kept_account_1 (id integer PRIMARY KEY);
    CREATE TABLE account (
      id integer NOT NULL, name varchar(20) DEFAULT 'x', parent integer, twice integer GENERATED ALWAYS AS (id * 2) STORED,
      CONSTRAINT pk_account PRIMARY KEY (id), CONSTRAINT uq_account UNIQUE (name), CONSTRAINT ck_account CHECK (id > 0),
      CONSTRAINT fk_account FOREIGN KEY (parent) REFERENCES account (id) ON DELETE CASCADE
    );
    CREATE INDEX ix_account ON account (name DESC, parent);
    CREATE VIEW named AS SELECT id, name FROM account WHERE name IS NOT NULL;
";

const ORDINARY_POSTGRES: &str = "
    CREATE EXTENSION citext;
    CREATE SCHEMA empty;
    CREATE TYPE mood AS ENUM ('fine');
    CREATE DOMAIN amount AS numeric(10,2) NOT NULL CHECK (VALUE > 0);
    CREATE SEQUENCE numbers CACHE 5;
    CREATE TABLE item (
      id serial PRIMARY KEY, other bigint GENERATED ALWAYS AS IDENTITY, mood mood, price amount, tags text[],
      label text COLLATE \"C\", word citext, span int4range, EXCLUDE USING gist (span WITH &&)
    );
    CREATE INDEX ix_tags ON item USING gin (tags);
    CREATE INDEX ix_label ON item (lower(label), label) INCLUDE (id) WHERE id > 1;
    CREATE TABLE parent (id integer NOT NULL);
    CREATE TABLE child (more integer) INHERITS (parent);
    CREATE TABLE measured (at date NOT NULL, value integer DEFAULT 1 CHECK (value > 0), PRIMARY KEY (at)) PARTITION BY RANGE (at);
    CREATE INDEX ix_measured ON measured (value);
    CREATE TABLE measured_2020 PARTITION OF measured FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
    CREATE TABLE measured_rest PARTITION OF measured DEFAULT;
    ALTER TABLE measured ADD FOREIGN KEY (at) REFERENCES measured;
    CREATE MATERIALIZED VIEW held AS SELECT id FROM item;
    CREATE UNIQUE INDEX ix_held ON held (id);
    CREATE VIEW checked AS SELECT id FROM item WHERE id > 0 WITH CASCADED CHECK OPTION;
    CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER stamped BEFORE INSERT ON measured FOR EACH ROW EXECUTE FUNCTION stamp();
    COMMENT ON TRIGGER stamped ON measured IS 'x';
    COMMENT ON COLUMN item.label IS 'x';
    CREATE POLICY own ON item USING (id > 1);
    ALTER TABLE item ENABLE ROW LEVEL SECURITY;
    GRANT SELECT ON item TO PUBLIC;
    GRANT SELECT (value) ON measured TO PUBLIC;
";

#[test]
fn an_ordinary_schema_leaves_nothing_out() {
    on_all(|database| {
        database.execute(ORDINARY);
        match database.engine {
            "postgres" => database.execute(ORDINARY_POSTGRES),
            "sqlite" => database.execute(
                "CREATE TABLE item (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT COLLATE NOCASE UNIQUE,
                   CONSTRAINT ck CHECK (id > 0)) STRICT;
                 CREATE TRIGGER stamped AFTER INSERT ON item BEGIN DELETE FROM account; END;",
            ),
            _ => execute_each(
                database,
                &[
                    "CREATE TABLE item (id int AUTO_INCREMENT PRIMARY KEY, j json, g point NOT NULL, t text, low int, high int,
                       FULLTEXT INDEX ix_t (t), SPATIAL INDEX ix_g (g), CHECK (low < high)) COMMENT 'x'",
                    "CREATE TABLE part (id int) PARTITION BY HASH (id) PARTITIONS 4",
                    "CREATE FUNCTION twice(a INT) RETURNS INT DETERMINISTIC RETURN a * 2",
                    "CREATE TRIGGER stamped BEFORE UPDATE ON item FOR EACH ROW SET NEW.t = 'x'",
                    "CREATE VIEW checked AS SELECT id FROM item WHERE id > 0 WITH LOCAL CHECK OPTION",
                ],
            ),
        }
        tells(database, "");
    });
}

#[test]
fn objects_of_postgres() {
    let database = TestDatabase::new("postgres");
    database.execute(
        r#"
        CREATE TYPE address AS (street text, town text);
        CREATE TYPE span AS RANGE (subtype = float8);
        CREATE TYPE shell;
        CREATE TABLE item (id integer, a integer, b integer, address address);
        CREATE FOREIGN DATA WRAPPER wrapper;
        CREATE SERVER far FOREIGN DATA WRAPPER wrapper;
        CREATE USER MAPPING FOR PUBLIC SERVER far;
        CREATE FOREIGN TABLE remote (id integer) SERVER far;
        CREATE FUNCTION same(integer, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1::text = $2';
        CREATE FUNCTION addressed(text) RETURNS address LANGUAGE sql IMMUTABLE AS 'SELECT ROW($1, $1)::address';
        CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer);
        CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = text, FUNCTION = same);
        CREATE OPERATOR FAMILY kin USING btree;
        CREATE OPERATOR CLASS backwards FOR TYPE integer USING btree AS
          OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 btint4cmp(integer, integer);
        CREATE CAST (text AS address) WITH FUNCTION addressed(text);
        CREATE COLLATION plain (LOCALE = 'C');
        CREATE CONVERSION turned FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
        CREATE TEXT SEARCH DICTIONARY words (TEMPLATE = simple);
        CREATE TEXT SEARCH CONFIGURATION found (COPY = simple);
        CREATE FUNCTION noted() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
        CREATE EVENT TRIGGER noting ON sql_drop EXECUTE FUNCTION noted();
        CREATE PUBLICATION told FOR TABLE item;
        CREATE LANGUAGE tongue HANDLER plpgsql_call_handler;
        CREATE ACCESS METHOD pile TYPE TABLE HANDLER heap_tableam_handler;
        CREATE TABLE piled (id integer) USING pile;
        CREATE TRANSFORM FOR integer LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal));
        CREATE TEXT SEARCH PARSER parser (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
        CREATE TEXT SEARCH TEMPLATE template (LEXIZE = dsimple_lexize);
        CREATE FUNCTION lent(text, text) RETURNS boolean LANGUAGE internal SUPPORT textlike_support AS 'textlike';
        CREATE FUNCTION taken() RETURNS trigger LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
        CREATE STATISTICS known ON a, b FROM item;
        CREATE RULE kept AS ON DELETE TO item DO INSTEAD NOTHING;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;
        GRANT CREATE ON SCHEMA public TO PUBLIC;
        COMMENT ON SCHEMA public IS 'ours';
        SELECT lo_create(0);
        CREATE SCHEMA other;
        CREATE TABLE other.one (id serial PRIMARY KEY);
        CREATE TABLE other.driftless_kept_one_1 (id integer);
        CREATE VIEW other.view AS SELECT 1 AS id;
        CREATE TYPE other.mood AS ENUM ('fine');
        CREATE SCHEMA "more";
        CREATE TABLE more.one (id integer);
        CREATE TABLE more.two (id integer);
        CREATE TABLE child (own integer) INHERITS (more.one);
        CREATE COLLATION more.plain (LOCALE = 'C');
        CREATE TABLE sorted (word text COLLATE more.plain, own text COLLATE plain);
        CREATE SCHEMA quiet;
        CREATE FUNCTION quiet.f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
        "#,
    );
    tells(
        &database,
        "
        access method `pile`
        aggregate `total(integer)`
        base type `shell`
        cast of `text` to `address`
        collation `plain`
        collation of column `word` of table `sorted`
        comment on schema `public`
        composite type `address`
        conversion `turned`
        default privileges on tables of role `USER` in schema `public`
        event trigger `noting`
        foreign server `far`
        foreign table `remote`
        foreign-data wrapper `wrapper`
        language `tongue`
        large objects of database `DATABASE`
        library of function `taken()`
        operator `=== (integer, text)`
        operator class `backwards` of index method `btree`
        operator family `kin` of index method `btree`
        privileges on schema `public`
        publication `told`
        range type `span`
        rule `kept` of table `item`
        statistics `known` of table `item`
        support function of function `lent(text, text)`
        table access method `pile` of table `piled`
        text search configuration `found`
        text search dictionary `words`
        text search parser `parser`
        text search template `template`
        transform of `integer` for language `sql`
        user mapping of role `public` on server `far`
        ",
    );
}

#[test]
fn what_tables_of_postgres_have() {
    let database = TestDatabase::new("postgres");
    database.execute(
        r#"
        CREATE TYPE row_type AS (id integer);
        CREATE TABLE typed OF row_type;
        CREATE TABLE driftless_history (id integer) WITH (fillfactor = 70);
        CREATE TABLE item (
          id integer, note text, word varchar(9), parent integer,
          numbered integer GENERATED ALWAYS AS IDENTITY (CACHE 10),
          CONSTRAINT pk_item PRIMARY KEY (id) INCLUDE (note), CONSTRAINT ck_item CHECK (id > 0) NO INHERIT
        ) WITH (fillfactor = 70, toast.autovacuum_enabled = false);
        CREATE SEQUENCE owned OWNED BY item.parent;
        CREATE INDEX ix_note ON item (note COLLATE "C", lower(word) COLLATE "C") WITH (fillfactor = 60);
        CREATE INDEX ix_lower ON item (lower(word COLLATE "C"));
        ALTER INDEX ix_lower ALTER COLUMN 1 SET STATISTICS 50;
        CLUSTER item USING pk_item;
        ALTER TABLE item REPLICA IDENTITY FULL;
        ALTER TABLE item ALTER note SET STORAGE EXTERNAL, ALTER word SET STATISTICS 10, ALTER id SET (n_distinct = 5),
          ADD CONSTRAINT fk_item FOREIGN KEY (parent) REFERENCES item ON DELETE CASCADE;
        CREATE VIEW seen WITH (security_barrier, check_option = local) AS SELECT id FROM item;
        ALTER VIEW seen ALTER id SET DEFAULT 5;
        CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER off BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION stamp();
        CREATE TRIGGER copied BEFORE INSERT ON item FOR EACH ROW EXECUTE FUNCTION stamp();
        CREATE CONSTRAINT TRIGGER late AFTER INSERT ON item DEFERRABLE FOR EACH ROW EXECUTE FUNCTION stamp();
        CREATE TRIGGER counted AFTER UPDATE ON item REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION stamp();
        ALTER TABLE item DISABLE TRIGGER ALL;
        ALTER TABLE item ENABLE TRIGGER late, ENABLE TRIGGER counted, ENABLE REPLICA TRIGGER copied;
        COMMENT ON INDEX ix_note IS 'x';
        COMMENT ON CONSTRAINT ck_item ON item IS 'x';
        COMMENT ON COLUMN seen.id IS 'x';
        COMMENT ON SEQUENCE owned IS 'x';
        CREATE DOMAIN word AS text COLLATE "C" CONSTRAINT ck_word CHECK (VALUE <> '');
        COMMENT ON CONSTRAINT ck_word ON DOMAIN word IS 'x';
        CREATE TABLE child () INHERITS (item);
        ALTER TABLE child ALTER word SET DEFAULT 'x';
        "#,
    );
    tells(
        &database,
        "
        check with NO INHERIT `ck_item` of table `item`
        clustering by index `pk_item` of table `item`
        collation of domain `word`
        collation of index `ix_note` of table `item`
        column options of column `id` of table `item`
        comment on column `id` of view `seen`
        comment on constraint `ck_item` of table `item`
        comment on constraint `ck_word` of domain `word`
        comment on index `ix_note` of table `item`
        composite type `row_type`
        constraint trigger `late` of table `item`
        default of column `id` of view `seen`
        disabled foreign key `fk_item` of table `item`
        disabled trigger `off` of table `item`
        included columns of constraint `pk_item` of table `item`
        index options of index `ix_lower` of table `item`
        replica identity of table `item`
        replication trigger `copied` of table `item`
        sequence `owned` of column `parent` of table `item`
        sequence options of column `numbered` of table `item`
        statistics target of column `word` of table `item`
        storage of column `note` of table `item`
        storage parameter `fillfactor` of index `ix_note` of table `item`
        storage parameter `fillfactor` of table `item`
        storage parameter `toast.autovacuum_enabled` of table `item`
        transition tables of trigger `counted` of table `item`
        typed table `typed` of type `row_type`
        view option `security_barrier` of view `seen`
        ",
    );
}

#[test]
fn what_partitions_of_postgres_have() {
    let database = TestDatabase::new("postgres");
    database.execute(
        r#"
        CREATE SCHEMA other;
        CREATE TABLE measured (at date NOT NULL, value integer DEFAULT 1) PARTITION BY RANGE (at);
        CREATE TABLE early PARTITION OF measured FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY RANGE (at);
        CREATE TABLE first PARTITION OF early FOR VALUES FROM ('2020-01-01') TO ('2020-02-01');
        CREATE TABLE other.far PARTITION OF measured FOR VALUES FROM ('2022-01-01') TO ('2023-01-01');
        CREATE TABLE late PARTITION OF measured FOR VALUES FROM ('2021-01-01') TO ('2022-01-01') WITH (fillfactor = 70);
        ALTER TABLE late ALTER value SET DEFAULT 2, ADD CONSTRAINT uq_late UNIQUE (at), ADD CONSTRAINT ck_late CHECK (value > 0);
        CREATE INDEX ix_late ON late (value);
        CREATE INDEX ix_only ON ONLY measured (value);
        CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER stamped BEFORE INSERT ON late FOR EACH ROW EXECUTE FUNCTION stamp();
        ALTER TABLE late ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON late USING (value > 1);
        GRANT SELECT ON late TO PUBLIC;
        COMMENT ON TABLE late IS 'x';
        "#,
    );
    tells(
        &database,
        "
        comment on partition `late`
        constraint `ck_late` of partition `late`
        constraint `uq_late` of partition `late`
        index `ix_late` of partition `late`
        inherited column `value` of partition `late`, unlike that of its parent
        invalid index `ix_only` of table `measured`
        partition `far` of table `public.measured` (schema `other`)
        partition `first` of partition `early`
        partition `other.far` of table `measured`
        policy `own` of partition `late`
        privileges on partition `late`
        row security of partition `late`
        storage parameter `fillfactor` of partition `late`
        trigger `stamped` of partition `late`
        ",
    );
}

/// One in a database hinders it from being dropped.
#[test]
fn subscriptions_of_postgres() {
    let database = TestDatabase::new("postgres");
    let name = format!("s_{}", database.name());
    database.execute(&format!(
        "CREATE SUBSCRIPTION {name} CONNECTION 'dbname=nowhere' PUBLICATION told WITH (connect = false, slot_name = NONE)"
    ));
    let told = told_to(&database.url, None);
    database.execute(&format!("DROP SUBSCRIPTION {name}"));
    same(&told, &format!("subscription `{name}`"));
}

/// What only some versions have; nothing of it on others.
#[test]
fn what_later_versions_of_postgres_have() {
    let database = TestDatabase::new("postgres");
    let mut expected = Vec::new();
    let version = database.target().version;
    database.execute("CREATE TABLE item (id integer PRIMARY KEY, word text, parent integer, other integer)");
    if version >= Version(14, 0, 0) {
        database.execute("ALTER TABLE item ALTER word SET COMPRESSION pglz");
        expected.push("compression of column `word` of table `item`");
    }
    if version >= Version(15, 0, 0) {
        database.execute(
            "CREATE TABLE pair (a integer, b integer, PRIMARY KEY (a, b));
             ALTER TABLE item ADD CONSTRAINT fk_pair FOREIGN KEY (parent, other) REFERENCES pair ON DELETE SET NULL (other);
             CREATE UNLOGGED SEQUENCE quick",
        );
        expected.push("columns to set of foreign key `fk_pair` of table `item`");
        expected.push("unlogged sequence `quick`");
    }
    if version >= Version(18, 0, 0) {
        database.execute(
            "CREATE TABLE stay (
               id int4range, during daterange, word text, twice integer GENERATED ALWAYS AS (length(word) * 2) VIRTUAL,
               CONSTRAINT pk_stay PRIMARY KEY (id, during WITHOUT OVERLAPS),
               CONSTRAINT ck_stay CHECK (word <> '') NOT ENFORCED,
               CONSTRAINT word_there NOT NULL word
             )",
        );
        expected.push("constraint without enforcement `ck_stay` of table `stay`");
        expected.push("not null constraint `word_there` of table `stay`");
        expected.push("temporal constraint `pk_stay` of table `stay`");
    }
    expected.sort();
    tells(&database, &expected.join("\n"));
}

#[test]
fn what_a_user_of_postgres_may_not_read() {
    let database = TestDatabase::new("postgres");
    let user = format!("u_{}", database.name());
    database.execute(&format!(
        "CREATE ROLE {user} LOGIN PASSWORD '{user}';
         CREATE TABLE item (id integer); CREATE SCHEMA secret; CREATE TABLE secret.item (id integer); CREATE SCHEMA hidden"
    ));
    let url = url_of(&database, &user);
    same(
        &told_to(&url, None),
        "unreadable: schema `hidden`\nunreadable: schema `secret`",
    );
    same(
        &told_to(&url, Some("secret")),
        "unreadable: schema `hidden`\nschema `public` with 1 table\nunreadable: schema `secret`",
    );
    database.execute(&format!("DROP ROLE {user}"));
}

#[test]
fn what_mysql_has() {
    let database = TestDatabase::new("mysql");
    execute_each(
        &database,
        &[
            "CREATE TABLE driftless_history (id int) STATS_PERSISTENT=1",
            "CREATE TABLE item (
               id int PRIMARY KEY, g point NOT NULL SRID 4326, t text, c int, CONSTRAINT ck_item CHECK (c > 1) NOT ENFORCED,
               INDEX ix_off (c) INVISIBLE, INDEX ix_told (id, c) COMMENT 'x', FULLTEXT INDEX ix_t (t) WITH PARSER ngram
             ) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8 STATS_PERSISTENT=1",
            "CREATE TABLE part (id int, d int) PARTITION BY RANGE (id) SUBPARTITION BY HASH (d) SUBPARTITIONS 2
               (PARTITION p0 VALUES LESS THAN (3) COMMENT 'x')",
            "CREATE SQL SECURITY INVOKER VIEW seen AS SELECT id, g FROM item",
            "CREATE EVENT tick ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
        ],
    );
    tells(
        &database,
        "
        SRID of column `g` of table `item`
        check without enforcement `ck_item` of table `item`
        comment on index `ix_told` of table `item`
        comment on partition `p0` of table `part`
        event `tick`
        fulltext parser of index `ix_t` of table `item`
        invisible index `ix_off` of table `item`
        subpartitions of table `part`
        table option `KEY_BLOCK_SIZE` of table `item`
        table option `ROW_FORMAT` of table `item`
        table option `STATS_PERSISTENT` of table `item`
        view option `SQL SECURITY INVOKER` of view `seen`
        ",
    );
}

#[test]
fn what_later_versions_of_mysql_have() {
    let database = TestDatabase::new("mysql");
    let mut expected = Vec::new();
    let version = database.target().version;
    if version >= Version(9, 2, 0) {
        execute_each(
            &database,
            &[
                "CREATE LIBRARY kit LANGUAGE JAVASCRIPT AS 'export function f(n) { return n }'",
                "CREATE FUNCTION same(a INT) RETURNS INT LANGUAGE JAVASCRIPT AS 'return a'",
            ],
        );
        expected.extend(["external routine `same`", "library `kit`"]);
    }
    if version >= Version(9, 4, 0) {
        execute_each(
            &database,
            &[
                "CREATE TABLE item (id int PRIMARY KEY)",
                "CREATE JSON RELATIONAL DUALITY VIEW dual_item AS SELECT JSON_DUALITY_OBJECT('_id': id) FROM item",
            ],
        );
        expected.push("JSON duality view `dual_item`");
    }
    expected.sort();
    tells(&database, &expected.join("\n"));
}

#[test]
fn what_mariadb_has() {
    let database = TestDatabase::new("mariadb");
    execute_each(
        &database,
        &[
            "CREATE TABLE driftless_history (id int) STATS_PERSISTENT=1",
            "CREATE TABLE item (
               id int PRIMARY KEY, g point REF_SYSTEM_ID=4326, c int, INDEX ix_off (c) IGNORED, INDEX ix_told (id, c) COMMENT 'x'
             ) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8 ENCRYPTED=NO",
            "CREATE TABLE versioned (id int) WITH SYSTEM VERSIONING",
            "CREATE TABLE booked (id int, a date, b date, PERIOD FOR stay (a, b), UNIQUE uq_booked (id, stay WITHOUT OVERLAPS))",
            "CREATE TABLE likewise (a date NOT NULL, b date NOT NULL, CONSTRAINT stay CHECK (a < b))",
            "CREATE TABLE part (id int, d int) PARTITION BY RANGE (id) SUBPARTITION BY HASH (d) SUBPARTITIONS 2
               (PARTITION p0 VALUES LESS THAN (3))",
            "CREATE ALGORITHM=MERGE SQL SECURITY INVOKER VIEW seen AS SELECT id, g FROM item",
            "CREATE EVENT tick ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
            "CREATE AGGREGATE FUNCTION last_of(x INT) RETURNS INT BEGIN
               DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN 1; LOOP FETCH GROUP NEXT ROW; END LOOP; END",
            "SET sql_mode = ORACLE; CREATE PACKAGE kit AS FUNCTION f RETURN INT; END;",
            "SET sql_mode = ORACLE; CREATE PACKAGE BODY kit AS FUNCTION f RETURN INT AS BEGIN RETURN 1; END; END;",
            &format!("ALTER DATABASE {} COMMENT 'x'", database.name()),
        ],
    );
    tells(
        &database,
        "
        SRID of column `g` of table `item`
        aggregate function `last_of`
        comment on database `DATABASE`
        comment on index `ix_told` of table `item`
        event `tick`
        ignored index `ix_off` of table `item`
        key without overlaps `uq_booked` of table `booked`
        package `kit`
        package body `kit`
        period `stay` of table `booked`
        subpartitions of table `part`
        system versioning of table `versioned`
        table option `ENCRYPTED` of table `item`
        table option `KEY_BLOCK_SIZE` of table `item`
        table option `ROW_FORMAT` of table `item`
        view option `ALGORITHM` of view `seen`
        view option `SQL SECURITY INVOKER` of view `seen`
        ",
    );
}

#[test]
fn what_a_user_of_mysql_or_mariadb_may_not_read() {
    support::on_some(&["mysql", "mariadb"], |engine| {
        let database = TestDatabase::new(engine);
        let (name, user) = (database.name().to_string(), format!("u_{}", database.name()));
        execute_each(
            &database,
            &[
                "CREATE TABLE item (id int)",
                "CREATE TABLE words (word varchar(9), id int, FULLTEXT INDEX ix_word (word))",
                "CREATE VIEW seen AS SELECT id FROM item",
                "CREATE FUNCTION twice(a INT) RETURNS INT DETERMINISTIC RETURN a * 2",
                "CREATE PROCEDURE clear() DELETE FROM item",
                &format!("CREATE USER {user}@'%' IDENTIFIED BY '{user}'"),
                &format!("GRANT SELECT ON {name}.item TO {user}@'%'"),
                &format!("GRANT SELECT (word) ON {name}.words TO {user}@'%'"),
            ],
        );
        let url = url_of(&database, &user);
        let tells = |expected: &str| same(&told_to(&url, None), &expected.replace("DATABASE", &name));
        tells(
            "
            unreadable: events of database `DATABASE`
            unreadable: privileges of other users on what database `DATABASE` holds
            unreadable: routines of database `DATABASE` that this user has no privilege on
            unreadable: table `words`
            unreadable: tables of database `DATABASE` that this user has no privilege on
            unreadable: triggers of database `DATABASE`
            ",
        );
        let role = format!("r_{name}");
        let default = match engine {
            "mysql" => format!("SET DEFAULT ROLE {role} TO {user}@'%'"),
            _ => format!("SET DEFAULT ROLE {role} FOR {user}@'%'"),
        };
        execute_each(
            &database,
            &[
                &format!("GRANT SELECT, EXECUTE, TRIGGER ON {name}.* TO {user}@'%'"),
                &format!("CREATE ROLE {role}"),
                &format!("GRANT EVENT ON {name}.* TO {role}"),
                &format!("GRANT {role} TO {user}@'%'"),
                &default,
            ],
        );
        tells(
            "
            unreadable: function `twice`
            unreadable: privileges of other users on what database `DATABASE` holds
            unreadable: procedure `clear`
            unreadable: view `seen`
            ",
        );
        execute_each(
            &database,
            &[&format!("DROP USER {user}@'%'"), &format!("DROP ROLE {role}")],
        );
    });
}

#[test]
fn what_sqlite_has() {
    let database = TestDatabase::new("sqlite");
    database.execute(
        "CREATE VIRTUAL TABLE words USING fts5(word);
         CREATE TABLE driftless_history (id INTEGER PRIMARY KEY ON CONFLICT REPLACE);
         CREATE TABLE item (
           id INTEGER CONSTRAINT there NOT NULL, a TEXT COLLATE NOCASE UNIQUE ON CONFLICT IGNORE, b TEXT DEFAULT 'on conflict',
           PRIMARY KEY (b DESC, id), UNIQUE (b COLLATE NOCASE)
         );
         CREATE VIEW seen (one) AS SELECT id FROM item;",
    );
    tells(
        &database,
        "
        collation of a unique constraint of table `item`
        column names of view `seen`
        conflict clause of table `item`
        constraint name `there` of table `item`
        nullable column `b` of the primary key of table `item`
        sort order of the primary key of table `item`
        virtual table `words`
        ",
    );
}
