use clap::Args;
use serde::Serialize;

use super::arguments::Common;
use super::changed::read_history;
use super::output::{Output, bad, faint, good, warn};
use super::project::{Access, Project};
use super::{Exit, Failure};
use crate::diagnostic::Sources;
use crate::plan::{Record, State};

#[derive(Args)]
pub(super) struct HistoryCommand {
    /// Only the last so many rows
    #[arg(long, short = 'n', value_name = "N")]
    last: Option<usize>,
}

#[derive(Serialize)]
struct Row {
    seq: i64,
    id: String,
    file: String,
    author: Option<String>,
    comment: Option<String>,
    tag: Option<String>,
    checksum: String,
    state: State,
    direction: String,
    started: String,
    duration_ms: i64,
    run_by: String,
    version: String,
    deployment: Option<String>,
}

impl From<&Record> for Row {
    fn from(record: &Record) -> Row {
        Row {
            seq: record.seq,
            id: record.id.clone(),
            file: record.file.clone(),
            author: record.author.clone(),
            comment: record.comment.clone(),
            tag: record.tag.clone(),
            checksum: record.checksum.clone(),
            state: record.state,
            direction: record.direction.clone(),
            started: record.started.clone(),
            duration_ms: record.duration_ms,
            run_by: record.run_by.clone(),
            version: record.version.clone(),
            deployment: record.deployment.clone(),
        }
    }
}

impl HistoryCommand {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let mut live = project.connect(Access::Look, output).await?;
        let (history, was_there) = read_history(&mut live, output).await?;
        let rows = history.records();
        let from = self.last.map_or(0, |last| rows.len().saturating_sub(last));
        let rows: Vec<Row> = rows[from..].iter().map(Row::from).collect();
        for row in &rows {
            let state = match row.state {
                State::Applied => good("applied "),
                State::Marked => good("marked  "),
                State::Reverted => warn("reverted"),
                State::Partial => bad("partial "),
            };
            let tag = row.tag.as_ref().map(|tag| format!("  tag {tag}")).unwrap_or_default();
            let more = faint(&format!("{} ms by {}", row.duration_ms, row.run_by));
            output.line(format!(
                "{:>5}  {}  {state}  {}{tag}  {more}",
                row.seq, row.started, row.id
            ));
        }
        if rows.is_empty() {
            output.line(match was_there {
                true => "the history is empty",
                false => "there is no history here: nothing was ever applied",
            });
        }
        output.end(Exit::Done, &[], &Sources::default(), rows);
        Ok(Exit::Done)
    }
}
