//! Measures how long it takes to know a schema from its history: the changes of many changesets, read from their rows and
//! applied one after the other.
//!
//! `cargo bench --bench replay [-- --changesets N --rounds N]`. It needs no database.

use std::time::Instant;

use driftless::dialect::{Dialect, Target};
use driftless::model::{Catalog, Change};
use driftless::operation::{Context, Operation, Resolve, Uncertain};
use serde_json::{Value, json};

fn main() {
    let (mut changesets, mut rounds) = (10_000, 7);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|text| text.parse().ok()).expect("a number");
        match argument.as_str() {
            "--changesets" => changesets = number(),
            "--rounds" => rounds = number(),
            _ => {}
        }
    }
    println!("| changesets | dialect | tables | read and applied s | applied alone s |");
    println!("| --- | --- | --- | --- | --- |");
    for name in ["postgres", "mysql", "sqlite"] {
        let dialect = Dialect::named(name).expect("a dialect");
        let target = Target {
            dialect,
            version: dialect.facts().oldest,
            schema: None,
        };
        let history = history(&target, changesets);
        let (mut whole, mut applied, mut tables) = (Vec::new(), Vec::new(), 0);
        for _ in 0..rounds {
            let started = Instant::now();
            let read: Vec<Vec<Change>> = history
                .iter()
                .map(|row| serde_json::from_str(row).expect("the changes of a row"))
                .collect();
            let reading = started.elapsed();
            let mut catalog = Catalog::new(target.clone());
            for change in read.iter().flatten() {
                catalog.apply(change).expect("they fit each other");
            }
            let all = started.elapsed();
            whole.push(all.as_secs_f64());
            applied.push((all - reading).as_secs_f64());
            tables = catalog.tables().count();
        }
        println!(
            "| {changesets} | {name} | {tables} | {:.3} | {:.3} |",
            median(&mut whole),
            median(&mut applied)
        );
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// What so many changesets leave in the history: each tenth makes a table, the others change one of those.
fn history(target: &Target, changesets: usize) -> Vec<String> {
    let mut catalog = Catalog::new(target.clone());
    let mut rows = Vec::with_capacity(changesets);
    for at in 0..changesets {
        let operation: Operation = serde_json::from_value(operation(at)).expect("an operation");
        let files = Default::default();
        let mut context = Context::new(&catalog, &files, Uncertain::default());
        let changes = operation.resolve(&mut context);
        assert!(context.problems.is_empty(), "{:?}", context.problems);
        for change in &changes {
            catalog.apply(change).expect("it fits");
        }
        rows.push(serde_json::to_string(&changes).expect("JSON"));
    }
    rows
}

fn operation(at: usize) -> Value {
    let (table, step) = (format!("table_{}", at / 10), at % 10);
    let parent = format!("table_{}", (at / 10).saturating_sub(1));
    let add =
        |name: &str, ty: &str| json!({ "add_column": { "table": table, "column": { "name": name, "type": ty } } });
    match step {
        0 => {
            let more = (0..8).map(|n| json!({ "name": format!("column_{n}"), "type": "varchar(100)", "default": "x" }));
            let mut columns = vec![json!({ "name": "id", "type": "bigint", "primary_key": true })];
            columns.extend(more);
            json!({ "create_table": { "table": table, "columns": columns } })
        }
        1 => add("parent_id", "bigint"),
        2 => json!({ "create_foreign_key": {
            "table": table, "columns": ["parent_id"], "references": { "table": parent, "columns": ["id"] },
        } }),
        3 => json!({ "create_index": { "table": table, "columns": ["column_1", "column_2"] } }),
        4 => add("amount", "decimal(10,2)"),
        5 => json!({ "create_check_constraint": { "table": table, "expression": "amount >= 0" } }),
        6 => json!({ "alter_column": { "table": table, "column": "column_3", "type": "varchar(200)" } }),
        7 => json!({ "rename_column": { "table": table, "column": "column_4", "to": "renamed" } }),
        8 => {
            json!({ "create_view": { "view": format!("view_{}", at / 10), "query": format!("SELECT id, renamed FROM {table}") } })
        }
        _ => json!({ "insert": { "table": table, "rows": [{ "id": 1, "renamed": "one" }] } }),
    }
}
