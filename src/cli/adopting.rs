//! The history of Liquibase held against the files: what is taken over, and what speaks against it.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::adopted::{Adopted, Recorded};
use super::both_changelogs::BothChangelogs;
use super::output::Output;
use super::project::{At, Project, run_by};
use super::{Exit, Failure};
use crate::changelog::{Changeset, Runs};
use crate::database::introspect::introspect_all;
use crate::database::{find_table, read_table};
use crate::diagnostic::Diagnostic;
use crate::executor::{RunError, RunErrorKind};
use crate::liquibase::checksum::Stored;
use crate::liquibase::{Identity, Lock, Made, Matched, Ran, Row, Verdict, held_lock, matched, rows_of};
use crate::operation::applies;
use crate::plan::{History, State, Taken, Was, selected, take_over};

/// Where Liquibase's tables are.
pub(super) struct Tables<'a> {
    pub schema: Option<&'a str>,
    pub log: &'a str,
    pub lock: &'a str,
}

/// What is beside what is taken over.
#[derive(Default)]
pub(super) struct Found {
    pub table: String,
    /// Rows that are not taken over, and why.
    pub left_over: Vec<(Identity, String)>,
    /// What the next `up` runs, and why.
    pub pending: Vec<(String, &'static str)>,
    pub lock: Option<Lock>,
    pub told: Vec<Diagnostic>,
    /// Why nothing is taken over, where nothing is.
    pub nothing: String,
}

/// The work of taking a history over.
pub(super) struct Adopting<'a> {
    pub project: &'a Project,
    pub read: &'a BothChangelogs,
    pub tables: Tables<'a>,
    pub output: &'a Output,
    pub found: Option<Found>,
}

/// A row with the changeset that it is of.
struct Paired<'a> {
    row: &'a Row,
    made: &'a Made,
    changeset: &'static Arc<Changeset>,
    is_moved: bool,
    /// Where its changelog has it.
    place: usize,
}

impl Adopting<'_> {
    /// What is to be recorded. The inner error was told already.
    pub async fn find(
        &mut self,
        at: &mut At<'_>,
        history: &History,
    ) -> Result<Result<Vec<Recorded>, Failure>, RunError> {
        let mut found = Found::default();
        let rows = self.rows(at, &mut found).await?;
        let meant = self.read.meant(at, self.project);
        let matched = {
            let all = &self.read.translated.changesets;
            let rows: Vec<&Identity> = rows.iter().map(|row| &row.identity).collect();
            let changesets: Vec<&Identity> = meant.iter().map(|place| &all[*place].identity).collect();
            matched(&rows, &changesets)
        };
        let mut problems = self.problems_of(&rows, &matched, &meant);
        self.leave(at, &rows, &matched, &mut found);
        let paired = self.paired(at, &rows, &matched, &meant, &mut found);
        if history.entries().next().is_some() {
            self.refuse_other(history, &paired)?;
            found.nothing = "the history of driftless has every row already".into();
            self.found = Some(found);
            return Ok(Ok(Vec::new()));
        }
        let verdicts: Vec<Verdict> = paired.iter().map(|one| self.verdict(at, one)).collect();
        for (one, verdict) in paired.iter().zip(&verdicts) {
            if let (Verdict::Differs { now }, Runs::Once) = (verdict, &one.changeset.runs) {
                problems.push(edited(one, now));
            }
        }
        if !problems.is_empty() {
            let failure = self.output.fail(Exit::Disagree, &problems, &self.read.own.sources);
            self.output.say("nothing was recorded");
            return Ok(Err(failure));
        }
        let adopted = match self.adopted(at, &paired, &verdicts, &mut found).await? {
            Ok(adopted) => adopted,
            Err(told) => return Ok(Err(told)),
        };
        self.pend(at, &adopted, &mut found);
        found.nothing = match rows.is_empty() {
            true => format!("`{}` has no rows", found.table),
            false => "no row is of a changeset of the files".into(),
        };
        self.found = Some(found);
        let recorded = adopted.into_iter().flat_map(|one| {
            let one = Rc::new(one);
            let tag = one.tag.is_some().then(|| Recorded::Tag(one.clone()));
            [Some(Recorded::Changeset(one)), tag].into_iter().flatten()
        });
        Ok(Ok(recorded.collect()))
    }

    /// The rows of Liquibase's table, and whether its lock is held.
    async fn rows(&self, at: &mut At<'_>, found: &mut Found) -> Result<Vec<Row>, RunError> {
        let Tables { schema, log, lock } = &self.tables;
        let Some(name) = find_table(at.session, at.target, *schema, log).await? else {
            let message = format!("the database has no table `{log}`");
            return Err(RunError::new(RunErrorKind::Usage, message)
                .help("`--table` and `--schema` say where Liquibase keeps what it ran"));
        };
        found.table = name.name.to_string();
        let table = read_table(at.session, at.target, &name).await?;
        let rows = rows_of(&table.columns, table.rows).map_err(|missing| {
            let message = format!(
                "`{name}` is no table of Liquibase: it has no column {}",
                missing.join(", ")
            );
            RunError::new(RunErrorKind::Usage, message)
        })?;
        if let Some(name) = find_table(at.session, at.target, *schema, lock).await? {
            let table = read_table(at.session, at.target, &name).await?;
            found.lock = held_lock(&table.columns, &table.rows);
        }
        Ok(rows)
    }

    /// What is wrong with the rows by themselves.
    fn problems_of(&self, rows: &[Row], matched: &Matched, meant: &[usize]) -> Vec<Diagnostic> {
        let mut problems = Vec::new();
        for row in rows {
            let whole = row.identity.whole();
            if row.ran.is_none() {
                let message = format!(
                    "the row of `{whole}` says `{}`, which Liquibase never writes",
                    row.exec_type
                );
                problems.push(Diagnostic::error("exec-type", message).note("it writes EXECUTED, RERAN, MARK_RAN"));
            }
            if row.order.is_none() {
                let message = format!("the row of `{whole}` has no number in ORDEREXECUTED");
                problems.push(Diagnostic::error("order-executed", message));
            }
        }
        for (place, several) in &matched.twice {
            let made = &self.read.translated.changesets[meant[*place]];
            let message = format!("the changeset `{}` has {} rows", made.identity.whole(), several.len());
            let mut problem = Diagnostic::error("row-twice", message).label(made.span, "");
            for row in several.iter().map(|row| &rows[*row]) {
                let executed = row.executed.as_deref().unwrap_or("an unknown moment");
                let order = row.order.unwrap_or_default();
                problem = problem.note(format!("number {order}, of {executed}, from {}", row.identity.path));
            }
            problems.push(problem.help("delete the row that is not right from Liquibase's table"));
        }
        problems
    }

    /// Rows that no changeset for this database is for.
    fn leave(&self, at: &At<'_>, rows: &[Row], matched: &Matched, found: &mut Found) {
        let all = self.read.translated.changesets.iter();
        let elsewhere: HashSet<_> = all.map(|made| made.identity.key()).collect();
        for row in matched.rows.iter().map(|row| &rows[*row]) {
            let why = match elsewhere.contains(&row.identity.key()) {
                true => format!("its changeset is not for {}", at.target.dialect.facts().title),
                false => "the files have no changeset for it".to_string(),
            };
            found.left_over.push((row.identity.clone(), why));
        }
    }

    /// The rows with the changesets of the changelog, in the order in which they ran.
    fn paired<'r>(
        &'r self,
        at: &At<'_>,
        rows: &'r [Row],
        matched: &Matched,
        meant: &[usize],
        found: &mut Found,
    ) -> Vec<Paired<'r>> {
        let mut paired = Vec::new();
        for pair in &matched.pairs {
            let (row, place) = (&rows[pair.row], meant[pair.changeset]);
            let changeset = self.read.changesets[place];
            let changeset = changeset.filter(|changeset| applies(&changeset.dialects, at.target.dialect));
            match changeset {
                Some(changeset) => paired.push(Paired {
                    row,
                    made: &self.read.translated.changesets[place],
                    changeset,
                    is_moved: !pair.is_exact,
                    place,
                }),
                None => {
                    let why = format!("`{}` has no changeset for it", self.project.first);
                    found.left_over.push((row.identity.clone(), why));
                }
            }
        }
        paired
    }

    fn verdict(&self, at: &At<'_>, one: &Paired<'_>) -> Verdict {
        let stored = Stored::read(one.row.sum.as_deref());
        let translated = &self.read.translated;
        translated.verify(one.made, &stored, at.target.dialect, &self.read.folder)
    }

    /// A history that is there already has to have all of it.
    fn refuse_other(&self, history: &History, paired: &[Paired<'_>]) -> Result<(), RunError> {
        let ids = paired.iter().map(|one| one.changeset.id.as_str());
        let missing: Vec<String> = ids
            .filter(|id| !history.is_there(id))
            .map(|id| format!("`{id}`"))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let message = format!(
            "the database has a history of driftless already, in which {} of the changesets that Liquibase ran are not",
            missing.len()
        );
        let shown: Vec<String> = missing.iter().take(10).cloned().collect();
        Err(RunError::new(RunErrorKind::Usage, message)
            .note(format!(
                "{}{}",
                shown.join(", "),
                if missing.len() > shown.len() { ", …" } else { "" }
            ))
            .help("`driftless mark --applied ID` records single changesets"))
    }

    async fn adopted(
        &self,
        at: &mut At<'_>,
        paired: &[Paired<'_>],
        verdicts: &[Verdict],
        found: &mut Found,
    ) -> Result<Result<Vec<Adopted>, Failure>, RunError> {
        let is_otherwise = |verdict: &Verdict, one: &Paired<'_>| {
            matches!(verdict, Verdict::Differs { .. }) && one.changeset.runs == Runs::OnChange
        };
        let each = paired.iter().zip(verdicts);
        let taken = each.clone().map(|(one, verdict)| Taken {
            changeset: one.changeset,
            place: one.place,
            was: match one.row.ran {
                Some(Ran::Marked) => Was::Marked,
                _ if is_otherwise(verdict, one) => Was::RunOtherwise,
                Some(Ran::Again) => Was::RunAgain,
                Some(Ran::Executed) | None => Was::Run,
            },
        });
        let taken: Vec<Taken<'_>> = taken.collect();
        let seen = match taken
            .iter()
            .any(|one| matches!(one.was, Was::RunOtherwise | Was::Marked))
        {
            true => Some(introspect_all(at.session, at.target, &at.store.own_tables()).await?),
            false => None,
        };
        let changelog = self.read.changelog;
        let planned = match take_over(changelog, at.target, &taken, seen.as_ref()) {
            Ok(planned) => planned,
            Err(wrong) => {
                let failure = self.output.fail(Exit::Usage, &wrong, &changelog.sources);
                self.output.tally(&wrong);
                return Ok(Err(failure));
            }
        };
        let tags = self.tags(paired, found);
        let taker = run_by();
        let adopted = planned.into_iter().map(|(place, planned)| {
            let (one, verdict) = (&paired[place], &verdicts[place]);
            Adopted {
                state: match one.row.ran {
                    Some(Ran::Marked) => State::Marked,
                    Some(Ran::Executed | Ran::Again) | None => State::Applied,
                },
                verified: match verdict {
                    Verdict::Unknown(why) => Err(why.clone()),
                    Verdict::Differs { .. } => Err("it was changed since it ran, and runs again".into()),
                    Verdict::Same | Verdict::Accepted => Ok(()),
                },
                is_moved: one.is_moved,
                is_otherwise: is_otherwise(verdict, one),
                tag: tags.get(&place).cloned(),
                run_by: {
                    let version = one.row.version.as_deref().map(|version| format!(" {version}"));
                    let text = format!("Liquibase{}, taken over by {taker}", version.unwrap_or_default());
                    text.chars().take(255).collect()
                },
                row: one.row.clone(),
                planned,
            }
        });
        Ok(Ok(adopted.collect()))
    }

    /// The tags that rows bear beside their changesets' own. Liquibase may give one to all rows of a second: the last bears it.
    fn tags(&self, paired: &[Paired<'_>], found: &mut Found) -> HashMap<usize, String> {
        let own: HashSet<&str> = paired.iter().filter_map(|one| one.changeset.tag.as_deref()).collect();
        let mut bearers: Vec<(&str, Vec<usize>)> = Vec::new();
        for (place, one) in paired.iter().enumerate() {
            let Some(tag) = one.row.tag.as_deref().filter(|tag| !own.contains(tag)) else {
                continue;
            };
            match bearers.iter_mut().find(|(known, _)| *known == tag) {
                Some((_, places)) => places.push(place),
                None => bearers.push((tag, vec![place])),
            }
        }
        let mut tags = HashMap::new();
        for (tag, places) in bearers {
            let last = places[places.len() - 1];
            if places.len() > 1 {
                let id = &paired[last].changeset.id;
                let message = format!(
                    "{} rows bear the tag `{tag}`: that after `{id}`, the last, is taken over",
                    places.len()
                );
                found.told.push(Diagnostic::warning("tag-twice", message));
            }
            tags.insert(last, tag.to_string());
        }
        tags
    }

    /// What the next run brings.
    fn pend(&self, at: &At<'_>, adopted: &[Adopted], found: &mut Found) {
        let by_id: HashMap<&str, &Adopted> = adopted.iter().map(|one| (one.id(), one)).collect();
        for changeset in selected(self.read.changelog, at.target, &self.project.selection) {
            let why = match by_id.get(changeset.id.as_str()) {
                None => "it has no row",
                Some(one) if one.is_otherwise => "it was changed since it ran",
                Some(_) if changeset.runs == Runs::Always => "it runs with every `up`",
                Some(_) => continue,
            };
            found.pending.push((changeset.id.clone(), why));
        }
    }
}

/// What runs once and is not what ran.
fn edited(one: &Paired<'_>, now: &str) -> Diagnostic {
    let stored = one.row.sum.as_deref().unwrap_or_default();
    let message = format!(
        "the changeset `{}` is not what Liquibase ran",
        one.made.identity.whole()
    );
    Diagnostic::error("edited-after-applied", message)
        .label(one.made.span, "")
        .note(format!("its checksum is {now}, and its row has {stored}"))
        .note("Liquibase refuses it, too")
        .help("put the file back as it was")
        .help(format!("or accept what ran: `validCheckSum` with {stored}"))
}
