//! What went wrong, where, and what to do about it: every mistake an author can make ends up as a [`Diagnostic`].

mod mask;
mod problem;
mod render;
mod source;

pub use mask::{UrlText, mask_in_place, mask_url, mask_urls, unescaped};
pub use problem::{Inside, Place, Problem};
pub use render::{Style, render};
pub use source::{Position, Source, SourceId, Sources, Span};

use serde::Serialize;

/// How much a diagnostic weighs: only errors stop a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
    Note,
}

/// A span with what is to be said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

/// One mistake, with its code (kebab-case, stable), its cause, its places and the ways out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: &'static str,
    pub severity: Severity,
    pub message: String,
    /// The first is where the mistake is; the others say what it has to do with.
    pub labels: Vec<Label>,
    pub help: Vec<String>,
    pub notes: Vec<String>,
}

impl Diagnostic {
    pub fn error(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            severity: Severity::Error,
            message: message.into(),
            labels: Vec::new(),
            help: Vec::new(),
            notes: Vec::new(),
        }
    }

    pub fn warning(code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Warning,
            ..Diagnostic::error(code, message)
        }
    }

    /// Adds a place; the first one added is where the caret stands.
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.labels.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help.push(text.into());
        self
    }

    pub fn note(mut self, text: impl Into<String>) -> Diagnostic {
        self.notes.push(text.into());
        self
    }

    /// The nearest known word, as help, when there is one.
    pub fn did_you_mean(self, suggestion: Option<&str>) -> Diagnostic {
        match suggestion {
            Some(word) => self.help(format!("did you mean `{word}`?")),
            None => self,
        }
    }

    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// The known word nearest to a misspelt one, if any is near enough to be meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = word.to_lowercase();
    let limit = (word.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|candidate| {
            let candidate_folded = candidate.to_lowercase();
            let distance = strsim::damerau_levenshtein(&wanted, &candidate_folded);
            // What was begun is as near as what was misspelt at the limit: `primary` for `primary_key`.
            match wanted.len() >= 4 && candidate_folded.starts_with(&wanted) {
                true => (distance.min(limit), candidate),
                false => (distance, candidate),
            }
        })
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn nearest_finds_typos_and_nothing_far_away() {
        assert_eq!(nearest("agee", ["name", "age"]), Some("age"));
        assert_eq!(nearest("crate_tabel", ["create_table"]), Some("create_table"));
        assert_eq!(nearest("primary", ["name", "primary_key"]), Some("primary_key"));
        assert_eq!(nearest("xyz", ["name", "age"]), None);
    }
}
