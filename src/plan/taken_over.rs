//! Changesets that another tool carried out: what they came to, from the files, so that a history can be written of it.

use std::sync::Arc;

use super::gated::mark;
use super::{Fold, PlannedChangeset};
use crate::changelog::{Changelog, Changeset};
use crate::diagnostic::Diagnostic;
use crate::dialect::{Name, ObjectName, Target};
use crate::model::{Catalog, Change, Constraint, Table};

/// What became of a changeset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Was {
    /// It was run.
    Run,
    /// It was run, and once more later: where it stands is where it ran the last time.
    RunAgain,
    /// It was run with another text than it has now.
    RunOtherwise,
    /// Nothing of it was run, as something else had brought what it brings.
    Marked,
}

/// A changeset that another tool carried out.
#[derive(Debug, Clone, Copy)]
pub struct Taken<'a> {
    pub changeset: &'a Arc<Changeset>,
    pub was: Was,
    /// Where the changelog of the other tool has it.
    pub place: usize,
}

/// What comes of it: the numbers of what was taken, in the order in which it fits together, each with its plan.
pub type TakenOver = Vec<(usize, PlannedChangeset)>;

/// Plans what was carried out in its order. `seen` is the schema that the database shows: what was marked counts where it
/// shows what that makes. Where this does not fit together, what was marked is believed; and what ran again stands where the
/// changelog has it, since it ran there the first time.
pub fn take_over(
    changelog: &Changelog,
    target: &Target,
    taken: &[Taken<'_>],
    seen: Option<&Catalog>,
) -> Result<TakenOver, Vec<Diagnostic>> {
    let executed: Vec<usize> = (0..taken.len()).collect();
    let written = as_written(taken);
    let mut attempts = vec![(&executed, false), (&executed, true)];
    if written != executed {
        attempts.extend([(&written, false), (&written, true)]);
    }
    let mut first = None;
    for (order, believes) in attempts {
        let attempt = Attempt {
            changelog,
            target,
            taken,
            seen,
            believes,
        };
        match attempt.plan(order) {
            Ok(found) => return Ok(found),
            Err(told) => {
                first.get_or_insert(told);
            }
        }
    }
    Err(first.unwrap_or_default())
}

/// What ran again put before the first that the changelog has behind it.
fn as_written(taken: &[Taken<'_>]) -> Vec<usize> {
    let is_moving = |at: &usize| matches!(taken[*at].was, Was::RunAgain | Was::RunOtherwise);
    let (moving, mut order): (Vec<usize>, Vec<usize>) = (0..taken.len()).partition(is_moving);
    for at in moving {
        let behind = order.iter().position(|other| taken[*other].place > taken[at].place);
        order.insert(behind.unwrap_or(order.len()), at);
    }
    order
}

struct Attempt<'a> {
    changelog: &'a Changelog,
    target: &'a Target,
    taken: &'a [Taken<'a>],
    seen: Option<&'a Catalog>,
    /// Whether what was marked is believed, whatever the database shows: it may be gone since.
    believes: bool,
}

impl Attempt<'_> {
    fn plan(&self, order: &[usize]) -> Result<TakenOver, Vec<Diagnostic>> {
        let mut fold = Fold::new(self.changelog, Catalog::new(self.target.clone()));
        let (mut all, mut wrong) = (Vec::new(), Vec::new());
        for at in order {
            let Taken { changeset, was, .. } = &self.taken[*at];
            if *was == Was::Marked && fold.gate(changeset).is_some_and(|gate| gate.never_opens()) {
                all.push((*at, fold.marked_for_nothing(changeset)));
                continue;
            }
            let before = (*was != Was::Run).then(|| fold.catalog.clone());
            let mut planned = fold.up(changeset, &[]);
            // What there is to be warned of has happened.
            let told = std::mem::take(&mut fold.diagnostics);
            let told: Vec<Diagnostic> = told.into_iter().filter(Diagnostic::is_error).collect();
            match (was, before) {
                (Was::Marked, Some(before)) => {
                    mark(&mut planned);
                    let is_there = self.believes || self.seen.is_none_or(|seen| shows(seen, &planned.changes));
                    // It did not come to what it was for: a column that there never was, say, was not dropped.
                    if !told.is_empty() || !is_there {
                        planned.changes.clear();
                        planned.origins.clear();
                        fold = Fold::new(self.changelog, before);
                    }
                }
                (Was::RunOtherwise, Some(mut before)) if told.is_empty() => {
                    planned.changes = as_seen(std::mem::take(&mut planned.changes), self.seen);
                    if planned.changes.iter().all(|change| before.apply(change).is_ok()) {
                        fold = Fold::new(self.changelog, before);
                    }
                }
                _ => {
                    let message = format!(
                        "changeset `{}` was run, and what it came to cannot be told",
                        changeset.id
                    );
                    wrong.extend(told.into_iter().map(|told| told.note(message.clone())));
                }
            }
            all.push((*at, planned));
        }
        match wrong.is_empty() {
            true => Ok(all),
            false => Err(wrong),
        }
    }
}

/// Whether a database shows what changes make, as far as it can be told.
pub(super) fn shows(seen: &Catalog, changes: &[Change]) -> bool {
    let case = seen.column_case();
    let column = |table: &ObjectName, name: &Name| seen.table(table).and_then(|table| table.column(name, case));
    let index = |table: &ObjectName, name: &Name| {
        let table = seen.table(table);
        table.is_some_and(|table| table.indexes.iter().any(|known| known.name.same(name, case)))
    };
    let constraint = |table: &ObjectName, constraint: &Constraint| {
        let is_it = |table: &Table| match constraint {
            Constraint::PrimaryKey(_) => table.primary_key.is_some(),
            _ => table
                .constraint_names()
                .any(|(known, _)| known.same(constraint.name(), case)),
        };
        seen.table(table).is_some_and(|table| is_it(table))
    };
    changes.iter().all(|change| match change {
        Change::CreateTable { table, .. } => seen.table(&table.name).is_some(),
        Change::DropTable { table } => seen.table(&table.name).is_none(),
        Change::RenameTable { to, .. } => seen.table(to).is_some(),
        Change::AddColumn {
            table, column: added, ..
        } => column(table, &added.name).is_some(),
        Change::DropColumn {
            table, column: gone, ..
        } => column(table, &gone.name).is_none(),
        Change::RenameColumn { table, to, .. } => column(table, to).is_some(),
        Change::AlterColumn {
            table, before, after, ..
        } => column(table, &after.name).is_some_and(|known| {
            // Types and defaults may be written otherwise by the database: what counts is that they are not as before.
            (before.ty == after.ty || known.ty != before.ty)
                && (before.default == after.default || known.default != before.default)
                && (before.nullable == after.nullable || known.nullable == after.nullable)
                && (before.comment == after.comment || known.comment == after.comment)
        }),
        Change::AlterTable { table, after, .. } => seen.table(table).is_some_and(|table| table.traits() == *after),
        Change::CreateIndex { table, index: made, .. } => index(table, &made.name),
        Change::DropIndex { table, index: gone, .. } => !index(table, &gone.name),
        Change::RenameIndex { table, to, .. } => index(table, to),
        Change::AddConstraint {
            table,
            constraint: made,
        } => constraint(table, made),
        Change::DropConstraint {
            table,
            constraint: gone,
        } => !constraint(table, gone),
        Change::CreateObject { object, .. } => seen.same_object(object).is_some(),
        Change::DropObject { object } => seen.same_object(object).is_none(),
        Change::RenameObject { object, to } => seen.same_object(&object.renamed(to)).is_some(),
        Change::Raw { effects, .. } => effects.as_ref().is_none_or(|effects| shows(seen, effects)),
        _ => true,
    })
}

/// Changes with the objects that they make as the database shows them, and without those that it does not.
fn as_seen(changes: Vec<Change>, seen: Option<&Catalog>) -> Vec<Change> {
    let Some(seen) = seen else {
        return changes;
    };
    let one = |change| match change {
        Change::CreateObject { object, if_not_exists } => Some(Change::CreateObject {
            object: seen.same_object(&object)?.clone(),
            if_not_exists,
        }),
        Change::ReplaceObject { before, after } => Some(Change::ReplaceObject {
            before,
            after: seen.same_object(&after)?.clone(),
        }),
        other => Some(other),
    };
    changes.into_iter().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changelog::{Folder, Given, gather_text};
    use crate::dialect::Dialect;

    const CHANGELOG: &str = "changesets:
  - {id: users, operations: [{create_table: {table: users, columns: [{name: id, type: int}]}}]}
  - {id: names, run: on_change, operations: [{create_view: {view: names, query: SELECT id FROM users}}]}
  - {id: gone, operations: [{drop_view: {view: names}}]}
  - {id: never, operations: [{drop_table: {table: nothing}}]}
";

    fn taken(order: &[(&str, Was)]) -> Result<Vec<(String, usize)>, Vec<Diagnostic>> {
        let changelog = gather_text(&Folder::new(""), "changelog.yaml", CHANGELOG.into(), Given::default());
        assert!(changelog.diagnostics.is_empty(), "{:?}", changelog.diagnostics);
        let of = |id: &str| {
            changelog
                .changesets
                .iter()
                .find(|changeset| changeset.id == id)
                .unwrap()
        };
        let taken: Vec<Taken<'_>> = order
            .iter()
            .map(|(id, was)| Taken {
                changeset: of(id),
                was: *was,
                place: ["users", "names", "gone", "never"]
                    .iter()
                    .position(|known| known == id)
                    .unwrap(),
            })
            .collect();
        let target = Target::oldest(Dialect::named("sqlite").unwrap());
        // There is a table of users, and nothing else.
        let mut seen = Catalog::new(target.clone());
        let users = take_over(
            &changelog,
            &target,
            &[Taken {
                changeset: of("users"),
                was: Was::Run,
                place: 0,
            }],
            None,
        )?;
        users[0].1.changes.iter().for_each(|change| seen.apply(change).unwrap());
        let over = take_over(&changelog, &target, &taken, Some(&seen))?;
        let of = |(_, planned): (usize, PlannedChangeset)| (planned.id, planned.changes.len());
        Ok(over.into_iter().map(of).collect())
    }

    fn ids(found: Result<Vec<(String, usize)>, Vec<Diagnostic>>) -> Vec<String> {
        found.unwrap().into_iter().map(|(id, _)| id).collect()
    }

    #[test]
    fn what_ran_again_stands_where_it_fits() {
        let last = taken(&[("users", Was::Run), ("names", Was::RunAgain)]);
        assert_eq!(ids(last), ["users", "names"]);
        let between = taken(&[("users", Was::Run), ("gone", Was::Run), ("names", Was::RunAgain)]);
        assert_eq!(ids(between), ["users", "names", "gone"]);
    }

    #[test]
    fn what_was_marked_is_believed_as_far_as_it_can_be() {
        let counts = |order: &[(&str, Was)]| -> Vec<usize> {
            let found = taken(order).unwrap();
            found.into_iter().map(|(_, count)| count).collect()
        };
        assert_eq!(
            counts(&[("users", Was::Marked), ("names", Was::Marked), ("never", Was::Marked)]),
            [1, 0, 0]
        );
        // It was there, and is gone since.
        assert_eq!(
            counts(&[("users", Was::Run), ("names", Was::Marked), ("gone", Was::Run)]),
            [1, 1, 1]
        );
        let wrong = taken(&[("users", Was::Run), ("never", Was::Run)]).unwrap_err();
        assert!(
            wrong[0]
                .notes
                .iter()
                .any(|note| note.contains("changeset `never` was run"))
        );
    }
}
