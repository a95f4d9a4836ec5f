//! Measures how long it takes to turn a Liquibase changelog into one of driftless, and to check it as it is.
//!
//! `cargo bench --bench import [-- --changesets N --files N --rounds N]`. It needs no database. With
//! `DRIFTLESS_BENCH_LIQUIBASE`, the path of a `liquibase`, that reads the same changelog offline (`validate`).

#[allow(dead_code, reason = "databases are for the others")]
mod support;

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use support::{Figures, measure, median};

fn main() {
    let (mut changesets, mut files, mut rounds) = (1000, 200, 7);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|text| text.parse().ok()).expect("a number");
        match argument.as_str() {
            "--changesets" => changesets = number(),
            "--files" => files = number(),
            "--rounds" => rounds = number(),
            _ => {}
        }
    }
    let folder = tempfile::tempdir().expect("a folder for a while");
    write(folder.path(), changesets, files);
    let driftless = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_driftless"));
        command.current_dir(folder.path()).args(arguments);
        command
    };
    let mut ways: Vec<(&str, Vec<Figures>)> = vec![("`import liquibase`", Vec::new()), ("`validate`", Vec::new())];
    let peer = std::env::var_os("DRIFTLESS_BENCH_LIQUIBASE");
    if peer.is_some() {
        ways.push(("Liquibase, `validate`", Vec::new()));
    }
    for round in 0..rounds {
        let to = format!("imported_{round}");
        let import = ["import", "liquibase", "db/master.xml", "--folder", &to];
        ways[0].1.push(measure(&mut driftless(&import)));
        let validate = ["validate", "--changelog", "db/master.xml", "--dialect", "postgres"];
        ways[1].1.push(measure(&mut driftless(&validate)));
        if let Some(peer) = &peer {
            let mut command = Command::new(peer);
            command.current_dir(folder.path()).args([
                "--url=offline:postgresql?changeLogFile=state.csv",
                "--changelog-file=db/master.xml",
                "validate",
            ]);
            ways[2].1.push(measure(&mut command));
        }
    }
    println!("| {changesets} changesets in {files} files | wall s | CPU s | peak MiB |");
    println!("| --- | --- | --- | --- |");
    for (name, figures) in &ways {
        println!(
            "| {name} | {:.3} | {:.3} | {:.0} |",
            median(figures.iter().map(|figures| figures.wall)),
            median(figures.iter().map(|figures| figures.cpu)),
            median(figures.iter().map(|figures| figures.peak_mib)),
        );
    }
}

/// A changelog that includes a folder of files with so many changesets in all: of five, one makes a table, and the others
/// a column, an index, a row and SQL on it.
fn write(folder: &Path, changesets: usize, files: usize) {
    let parts = folder.join("db/parts");
    std::fs::create_dir_all(&parts).expect("a folder");
    let head = "<databaseChangeLog xmlns=\"http://www.liquibase.org/xml/ns/dbchangelog\" \
                xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
                xsi:schemaLocation=\"http://www.liquibase.org/xml/ns/dbchangelog \
                http://www.liquibase.org/xml/ns/dbchangelog/dbchangelog-latest.xsd\">\n";
    let master = "<property name=\"prefix\" value=\"app\"/>\n<includeAll path=\"db/parts\"/>\n";
    std::fs::write(
        folder.join("db/master.xml"),
        format!("{head}{master}</databaseChangeLog>\n"),
    )
    .expect("a file");
    let each = changesets.div_ceil(files);
    for file in 0..files {
        let mut text = head.to_string();
        for at in (file * each..(file + 1) * each).take_while(|at| *at < changesets) {
            let change = change(at);
            writeln!(text, "<changeSet id=\"{at}\" author=\"bench\">{change}</changeSet>").expect("a text");
        }
        text += "</databaseChangeLog>\n";
        std::fs::write(parts.join(format!("{file:05}.xml")), text).expect("a file");
    }
}

fn change(at: usize) -> String {
    let table = format!("${{prefix}}_{}", at / 5);
    match at % 5 {
        0 => format!(
            "<createTable tableName=\"{table}\"><column name=\"id\" type=\"bigint\" autoIncrement=\"true\"><constraints \
             primaryKey=\"true\" nullable=\"false\"/></column><column name=\"name\" type=\"varchar(50)\"/><column name=\"made\" \
             type=\"datetime\"/><column name=\"active\" type=\"boolean\" defaultValueBoolean=\"true\"/><column name=\"price\" \
             type=\"decimal(10,2)\"/><column name=\"remark\" type=\"clob\"/></createTable>"
        ),
        1 => format!(
            "<addColumn tableName=\"{table}\"><column name=\"kind\" type=\"varchar(20)\" defaultValue=\"a\"><constraints \
             nullable=\"false\"/></column></addColumn>"
        ),
        2 => format!(
            "<createIndex tableName=\"{table}\" indexName=\"ix_{at}\"><column name=\"name\"/><column name=\"made\"/></createIndex>"
        ),
        3 => format!(
            "<insert tableName=\"{table}\"><column name=\"name\" value=\"one\"/><column name=\"price\" valueNumeric=\"7.5\"/></insert>"
        ),
        _ => format!(
            "<sql>UPDATE {table} SET name = 'two' WHERE price = 7.5</sql><rollback>UPDATE {table} SET name = 'one' WHERE price \
             = 7.5</rollback>"
        ),
    }
}
