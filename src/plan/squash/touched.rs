//! What a change of the schema is about: what it makes, and what it touches.

use crate::dialect::ObjectName;
use crate::model::{Catalog, Change, Object};
use crate::operation::Thing;

/// What happens to the things of a schema.
pub(super) enum Touch {
    Makes(Thing),
    Changes(Thing),
    Drops(Thing),
    /// From one name to another.
    Renames(Thing, Thing),
}

/// Whether a change is of the schema alone, whatever is there.
pub(super) fn is_of_schema(change: &Change) -> bool {
    match change {
        Change::CreateTable { if_not_exists, .. }
        | Change::CreateIndex { if_not_exists, .. }
        | Change::CreateObject { if_not_exists, .. } => !if_not_exists,
        Change::DropColumn { kept, .. } => !kept,
        Change::DropTable { .. }
        | Change::RenameTable { .. }
        | Change::AddColumn { .. }
        | Change::RenameColumn { .. }
        | Change::AlterColumn { .. }
        | Change::AddConstraint { .. }
        | Change::DropConstraint { .. }
        | Change::DropIndex { .. }
        | Change::AlterTable { .. }
        | Change::RenameConstraint { .. }
        | Change::ValidateConstraint { .. }
        | Change::RenameIndex { .. }
        | Change::DropObject { .. }
        | Change::ReplaceObject { .. }
        | Change::RenameObject { .. } => true,
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
        | Change::Print { .. }
        | Change::Raw { .. } => false,
    }
}

/// What a change of the schema does, on the schema before it.
pub(super) fn touches(catalog: &Catalog, change: &Change) -> Option<Touch> {
    let table = |name: &ObjectName| Thing::Table(catalog.key(name));
    let thing = |object: &Object| Thing::Object(catalog.object_key(object));
    Some(match change {
        Change::CreateTable { table: made, .. } => Touch::Makes(table(&made.name)),
        Change::DropTable { table: gone } => Touch::Drops(table(&gone.name)),
        Change::RenameTable { from, to } => Touch::Renames(table(from), table(to)),
        Change::AddColumn { table: name, .. }
        | Change::DropColumn { table: name, .. }
        | Change::RenameColumn { table: name, .. }
        | Change::AlterColumn { table: name, .. }
        | Change::AddConstraint { table: name, .. }
        | Change::DropConstraint { table: name, .. }
        | Change::CreateIndex { table: name, .. }
        | Change::DropIndex { table: name, .. }
        | Change::AlterTable { table: name, .. }
        | Change::RenameConstraint { table: name, .. }
        | Change::ValidateConstraint { table: name, .. }
        | Change::RenameIndex { table: name, .. } => Touch::Changes(table(name)),
        Change::CreateObject { object, .. } => Touch::Makes(thing(object)),
        Change::DropObject { object } => Touch::Drops(thing(object)),
        Change::ReplaceObject { before, after } => Touch::Renames(thing(before), thing(after)),
        Change::RenameObject { object, to } => Touch::Renames(thing(object), thing(&object.renamed(to))),
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
        | Change::Print { .. }
        | Change::Raw { .. } => return None,
    })
}
