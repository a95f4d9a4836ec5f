use clap::{Args, ValueEnum};

use super::output::{Output, envelope_schema};
use super::{Exit, Failure};
use crate::changelog::{changelog_schema, changelog_schema_draft07, config_schema, desired_schema};

#[derive(Args)]
pub(super) struct SchemaCommand {
    /// Of what
    #[arg(value_enum, default_value_t = Which::Changelog)]
    which: Which,
    /// As draft-07, for editors that know no newer one (changelog only)
    #[arg(long)]
    draft_07: bool,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq)]
enum Which {
    Changelog,
    Config,
    Model,
    Output,
}

impl SchemaCommand {
    pub fn run(self, output: &Output) -> Result<Exit, Failure> {
        if self.draft_07 && self.which != Which::Changelog {
            return Err(output.refuse(
                Exit::Usage,
                "usage",
                "only the changelog's schema is there as draft-07",
                None,
            ));
        }
        let schema = match self.which {
            Which::Changelog if self.draft_07 => changelog_schema_draft07(),
            Which::Changelog => changelog_schema(),
            Which::Config => config_schema(),
            Which::Model => desired_schema(),
            Which::Output => envelope_schema(),
        };
        let text = serde_json::to_string_pretty(&schema).unwrap_or_default();
        output.line(&text);
        output.end(Exit::Done, &[], &crate::diagnostic::Sources::default(), schema);
        Ok(Exit::Done)
    }
}
