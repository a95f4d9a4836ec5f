//! Callbacks: what a configuration has happen around runs and changesets.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;

use super::Parameters;
use crate::diagnostic::{Diagnostic, Span};
use crate::dialect::Dialect;
use crate::document::{Kind, Node};
use crate::operation::ByDialect;

/// When a callback is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    BeforeUp,
    AfterUp,
    BeforeDown,
    AfterDown,
    BeforeChangeset,
    AfterChangeset,
    OnError,
}

impl Event {
    pub const ALL: [Event; 7] = [
        Event::BeforeUp,
        Event::AfterUp,
        Event::BeforeDown,
        Event::AfterDown,
        Event::BeforeChangeset,
        Event::AfterChangeset,
        Event::OnError,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Event::BeforeUp => "before_up",
            Event::AfterUp => "after_up",
            Event::BeforeDown => "before_down",
            Event::AfterDown => "after_down",
            Event::BeforeChangeset => "before_changeset",
            Event::AfterChangeset => "after_changeset",
            Event::OnError => "on_error",
        }
    }
}

/// What is called, by when.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Callbacks {
    /// Before the first changeset that goes up.
    #[serde(default)]
    before_up: Option<Called>,
    /// After the last one.
    #[serde(default)]
    after_up: Option<Called>,
    /// Before the first changeset that is taken back.
    #[serde(default)]
    before_down: Option<Called>,
    /// After the last one.
    #[serde(default)]
    after_down: Option<Called>,
    /// Right before each changeset, up or down.
    #[serde(default)]
    before_changeset: Option<Called>,
    /// Right after each changeset, once it is recorded.
    #[serde(default)]
    after_changeset: Option<Called>,
    /// Once, after a run that failed.
    #[serde(default)]
    on_error: Option<Called>,
}

/// One callback, or a list of them; an empty one where an environment wants none.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
enum Called {
    Many(Vec<Callback>),
    One(Callback),
}

impl Called {
    fn as_slice(&self) -> &[Callback] {
        match self {
            Called::Many(all) => all,
            Called::One(one) => std::slice::from_ref(one),
        }
    }
}

impl JsonSchema for Called {
    fn schema_name() -> Cow<'static, str> {
        "Called".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<Callback>();
        json_schema!({
            "description": "One callback, or a list of them.",
            "anyOf": [one, { "type": "array", "items": one }],
        })
    }
}

/// SQL, or a command.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Callback {
    /// Statements, run on the session of the run, outside of the transactions of changesets.
    Sql(ByDialect<String>),
    /// A program and its arguments, which no shell reads; only where the configuration says `allow_commands: true`.
    Command(#[schemars(length(min = 1))] Vec<String>),
}

/// What is done when a callback is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    Sql(String),
    Command(Vec<String>),
}

impl Callbacks {
    fn of(&self, event: Event) -> Option<&Called> {
        match event {
            Event::BeforeUp => self.before_up.as_ref(),
            Event::AfterUp => self.after_up.as_ref(),
            Event::BeforeDown => self.before_down.as_ref(),
            Event::AfterDown => self.after_down.as_ref(),
            Event::BeforeChangeset => self.before_changeset.as_ref(),
            Event::AfterChangeset => self.after_changeset.as_ref(),
            Event::OnError => self.on_error.as_ref(),
        }
    }

    /// These, and for events of which they say nothing those.
    pub fn or(self, others: Callbacks) -> Callbacks {
        Callbacks {
            before_up: self.before_up.or(others.before_up),
            after_up: self.after_up.or(others.after_up),
            before_down: self.before_down.or(others.before_down),
            after_down: self.after_down.or(others.after_down),
            before_changeset: self.before_changeset.or(others.before_changeset),
            after_changeset: self.after_changeset.or(others.after_changeset),
            on_error: self.on_error.or(others.on_error),
        }
    }

    /// What is done for an event on a dialect, parameters put in.
    pub fn actions(&self, event: Event, parameters: &Parameters, dialect: Dialect) -> Result<Vec<Action>, Diagnostic> {
        let mut actions = Vec::new();
        for callback in self.of(event).map(Called::as_slice).unwrap_or_default() {
            match callback {
                Callback::Command(words) => actions.push(Action::Command(words.clone())),
                Callback::Sql(given) => match given.pick(dialect) {
                    Some(text) => {
                        let text = parameters.put_in(text, dialect).map_err(|diagnostic| {
                            diagnostic.note(format!("in the callback `{}` of the configuration", event.word()))
                        })?;
                        actions.push(Action::Sql(text));
                    }
                    None if given.speaks_of(dialect) => {}
                    None => {
                        let title = &dialect.facts().title;
                        let message = format!("the callback `{}` has no SQL for {title}", event.word());
                        let help = format!("give it under `{}` or `default`, or say `{0}: null`", dialect.name());
                        return Err(Diagnostic::error("missing-dialect", message).help(help));
                    }
                },
            }
        }
        Ok(actions)
    }
}

/// The mistakes in the callbacks of a configuration file: in its own, and in those of its environments.
pub(super) fn check_callbacks(root: &Node, allow_commands: bool) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    each_callback(root, &mut |callback| {
        for entry in callback.entries() {
            match &*entry.key {
                "command" if !allow_commands => {
                    let diagnostic = Diagnostic::error("commands-not-allowed", "commands are not allowed here");
                    let help = "set `allow_commands: true` in this file: commands run on this machine, as whoever runs driftless";
                    found.push(diagnostic.label(entry.key_span, "").help(help));
                }
                "command" => {
                    let program = entry.value.items().first().and_then(Node::as_str);
                    if program.is_some_and(|program| program.trim().is_empty()) {
                        let diagnostic = Diagnostic::error("no-command", "the name of the program is empty");
                        found.push(diagnostic.label(entry.value.span, ""));
                    }
                }
                _ => entry.value.visit_strings(&mut |text, span| {
                    if text.trim().is_empty() {
                        found.push(Diagnostic::error("no-sql", "the SQL is empty").label(span, ""));
                    }
                }),
            }
        }
    });
    found
}

/// Adds to what a schema says of a command that is written as a text how it is meant.
pub(super) fn explain_commands(root: &Node, found: &mut [Diagnostic]) {
    let mut texts: Vec<(Span, String)> = Vec::new();
    each_callback(root, &mut |callback| {
        if let Some(entry) = callback.entry("command")
            && let Kind::Str(text) = &entry.value.kind
        {
            texts.push((entry.value.span, text.to_string()));
        }
    });
    for diagnostic in found {
        let span = diagnostic.labels.first().map(|label| label.span);
        let Some((_, text)) = texts.iter().find(|(known, _)| Some(*known) == span) else {
            continue;
        };
        let words: Vec<&str> = text.split_whitespace().collect();
        let help = format!(
            "no shell reads it: write the program and each argument, `[{}]`",
            words.join(", ")
        );
        diagnostic.help.push(help);
    }
}

fn each_callback(root: &Node, visit: &mut dyn FnMut(&Node)) {
    let environments = root.get("environments").map(Node::entries).unwrap_or_default();
    let environments = environments.iter().filter_map(|entry| entry.value.get("callbacks"));
    for callbacks in root.get("callbacks").into_iter().chain(environments) {
        for event in callbacks.entries() {
            match &event.value.kind {
                Kind::Seq(items) => items.iter().for_each(&mut *visit),
                _ => visit(&event.value),
            }
        }
    }
}
