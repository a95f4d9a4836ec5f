//! The changesets that driftless and the tools beside it are measured with, and their SQL as people write it by hand.

use std::fmt::Write as _;

use crate::support::Random;

/// A mix of changesets as projects have them: a quarter creates tables, a quarter puts rows in, the others add columns,
/// indexes and foreign keys (on SQLite, which would rebuild for these, more indexes).
pub struct Workload {
    pub steps: Vec<Step>,
}

pub enum Step {
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
    pub fn new(count: usize, engine: &str) -> Workload {
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

    pub fn yaml(&self) -> String {
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

    /// How many tables there are when all of it is applied.
    pub fn tables(&self) -> usize {
        self.steps.iter().filter(|step| matches!(step, Step::Table(_))).count()
    }

    /// One transaction for each changeset, and a row in a table of its own: what cannot be undercut by much.
    pub fn raw(&self, engine: &str) -> String {
        let mut text = format!(
            "CREATE TABLE bookkeeping (id VARCHAR(255) NOT NULL PRIMARY KEY, checksum VARCHAR(64), applied_at {});\n",
            timestamp(engine)
        );
        for (at, step) in self.steps.iter().enumerate() {
            let _ = write!(
                text,
                "BEGIN;\n{}INSERT INTO bookkeeping VALUES ('{:06}', '{}', CURRENT_TIMESTAMP);\nCOMMIT;\n",
                step.sql(engine),
                at + 1,
                "0".repeat(40)
            );
        }
        text
    }

    /// The way back of `raw`, in the same manner.
    pub fn raw_down(&self, engine: &str) -> String {
        let mut text = String::new();
        for (at, step) in self.steps.iter().enumerate().rev() {
            let _ = write!(
                text,
                "BEGIN;\n{}DELETE FROM bookkeeping WHERE id = '{:06}';\nCOMMIT;\n",
                step.undo(engine),
                at + 1
            );
        }
        text
    }
}

impl Step {
    /// One word for the names of files.
    pub fn kind(&self) -> &'static str {
        match self {
            Step::Table(_) => "table",
            Step::Column { .. } => "column",
            Step::Index { .. } => "index",
            Step::ForeignKey { .. } => "foreign_key",
            Step::Rows { .. } => "rows",
        }
    }

    /// As people write it by hand, each statement in a line.
    pub fn sql(&self, engine: &str) -> String {
        match self {
            Step::Table(table) => format!(
                "CREATE TABLE {table} (id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(100) NOT NULL, ref_id BIGINT, amount DECIMAL(10,2), created_at {});\n",
                timestamp(engine)
            ),
            Step::Column { table, column } => format!("ALTER TABLE {table} ADD COLUMN {column} VARCHAR(50);\n"),
            Step::Index { table, name, column } => format!("CREATE INDEX {name} ON {table} ({column});\n"),
            Step::ForeignKey { table, name, parent } => {
                format!("ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (ref_id) REFERENCES {parent} (id);\n")
            }
            Step::Rows { table, rows } => {
                let mut text = String::new();
                for (id, name, amount) in rows {
                    let _ = writeln!(
                        text,
                        "INSERT INTO {table} (id, name, amount) VALUES ({id}, '{name}', {amount:.2});"
                    );
                }
                text
            }
        }
    }

    /// The statement that takes it back.
    pub fn undo(&self, engine: &str) -> String {
        let mysql = of_mysql(engine);
        match self {
            Step::Table(table) => format!("DROP TABLE {table};\n"),
            Step::Column { table, column } => format!("ALTER TABLE {table} DROP COLUMN {column};\n"),
            Step::Index { table, name, .. } if mysql => format!("DROP INDEX {name} ON {table};\n"),
            Step::Index { name, .. } => format!("DROP INDEX {name};\n"),
            Step::ForeignKey { table, name, .. } if mysql => format!("ALTER TABLE {table} DROP FOREIGN KEY {name};\n"),
            Step::ForeignKey { table, name, .. } => format!("ALTER TABLE {table} DROP CONSTRAINT {name};\n"),
            Step::Rows { table, rows } => format!("DELETE FROM {table} WHERE {};\n", condition(rows)),
        }
    }
}

/// Which rows a step put in.
pub fn condition(rows: &[(usize, String, f64)]) -> String {
    format!("id BETWEEN {} AND {}", rows[0].0, rows[rows.len() - 1].0)
}

pub fn of_mysql(engine: &str) -> bool {
    matches!(engine, "mariadb" | "mysql")
}

fn timestamp(engine: &str) -> &'static str {
    if of_mysql(engine) { "DATETIME(6)" } else { "TIMESTAMP" }
}
