//! A plan as a script for the engine's own client: fed to it, the database is left exactly as a run would leave it.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;

use super::callbacks::around;
use super::script_conditions::{Line, ScriptConditions, lines};
use super::secret::{refuse_lacking, sent};
use super::step::{Step, StepKind, steps};
use super::unbroken::{HOLD, REMEMBER};
use super::{Callbacks, Deployment, NewRow, OfRun, RunError, Store};
use crate::changelog::{Action, Event};
use crate::dialect::{Family, Target, TokenKind, holes, shown, split, tokens};
use crate::model::Value;
use crate::plan::{Direction, Gate, Plan, PlannedChangeset, Turn};
use crate::render::{Assertion, Body, Statement};

/// What a script is made for.
pub struct ScriptOptions<'a> {
    pub store: &'a Store,
    /// The root below which files are loaded.
    pub root: &'a Path,
    /// Whether the history may have to be made.
    pub with_history_table: bool,
    /// Whether what is run is written down in the history.
    pub with_history: bool,
    pub deployment: &'a Deployment,
    pub conditions: ScriptConditions,
    pub callbacks: &'a Callbacks,
    pub secrets: ScriptSecrets,
    pub reader: ScriptReader,
}

/// Who is to read a script.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ScriptReader {
    /// The engine's own client, which is told to stop at the first error.
    #[default]
    Client,
    /// Any tool: SQL alone.
    Any,
    /// One that makes a transaction of each script by itself.
    Transacting,
}

/// Whether the values of secrets stand in a script.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ScriptSecrets {
    /// The script stops before a changeset that needs one.
    #[default]
    LeftOut,
    PutIn,
}

/// Writes the script, row by row where it loads files.
pub fn write_script(out: &mut dyn Write, plan: &Plan, options: &ScriptOptions<'_>) -> Result<(), RunError> {
    let mut script = Script {
        out,
        target: &plan.target,
        options,
    };
    script.write(plan)
}

struct Script<'a> {
    out: &'a mut dyn Write,
    target: &'a Target,
    options: &'a ScriptOptions<'a>,
}

/// A text in a comment, which a line break would end, as a client may see one.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

fn failed(error: io::Error) -> RunError {
    if error.kind() == io::ErrorKind::BrokenPipe {
        // Who reads has seen enough: ended as by SIGPIPE.
        return RunError::with(super::RunErrorKind::Stopped(13), Vec::new());
    }
    RunError::failed(format!("the script cannot be written: {error}"))
}

impl Script<'_> {
    fn line(&mut self, text: &str) -> Result<(), RunError> {
        writeln!(self.out, "{text}").map_err(failed)
    }

    fn family(&self) -> Family {
        self.target.dialect.family()
    }

    fn write(&mut self, plan: &Plan) -> Result<(), RunError> {
        let happening = plan.changesets.iter().filter(|planned| planned.turn != Turn::LeftOut);
        let count = happening.count();
        self.line(&format!(
            "-- driftless {}: {count} changeset{} for {}",
            env!("CARGO_PKG_VERSION"),
            if count == 1 { "" } else { "s" },
            self.target.title()
        ))?;
        let by_client = self.options.reader == ScriptReader::Client;
        match self.family() {
            Family::Postgres => {
                if by_client {
                    self.line("\\set ON_ERROR_STOP on")?;
                }
                self.line("SET client_min_messages = warning;")?;
                self.line("SET TimeZone = 'UTC';")?;
                self.line("SET standard_conforming_strings = on;")?;
            }
            Family::Sqlite => {
                if by_client {
                    self.line(".bail on")?;
                }
                self.line("PRAGMA foreign_keys = ON;")?;
            }
            // Their clients stop at the first error of a script by themselves.
            Family::Mysql => {
                self.line("SET SESSION sql_mode = REPLACE(@@SESSION.sql_mode, 'NO_BACKSLASH_ESCAPES', '');")?;
            }
        }
        if self.options.with_history_table && count > 0 {
            for statement in self.options.store.create() {
                self.statement(&statement)?;
            }
        }
        self.conditions_of_files(plan)?;
        let mut way = None;
        for planned in &plan.changesets {
            if planned.turn != Turn::LeftOut && way != Some(planned.direction) {
                self.leave(way)?;
                way = Some(planned.direction);
                self.callbacks(around(planned.direction).0)?;
            }
            self.changeset(planned)?;
        }
        self.leave(way)?;
        self.out.flush().map_err(failed)
    }

    /// Those of the files of changesets, asked before anything.
    fn conditions_of_files(&mut self, plan: &Plan) -> Result<(), RunError> {
        let mut asked: Vec<&Gate> = Vec::new();
        for planned in plan.changesets.iter().filter(|planned| planned.turn != Turn::LeftOut) {
            for around in planned.gate.iter().flat_map(|gate| &gate.around) {
                if asked.iter().any(|known| std::ptr::eq(*known, &**around)) {
                    continue;
                }
                asked.push(around);
                let file = around.file.as_deref().unwrap_or_default();
                self.conditions(around, &format!("`{file}`"))?;
            }
        }
        Ok(())
    }

    fn conditions(&mut self, gate: &Gate, whose: &str) -> Result<(), RunError> {
        for line in lines(gate, whose, self.options.conditions, self.target, self.options.store) {
            match line {
                Line::Comment(text) => self.line(&format!("-- {}", one_line(&text)))?,
                Line::Statement(sql) => self.statement(&sql)?,
            }
        }
        Ok(())
    }

    fn leave(&mut self, way: Option<Direction>) -> Result<(), RunError> {
        way.map_or(Ok(()), |direction| self.callbacks(around(direction).1))
    }

    /// What a run calls here: SQL as it is, commands by their names.
    fn callbacks(&mut self, event: Event) -> Result<(), RunError> {
        let callbacks = self.options.callbacks;
        for action in callbacks.of(event) {
            self.line(&format!("\n-- {}", event.word()))?;
            match action {
                Action::Sql(text) => {
                    for piece in split(text, self.family()) {
                        self.statement(piece.text)?;
                    }
                }
                Action::Command(words) => {
                    self.line(&format!("-- a run calls {}", one_line(&words.join(" "))))?;
                }
            }
        }
        Ok(())
    }

    fn changeset(&mut self, planned: &PlannedChangeset) -> Result<(), RunError> {
        let direction = match (planned.direction, planned.turn) {
            (Direction::Up, Turn::Run) => "",
            (Direction::Up, Turn::LeftOut) => ", left out",
            (Direction::Up, Turn::Marked) => ", recorded as applied",
            (Direction::Down, Turn::Marked) => ", never run, and no longer recorded as applied",
            (Direction::Down, Turn::Run | Turn::LeftOut) => ", taken back",
        };
        let why = planned.gate.as_ref().and_then(|gate| gate.why_not());
        let why = why.map(|why| format!(": {why}")).unwrap_or_default();
        // What the author wrote must not end the comment.
        let title = one_line(&format!("changeset {} ({}){direction}{why}", planned.id, planned.file));
        self.line(&format!("\n-- {title}"))?;
        if planned.turn == Turn::LeftOut {
            return Ok(());
        }
        let may_fail = planned.source.as_ref().is_some_and(|source| !source.on_error.is_stop());
        if may_fail && planned.direction == Direction::Up {
            self.line("-- `on_error: go_on` cannot be said in a script: it ends where this fails")?;
        }
        if let Some(gate) = planned.gate.as_ref().filter(|_| planned.turn == Turn::Run) {
            self.conditions(gate, &format!("changeset `{}`", planned.id))?;
        }
        if planned.turn != Turn::Run {
            return self.carried_out(planned);
        }
        self.callbacks(Event::BeforeChangeset)?;
        self.carried_out(planned)?;
        self.callbacks(Event::AfterChangeset)
    }

    fn carried_out(&mut self, planned: &PlannedChangeset) -> Result<(), RunError> {
        self.stop_for_secrets(planned)?;
        if planned.transactional {
            let rebuilds = planned.statements.iter().any(|statement| statement.rebuilds);
            self.begin(rebuilds)?;
            planned
                .statements
                .iter()
                .try_for_each(|statement| self.body(planned, statement))?;
            self.hold(rebuilds)?;
            self.remember(planned)?;
            return self.commit(rebuilds);
        }
        for step in steps(planned, self.target) {
            self.step(planned, &step)?;
        }
        self.remember(planned)
    }

    fn remember(&mut self, planned: &PlannedChangeset) -> Result<(), RunError> {
        match self.options.with_history {
            true => self.statement(&self.row(planned)),
            false => Ok(()),
        }
    }

    /// What commits by itself.
    fn step(&mut self, planned: &PlannedChangeset, step: &Step<'_>) -> Result<(), RunError> {
        let (rebuilds, whole) = (step.rebuilds(), step.kind == StepKind::Whole);
        if whole {
            self.begin(rebuilds)?;
        }
        step.statements
            .iter()
            .try_for_each(|statement| self.body(planned, statement))?;
        self.hold(rebuilds)?;
        if whole {
            self.commit(rebuilds)?;
        }
        Ok(())
    }

    fn begins_and_commits(&self) -> bool {
        self.options.reader != ScriptReader::Transacting
    }

    /// Foreign keys can be turned off outside a transaction only.
    fn begin(&mut self, rebuilds: bool) -> Result<(), RunError> {
        if rebuilds {
            self.line("PRAGMA foreign_keys = OFF;")?;
        }
        if self.begins_and_commits() {
            self.line(match self.family() {
                Family::Sqlite => "BEGIN IMMEDIATE;",
                Family::Postgres => "BEGIN;",
                Family::Mysql => "START TRANSACTION;",
            })?;
        }
        match rebuilds {
            true => REMEMBER.iter().try_for_each(|sql| self.statement(sql)),
            false => Ok(()),
        }
    }

    /// Fails, and with it the script, where more rows point at nothing than did before.
    fn hold(&mut self, rebuilds: bool) -> Result<(), RunError> {
        if rebuilds { self.statement(HOLD) } else { Ok(()) }
    }

    fn commit(&mut self, rebuilds: bool) -> Result<(), RunError> {
        if self.begins_and_commits() {
            self.line("COMMIT;")?;
        }
        match rebuilds {
            true => self.line("PRAGMA foreign_keys = ON;"),
            false => Ok(()),
        }
    }

    /// Nothing of a changeset is to run with the name of a secret in place of its value.
    fn stop_for_secrets(&mut self, planned: &PlannedChangeset) -> Result<(), RunError> {
        if self.options.secrets == ScriptSecrets::PutIn {
            return refuse_lacking([&planned.secrets]);
        }
        let texts = planned.statements.iter().flat_map(Statement::texts);
        let mut names: Vec<&str> = texts.flat_map(holes).map(|hole| hole.name).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let stop = Assertion {
                query: "SELECT 1".into(),
                expected: Value::Number("0".into()),
                message: format!("secret `{name}` is left out; `--show-secrets` puts it in"),
                dialect: self.target.dialect,
            };
            stop.script().iter().try_for_each(|sql| self.statement(sql))?;
        }
        Ok(())
    }

    /// A text of a changeset as it stands in the script.
    fn text<'t>(&self, planned: &PlannedChangeset, text: &'t str) -> Cow<'t, str> {
        match self.options.secrets {
            ScriptSecrets::LeftOut => shown(text),
            ScriptSecrets::PutIn => sent(text, &planned.secrets, self.target.dialect),
        }
    }

    fn body(&mut self, planned: &PlannedChangeset, statement: &Statement) -> Result<(), RunError> {
        let Some(around) = statement.around else {
            return self.bare(planned, statement);
        };
        self.statement(around.before)?;
        self.bare(planned, statement)?;
        self.statement(around.after)
    }

    fn bare(&mut self, planned: &PlannedChangeset, statement: &Statement) -> Result<(), RunError> {
        match &statement.body {
            Body::Sql(sql) => self.statement(&self.text(planned, sql)),
            Body::Load(load) => {
                let failed = |error: crate::render::LoadError| RunError::failed(error.to_string());
                let mut rows = load.open(self.options.root).map_err(failed)?;
                while let Some(chunk) = rows.next_statement().map_err(failed)? {
                    self.statement(&chunk.sql)?;
                }
                Ok(())
            }
            Body::Unload(unload) => {
                self.line(&format!(
                    "-- a run writes these rows to {}",
                    one_line(&unload.target.path)
                ))?;
                self.statement(&self.text(planned, &unload.query))
            }
            Body::Assert(assertion) => {
                let assertion = assertion.map_texts(|text| self.text(planned, text).into_owned());
                assertion.script().iter().try_for_each(|sql| self.statement(sql))
            }
            Body::Print(message) => self.statement(&message.script()),
        }
    }

    fn row(&self, planned: &PlannedChangeset) -> String {
        let duration = (self.family() != Family::Postgres).then_some(0);
        // The history that it is run on may have gone on since, or be another one.
        let run = planned.run.map_or(OfRun::Own, |run| OfRun::BeforeLast(run.later));
        let row = NewRow {
            run,
            ..NewRow::of(planned, self.options.deployment, duration)
        };
        self.options.store.insert(&row)
    }

    fn statement(&mut self, sql: &str) -> Result<(), RunError> {
        let sql = sql.trim_end().trim_end_matches(';');
        let all = tokens(sql, self.family());
        let ends_in_comment = all
            .last()
            .is_some_and(|token| token.kind == TokenKind::Comment && !token.text.starts_with("/*"));
        let has_body = all
            .iter()
            .any(|token| token.kind == TokenKind::Symbol && token.text == ";");
        if has_body && self.family() == Family::Mysql {
            // The client would split a routine at its inner semicolons.
            self.line("DELIMITER //")?;
            self.line(&format!("{sql}\n//"))?;
            return self.line("DELIMITER ;");
        }
        match ends_in_comment {
            true => self.line(&format!("{sql}\n;")),
            false => self.line(&format!("{sql};")),
        }
    }
}
