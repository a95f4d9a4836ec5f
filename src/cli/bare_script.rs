//! A plan as SQL alone: what is run, without what driftless writes down of it.

use super::Failure;
use super::arguments::{Naming, Writing};
use super::output::Output;
use super::project::Project;
use crate::changelog::Changelog;
use crate::executor::{Callbacks, ScriptConditions, ScriptOptions, ScriptSecrets, Store, write_script};
use crate::plan::Plan;

pub(super) fn script(
    plan: &Plan,
    changelog: &Changelog,
    project: &Project,
    output: &Output,
) -> Result<String, Failure> {
    let failed = |error: crate::executor::RunError| output.run_failed(&error, &changelog.sources);
    let store = Store::new(&plan.target, &project.history_table()).map_err(failed)?;
    let options = ScriptOptions {
        store: &store,
        root: project.folder.root(),
        with_history_table: false,
        with_history: false,
        deployment: &project.deployment(&Writing::default(), &Naming::default()),
        conditions: ScriptConditions::default(),
        callbacks: &Callbacks::default(),
        secrets: ScriptSecrets::LeftOut,
    };
    let mut text = Vec::new();
    write_script(&mut text, plan, &options).map_err(failed)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
