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
        let key = self.key;
        match (self.inline, self.file) {
            (Some(text), None) => match text.pick(dialect) {
                Some(picked) => self.not_empty(context, picked, text.path(key, dialect)),
                None if text.speaks_of(dialect) => None,
                None => {
                    let message = format!("no {key} is given for {}", dialect.facts().title);
                    let problem = Problem::error("missing-dialect", message)
                        .help("add what is missing, or `default`; null means: nothing to do there");
                    context.problem(problem.at(key));
                    None
                }
            },
            // A file that could not be read has been told of already.
            (None, Some(file)) => {
                let text = context.files.get(file)?.text.clone()?;
                self.not_empty(context, &text, "file".to_string())
            }
            (inline, _) => {
                let message = format!("a {} has either a `{key}` or a `file`", self.of);
                let at = if inline.is_some() { "file" } else { self.of };
                context.problem(Problem::error("one-of", message).at(at));
                None
            }
        }
    }

    fn not_empty(&self, context: &mut Context<'_>, text: &str, path: String) -> Option<String> {
        if !text.trim().is_empty() {
            return Some(text.to_string());
        }
        let message = match path.as_str() {
            "file" => format!("the file that holds the {} of the {} is empty", self.key, self.of),
            _ => format!("the {} of the {} is empty", self.key, self.of),
        };
        context.problem(Problem::error("empty-text", message).at(path));
        None
    }
}

/// Refuses a text that says nothing, where null says that there is none.
pub(super) fn refuse_empty(context: &mut Context<'_>, given: Option<&ByDialect<String>>, key: &str) {
    let Some(given) = given else {
        return;
    };
    if given.pick(context.dialect()).is_some_and(|text| text.trim().is_empty()) {
        let path = given.path(key, context.dialect());
        context.problem(Problem::error("empty-text", format!("`{key}` must not be empty")).at(path));
    }
}

/// What is said beside the text for the target; empty where nothing is said.
pub(super) fn beside(given: Option<&ByDialect<String>>, context: &Context<'_>) -> Option<String> {
    let text = given.and_then(|text| text.pick(context.dialect()));
    text.map(|text| text.trim().to_string()).filter(|text| !text.is_empty())
}
