use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ByDialect, Context, Resolve, query_check};
use crate::diagnostic::Problem;
use crate::model::{Change, Value};

/// Asks the database a question, and fails where the answer is another one than expected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assert {
    /// A SELECT that gives one value.
    pub query: ByDialect<String>,
    /// The value that it has to give.
    pub equals: Value,
    /// What is told where it gives another one.
    pub message: String,
}

impl Resolve for Assert {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let dialect = context.dialect();
        let Some(query) = self.query.pick(dialect) else {
            if !self.query.speaks_of(dialect) {
                let message = format!("no query is given for {}", dialect.facts().title);
                context.problem(Problem::error("missing-dialect", message).at("query"));
            }
            return Vec::new();
        };
        if query.trim().is_empty() {
            context.problem(Problem::error("no-query", "the query is empty").at("query"));
        }
        query_check::is_query(context, query, Some(&self.query), "query");
        if self.message.trim().is_empty() {
            let problem = Problem::error("no-message", "the message is empty");
            context.problem(
                problem
                    .help("say what is wrong where the answer is another one")
                    .at("message"),
            );
        }
        if let Value::Bytes(_) | Value::Function(_) | Value::Sql(_) = self.equals {
            let message = "the answer is held against a text, a number, true, false or null";
            let problem = Problem::error("assert-value", message).help("compare in the query, and expect its truth");
            context.problem(problem.at("equals"));
        }
        vec![Change::Assert {
            query: query.clone(),
            expected: self.equals.clone(),
            message: self.message.clone(),
        }]
    }
}
