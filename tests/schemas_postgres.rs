//! Schemas of PostgreSQL that driftless has not written go round: a database is read, what was read makes another one, and
//! both are the same, to driftless and to the server's own dump.

mod support;

#[path = "schemas/round.rs"]
mod round;

use std::path::{Path, PathBuf};
use std::process::Command;

use driftless::dialect::Version;
use round::{Round, differences};
use support::{TestDatabase, write};

fn schema(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/schemas")
        .join(name);
    std::fs::read_to_string(path).expect("a schema")
}

fn is_from(major: u32) -> bool {
    TestDatabase::new("postgres").target().version >= Version(major, 0, 0)
}

/// A schema, and what is told of it.
#[derive(Default)]
struct Case<'a> {
    text: &'a str,
    /// What the configuration says is not driftless's matter.
    config: &'a str,
    /// What is told to be left out, and what no operation makes, as `generate` says it.
    left_out: &'a [&'a str],
    /// Makes what is left out: with it the dumps are the same.
    rest: &'a str,
    split: Option<&'a str>,
    /// Whether the dump is understood without a server.
    is_read: bool,
}

impl Case<'_> {
    #[track_caller]
    fn goes_round(&self) {
        let round = Round::new("postgres");
        round.load(&round.before, &format!("\\set ON_ERROR_STOP 1\n{}", self.text));
        if !self.config.is_empty() {
            write(round.folder().join("driftless.yaml"), self.config);
        }
        round.generate(self.split, self.left_out);
        round.up();
        match self.split {
            Some(_) => round.differs_in_nothing(),
            None => round.is_the_same(!self.left_out.is_empty()),
        }
        if self.is_read {
            write(round.folder().join("dump.sql"), &dump(&round.before));
            round.differ_in_nothing("dump.sql", &round.after.url);
        }
        round.after.execute(self.rest);
        let (before, after) = (statements(&round.before), statements(&round.after));
        let found = differences(&before, &after);
        assert!(found.is_empty(), "the dumps differ:\n{found}");
    }
}

/// What `pg_dump` prints of a schema.
fn dump(database: &TestDatabase) -> String {
    let psql = PathBuf::from(std::env::var("DRIFTLESS_TEST_PSQL").unwrap_or("psql".into()));
    let beside = psql.with_file_name("pg_dump");
    let program = if beside.is_file() {
        beside
    } else {
        Path::new("pg_dump").into()
    };
    let dump = Command::new(program)
        .args([
            "--schema-only",
            "--no-owner",
            "--exclude-table=driftless_*",
            "-d",
            &database.url,
        ])
        .output()
        .expect("pg_dump starts");
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    String::from_utf8(dump.stdout).expect("a text")
}

/// It, statement by statement, in the order of their texts.
fn statements(database: &TestDatabase) -> Vec<String> {
    let text = dump(database);
    let mut all: Vec<String> = text.split("\n--\n-- ").skip(1).map(statement).collect();
    all.retain(|statement| !statement.is_empty());
    numbered(&mut all);
    all.sort();
    all
}

/// One statement of a dump, without what the same thing is printed with in two ways.
fn statement(chunk: &str) -> String {
    let body = chunk.split_once("\n--\n").map_or("", |(_, body)| body);
    let is_kept = |line: &&str| {
        let of_session =
            line.starts_with("SET ") || line.starts_with("SELECT pg_catalog.set_config") || line.starts_with('\\');
        // The sequence of an identity is called as the server likes, and keeps its name where the table gets another.
        !of_session
            && !line.trim_start().starts_with("SEQUENCE NAME ")
            && *line != "-- PostgreSQL database dump complete"
    };
    // A number that a domain has for its default is written as a text.
    let body = body.replace("DEFAULT '2'::numeric", "DEFAULT 2");
    let text = body
        .lines()
        .filter(is_kept)
        .map(one_cast)
        .collect::<Vec<_>>()
        .join("\n");
    let text = text.trim().trim_end_matches("\n--").trim();
    // To whom first is how they were given.
    if text.starts_with("GRANT ") {
        let mut lines: Vec<&str> = text.lines().collect();
        lines.sort_unstable();
        return lines.join("\n");
    }
    trimmed_body(text)
}

/// `varchar IN (…)` is printed with a cast of the whole list, and read again as one of each element.
fn one_cast(line: &str) -> String {
    if !line.contains("ARRAY[") {
        return line.to_string();
    }
    line.replace("((ARRAY[", "(ARRAY[")
        .replace("])::text[])", "])")
        .replace("ARRAY[('", "ARRAY['")
        .replace(", ('", ", '")
        .replace(")::text,", ",")
        .replace(")::text]", "]")
}

/// A routine without the blanks around its body, of which driftless keeps none.
fn trimmed_body(text: &str) -> String {
    let is_routine = text.starts_with("CREATE FUNCTION") || text.starts_with("CREATE PROCEDURE");
    let Some(at) = text.find("\n    AS $").filter(|_| is_routine) else {
        return text.to_string();
    };
    let from = at + "\n    AS ".len();
    let tag = text[from + 1..]
        .find('$')
        .map(|end| &text[from..from + end + 2])
        .expect("a tag");
    let (head, rest) = text.split_at(from + tag.len());
    let (body, end) = rest.rsplit_once(tag).expect("the end of the body");
    format!("{head}{}{tag}{end}", body.trim())
}

/// A `serial` is written as an identity: three statements are one. Of a partitioned table, and of one that others inherit
/// from, it stays one.
fn numbered(all: &mut Vec<String>) {
    let owned: Vec<(String, String, String)> = all
        .iter()
        .filter_map(|statement| {
            let (sequence, column) = statement.strip_prefix("ALTER SEQUENCE ")?.split_once(" OWNED BY ")?;
            let (table, column) = column.trim_end_matches(';').rsplit_once('.')?;
            Some((sequence.to_string(), table.to_string(), column.to_string()))
        })
        .collect();
    for (sequence, table, column) in owned {
        let default =
            format!("ALTER TABLE ONLY {table} ALTER COLUMN {column} SET DEFAULT nextval('{sequence}'::regclass);");
        let ways = ["CREATE SEQUENCE", "CREATE UNLOGGED SEQUENCE"].map(|way| format!("{way} {sequence}\n"));
        let is_made = |statement: &&String| ways.iter().any(|way| statement.starts_with(way));
        let made = all.iter().find(is_made).cloned();
        let (Some(made), true) = (made, all.contains(&default)) else {
            continue;
        };
        let not_null = format!("    {column} ");
        let is_needed = |statement: &String| {
            let of_table = statement.contains(&format!(" TABLE {table} ("));
            of_table
                && statement
                    .lines()
                    .any(|line| line.starts_with(&not_null) && line.contains(" NOT NULL"))
                && !statement.contains("\nPARTITION BY ")
        };
        if !all.iter().any(is_needed)
            || all
                .iter()
                .any(|statement| statement.ends_with(&format!("INHERITS ({table});")))
        {
            continue;
        }
        let options = made
            .trim_end_matches(';')
            .lines()
            .skip(1)
            .filter(|line| !line.starts_with("    AS "));
        let options: Vec<&str> = options.collect();
        all.retain(|statement| {
            *statement != made
                && *statement != default
                && !statement.starts_with(&format!("ALTER SEQUENCE {sequence} OWNED BY "))
        });
        all.push(format!(
            "ALTER TABLE {table} ALTER COLUMN {column} ADD GENERATED BY DEFAULT AS IDENTITY (\n{}\n);",
            options.join("\n")
        ));
    }
}

fn application(name: &str, left_out: &[&str], rest: &str) {
    application_of(&schema(&format!("postgres/{name}.sql")), left_out, rest);
}

fn application_of(text: &str, left_out: &[&str], rest: &str) {
    for split in [None, Some("table")] {
        Case {
            text,
            left_out,
            rest,
            split,
            ..Case::default()
        }
        .goes_round();
    }
}

/// A large one, in one file only, and its dump.
fn large_application(name: &str) {
    Case {
        text: &schema(&format!("postgres/{name}.sql")),
        is_read: true,
        ..Case::default()
    }
    .goes_round();
}

#[test]
fn nautobot() {
    large_application("nautobot");
}

#[test]
fn django() {
    large_application("django");
}

#[test]
fn airflow() {
    large_application("airflow");
    Case {
        text: &schema("postgres/airflow.sql"),
        split: Some("table"),
        ..Case::default()
    }
    .goes_round();
}

#[test]
fn medusa() {
    let text = schema("postgres/medusa.sql");
    let configuration = text.lines().filter(|line| {
        line.starts_with("CREATE TEXT SEARCH")
            || line.starts_with("ALTER TEXT SEARCH")
            || line.starts_with("    ADD MAPPING")
            || line.starts_with("    PARSER = ")
    });
    application(
        "medusa",
        &[
            "sequence `index_relation_id_seq` of column `id` of table `index_relation`",
            "sequence `order_display_id_seq` of column `display_id` of table `order`",
            "text search configuration `medusa_search_english`",
        ],
        &format!(
            "{}; ALTER SEQUENCE index_relation_id_seq OWNED BY index_relation.id;
             ALTER SEQUENCE order_display_id_seq OWNED BY \"order\".display_id",
            configuration.collect::<Vec<_>>().join("\n")
        ),
    );
}

#[test]
fn everything_of_15() {
    if !is_from(15) {
        return;
    }
    Case {
        text: &schema("postgres/everything_15.sql"),
        left_out: &[
            "columns to set of foreign key `child_tenant_other_id_fkey` of table `child`",
            "columns to set of foreign key `child_tenant_parent_id_fkey` of table `child`",
            "compression of column `packed` of table `of_14`",
            "statistics `child_expression` of table `child`",
            "view option `security_invoker` of view `child_of_invoker`",
        ],
        rest: "
            ALTER TABLE child DROP CONSTRAINT child_tenant_parent_id_fkey, DROP CONSTRAINT child_tenant_other_id_fkey,
              ADD CONSTRAINT child_tenant_parent_id_fkey FOREIGN KEY (tenant, parent_id) REFERENCES parent
                ON DELETE SET NULL (parent_id),
              ADD CONSTRAINT child_tenant_other_id_fkey FOREIGN KEY (tenant, other_id) REFERENCES parent
                ON DELETE SET DEFAULT (other_id);
            ALTER TABLE of_14 ALTER COLUMN packed SET COMPRESSION pglz;
            CREATE STATISTICS child_expression ON (tenant + 1), parent_id FROM child;
            ALTER VIEW child_of_invoker SET (security_invoker = true);
        ",
        ..Case::default()
    }
    .goes_round();
}

#[test]
fn everything() {
    Case {
        text: &schema("postgres/everything.sql"),
        // No operation makes a table without columns.
        config: "ignore: ['table:no_columns']\n",
        left_out: &LEFT_OUT_OF_EVERYTHING,
        rest: REST_OF_EVERYTHING,
        ..Case::default()
    }
    .goes_round();
}

const LEFT_OUT_OF_EVERYTHING: [&str; 41] = [
    "aggregate `join_texts(text)`",
    "check with NO INHERIT `person_score_check` of table `person`",
    "clustering by index `document_title` of table `document`",
    "collation `bytewise` (schema `billing`)",
    "collation of column `c_collated_own` of table `all_types`",
    "collation of domain `short_code`",
    "collation of index `document_title_collated` of table `document`",
    "column options of column `c_integer` of table `all_types`",
    "comment on column `born` of view `living_person`",
    "comment on constraint `all_types_pkey` of table `all_types`",
    "comment on constraint `person_team_fk` of table `person`",
    "comment on constraint `team_name_unique` of table `team`",
    "comment on index `document_words` of table `document`",
    "constraint trigger `person_tell` of table `person`",
    "default of column `title` of view `with_default`",
    "disabled trigger `silent` of table `team`",
    "included columns of constraint `team_tenant_id_unique` of table `team`",
    "index `measurement_2023_value` of partition `measurement_2023`",
    "inherited column `value` of partition `measurement_2024_south`, unlike that of its parent",
    "partition `measurement_2024_north` of partition `measurement_2024`",
    "partition `measurement_2024_other` of partition `measurement_2024`",
    "partition `measurement_2024_south_0` of partition `measurement_2024_south`",
    "partition `measurement_2024_south_1` of partition `measurement_2024_south`",
    "partition `measurement_2024_south` of partition `measurement_2024`",
    "replica identity of table `document`",
    "replica identity of table `no_key`",
    "rule `no_delete` of table `replaced_key`",
    "sequence `countdown` of column `c` of table `with_holes`",
    "sequence `place_id_seq` of column `id` of table `place`",
    "sequence options of column `id` of table `all_types`",
    "statistics `document_depends` of table `document`",
    "statistics target of column `c_date` of table `all_types`",
    "storage of column `c_text` of table `all_types`",
    "storage parameter `autovacuum_enabled` of table `document`",
    "storage parameter `fastupdate` of index `document_data_all` of table `document`",
    "storage parameter `fillfactor` of index `document_filled` of table `document`",
    "storage parameter `fillfactor` of materialized view `totals` (schema `billing`)",
    "storage parameter `fillfactor` of table `document`",
    "storage parameter `pages_per_range` of index `document_created` of table `document`",
    "transition tables of trigger `document_tell_rows` of table `document`",
    "view option `security_barrier` of view `youngest_person`",
];

const REST_OF_EVERYTHING: &str = r#"
    CREATE COLLATION billing.bytewise FROM "C";
    COMMENT ON COLLATION billing.bytewise IS 'by bytes';
    ALTER MATERIALIZED VIEW billing.totals SET (fillfactor = 90);
    CREATE AGGREGATE join_texts(text) (SFUNC = add_up, STYPE = text);
    ALTER TABLE person DROP CONSTRAINT person_score_check,
      ADD CONSTRAINT person_score_check CHECK (score BETWEEN 0 AND 100) NO INHERIT;
    ALTER TABLE document CLUSTER ON document_title;
    ALTER TABLE all_types ALTER c_collated_own TYPE varchar(20) COLLATE billing.bytewise, ALTER c_code TYPE varchar(8);
    DROP DOMAIN short_code;
    CREATE DOMAIN short_code AS varchar(8) COLLATE "C";
    ALTER TABLE all_types ALTER c_code TYPE short_code, ALTER c_integer SET (n_distinct = -0.5), ALTER c_date SET STATISTICS 500,
      ALTER c_text SET STORAGE EXTERNAL, ALTER id SET MINVALUE 1000 SET CACHE 5;
    DROP INDEX document_title_collated;
    CREATE INDEX document_title_collated ON document (title COLLATE "C" DESC NULLS LAST, created ASC NULLS FIRST);
    COMMENT ON COLUMN living_person.born IS 'the day';
    COMMENT ON CONSTRAINT all_types_pkey ON all_types IS 'the key';
    DROP TRIGGER person_tell ON person;
    CREATE CONSTRAINT TRIGGER person_tell AFTER INSERT OR UPDATE ON person DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION tell('person');
    ALTER VIEW with_default ALTER COLUMN title SET DEFAULT 'untitled';
    ALTER TABLE team DISABLE TRIGGER silent;
    ALTER TABLE person DROP CONSTRAINT person_team_fk;
    ALTER TABLE team DROP CONSTRAINT team_tenant_id_unique,
      ADD CONSTRAINT team_tenant_id_unique UNIQUE (tenant, id) INCLUDE (name);
    ALTER TABLE person ADD CONSTRAINT person_team_fk FOREIGN KEY (team_tenant, team_id) REFERENCES team (tenant, id) MATCH FULL
      ON UPDATE CASCADE ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED;
    COMMENT ON CONSTRAINT person_team_fk ON person IS 'both or neither';
    COMMENT ON CONSTRAINT team_name_unique ON team IS 'one name each';
    COMMENT ON INDEX document_words IS 'for the search';
    CREATE INDEX measurement_2023_value ON measurement_2023 (value) WHERE value > 10;
    ALTER TABLE measurement DETACH PARTITION measurement_2024;
    DROP TABLE measurement_2024;
    CREATE TABLE measurement_2024 PARTITION OF measurement FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY LIST (city);
    CREATE TABLE measurement_2024_north PARTITION OF measurement_2024 FOR VALUES IN ('Oslo', 'Turku', 'Ny-Ålesund');
    CREATE TABLE measurement_2024_south PARTITION OF measurement_2024 (value DEFAULT 1) FOR VALUES IN ('Rome', 'L''Aquila')
      PARTITION BY HASH (id);
    CREATE TABLE measurement_2024_south_0 PARTITION OF measurement_2024_south FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    CREATE TABLE measurement_2024_south_1 PARTITION OF measurement_2024_south FOR VALUES WITH (MODULUS 2, REMAINDER 1);
    CREATE TABLE measurement_2024_other PARTITION OF measurement_2024 DEFAULT;
    ALTER TABLE document REPLICA IDENTITY USING INDEX "Document Size";
    ALTER TABLE no_key REPLICA IDENTITY FULL;
    CREATE RULE no_delete AS ON DELETE TO replaced_key DO INSTEAD NOTHING;
    ALTER SEQUENCE countdown OWNED BY with_holes.c;
    ALTER SEQUENCE place_id_seq OWNED BY place.id;
    CREATE STATISTICS document_depends (dependencies, ndistinct) ON owner_id, size FROM document;
    COMMENT ON STATISTICS document_depends IS 'they go together';
    ALTER TABLE document SET (fillfactor = 70, autovacuum_enabled = false);
    ALTER INDEX document_data_all SET (fastupdate = off);
    ALTER INDEX document_filled SET (fillfactor = 50);
    ALTER INDEX document_created SET (pages_per_range = 32);
    DROP TRIGGER document_tell_rows ON document;
    CREATE TRIGGER document_tell_rows AFTER UPDATE ON document REFERENCING OLD TABLE AS before NEW TABLE AS after
      FOR EACH STATEMENT EXECUTE FUNCTION tell('rows');
    ALTER VIEW youngest_person SET (security_barrier = true);
    CREATE TABLE no_columns ();
    -- driftless names the columns that an heir inherits, so that they are its own, too.
    UPDATE pg_attribute SET attislocal = false
    WHERE attinhcount > 0 AND attname IN ('id', 'name', 'country', 'beach')
      AND (attrelid = 'seaside_capital'::regclass OR attrelid = 'capital'::regclass AND attname = 'id');
"#;

/// Without what makes a database of its own.
fn chinook_text() -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/chinook/Chinook_PostgreSql.sql");
    let text = std::fs::read_to_string(path).expect("the original script");
    let text = text.trim_start_matches('\u{feff}');
    let own = |line: &&str| {
        let lower = line.trim().to_lowercase();
        !["drop database", "create database", "\\c "]
            .iter()
            .any(|start| lower.starts_with(start))
    };
    text.lines().filter(own).collect::<Vec<_>>().join("\n")
}

#[test]
fn chinook() {
    application_of(&chinook_text(), &[], "");
}

#[test]
fn chinook_with_its_rows() {
    let round = Round::new("postgres");
    round.load(&round.before, &chinook_text());
    round.writes(&["generate", &round.before.url, "--data", "all"], &[]);
    round.up();
    round.is_the_same(false);
    round.has_the_same_rows(15_607);
}

/// What an ORM prints: read back from a database, and taken for the model of an empty project.
fn orm(name: &str) {
    let text = schema(&format!("orms/{name}.sql"));
    application_of(&text, &[], "");
    let round = Round::new("postgres");
    std::fs::create_dir_all(round.folder()).expect("a folder");
    write(round.folder().join("model.sql"), &text);
    write(
        round.folder().join("changelog.yaml"),
        "changesets:\n  - include: changesets/\n",
    );
    std::fs::create_dir_all(round.folder().join("changesets")).expect("a folder");
    let scratch = std::env::var("DRIFTLESS_TEST_POSTGRES_URL").expect("a server");
    let url = round.after.url.clone();
    let model = ["--url", &url, "--model", "model.sql", "--scratch", &scratch];
    let works = |arguments: &[&str]| {
        let output = round.run(arguments);
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{name}, {arguments:?}: {told}");
    };
    works(&[&["new", "first", "--autogenerate"], model.as_slice()].concat());
    round.up();
    works(&[&["check"], model.as_slice()].concat());
    round.load(&round.before, &text);
    let found = differences(&statements(&round.before), &statements(&round.after));
    assert!(found.is_empty(), "{name}: the dumps differ:\n{found}");
    is_read_or_refused(name, &round, &url);
}

/// Read without a server, a model is understood, or refused: never taken for another one.
fn is_read_or_refused(name: &str, round: &Round, url: &str) {
    let output = round.run(&["--url", url, "check", "--model", "model.sql"]);
    let told = String::from_utf8_lossy(&output.stderr);
    let is_read = ["prisma", "sqlalchemy", "django"].contains(&name);
    assert_eq!(
        output.status.code(),
        Some(if is_read { 0 } else { 2 }),
        "{name}: {told}"
    );
    assert!(
        is_read || told.contains("cannot be read: what it makes is not known"),
        "{name}: {told}"
    );
}

#[test]
fn models_of_sqlalchemy() {
    orm("sqlalchemy");
}

#[test]
fn models_of_django() {
    orm("django");
}

#[test]
fn models_of_prisma() {
    orm("prisma");
}

#[test]
fn models_of_drizzle() {
    orm("drizzle");
}

#[test]
fn privileges_and_what_needs_each_other() {
    Case {
        text: &schema("postgres/privileges.sql"),
        left_out: &[
            "comment on index `account_data` of table `account`",
            "comment on schema `public`",
            "composite type `pair`",
            "range type `floatrange`",
        ],
        rest: "
            COMMENT ON INDEX account_data IS 'idx';
            COMMENT ON SCHEMA public IS 'changed';
            CREATE TYPE pair AS (a int, b text);
            CREATE TYPE floatrange AS RANGE (subtype = float8, subtype_diff = float8mi);
        ",
        ..Case::default()
    }
    .goes_round();
}

#[test]
fn heirs_and_partitions() {
    Case {
        text: &schema("postgres/heirs.sql"),
        left_out: &[
            "invalid index `events_only` of table `events`",
            "partition `events_2022` of table `public.events` (schema `other`)",
            "partition `logs_here` of table `other.logs`",
            "partition `other.events_2022` of table `events`",
            "partition `public.logs_here` of table `logs` (schema `other`)",
            "sequence `ident_part_id_seq` of column `id` of table `ident_part`",
            "sequence `parent_id_seq` of column `id` of table `parent`",
        ],
        rest: "
            CREATE TABLE other.events_2022 PARTITION OF events FOR VALUES FROM ('2022-01-01 00:00:00+00') TO ('2023-01-01 00:00:00+00');
            CREATE INDEX events_only ON ONLY events (tenant);
            CREATE TABLE logs_here PARTITION OF other.logs FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
            ALTER SEQUENCE ident_part_id_seq OWNED BY ident_part.id;
            ALTER SEQUENCE parent_id_seq OWNED BY parent.id;
            -- driftless names the columns that an heir inherits, so that they are its own, too.
            UPDATE pg_attribute SET attislocal = false
            WHERE attinhcount > 0 AND attrelid <> 'late_child'::regclass AND NOT (attrelid = 'child'::regclass AND attname = 'name');
        ",
        ..Case::default()
    }
    .goes_round();
}

/// As many tables as a large application has, each with something of everything.
fn many_tables() -> String {
    let mut text = String::from("CREATE EXTENSION IF NOT EXISTS btree_gist;\n");
    let table = |number: usize| match number % 7 {
        0 => format!("\"Table {number}\""),
        _ => format!("t{number}"),
    };
    for number in 0..40 {
        let values: Vec<String> = (0..=number % 6).map(|value| format!("'v{value}'")).collect();
        text += &format!("CREATE TYPE kind_{number} AS ENUM ({});\n", values.join(", "));
        let null = if number % 3 == 0 { "NOT NULL" } else { "" };
        text +=
            &format!("CREATE DOMAIN amount_{number} AS numeric(12,2) DEFAULT 1.5 {null} CHECK (VALUE >= {number});\n");
    }
    text +=
        "CREATE FUNCTION bump() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.changed := now(); RETURN NEW; END$$;\n";
    for number in 0..250 {
        let (name, kind) = (table(number), number % 40);
        let id = if number % 3 == 0 {
            "serial"
        } else {
            "bigint GENERATED BY DEFAULT AS IDENTITY"
        };
        let collation = if number % 5 == 0 { "COLLATE \"C\"" } else { "" };
        text += &format!(
            "CREATE TABLE {name} (id {id} PRIMARY KEY, changed timestamptz DEFAULT now(), kind kind_{kind} NOT NULL,
               amount amount_{kind}, name varchar(40) {collation} NOT NULL DEFAULT 'n{number}', lo int, hi int,
               tags text[] NOT NULL DEFAULT '{{}}', data jsonb, span int4range GENERATED ALWAYS AS (int4range(lo, hi)) STORED,
               refers bigint, CHECK (lo < hi), CHECK (name IN ('n{number}', 'b')), UNIQUE (name, lo) DEFERRABLE,
               EXCLUDE USING gist (name WITH =, span WITH &&) WHERE (lo > 0));
             CREATE INDEX ON {name} (lower(name), hi DESC NULLS LAST) WHERE data IS NOT NULL;
             CREATE INDEX ON {name} USING gin (tags, data jsonb_path_ops);
             CREATE TRIGGER bump BEFORE UPDATE ON {name} FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name)
               EXECUTE FUNCTION bump();
             COMMENT ON COLUMN {name}.name IS 'the name of {number}: \"x\" # y';\n"
        );
    }
    for number in 0..250 {
        let (name, other) = (table(number), table((number * 37 + 11) % 250));
        text += &format!("ALTER TABLE {name} ADD FOREIGN KEY (refers) REFERENCES {other} ON DELETE SET NULL;\n");
        if number % 10 == 0 {
            text += &format!(
                "CREATE VIEW v{number} AS SELECT a.id, b.name FROM {name} a JOIN {other} b ON b.id = a.refers;\n"
            );
        }
    }
    text
}

#[test]
fn hundreds_of_tables() {
    Case {
        text: &many_tables(),
        ..Case::default()
    }
    .goes_round();
}

/// What a database is made another one by, when it is to be like one that was changed by hand.
#[track_caller]
fn becomes(one: &str, other: &str) {
    let round = Round::new("postgres");
    round.load(&round.before, &format!("\\set ON_ERROR_STOP 1\n{one}"));
    round.load(&round.after, &format!("\\set ON_ERROR_STOP 1\n{other}"));
    write(round.folder().join("changelog.yaml"), "changesets: []\n");
    let (before, after) = (&round.before.url, &round.after.url);
    let output = round.run(&["apply", after, "--url", before, "--yes"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{told}");
    round.differs_in_nothing();
    let (is, is_to_be) = (statements(&round.before), statements(&round.after));
    let found = differences(&is_to_be, &is);
    assert!(found.is_empty(), "the dumps differ:\n{found}");
}

/// There, and back.
#[track_caller]
fn is_followed(schema: &str, changed: &str) {
    let other = format!("{schema}\n{changed}");
    becomes(schema, &other);
    becomes(&other, schema);
}

const DOMAINS: &str = "
    CREATE FUNCTION is_slug(word text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT word ~ '^[a-z]+$' $$;
    CREATE FUNCTION any_slug() RETURNS text LANGUAGE sql AS $$ SELECT 'any' $$;
    CREATE DOMAIN slug AS varchar(64) DEFAULT any_slug() CHECK (is_slug(VALUE));
    CREATE DOMAIN a_short_slug AS slug CHECK (length(VALUE) < 20);
    CREATE FUNCTION is_free(word a_short_slug) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT word <> 'admin' $$;
    CREATE DOMAIN a_free_slug AS a_short_slug CHECK (is_free(VALUE));
    CREATE TYPE day AS ENUM ('mon', 'tue');
    CREATE DOMAIN a_list AS day[] CHECK (cardinality(VALUE) < 8);
    CREATE TABLE a_page (id int PRIMARY KEY, slug a_free_slug, days a_list, off day[]);";

#[test]
fn domains_stand_on_others() {
    Case {
        text: DOMAINS,
        ..Case::default()
    }
    .goes_round();
    is_followed(
        DOMAINS,
        "ALTER TABLE a_page DROP slug; DROP DOMAIN a_free_slug; DROP FUNCTION is_free; DROP DOMAIN a_short_slug;
         DROP DOMAIN slug; DROP FUNCTION is_slug; DROP FUNCTION any_slug;
         ALTER TABLE a_page DROP days, DROP off; DROP DOMAIN a_list; DROP TYPE day;",
    );
}

#[test]
fn functions_become_others_in_the_order_of_need() {
    is_followed(
        "CREATE TABLE goods (id int PRIMARY KEY, amount int);
         CREATE FUNCTION has_goods(which int) RETURNS boolean LANGUAGE sql AS $$ SELECT amount > 0 FROM goods WHERE id = which $$;
         CREATE FUNCTION at_hand() RETURNS SETOF int LANGUAGE sql AS $$ SELECT id FROM goods WHERE has_goods(id) $$;
         CREATE FUNCTION price(which int) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
         CREATE VIEW shown AS SELECT id FROM goods WHERE has_goods(id);",
        "DROP VIEW shown; DROP FUNCTION at_hand; DROP FUNCTION has_goods; DROP FUNCTION price;
         CREATE FUNCTION has_goods(which int) RETURNS int LANGUAGE sql AS $$ SELECT amount FROM goods WHERE id = which $$;
         CREATE FUNCTION added() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
         CREATE FUNCTION at_hand() RETURNS SETOF int LANGUAGE sql AS $$ SELECT id FROM goods WHERE has_goods(id) > added() $$;
         CREATE FUNCTION price(which int, often int DEFAULT 1) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
         CREATE VIEW shown AS SELECT id FROM goods WHERE has_goods(id) > 1;",
    );
}

#[test]
fn types_become_others_below_what_is_made_of_them() {
    is_followed(
        "CREATE TYPE state AS ENUM ('new', 'open', 'done');
         CREATE DOMAIN an_open_state AS state CHECK (VALUE <> 'done');
         CREATE DOMAIN a_price AS numeric(12,2) CHECK (VALUE >= 0);
         CREATE DOMAIN a_low_price AS a_price CHECK (VALUE < 100);
         CREATE TABLE kinds (state state PRIMARY KEY);
         CREATE TABLE works (id int PRIMARY KEY, state state NOT NULL DEFAULT 'new' REFERENCES kinds,
           former state[] DEFAULT '{new}', now an_open_state, price a_price, low a_low_price,
           is_new boolean GENERATED ALWAYS AS (state = 'new') STORED,
           CONSTRAINT priced CHECK (price > 0 OR state = 'new'));
         CREATE INDEX works_new ON works (id) WHERE state = 'new';
         CREATE VIEW the_new AS SELECT id, price FROM works WHERE state = 'new';
         CREATE POLICY the_new ON works USING (state = 'new');
         CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
         CREATE TRIGGER priced BEFORE UPDATE OF price ON works FOR EACH ROW EXECUTE FUNCTION stamp();
         CREATE TRIGGER lower BEFORE UPDATE ON works FOR EACH ROW WHEN (new.low < old.low) EXECUTE FUNCTION stamp();",
        "DROP POLICY the_new ON works; DROP VIEW the_new; DROP TRIGGER priced ON works; DROP TRIGGER lower ON works;
         DROP TABLE works; DROP TABLE kinds; DROP DOMAIN an_open_state; DROP TYPE state; DROP DOMAIN a_low_price;
         DROP DOMAIN a_price;
         CREATE TYPE state AS ENUM ('new', 'started');
         CREATE DOMAIN an_open_state AS state CHECK (VALUE <> 'started');
         CREATE DOMAIN a_price AS numeric(14,2) CHECK (VALUE > 0);
         CREATE DOMAIN a_low_price AS a_price CHECK (VALUE < 100);
         CREATE TABLE kinds (state state PRIMARY KEY);
         CREATE TABLE works (id int PRIMARY KEY, state state NOT NULL DEFAULT 'started' REFERENCES kinds,
           former state[] DEFAULT '{started}', now an_open_state, price a_price, low a_low_price,
           is_new boolean GENERATED ALWAYS AS (state = 'new') STORED,
           CONSTRAINT priced CHECK (price > 0 OR state = 'new'));
         CREATE INDEX works_new ON works (id) WHERE state = 'new';
         CREATE VIEW the_new AS SELECT id, price FROM works WHERE state = 'new';
         CREATE POLICY the_new ON works USING (state = 'new');
         CREATE TRIGGER priced BEFORE UPDATE OF price ON works FOR EACH ROW EXECUTE FUNCTION stamp();
         CREATE TRIGGER lower BEFORE UPDATE ON works FOR EACH ROW WHEN (new.low < old.low) EXECUTE FUNCTION stamp();",
    );
}

#[test]
fn functions_of_rows_go_before_their_tables() {
    is_followed(
        "CREATE TABLE goods (id int PRIMARY KEY, name text);
         CREATE VIEW names AS SELECT id, name FROM goods;
         CREATE FUNCTION word(it goods) RETURNS text LANGUAGE sql AS $$ SELECT it.name $$;
         CREATE FUNCTION all_names() RETURNS SETOF names LANGUAGE sql AS $$ SELECT id, 'name' FROM names $$;
         CREATE FUNCTION all_goods() RETURNS SETOF goods LANGUAGE plpgsql AS $$ BEGIN END $$;
         CREATE VIEW called AS SELECT id FROM all_names() AS n (id, name);
         CREATE VIEW numbers AS SELECT 1 AS one;
         CREATE FUNCTION all_numbers() RETURNS SETOF numbers LANGUAGE sql AS $$ SELECT one FROM numbers $$;",
        "DROP VIEW called; DROP FUNCTION all_names; DROP FUNCTION all_goods; DROP FUNCTION word; DROP VIEW names;
         DROP TABLE goods;
         CREATE TABLE things (id int PRIMARY KEY, called text);
         CREATE VIEW names AS SELECT id FROM things;
         CREATE FUNCTION all_names() RETURNS SETOF names LANGUAGE sql AS $$ SELECT id FROM names $$;
         CREATE FUNCTION all_goods() RETURNS SETOF things LANGUAGE plpgsql AS $$ BEGIN END $$;
         CREATE VIEW called AS SELECT id FROM all_names() AS n (id);
         DROP FUNCTION all_numbers; DROP VIEW numbers; CREATE VIEW numbers AS SELECT 2::bigint AS two;
         CREATE FUNCTION all_numbers() RETURNS SETOF numbers LANGUAGE sql AS $$ SELECT two FROM numbers $$;",
    );
}

#[test]
fn a_partition_that_becomes_a_table_is_told() {
    let round = Round::new("postgres");
    let parted = "CREATE TABLE days (day date NOT NULL) PARTITION BY RANGE (day);
        CREATE TABLE days_2025 PARTITION OF days FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');";
    round.load(&round.before, parted);
    round.load(
        &round.after,
        &format!("{parted} ALTER TABLE days DETACH PARTITION days_2025;"),
    );
    write(round.folder().join("changelog.yaml"), "changesets: []\n");
    let (before, after) = (&round.before.url, &round.after.url);
    let output = round.run(&["apply", after, "--url", before, "--yes"]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(7), "{told}");
    assert!(told.contains("partition `days_2025` exists already"), "{told}");
    assert!(told.contains("table `days` what it is to be"), "{told}");
}

#[test]
fn a_value_without_a_name_is_called_after_its_type() {
    let round = Round::new("postgres");
    round.load(
        &round.before,
        "CREATE TABLE visits (id int PRIMARY KEY, ip inet);
         CREATE TABLE hosts (id int PRIMARY KEY);
         CREATE VIEW seen AS SELECT a.id, max(a.ip) AS ip
           FROM (SELECT id, ip FROM visits UNION ALL SELECT id, NULL FROM hosts) a GROUP BY a.id;",
    );
    round.generate(None, &[]);
    round.up();
    // The server prints that name of its own in the second one alone.
    round.is_the_same(false);
}

#[test]
fn a_view_changes_with_the_type_of_what_it_reads() {
    is_followed(
        "CREATE TABLE visits (id int PRIMARY KEY, ip inet);
         CREATE VIEW seen AS SELECT id, host(ip) AS ip FROM visits;",
        "DROP VIEW seen; ALTER TABLE visits ALTER ip TYPE text; CREATE VIEW seen AS SELECT id, lower(ip) AS ip FROM visits;",
    );
}
