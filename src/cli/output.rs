//! How things are said: reports and scripts to stdout, everything else to stderr, JSON in one envelope.

use std::io::{ErrorKind, IsTerminal, Write};

use anstyle::{AnsiColor, Effects, Style as Ansi};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::arguments::Format;
use super::{Exit, Failure};
use crate::diagnostic::{Diagnostic, Severity, Sources, Style, mask_urls, render};
use crate::dialect::shown;
use crate::executor::{RunError, RunErrorKind};

/// What every command prints with `--format json`: one object.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "driftless output")]
pub struct Envelope {
    /// The version of this form; it grows only when a program that reads it could break.
    pub format: u32,
    /// The version of driftless.
    pub version: String,
    pub command: String,
    /// What the process exits with.
    pub exit_code: u8,
    pub diagnostics: Vec<JsonDiagnostic>,
    /// What the command has to say; its shape is the command's own.
    pub result: Value,
}

/// A mistake, with its places.
#[derive(Debug, Serialize, JsonSchema)]
pub struct JsonDiagnostic {
    /// Stable, in kebab-case.
    pub code: String,
    /// `error`, `warning` or `note`.
    pub severity: String,
    pub message: String,
    /// The first is where it is.
    pub labels: Vec<JsonLabel>,
    pub help: Vec<String>,
    pub notes: Vec<String>,
}

/// A place in a file; lines and columns count from 1, columns in characters.
#[derive(Debug, Serialize, JsonSchema)]
pub struct JsonLabel {
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub end_line: usize,
    pub end_column: usize,
    pub text: String,
}

/// The JSON Schema of the envelope.
pub fn envelope_schema() -> Value {
    crate::document::describe_schema::<Envelope>()
}

/// What to do where nothing more is known of a connection that broke.
const WHEN_LOST: &str = "run the command again once the server is back: it looks before it goes on";

/// Where a command says what it has to say.
pub(super) struct Output {
    command: &'static str,
    format: Format,
}

impl Output {
    pub fn new(command: &'static str, format: Format) -> Output {
        Output { command, format }
    }

    pub fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Whether a person watches the progress.
    pub fn is_live(&self) -> bool {
        !self.is_json() && std::io::stderr().is_terminal()
    }

    /// A line of a report, on stdout.
    pub fn line(&self, text: impl AsRef<str>) {
        if !self.is_json() {
            write_line(&mut anstream::stdout().lock(), &shown(text.as_ref()));
        }
    }

    /// A line of data on stdout, which has a form of its own whatever the format of reports is.
    pub fn data(&self, text: &str) {
        write_line(&mut std::io::stdout().lock(), text);
    }

    /// A line about what is going on, on stderr.
    pub fn say(&self, text: impl AsRef<str>) {
        if !self.is_json() {
            remark_line(&mut anstream::stderr().lock(), &mask_urls(&shown(text.as_ref())));
        }
    }

    /// A question on stderr, whose answer stands behind it.
    pub fn ask(&self, question: &str) {
        let mut out = std::io::stderr().lock();
        // Who cannot be asked does not say yes.
        let _ = write!(out, "{question}").and_then(|()| out.flush());
    }

    pub fn diagnostics(&self, diagnostics: &[Diagnostic], sources: &Sources) {
        if self.is_json() {
            return;
        }
        for diagnostic in diagnostics {
            let text = render(&visible(diagnostic), sources, Style::Coloured);
            self.say(format!("{text}\n"));
        }
    }

    /// Ends a command: the diagnostics, and with JSON the envelope.
    pub fn end(&self, exit: impl Into<u8>, diagnostics: &[Diagnostic], sources: &Sources, result: impl Serialize) {
        self.diagnostics(diagnostics, sources);
        if !self.is_json() {
            return;
        }
        let envelope = Envelope {
            format: 1,
            version: env!("CARGO_PKG_VERSION").into(),
            command: self.command.into(),
            exit_code: exit.into(),
            diagnostics: diagnostics
                .iter()
                .map(|diagnostic| to_json(&visible(diagnostic), sources))
                .collect(),
            result: visible_json(serde_json::to_value(result).unwrap_or_default()),
        };
        let text = serde_json::to_string_pretty(&envelope).unwrap_or_default();
        write_line(&mut std::io::stdout().lock(), &text);
    }

    /// Ends a command with a failure.
    pub fn fail(&self, code: impl Into<u8>, diagnostics: &[Diagnostic], sources: &Sources) -> Failure {
        let code = code.into();
        self.end(code, diagnostics, sources, Value::Null);
        Failure { code }
    }

    /// Ends a command with a failure that is one sentence.
    pub fn refuse(&self, exit: Exit, code: &'static str, message: impl Into<String>, help: Option<&str>) -> Failure {
        let mut diagnostic = Diagnostic::error(code, message);
        if let Some(help) = help {
            diagnostic = diagnostic.help(help);
        }
        self.fail(exit, &[diagnostic], &Sources::default())
    }

    /// Ends a command with a run's failure.
    pub fn run_failed(&self, error: &RunError, sources: &Sources) -> Failure {
        let code = match error.kind {
            RunErrorKind::Failed | RunErrorKind::Busy | RunErrorKind::Lost | RunErrorKind::Stale => Exit::Failed.into(),
            RunErrorKind::Usage => Exit::Usage.into(),
            RunErrorKind::Disagree => Exit::Disagree.into(),
            RunErrorKind::Partial => Exit::Partial.into(),
            RunErrorKind::Refused => Exit::Refused.into(),
            RunErrorKind::Stopped(signal) => 128 + u8::try_from(signal).unwrap_or(2),
        };
        let mut diagnostics = error.diagnostics.clone();
        let helps = diagnostics.iter().any(|diagnostic| !diagnostic.help.is_empty());
        if error.kind == RunErrorKind::Lost && !helps {
            diagnostics = diagnostics
                .into_iter()
                .map(|diagnostic| diagnostic.help(WHEN_LOST))
                .collect();
        }
        self.diagnostics(&diagnostics, sources);
        if self.is_json() {
            let quiet = Output::new(self.command, self.format);
            quiet.end(code, &diagnostics, sources, serde_json::json!({ "done": error.done }));
        }
        Failure { code }
    }

    /// The last line of a check: so many errors, so many warnings.
    pub fn tally(&self, diagnostics: &[Diagnostic]) {
        let count = |severity| {
            diagnostics
                .iter()
                .filter(|diagnostic| diagnostic.severity == severity)
                .count()
        };
        let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
        let mut parts = Vec::new();
        if errors > 0 {
            parts.push(plural(errors, "error"));
        }
        if warnings > 0 {
            parts.push(plural(warnings, "warning"));
        }
        if !parts.is_empty() {
            self.say(parts.join(", "));
        }
    }
}

/// A line of what was asked for. Where nobody reads it any more the process ends as other tools end: quietly.
fn write_line(out: &mut dyn Write, text: &str) {
    if let Err(error) = writeln!(out, "{text}").and_then(|()| out.flush()) {
        if error.kind() == ErrorKind::BrokenPipe {
            std::process::exit(141);
        }
        complain(&format!("the output cannot be written: {error}"));
        std::process::exit(1);
    }
}

/// A line about what goes on. A run goes on, whether it is heard or not.
fn remark_line(out: &mut dyn Write, text: &str) {
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// One sentence to stderr, where there is no [`Output`] yet.
pub(super) fn complain(text: &str) {
    remark(&format!("error: {text}"));
}

/// What is wrong with the command line, which it repeats in part.
pub(super) fn complain_of_arguments(error: &clap::Error) {
    let text = error.render().ansi().to_string();
    remark_line(&mut anstream::stderr().lock(), mask_urls(&text).trim_end());
}

/// A remark to stderr from outside of a command's course.
pub(super) fn remark(text: &str) {
    remark_line(&mut std::io::stderr().lock(), &mask_urls(text));
}

/// A diagnostic with `${name}` where secrets stand.
fn visible(diagnostic: &Diagnostic) -> Diagnostic {
    let mut seen = diagnostic.clone();
    let labels = seen.labels.iter_mut().map(|label| &mut label.text);
    let texts = labels.chain(&mut seen.help).chain(&mut seen.notes);
    for text in texts.chain([&mut seen.message]) {
        *text = shown(text).into_owned();
    }
    seen
}

/// Likewise a report.
fn visible_json(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(shown(&text).into_owned()),
        Value::Array(items) => items.into_iter().map(visible_json).collect(),
        Value::Object(map) => map.into_iter().map(|(key, value)| (key, visible_json(value))).collect(),
        other => other,
    }
}

pub(super) fn to_json(diagnostic: &Diagnostic, sources: &Sources) -> JsonDiagnostic {
    let labels = diagnostic.labels.iter().map(|label| {
        let source = sources.get(label.span.source);
        let (start, end) = (
            source.position(label.span.start as usize),
            source.position(label.span.end as usize),
        );
        JsonLabel {
            file: source.path.clone(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            text: mask_urls(&label.text).into_owned(),
        }
    });
    JsonDiagnostic {
        code: diagnostic.code.into(),
        severity: match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
        .into(),
        message: mask_urls(&diagnostic.message).into_owned(),
        labels: labels.collect(),
        help: masked(&diagnostic.help),
        notes: masked(&diagnostic.notes),
    }
}

fn masked(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| mask_urls(text).into_owned()).collect()
}

pub(super) fn plural(count: usize, word: &str) -> String {
    match count {
        1 => format!("1 {word}"),
        count => format!("{count} {word}s"),
    }
}

fn styled(style: Ansi, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

pub(super) fn good(text: &str) -> String {
    styled(AnsiColor::Green.on_default(), text)
}

pub(super) fn bad(text: &str) -> String {
    styled(AnsiColor::Red.on_default(), text)
}

pub(super) fn warn(text: &str) -> String {
    styled(AnsiColor::Yellow.on_default(), text)
}

pub(super) fn faint(text: &str) -> String {
    styled(Ansi::new().effects(Effects::DIMMED), text)
}

pub(super) fn strong(text: &str) -> String {
    styled(Ansi::new().effects(Effects::BOLD), text)
}
