use clap::Args;

use super::arguments::{Common, Naming, Writing};
use super::mark::{Marked, Meant, Report, plan_marked};
use super::output::{Output, good, plural};
use super::planning::not_chosen;
use super::project::{Access, At, Project};
use super::recorder::Recorder;
use super::{Exit, Failure};
use crate::changelog::{Changelog, OutOfOrder};
use crate::database::introspect::introspect_all;
use crate::diagnostic::{Diagnostic, Sources};
use crate::executor::{RunError, RunErrorKind};
use crate::model::{Catalog, KEPT_PREFIX, NormalForm};
use crate::plan::{Advance, Destination, Files, History, differing_parts, pending};

/// How many differences are shown.
const SHOWN: usize = 30;

#[derive(Args)]
pub(super) struct Baseline {
    /// How far the database is: an id or the beginning of one, `tag:NAME`, `+N`, a date (default: all of the changelog)
    #[arg(value_name = "TARGET", allow_hyphen_values = true)]
    target: Option<Destination>,
    /// Pass over what the database has beside what the changelog makes
    #[arg(long)]
    ignore_extra: bool,
    #[command(flatten)]
    writing: Writing,
    #[command(flatten)]
    naming: Naming,
}

impl Baseline {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let (changelog, live) = project.changelog_and_connection(Access::Change, output).await?;
        let recorder = Recorder {
            project: &project,
            changelog,
            output,
            writing: &self.writing,
            naming: &self.naming,
        };
        let find = async |at: &mut At<'_>, history: &History| self.find(at, &project, changelog, history, output).await;
        let marked = recorder.run(live, find).await?;
        output.say(match marked.last() {
            None => "nothing to record: no changeset stands up to there".to_string(),
            Some(last) => format!(
                "{}: the schema is that after {}, and {} recorded as applied",
                good("baseline"),
                last.id(),
                plural(marked.len(), "changeset")
            ),
        });
        let marked = marked.iter().map(|found| found.id().to_string()).collect();
        output.end(Exit::Done, &[], &Sources::default(), Report { marked });
        Ok(Exit::Done)
    }

    async fn find(
        &self,
        at: &mut At<'_>,
        project: &Project,
        changelog: &Changelog,
        history: &History,
        output: &Output,
    ) -> Result<Result<Vec<Marked>, Failure>, RunError> {
        if let Some(entry) = history.entries().next() {
            let message = format!("the database has a history already: `{}` is applied", entry.record.id);
            return Err(RunError::new(RunErrorKind::Usage, message)
                .help("`driftless mark --applied ID` records single changesets"));
        }
        let files = Files {
            changelog,
            target: at.target,
            selection: &project.selection,
        };
        let advance = Advance {
            destination: self.target.clone().unwrap_or(Destination::Head),
            only: Vec::new(),
            out_of_order: OutOfOrder::Allow,
        };
        let chosen = pending(files, history, &advance).map_err(not_chosen)?;
        let meant = chosen.changesets.into_iter();
        let meant: Vec<Meant<'_>> = meant.map(Meant::where_its_conditions_hold).collect();
        let nothing = Catalog::new(at.target.clone());
        let (marked, expected) = match plan_marked(at, changelog, history, nothing, &meant, output).await? {
            Ok(found) => found,
            Err(told) => return Ok(Err(told)),
        };
        let expected = NormalForm::of(&expected);
        let mut found = NormalForm::of(&introspect_all(at.session, at.target, &at.store.own_tables()).await?);
        let kept = format!("table {KEPT_PREFIX}");
        found.0.retain(|what, _| !what.starts_with(&kept));
        self.refuse_difference(&expected, &found)?;
        Ok(Ok(marked))
    }

    fn refuse_difference(&self, expected: &NormalForm, found: &NormalForm) -> Result<(), RunError> {
        let differences = expected.differences(found);
        let whole = |text: &str| text.split(" / ").next().unwrap_or(text).to_string();
        let is_extra = |what: &str| {
            let root = whole(what);
            !expected.0.keys().any(|known| whole(known) == root)
        };
        let counted = differences
            .iter()
            .filter(|found| !self.ignore_extra || !is_extra(&found.what));
        // Of what is missing or extra as a whole the parts go without saying.
        let counted: Vec<_> = counted.collect();
        let is_whole = |what: &str| {
            counted
                .iter()
                .any(|found| found.what == what && (found.left.is_none() || found.right.is_none()))
        };
        let told = counted
            .iter()
            .filter(|found| !found.what.contains(" / ") || !is_whole(&whole(&found.what)));
        let parts = differing_parts(told.copied());
        if parts.is_empty() {
            return Ok(());
        }
        let message = "the schema of the database is not the one that the changelog makes";
        let mut diagnostic = Diagnostic::error("schema-differs", message);
        for (what, changelog, database) in parts.iter().take(SHOWN) {
            diagnostic = diagnostic.note(match (changelog, database) {
                (Some(left), Some(right)) if left == right => format!("{what} stands at another place"),
                (Some(left), Some(right)) => {
                    format!("{what} is `{right}` in the database, and `{left}` in the changelog")
                }
                (Some(_), None) => format!("the database lacks {what}"),
                (None, _) => format!("the database has {what}, which the changelog does not make"),
            });
        }
        if parts.len() > SHOWN {
            diagnostic = diagnostic.note(format!("and {} more differences", parts.len() - SHOWN));
        }
        let mut diagnostic = diagnostic
            .help("say how far the database is: `driftless baseline ID`")
            .help("or change one of the two until they agree; nothing was recorded");
        if !self.ignore_extra && parts.iter().all(|(_, changelog, _)| changelog.is_none()) {
            diagnostic = diagnostic.help("or pass over what the database has beside: `--ignore-extra`");
        }
        Err(RunError::with(RunErrorKind::Disagree, vec![diagnostic]))
    }
}
