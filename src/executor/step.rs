//! The steps of a changeset that is not one transaction: what is done or not done as a whole.

use std::ops::Range;

use crate::dialect::{Family, Target, TokenKind, tokens};
use crate::model::Change;
use crate::plan::PlannedChangeset;
use crate::render::{Body, Statement};

/// How a step is carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StepKind {
    /// Nothing of it changes the database.
    Free,
    /// In a transaction of its own.
    Whole,
    /// Statement by statement, each of which commits by itself.
    Alone,
}

/// The statements that carry out some changes.
#[derive(Debug)]
pub(super) struct Step<'a> {
    pub kind: StepKind,
    pub statements: &'a [Statement],
    /// The changes that are carried out once it is.
    pub changes: Range<usize>,
}

impl Step<'_> {
    /// Whether it builds a table of SQLite anew, for which foreign keys have to be off.
    pub fn rebuilds(&self) -> bool {
        self.statements.iter().any(|statement| statement.rebuilds)
    }
}

/// The steps of a changeset, in order.
pub(super) fn steps<'a>(planned: &'a PlannedChangeset, target: &Target) -> Vec<Step<'a>> {
    let mut steps: Vec<Step<'a>> = Vec::new();
    let mut rest = planned.statements.as_slice();
    while let Some(first) = rest.first() {
        let count = rest.iter().take_while(|next| next.change == first.change).count();
        let (statements, after) = rest.split_at(count);
        // Changes that need no statement go with what is before them.
        let from = if steps.is_empty() { planned.done } else { first.change };
        let to = after.first().map_or(planned.changes.len(), |next| next.change);
        steps.push(Step {
            kind: kind(statements, &planned.changes[first.change..to], target),
            statements,
            changes: from..to,
        });
        rest = after;
    }
    steps
}

fn kind(statements: &[Statement], changes: &[Change], target: &Target) -> StepKind {
    let family = target.dialect.family();
    let is_free = |statement: &Statement| match statement.body {
        Body::Sql(_) | Body::Load(_) => false,
        Body::Unload(_) | Body::Assert(_) | Body::Print(_) => true,
    };
    if statements.iter().all(is_free) {
        return StepKind::Free;
    }
    let of_rows = statements.iter().all(|statement| is_of_rows(statement, family));
    let alone = match family {
        Family::Mysql => !of_rows,
        // The author's own statement may be one that no transaction takes.
        Family::Postgres | Family::Sqlite => changes
            .iter()
            .any(|change| change.is_concurrent() || (matches!(change, Change::Raw { .. }) && !of_rows)),
    };
    match alone {
        true => StepKind::Alone,
        false => StepKind::Whole,
    }
}

/// Whether a statement reads and writes rows alone, so that it can be part of a transaction everywhere.
pub(super) fn is_of_rows(statement: &Statement, family: Family) -> bool {
    if statement.for_good {
        return false;
    }
    let Body::Sql(sql) = &statement.body else {
        return true;
    };
    let all = tokens(sql, family);
    let mut words = all.iter();
    let first = words.find(|token| !matches!(token.kind, TokenKind::Comment | TokenKind::Space));
    let words = [
        "insert", "update", "delete", "replace", "merge", "select", "with", "values",
    ];
    first.is_some_and(|token| words.iter().any(|word| token.is_word(word)))
}
