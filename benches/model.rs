//! Measures what model first costs on a large schema: the difference of two catalogs, and of a live PostgreSQL against its
//! changelog; the changelog of a live database.
//!
//! `cargo bench --bench model [-- --tables N --rounds N]`, with the servers' variables of `tests/run --servers-only` in the
//! environment.

mod support;

use std::process::Command;
use std::time::Instant;

use driftless::dialect::{Dialect, Name, ObjectName, Target};
use driftless::model::{
    Catalog, Check, Column, ColumnDefault, ForeignKey, Index, IndexColumn, IndexKey, Key, Names, Table, Type, compare,
};
use support::{Database, measure, median};

fn main() {
    let (mut tables, mut rounds) = (5000, 5);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|text| text.parse().ok()).expect("a number");
        match argument.as_str() {
            "--tables" => tables = number(),
            "--rounds" => rounds = number(),
            _ => {}
        }
    }
    println!("| tables | difference of two catalogs s, all the same | one in ten differs |");
    println!("| --- | --- | --- |");
    for count in [tables / 4, tables / 2, tables, tables * 2] {
        let (one, same, other) = (schema(count, 0), schema(count, 0), schema(count, 10));
        let timed = |other: &Catalog| {
            let times = (0..rounds).map(|_| {
                let started = Instant::now();
                let found = compare(&one, other, Names::Exact);
                (started.elapsed().as_secs_f64(), found.len())
            });
            let times: Vec<(f64, usize)> = times.collect();
            (median(times.iter().map(|(time, _)| *time)), times[0].1)
        };
        let ((quick, none), (slow, some)) = (timed(&same), timed(&other));
        assert_eq!(none, 0);
        assert_eq!(some, count.div_ceil(10) * 2);
        println!("| {count} | {quick:.3} | {slow:.3} |");
    }
    live(tables, rounds);
}

fn live(tables: usize, rounds: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let database = Database::new("postgres", folder.path());
    let sql: String = (0..tables).map(table).collect();
    let file = folder.path().join("tables.sql");
    std::fs::write(&file, sql).expect("a file");
    measure(database.client().arg("-q").arg("-f").arg(&file));
    let driftless = |arguments: &[&str], at: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_driftless"));
        let place = folder.path().join(at);
        std::fs::create_dir_all(&place).expect("a folder");
        command
            .current_dir(place)
            .args(arguments)
            .args(["--url", &database.url]);
        command
    };
    println!("\n| {tables} tables of PostgreSQL | wall s | CPU s | peak MiB |");
    println!("| --- | --- | --- | --- |");
    let tell = |what: &str, all: Vec<support::Figures>| {
        println!(
            "| {what} | {:.2} | {:.2} | {:.0} |",
            median(all.iter().map(|figures| figures.wall)),
            median(all.iter().map(|figures| figures.cpu)),
            median(all.iter().map(|figures| figures.peak_mib))
        );
    };
    let generated = (0..rounds).map(|round| measure(&mut driftless(&["generate"], &format!("generated{round}"))));
    tell("generate", generated.collect());
    let split = (0..rounds).map(|round| {
        measure(&mut driftless(
            &["generate", "--split", "table"],
            &format!("split{round}"),
        ))
    });
    tell("generate --split table", split.collect());
    for (what, at) in [
        ("diff changelog database", "generated0"),
        ("the same, a file for each table", "split0"),
    ] {
        let diffs = (0..rounds).map(|_| measure(&mut driftless(&["diff", "changelog", "database", "--exit-code"], at)));
        tell(what, diffs.collect());
    }
    let inspected = (0..rounds).map(|_| measure(&mut driftless(&["inspect"], "generated0")));
    tell("inspect", inspected.collect());
}

/// Ten columns, with a default, a check, a unique constraint, an index, and a foreign key to the table before.
fn table(number: usize) -> String {
    let parent = number.saturating_sub(1);
    format!(
        "CREATE TABLE table_{number} (
           id bigint PRIMARY KEY, parent bigint, name varchar(100) DEFAULT 'x' NOT NULL, code char(8), amount decimal(10,2),
           place integer DEFAULT 1, note text, made timestamp DEFAULT CURRENT_TIMESTAMP, kind smallint, weight double precision,
           CONSTRAINT uq_{number} UNIQUE (code), CONSTRAINT ck_{number} CHECK (amount >= 0),
           CONSTRAINT fk_{number} FOREIGN KEY (parent) REFERENCES table_{parent} (id) ON DELETE CASCADE);
         CREATE INDEX ix_{number} ON table_{number} (name, place);\n"
    )
}

/// The same as a catalog; every so manieth table has a column more, and another check.
fn schema(tables: usize, every: usize) -> Catalog {
    let dialect = Dialect::named("postgres").expect("a dialect");
    let mut catalog = Catalog::new(Target::oldest(dialect));
    for number in 0..tables {
        let differs = every > 0 && number % every == 0;
        let mut table = Table::empty(ObjectName::plain(format!("table_{number}")));
        let types = [
            "bigint",
            "bigint",
            "varchar(100)",
            "char(8)",
            "decimal(10,2)",
            "int",
            "text",
            "timestamp",
            "smallint",
            "double",
        ];
        for (at, ty) in types.iter().enumerate() {
            table.columns.push(column(&format!("column_{at}"), ty));
        }
        table.columns[5].default = Some(ColumnDefault::Expression("1 + 1".into()));
        if differs {
            table.columns.push(column("more", "text"));
        }
        let name = |text: &str| Name::new(text);
        table.primary_key = Some(Key::new(name(&format!("pk_{number}")), vec![name("column_0")]));
        table
            .uniques
            .push(Key::new(name(&format!("uq_{number}")), vec![name("column_3")]));
        let least = if differs { 1 } else { 0 };
        table.checks.push(Check::new(
            name(&format!("ck_{number}")),
            format!("column_4 >= {least} AND column_4 < 100000"),
        ));
        let key = |text: &str| IndexColumn::new(IndexKey::Column(name(text)), Default::default());
        table.indexes.push(Index {
            name: name(&format!("ix_{number}")),
            columns: vec![key("column_2"), key("column_5")],
            unique: false,
            predicate: None,
            include: Vec::new(),
            method: None,
            nulls_not_distinct: false,
            kind: Default::default(),
        });
        table.foreign_keys.push(ForeignKey {
            name: name(&format!("fk_{number}")),
            columns: vec![name("column_1")],
            references: ObjectName::plain(format!("table_{}", number.saturating_sub(1))),
            referenced_columns: vec![name("column_0")],
            on_delete: Default::default(),
            on_update: Default::default(),
            match_full: false,
            deferrable: false,
            initially_deferred: false,
            not_valid: false,
        });
        catalog.add_table(table);
    }
    catalog
}

fn column(name: &str, ty: &str) -> Column {
    Column {
        name: Name::new(name),
        ty: ty.parse::<Type>().expect("a portable type"),
        nullable: true,
        default: None,
        identity: None,
        collation: None,
        comment: None,
        generated: None,
        charset: None,
        on_update: None,
        invisible: false,
    }
}
