//! Measures how long it takes to know a schema from the database itself: many tables with indexes and foreign keys.
//!
//! `cargo bench --bench introspect [-- --tables N --rounds N --engine NAME]`, with the servers' variables of
//! `tests/run --servers-only` in the environment. Filling the databases takes longer than what is measured.

use std::time::Instant;

use driftless::database::introspect::introspect;
use driftless::database::{ConnectOptions, DatabaseUrl, Session};
use driftless::executor::target_of;

const NAME: &str = "driftless_bench_introspect";

fn main() {
    let (mut tables, mut rounds) = (5000, 5);
    let mut engines = vec!["postgres".to_string(), "mariadb".to_string()];
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().expect("a value");
        match argument.as_str() {
            "--tables" => tables = value().parse().expect("a number"),
            "--rounds" => rounds = value().parse().expect("a number"),
            "--engine" => engines = vec![value()],
            _ => {}
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    println!("| tables | columns | engine | introspected s, median (all) |");
    println!("| --- | --- | --- | --- |");
    for engine in engines {
        runtime.block_on(measure(&engine, tables, rounds));
    }
}

async fn measure(engine: &str, tables: usize, rounds: usize) {
    let variable = format!("DRIFTLESS_TEST_{}_URL", engine.to_uppercase());
    let server = std::env::var(&variable).unwrap_or_else(|_| panic!("set {variable} (see tests/run --servers-only)"));
    let (head, _) = server.rsplit_once('/').expect("a URL with a database");
    let mut admin = connect(&server).await;
    execute(&mut admin, &format!("DROP DATABASE IF EXISTS {NAME}")).await;
    execute(&mut admin, &format!("CREATE DATABASE {NAME}")).await;
    let mut session = connect(&format!("{head}/{NAME}")).await;
    fill(&mut session, tables).await;

    let target = target_of(&session).expect("a known dialect");
    let (mut times, mut columns) = (Vec::new(), 0);
    for _ in 0..rounds {
        let started = Instant::now();
        let catalog = introspect(&mut session, &target, &[]).await.expect("a schema");
        times.push(started.elapsed().as_secs_f64());
        columns = catalog.tables().map(|table| table.columns.len()).sum();
        assert_eq!(catalog.tables().count(), tables);
    }
    times.sort_by(f64::total_cmp);
    let all: Vec<String> = times.iter().map(|time| format!("{time:.2}")).collect();
    println!(
        "| {tables} | {columns} | {engine} | {:.2} ({}) |",
        times[times.len() / 2],
        all.join(", ")
    );
    session.close().await.expect("goodbye");
    execute(&mut admin, &format!("DROP DATABASE {NAME}")).await;
}

async fn connect(url: &str) -> Session {
    let url = DatabaseUrl::parse(url).expect("a database URL");
    let session = Session::connect(&url, &ConnectOptions::default()).await;
    session.expect("the server answers")
}

async fn execute(session: &mut Session, sql: &str) {
    if let Err(error) = session.execute(sql).await {
        panic!("{error}: {sql}");
    }
}

/// Ten columns each, with a default, a check, a unique constraint, an index, and a foreign key to the table before.
async fn fill(session: &mut Session, tables: usize) {
    let batches: Vec<usize> = (0..tables).step_by(50).collect();
    for first in batches {
        let batch = (first..tables.min(first + 50)).map(table);
        execute(session, &batch.collect::<String>()).await;
    }
}

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
