use clap::Args;
use serde::Serialize;

use super::arguments::Common;
use super::mover::MOST_IN_VAIN;
use super::output::{Output, plural};
use super::planning::{plan_way, refuse_errors};
use super::progress::Progress;
use super::project::Project;
use super::signals::stop_on_signals;
use super::trial::{Trial, in_scratch, refuse_replan};
use super::way::Way;
use super::{Exit, Failure};
use crate::database::{DatabaseUrl, Scratch, introspect::introspect};
use crate::diagnostic::{Diagnostic, Span};
use crate::executor::RunError;
use crate::model::{KEPT_PREFIX, NormalForm, Restores};
use crate::plan::{Advance, Destination, Direction, PlannedChangeset, Retreat, Turn, differences_in_words, replay};

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
            for segment in segments(&planned) {
                let held = trial
                    .live
                    .store
                    .read(&mut trial.live.session)
                    .await?
                    .unwrap_or_default();
                let held = held.applied().last().map(|record| Destination::Id(record.id.clone()));
                let before = held.unwrap_or(Destination::Base);
                let moves = Moves {
                    output,
                    before: &before,
                    ids: segment.iter().map(|planned| planned.id.clone()).collect(),
                };
                if let Err(failure) = moves.there_and_back(trial, segment, &mut findings).await? {
                    refused = Some(failure);
                    break;
                }
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

/// A changeset that went, and what it left.
struct Step {
    id: String,
    span: Option<Span>,
    schema: NormalForm,
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
        match self.go(trial, Direction::Up).await? {
            Ok(steps) => schemas.extend(steps.into_iter().map(|step| step.schema)),
            Err(failure) => return Ok(Err(failure)),
        }
        let count = schemas.len() - 1;
        if let [only] = segment
            && !is_reversible(only)
        {
            findings.irreversible.push(only.id.clone());
            return Ok(Ok(()));
        }
        for (direction, word) in [(Direction::Down, "taken back"), (Direction::Up, "applied again")] {
            let steps = match self.go(trial, direction).await? {
                Ok(steps) => steps,
                Err(failure) => return Ok(Err(failure)),
            };
            for (at, step) in steps.into_iter().enumerate() {
                let expected = match direction {
                    Direction::Down => count.checked_sub(1 + at),
                    Direction::Up => Some(at + 1),
                };
                let Step {
                    id,
                    span,
                    schema: found,
                } = step;
                let Some(expected) = expected.and_then(|at| schemas.get(at)) else {
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

    /// One changeset after the other, planned anew from where a condition is answered otherwise than it was planned.
    async fn go(&self, trial: &mut Trial<'_>, direction: Direction) -> Result<Result<Vec<Step>, Failure>, RunError> {
        let mut steps = Vec::new();
        let mut in_vain = 0;
        'planning: loop {
            let planned = match self.plan(trial, direction).await? {
                Ok(planned) => planned,
                Err(failure) => return Ok(Err(failure)),
            };
            for planned in planned {
                let (id, span) = (planned.id.clone(), planned.source.as_ref().map(|source| source.span));
                let outcome = trial.apply(vec![planned], &mut Progress::silent()).await?;
                if outcome.replan.is_some() && in_vain < MOST_IN_VAIN {
                    in_vain += 1;
                    continue 'planning;
                }
                refuse_replan(outcome)?;
                in_vain = 0;
                let schema = schema(trial).await?;
                steps.push(Step { id, span, schema });
            }
            return Ok(Ok(steps));
        }
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
        let happening = plan.changesets.iter().filter(|planned| planned.turn != Turn::LeftOut);
        let happening = happening.cloned().collect();
        Ok(refuse_errors(&plan, changelog, self.output).map(|()| happening))
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
