//! Where a changelog says what a part of a schema is: the operation that made it what it is.

use std::collections::HashMap;

use super::{Fold, selected};
use crate::changelog::{Changelog, Selection};
use crate::diagnostic::{Diagnostic, Span};
use crate::dialect::{Name, ObjectName, Target};
use crate::model::{Catalog, Change, Constraint, Object, PartKind, What};
use crate::operation::UNKNOWN_EFFECTS;

/// What a changelog says of a schema, and what it does not.
#[derive(Debug, Default)]
pub struct Origins {
    /// Each part with the last operation that was about it.
    pub parts: HashMap<What, Span>,
    /// SQL of which it is not known what it does.
    pub unknown: Vec<Diagnostic>,
}

/// Where some changesets say what a schema is.
pub fn origins(
    changelog: &Changelog,
    target: &Target,
    selection: &Selection,
    is_applied: impl Fn(&str) -> bool,
) -> Origins {
    let mut fold = Fold::new(changelog, Catalog::new(target.clone()));
    let mut found = HashMap::new();
    // What tells parts apart is the same on any schema of the target.
    let any = Catalog::new(target.clone());
    for changeset in selected(changelog, target, selection).filter(|changeset| is_applied(&changeset.id)) {
        for node in &changeset.operations {
            for change in fold.resolved(changeset, node) {
                note(&any, &change, node.node.span, &mut found);
            }
        }
    }
    let mut unknown = fold.diagnostics;
    unknown.retain(|told| told.code == UNKNOWN_EFFECTS);
    Origins { parts: found, unknown }
}

fn note(catalog: &Catalog, change: &Change, span: Span, found: &mut HashMap<What, Span>) {
    let part = |table: &ObjectName, kind: PartKind, name: &Name| What::Part(catalog.key(table), kind, name.clone());
    let of = |table: &ObjectName, constraint: &Constraint| part(table, kind_of(constraint), constraint.name());
    let object = |object: &Object| What::Object(catalog.object_key(object));
    let mut put = |what: What| {
        found.insert(what, span);
    };
    match change {
        Change::CreateTable { table, .. } => {
            put(What::Table(catalog.key(&table.name)));
            put(part(&table.name, PartKind::Whole, &table.name.name));
            for column in &table.columns {
                put(part(&table.name, PartKind::Column, &column.name));
            }
            for constraint in table.constraints() {
                put(of(&table.name, &constraint));
            }
        }
        Change::RenameTable { from, to } => {
            let (from, to) = (catalog.key(from), catalog.key(to));
            let own: Vec<What> = found
                .keys()
                .filter(|what| what.table() == Some(&from))
                .cloned()
                .collect();
            for what in own {
                let moved = match &what {
                    What::Part(_, kind, name) => What::Part(to.clone(), *kind, name.clone()),
                    _ => What::Table(to.clone()),
                };
                if let Some(span) = found.get(&what).copied() {
                    found.insert(moved, span);
                }
            }
            found.insert(What::Table(to), span);
        }
        Change::AddColumn { table, column, .. } => put(part(table, PartKind::Column, &column.name)),
        Change::AlterColumn { table, after, .. } => put(part(table, PartKind::Column, &after.name)),
        Change::RenameColumn { table, to, .. } => put(part(table, PartKind::Column, to)),
        Change::AddConstraint { table, constraint } | Change::ValidateConstraint { table, constraint } => {
            put(of(table, constraint));
        }
        Change::RenameConstraint { table, constraint, to } => put(part(table, kind_of(constraint), to)),
        Change::CreateIndex { table, index, .. } => {
            put(part(table, PartKind::Index, &index.name));
            put(part(table, PartKind::Unique, &index.name));
        }
        Change::RenameIndex { table, to, .. } => {
            put(part(table, PartKind::Index, to));
            put(part(table, PartKind::Unique, to));
        }
        Change::AlterTable { table, .. } => put(part(table, PartKind::Whole, &table.name)),
        Change::CreateObject { object: made, .. } | Change::ReplaceObject { after: made, .. } => put(object(made)),
        Change::RenameObject { object: renamed, to } => put(object(&renamed.renamed(to))),
        Change::Raw { effects, .. } => {
            for effect in effects.iter().flatten() {
                note(catalog, effect, span, found);
            }
        }
        // What goes is no part of the schema any more.
        Change::DropTable { .. }
        | Change::DropColumn { .. }
        | Change::DropConstraint { .. }
        | Change::DropIndex { .. }
        | Change::DropObject { .. } => {}
        Change::RefreshView { .. }
        | Change::InsertRows { .. }
        | Change::DeleteKeys { .. }
        | Change::UpdateRows { .. }
        | Change::UpsertRows { .. }
        | Change::InsertQuery { .. }
        | Change::Truncate { .. }
        | Change::DeleteRows { .. }
        | Change::LoadRows { .. }
        | Change::UnloadRows { .. }
        | Change::UnloadData { .. }
        | Change::SetAside { .. }
        | Change::BringBack { .. }
        | Change::Assert { .. }
        | Change::Print { .. } => {}
    }
}

fn kind_of(constraint: &Constraint) -> PartKind {
    match constraint {
        Constraint::PrimaryKey(_) => PartKind::PrimaryKey,
        Constraint::Unique(_) => PartKind::Unique,
        Constraint::ForeignKey(_) => PartKind::ForeignKey,
        Constraint::Check(_) => PartKind::Check,
        Constraint::Exclusion(_) => PartKind::Exclusion,
    }
}
