use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::by_dialect::ByDialect;
use super::create_table::taken;
use super::specification::TableRef;
use super::{Context, Resolve, dependents, is_false};
use crate::diagnostic::Problem;
use crate::dialect::Family;
use crate::model::{Change, Object, View};

/// Creates a view.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateView {
    pub view: TableRef,
    /// The SELECT, for all dialects or for each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<ByDialect<String>>,
    /// A file that holds the SELECT, in place of `query`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Put it in the place of the view of this name, where there is one.
    #[serde(default, skip_serializing_if = "is_false")]
    pub replace: bool,
}

impl Resolve for CreateView {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(query) = self.text(context) else {
            return Vec::new();
        };
        let name = context.catalog.normal_name(&self.view.0);
        context.check_name(&name.name, "view");
        let after = Arc::new(View {
            name: name.clone(),
            query: query.trim().trim_end_matches(';').trim_end().to_string(),
            check_option: None,
            materialized: false,
            indexes: Vec::new(),
            comment: None,
        });
        match (taken(context, &self.view), context.catalog.view(&name).cloned()) {
            (None, _) => vec![Change::CreateObject {
                object: Object::View(after),
                if_not_exists: false,
            }],
            (Some(_), Some(before)) if self.replace => {
                let mut using = dependents::views_on(context, &name);
                // MySQL replaces it in place; elsewhere what stands on it falls with it.
                if context.family() != Family::Mysql {
                    using.extend(context.catalog.standing_on(&name));
                }
                let replace = Change::ReplaceObject {
                    before: Object::View(before),
                    after: Object::View(after),
                };
                dependents::around(&using, vec![replace], Clone::clone)
            }
            (Some(word), _) => {
                let mut problem =
                    Problem::error("duplicate-table", format!("{word} `{name}` exists already")).at("view");
                if word == "view" {
                    problem = problem.help("say `replace: true` to put this one in its place");
                }
                context.problem(problem);
                Vec::new()
            }
        }
    }
}

impl CreateView {
    fn text(&self, context: &mut Context<'_>) -> Option<String> {
        let dialect = context.dialect();
        match (&self.query, &self.file) {
            (Some(query), None) => match query.pick(dialect) {
                Some(text) => Some(text.clone()),
                None if query.speaks_of(dialect) => None,
                None => {
                    let message = format!("no query is given for {}", dialect.facts().title);
                    context.problem(Problem::error("missing-dialect", message).at("query"));
                    None
                }
            },
            // A file that could not be read has been told of already.
            (None, Some(file)) => context
                .files
                .get(file)
                .and_then(|file| file.text.as_deref())
                .map(str::to_string),
            _ => {
                let message = "a view has either a `query` or a `file`";
                context.problem(Problem::error("one-of", message).at("view"));
                None
            }
        }
    }
}
