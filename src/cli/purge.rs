use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::Args;
use serde::Serialize;

use super::arguments::Common;
use super::confirm::confirm;
use super::gates::FileGates;
use super::moment::date;
use super::output::{Output, faint, plural, strong};
use super::project::{Access, At, Project};
use super::{Exit, Failure};
use crate::database::Holder;
use crate::diagnostic::{Diagnostic, Sources};
use crate::dialect::ObjectName;
use crate::executor::{RunError, RunErrorKind, count_rows, kept_tables, with_run};
use crate::model::Catalog;
use crate::plan::History;
use crate::render::qualified;

#[derive(Args)]
pub(super) struct Purge {
    /// Changesets whose kept data is dropped
    #[arg(value_name = "ID")]
    ids: Vec<String>,
    /// Drop all of it
    #[arg(long, conflicts_with_all = ["ids", "older_than"])]
    all: bool,
    /// Drop what was kept before so long: `30d`, `12h`, `8w`
    #[arg(long, value_name = "AGE", value_parser = age)]
    older_than: Option<Duration>,
    /// Go on although the data is gone then
    #[arg(long)]
    allow_data_loss: bool,
    /// How long to wait for another runner, in seconds
    #[arg(long, value_name = "SECONDS")]
    lock_timeout: Option<f64>,
    /// Go on without being asked
    #[arg(long)]
    yes: bool,
}

#[derive(Serialize)]
struct Report {
    kept: Vec<Row>,
}

/// Data that is kept in a table of its own.
#[derive(Serialize)]
struct Row {
    table: String,
    what: Option<String>,
    changeset: Option<String>,
    since: Option<String>,
    rows: u64,
    bytes: Option<u64>,
    purged: bool,
    #[serde(skip)]
    name: ObjectName,
}

impl Purge {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        if self.ids.is_empty() && !self.all && self.older_than.is_none() {
            return list(&project, output).await;
        }
        let mut live = project.connect(Access::Change, output).await?;
        let locking = project
            .locking(&live)
            .map_err(|error| output.run_failed(&error, &Sources::default()))?;
        let (store, target) = (live.store.clone(), live.target.clone());
        let patience = match self.lock_timeout {
            Some(seconds) => Duration::try_from_secs_f64(seconds).unwrap_or_default(),
            None => project.config.timeouts.lock(),
        };
        let waiting = &mut |holder: &Holder| output.say(format!("waiting for {}", holder.text));
        let result = with_run(
            &mut live.session,
            &store,
            &locking,
            patience,
            waiting,
            async |session| {
                let mut at = At {
                    session,
                    target: &target,
                    store: &store,
                    files: &mut FileGates::new(),
                };
                let (history, mut rows) = find(&mut at).await?;
                self.refuse_unknown(&history)?;
                let oldest = self.older_than.map(moment_before);
                for row in &mut rows {
                    row.purged = self.is_meant(row, oldest.as_deref());
                }
                self.refuse_losses(&rows)?;
                let meant: Vec<String> = rows.iter().filter(|row| row.purged).map(Row::told).collect();
                confirm(&project, at.session, &meant, self.yes, output).await?;
                if rows.iter().any(|row| row.purged) {
                    at.session.check_session_lock().await?;
                }
                for row in rows.iter().filter(|row| row.purged) {
                    let sql = format!("DROP TABLE {}", qualified(&row.name, target.dialect));
                    at.session.execute(&sql).await?;
                }
                Ok(rows)
            },
        )
        .await;
        let rows = result.map_err(|error| output.run_failed(&error, &Sources::default()))?;
        let purged: Vec<&Row> = rows.iter().filter(|row| row.purged).collect();
        for row in &purged {
            output.say(format!("- {}", row.told()));
        }
        output.say(match purged.len() {
            0 => "nothing to purge".to_string(),
            count => format!("{} dropped", plural(count, "table")),
        });
        output.end(Exit::Done, &[], &Sources::default(), Report { kept: rows });
        Ok(Exit::Done)
    }

    fn is_meant(&self, row: &Row, oldest: Option<&str>) -> bool {
        let by_id = self.ids.is_empty() || row.changeset.as_ref().is_some_and(|id| self.ids.contains(id));
        // Of unknown age it is not older than anything.
        let by_age = oldest.is_none_or(|oldest| row.since.as_deref().is_some_and(|since| since < oldest));
        by_id && by_age
    }

    fn refuse_unknown(&self, history: &History) -> Result<(), RunError> {
        let unknown = self.ids.iter().find(|id| history.last_of(id).is_none());
        match unknown {
            None => Ok(()),
            Some(id) => {
                let message = format!("the history has no changeset `{id}`");
                Err(RunError::new(RunErrorKind::Usage, message).help("`driftless purge` lists what is kept"))
            }
        }
    }

    fn refuse_losses(&self, rows: &[Row]) -> Result<(), RunError> {
        let mut meant = rows.iter().filter(|row| row.purged).peekable();
        if self.allow_data_loss || meant.peek().is_none() {
            return Ok(());
        }
        let mut diagnostic = Diagnostic::error("data-loss", "purging would destroy data that is there");
        for row in meant {
            diagnostic = diagnostic.note(row.told());
        }
        let diagnostic = diagnostic.help("nothing was changed; say `--allow-data-loss` to go on all the same");
        Err(RunError::with(RunErrorKind::Refused, vec![diagnostic]))
    }
}

async fn list(project: &Project, output: &Output) -> Result<Exit, Failure> {
    let mut live = project.connect(Access::Look, output).await?;
    let found = find(&mut live.at()).await;
    let (_, rows) = found.map_err(|error| output.run_failed(&error, &Sources::default()))?;
    for row in &rows {
        output.line(row.told());
    }
    if rows.is_empty() {
        output.line("nothing is kept");
    }
    output.end(Exit::Done, &[], &Sources::default(), Report { kept: rows });
    Ok(Exit::Done)
}

/// What is kept, and what the history knows of it.
async fn find(at: &mut At<'_>) -> Result<(History, Vec<Row>), RunError> {
    let history = at.store.read_changes(at.session).await?;
    let catalog = Catalog::new(at.target.clone());
    let mut rows = Vec::new();
    for table in kept_tables(at.session, at.target, &history).await? {
        let known = history
            .set_aside()
            .filter(|(_, kept)| catalog.key(&kept.stored_in()) == table.name)
            .last();
        rows.push(Row {
            table: table.name.to_string(),
            what: known.map(|(_, kept)| kept.what()),
            changeset: known.map(|(record, _)| record.id.clone()),
            since: known.map(|(record, _)| record.started.clone()),
            rows: count_rows(at.session, at.target, &table.name).await?,
            bytes: table.bytes,
            purged: false,
            name: table.name,
        });
    }
    Ok((history, rows))
}

impl Row {
    fn told(&self) -> String {
        let what = self.what.as_deref().unwrap_or("of no changeset that is applied");
        let mut more = vec![plural(self.rows as usize, "row")];
        more.extend(self.bytes.map(size));
        more.extend(self.since.as_ref().map(|since| format!("since {since}")));
        let of = match &self.changeset {
            Some(id) => format!(" of {}", strong(id)),
            None => String::new(),
        };
        format!("{}: {what}{of}  {}", self.table, faint(&more.join(", ")))
    }
}

fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        10_000..10_000_000 => format!("{} kB", bytes / 1000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}

/// `30d` and the like.
fn age(text: &str) -> Result<Duration, String> {
    let wrong = || "expected a number and `h`, `d` or `w`: `30d`".to_string();
    let (at, unit) = text.char_indices().last().ok_or_else(wrong)?;
    let hours = match unit {
        'h' => 1,
        'd' => 24,
        'w' => 24 * 7,
        _ => return Err(wrong()),
    };
    let count: u64 = text[..at].parse().map_err(|_| wrong())?;
    let seconds = count.checked_mul(hours * 3600).ok_or_else(wrong)?;
    Ok(Duration::from_secs(seconds))
}

/// The moment so long ago, as the history writes it.
fn moment_before(age: Duration) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = now.saturating_sub(age).as_secs();
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = date(days as i64);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        rest / 3600,
        rest / 60 % 60,
        rest % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_have_a_unit() {
        assert_eq!(age("30d"), Ok(Duration::from_secs(30 * 86_400)));
        assert_eq!(age("2w"), Ok(Duration::from_secs(14 * 86_400)));
        assert!(age("30").is_err());
        assert!(age("d").is_err());
        assert!(age("").is_err());
    }
}
