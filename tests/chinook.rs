//! The worked example on every engine, held against the original scripts: every table, column, type class, key, index
//! and row. Names of constraints, case and underscores do not count.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use driftless::database::{ConnectOptions, DatabaseUrl, Session, introspect::introspect};
use driftless::dialect::ObjectName;
use driftless::executor::target_of;
use driftless::model::{Catalog, Table, Type};
use support::{TestDatabase, assert_same, block_on};

fn changelog() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("changelogs/chinook/changelog.yaml")
}

fn original(engine: &str) -> String {
    let name = match engine {
        "sqlite" => "Chinook_Sqlite.sql",
        "postgres" => "Chinook_PostgreSql.sql",
        _ => "Chinook_MySql.sql",
    };
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/chinook")
        .join(name);
    let text = std::fs::read_to_string(path).expect("the original script");
    let text = text.trim_start_matches('\u{feff}');
    // It makes a database of its own and moves into it; here it stays in the test's.
    let own = |line: &&str| {
        let lower = line.trim().to_lowercase();
        !(lower.starts_with("drop database")
            || lower.starts_with("create database")
            || lower.starts_with("use ")
            || lower.starts_with("\\c "))
    };
    text.lines().filter(own).collect::<Vec<_>>().join("\n")
}

/// A name without case and underscores.
fn plain(name: &str) -> String {
    name.to_lowercase().replace('_', "")
}

/// What kind of values a type holds, with its sizes where they mean something.
fn class(ty: &Type) -> String {
    let native = ty.to_string().to_lowercase();
    let sizes = native.find('(').map(|at| native[at..].to_string()).unwrap_or_default();
    let is = |words: &[&str]| words.iter().any(|word| native.starts_with(word));
    if is(&["int"]) {
        "int".into()
    } else if is(&["varchar", "nvarchar", "character varying"]) {
        format!("text{sizes}")
    } else if is(&["numeric", "decimal"]) {
        format!("decimal{}", sizes.replace(' ', ""))
    } else if is(&["timestamp", "datetime"]) {
        "timestamp".into()
    } else {
        native
    }
}

fn shape(catalog: &Catalog) -> BTreeMap<String, BTreeSet<String>> {
    let names = |list: &[driftless::dialect::Name]| list.iter().map(|name| plain(name)).collect::<Vec<_>>().join(",");
    let describe = |table: &Table| {
        let mut facts = BTreeSet::new();
        for (at, column) in table.columns.iter().enumerate() {
            let null = if column.nullable { "" } else { " not null" };
            facts.insert(format!(
                "column {at} {} {}{null}",
                plain(&column.name),
                class(&column.ty)
            ));
        }
        if let Some(key) = &table.primary_key {
            facts.insert(format!("primary key {}", names(&key.columns)));
        }
        for foreign in &table.foreign_keys {
            let quiet = |action: driftless::model::Action| match action {
                driftless::model::Action::Restrict | driftless::model::Action::NoAction => "no action",
                other => other.sql(),
            };
            facts.insert(format!(
                "foreign key {} -> {}({}) {} {}",
                names(&foreign.columns),
                plain(&foreign.references.name),
                names(&foreign.referenced_columns),
                quiet(foreign.on_delete),
                quiet(foreign.on_update)
            ));
        }
        for index in &table.indexes {
            let columns = index.plain_columns().expect("Chinook indexes columns");
            let columns: Vec<String> = columns.into_iter().map(|name| plain(name)).collect();
            facts.insert(format!("index {} unique {}", columns.join(","), index.unique));
        }
        facts
    };
    catalog
        .tables()
        .map(|table| (plain(&table.name.name), describe(table)))
        .collect()
}

async fn look(url: &str) -> (Session, Catalog) {
    let url = DatabaseUrl::parse(url).expect("a URL");
    let mut session = Session::connect(&url, &ConnectOptions::default())
        .await
        .expect("a session");
    let target = target_of(&session).expect("a dialect");
    let own = ["driftless_history", "driftless_history_journal"].map(ObjectName::plain);
    let catalog = introspect(&mut session, &target, &own).await.expect("a catalog");
    (session, catalog)
}

/// All rows of all tables, under plain names.
fn rows(url: &str) -> BTreeMap<String, Vec<Vec<Option<String>>>> {
    block_on(async {
        let (mut session, catalog) = look(url).await;
        let dialect = catalog.target().dialect;
        let tables: Vec<(String, String, String)> = catalog
            .tables()
            .map(|table| {
                let columns: Vec<String> = table.columns.iter().map(|column| dialect.quote(&column.name)).collect();
                (
                    plain(&table.name.name),
                    dialect.quote(&table.name.name),
                    columns.join(", "),
                )
            })
            .collect();
        let mut all = BTreeMap::new();
        for (name, table, columns) in tables {
            let mut rows = session
                .query(&format!("SELECT {columns} FROM {table}"))
                .await
                .expect("rows");
            for value in rows.iter_mut().flatten().flatten() {
                *value = normal(value);
            }
            rows.sort();
            all.insert(name, rows);
        }
        all
    })
}

/// A value without what the scripts themselves lose: PostgreSQL's drops a space at the end, MySQL's takes a backslash
/// for an escape; and with as many digits of a second on every side.
fn normal(value: &str) -> String {
    let value = value.trim_end().replace('\\', "");
    value.strip_suffix(".000000").map(str::to_string).unwrap_or(value)
}

fn chinook(engine: &'static str) {
    let ours = TestDatabase::new(engine);
    let theirs = TestDatabase::new(engine);
    ours.run(&changelog(), &["up"]);
    let output = theirs.feed(&original(engine));
    assert!(
        output.status.success(),
        "{engine}: the original fails: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let shape_of = |url: &str| block_on(async { shape(&look(url).await.1) });
    let (left, right) = (shape_of(&theirs.url), shape_of(&ours.url));
    assert_eq!(
        left.keys().collect::<Vec<_>>(),
        right.keys().collect::<Vec<_>>(),
        "{engine}: tables"
    );
    for (table, facts) in &left {
        assert_eq!(facts, &right[table], "{engine}: {table}, original and ours");
    }
    let (left, right) = (rows(&theirs.url), rows(&ours.url));
    assert_eq!(right.values().map(Vec::len).sum::<usize>(), 15_607, "{engine}: rows");
    for (table, rows) in &left {
        assert_eq!(rows, &right[table], "{engine}: rows of {table}");
    }
    back_and_forth(engine, &ours, right);
}

/// Down leaves nothing but the history; up again gives the same.
fn back_and_forth(engine: &str, ours: &TestDatabase, before: BTreeMap<String, Vec<Vec<Option<String>>>>) {
    let there = ours.normal_form();
    let refused = ours.driftless(&changelog(), &["down", "base"]);
    assert_eq!(
        refused.status.code(),
        Some(6),
        "{engine}: down without --allow-data-loss"
    );
    assert_same(
        &there,
        &ours.normal_form(),
        &format!("{engine}: a refusal changes nothing"),
    );
    ours.run(&changelog(), &["down", "base", "--allow-data-loss"]);
    assert!(
        ours.normal_form().0.is_empty(),
        "{engine}: left over: {:?}",
        ours.normal_form()
    );
    ours.run(&changelog(), &["up"]);
    assert_same(&there, &ours.normal_form(), &format!("{engine}: up again"));
    assert_eq!(before, rows(&ours.url), "{engine}: rows after up again");
}

#[test]
fn chinook_on_sqlite() {
    chinook("sqlite");
}

#[test]
fn chinook_on_postgres() {
    chinook("postgres");
}

#[test]
fn chinook_on_mysql() {
    chinook("mysql");
}

#[test]
fn chinook_on_mariadb() {
    chinook("mariadb");
}
