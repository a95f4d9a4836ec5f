//! Another session, in which somebody holds on to something.

use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::support::{TestDatabase, block_on, connect};

pub struct Holder {
    /// The pid of the session or the number of the connection, as the server calls it. SQLite has none.
    pub id: Option<String>,
    release: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Holder {
    /// Runs the statements, and holds on to what they locked until it is let go, or for so long.
    pub fn hold(database: &TestDatabase, statements: &'static [&'static str], limit: Duration) -> Holder {
        let ask = match database.engine {
            "sqlite" => "SELECT NULL",
            "postgres" => "SELECT pg_backend_pid()",
            _ => "SELECT connection_id()",
        };
        let url = database.url.clone();
        let (release, released) = channel();
        let (begin, begun) = channel();
        let thread = std::thread::spawn(move || {
            block_on(async {
                let mut session = connect(&url).await;
                for statement in statements {
                    session.query(statement).await.expect("it can be held");
                }
                let id = session.query(ask).await.expect("an answer");
                begin
                    .send(id.into_iter().flatten().flatten().next())
                    .expect("somebody waits");
                // Released, forgotten or over: all the same.
                let _ = released.recv_timeout(limit);
            });
        });
        Holder {
            id: begun.recv().expect("it is held"),
            release: Some(release),
            thread: Some(thread),
        }
    }

    pub fn let_go(self) {}
}

impl Drop for Holder {
    fn drop(&mut self) {
        self.release.take();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
