//! Files into one ordered list of changesets: includes followed, everything validated and decoded, all mistakes kept.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

use super::body::{Body, checksum_of, is_broken, read_bodies, read_body};
use super::checksum::under_names;
use super::condition::{Condition, Conditions, FileConditions, Otherwise, listed};
use super::condition_ids::check_ids;
use super::format::{ChangesetHead, Include, changelog_schema};
use super::given::{Given, hide_values};
use super::kept_files::check_written_files;
use super::order::put_in_order;
use super::parameter_check::{Defined, hide_secrets};
use super::replaced::Substitutes;
use super::waits::{Waits, seconds};
use super::{
    Changeset, Dependency, Expression, Folder, KeptFile, OperationNode, Parameters, Replaced, ReplacedId, Reverse,
    SQUASHED, Secrets,
};
use crate::diagnostic::{Diagnostic, Source, SourceId, Sources, Span, nearest};
use crate::dialect::Dialect;
use crate::document::{self, Entry, Kind, Limits, Node, Schema};
use crate::liquibase::{self, LEFT_OUT, Translated, is_liquibase};
use crate::model::LoadFormat;
use crate::operation::{NamedFile, Names, Operation};

/// All changesets of a changelog, in order, with the mistakes that were found on the way.
#[derive(Debug, Default)]
pub struct Changelog {
    pub changesets: Vec<Arc<Changeset>>,
    pub sources: Sources,
    /// Those of the sources that are its files: the others say what is given from outside.
    pub(super) files: Vec<SourceId>,
    pub diagnostics: Vec<Diagnostic>,
    /// What it may not write over, beside the files that it is read from.
    pub kept_files: Vec<KeptFile>,
    /// Which changesets go for which others.
    pub substitutes: Arc<Substitutes>,
    /// What is said of parameters outside of it.
    pub parameters: Arc<Parameters>,
    /// What is said of them in each file that says something, and outside.
    pub scopes: Vec<Parameters>,
}

impl Changelog {
    /// The files that it is read from.
    pub fn files(&self) -> impl Iterator<Item = &Source> {
        self.files.iter().map(|id| self.sources.get(*id))
    }

    /// The source of one of them, by what messages call it.
    pub fn source_of(&self, shown: &str) -> Option<SourceId> {
        let mut files = self.files.iter().copied();
        files.find(|id| self.sources.get(*id).path == shown)
    }

    /// What the secrets in texts of a changeset are worth, by its file where it is still there.
    pub fn secrets_of<'t>(&self, id: &str, texts: impl Iterator<Item = &'t str>, dialect: Dialect) -> Secrets {
        let changeset = self.changesets.iter().find(|changeset| changeset.id == id);
        let parameters = changeset.map_or(&self.parameters, |changeset| &changeset.parameters);
        super::secrets_of(texts, parameters, dialect, &self.sources)
    }
}

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::new(changelog_schema()));

/// How many files may lie between the first one and one that is included.
const DEEPEST_INCLUDE: usize = 64;

/// Whether what squashed changesets stand for is read too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Originals {
    Leave,
    Read,
}

/// Reads a changelog from its first file; `given` are the parameters from outside.
pub fn gather(folder: &Folder, first: &str, given: Given) -> Changelog {
    gather_from(folder, first, None, given, Originals::Read)
}

/// As [`gather`], without what squashed changesets stand for: only a database that holds some of that needs it.
pub fn gather_active(folder: &Folder, first: &str, given: Given) -> Changelog {
    let active = gather_from(folder, first, None, given.clone(), Originals::Leave);
    let squashed = active.changesets.iter().any(|changeset| changeset.replaces.is_some());
    // What was squashed before that was squashed again is known to its originals alone.
    let may_be_there = |diagnostic: &Diagnostic| diagnostic.code == "unknown-changeset";
    match squashed && active.diagnostics.iter().any(may_be_there) {
        true => gather(folder, first, given),
        false => active,
    }
}

/// As [`gather`], with the text of the first file, which need not be on disk: as an editor has it, say.
pub fn gather_text(folder: &Folder, first: &str, text: Arc<str>, given: Given) -> Changelog {
    gather_from(folder, first, Some(text), given, Originals::Read)
}

/// A changelog of Liquibase as one of ours, with ids by a rule; what it is to Liquibase stands beside it.
pub fn gather_liquibase(folder: &Folder, first: &str, ids: liquibase::Ids, given: Given) -> (Changelog, Translated) {
    let mut gatherer = Gatherer::new(folder, None, given, Originals::Leave);
    let translated = gatherer.liquibase(first, ids);
    let parameters = gatherer.outside.clone();
    gatherer.changelog.scopes.push((*parameters).clone());
    gatherer.made(first, &parameters);
    (gatherer.finished(folder, parameters), translated)
}

fn gather_from(folder: &Folder, first: &str, text: Option<Arc<str>>, given: Given, originals: Originals) -> Changelog {
    let mut gatherer = Gatherer::new(folder, text, given, originals);
    let parameters = gatherer.outside.clone();
    gatherer.changelog.scopes.push((*parameters).clone());
    gatherer.file(first, None, &parameters);
    gatherer.finished(folder, parameters)
}

/// Holds what is said of parameters against where they are used.
pub(super) fn finish(changelog: &mut Changelog, parameters: Arc<Parameters>, used: &BTreeSet<String>) {
    let defined = Defined {
        scopes: &changelog.scopes,
        used,
    };
    let secrets = defined.secrets();
    defined.hide(&secrets, &mut changelog.sources);
    let problems = defined.problems(&secrets, &mut changelog.sources);
    changelog.diagnostics.extend(problems);
    parameters.set_secrets(secrets);
    changelog.parameters = parameters;
}

struct Gatherer<'a> {
    folder: &'a Folder,
    /// The text of the first file, where it is given.
    first: Option<Arc<str>>,
    changelog: Changelog,
    /// The files being read, outermost first.
    path: Vec<String>,
    /// The files that were included, by what they are on disk, and where.
    included: HashMap<PathBuf, Span>,
    ids: HashMap<String, Span>,
    tags: HashMap<String, Span>,
    /// How the file being read takes names.
    names: Names,
    /// The conditions of the files being read, outermost first.
    around: Vec<Arc<FileConditions>>,
    originals: Originals,
    /// The names of the parameters in operations.
    used: BTreeSet<String>,
    /// Where the files that are read stood before they were squashed.
    stood: Option<Stood>,
    /// Files of Liquibase that are not taken in yet, as files of ours.
    liquibase: HashMap<String, Node>,
    /// The contexts that hold, which properties of Liquibase ask for.
    contexts: Vec<String>,
    /// What is said of parameters outside of the changelog.
    outside: Arc<Parameters>,
}

impl<'a> Gatherer<'a> {
    fn new(folder: &'a Folder, first: Option<Arc<str>>, given: Given, originals: Originals) -> Gatherer<'a> {
        Gatherer {
            first,
            folder,
            changelog: Changelog {
                sources: given.sources.clone(),
                diagnostics: given.diagnostics.clone(),
                ..Changelog::default()
            },
            path: Vec::new(),
            included: HashMap::new(),
            ids: HashMap::new(),
            tags: HashMap::new(),
            names: Names::default(),
            around: Vec::new(),
            originals,
            used: BTreeSet::new(),
            stood: None,
            liquibase: HashMap::new(),
            contexts: given.contexts.clone(),
            outside: Arc::new(Parameters::outside(given)),
        }
    }

    /// All that was read, in its order.
    fn finished(self, folder: &Folder, parameters: Arc<Parameters>) -> Changelog {
        let Gatherer {
            mut changelog,
            used,
            ids,
            ..
        } = self;
        put_in_order(&mut changelog);
        check_ids(&mut changelog, &ids);
        finish(&mut changelog, parameters, &used);
        changelog.kept_files = folder.kept().to_vec();
        check_written_files(&mut changelog, folder);
        changelog
    }
}

impl Gatherer<'_> {
    fn problem(&mut self, diagnostic: Diagnostic) {
        self.changelog.diagnostics.push(diagnostic);
    }

    /// Reads one file; `from` is where another one includes it.
    fn file(&mut self, path: &str, from: Option<Span>, parameters: &Arc<Parameters>) {
        if self.path.iter().any(|open| open == path) {
            let mut chain: Vec<&str> = self.path.iter().map(String::as_str).collect();
            chain.push(path);
            let message = format!("these files include each other: {}", chain.join(" → "));
            let diagnostic = Diagnostic::error("include-cycle", message);
            return self.problem(labelled(diagnostic, from));
        }
        if let Some(span) = from
            && !self.may_include(path, span)
        {
            return;
        }
        if self.liquibase.contains_key(path) {
            return self.made(path, parameters);
        }
        let text = match (from, self.first.take()) {
            (Some(_), _) => self.folder.read(path),
            (None, Some(text)) => Ok(text),
            (None, None) => self.folder.read_first(path),
        };
        let text = match text {
            Ok(text) => text,
            Err(message) => {
                let mut diagnostic = Diagnostic::error("unreadable-file", message);
                if from.is_none() {
                    diagnostic = diagnostic
                        .help("`driftless init` starts a project here; `--changelog FILE` names another first file");
                }
                return self.problem(labelled(diagnostic, from));
            }
        };
        if is_liquibase(path, &text) {
            self.liquibase(path, liquibase::Ids::Whole);
            return self.made(path, parameters);
        }
        let source = self.changelog.sources.add(self.folder.display(path), text);
        self.changelog.files.push(source);
        let root = match document::parse(source, &self.changelog.sources, Limits::default()) {
            Ok(root) => root,
            Err(diagnostics) => {
                if self.changelog.sources.get(source).text.contains("secret") {
                    hide_values(&mut self.changelog.sources, source);
                }
                return self.changelog.diagnostics.extend(diagnostics);
            }
        };
        if let Some(params) = root.get("params") {
            hide_secrets(params, &mut self.changelog.sources);
        }
        if root.entries().is_empty() && matches!(root.kind, Kind::Map(_)) {
            let diagnostic = Diagnostic::error("empty-file", "the file is empty")
                .label(root.span, "")
                .help("a file holds a list under `changesets:`, or one changeset with its `operations:`");
            return self.problem(diagnostic);
        }
        if !matches!(root.kind, Kind::Map(_)) {
            let diagnostic = Diagnostic::error("wrong-value", format!("expected a map, found {}", root.kind_name()))
                .label(root.span, "")
                .help("a file holds a list under `changesets:`, or one changeset with its `operations:`");
            return self.problem(diagnostic);
        }
        self.root(path, root, parameters);
    }

    /// Reads what a file holds.
    fn root(&mut self, path: &str, root: Node, parameters: &Arc<Parameters>) {
        let violations = SCHEMA.check(&root);
        let mut broken: Vec<Span> = violations.iter().filter_map(|d| Some(d.labels.first()?.span)).collect();
        broken.sort_by_key(|span| span.start);
        self.changelog.diagnostics.extend(violations);
        self.path.push(path.to_string());
        let names = root.get("names").and_then(|node| document::decode(node).ok());
        let outer = std::mem::replace(&mut self.names, names.unwrap_or_default());
        match root.get("changesets").is_some() || root.get("params").is_some() {
            true => self.list(path, root, &broken, parameters),
            false => self.single(path, root, &broken, parameters),
        }
        self.names = outer;
        self.path.pop();
    }

    /// Reads a changelog of Liquibase, which becomes files of ours under its own names.
    fn liquibase(&mut self, first: &str, ids: liquibase::Ids) -> Translated {
        let options = liquibase::Options {
            search_path: self.folder.search_path().to_vec(),
            given: self.outside.all_values(),
            contexts: liquibase::Contexts {
                names: self.contexts.clone(),
                holds: Some(|text, names| Some(Expression::parse(text).ok()?.holds(names))),
            },
        };
        let sources = &mut self.changelog.sources;
        let translated = liquibase::translate(self.folder, sources, first, &options, ids);
        // What makes no difference to who runs it, who moves in is told.
        let told = translated.problems.iter().filter(|problem| problem.code != LEFT_OUT);
        self.changelog.diagnostics.extend(told.cloned());
        for file in &translated.files {
            self.changelog.files.push(file.source);
            self.liquibase.insert(file.path.clone(), file.node.clone());
        }
        translated
    }

    fn made(&mut self, path: &str, parameters: &Arc<Parameters>) {
        let Some(root) = self.liquibase.remove(path) else {
            // What is wrong with it has been told.
            return;
        };
        self.root(path, root, parameters);
    }

    /// A file is included once, since its changesets are there once; so no tree of files grows without bound.
    fn may_include(&mut self, path: &str, span: Span) -> bool {
        if let Some(first) = self.included.insert(self.folder.real(path), span) {
            let message = format!("`{}` is included twice", self.folder.display(path));
            let diagnostic = Diagnostic::error("included-twice", message).label(span, "again here");
            self.problem(diagnostic.label(first, "first here"));
            return false;
        }
        if self.path.len() > DEEPEST_INCLUDE {
            let message = format!("files include each other more than {DEEPEST_INCLUDE} deep");
            self.problem(Diagnostic::error("include-depth", message).label(span, ""));
            return false;
        }
        true
    }

    fn list(&mut self, path: &str, root: Node, broken: &[Span], outer: &Arc<Parameters>) {
        let parameters = match root.get("params") {
            Some(params) => {
                let inner = outer.with_file(params);
                self.changelog.scopes.push(inner.clone());
                Arc::new(inner)
            }
            None => outer.clone(),
        };
        let conditions = self.conditions(&root, &|span| is_broken(broken, span));
        let outside = self.around.len();
        if !conditions.is_empty() {
            self.around.push(Arc::new(FileConditions {
                file: path.to_string(),
                conditions,
                parameters: parameters.clone(),
            }));
        }
        self.items(path, root, broken, &parameters);
        self.around.truncate(outside);
    }

    fn items(&mut self, path: &str, root: Node, broken: &[Span], parameters: &Arc<Parameters>) {
        let Kind::Map(entries) = root.kind else {
            return;
        };
        let list = entries.into_iter().find(|entry| &*entry.key == "changesets");
        let Some(Kind::Seq(items)) = list.map(|entry| entry.value.kind) else {
            return;
        };
        for (item, body) in read_bodies(items, broken) {
            match item.get("include") {
                Some(_) => self.include(path, &item, parameters),
                None => {
                    let has_id = item.get("id").is_some();
                    if has_id {
                        self.changeset(path, item, body, None, broken, parameters);
                    }
                }
            }
        }
    }

    fn include(&mut self, path: &str, item: &Node, parameters: &Arc<Parameters>) {
        let Ok(include) = document::decode::<Include>(item) else {
            return;
        };
        let span = item.get("include").map_or(item.span, |node| node.span);
        if let Some(below) = self.below(path, &include.include, span) {
            self.take_in(&below, include.recursive, span, parameters);
        }
    }

    /// The path below the root that a path written in a file means.
    fn below(&mut self, path: &str, written: &str, span: Span) -> Option<String> {
        let from = self.stood_at(path);
        let resolved = match written.contains("${") {
            true => Err("a path cannot contain a parameter".to_string()),
            false => self.folder.resolve(&from, written),
        };
        match resolved {
            Ok(below) => Some(below),
            Err(message) => {
                self.problem(Diagnostic::error("path", message).label(span, ""));
                None
            }
        }
    }

    /// Where a file stood when its paths were written.
    fn stood_at(&self, path: &str) -> String {
        let stood = self.stood.as_ref();
        let before = stood.and_then(|stood| Some(format!("{}{}", stood.before, path.strip_prefix(&stood.now)?)));
        before.unwrap_or_else(|| path.to_string())
    }

    /// Takes in the changesets of a file, or of the files of a folder.
    fn take_in(&mut self, below: &str, recursive: bool, span: Span, parameters: &Arc<Parameters>) {
        if self.folder.is_folder(below) {
            match self.folder.list(below, recursive) {
                Ok(files) => {
                    for file in files {
                        // A folder's own list may stand in the folder itself.
                        if !self.path.contains(&file) {
                            self.file(&file, Some(span), parameters);
                        }
                    }
                }
                Err(message) => self.problem(Diagnostic::error("unreadable-file", message).label(span, "")),
            }
            return;
        }
        self.file(below, Some(span), parameters);
    }

    /// What a changeset stands for, with the changesets themselves where they are wanted and there.
    fn replaces(
        &mut self,
        path: &str,
        head: &ChangesetHead,
        item: &Node,
        parameters: &Arc<Parameters>,
    ) -> Option<Replaced> {
        let ids = head.replaces.iter().enumerate().map(|(at, id)| ReplacedId {
            id: id.clone(),
            span: item.find(&format!("replaces/{at}")).span,
        });
        let ids: Vec<ReplacedId> = ids.collect();
        let span = item.find("originals").span;
        let written = head.originals.as_ref();
        if ids.is_empty() {
            if written.is_some() {
                let message = "`originals` are those of what a changeset replaces, and this one replaces nothing";
                self.problem(
                    Diagnostic::error("originals", message)
                        .label(span, "")
                        .help("say what, in `replaces`"),
                );
            }
            return None;
        }
        let originals = written.and_then(|written| Some((self.below(path, written, span)?, span)));
        let mut changesets = Vec::new();
        if let Some((below, span)) = originals.as_ref().filter(|_| self.originals == Originals::Read) {
            // They may be gone once no database needs them any more.
            if self.folder.is_there(below) {
                let from = self.changelog.changesets.len();
                let outer = std::mem::replace(&mut self.stood, Stood::of(below, !self.folder.is_folder(below)));
                // What stands for them bears the tag of one of them.
                let tags = std::mem::take(&mut self.tags);
                self.take_in(below, true, *span, parameters);
                (self.stood, self.tags) = (outer, tags);
                changesets = self.changelog.changesets.split_off(from);
                self.check_replaced(&ids, &changesets);
            }
        }
        Some(Replaced {
            ids,
            originals,
            changesets,
        })
    }

    fn check_replaced(&mut self, ids: &[ReplacedId], originals: &[Arc<Changeset>]) {
        for replaced in ids {
            if originals.iter().any(|original| original.id == replaced.id) {
                continue;
            }
            let message = format!("there is no changeset `{}` among the originals", replaced.id);
            let near = nearest(&replaced.id, originals.iter().map(|original| original.id.as_str()));
            self.problem(
                Diagnostic::error("unknown-changeset", message)
                    .label(replaced.span, "")
                    .did_you_mean(near),
            );
        }
        for original in originals {
            if !ids.iter().any(|replaced| replaced.id == original.id) {
                let message = format!("`{}` stands among the originals, and is not replaced", original.id);
                let help = "name it in `replaces`, or move it where the changelog includes it";
                self.problem(
                    Diagnostic::error("not-replaced", message)
                        .label(original.span, "")
                        .help(help),
                );
            }
        }
    }

    fn single(&mut self, path: &str, root: Node, broken: &[Span], parameters: &Arc<Parameters>) {
        let stem = path.rsplit('/').next().unwrap_or(path);
        let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem).to_string();
        let (item, body) = read_body(root, broken);
        self.changeset(path, item, body, Some(stem), broken, parameters);
    }

    fn changeset(
        &mut self,
        path: &str,
        item: Node,
        body: Body,
        stem: Option<String>,
        broken: &[Span],
        parameters: &Arc<Parameters>,
    ) {
        let is_broken = |span: Span| is_broken(broken, span);
        let left_out = &["require", "only_if"];
        let head = match document::decode_without::<ChangesetHead>(&item, left_out) {
            Ok(head) => head,
            Err(error) => {
                if !is_broken(item.span) {
                    self.problem(
                        Diagnostic::error("invalid-value", error.message).label(error.span.unwrap_or(item.span), ""),
                    );
                }
                lenient_head(&item)
            }
        };
        let Some(id) = head.id.clone().or(stem) else {
            return;
        };
        self.check_texts(&id, &head, &item);
        let span = item.entry("id").map_or(
            Span {
                end: item.span.start,
                ..item.span
            },
            |entry| entry.value.span,
        );
        if let Some(first) = self.ids.get(&id) {
            let diagnostic = Diagnostic::error("duplicate-id", format!("changeset `{id}` is there twice"))
                .label(span, "again here")
                .label(*first, "first here");
            return self.problem(diagnostic);
        }
        self.ids.insert(id.clone(), span);
        self.check_tag(&head, &item);
        let contexts = self.contexts(&head, &item);
        let conditions = self.conditions(&item, &is_broken);
        self.check_otherwise(&head, &item);
        if head.in_order && head.run.is_once() {
            let message = "a changeset that runs once is at its place in any case";
            let span = item.find_key("in_order");
            self.problem(
                Diagnostic::warning("in-order", message)
                    .label(span, "")
                    .help("`in_order` is for those with `run: on_change` or `run: always`"),
            );
        }
        let depends_on = head.depends_on.iter().enumerate().map(|(at, id)| Dependency {
            id: id.clone(),
            span: item.find(&format!("depends_on/{at}")).span,
            others: Vec::new(),
        });
        let depends_on = depends_on.collect();
        let replaces = self.replaces(path, &head, &item, parameters);
        self.changelog.diagnostics.extend(body.problems);
        for name in body.used {
            self.used.insert(name);
        }
        let reverse_operations = match &body.reverse {
            Some(Reverse::Operations(operations)) => operations.as_slice(),
            _ => &[],
        };
        let files = self.files_of(path, body.operations.iter().chain(reverse_operations));
        let names = head.names.unwrap_or(self.names);
        let checksum = body.checksum.unwrap_or_else(|| checksum_of(&body.operations, &files));
        self.changelog.changesets.push(Arc::new(Changeset {
            checksum: under_names(checksum, names),
            reverse_checksum: body.reverse_checksum.map(|checksum| under_names(checksum, names)),
            id,
            span,
            file: path.to_string(),
            author: head.author,
            comment: head.comment,
            contexts,
            labels: head.labels,
            dialects: head.dialects,
            depends_on,
            runs: head.run,
            in_order: head.in_order,
            elidable: head.elidable,
            replaces,
            transaction: head.transaction,
            on_error: head.on_error,
            names,
            waits: Waits {
                lock: head.lock_timeout.and_then(seconds),
                statement: head.statement_timeout.and_then(seconds),
            },
            operations: body.operations,
            reverse: body.reverse,
            accept_checksums: head.accept_checksums,
            tag: head.tag,
            files,
            parameters: parameters.clone(),
            conditions: Conditions {
                otherwise: head.otherwise.unwrap_or_default(),
                names,
                ..conditions
            },
            around: self.around.clone(),
        }));
    }

    /// A tag is the name of one state.
    fn check_tag(&mut self, head: &ChangesetHead, item: &Node) {
        let Some(tag) = &head.tag else {
            return;
        };
        let span = item.find("tag").span;
        if let Some(first) = self.tags.get(tag) {
            let diagnostic = Diagnostic::error("duplicate-tag", format!("tag `{tag}` is there twice"))
                .label(span, "again here")
                .label(*first, "first here")
                .help("where it is meant for several databases, give it to a changeset of its own: `operations: []`");
            return self.problem(diagnostic);
        }
        self.tags.insert(tag.clone(), span);
    }

    /// The conditions under `require` and `only_if` that can be read.
    fn conditions(&mut self, item: &Node, is_broken: &dyn Fn(Span) -> bool) -> Conditions {
        let mut under = |key: &str| {
            let all = item.get(key).map(listed).unwrap_or_default().into_iter();
            all.filter(|node| match document::decode::<Condition>(node) {
                _ if is_broken(node.span) => false,
                Ok(_) => true,
                Err(error) => {
                    let span = error.span.unwrap_or(node.span);
                    self.problem(Diagnostic::error("invalid-value", error.message).label(span, ""));
                    false
                }
            })
            .collect()
        };
        Conditions {
            require: under("require"),
            only_if: under("only_if"),
            otherwise: Otherwise::default(),
            names: self.names,
        }
    }

    fn check_otherwise(&mut self, head: &ChangesetHead, item: &Node) {
        if let (Some(entry), Some(_), None) = (item.entry("otherwise"), head.otherwise, item.get("only_if")) {
            let message = "`otherwise` says what happens where `only_if` does not hold, and there is none";
            let diagnostic = Diagnostic::error("otherwise", message).label(entry.key_span, "");
            self.problem(diagnostic.help("add `only_if`; a condition of `require` that does not hold stops the run"));
        }
    }

    /// What is kept in the history, and shown in lists.
    fn check_texts(&mut self, id: &str, head: &ChangesetHead, item: &Node) {
        let own = [
            ("id", Some(id)),
            ("author", head.author.as_deref()),
            ("comment", head.comment.as_deref()),
            ("tag", head.tag.as_deref()),
        ];
        let own = own.into_iter().map(|(key, text)| (key, key.to_string(), text));
        let labels = head.labels.iter().enumerate();
        let labels = labels.map(|(at, label)| ("labels", format!("labels/{at}"), Some(label.as_str())));
        for (key, path, text) in own.chain(labels) {
            let may_be = |c: char| key == "comment" && matches!(c, '\n' | '\r' | '\t');
            let control = text.and_then(|text| text.chars().find(|c| c.is_control() && !may_be(*c)));
            let (code, message) = match control {
                None => match text.filter(|_| key == "labels").and_then(Expression::misnamed) {
                    Some(message) => ("invalid-value", message),
                    None => continue,
                },
                Some('\0') => ("nul", format!("`{key}` holds a NUL, which no history can keep")),
                Some(c) => {
                    let number = u32::from(c);
                    let message = format!(
                        "`{key}` holds the control character U+{number:04X}, which would show as what it is not"
                    );
                    ("control-character", message)
                }
            };
            self.problem(Diagnostic::error(code, message).label(item.find(&path).span, ""));
        }
    }

    fn contexts(&mut self, head: &ChangesetHead, item: &Node) -> Option<Expression> {
        let text = head.contexts.as_ref()?;
        match Expression::parse(text) {
            Ok(expression) => Some(expression),
            Err(error) => {
                let span = item.get("contexts").map_or(item.span, |node| node.span);
                let raw = &self.changelog.sources.get(span.source).text[span.start as usize..span.end as usize];
                let quote = usize::from(raw.starts_with(['"', '\'']));
                // Where it is not written as it reads, the place is one nearby.
                let at = (0..=(quote + error.at).min(raw.len()))
                    .rev()
                    .find(|at| raw.is_char_boundary(*at));
                let start = at.unwrap_or_default();
                let length = raw[start..].chars().next().map_or(0, char::len_utf8);
                let start = span.start as usize + start;
                let place = Span::new(span.source, start, start + length);
                self.problem(Diagnostic::error("expression", error.message).label(place, ""));
                None
            }
        }
    }

    fn files_of<'n>(
        &mut self,
        path: &str,
        nodes: impl Iterator<Item = &'n OperationNode>,
    ) -> BTreeMap<String, NamedFile> {
        let from = self.stood_at(path);
        files_named(self.folder, &from, nodes, &mut self.changelog.diagnostics)
    }
}

/// The files that operations name, by the paths as they are written in a file.
pub(super) fn files_named<'n>(
    folder: &Folder,
    from: &str,
    nodes: impl Iterator<Item = &'n OperationNode>,
    problems: &mut Vec<Diagnostic>,
) -> BTreeMap<String, NamedFile> {
    let mut files = BTreeMap::new();
    for node in nodes {
        let Some(operation) = &node.operation else {
            continue;
        };
        for (written, key) in operation.files() {
            if files.contains_key(written) {
                continue;
            }
            let resolved = match written.contains("${") {
                true => Err("a path cannot contain a parameter".to_string()),
                false => folder.resolve(from, written),
            };
            let found = resolved.and_then(|below| folder.named(&below, rows_form(operation, written)));
            match found {
                Ok(file) => {
                    files.insert(written.to_string(), file);
                }
                Err(message) => {
                    let span = node.body().map_or(node.node.span, |(_, body)| body.find(&key).span);
                    problems.push(Diagnostic::error("unreadable-file", message).label(span, ""));
                }
            }
        }
    }
    files
}

/// Where originals stand, and where they stood: the paths in them are meant from there.
struct Stood {
    now: String,
    before: String,
}

impl Stood {
    /// Of `a/squashed/b`, a file or a folder, what stood in `a`.
    fn of(originals: &str, is_file: bool) -> Option<Stood> {
        let parts: Vec<&str> = originals.split('/').filter(|part| !part.is_empty()).collect();
        let at = parts.iter().rposition(|part| *part == SQUASHED)?;
        let is_file = is_file && at + 2 == parts.len();
        let now = if is_file { &parts[..=at] } else { &parts[..] };
        let with_end = |parts: &[&str]| parts.iter().map(|part| format!("{part}/")).collect::<String>();
        Some(Stood {
            now: with_end(now),
            before: with_end(&parts[..at]),
        })
    }
}

/// How the rows of a file that an operation names are written, where it is a file of rows.
fn rows_form(operation: &Operation, written: &str) -> Option<(LoadFormat, char)> {
    match operation {
        Operation::LoadData(load) if load.file == written => Some((load.format(), load.delimiter)),
        Operation::Only(only) => only.operations.iter().find_map(|inner| rows_form(inner, written)),
        _ => None,
    }
}

fn labelled(diagnostic: Diagnostic, span: Option<Span>) -> Diagnostic {
    match span {
        Some(span) => diagnostic.label(span, ""),
        None => diagnostic,
    }
}

/// What can be read of a changeset that has mistakes.
fn lenient_head(item: &Node) -> ChangesetHead {
    let kept: Vec<Entry> = item
        .entries()
        .iter()
        .filter(|entry| matches!(&*entry.key, "id" | "author" | "comment") && entry.value.as_str().is_some())
        .cloned()
        .collect();
    let node = Node {
        span: item.span,
        kind: Kind::Map(kept),
    };
    document::decode(&node).expect("texts under known keys are a head")
}
