//! New names of tables and columns: those that are said, and those that are asked for, so that nothing is dropped and made
//! anew in silence.

use std::collections::BTreeSet;
use std::io::IsTerminal;

use clap::Args;

use super::comparing::Comparing;
use super::confirm::is_there;
use super::output::{faint, strong};
use super::{Exit, Failure};
use crate::changelog::Renamed;
use crate::diagnostic::{Diagnostic, Sources};
use crate::dialect::{Name, ObjectName};
use crate::model::{Catalog, Differing, How, PartKind, What, alike_columns, alike_tables};
use crate::operation::Renames;

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

impl Comparing<'_> {
    /// What the files and the command line say of new names, as far as it is not done already.
    pub(super) fn declared(&self, before: &Catalog, after: &Catalog, said: &[Renamed]) -> Result<Renames, Failure> {
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

    /// What may have been renamed: columns of one table that are of one type, tables with the same columns.
    pub(super) fn candidates(&self, before: &Catalog, after: &Catalog, differing: &[Differing]) -> Vec<Candidate> {
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
                .filter_map(|(_, to)| Some((alike_columns(old, &from, new, to, after)?, to)))
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
    pub(super) fn ask(&self, candidates: &[Candidate], renames: &mut Renames) -> Result<bool, Failure> {
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
}
