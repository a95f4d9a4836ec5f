//! A plan as SQL alone: what is run, without what driftless writes down of it.

use super::Failure;
use super::arguments::{Naming, Writing};
use super::output::Output;
use super::project::Project;
use crate::changelog::Changelog;
use crate::executor::{Callbacks, ScriptConditions, ScriptOptions, ScriptReader, ScriptSecrets, Store, write_script};
use crate::plan::Plan;

/// How such a script is written.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct BareForm {
    pub conditions: ScriptConditions,
    pub secrets: ScriptSecrets,
    pub reader: ScriptReader,
}

pub(super) fn script(
    plan: &Plan,
    form: BareForm,
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
        conditions: form.conditions,
        callbacks: &Callbacks::default(),
        secrets: form.secrets,
        reader: form.reader,
    };
    let mut text = Vec::new();
    write_script(&mut text, plan, &options).map_err(failed)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
