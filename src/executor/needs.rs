//! What a statement needs of the rows that are there, asked right before it: what is in the way is told with how many rows
//! it is and some of them, before the server is made to look for it under a lock.

use std::borrow::Cow;

use super::course::Course;
use super::run::Run;
use super::{RunError, RunErrorKind};
use crate::database::{Error, Family, Session, Table, TextRow};
use crate::diagnostic::Diagnostic;
use crate::plan::{Direction, PlannedChangeset};
use crate::render::{Need, Statement};

/// How much of a value is shown.
const WIDEST: usize = 40;

/// What can be asked before a changeset begins, and whether something has to be asked in the middle of it.
pub(super) fn split(planned: &PlannedChangeset) -> (Vec<&Need>, bool) {
    let all = || planned.statements.iter().flat_map(|statement| &statement.needs);
    let up_front = all().filter(|need| need.up_front).collect();
    (up_front, all().any(|need| !need.up_front))
}

impl Run<'_> {
    /// Asks what can be asked before a changeset begins, in one round trip; nothing where there is nothing to ask. `seq` is
    /// the history's last row, where only the transaction itself keeps other runs away.
    pub(super) async fn ask_up_front(
        &self,
        course: &mut Course<'_>,
        planned: &PlannedChangeset,
        seq: Option<i64>,
    ) -> Result<(), RunError> {
        let (needs, _) = split(planned);
        let needs: Vec<Cow<'_, Need>> = needs.into_iter().map(|need| self.asked(planned, need)).collect();
        if needs.is_empty() {
            return Ok(());
        }
        if !course.is_rehearsal() {
            // It may take long: what is done is written down before.
            self.flush_before(course, planned).await?;
        }
        let inside = course.is_rehearsal();
        let work = async |session: &mut Session| self.ask_all(session, planned, &needs, inside).await;
        let Err(error) = course.watched(None, work).await else {
            return Ok(());
        };
        let session = &mut *course.session;
        // What is in the way may have come by another run, after it had carried out this changeset.
        if let Some(seq) = seq.filter(|_| session.family() == Family::Sqlite)
            && self.store.last_seq(session).await? != seq
        {
            return Err(RunError::new(
                RunErrorKind::Stale,
                "another runner was here in the meantime",
            ));
        }
        // Of a transaction nothing stays anyway.
        Err(match planned.direction {
            Direction::Up if !planned.transactional && planned.done == 0 => {
                error.note(format!("nothing of changeset `{}` was carried out", planned.id))
            }
            Direction::Up | Direction::Down => error,
        })
    }

    /// Asks what a statement needs that could not be asked before its changeset began.
    pub(super) async fn ask(
        &self,
        course: &mut Course<'_>,
        planned: &PlannedChangeset,
        statement: &Statement,
    ) -> Result<(), RunError> {
        let needs = statement.needs.iter().filter(|need| !need.up_front);
        let needs: Vec<Cow<'_, Need>> = needs.map(|need| self.asked(planned, need)).collect();
        if needs.is_empty() {
            return Ok(());
        }
        let work = async |session: &mut Session| self.ask_all(session, planned, &needs, planned.transactional).await;
        course.watched(None, work).await
    }

    async fn ask_all(
        &self,
        session: &mut Session,
        planned: &PlannedChangeset,
        needs: &[Cow<'_, Need>],
        in_transaction: bool,
    ) -> Result<(), RunError> {
        if needs.is_empty() {
            return Ok(());
        }
        let needs: Vec<&Need> = needs.iter().map(AsRef::as_ref).collect();
        let violated = violated(session, &needs, in_transaction).await;
        // A question may take long, and may have been cancelled.
        if let Some(signal) = self.stop.get() {
            let message = format!("stopped as asked, before changeset `{}` went on", planned.id);
            return Err(RunError::new(RunErrorKind::Stopped(signal), message));
        }
        let mut diagnostics = Vec::new();
        for need in violated {
            diagnostics.push(self.told(session, planned, need, in_transaction).await);
        }
        match diagnostics.is_empty() {
            true => Ok(()),
            false => Err(self.without_secrets(planned, RunError::with(RunErrorKind::Failed, diagnostics))),
        }
    }

    async fn told(
        &self,
        session: &mut Session,
        planned: &PlannedChangeset,
        need: &Need,
        in_transaction: bool,
    ) -> Diagnostic {
        let counted = rows(session, &need.questions.count, in_transaction).await;
        let row = counted.and_then(|rows| rows.into_iter().next());
        let numbers: Vec<u64> = row
            .into_iter()
            .flatten()
            .map_while(|number| number?.parse().ok())
            .collect();
        let mut diagnostic = Diagnostic::error(need.lack.code(), need.lack.message(&numbers));
        if let Some(samples) = &need.questions.samples
            && let Some(found) = table(session, samples, in_transaction).await
            && !found.rows.is_empty()
        {
            diagnostic = diagnostic.note(shown(&found, numbers.last().copied()));
        }
        let help = match planned.direction {
            Direction::Up => need.lack.help(self.target.dialect),
            Direction::Down => "mend those rows by hand, and run the command again".into(),
        };
        self.at_change(diagnostic.help(help), planned, need.change)
    }
}

/// The needs that rows are in the way of.
async fn violated<'n>(session: &mut Session, needs: &[&'n Need], in_transaction: bool) -> Vec<&'n Need> {
    let together = together(needs.iter().copied(), session.family());
    if let Some(answer) = rows(session, &together, in_transaction).await {
        return named(answer, needs);
    }
    // One that cannot be answered must not keep the others from being asked.
    let mut found = Vec::new();
    for need in needs.iter().filter(|_| needs.len() > 1) {
        let sql = self::together([*need], session.family());
        if let Some(answer) = rows(session, &sql, in_transaction).await {
            found.extend(named(answer, &[*need]));
        }
    }
    found
}

/// The needs whose numbers are in an answer.
fn named<'n>(answer: Vec<TextRow>, needs: &[&'n Need]) -> Vec<&'n Need> {
    let numbers = answer.into_iter().flatten().flatten();
    let mut places: Vec<usize> = numbers.filter_map(|number| number.parse().ok()).collect();
    places.sort_unstable();
    places.into_iter().filter_map(|at| needs.get(at).copied()).collect()
}

/// One query that is answered with the numbers of the needs that rows are in the way of.
fn together<'n>(needs: impl IntoIterator<Item = &'n Need>, family: Family) -> String {
    let from = match family {
        Family::Mysql => " FROM DUAL",
        Family::Postgres | Family::Sqlite => "",
    };
    let parts: Vec<String> = needs
        .into_iter()
        .enumerate()
        .map(|(at, need)| format!("SELECT {at}{from} WHERE EXISTS ({})", need.questions.violated))
        .collect();
    parts.join("\nUNION ALL ")
}

/// Asks, without harm where the question fails: an expression that errors on some row, a missing right. Then it is the
/// server that tells, by its answer to the statement.
async fn question<T>(
    session: &mut Session,
    sql: &str,
    in_transaction: bool,
    ask: impl AsyncFn(&mut Session, &str) -> Result<T, Error>,
) -> Option<T> {
    // Elsewhere a question that fails leaves the transaction as it was.
    if !in_transaction || session.family() != Family::Postgres {
        return ask(session, sql).await.ok();
    }
    let guarded = format!("SAVEPOINT driftless_question;\n{sql};\nRELEASE SAVEPOINT driftless_question");
    match ask(session, &guarded).await {
        Ok(answer) => Some(answer),
        Err(_) => {
            let back = "ROLLBACK TO SAVEPOINT driftless_question; RELEASE SAVEPOINT driftless_question";
            // A connection that is gone tells so by the statement.
            let _ = session.run(back).await;
            None
        }
    }
}

/// The rows of an answer.
async fn rows(session: &mut Session, sql: &str, in_transaction: bool) -> Option<Vec<TextRow>> {
    question(session, sql, in_transaction, async |session, sql| {
        session.query(sql).await
    })
    .await
}

/// An answer with the names of its columns.
async fn table(session: &mut Session, sql: &str, in_transaction: bool) -> Option<Table> {
    question(session, sql, in_transaction, async |session, sql| {
        session.query_table(sql).await
    })
    .await
}

/// Rows under each other, `column = value`.
fn shown(table: &Table, of: Option<u64>) -> String {
    let cells: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|row| {
            let pairs = table.columns.iter().zip(row);
            pairs
                .map(|(column, value)| format!("{column} = {}", value.as_deref().map_or("NULL".into(), shorten)))
                .collect()
        })
        .collect();
    let width = |at: usize| {
        cells
            .iter()
            .filter_map(|row| row.get(at))
            .map(|cell| cell.chars().count())
            .max()
    };
    let mut lines: Vec<String> = cells
        .iter()
        .map(|row| {
            let padded: Vec<String> = row
                .iter()
                .enumerate()
                .map(|(at, cell)| format!("{cell:width$}", width = width(at).unwrap_or_default()))
                .collect();
            padded.join("  ").trim_end().to_string()
        })
        .collect();
    let more = of.unwrap_or_default().saturating_sub(cells.len() as u64);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines.join("\n")
}

/// A value on one line.
fn shorten(value: &str) -> String {
    let line: String = value
        .chars()
        .take(WIDEST + 1)
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    match line.char_indices().nth(WIDEST) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_under_each_other() {
        let row = |id: &str, name: Option<&str>| vec![Some(id.to_string()), name.map(str::to_string)];
        let table = Table {
            columns: vec!["id".into(), "name".into()],
            rows: vec![row("7", None), row("12", Some("a\nb")), row("3", Some(&"x".repeat(50)))],
        };
        let expected = format!(
            "id = 7   name = NULL\nid = 12  name = a b\nid = 3   name = {}…\nand 2 more",
            "x".repeat(40)
        );
        assert_eq!(shown(&table, Some(5)), expected);
        assert!(!shown(&table, Some(3)).contains("more"));
    }
}
