//! Changesets with conditions in the fold: what the plan itself knows of the answers, and what follows from them.

use std::sync::Arc;

use super::clause::Resolver;
use super::gate::{Answer, Asks, Gate, Passage, Turn};
use super::go_on::as_warnings;
use super::taken_over::shows;
use super::way_back::Undoing;
use super::{Direction, Fold, PlannedChangeset, parameters_digest};
use crate::changelog::{Changeset, Conditions, FileConditions, Otherwise, Parameters, Secrets};
use crate::diagnostic::Diagnostic;
use crate::document::{Kind, Node};
use crate::model::{Catalog, Change, ObjectKind, Restores};
use crate::render::Inquiry;

impl Fold<'_> {
    /// The conditions of a changeset as they are asked on this target, nothing answered; `None` where it has none.
    pub fn gate(&mut self, changeset: &Changeset) -> Option<Gate> {
        if let Some(needed) = changeset
            .depends_on
            .iter()
            .find(|needed| needed.ids().any(|id| self.left_out.contains(id)))
        {
            return Some(Gate::closed(needed, self.catalog.target().dialect));
        }
        if changeset.conditions.is_empty() && changeset.around.is_empty() {
            return None;
        }
        let mut made = Vec::new();
        for node in &changeset.operations {
            node.node.visit_strings(&mut |text, _| made.push(text.to_string()));
        }
        let gate = self.resolve_conditions(&changeset.conditions, &changeset.parameters, made);
        Some(gate)
    }

    /// Likewise those of a file.
    pub fn file_gate(&mut self, file: &FileConditions) -> Gate {
        let mut gate = self.resolve_conditions(&file.conditions, &file.parameters, Vec::new());
        gate.file = Some(file.file.clone());
        gate
    }

    fn resolve_conditions(&mut self, conditions: &Conditions, parameters: &Parameters, made: Vec<String>) -> Gate {
        let dialect = self.catalog.target().dialect;
        let as_taken = |texts: Vec<String>| -> Vec<String> {
            let taken = texts
                .iter()
                .map(|text| conditions.names.read(text, dialect).to_string());
            taken.collect()
        };
        let mut resolver = Resolver {
            catalog: &self.catalog,
            sources: &self.changelog.sources,
            substitutes: &self.changelog.substitutes,
            parameters,
            names: conditions.names,
            uncertain: self.uncertain.clone(),
            asked_for: as_taken(asked_for(conditions)),
            made: as_taken(made),
            diagnostics: Vec::new(),
            count: 0,
        };
        let only_if = resolver.list(&conditions.only_if);
        let require = resolver.list(&conditions.require);
        self.diagnostics.append(&mut resolver.diagnostics);
        Gate::new(only_if, require, conditions.otherwise, self.catalog.target().dialect)
    }

    /// Takes into account that a changeset is not planned, though it is pending: nor is what depends on it.
    pub fn leave_out(&mut self, id: &str) {
        self.left_out.insert(id.to_string());
    }

    /// Whether a changeset was planned on its way up.
    pub fn plans(&self, id: &str) -> bool {
        self.held.contains(id)
    }

    /// What the plan knows: of the changesets in it, and of what they make and drop.
    pub fn knows(&self, asks: &Asks) -> Option<Answer> {
        match asks {
            Asks::Known { holds, .. } => Some(Answer::of(*holds)),
            Asks::Applied(held) => held.holds(&|id| self.plans(id)).then(|| Answer::of(true)),
            Asks::Of(inquiry) => match (has(&self.catalog, inquiry), has(&self.begun, inquiry)) {
                (true, _) => Some(Answer::of(true)),
                (false, true) => Some(Answer::of(false)),
                (false, false) => self.knows_before(asks),
            },
        }
    }

    /// What the plan knows of the time before it, where its changesets are carried out already.
    pub fn knows_before(&self, asks: &Asks) -> Option<Answer> {
        match (asks, &self.carried_out) {
            (Asks::Of(inquiry), Some(after)) if has(after, inquiry) => Some(Answer::of(false)),
            _ => None,
        }
    }

    /// Whether the database that is asked is as it was before the plan.
    pub fn is_ahead(&self) -> bool {
        self.carried_out.is_none()
    }

    /// Answers without a database: what the plan does not know is assumed to hold.
    pub fn assume(&self, mut gate: Gate) -> Gate {
        while let Passage::Asks(leaf) = gate.passage() {
            let answer = self.knows(&leaf.asks).unwrap_or_else(|| match leaf.asks {
                // From nothing on, only what was planned before is applied.
                Asks::Applied(_) => Answer::of(false),
                Asks::Known { .. } | Asks::Of(_) => Answer::assumed(),
            });
            let number = leaf.number;
            gate.answer(number, answer);
        }
        gate
    }

    /// Plans a changeset on its way up as its conditions, which are answered, say.
    pub fn gated(&mut self, changeset: &Arc<Changeset>, done: &[Change], gate: Gate) -> PlannedChangeset {
        self.gated_on(changeset, done, gate, None)
    }

    /// Likewise on a database that shows a schema: what is marked counts where it shows what that makes.
    pub fn gated_on(
        &mut self,
        changeset: &Arc<Changeset>,
        done: &[Change],
        gate: Gate,
        seen: Option<&Catalog>,
    ) -> PlannedChangeset {
        let turn = gate.whole_turn();
        let may_fail = !changeset.on_error.is_stop();
        let mut planned = match turn {
            Turn::LeftOut => {
                self.leave_out(&changeset.id);
                left_out(changeset)
            }
            Turn::Marked if gate.never_opens() || gate.is_for_want() => self.marked_for_nothing(changeset),
            Turn::Marked => self.marked(changeset, seen),
            Turn::Run if done.is_empty() && self.doubts && gate.is_let_through() => {
                return self.gated_on(changeset, done, gate.closed_for_want(), seen);
            }
            Turn::Run if done.is_empty() && !may_fail && gate.is_let_through() => {
                return self.let_through(changeset, gate);
            }
            Turn::Run => self.up_or_leave_out(changeset, done),
        };
        if planned.is_broken() {
            return planned;
        }
        if turn == Turn::Marked {
            mark(&mut planned);
        }
        planned.turn = turn;
        planned.gate = Some(Box::new(gate));
        planned
    }

    /// What is marked because of what is there. It may not have come to what it was for: an index that there never was, say,
    /// was not dropped.
    fn marked(&mut self, changeset: &Arc<Changeset>, seen: Option<&Catalog>) -> PlannedChangeset {
        let before = self.state();
        let may_fail = !changeset.on_error.is_stop();
        match self.attempt(changeset, |wrong| may_fail || is_of_what_is_there(wrong)) {
            Ok(planned) if seen.is_none_or(|seen| self.is_there(seen, &planned.changes)) => planned,
            Ok(_) => {
                self.set_state(before);
                self.marked_for_nothing(changeset)
            }
            Err(_) => self.marked_for_nothing(changeset),
        }
    }

    /// Whether a database shows what changes make. What is taken from tables that are only to come is not taken yet.
    fn is_there(&self, seen: &Catalog, changes: &[Change]) -> bool {
        let takes_from_what_comes = changes.iter().any(|change| match change {
            Change::DropTable { table } => self.begun.table(&table.name).is_none(),
            Change::DropColumn { table, .. }
            | Change::AlterColumn { table, .. }
            | Change::DropIndex { table, .. }
            | Change::DropConstraint { table, .. } => self.begun.table(table).is_none(),
            _ => false,
        });
        !takes_from_what_comes && shows(seen, changes)
    }

    /// Plans a changeset whose conditions nobody can answer yet. Where it does not fit what the changesets before it make, its
    /// conditions are taken not to hold: they are there for that.
    fn let_through(&mut self, changeset: &Arc<Changeset>, gate: Gate) -> PlannedChangeset {
        let mut told = match self.attempt(changeset, is_of_what_is_there) {
            Ok(mut planned) => {
                planned.gate = Some(Box::new(gate));
                return planned;
            }
            Err(told) => told,
        };
        let comes = match gate.otherwise {
            Otherwise::LeaveOut => "left out",
            Otherwise::MarkApplied => "recorded, and not run",
        };
        let note = format!(
            "changeset `{}` is taken to be {comes}: its conditions are there for that",
            changeset.id
        );
        as_warnings(&mut told, &note);
        self.diagnostics.append(&mut told);
        self.gated(changeset, &[], gate.closed_for_want())
    }

    /// A changeset that is recorded where it is not meant: what it makes is not taken to be there.
    pub(super) fn marked_for_nothing(&mut self, changeset: &Arc<Changeset>) -> PlannedChangeset {
        self.held.insert(changeset.id.clone());
        PlannedChangeset {
            parameters: parameters_digest(changeset, self.catalog.target(), &self.changelog.sources),
            turn: Turn::Marked,
            ..left_out(changeset)
        }
    }

    /// Plans a changeset on its way up without a database.
    pub fn offline(&mut self, changeset: &Arc<Changeset>) -> PlannedChangeset {
        let Some(mut gate) = self.gate(changeset) else {
            return self.up_or_leave_out(changeset, &[]);
        };
        for file in &changeset.around {
            let around = match self.around.iter().find(|(known, _)| Arc::ptr_eq(known, file)) {
                Some((_, around)) => around.clone(),
                None => {
                    let around = self.file_gate(file);
                    let around = Arc::new(self.assume(around));
                    self.around.push((file.clone(), around.clone()));
                    around
                }
            };
            gate.around.push(around);
        }
        let gate = self.assume(gate);
        self.gated(changeset, &[], gate)
    }
}

/// Whether a mistake is one only as the schema stands.
fn is_of_what_is_there(diagnostic: &Diagnostic) -> bool {
    let of_words = ["type", "field", "language", "privilege", "value"];
    let what = ["unknown-", "duplicate-"]
        .iter()
        .find_map(|kind| diagnostic.code.strip_prefix(kind));
    what.is_some_and(|what| !of_words.contains(&what))
        || ["second-primary-key", "identity-with-default"].contains(&diagnostic.code)
}

/// Makes of a planned changeset one that is recorded, and of which nothing is run.
pub(super) fn mark(planned: &mut PlannedChangeset) {
    planned.statements.clear();
    planned.transactional = true;
    planned.destroys.clear();
    // Its way back runs nothing either.
    planned.restores = Restores::Exact;
    planned.reverse_destroys.clear();
    planned.turn = Turn::Marked;
}

/// A changeset of which nothing happens.
pub(super) fn left_out(changeset: &Arc<Changeset>) -> PlannedChangeset {
    PlannedChangeset {
        id: changeset.id.clone(),
        file: changeset.file.clone(),
        author: changeset.author.clone(),
        comment: changeset.comment.clone(),
        tag: changeset.tag.clone(),
        checksum: changeset.checksum.clone(),
        reverse_checksum: changeset.reverse_checksum.clone(),
        parameters: None,
        direction: Direction::Up,
        run: None,
        source: Some(changeset.clone()),
        changes: Vec::new(),
        origins: Vec::new(),
        statements: Vec::new(),
        done: 0,
        is_half: false,
        reverse: None,
        undoing: Undoing::default(),
        restores: Restores::Exact,
        reverse_destroys: Vec::new(),
        destroys: Vec::new(),
        transactional: true,
        waits: changeset.waits,
        turn: Turn::LeftOut,
        gate: None,
        secrets: Secrets::default(),
    }
}

/// The tables and views whose existence is asked for.
fn asked_for(conditions: &Conditions) -> Vec<String> {
    let mut names = Vec::new();
    for node in conditions.only_if.iter().chain(&conditions.require) {
        collect(node, &mut names);
    }
    names
}

fn collect(node: &Node, names: &mut Vec<String>) {
    for entry in node.entries() {
        match &*entry.key {
            "table_exists" | "view_exists" => entry.value.visit_strings(&mut |text, _| names.push(text.to_string())),
            _ => collect(&entry.value, names),
        }
    }
    if let Kind::Seq(items) = &node.kind {
        items.iter().for_each(|item| collect(item, names));
    }
}

/// Whether a catalog has what is asked for; of rows and users it knows nothing.
fn has(catalog: &Catalog, inquiry: &Inquiry) -> bool {
    let case = catalog.column_case();
    match inquiry {
        Inquiry::Table(name) => catalog.table(name).is_some(),
        Inquiry::View(name) => catalog.view(name).is_some(),
        Inquiry::Sequence(name) => catalog.object(ObjectKind::Sequence, name).is_some(),
        Inquiry::Column { table, name } => {
            let table = catalog.table(table);
            table.is_some_and(|table| table.column(name, case).is_some())
        }
        Inquiry::Index { table, name } => {
            let mut indexes = catalog.table(table).into_iter().flat_map(|table| &table.indexes);
            indexes.any(|index| index.name.same(name, case))
        }
        Inquiry::Constraint { table, name } => catalog.table(table).is_some_and(|table| {
            let is_key = **name == *"PRIMARY" && table.primary_key.is_some();
            is_key || table.constraint_names().any(|(known, _)| known.same(name, case))
        }),
        Inquiry::Rows { .. } | Inquiry::Answer { .. } | Inquiry::User(_) => false,
    }
}
