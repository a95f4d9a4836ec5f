//! A server's error at the operation that it belongs to.

use super::error::diagnostic_of;
use super::{Run, RunError, RunErrorKind};
use crate::database::{self, ErrorKind};
use crate::diagnostic::{Diagnostic, Span};
use crate::dialect::shown;
use crate::document::place_in_text;
use crate::model::Change;
use crate::plan::PlannedChangeset;
use crate::render::{Body, Statement};

impl Run<'_> {
    /// A server's error, at the operation that it belongs to, or inside the author's SQL where it says where.
    pub(super) fn located(
        &self,
        planned: &PlannedChangeset,
        statement: Option<&Statement>,
        error: &database::Error,
    ) -> RunError {
        let mut diagnostic = diagnostic_of(error);
        let kind = self.kind_of(error);
        if let RunErrorKind::Stopped(_) = kind {
            diagnostic.message = "stopped as asked: the statement that was running is cancelled".to_string();
        }
        let is_ours = self.stop.get().is_some() || self.waits(planned).statement.is_some();
        if error.kind == ErrorKind::Cancelled && !is_ours {
            diagnostic =
                diagnostic.help("somebody else ended it, or the server that is shutting down: run the command again");
        }
        let sql = statement.and_then(|statement| match &statement.body {
            Body::Sql(sql) => Some(sql.as_str()),
            Body::Load(_) | Body::Unload(_) | Body::Assert(_) | Body::Print(_) => None,
        });
        if let Some(sql) = sql.filter(|_| statement.is_some_and(|statement| statement.raw_offset.is_none())) {
            diagnostic = diagnostic.note(format!("the statement was: {}", shorten(&shown(sql))));
        }
        diagnostic = match statement.and_then(|statement| self.inside_raw(planned, statement, error)) {
            Some(span) => within(diagnostic.label(span, ""), planned),
            None => self.at(diagnostic, planned, statement),
        };
        RunError::with(kind, vec![diagnostic])
    }

    fn kind_of(&self, error: &database::Error) -> RunErrorKind {
        match (error.kind, self.stop.get()) {
            (ErrorKind::Cancelled, Some(signal)) => RunErrorKind::Stopped(signal),
            _ => RunErrorKind::of(error),
        }
    }

    /// At the operation of a statement, or at the changeset where it is not known which one of its statements it was.
    pub(super) fn at(
        &self,
        diagnostic: Diagnostic,
        planned: &PlannedChangeset,
        statement: Option<&Statement>,
    ) -> Diagnostic {
        match statement {
            Some(statement) => self.at_change(diagnostic, planned, statement.change),
            None if planned.changes.len() == 1 => self.at_change(diagnostic, planned, 0),
            None => {
                let span = planned.source.as_ref().map(|changeset| changeset.span);
                within(labelled(diagnostic, span), planned)
            }
        }
    }

    /// At the operation that a change came from.
    pub(super) fn at_change(&self, diagnostic: Diagnostic, planned: &PlannedChangeset, at: usize) -> Diagnostic {
        let span = planned.origins.get(at).copied().flatten();
        within(labelled(diagnostic, span), planned)
    }

    /// The place in the changelog that a position in the author's own SQL is.
    fn inside_raw(&self, planned: &PlannedChangeset, statement: &Statement, error: &database::Error) -> Option<Span> {
        let offset = statement.raw_offset?;
        let Body::Sql(sql) = &statement.body else {
            return None;
        };
        let position = self.place_before(planned, sql, error.position.unwrap_or(1));
        let within = sql
            .char_indices()
            .nth(position.saturating_sub(1))
            .map_or(0, |(at, _)| at);
        let changeset = self
            .changelog
            .changesets
            .iter()
            .find(|changeset| changeset.id == planned.id)?;
        let Change::Raw { up, .. } = planned.changes.get(statement.change)? else {
            return None;
        };
        let sources = &self.changelog.sources;
        let mut operations = changeset.operations.iter();
        // In the file secrets stand by their names, as they are shown.
        let (before, text) = (shown(up.get(..offset + within)?), shown(up));
        operations.find_map(|operation| place_in_text(&operation.node, sources, &text, before.len(), 1))
    }
}

fn labelled(diagnostic: Diagnostic, span: Option<Span>) -> Diagnostic {
    match span {
        Some(span) => diagnostic.label(span, ""),
        None => diagnostic,
    }
}

fn within(diagnostic: Diagnostic, planned: &PlannedChangeset) -> Diagnostic {
    diagnostic.note(format!(
        "in changeset `{}`, going {}",
        planned.id,
        planned.direction.word()
    ))
}

fn shorten(sql: &str) -> String {
    match sql.char_indices().nth(300) {
        Some((at, _)) => format!("{} …", &sql[..at]),
        None => sql.to_string(),
    }
}
