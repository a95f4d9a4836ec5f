use clap::Args;
use serde::Serialize;

use super::arguments::{Common, Naming, Writing};
use super::bare_script::{BareForm, script};
use super::changed::read_settled;
use super::comparing::{Comparing, Server};
use super::confirm::{ask, destruction};
use super::difference_tree::{DifferenceReport, remarks, show, tell_left_out};
use super::fills::FillArguments;
use super::ignored::Ignored;
use super::moment::Moment;
use super::mover::{DoneReport, Mover};
use super::output::{Output, plural};
use super::plan::show as show_plan;
use super::planning::full;
use super::project::{Access, At, Project};
use super::proposal::{changeset_text, head, learnt, planned, warnings};
use super::renames::{RenameArguments, Undeclared};
use super::source::{Reading, Source, Sourced};
use super::{Exit, Failure};
use crate::database::introspect::{introspect_all, left_out};
use crate::diagnostic::Sources;
use crate::executor::{RunError, RunErrorKind};
use crate::model::{Names, compare};
use crate::operation::{Fills, operations_between};
use crate::plan::{History, Plan};

#[derive(Args)]
pub(super) struct Apply {
    /// What there is to be: a file or folder of YAML or SQL, another database
    #[arg(value_name = "MODEL")]
    model: String,
    /// Print the SQL instead of running it
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    renames: RenameArguments,
    #[command(flatten)]
    fills: FillArguments,
    /// The server on which a model of SQL is loaded, into a scratch database
    #[arg(long, value_name = "URL")]
    scratch: Option<String>,
    #[command(flatten)]
    writing: Writing,
    #[command(flatten)]
    naming: Naming,
}

#[derive(Serialize)]
struct Report {
    target: String,
    differences: Vec<DifferenceReport>,
    done: Vec<DoneReport>,
    not_expressible: Vec<String>,
}

impl Apply {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let ignored = Ignored::of(&project, output)?;
        let reading = Reading {
            project: &project,
            output,
            ignored: &ignored,
            scratch: Reading::scratch_of(self.scratch.as_deref(), output)?,
        };
        let model = Source::parse(&self.model, &project, output)?;
        let access = if self.dry_run { Access::Look } else { Access::Create };
        let mut live = project.connect(access, output).await?;
        let target = live.target.clone();
        let to = reading.read(&model, Some(&target)).await?;
        output.diagnostics(&to.told, &to.sources);
        let failed = |error: RunError| output.run_failed(&error, &Sources::default());
        let (history, _) = read_settled(&mut live, &project, output).await?;
        let (history, expected) = full(&mut live.at(), &history).await.map_err(failed)?;
        let own = live.store.own_tables();
        let found = introspect_all(&mut live.session, &target, &own)
            .await
            .map_err(|error| failed(error.into()))?;
        let found = found.portable();
        let mut unmanaged = left_out(&mut live.session, &target, &own)
            .await
            .map_err(|error| failed(error.into()))?;
        unmanaged.retain(|found| !ignored.holds_left_out(found));
        // What the history does not know of the database is learnt with the changeset.
        let unknown = compare(&expected, &found, Names::Exact);
        let learning = operations_between(&expected, &found, &unknown, Names::Exact, &Fills::new());
        let mut from = Sourced::new("the database".into(), found);
        from.is_printed = true;
        let comparing = Comparing {
            output,
            ignored: &ignored,
            renames: &self.renames,
            undeclared: Undeclared::Refuse,
            exact: false,
            spoken_only: true,
        };
        let server = project.url(output)?.map(|url| Server {
            session: &mut live.session,
            url,
            target: target.clone(),
        });
        let compared = comparing.held_against(&from, &to, server).await?;
        tell_left_out("the database", &unmanaged, output);
        tell_left_out(&to.title, &to.left_out, output);
        show(&compared, &|_| None, output);
        remarks(&compared, output);
        let fills = self.fills.values(&[&compared], output)?;
        let proposal = compared.proposal(&fills);
        let told = warnings(&proposal.unwritable);
        let left: Vec<String> = proposal
            .unwritable
            .iter()
            .map(|found| format!("{}: {}", found.what, found.why))
            .collect();
        let exit = if left.is_empty() { Exit::Done } else { Exit::LeftOver };
        let mut report = Report {
            target: target.to_string(),
            differences: compared
                .differing
                .iter()
                .map(|found| DifferenceReport::of(found, None))
                .collect(),
            done: Vec::new(),
            not_expressible: left,
        };
        if proposal.operations.is_empty() {
            output.end(exit, &told, &Sources::default(), &report);
            output.say(match compared.is_same() {
                true => format!("the database is what {} says", to.title),
                false => "nothing can be done about it".to_string(),
            });
            return Ok(exit);
        }
        let id = format!("{}_apply", Moment::now().digits());
        let mut operations = Vec::new();
        if !learning.operations.is_empty() {
            operations.push(learnt("what the database had before", learning.operations));
        }
        operations.extend(proposal.operations);
        let text = changeset_text(head(&format!("What {} says.", to.title)), &operations);
        let (plan, changelog) = planned(&project, &format!("{id}.yaml"), &text, expected, output)?;
        if self.dry_run {
            output.line(script(&plan, BareForm::default(), changelog, &project, output)?.trim_end());
            output.end(exit, &told, &changelog.sources, &report);
            return Ok(exit);
        }
        show_plan(&plan, output);
        let destroyed = destruction(&plan);
        if !destroyed.is_empty() && !self.writing.yes {
            let message = "this destroys data, which has to be confirmed";
            let asked = ask(message, "go on? [y/N] ", &destroyed, output).await;
            asked.map_err(failed)?;
        }
        let mover = Mover {
            project: &project,
            changelog,
            output,
            writing: &self.writing,
            naming: &self.naming,
        };
        let begun = history.last_seq();
        let make = async |at: &mut At<'_>, now: &History| {
            if now.last_seq() != begun {
                let message = "another runner was here in the meantime";
                return Err(RunError::new(RunErrorKind::Stale, message).help("run the command again"));
            }
            Ok(Plan {
                target: at.target.clone(),
                changesets: plan.changesets.clone(),
                diagnostics: plan.diagnostics.clone(),
            })
        };
        let outcome = mover.run(live, make, async |_, _| Ok(())).await?;
        report.done = outcome.done.iter().map(DoneReport::of).collect();
        output.end(exit, &told, &changelog.sources, &report);
        output.say(format!(
            "{} applied to {}",
            plural(report.differences.len().max(1), "difference"),
            target.title()
        ));
        Ok(exit)
    }
}
