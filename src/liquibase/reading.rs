//! A Liquibase changelog with all files that it includes, in the order in which Liquibase reads them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::changeset::{NO_CHANGES, without_marks};
use super::element::{Attribute, Element, Text};
use super::files::{Files, SearchPath, beside, normalized};
use super::format;
use super::properties::{Properties, Property, Scope, is_for, listed};
use crate::diagnostic::{Diagnostic, SourceId, Sources, Span, nearest};
use crate::dialect::Dialect;

/// So many files may lie between the first one and one that is included.
const DEEPEST_INCLUDE: usize = 64;

/// What is said of a changelog beside its files.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The folders that its paths are meant from, below the root; found out where none are given.
    pub search_path: Vec<String>,
    /// Values of properties that go before all that files say: by name, and by the dialect's.
    pub given: HashMap<String, HashMap<&'static str, String>>,
    pub contexts: Contexts,
}

/// The contexts that hold; without any, every property counts.
#[derive(Debug, Clone, Default)]
pub struct Contexts {
    pub names: Vec<String>,
    pub holds: Option<Holds>,
}

/// Reads an expression, and says whether it holds where some names do; `None` where it is none.
pub type Holds = fn(&str, &[String]) -> Option<bool>;

impl Contexts {
    /// Whether an expression holds; `None` where none are given, or it is no expression.
    fn hold(&self, expression: &str) -> Option<bool> {
        match self.names.is_empty() {
            true => None,
            false => self.holds?(expression, &self.names),
        }
    }
}

/// A changelog with all of its files.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub files: Vec<File>,
    pub properties: Properties,
    pub search_path: SearchPath,
    /// What is wrong, and what has been passed over.
    pub problems: Vec<Diagnostic>,
}

/// One file.
#[derive(Debug)]
pub(super) struct File {
    /// Below the root.
    pub path: String,
    pub source: SourceId,
    /// The path that it gives itself.
    pub logical_path: Option<String>,
    /// How its names are quoted, where it says so.
    pub quoting: Option<Text>,
    pub items: Vec<Arc<Item>>,
    pub remarks: Vec<String>,
    pub span: Span,
}

/// What a file holds, in order.
#[derive(Debug)]
pub(super) enum Item {
    ChangeSet(Box<ChangeSet>),
    /// The files that stand here, each with the dialects that it is for.
    Include {
        files: Vec<(usize, Vec<Dialect>)>,
        span: Span,
        remarks: Vec<String>,
    },
    /// What has to hold before anything is run.
    Conditions(Box<Element>, Scope),
}

/// A changeset as it is written, with what stands around it.
#[derive(Debug)]
pub(super) struct ChangeSet {
    pub element: Element,
    pub scope: Scope,
    /// Expressions of contexts around it, all of which have to hold.
    pub contexts: Vec<Text>,
    /// Labels that includes give it.
    pub labels: Vec<Text>,
    pub is_ignored: bool,
    /// Where the files around it are read at all.
    pub dialects: Vec<Dialect>,
    /// Attributes that are taken off its changes: of which change, and where.
    pub removed: Vec<Removed>,
}

/// An attribute that `removeChangeSetProperty` takes off.
#[derive(Debug, Clone)]
pub(super) struct Removed {
    pub change: String,
    pub attribute: String,
    pub dbms: Vec<String>,
}

/// What the files around one say of it.
#[derive(Debug, Clone, Default)]
struct Around {
    contexts: Vec<Text>,
    labels: Vec<Text>,
    is_ignored: bool,
    dialects: Vec<Dialect>,
    /// Attributes for its changesets, as `modifyChangeSets` gives them.
    modified: Vec<Attribute>,
}

/// Reads a changelog from its first file.
pub(super) fn read_all(files: &dyn Files, sources: &mut Sources, first: &str, options: &Options) -> Reading {
    let mut reader = Reader {
        files,
        sources,
        reading: Reading {
            search_path: SearchPath::new(&options.search_path, first),
            properties: Properties {
                given: options.given.clone(),
                ..Properties::default()
            },
            ..Reading::default()
        },
        open: Vec::new(),
        included: BTreeMap::new(),
        contexts: &options.contexts,
    };
    let around = Around {
        dialects: Dialect::all().collect(),
        ..Around::default()
    };
    reader.file(first, None, around);
    reader.reading
}

struct Reader<'a> {
    files: &'a dyn Files,
    sources: &'a mut Sources,
    reading: Reading,
    /// The files being read, outermost first.
    open: Vec<String>,
    /// Where each file was included.
    included: BTreeMap<String, Option<Span>>,
    contexts: &'a Contexts,
}

impl Reader<'_> {
    fn problem(&mut self, diagnostic: Diagnostic, at: Option<Span>) {
        self.reading.problems.push(match at {
            Some(span) => diagnostic.label(span, ""),
            None => diagnostic,
        });
    }

    /// Reads one file, and says which of all it is.
    fn file(&mut self, path: &str, from: Option<Span>, around: Around) -> Option<usize> {
        if self.open.iter().any(|open| open == path) {
            let chain: Vec<&str> = self.open.iter().map(String::as_str).chain([path]).collect();
            let message = format!("these files include each other: {}", chain.join(" → "));
            self.problem(Diagnostic::error("include-cycle", message), from);
            return None;
        }
        if self.open.len() > DEEPEST_INCLUDE {
            let message = format!("files include each other more than {DEEPEST_INCLUDE} deep");
            self.problem(Diagnostic::error("include-depth", message), from);
            return None;
        }
        if let Some(first) = self.included.get(path).copied() {
            let message = format!("`{}` is included twice", self.files.shown(path));
            let mut diagnostic = Diagnostic::error("included-twice", message);
            if let Some(span) = from {
                diagnostic = diagnostic.label(span, "again here");
            }
            self.problem(
                diagnostic.help("its changesets would be there twice, which Liquibase refuses, too"),
                first,
            );
            return None;
        }
        self.included.insert(path.to_string(), from);
        let text = match self.files.read(path) {
            Ok(text) => text,
            Err(message) => {
                self.problem(Diagnostic::error("unreadable-file", message), from);
                return None;
            }
        };
        let source = self.sources.add(self.files.shown(path), text);
        let root = match format::read(source, self.sources) {
            Ok(root) => root,
            Err(problems) => {
                self.reading.problems.extend(problems);
                return None;
            }
        };
        let at = self.reading.files.len();
        self.reading.files.push(File {
            path: path.to_string(),
            source,
            logical_path: root.text_of("logicalFilePath").map(str::to_string),
            quoting: root.value("objectQuotingStrategy").cloned(),
            items: Vec::new(),
            remarks: root.remarks.clone(),
            span: root.span,
        });
        self.reading.properties.locals.push(Vec::new());
        let mut around = around;
        around
            .contexts
            .extend(root.value("contextFilter").or(root.value("context")).cloned());
        self.open.push(path.to_string());
        let mut removed = Vec::new();
        // What is defined anywhere in a file of YAML counts in all of it; in XML it stands first.
        for element in root.children.iter().filter(|element| element.name == "property") {
            self.property(at, element);
        }
        for element in root.children.iter().filter(|element| element.name != "property") {
            self.element(at, element, &around, &mut removed);
        }
        self.open.pop();
        Some(at)
    }

    fn scope(&self, file: usize) -> Scope {
        let properties = &self.reading.properties;
        Scope {
            globals: properties.globals.len(),
            file,
            locals: properties.locals.get(file).map_or(0, Vec::len),
        }
    }

    fn element(&mut self, at: usize, element: &Element, around: &Around, removed: &mut Vec<Removed>) {
        match element.name.as_str() {
            "changeSet" => {
                let mut element = raised(element.clone());
                for attribute in &around.modified {
                    element.attributes.retain(|own| own.name != attribute.name);
                    element.attributes.push(attribute.clone());
                }
                let changeset = ChangeSet {
                    element,
                    scope: self.scope(at),
                    contexts: around.contexts.clone(),
                    labels: around.labels.clone(),
                    is_ignored: around.is_ignored,
                    dialects: around.dialects.clone(),
                    removed: removed.clone(),
                };
                self.reading.files[at]
                    .items
                    .push(Arc::new(Item::ChangeSet(Box::new(changeset))));
            }
            "include" => self.include(at, element, around),
            "includeAll" => self.include_all(at, element, around),
            "preConditions" => {
                let scope = self.scope(at);
                let item = Item::Conditions(Box::new(element.clone()), scope);
                self.reading.files[at].items.push(Arc::new(item));
            }
            "modifyChangeSets" => {
                let mut inner = around.clone();
                inner.modified.extend(element.attributes.iter().cloned());
                for child in &element.children {
                    self.element(at, child, &inner, removed);
                }
            }
            "removeChangeSetProperty" => {
                let text = |name: &str| element.text_of(name).unwrap_or_default().to_string();
                removed.push(Removed {
                    change: text("change"),
                    attribute: text("remove"),
                    dbms: listed(&text("dbms")),
                });
            }
            // Values of the changelog itself that stand in elements.
            "logicalFilePath" | "objectQuotingStrategy" | "context" | "contextFilter" => {}
            name => {
                let known = [
                    "changeSet",
                    "include",
                    "includeAll",
                    "preConditions",
                    "property",
                    "modifyChangeSets",
                ];
                let message = format!("a changelog of Liquibase has no `{name}`");
                let diagnostic = Diagnostic::error("unknown-element", message).did_you_mean(nearest(name, known));
                self.problem(diagnostic, Some(element.name_span));
            }
        }
    }

    /// A text with its properties put in, for each dialect; where they are all the same, once.
    fn per_dialect(&self, value: &Text, scope: Scope, dialects: &[Dialect]) -> Vec<(String, Vec<Dialect>)> {
        let mut found: Vec<(String, Vec<Dialect>)> = Vec::new();
        for dialect in dialects {
            let text = self
                .reading
                .properties
                .put(&value.text, value.span, scope, *dialect)
                .text;
            match found.iter_mut().find(|(known, _)| *known == text) {
                Some((_, all)) => all.push(*dialect),
                None => found.push((text, vec![*dialect])),
            }
        }
        found
    }

    fn inside(&self, element: &Element, around: &Around) -> Around {
        let mut inner = around.clone();
        inner
            .contexts
            .extend(element.value("contextFilter").or(element.value("context")).cloned());
        inner.labels.extend(element.value("labels").cloned());
        inner.is_ignored |= element.text_of("ignore") == Some("true");
        inner
    }

    fn include(&mut self, at: usize, element: &Element, around: &Around) {
        let Some(written) = element.value("file").cloned() else {
            let diagnostic = Diagnostic::error("missing-key", "`include` needs a `file`");
            return self.problem(diagnostic, Some(element.name_span));
        };
        let is_relative = is_true(element, "relativeToChangelogFile");
        let mut files = Vec::new();
        for (text, dialects) in self.per_dialect(&written, self.scope(at), &around.dialects) {
            let Some(path) = self.place(at, &text, is_relative) else {
                let message = format!("there is no file `{}`", normalized(&text));
                let diagnostic = match element.text_of("errorIfMissing") == Some("false") {
                    true => Diagnostic::warning("missing-include", format!("{message}: it is passed over")),
                    false => self.missing(message, is_relative),
                };
                self.problem(diagnostic, Some(written.span));
                continue;
            };
            let mut inner = self.inside(element, around);
            inner.dialects = dialects.clone();
            let file = self.file(&path, Some(written.span), inner);
            files.extend(file.map(|file| (file, dialects)));
        }
        self.included_here(at, files, element);
    }

    fn included_here(&mut self, at: usize, files: Vec<(usize, Vec<Dialect>)>, element: &Element) {
        self.reading.files[at].items.push(Arc::new(Item::Include {
            files,
            span: element.span,
            remarks: element.remarks.clone(),
        }));
    }

    fn missing(&self, message: String, is_relative: bool) -> Diagnostic {
        let diagnostic = Diagnostic::error("missing-include", message);
        match is_relative {
            true => diagnostic.help("`relativeToChangelogFile` means the folder of this file"),
            false => diagnostic.help(
                "paths are looked for in the project's folder, then in those above the first file; others are named by \
                 `search_path` under `liquibase` in driftless.yaml",
            ),
        }
    }

    /// Where a path that is written in a file is on disk.
    fn place(&mut self, at: usize, written: &str, is_relative: bool) -> Option<String> {
        match is_relative {
            true => {
                let path = beside(&self.reading.files[at].path, &written.replace('\\', "/"));
                self.files.is_there(&path).then_some(path)
            }
            false => self.reading.search_path.locate(written, self.files),
        }
    }

    fn include_all(&mut self, at: usize, element: &Element, around: &Around) {
        let Some(written) = element.value("path").cloned() else {
            let diagnostic = Diagnostic::error("missing-key", "`includeAll` needs a `path`");
            return self.problem(diagnostic, Some(element.name_span));
        };
        for key in ["filter", "resourceFilter", "resourceComparator"] {
            if let Some(class) = element.value(key) {
                let message = format!("`{key}` is the Java class `{}`, which is not asked", class.text);
                let diagnostic = Diagnostic::warning(super::LEFT_OVER, message).help(
                    "all files of the folder are taken, in the order of their paths: look whether those are the ones",
                );
                self.problem(diagnostic, Some(class.span));
            }
        }
        let is_relative = is_true(element, "relativeToChangelogFile");
        let mut files = Vec::new();
        for (text, dialects) in self.per_dialect(&written, self.scope(at), &around.dialects) {
            let found = match is_relative {
                true => {
                    let folder = beside(&self.reading.files[at].path, &text.replace('\\', "/"));
                    let below = self.files.below(&folder);
                    Some((folder, below)).filter(|(_, below)| !below.is_empty())
                }
                false => self.reading.search_path.locate_folder(&text, self.files),
            };
            let mut below = match found {
                Some((folder, below)) => chosen(element, &folder, below),
                None => Vec::new(),
            };
            if below.is_empty() && element.text_of("errorIfMissingOrEmpty") != Some("false") {
                let message = format!("there are no changelogs in `{}`", normalized(&text));
                let diagnostic = self.missing(message, is_relative);
                self.problem(diagnostic, Some(written.span));
            }
            below.sort();
            for path in below {
                let is_open = self.open.contains(&path);
                if !is_open && format::Format::of(&path).is_some() {
                    let mut inner = self.inside(element, around);
                    inner.dialects = dialects.clone();
                    let file = self.file(&path, Some(written.span), inner);
                    files.extend(file.map(|file| (file, dialects.clone())));
                }
            }
        }
        self.included_here(at, files, element);
    }

    fn property(&mut self, at: usize, element: &Element) {
        let is_global = element.text_of("global") != Some("false");
        let context = element.value("contextFilter").or(element.value("context"));
        if let Some(context) = context.filter(|context| !context.text.trim().is_empty()) {
            match self.contexts.hold(&without_marks(context.text.trim())) {
                Some(false) => return,
                Some(true) => {}
                None => {
                    let message = "no contexts are given, and so the first property of a name counts, whatever its own";
                    let diagnostic = Diagnostic::warning("property-filter", message);
                    self.problem(diagnostic.help("say `--contexts`"), Some(context.span));
                }
            }
        }
        if let Some(labels) = element.value("labels") {
            let message = "a property has no `labels` here: it is read as Liquibase reads it where none are given";
            self.problem(Diagnostic::warning("property-filter", message), Some(labels.span));
        }
        // What is in `dbms` and in names may be put together of other properties.
        let scope = self.scope(at);
        let dialect = Dialect::all().next();
        let put = |reader: &Self, text: &Text| match dialect {
            Some(dialect) => {
                reader
                    .reading
                    .properties
                    .put(&text.text, text.span, scope, dialect)
                    .text
            }
            None => text.text.clone(),
        };
        let dbms = element
            .value("dbms")
            .map(|value| listed(&put(self, value)))
            .unwrap_or_default();
        if let Some(file) = element.value("file").cloned() {
            return self.property_file(at, element, &file, is_global, dbms);
        }
        let Some(name) = element.value("name").cloned() else {
            let diagnostic = Diagnostic::error("missing-key", "`property` needs a `name`");
            return self.problem(diagnostic, Some(element.name_span));
        };
        let value = element.value("value").cloned().unwrap_or(Text {
            text: String::new(),
            span: name.span,
        });
        let property = Property {
            name: put(self, &name),
            value,
            dbms,
            span: name.span,
        };
        self.define(at, is_global, property);
    }

    fn define(&mut self, at: usize, is_global: bool, property: Property) {
        let properties = &mut self.reading.properties;
        match is_global {
            true => properties.globals.push(property),
            false => properties.locals[at].push(property),
        }
    }

    fn property_file(&mut self, at: usize, element: &Element, file: &Text, is_global: bool, dbms: Vec<String>) {
        let Some(path) = self.place(at, &file.text, is_true(element, "relativeToChangelogFile")) else {
            let message = format!("there is no file `{}`", normalized(&file.text));
            let diagnostic = match element.text_of("errorIfMissing") == Some("false") {
                true => Diagnostic::warning("missing-include", format!("{message}: it is passed over")),
                false => self.missing(message, false),
            };
            return self.problem(diagnostic, Some(file.span));
        };
        let read = self.files.read(&path).and_then(|text| {
            let parsed = java_properties::read(text.as_bytes());
            parsed.map_err(|error| format!("`{}` is no file of properties: {error}", self.files.shown(&path)))
        });
        match read {
            Ok(map) => {
                let mut all: Vec<(String, String)> = map.into_iter().collect();
                all.sort();
                for (name, value) in all {
                    let property = Property {
                        name,
                        value: Text {
                            text: value,
                            span: file.span,
                        },
                        dbms: dbms.clone(),
                        span: file.span,
                    };
                    self.define(at, is_global, property);
                }
            }
            Err(message) => self.problem(Diagnostic::error("unreadable-file", message), Some(file.span)),
        }
    }
}

/// A changeset whose list of changes holds nothing but changes: what else stands there is said of the changeset.
fn raised(mut element: Element) -> Element {
    let mut raised = Vec::new();
    for list in element.children.iter_mut().filter(|child| child.name == "changes") {
        let (others, changes) = std::mem::take(&mut list.children)
            .into_iter()
            .partition(|child| NO_CHANGES.contains(&child.name.as_str()));
        list.children = changes;
        raised.extend::<Vec<Element>>(others);
    }
    element.children.extend(raised);
    element
}

fn is_true(element: &Element, key: &str) -> bool {
    element
        .text_of(key)
        .is_some_and(|text| text.trim().eq_ignore_ascii_case("true"))
}

/// The files of a folder that `includeAll` takes, by how deep they lie and how their names end.
fn chosen(element: &Element, folder: &str, below: Vec<String>) -> Vec<String> {
    let number = |key: &str| element.text_of(key).and_then(|text| text.trim().parse::<usize>().ok());
    let (least, most) = (
        number("minDepth").unwrap_or(0),
        number("maxDepth").unwrap_or(usize::MAX),
    );
    let ending = element.text_of("endsWithFilter").unwrap_or_default().trim();
    let start = match folder {
        "" => String::new(),
        folder => format!("{folder}/"),
    };
    let is_meant = |path: &String| {
        let rest = path.strip_prefix(&start).unwrap_or(path);
        let depth = rest.matches('/').count() + 1;
        (least..=most).contains(&depth) && rest.ends_with(ending)
    };
    below.into_iter().filter(is_meant).collect()
}

impl ChangeSet {
    /// Whether it is for a dialect, by what it says itself and by the files around it.
    pub fn is_for(&self, dialect: Dialect, dbms: &[String]) -> bool {
        self.dialects.contains(&dialect) && is_for(dbms, dialect)
    }
}
