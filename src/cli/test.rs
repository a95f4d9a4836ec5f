use clap::Args;
use serde::Serialize;

use super::arguments::Common;
use super::output::{Output, plural};
use super::planning::{plan_way, refuse_errors};
use super::project::Project;
use super::signals::stop_on_signals;
use super::trial::{Trial, in_scratch};
use super::way::Way;
use super::{Exit, Failure};
use crate::database::{DatabaseUrl, Scratch, introspect::introspect};
use crate::diagnostic::Diagnostic;
use crate::executor::RunError;
use crate::model::{KEPT_PREFIX, NormalForm, Restores};
use crate::plan::{Advance, Destination, Direction, PlannedChangeset, Retreat, differences_in_words, replay};

#[derive(Args)]
pub(super) struct Test {
    /// The server to make the scratch database on (default: that of the database, whose own data is not touched; without
    /// one, or with SQLite, a temporary file)
    #[arg(long, value_name = "URL")]
    scratch: Option<String>,
}

#[derive(Serialize)]
struct Report {
    target: String,
    changesets: usize,
    /// Those that cannot be taken back, and so were not.
    irreversible: Vec<String>,
    /// Those after which the schema was not what it had to be.
    differing: Vec<String>,
}

/// What was found on the way.
#[derive(Default)]
struct Findings {
    title: String,
    target: String,
    count: usize,
    irreversible: Vec<String>,
    differing: Vec<String>,
    diagnostics: Vec<Diagnostic>,
}

impl Test {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let changelog = project.sound_changelog(output)?;
        let failed = |error: RunError| output.run_failed(&error, &changelog.sources);
        let given = self.scratch.as_deref().map(DatabaseUrl::parse).transpose();
        let url = match given.map_err(|error| failed(error.into()))? {
            Some(url) => Some(url),
            None => project.url(output)?,
        };
        let stop = stop_on_signals();
        let scratch = Scratch::make(url.as_ref(), &project.connect_options(true)).await;
        let scratch = scratch.map_err(|error| failed(error.into()))?;
        let mut refused = None;
        let result = in_scratch(&project, changelog, &stop, scratch, async |trial| {
            let target = trial.live.target.clone();
            let mut findings = Findings {
                title: target.title(),
                target: target.to_string(),
                ..Findings::default()
            };
            let (_, planned) = replay(changelog, &target, &project.selection);
            findings.count = planned.len();
            let mut before = Destination::Base;
            for segment in segments(&planned) {
                let last = segment.last().map(|planned| planned.id.clone()).unwrap_or_default();
                let moves = Moves {
                    output,
                    before: &before,
                    ids: segment.iter().map(|planned| planned.id.clone()).collect(),
                };
                if let Err(failure) = moves.there_and_back(trial, segment, &mut findings).await? {
                    refused = Some(failure);
                    break;
                }
                before = Destination::Id(last);
            }
            Ok(findings)
        })
        .await;
        if let Some(failure) = refused {
            return Err(failure);
        }
        let findings = result.map_err(failed)?;
        let count = findings.count;
        let exit = match findings.differing.is_empty() {
            true => Exit::Done,
            false => Exit::Failed,
        };
        let told = match (&exit, findings.irreversible.len()) {
            (Exit::Done, 0) => format!(
                "{}: up, down and up again on {}",
                plural(count, "changeset"),
                findings.title
            ),
            (Exit::Done, some) => format!(
                "{}: up, down and up again on {}; {some} of them cannot be taken back",
                plural(count, "changeset"),
                findings.title
            ),
            _ => format!(
                "{} of {} left another schema",
                findings.differing.len(),
                plural(count, "changeset")
            ),
        };
        let report = Report {
            target: findings.target,
            changesets: count,
            irreversible: findings.irreversible,
            differing: findings.differing,
        };
        output.end(exit, &findings.diagnostics, &changelog.sources, report);
        output.say(told);
        Ok(exit)
    }
}

/// Stretches of changesets that can be taken back, and between them those that cannot, each alone.
fn segments(planned: &[PlannedChangeset]) -> impl Iterator<Item = &[PlannedChangeset]> {
    planned.chunk_by(|one, next| is_reversible(one) && is_reversible(next))
}

fn is_reversible(planned: &PlannedChangeset) -> bool {
    !matches!(planned.restores, Restores::None(_))
}

/// The ways between two places.
struct Moves<'a> {
    output: &'a Output,
    before: &'a Destination,
    /// What goes up, and back.
    ids: Vec<String>,
}

impl Moves<'_> {
    /// Up, down and up again, the schema compared after each changeset. The inner error has been told.
    async fn there_and_back(
        &self,
        trial: &mut Trial<'_>,
        segment: &[PlannedChangeset],
        findings: &mut Findings,
    ) -> Result<Result<(), Failure>, RunError> {
        let mut schemas = vec![schema(trial).await?];
        let up = match self.plan(trial, Direction::Up).await? {
            Ok(planned) => planned,
            Err(failure) => return Ok(Err(failure)),
        };
        for planned in up {
            trial.apply_quietly(vec![planned]).await?;
            schemas.push(schema(trial).await?);
        }
        if let [only] = segment
            && !is_reversible(only)
        {
            findings.irreversible.push(only.id.clone());
            return Ok(Ok(()));
        }
        for (direction, word) in [(Direction::Down, "taken back"), (Direction::Up, "applied again")] {
            let moves = match self.plan(trial, direction).await? {
                Ok(planned) => planned,
                Err(failure) => return Ok(Err(failure)),
            };
            for (at, planned) in moves.into_iter().enumerate() {
                let expected = match direction {
                    Direction::Down => segment.len() - 1 - at,
                    Direction::Up => at + 1,
                };
                let (id, span) = (planned.id.clone(), planned.source.as_ref().map(|source| source.span));
                trial.apply_quietly(vec![planned]).await?;
                let found = schema(trial).await?;
                let Some(expected) = schemas.get(expected) else {
                    continue;
                };
                let differences = expected.differences(&found);
                if differences.is_empty() {
                    continue;
                }
                let message = format!("after changeset `{id}` was {word}, the schema is not what it was");
                let mut diagnostic = Diagnostic::error("schema-differs", message);
                for text in differences_in_words(differences.iter()).into_iter().take(10) {
                    diagnostic = diagnostic.note(text);
                }
                if let Some(span) = span {
                    diagnostic = diagnostic.label(span, "");
                }
                findings.diagnostics.push(diagnostic);
                if !findings.differing.contains(&id) {
                    findings.differing.push(id);
                }
            }
        }
        Ok(Ok(()))
    }

    async fn plan(
        &self,
        trial: &mut Trial<'_>,
        direction: Direction,
    ) -> Result<Result<Vec<PlannedChangeset>, Failure>, RunError> {
        let (project, changelog) = (trial.project, trial.changelog);
        let history = trial.live.store.read_changes(&mut trial.live.session).await?;
        let mut at = trial.live.at();
        let way = match direction {
            Direction::Up => Way::up(Advance {
                only: self.ids.clone(),
                ..Advance::all()
            }),
            Direction::Down => Way::down(Retreat::To(self.before.clone())),
        };
        let plan = plan_way(&mut at, project, changelog, &history, &way).await?;
        Ok(refuse_errors(&plan, changelog, self.output).map(|()| plan.changesets))
    }
}

/// The schema as the database shows it, without driftless's own tables and what is set aside.
async fn schema(trial: &mut Trial<'_>) -> Result<NormalForm, RunError> {
    let live = &mut trial.live;
    let catalog = introspect(&mut live.session, &live.target, &live.store.own_tables()).await?;
    let mut form = NormalForm::of(&catalog);
    let kept = format!("table {KEPT_PREFIX}");
    form.0.retain(|what, _| !what.starts_with(&kept));
    Ok(form)
}
