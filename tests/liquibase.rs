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
    changelog_in(database, way, changesets, &[])
}

/// Likewise, with more to say to the import.
fn changelog_in(database: &TestDatabase, way: &str, changesets: &str, more: &[&str]) -> (String, i32, String) {
    let text = format!("{HEAD}{changesets}</databaseChangeLog>\n");
    write(database.folder().join("master.xml"), &text);
    if way == "direct" {
        return ("master.xml".into(), 0, String::new());
    }
    let import = ["import", "liquibase", "master.xml", "--folder", "imported"];
    let (code, told) = run(database, &[&import, more].concat());
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

#[test]
fn rows_are_put_in_or_changed_whatever_is_known_of_their_key() {
    each_way(|database, way| {
        let engine = database.engine;
        write(
            database.folder().join("rows.csv"),
            "id,name,age\n1,Ada,36\n2,\"it's\",NULL\n",
        );
        let changesets = r#"
<changeSet id="1" author="a"><createTable tableName="known">
  <column name="id" type="int"><constraints primaryKey="true"/></column><column name="name" type="varchar(20)"/><column name="age" type="int"/></createTable>
  <sql>CREATE TABLE other (id int PRIMARY KEY, name varchar(20), age int)</sql>
  <sql>CREATE TABLE none (id int, name varchar(20), age int)</sql>
  <sql>INSERT INTO known VALUES (1, 'old', 1)</sql><sql>INSERT INTO other VALUES (1, 'old', 1)</sql></changeSet>
<changeSet id="2" author="a">
  <loadUpdateData tableName="known" file="rows.csv" primaryKey="id"/>
  <loadUpdateData tableName="other" file="rows.csv" primaryKey="id"/>
  <loadUpdateData tableName="none" file="rows.csv" primaryKey="id"/></changeSet>
<changeSet id="3" author="a"><sql>UPDATE other SET age = 0</sql>
  <loadUpdateData tableName="other" file="rows.csv" primaryKey="id"><column name="age" type="NUMERIC" allowUpdate="false"/></loadUpdateData></changeSet>
"#;
        let (file, code, told) = changelog(database, way, changesets);
        assert_eq!(code, 0, "{engine}: {told}");
        let (code, told) = up(database, &file);
        assert_eq!(code, 0, "{engine}, {way}: {told}");
        let rows = |table: &str| rows(database, &format!("SELECT id, name, age FROM {table} ORDER BY id"));
        assert_eq!(rows("known"), ["1 Ada 36", "2 it's -"], "{engine}, {way}");
        assert_eq!(rows("other"), ["1 Ada 0", "2 it's 0"], "{engine}, {way}");
        assert_eq!(rows("none"), ["1 Ada 36", "2 it's -"], "{engine}, {way}");
    });
}

#[test]
fn what_fills_a_column_of_truths_is_a_truth() {
    each_way(|database, way| {
        let engine = database.engine;
        let changesets = r#"
<changeSet id="1" author="a"><createTable tableName="t"><column name="id" type="int"/>
  <column name="b" type="BIT(1)"/><column name="f" type="BOOLEAN"/></createTable>
  <insert tableName="t"><column name="id" valueNumeric="1"/></insert></changeSet>
<changeSet id="2" author="a">
  <addNotNullConstraint tableName="t" columnName="b" defaultNullValue="1" columnDataType="BIT(1)"/>
  <addNotNullConstraint tableName="t" columnName="f" defaultNullValue="true" columnDataType="BOOLEAN"/></changeSet>
"#;
        let (file, code, told) = changelog(database, way, changesets);
        assert_eq!(code, 0, "{engine}: {told}");
        let (code, told) = up(database, &file);
        assert_eq!(code, 0, "{engine}, {way}: {told}");
        let asked = match engine {
            "postgres" => "SELECT id FROM t WHERE b = B'1' AND f",
            _ => "SELECT id FROM t WHERE b = 1 AND f = 1",
        };
        assert_eq!(database.query(asked).len(), 1, "{engine}, {way}");
    });
}

/// Lines of a query, their cells with blanks between them.
fn rows(database: &TestDatabase, query: &str) -> Vec<String> {
    let rows = database.query(query);
    let each = rows.iter().map(|row| {
        let cells = row.iter().map(|cell| cell.as_deref().unwrap_or("-"));
        cells.collect::<Vec<_>>().join(" ")
    });
    each.collect()
}

/// Whether a column takes no NULL.
fn refuses_null(database: &TestDatabase, table: &str, column: &str) -> bool {
    let query = match database.engine {
        "sqlite" => format!("SELECT \"notnull\" FROM pragma_table_info('{table}') WHERE name = '{column}'"),
        _ => format!(
            "SELECT CASE WHEN is_nullable = 'NO' THEN 1 ELSE 0 END FROM information_schema.columns \
             WHERE table_name = '{table}' AND column_name = '{column}'"
        ),
    };
    rows(database, &query).iter().any(|row| row == "1")
}

#[test]
fn properties_count_where_they_are_for_whatever_their_letters() {
    each_way(|database, way| {
        let engine = database.engine;
        let (own, other) = match engine {
            "postgres" => ("postgresql", "mysql"),
            engine => (engine, "postgresql"),
        };
        let changesets = format!(
            r#"
<property name="floatType" value="float" dbms="postgresql,mysql,mariadb,h2"/>
<property name="floatType" value="real" dbms="{own}"/>
<property name="onlyHere" value="int" dbms="{own}"/>
<property name="what" value="'other'" context="{other}"/>
<property name="what" value="'own'" context="{own}"/>
<changeSet id="1" author="a"><createTable tableName="t"><column name="f" type="${{floatType}}"/><column name="n" type="${{onlyHere}}"/>
  <column name="what" type="varchar(10)"/></createTable></changeSet>
<changeSet id="2" author="a"><insert tableName="t"><column name="n" valueNumeric="1"/><column name="what" valueComputed="${{what}}"/></insert></changeSet>
"#
        );
        let (file, code, told) = changelog_in(database, way, &changesets, &["--contexts", own]);
        assert_eq!(code, 0, "{engine}: {told}");
        let arguments = ["up", "--changelog", &file, "--url", &database.url, "--contexts", own];
        let (code, told) = run(database, &arguments);
        assert_eq!(code, 0, "{engine}, {way}: {told}");
        assert_eq!(rows(database, "SELECT n, what FROM t"), ["1 own"], "{engine}, {way}");
    });
}

#[test]
fn rows_of_a_file_go_with_the_changelog() {
    each_way(|database, way| {
        let engine = database.engine;
        write(database.folder().join("c.csv"), "name;n\nada;1\nbob;2\n");
        let changesets = r#"
<changeSet id="1" author="a"><createTable tableName="t"><column name="name" type="varchar(50)"/><column name="n" type="int"/></createTable>
  <loadData file="c.csv" separator=";" tableName="t"><column name="name" type="string"/><column name="n" type="numeric"/></loadData></changeSet>
"#;
        let (file, code, told) = changelog(database, way, changesets);
        assert_eq!(code, 0, "{engine}: {told}");
        let (code, told) = up(database, &file);
        assert_eq!(code, 0, "{engine}, {way}: {told}");
        assert_eq!(
            rows(database, "SELECT name, n FROM t ORDER BY n"),
            ["ada 1", "bob 2"],
            "{engine}, {way}"
        );
    });
}

#[test]
fn what_one_of_two_says_the_other_says_again() {
    each_way(|database, way| {
        let engine = database.engine;
        let changesets = r#"
<changeSet id="0" author="a"><createTable tableName="t"><column name="a" type="int"/>
  <column name="b" type="int"><constraints nullable="false"/></column><column name="c" type="int"/></createTable>
  <insert tableName="t"><column name="a" valueNumeric="1"/><column name="b" valueNumeric="1"/></insert></changeSet>
<changeSet id="1n" author="a" context="never"><addNotNullConstraint tableName="t" columnName="a" columnDataType="int"/></changeSet>
<changeSet id="1y" author="a" context="ever"><addNotNullConstraint tableName="t" columnName="a" columnDataType="int"/></changeSet>
<changeSet id="2n" author="a"><preConditions onFail="MARK_RAN"><sqlCheck expectedResult="7">SELECT max(a) FROM t</sqlCheck></preConditions>
  <dropNotNullConstraint tableName="t" columnName="b" columnDataType="int"/>
  <createIndex tableName="t" indexName="ix"><column name="a"/></createIndex></changeSet>
<changeSet id="2y" author="a"><preConditions onFail="MARK_RAN"><sqlCheck expectedResult="1">SELECT max(a) FROM t</sqlCheck></preConditions>
  <dropNotNullConstraint tableName="t" columnName="b" columnDataType="int"/>
  <createIndex tableName="t" indexName="ix"><column name="b"/></createIndex></changeSet>
<changeSet id="3" author="a"><dropNotNullConstraint tableName="t" columnName="c" columnDataType="int"/>
  <dropDefaultValue tableName="t" columnName="c" columnDataType="int"/></changeSet>
<changeSet id="4n" author="a"><preConditions onFail="MARK_RAN"><sqlCheck expectedResult="7">SELECT max(a) FROM t</sqlCheck></preConditions>
  <createTable tableName="u"><column name="a" type="int"/></createTable></changeSet>
<changeSet id="4" author="a"><createTable tableName="u"><column name="b" type="int"/></createTable></changeSet>
"#;
        let (file, code, told) = changelog(database, way, changesets);
        assert_eq!(code, 0, "{engine}: {told}");
        let arguments = ["up", "--changelog", &file, "--url", &database.url, "--contexts", "ever"];
        let (code, told) = run(database, &arguments);
        assert_eq!(code, 0, "{engine}, {way}: {told}");
        assert!(refuses_null(database, "t", "a"), "{engine}, {way}: {told}");
        assert!(!refuses_null(database, "t", "b"), "{engine}, {way}: {told}");
        let held = database.query("SELECT state FROM driftless_history ORDER BY seq");
        let held: Vec<String> = held.into_iter().flatten().flatten().collect();
        let expected = [
            "applied", "applied", "marked", "applied", "applied", "marked", "applied",
        ];
        assert_eq!(held, expected, "{engine}, {way}");
        database.query("SELECT b FROM u");
        let arguments = [
            "drift",
            "--changelog",
            &file,
            "--url",
            &database.url,
            "--contexts",
            "ever",
        ];
        let (code, told) = run(database, &arguments);
        assert_eq!(code, 0, "{engine}, {way}: {told}");
    });
}

#[test]
fn what_liquibase_never_looked_at_stands_in_no_way() {
    each_way(|database, way| {
        let engine = database.engine;
        let long = "fk_a_name_that_goes_on_and_on_until_a_database_cuts_it_somewhere";
        let changesets = format!(
            r#"
<changeSet id="1" author="a"><createTable tableName="p"><column name="id" type="int"><constraints primaryKey="true" unique="true"/></column></createTable>
  <createTable tableName="t"><column name="id" type="int"/><column name="s" type="varchar(20)"/></createTable>
  <addForeignKeyConstraint baseTableName="t" baseColumnNames="id" referencedTableName="p" referencedColumnNames="id" constraintName="{long}"/>
  <rollback><dropTable tableName="p"/><dropColumn tableName="t" columnName="nowhere"/></rollback></changeSet>
<changeSet id="2" author="a"><insert tableName="t"><column name="s" value="x?y"/></insert>
  <insert tableName="t"><column name="s" value="x11y"/></insert>
  <update tableName="t"><column name="s" value="z"/><where>s = 'x?y'</where></update>
  <rollback/></changeSet>
"#
        );
        let (file, code, told) = changelog(database, way, &changesets);
        assert_eq!(code, 0, "{engine}: {told}");
        let (code, told) = up(database, &file);
        assert_eq!(code, 0, "{engine}, {way}: {told}");
        assert_eq!(
            rows(database, "SELECT s FROM t ORDER BY s"),
            ["x11y", "z"],
            "{engine}, {way}"
        );
    });
}

#[test]
fn a_whole_path_is_one_from_here() {
    let database = TestDatabase::new("sqlite");
    let folder = std::fs::canonicalize(database.folder()).expect("a folder");
    std::fs::create_dir_all(folder.join("db")).expect("a folder");
    let part = r#"<changeSet id="1" author="a"><createTable tableName="t"><column name="a" type="int"/></createTable></changeSet>"#;
    write(folder.join("db/part.xml"), &format!("{HEAD}{part}</databaseChangeLog>"));
    let include = r#"<include file="db/part.xml"/>"#;
    let master = write(
        folder.join("db/master.xml"),
        &format!("{HEAD}{include}</databaseChangeLog>"),
    );
    let master = master.display().to_string();
    let (code, told) = run(&database, &["validate", "--changelog", &master]);
    assert_eq!(code, 0, "{told}");
    let (code, told) = run(&database, &["import", "liquibase", &master, "--folder", "imported"]);
    assert_eq!(code, 0, "{told}");
    assert!(folder.join("imported/master.yaml").exists(), "{told}");
}
