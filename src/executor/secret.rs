//! Secrets put into what is sent, and taken out of what comes back.

use std::borrow::Cow;

use super::{Run, RunError, RunErrorKind};
use crate::changelog::Secrets;
use crate::diagnostic::Diagnostic;
use crate::dialect::{Dialect, filled, holes};
use crate::plan::{Plan, PlannedChangeset};
use crate::render::{Assertion, Need, Questions};

/// A text with the values of secrets in it: for who sends it.
pub(super) fn sent<'t>(text: &'t str, secrets: &Secrets, dialect: Dialect) -> Cow<'t, str> {
    filled(text, dialect, |name| secrets.get(name))
}

/// Likewise an assertion.
pub(super) fn sent_assertion(assertion: &Assertion, secrets: &Secrets) -> Assertion {
    assertion.map_texts(|text| sent(text, secrets, assertion.dialect).into_owned())
}

/// Refuses to begin where the value of a secret is nowhere: each is told once.
pub(super) fn refuse_lacking<'s>(all: impl IntoIterator<Item = &'s Secrets>) -> Result<(), RunError> {
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    for lacking in all.into_iter().flat_map(Secrets::lacking) {
        if !diagnostics.iter().any(|told| told.message == lacking.message) {
            diagnostics.push(lacking.clone());
        }
    }
    match diagnostics.is_empty() {
        true => Ok(()),
        false => Err(RunError::with(RunErrorKind::Usage, diagnostics)),
    }
}

/// Refuses to begin a plan for which the value of a secret is nowhere.
pub fn refuse_lacking_secrets(plan: &Plan) -> Result<(), RunError> {
    refuse_lacking(plan.changesets.iter().map(|planned| &planned.secrets))
}

/// An error in which the values of secrets are not.
pub(super) fn without_secrets(mut error: RunError, secrets: &Secrets, dialect: Dialect) -> RunError {
    if secrets.is_empty() {
        return error;
    }
    let mask = |text: &mut String| *text = secrets.masked(text, dialect);
    for diagnostic in &mut error.diagnostics {
        let Diagnostic {
            code: _,
            severity: _,
            message,
            labels,
            help,
            notes,
        } = diagnostic;
        let labels = labels.iter_mut().map(|label| &mut label.text);
        labels.chain(help).chain(notes).chain([message]).for_each(mask);
    }
    error
}

impl Run<'_> {
    /// A text of a changeset as it is sent.
    pub(super) fn sent<'t>(&self, planned: &PlannedChangeset, text: &'t str) -> Cow<'t, str> {
        sent(text, &planned.secrets, self.target.dialect)
    }

    /// What a changeset needs, as it is asked.
    pub(super) fn asked<'n>(&self, planned: &PlannedChangeset, need: &'n Need) -> Cow<'n, Need> {
        if planned.secrets.is_empty() {
            return Cow::Borrowed(need);
        }
        let text = |text: &String| self.sent(planned, text).into_owned();
        let questions = Questions {
            violated: text(&need.questions.violated),
            count: text(&need.questions.count),
            samples: need.questions.samples.as_ref().map(text),
        };
        Cow::Owned(Need {
            questions,
            ..need.clone()
        })
    }

    pub(super) fn without_secrets(&self, planned: &PlannedChangeset, error: RunError) -> RunError {
        without_secrets(error, &planned.secrets, self.target.dialect)
    }

    /// The place in a text of a place in what was sent of it, both counted in characters from 1.
    pub(super) fn place_before(&self, planned: &PlannedChangeset, text: &str, position: usize) -> usize {
        let (mut here, mut there, mut from) = (0, 0, 0);
        for hole in holes(text) {
            let before = text[from..hole.start].chars().count();
            if there + before >= position {
                break;
            }
            let marks = &text[hole.start..hole.end];
            let value = self.sent(planned, marks).chars().count();
            here += before;
            there += before;
            if there + value >= position {
                return here + 1;
            }
            here += marks.chars().count();
            there += value;
            from = hole.end;
        }
        here + position.saturating_sub(there)
    }
}
