use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::update::check_filter;
use super::{Context, Resolve, is_false};
use crate::diagnostic::Problem;
use crate::model::{Action, Change, ForeignKey, Kept, KeptWhat, Table};

/// Deletes rows of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Delete {
    pub table: TableRef,
    /// The rows that are meant, as an SQL condition.
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    pub filter: Option<String>,
    /// All rows are meant.
    #[serde(default, skip_serializing_if = "is_false")]
    pub all: bool,
    /// Set the rows aside in the same database, so that the way back brings them back.
    #[serde(default, skip_serializing_if = "is_false")]
    pub keep: bool,
}

impl Resolve for Delete {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        check_filter(context, &table, self.filter.as_deref(), self.all);
        if self.keep {
            refuse_reaching(context, &table);
        }
        let columns = table.columns.iter().filter(|column| column.generated.is_none());
        let aside = Change::SetAside {
            kept: Kept {
                store: context.catalog.name_for_kept(&table.name),
                table: table.name.clone(),
                what: KeptWhat::Rows {
                    columns: columns.map(|column| column.name.clone()).collect(),
                    filter: self.filter.clone(),
                },
            },
        };
        let delete = Change::DeleteRows {
            table: table.name.clone(),
            filter: self.filter.clone(),
            kept: self.keep,
        };
        self.keep.then_some(aside).into_iter().chain([delete]).collect()
    }
}

/// Rows of other tables that would go, or change, with those that are kept are not kept themselves.
fn refuse_reaching(context: &mut Context<'_>, table: &Table) {
    let incoming = context.catalog.incoming(&table.name);
    let own = context.catalog.key(&table.name);
    let to_itself = table
        .foreign_keys
        .iter()
        .filter(|foreign| context.catalog.key(&foreign.references) == own);
    let reaches = |foreign: &&ForeignKey| {
        matches!(
            foreign.on_delete,
            Action::Cascade | Action::SetNull | Action::SetDefault
        )
    };
    let foreign = incoming
        .into_iter()
        .map(|(_, foreign)| foreign)
        .chain(to_itself)
        .find(reaches);
    let Some(message) = foreign.map(|foreign| {
        format!(
            "foreign key `{}` changes rows that are not kept, when those of `{}` go",
            foreign.name, table.name
        )
    }) else {
        return;
    };
    let problem = Problem::error("keep-reaches", message).help("delete or update those rows by themselves before");
    context.problem(problem.at("keep"));
}
