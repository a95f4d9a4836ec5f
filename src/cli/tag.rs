use clap::Args;
use serde::Serialize;

use super::arguments::{Common, Naming, Writing};
use super::changed::read_history;
use super::mark::refuse_partial;
use super::output::{Output, faint, good, strong};
use super::project::{Access, At, Project};
use super::recorder::{AsRow, Recorder};
use super::{Exit, Failure};
use crate::diagnostic::Sources;
use crate::executor::{Deployment, NewRow, OfRun, RunError, RunErrorKind};
use crate::plan::{History, Record};

#[derive(Args)]
pub(super) struct Tag {
    /// A name for the state that the database is in: `down tag:NAME` comes back to it
    #[arg(value_name = "NAME", required_unless_present = "list")]
    name: Option<String>,
    /// List the tags that the database bears
    #[arg(long, conflicts_with_all = ["name", "delete"])]
    list: bool,
    /// Take the tag away
    #[arg(long, requires = "name")]
    delete: bool,
    #[command(flatten)]
    writing: Writing,
}

#[derive(Serialize)]
struct Report {
    tags: Vec<TagReport>,
}

#[derive(Serialize)]
struct TagReport {
    name: String,
    /// The changeset after which the database bears it.
    changeset: String,
    /// When that changeset began.
    started: String,
}

/// A tag given or taken away.
struct Tagged {
    record: Record,
    name: String,
    direction: &'static str,
}

impl AsRow for Tagged {
    fn row<'a>(&'a self, deployment: &'a Deployment) -> NewRow<'a> {
        NewRow {
            run: OfRun::Begun(self.record.began()),
            tag: Some(&self.name),
            direction: self.direction,
            operations: Default::default(),
            reverse: None,
            run_by: &deployment.run_by,
            deployment: None,
            reason: deployment.reason.as_deref(),
            ..NewRow::like(&self.record, self.record.state, &[])
        }
    }
}

impl Tag {
    pub async fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let project = Project::open(common, output)?;
        let Some(name) = self.name.as_deref().filter(|_| !self.list) else {
            return list(&project, output).await;
        };
        let is_name = !name.trim().is_empty() && name.chars().count() <= 255 && !name.chars().any(char::is_control);
        if !is_name {
            let message = "a tag is a text of at most 255 characters, none of them a control character";
            return Err(output.refuse(Exit::Usage, "tag", message, None));
        }
        let live = project.connect(Access::Change, output).await?;
        let changelog = Default::default();
        let recorder = Recorder {
            project: &project,
            changelog: &changelog,
            output,
            writing: &self.writing,
            naming: &Naming::default(),
        };
        let find = async |_: &mut At<'_>, history: &History| {
            let found = match self.delete {
                true => untagged(history, name)?,
                false => tagged(history, name)?,
            };
            Ok(Ok(vec![found]))
        };
        let done = recorder.run(live, find).await?;
        for found in &done {
            let (word, id) = (
                if self.delete { "no longer tagged" } else { "tagged" },
                &found.record.id,
            );
            output.say(format!("{} {}, after {id}", good(word), strong(&found.name)));
        }
        let tags = done.iter().map(|found| TagReport {
            name: found.name.clone(),
            changeset: found.record.id.clone(),
            started: found.record.started.clone(),
        });
        let report = Report { tags: tags.collect() };
        output.end(Exit::Done, &[], &Sources::default(), report);
        Ok(Exit::Done)
    }
}

fn tagged(history: &History, name: &str) -> Result<Tagged, RunError> {
    let usage = |message: String| RunError::new(RunErrorKind::Usage, message);
    if let Some((_, entry)) = history.tags().find(|(tag, _)| *tag == name) {
        let message = format!(
            "the database bears the tag `{name}` already, after `{}`",
            entry.record.id
        );
        return Err(usage(message).help(format!("`driftless tag {name} --delete` takes it away")));
    }
    refuse_partial(history)?;
    let Some(last) = history.entries().next_back() else {
        return Err(usage("nothing is applied that could be tagged".into()));
    };
    Ok(Tagged {
        record: last.record.clone(),
        name: name.to_string(),
        direction: "tag",
    })
}

fn untagged(history: &History, name: &str) -> Result<Tagged, RunError> {
    let mut tags = history.tags();
    let Some((_, entry)) = tags.find(|(tag, _)| *tag == name) else {
        let known = history.tags().map(|(tag, _)| tag);
        let message = match crate::diagnostic::nearest(name, known) {
            Some(near) => format!("the database bears no tag `{name}`: did you mean `{near}`?"),
            None => format!("the database bears no tag `{name}`"),
        };
        return Err(RunError::new(RunErrorKind::Usage, message));
    };
    if entry.record.tag.as_deref() == Some(name) {
        let message = format!("the tag `{name}` is part of the changeset `{}`", entry.record.id);
        return Err(
            RunError::new(RunErrorKind::Usage, message).help("take it out of the file, and say `driftless repair`")
        );
    }
    Ok(Tagged {
        record: entry.record.clone(),
        name: name.to_string(),
        direction: "untag",
    })
}

async fn list(project: &Project, output: &Output) -> Result<Exit, Failure> {
    let mut live = project.connect(Access::LookClosely, output).await?;
    let (history, _) = read_history(&mut live, output).await?;
    let tags: Vec<TagReport> = history
        .tags()
        .map(|(name, entry)| TagReport {
            name: name.to_string(),
            changeset: entry.record.id.clone(),
            started: entry.began.started.clone(),
        })
        .collect();
    for tag in &tags {
        let more = faint(&format!("after {}, {}", tag.changeset, tag.started));
        output.line(format!("{}  {more}", strong(&tag.name)));
    }
    if tags.is_empty() {
        output.line("the database bears no tag");
    }
    output.end(Exit::Done, &[], &Sources::default(), Report { tags });
    Ok(Exit::Done)
}
