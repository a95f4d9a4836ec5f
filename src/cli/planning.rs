//! Plans against a live database: its history held against the files.

use std::sync::Arc;

use super::gates::answered;
use super::output::Output;
use super::project::{At, Project};
use super::unadopted::Unadopted;
use super::way::{Onward, Way};
use super::{Exit, Failure};
use crate::changelog::{Changelog, Changeset};
use crate::database::introspect::introspect_all;
use crate::diagnostic::{Diagnostic, Sources};
use crate::dialect::{Family, ObjectName};
use crate::executor::{RunError, RunErrorKind, know_triggers, losses, purged};
use crate::model::{Catalog, Change};
use crate::operation::{Names, UNKNOWN_EFFECTS};
use crate::plan::{
    Advance, Begun, Direction, Entry, Files, Fold, Gate, History, NotChosen, Pending, Plan, Record, Retreat, State,
    Turn, find_edited, pending, refuse_standing_on, replay_history,
};

/// What a way would do.
pub(super) async fn plan_way(
    live: &mut At<'_>,
    project: &Project,
    changelog: &Changelog,
    history: &History,
    way: &Way,
) -> Result<Plan, RunError> {
    let mut plan = match (&way.down, &way.up) {
        (Some(retreat), None) => plan_down(live, changelog, history, retreat).await,
        (None, Some(Onward::Move(advance))) => plan_up(live, project, changelog, history, advance).await,
        (Some(retreat), Some(onward)) => plan_both(live, project, changelog, history, retreat, onward).await,
        (None, Some(Onward::Same) | None) => Ok(empty(live)),
    }?;
    if history.last_seq() == 0 && !plan.changesets.is_empty() {
        let unadopted = Unadopted::find(live.session, live.target, changelog).await;
        let unadopted = unadopted.filter(Unadopted::is_of_changelog);
        plan.diagnostics.extend(unadopted.map(|found| found.warning()));
    }
    Ok(plan)
}

fn empty(live: &At<'_>) -> Plan {
    Plan {
        target: live.target.clone(),
        changesets: Vec::new(),
        diagnostics: Vec::new(),
    }
}

fn files<'a>(live: &At<'a>, project: &'a Project, changelog: &'a Changelog) -> Files<'a> {
    Files {
        changelog,
        target: live.target,
        selection: &project.selection,
    }
}

pub(super) fn not_chosen(why: NotChosen) -> RunError {
    match why {
        NotChosen::Usage(diagnostic) => RunError::with(RunErrorKind::Usage, vec![diagnostic]),
        NotChosen::Refused(diagnostic) => RunError::with(RunErrorKind::Refused, vec![diagnostic]),
    }
}

/// What a move up would do, from the history and the files.
async fn plan_up(
    live: &mut At<'_>,
    project: &Project,
    changelog: &Changelog,
    history: &History,
    advance: &Advance,
) -> Result<Plan, RunError> {
    refuse_edited(live, project, changelog, history).await?;
    let chosen = pending(files(live, project, changelog), history, advance).map_err(not_chosen)?;
    let mut plan = empty(live);
    if let Some(waiting) = history.partial() {
        let is_chosen = chosen.changesets.iter().any(|changeset| changeset.id == waiting.id);
        if !is_chosen {
            let message = format!(
                "changeset `{}` is half applied, and is not among what would be applied",
                waiting.id
            );
            return Err(RunError::new(RunErrorKind::Partial, message)
                .help("take back what is done of it with `driftless down -1`"));
        }
    }
    if chosen.changesets.is_empty() {
        return Ok(plan);
    }
    let (history, catalog) = full(live, history).await?;
    let is_from_elsewhere = chosen
        .changesets
        .iter()
        .any(|changeset| changeset.names != Names::AsWritten);
    let mut fold = Fold::new(changelog, catalog.clone()).expecting(&chosen.changesets);
    plan_pending(live, &mut fold, &history, chosen, &mut plan).await?;
    let is_unknown = |told: &Diagnostic| told.code.starts_with("unknown-") && told.code != UNKNOWN_EFFECTS;
    let has_errors = |fold: &Fold<'_>| fold.diagnostics.iter().any(Diagnostic::is_error);
    let gated = |plan: &Plan, is: &dyn Fn(&Gate) -> bool| {
        let mut gates = plan.changesets.iter().filter_map(|planned| planned.gate.as_deref());
        gates.any(is)
    };
    let mut taken_in = Vec::new();
    let is_wrong = has_errors(&fold) || gated(&plan, &Gate::is_for_want);
    if is_from_elsewhere && is_wrong && fold.diagnostics.iter().any(is_unknown) {
        taken_in = beside(live, &catalog, &fold.catalog).await?;
        if !taken_in.is_empty() {
            let chosen = pending(files(live, project, changelog), &history, advance).map_err(not_chosen)?;
            plan = empty(live);
            fold = Fold::new(changelog, catalog.clone())
                .expecting(&chosen.changesets)
                .beside(taken_in.clone());
            plan_pending(live, &mut fold, &history, chosen, &mut plan).await?;
        }
    }
    // What was taken to hold may be what is wrong: at its turn each condition is asked anew.
    if has_errors(&fold) && gated(&plan, &|gate| !gate.assumed().is_empty()) {
        let chosen = pending(files(live, project, changelog), &history, advance).map_err(not_chosen)?;
        let mut other = empty(live);
        let mut doubting = Fold::new(changelog, catalog)
            .expecting(&chosen.changesets)
            .beside(taken_in)
            .doubting();
        plan_pending(live, &mut doubting, &history, chosen, &mut other).await?;
        if !has_errors(&doubting) {
            (plan, fold) = (other, doubting);
        }
    }
    plan.diagnostics.extend(fold.diagnostics);
    Ok(plan)
}

/// What makes the tables and objects that a database has, and neither the schema that is known nor the one that is planned.
/// Other tools work on what others made: a changelog of theirs may stand on it.
async fn beside(live: &mut At<'_>, known: &Catalog, planned: &Catalog) -> Result<Vec<Change>, RunError> {
    let there = introspect_all(live.session, live.target, &live.store.own_tables()).await?;
    let mut beside = Catalog::new(live.target.clone());
    let is_new = |name: &ObjectName| known.table(name).is_none() && planned.table(name).is_none();
    for table in there
        .tables()
        .filter(|table| is_new(&table.name) && !is_of_liquibase(&table.name))
    {
        beside.add_table((**table).clone());
    }
    for object in there.objects() {
        let is_known = |catalog: &Catalog| catalog.object(object.kind(), &object.name()).is_some();
        let stands = object.stands_on().is_none_or(|table| beside.table(table).is_some());
        if !is_known(known) && !is_known(planned) && stands {
            beside.add_object(object.clone());
        }
    }
    Ok(beside.creation())
}

/// Whether Liquibase keeps its own account in a table.
fn is_of_liquibase(name: &ObjectName) -> bool {
    ["databasechangelog", "databasechangeloglock"].contains(&name.name.to_lowercase().as_str())
}

/// What pending changesets would do, after what is planned already; `history` as it is once that of it is taken back
/// which is.
async fn plan_pending(
    live: &mut At<'_>,
    fold: &mut Fold<'_>,
    history: &History,
    pending: Pending<'_>,
    plan: &mut Plan,
) -> Result<(), RunError> {
    let mut late = pending.late;
    // What the database shows before the run, where something is marked because of that.
    let mut seen = None;
    for changeset in pending.changesets {
        let record = history.last_of(&changeset.id);
        let half = record.filter(|record| record.state == State::Partial);
        let done = half.and_then(|record| record.changes.as_ref());
        let done = done.map_or(&[][..], |stored| &stored.changes);
        let gate = answered(live, fold, history, changeset, &plan.changesets).await?;
        let goes = gate.as_ref().is_none_or(|gate| gate.whole_turn() != Turn::LeftOut);
        if goes && late.keep_out(changeset) {
            fold.leave_out(&changeset.id);
            continue;
        }
        let is_marked = gate
            .as_ref()
            .is_some_and(|gate| gate.whole_turn() == Turn::Marked && !gate.never_opens());
        if is_marked && seen.is_none() {
            let own = live.store.own_tables();
            seen = Some(introspect_all(live.session, live.target, &own).await?.portable());
        }
        let mut planned = match gate {
            Some(gate) => fold.gated_on(changeset, done, gate, seen.as_ref()),
            None => fold.up_or_leave_out(changeset, done),
        };
        if let Some(half) = half {
            planned.run = Some(Begun {
                seq: half.began(),
                later: 0,
            });
        }
        plan.changesets.push(planned);
    }
    let told = late
        .verdict()
        .map_err(|diagnostic| RunError::with(RunErrorKind::Refused, vec![diagnostic]))?;
    plan.diagnostics.extend(told);
    Ok(())
}

/// What a move down would do, from the history.
async fn plan_down(
    live: &mut At<'_>,
    changelog: &Changelog,
    history: &History,
    retreat: &Retreat,
) -> Result<Plan, RunError> {
    let usage = |diagnostic| RunError::with(RunErrorKind::Usage, vec![diagnostic]);
    let history = whole_rows(live, history).await?;
    let entries = retreat.entries(&history, changelog).map_err(usage)?;
    let mut plan = empty(live);
    let mut fold = fold_for_way_back(live, changelog, &history, &entries).await?;
    take_back(&mut fold, changelog, &entries, &mut plan);
    plan.diagnostics.extend(fold.diagnostics);
    Ok(plan)
}

/// What a move down and then up would do.
async fn plan_both(
    live: &mut At<'_>,
    project: &Project,
    changelog: &Changelog,
    history: &History,
    retreat: &Retreat,
    onward: &Onward,
) -> Result<Plan, RunError> {
    let usage = |diagnostic| RunError::with(RunErrorKind::Usage, vec![diagnostic]);
    let history = whole_rows(live, history).await?;
    let entries = retreat.entries(&history, changelog).map_err(usage)?;
    let after = entries.iter().fold(history.clone(), |after, entry| {
        let seq = after.last_seq() + 1;
        after.with(Record {
            seq,
            run: Some(entry.began.seq),
            state: State::Reverted,
            direction: "down".into(),
            ..entry.record.clone()
        })
    });
    if let Some(waiting) = after.partial() {
        let message = format!("changeset `{}` is half applied", waiting.id);
        return Err(RunError::new(RunErrorKind::Partial, message)
            .help("go on with it by `driftless up`, or take back what is done of it with `driftless down -1`"));
    }
    refuse_edited(live, project, changelog, &after).await?;
    let same;
    let advance = match onward {
        Onward::Move(advance) => Some(advance),
        Onward::Same if entries.is_empty() => None,
        Onward::Same => {
            same = Advance {
                only: entries.iter().map(|entry| entry.record.id.clone()).collect(),
                ..Advance::all()
            };
            Some(&same)
        }
    };
    let chosen = match advance {
        Some(advance) => pending(files(live, project, changelog), &after, advance).map_err(not_chosen)?,
        None => Pending::default(),
    };
    let mut plan = empty(live);
    if entries.is_empty() && chosen.changesets.is_empty() {
        return Ok(plan);
    }
    let fold = fold_for_way_back(live, changelog, &history, &entries).await?;
    let mut fold = fold.expecting(&chosen.changesets);
    take_back(&mut fold, changelog, &entries, &mut plan);
    plan_pending(live, &mut fold, &after, chosen, &mut plan).await?;
    plan.diagnostics.extend(fold.diagnostics);
    Ok(plan)
}

/// The schema as it stands, a half-applied changeset included, to take entries back from.
async fn fold_for_way_back<'a>(
    live: &mut At<'_>,
    changelog: &'a Changelog,
    history: &History,
    entries: &[Entry<'_>],
) -> Result<Fold<'a>, RunError> {
    refuse_standing_on(history, live.target, entries)
        .map_err(|diagnostic| RunError::with(RunErrorKind::Refused, vec![diagnostic]))?;
    let mut catalog = replay_history(history, live.target, true).map_err(RunError::failed)?;
    know_triggers(live.session, &mut catalog, None).await?;
    let records: Vec<&Record> = entries.iter().map(|entry| entry.record).collect();
    let gone = purged(live.session, live.target, history, &records).await?;
    refuse_moved(live, history).await?;
    Ok(Fold::new(changelog, catalog).without(gone))
}

fn take_back(fold: &mut Fold<'_>, changelog: &Changelog, entries: &[Entry<'_>], plan: &mut Plan) {
    for entry in entries {
        let changeset = changelog
            .changesets
            .iter()
            .find_map(|changeset| written(changeset, &entry.record.id));
        plan.changesets.push(fold.down(*entry, changeset));
    }
}

/// The changeset of an id: itself, or one that it stands for.
fn written<'a>(changeset: &'a Arc<Changeset>, id: &str) -> Option<&'a Arc<Changeset>> {
    if changeset.id == id {
        return Some(changeset);
    }
    let mut originals = changeset.replaces.iter().flat_map(|replaced| &replaced.changesets);
    originals.find_map(|original| written(original, id))
}

/// The history with its changes, and the schema that it leaves; a half-applied changeset left out. Of a row it says
/// what `known` does.
pub(super) async fn full(live: &mut At<'_>, known: &History) -> Result<(History, Catalog), RunError> {
    let mut history = known.clone();
    if !has_changes(known) {
        live.store.add_changes(live.session, &mut history).await?;
    }
    let mut catalog = replay_history(&history, live.target, false).map_err(RunError::failed)?;
    let with_partial = match history.partial() {
        Some(_) => Some(replay_history(&history, live.target, true).map_err(RunError::failed)?),
        None => None,
    };
    know_triggers(live.session, &mut catalog, with_partial.as_ref()).await?;
    refuse_moved(live, known).await?;
    Ok((history, catalog))
}

/// The rows with everything that they say, to write others like them.
async fn whole_rows(live: &mut At<'_>, known: &History) -> Result<History, RunError> {
    if has_changes(known) {
        return Ok(known.clone());
    }
    let history = live.store.read_changes(live.session).await?;
    match history.last_seq() == known.last_seq() {
        true => Ok(history),
        false => Err(moved()),
    }
}

fn has_changes(history: &History) -> bool {
    history.records().iter().all(|record| record.changes.is_some())
}

/// Refuses to go on where another runner was here since the history was read: SQLite has no lock that spans several
/// looks.
async fn refuse_moved(live: &mut At<'_>, history: &History) -> Result<(), RunError> {
    if live.target.dialect.family() != Family::Sqlite {
        return Ok(());
    }
    let last = match history.last_seq() {
        0 => live.store.read(live.session).await?.map_or(0, |now| now.last_seq()),
        _ => live.store.last_seq(live.session).await?,
    };
    match last == history.last_seq() {
        true => Ok(()),
        false => Err(moved()),
    }
}

fn moved() -> RunError {
    RunError::new(RunErrorKind::Stale, "another runner was here in the meantime").help("run the command again")
}

/// Refuses to go up while the wording of something applied is another one.
async fn refuse_edited(
    live: &mut At<'_>,
    project: &Project,
    changelog: &Changelog,
    history: &History,
) -> Result<(), RunError> {
    if find_edited(changelog, live.target, &project.selection, history).is_empty() {
        return Ok(());
    }
    let history = live.store.read_changes(live.session).await?;
    let edited = find_edited(changelog, live.target, &project.selection, &history);
    let diagnostics = edited
        .iter()
        .map(|edited| edited.diagnostic(edited.record.changes.as_ref()))
        .collect();
    Err(RunError::with(RunErrorKind::Disagree, diagnostics))
}

/// Refuses a plan that would destroy rows or values that are there.
pub(super) async fn refuse_losses(at: &mut At<'_>, plan: &Plan, allowed: bool, output: &Output) -> Result<(), Failure> {
    if allowed {
        return Ok(());
    }
    // What goes up and destroys something says so itself.
    let back = plan
        .changesets
        .iter()
        .take_while(|planned| planned.direction == Direction::Down);
    let back = &plan.changesets[..back.count()];
    let found = losses(at.session, at.target.dialect, back).await;
    let found = found.map_err(|error| output.run_failed(&error, &Sources::default()))?;
    if found.is_empty() {
        return Ok(());
    }
    let mut diagnostic = Diagnostic::error("data-loss", "going back would destroy data that is there");
    for loss in &found {
        diagnostic = diagnostic.note(format!("{} (changeset `{}`)", loss.what, loss.changeset));
    }
    let diagnostic = diagnostic.help("nothing was changed; say `--allow-data-loss` to go on all the same");
    Err(output.fail(Exit::Refused, &[diagnostic], &Sources::default()))
}

/// Stops where a plan has mistakes.
pub(super) fn refuse_errors(plan: &Plan, changelog: &Changelog, output: &Output) -> Result<(), Failure> {
    if !plan.has_errors() {
        return Ok(());
    }
    let irreversible = plan
        .diagnostics
        .iter()
        .filter(|diagnostic| diagnostic.is_error())
        .all(|diagnostic| diagnostic.code == "irreversible");
    let differs = plan
        .diagnostics
        .iter()
        .any(|diagnostic| diagnostic.code == "partial-differs");
    let exit = match (irreversible, differs) {
        (true, _) => Exit::Refused,
        (false, true) => Exit::Partial,
        (false, false) => Exit::Usage,
    };
    let failure = output.fail(exit, &plan.diagnostics, &changelog.sources);
    output.tally(&plan.diagnostics);
    Err(failure)
}
