//! The server killed at random moments while a run goes on, and started again: what it confirmed is there, and the next run
//! goes on. Some are told to stop as an administrator does it.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use driftless::database::{ConnectOptions, DatabaseUrl, Session};

use crate::kill::{TOLD, by_itself};
use crate::lost;
use crate::random::{Random, number};
use crate::slow::within;
use crate::state::moves;
use crate::support::{block_on, on_some};
use crate::trial::Trial;

/// A server of the test's own. It ends with the test, however that ends.
pub struct Server {
    pub engine: &'static str,
    pub url: String,
    folder: tempfile::TempDir,
    child: Child,
}

impl Server {
    pub fn start(engine: &'static str) -> Server {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut server = Server {
            engine,
            url: String::new(),
            child: Server::spawn(engine, folder.path()),
            folder,
        };
        let port = server.folder.path().join("port");
        let begun = Instant::now();
        while !port.exists() {
            server.check(begun, "the data of the server");
            std::thread::sleep(Duration::from_millis(50));
        }
        let port = std::fs::read_to_string(port).expect("a port");
        let place = format!("driftless:driftless@127.0.0.1:{}", port.trim());
        server.url = match engine {
            "postgres" => format!("postgres://{place}/postgres"),
            _ => format!("mysql://{place}/mysql"),
        };
        server.wait();
        server
    }

    fn spawn(engine: &str, folder: &Path) -> Child {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers/own");
        let log = std::fs::File::options()
            .create(true)
            .append(true)
            .open(folder.join("log"));
        let log = log.expect("a log");
        Command::new(script)
            .arg(engine)
            .arg(folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log)
            .spawn()
            .expect("the server starts")
    }

    fn check(&mut self, begun: Instant, what: &str) {
        let ended = self.child.try_wait().expect("its state");
        if ended.is_some() || begun.elapsed() > Duration::from_secs(180) {
            let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            panic!("{}: waited for {what}: {ended:?}\n{log}", self.engine);
        }
    }

    /// Waits until it answers.
    fn wait(&mut self) {
        let url = DatabaseUrl::parse(&self.url).expect("a URL");
        let begun = Instant::now();
        while block_on(Session::connect(&url, &ConnectOptions::default())).is_err() {
            self.check(begun, "an answer");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Kills it outright, with all its processes.
    pub fn kill(&mut self) {
        let all = family(self.child.id());
        for process in all {
            // SAFETY: these are the server's own; who has ended meanwhile is not there any more.
            unsafe { libc::kill(process as i32, libc::SIGKILL) };
        }
        let _ = self.child.wait();
    }

    /// Tells it to stop at once, without waiting for its clients.
    fn shut_down(&mut self) {
        let signal = if self.engine == "postgres" {
            libc::SIGINT
        } else {
            libc::SIGTERM
        };
        // SAFETY: nobody has waited for the child, so its number is still its own.
        unsafe { libc::kill(self.child.id() as i32, signal) };
        within(Duration::from_secs(120), "the server to stop", || {
            self.child.try_wait().is_ok_and(|ended| ended.is_some())
        });
    }

    pub fn restart(&mut self) {
        self.child = Server::spawn(self.engine, self.folder.path());
        self.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A process and all that it started, itself first.
fn family(process: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = std::fs::read_dir("/proc")
        .expect("Linux")
        .filter_map(|entry| {
            let id: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
            // Behind the name, which may hold anything: state and parent.
            let (_, facts) = stat.rsplit_once(')')?;
            Some((id, facts.split_whitespace().nth(1)?.parse().ok()?))
        })
        .collect();
    let mut all = vec![process];
    let mut at = 0;
    while let Some(&parent) = all.get(at) {
        all.extend(parents.iter().filter(|(_, its)| *its == parent).map(|(id, _)| *id));
        at += 1;
    }
    all
}

#[test]
fn a_server_that_is_killed_or_restarted_loses_nothing_and_the_next_run_goes_on() {
    on_some(&["postgres", "mysql", "mariadb"], |engine| {
        let mut server = Server::start(engine);
        let changelog = by_itself(TOLD);
        let (course, expected, ids): (_, _, Vec<String>) = {
            let trial = Trial::on(&server, &changelog);
            let course = trial.measure(&["up"]);
            let ids = moves(&trial.database).into_iter().map(|(id, _)| id).collect();
            (course, trial.state(), ids)
        };
        let rounds = number("DRIFTLESS_FAULT_SERVER_ROUNDS", 5);
        let mut hits = 0;
        // A machine that was busier while the course was measured lets runs end before the fault.
        for round in 0..rounds * 4 {
            if round >= rounds && hits * 2 >= rounds {
                break;
            }
            let mut random = Random::of(engine, round);
            let trial = Trial::on(&server, &changelog);
            trial.note(format!("round {round}"));
            let mut moment = course.moment(&mut random);
            for again in 0..=random.below(2) {
                let mut up = trial.start(&["up"]);
                up.sleep_until(moment);
                match random.below(4) {
                    0 => server.shut_down(),
                    _ => server.kill(),
                }
                let ended = up.end();
                trial.note(format!(
                    "up, its server gone at {moment:?}: {:?}\n{}",
                    ended.code, ended.text
                ));
                server.restart();
                let to_do = if again == 0 { ids.as_slice() } else { &[] };
                lost::tells(&ended, &trial, to_do);
                hits += u64::from(ended.code != Some(0));
                moment = course.later_moment(&mut random);
            }
            trial.run(&["up"]).expect(0, &[]);
            trial
                .state()
                .assert_is(&expected, "after the server's end and another `up`");
            let applied = moves(&trial.database)
                .into_iter()
                .filter(|(_, state)| state == "applied");
            assert_eq!(applied.count(), ids.len(), "{engine}: a changeset was applied twice");
        }
        assert!(
            hits * 2 >= rounds,
            "{engine}: only {hits} of {} rounds were disturbed at all",
            rounds * 4
        );
    });
}
