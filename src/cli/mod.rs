//! The command line: arguments in, reports and exit codes out. The only place that prints.

mod adopt;
mod adopted;
mod adopting;
mod apply;
mod arguments;
mod autogenerate;
mod bare_script;
mod baseline;
mod both_changelogs;
mod changed;
mod check;
mod clean;
mod comparing;
mod confirm;
mod convert;
mod diff;
mod difference_tree;
mod down;
mod draft;
mod drift;
mod environment;
mod explain;
mod export;
mod fills;
mod fmt;
mod gates;
mod generate;
mod graph;
mod history;
mod ignored;
mod import;
mod init;
mod inspect;
mod mark;
mod mermaid;
mod moment;
mod mover;
mod new;
mod new_file;
mod output;
mod panic;
mod params;
mod plan;
mod planning;
mod progress;
mod project;
mod proof;
mod proposal;
mod purge;
mod recorder;
mod redo;
mod rehearsal;
mod renames;
mod renaming;
mod repair;
mod replace;
mod resume;
mod schema;
mod signals;
mod slug;
mod source;
mod sql;
mod sql_source;
mod squash;
mod status;
mod switch;
mod tag;
mod test;
mod trial;
mod unadopted;
mod unchanged;
mod up;
mod validate;
mod verify;
mod way;
mod written_files;

pub use output::{Envelope, envelope_schema};

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use arguments::Common;
use environment::{Broken, read_env_files};
use output::Output;

/// Database schema migrations as data: changesets in YAML or JSON, translated for SQLite, PostgreSQL, MySQL and
/// MariaDB, with the way back derived.
#[derive(Parser)]
#[command(name = "driftless", version, about, max_term_width = 100, propagate_version = true)]
#[command(
    after_help = "Exit codes: 0 done · 1 failed · 2 wrong usage, config or changelog · 3 pending (`status --check`)\n\
    4 files and database disagree, or `fmt --check` differs · 5 a half-applied changeset waits · 6 refused for safety\n    7 done, with something left over that is listed · 130, 143 stopped"
)]
struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start a project here: a configuration, a changelog, the schema for the editor
    Init(init::Init),
    /// Write a file for a new changeset
    New(new::New),
    /// Format changelog files; comments and meaning stay
    Fmt(fmt::Fmt),
    /// Turn changelog files from YAML into JSON, or back
    Convert(convert::Convert),
    /// Check the changelog for every target, without a database
    Validate(validate::Validate),
    /// Show what would run, and what each way back restores and destroys
    Plan(plan::PlanCommand),
    /// Print the SQL that would run, the history's rows included
    Sql(sql::Sql),
    /// Apply what is pending
    #[command(visible_aliases = ["upgrade", "update"])]
    Up(up::Up),
    /// Take changesets back
    #[command(visible_aliases = ["downgrade", "rollback"])]
    Down(down::Down),
    /// Take the last changeset back, and apply it again
    Redo(redo::Redo),
    /// Go over to the files as they are checked out: take back what they do not have, apply what is pending
    Switch(switch::Switch),
    /// Give the state of the database a name
    Tag(tag::Tag),
    /// Record changesets as applied, or as not applied, without running anything
    Mark(mark::Mark),
    /// Begin with a database that has the schema already
    Baseline(baseline::Baseline),
    /// Replace a run of changesets by few that give the same, and prove it
    Squash(squash::Squash),
    /// Show the order of the changesets, and what depends on what
    Graph(graph::Graph),
    /// Apply all of the changelog in a scratch database, take it back, apply it again, and compare
    Test(test::Test),
    /// Write down how far a changeset came whose run was cut off
    Resume(resume::Resume),
    /// Show what changes one schema into another: the changelog, a database, files of what there is to be
    Diff(diff::Diff),
    /// Write the changelog that creates a database as it is
    Generate(generate::Generate),
    /// Turn the changelog of another tool into one of driftless
    Import(import::Import),
    /// Take over the history that another tool wrote in a database
    Adopt(adopt::Adopt),
    /// Say whether the model has changes without a changeset
    Check(check::Check),
    /// Hold the database against what the changelog says it should be
    Drift(drift::Drift),
    /// Make the database what a model says, without changesets: for prototypes
    Apply(apply::Apply),
    /// Write a schema down: as YAML, JSON, SQL, or a diagram
    Inspect(inspect::Inspect),
    /// Show what is applied, pending, edited or missing
    Status(status::Status),
    /// Show what happened to the database, and when
    History(history::HistoryCommand),
    /// List parameters: their types, values, where those come from, and where they are used
    Params(params::Params),
    /// Record the new wording of changesets that were edited after they were applied
    Repair(repair::Repair),
    /// Explain an operation: its keys, its way back, its SQL on every database
    Explain(explain::Explain),
    /// Hand the changelog on: as one of Liquibase, or as plain scripts
    Export(export::Export),
    /// List what operations with `keep` set aside, and drop it
    Purge(purge::Purge),
    /// Print a JSON Schema: of changelogs, of the configuration, of a model, of the output
    Schema(schema::SchemaCommand),
}

/// How a command ends, beside errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    Failed = 1,
    Usage = 2,
    Pending = 3,
    Disagree = 4,
    Partial = 5,
    Refused = 6,
    LeftOver = 7,
}

pub(crate) struct Failure {
    pub code: u8,
}

impl From<Exit> for u8 {
    fn from(exit: Exit) -> u8 {
        exit as u8
    }
}

/// Runs the program.
pub fn main() -> ExitCode {
    panic::say_it_in_a_sentence();
    let variables = read_env_files();
    let matches = match Arguments::command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => {
            if error.use_stderr() {
                output::complain_of_arguments(&error);
                return ExitCode::from(u8::from(Exit::Usage));
            }
            // A closed pipe is nobody's mistake.
            let _ = error.print();
            return ExitCode::from(u8::from(Exit::Done));
        }
    };
    let arguments = match Arguments::from_arg_matches(&matches) {
        Ok(arguments) => arguments,
        Err(error) => {
            output::complain_of_arguments(&error);
            return ExitCode::from(u8::from(Exit::Usage));
        }
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output::complain(&format!("cannot start: {error}"));
            return ExitCode::from(u8::from(Exit::Failed));
        }
    };
    let code = runtime.block_on(run(arguments, variables));
    // A name that is still being looked up must not keep the process.
    runtime.shutdown_background();
    ExitCode::from(code)
}

async fn run(arguments: Arguments, variables: Result<(), Broken>) -> u8 {
    let name = match &arguments.command {
        Command::Init(_) => "init",
        Command::New(_) => "new",
        Command::Fmt(_) => "fmt",
        Command::Convert(_) => "convert",
        Command::Validate(_) => "validate",
        Command::Plan(_) => "plan",
        Command::Sql(_) => "sql",
        Command::Up(_) => "up",
        Command::Down(_) => "down",
        Command::Redo(_) => "redo",
        Command::Switch(_) => "switch",
        Command::Tag(_) => "tag",
        Command::Mark(_) => "mark",
        Command::Baseline(_) => "baseline",
        Command::Squash(_) => "squash",
        Command::Graph(_) => "graph",
        Command::Test(_) => "test",
        Command::Resume(_) => "resume",
        Command::Diff(_) => "diff",
        Command::Generate(_) => "generate",
        Command::Import(_) => "import",
        Command::Adopt(_) => "adopt",
        Command::Check(_) => "check",
        Command::Drift(_) => "drift",
        Command::Apply(_) => "apply",
        Command::Inspect(_) => "inspect",
        Command::Status(_) => "status",
        Command::History(_) => "history",
        Command::Params(_) => "params",
        Command::Repair(_) => "repair",
        Command::Explain(_) => "explain",
        Command::Export(command) => command.name(),
        Command::Purge(_) => "purge",
        Command::Schema(_) => "schema",
    };
    let format = match &arguments.command {
        Command::Diff(diff) if diff.is_json() => arguments::Format::Json,
        _ => arguments.common.format,
    };
    let output = Output::new(name, format);
    if let Err(broken) = variables {
        return output
            .refuse(Broken::EXIT, Broken::CODE, broken.message, Some(Broken::HELP))
            .code;
    }
    let common = &arguments.common;
    let result = match arguments.command {
        Command::Init(command) => command.run(common, &output),
        Command::New(command) => command.run(common, &output).await,
        Command::Fmt(command) => command.run(common, &output),
        Command::Convert(command) => command.run(common, &output),
        Command::Validate(command) => command.run(common, &output),
        Command::Plan(command) => command.run(common, &output).await,
        Command::Sql(command) => command.run(common, &output).await,
        Command::Up(command) => command.run(common, &output).await,
        Command::Down(command) => command.run(common, &output).await,
        Command::Redo(command) => command.run(common, &output).await,
        Command::Switch(command) => command.run(common, &output).await,
        Command::Tag(command) => command.run(common, &output).await,
        Command::Mark(command) => command.run(common, &output).await,
        Command::Baseline(command) => command.run(common, &output).await,
        Command::Squash(command) => command.run(common, &output).await,
        Command::Graph(command) => command.run(common, &output),
        Command::Test(command) => command.run(common, &output).await,
        Command::Resume(command) => command.run(common, &output).await,
        Command::Diff(command) => command.run(common, &output).await,
        Command::Generate(command) => command.run(common, &output).await,
        Command::Import(command) => command.run(common, &output).await,
        Command::Adopt(command) => command.run(common, &output).await,
        Command::Check(command) => command.run(common, &output).await,
        Command::Drift(command) => command.run(common, &output).await,
        Command::Apply(command) => command.run(common, &output).await,
        Command::Inspect(command) => command.run(common, &output).await,
        Command::Status(command) => command.run(common, &output).await,
        Command::History(command) => command.run(common, &output).await,
        Command::Params(command) => command.run(common, &output),
        Command::Repair(command) => command.run(common, &output).await,
        Command::Explain(command) => command.run(common, &output),
        Command::Export(command) => command.run(common, &output).await,
        Command::Purge(command) => command.run(common, &output).await,
        Command::Schema(command) => command.run(&output),
    };
    match result {
        Ok(exit) => exit.into(),
        Err(failure) => failure.code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_fit_together() {
        Arguments::command().debug_assert();
    }
}
