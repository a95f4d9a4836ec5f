//! A mistake as an operation sees it: without position, only with the way to it inside the operation.

use super::{Diagnostic, Severity, Span};

/// Where inside a piece of the document: the keys and indexes that lead there, as `columns/0/type`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    pub path: String,
    /// Point at the key instead of its value.
    pub at_key: bool,
    /// Where inside a text that stands there.
    pub inside: Option<Inside>,
}

/// A part of a text, where the text as a whole would be too much to point at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inside {
    pub text: String,
    pub start: usize,
    pub length: usize,
}

/// A diagnostic that does not know yet which file it belongs to; [`Problem::locate`] gives it its position.
#[derive(Debug, Clone)]
pub struct Problem {
    /// Boxed, since a result that may hold a problem is passed around a lot.
    pub diagnostic: Box<Diagnostic>,
    pub place: Place,
    pub label: String,
}

impl Problem {
    pub fn error(code: &'static str, message: impl Into<String>) -> Problem {
        Problem {
            diagnostic: Box::new(Diagnostic::error(code, message)),
            place: Place::default(),
            label: String::new(),
        }
    }

    pub fn warning(code: &'static str, message: impl Into<String>) -> Problem {
        let mut problem = Problem::error(code, message);
        problem.diagnostic.severity = Severity::Warning;
        problem
    }

    /// Where it is, as a path of keys and indexes below the operation: `columns/0/type`.
    pub fn at(mut self, path: impl Into<String>) -> Problem {
        self.place.path = path.into();
        self
    }

    /// Which part of the text that stands there.
    pub fn inside(mut self, text: &str, start: usize, length: usize) -> Problem {
        self.place.inside = Some(Inside {
            text: text.to_string(),
            start,
            length,
        });
        self
    }

    /// What the caret's line says.
    pub fn label(mut self, text: impl Into<String>) -> Problem {
        self.label = text.into();
        self
    }

    pub fn help(mut self, text: impl Into<String>) -> Problem {
        self.diagnostic.help.push(text.into());
        self
    }

    pub fn note(mut self, text: impl Into<String>) -> Problem {
        self.diagnostic.notes.push(text.into());
        self
    }

    pub fn did_you_mean(self, suggestion: Option<&str>) -> Problem {
        match suggestion {
            Some(word) => self.help(format!("did you mean `{word}`?")),
            None => self,
        }
    }

    pub fn locate(self, span: Span) -> Diagnostic {
        let mut diagnostic = *self.diagnostic;
        diagnostic.labels.insert(0, super::Label { span, text: self.label });
        diagnostic
    }
}
