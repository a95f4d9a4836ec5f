//! The fold: changesets one after the other, each resolved, rendered and applied to the schema that it leaves behind.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::gate::{Gate, Turn};
use super::go_on::as_warnings;
use super::way_back::{Undoing, derived, destroyed, way_back};
use super::{Begun, Direction, Entry, History, Record, State, StoredReverse, differences_in_words};
use crate::changelog::{
    Changelog, Changeset, FileConditions, OperationNode, Reverse, Secrets, Selection, Typed, Waits, canonical_json,
    expand, secrets_of, sha256_hex,
};
use crate::diagnostic::{Diagnostic, Problem, Sources, Span};
use crate::dialect::{Feature, ObjectName, Target, holes, split};
use crate::document::{Node, place_in_text};
use crate::model::{Catalog, Change, Destroys, NormalForm, Restores, without_purged};
use crate::operation::{Context, Operation, Uncertain, out_of_step};
use crate::render::{NewTables, Statement, lowered, put_back, render, render_on};

/// One changeset as it would be carried out.
#[derive(Debug, Clone)]
pub struct PlannedChangeset {
    pub id: String,
    pub file: String,
    pub author: Option<String>,
    pub comment: Option<String>,
    pub tag: Option<String>,
    pub checksum: String,
    pub reverse_checksum: Option<String>,
    /// A digest of the values of the parameters that were used.
    pub parameters: Option<String>,
    pub direction: Direction,
    /// The run that it goes on with or takes back; `None` where it begins one.
    pub run: Option<Begun>,
    /// The file's changeset, where it still has it.
    pub source: Option<Arc<Changeset>>,
    /// All of its changes, those already done of a half-applied one included.
    pub changes: Vec<Change>,
    /// For each change, where its operation stands.
    pub origins: Vec<Option<Span>>,
    pub statements: Vec<Statement>,
    /// How many of the changes are done already.
    pub done: usize,
    /// Whether it is half applied, on its way up or down.
    pub is_half: bool,
    /// The author's own way back, resolved.
    pub reverse: Option<StoredReverse>,
    /// On the way down, what is taken back.
    pub undoing: Undoing,
    /// What going back restores, and what it destroys.
    pub restores: Restores,
    pub reverse_destroys: Vec<Destroys>,
    /// What carrying it out destroys.
    pub destroys: Vec<Destroys>,
    /// Whether all of it is one transaction.
    pub transactional: bool,
    /// How long its statements wait, where it says so.
    pub waits: Waits,
    /// What becomes of it, as its conditions were answered.
    pub turn: Turn,
    /// Its conditions, where it has any.
    pub gate: Option<Box<Gate>>,
    /// What is put into its statements when they are sent, and into nothing else.
    pub secrets: Secrets,
}

/// The schema as it stands, and what was found so far.
pub struct Fold<'a> {
    pub(super) changelog: &'a Changelog,
    /// The schema after the last changeset.
    pub catalog: Catalog,
    /// The same, a changeset behind: statements are rendered against what is there before them.
    rendered: Catalog,
    /// The schema before the first changeset.
    pub(super) begun: Catalog,
    /// Where a database has the changesets already, and they are only to be recorded: the schema after the last one.
    pub(super) carried_out: Option<Catalog>,
    /// What is planned on its way up, in order, as far as that was said.
    pub(super) expected: Vec<Arc<Changeset>>,
    /// While one of them that runs again is resolved: those behind it.
    pub(super) coming: Option<Vec<Arc<Changeset>>>,
    /// The changesets that were planned on their way up.
    pub(super) held: HashSet<String>,
    /// How many runs of each changeset were planned on their way back.
    taken_back: HashMap<String, usize>,
    /// Those that were left out.
    pub(super) left_out: HashSet<String>,
    /// The conditions of files, answered.
    pub(super) around: Vec<(Arc<FileConditions>, Arc<Gate>)>,
    /// What is known of the rows in tables that the plan makes.
    made: NewTables,
    pub(super) uncertain: Uncertain,
    /// Operations that were told to be wrong: a character NUL in their statements is among it.
    refused: HashSet<Span>,
    /// Tables in which data was set aside, and that are no longer there.
    purged: BTreeSet<ObjectName>,
    /// What the database has beside what is known: the next changeset takes it in.
    beside: Vec<Change>,
    /// Whether conditions that nobody can answer yet are taken not to hold.
    pub(super) doubts: bool,
    pub diagnostics: Vec<Diagnostic>,
}

/// The schema as it stood, and what was not known of it.
pub(super) struct FoldState {
    catalog: Catalog,
    rendered: Catalog,
    uncertain: Uncertain,
}

/// An operation that was resolved: its changes, and the tree that it came from.
pub(super) struct Resolved {
    pub(super) changes: Vec<(Change, Span)>,
    used: BTreeMap<String, String>,
    secrets: Secrets,
}

impl<'a> Fold<'a> {
    pub fn new(changelog: &'a Changelog, catalog: Catalog) -> Fold<'a> {
        Fold {
            changelog,
            rendered: catalog.clone(),
            begun: catalog.clone(),
            carried_out: None,
            expected: Vec::new(),
            coming: None,
            held: HashSet::new(),
            taken_back: HashMap::new(),
            left_out: HashSet::new(),
            around: Vec::new(),
            made: NewTables::of(&catalog),
            catalog,
            uncertain: Uncertain::default(),
            refused: HashSet::new(),
            purged: BTreeSet::new(),
            beside: Vec::new(),
            doubts: false,
            diagnostics: Vec::new(),
        }
    }

    /// What a changeset changes while it is planned.
    pub(super) fn state(&self) -> FoldState {
        FoldState {
            catalog: self.catalog.clone(),
            rendered: self.rendered.clone(),
            uncertain: self.uncertain.clone(),
        }
    }

    /// Back to a state before, with nothing known of rows.
    pub(super) fn set_state(&mut self, state: FoldState) {
        (self.catalog, self.rendered, self.uncertain) = (state.catalog, state.rendered, state.uncertain);
        self.made.forget();
    }

    /// Takes into account that data which was set aside is gone: those tables are not there.
    pub fn without(mut self, purged: BTreeSet<ObjectName>) -> Fold<'a> {
        self.purged = purged;
        self
    }

    /// Takes in what the database has beside what is known, with the next changeset that goes up: what it is made of.
    pub fn beside(mut self, changes: Vec<Change>) -> Fold<'a> {
        self.beside = changes;
        self
    }

    /// Takes conditions that nobody can answer yet not to hold.
    pub fn doubting(mut self) -> Fold<'a> {
        self.doubts = true;
        self
    }

    /// What was there before the changelog, as a change that does nothing.
    fn take_in_beside(&mut self) -> Option<Change> {
        let effects = std::mem::take(&mut self.beside);
        if effects.is_empty() {
            return None;
        }
        let remark = "-- what the database had already".to_string();
        let change = Change::Raw {
            up: remark.clone(),
            down: Some(remark),
            effects: Some(effects),
            part: None,
        };
        // It was read of the database: what cannot be applied is told where it is rendered.
        let _ = self.catalog.apply(&change);
        Some(change)
    }

    /// Takes into account that a database has these changesets already: what they make was not there before them, whatever
    /// it shows.
    pub fn carried_out(mut self, changesets: &[&Arc<Changeset>]) -> Fold<'a> {
        let mut all = Fold::new(self.changelog, self.catalog.clone());
        for changeset in changesets {
            all.up(changeset, &[]);
        }
        self.carried_out = Some(all.catalog);
        self
    }

    /// Plans a changeset on its way up; `done` are the changes of a half-applied one.
    pub fn up(&mut self, changeset: &Arc<Changeset>, done: &[Change]) -> PlannedChangeset {
        self.held.insert(changeset.id.clone());
        // Only an explicit way back is held against the schema before.
        let beside = self.take_in_beside();
        let before = changeset.reverse.as_ref().map(|_| NormalForm::of(&self.catalog));
        self.coming = self.behind(changeset);
        let resolved = self.resolve(changeset, &changeset.operations);
        self.coming = None;
        let resolved_changes = resolved.changes.into_iter().map(|(change, span)| (change, Some(span)));
        let beside = beside.into_iter().map(|change| (change, None));
        let (changes, origins): (Vec<Change>, Vec<Option<Span>>) = beside.chain(resolved_changes).unzip();
        let transactional = self.is_transactional(changeset.transaction, &changes);
        let (changes, origins) = match transactional {
            true => (changes, origins),
            false => one_statement_each(changes, origins, &self.catalog),
        };
        let goes_on =
            done.len() <= changes.len() && done.iter().zip(&changes).all(|(done, now)| is_same_step(done, now));
        let done_count = match goes_on {
            true => done.len(),
            false => {
                self.refuse_resume(changeset, &changes, done);
                0
            }
        };
        let statements = self.render(&changes, &origins, done_count);
        let warnings = self.diagnostics.len();
        let reverse = changeset
            .reverse
            .as_ref()
            .map(|reverse| self.explicit_reverse(changeset, reverse, before.as_ref()));
        let differs = self.diagnostics[warnings..]
            .iter()
            .any(|diagnostic| diagnostic.code == "reverse-differs");
        self.warn_of_raw(changeset, &changes, &origins);
        let (mut restores, reverse_destroys) = way_back(&changes, reverse.as_ref());
        if differs {
            restores = restores.and(Restores::Lossy(
                "what `reverse` brings back, which is not all of the schema before".into(),
            ));
        }
        PlannedChangeset {
            id: changeset.id.clone(),
            file: changeset.file.clone(),
            author: changeset.author.clone(),
            comment: changeset.comment.clone(),
            tag: changeset.tag.clone(),
            checksum: changeset.checksum.clone(),
            reverse_checksum: changeset.reverse_checksum.clone(),
            parameters: digest(&resolved.used),
            secrets: resolved.secrets,
            direction: Direction::Up,
            run: None,
            source: Some(changeset.clone()),
            destroys: destroyed(&changes),
            transactional,
            waits: changeset.waits,
            turn: Turn::Run,
            gate: None,
            changes,
            origins,
            statements,
            done: done_count,
            is_half: !done.is_empty(),
            reverse,
            undoing: Undoing::default(),
            restores,
            reverse_destroys,
        }
    }

    /// Plans the way back of a run; `changeset` is the file's, where it still has it.
    pub fn down(&mut self, entry: Entry<'_>, changeset: Option<&Arc<Changeset>>) -> PlannedChangeset {
        let gone = self.taken_back.entry(entry.record.id.clone()).or_default();
        let run = Begun {
            seq: entry.began.seq,
            // The latest ones go first.
            later: entry.later.saturating_sub(*gone),
        };
        *gone += 1;
        let record = entry.record;
        if entry.is_marked_by_condition() {
            return self.unmark(record, run, changeset);
        }
        let stored = record.changes.as_ref();
        let done: &[Change] = stored.map_or(&[], |stored| &stored.changes);
        let explicit = self.reverse_for(record, changeset.map(AsRef::as_ref));
        let mut undoing = Undoing::default();
        // Of an explicit way back nothing says which step undoes what.
        let unknown = |changes: &[Change]| changes.iter().map(|step| (usize::MAX, step.clone())).collect();
        let (steps, restores): (Vec<(usize, Change)>, Restores) = match &explicit {
            Some(StoredReverse::Changes(changes)) => (unknown(changes), Restores::Exact),
            Some(StoredReverse::Irreversible(why)) => (Vec::new(), Restores::None(why.clone())),
            None => {
                let (done, without) = without_purged(done, |store| self.purged.contains(store));
                let (steps, restores) = derived(&done);
                undoing.changes = done;
                (steps, restores.and(without))
            }
        };
        let span = changeset.map(|changeset| changeset.span);
        self.warn_of_purged(record, explicit.as_ref(), span);
        let (steps, restores) = self.without_changed_files(steps, restores, changeset.map(AsRef::as_ref), span);
        if let Restores::None(why) = &restores {
            let mut diagnostic = Diagnostic::error(
                "irreversible",
                format!("changeset `{}` cannot be taken back: {why}", record.id),
            );
            if let Some(span) = span {
                diagnostic = diagnostic.label(span, "");
            }
            if !matches!(explicit, Some(StoredReverse::Irreversible(_))) {
                diagnostic = diagnostic.help("write a `reverse` for the changeset (or `down` for its SQL): it is used even though the changeset is applied");
            }
            self.diagnostics.push(diagnostic);
        }
        let (places, changes): (Vec<usize>, Vec<Change>) = steps.into_iter().unzip();
        for change in &changes {
            // What a reverse of the file resolved is applied already.
            let _ = self.catalog.apply(change);
        }
        let transactional = self.is_transactional(changeset.is_none_or(|changeset| changeset.transaction), &changes);
        let (changes, places) = match transactional {
            true => (changes, places),
            false => one_statement_each(changes, places, &self.catalog),
        };
        if explicit.is_none() {
            undoing.places = places;
        }
        let origins = vec![span; changes.len()];
        let mut statements = self.render(&changes, &origins, 0);
        if explicit.is_none() {
            statements = put_back(statements, &changes, self.catalog.target().dialect.family());
        }
        let secrets = self.secrets_in(&statements, changeset);
        PlannedChangeset {
            secrets,
            id: record.id.clone(),
            file: record.file.clone(),
            author: record.author.clone(),
            comment: record.comment.clone(),
            tag: record.tag.clone(),
            checksum: record.checksum.clone(),
            reverse_checksum: record.reverse_checksum.clone(),
            parameters: record.parameters.clone(),
            direction: Direction::Down,
            run: Some(run),
            source: changeset.cloned(),
            destroys: destroyed(&changes),
            transactional,
            waits: changeset.map(|changeset| changeset.waits).unwrap_or_default(),
            turn: Turn::Run,
            gate: None,
            changes,
            origins,
            statements,
            done: 0,
            is_half: record.state == State::Partial,
            reverse: None,
            undoing,
            restores,
            reverse_destroys: Vec::new(),
        }
    }

    /// Plans the way back of what was recorded and never run: the plan does not know of it any more, and nothing is run.
    fn unmark(&mut self, record: &Record, run: Begun, changeset: Option<&Arc<Changeset>>) -> PlannedChangeset {
        let done: &[Change] = record.changes.as_ref().map_or(&[], |stored| &stored.changes);
        for (_, change) in derived(done).0 {
            // What cannot be applied is told where the next one is rendered.
            let _ = self.catalog.apply(&change);
            let _ = self.rendered.apply(&change);
        }
        self.made.forget();
        PlannedChangeset {
            direction: Direction::Down,
            run: Some(run),
            source: changeset.cloned(),
            changes: Vec::new(),
            origins: Vec::new(),
            statements: Vec::new(),
            destroys: Vec::new(),
            transactional: true,
            reverse: None,
            turn: Turn::Marked,
            ..self.again(&Record {
                changes: None,
                ..record.clone()
            })
        }
    }

    /// Plans what a row recorded once more, the way it went up.
    pub fn again(&mut self, record: &Record) -> PlannedChangeset {
        let stored = record.changes.as_ref();
        let changes: Vec<Change> = stored.map(|stored| stored.changes.clone()).unwrap_or_default();
        for change in &changes {
            // It is the history that it comes from: what cannot be applied is told where it is rendered.
            let _ = self.catalog.apply(change);
        }
        let origins = vec![None; changes.len()];
        let statements = self.render(&changes, &origins, 0);
        let secrets = self.secrets_in(&statements, None);
        PlannedChangeset {
            secrets,
            id: record.id.clone(),
            file: record.file.clone(),
            author: record.author.clone(),
            comment: record.comment.clone(),
            tag: record.tag.clone(),
            checksum: record.checksum.clone(),
            reverse_checksum: record.reverse_checksum.clone(),
            parameters: record.parameters.clone(),
            direction: Direction::Up,
            run: None,
            source: None,
            destroys: destroyed(&changes),
            transactional: self.is_transactional(true, &changes),
            waits: Waits::default(),
            turn: Turn::Run,
            gate: None,
            changes,
            origins,
            statements,
            done: 0,
            is_half: false,
            reverse: stored.and_then(|stored| stored.reverse.clone()),
            undoing: Undoing::default(),
            restores: Restores::Exact,
            reverse_destroys: Vec::new(),
        }
    }

    /// What the secrets are worth that the history has by their names only, by what is said of them now.
    fn secrets_in(&self, statements: &[Statement], changeset: Option<&Arc<Changeset>>) -> Secrets {
        let parameters = changeset
            .map(|changeset| &changeset.parameters)
            .unwrap_or(&self.changelog.parameters);
        let texts = statements.iter().flat_map(Statement::texts);
        let dialect = self.catalog.target().dialect;
        secrets_of(texts, parameters, dialect, &self.changelog.sources)
    }

    fn warn_of_purged(&mut self, record: &Record, explicit: Option<&StoredReverse>, span: Option<Span>) {
        let stored = record.changes.as_ref().filter(|_| explicit.is_none());
        let mut told = BTreeSet::new();
        for change in stored.into_iter().flat_map(|stored| &stored.changes) {
            let Change::SetAside { kept } = change else {
                continue;
            };
            let store = kept.stored_in();
            if !self.purged.contains(&store) || !told.insert(store.clone()) {
                continue;
            }
            let message = format!("what changeset `{}` set aside is gone: {}", record.id, kept.what());
            let mut diagnostic = Diagnostic::warning("purged", message).note(format!("there is no table `{store}`"));
            if let Some(span) = span {
                diagnostic = diagnostic.label(span, "");
            }
            self.diagnostics.push(diagnostic);
        }
    }

    /// The keys of a file say which rows to take out only while it is the one that was loaded.
    fn without_changed_files(
        &mut self,
        steps: Vec<(usize, Change)>,
        mut restores: Restores,
        changeset: Option<&Changeset>,
        span: Option<Span>,
    ) -> (Vec<(usize, Change)>, Restores) {
        let mut kept = Vec::new();
        for (place, change) in steps {
            let Change::UnloadRows { table, source } = &change else {
                kept.push((place, change));
                continue;
            };
            let files = changeset.into_iter().flat_map(|changeset| changeset.files.values());
            let same = files
                .into_iter()
                .find(|file| file.path == source.path)
                .is_some_and(|file| file.sha256 == source.sha256);
            if same {
                kept.push((place, change));
                continue;
            }
            let message = format!(
                "the rows of `{}` stay in `{table}`: the file is not the one that was loaded",
                source.path
            );
            let mut diagnostic = Diagnostic::warning("file-changed", message.clone())
                .help("put the file back as it was to have its rows taken out");
            if let Some(span) = span {
                diagnostic = diagnostic.label(span, "");
            }
            self.diagnostics.push(diagnostic);
            restores = restores.and(Restores::Lossy(message));
        }
        (kept, restores)
    }

    /// The author's way back: the file's where it was written since, else the one that was recorded.
    fn reverse_for(&mut self, record: &Record, changeset: Option<&Changeset>) -> Option<StoredReverse> {
        let stored = record.changes.as_ref().and_then(|stored| stored.reverse.clone());
        let newer = changeset.filter(|changeset| changeset.reverse_checksum != record.reverse_checksum);
        let Some((changeset, reverse)) = newer.and_then(|changeset| Some((changeset, changeset.reverse.as_ref()?)))
        else {
            return stored;
        };
        match reverse {
            Reverse::Irreversible(why) => Some(StoredReverse::Irreversible(why.clone())),
            Reverse::Operations(nodes) => {
                let catalog = self.catalog.clone();
                let resolved = self.resolve(changeset, nodes);
                self.catalog = catalog;
                Some(StoredReverse::Changes(
                    resolved.changes.into_iter().map(|(change, _)| change).collect(),
                ))
            }
        }
    }

    fn is_transactional(&self, wanted: bool, changes: &[Change]) -> bool {
        let target = self.catalog.target();
        let rows_only = changes
            .iter()
            .all(|change| change.is_of_rows() && !self.catalog.writes_for_good(change));
        let concurrent = changes.iter().any(Change::is_concurrent);
        wanted && !concurrent && (target.supports(Feature::TransactionalDdl) || rows_only)
    }

    fn render(&mut self, changes: &[Change], origins: &[Option<Span>], done: usize) -> Vec<Statement> {
        for change in &changes[..done] {
            // It was resolved against the same schema: what cannot be applied has been told.
            let _ = self.rendered.apply(change);
            self.made.forget();
        }
        let (mut statements, problems) = render_on(&mut self.rendered, &mut self.made, &changes[done..]);
        for statement in &mut statements {
            statement.change += done;
            for need in &mut statement.needs {
                need.change += done;
            }
        }
        for (at, problem) in problems {
            let span = origins.get(done + at).copied().flatten();
            let is_told = problem.diagnostic.code == "nul" && span.is_some_and(|span| self.refused.contains(&span));
            if !is_told {
                self.diagnostics.push(located(problem, span));
            }
        }
        statements
    }

    /// The changes of one operation, which the schema has after it.
    pub(super) fn resolved(&mut self, changeset: &Changeset, node: &OperationNode) -> Vec<Change> {
        let resolved = self.resolve(changeset, std::slice::from_ref(node));
        resolved.changes.into_iter().map(|(change, _)| change).collect()
    }

    /// Resolves operations one after the other, each on what the ones before leave.
    pub(super) fn resolve(&mut self, changeset: &Changeset, nodes: &[OperationNode]) -> Resolved {
        let mut resolved = Resolved {
            changes: Vec::new(),
            used: BTreeMap::new(),
            secrets: Secrets::default(),
        };
        let told = self.diagnostics.len();
        for (at, node) in nodes.iter().enumerate() {
            let Some((operation, tree)) = self.typed(changeset, node, &mut resolved) else {
                self.uncertain.unread(&node.node);
                continue;
            };
            let tree = tree.as_ref().unwrap_or(&node.node);
            let body = tree.entries().first().map_or(tree, |entry| &entry.value);
            let mut context = Context::new(&self.catalog, &changeset.files, std::mem::take(&mut self.uncertain));
            context.replaces = !changeset.runs.is_once();
            context.names = changeset.names;
            let changes = context.resolved(&operation);
            self.uncertain = std::mem::take(&mut context.uncertain);
            let problems = std::mem::take(&mut context.problems);
            let places = std::mem::take(&mut context.places);
            let failed = problems.iter().any(|problem| problem.diagnostic.is_error());
            let changes = self.with_coming_texts(changes, changeset, &nodes[at + 1..]);
            let sources = &self.changelog.sources;
            for problem in problems {
                let inside = problem.place.inside.as_ref();
                let value = body.find(&problem.place.path);
                let inside = inside.and_then(|part| place_in_text(value, sources, &part.text, part.start, part.length));
                let span = inside.unwrap_or_else(|| match problem.place.at_key {
                    true => body.find_key(&problem.place.path),
                    false => value.span,
                });
                let diagnostic = problem.locate(span);
                // Operations that one line of another format became are wrong in the same way.
                if !self.diagnostics[told..].contains(&diagnostic) {
                    self.diagnostics.push(diagnostic);
                }
            }
            let key_span = tree.entries().first().map_or(tree.span, |entry| entry.key_span);
            let mut places = places.iter();
            for change in changes {
                let key_span = places.next().map_or(key_span, |place| body.find_key(place));
                let kept = (!resolved.secrets.is_empty()).then(|| kept_secret(&change)).flatten();
                if let Some(name) = kept {
                    let message = format!("the secret `{name}` would be a part of the schema, which shows it");
                    let diagnostic = Diagnostic::error("secret-place", message).label(key_span, "");
                    self.diagnostics
                        .push(diagnostic.help("say what the SQL does under `effects`, without it"));
                    continue;
                }
                if failed {
                    self.refused.insert(key_span);
                }
                match self.catalog.apply(&change) {
                    Ok(()) => resolved.changes.push((change, key_span)),
                    Err(why) if !failed => {
                        self.diagnostics.push(out_of_step(&change, &why).locate(key_span));
                    }
                    Err(_) => {}
                }
            }
        }
        resolved
    }

    /// The operation with its parameters put in, and the tree that it was then read from.
    fn typed<'n>(
        &mut self,
        changeset: &Changeset,
        node: &'n OperationNode,
        resolved: &mut Resolved,
    ) -> Option<(Cow<'n, Operation>, Option<Node>)> {
        let known = node.operation.as_ref()?;
        let dialect = self.catalog.target().dialect;
        if !node.has_parameters && !changeset.names.may_fold(dialect) {
            return Some((Cow::Borrowed(known), None));
        }
        let put_in = |typed| {
            expand(
                &node.node,
                &changeset.parameters,
                dialect,
                &self.changelog.sources,
                typed,
            )
        };
        let expanded = put_in(Typed::AsDefined);
        if !expanded.problems.is_empty() {
            self.diagnostics.extend(expanded.problems);
            return None;
        }
        resolved.used.extend(expanded.used);
        resolved.secrets.extend(expanded.secrets);
        let names = changeset.names;
        let error = match names.decode(&expanded.node, dialect) {
            Ok(operation) => return Some((Cow::Owned(operation), Some(names.tree(expanded.node, dialect)))),
            Err(error) => error,
        };
        // A number that is the whole of a text is one where a text is wanted.
        let as_text = put_in(Typed::AsText).node;
        if let Ok(operation) = names.decode(&as_text, dialect) {
            return Some((Cow::Owned(operation), Some(names.tree(as_text, dialect))));
        }
        let span = error.span.unwrap_or(expanded.node.span);
        let diagnostic = Diagnostic::error("invalid-value", error.message).label(span, "");
        self.diagnostics.push(diagnostic.note("with its parameters put in"));
        None
    }

    /// Resolves the author's way back on the schema after, and holds what it leaves against the schema before.
    fn explicit_reverse(
        &mut self,
        changeset: &Changeset,
        reverse: &Reverse,
        before: Option<&NormalForm>,
    ) -> StoredReverse {
        let nodes = match reverse {
            Reverse::Irreversible(why) => return StoredReverse::Irreversible(why.clone()),
            Reverse::Operations(nodes) => nodes,
        };
        let catalog = self.catalog.clone();
        let told_before = self.diagnostics.len();
        let resolved = self.resolve(changeset, nodes);
        let is_sound = nodes.iter().all(|node| node.operation.is_some())
            && !self.diagnostics[told_before..].iter().any(Diagnostic::is_error);
        let (changes, spans): (Vec<Change>, Vec<Span>) = resolved.changes.into_iter().unzip();
        let back = NormalForm::of(&self.catalog);
        let understood = changes
            .iter()
            .all(|change| !matches!(change, Change::Raw { effects: None, .. }));
        if let Some(before) = before.filter(|_| understood && is_sound) {
            let differences = before.differences(&back);
            let whole: Vec<String> = differences
                .iter()
                .filter(|found| found.left.is_none() || found.right.is_none())
                .map(|found| format!("{} / ", found.what))
                .collect();
            let roots = differences
                .iter()
                .filter(|found| !whole.iter().any(|root| found.what.starts_with(root)));
            let span = nodes.first().map_or(changeset.span, |node| node.node.span);
            for text in differences_in_words(roots).into_iter().take(5) {
                let text = format!("after `reverse`, {text}");
                self.diagnostics
                    .push(Diagnostic::warning("reverse-differs", text).label(span, ""));
            }
        }
        // The reverse has to be renderable too.
        let mut scratch = catalog.clone();
        let (_, problems) = render(&mut scratch, &changes);
        let located = |(at, problem): (usize, Problem)| located(problem, spans.get(at).copied());
        self.diagnostics.extend(problems.into_iter().map(located));
        self.catalog = catalog;
        // A changelog of another tool was never asked for its way back.
        let told = &mut self.diagnostics[told_before..];
        if changeset.names.are_of_engine() && told.iter().any(Diagnostic::is_error) {
            as_warnings(
                told,
                &format!("changeset `{}` runs, and cannot be taken back", changeset.id),
            );
            return StoredReverse::Irreversible("the `reverse` that is written does not fit what is there".into());
        }
        StoredReverse::Changes(changes)
    }

    fn warn_of_raw(&mut self, changeset: &Changeset, changes: &[Change], origins: &[Option<Span>]) {
        if changeset.reverse.is_some() {
            return;
        }
        for (change, span) in changes.iter().zip(origins) {
            let is_last = !matches!(change, Change::Raw { part: Some((at, count)), .. } if at < count);
            let is_raw = matches!(change, Change::Raw { down: None, .. });
            if is_raw && is_last && matches!(change.inverse().restores, Restores::None(_)) {
                let diagnostic = Diagnostic::warning("irreversible-sql", "this SQL cannot be taken back").help(
                    "write its `down`, or a `reverse` for the changeset, or say `reverse: {irreversible: \"why\"}`",
                );
                self.diagnostics.push(match span {
                    Some(span) => diagnostic.label(*span, ""),
                    None => diagnostic,
                });
            }
        }
    }

    fn refuse_resume(&mut self, changeset: &Changeset, changes: &[Change], done: &[Change]) {
        let at = done
            .iter()
            .zip(changes)
            .take_while(|(done, change)| is_same_step(done, change))
            .count();
        let was = done.get(at).map(Change::summary).unwrap_or_default();
        let now = changes.get(at).map_or("nothing".into(), Change::summary);
        let diagnostic = Diagnostic::error(
            "partial-differs",
            format!("changeset `{}` is half applied, and what is done is not what its file says now", changeset.id),
        )
        .label(changeset.span, "")
        .note(format!("done: {was}; in the file: {now}"))
        .help("put the operations that are done back at the beginning of the changeset, or take it back with `driftless down -1`");
        self.diagnostics.push(diagnostic);
    }
}

/// Whether what is done is what the file says now. Of the author's own SQL only the statement counts: its way back, and
/// which of how many it is, may have been mended since.
fn is_same_step(done: &Change, now: &Change) -> bool {
    match (done, now) {
        (Change::Raw { up: done, .. }, Change::Raw { up: now, .. }) => {
            let bare = |text: &'_ str| text.trim().trim_end_matches(';').trim_end().to_string();
            bare(done) == bare(now)
        }
        (done, now) => done == now,
    }
}

/// One change for each statement, the author's texts included: each is done or not by itself.
fn one_statement_each<T: Copy>(changes: Vec<Change>, origins: Vec<T>, catalog: &Catalog) -> (Vec<Change>, Vec<T>) {
    let mut all = Vec::new();
    let each = changes.into_iter().zip(origins);
    let each =
        each.flat_map(|(change, origin)| lowered(catalog, change).into_iter().map(move |change| (change, origin)));
    for (change, origin) in each {
        let Change::Raw {
            up,
            down,
            effects,
            part: None,
        } = &change
        else {
            all.push((change, origin));
            continue;
        };
        let pieces = split(up, catalog.target().dialect.family());
        if pieces.len() < 2 {
            all.push((change, origin));
            continue;
        }
        for (at, piece) in pieces.iter().enumerate() {
            let is_last = at + 1 == pieces.len();
            let part = Change::Raw {
                up: piece.text.to_string(),
                down: down.clone().filter(|_| is_last),
                effects: if is_last { effects.clone() } else { Some(Vec::new()) },
                part: Some((at + 1, pieces.len())),
            };
            all.push((part, origin));
        }
    }
    all.into_iter().unzip()
}

fn located(problem: Problem, span: Option<Span>) -> Diagnostic {
    match span {
        Some(span) => problem.locate(span),
        None => *problem.diagnostic,
    }
}

/// A digest of the values that the parameters of a changeset have; `None` where it uses none.
pub fn parameters_digest(changeset: &Changeset, target: &Target, sources: &Sources) -> Option<String> {
    let with_parameters = changeset.operations.iter().filter(|node| node.has_parameters);
    let mut used = BTreeMap::new();
    for node in with_parameters {
        let expanded = expand(
            &node.node,
            &changeset.parameters,
            target.dialect,
            sources,
            Typed::AsDefined,
        );
        used.extend(expanded.used);
    }
    digest(&used)
}

/// The secret that a change would leave in the schema.
fn kept_secret(change: &Change) -> Option<String> {
    let text = match change {
        Change::Raw { effects, .. } => canonical_json(effects),
        Change::SetAside { .. } | Change::BringBack { .. } => return None,
        other if other.is_of_rows() => return None,
        other => canonical_json(other),
    };
    let plain = text.replace("\\u0001", "\u{1}").replace("\\u0002", "\u{2}");
    holes(&plain).first().map(|hole| hole.name.to_string())
}

fn digest(used: &BTreeMap<String, String>) -> Option<String> {
    (!used.is_empty()).then(|| sha256_hex(canonical_json(used).as_bytes()))
}

/// Replays the selected changesets of a changelog for a target, from nothing.
pub fn replay<'a>(
    changelog: &'a Changelog,
    target: &Target,
    selection: &Selection,
) -> (Fold<'a>, Vec<PlannedChangeset>) {
    let mut fold = Fold::new(changelog, Catalog::new(target.clone()));
    let planned = super::selected(changelog, target, selection)
        .map(|changeset| fold.offline(changeset))
        .collect();
    (fold, planned)
}

/// The schema that a history leaves behind. A half-applied changeset is left out: it is planned again.
pub fn replay_history(history: &History, target: &Target, with_partial: bool) -> Result<Catalog, String> {
    let mut catalog = Catalog::new(target.clone());
    for record in history.applied() {
        if record.state == super::State::Partial && !with_partial {
            continue;
        }
        for change in record.changes.iter().flat_map(|stored| &stored.changes) {
            catalog
                .apply(change)
                .map_err(|why| format!("the history does not fit together at `{}`: {why}", record.id))?;
        }
    }
    // An explicit way back leaves what was set aside where it is: its name is not given again.
    for kept in history.set_aside().map(|(_, kept)| kept) {
        catalog.keep(kept);
    }
    Ok(catalog)
}
