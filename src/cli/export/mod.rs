//! The way out: a changelog as one of Liquibase, or as plain scripts.

mod changeset;
mod conditions;
mod data;
mod left_over;
mod liquibase;
mod part;
mod placeholder;
mod properties;
mod scripts;
mod statements;
mod tree;
mod ways;
mod written;

use clap::{Args, Subcommand};

use super::arguments::Common;
use super::output::Output;
use super::{Exit, Failure};

#[derive(Args)]
pub(super) struct Export {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// The changelog as one of Liquibase 4.28, file by file
    Liquibase(liquibase::ToLiquibase),
    /// Plain scripts for one dialect, up and down, for the database's own client or any other tool
    Sql(scripts::ToScripts),
}

impl Export {
    /// The whole name of the command.
    pub fn name(&self) -> &'static str {
        match self.what {
            What::Liquibase(_) => "export liquibase",
            What::Sql(_) => "export sql",
        }
    }

    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        match self.what {
            What::Liquibase(command) => command.run(common, output),
            What::Sql(command) => command.run(common, output).await,
        }
    }
}
