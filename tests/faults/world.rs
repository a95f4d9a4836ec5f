//! Disks that are full, files that cannot be written, roles that may not, histories that somebody mended by hand, clocks
//! that go back.

use std::process::Command;
use std::time::Duration;

use crate::holder::Holder;
use crate::kill::{TOLD, by_itself};
use crate::state::{State, moves};
use crate::support::{assert_same, block_on, command, connect, on_engines, on_some};
use crate::trial::{Ended, Trial};

/// Steps in a small file system of their own, each a word and what it is for.
struct SmallDisk<'a> {
    trial: &'a Trial,
    script: String,
    runs: usize,
}

impl<'a> SmallDisk<'a> {
    fn new(trial: &'a Trial, size: &str) -> SmallDisk<'a> {
        let folder = trial.database.folder().join("small");
        std::fs::create_dir(&folder).expect("a folder");
        SmallDisk {
            script: format!(
                "set -e\nmount -t tmpfs -o size={size} driftless '{}'\n",
                folder.display()
            ),
            trial,
            runs: 0,
        }
    }

    fn folder(&self) -> String {
        self.trial.database.folder().join("small").display().to_string()
    }

    fn shell(&mut self, line: &str) {
        self.script += line;
        self.script.push('\n');
    }

    /// A run of the program on the database that is there; how it ends is written down outside.
    fn run(&mut self, arguments: &str) {
        let at = self.runs;
        self.runs += 1;
        let (program, folder) = (env!("CARGO_BIN_EXE_driftless"), self.folder());
        self.shell(&format!(
            "code=0; '{program}' --changelog changelog.yaml --url 'sqlite:{folder}/test.db' {arguments} >run{at} 2>&1 || code=$?; echo $code >code{at}"
        ));
    }

    /// Takes all steps where such a file system may be mounted: as root, or as root of a namespace of one's own. Nothing
    /// of it is left, but for the database.
    fn end(mut self) -> Vec<Ended> {
        let folder = self.folder();
        self.shell(&format!("cp '{folder}/test.db' test.db"));
        // SAFETY: it only asks.
        let rights = if unsafe { libc::geteuid() } == 0 { "-m" } else { "-rm" };
        let home = self.trial.database.folder();
        let mut shell = Command::new("unshare");
        shell.args([rights, "sh", "-c", &self.script]).current_dir(home);
        let output = shell
            .output()
            .expect("`unshare` (util-linux) is needed for a small disk");
        let told = Ended::from(output);
        assert_eq!(
            told.code,
            Some(0),
            "no small disk can be mounted here, or it cannot be used:\n{}",
            told.text
        );
        let read = |name: String| std::fs::read_to_string(home.join(name)).expect("what a run wrote");
        let ended = (0..self.runs).map(|at| Ended {
            code: read(format!("code{at}")).trim().parse().ok(),
            text: read(format!("run{at}")),
        });
        let ended: Vec<Ended> = ended.collect();
        for run in &ended {
            self.trial.note(format!("{:?}\n{}", run.code, run.text));
        }
        ended
    }
}

fn undisturbed(engine: &'static str, changelog: &str) -> State {
    let trial = Trial::new(engine, changelog);
    trial.run(&["up"]).expect(0, &[]);
    trial.state()
}

fn full_disk(changelog: &str) {
    let expected = undisturbed("sqlite", changelog);
    let mut stopped = 0;
    // What is left for it, in pages of 4 KiB: from nothing to nearly enough.
    for left in [0, 1, 2, 4, 8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64] {
        let trial = Trial::new("sqlite", changelog);
        let mut disk = SmallDisk::new(&trial, "2m");
        let folder = disk.folder();
        disk.shell(&format!("head -c {} /dev/zero >'{folder}/filler'", (512 - left) * 4096));
        disk.run("up");
        disk.shell(&format!("rm '{folder}/filler'"));
        disk.run("up");
        let ended = disk.end();
        if ended[0].code != Some(0) {
            stopped += 1;
            assert!(
                matches!(ended[0].code, Some(1 | 5)),
                "{left}: {:?}: {}",
                ended[0].code,
                ended[0].text
            );
            let told = ["disk is full", "disk I/O error"]
                .iter()
                .any(|words| ended[0].text.contains(words));
            assert!(told, "not a word about the disk: {}", ended[0].text);
        }
        assert_eq!(ended[1].code, Some(0), "{left} pages left: {}", ended[1].text);
        trial
            .state()
            .assert_is(&expected, &format!("after a full disk with {left} pages left"));
    }
    assert!(stopped > 3, "the disk was hardly ever full");
}

#[test]
fn a_full_disk_takes_a_changeset_back_and_the_next_run_goes_on() {
    full_disk(TOLD);
}

#[test]
fn a_full_disk_among_statements_that_commit_by_themselves_loses_nothing_and_the_next_run_goes_on() {
    full_disk(&by_itself(TOLD));
}

#[test]
fn a_read_only_file_is_read_and_not_written() {
    let expected = undisturbed("sqlite", TOLD);
    let trial = Trial::new("sqlite", TOLD);
    let mut disk = SmallDisk::new(&trial, "8m");
    let folder = disk.folder();
    disk.run("up rows");
    disk.shell(&format!("mount -o remount,bind,ro '{folder}'"));
    disk.run("status");
    disk.run("plan");
    disk.run("up");
    disk.shell(&format!("mount -o remount,bind,rw '{folder}'"));
    disk.run("up");
    let [first, status, plan, up, last]: [Ended; 5] = disk.end().try_into().expect("five runs");
    first.expect(0, &[]);
    status.expect(0, &["3 applied"]);
    plan.expect(0, &["columns"]);
    up.expect(1, &["readonly"]);
    last.expect(0, &[]);
    trial
        .state()
        .assert_is(&expected, "after a file that could not be written");
}

#[test]
fn a_locked_file_is_waited_for_and_told_of_where_it_stays_locked() {
    let trial = Trial::new("sqlite", TOLD);
    trial.run(&["up", "rows"]).expect(0, &[]);
    trial.configure(&["table_lock: 1", "attempts: 4"]);
    for how in [&["BEGIN IMMEDIATE"], &["BEGIN EXCLUSIVE"]] {
        let holder = Holder::hold(&trial.database, how, Duration::from_secs(300));
        trial.run(&["up", "--lock-timeout", "1"]).expect(1, &["locked"]);
        holder.let_go();
        let holder = Holder::hold(&trial.database, how, Duration::from_secs(2));
        trial.run(&["up", "+1"]).expect(0, &[]);
        holder.let_go();
    }
    let ids: Vec<String> = moves(&trial.database).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["beginning", "tables", "rows", "columns", "views"]);
}

/// A role with a password, that may do what is granted; gone with the test.
struct Limited<'a> {
    trial: &'a Trial,
    name: String,
}

impl Limited<'_> {
    fn new(trial: &Trial) -> Limited<'_> {
        // As the database is called, there is no other.
        let (_, database) = trial.database.url.rsplit_once('/').expect("a database");
        let name = format!("limited_{database}");
        trial.database.execute(&match trial.database.engine {
            "postgres" => format!("CREATE ROLE {name} LOGIN PASSWORD 'limited'"),
            _ => format!("CREATE USER {name} IDENTIFIED BY 'limited'"),
        });
        Limited { trial, name }
    }

    /// `@` stands for the role, `#` for the database.
    fn grant(&self, sql: &str) {
        let (_, database) = self.trial.database.url.rsplit_once('/').expect("a database");
        self.trial
            .database
            .execute(&sql.replace('@', &self.name).replace('#', database));
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        let (scheme, _) = self.trial.database.url.split_once("://").expect("a scheme");
        let (_, place) = self.trial.database.url.rsplit_once('@').expect("an account");
        let url = format!("{scheme}://{}:limited@{place}", self.name);
        let changelog = self.trial.changelog.display().to_string();
        let all = [&["--changelog", &changelog, "--url", &url], arguments].concat();
        let output = command(self.trial.database.folder(), &all).output();
        let ended = Ended::from(output.expect("the program starts"));
        self.trial
            .note(format!("as {}: {:?}\n{}", self.name, ended.code, ended.text));
        ended
    }
}

impl Drop for Limited<'_> {
    fn drop(&mut self) {
        let database = &self.trial.database;
        let sql = match database.engine {
            "postgres" => format!("DROP OWNED BY {0}; DROP ROLE {0}", self.name),
            _ => format!("DROP USER {}", self.name),
        };
        block_on(async {
            // A test that failed has more to tell than this.
            let _ = connect(&database.url).await.execute(&sql).await;
        });
    }
}

#[test]
fn a_role_that_may_not_create_tables_is_told_so_and_nothing_is_done() {
    on_some(&["postgres", "mysql", "mariadb"], |engine| {
        let trial = Trial::new(engine, TOLD);
        let limited = Limited::new(&trial);
        match engine {
            "postgres" => limited.grant("REVOKE CREATE ON SCHEMA public FROM PUBLIC"),
            _ => limited.grant("GRANT SELECT, INSERT, UPDATE, DELETE ON #.* TO @"),
        }
        limited.run(&["up"]).expect(1, &["denied"]);
        assert!(
            trial.database.normal_form().0.is_empty(),
            "{engine}: something is there"
        );
        trial.run(&["up"]).expect(0, &[]);
    });
}

#[test]
fn a_role_that_may_not_write_the_history_changes_nothing() {
    on_some(&["postgres", "mysql", "mariadb"], |engine| {
        let trial = Trial::new(engine, TOLD);
        let limited = Limited::new(&trial);
        trial.run(&["up", "rows"]).expect(0, &[]);
        let before = trial.state();
        // All that the changesets need, but for the history: what is made is the role's own.
        match engine {
            "postgres" => {
                limited.grant("GRANT ALL ON SCHEMA public TO @");
                limited.grant("GRANT SELECT ON ALL TABLES IN SCHEMA public TO @");
                for table in ["author", "book", "loan", "note"] {
                    limited.grant(&format!("ALTER TABLE {table} OWNER TO @"));
                }
            }
            _ => limited.grant("GRANT SELECT, CREATE, ALTER, INDEX, REFERENCES, DROP ON #.* TO @"),
        }
        limited.run(&["up"]).expect(1, &["denied", "driftless_history"]);
        trial
            .state()
            .assert_is(&before, "after a run that could not write the history");
        trial.run(&["status", "--check"]).expect(3, &[]);
    });
}

/// What somebody did to the history by hand, and what is said of it.
const DAMAGE: [(&str, &[&str], &[&str]); 5] = [
    (
        "UPDATE driftless_history SET changes = '{\"version\":1,\"changes\":[]}' WHERE seq = 2",
        &["down", "base", "--allow-data-loss"],
        &["damaged", "tables"],
    ),
    (
        "UPDATE driftless_history SET state = 'odd' WHERE seq = 2",
        &["up"],
        &["damaged", "`odd`"],
    ),
    (
        "DELETE FROM driftless_history WHERE seq = 2",
        &["up"],
        &["damaged", "2"],
    ),
    (
        "UPDATE driftless_history SET format = 99 WHERE seq = 3",
        &["up"],
        &["newer"],
    ),
    (
        "ALTER TABLE driftless_history DROP COLUMN checksum",
        &["up"],
        &["history", "checksum"],
    ),
];

#[test]
fn a_history_that_was_damaged_by_hand_stops_every_run_before_it_changes_anything() {
    on_engines(|engine| {
        for (damage, arguments, words) in DAMAGE {
            let trial = Trial::new(engine, TOLD);
            trial.run(&["up", "rows"]).expect(0, &[]);
            trial.database.execute(damage);
            trial.note(damage);
            let schema = trial.database.normal_form();
            let ended = trial.run(arguments);
            assert!(
                matches!(ended.code, Some(1 | 4)),
                "{engine}: {damage}: {:?}: {}",
                ended.code,
                ended.text
            );
            for word in words {
                assert!(
                    ended.text.contains(word),
                    "{engine}: {damage}: `{word}` is missing: {}",
                    ended.text
                );
            }
            assert_same(&schema, &trial.database.normal_form(), damage);
            let books = trial.database.query("SELECT id FROM book");
            assert_eq!(books.len(), 3, "{engine}: {damage}");
        }
    });
}

/// The order of things is the history's numbers, never the clock: rows of a time that is yet to come are as good as any.
#[test]
fn a_clock_that_goes_back_changes_no_order() {
    on_engines(|engine| {
        let expected = undisturbed(engine, TOLD);
        let trial = Trial::new(engine, TOLD);
        trial.run(&["up", "columns"]).expect(0, &[]);
        trial
            .database
            .execute("UPDATE driftless_history SET started = '2999-01-01T00:00:00.000Z'");
        trial.run(&["status", "--check"]).expect(3, &["4 applied"]);
        trial.run(&["up", "+1"]).expect(0, &["+ views"]);
        trial.run(&["down", "-1", "--allow-data-loss"]).expect(0, &["- views"]);
        let back = trial
            .run(&["down", "base", "--allow-data-loss"])
            .expect(0, &["4 changesets"]);
        let order: Vec<usize> = ["- columns", "- rows", "- tables", "- beginning"]
            .iter()
            .filter_map(|line| back.text.find(line))
            .collect();
        assert!(order.len() == 4 && order.is_sorted(), "{}", back.text);
        trial.run(&["up"]).expect(0, &[]);
        trial.state().assert_is(&expected, "after a clock that went back");
    });
}
