use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use super::{Peer, Site, Task, write};
use crate::support::Place;
use crate::workload::{Step, Workload, condition};

/// A changelog in YAML, in Liquibase's own change types.
pub struct Liquibase;

const CHANGELOG: &str = "changelog.yaml";

impl Peer for Liquibase {
    fn name(&self) -> &'static str {
        "liquibase"
    }

    fn is_slow(&self) -> bool {
        true
    }

    fn write(&self, work: &Workload, _engine: &str, folder: &Path) {
        let mut text = String::from("databaseChangeLog:\n");
        for (at, step) in work.steps.iter().enumerate() {
            let _ = write!(
                text,
                "  - changeSet:\n      id: \"{:06}\"\n      author: bench\n      changes:\n{}",
                at + 1,
                changes(step)
            );
            if let Step::Rows { table, rows } = step {
                let _ = write!(
                    text,
                    "      rollback:\n        - delete:\n            tableName: {table}\n            where: {}\n",
                    condition(rows)
                );
            }
        }
        write(folder.join(CHANGELOG), &text);
    }

    fn command(&self, task: Task, site: &Site) -> Option<Command> {
        let count = site.count.to_string();
        let arguments: &[&str] = match task {
            Task::Script => &["update-sql"],
            Task::Apply | Task::Again => &["update"],
            Task::Status => &["status"],
            Task::Down => &["rollback-count", &count],
        };
        let mut command = site.command(&["--show-banner=false"]);
        command
            .args(arguments)
            .env("LIQUIBASE_COMMAND_CHANGELOG_FILE", CHANGELOG);
        if site.engine == "sqlite" {
            command.env("LIQUIBASE_COMMAND_URL", format!("jdbc:sqlite:{}", site.sqlite_file()));
            return Some(command);
        }
        let place = Place::of(&site.database.url);
        // The driver of MariaDB is the one that its package has for MySQL too; logins of MySQL need the key.
        let (driver, options) = match site.engine {
            "postgres" => ("postgresql", ""),
            _ => ("mariadb", "?allowPublicKeyRetrieval=true"),
        };
        let url = format!("jdbc:{driver}://{}:{}/{}{options}", place.host, place.port, place.name);
        command
            .env("LIQUIBASE_COMMAND_URL", url)
            .env("LIQUIBASE_COMMAND_USERNAME", place.user)
            .env("LIQUIBASE_COMMAND_PASSWORD", place.password);
        Some(command)
    }
}

fn changes(step: &Step) -> String {
    match step {
        Step::Table(table) => {
            let mut text = format!("        - createTable:\n            tableName: {table}\n            columns:\n");
            text += &column("id", "bigint", "primaryKey: true, nullable: false");
            text += &column("name", "varchar(100)", "nullable: false");
            text += &column("ref_id", "bigint", "");
            text += &column("amount", "decimal(10,2)", "");
            text + &column("created_at", "datetime", "")
        }
        Step::Column { table, column: name } => format!(
            "        - addColumn:\n            tableName: {table}\n            columns:\n{}",
            column(name, "varchar(50)", "")
        ),
        Step::Index { table, name, column } => format!(
            "        - createIndex:\n            indexName: {name}\n            tableName: {table}\n            columns:\n\
             \x20             - column:\n                  name: {column}\n"
        ),
        Step::ForeignKey { table, name, parent } => format!(
            "        - addForeignKeyConstraint:\n            constraintName: {name}\n            baseTableName: {table}\n\
             \x20           baseColumnNames: ref_id\n            referencedTableName: {parent}\n\
             \x20           referencedColumnNames: id\n"
        ),
        Step::Rows { table, rows } => {
            let mut text = String::new();
            for (id, name, amount) in rows {
                let _ = write!(
                    text,
                    "        - insert:\n            tableName: {table}\n            columns:\n"
                );
                for (column, key, value) in [
                    ("id", "valueNumeric", id.to_string()),
                    ("name", "value", name.clone()),
                    ("amount", "valueNumeric", amount.to_string()),
                ] {
                    let _ = write!(
                        text,
                        "              - column:\n                  name: {column}\n                  {key}: {value}\n"
                    );
                }
            }
            text
        }
    }
}

fn column(name: &str, kind: &str, constraints: &str) -> String {
    let mut text = format!("              - column:\n                  name: {name}\n                  type: {kind}\n");
    if !constraints.is_empty() {
        let _ = writeln!(text, "                  constraints: {{ {constraints} }}");
    }
    text
}
