//! What takes a change back: derived here, once, for all operations and all dialects.

use std::collections::HashSet;

use serde::Serialize;

use super::{Change, Constraint, KeptWhat, Object};
use crate::dialect::{Name, ObjectName};

/// How much of what was comes back.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Restores {
    /// Schema and data.
    Exact,
    /// The schema, but not all data; why.
    Lossy(String),
    /// Nothing is known of it; why.
    None(String),
}

/// What running a change destroys that nothing brings back.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Destroys {
    Table(ObjectName),
    Column(ObjectName, Name),
    Rows(ObjectName),
}

/// The way back of one change.
#[derive(Debug, Clone, PartialEq)]
pub struct Inverse {
    pub changes: Vec<Change>,
    pub restores: Restores,
}

impl Change {
    /// What takes this change back, and what of the state before it returns by that.
    pub fn inverse(&self) -> Inverse {
        let exact = |change: Change| Inverse {
            changes: vec![change],
            restores: Restores::Exact,
        };
        match self {
            Change::CreateTable { table, if_not_exists } => match if_not_exists {
                false => exact(Change::DropTable { table: table.clone() }),
                true => Inverse {
                    changes: vec![Change::DropTable { table: table.clone() }],
                    restores: Restores::Lossy(format!("`{}` may have been there before", table.name)),
                },
            },
            Change::DropTable { table } => Inverse {
                changes: vec![Change::CreateTable {
                    table: table.clone(),
                    if_not_exists: false,
                }],
                restores: Restores::Lossy(format!("the table `{}`, without its rows", table.name)),
            },
            Change::RenameTable { from, to } => exact(Change::RenameTable {
                from: to.clone(),
                to: from.clone(),
            }),
            Change::AddColumn { table, column, at } => exact(Change::DropColumn {
                table: table.clone(),
                column: column.clone(),
                at: at.unwrap_or(usize::MAX),
                kept: false,
            }),
            Change::DropColumn {
                table,
                column,
                at,
                kept,
            } => Inverse {
                changes: vec![Change::AddColumn {
                    table: table.clone(),
                    column: match *kept {
                        true => column.until_filled(),
                        false => column.clone(),
                    },
                    at: Some(*at),
                }],
                restores: match &column.generated {
                    Some(_) => Restores::Exact,
                    None if *kept => Restores::Exact,
                    None => Restores::Lossy(format!("the column `{table}.{}`, without its values", column.name)),
                },
            },
            Change::RenameColumn { table, from, to } => exact(Change::RenameColumn {
                table: table.clone(),
                from: to.clone(),
                to: from.clone(),
            }),
            Change::AlterColumn {
                table,
                before,
                after,
                using,
                reverse_using,
            } => Inverse {
                changes: vec![Change::AlterColumn {
                    table: table.clone(),
                    before: after.clone(),
                    after: before.clone(),
                    using: reverse_using.clone(),
                    reverse_using: using.clone(),
                }],
                restores: match (before.ty == after.ty || have_other_values(before, after)) && using.is_none() {
                    true if before.identity.is_some() && after.identity.is_none() => Restores::Lossy(format!(
                        "the numbering of `{table}.{}`, from the highest number that is there",
                        before.name
                    )),
                    true => Restores::Exact,
                    false => Restores::Lossy(format!(
                        "the type of `{table}.{}`, with the values as they convert back",
                        before.name
                    )),
                },
            },
            Change::AddConstraint { table, constraint } => exact(Change::DropConstraint {
                table: table.clone(),
                constraint: constraint.clone(),
            }),
            Change::DropConstraint { table, constraint } => exact(Change::AddConstraint {
                table: table.clone(),
                constraint: constraint.clone(),
            }),
            Change::AlterTable { table, before, after } => exact(Change::AlterTable {
                table: table.clone(),
                before: after.clone(),
                after: before.clone(),
            }),
            Change::RenameConstraint { table, constraint, to } => exact(Change::RenameConstraint {
                table: table.clone(),
                constraint: constraint.renamed(to),
                to: constraint.name().clone(),
            }),
            Change::ValidateConstraint { table, constraint } => Inverse {
                changes: vec![
                    Change::DropConstraint {
                        table: table.clone(),
                        constraint: constraint.with_not_valid(false),
                    },
                    Change::AddConstraint {
                        table: table.clone(),
                        constraint: constraint.clone(),
                    },
                ],
                restores: Restores::Exact,
            },
            Change::RenameIndex { table, from, to } => exact(Change::RenameIndex {
                table: table.clone(),
                from: to.clone(),
                to: from.clone(),
            }),
            Change::CreateIndex {
                table,
                index,
                concurrently,
                ..
            } => exact(Change::DropIndex {
                table: table.clone(),
                index: index.clone(),
                concurrently: *concurrently,
            }),
            Change::DropIndex {
                table,
                index,
                concurrently,
            } => exact(Change::CreateIndex {
                table: table.clone(),
                index: index.clone(),
                if_not_exists: false,
                concurrently: *concurrently,
            }),
            Change::CreateObject { object, if_not_exists } => Inverse {
                changes: vec![Change::DropObject { object: object.clone() }],
                restores: match if_not_exists {
                    false => Restores::Exact,
                    true => Restores::Lossy(format!("{object} may have been there before")),
                },
            },
            Change::DropObject { object } => Inverse {
                changes: vec![Change::CreateObject {
                    object: object.clone(),
                    if_not_exists: false,
                }],
                restores: match object {
                    Object::Sequence(sequence) => {
                        Restores::Lossy(format!("the sequence `{}`, counting from its start", sequence.name))
                    }
                    Object::Extension(extension) => Restores::Lossy(format!(
                        "the extension `{}`, without what was stored in objects of its own",
                        extension.name
                    )),
                    Object::Schema(_)
                    | Object::Enum(_)
                    | Object::Domain(_)
                    | Object::View(_)
                    | Object::Routine(_)
                    | Object::Trigger(_)
                    | Object::Policy(_)
                    | Object::Grant(_) => Restores::Exact,
                },
            },
            Change::ReplaceObject { before, after } => exact(Change::ReplaceObject {
                before: after.clone(),
                after: before.clone(),
            }),
            Change::RenameObject { object, to } => exact(Change::RenameObject {
                object: object.renamed(to),
                to: object.name().name,
            }),
            Change::RefreshView { .. } | Change::UnloadData { .. } | Change::Assert { .. } | Change::Print { .. } => {
                nothing_to_do()
            }
            Change::InsertRows {
                table,
                columns,
                rows,
                key,
            } => inverse_of_insert(table, columns, rows, key.as_deref()),
            Change::DeleteKeys { table, .. } => rows_stay(format!("rows deleted from `{table}` do not come back")),
            Change::UpdateRows {
                table,
                set,
                filter,
                back,
                kept,
            } => match back.is_empty() {
                true if *kept => nothing_to_do(),
                true => rows_stay(format!("the rows of `{table}` stay as they were set")),
                false => Inverse {
                    changes: vec![Change::UpdateRows {
                        table: table.clone(),
                        set: back.clone(),
                        filter: filter.clone(),
                        back: set.clone(),
                        kept: false,
                    }],
                    restores: Restores::Lossy(format!("the rows of `{table}` by the expressions given")),
                },
            },
            // What was there was set aside, and says also which rows were not.
            Change::UpsertRows { .. } => nothing_to_do(),
            Change::Truncate { kept: true, .. } | Change::DeleteRows { kept: true, .. } => nothing_to_do(),
            Change::InsertQuery { table, .. } => rows_stay(format!("the rows put into `{table}` stay")),
            Change::Truncate { table, .. } => rows_stay(format!("the rows of `{table}` do not come back")),
            Change::DeleteRows { table, .. } => rows_stay(format!("the rows deleted from `{table}` do not come back")),
            Change::SetAside { kept } => match &kept.what {
                // Those that are made are brought back, or rather taken away, in one.
                KeptWhat::Keys { made: false, .. } => nothing_to_do(),
                KeptWhat::Values { not_null, .. } => {
                    let filled = not_null.iter().map(|column| Change::AlterColumn {
                        table: kept.table.clone(),
                        before: Box::new(column.until_filled()),
                        after: Box::new(column.clone()),
                        using: None,
                        reverse_using: None,
                    });
                    let back = Change::BringBack { kept: kept.clone() };
                    Inverse {
                        changes: [back].into_iter().chain(filled).collect(),
                        restores: Restores::Exact,
                    }
                }
                KeptWhat::Table { .. }
                | KeptWhat::Rows { .. }
                | KeptWhat::Replaced { .. }
                | KeptWhat::Keys { made: true, .. } => exact(Change::BringBack { kept: kept.clone() }),
            },
            Change::BringBack { kept } => exact(Change::SetAside { kept: kept.clone() }),
            Change::LoadRows { kept: true, .. } => nothing_to_do(),
            Change::LoadRows { table, source, .. } => match &source.key {
                Some(_) => exact(Change::UnloadRows {
                    table: table.clone(),
                    source: source.clone(),
                }),
                None => rows_stay(format!(
                    "the rows of `{}` carry no key and stay in `{table}`",
                    source.path
                )),
            },
            Change::UnloadRows { table, source } => exact(Change::LoadRows {
                table: table.clone(),
                source: source.clone(),
                kept: false,
            }),
            Change::Raw {
                up,
                down,
                effects,
                part,
            } => match part {
                Some((at, count)) if at < count => Inverse {
                    changes: Vec::new(),
                    restores: Restores::None(format!(
                        "{at} of the {count} statements of its SQL are done: take them back by hand"
                    )),
                },
                _ => inverse_of_raw(up, down.as_deref(), effects.as_deref()),
            },
        }
    }

    /// What running this change destroys.
    pub fn destroys(&self) -> Vec<Destroys> {
        match self {
            Change::DropTable { table } => vec![Destroys::Table(table.name.clone())],
            Change::DropColumn {
                table,
                column,
                kept: false,
                ..
            } if column.generated.is_none() => vec![Destroys::Column(table.clone(), column.name.clone())],
            Change::DeleteRows { table, kept: false, .. } | Change::Truncate { table, kept: false } => {
                vec![Destroys::Rows(table.clone())]
            }
            Change::AlterColumn {
                table, before, after, ..
            } if narrows(before, after) => vec![Destroys::Column(table.clone(), after.name.clone())],
            // With a remark alone the changelog learns what is so, and nothing is run.
            Change::Raw { up, .. } if is_remark(up) => Vec::new(),
            Change::Raw { effects, .. } => destroyed_by_all(effects.iter().flatten()),
            Change::CreateTable { .. }
            | Change::RenameTable { .. }
            | Change::AddColumn { .. }
            | Change::DropColumn { .. }
            | Change::RenameColumn { .. }
            | Change::AlterColumn { .. }
            | Change::AddConstraint { .. }
            | Change::DropConstraint { .. }
            | Change::CreateIndex { .. }
            | Change::DropIndex { .. }
            | Change::AlterTable { .. }
            | Change::RenameConstraint { .. }
            | Change::ValidateConstraint { .. }
            | Change::RenameIndex { .. }
            | Change::CreateObject { .. }
            | Change::DropObject { .. }
            | Change::ReplaceObject { .. }
            | Change::RenameObject { .. }
            | Change::RefreshView { .. }
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
            | Change::Print { .. } => Vec::new(),
        }
    }
}

/// What changes destroy that are done one after the other; what they made themselves is no loss.
fn destroyed_by_all<'a>(changes: impl Iterator<Item = &'a Change>) -> Vec<Destroys> {
    let mut made: HashSet<&ObjectName> = HashSet::new();
    let mut all = Vec::new();
    for change in changes {
        all.extend(
            change
                .destroys()
                .into_iter()
                .filter(|lost| !made.contains(lost.table())),
        );
        match change {
            Change::CreateTable { table, .. } => {
                made.insert(&table.name);
            }
            Change::RenameTable { from, to } if made.remove(from) => {
                made.insert(to);
            }
            _ => {}
        }
    }
    all
}

/// Whether both are an enum: a value that is not of the other one is refused, and none becomes another.
fn have_other_values(before: &super::Column, after: &super::Column) -> bool {
    before.ty.values().is_some() && after.ty.values().is_some()
}

/// Whether values may be cut or refused on the way to the new type.
fn narrows(before: &super::Column, after: &super::Column) -> bool {
    use super::{Base, Type};
    if let (Some(old), Some(new)) = (before.ty.values(), after.ty.values()) {
        return !old.iter().all(|value| new.contains(value));
    }
    match (&before.ty, &after.ty) {
        (a, b) if a == b => false,
        (Type::Portable(a, old), Type::Portable(b, new)) => match (a, b) {
            (Base::SmallInt, Base::Int | Base::BigInt) | (Base::Int, Base::BigInt) | (Base::Real, Base::Double) => {
                false
            }
            (_, Base::Text) => matches!(a, Base::Bytes | Base::Binary),
            (Base::Varchar, Base::Varchar) | (Base::Char, Base::Char) | (Base::Char, Base::Varchar) => {
                new.first() < old.first()
            }
            (Base::Decimal, Base::Decimal) => match (old.as_slice(), new.as_slice()) {
                ([p, s], [q, t]) => t < s || q - t < p - s,
                (_, []) => false,
                _ => true,
            },
            _ => true,
        },
        _ => true,
    }
}

/// Nothing has to be done, and everything is as it was.
fn nothing_to_do() -> Inverse {
    Inverse {
        changes: Vec::new(),
        restores: Restores::Exact,
    }
}

fn rows_stay(why: String) -> Inverse {
    Inverse {
        changes: Vec::new(),
        restores: Restores::Lossy(why),
    }
}

fn inverse_of_insert(
    table: &ObjectName,
    columns: &[Name],
    rows: &[Vec<super::Value>],
    key: Option<&[Name]>,
) -> Inverse {
    let Some(key) = key else {
        return rows_stay(format!("the rows put into `{table}` carry no key and stay"));
    };
    let positions: Vec<usize> = key
        .iter()
        .filter_map(|name| columns.iter().position(|column| column == name))
        .collect();
    let keys = rows
        .iter()
        .map(|row| positions.iter().map(|at| row[*at].clone()).collect());
    Inverse {
        changes: vec![Change::DeleteKeys {
            table: table.clone(),
            key: key.to_vec(),
            rows: keys.collect(),
        }],
        restores: Restores::Exact,
    }
}

fn inverse_of_raw(up: &str, down: Option<&str>, effects: Option<&[Change]>) -> Inverse {
    let inverses = |effects: &[Change]| {
        let mut back = Inverse {
            changes: Vec::new(),
            restores: Restores::Exact,
        };
        for effect in effects.iter().rev() {
            let inverse = effect.inverse();
            back.changes.extend(inverse.changes);
            back.restores = back.restores.and(inverse.restores);
        }
        back
    };
    let Some(down) = down else {
        // What it does to the schema is known: that is taken back, whoever wrote it.
        return match effects.filter(|effects| !effects.is_empty()) {
            Some(effects) => inverses(effects),
            None => Inverse {
                changes: Vec::new(),
                restores: Restores::None("raw SQL without `down`".into()),
            },
        };
    };
    let back = effects.map(|effects| inverses(effects).changes);
    Inverse {
        changes: vec![Change::Raw {
            up: down.to_string(),
            down: Some(up.to_string()),
            effects: back,
            part: None,
        }],
        restores: Restores::Exact,
    }
}

/// Whether SQL is lines of remarks and nothing else.
fn is_remark(sql: &str) -> bool {
    sql.lines()
        .map(str::trim)
        .all(|line| line.is_empty() || line.starts_with("--"))
}

impl Destroys {
    pub fn table(&self) -> &ObjectName {
        match self {
            Destroys::Table(table) | Destroys::Column(table, _) | Destroys::Rows(table) => table,
        }
    }
}

impl std::fmt::Display for Destroys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Destroys::Table(table) => write!(f, "table `{table}` with its rows"),
            Destroys::Column(table, column) => write!(f, "values of `{table}.{column}`"),
            Destroys::Rows(table) => write!(f, "rows of `{table}`"),
        }
    }
}

impl Restores {
    /// The weaker of two: a way is as good as its worst step.
    pub fn and(self, other: Restores) -> Restores {
        match (self, other) {
            (Restores::Lossy(one), Restores::Lossy(more)) if one != more => Restores::Lossy(format!("{one}; {more}")),
            (Restores::None(one), Restores::None(more)) if one != more => Restores::None(format!("{one}; {more}")),
            (one, more) => one.max(more),
        }
    }

    pub fn word(&self) -> &'static str {
        match self {
            Restores::Exact => "exact",
            Restores::Lossy(_) => "lossy",
            Restores::None(_) => "none",
        }
    }

    pub fn reason(&self) -> Option<&str> {
        match self {
            Restores::Exact => None,
            Restores::Lossy(why) | Restores::None(why) => Some(why),
        }
    }
}

impl Constraint {
    /// The columns of the table it stands on that it uses, checks aside.
    pub fn columns(&self) -> &[Name] {
        match self {
            Constraint::PrimaryKey(key) | Constraint::Unique(key) => &key.columns,
            Constraint::ForeignKey(foreign) => &foreign.columns,
            Constraint::Check(_) | Constraint::Exclusion(_) => &[],
        }
    }
}
