//! A changelog run in a scratch database, and what came of it held against a database that another tool made.

use serde::Serialize;

use super::comparing::{Compared, Comparing};
use super::difference_tree::{DifferenceReport, remarks, show};
use super::ignored::Ignored;
use super::mover::MOST_IN_VAIN;
use super::output::{Output, good, plural};
use super::planning::{plan_way, refuse_errors};
use super::progress::Progress;
use super::project::Project;
use super::renames::{RenameArguments, Undeclared};
use super::signals::stop_on_signals;
use super::source::Sourced;
use super::trial::{Trial, in_scratch, refuse_replan};
use super::way::Way;
use super::{Exit, Failure};
use crate::changelog::Changelog;
use crate::database::introspect::introspect_all;
use crate::database::{DatabaseUrl, Scratch, find_table};
use crate::diagnostic::UrlText;
use crate::executor::RunError;
use crate::model::{Catalog, KEPT_PREFIX, What};
use crate::plan::{Advance, Turn};

/// The tables in which Liquibase keeps what is its own.
pub(super) const OWN: [&str; 3] = ["DATABASECHANGELOG", "DATABASECHANGELOGLOCK", "DATABASECHANGELOGHISTORY"];

#[derive(Serialize)]
pub(super) struct VerifyReport {
    pub database: String,
    pub target: String,
    pub differs: bool,
    /// What would have to change in the database for it to be what the changelog makes.
    pub differences: Vec<DifferenceReport>,
}

impl VerifyReport {
    pub fn exit(&self) -> Exit {
        match self.differs {
            true => Exit::Disagree,
            false => Exit::Done,
        }
    }
}

/// Runs all of a changelog in a scratch database on the server of another one, and compares both.
pub(super) async fn verify(
    project: &Project,
    changelog: &Changelog,
    url: &UrlText,
    output: &Output,
) -> Result<VerifyReport, Failure> {
    let failed = |error: RunError| output.run_failed(&error, &changelog.sources);
    let url = DatabaseUrl::parse(url.as_str()).map_err(|error| failed(error.into()))?;
    let ignored = Ignored::of(project, output)?;
    let live = seen(project, &url).await.map_err(failed)?;
    let stop = stop_on_signals();
    let scratch = Scratch::make(Some(&url), &project.connect_options(true)).await;
    let scratch = scratch.map_err(|error| failed(error.into()))?;
    output.say("running the changelog in a scratch database");
    let made = in_scratch(project, changelog, &stop, scratch, async |trial| {
        made(trial, output).await
    })
    .await;
    let made = made.map_err(failed)??;
    let sourced = |title: String, catalog: Catalog| Sourced {
        is_printed: true,
        ..Sourced::new(title, catalog.portable())
    };
    let from = sourced(format!("`{url}`"), live);
    let to = sourced("the changelog".to_string(), made);
    let comparing = Comparing {
        output,
        ignored: &ignored,
        renames: &RenameArguments::default(),
        undeclared: Undeclared::Show,
        exact: false,
        spoken_only: false,
    };
    let mut compared = comparing.held_against(&from, &to, None).await?;
    compared.differing.retain(|found| match &found.what {
        What::Table(name) | What::Part(name, ..) => !name.name.starts_with(KEPT_PREFIX),
        What::Object(_) => true,
    });
    tell(&compared, &from, output);
    Ok(VerifyReport {
        database: url.to_string(),
        target: compared.after.target().to_string(),
        differs: !compared.is_same(),
        differences: compared
            .differing
            .iter()
            .map(|found| DifferenceReport::of(found, None))
            .collect(),
    })
}

fn tell(compared: &Compared, from: &Sourced, output: &Output) {
    show(compared, &|_| None, output);
    remarks(compared, output);
    output.say(match compared.is_same() {
        true => format!("{}: the changelog makes the schema of {}", good("verified"), from.title),
        false => format!(
            "{} between {} and what the changelog makes",
            plural(compared.differing.len(), "difference"),
            from.title
        ),
    });
}

/// The schema of a database, without what tools keep there.
async fn seen(project: &Project, url: &DatabaseUrl) -> Result<Catalog, RunError> {
    let mut live = project.live_to_look(url).await?;
    let mut own = live.store.own_tables();
    for table in OWN {
        own.extend(find_table(&mut live.session, &live.target, None, table).await?);
    }
    let catalog = introspect_all(&mut live.session, &live.target, &own).await?;
    let _ = live.session.close().await;
    Ok(catalog)
}

/// Runs everything, planned anew from where a condition is answered otherwise than it was planned. The inner error was
/// told already.
async fn made(trial: &mut Trial<'_>, output: &Output) -> Result<Result<Catalog, Failure>, RunError> {
    let mut advance = Advance::all();
    let mut in_vain = 0;
    loop {
        let (project, changelog) = (trial.project, trial.changelog);
        let history = trial.live.store.read_changes(&mut trial.live.session).await?;
        let way = Way::up(advance);
        let plan = plan_way(&mut trial.live.at(), project, changelog, &history, &way).await?;
        if let Err(told) = refuse_errors(&plan, changelog, output) {
            return Ok(Err(told));
        }
        let happening = plan
            .changesets
            .into_iter()
            .filter(|planned| planned.turn != Turn::LeftOut);
        let outcome = trial.apply(happening.collect(), &mut Progress::silent()).await?;
        let Some(replan) = &outcome.replan else {
            break;
        };
        in_vain = if outcome.done.is_empty() { in_vain + 1 } else { 0 };
        advance = Advance {
            only: replan.rest.clone(),
            ..Advance::all()
        };
        if in_vain > MOST_IN_VAIN {
            refuse_replan(outcome)?;
            break;
        }
    }
    let live = &mut trial.live;
    Ok(Ok(introspect_all(
        &mut live.session,
        &live.target,
        &live.store.own_tables(),
    )
    .await?))
}
