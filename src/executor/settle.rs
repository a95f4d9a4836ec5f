//! What a run that was cut off left under way: the database is asked whether the statement in flight happened, and the
//! history is told.

use super::course::{Opening, begin};
use super::journal::{EntryState, UnderWay};
use super::kept::kept_tables;
use super::secret::{refuse_lacking, sent, without_secrets};
use super::{NewRow, RunError, RunErrorKind, Store};
use crate::changelog::Changelog;
use crate::database::{Session, introspect::introspect};
use crate::dialect::{Family, Name, ObjectName, Target, TokenKind, tokens};
use crate::model::{Catalog, Change, KeptWhat, NormalForm};
use crate::plan::{Direction, History, Record, State, StoredReverse, replay_history};
use crate::render::{Body, qualified, render};

/// Whether the statement in flight happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Done,
    NotDone,
    /// The database cannot tell.
    Unknown,
}

/// A changeset that was under way when its run ended, with what the database says of its last statement.
#[derive(Debug, Clone)]
pub struct Interrupted {
    pub under_way: UnderWay,
    /// The history without it, with all changes.
    pub history: History,
    pub verdict: Verdict,
}

impl Interrupted {
    pub fn id(&self) -> &str {
        &self.under_way.record.id
    }

    pub fn direction(&self) -> Direction {
        match self.under_way.record.direction.as_str() {
            "down" => Direction::Down,
            _ => Direction::Up,
        }
    }

    /// All changes of the changeset, the way it went.
    pub fn changes(&self) -> &[Change] {
        let stored = self.under_way.record.changes.as_ref();
        stored.map_or(&[], |stored| &stored.changes)
    }

    /// Those that the statement in flight was to carry out.
    pub fn in_flight(&self) -> &[Change] {
        let entry = &self.under_way.last.entry;
        &self.changes()[entry.from..entry.to]
    }

    /// How many changes are done, as far as that is known.
    pub fn done(&self) -> usize {
        let entry = &self.under_way.last.entry;
        match self.verdict {
            Verdict::Done => entry.to,
            Verdict::NotDone | Verdict::Unknown => entry.from,
        }
    }

    /// That nobody but a person can tell.
    pub fn question(&self) -> RunError {
        let last = &self.under_way.last;
        let message = format!(
            "changeset `{}` was cut off in the middle of a statement, and the database cannot tell whether it happened",
            self.id()
        );
        let mut error = RunError::new(RunErrorKind::Partial, message)
            .note(format!("the statement was: {}", last.entry.statement))
            .note(format!("it began at {}, run by {}", last.started, last.run_by))
            .note(format!(
                "before it, {} of {} changes going {} were done",
                last.entry.from,
                self.changes().len(),
                self.direction().word()
            ));
        if let Some(why) = &last.error {
            error = error.note(format!("the error was: {why}"));
        }
        error.help("look at the database, then say `driftless resume --done` or `driftless resume --not-done`")
    }
}

/// What a run that was cut off left under way; `None` where nothing is.
pub async fn interrupted(
    session: &mut Session,
    store: &Store,
    target: &Target,
) -> Result<Option<Interrupted>, RunError> {
    let Some(under_way) = store.journal().read(session).await? else {
        return Ok(None);
    };
    let mut found = Interrupted {
        under_way,
        history: store.read_changes(session).await?,
        verdict: Verdict::Done,
    };
    let history = &found.history;
    // Its row is the next one to be written, and goes with the end of the journal.
    if found.under_way.record.seq != history.last_seq() + 1 {
        let message = format!(
            "the journal says that changeset `{}` is on its way {}, and the history has rows that were written since",
            found.id(),
            found.direction().word()
        );
        return Err(RunError::new(RunErrorKind::Disagree, message).help(format!(
            "one of them was changed by hand; where the history is right, empty `{}`",
            store.journal().name()
        )));
    }
    if found.under_way.last.state == EntryState::Intent {
        found.verdict = verdict(session, store, target, &found).await?;
    }
    Ok(Some(found))
}

async fn verdict(
    session: &mut Session,
    store: &Store,
    target: &Target,
    found: &Interrupted,
) -> Result<Verdict, RunError> {
    let history = &found.history;
    let entry = &found.under_way.last.entry;
    let changes = found.in_flight();
    if changes.iter().any(|change| !tells(change, &entry.statement, target)) {
        return Ok(Verdict::Unknown);
    }
    if let [
        Change::CreateIndex {
            table,
            index,
            concurrently: true,
            ..
        },
    ] = changes
    {
        // One that could not be built to its end stands there, and does nothing.
        if unfinished(session, target, table, &index.name).await?.is_some() {
            return Ok(Verdict::NotDone);
        }
    }
    for change in changes {
        if let Change::SetAside { kept } | Change::BringBack { kept } = change
            && !matches!(kept.what, KeptWhat::Table { .. })
        {
            let stores = kept_tables(session, target, history).await?;
            let is_there = stores.iter().any(|store| store.name.name == kept.store);
            // Set aside with it there; brought back with it gone.
            return Ok(match is_there == matches!(change, Change::SetAside { .. }) {
                true => Verdict::Done,
                false => Verdict::NotDone,
            });
        }
    }
    let going_down = found.direction() == Direction::Down;
    let mut catalog = replay_history(history, target, going_down).map_err(RunError::failed)?;
    advance(&mut catalog, &found.changes()[..entry.from])?;
    let before = NormalForm::of(&catalog);
    advance(&mut catalog, changes)?;
    let after = NormalForm::of(&catalog);
    let live = introspect(session, target, &store.own_tables()).await?;
    Ok(compare(&before, &after, &NormalForm::of(&live)))
}

/// Whether the database shows if a change happened.
fn tells(change: &Change, statement: &str, target: &Target) -> bool {
    let Change::Raw { effects, part, .. } = change else {
        return !change.is_of_rows();
    };
    let all = tokens(statement, target.dialect.family());
    let mut words = all
        .iter()
        .filter(|token| !matches!(token.kind, TokenKind::Comment | TokenKind::Space));
    let defines = words.next().is_some_and(|token| {
        ["create", "alter", "drop", "rename"]
            .iter()
            .any(|word| token.is_word(word))
    });
    let known = effects.as_ref().is_some_and(|effects| !effects.is_empty());
    defines && known && part.is_none()
}

fn advance(catalog: &mut Catalog, changes: &[Change]) -> Result<(), RunError> {
    for change in changes {
        catalog
            .apply(change)
            .map_err(|why| RunError::failed(format!("the journal and the history do not fit together: {why}")))?;
    }
    Ok(())
}

/// By what differs before and after: a statement happens whole or not at all.
fn compare(before: &NormalForm, after: &NormalForm, live: &NormalForm) -> Verdict {
    let (mut done, mut not_done) = (false, false);
    for difference in before.differences(after) {
        let now = live.0.get(&difference.what);
        done |= now == difference.right.as_ref();
        not_done |= now == difference.left.as_ref();
    }
    match (done, not_done) {
        (true, false) => Verdict::Done,
        // Nothing shows: what leaves no trace in the schema does no harm when it is done again.
        (false, true) | (false, false) => Verdict::NotDone,
        (true, true) => Verdict::Unknown,
    }
}

/// Settles what a run that was cut off left under way, if one did; what it was.
pub async fn settle_what_is_left(
    session: &mut Session,
    store: &Store,
    target: &Target,
    changelog: &Changelog,
) -> Result<Option<Interrupted>, RunError> {
    let Some(found) = interrupted(session, store, target).await? else {
        return Ok(None);
    };
    settle(session, store, target, changelog, &found).await?;
    Ok(Some(found))
}

/// Finishes what is under way as far as it must not stay half done, and writes down how far the changeset came. What a
/// person says goes before what the database says. The changelog says what secrets are worth.
pub async fn settle(
    session: &mut Session,
    store: &Store,
    target: &Target,
    changelog: &Changelog,
    found: &Interrupted,
) -> Result<(), RunError> {
    if found.verdict == Verdict::Unknown {
        return Err(found.question());
    }
    let mut done = found.done();
    let last = &found.under_way.last;
    if last.state == EntryState::Intent {
        let going_down = found.direction() == Direction::Down;
        let mut catalog = replay_history(&found.history, target, going_down).map_err(RunError::failed)?;
        advance(&mut catalog, &found.changes()[..last.entry.from])?;
        if let [change] = found.in_flight() {
            drop_unfinished(session, target, change).await?;
        }
        done = finish(session, catalog, changelog, found).await?;
    }
    let changes = found.changes();
    let record = &found.under_way.record;
    let whole = done == changes.len();
    let (left, rest);
    let row = match (found.direction(), whole) {
        _ if done == 0 => None,
        (Direction::Up, true) => Some(NewRow::like(record, State::Applied, changes)),
        (Direction::Down, true) => Some(NewRow::like(record, State::Reverted, changes)),
        (Direction::Up, false) => Some(NewRow::like(record, State::Partial, &changes[..done])),
        (Direction::Down, false) => {
            left = found.under_way.undoing.left_after(changes, done);
            rest = StoredReverse::Changes(changes[done..].to_vec());
            Some(NewRow {
                reverse: Some(&rest),
                ..NewRow::like(record, State::Partial, &left)
            })
        }
    };
    let mut texts = Vec::new();
    if let Some(mut row) = row {
        row.error = (!whole).then(|| match &last.error {
            Some(why) => why.clone(),
            None => "its run was cut off".to_string(),
        });
        texts.push(store.insert(&row));
    }
    texts.push(store.journal().clear());
    let begin = begin(session.family(), &Opening::default());
    session
        .run(&format!("{begin};\n{};\nCOMMIT", texts.join(";\n")))
        .await?;
    Ok(())
}

/// Carries out what is left of the statements of a unit of which some are done: none of a unit that was not begun. How
/// many changes are done then.
async fn finish(
    session: &mut Session,
    mut catalog: Catalog,
    changelog: &Changelog,
    found: &Interrupted,
) -> Result<usize, RunError> {
    let dialect = catalog.target().dialect;
    let entry = &found.under_way.last.entry;
    let (statements, _) = render(&mut catalog, found.in_flight());
    let texts: Vec<&str> = statements
        .iter()
        .map(|statement| match &statement.body {
            Body::Sql(sql) => sql.as_str(),
            Body::Load(_) | Body::Unload(_) | Body::Assert(_) | Body::Print(_) => "",
        })
        .collect();
    let next = match found.verdict {
        Verdict::Done => entry.part + 1,
        Verdict::NotDone | Verdict::Unknown => entry.part,
    };
    if next == 0 {
        return Ok(entry.from);
    }
    if next < texts.len() && texts.get(entry.part) != Some(&entry.statement.as_str()) {
        let message = format!(
            "changeset `{}` is half done, and its statements are not those that this version makes",
            found.id()
        );
        return Err(
            RunError::new(RunErrorKind::Partial, message).help("go on with the version of driftless that began it")
        );
    }
    let left = || texts.iter().skip(next).filter(|sql| !sql.is_empty());
    let secrets = changelog.secrets_of(found.id(), left().copied(), dialect);
    refuse_lacking([&secrets])?;
    for sql in left() {
        session.run(&sent(sql, &secrets, dialect)).await.map_err(|error| {
            let error = without_secrets(RunError::from(error), &secrets, dialect);
            error.note(format!(
                "while finishing what was under way of changeset `{}`",
                found.id()
            ))
        })?;
    }
    Ok(entry.to)
}

/// Drops an index whose concurrent building was cut off.
pub(super) async fn drop_unfinished(session: &mut Session, target: &Target, change: &Change) -> Result<(), RunError> {
    if let Change::CreateIndex {
        table,
        index,
        concurrently: true,
        ..
    } = change
        && let Some(name) = unfinished(session, target, table, &index.name).await?
    {
        session
            .run(&format!("DROP INDEX CONCURRENTLY IF EXISTS {name}"))
            .await?;
    }
    Ok(())
}

/// An index that was not built to its end, as SQL calls it: it stands there, marked invalid.
async fn unfinished(
    session: &mut Session,
    target: &Target,
    table: &ObjectName,
    index: &Name,
) -> Result<Option<String>, RunError> {
    if target.dialect.family() != Family::Postgres {
        return Ok(None);
    }
    let name = ObjectName {
        schema: table.schema.clone(),
        name: index.clone(),
    };
    let name = qualified(&name, target.dialect);
    let text = target.dialect.string(&name);
    let sql = format!("SELECT 1 FROM pg_index WHERE indexrelid = to_regclass({text}) AND NOT indisvalid");
    let is_there = !session.query(&sql).await?.is_empty();
    Ok(is_there.then_some(name))
}

impl Interrupted {
    /// The history as it would be, were this settled now; for those who only look.
    pub fn settled(&self) -> History {
        match self.as_record() {
            Some(record) => self.history.clone().with(record),
            None => self.history.clone(),
        }
    }

    fn as_record(&self) -> Option<Record> {
        let done = self.done();
        let changes = self.changes();
        if done == 0 {
            return None;
        }
        let mut record = self.under_way.record.clone();
        record.seq = self.history.last_seq() + 1;
        let whole = done == changes.len();
        let (state, held) = match (self.direction(), whole) {
            (Direction::Up, true) => (State::Applied, changes.to_vec()),
            (Direction::Down, true) => (State::Reverted, changes.to_vec()),
            (Direction::Up, false) => (State::Partial, changes[..done].to_vec()),
            (Direction::Down, false) => (State::Partial, self.under_way.undoing.left_after(changes, done)),
        };
        record.state = state;
        if let Some(stored) = &mut record.changes {
            if state == State::Partial && self.direction() == Direction::Down {
                stored.reverse = Some(StoredReverse::Changes(changes[done..].to_vec()));
            }
            stored.changes = held;
            stored.error = (!whole).then(|| "its run was cut off".to_string());
        }
        Some(record)
    }
}
