use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::drop_index::unknown_index;
use super::specification::TableRef;
use super::{Context, Resolve};
use crate::diagnostic::Problem;
use crate::dialect::{Family, Name};
use crate::model::Change;

/// Gives an index another name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameIndex {
    pub table: TableRef,
    pub index: Name,
    pub to: Name,
}

impl Resolve for RenameIndex {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        let Some(index) = table.indexes.iter().find(|index| index.name == self.index) else {
            unknown_index(context, &table, Some(&self.index), "index");
            return Vec::new();
        };
        context.check_name(&self.to, "to");
        let own = table.indexes.iter().any(|index| index.name == self.to);
        let shared = context.family() == Family::Mysql && table.uniques.iter().any(|key| key.name == self.to);
        let elsewhere = context.index_name_taken(&table.name, &self.to);
        if own || shared || elsewhere.is_some() {
            let used = elsewhere.unwrap_or_else(|| format!("used on table `{}`", table.name));
            let message = format!("the name `{}` is {used} already", self.to);
            context.problem(Problem::error("duplicate-name", message).at("to"));
            return Vec::new();
        }
        vec![Change::RenameIndex {
            table: table.name.clone(),
            from: index.name.clone(),
            to: self.to.clone(),
        }]
    }
}
