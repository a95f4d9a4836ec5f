use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::by_dialect::ByDialect;
use super::create_index::IndexColumnSpec;
use super::given_text::GivenText;
use super::specification::TableRef;
use super::unnamed::Unnamed;
use super::{Context, Resolve, dependents, is_false, query_check};
use crate::diagnostic::{Problem, nearest};
use crate::dialect::{Family, Name, mentions};
use crate::model::{Change, Index, IndexColumn, IndexKey, IndexKind, Object, Table, View};

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
    /// Names of columns that the query gives, or what `create_index` takes in their place.
    pub columns: Vec<IndexColumnSpec>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Name>,
    /// Whether no two rows hold the same.
    #[serde(default, skip_serializing_if = "is_false")]
    pub unique: bool,
    /// The rows it covers.
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub predicate: Option<String>,
    /// Columns that it carries without sorting by them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<Name>,
    /// The method: `gin`, `gist`, `brin`, `hash`, …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub using: Option<Name>,
    /// Whether two rows with NULL are the same to a unique one (PostgreSQL 15).
    #[serde(default, skip_serializing_if = "is_false")]
    pub nulls_not_distinct: bool,
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
        let mut standing = Table::empty(name.clone());
        for (at, index) in self.indexes.iter().enumerate() {
            let path = format!("indexes/{at}/");
            if index.columns.is_empty() {
                let message = "an index needs at least one column";
                context.problem(Problem::error("no-columns", message).at(format!("{path}columns")));
            }
            let Some((columns, named)) = self.columns(context, &query, index, &path) else {
                return Vec::new();
            };
            for (number, column) in index.include.iter().enumerate() {
                self.check_column(context, &query, column, format!("{path}include/{number}"));
            }
            if index.nulls_not_distinct && !index.unique {
                let message = "`nulls_not_distinct` is for an index that is `unique`";
                context.problem(Problem::error("not-unique", message).at(format!("{path}nulls_not_distinct")));
            }
            let unnamed = Unnamed::Index(&named, &columns, &index.include);
            let own = context.name_or(index.name.as_ref(), unnamed, &standing, &path);
            let known = standing.indexes.iter().any(|known| known.name == own);
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
            standing.indexes.push(Index {
                name: own,
                columns,
                unique: index.unique,
                predicate: index.predicate.clone(),
                include: index.include.clone(),
                method: index.using.clone(),
                nulls_not_distinct: index.nulls_not_distinct,
                kind: IndexKind::Plain,
            });
        }
        let view = View {
            name: name.clone(),
            query: query.trim().trim_end_matches(';').trim_end().to_string(),
            check_option: None,
            materialized: true,
            indexes: standing.indexes,
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
    /// What an index sorts by, and the names that its own is made of where it has none.
    fn columns(
        &self,
        context: &mut Context<'_>,
        query: &str,
        index: &ViewIndex,
        path: &str,
    ) -> Option<(Vec<IndexColumn>, Vec<Name>)> {
        let (mut columns, mut named) = (Vec::new(), Vec::new());
        for (at, spec) in index.columns.iter().enumerate() {
            let path = format!("{path}columns/{at}");
            let Some(column) = spec.part() else {
                let message = "an index sorts by a `column` or by an `expression`";
                context.problem(Problem::error("one-of", message).at(path));
                return None;
            };
            match &column.key {
                IndexKey::Column(name) => {
                    self.check_column(context, query, name, path);
                    named.push(name.clone());
                }
                IndexKey::Expression(text) => named.extend(given_by(query, text, context.family())),
            }
            columns.push(column);
        }
        Some((columns, named))
    }

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

/// The columns of a query that an expression uses, as far as they are known.
fn given_by(query: &str, expression: &str, family: Family) -> Vec<Name> {
    let columns = query_check::columns_of(query, family).unwrap_or_default().into_iter();
    let used = columns.flatten().filter(|column| mentions(expression, column, family));
    used.map(Name::new).collect()
}
