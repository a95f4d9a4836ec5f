//! What has no words where it is exported to: listed with its place.

use crate::diagnostic::{Diagnostic, Span};

/// What is left over, in the order in which it was found.
#[derive(Default)]
pub(super) struct LeftOver {
    pub diagnostics: Vec<Diagnostic>,
}

impl LeftOver {
    pub fn add(&mut self, span: Span, message: impl Into<String>, help: &str) {
        let diagnostic = Diagnostic::warning("left-over", message).label(span, "");
        let diagnostic = match help.is_empty() {
            true => diagnostic,
            false => diagnostic.help(help),
        };
        if !self.diagnostics.contains(&diagnostic) {
            self.diagnostics.push(diagnostic);
        }
    }
}
