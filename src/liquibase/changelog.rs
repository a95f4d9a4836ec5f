//! A Liquibase changelog as one of driftless: for each file a tree, whose parts know where they stand in the original.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::LEFT_OUT;
use super::changeset::{conditions_for_all, identity_of, make};
use super::element::{Element, Text};
use super::files::{Files, SearchPath, beside, relative};
use super::identity::{Identity, Ids};
use super::node::{Body, list, text};
use super::precondition::OnFail;
use super::properties::{Finding, Needed, Property, Scope, is_for, listed};
use super::reading::{ChangeSet, Item, Options, Reading, Removed, read_all};
use super::tables::Tables;
use super::translate::{Key, Quoting, Resources, Translator};
use crate::diagnostic::{Diagnostic, SourceId, Sources, Span};
use crate::dialect::{Dialect, TokenKind, tokens};
use crate::document::{Node, placeholders};

/// A changelog of Liquibase as one of driftless.
#[derive(Debug, Default)]
pub struct Translated {
    /// The first is the one that includes the others.
    pub files: Vec<MadeFile>,
    /// All changesets in their order.
    pub changesets: Vec<Made>,
    /// What is wrong; what cannot be said (`LEFT_OVER`); what is another way or makes no difference (`LEFT_OUT`).
    pub problems: Vec<Diagnostic>,
    /// The files that operations name, below the root.
    pub named: BTreeSet<String>,
    pub(super) reading: Reading,
}

/// A file as it has become.
#[derive(Debug)]
pub struct MadeFile {
    /// Of the original, below the root.
    pub path: String,
    pub source: SourceId,
    pub node: Node,
    pub remarks: Vec<Remark>,
}

/// A comment of the original, by what stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Which item of the file; `None` for the file itself.
    pub item: Option<usize>,
    /// Which of the item's operations, where it is not the item.
    pub operation: Option<usize>,
    pub lines: Vec<String>,
}

/// A changeset: who it is to either.
#[derive(Debug, Clone)]
pub struct Made {
    pub identity: Identity,
    pub id: String,
    pub span: Span,
    /// The databases that it is for.
    pub dialects: Vec<Dialect>,
    pub(super) element: Arc<Element>,
    pub(super) scope: Scope,
    pub(super) file: usize,
    /// Attributes that are taken off its changes.
    pub(super) removed: Vec<Removed>,
}

/// Turns a changelog into one of driftless, from its first file.
pub fn translate(files: &dyn Files, sources: &mut Sources, first: &str, options: &Options, ids: Ids) -> Translated {
    let reading = read_all(files, sources, first, options);
    let order = order_of(&reading);
    let mut assembly = Assembly {
        files,
        reading,
        ids: HashMap::new(),
        problems: Vec::new(),
        named: BTreeSet::new(),
        quoting: Quoting::default(),
    };
    let changesets = assembly.identified(&order, ids);
    let files = assembly.made_files(&changesets);
    assembly.tell(sources);
    let mut problems = std::mem::take(&mut assembly.reading.problems);
    problems.append(&mut assembly.problems);
    let Assembly { reading, named, .. } = assembly;
    Translated {
        files,
        changesets,
        problems: once(problems),
        named,
        reading,
    }
}

/// Each once, in the order of where they stand.
fn once(problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut seen = HashSet::new();
    let is_new = |problem: &Diagnostic| {
        let at = problem.labels.first().map(|label| label.span);
        seen.insert((problem.message.clone(), at))
    };
    let mut is_new = is_new;
    problems.into_iter().filter(|problem| is_new(problem)).collect()
}

/// Where a changeset stands: its file, and which item of it.
type Place = (usize, usize);

/// The changesets in the order in which they run, their files followed.
fn order_of(reading: &Reading) -> Vec<Place> {
    fn walk(reading: &Reading, file: usize, order: &mut Vec<Place>) {
        for (at, item) in reading.files[file].items.iter().enumerate() {
            match &**item {
                Item::ChangeSet(_) => order.push((file, at)),
                Item::Include { files, .. } => files.iter().for_each(|(below, _)| walk(reading, *below, order)),
                Item::Conditions(..) => {}
            }
        }
    }
    let mut order = Vec::new();
    if !reading.files.is_empty() {
        walk(reading, 0, &mut order);
    }
    order
}

/// What a changelog is put together with.
pub(super) struct Assembly<'a> {
    files: &'a dyn Files,
    reading: Reading,
    pub ids: HashMap<Key, String>,
    pub problems: Vec<Diagnostic>,
    pub named: BTreeSet<String>,
    /// How the names of the changeset at hand are quoted.
    pub quoting: Quoting,
}

impl Assembly<'_> {
    pub fn reading(&self) -> &Reading {
        &self.reading
    }

    pub fn problem(&mut self, diagnostic: Diagnostic, at: Span) {
        self.problems.push(diagnostic.label(at, ""));
    }

    /// What Liquibase calls a file.
    pub fn called(&self, file: usize) -> String {
        let file = &self.reading.files[file];
        match &file.logical_path {
            Some(path) => super::files::normalized(path),
            None => self.reading.search_path.called(&file.path),
        }
    }

    /// A text with its properties put in, where it is the same on every dialect.
    pub fn put(&self, value: &Text, scope: Scope) -> String {
        let dialect = Dialect::all().next();
        let properties = &self.reading.properties;
        dialect.map_or_else(
            || value.text.clone(),
            |dialect| properties.put(&value.text, value.span, scope, dialect).text,
        )
    }

    pub fn resources(&self, file: usize) -> Located<'_> {
        Located {
            files: self.files,
            search_path: self.reading.search_path.clone(),
            file: &self.reading.files[file].path,
            named: BTreeSet::new(),
        }
    }

    fn at(&self, (file, item): Place) -> Option<&ChangeSet> {
        match &*self.reading.files[file].items[item] {
            Item::ChangeSet(changeset) => Some(changeset),
            Item::Include { .. } | Item::Conditions(..) => None,
        }
    }

    /// A changeset by what Liquibase knows it by.
    pub fn changeset(&self, identity: &Identity) -> Option<(Scope, Element)> {
        let found = order_of(&self.reading).into_iter().find(|place| {
            let changeset = self.at(*place);
            changeset.is_some_and(|changeset| identity_of(self, place.0, changeset).is(identity))
        });
        let changeset = self.at(found?)?;
        Some((changeset.scope, changeset.element.clone()))
    }

    /// The changesets with their ids; what is there twice is told.
    fn identified(&mut self, order: &[Place], ids: Ids) -> Vec<Made> {
        let mut all: Vec<Made> = Vec::new();
        let mut contexts: Vec<String> = Vec::new();
        for place in order {
            let Some(changeset) = self.at(*place) else {
                continue;
            };
            let element = &changeset.element;
            let is_ignored =
                changeset.is_ignored || element.text_of("ignore").is_some_and(|text| text.trim() == "true");
            if is_ignored || element.value("id").is_none() {
                continue;
            }
            let dbms = element.value("dbms").map(|dbms| self.put(dbms, changeset.scope));
            let dbms = listed(dbms.as_deref().unwrap_or_default());
            contexts.push(
                element
                    .value("contextFilter")
                    .or(element.value("context"))
                    .map_or(String::new(), |own| own.text.clone()),
            );
            all.push(Made {
                identity: identity_of(self, place.0, changeset),
                id: String::new(),
                span: element.value("id").map_or(element.span, |id| id.span),
                dialects: Dialect::all()
                    .filter(|dialect| changeset.is_for(*dialect, &dbms))
                    .collect(),
                element: Arc::new(element.clone()),
                scope: changeset.scope,
                file: place.0,
                removed: changeset.removed.clone(),
            });
        }
        let identities: Vec<Identity> = all.iter().map(|made| made.identity.clone()).collect();
        let mut first_of: HashMap<Key, usize> = HashMap::new();
        let mut taken: HashSet<String> = HashSet::new();
        for (at, id) in ids.of(&identities).into_iter().enumerate() {
            let key = identities[at].key();
            let mut id = id;
            if let Some(first) = first_of.get(&key).copied() {
                let is_apart = all[at]
                    .dialects
                    .iter()
                    .all(|dialect| !all[first].dialects.contains(dialect));
                if !is_apart && contexts[at] == contexts[first] {
                    let message = format!("the changeset `{}` is there twice", identities[at].whole());
                    let diagnostic = Diagnostic::error("duplicate-id", message)
                        .label(all[at].span, "again here")
                        .label(all[first].span, "first here");
                    self.problems.push(diagnostic);
                }
                // For other databases, or in other contexts, Liquibase takes it for the same.
                let suffix = match is_apart && !all[at].dialects.is_empty() {
                    true => all[at]
                        .dialects
                        .iter()
                        .map(|dialect| dialect.name())
                        .collect::<Vec<_>>()
                        .join("-"),
                    false => (at + 1).to_string(),
                };
                id = format!("{id}::{suffix}");
            }
            while !taken.insert(id.clone()) {
                id.push('\'');
            }
            first_of.entry(key.clone()).or_insert(at);
            self.ids.entry(key).or_insert_with(|| id.clone());
            all[at].id = id;
        }
        all
    }

    fn made_files(&mut self, changesets: &[Made]) -> Vec<MadeFile> {
        let mut ids: HashMap<(usize, Span), String> = HashMap::new();
        for made in changesets {
            ids.insert((made.file, made.element.span), made.id.clone());
        }
        let mut tables: HashMap<&'static str, Tables> = HashMap::new();
        let count = self.reading.files.len();
        let mut files: Vec<Option<MadeFile>> = (0..count).map(|_| None).collect();
        let mut moved = Moved::default();
        if count > 0 {
            self.made_file(0, &ids, &mut tables, &mut files, &mut moved);
        }
        let mut files: Vec<MadeFile> = files.into_iter().flatten().collect();
        if let Some(first) = files
            .iter_mut()
            .find(|file| Some(&file.path) == self.reading.files.first().map(|file| &file.path))
        {
            moved.put_into(first);
        }
        let parameters = self.parameters(&files);
        for file in &mut files {
            let index = self.reading.files.iter().position(|known| known.path == file.path);
            if let Some(own) = index.and_then(|index| parameters.get(&index)) {
                put_first(file, "params", own.clone());
            }
        }
        files
    }

    /// Makes a file, and those that it includes where they stand.
    fn made_file(
        &mut self,
        file: usize,
        ids: &HashMap<(usize, Span), String>,
        tables: &mut HashMap<&'static str, Tables>,
        files: &mut Vec<Option<MadeFile>>,
        moved: &mut Moved,
    ) {
        let items = self.reading.files[file].items.clone();
        let span = self.reading.files[file].span;
        let (mut nodes, mut remarks) = (Vec::new(), Vec::new());
        let own = self.reading.files[file].remarks.clone();
        if !own.is_empty() {
            remarks.push(Remark {
                item: None,
                operation: None,
                lines: own,
            });
        }
        let mut conditions: Vec<(OnFail, Vec<Node>, Span)> = Vec::new();
        for item in &items {
            match &**item {
                Item::Conditions(element, scope) => {
                    conditions.extend(self.file_conditions(file, element, *scope, tables));
                }
                Item::Include {
                    files: below,
                    span,
                    remarks: said,
                } => {
                    for (number, (included, _)) in below.iter().enumerate() {
                        self.made_file(*included, ids, tables, files, moved);
                        let path = relative(&self.reading.files[file].path, &self.reading.files[*included].path);
                        remark(&mut remarks, nodes.len(), None, if number == 0 { said } else { &[] });
                        nodes.push(Body::new(*span).with("include", text(path, *span)).node());
                    }
                }
                Item::ChangeSet(changeset) => {
                    let element = &changeset.element;
                    let id = ids.get(&(file, element.span)).cloned().unwrap_or_default();
                    let order = element
                        .text_of("runOrder")
                        .map(str::trim)
                        .unwrap_or_default()
                        .to_string();
                    let runs_again = ["runAlways", "alwaysRun", "runOnChange"]
                        .iter()
                        .any(|key| element.text_of(key).is_some_and(|text| text.trim() == "true"));
                    let target = match order.as_str() {
                        "first" => 0,
                        "last" if !runs_again => 0,
                        _ => file,
                    };
                    self.quoting = self.quoting_of(file, changeset);
                    let Some(made) = make(self, tables, target, changeset, &id) else {
                        continue;
                    };
                    let list = match order.as_str() {
                        "first" => &mut moved.first,
                        "last" if !runs_again => &mut moved.last,
                        _ => {
                            remark(&mut remarks, nodes.len(), None, &made.remarks);
                            for (operation, lines) in &made.operation_remarks {
                                remark(&mut remarks, nodes.len(), Some(*operation), lines);
                            }
                            nodes.push(made.node);
                            continue;
                        }
                    };
                    list.push(made.node);
                    let message = format!("`runOrder` {order}: the changeset stands at that end of the first file");
                    self.problem(Diagnostic::warning(LEFT_OUT, message), element.name_span);
                }
            }
        }
        let mut body = Body::new(span);
        for (key, wanted) in [
            ("require", [OnFail::Halt].as_slice()),
            ("only_if", &[OnFail::LeaveOut, OnFail::MarkRan]),
        ] {
            let all = conditions.iter().filter(|(on_fail, ..)| wanted.contains(on_fail));
            let all: Vec<Node> = all.flat_map(|(_, nodes, _)| nodes.clone()).collect();
            if !all.is_empty() {
                body.put(key, list(all, span));
            }
        }
        body.put("changesets", list(nodes, span));
        files[file] = Some(MadeFile {
            path: self.reading.files[file].path.clone(),
            source: self.reading.files[file].source,
            node: body.node(),
            remarks,
        });
    }

    fn quoting_of(&self, file: usize, changeset: &ChangeSet) -> Quoting {
        let own = changeset.element.text_of("objectQuotingStrategy");
        let around = self.reading.files[file].quoting.as_ref().map(|text| text.text.as_str());
        Quoting::of(own.or(around))
    }

    fn file_conditions(
        &mut self,
        file: usize,
        element: &Element,
        scope: Scope,
        tables: &mut HashMap<&'static str, Tables>,
    ) -> Option<(OnFail, Vec<Node>, Span)> {
        let (mut made, mut on_fail, mut problems) = (Vec::new(), OnFail::Halt, Vec::new());
        for dialect in Dialect::all() {
            let mut kept = HashMap::new();
            let put = self.reading.properties.put_into(element, scope, dialect, &mut kept);
            let mut own = tables.remove(dialect.name()).unwrap_or_default();
            let mut resources = self.resources(file);
            let mut translator = Translator {
                dialect,
                reading: &self.reading,
                called: self.called(file),
                ids: &self.ids,
                scope,
                kept: &kept,
                tables: &mut own,
                quoting: Quoting::default(),
                resources: &mut resources as &mut dyn Resources,
                problems: Vec::new(),
                inexpressible: Vec::new(),
                tag: None,
                is_reverse: false,
                is_certain: false,
            };
            made.push((dialect, translator.conditions(&put)));
            on_fail = translator.on_fail(&put);
            problems.append(&mut translator.problems);
            tables.insert(dialect.name(), own);
        }
        self.problems.extend(problems);
        let all = conditions_for_all(made, element.span);
        (!all.is_empty() && on_fail != OnFail::Warn).then_some((on_fail, all, element.span))
    }

    /// The parameters of each file: properties that texts still name.
    fn parameters(&self, files: &[MadeFile]) -> BTreeMap<usize, Node> {
        let properties = &self.reading.properties;
        let mut made: BTreeMap<usize, Vec<(String, Node)>> = BTreeMap::new();
        let mut named: BTreeSet<String> = BTreeSet::new();
        files.iter().for_each(|file| note_names(&file.node, &mut named));
        let mut done: BTreeSet<Needed> = BTreeSet::new();
        // What a value names is needed, too.
        loop {
            let is_next = |needed: &&Needed| !done.contains(*needed) && named.contains(needed.name());
            let next = properties.needed.borrow().iter().find(is_next).cloned();
            let Some(needed) = next else {
                break;
            };
            let (file, name, all, is_last) = match &needed {
                Needed::Global(name) => (0, name, properties.globals.as_slice(), false),
                Needed::Local(file, name) => (*file, name, properties.locals[*file].as_slice(), true),
            };
            let known = all.iter().filter(|property| property.name.eq_ignore_ascii_case(name));
            let mut known: Vec<&Property> = known.collect();
            if is_last {
                known.reverse();
            }
            if let Some(node) = self.parameter(&known, file) {
                note_names(&node, &mut named);
                made.entry(file).or_default().push((name.clone(), node));
            }
            done.insert(needed);
        }
        let body = |all: Vec<(String, Node)>| {
            let span = all[0].1.span;
            let mut body = Body::new(span);
            all.into_iter().for_each(|(name, node)| body.put(&name, node));
            body.node()
        };
        made.into_iter().map(|(file, all)| (file, body(all))).collect()
    }

    /// One parameter: its value, or one for each dialect.
    fn parameter(&self, known: &[&Property], file: usize) -> Option<Node> {
        let properties = &self.reading.properties;
        let scope = Scope {
            globals: properties.globals.len(),
            file,
            locals: properties.locals.get(file).map_or(0, Vec::len),
        };
        let kept = |property: &Property, dialect: Dialect| {
            properties
                .put(&property.value.text, property.value.span, scope, dialect)
                .kept
        };
        let values: Vec<(Dialect, String, Span)> = Dialect::all()
            .filter_map(|dialect| {
                let property = known.iter().find(|property| is_for(&property.dbms, dialect))?;
                Some((dialect, kept(property, dialect), property.value.span))
            })
            .collect();
        let (_, first, span) = values.first()?;
        if values.len() == Dialect::all().count() && values.iter().all(|(_, value, _)| value == first) {
            return Some(text(first, *span));
        }
        let mut map = Body::new(*span);
        for (dialect, value, at) in &values {
            map.put(dialect.name(), text(value, *at));
        }
        // MariaDB would take that of MySQL.
        let has = |name: &str| values.iter().any(|(dialect, ..)| dialect.name() == name);
        if has("mysql") && !has("mariadb") {
            map.put("mariadb", super::node::from_json(&serde_json::Value::Null, *span));
        }
        Some(Body::new(*span).with("by_dialect", map.node()).node())
    }

    /// Tells what was found of properties.
    fn tell(&mut self, sources: &Sources) {
        let findings = self.reading.properties.findings.take();
        let properties = &self.reading.properties;
        let mut told = Vec::new();
        for finding in findings {
            told.push(match finding {
                Finding::Undefined { name, at, is_value } => {
                    let all = properties.globals.iter().chain(properties.locals.iter().flatten());
                    let mut all = all.filter(|property| property.name.eq_ignore_ascii_case(&name));
                    if let Some(known) = all.next() {
                        let message = format!("the property `{name}` has no value for every database");
                        Diagnostic::warning(LEFT_OUT, message).label(at, "").label(known.span, "defined here")
                    } else {
                        undefined(&name, at, is_value || stands_in_text(&name, at, sources))
                    }
                }
                Finding::Hidden { name, variable, at } => {
                    let message = format!(
                        "Liquibase takes the variable `{variable}` of the environment for the property `{name}`; here the \
                         changelog's own value counts"
                    );
                    Diagnostic::warning(LEFT_OUT, message).label(at, "")
                }
                Finding::Endless { name, at } => {
                    let message = format!("the property `{name}` refers to itself without end");
                    Diagnostic::error("parameter-cycle", message).label(at, "")
                }
            });
        }
        self.problems.extend(told);
    }
}

/// The names of the parameters in the texts of a tree.
fn note_names(node: &Node, names: &mut BTreeSet<String>) {
    node.visit_strings(&mut |text, _| {
        let found = placeholders(text);
        names.extend(
            found
                .iter()
                .filter(|found| !found.literal)
                .map(|found| found.name.to_string()),
        );
    });
}

fn undefined(name: &str, at: Span, is_text: bool) -> Diagnostic {
    match is_text {
        true => {
            let message = format!("the property `{name}` is not defined: the text stays as it is, as with Liquibase");
            Diagnostic::warning(LEFT_OUT, message).label(at, "")
        }
        false => {
            let message = format!("the property `{name}` is not defined");
            Diagnostic::error("undefined-parameter", message)
                .label(at, "")
                .help(format!("define it as a `property`, or give it: `--param {name}=…`"))
        }
    }
}

/// Whether a property stands in a text or a comment of SQL, where it may be meant as it is.
fn stands_in_text(name: &str, at: Span, sources: &Sources) -> bool {
    let text = &sources.get(at.source).text;
    let Some(sql) = text.get(at.start as usize..at.end as usize) else {
        return false;
    };
    let written = format!("${{{name}}}");
    let mut places = sql.match_indices(&written).map(|(place, _)| place);
    let all = tokens(sql, crate::dialect::Family::Postgres);
    places.all(|place| {
        let token = all.iter().find(|token| (token.start..token.end()).contains(&place));
        token.is_some_and(|token| matches!(token.kind, TokenKind::Text | TokenKind::Comment))
    })
}

/// Changesets that stand at an end of the first file, whichever file they are from.
#[derive(Default)]
struct Moved {
    first: Vec<Node>,
    last: Vec<Node>,
}

impl Moved {
    fn put_into(self, file: &mut MadeFile) {
        let crate::document::Kind::Map(entries) = &mut file.node.kind else {
            return;
        };
        let Some(changesets) = entries.iter_mut().find(|entry| &*entry.key == "changesets") else {
            return;
        };
        if let crate::document::Kind::Seq(items) = &mut changesets.value.kind {
            let before = self.first.len();
            items.splice(0..0, self.first);
            items.extend(self.last);
            for remark in &mut file.remarks {
                remark.item = remark.item.map(|item| item + before);
            }
        }
    }
}

fn remark(remarks: &mut Vec<Remark>, item: usize, operation: Option<usize>, lines: &[String]) {
    if !lines.is_empty() {
        remarks.push(Remark {
            item: Some(item),
            operation,
            lines: lines.to_vec(),
        });
    }
}

fn put_first(file: &mut MadeFile, key: &str, node: Node) {
    let mut body = Body::new(node.span).with(key, node);
    for entry in file.node.entries() {
        body.put(&entry.key, entry.value.clone());
    }
    let span = file.node.span;
    file.node = Node { span, ..body.node() };
}

/// The files that the changes of one file name.
pub(super) struct Located<'a> {
    files: &'a dyn Files,
    search_path: SearchPath,
    file: &'a str,
    pub named: BTreeSet<String>,
}

impl Resources for Located<'_> {
    fn locate(&mut self, change: &Element, key: &str) -> Result<String, Diagnostic> {
        let Some(written) = change.value(key) else {
            return Err(
                Diagnostic::error("missing-key", format!("`{}` needs a `{key}`", change.name))
                    .label(change.name_span, ""),
            );
        };
        let is_relative = change
            .text_of("relativeToChangelogFile")
            .is_some_and(|text| text.trim() == "true");
        let own = beside(self.file, &written.text.trim().replace('\\', "/"));
        // Values that stand in files of their own are beside the changelog.
        let is_beside = is_relative || matches!(key, "valueClobFile" | "valueBlobFile");
        let found = match is_beside {
            true if self.files.is_there(&own) => Some(own),
            true if !is_relative => self.search_path.locate(written.text.trim(), self.files),
            true => self.files.is_there(&own).then_some(own),
            false => {
                let found = self.search_path.locate(written.text.trim(), self.files);
                // As it may be meant all the same.
                found.or_else(|| self.files.is_there(&own).then_some(own))
            }
        };
        found.ok_or_else(|| {
            let message = format!("there is no file `{}`", written.text.trim());
            Diagnostic::error("missing-file", message).label(written.span, "")
        })
    }

    fn text(&self, path: &str) -> Result<Arc<str>, String> {
        self.files.read(path)
    }

    fn bytes(&self, path: &str) -> Result<Vec<u8>, String> {
        self.files.bytes(path)
    }

    fn relative(&self, path: &str) -> String {
        relative(self.file, path)
    }

    fn name(&mut self, path: &str) {
        self.named.insert(path.to_string());
    }
}
