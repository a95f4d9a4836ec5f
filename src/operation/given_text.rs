//! SQL that stands in the changelog, for all dialects or for each, or in a file of its own.

use super::{ByDialect, Context};
use crate::diagnostic::Problem;

/// Where a text is given: inline under a key, or in a file.
pub(super) struct GivenText<'a> {
    pub key: &'static str,
    pub inline: Option<&'a ByDialect<String>>,
    pub file: Option<&'a str>,
    /// What it is the text of, and the key that names that: `function`.
    pub of: &'static str,
}

impl GivenText<'_> {
    /// The text for the target; `None` where nothing is meant there, or a mistake has been told.
    pub fn read(&self, context: &mut Context<'_>) -> Option<String> {
        let dialect = context.dialect();
        match (self.inline, self.file) {
            (Some(text), None) => match text.pick(dialect) {
                Some(text) => Some(text.clone()),
                None if text.speaks_of(dialect) => None,
                None => {
                    let message = format!("no {} is given for {}", self.key, dialect.facts().title);
                    let problem = Problem::error("missing-dialect", message)
                        .help("add what is missing, or `default`; null means: nothing to do there");
                    context.problem(problem.at(self.key));
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
                let message = format!("a {} has either a `{}` or a `file`", self.of, self.key);
                context.problem(Problem::error("one-of", message).at(self.of));
                None
            }
        }
    }
}

/// What is said beside the text for the target; empty where nothing is said.
pub(super) fn beside(given: Option<&ByDialect<String>>, context: &Context<'_>) -> Option<String> {
    let text = given.and_then(|text| text.pick(context.dialect()));
    text.map(|text| text.trim().to_string()).filter(|text| !text.is_empty())
}
