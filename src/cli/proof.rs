//! The proof that two changelogs give the same: both are run in scratch databases, looked at, and taken back.

use std::collections::{BTreeMap, BTreeSet};

use super::planning::plan_way;
use super::project::Project;
use super::trial::{Trial, in_scratch};
use super::way::Way;
use crate::changelog::Changelog;
use crate::database;
use crate::database::introspect::introspect;
use crate::database::{DatabaseUrl, Scratch};
use crate::diagnostic::{Diagnostic, Severity};
use crate::dialect::{Family, Target};
use crate::executor::{RunError, Stop};
use crate::model::{Catalog, Change, KEPT_PREFIX, NormalForm, Object, Restores};
use crate::plan::{Destination, Retreat, differences_in_words, replay};
use crate::render::qualified;

/// What came of it.
#[derive(Default)]
pub(super) struct Proof {
    /// The targets that it was run on.
    pub live: Vec<String>,
    /// The targets of which there was no server.
    pub planned: Vec<String>,
    pub wrong: Vec<Diagnostic>,
    pub notes: Vec<Diagnostic>,
}

/// Table → its columns and rows.
type Rows = BTreeMap<String, (Vec<String>, Vec<Vec<Option<String>>>)>;

/// A database at the end of a run.
struct State {
    target: Target,
    schema: NormalForm,
    rows: Rows,
    /// What was left of the schema when all was taken back; `None` where something cannot be.
    left: Option<NormalForm>,
}

/// Runs two changelogs, each up to the one of some changesets that it has, on a temporary SQLite file and on a server,
/// as far as they are for them. Rows `may_differ` where something was left out.
pub(super) async fn prove(
    project: &Project,
    stop: &Stop,
    both: [&Changelog; 2],
    ends: &[String],
    url: Option<&DatabaseUrl>,
    targets: &[Target],
    may_differ: bool,
) -> Result<Proof, RunError> {
    let mut proof = Proof::default();
    let server = url.filter(|url| url.family() != database::Family::Sqlite);
    let has_sqlite = targets.iter().any(|target| target.dialect.family() == Family::Sqlite);
    let mut places: Vec<Option<&DatabaseUrl>> = Vec::new();
    if has_sqlite {
        places.push(None);
    }
    places.extend(server.map(Some));
    let mut dialects = BTreeSet::new();
    for place in places {
        if place.is_some_and(|url| url.family() == database::Family::Mysql)
            && makes_databases(project, both[0], targets)
        {
            let message = "not run on the server: a schema is a database of its own there, which others may use";
            let mut note = Diagnostic::warning("not-run", message);
            note.severity = Severity::Note;
            proof.notes.push(note);
            continue;
        }
        let before = state((project, stop), both[0], ends, place).await?;
        let after = state((project, stop), both[1], ends, place).await?;
        dialects.insert(before.target.dialect.name());
        proof.live.push(before.target.title());
        proof.compare_schemas(&before, &after);
        if before.rows != after.rows {
            // What is not the same twice, such as the time of day, proves nothing.
            let again = state((project, stop), both[0], ends, place).await?;
            proof.compare_rows(&before, &after, &unsteady(&before.rows, &again.rows), may_differ);
        }
    }
    let planned = targets
        .iter()
        .filter(|target| !dialects.contains(target.dialect.name()));
    proof.planned = planned.map(Target::title).collect();
    Ok(proof)
}

/// Whether a changelog makes schemas where those are databases, not parts of the scratch one.
fn makes_databases(project: &Project, changelog: &Changelog, targets: &[Target]) -> bool {
    let mysql = targets.iter().filter(|target| target.dialect.family() == Family::Mysql);
    let mut planned = mysql.flat_map(|target| replay(changelog, target, &project.selection).1);
    planned.any(|planned| {
        let mut changes = planned.changes.iter();
        changes.any(|change| {
            matches!(
                change,
                Change::CreateObject {
                    object: Object::Schema(_),
                    ..
                }
            )
        })
    })
}

impl Proof {
    fn compare_schemas(&mut self, before: &State, after: &State) {
        let title = before.target.title();
        self.hold(
            &before.schema,
            &after.schema,
            format!("the new changesets leave another schema on {title}"),
        );
        if let (Some(before), Some(after)) = (&before.left, &after.left) {
            let message = format!("taken back, the new changesets leave another schema on {title}");
            self.hold(before, after, message);
        }
    }

    fn hold(&mut self, before: &NormalForm, after: &NormalForm, message: String) {
        let differences = before.differences(after);
        if differences.is_empty() {
            return;
        }
        let mut diagnostic = Diagnostic::error("squash-differs", message);
        for text in differences_in_words(differences.iter()).into_iter().take(10) {
            diagnostic = diagnostic.note(text);
        }
        self.wrong.push(diagnostic);
    }

    fn compare_rows(&mut self, before: &State, after: &State, unsteady: &BTreeSet<(String, String)>, may_differ: bool) {
        let (one, other) = (without(&before.rows, unsteady), without(&after.rows, unsteady));
        let differing: Vec<String> = one
            .iter()
            .filter(|(table, rows)| other.get(*table) != Some(rows))
            .map(|(table, _)| format!("`{table}`"))
            .collect();
        if differing.is_empty() {
            return;
        }
        let title = before.target.title();
        let message = format!(
            "the new changesets leave other rows on {title}, in {}",
            differing.join(", ")
        );
        let mut diagnostic = Diagnostic::error("squash-differs", message);
        match may_differ {
            true => {
                diagnostic.severity = Severity::Note;
                self.notes.push(diagnostic.note("something `elidable` was left out"));
            }
            false => self.wrong.push(diagnostic),
        }
    }
}

/// The columns whose values are others each time.
fn unsteady(one: &Rows, other: &Rows) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for (table, (columns, rows)) in one {
        let again = other.get(table).map(|(_, rows)| rows.as_slice()).unwrap_or_default();
        for (at, column) in columns.iter().enumerate() {
            let values = |rows: &[Vec<Option<String>>]| {
                let mut values: Vec<Option<String>> = rows.iter().map(|row| row[at].clone()).collect();
                values.sort();
                values
            };
            if values(rows) != values(again) {
                found.insert((table.clone(), column.clone()));
            }
        }
    }
    found
}

fn without(rows: &Rows, columns: &BTreeSet<(String, String)>) -> Rows {
    let mut all = rows.clone();
    for (table, (names, rows)) in &mut all {
        for row in rows.iter_mut() {
            for (value, name) in row.iter_mut().zip(names.iter()) {
                if columns.contains(&(table.clone(), name.clone())) {
                    *value = None;
                }
            }
        }
        rows.sort();
    }
    all
}

async fn state(
    (project, stop): (&Project, &Stop),
    changelog: &Changelog,
    ends: &[String],
    url: Option<&DatabaseUrl>,
) -> Result<State, RunError> {
    let scratch = Scratch::make(url, &project.connect_options(true)).await?;
    in_scratch(project, changelog, stop, scratch, async |trial| {
        let target = trial.live.target.clone();
        let end = changelog
            .changesets
            .iter()
            .rposition(|changeset| ends.contains(&changeset.id));
        let meant = &changelog.changesets[..end.map_or(0, |end| end + 1)];
        let (_, mut planned) = replay(changelog, &target, &project.selection);
        planned.retain(|planned| meant.iter().any(|changeset| changeset.id == planned.id));
        let comes_back = planned
            .iter()
            .all(|planned| !matches!(planned.restores, Restores::None(_)));
        trial.apply_quietly(planned).await?;
        let catalog = seen(trial).await?;
        let rows = rows(trial, &catalog).await?;
        let left = match comes_back {
            true => Some(taken_back(trial).await?),
            false => None,
        };
        Ok(State {
            target,
            schema: without_kept(&catalog),
            rows,
            left,
        })
    })
    .await
}

async fn taken_back(trial: &mut Trial<'_>) -> Result<NormalForm, RunError> {
    let (project, changelog) = (trial.project, trial.changelog);
    let history = trial.live.store.read_changes(&mut trial.live.session).await?;
    let way = Way::down(Retreat::To(Destination::Base));
    let plan = plan_way(&mut trial.live.at(), project, changelog, &history, &way).await?;
    trial.apply_quietly(plan.changesets).await?;
    Ok(without_kept(&seen(trial).await?))
}

/// The schema as the database shows it, without driftless's own tables.
async fn seen(trial: &mut Trial<'_>) -> Result<Catalog, RunError> {
    let live = &mut trial.live;
    Ok(introspect(&mut live.session, &live.target, &live.store.own_tables()).await?)
}

/// Without what is set aside.
fn without_kept(catalog: &Catalog) -> NormalForm {
    let mut form = NormalForm::of(catalog);
    let kept = format!("table {KEPT_PREFIX}");
    form.0.retain(|what, _| !what.starts_with(&kept));
    form
}

async fn rows(trial: &mut Trial<'_>, catalog: &Catalog) -> Result<Rows, RunError> {
    let dialect = trial.live.target.dialect;
    let mut all = Rows::new();
    for table in catalog
        .tables()
        .filter(|table| !table.name.name.starts_with(KEPT_PREFIX))
    {
        let quoted: Vec<String> = table.columns.iter().map(|column| dialect.quote(&column.name)).collect();
        let sql = format!("SELECT {} FROM {}", quoted.join(", "), qualified(&table.name, dialect));
        let mut rows: Vec<Vec<Option<String>>> = trial.live.session.query(&sql).await?;
        rows.sort();
        let names = table.columns.iter().map(|column| column.name.to_string());
        all.insert(table.name.to_string(), (names.collect(), rows));
    }
    Ok(all)
}
