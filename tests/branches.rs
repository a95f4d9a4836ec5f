//! Branches of a real git repository: two that are merged, and one that is left for another and come back to.

mod support;

use std::path::Path;
use std::process::Command;

use support::{TestDatabase, assert_same, on_all, write};

/// A repository with a changelog that takes in a folder.
struct Repository<'a> {
    database: &'a TestDatabase,
}

impl<'a> Repository<'a> {
    fn new(database: &'a TestDatabase) -> Repository<'a> {
        let repository = Repository { database };
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        write(database.folder().join(".gitignore"), "test.db*\n");
        write(
            database.folder().join("changelog.yaml"),
            "changesets:\n  - include: changesets/\n",
        );
        repository
    }

    fn git(&self, arguments: &[&str]) {
        let output = Command::new("git")
            .current_dir(self.database.folder())
            .args([
                "-c",
                "user.name=Ana",
                "-c",
                "user.email=ana@example.org",
                "-c",
                "commit.gpgsign=false",
            ])
            .args(arguments)
            .output()
            .expect("git");
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {}: {text}", arguments.join(" "));
    }

    /// A changeset in a file of its own, committed.
    fn add(&self, id: &str, operations: &str) {
        let path = self.database.folder().join(format!("changesets/{id}.yaml"));
        write(path, &format!("operations:\n{operations}"));
        self.git(&["add", "."]);
        self.git(&["commit", "--quiet", "-m", id]);
    }

    fn log(&self) -> std::path::PathBuf {
        self.database.folder().join("changelog.yaml")
    }

    fn run(&self, arguments: &[&str]) -> String {
        self.database.run(&self.log(), arguments)
    }

    /// What is applied, in that order.
    fn held(&self) -> Vec<String> {
        let json: serde_json::Value =
            serde_json::from_str(&self.run(&["status", "--format", "json"])).expect("an envelope");
        let applied = json["result"]["applied"].as_array().expect("a list");
        applied
            .iter()
            .map(|row| row["id"].as_str().expect("an id").to_string())
            .collect()
    }
}

fn table(name: &str, more: &str) -> String {
    format!("  - create_table: {{table: {name}, columns: [{{name: id, type: int, primary_key: true}}{more}]}}\n")
}

const USERS: &str = "20260101_users";
const ORDERS: &str = "20260102_orders";
const TEAMS: &str = "20260103_teams";
const MEMBERS: &str = "20260104_members";

/// `main` has users; `orders` adds orders; `teams` adds teams, and a column of users.
fn repository(database: &TestDatabase) -> Repository<'_> {
    let repository = Repository::new(database);
    repository.add(USERS, &table("users", ""));
    repository.git(&["branch", "teams"]);
    repository.git(&["checkout", "--quiet", "-b", "orders"]);
    repository.add(
        ORDERS,
        &table("orders", ", {name: user_id, type: int, references: users(id)}"),
    );
    repository.git(&["checkout", "--quiet", "teams"]);
    repository.add(TEAMS, &table("teams", ""));
    repository.add(
        MEMBERS,
        "  - add_column: {table: users, column: {name: team_id, type: int, references: teams(id)}}\n",
    );
    repository
}

#[test]
fn two_branches_merge_without_a_conflict_and_a_database_takes_in_the_other_one() {
    on_all(|database| {
        let repository = repository(database);
        repository.run(&["up"]);
        repository.git(&["merge", "--quiet", "--no-edit", "orders"]);
        let plan = database.driftless(&repository.log(), &["plan"]);
        let told = format!("out of order, before changesets that are applied already: `{ORDERS}`");
        assert!(
            String::from_utf8_lossy(&plan.stderr).contains(&told),
            "{}",
            String::from_utf8_lossy(&plan.stderr)
        );
        repository.run(&["up"]);
        assert_eq!(
            repository.held(),
            [USERS, TEAMS, MEMBERS, ORDERS],
            "{}",
            database.engine
        );
        // It is the schema of a database that had the merged branch from the beginning.
        let merged = database.normal_form();
        let fresh = TestDatabase::new(database.engine);
        let log = write(
            fresh.folder().join("changelog.yaml"),
            "changesets:\n  - include: changesets/\n",
        );
        copy(
            &database.folder().join("changesets"),
            &fresh.folder().join("changesets"),
        );
        fresh.run(&log, &["up"]);
        assert_same(&fresh.normal_form(), &merged, database.engine);
        repository.run(&["down", "base"]);
        assert!(database.normal_form().0.is_empty(), "{}", database.engine);
    });
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("files") {
        let entry = entry.expect("a file");
        std::fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
    }
}

#[test]
fn a_checkout_is_switched_to_and_back() {
    on_all(|database| {
        let repository = repository(database);
        repository.run(&["up"]);
        let teams = database.normal_form();
        repository.git(&["checkout", "--quiet", "orders"]);
        let status = repository.run(&["status"]);
        assert!(
            status.contains(&format!("applied, but not in the files {TEAMS}")),
            "{status}"
        );
        assert!(status.contains("`driftless switch`"), "{status}");

        // Nobody is there to ask.
        let asked = database.driftless(&repository.log(), &["switch"]);
        let text = String::from_utf8_lossy(&asked.stdout).into_owned() + &String::from_utf8_lossy(&asked.stderr);
        assert_eq!(asked.status.code(), Some(6), "{text}");
        for words in [
            &format!("- {MEMBERS}"),
            &format!("- {TEAMS}"),
            &format!("+ {ORDERS}"),
            "say `--yes`",
        ] {
            assert!(
                text.contains(words),
                "{}: `{words}` is missing in {text}",
                database.engine
            );
        }
        assert_eq!(repository.held(), [USERS, TEAMS, MEMBERS], "{}", database.engine);

        let script = repository.run(&["switch", "--dry-run"]);
        repository.run(&["switch", "--yes"]);
        assert_eq!(repository.held(), [USERS, ORDERS], "{}", database.engine);
        let orders = database.normal_form();
        repository.run(&["status", "--check"]);
        assert!(repository.run(&["switch", "--format", "json"]).contains("\"done\": []"));

        // And back; the script that was printed does what the run did.
        repository.git(&["checkout", "--quiet", "teams"]);
        repository.run(&["switch", "--yes"]);
        assert_same(&database.normal_form(), &teams, database.engine);
        let fed = database.feed(&script);
        assert!(
            fed.status.success(),
            "{}: {}",
            database.engine,
            String::from_utf8_lossy(&fed.stderr)
        );
        assert_same(&database.normal_form(), &orders, database.engine);

        // What is there is not thrown away unasked.
        database.execute("INSERT INTO users (id) VALUES (1)");
        database.execute("INSERT INTO orders (id, user_id) VALUES (1, 1)");
        repository.git(&["checkout", "--quiet", "main"]);
        let refused = database.driftless(&repository.log(), &["switch", "--yes"]);
        assert_eq!(
            refused.status.code(),
            Some(6),
            "{}",
            String::from_utf8_lossy(&refused.stderr)
        );
        repository.run(&["switch", "--yes", "--allow-data-loss"]);
        assert_eq!(repository.held(), [USERS], "{}", database.engine);
    });
}

#[test]
fn only_what_the_checkout_lacks_is_taken_back_and_only_where_nothing_stands_on_it() {
    on_all(|database| {
        let repository = repository(database);
        repository.git(&["merge", "--quiet", "--no-edit", "orders"]);
        repository.run(&["up"]);
        // `orders` was applied in the middle.
        repository.git(&["checkout", "--quiet", "-b", "without", "teams~1"]);
        repository.git(&[
            "rm",
            "--quiet",
            "--ignore-unmatch",
            &format!("changesets/{ORDERS}.yaml"),
        ]);
        repository.git(&[
            "checkout",
            "--quiet",
            "teams",
            "--",
            &format!("changesets/{MEMBERS}.yaml"),
        ]);
        repository.run(&["switch", "--yes"]);
        assert_eq!(repository.held(), [USERS, TEAMS, MEMBERS], "{}", database.engine);

        // A branch that lacks what another changeset of it stands on.
        repository.git(&["rm", "--quiet", "--force", &format!("changesets/{TEAMS}.yaml")]);
        let refused = database.driftless(&repository.log(), &["switch", "--yes"]);
        let text = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(6), "{text}");
        assert!(
            text.contains(&format!("`{MEMBERS}` stands on what would be taken back")),
            "{text}"
        );
    });
}
