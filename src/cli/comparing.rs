//! Two schemas held against each other: names that changed are asked for, texts that differ are shown to a server, what the
//! configuration ignores is left out.

use std::collections::BTreeSet;
use std::io::IsTerminal;

use clap::Args;

use super::confirm::is_there;
use super::ignored::Ignored;
use super::output::{Output, faint, strong};
use super::source::Sourced;
use super::{Exit, Failure};
use crate::changelog::Renamed;
use crate::database::{DatabaseUrl, Session, reprinted};
use crate::diagnostic::{Diagnostic, Sources};
use crate::dialect::{Family, Name, ObjectName, Target};
use crate::model::{Catalog, Differing, How, Names, ObjectKind, PartKind, What, alike_tables, compare, reordered};
use crate::operation::{Operation, Renames, renamed};

/// What was renamed, where nothing else says so.
#[derive(Args, Debug, Clone, Default)]
pub(super) struct RenameArguments {
    /// A column or a table that has another name: `users.name=full_name`, `people=persons`; may be given several times
    #[arg(long = "rename", value_name = "OLD=NEW", value_parser = rename)]
    pub renames: Vec<(String, String)>,
    /// A column or a table that goes, though a new one looks like it: `users.name`; may be given several times
    #[arg(long = "no-rename", value_name = "OLD")]
    pub no_renames: Vec<String>,
}

fn rename(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((old, new)) if !old.trim().is_empty() && !new.trim().is_empty() => {
            // The new name may be written with its table.
            let new = match old.contains('.') {
                true => new.rsplit('.').next().unwrap_or(new),
                false => new,
            };
            Ok((old.trim().to_string(), new.trim().to_string()))
        }
        _ => Err("expected OLD=NEW: `users.name=full_name`".into()),
    }
}

/// What becomes of something that may have been renamed, where nothing says so and nobody can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Undeclared {
    /// It is an error that says what to say.
    Refuse,
    /// It is shown as a question.
    Show,
}

/// Something that goes, and something like it that is new.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    /// The table that the column is of; `None` for tables.
    pub table: Option<ObjectName>,
    pub from: Name,
    pub to: Name,
    /// Why it looks so.
    pub evidence: String,
}

impl Candidate {
    /// As `--rename` has it.
    pub fn flag(&self) -> String {
        match &self.table {
            Some(table) => format!("{}.{}={}", table.name, self.from, self.to),
            None => format!("{}={}", self.from, self.to),
        }
    }

    fn old(&self) -> String {
        match &self.table {
            Some(table) => format!("{}.{}", table.name, self.from),
            None => self.from.to_string(),
        }
    }
}

/// How two schemas are compared.
pub(super) struct Comparing<'a> {
    pub output: &'a Output,
    pub ignored: &'a Ignored,
    pub renames: &'a RenameArguments,
    pub undeclared: Undeclared,
    /// Whether all names count, or those alone that somebody gave.
    pub exact: bool,
    /// Whether kinds that the one side does not speak of are left as they are on the other.
    pub spoken_only: bool,
}

/// What came of it.
pub(super) struct Compared {
    /// What gives things their new names.
    pub renaming: Vec<Operation>,
    pub renames: Renames,
    /// The schema before, with the new names.
    pub before: Catalog,
    pub after: Catalog,
    pub differing: Vec<Differing>,
    pub names: Names,
    pub candidates: Vec<Candidate>,
    /// The tables of which the columns stand in another order, which is no difference.
    pub reordered: Vec<ObjectName>,
    /// The kinds that were left as they are.
    pub unspoken: Vec<ObjectKind>,
}

/// A server that can be asked.
pub(super) struct Server<'s> {
    pub session: &'s mut Session,
    pub url: DatabaseUrl,
    pub target: Target,
}

impl Comparing<'_> {
    /// Two schemas, one of which may have been read from a server.
    pub async fn run(&self, from: &mut Sourced, to: &mut Sourced) -> Result<Compared, Failure> {
        let mut live = from.live.take().zip(from.url.clone());
        if live.is_none() {
            live = to.live.take().zip(to.url.clone());
        }
        let server = live.as_mut().map(|(live, url)| Server {
            session: &mut live.session,
            url: url.clone(),
            target: live.target.clone(),
        });
        self.held_against(from, to, server).await
    }

    /// The same, with a server that is connected to.
    pub async fn held_against(
        &self,
        from: &Sourced,
        to: &Sourced,
        mut server: Option<Server<'_>>,
    ) -> Result<Compared, Failure> {
        let names = match self.exact {
            true => Names::Exact,
            false => Names::Given {
                before: from.is_unnamed,
                after: to.is_unnamed,
            },
        };
        let mut renames = self.declared(&from.catalog, &to.catalog, &to.renamed)?;
        loop {
            let (renaming, before) = renamed(&from.catalog, &renames).map_err(|unwritable| {
                let message = format!("{} cannot be renamed: {}", unwritable.what, unwritable.why);
                self.output.refuse(Exit::Usage, "rename", message, None)
            })?;
            let mut differing = compare(&before, &to.catalog, names);
            differing.retain(|found| !self.ignored.holds(found));
            let unspoken = self.leave_unspoken(to, &mut differing);
            let candidates = self.candidates(&before, &to.catalog, &differing);
            if self.ask(&candidates, &mut renames)? {
                continue;
            }
            // Where one server prints both, or none did, another text is another text.
            if from.is_printed == to.is_printed || before.target().dialect.family() == Family::Sqlite {
                for found in differing.iter_mut().filter(|found| found.how == How::Worded) {
                    found.how = How::Changed;
                }
            }
            if let Some(server) = &mut server {
                self.show_to_server(server, from, to, &before, &mut differing).await;
            }
            return Ok(Compared {
                renaming,
                renames,
                reordered: reordered(&before, &to.catalog),
                before,
                after: to.catalog.clone(),
                differing,
                names,
                candidates,
                unspoken,
            });
        }
    }

    /// What the files and the command line say of new names, as far as it is not done already.
    fn declared(&self, before: &Catalog, after: &Catalog, said: &[Renamed]) -> Result<Renames, Failure> {
        let mut renames = Renames::default();
        let mut tables: Vec<(ObjectName, Name)> = Vec::new();
        let mut columns: Vec<(ObjectName, Name, Name)> = Vec::new();
        for renamed in said {
            match &renamed.column {
                None => {
                    let old = ObjectName {
                        name: renamed.from.clone(),
                        ..renamed.table.clone()
                    };
                    if before.table(&old).is_some() && before.table(&renamed.table).is_none() {
                        tables.push((old, renamed.table.name.clone()));
                    }
                }
                Some(column) => columns.push((renamed.table.clone(), renamed.from.clone(), column.clone())),
            }
        }
        for (old, new) in &self.renames.renames {
            let refuse = |message: String| self.output.refuse(Exit::Usage, "rename", message, None);
            match old
                .rsplit_once('.')
                .map(|(table, column)| (ObjectName::plain(table), column))
            {
                Some((table, column)) if before.table(&table).is_some() || after.table(&table).is_some() => {
                    columns.push((table, Name::new(column), Name::new(new.as_str())));
                }
                _ => {
                    let table = ObjectName::plain(old.as_str());
                    if before.table(&table).is_none() {
                        return Err(refuse(format!("`--rename {old}={new}`: there is no table `{table}`")));
                    }
                    if after.table(&ObjectName::plain(new.as_str())).is_none() {
                        return Err(refuse(format!(
                            "`--rename {old}={new}`: nothing is called `{new}` after"
                        )));
                    }
                    tables.push((table, Name::new(new.as_str())));
                }
            }
        }
        let case = before.column_case();
        for (table, from, to) in columns {
            // A column is said by the table's name before or after.
            let old = tables
                .iter()
                .find(|(_, new)| *new == table.name)
                .map(|(old, _)| old.clone());
            let new = tables.iter().find(|(old, _)| *old == table).map(|(_, new)| ObjectName {
                name: new.clone(),
                ..table.clone()
            });
            let source = before.table(old.as_ref().unwrap_or(&table));
            let target = after.table(new.as_ref().unwrap_or(&table));
            let has = |table: Option<&std::sync::Arc<crate::model::Table>>, name: &Name| {
                table.is_some_and(|table| table.column(name, case).is_some())
            };
            if !has(source, &from) || has(source, &to) {
                let is_said_here = self
                    .renames
                    .renames
                    .iter()
                    .any(|(old, _)| old.ends_with(&format!(".{from}")));
                if is_said_here && !has(source, &from) {
                    let message = format!("`--rename {}.{from}={to}`: there is no column `{from}`", table.name);
                    return Err(self.output.refuse(Exit::Usage, "rename", message, None));
                }
                continue;
            }
            if !has(target, &to) {
                let message = format!(
                    "`{}.{from}` cannot have become `{to}`: there is no such column after",
                    table.name
                );
                return Err(self.output.refuse(Exit::Usage, "rename", message, None));
            }
            renames.columns.push((new.unwrap_or(table), from, to));
        }
        // What one target answers, the next one may declare, too.
        let mut met = BTreeSet::new();
        tables.retain(|(old, new)| met.insert((old.clone(), new.clone())));
        let mut met = BTreeSet::new();
        renames
            .columns
            .retain(|(table, old, new)| met.insert((table.clone(), old.clone(), new.clone())));
        renames.tables = tables;
        Ok(renames)
    }

    /// Leaves what the other side does not speak of: a model of tables says nothing of rights and triggers.
    fn leave_unspoken(&self, to: &Sourced, differing: &mut Vec<Differing>) -> Vec<ObjectKind> {
        let Some(spoken) = to.kinds.as_ref().filter(|_| self.spoken_only) else {
            return Vec::new();
        };
        let may_be_unspoken = [
            ObjectKind::Schema,
            ObjectKind::Extension,
            ObjectKind::Function,
            ObjectKind::Procedure,
            ObjectKind::Trigger,
            ObjectKind::Policy,
            ObjectKind::Grant,
        ];
        let mut left = BTreeSet::new();
        differing.retain(|found| {
            let What::Object(key) = &found.what else {
                return true;
            };
            let is_left = may_be_unspoken.contains(&key.kind) && !spoken.contains(&key.kind) && found.how == How::Gone;
            if is_left {
                left.insert(key.kind);
            }
            !is_left
        });
        left.into_iter().collect()
    }

    /// What may have been renamed: columns of one table that are of one type, tables with the same columns.
    fn candidates(&self, before: &Catalog, after: &Catalog, differing: &[Differing]) -> Vec<Candidate> {
        let mut found = Vec::new();
        let tables = |wanted: How| {
            let all = differing.iter().filter(move |found| found.how == wanted);
            all.filter_map(|found| match &found.what {
                What::Table(name) => Some(name.clone()),
                _ => None,
            })
            .collect::<Vec<_>>()
        };
        let made = tables(How::Made);
        let mut taken = BTreeSet::new();
        for gone in tables(How::Gone) {
            let Some(old) = before.table(&gone) else { continue };
            let alike = made
                .iter()
                .filter(|name| !taken.contains(*name) && name.schema == gone.schema);
            let best = alike
                .filter_map(|name| Some((alike_tables(old, after.table(name)?, after)?, name)))
                .max_by(|(one, _), (other, _)| one.share.total_cmp(&other.share));
            if let Some((likeness, to)) = best {
                taken.insert(to.clone());
                found.push(Candidate {
                    table: None,
                    from: old.name.name.clone(),
                    to: after.table(to).map_or(to.name.clone(), |table| table.name.name.clone()),
                    evidence: likeness.evidence,
                });
            }
        }
        let columns = |how: How| {
            let all = differing.iter().filter(move |found| found.how == how);
            all.filter_map(|found| match &found.what {
                What::Part(table, PartKind::Column, name) => Some((table.clone(), name.clone())),
                _ => None,
            })
            .collect::<Vec<_>>()
        };
        let made = columns(How::Made);
        let mut taken = BTreeSet::new();
        for (table, from) in columns(How::Gone) {
            let Some((old, new)) = before.table(&table).zip(after.table(&table)) else {
                continue;
            };
            let news = made
                .iter()
                .filter(|(of, to)| *of == table && !taken.contains(&(table.clone(), to.clone())));
            let best = news
                .filter_map(|(_, to)| Some((crate::model::alike_columns(old, &from, new, to, after)?, to)))
                .max_by(|(one, _), (other, _)| one.share.total_cmp(&other.share));
            if let Some((likeness, to)) = best {
                taken.insert((table.clone(), to.clone()));
                found.push(Candidate {
                    table: Some(table.clone()),
                    from,
                    to: to.clone(),
                    evidence: likeness.evidence,
                });
            }
        }
        found.retain(|candidate| !self.renames.no_renames.contains(&candidate.old()));
        found
    }

    /// Asks about candidates, where there is somebody. Whether an answer changed what is compared.
    fn ask(&self, candidates: &[Candidate], renames: &mut Renames) -> Result<bool, Failure> {
        if candidates.is_empty() || self.undeclared == Undeclared::Show {
            return Ok(false);
        }
        if !is_there(self.output) || !std::io::stdin().is_terminal() {
            let mut told = Diagnostic::error(
                "undeclared-rename",
                "something may have been renamed, and nothing says so",
            );
            for candidate in candidates {
                told = told.note(format!(
                    "`{}` goes, and `{}` is new: {}",
                    candidate.old(),
                    candidate.to,
                    candidate.evidence
                ));
            }
            for candidate in candidates {
                told = told.help(format!(
                    "say `--rename {}`, or `--no-rename {}` where it is another one",
                    candidate.flag(),
                    candidate.old()
                ));
            }
            return Err(self.output.fail(Exit::Usage, &[told], &Sources::default()));
        }
        let mut changed = false;
        for candidate in candidates {
            self.output.say(faint(&candidate.evidence));
            self.output.ask(&format!(
                "was {} renamed to {}? [y/N] ",
                strong(&candidate.old()),
                strong(&candidate.to)
            ));
            let mut line = String::new();
            let read = std::io::stdin().read_line(&mut line).unwrap_or_default();
            let is_yes = read > 0 && matches!(line.trim().to_lowercase().as_str(), "y" | "yes");
            if is_yes {
                changed = true;
                match &candidate.table {
                    None => renames
                        .tables
                        .push((ObjectName::plain(candidate.from.as_str()), candidate.to.clone())),
                    Some(table) => {
                        renames
                            .columns
                            .push((table.clone(), candidate.from.clone(), candidate.to.clone()));
                    }
                }
            }
        }
        Ok(changed)
    }

    /// Asks a server how it prints texts that differ. Those that it prints alike are the same.
    async fn show_to_server(
        &self,
        server: &mut Server<'_>,
        from: &Sourced,
        to: &Sourced,
        before: &Catalog,
        differing: &mut Vec<Differing>,
    ) {
        let wanted: Vec<What> = differing
            .iter()
            .filter(|found| found.how == How::Worded)
            .map(|found| found.what.clone())
            .collect();
        if wanted.is_empty() {
            return;
        }
        let parts: Vec<&What> = wanted.iter().collect();
        let mut sides = Vec::new();
        for (catalog, is_printed) in [(before, from.is_printed), (&to.catalog, to.is_printed)] {
            if is_printed {
                sides.push(Some(catalog.clone()));
                continue;
            }
            let printed = reprinted(server.session, &server.url, &server.target, catalog, &parts).await;
            sides.push(printed.ok().map(|printed| printed.on(catalog.target().clone())));
        }
        let [Some(one), Some(other)] = sides.as_slice() else {
            return;
        };
        let left = compare(one, other, Names::Exact);
        let is_there = |catalog: &Catalog, what: &What| match what {
            What::Table(name) => catalog.table(name).is_some(),
            What::Part(table, kind, name) => catalog.table(table).is_some_and(|table| match kind {
                PartKind::Column => table.column(name, catalog.column_case()).is_some(),
                PartKind::Index | PartKind::Unique => {
                    let mut keys = table.uniques.iter().map(|key| &key.name);
                    table.indexes.iter().any(|index| index.name == *name) || keys.any(|key| key == name)
                }
                _ => table.constraint_names().any(|(known, _)| known == name),
            }),
            What::Object(key) => {
                let mut named = catalog.objects_named(key.kind, &key.name);
                named.any(|object| catalog.object_key(object) == *key)
            }
        };
        differing.retain_mut(|found| {
            if found.how != How::Worded || !is_there(one, &found.what) || !is_there(other, &found.what) {
                return true;
            }
            let differs = left.iter().any(|still| still.what == found.what);
            if differs {
                found.how = How::Changed;
            }
            differs
        });
    }
}
