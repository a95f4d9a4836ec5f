use clap::Args;
use serde::Serialize;

use super::arguments::{Common, Naming, Writing};
use super::output::{Output, good, plural};
use super::project::{Access, Project};
use super::{Exit, Failure};
use crate::changelog::Secrets;
use crate::diagnostic::{Diagnostic, Sources};
use crate::executor::{Deployment, NewRow, OfRun, RunError, with_run};
use crate::model::Restores;
use crate::plan::{
    Begun, Direction, PlannedChangeset, RepairedChangeset, Retagged, Turn, Undoing, find_retagged, repairs,
};

#[derive(Args)]
pub(super) struct Repair {
    /// The database is already as the new wording says: record its changes as well
    #[arg(long)]
    schema_already_so: bool,
    #[command(flatten)]
    writing: Writing,
    #[command(flatten)]
    naming: Naming,
}

#[derive(Serialize)]
struct Report {
    repaired: Vec<String>,
}

impl Repair {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let changelog = project.sound_changelog(output)?;
        let mut live = project.connect(Access::Change, output).await?;
        let locking = project
            .locking(&live)
            .map_err(|error| output.run_failed(&error, &Sources::default()))?;
        let (store, target) = (live.store.clone(), live.target.clone());
        let deployment = project.deployment(&self.writing, &self.naming);
        let patience = self.writing.patience(&project.config);
        let waiting = &mut |holder: &crate::database::Holder| output.say(format!("waiting for {}", holder.text));
        let mut refused = None;
        let result = with_run(
            &mut live.session,
            &store,
            &locking,
            patience,
            waiting,
            async |session| {
                let history = store.read_changes(session).await?;
                let (found, diagnostics) =
                    repairs(changelog, &target, &project.selection, &history).map_err(RunError::failed)?;
                if diagnostics.iter().any(Diagnostic::is_error) {
                    refused = Some((Exit::Usage, diagnostics));
                    return Ok(Vec::new());
                }
                if !self.schema_already_so && found.iter().any(|repaired| repaired.differs) {
                    refused = Some((Exit::Refused, differing(&found)));
                    return Ok(Vec::new());
                }
                let retagged = find_retagged(changelog, &target, &project.selection, &history);
                let mut done = Vec::new();
                if !found.is_empty() || !retagged.is_empty() {
                    session.check_session_lock().await?;
                }
                for repaired in &found {
                    let planned = as_planned(repaired);
                    let row = NewRow {
                        state: repaired.record.state,
                        direction: "repair",
                        ..NewRow::of(&planned, &deployment, Some(0))
                    };
                    session.execute(&store.insert(&row)).await?;
                    done.push(repaired.changeset.id.clone());
                }
                for retagged in &retagged {
                    session.execute(&store.insert(&as_row(retagged, &deployment))).await?;
                    done.push(retagged.changeset.id.clone());
                }
                Ok(done)
            },
        )
        .await;
        if let Some((exit, diagnostics)) = refused {
            return Err(output.fail(exit, &diagnostics, &changelog.sources));
        }
        let repaired = result.map_err(|error| output.run_failed(&error, &changelog.sources))?;
        for id in &repaired {
            output.say(format!("{} {id}", good("recorded")));
        }
        output.say(match repaired.len() {
            0 => "nothing to repair".to_string(),
            count => format!("the new wording of {} is recorded", plural(count, "changeset")),
        });
        output.end(Exit::Done, &[], &Sources::default(), Report { repaired });
        Ok(Exit::Done)
    }
}

fn differing(found: &[RepairedChangeset<'_>]) -> Vec<Diagnostic> {
    let differing = found.iter().filter(|repaired| repaired.differs);
    differing
        .map(|repaired| {
            let message = format!("the new wording of `{}` means something else for the database", repaired.changeset.id);
            Diagnostic::error("schema-differs", message)
                .label(repaired.changeset.span, "")
                .note(format!("the difference:\n{}", repaired.difference().trim_end()))
                .help("where the database is already as the file says, say `--schema-already-so`; nothing is run in any case")
        })
        .collect()
}

/// What is recorded of a changeset whose tag alone is another one.
fn as_row<'a>(retagged: &Retagged<'a>, deployment: &'a Deployment) -> NewRow<'a> {
    let record = retagged.record;
    let changes = record.changes.as_ref().map_or(&[][..], |stored| &stored.changes);
    NewRow {
        run: OfRun::Begun(record.began()),
        tag: retagged.changeset.tag.as_deref(),
        direction: "repair",
        run_by: &deployment.run_by,
        deployment: deployment.name.as_deref(),
        reason: deployment.reason.as_deref(),
        ..NewRow::like(record, record.state, changes)
    }
}

/// The changeset as the row of a repair shows it.
fn as_planned(repaired: &RepairedChangeset<'_>) -> PlannedChangeset {
    let changeset = repaired.changeset;
    PlannedChangeset {
        id: changeset.id.clone(),
        file: changeset.file.clone(),
        author: changeset.author.clone(),
        comment: changeset.comment.clone(),
        tag: changeset.tag.clone(),
        checksum: changeset.checksum.clone(),
        reverse_checksum: changeset.reverse_checksum.clone(),
        parameters: repaired.parameters.clone(),
        direction: Direction::Up,
        run: Some(Begun {
            seq: repaired.record.began(),
            later: 0,
        }),
        source: Some(changeset.clone()),
        changes: repaired.changes.clone(),
        origins: Vec::new(),
        statements: Vec::new(),
        done: 0,
        is_half: false,
        reverse: repaired.reverse.clone(),
        undoing: Undoing::default(),
        restores: Restores::Exact,
        reverse_destroys: Vec::new(),
        destroys: Vec::new(),
        transactional: true,
        waits: changeset.waits,
        turn: Turn::Run,
        gate: None,
        secrets: Secrets::default(),
    }
}
