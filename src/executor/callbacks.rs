//! Callbacks carried out: SQL on the session of the run, commands beside it.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::sleep;

use super::course::Course;
use super::error::diagnostic_of;
use super::{Run, RunError, RunErrorKind};
use crate::changelog::{self, Action, Event, Parameters};
use crate::database::{Family, Session};
use crate::diagnostic::{Diagnostic, mask_urls};
use crate::dialect::{Dialect, split};
use crate::plan::{Direction, PlannedChangeset};

/// How often a command is asked whether it has ended.
const LOOKING: Duration = Duration::from_millis(20);

/// What is called around a run, and around its changesets.
#[derive(Debug, Default)]
pub struct Callbacks {
    actions: Vec<(Event, Action)>,
    /// Where commands run.
    folder: PathBuf,
    /// The environment's name.
    environment: Option<String>,
    /// Which way the run goes, once it has begun.
    begun: Mutex<Option<Direction>>,
}

/// What a callback is called about.
#[derive(Default)]
struct Subject<'a> {
    changeset: Option<&'a PlannedChangeset>,
    direction: Option<Direction>,
    error: Option<&'a str>,
}

impl Callbacks {
    /// Those of a configuration on a dialect, parameters put in.
    pub fn new(
        callbacks: &changelog::Callbacks,
        parameters: &Parameters,
        dialect: Dialect,
        folder: PathBuf,
        environment: Option<String>,
    ) -> Result<Callbacks, RunError> {
        let mut actions = Vec::new();
        for event in Event::ALL {
            let of_event = callbacks.actions(event, parameters, dialect);
            let of_event = of_event.map_err(|diagnostic| RunError::with(RunErrorKind::Usage, vec![diagnostic]))?;
            actions.extend(of_event.into_iter().map(|action| (event, action)));
        }
        Ok(Callbacks {
            actions,
            folder,
            environment,
            begun: Mutex::new(None),
        })
    }

    pub fn is_empty(&self) -> bool {
        self.actions.is_empty()
    }

    /// What is done for an event.
    pub fn of(&self, event: Event) -> impl Iterator<Item = &Action> {
        let each = self.actions.iter();
        each.filter(move |(known, _)| *known == event).map(|(_, action)| action)
    }

    /// Which way the run goes, once it has begun.
    pub fn begun(&self) -> Option<Direction> {
        *self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, direction: Option<Direction>) {
        *self.begun.lock().unwrap_or_else(PoisonError::into_inner) = direction;
    }
}

/// What is called before anything goes a way, and after all of it.
pub(super) fn around(direction: Direction) -> (Event, Event) {
    match direction {
        Direction::Up => (Event::BeforeUp, Event::AfterUp),
        Direction::Down => (Event::BeforeDown, Event::AfterDown),
    }
}

impl Run<'_> {
    /// Called before a changeset, whose way may not be that of the one before.
    pub(super) async fn enter(&self, course: &mut Course<'_>, direction: Direction) -> Result<(), RunError> {
        if self.callbacks.begun() == Some(direction) {
            return Ok(());
        }
        self.leave(course).await?;
        self.callbacks.begin(Some(direction));
        let (before, _) = around(direction);
        self.call(
            course,
            before,
            &Subject {
                direction: Some(direction),
                ..Subject::default()
            },
        )
        .await
    }

    /// Called after the last changeset of a way.
    pub(super) async fn leave(&self, course: &mut Course<'_>) -> Result<(), RunError> {
        let Some(direction) = self.callbacks.begun() else {
            return Ok(());
        };
        let (_, after) = around(direction);
        self.call(
            course,
            after,
            &Subject {
                direction: Some(direction),
                ..Subject::default()
            },
        )
        .await?;
        self.callbacks.begin(None);
        Ok(())
    }

    pub(super) async fn before_changeset(
        &self,
        course: &mut Course<'_>,
        planned: &PlannedChangeset,
    ) -> Result<(), RunError> {
        let called = self.call(course, Event::BeforeChangeset, &about(planned)).await;
        called.map_err(|error| error.note(format!("nothing of changeset `{}` was carried out", planned.id)))
    }

    pub(super) async fn after_changeset(
        &self,
        course: &mut Course<'_>,
        planned: &PlannedChangeset,
    ) -> Result<(), RunError> {
        let word = match planned.direction {
            Direction::Up => "applied",
            Direction::Down => "taken back",
        };
        let called = self.call(course, Event::AfterChangeset, &about(planned)).await;
        called.map_err(|error| error.note(format!("changeset `{}` is {word} and recorded", planned.id)))
    }

    async fn call(&self, course: &mut Course<'_>, event: Event, subject: &Subject<'_>) -> Result<(), RunError> {
        let mut actions = self.callbacks.of(event).peekable();
        if actions.peek().is_none() {
            return Ok(());
        }
        // What is done is known to others before.
        course.flush().await?;
        for action in actions {
            match action {
                Action::Sql(text) => self.sql(course, event, text).await?,
                Action::Command(words) => self.command(course, event, words, subject).await?,
            }
        }
        Ok(())
    }

    async fn sql(&self, course: &mut Course<'_>, event: Event, text: &str) -> Result<(), RunError> {
        for piece in split(text, self.target.dialect.family()) {
            let Err(error) = course.send(piece.text, self.waits.statement).await else {
                continue;
            };
            if course.family() != Family::Sqlite {
                // What it left open must not hold anything.
                let _ = course.session.run("ROLLBACK").await;
            }
            let kind = match self.stop.get() {
                Some(signal) => RunErrorKind::Stopped(signal),
                None => RunErrorKind::of(&error),
            };
            let diagnostic = diagnostic_of(&error)
                .note(format!("the statement was: {}", piece.text.trim()))
                .note(format!("in the callback `{}` of the configuration", event.word()));
            return Err(RunError::with(kind, vec![diagnostic]));
        }
        Ok(())
    }

    async fn command(
        &self,
        course: &mut Course<'_>,
        event: Event,
        words: &[String],
        subject: &Subject<'_>,
    ) -> Result<(), RunError> {
        let Some((program, arguments)) = words.split_first() else {
            return Ok(());
        };
        let shown = words.join(" ");
        let whose = format!("it is the callback `{}` of the configuration", event.word());
        let mut command = self.prepared(program, event, subject);
        command.args(arguments);
        course.observer.gives_way(true);
        let ended = match command.spawn() {
            Ok(child) => self.wait(child).await,
            Err(error) => Err(error),
        };
        course.observer.gives_way(false);
        let message = match ended {
            Ok(status) if status.success() => return Ok(()),
            Ok(status) => format!("`{shown}` failed: {status}"),
            Err(error) if error.kind() == io::ErrorKind::NotFound => format!("there is no program `{program}`"),
            Err(error) => format!("`{shown}` cannot be run: {error}"),
        };
        let kind = match self.stop.get() {
            Some(signal) => RunErrorKind::Stopped(signal),
            None => RunErrorKind::Failed,
        };
        let diagnostic = Diagnostic::error("callback", message).note(whose);
        Err(RunError::with(kind, vec![diagnostic]))
    }

    /// The program with what it is to know in its environment, and nothing that leads into the database.
    fn prepared(&self, program: &str, event: Event, subject: &Subject<'_>) -> Command {
        let folder = match self.callbacks.folder.as_os_str().is_empty() {
            true => PathBuf::from("."),
            false => self.callbacks.folder.clone(),
        };
        let has_folder = program.contains('/');
        let program = match std::path::absolute(folder.join(program)) {
            Ok(path) if has_folder => path,
            _ => PathBuf::from(program),
        };
        let mut command = Command::new(program);
        command.current_dir(&folder).stdin(Stdio::null());
        // Who reads what we report is not to read this.
        command.stdout(io::stderr()).stderr(Stdio::inherit());
        command.env_remove("DRIFTLESS_URL");
        for (name, value) in self.known(event, subject) {
            match value {
                Some(value) => command.env(name, value.replace('\0', " ")),
                None => command.env_remove(name),
            };
        }
        command
    }

    fn known(&self, event: Event, subject: &Subject<'_>) -> BTreeMap<&'static str, Option<String>> {
        let changeset = subject.changeset;
        let direction = subject.direction.or(changeset.map(|planned| planned.direction));
        let source = changeset.and_then(|planned| planned.source.as_ref());
        BTreeMap::from([
            ("DRIFTLESS_EVENT", Some(event.word().to_string())),
            (
                "DRIFTLESS_DIRECTION",
                direction.map(|direction| direction.word().to_string()),
            ),
            ("DRIFTLESS_TARGET", Some(self.target.to_string())),
            ("DRIFTLESS_ENV", self.callbacks.environment.clone()),
            ("DRIFTLESS_DEPLOYMENT", self.deployment.name.clone()),
            ("DRIFTLESS_REASON", self.deployment.reason.clone()),
            (
                "DRIFTLESS_ERROR",
                subject.error.map(|error| mask_urls(error).into_owned()),
            ),
            ("DRIFTLESS_CHANGESET_ID", changeset.map(|planned| planned.id.clone())),
            (
                "DRIFTLESS_CHANGESET_FILE",
                changeset.map(|planned| planned.file.clone()),
            ),
            (
                "DRIFTLESS_CHANGESET_AUTHOR",
                changeset.and_then(|planned| planned.author.clone()),
            ),
            (
                "DRIFTLESS_CHANGESET_COMMENT",
                changeset.and_then(|planned| planned.comment.clone()),
            ),
            (
                "DRIFTLESS_CHANGESET_TAG",
                changeset.and_then(|planned| planned.tag.clone()),
            ),
            (
                "DRIFTLESS_CHANGESET_LABELS",
                source.map(|source| source.labels.join(",")),
            ),
        ])
    }

    /// A second wish to stop ends the command; the first one, by Ctrl-C, it has heard itself.
    async fn wait(&self, mut child: Child) -> io::Result<ExitStatus> {
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(status);
            }
            tokio::select! {
                () = sleep(LOOKING) => {}
                () = self.stop.cancelled() => child.kill()?,
            }
        }
    }

    /// Called once after a run that failed, where it had begun; what fails of that is added to the error.
    pub async fn on_error(
        &self,
        session: &mut Session,
        observer: &mut dyn super::Observer,
        error: RunError,
    ) -> RunError {
        let Some(direction) = self.callbacks.begun() else {
            return error;
        };
        self.callbacks.begin(None);
        let text = error.to_string();
        let subject = Subject {
            direction: Some(direction),
            error: Some(&text),
            ..Subject::default()
        };
        let mut course = Course::new(session, observer, self.stop, self.last_seq);
        for action in self.callbacks.of(Event::OnError) {
            let called = match action {
                Action::Sql(_) if error.kind == RunErrorKind::Lost => Ok(()),
                Action::Sql(text) => self.sql(&mut course, Event::OnError, text).await,
                Action::Command(words) => self.command(&mut course, Event::OnError, words, &subject).await,
            };
            if let Err(again) = called {
                return error.note(format!("and the callback `on_error` failed: {again}"));
            }
        }
        error
    }
}

fn about(planned: &PlannedChangeset) -> Subject<'_> {
    Subject {
        changeset: Some(planned),
        ..Subject::default()
    }
}
