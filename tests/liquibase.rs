//! A changelog of Liquibase as its user has it: imported, and run as it is, on every engine.

mod support;

use support::{TestDatabase, on_engines, write};

const HEAD: &str = "<databaseChangeLog xmlns=\"http://www.liquibase.org/xml/ns/dbchangelog\">\n";

/// Two ways to the same database: through an import, and directly.
const WAYS: [&str; 2] = ["imported", "direct"];

fn run(database: &TestDatabase, arguments: &[&str]) -> (i32, String) {
    let output = support::driftless(database.folder(), arguments);
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    (output.status.code().unwrap_or(-1), text)
}

/// Writes a changelog, and imports it where that is the way; the file to run, and how the import ended.
fn changelog(database: &TestDatabase, way: &str, changesets: &str) -> (String, i32, String) {
    let text = format!("{HEAD}{changesets}</databaseChangeLog>\n");
    write(database.folder().join("master.xml"), &text);
    if way == "direct" {
        return ("master.xml".into(), 0, String::new());
    }
    let (code, told) = run(database, &["import", "liquibase", "master.xml", "--folder", "imported"]);
    ("imported/master.yaml".into(), code, told)
}

/// Runs something on each engine, by each way, in a database of its own.
fn each_way(test: fn(&TestDatabase, &str)) {
    on_engines(move |engine| {
        for way in WAYS {
            test(&TestDatabase::new(engine), way);
        }
    });
}

fn up(database: &TestDatabase, file: &str) -> (i32, String) {
    run(database, &["up", "--changelog", file, "--url", &database.url])
}

/// Whether there is a table of that name.
fn has(database: &TestDatabase, table: &str) -> bool {
    let from = match database.engine {
        "sqlite" => "sqlite_master WHERE name",
        _ => "information_schema.tables WHERE table_name",
    };
    !database.query(&format!("SELECT 1 FROM {from} = '{table}'")).is_empty()
}

#[test]
fn what_cannot_be_carried_out_stops_the_run_before_it() {
    each_way(|database, way| {
        let engine = database.engine;
        let changesets = r#"
<changeSet id="1" author="a"><createTable tableName="kept"><column name="a" type="int"/></createTable></changeSet>
<changeSet id="2" author="a"><createTable tableName="wrong"><column name="a" type="int"/></createTable>
  <modifySql dbms="postgresql,mysql,mariadb,sqlite"><append value=" TABLESPACE elsewhere"/></modifySql></changeSet>
"#;
        let (file, code, told) = changelog(database, way, changesets);
        if way == "imported" {
            assert_eq!(code, 7, "{engine}: {told}");
            assert!(
                told.contains("`modifySql` `append` changes the SQL"),
                "{engine}: {told}"
            );
            assert!(told.contains("master.xml:5:"), "{engine}: {told}");
        }
        let (code, told) = up(database, &file);
        assert_eq!(code, 1, "{engine}: {told}");
        assert!(
            told.contains("`modifySql` `append` changes the SQL"),
            "{engine}: {told}"
        );
        assert!(has(database, "kept") && !has(database, "wrong"), "{engine}: {told}");
    });
}

#[test]
fn what_a_condition_keeps_out_is_nowhere() {
    each_way(|database, way| {
        let engine = database.engine;
        let changesets = r#"
<changeSet id="table" author="a"><createTable tableName="t"><column name="a" type="varchar(10)"/></createTable></changeSet>
<changeSet id="oracle" author="a"><preConditions onFail="MARK_RAN"><dbms type="oracle"/></preConditions>
  <addColumn tableName="t"><column name="b" type="int"/></addColumn></changeSet>
<changeSet id="others" author="a"><preConditions onFail="MARK_RAN"><not><dbms type="oracle"/></not></preConditions>
  <addColumn tableName="t"><column name="b" type="bigint"/></addColumn></changeSet>
<changeSet id="index" author="a"><preConditions onFail="MARK_RAN"><indexExists tableName="t" indexName="ix"/></preConditions>
  <dropIndex tableName="t" indexName="ix"/></changeSet>
<changeSet id="fix" author="a"><preConditions onFail="MARK_RAN"><changeSetExecuted id="gone" author="a" changeLogFile="old.xml"/></preConditions>
  <addNotNullConstraint tableName="later" columnName="a" columnDataType="int"/></changeSet>
<changeSet id="later" author="a"><createTable tableName="later"><column name="a" type="int"/></createTable></changeSet>
"#;
        let (file, code, told) = changelog(database, way, changesets);
        assert_eq!(code, 0, "{engine}: {told}");
        for command in [&["validate"][..], &["sql", "--dialect", engine]] {
            let (code, told) = run(database, &[command, &["--changelog", &file]].concat());
            assert_eq!(code, 0, "{engine}, {way}: {told}");
        }
        let (code, told) = up(database, &file);
        assert_eq!(code, 0, "{engine}, {way}: {told}");
        database.query("SELECT a, b FROM t");
        let held = database.query("SELECT state FROM driftless_history ORDER BY seq");
        let held: Vec<String> = held.into_iter().flatten().flatten().collect();
        assert_eq!(
            held,
            ["applied", "marked", "applied", "marked", "marked", "applied"],
            "{engine}"
        );
        let (code, told) = run(database, &["drift", "--changelog", &file, "--url", &database.url]);
        assert_eq!(code, 0, "{engine}, {way}: {told}");
    });
}
