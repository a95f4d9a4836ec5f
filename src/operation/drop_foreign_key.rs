use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::drop_constraint::choose;
use super::specification::TableRef;
use super::{Context, Resolve, is_false};
use crate::diagnostic::Problem;
use crate::dialect::{Family, Name};
use crate::model::{Change, Constraint, Index, IndexColumn, IndexKey, IndexKind, Order, Table};

/// Drops a foreign key, by its name or its columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropForeignKey {
    pub table: TableRef,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// The columns of the one that is meant, in place of its name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<Name>,
    /// Whether all foreign keys of the table are meant.
    #[serde(default, skip_serializing_if = "is_false")]
    pub all: bool,
    /// Whether the index stays that the database made for it (MySQL, MariaDB).
    #[serde(default, skip_serializing_if = "is_false")]
    pub keep_index: bool,
}

impl Resolve for DropForeignKey {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        let all = table.foreign_keys.iter().cloned().map(Constraint::ForeignKey);
        let keeps = self.keep_index && context.family() == Family::Mysql;
        let drop = |constraint: Constraint| {
            let index = left_behind(&table, &constraint).filter(|_| keeps);
            let dropped = Change::DropConstraint {
                table: table.name.clone(),
                constraint,
            };
            let kept = index.map(|index| Change::CreateIndex {
                table: table.name.clone(),
                index,
                if_not_exists: false,
                concurrently: false,
            });
            [Some(dropped), kept].into_iter().flatten()
        };
        if self.all {
            if self.name.is_some() || !self.columns.is_empty() {
                let message = "`all` says which are meant: leave out `name` and `columns`";
                context.problem(Problem::error("too-many-keys", message).at("all"));
            }
            return all.flat_map(drop).collect();
        }
        let chosen = choose(
            context,
            &table,
            all.collect(),
            self.name.as_ref(),
            &self.columns,
            "foreign key",
        );
        chosen.into_iter().flat_map(drop).collect()
    }
}

/// The index that MySQL and MariaDB made for a foreign key, where none of the author's serves its columns.
fn left_behind(table: &Table, constraint: &Constraint) -> Option<Index> {
    let Constraint::ForeignKey(foreign) = constraint else {
        return None;
    };
    let begins = |columns: &[&Name]| {
        foreign
            .columns
            .iter()
            .zip(columns)
            .filter(|(own, other)| own == *other)
            .count()
    };
    let serves = |columns: &[&Name]| begins(columns) == foreign.columns.len();
    let keys = table.primary_key.iter().chain(&table.uniques);
    let mut keys = keys.map(|key| key.columns.iter().collect::<Vec<_>>());
    let mut indexes = table.indexes.iter().filter_map(Index::whole_columns);
    if keys.any(|columns| serves(&columns)) || indexes.any(|columns| serves(&columns)) {
        return None;
    }
    let column = |name: &Name| IndexColumn::new(IndexKey::Column(name.clone()), Order::Asc);
    Some(Index {
        name: foreign.name.clone(),
        columns: foreign.columns.iter().map(column).collect(),
        unique: false,
        predicate: None,
        include: Vec::new(),
        method: None,
        nulls_not_distinct: false,
        kind: IndexKind::Plain,
    })
}
