//! The way round: a database is read into a changelog, which makes another database, which has to be the same.

use std::path::PathBuf;
use std::process::Output;

use super::support::{TestDatabase, driftless};

/// Two databases, and the folder of the changelog between them.
pub struct Round {
    pub before: TestDatabase,
    pub after: TestDatabase,
}

impl Round {
    pub fn new(engine: &'static str) -> Round {
        Round {
            before: TestDatabase::new(engine),
            after: TestDatabase::new(engine),
        }
    }

    pub fn folder(&self) -> PathBuf {
        self.after.folder().join("project")
    }

    /// By the engine's own client.
    #[track_caller]
    pub fn load(&self, database: &TestDatabase, text: &str) {
        std::fs::create_dir_all(self.folder()).expect("a folder");
        let output = database.feed(text);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && !told.contains("ERROR"),
            "it cannot be loaded: {told}"
        );
    }

    #[track_caller]
    pub fn run(&self, arguments: &[&str]) -> Output {
        driftless(&self.folder(), arguments)
    }

    /// Writes the changelog of the first; exactly this is told to be left out, or made by no operation.
    #[track_caller]
    pub fn generate(&self, split: Option<&str>, left_out: &[&str]) {
        let mut arguments = vec!["generate", self.before.url.as_str()];
        arguments.extend(split.iter().flat_map(|how| ["--split", how]));
        self.writes(&arguments, left_out);
    }

    #[track_caller]
    pub fn writes(&self, arguments: &[&str], left_out: &[&str]) {
        let output = self.run(arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(listed(&told).join("\n"), left_out.join("\n"), "{told}");
        let code = if left_out.is_empty() { 0 } else { 7 };
        assert_eq!(output.status.code(), Some(code), "{told}");
    }

    #[track_caller]
    pub fn up(&self) {
        let output = self.run(&["--url", &self.after.url, "up"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Neither database has what the other has not, nor what the first is written as.
    #[track_caller]
    pub fn is_the_same(&self, leaves_out: bool) {
        let (before, after) = (self.before.url.as_str(), self.after.url.as_str());
        self.differ_in_nothing(before, after);
        self.differ_in_nothing(after, after);
        let inspected = self.run(&["inspect", before, "--output", "inspected.yaml"]);
        let told = String::from_utf8_lossy(&inspected.stderr);
        let code = if leaves_out { 7 } else { 0 };
        assert_eq!(inspected.status.code(), Some(code), "{told}");
        self.differ_in_nothing("inspected.yaml", after);
    }

    #[allow(dead_code)]
    #[track_caller]
    pub fn differs_in_nothing(&self) {
        self.differ_in_nothing(&self.before.url, &self.after.url);
    }

    #[track_caller]
    pub fn differ_in_nothing(&self, one: &str, other: &str) {
        let output = self.run(&["diff", one, other, "--exit-code"]);
        let (found, told) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert_eq!(output.status.code(), Some(0), "from {one} to {other}:\n{found}{told}");
        assert_eq!(found, "", "from {one} to {other}:\n{told}");
    }
}

/// What is told to be left out, and what no operation makes.
pub fn listed(told: &str) -> Vec<String> {
    let lines = told.lines().filter_map(|line| {
        let unwritable = line.strip_prefix("warning[not-expressible]: no operation makes ");
        unwritable.or(line.strip_prefix("  ").filter(|_| !line.contains("-->")))
    });
    lines.map(str::to_string).collect()
}

/// What stands on one side only.
pub fn differences(before: &[String], after: &[String]) -> String {
    let only = |mark: &str, one: &[String], other: &[String]| {
        let missing = one.iter().filter(|line| !other.contains(line));
        missing
            .map(|line| format!("{mark} {}\n", line.replace('\n', &format!("\n{mark} "))))
            .collect::<String>()
    };
    only("-", before, after) + &only("+", after, before)
}

impl Round {
    /// All tables of the first hold the same rows in the second: so many.
    #[allow(dead_code)]
    #[track_caller]
    pub fn has_the_same_rows(&self, expected: usize) {
        let names = match self.before.engine {
            "sqlite" => "SELECT name FROM sqlite_schema WHERE type = 'table'",
            _ => "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()",
        };
        let names: Vec<String> = self.before.query(names).into_iter().flatten().flatten().collect();
        let mut count = 0;
        for name in names {
            let quoted = format!("\"{name}\"");
            let rows = self.before.rows(&quoted, "*");
            count += rows.len();
            assert!(rows == self.after.rows(&quoted, "*"), "the rows of {name}");
        }
        assert_eq!(count, expected);
    }
}
