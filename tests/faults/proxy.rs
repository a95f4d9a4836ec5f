//! The connection cut after each of its messages, in either direction. The error says what is known, the next run goes on.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use crate::kill::{TOLD, by_itself, in_transactions};
use crate::lost;
use crate::state::{State, moves};
use crate::support::{command, on_some};
use crate::trial::{Ended, Trial};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    ToServer,
    ToClient,
}

#[derive(Debug, Clone, Copy)]
struct Cut {
    direction: Direction,
    after: usize,
    /// Whether the network stays down.
    for_good: bool,
}

/// Passes messages on between clients and a server, until so many have gone in one direction: then all that is open is
/// closed. Whether anything new is let through from then on, or the network is down, is the test's to say.
struct Proxy {
    port: u16,
    shared: Arc<Shared>,
    listening: Option<JoinHandle<()>>,
}

struct Shared {
    server: String,
    postgres: bool,
    cut: Option<Cut>,
    passed: [AtomicUsize; 2],
    down: AtomicBool,
    over: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    fn start(server: &str, postgres: bool, cut: Option<Cut>) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let shared = Arc::new(Shared {
            server: server.to_string(),
            postgres,
            cut,
            passed: Default::default(),
            down: AtomicBool::new(false),
            over: AtomicBool::new(false),
            open: Mutex::default(),
        });
        let sharing = Arc::clone(&shared);
        let listening = std::thread::spawn(move || {
            for client in listener.incoming() {
                if sharing.over.load(Ordering::SeqCst) {
                    return;
                }
                if let (Ok(client), false) = (client, sharing.down.load(Ordering::SeqCst)) {
                    Shared::connect(&sharing, client);
                }
            }
        });
        Proxy {
            port,
            shared,
            listening: Some(listening),
        }
    }

    fn passed(&self, direction: Direction) -> usize {
        self.shared.passed[direction as usize].load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        self.shared.close_all();
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
    }
}

impl Shared {
    fn open(&self) -> std::sync::MutexGuard<'_, Vec<TcpStream>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connect(shared: &Arc<Shared>, client: TcpStream) {
        let server = TcpStream::connect(&shared.server).expect("the server answers");
        let copies = || {
            (
                client.try_clone().expect("a socket"),
                server.try_clone().expect("a socket"),
            )
        };
        let ((client_in, server_out), (client_out, server_in)) = (copies(), copies());
        for socket in [&client, &server] {
            socket.set_nodelay(true).expect("a socket");
        }
        shared.open().extend([client, server]);
        for (from, to, direction) in [
            (client_in, server_out, Direction::ToServer),
            (server_in, client_out, Direction::ToClient),
        ] {
            let shared = Arc::clone(shared);
            std::thread::spawn(move || shared.pass_on(from, to, direction));
        }
    }

    /// Message by message, until an end closes.
    fn pass_on(&self, mut from: TcpStream, mut to: TcpStream, direction: Direction) {
        let mut waiting = Vec::new();
        let mut buffer = vec![0; 64 * 1024];
        // The first message of a client of PostgreSQL has no letter before its length.
        let mut head = usize::from(self.postgres && direction == Direction::ToClient);
        'open: while let Ok(read @ 1..) = from.read(&mut buffer) {
            waiting.extend_from_slice(&buffer[..read]);
            while let Some(length) = self.length(&waiting, head) {
                let message: Vec<u8> = waiting.drain(..length).collect();
                if to.write_all(&message).is_err() {
                    break 'open;
                }
                head = usize::from(self.postgres);
                let passed = self.passed[direction as usize].fetch_add(1, Ordering::SeqCst) + 1;
                if let Some(cut) = self.cut.filter(|cut| cut.direction == direction && cut.after == passed) {
                    self.down.store(cut.for_good, Ordering::SeqCst);
                    self.close_all();
                    break 'open;
                }
            }
        }
        let _ = from.shutdown(Shutdown::Both);
        let _ = to.shutdown(Shutdown::Both);
    }

    /// How long the first message is, if all of it is there.
    fn length(&self, waiting: &[u8], head: usize) -> Option<usize> {
        let length = match self.postgres {
            true => {
                let bytes = waiting.get(head..head + 4)?;
                head + u32::from_be_bytes(bytes.try_into().ok()?) as usize
            }
            false => {
                let bytes = waiting.get(..4)?;
                4 + u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]) as usize
            }
        };
        (waiting.len() >= length).then_some(length)
    }

    fn close_all(&self) {
        for socket in self.open().drain(..) {
            let _ = socket.shutdown(Shutdown::Both);
        }
    }
}

/// `up` through the proxy.
fn up_through(trial: &Trial, cut: Option<Cut>) -> (Ended, Proxy) {
    let postgres = trial.database.engine == "postgres";
    let (head, place) = trial.database.url.rsplit_once('@').expect("an account");
    let (server, name) = place.split_once('/').expect("a database");
    let proxy = Proxy::start(server, postgres, cut);
    let mode = if postgres {
        "sslmode=disable"
    } else {
        "ssl-mode=disabled"
    };
    let url = format!("{head}@127.0.0.1:{}/{name}?{mode}", proxy.port);
    let changelog = trial.changelog.display().to_string();
    let mut up = command(
        trial.database.folder(),
        &["--changelog", &changelog, "--url", &url, "up"],
    );
    let ended = Ended::from(up.output().expect("the program starts"));
    trial.note(format!("up, cut at {cut:?}: {:?}\n{}", ended.code, ended.text));
    (ended, proxy)
}

/// The numbers at which it is cut: all of them (`DRIFTLESS_FAULT_CUTS=all`), or so many, spread over the run.
fn cuts(messages: usize) -> Vec<usize> {
    let wished = match std::env::var("DRIFTLESS_FAULT_CUTS").as_deref() {
        Ok("all") => messages,
        Ok(text) => text.parse().expect("DRIFTLESS_FAULT_CUTS is `all` or a number"),
        Err(_) => 12,
    };
    let count = wished.clamp(1, messages);
    (1..=count).map(|at| at * messages / count).collect()
}

/// Cuts runs in a direction, each on a database of its own.
fn cut_runs(engine: &'static str, changelog: &str, direction: Direction) {
    let (expected, ids, messages): (State, Vec<String>, usize) = {
        let trial = Trial::new(engine, changelog);
        let (ended, proxy) = up_through(&trial, None);
        ended.expect(0, &[]);
        let ids = moves(&trial.database).into_iter().map(|(id, _)| id).collect();
        (trial.state(), ids, proxy.passed(direction))
    };
    let mut cut_before_the_end = 0;
    for (number, at) in cuts(messages).into_iter().enumerate() {
        let trial = Trial::new(engine, changelog);
        let cut = Cut {
            direction,
            after: at,
            for_good: number == 4,
        };
        let (ended, proxy) = up_through(&trial, Some(cut));
        // One message more or less is no matter.
        let passed = proxy.passed(direction);
        assert!(
            passed >= at || at + 10 > messages,
            "{engine}: {at} of {messages} was never passed"
        );
        cut_before_the_end += usize::from(ended.code != Some(0));
        lost::tells(&ended, &trial, &ids);
        drop(proxy);
        trial.run(&["up"]).expect(0, &[]);
        trial
            .state()
            .assert_is(&expected, &format!("after a cut {direction:?} at {at} of {messages}"));
    }
    assert!(cut_before_the_end > 0, "{engine}: nothing was cut");
}

const SERVERS: [&str; 3] = ["postgres", "mysql", "mariadb"];

#[test]
fn a_connection_that_breaks_after_any_question_is_told_of_and_the_next_run_goes_on() {
    on_some(&SERVERS, |engine| {
        cut_runs(engine, &by_itself(TOLD), Direction::ToServer)
    });
}

#[test]
fn a_connection_that_breaks_after_any_answer_is_told_of_and_the_next_run_goes_on() {
    on_some(&SERVERS, |engine| {
        cut_runs(engine, &by_itself(TOLD), Direction::ToClient)
    });
}

#[test]
fn a_commit_whose_answer_is_lost_is_looked_up_and_not_repeated() {
    on_some(&["postgres"], |engine| {
        cut_runs(engine, &in_transactions(TOLD), Direction::ToServer);
        cut_runs(engine, &in_transactions(TOLD), Direction::ToClient);
    });
}
