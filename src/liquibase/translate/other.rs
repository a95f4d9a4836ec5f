//! Changes that are about a run, and those that only Java can carry out.

use super::super::LEFT_OVER;
use super::super::element::Element;
use super::super::node::{Body, from_json, text};
use super::Translator;
use super::rows::own_text;
use crate::diagnostic::{Diagnostic, Span};
use crate::document::Node;

impl Translator<'_> {
    pub fn tag_database(&mut self, change: &Element) -> Vec<Node> {
        let Some(tag) = self.needed(change, "tag").cloned() else {
            return Vec::new();
        };
        if let Some(first) = &self.tag {
            let message = format!(
                "the changeset has the tag `{}` already: `{}` is left out",
                first.text, tag.text
            );
            self.left_over(message, Some("a changeset of its own can bear it"), tag.span);
            return Vec::new();
        }
        self.tag = Some(tag);
        Vec::new()
    }

    pub fn output(&mut self, change: &Element) -> Vec<Node> {
        let Some(message) = own_text(change, "message") else {
            return Vec::new();
        };
        let body = Body::new(change.span).with("message", self.free_node(message));
        vec![body.operation("print")]
    }

    /// What stops the run, whatever the database says.
    pub fn stop(&mut self, change: &Element) -> Vec<Node> {
        let message = own_text(change, "message").map(|message| self.free(message));
        let message = message.unwrap_or_else(|| "Stop command in changelog file".to_string());
        vec![stopping(&message, change.span)]
    }

    pub fn custom_change(&mut self, change: &Element) -> Vec<Node> {
        let class = change.text_of("class").unwrap_or("?");
        let message = format!("`customChange` runs the Java class `{class}`, which cannot be carried out");
        self.inexpressible(change, message)
    }

    pub fn execute_command(&mut self, change: &Element) -> Vec<Node> {
        let command = change.text_of("executable").unwrap_or("?");
        let message = format!("`executeCommand` runs the program `{command}`, which a changeset cannot do");
        self.inexpressible(change, message)
    }

    /// Stops a run where it comes to what cannot be carried out, so that nothing is left out in silence.
    pub fn inexpressible(&mut self, change: &Element, message: String) -> Vec<Node> {
        let help =
            "a run stops there, so that nothing is left out in silence: write what it does as operations or `sql`";
        let diagnostic = Diagnostic::warning(LEFT_OVER, message.clone());
        let diagnostic = diagnostic.help(help).label(change.name_span, "");
        self.inexpressible.push(diagnostic);
        vec![stopping(&message, change.span)]
    }
}

/// An assertion that never holds.
fn stopping(message: &str, span: Span) -> Node {
    let body = Body::new(span)
        .with("query", text("SELECT 0", span))
        .with("equals", from_json(&1.into(), span))
        .with("message", text(message, span));
    body.operation("assert")
}
