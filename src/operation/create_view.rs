use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::by_dialect::ByDialect;
use super::given_text::GivenText;
use super::specification::TableRef;
use super::{Context, Resolve, dependents, is_false, query_check};
use crate::diagnostic::Problem;
use crate::dialect::Family;
use crate::model::{Change, CheckOption, Object, View};

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
    /// Which rows may be written through it: those that it shows, or also those that the views below it show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "CheckOption")]
    pub check_option: Option<CheckOption>,
    /// What it is for (PostgreSQL keeps it).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl Resolve for CreateView {
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
        let after = Arc::new(View {
            name: name.clone(),
            query: query.trim().trim_end_matches(';').trim_end().to_string(),
            check_option: self.check_option,
            materialized: false,
            indexes: Vec::new(),
            comment: self.comment.clone().filter(|_| context.family() == Family::Postgres),
        });
        let replace = self.replace || context.replaces;
        match (context.taken(&name), context.catalog.view(&name).cloned()) {
            (None, _) => vec![Change::CreateObject {
                object: Object::View(after),
                if_not_exists: false,
            }],
            // Made again, and the same.
            (Some(_), Some(before)) if context.replaces && before == after => Vec::new(),
            (Some(_), Some(before)) if replace && !before.materialized => {
                // PostgreSQL lets it go only when nothing uses it.
                let mut using = match context.family() {
                    Family::Postgres => dependents::using(context, &name),
                    Family::Sqlite | Family::Mysql => dependents::views_on(context, &name),
                };
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
