//! Two schemas held against each other: texts that differ are shown to a server, what the configuration ignores is left out.

use std::collections::BTreeSet;

use super::ignored::Ignored;
use super::output::Output;
use super::renames::{Candidate, RenameArguments, Undeclared};
use super::signals::in_order;
use super::source::Sourced;
use super::{Exit, Failure};
use crate::database::{DatabaseUrl, Session, reprinted};
use crate::dialect::{Family, ObjectName, Target};
use crate::executor::Stop;
use crate::model::{Catalog, Differing, How, Names, ObjectKind, PartKind, What, compare, reordered};
use crate::operation::{Operation, Renames, renamed};

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
            let after = self.with_security_of(&before, to);
            let mut differing = compare(&before, &after, names);
            differing.retain(|found| !self.ignored.holds(found));
            let unspoken = self.leave_unspoken(to, &mut differing);
            let candidates = self.candidates(&before, &after, &differing);
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
                let shown = async |_: &Stop| self.show_to_server(server, from, to, &before, &mut differing).await;
                in_order(self.output, shown).await?;
            }
            return Ok(Compared {
                renaming,
                renames,
                reordered: reordered(&before, &after),
                before,
                after,
                differing,
                names,
                candidates,
                unspoken,
            });
        }
    }

    /// What there is to be; where it does not speak of policies, whether they are held stays as it is.
    fn with_security_of(&self, before: &Catalog, to: &Sourced) -> Catalog {
        let mut after = to.catalog.clone();
        let is_spoken = to
            .kinds
            .as_ref()
            .is_none_or(|kinds| kinds.contains(&ObjectKind::Policy));
        if is_spoken || !self.spoken_only {
            return after;
        }
        for table in before.tables().filter(|table| !table.row_security.is_off()) {
            if let Some(own) = to.catalog.table(&table.name) {
                let mut own = (**own).clone();
                own.row_security = table.row_security;
                after.add_table(own);
            }
        }
        after
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
            sides.push(printed.ok().map(|printed| {
                printed
                    .on(catalog.target().clone())
                    .sorted_by(catalog.collation().cloned())
            }));
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
