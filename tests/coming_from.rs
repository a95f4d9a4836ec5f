//! The pages for those who come from other tools: each command of driftless on them is run, each key is one.

mod support;

use std::path::{Path, PathBuf};

use support::{command, write};

const PAGES: [&str; 4] = ["from-alembic", "from-django", "from-flyway", "from-liquibase"];

const FILES: [(&str, &str); 4] = [
    (
        "20260101120000_create_users",
        "tag: v1.0\noperations:\n  - create_table: {table: users, columns: [{name: id, type: bigint, primary_key: true}]}\n",
    ),
    (
        "20260102120000_add_email",
        "operations:\n  - add_column: {table: users, column: {name: email, type: varchar(100)}}\n",
    ),
    (
        "20260103120000_create_orders",
        "tag: v1.1\noperations:\n  - create_table: {table: orders, columns: [{name: id, type: bigint, primary_key: true}, {name: user_id, type: bigint, references: users(id)}]}\n",
    ),
    (
        "20260104120000_orders_by_user",
        "operations:\n  - create_index: {table: orders, columns: [user_id]}\n",
    ),
];

const CONFIG: &str = "changelog: changelog.yaml
targets: [sqlite]
params: {owner: app}
default_environment: dev
environments:
  dev: {url: sqlite:app.db}
  prod: {url: sqlite:app.db}
";

/// What all changesets together make.
const MODEL: &str = "CREATE TABLE users (id BIGINT NOT NULL PRIMARY KEY, email VARCHAR(100));
CREATE TABLE orders (id BIGINT NOT NULL PRIMARY KEY, user_id BIGINT REFERENCES users (id));
CREATE INDEX ix_orders_user_id ON orders (user_id);
";

/// A project whose first two changesets are applied, under the name of a deployment, with rows.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path().join("driftless.yaml"), CONFIG);
    write(
        folder.path().join("changelog.yaml"),
        "changesets:\n  - include: changesets/\n",
    );
    write(folder.path().join("schema.sql"), MODEL);
    for (name, text) in &FILES {
        write(folder.path().join(format!("changesets/{name}.yaml")), text);
    }
    run(folder.path(), "driftless up +2 --deployment release-7", &[0]);
    folder
}

/// As [`project`], with the schema of all changesets, and no history.
fn by_hand() -> tempfile::TempDir {
    let folder = project();
    run(folder.path(), "driftless up", &[0]);
    support::execute(
        &format!("sqlite:{}", folder.path().join("app.db").display()),
        "DROP TABLE driftless_history",
    );
    folder
}

fn run(folder: &Path, line: &str, codes: &[i32]) {
    let words = words(line);
    let arguments: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
    let output = command(folder, &arguments).output().expect("the program starts");
    let text = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code().expect("an exit code");
    assert!(codes.contains(&code), "`{line}` ended with {code}:\n{text}");
}

/// The words of a command, texts in double quotes as one.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    parts
        .flat_map(|(at, part)| match at % 2 {
            1 => vec![part.to_string()],
            _ => part.split_whitespace().map(str::to_string).collect(),
        })
        .collect()
}

/// The texts in backticks of the last column of each row of the tables of a page.
fn said(page: &str) -> Vec<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("docs/src/{page}.md"));
    let text = std::fs::read_to_string(&path).expect("the page");
    // Of the tables that go from the words of one to those of the other.
    let mut is_meant = false;
    let rows = text.lines().filter(|line| {
        match line.starts_with("| ") {
            true => is_meant |= line.ends_with(" | driftless |"),
            false => is_meant = false,
        }
        is_meant && !line.starts_with("| ---")
    });
    let columns = rows.filter_map(|row| row.trim_end_matches(" |").rsplit_once(" | "));
    let spans = columns.flat_map(|(_, ours)| ours.split('`').skip(1).step_by(2));
    spans.map(str::to_string).collect()
}

#[test]
fn every_command_does_what_it_is_there_for() {
    let mut commands: Vec<String> = PAGES.iter().flat_map(|page| said(page)).collect();
    commands.retain(|text| text.starts_with("driftless "));
    commands.sort();
    commands.dedup();
    assert!(commands.len() > 40, "{}", commands.len());
    for line in commands {
        let needs_no_history = line.starts_with("driftless baseline") && !line.contains("tag:");
        let folder = match line.as_str() {
            "driftless init" => tempfile::tempdir().expect("a folder"),
            "driftless baseline tag:v1.0" => {
                let folder = project();
                run(folder.path(), "driftless down tag:v1.0 --allow-data-loss", &[0]);
                let url = format!("sqlite:{}", folder.path().join("app.db").display());
                support::execute(&url, "DROP TABLE driftless_history");
                folder
            }
            _ if needs_no_history => by_hand(),
            _ => project(),
        };
        let codes: &[i32] = match line.ends_with(" --check") {
            // Two are pending.
            true => &[3],
            false => &[0],
        };
        run(folder.path(), &line, codes);
    }
}

#[test]
fn every_key_is_one() {
    let schemas = [
        driftless::changelog::changelog_schema().to_string(),
        driftless::changelog::config_schema().to_string(),
        driftless::changelog::desired_schema().to_string(),
    ];
    let others = [
        "driftless_history",
        "driftless.yaml",
        ".env",
        "${name}",
        "--allow-data-loss",
        "--rename",
        "--fill",
    ];
    let mut wrong = Vec::new();
    for page in PAGES {
        for text in said(page).into_iter().filter(|text| !text.starts_with("driftless ")) {
            let key = text.split(':').next().unwrap_or_default();
            let is_key = schemas.iter().any(|schema| schema.contains(&format!("\"{key}\"")));
            let is_command = driftless_commands().contains(&text);
            if !is_key && !is_command && !others.contains(&text.as_str()) {
                wrong.push(format!("{page}: `{text}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "not words of driftless:\n{}", wrong.join("\n"));
}

fn driftless_commands() -> Vec<String> {
    let output = command(Path::new("."), &["--help"])
        .output()
        .expect("the program starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let commands = text
        .split("\nCommands:\n")
        .nth(1)
        .and_then(|rest| rest.split("\n\n").next());
    let lines = commands.unwrap_or_default().lines();
    let words = lines.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    words.map(str::to_string).collect()
}
