//! The course of a run: its session, who hears of it, and what is done but not yet written down.

use std::pin::pin;
use std::time::Duration;

use tokio::time::{Instant, sleep_until, timeout};

use super::{Observer, RunError, Stop, rehearsal};
use crate::database::{self, Canceller, Family, Session};

/// How long a statement runs at most before the server is asked who is in its way, and how long until it is asked again.
const FIRST_LOOK: Duration = Duration::from_secs(1);
const NEXT_LOOK: Duration = Duration::from_secs(3);

/// How long the server may take to say so.
const LOOKING: Duration = Duration::from_secs(2);

pub(super) struct Course<'a> {
    pub session: &'a mut Session,
    pub observer: &'a mut dyn Observer,
    watch: Watch,
    /// How long statements wait, as it was said last, where that stays so.
    said: String,
    /// The last row of the history.
    pub seq: i64,
    /// Statements that write down what is done: sent with what comes next, where the server commits them by that.
    pub pending: Vec<String>,
    /// Whether all of it is inside one transaction, which is rolled back at the end.
    rehearsing: bool,
}

/// What goes on beside a statement that takes long.
struct Watch {
    canceller: Canceller,
    stop: Stop,
    first_look: Duration,
    /// Who was in the way of the last statement that waited.
    blockers: Vec<String>,
    /// Who was told of last: nobody is told of twice in a row.
    told: Vec<String>,
    /// How long the last statement was let run, where that was not long enough.
    cut_off: Option<Duration>,
}

impl<'a> Course<'a> {
    pub fn new(session: &'a mut Session, observer: &'a mut dyn Observer, stop: &Stop, seq: i64) -> Course<'a> {
        let watch = Watch {
            canceller: session.canceller(),
            stop: stop.clone(),
            first_look: FIRST_LOOK,
            blockers: Vec::new(),
            told: Vec::new(),
            cut_off: None,
        };
        Course {
            session,
            observer,
            watch,
            said: String::new(),
            seq,
            pending: Vec::new(),
            rehearsing: false,
        }
    }

    /// The same for a rehearsal.
    pub fn rehearsing(mut self) -> Course<'a> {
        self.rehearsing = true;
        self
    }

    pub fn is_rehearsal(&self) -> bool {
        self.rehearsing
    }

    pub fn family(&self) -> Family {
        self.session.family()
    }

    /// Sends a statement that may take long: it ends when a second wish to stop comes, or after `limit`.
    pub async fn send(&mut self, sql: &str, limit: Option<Duration>) -> Result<(), database::Error> {
        let sent = self.watched(limit, async |session| session.run(sql).await).await;
        sent.map_err(|error| self.session.explain_fence(error))
    }

    /// Likewise, whatever is said to the database.
    pub async fn watched<T>(&mut self, limit: Option<Duration>, work: impl AsyncFnOnce(&mut Session) -> T) -> T {
        let Course {
            session,
            observer,
            watch,
            ..
        } = self;
        let limit = limit.filter(|limit| !limit.is_zero());
        watch.over(work(session), limit, &mut **observer).await
    }

    /// Says how long statements wait for a lock: who is in the way is asked before that.
    pub fn look_before(&mut self, lock: Option<Duration>) {
        self.watch.first_look = lock
            .filter(|lock| !lock.is_zero())
            .map_or(FIRST_LOOK, |lock| (lock / 3).min(FIRST_LOOK));
    }

    /// Who was in the way of the statement that was sent last.
    pub fn blockers(&self) -> &[String] {
        &self.watch.blockers
    }

    /// After how long the statement that was sent last was cut off.
    pub fn cut_off(&self) -> Option<Duration> {
        self.watch.cut_off
    }

    /// Writes down what is done.
    pub async fn flush(&mut self) -> Result<(), RunError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let texts = std::mem::take(&mut self.pending);
        let opening = Opening {
            settings: String::new(),
            fence: self.session.fence_sql(),
        };
        self.in_transaction(&opening, async |course| {
            Ok(course.session.run(&texts.join(";\n")).await?)
        })
        .await
    }

    /// Runs work inside a transaction: committed when it succeeds, rolled back when it fails.
    pub async fn in_transaction<T>(
        &mut self,
        opening: &Opening,
        work: impl AsyncFnOnce(&mut Course<'a>) -> Result<T, RunError>,
    ) -> Result<T, RunError> {
        if self.rehearsing {
            if self.family() == Family::Postgres && !opening.settings.is_empty() {
                self.session.run(&opening.settings).await?;
            }
            let before = rehearsal::broken_references(self).await?;
            let value = work(self).await?;
            rehearsal::hold_now(self, before).await?;
            return Ok(value);
        }
        self.begin(opening).await?;
        match work(self).await {
            Ok(value) => {
                self.session.run("COMMIT").await?;
                Ok(value)
            }
            Err(error) => {
                // The error that led here is the one to tell; a connection that is gone has rolled back by itself.
                let _ = self.session.run("ROLLBACK").await;
                Err(error)
            }
        }
    }

    /// What begins a transaction. SQLite is told how long to wait where that is not what it was told last.
    pub fn beginning(&mut self, opening: &Opening) -> String {
        let family = self.family();
        if family == Family::Sqlite && opening.settings == self.said {
            let fence = opening.fence.clone();
            return begin(
                family,
                &Opening {
                    fence,
                    ..Opening::default()
                },
            );
        }
        self.said.clone_from(&opening.settings);
        begin(family, opening)
    }

    /// Begins a transaction. Where that fails there is none.
    pub async fn begin(&mut self, opening: &Opening) -> Result<(), RunError> {
        let begin = self.beginning(opening);
        let Err(error) = self.session.run(&begin).await else {
            return Ok(());
        };
        let _ = self.session.run("ROLLBACK").await;
        Err(self.session.explain_fence(error).into())
    }

    /// Runs work with SQLite's foreign keys off, which can be done outside a transaction only; on again however it ends.
    pub async fn without_foreign_keys<T>(
        &mut self,
        off: bool,
        work: impl AsyncFnOnce(&mut Course<'a>) -> Result<T, RunError>,
    ) -> Result<T, RunError> {
        if !off {
            return work(self).await;
        }
        self.session.run("PRAGMA foreign_keys = OFF").await?;
        let result = work(self).await;
        // A failure inside a rebuild may have left this one on.
        self.session
            .run("PRAGMA legacy_alter_table = OFF; PRAGMA foreign_keys = ON")
            .await?;
        result
    }
}

/// What is said where a transaction begins.
#[derive(Debug, Clone, Default)]
pub(super) struct Opening {
    /// How long statements wait.
    pub settings: String,
    /// The query that fails unless the lease is still ours.
    pub fence: Option<String>,
}

/// What begins a transaction. SQLite takes its write lock at once: there it is the lock between runs.
pub(super) fn begin(family: Family, opening: &Opening) -> String {
    let begin = match family {
        Family::Sqlite => "BEGIN IMMEDIATE",
        Family::Postgres => "BEGIN",
        Family::Mysql => "START TRANSACTION",
    };
    let settings = (!opening.settings.is_empty()).then_some(opening.settings.as_str());
    let fence = opening.fence.as_deref();
    let parts = match family {
        // What is set inside holds for the transaction only.
        Family::Postgres => [Some(begin), settings, fence],
        Family::Mysql | Family::Sqlite => [settings, Some(begin), fence],
    };
    parts.into_iter().flatten().collect::<Vec<_>>().join(";\n")
}

impl Watch {
    async fn over<T>(
        &mut self,
        work: impl Future<Output = T>,
        limit: Option<Duration>,
        observer: &mut dyn Observer,
    ) -> T {
        self.blockers.clear();
        self.cut_off = None;
        self.canceller.forget();
        let mut work = pin!(work);
        let started = Instant::now();
        let mut look = started + self.first_look;
        let mut cancelled = false;
        loop {
            let end = limit.map(|limit| started + limit);
            tokio::select! {
                biased;
                result = &mut work => {
                    self.canceller.forget();
                    return result;
                }
                () = self.stop.cancelled(), if !cancelled => {
                    cancelled = true;
                    self.cancel(observer).await;
                }
                () = sleep_until(end.unwrap_or(started)), if end.is_some() && !cancelled => {
                    cancelled = true;
                    self.cut_off = limit;
                    self.cancel(observer).await;
                }
                () = sleep_until(look) => {
                    self.look(observer).await;
                    look = Instant::now() + NEXT_LOOK;
                }
            }
        }
    }

    async fn cancel(&mut self, observer: &mut dyn Observer) {
        let told = match timeout(LOOKING, self.canceller.cancel()).await {
            Ok(result) => result.map_err(|error| error.message.clone()),
            Err(_) => Err("the server does not answer".to_string()),
        };
        if let Err(why) = told {
            observer.waits(&format!("the statement cannot be stopped: {why}"));
        }
    }

    async fn look(&mut self, observer: &mut dyn Observer) {
        if let Ok(Ok(found)) = timeout(LOOKING, self.canceller.blockers()).await
            && !found.is_empty()
        {
            for blocker in found.iter().filter(|blocker| !self.told.contains(*blocker)) {
                observer.waits(&format!("waiting for {blocker}"));
            }
            self.told.clone_from(&found);
            self.blockers = found;
        }
    }
}
