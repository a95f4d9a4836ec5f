use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::arguments::{Common, Writing};
use super::changed::{plan_up, read_history, refuse_errors};
use super::output::{Output, bad, faint, good, plural};
use super::project::{Access, At, Live, Project};
use super::{Exit, Failure};
use crate::changelog::Changelog;
use crate::database::Holder;
use crate::dialect::Target;
use crate::executor::{Observer, Outcome, Run, RunError, RunErrorKind, Stop, apply, with_run};
use crate::plan::{Destination, Direction, History, Plan, PlannedChangeset};

#[derive(Args)]
pub(super) struct Up {
    /// How far: `+N`, an id, `tag:NAME` (default: all that is pending)
    #[arg(value_name = "TARGET", allow_hyphen_values = true)]
    target: Option<Destination>,
    /// Print the SQL instead of running it
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    writing: Writing,
}

#[derive(Serialize)]
pub(super) struct RunReport {
    pub target: String,
    pub done: Vec<DoneReport>,
}

#[derive(Serialize)]
pub(super) struct DoneReport {
    pub id: String,
    pub milliseconds: u64,
}

impl Up {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let changelog = project.sound_changelog(output)?;
        let destination = self.target.clone().unwrap_or(Destination::Head);
        if self.dry_run {
            let mut live = project.connect(Access::Look, output).await?;
            let (history, was_there) = read_history(&mut live, output).await?;
            let plan = plan_up(&mut live.at(), &project, changelog, &history, &destination).await;
            let plan = plan.map_err(|error| output.run_failed(&error, &changelog.sources))?;
            refuse_errors(&plan, changelog, output)?;
            return super::sql::print(&plan, &live.store, !was_there, &project, changelog, output);
        }
        let live = project.connect(Access::Create, output).await?;
        let target = live.target.clone();
        let mover = Mover {
            project: &project,
            changelog,
            output,
            writing: &self.writing,
        };
        let outcome = mover
            .run(
                live,
                async |at, history| plan_up(at, &project, changelog, history, &destination).await,
                async |_, _| Ok(()),
            )
            .await?;
        mover.report(&target, &outcome, Direction::Up);
        Ok(Exit::Done)
    }
}

/// What moves in both directions have in common: the lock, the plan made under it, the run.
pub(super) struct Mover<'a> {
    pub project: &'a Project,
    pub changelog: &'a Changelog,
    pub output: &'a Output,
    pub writing: &'a Writing,
}

impl Mover<'_> {
    /// Plans and runs under the lock, anew where another runner of an SQLite file was quicker.
    pub async fn run(
        &self,
        mut live: Live,
        make: impl AsyncFn(&mut At<'_>, &History) -> Result<Plan, RunError>,
        look: impl AsyncFn(&mut At<'_>, &Plan) -> Result<(), Failure>,
    ) -> Result<Outcome, Failure> {
        let stop = stop_on_signals();
        let patience = match self.writing.lock_timeout {
            Some(seconds) => Duration::try_from_secs_f64(seconds).unwrap_or_default(),
            None => self.project.config.timeouts.lock(),
        };
        let locking = self.project.locking(&live, self.output)?;
        let store = live.store.clone();
        let target = live.target.clone();
        let deployment = self.project.deployment(self.writing.deployment.clone());
        let mut done = Outcome::default();
        loop {
            let mut refused = None;
            let mut observer = Progress::new(self.output);
            // The session lends itself to the scope of the lock, and comes back with it.
            let result = {
                let Live { session, .. } = &mut live;
                let waiting = &mut |holder: &Holder| self.output.say(format!("waiting for {}", holder.text));
                let key_store = store.clone();
                let (store, target, deployment, stop) = (&store, &target, &deployment, &stop);
                let (refused, observer, make, look) = (&mut refused, &mut observer, &make, &look);
                with_run(session, &key_store, &locking, patience, waiting, async |session| {
                    let history = store.read(session).await?;
                    let was_there = history.is_some();
                    let history = history.unwrap_or_default();
                    // Connects while the plan is made; where nothing has to wait for that, nothing is to be done.
                    let probe = session.lock_probe().map(|probe| tokio::spawn(probe.open()));
                    let mut at = At { session, target, store };
                    let plan = make(&mut at, &history).await?;
                    let checked = match refuse_errors(&plan, self.changelog, self.output) {
                        Ok(()) => look(&mut at, &plan).await,
                        Err(failure) => Err(failure),
                    };
                    if let Err(failure) = checked {
                        *refused = Some(failure);
                        return Ok(Outcome::default());
                    }
                    self.output.diagnostics(&plan.diagnostics, &self.changelog.sources);
                    if plan.changesets.is_empty() {
                        if let Some(probe) = probe {
                            probe.abort();
                        }
                        return Ok(Outcome::default());
                    }
                    if let Some(probe) = probe {
                        match probe.await.expect("it does not panic, and nobody stops it") {
                            Ok(probe) => probe.finish(session).await?,
                            Err(error) => self.output.say(format!(
                                "note: whether the lock holds cannot be found out without a second connection: {error}"
                            )),
                        }
                    }
                    if !was_there {
                        for statement in store.create() {
                            session.execute(&statement).await?;
                        }
                    }
                    observer.total(plan.changesets.len());
                    let run = Run {
                        store,
                        target,
                        root: self.project.folder.root(),
                        changelog: self.changelog,
                        deployment,
                        stop,
                        last_seq: history.last_seq(),
                        fence: session.fence_sql(),
                    };
                    apply(session, &run, &plan, &mut *observer).await
                })
                .await
            };
            observer.finish();
            if let Some(failure) = refused {
                return Err(failure);
            }
            match result {
                Ok(outcome) => {
                    done.done.extend(outcome.done);
                    // A server that is told goodbye has nothing to complain of in its log.
                    let _ = live.session.close().await;
                    return Ok(done);
                }
                Err(error) if error.kind == RunErrorKind::Stale => {}
                Err(error) => {
                    let failure = self.output.run_failed(&error, &self.changelog.sources);
                    let count = done.done.len() + error.done.len();
                    if count > 0 {
                        self.output
                            .say(format!("{} before it done and recorded", plural(count, "changeset")));
                    }
                    return Err(failure);
                }
            }
        }
    }

    pub fn report(&self, target: &Target, outcome: &Outcome, direction: Direction) {
        let word = match direction {
            Direction::Up => "applied",
            Direction::Down => "taken back",
        };
        self.output.say(match outcome.done.len() {
            0 => format!("nothing to do: {} is up to date", target.title()),
            count => {
                let total: Duration = outcome.done.iter().map(|(_, took)| *took).sum();
                format!("{} {word} in {:.2} s", plural(count, "changeset"), total.as_secs_f64())
            }
        });
        let done = outcome.done.iter().map(|(id, took)| DoneReport {
            id: id.clone(),
            milliseconds: took.as_millis() as u64,
        });
        let report = RunReport {
            target: target.to_string(),
            done: done.collect(),
        };
        self.output.end(Exit::Done, &[], &self.changelog.sources, report);
    }
}

/// The first wish to stop waits for what is running; the second ends the process, unless that would be to lose track.
fn hear(stop: &Stop, signal: i32) {
    match (stop.get(), stop.is_held()) {
        (None, false) => {
            super::output::remark("stopping after the changeset that is running; once more to stop at once")
        }
        (_, true) => super::output::remark("stopping after the statement that is running, which commits by itself"),
        // What is not committed is rolled back by the database.
        (Some(_), false) => std::process::exit(128 + signal),
    }
    stop.set(signal);
}

/// A wish to stop, set by Ctrl-C and SIGTERM.
fn stop_on_signals() -> Stop {
    let stop = Stop::default();
    let heard = stop.clone();
    tokio::spawn(async move {
        use tokio::signal::unix::{SignalKind, signal};
        let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
        else {
            return;
        };
        loop {
            tokio::select! {
                _ = interrupt.recv() => hear(&heard, 2),
                _ = terminate.recv() => hear(&heard, 15),
            }
        }
    });
    stop
}

/// Progress on a terminal, plain lines in a pipe.
struct Progress<'a> {
    output: &'a Output,
    bar: Option<ProgressBar>,
}

impl<'a> Progress<'a> {
    fn new(output: &'a Output) -> Progress<'a> {
        Progress { output, bar: None }
    }

    fn total(&mut self, count: usize) {
        if self.output.is_live() {
            let style = ProgressStyle::with_template("{spinner} {pos}/{len} {msg}")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            let bar = ProgressBar::new(count as u64).with_style(style);
            bar.enable_steady_tick(Duration::from_millis(120));
            self.bar = Some(bar);
        }
    }

    fn finish(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

impl Observer for Progress<'_> {
    fn begins(&mut self, changeset: &PlannedChangeset) {
        if let Some(bar) = &self.bar {
            bar.set_message(changeset.id.clone());
        }
    }

    fn ends(&mut self, changeset: &PlannedChangeset, took: Duration) {
        let sign = match changeset.direction {
            Direction::Up => good("+"),
            Direction::Down => bad("-"),
        };
        let line = format!(
            "{sign} {} {}",
            changeset.id,
            faint(&format!("({} ms)", took.as_millis()))
        );
        match &self.bar {
            Some(bar) => {
                bar.suspend(|| self.output.say(line));
                bar.inc(1);
            }
            None => self.output.say(line),
        }
    }

    fn says(&mut self, message: &str) {
        let line = format!("  {message}");
        match &self.bar {
            Some(bar) => bar.suspend(|| self.output.say(line)),
            None => self.output.say(line),
        }
    }
}
