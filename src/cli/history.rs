use clap::Args;
use serde::Serialize;

use super::arguments::Common;
use super::changed::read_history;
use super::output::{Output, bad, faint, good, strong, warn};
use super::project::{Access, Project};
use super::{Exit, Failure};
use crate::diagnostic::{Diagnostic, Sources};
use crate::plan::{History, Record, State, moment_of};

#[derive(Args)]
pub(super) struct HistoryCommand {
    /// Rows by their numbers: `5`, `5..9`, `5..`, `..9`
    #[arg(value_name = "ROWS", value_parser = rows)]
    rows: Option<(usize, usize)>,
    /// Only the last so many rows
    #[arg(long, short = 'n', value_name = "N")]
    last: Option<usize>,
    /// Only what began at this moment or later: `2026-12-31`, `2026-12-31T23:59:59Z`
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// Only what began before this moment
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// Only this changeset; may be given several times
    #[arg(long, value_name = "ID")]
    id: Vec<String>,
    /// Only what ran under this name
    #[arg(long, value_name = "NAME")]
    deployment: Option<String>,
    /// Print whole rows as JSON Lines, with what was written and what happened
    #[arg(long)]
    export: bool,
}

/// `5`, `5..9`, `5..`, `..9`, both ends included.
fn rows(text: &str) -> Result<(usize, usize), String> {
    let number = |text: &str, other: usize| match text {
        "" => Ok(other),
        text => text.parse().map_err(|_| format!("`{text}` is no number of a row")),
    };
    match text.split_once("..") {
        None => number(text, 0).map(|row| (row, row)),
        Some((from, to)) => Ok((number(from, 0)?, number(to, usize::MAX)?)),
    }
}

#[derive(Serialize)]
struct Row<'a> {
    seq: i64,
    run: Option<i64>,
    id: &'a str,
    file: &'a str,
    author: Option<&'a str>,
    comment: Option<&'a str>,
    tag: Option<&'a str>,
    checksum: &'a str,
    state: State,
    direction: &'a str,
    started: &'a str,
    duration_ms: i64,
    run_by: &'a str,
    version: &'a str,
    deployment: Option<&'a str>,
    reason: Option<&'a str>,
    /// When it was taken back, and by which row.
    taken_back: Option<TakenBack<'a>>,
}

#[derive(Serialize)]
struct TakenBack<'a> {
    seq: i64,
    started: &'a str,
    run_by: &'a str,
}

impl<'a> Row<'a> {
    fn of(record: &'a Record, taken_back: Option<&'a Record>) -> Row<'a> {
        Row {
            seq: record.seq,
            run: record.run,
            id: &record.id,
            file: &record.file,
            author: record.author.as_deref(),
            comment: record.comment.as_deref(),
            tag: record.tag.as_deref(),
            checksum: &record.checksum,
            state: record.state,
            direction: &record.direction,
            started: &record.started,
            duration_ms: record.duration_ms,
            run_by: &record.run_by,
            version: &record.version,
            deployment: record.deployment.as_deref(),
            reason: record.reason.as_deref(),
            taken_back: taken_back.map(|back| TakenBack {
                seq: back.seq,
                started: &back.started,
                run_by: &back.run_by,
            }),
        }
    }

    fn told(&self) -> String {
        let word = match (self.direction, self.state) {
            ("repair", _) => good("repaired"),
            ("tag", _) => good("tagged  "),
            ("untag", _) => warn("untagged"),
            (_, State::Applied) => good("applied "),
            (_, State::Marked) => good("marked  "),
            (_, State::Reverted) => warn("reverted"),
            (_, State::Partial) => bad("partial "),
        };
        let tag = self.tag.map(|tag| format!("  tag {tag}")).unwrap_or_default();
        let mut more = format!("{} ms by {}", self.duration_ms, self.run_by);
        if let Some(deployment) = self.deployment {
            more += &format!(", deployment {deployment}");
        }
        if let Some(back) = &self.taken_back {
            more += &format!(", taken back {} (row {})", back.started, back.seq);
        }
        if let Some(reason) = self.reason {
            more += &format!("; {reason}");
        }
        let (seq, started, id) = (self.seq, self.started, strong(self.id));
        format!("{seq:>5}  {started}  {word}  {id}{tag}  {}", faint(&more))
    }
}

impl HistoryCommand {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let moment = |text: &Option<String>| match text {
            None => Ok(None),
            Some(text) => moment_of(text).map(Some).ok_or_else(|| {
                let message = format!("`{text}` is not a date");
                output.refuse(
                    Exit::Usage,
                    "date",
                    message,
                    Some("write `2026-12-31` or `2026-12-31T23:59:59Z`"),
                )
            }),
        };
        let (since, until) = (moment(&self.since)?, moment(&self.until)?);
        let mut live = project.connect(Access::LookClosely, output).await?;
        let (mut history, was_there) = read_history(&mut live, output).await?;
        if self.export && was_there {
            let full = live.store.read_changes(&mut live.session).await;
            history = full.map_err(|error| output.run_failed(&error, &Sources::default()))?;
        }
        self.refuse_unknown(&history, output)?;
        let is_meant = |record: &&Record| {
            let (from, to) = self.rows.unwrap_or((0, usize::MAX));
            let started = record.started.as_str();
            (from..=to).contains(&(record.seq as usize))
                && since.as_deref().is_none_or(|since| started >= since)
                && until.as_deref().is_none_or(|until| started < until)
                && (self.id.is_empty() || self.id.contains(&record.id))
                && (self.deployment.is_none() || self.deployment == record.deployment)
        };
        let meant: Vec<(usize, &Record)> = history
            .records()
            .iter()
            .enumerate()
            .filter(|(_, record)| is_meant(record))
            .collect();
        let from = self.last.map_or(0, |last| meant.len().saturating_sub(last));
        let meant = &meant[from..];
        if self.export {
            return export(meant, output);
        }
        let rows: Vec<Row<'_>> = meant
            .iter()
            .map(|(at, record)| Row::of(record, history.taken_back(*at)))
            .collect();
        for row in &rows {
            output.line(row.told());
        }
        if rows.is_empty() {
            output.line(match (was_there, history.records().is_empty()) {
                (true, false) => "no row of the history is like that",
                (true, true) => "the history is empty",
                (false, _) => "there is no history here: nothing was ever applied",
            });
        }
        output.end(Exit::Done, &[], &Sources::default(), rows);
        Ok(Exit::Done)
    }

    fn refuse_unknown(&self, history: &History, output: &Output) -> Result<(), Failure> {
        let known = || history.records().iter().map(|record| record.id.as_str());
        let Some(unknown) = self.id.iter().find(|id| !known().any(|known| known == *id)) else {
            return Ok(());
        };
        let message = format!("the history has no changeset `{unknown}`");
        let near = crate::diagnostic::nearest(unknown, known());
        let diagnostic = Diagnostic::error("unknown-changeset", message).did_you_mean(near);
        Err(output.fail(Exit::Usage, &[diagnostic], &Sources::default()))
    }
}

/// One row a line, everything in it.
fn export(rows: &[(usize, &Record)], output: &Output) -> Result<Exit, Failure> {
    for (_, record) in rows {
        output.data(&serde_json::to_string(record).expect("our own types are JSON"));
    }
    Ok(Exit::Done)
}
