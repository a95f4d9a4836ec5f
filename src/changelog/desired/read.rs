//! Files and folders of a desired state, read into one changeset that makes all of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use compact_str::CompactString;

use super::super::body::{is_broken, read_body};
use super::super::gather::{files_named, finish};
use super::super::given::Given;
use super::super::parameter_check::hide_secrets;
use super::super::sql_text::changeset;
use super::super::{Changelog, Folder, Parameters};
use super::format::desired_schema;
use super::order::in_order;
use super::unfold::{INSIDE, LISTS, Unfolded, unfolded};
use crate::diagnostic::{Diagnostic, Span};
use crate::dialect::{Name, ObjectName, Target};
use crate::document::{self, Entry, Kind, Limits, Node, Schema};
use crate::model::ObjectKind;

/// What a schema is to be.
#[derive(Debug, Default)]
pub struct Desired {
    /// One changeset that makes all of it, and what is wrong with the files.
    pub changelog: Changelog,
    /// What says that it had another name before.
    pub renamed: Vec<Renamed>,
    /// The kinds of objects that it speaks of, be it to say that there are none.
    pub kinds: BTreeSet<ObjectKind>,
    /// The target that it was read from, where it says so.
    pub dialect: Option<Target>,
}

/// A table or a column that had another name.
#[derive(Debug, Clone, PartialEq)]
pub struct Renamed {
    /// By the name that it has.
    pub table: ObjectName,
    pub column: Option<Name>,
    pub from: Name,
    pub span: Span,
}

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::new(desired_schema()));

/// Reads a file, or all files of a folder and of those below it.
pub fn read_desired(path: &Path, given: Given) -> Desired {
    let is_folder = path.is_dir();
    let root = match is_folder {
        true => path.to_path_buf(),
        false => path.parent().map(Path::to_path_buf).unwrap_or_default(),
    };
    let folder = Folder::new(root);
    let mut reader = Reader {
        desired: Desired {
            changelog: Changelog {
                sources: given.sources.clone(),
                diagnostics: given.diagnostics.clone(),
                ..Changelog::default()
            },
            ..Desired::default()
        },
        folder: &folder,
        parameters: Parameters::outside(given),
        read: BTreeSet::new(),
        operations: Vec::new(),
        broken: Vec::new(),
    };
    reader.desired.changelog.scopes.push(reader.parameters.clone());
    match is_folder {
        true => reader.folder("", None),
        false => {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
            reader.file(&name.unwrap_or_default(), None);
        }
    }
    reader.finish()
}

struct Reader<'a> {
    desired: Desired,
    folder: &'a Folder,
    parameters: Parameters,
    /// The files that were read, by what they are on disk.
    read: BTreeSet<PathBuf>,
    operations: Vec<Unfolded>,
    broken: Vec<Span>,
}

impl Reader<'_> {
    fn problem(&mut self, diagnostic: Diagnostic, span: Option<Span>) {
        self.desired.changelog.diagnostics.push(match span {
            Some(span) => diagnostic.label(span, ""),
            None => diagnostic,
        });
    }

    fn folder(&mut self, below: &str, from: Option<Span>) {
        match self.folder.list(below, true) {
            Ok(files) => {
                for file in &files {
                    self.file(file.trim_start_matches('/'), from);
                }
                if files.is_empty() && from.is_none() {
                    let shown = self.folder.display(below);
                    let message = format!("the folder `{shown}` has no file of a schema in it");
                    self.problem(Diagnostic::error("unreadable-file", message), None);
                }
            }
            Err(message) => self.problem(Diagnostic::error("unreadable-file", message), from),
        }
    }

    fn file(&mut self, path: &str, from: Option<Span>) {
        // A file that is named twice says the same twice.
        if !self.read.insert(self.folder.real(path)) {
            return;
        }
        let text = match from {
            Some(_) => self.folder.read(path),
            None => self.folder.read_first(path),
        };
        let text = match text {
            Ok(text) => text,
            Err(message) => return self.problem(Diagnostic::error("unreadable-file", message), from),
        };
        let changelog = &mut self.desired.changelog;
        let source = changelog.sources.add(self.folder.display(path), text);
        let root = match document::parse(source, &changelog.sources, Limits::default()) {
            Ok(root) => root,
            Err(diagnostics) => return changelog.diagnostics.extend(diagnostics),
        };
        if let Some(params) = root.get("params") {
            hide_secrets(params, &mut changelog.sources);
            self.parameters = self.parameters.with_file(params);
            changelog.scopes.push(self.parameters.clone());
        }
        if !matches!(root.kind, Kind::Map(_)) {
            let message = format!("expected a map, found {}", root.kind_name());
            let help = "a file of a schema holds lists: `tables:`, `views:`, `enums:`, …";
            return self.problem(Diagnostic::error("wrong-value", message).help(help), Some(root.span));
        }
        if let Some(entry) = root.entry("changesets").or(root.entry("operations")) {
            let message = "this is a changelog, and no desired state";
            let help = "`changelog` names the changelog of the project; a schema holds `tables:`, `views:`, …";
            return self.problem(
                Diagnostic::error("not-a-schema", message).help(help),
                Some(entry.key_span),
            );
        }
        let violations = SCHEMA.check(&root);
        self.broken
            .extend(violations.iter().filter_map(|told| Some(told.labels.first()?.span)));
        self.desired.changelog.diagnostics.extend(violations);
        self.dialect(&root);
        for node in root.get("include").map(one_or_many).unwrap_or_default() {
            self.include(path, node);
        }
        self.lists(path, root);
    }

    fn dialect(&mut self, root: &Node) {
        let Some(node) = root.get("dialect") else {
            return;
        };
        match node.as_str().map(Target::parse) {
            Some(Ok(target)) => self.desired.dialect = Some(target),
            Some(Err(message)) => self.problem(Diagnostic::error("dialect", message), Some(node.span)),
            // That it is no text was told.
            None => {}
        }
    }

    fn include(&mut self, path: &str, node: &Node) {
        let Some(written) = node.as_str() else {
            return;
        };
        match self.folder.resolve(path, written) {
            Ok(below) if self.folder.is_folder(&below) => self.folder(&below, Some(node.span)),
            Ok(below) => self.file(&below, Some(node.span)),
            Err(message) => self.problem(Diagnostic::error("path", message), Some(node.span)),
        }
    }

    fn lists(&mut self, path: &str, root: Node) {
        let Kind::Map(mut entries) = root.kind else {
            return;
        };
        for (list, key) in LISTS {
            for entry in entries.extract_if(.., |entry| &*entry.key == list).collect::<Vec<_>>() {
                self.desired.kinds.extend(kind_of(key));
                let Kind::Seq(items) = entry.value.kind else {
                    continue;
                };
                for mut item in items {
                    self.note_names(key, &item);
                    self.root_path(path, &mut item);
                    unfolded(key, item, &mut self.operations);
                }
            }
        }
    }

    /// Notes what a table says of names before, and of the kinds that stand on it.
    fn note_names(&mut self, key: &str, item: &Node) {
        if key != "create_table" {
            return;
        }
        for (inside, operation) in INSIDE {
            if item.get(inside).is_some() {
                self.desired.kinds.extend(kind_of(operation));
            }
        }
        let Some(table) = item.get("table").and_then(name_of) else {
            return;
        };
        let from = |node: &Node| {
            let from = node.get("renamed_from")?;
            Some((Name::new(from.as_str()?), from.span))
        };
        let renamed = from(item).map(|(from, span)| Renamed {
            table: table.clone(),
            column: None,
            from,
            span,
        });
        self.desired.renamed.extend(renamed);
        for column in item.get("columns").map(Node::items).unwrap_or_default() {
            let name = column.get("name").and_then(Node::as_str);
            if let (Some(name), Some((from, span))) = (name, from(column)) {
                self.desired.renamed.push(Renamed {
                    table: table.clone(),
                    column: Some(Name::new(name)),
                    from,
                    span,
                });
            }
        }
    }

    /// Has a file that a view or a routine names be named from the root.
    fn root_path(&mut self, path: &str, item: &mut Node) {
        let Kind::Map(entries) = &mut item.kind else {
            return;
        };
        for Entry { key, value, .. } in entries {
            let written = value.as_str().filter(|_| &**key == "file").map(str::to_string);
            let Some(written) = written else { continue };
            match self.folder.resolve(path, &written) {
                Ok(below) => value.kind = Kind::Str(CompactString::from(below)),
                Err(message) => {
                    let span = value.span;
                    self.desired
                        .changelog
                        .diagnostics
                        .push(Diagnostic::error("path", message).label(span, ""));
                }
            }
        }
    }

    fn finish(mut self) -> Desired {
        self.broken.sort_by_key(|span| (span.source, span.start));
        let broken = std::mem::take(&mut self.broken);
        let parameters = Arc::new(self.parameters);
        let in_files: Vec<Unfolded> = in_order(std::mem::take(&mut self.operations));
        let Some(span) = in_files.first().map(|unfolded| unfolded.node.span) else {
            finish(&mut self.desired.changelog, parameters, &BTreeSet::new());
            return self.desired;
        };
        // Mistakes are told by file: those of one lie among its own.
        let is_sound = |node: &Node| {
            let own: Vec<Span> = broken
                .iter()
                .filter(|at| at.source == node.span.source)
                .copied()
                .collect();
            !is_broken(&own, node.span)
        };
        let items = in_files
            .into_iter()
            .map(|unfolded| unfolded.node)
            .filter(is_sound)
            .collect();
        let operations = Entry {
            key: "operations".into(),
            key_span: span,
            value: Node {
                span,
                kind: Kind::Seq(items),
            },
        };
        let item = Node {
            span,
            kind: Kind::Map(vec![operations]),
        };
        let (_, body) = read_body(item, &[]);
        let changelog = &mut self.desired.changelog;
        changelog.diagnostics.extend(body.problems);
        let files = files_named(self.folder, "", body.operations.iter(), &mut changelog.diagnostics);
        let made = changeset("schema", span, body.operations, files, parameters.clone());
        changelog.changesets.push(Arc::new(made));
        finish(changelog, parameters, &body.used);
        self.desired
    }
}

/// The kind that an operation makes one of, among those that a schema may leave unsaid.
fn kind_of(operation: &str) -> Vec<ObjectKind> {
    match operation {
        "create_schema" => vec![ObjectKind::Schema],
        "create_extension" => vec![ObjectKind::Extension],
        "create_function" => vec![ObjectKind::Function],
        "create_procedure" => vec![ObjectKind::Procedure],
        "create_trigger" => vec![ObjectKind::Trigger],
        "create_policy" | "set_row_security" => vec![ObjectKind::Policy],
        "grant" | "revoke" => vec![ObjectKind::Grant],
        _ => Vec::new(),
    }
}

fn one_or_many(node: &Node) -> Vec<&Node> {
    match &node.kind {
        Kind::Seq(items) => items.iter().collect(),
        _ => vec![node],
    }
}

fn name_of(node: &Node) -> Option<ObjectName> {
    match node.as_str() {
        Some(name) => Some(ObjectName::plain(name)),
        None => Some(ObjectName {
            schema: node.get("schema").and_then(Node::as_str).map(Name::new),
            name: Name::new(node.get("name")?.as_str()?),
        }),
    }
}
