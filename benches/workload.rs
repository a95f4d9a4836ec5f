//! Measures what users wait for: nothing to do, a fresh apply against the raw client, validation of a large changelog.
//!
//! `cargo bench --bench workload [-- --changesets N --rounds N]`, with the servers' variables of `tests/run
//! --servers-only` in the environment. Each round runs the tools in turn on databases made anew; the figures are
//! medians, the ratios medians of the rounds' own ratios. CPU is the client's, not the server's.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

mod support;

use support::{Database, Figures, Random, measure, median};

struct Options {
    changesets: usize,
    rounds: usize,
}

fn main() {
    let mut options = Options {
        changesets: 1000,
        rounds: 5,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|text| text.parse().ok()).expect("a number");
        match argument.as_str() {
            "--changesets" => options.changesets = number(),
            "--rounds" => options.rounds = number(),
            _ => {}
        }
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let driftless = PathBuf::from(env!("CARGO_BIN_EXE_driftless"));
    println!("| what | engine | driftless wall s (cpu s, peak MiB) | raw client wall s (cpu s) | ratio |");
    println!("| --- | --- | --- | --- | --- |");
    for engine in ["sqlite", "postgres", "mariadb", "mysql"] {
        engine_rows(&options, folder.path(), &driftless, engine);
    }
    validate_row(&options, folder.path(), &driftless);
}

fn engine_rows(options: &Options, folder: &Path, driftless: &Path, engine: &str) {
    let count = options.changesets;
    let work = Workload::new(count, engine);
    let folder = folder.join(engine);
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("changelog.yaml"), work.yaml()).expect("the changelog");
    fs::write(folder.join("raw.sql"), work.raw(engine)).expect("the raw script");
    let (mut ours, mut raw, mut noop) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        let database = Database::new(engine, &folder);
        let input = fs::File::open(folder.join("raw.sql")).expect("the script");
        raw.push(measure(database.client().stdin(input)));
        drop(database);
        let database = Database::new(engine, &folder);
        let up = || {
            let mut command = Command::new(driftless);
            command.current_dir(&folder).args(["up", "--url", &database.url]);
            measure(&mut command)
        };
        ours.push(up());
        noop.push(up());
    }
    let ratio = median(ours.iter().zip(&raw).map(|(ours, raw)| ours.wall / raw.wall));
    row(&format!("apply {count}"), engine, &ours, Some((&raw, ratio)));
    row(&format!("nothing to do, {count} applied"), engine, &noop, None);
}

fn validate_row(options: &Options, folder: &Path, driftless: &Path) {
    let folder = folder.join("validate");
    fs::create_dir_all(&folder).expect("a folder");
    let text = Workload::new(10_000, "postgres").yaml();
    let size = text.len() as f64 / 1e6;
    fs::write(folder.join("changelog.yaml"), text).expect("the changelog");
    let runs: Vec<Figures> = (0..options.rounds)
        .map(|_| {
            measure(
                Command::new(driftless)
                    .current_dir(&folder)
                    .args(["validate", "--dialect", "postgres"]),
            )
        })
        .collect();
    row(&format!("validate 10,000 ({size:.1} MB)"), "postgres", &runs, None);
    let runs: Vec<Figures> = (0..options.rounds)
        .map(|_| measure(Command::new(driftless).current_dir(&folder).args(["validate"])))
        .collect();
    row(&format!("validate 10,000 ({size:.1} MB)"), "all four", &runs, None);
}

fn row(what: &str, engine: &str, ours: &[Figures], raw: Option<(&[Figures], f64)>) {
    let wall = |runs: &[Figures]| median(runs.iter().map(|run| run.wall));
    let cpu = |runs: &[Figures]| median(runs.iter().map(|run| run.cpu));
    let peak = median(ours.iter().map(|run| run.peak_mib));
    let (raw_text, ratio) = match raw {
        Some((raw, ratio)) => (format!("{:.3} ({:.3})", wall(raw), cpu(raw)), format!("{ratio:.2}")),
        None => ("-".into(), "-".into()),
    };
    println!(
        "| {what} | {engine} | {:.3} ({:.3}, {peak:.0}) | {raw_text} | {ratio} |",
        wall(ours),
        cpu(ours)
    );
}

/// A mix of changesets as projects have them: a quarter creates tables, a quarter puts rows in, the others add columns,
/// indexes and foreign keys (on SQLite, which would rebuild for these, an index on the same column).
struct Workload {
    steps: Vec<Step>,
}

enum Step {
    Table(String),
    Column {
        table: String,
        column: String,
    },
    Index {
        table: String,
        name: String,
        column: String,
    },
    ForeignKey {
        table: String,
        name: String,
        parent: String,
    },
    Rows {
        table: String,
        rows: Vec<(usize, String, f64)>,
    },
}

impl Workload {
    fn new(count: usize, engine: &str) -> Workload {
        let mut random = Random(1);
        let mut tables: Vec<(String, Vec<String>, usize, bool)> = Vec::new();
        let mut steps = Vec::new();
        for number in 1..=count {
            let kind = if tables.len() < 2 { 0 } else { random.below(100) };
            if kind < 25 {
                let name = format!("t_{number}");
                tables.push((name.clone(), Vec::new(), 0, false));
                steps.push(Step::Table(name));
                continue;
            }
            let at = random.below(tables.len());
            let parent = tables[(at + 1) % tables.len()].0.clone();
            let (table, columns, filled, linked) = &mut tables[at];
            let table = table.clone();
            steps.push(match kind {
                25..45 => {
                    let column = format!("c_{number}");
                    columns.push(column.clone());
                    Step::Column { table, column }
                }
                45..55 if !*linked && engine != "sqlite" => {
                    *linked = true;
                    Step::ForeignKey {
                        table,
                        name: format!("fk_{number}"),
                        parent,
                    }
                }
                45..75 => {
                    let known: Vec<&str> = ["name", "amount"]
                        .into_iter()
                        .chain(columns.iter().map(String::as_str))
                        .collect();
                    let column = known[random.below(known.len())].to_string();
                    Step::Index {
                        table,
                        name: format!("ix_{number}"),
                        column,
                    }
                }
                _ => {
                    let rows = (1..=5).map(|row| {
                        (
                            *filled + row,
                            format!("name {number}-{row}"),
                            random.below(100_000) as f64 / 100.0,
                        )
                    });
                    let rows = rows.collect();
                    *filled += 5;
                    Step::Rows { table, rows }
                }
            });
        }
        Workload { steps }
    }

    fn yaml(&self) -> String {
        let mut text = String::from("changesets:\n");
        for (at, step) in self.steps.iter().enumerate() {
            let _ = write!(text, "  - id: c{:06}\n    author: bench\n    operations:\n", at + 1);
            let _ = match step {
                Step::Table(table) => write!(
                    text,
                    "      - create_table:\n          table: {table}\n          columns:\n            - name: id\n              type: bigint\n              primary_key: true\n            - name: name\n              type: varchar(100)\n              nullable: false\n            - name: ref_id\n              type: bigint\n            - name: amount\n              type: decimal(10,2)\n            - name: created_at\n              type: timestamp\n"
                ),
                Step::Column { table, column } => write!(
                    text,
                    "      - add_column:\n          table: {table}\n          column:\n            name: {column}\n            type: varchar(50)\n"
                ),
                Step::Index { table, name, column } => write!(
                    text,
                    "      - create_index:\n          name: {name}\n          table: {table}\n          columns:\n            - {column}\n"
                ),
                Step::ForeignKey { table, name, parent } => write!(
                    text,
                    "      - create_foreign_key:\n          name: {name}\n          table: {table}\n          columns:\n            - ref_id\n          references:\n            table: {parent}\n            columns:\n              - id\n"
                ),
                Step::Rows { table, rows } => {
                    let _ = write!(text, "      - insert:\n          table: {table}\n          rows:\n");
                    for (id, name, amount) in rows {
                        let _ = write!(
                            text,
                            "            - id: {id}\n              name: \"{name}\"\n              amount: {amount}\n"
                        );
                    }
                    Ok(())
                }
            };
        }
        text
    }

    /// One transaction for each changeset, and a row in a table of its own: what cannot be undercut by much.
    fn raw(&self, engine: &str) -> String {
        let timestamp = if matches!(engine, "mariadb" | "mysql") {
            "DATETIME(6)"
        } else {
            "TIMESTAMP"
        };
        let mut text = format!(
            "CREATE TABLE bookkeeping (id VARCHAR(255) NOT NULL PRIMARY KEY, checksum VARCHAR(64), applied_at {timestamp});\n"
        );
        for (at, step) in self.steps.iter().enumerate() {
            text += "BEGIN;\n";
            let _ = match step {
                Step::Table(table) => writeln!(
                    text,
                    "CREATE TABLE {table} (id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(100) NOT NULL, ref_id BIGINT, amount DECIMAL(10,2), created_at {timestamp});"
                ),
                Step::Column { table, column } => {
                    writeln!(text, "ALTER TABLE {table} ADD COLUMN {column} VARCHAR(50);")
                }
                Step::Index { table, name, column } => writeln!(text, "CREATE INDEX {name} ON {table} ({column});"),
                Step::ForeignKey { table, name, parent } => {
                    writeln!(
                        text,
                        "ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (ref_id) REFERENCES {parent} (id);"
                    )
                }
                Step::Rows { table, rows } => {
                    for (id, name, amount) in rows {
                        let _ = writeln!(
                            text,
                            "INSERT INTO {table} (id, name, amount) VALUES ({id}, '{name}', {amount:.2});"
                        );
                    }
                    Ok(())
                }
            };
            let _ = write!(
                text,
                "INSERT INTO bookkeeping VALUES ('{:06}', '{}', CURRENT_TIMESTAMP);\nCOMMIT;\n",
                at + 1,
                "0".repeat(40)
            );
        }
        text
    }
}
