//! Conditions asked of a database, one by one, as far as it takes to know. Asking changes nothing.

use super::course::Course;
use super::error::diagnostic_of;
use super::{Run, RunError, RunErrorKind, Store};
use crate::database::introspect::introspect;
use crate::database::{self, ErrorKind, Family, Session};
use crate::dialect::Target;
use crate::plan::{Answer, Asks, Gate, Leaf, Passage, PlannedChangeset, Turn};
use crate::render::Inquiry;

/// What conditions are asked of.
pub struct Asked<'a> {
    pub session: &'a mut Session,
    pub target: &'a Target,
    pub store: &'a Store,
    /// Whether a transaction is open, which has to stay so.
    pub in_transaction: bool,
}

/// What becomes of a changeset whose turn has come.
pub(super) enum Passing {
    Goes,
    LeftOut,
    /// The answers are others than those that the plan was made from.
    Changed(String),
}

impl Asked<'_> {
    /// Answers what a gate needs to know; `known` is asked before the database is.
    pub async fn answer(
        &mut self,
        gate: &mut Gate,
        known: &mut dyn FnMut(&Leaf) -> Option<Answer>,
    ) -> Result<(), RunError> {
        while let Passage::Asks(leaf) = gate.passage() {
            let answer = match known(leaf) {
                Some(answer) => answer,
                None => self.leaf(leaf).await?,
            };
            let number = leaf.number;
            gate.answer(number, answer);
        }
        Ok(())
    }

    async fn leaf(&mut self, leaf: &Leaf) -> Result<Answer, RunError> {
        match &leaf.asks {
            Asks::Known { holds, .. } => Ok(Answer::of(*holds)),
            Asks::Applied(held) => {
                let history = self.store.read(self.session).await?.unwrap_or_default();
                Ok(Answer::of(held.holds(&|id| history.is_there(id))))
            }
            Asks::Of(inquiry) => self.inquiry(inquiry).await.map_err(|error| {
                let diagnostic = diagnostic_of(&error).label(leaf.span, "");
                let diagnostic =
                    diagnostic.note(format!("while it was asked whether this holds: {}", inquiry.summary()));
                RunError::with(RunErrorKind::of(&error), vec![diagnostic])
            }),
        }
    }

    async fn inquiry(&mut self, inquiry: &Inquiry) -> Result<Answer, database::Error> {
        let Some(question) = inquiry.question(self.target) else {
            return self.introspected(inquiry).await;
        };
        let rows = match inquiry.is_of_data() {
            true => self.read_only(&question).await,
            false => self.session.query(&question).await,
        };
        let rows = match rows {
            Err(error) if error.kind == ErrorKind::Statement && inquiry.may_fail() => {
                return Ok(Answer {
                    found: Some(error.message.clone()),
                    ..Answer::of(false)
                });
            }
            rows => rows?,
        };
        let row = rows.into_iter().next().unwrap_or_default();
        let holds = row.first().cloned().flatten().as_deref() == Some("1");
        Ok(Answer {
            found: row.get(1).cloned().flatten(),
            ..Answer::of(holds)
        })
    }

    /// What only the text of a table tells.
    async fn introspected(&mut self, inquiry: &Inquiry) -> Result<Answer, database::Error> {
        let Inquiry::Constraint { table, name } = inquiry else {
            return Ok(Answer::of(false));
        };
        let catalog = introspect(self.session, self.target, &self.store.own_tables()).await?;
        let case = catalog.column_case();
        let found = catalog.table(table);
        let holds = found.is_some_and(|table| table.constraint_names().any(|(known, _)| known.same(name, case)));
        Ok(Answer::of(holds))
    }

    /// The author's own SQL may call what writes: not here.
    async fn read_only(&mut self, sql: &str) -> Result<Vec<database::TextRow>, database::Error> {
        let (begin, end) = match (self.session.family(), self.in_transaction) {
            (Family::Sqlite, _) => ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
            (Family::Postgres, false) => ("BEGIN READ ONLY", "ROLLBACK"),
            (Family::Postgres, true) => (
                "SAVEPOINT driftless_condition; SET TRANSACTION READ ONLY",
                "ROLLBACK TO SAVEPOINT driftless_condition; RELEASE SAVEPOINT driftless_condition",
            ),
            (Family::Mysql, false) => ("START TRANSACTION READ ONLY", "ROLLBACK"),
            (Family::Mysql, true) => (
                "SAVEPOINT driftless_condition",
                "ROLLBACK TO SAVEPOINT driftless_condition",
            ),
        };
        self.session.run(begin).await?;
        let rows = self.session.query(sql).await;
        let ended = self.session.run(end).await;
        let rows = rows?;
        ended?;
        Ok(rows)
    }
}

impl Run<'_> {
    /// Asks the conditions of a changeset whose turn has come.
    pub(super) async fn pass(&self, course: &mut Course<'_>, planned: &PlannedChangeset) -> Result<Passing, RunError> {
        let Some(gate) = &planned.gate else {
            return Ok(Passing::Goes);
        };
        // Those of the files around it were asked before anything of the run.
        if gate.closed_around().is_some() {
            return Ok(Passing::LeftOut);
        }
        // What is done and not yet written down counts.
        self.flush_before(course, planned).await?;
        let mut now = gate.anew();
        let in_transaction = course.is_rehearsal();
        let limit = self.waits(planned).statement;
        let work = async |session: &mut Session| {
            let mut asked = Asked {
                session,
                target: self.target,
                store: self.store,
                in_transaction,
            };
            asked.answer(&mut now, &mut |_| None).await
        };
        let asked = course.watched(limit, work).await;
        if let Some(signal) = self.stop.get() {
            let message = format!("stopped as asked, before changeset `{}` began", planned.id);
            return Err(RunError::new(RunErrorKind::Stopped(signal), message));
        }
        asked.map_err(|error| error.note(format!("nothing of changeset `{}` was carried out", planned.id)))?;
        let told = match now.passage() {
            Passage::Stops(failing) => {
                let diagnostic = failing.diagnostic(&format!("changeset `{}`", planned.id));
                let diagnostic = diagnostic.note(format!("nothing of changeset `{}` was carried out", planned.id));
                return Err(RunError::with(RunErrorKind::Refused, vec![diagnostic]));
            }
            Passage::Closed(failing) => failing.why(),
            Passage::Open | Passage::Asks(_) => "its conditions hold".to_string(),
        };
        Ok(match (now.turn(), planned.turn) {
            (now, before) if now != before => Passing::Changed(told),
            (Turn::LeftOut, _) => Passing::LeftOut,
            (Turn::Run | Turn::Marked, _) => Passing::Goes,
        })
    }
}
