use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::by_dialect::ByDialect;
use super::given_text::GivenText;
use super::specification::TableRef;
use super::{Context, Resolve, dependents, is_false, query_check};
use crate::diagnostic::{Problem, nearest};
use crate::dialect::Name;
use crate::model::{Change, Index, IndexColumn, IndexKey, IndexKind, Object, Order, View};

/// Creates a view whose rows are kept, and stand still until it is refreshed (PostgreSQL).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateMaterializedView {
    pub view: TableRef,
    /// The SELECT, for all dialects or for each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<ByDialect<String>>,
    /// A file that holds the SELECT, in place of `query`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Its indexes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<ViewIndex>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// An index of a materialized view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewIndex {
    /// Names of columns that the query gives.
    pub columns: Vec<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// Whether no two rows hold the same.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unique: bool,
}

impl Resolve for CreateMaterializedView {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let query = GivenText {
            key: "query",
            inline: self.query.as_ref(),
            file: self.file.as_deref(),
            of: "view",
        };
        let Some(query) = query.read(context) else {
            return Vec::new();
        };
        let given = self.query.as_ref();
        if !query_check::is_query(context, &query, given, "query")
            || !query_check::refuse_twins(context, &query, given, "query")
        {
            return Vec::new();
        }
        let name = context.catalog.normal_name(&self.view.0);
        context.check_object_name(&name, "view");
        let former = context
            .catalog
            .view(&name)
            .filter(|view| view.materialized && context.replaces)
            .cloned();
        if let Some(word) = context.taken(&name).filter(|_| former.is_none()) {
            let message = format!("{word} `{name}` exists already");
            context.problem(Problem::error("duplicate-table", message).at("view"));
            return Vec::new();
        }
        let mut indexes = Vec::new();
        for (at, index) in self.indexes.iter().enumerate() {
            let path = format!("indexes/{at}/");
            if index.columns.is_empty() {
                let message = "an index needs at least one column";
                context.problem(Problem::error("no-columns", message).at(format!("{path}columns")));
            }
            for (number, column) in index.columns.iter().enumerate() {
                self.check_column(context, &query, column, format!("{path}columns/{number}"));
            }
            let own = context.name_or(index.name.as_ref(), "ix", &name, &index.columns, &path);
            let known = indexes.iter().any(|known: &Index| known.name == own);
            let of_former = former
                .iter()
                .any(|former| former.indexes.iter().any(|index| index.name == own));
            let used = context.index_name_taken(&name, &own).filter(|_| !of_former);
            if let Some(used) = used.or_else(|| known.then(|| "used in this list".to_string())) {
                let message = format!("the name `{own}` is {used} already");
                let problem = Problem::error("duplicate-name", message).help("give it a `name` of its own");
                let at = if index.name.is_some() { "name" } else { "columns" };
                context.problem(problem.at(format!("{path}{at}")));
            }
            let columns = index.columns.iter();
            indexes.push(Index {
                name: own,
                columns: columns
                    .map(|column| IndexColumn::new(IndexKey::Column(column.clone()), Order::Asc))
                    .collect(),
                unique: index.unique,
                predicate: None,
                include: Vec::new(),
                method: None,
                nulls_not_distinct: false,
                kind: IndexKind::Plain,
            });
        }
        let view = View {
            name: name.clone(),
            query: query.trim().trim_end_matches(';').trim_end().to_string(),
            check_option: None,
            materialized: true,
            indexes,
            comment: self.comment.clone(),
        };
        let view = Arc::new(view);
        let create = Change::CreateObject {
            object: Object::View(view.clone()),
            if_not_exists: false,
        };
        match former {
            None => vec![create],
            Some(former) if former == view => Vec::new(),
            Some(former) => {
                // It can only be made anew: what uses it goes before, and comes again after.
                let mut using = dependents::using(context, &name);
                using.extend(context.catalog.standing_on(&name));
                let drop = Change::DropObject {
                    object: Object::View(former),
                };
                dependents::around(&using, vec![drop, create], Clone::clone)
            }
        }
    }
}

impl CreateMaterializedView {
    /// Refuses a column that the query does not give, as far as its columns are known.
    fn check_column(&self, context: &mut Context<'_>, query: &str, column: &Name, path: String) {
        let columns = query_check::columns_of(query, context.family());
        let Some(known) = columns.and_then(|columns| columns.into_iter().collect::<Option<Vec<String>>>()) else {
            return;
        };
        if known.iter().any(|known| known == column.as_str()) {
            return;
        }
        let message = format!("the query gives no column `{column}`");
        let near = nearest(column, known.iter().map(String::as_str));
        let problem = Problem::error("unknown-column", message);
        let problem = match near {
            Some(_) => problem.did_you_mean(near),
            None => problem.note(format!("it gives {}", known.join(", "))),
        };
        context.problem(problem.at(path));
    }
}
