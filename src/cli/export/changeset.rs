//! Changesets as change sets of Liquibase.

use std::collections::HashMap;

use serde_json::{Map, Value as Json, json};

use super::conditions::{self, Places};
use super::data::{self, Files};
use super::left_over::LeftOver;
use super::part::{Deed, OnTarget, Part};
use super::placeholder::values_of;
use super::statements::{sql, texts};
use crate::changelog::{Changelog, Changeset, Expression, Runs};
use crate::diagnostic::Span;
use crate::dialect::Dialect;
use crate::liquibase::{Properties, Undone, dbms, together};
use crate::plan::Gate;
use crate::render::{Body, LoadError};

/// Who has written what nobody has put a name to: Liquibase wants one.
const NOBODY: &str = "driftless";

/// A changelog on its way to Liquibase.
pub(super) struct Exporting<'a> {
    pub changelog: &'a Changelog,
    pub targets: Vec<OnTarget>,
    /// Where each file of the changelog goes, below the folder.
    pub paths: HashMap<String, String>,
    pub properties: Properties,
    pub files: Files<'a>,
    pub left: LeftOver,
}

/// Changes of Liquibase, and whether it knows the way back of all of them.
struct Changes {
    list: Vec<Json>,
    undone: Undone,
}

struct Paths<'a> {
    changelog: &'a Changelog,
    paths: &'a HashMap<String, String>,
}

impl Places for Paths<'_> {
    fn file_of(&self, id: &str) -> Option<String> {
        let changeset = self.changelog.changesets.iter().find(|changeset| changeset.id == id)?;
        self.paths.get(&changeset.file).cloned()
    }

    fn author_of(&self, id: &str) -> String {
        let changeset = self.changelog.changesets.iter().find(|changeset| changeset.id == id);
        author(changeset.and_then(|changeset| changeset.author.as_deref())).to_string()
    }
}

fn author(written: Option<&str>) -> &str {
    written.filter(|author| !author.trim().is_empty()).unwrap_or(NOBODY)
}

impl Exporting<'_> {
    /// A changeset; `None` where none of the targets has it.
    pub fn change_set(&mut self, changeset: &Changeset) -> Result<Option<Json>, LoadError> {
        let targets = std::mem::take(&mut self.targets);
        let deeds: Vec<(&OnTarget, &Deed)> = targets
            .iter()
            .filter_map(|target| Some((target, target.deeds.get(&changeset.id).filter(|deed| deed.runs)?)))
            .collect();
        let made = match deeds.is_empty() {
            true => {
                self.left.add(
                    changeset.span,
                    format!(
                        "changeset `{}` runs on none of the targets, and is left out",
                        changeset.id
                    ),
                    "",
                );
                Ok(None)
            }
            false => self.with_deeds(changeset, &deeds, targets.len()).map(Some),
        };
        self.targets = targets;
        made
    }

    fn with_deeds(
        &mut self,
        changeset: &Changeset,
        deeds: &[(&OnTarget, &Deed)],
        targets: usize,
    ) -> Result<Json, LoadError> {
        let mut keys = Map::new();
        let mut say = |key: &str, value: Json| {
            keys.insert(key.to_string(), value);
        };
        say("id", json!(changeset.id));
        say("author", json!(author(changeset.author.as_deref())));
        if let Some(contexts) = &changeset.contexts {
            say("context", json!(Expression::text(contexts)));
        }
        if !changeset.labels.is_empty() {
            say("labels", json!(changeset.labels.join(", ")));
        }
        if deeds.len() < targets {
            let names: Vec<&str> = deeds.iter().map(|(on, _)| dbms(on.target.dialect)).collect();
            say("dbms", json!(names.join(", ")));
        }
        match changeset.runs {
            Runs::Once => {}
            Runs::OnChange => say("runOnChange", json!(true)),
            Runs::Always => say("runAlways", json!(true)),
        }
        if !changeset.runs.is_once() && !changeset.in_order {
            say("runOrder", json!("last"));
        }
        if !changeset.transaction || deeds.iter().any(|(_, deed)| deed.apart) {
            say("runInTransaction", json!(false));
        }
        if let Some(comment) = &changeset.comment {
            say("comment", json!(comment));
        }
        if let Some(conditions) = self.pre_conditions(deeds) {
            say("preConditions", conditions);
        }
        let path = self.paths.get(&changeset.file).cloned().unwrap_or_default();
        let mut changes = Changes {
            list: Vec::new(),
            undone: Undone::ByItself,
        };
        for (at, node) in changeset.operations.iter().enumerate() {
            let parts: Vec<&Part> = deeds.iter().filter_map(|(_, deed)| deed.operations.get(at)).collect();
            self.add(&mut changes, &parts, node.node.span, &path)?;
        }
        if let Some(tag) = &changeset.tag {
            changes.list.push(json!({ "tagDatabase": { "tag": tag } }));
        }
        self.take_up_parameters(changeset, &changes.list, deeds);
        say("changes", Json::Array(changes.list));
        if changes.undone == Undone::AsTold || changeset.reverse.is_some() {
            let rollback = self.rollback(changeset, deeds, &path)?;
            say("rollback", Json::Array(rollback));
        }
        self.tell_what_is_not_said(changeset);
        Ok(json!({ "changeSet": keys }))
    }

    fn pre_conditions(&mut self, deeds: &[(&OnTarget, &Deed)]) -> Option<Json> {
        let gates: Vec<_> = deeds
            .iter()
            .filter_map(|(on, deed)| Some((&on.target, deed.gate.as_deref()?)))
            .collect();
        let paths = Paths {
            changelog: self.changelog,
            paths: &self.paths,
        };
        conditions::of_changeset(&gates, self.changelog, &paths, &mut self.left)
    }

    /// What a file requires.
    pub fn pre_conditions_of(&mut self, file: &str) -> Option<Json> {
        let targets = std::mem::take(&mut self.targets);
        let mut gates: Vec<(&crate::dialect::Target, &Gate)> = Vec::new();
        for on in &targets {
            let own = on
                .deeds
                .values()
                .flat_map(|deed| deed.gate.iter().flat_map(|gate| &gate.around));
            let mut own = own.filter(|gate| gate.file.as_deref() == Some(file));
            gates.extend(own.next().map(|gate| (&on.target, &**gate)));
        }
        let paths = Paths {
            changelog: self.changelog,
            paths: &self.paths,
        };
        let found = conditions::of_file(&gates, self.changelog, &paths, &mut self.left);
        self.targets = targets;
        found
    }

    /// Adds what one operation does.
    fn add(&mut self, changes: &mut Changes, parts: &[&Part], span: Span, path: &str) -> Result<(), LoadError> {
        let told = self.as_change_types(parts);
        if let Some((list, undone)) = told {
            changes.list.extend(list);
            if undone == Undone::AsTold {
                changes.undone = Undone::AsTold;
            }
            return Ok(());
        }
        let mut statements = parts.iter().flat_map(|part| &part.statements);
        if statements.any(|statement| matches!(statement.body, Body::Unload(_))) {
            self.left.add(span, "Liquibase writes no rows to files", "");
        }
        let list = self.as_sql(parts, path)?;
        if !list.is_empty() {
            changes.undone = Undone::AsTold;
        }
        changes.list.extend(list);
        Ok(())
    }

    fn as_change_types(&mut self, parts: &[&Part]) -> Option<(Vec<Json>, Undone)> {
        let all: Option<Vec<_>> = parts
            .iter()
            .map(|part| Some((part.dialect, part.types.clone()?)))
            .collect();
        let all = all?;
        let list = together(&all, &mut self.properties)?;
        let mut each = all
            .iter()
            .flat_map(|(dialect, types)| types.iter().map(|change| change.undone(*dialect)));
        let knows = each.all(|undone| undone == Undone::ByItself);
        let undone = if knows { Undone::ByItself } else { Undone::AsTold };
        Some((list.into_iter().map(visible).collect(), undone))
    }

    fn as_sql(&mut self, parts: &[&Part], path: &str) -> Result<Vec<Json>, LoadError> {
        let mut statements = parts.iter().flat_map(|part| &part.statements);
        if statements.any(|statement| matches!(statement.body, Body::Load(_))) {
            return data::changes(parts, path, &mut self.files);
        }
        let all: Vec<(Dialect, Vec<String>)> = parts
            .iter()
            .map(|part| (part.dialect, part.statements.iter().flat_map(texts).collect()))
            .collect();
        Ok(sql(&all))
    }

    /// What takes a changeset back, where Liquibase does not know that by itself.
    fn rollback(
        &mut self,
        changeset: &Changeset,
        deeds: &[(&OnTarget, &Deed)],
        path: &str,
    ) -> Result<Vec<Json>, LoadError> {
        let parts: Vec<&Part> = deeds.iter().filter_map(|(_, deed)| deed.back.as_ref().ok()).collect();
        let mut without = deeds
            .iter()
            .filter_map(|(on, deed)| Some((on, deed.back.as_ref().err()?)));
        if let Some((on, why)) = without.next() {
            if parts.is_empty() {
                return Ok(vec![json!({ "stop": { "message": why } })]);
            }
            let message = format!("on {} this cannot be taken back: {why}", on.target.title());
            self.left.add(
                changeset.span,
                message,
                "Liquibase is told nothing of it, and does nothing there",
            );
        }
        if let Some((list, _)) = self.as_change_types(&parts).filter(|(list, _)| !list.is_empty()) {
            return Ok(list);
        }
        let list = self.as_sql(&parts, path)?;
        Ok(match list.is_empty() {
            true => vec![json!({ "empty": {} })],
            false => list,
        })
    }

    /// Defines the parameters whose placeholders stand in what is written, and lists the secrets.
    fn take_up_parameters(&mut self, changeset: &Changeset, changes: &[Json], deeds: &[(&OnTarget, &Deed)]) {
        let text = Json::Array(changes.to_vec()).to_string();
        let dialects: Vec<Dialect> = deeds.iter().map(|(on, _)| on.target.dialect).collect();
        let names: Vec<String> = changeset.parameters.names().map(str::to_string).collect();
        for name in names.iter().filter(|name| text.contains(&format!("${{{name}}}"))) {
            if changeset.parameters.is_secret(name) {
                let span = changeset.parameters.definitions(name).next().map(|found| found.span);
                self.left.add(
                    span.unwrap_or(changeset.span),
                    format!("the secret `{name}` is not written"),
                    &format!("give it to Liquibase: `-D{name}=…`"),
                );
                continue;
            }
            let values = values_of(name, changeset, self.changelog, &dialects);
            let known = self.properties.all.entry(name.clone()).or_default();
            for (dbms, value) in values {
                known.entry(dbms).or_insert(value);
            }
        }
    }

    fn tell_what_is_not_said(&mut self, changeset: &Changeset) {
        let waits = changeset.waits != Default::default();
        if waits {
            self.left.add(
                changeset.span,
                format!("how long changeset `{}` waits for locks and statements", changeset.id),
                "",
            );
        }
        if changeset.replaces.is_some() {
            self.left.add(
                changeset.span,
                format!("what changeset `{}` stands for", changeset.id),
                "a database that holds what it replaces would run it: sync it there, with `liquibase changelog-sync`",
            );
        }
    }
}

/// With `${name}` where secrets stand.
fn visible(value: Json) -> Json {
    match value {
        Json::String(text) => Json::String(crate::dialect::shown(&text).into_owned()),
        Json::Array(items) => Json::Array(items.into_iter().map(visible).collect()),
        Json::Object(map) => Json::Object(map.into_iter().map(|(key, value)| (key, visible(value))).collect()),
        other => other,
    }
}
