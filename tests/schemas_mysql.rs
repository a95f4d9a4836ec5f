//! Schemas that are there already go round on MySQL and MariaDB: `generate` writes what makes them anew, and everything that
//! compares finds the two databases to be the same, the server's own dump first of all.

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use support::{TestDatabase, driftless};

/// A schema on one of the servers.
struct Case {
    engine: &'static str,
    script: String,
    /// What `generate` tells that it leaves out, in its order.
    left_out: &'static [&'static str],
    /// What the dump says otherwise of the second database: what was left out, and what the server keeps as it was written
    /// where it means the same. Each is there.
    otherwise: Vec<(&'static str, &'static str)>,
    /// Into which files it is written, one way after the other.
    splits: &'static [&'static str],
    /// Whether the dump is understood without a server.
    is_read: bool,
}

impl Case {
    fn of(engine: &'static str, file: &str) -> Case {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/schemas/mysql")
            .join(file);
        Case::new(engine, &std::fs::read_to_string(path).expect("a schema"))
    }

    fn new(engine: &'static str, script: &str) -> Case {
        Case {
            engine,
            script: script.to_string(),
            left_out: &[],
            otherwise: Vec::new(),
            splits: &["none", "table"],
            is_read: false,
        }
    }

    /// One of the two largest.
    fn large(engine: &'static str, file: &str) -> Case {
        Case {
            splits: &["none"],
            is_read: true,
            ..Case::of(engine, file)
        }
    }

    fn goes_round(&self) {
        let ours = TestDatabase::new(self.engine);
        let loaded = ours.feed(&self.script);
        assert!(loaded.status.success(), "{}: {}", self.engine, error_of(&loaded));
        for split in self.splits {
            self.goes_round_split(&ours, split);
        }
    }

    fn goes_round_split(&self, ours: &TestDatabase, split: &str) {
        let what = format!("{}, --split {split}", self.engine);
        let folder = tempfile::tempdir().expect("a folder");
        let run = |arguments: &[&str]| driftless(folder.path(), arguments);
        let told = run(&["generate", "--url", &ours.url, "--split", split]);
        let is_whole = self.left_out.is_empty();
        let code = if is_whole { 0 } else { 7 };
        assert_eq!(told.status.code(), Some(code), "{what}: {}", error_of(&told));
        assert_eq!(left_out(&told), self.left_out, "{what}: what is left out");

        let again = TestDatabase::new(self.engine);
        let up = run(&["up", "--url", &again.url]);
        assert!(up.status.success(), "{what}: {}", error_of(&up));
        is_same(&run(&["diff", &ours.url, &again.url, "--exit-code"]), &what);
        if self.is_read && split == "none" {
            // The dump is understood without a server.
            std::fs::write(folder.path().join("dump.sql"), printed(ours)).expect("a file");
            is_same(
                &run(&["diff", "dump.sql", &again.url, "--exit-code"]),
                &format!("{what}, its dump"),
            );
        }
        let mut dumped = without_events(dump(ours));
        for (is, becomes) in &self.otherwise {
            assert!(dumped.contains(is), "{what}: the dump has no\n{is}\nin\n{dumped}");
            dumped = dumped.replace(is, becomes);
        }
        assert_lines(&dumped, &dump(&again), &what);
        if split != "none" {
            return;
        }

        let desired = folder.path().join("desired.yaml");
        let inspected = run(&["inspect", &ours.url]);
        assert_eq!(inspected.status.code(), Some(code), "{what}: {}", error_of(&inspected));
        std::fs::write(&desired, &inspected.stdout).expect("a file");
        is_same(&run(&["diff", "desired.yaml", &again.url, "--exit-code"]), &what);
        is_same(&run(&["diff", &again.url, &again.url, "--exit-code"]), &what);
    }
}

/// A database with the first schema is made one with the second, by what is written for the difference.
fn becomes(engine: &'static str, before: &str, after: &str) {
    let (ours, theirs) = (TestDatabase::new(engine), TestDatabase::new(engine));
    for (database, script) in [(&ours, before), (&theirs, after)] {
        let loaded = database.feed(script);
        assert!(loaded.status.success(), "{engine}: {}", error_of(&loaded));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let (ours_url, theirs_url) = (ours.url.as_str(), theirs.url.as_str());
    for arguments in [
        &["generate", ours_url][..],
        &["baseline", "--url", ours_url],
        &["new", "next", "--autogenerate", "--model", theirs_url],
        &["up", "--url", ours_url],
    ] {
        let output = driftless(folder.path(), arguments);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{engine}: {arguments:?}: {}",
            error_of(&output)
        );
    }
    is_same(
        &driftless(folder.path(), &["diff", ours_url, theirs_url, "--exit-code"]),
        engine,
    );
    assert_lines(&dump(&ours), &dump(&theirs), engine);
}

fn error_of(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What a command tells that it leaves out.
fn left_out(output: &Output) -> Vec<String> {
    let text = error_of(output);
    let told = text.lines().skip_while(|line| !line.contains("does not manage:"));
    let told = told.skip(1).map_while(|line| line.strip_prefix("  "));
    told.map(str::to_string).collect()
}

/// There is no difference, and nothing else to remark.
#[track_caller]
fn is_same(output: &Output, what: &str) {
    let text = error_of(output);
    let differences = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{what}: {differences}{text}");
    assert!(differences.trim().is_empty(), "{what}: {differences}");
    assert!(!text.contains("warning"), "{what}: {text}");
}

/// What the server's own program writes of a database, in a normal form.
fn dump(database: &TestDatabase) -> String {
    // A sequence is named with its database.
    let own = format!("`{}`.", database.name());
    normal(&printed(database).replace(&own, ""))
}

/// What the server's own program writes of a database.
fn printed(database: &TestDatabase) -> String {
    let (program, dumper) = match database.engine {
        "mysql" => ("DRIFTLESS_TEST_MYSQL_CLIENT", "mysqldump"),
        _ => ("DRIFTLESS_TEST_MARIADB_CLIENT", "mariadb-dump"),
    };
    let client = PathBuf::from(std::env::var(program).unwrap_or_else(|_| panic!("set {program} or run ./tests/run")));
    let url = database.url.trim_start_matches("mysql://");
    let (account, place) = url.split_once('@').expect("an account");
    let (user, password) = account.split_once(':').expect("a password");
    let (host, port) = place
        .split_once('/')
        .expect("a database")
        .0
        .split_once(':')
        .expect("a port");
    let mut command = Command::new(client.with_file_name(dumper));
    command.args(["--no-defaults", "-h", host, "-P", port, "-u", user]);
    command.args([
        "--no-data",
        "--skip-comments",
        "--routines",
        "--events",
        "--no-tablespaces",
    ]);
    if database.engine == "mysql" {
        command.arg("--set-gtid-purged=OFF");
    }
    for own in ["driftless_history", "driftless_history_journal"] {
        command.arg(format!("--ignore-table={}.{own}", database.name()));
    }
    let dumped = command.arg(database.name()).env("MYSQL_PWD", password).output();
    let dumped = dumped.expect("the program starts");
    assert!(dumped.status.success(), "{dumper}: {}", error_of(&dumped));
    String::from_utf8_lossy(&dumped.stdout).into_owned()
}

/// Events are left out, with what the program writes around them.
fn without_events(dump: String) -> String {
    let begin = "/*!50106 SET @save_time_zone= @@TIME_ZONE */ ;\n";
    let end = "/*!50106 SET TIME_ZONE= @save_time_zone */ ;\n";
    let Some((before, events)) = dump.split_once(begin) else {
        return dump;
    };
    let (_, after) = events.split_once(end).expect("the end of the events");
    before.to_string() + after
}

/// A dump without what is no part of the schema: how far numbers have come, in which order keys and checks were made, and
/// whether an author said a collation of a column that is the table's own, which MySQL remembers.
fn normal(dump: &str) -> String {
    let mut all = String::new();
    let mut rest = dump;
    while let Some(at) = rest.find("CREATE TABLE `") {
        let (before, table) = rest.split_at(at);
        let end = table.find(";\n").map_or(table.len(), |end| end + 1);
        all += before;
        all += &normal_table(&table[..end]);
        rest = &table[end..];
    }
    all + rest
}

fn normal_table(statement: &str) -> String {
    let options = statement.lines().find(|line| line.starts_with(')')).unwrap_or_default();
    let option = |word: &str| Some(options.split_once(word)?.1.split([' ', ';']).next()?.to_string());
    let charset = option("CHARSET=").unwrap_or_default();
    let collation = option(" COLLATE=").unwrap_or_default();
    let mut lines: Vec<String> = Vec::new();
    let mut keys: Vec<String> = Vec::new();
    for line in statement.lines() {
        let line = line.trim_end_matches(',');
        let word = line.trim_start().split(' ').next().unwrap_or_default();
        if line.starts_with("  ") && matches!(word, "KEY" | "UNIQUE" | "FULLTEXT" | "SPATIAL" | "CONSTRAINT") {
            keys.push(line.to_string());
            continue;
        }
        if line.starts_with(')') {
            keys.sort();
            lines.append(&mut keys);
        }
        let (mut line, more) = match line.split_once(" COMMENT ") {
            Some((line, more)) if line.starts_with("  ") => (line.to_string(), format!(" COMMENT {more}")),
            _ => (line.to_string(), String::new()),
        };
        if line.starts_with("  ") {
            let said = format!(" CHARACTER SET {charset} COLLATE {collation}");
            line = (line + " ").replace(&format!("{said} "), " ");
            line = line.replace(&format!(" COLLATE {collation} "), " ");
            line.pop();
        }
        if line.starts_with(')')
            && let Some((before, after)) = line.split_once(" AUTO_INCREMENT=")
        {
            line = before.to_string() + after.trim_start_matches(|c: char| c.is_ascii_digit());
        }
        lines.push(line + &more);
    }
    lines.join("\n")
}

/// Says what differs, line by line.
#[track_caller]
fn assert_lines(left: &str, right: &str, what: &str) {
    let missing = |from: &str, other: &str| -> String {
        let other: std::collections::BTreeSet<&str> = other.lines().collect();
        let missing = from.lines().filter(|line| !other.contains(line));
        missing.take(30).map(|line| format!("{line}\n")).collect()
    };
    let (gone, new) = (missing(left, right), missing(right, left));
    assert!(
        left == right,
        "{what}: the dumps differ; of the first alone:\n{gone}of the second alone:\n{new}"
    );
}

#[test]
fn nautobot_on_mysql() {
    Case::large("mysql", "nautobot.sql").goes_round();
}

#[test]
fn nautobot_on_mariadb() {
    Case::large("mariadb", "nautobot.sql").goes_round();
}

#[test]
fn django_on_mysql() {
    Case::large("mysql", "django.sql").goes_round();
}

#[test]
fn django_on_mariadb() {
    Case::large("mariadb", "django.sql").goes_round();
}

#[test]
fn airflow_on_mysql() {
    Case {
        is_read: true,
        ..Case::of("mysql", "airflow.sql")
    }
    .goes_round();
}

#[test]
fn airflow_on_mariadb() {
    Case {
        is_read: true,
        ..Case::of("mariadb", "airflow.sql")
    }
    .goes_round();
}

const LEFT_OUT_OF_EVERYTHING: &[&str] = &[
    "comment on index `document_body` of table `document`",
    "comment on index `document_btree` of table `document`",
    "comment on index `person_email` of table `person`",
    "comment on partition `p2023` of table `by_range`",
    "event `nightly`",
    "subpartitions of table `by_sub`",
    "table option `CHECKSUM` of table `in_myisam`",
    "table option `KEY_BLOCK_SIZE` of table `document`",
    "table option `MAX_ROWS` of table `in_myisam`",
    "table option `ROW_FORMAT` of table `document`",
    "table option `ROW_FORMAT` of table `in_dynamic`",
    "table option `STATS_PERSISTENT` of table `in_dynamic`",
    "view option `ALGORITHM` of view `high_scored`",
    "view option `ALGORITHM` of view `summary`",
    "view option `SQL SECURITY INVOKER` of view `high_scored`",
];

/// What both servers say otherwise of the tables of everything.sql: the options, comments and subpartitions that are left out.
const TABLES_OTHERWISE: [(&str, &str); 8] = [
    (" COMMENT = 'past'", ""),
    ("SUBPARTITION BY HASH (`id`)\nSUBPARTITIONS 2\n", ""),
    (" COMMENT 'the text alone'", ""),
    // An index is a B-tree where nothing is said.
    (" USING BTREE COMMENT 'by size'", ""),
    (" ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8", ""),
    (" STATS_PERSISTENT=1 ROW_FORMAT=DYNAMIC", ""),
    (" MAX_ROWS=1000 CHECKSUM=1", ""),
    (" COMMENT 'one each'", ""),
];

/// The options of views that are left out.
const VIEWS_OTHERWISE: [(&str, &str); 3] = [
    ("ALGORITHM=MERGE", "ALGORITHM=UNDEFINED"),
    ("ALGORITHM=TEMPTABLE", "ALGORITHM=UNDEFINED"),
    ("SQL SECURITY INVOKER */", "SQL SECURITY DEFINER */"),
];

#[test]
fn everything_on_mysql() {
    // The server keeps the arguments of routines as they are written, and the names of a view's columns where.
    let as_written = [
        ("`add_up`(a int, b int)", "`add_up`(`a` int, `b` int)"),
        (
            "(t varchar(20) CHARACTER SET latin1)",
            "(`t` varchar(20) CHARACTER SET latin1 COLLATE latin1_swedish_ci)",
        ),
        ("(of_tenant int unsigned)", "(`of_tenant` int unsigned)"),
        (
            "(IN older_than int, OUT removed int, INOUT total decimal(10,2))",
            "(IN `older_than` int, OUT `removed` int, INOUT `total` decimal(10,2))",
        ),
        (
            "`highest_scored` (`id`,`mail`) AS select `high_scored`.`id` AS `id`,`high_scored`.`email` AS `email`",
            "`highest_scored` AS select `high_scored`.`id` AS `id`,`high_scored`.`email` AS `mail`",
        ),
    ];
    Case {
        left_out: LEFT_OUT_OF_EVERYTHING,
        otherwise: [&TABLES_OTHERWISE[..], &VIEWS_OTHERWISE, &as_written].concat(),
        ..Case::of("mysql", "everything.sql")
    }
    .goes_round();
}

#[test]
fn everything_on_mariadb() {
    // The server keeps triggers and the arguments of routines as they are written.
    let as_written = [
        (
            "TRIGGER document_before BEFORE INSERT ON document FOR EACH ROW\n",
            "TRIGGER `document_before` BEFORE INSERT ON `document`\nFOR EACH ROW\n",
        ),
        (
            "TRIGGER document_before_too BEFORE INSERT ON document FOR EACH ROW ",
            "TRIGGER `document_before_too` BEFORE INSERT ON `document`\nFOR EACH ROW\n",
        ),
        (
            "TRIGGER document_after AFTER UPDATE ON document FOR EACH ROW ",
            "TRIGGER `document_after` AFTER UPDATE ON `document`\nFOR EACH ROW\n",
        ),
        (
            "TRIGGER document_deleted AFTER DELETE ON document FOR EACH ROW ",
            "TRIGGER `document_deleted` AFTER DELETE ON `document`\nFOR EACH ROW\n",
        ),
        ("`add_up`(a int, b int)", "`add_up`(`a` int(11), `b` int(11))"),
        (
            "(t varchar(20) CHARACTER SET latin1)",
            "(`t` varchar(20) CHARACTER SET latin1 COLLATE latin1_swedish_ci)",
        ),
        ("(of_tenant int unsigned)", "(`of_tenant` int(10) unsigned)"),
        (
            "(IN older_than int, OUT removed int, INOUT total decimal(10,2))",
            "(IN `older_than` int(11), OUT `removed` int(11), INOUT `total` decimal(10,2))",
        ),
        // What is so where nothing is said.
        (
            "(`tenant`, `team_id`) REFERENCES `team` (`tenant`, `id`) ON UPDATE NO ACTION",
            "(`tenant`, `team_id`) REFERENCES `team` (`tenant`, `id`)",
        ),
        // A check of a column by its name is one of the table that bears it.
        ("DEFAULT NULL CHECK (`born` > '1900-01-01')", "DEFAULT NULL"),
        (
            "  CONSTRAINT `person_boss_fk`",
            "  CONSTRAINT `born` CHECK (`born` > '1900-01-01')\n  CONSTRAINT `person_boss_fk`",
        ),
    ];
    Case {
        left_out: LEFT_OUT_OF_EVERYTHING,
        otherwise: [&TABLES_OTHERWISE[..], &VIEWS_OTHERWISE, &as_written].concat(),
        ..Case::of("mariadb", "everything.sql")
    }
    .goes_round();
}

#[test]
fn what_mysql_alone_holds() {
    Case {
        left_out: &[
            "SRID of column `place` of table `functional`",
            "check without enforcement `checked_not_enforced` of table `checked`",
            "invisible index `functional_unseen` of table `functional`",
        ],
        otherwise: vec![
            (" /*!80003 SRID 4326 */", ""),
            (" /*!80016 NOT ENFORCED */", ""),
            ("(`price`) /*!80000 INVISIBLE */", "(`price`)"),
        ],
        ..Case::of("mysql", "mysql_only.sql")
    }
    .goes_round();
}

#[test]
fn what_mariadb_alone_holds() {
    Case {
        left_out: &[
            "ignored index `own_types_ignored` of table `own_types`",
            "key without overlaps `booked_once` of table `booked`",
            "period `booked_time` of table `booked`",
            "system versioning of table `versioned`",
            "table option `PAGE_COMPRESSED` of table `own_types`",
        ],
        otherwise: vec![
            ("  PERIOD FOR `booked_time` (`starts`, `ends`)\n", ""),
            ("  UNIQUE KEY `booked_once` (`room`,`booked_time` WITHOUT OVERLAPS)\n", ""),
            // A table of Aria is so where nothing is said.
            (" PAGE_CHECKSUM=1 TRANSACTIONAL=1", " PAGE_CHECKSUM=1"),
            // A check of a column by its name is one of the table that bears it.
            (" CHECK (json_extract(`data`,'$.id') is not null)", ""),
            (
                "  KEY `own_types_ignored` (`number`) IGNORED",
                "  CONSTRAINT `data` CHECK (json_extract(`data`,'$.id') is not null)\n  KEY `own_types_ignored` (`number`)",
            ),
            (" `PAGE_COMPRESSED`='1'", ""),
            (" WITHOUT SYSTEM VERSIONING", ""),
            (" WITH SYSTEM VERSIONING", ""),
        ],
        ..Case::of("mariadb", "mariadb_only.sql")
    }
    .goes_round();
}

#[test]
fn a_primary_key_gets_other_columns() {
    for engine in ["mysql", "mariadb"] {
        becomes(
            engine,
            "CREATE TABLE item (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a)); INSERT INTO item VALUES (1, 2)",
            "CREATE TABLE item (a int NOT NULL, b int NOT NULL, PRIMARY KEY (b, a))",
        );
    }
}

/// An index that begins with the columns of a foreign key serves it, whatever comes behind them.
#[test]
fn foreign_keys_served_by_indexes_with_more() {
    for engine in ["mysql", "mariadb"] {
        let case = Case::new(
            engine,
            "CREATE TABLE team (id int PRIMARY KEY);
             CREATE TABLE item (team int, name varchar(20), text text, KEY by_team (team, name(5)),
               CONSTRAINT of_team FOREIGN KEY (team) REFERENCES team (id));",
        );
        case.goes_round();
    }
}

#[test]
fn json_of_mariadb_becomes_a_text() {
    let text = "CREATE TABLE item (id int PRIMARY KEY, data longtext)";
    let json = text.replace("longtext", "json");
    becomes("mariadb", &json, text);
    becomes("mariadb", text, &json);
}

#[test]
fn views_that_read_each_other_become_others_together() {
    for engine in ["mysql", "mariadb"] {
        let before = "CREATE TABLE item (id int, mail int); CREATE VIEW one AS SELECT id, mail FROM item;
            CREATE VIEW two AS SELECT mail FROM one; CREATE VIEW three AS SELECT mail FROM two;";
        let after = "CREATE TABLE item (id int, mail int); CREATE VIEW one AS SELECT id, mail AS name FROM item;
            CREATE VIEW two AS SELECT name AS mail FROM one; CREATE VIEW three AS SELECT mail FROM two;";
        becomes(engine, before, after);
        becomes(engine, after, before);
    }
}

/// What a table has that says nothing of its own is the matter of its database.
#[test]
fn the_collation_of_a_database_is_told() {
    for engine in ["mysql", "mariadb"] {
        let database = TestDatabase::new(engine);
        database.execute("CREATE TABLE item (name varchar(9))");
        let told = |database: &TestDatabase| {
            let folder = tempfile::tempdir().expect("a folder");
            left_out(&driftless(folder.path(), &["generate", &database.url]))
        };
        assert_eq!(told(&database), [""; 0], "{engine}");
        database.execute("ALTER DATABASE COLLATE latin1_bin");
        let expected = format!("collation `latin1_bin` of database `{}`", database.name());
        assert_eq!(told(&database), [expected], "{engine}");
    }
}

/// What a view calls its columns beside its name; indexes of words, of which InnoDB makes one at a time; a column that an
/// index alone begins with and that numbers its rows.
const MORE: &str = "
    CREATE TABLE team (id int, name varchar(9), title varchar(9) CHARACTER SET latin1);
    CREATE TABLE words (id int NOT NULL AUTO_INCREMENT, b int, c text, d text, KEY (id, b), FULLTEXT (c), FULLTEXT (d));
    CREATE VIEW of_both (a) AS (SELECT id FROM team LIMIT 1) UNION (SELECT 2);
    CREATE VIEW in_order (m) AS SELECT count(*) AS n FROM team GROUP BY name ORDER BY n;
    CREATE VIEW with_one (x, y) AS WITH c AS (SELECT id, name FROM team) SELECT id, name FROM c;
    CREATE VIEW plain AS SELECT id AS z FROM team ORDER BY z;
    CREATE VIEW rolled_up AS SELECT name, count(*) FROM team GROUP BY name WITH ROLLUP;
    CREATE PROCEDURE `call`(IN `a` json, IN `b` blob, IN `c` enum('x') CHARACTER SET latin1 COLLATE latin1_swedish_ci) SELECT 1;
";

#[test]
fn names_of_columns_of_views() {
    Case {
        otherwise: vec![
            (
                "`of_both` (`a`) AS (select `team`.`id` AS `id`",
                "`of_both` AS (select `team`.`id` AS `a`",
            ),
            (
                "`in_order` (`m`) AS select count(0) AS `n` from `team` group by `team`.`name` order by `n`",
                "`in_order` AS select `named`.`m` AS `m` from (select count(0) AS `n` from `team` group by `team`.`name` \
                 order by `n`) `named` (`m`)",
            ),
            (
                "`with_one` (`x`,`y`) AS with `c` as (select `team`.`id` AS `id`,`team`.`name` AS `name` from `team`) \
                 select `c`.`id` AS `id`,`c`.`name` AS `name`",
                "`with_one` AS with `c` as (select `team`.`id` AS `id`,`team`.`name` AS `name` from `team`) \
                 select `c`.`id` AS `x`,`c`.`name` AS `y`",
            ),
        ],
        ..Case::new("mysql", MORE)
    }
    .goes_round();
    Case {
        // To the server `json` is a long text.
        otherwise: vec![(
            "IN `a` json",
            "IN `a` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        )],
        ..Case::new("mariadb", MORE)
    }
    .goes_round();
}

/// What only the statement of a table shows whole, keys that are told of, and names that are easily taken for another.
const ODD: &str = "
    CREATE TABLE beginnings (a varchar(200) NOT NULL, b text NOT NULL, c int, PRIMARY KEY (a(10), b(5)), UNIQUE u (b(7)));
    CREATE TABLE backwards (a int, b varchar(40) DEFAULT (concat(uuid(), 'x\\\\y')), c int DEFAULT (a * 2),
      KEY ((lower(b))), KEY ba (b DESC, a), PRIMARY KEY (a DESC));
    CREATE TABLE shown (a varchar(9) DEFAULT '😀', b varchar(9) DEFAULT 'what?', c binary(3) DEFAULT 0x00ff10,
      d varbinary(9) DEFAULT 0x610062, e char(0), f varchar(9) DEFAULT 'NULL', g varchar(20) DEFAULT 'now()');
    CREATE TABLE `Shown` (a int);
    CREATE TABLE fired (a int, b int);
    CREATE TRIGGER zz BEFORE INSERT ON fired FOR EACH ROW SET new.a = 1;
    CREATE TRIGGER aa BEFORE INSERT ON fired FOR EACH ROW SET new.b = 2;
";

#[test]
fn odd_things_on_mysql() {
    Case {
        left_out: &[
            "order of the primary key of table `backwards`",
            "order of triggers `zz` before `aa` on table `fired`",
            "primary key of beginnings of table `beginnings`",
        ],
        otherwise: vec![
            ("  PRIMARY KEY (`a`(10),`b`(5))\n", ""),
            ("PRIMARY KEY (`a` DESC)", "PRIMARY KEY (`a`)"),
            (
                "TRIGGER `zz` BEFORE INSERT ON `fired` FOR EACH ROW SET new.a = 1",
                "TRIGGER",
            ),
            (
                "TRIGGER `aa` BEFORE INSERT ON `fired` FOR EACH ROW SET new.b = 2",
                "TRIGGER `zz` BEFORE INSERT ON `fired` FOR EACH ROW SET new.a = 1",
            ),
            (
                "/*!50003 TRIGGER */",
                "/*!50003 TRIGGER `aa` BEFORE INSERT ON `fired` FOR EACH ROW SET new.b = 2 */",
            ),
        ],
        ..Case::new("mysql", ODD)
    }
    .goes_round();
}

/// The numbers of sequences, and what MyISAM counts within another column.
#[test]
fn odd_things_on_mariadb() {
    Case::new(
        "mariadb",
        "CREATE SEQUENCE numbers;
         CREATE TABLE numbered (a int DEFAULT (NEXT VALUE FOR numbers), b inet6 DEFAULT '::1');
         CREATE TABLE within (id int NOT NULL AUTO_INCREMENT, k int NOT NULL, PRIMARY KEY (k, id)) ENGINE = MyISAM;",
    )
    .goes_round();
}

/// The partition of all other rows, which the server lists as one of zeros; periods beside checks that look like one; what
/// is JSON and what is only held to be.
const MORE_OF_MARIADB: &str = "
    CREATE TABLE rest (a int) PARTITION BY LIST (a) (PARTITION x VALUES IN (1, 2), PARTITION y DEFAULT);
    CREATE TABLE rest_and_zero (a int) PARTITION BY LIST (a)
      (PARTITION x VALUES IN (0), PARTITION `y z` DEFAULT, PARTITION w VALUES IN (3));
    CREATE TABLE rest_of_two (a varchar(3), b int) PARTITION BY LIST COLUMNS (a, b)
      (PARTITION x VALUES IN (('a', 1)), PARTITION y DEFAULT);
    CREATE TABLE stay (room int, s date, e date, CHECK (s < e), PERIOD FOR p (s, e), UNIQUE u (room, p WITHOUT OVERLAPS),
      PRIMARY KEY (e, s));
    CREATE TABLE kept (x int) WITH SYSTEM VERSIONING
      PARTITION BY SYSTEM_TIME (PARTITION p0 HISTORY, PARTITION p1 CURRENT);
    CREATE TABLE since (a int, b timestamp(6) GENERATED ALWAYS AS ROW START, c timestamp(6) GENERATED ALWAYS AS ROW END,
      PERIOD FOR SYSTEM_TIME (b, c)) WITH SYSTEM VERSIONING;
    CREATE TABLE held (j json NOT NULL DEFAULT '[]', k longtext DEFAULT '{}' CHECK (json_valid(k)),
      l varchar(3) CHECK (json_valid(l)), m longtext DEFAULT _utf8mb4'{}');
";

#[test]
fn what_stands_in_statements_of_mariadb_only() {
    Case {
        left_out: &[
            "key without overlaps `u` of table `stay`",
            "period `p` of table `stay`",
            "system versioning of table `kept`",
            "system versioning of table `since`",
        ],
        otherwise: vec![
            ("  PERIOD FOR `p` (`s`, `e`)\n", ""),
            ("  UNIQUE KEY `u` (`room`,`p` WITHOUT OVERLAPS)\n", ""),
            (" WITH SYSTEM VERSIONING", ""),
            (
                "\n PARTITION BY SYSTEM_TIME \n(PARTITION `p0` HISTORY ENGINE = InnoDB\n PARTITION `p1` CURRENT ENGINE = InnoDB)",
                "",
            ),
            (
                "  `b` timestamp(6) GENERATED ALWAYS AS ROW START\n  `c` timestamp(6) GENERATED ALWAYS AS ROW END\n  \
                 PERIOD FOR SYSTEM_TIME (`b`, `c`)\n",
                "",
            ),
            // A check of a column by its name is one of the table that bears it.
            (
                "DEFAULT '{}' CHECK (json_valid(`k`))\n  `l` varchar(3) DEFAULT NULL CHECK (json_valid(`l`))\n  `m` longtext \
                 DEFAULT _utf8mb4'{}'\n",
                "DEFAULT '{}'\n  `l` varchar(3) DEFAULT NULL\n  `m` longtext DEFAULT _utf8mb4'{}'\n  CONSTRAINT `k` CHECK \
                 (json_valid(`k`))\n  CONSTRAINT `l` CHECK (json_valid(`l`))\n",
            ),
        ],
        ..Case::new("mariadb", MORE_OF_MARIADB)
    }
    .goes_round();
}

/// A function of many rows is told of, and is no function of one.
#[test]
fn aggregate_functions_of_mariadb() {
    let database = TestDatabase::new("mariadb");
    database.execute(
        "CREATE AGGREGATE FUNCTION total(x int) RETURNS int BEGIN
           DECLARE s int DEFAULT 0; DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN s;
           LOOP FETCH GROUP NEXT ROW; SET s = s + x; END LOOP; END",
    );
    let told = driftless(database.folder(), &["inspect", &database.url]);
    assert_eq!(left_out(&told), ["aggregate function `total`"]);
    assert!(!String::from_utf8_lossy(&told.stdout).contains("total"));
}

/// Chinook as its authors wrote it, in the test's own database.
fn chinook() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/chinook/Chinook_MySql.sql");
    let text = std::fs::read_to_string(path).expect("the original script");
    let places = ["drop database", "create database", "use "];
    let is_own = |line: &&str| {
        let lower = line.trim().to_lowercase();
        !places.iter().any(|place| lower.starts_with(place))
    };
    let lines = text.trim_start_matches('\u{feff}').lines().filter(is_own);
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn chinook_without_rows() {
    Case::new("mysql", &chinook()).goes_round();
    Case {
        // InnoDB does the same where nothing is said.
        otherwise: vec![(" ON DELETE NO ACTION ON UPDATE NO ACTION", "")],
        ..Case::new("mariadb", &chinook())
    }
    .goes_round();
}

#[test]
fn chinook_with_rows() {
    support::on_some(&["mysql", "mariadb"], |engine| {
        let (ours, again) = (TestDatabase::new(engine), TestDatabase::new(engine));
        let loaded = ours.feed(&chinook());
        assert!(loaded.status.success(), "{engine}: {}", error_of(&loaded));
        let folder = tempfile::tempdir().expect("a folder");
        for arguments in [
            ["generate", "--url", &ours.url, "--data", "all"].as_slice(),
            &["up", "--url", &again.url],
        ] {
            let done = driftless(folder.path(), arguments);
            assert!(done.status.success(), "{engine}: {}", error_of(&done));
        }
        is_same(
            &driftless(folder.path(), &["diff", &ours.url, &again.url, "--exit-code"]),
            engine,
        );
        let tables = ours.query("SELECT table_name FROM information_schema.tables WHERE table_schema = database()");
        let tables: Vec<String> = tables.concat().into_iter().flatten().collect();
        assert_eq!(tables.len(), 11, "{engine}");
        for table in tables {
            let sum = |database: &TestDatabase| {
                let rows = database.query(&format!("CHECKSUM TABLE `{table}`"));
                let count = database.query(&format!("SELECT count(*) FROM `{table}`"));
                (rows.concat().pop().flatten(), count.concat().pop().flatten())
            };
            let (left, right) = (sum(&ours), sum(&again));
            assert!(left.0.is_some(), "{engine}: {table}");
            assert_eq!(left, right, "{engine}: rows of {table}");
        }
    });
}

/// Partitions are no tables there.
#[test]
fn a_table_may_have_the_name_of_a_partition() {
    for engine in ["mysql", "mariadb"] {
        Case::new(
            engine,
            "CREATE TABLE parted (id int) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10)); CREATE TABLE p0 (id int);",
        )
        .goes_round();
    }
}

/// A collation that a table or a column says is the same as one that the database or the table has by itself; another one
/// is a difference, be it as usual as the first.
#[test]
fn collations_are_those_that_hold() {
    support::on_some(&["mysql", "mariadb"], |engine| {
        let database = TestDatabase::new(engine);
        let name = database.name().to_string();
        database.execute(&format!("ALTER DATABASE {name} COLLATE utf8mb4_unicode_ci"));
        database.execute("CREATE TABLE said (a varchar(9), b varchar(9) COLLATE utf8mb4_bin)");
        let model = |of_table: &str, of_column: &str| {
            let text = format!(
                "tables:\n  - table: said\n    options: {{ {engine}: {{ collation: {of_table} }} }}\n    columns:\n      - {{ name: a, type: varchar(9), \
                 collation: {of_column} }}\n      - {{ name: b, type: varchar(9), collation: utf8mb4_bin }}\n"
            );
            std::fs::write(database.folder().join("model.yaml"), text).expect("a file");
            driftless(database.folder(), &["diff", &database.url, "model.yaml", "--exit-code"])
        };
        is_same(&model("utf8mb4_unicode_ci", "utf8mb4_unicode_ci"), engine);
        // Nor has it to be taken away where another thing differs.
        database.execute("ALTER TABLE said MODIFY a varchar(9) NOT NULL");
        let other = driftless(
            database.folder(),
            &["diff", "model.yaml", &database.url, "--as", "operations"],
        );
        let operations = String::from_utf8_lossy(&other.stdout);
        assert!(
            operations.contains("nullable: false") || operations.contains("set_not_null"),
            "{operations}"
        );
        assert!(!operations.contains("collation"), "{operations}");
        assert!(!error_of(&other).contains("not-expressible"), "{}", error_of(&other));
        database.execute("ALTER TABLE said MODIFY a varchar(9)");
        let differs = |output: Output, what: &str| {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            assert_eq!(output.status.code(), Some(4), "{engine}: {text}");
            assert!(text.contains(what), "{engine}: {text}");
        };
        differs(model("utf8mb4_unicode_ci", "utf8mb4_general_ci"), "utf8mb4_general_ci");
        differs(model("utf8mb4_general_ci", "utf8mb4_unicode_ci"), "utf8mb4_general_ci");
    });
}

/// What a user may not read is told, and is no empty view or routine.
#[test]
fn what_may_not_be_read_is_not_made_empty() {
    support::on_some(&["mysql", "mariadb"], |engine| {
        let database = TestDatabase::new(engine);
        let (name, user) = (database.name().to_string(), format!("u_{}", database.name()));
        for sql in [
            "CREATE TABLE item (id int)",
            "CREATE VIEW seen AS SELECT id FROM item",
            "CREATE FUNCTION twice(a INT) RETURNS INT DETERMINISTIC RETURN a * 2",
            "CREATE PROCEDURE clear() DELETE FROM item",
            &format!("CREATE USER {user}@'%' IDENTIFIED BY '{user}'"),
            &format!("GRANT SELECT, EXECUTE ON {name}.* TO {user}@'%'"),
        ] {
            database.execute(sql);
        }
        let (_, place) = database.url.split_once('@').expect("an account");
        let told = driftless(
            database.folder(),
            &["inspect", &format!("mysql://{user}:{user}@{place}")],
        );
        database.execute(&format!("DROP USER {user}@'%'"));
        let (text, error) = (String::from_utf8_lossy(&told.stdout), error_of(&told));
        assert_eq!(told.status.code(), Some(7), "{engine}: {error}");
        assert!(text.contains("item"), "{engine}: {text}");
        for missing in ["seen", "twice", "clear"] {
            assert!(!text.contains(missing), "{engine}: {text}");
            assert!(error.contains(&format!("`{missing}`")), "{engine}: {error}");
        }
    });
}
