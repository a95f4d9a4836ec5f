//! A database with a changelog, and the program on it: run to its end, or killed before.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::random::{Random, seed};
use crate::server::Server;
use crate::state::{State, in_flight, moves};
use crate::support::{TestDatabase, write};

pub struct Trial {
    pub database: TestDatabase,
    pub changelog: PathBuf,
    /// What happened, for whoever has to understand a failure.
    told: Mutex<Vec<String>>,
    _slot: Slot,
}

/// How a run of the program ended.
#[derive(Debug)]
pub struct Ended {
    /// `None` where a signal ended it.
    pub code: Option<i32>,
    pub text: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Ended {
        Ended {
            code: output.status.code(),
            text: String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned(),
        }
    }
}

impl Ended {
    #[track_caller]
    pub fn expect(self, code: i32, words: &[&str]) -> Ended {
        assert_eq!(self.code, Some(code), "{}", self.text);
        for word in words {
            assert!(self.text.contains(word), "`{word}` is missing in:\n{}", self.text);
        }
        self
    }
}

impl Trial {
    /// The changelog is the folder's `changelog.yaml`; beside it is the file that some changesets load.
    pub fn new(engine: &'static str, changelog: &str) -> Trial {
        let slot = Slot::take();
        Trial::in_slot(slot, TestDatabase::new(engine), changelog)
    }

    /// The same on a server of the test's own.
    pub fn on(server: &Server, changelog: &str) -> Trial {
        let slot = Slot::take();
        Trial::in_slot(slot, TestDatabase::on(server.engine, server.url.clone()), changelog)
    }

    fn in_slot(slot: Slot, database: TestDatabase, changelog: &str) -> Trial {
        let engine = database.engine;
        write(database.folder().join("shelves.csv"), include_str!("shelves.csv"));
        let trial = Trial {
            changelog: write(database.folder().join("changelog.yaml"), changelog),
            told: Mutex::new(vec![format!("{engine}, seed {}", seed())]),
            database,
            _slot: slot,
        };
        trial.configure(&[]);
        trial
    }

    pub fn write(&self, changelog: &str) {
        write(self.changelog.clone(), changelog);
    }

    /// Says how long driftless waits, by keys of `timeouts`.
    pub fn configure(&self, timeouts: &[&str]) {
        // A machine that is busy with all of this takes its time for a connection.
        let all = [&["connect: 100"], timeouts].concat().join(", ");
        write(
            self.database.folder().join("driftless.yaml"),
            &format!("timeouts: {{{all}}}\n"),
        );
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        self.database.command(&self.changelog, arguments)
    }

    /// Notes what happens; printed when the test fails.
    pub fn note(&self, text: impl Into<String>) {
        self.told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(text.into());
    }

    pub fn run(&self, arguments: &[&str]) -> Ended {
        let ended = Ended::from(self.command(arguments).output().expect("the program starts"));
        self.note(format!("{}: {:?}\n{}", arguments.join(" "), ended.code, ended.text));
        ended
    }

    pub fn start(&self, arguments: &[&str]) -> Running {
        Running::start(&mut self.command(arguments))
    }

    pub fn state(&self) -> State {
        State::of(&self.database)
    }

    /// Runs to the end, and says when each changeset was through.
    pub fn measure(&self, arguments: &[&str]) -> Course {
        let begun = Instant::now();
        let mut running = self.start(arguments);
        let mut course = Course::default();
        while running.wait_for_changeset() {
            course.changesets.push(begun.elapsed());
        }
        running.end().expect(0, &[]);
        course.total = begun.elapsed();
        course
    }

    /// Runs, and kills it at a moment, if it is not through by then.
    pub fn kill(&self, arguments: &[&str], moment: Moment) -> Killed {
        let mut running = self.start(arguments);
        running.sleep_until(moment);
        running.kill();
        let ended = running.end();
        self.note(format!(
            "{} killed at {moment:?}: {:?}\n{}",
            arguments.join(" "),
            ended.code,
            ended.text
        ));
        match ended.code {
            None => Killed::InTheMiddle,
            Some(_) => Killed::TooLate(ended),
        }
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        eprintln!("----- what happened:\n{}", told.join("\n"));
        let looked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let (history, journal) = (moves(&self.database), in_flight(&self.database));
            eprintln!("history: {history:?}\njournal: {journal:?}");
        }));
        if looked.is_err() {
            eprintln!("the database cannot be read");
        }
    }
}

#[derive(Debug)]
pub enum Killed {
    InTheMiddle,
    /// It had ended by itself.
    TooLate(Ended),
}

/// When the changesets of an undisturbed run were through, and when it ended, from its start on.
#[derive(Debug, Default)]
pub struct Course {
    pub changesets: Vec<Duration>,
    pub total: Duration,
}

/// A moment of a run: so many changesets are through, and then some time has gone by. A slow machine does not move it into
/// another changeset.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    pub changesets: usize,
    pub then: Duration,
}

impl Course {
    /// Most moments are among the changesets, some before them.
    pub fn moment(&self, random: &mut Random) -> Moment {
        let first = self.changesets.first().copied().unwrap_or_default();
        let from = if random.below(5) == 0 { Duration::ZERO } else { first };
        let at = random.between(from, self.total);
        let changesets = self.changesets.iter().filter(|through| **through <= at).count();
        let through = changesets.checked_sub(1).map(|last| self.changesets[last]);
        Moment {
            changesets,
            then: at - through.unwrap_or_default(),
        }
    }

    /// Any moment of a run that has less to do than this one.
    pub fn later_moment(&self, random: &mut Random) -> Moment {
        Moment {
            changesets: 0,
            then: random.between(Duration::ZERO, self.total),
        }
    }
}

/// The program while it runs. It is killed where a test leaves it behind.
pub struct Running {
    child: Child,
    stderr: BufReader<std::process::ChildStderr>,
    told: String,
}

impl Running {
    pub fn start(command: &mut Command) -> Running {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        Running {
            child,
            stderr,
            told: String::new(),
        }
    }

    /// Reads on until a line fits; false where it ends before.
    pub fn wait_for(&mut self, fits: impl Fn(&str) -> bool) -> bool {
        loop {
            let from = self.told.len();
            let read = self.stderr.read_line(&mut self.told).expect("a line of text");
            if read == 0 || fits(&self.told[from..]) {
                return read > 0;
            }
        }
    }

    pub fn wait_for_changeset(&mut self) -> bool {
        self.wait_for(|line| line.starts_with("+ ") || line.starts_with("- "))
    }

    pub fn sleep_until(&mut self, moment: Moment) {
        let mut seen = 0;
        while seen < moment.changesets && self.wait_for_changeset() {
            seen += 1;
        }
        std::thread::sleep(moment.then);
    }

    pub fn kill(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, signal: i32) {
        // SAFETY: nobody has waited for the child, so its number is still its own.
        let sent = unsafe { libc::kill(self.child.id() as i32, signal) };
        assert_eq!(sent, 0, "the signal is sent");
    }

    /// Waits for the end.
    pub fn end(&mut self) -> Ended {
        self.stderr.read_to_string(&mut self.told).expect("text");
        let mut stdout = self.child.stdout.take().expect("a pipe");
        stdout.read_to_string(&mut self.told).expect("text");
        let status = self.child.wait().expect("it ends");
        let ended = Ended {
            code: status.code(),
            text: std::mem::take(&mut self.told),
        };
        let by_itself = matches!(status.signal(), None | Some(libc::SIGKILL));
        assert!(by_itself, "ended by signal {:?}:\n{}", status.signal(), ended.text);
        ended
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One of the few trials that go on at once, whatever number of tests does.
struct Slot;

static FREE: Mutex<Option<usize>> = Mutex::new(None);
static FREED: Condvar = Condvar::new();

impl Slot {
    fn take() -> Slot {
        let cores = std::thread::available_parallelism().map_or(2, |cores| cores.get());
        let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        while *free.get_or_insert(2 * cores) == 0 {
            free = FREED.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
        *free = free.map(|count| count - 1);
        Slot
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut free = FREE.lock().unwrap_or_else(PoisonError::into_inner);
        *free = free.map(|count| count + 1);
        FREED.notify_one();
    }
}
