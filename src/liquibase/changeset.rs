//! One changeset of Liquibase as one of driftless.

use std::collections::{BTreeSet, HashMap};

use super::changelog::Assembly;
use super::element::{Attribute, Element, Text};
use super::files::normalized;
use super::identity::Identity;
use super::merge::{choice_of, is_everywhere, merged};
use super::node::{Body, flag, list, text};
use super::precondition::OnFail;
use super::properties::{Scope, is_for, listed};
use super::reading::{ChangeSet, Removed};
use super::rollback::{Part, parts, reference};
use super::tables::Tables;
use super::translate::{Quoting, Resources, Translator, unknown_in};
use super::{LEFT_OUT, LEFT_OVER};
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::dialect::Dialect;
use crate::document::Node;

/// Children of a changeset that are no changes.
pub(super) const NO_CHANGES: [&str; 7] = [
    "comment",
    "validCheckSum",
    "validCheckSums",
    "preConditions",
    "rollback",
    "modifySql",
    "changes",
];

/// A changeset on one dialect, its properties put in.
struct On {
    dialect: Dialect,
    element: Element,
    kept: HashMap<Span, String>,
}

/// A changeset as it has become.
pub(super) struct MadeChangeset {
    pub node: Node,
    /// The comments before it, and before each of its operations by their numbers.
    pub remarks: Vec<String>,
    pub operation_remarks: Vec<(usize, Vec<String>)>,
}

/// What is found on each dialect, told once.
#[derive(Default)]
struct Findings {
    all: Vec<Finding>,
}

struct Finding {
    diagnostic: Diagnostic,
    dialects: Vec<Dialect>,
    /// Whether it matters on some dialects as it would on all.
    stops: bool,
}

impl Findings {
    fn add(&mut self, dialect: Dialect, found: Vec<Diagnostic>, stops: bool) {
        for diagnostic in found {
            let same = |known: &Diagnostic| {
                known.message == diagnostic.message
                    && known.labels.first().map(|label| label.span) == diagnostic.labels.first().map(|label| label.span)
            };
            match self.all.iter_mut().find(|known| same(&known.diagnostic)) {
                Some(known) if known.dialects.last() == Some(&dialect) => {}
                Some(known) => known.dialects.push(dialect),
                None => self.all.push(Finding {
                    diagnostic,
                    dialects: vec![dialect],
                    stops,
                }),
            }
        }
    }

    /// Whether something stops a run.
    fn stop(&self) -> bool {
        self.all.iter().any(|found| found.stops)
    }

    /// What is wrong on some dialects alone is a mistake only there, where nobody may want to go.
    fn told(self, wanted: &[Dialect]) -> Vec<Diagnostic> {
        let one = |found: Finding| {
            let mut diagnostic = found.diagnostic;
            if found.dialects.len() < wanted.len() {
                if !found.stops && (diagnostic.code == LEFT_OVER || diagnostic.is_error()) {
                    diagnostic.code = LEFT_OUT;
                }
                diagnostic.severity = Severity::Warning;
                let titles = found.dialects.iter().map(|dialect| dialect.facts().title.as_str());
                diagnostic = diagnostic.note(format!("on {}", titles.collect::<Vec<_>>().join(", ")));
            }
            diagnostic
        };
        self.all.into_iter().map(one).collect()
    }
}

/// What a changeset is known by.
pub(super) fn identity_of(assembly: &Assembly<'_>, file: usize, changeset: &ChangeSet) -> Identity {
    let put = |text: Option<&Text>| match text {
        Some(text) => assembly.put(text, changeset.scope).trim().to_string(),
        None => String::new(),
    };
    let element = &changeset.element;
    let own = put(element.value("logicalFilePath"));
    let path = match own.is_empty() {
        false => normalized(&own),
        true => assembly.called(file),
    };
    Identity {
        id: put(element.value("id")),
        author: put(element.value("author")),
        path,
    }
}

/// Turns a changeset into one of driftless; `None` where it says itself that it is not run.
pub(super) fn make(
    assembly: &mut Assembly<'_>,
    tables: &mut HashMap<&'static str, Tables>,
    file: usize,
    changeset: &ChangeSet,
    id: &str,
) -> Option<MadeChangeset> {
    let element = &changeset.element;
    let span = element.span;
    if element.value("id").is_none() {
        let diagnostic = Diagnostic::error("missing-key", "a changeSet needs an `id`");
        assembly.problem(diagnostic, element.name_span);
        return None;
    }
    let is_ignored = changeset.is_ignored || element.text_of("ignore").is_some_and(|text| text.trim() == "true");
    if is_ignored {
        let message = format!("changeset `{id}` is left out: it says `ignore`");
        assembly.problem(Diagnostic::warning(LEFT_OUT, message), element.name_span);
        return None;
    }
    let dbms = element.value("dbms").map(|dbms| assembly.put(dbms, changeset.scope));
    let dbms = listed(dbms.as_deref().unwrap_or_default());
    let wanted: Vec<Dialect> = Dialect::all()
        .filter(|dialect| changeset.is_for(*dialect, &dbms))
        .collect();
    let each: Vec<On> = wanted
        .iter()
        .map(|dialect| {
            let mut kept = HashMap::new();
            let properties = &assembly.reading().properties;
            let mut element = properties.put_into(element, changeset.scope, *dialect, &mut kept);
            take_off(&mut element, &changeset.removed, *dialect);
            On {
                dialect: *dialect,
                element,
                kept,
            }
        })
        .collect();
    assembly.problems.extend(unknown_in(element, &changes(element)));
    let mut body = Body::new(span);
    let id_at = element.value("id").map_or(span, |id| id.span);
    body.put("id", text(id, id_at));
    head(assembly, changeset, &mut body);
    if !is_everywhere(&wanted) {
        let at = element.value("dbms").map_or(span, |dbms| dbms.span);
        let names = choice_of(&wanted).into_iter().map(|name| text(name, at)).collect();
        body.put("dialects", list(names, at));
    }
    let mut findings = Findings::default();
    let mut work = Work {
        assembly,
        tables,
        file,
        scope: changeset.scope,
        is_certain: is_certain(changeset),
        findings: &mut findings,
    };
    work.conditions(&each, &mut body);
    let (operations, operation_remarks, tag) = work.operations(&each, changes(element).len());
    if let Some(tag) = tag {
        body.put("tag", text(&tag.text, tag.span));
    }
    let does_nothing = !operations.is_empty() && operations.iter().all(|operation| operation.get("assert").is_some());
    body.put("operations", list(operations, span));
    let reverse = work.reverse(element, &each);
    // What is not carried out cannot be taken back, and what would do that may speak of what is not there.
    let is_lost = does_nothing && findings.stop();
    if let Some(reverse) = reverse {
        match is_lost && !reverse.items().is_empty() {
            true => {
                let message = format!("the `rollback` of changeset `{id}` is left out, as what it takes back is");
                assembly.problem(Diagnostic::warning(LEFT_OVER, message), reverse.span);
            }
            false => body.put("reverse", reverse),
        }
    }
    let told = findings.told(&wanted);
    assembly.problems.extend(told);
    Some(MadeChangeset {
        node: body.node(),
        remarks: element.remarks.clone(),
        operation_remarks,
    })
}

/// The keys of a changeset that are the same on every dialect.
fn head(assembly: &mut Assembly<'_>, changeset: &ChangeSet, body: &mut Body) {
    let element = &changeset.element;
    let put = |assembly: &Assembly<'_>, value: &Text| assembly.put(value, changeset.scope);
    let is = |key: &str| {
        element
            .text_of(key)
            .is_some_and(|text| text.trim().eq_ignore_ascii_case("true"))
    };
    if let Some(author) = element.value("author") {
        let written = put(assembly, author);
        body.put("author", text(written, author.span));
    }
    let comments: Vec<&Text> = element
        .children
        .iter()
        .filter(|child| child.name == "comment")
        .filter_map(|child| child.text.as_ref())
        .chain(element.attribute("comment").map(|attribute| &attribute.value))
        .collect();
    let said: Vec<String> = comments
        .iter()
        .map(|comment| put(assembly, comment).trim().to_string())
        .collect();
    if let Some(first) = comments
        .first()
        .filter(|_| said.iter().any(|comment| !comment.is_empty()))
    {
        body.put("comment", text(said.join("\n"), first.span));
    }
    let own = element.value("contextFilter").or(element.value("context"));
    let contexts: Vec<(String, Span)> = changeset
        .contexts
        .iter()
        .chain(own)
        .map(|context| (without_marks(put(assembly, context).trim()), context.span))
        .filter(|(context, _)| !context.is_empty())
        .collect();
    match contexts.as_slice() {
        [] => {}
        [(only, at)] => body.put("contexts", text(only, *at)),
        [.., (_, at)] => {
            let all: Vec<String> = contexts.iter().map(|(context, _)| format!("({context})")).collect();
            body.put("contexts", text(all.join(" and "), *at));
        }
    }
    let labels = changeset.labels.iter().chain(element.value("labels"));
    let labels: Vec<Node> = labels
        .flat_map(|labels| {
            let written = put(assembly, labels);
            let all: Vec<String> = written.split(',').map(|label| label.trim().to_string()).collect();
            all.into_iter()
                .filter(|label| !label.is_empty())
                .map(|label| text(label, labels.span))
        })
        .collect();
    if !labels.is_empty() {
        body.put("labels", list(labels, element.span));
    }
    let span = element.span;
    let always = is("runAlways") || is("alwaysRun");
    let run = match (always, is("runOnChange")) {
        (true, _) => Some("always"),
        (false, true) => Some("on_change"),
        (false, false) => None,
    };
    if let Some(run) = run {
        body.put("run", text(run, span));
        body.flag("in_order", element.text_of("runOrder").map(str::trim) != Some("last"));
    }
    if element
        .text_of("runInTransaction")
        .is_some_and(|text| text.trim().eq_ignore_ascii_case("false"))
    {
        body.put("transaction", flag(false, span));
    }
    if element
        .text_of("failOnError")
        .is_some_and(|text| text.trim().eq_ignore_ascii_case("false"))
    {
        body.put("on_error", text("go_on", span));
    }
    let names = match assembly.quoting {
        Quoting::All => "native_quoted",
        Quoting::Legacy | Quoting::Reserved => "native",
    };
    body.put("names", text(names, span));
    for (key, why) in [
        (
            "runWith",
            "the changeset is run over driftless's own connection, not by another program",
        ),
        ("onValidationFail", "a changeset with mistakes is refused"),
    ] {
        if let Some(value) = element.value(key).filter(|value| value.text.trim() != "HALT") {
            let diagnostic = Diagnostic::warning(LEFT_OUT, format!("`{key}` is not taken over: {why}"));
            assembly.problem(diagnostic, value.span);
        }
    }
}

/// An expression of contexts without the marks of those that have to be given: here a context holds where it is given.
pub(super) fn without_marks(expression: &str) -> String {
    let mut result = String::with_capacity(expression.len());
    let mut before = None;
    for c in expression.chars() {
        let begins = before.is_none_or(|before: char| before.is_whitespace() || "!(,".contains(before));
        if c != '@' || !begins {
            result.push(c);
        }
        before = Some(c);
    }
    result
}

/// Takes off attributes that `removeChangeSetProperty` removes on a dialect.
pub(super) fn take_off(element: &mut Element, removed: &[Removed], dialect: Dialect) {
    let removed = removed.iter().filter(|removed| is_for(&removed.dbms, dialect));
    let removed: Vec<_> = removed.collect();
    if removed.is_empty() {
        return;
    }
    let list = element.children.iter_mut();
    for child in list {
        let attributes: Vec<&str> = removed
            .iter()
            .filter(|removed| removed.change == child.name)
            .map(|removed| removed.attribute.as_str())
            .collect();
        strip(child, &attributes);
        child.children.iter_mut().for_each(|inner| {
            let attributes: Vec<&str> = removed
                .iter()
                .filter(|removed| removed.change == inner.name)
                .map(|removed| removed.attribute.as_str())
                .collect();
            strip(inner, &attributes);
        });
    }
}

fn strip(element: &mut Element, attributes: &[&str]) {
    if attributes.is_empty() {
        return;
    }
    let is_kept = |attribute: &Attribute| !attributes.iter().any(|name| name.eq_ignore_ascii_case(&attribute.name));
    element.attributes.retain(is_kept);
    element.children.iter_mut().for_each(|child| strip(child, attributes));
}

/// Whether a changeset runs wherever it is for.
fn is_certain(changeset: &ChangeSet) -> bool {
    let element = &changeset.element;
    let is_asked = element.children.iter().any(|child| child.name == "preConditions");
    let keys = ["context", "contextFilter", "labels"];
    let is_chosen = keys.iter().any(|key| element.value(key).is_some());
    !is_asked && !is_chosen && changeset.contexts.is_empty() && changeset.labels.is_empty()
}

/// The changes of a changeset, those under `changes` too.
fn changes(element: &Element) -> Vec<&Element> {
    let mut all = Vec::new();
    for child in &element.children {
        match child.name.as_str() {
            "changes" => all.extend(child.children.iter().filter(|change| !change.name.is_empty())),
            name if NO_CHANGES.contains(&name) => {}
            // A scalar that is no change: Liquibase keeps it, and makes nothing of it.
            name if child.text.is_some()
                && child.attributes.is_empty()
                && child.children.is_empty()
                && !is_change(name) => {}
            _ => all.push(child),
        }
    }
    all
}

fn is_change(name: &str) -> bool {
    super::CHANGES.contains(&name)
}

/// Comments before operations, by the operation's number.
type Remarks = Vec<(usize, Vec<String>)>;

/// The work on one changeset.
struct Work<'w, 'a> {
    assembly: &'w mut Assembly<'a>,
    tables: &'w mut HashMap<&'static str, Tables>,
    file: usize,
    scope: Scope,
    is_certain: bool,
    findings: &'w mut Findings,
}

impl Work<'_, '_> {
    /// Does something with a translator for a dialect.
    fn with<T>(
        &mut self,
        on: &On,
        tables: &mut Tables,
        work: impl FnOnce(&mut Translator<'_>) -> T,
    ) -> (T, Option<Text>) {
        let called = self.assembly.called(self.file);
        let quoting = self.assembly.quoting;
        let mut resources = self.assembly.resources(self.file);
        let mut translator = Translator {
            dialect: on.dialect,
            reading: self.assembly.reading(),
            called,
            ids: &self.assembly.ids,
            scope: self.scope,
            kept: &on.kept,
            tables,
            quoting,
            resources: &mut resources as &mut dyn Resources,
            problems: Vec::new(),
            inexpressible: Vec::new(),
            tag: None,
            is_reverse: false,
            is_certain: self.is_certain,
        };
        let made = work(&mut translator);
        let (problems, inexpressible, tag) = (translator.problems, translator.inexpressible, translator.tag);
        self.findings.add(on.dialect, problems, false);
        self.findings.add(on.dialect, inexpressible, true);
        let named: BTreeSet<String> = resources.named;
        self.assembly.named.extend(named);
        (made, tag)
    }

    fn conditions(&mut self, each: &[On], body: &mut Body) {
        let (mut made, mut before) = (Vec::new(), Vec::new());
        let (mut on_fail, mut on_error) = (None, None);
        for on in each {
            let mut tables = self.tables.remove(on.dialect.name()).unwrap_or_default();
            let (mut conditions, mut asked) = (Vec::new(), Vec::new());
            for container in on.element.children.iter().filter(|child| child.name == "preConditions") {
                let ((own, fails, errs), _) = self.with(on, &mut tables, |translator| {
                    (
                        translator.conditions(container),
                        translator.on_fail(container),
                        translator.on_error(container),
                    )
                });
                on_fail.get_or_insert((fails, container.span));
                conditions.extend(own);
                if let Some((errs, own)) = errs {
                    on_error.get_or_insert(errs);
                    asked.extend(own);
                }
            }
            made.push((on.dialect, conditions));
            before.push((on.dialect, asked));
            self.tables.insert(on.dialect.name(), tables);
        }
        let Some((on_fail, span)) = on_fail else {
            return;
        };
        let (all, before) = (conditions_for_all(made, span), conditions_for_all(before, span));
        if all.is_empty() {
            return;
        }
        if on_fail == OnFail::Warn {
            let message = "`onFail` WARN: the changeset runs in any case, and so the conditions are not asked";
            self.assembly.problem(Diagnostic::warning(LEFT_OUT, message), span);
            return;
        }
        let (require, only_if) = match on_fail {
            OnFail::Halt => (all, before),
            _ => (Vec::new(), before.into_iter().chain(all).collect()),
        };
        let marks = match on_fail {
            OnFail::Halt => on_error == Some(OnFail::MarkRan),
            _ => on_fail == OnFail::MarkRan,
        };
        for (key, conditions) in [("require", require), ("only_if", only_if)] {
            if !conditions.is_empty() {
                body.put(key, list(conditions, span));
            }
        }
        if marks && body.has("only_if") {
            body.put("otherwise", text("mark_applied", span));
        }
    }

    fn operations(&mut self, each: &[On], count: usize) -> (Vec<Node>, Remarks, Option<Text>) {
        let (mut operations, mut remarks, mut tag) = (Vec::new(), Vec::new(), None);
        for at in 0..count {
            let mut made = Vec::new();
            for on in each {
                let Some(change) = changes(&on.element).get(at).copied() else {
                    continue;
                };
                let mut tables = self.tables.remove(on.dialect.name()).unwrap_or_default();
                let (nodes, own_tag) = self.with(on, &mut tables, |translator| {
                    let nodes = translator.change(change);
                    translator.modified(&on.element, change, nodes, false)
                });
                self.tables.insert(on.dialect.name(), tables);
                tag = tag.or(own_tag);
                made.push((on.dialect, nodes));
                if on.dialect == each[0].dialect && !change.remarks.is_empty() {
                    remarks.push((operations.len(), change.remarks.clone()));
                }
            }
            operations.extend(merged(made));
        }
        (operations, remarks, tag)
    }

    /// The way back that is written; `None` where none is.
    fn reverse(&mut self, element: &Element, each: &[On]) -> Option<Node> {
        let is_rollback = |child: &&Element| child.name == "rollback";
        let attribute = element.attribute("rollback");
        let span = element.children.iter().find(is_rollback).map(|rollback| rollback.span);
        let span = span.or(attribute.map(|attribute| attribute.value.span))?;
        let mut operations = Vec::new();
        // In YAML one text may stand where a list could.
        if let Some(attribute) = attribute {
            let mut made = Vec::new();
            for on in each {
                let Some(written) = on.element.attribute("rollback") else {
                    continue;
                };
                let mut tables = self.tables.get(on.dialect.name()).cloned().unwrap_or_default();
                let (nodes, _) = self.with(on, &mut tables, |translator| translator.rollback_sql(&written.value));
                made.push((on.dialect, nodes));
            }
            if !attribute.is_null {
                operations.extend(merged(made));
            }
        }
        let count = element.children.iter().filter(is_rollback).count();
        for at in 0..count {
            let rollback = element.children.iter().filter(is_rollback).nth(at)?;
            if let Some(reference) = reference(rollback) {
                operations.extend(self.of_another(&reference, each));
                continue;
            }
            for part_at in 0..parts(rollback).len() {
                let mut made = Vec::new();
                for on in each {
                    let Some(own) = on.element.children.iter().filter(is_rollback).nth(at) else {
                        continue;
                    };
                    let mut tables = self.tables.get(on.dialect.name()).cloned().unwrap_or_default();
                    let all = parts(own);
                    let Some(part) = all.get(part_at) else {
                        continue;
                    };
                    let (nodes, _) = self.with(on, &mut tables, |translator| {
                        translator.is_reverse = true;
                        match part {
                            Part::Change(change) => {
                                let nodes = translator.change(change);
                                translator.modified(&on.element, change, nodes, true)
                            }
                            Part::Sql(sql) => translator.rollback_sql(sql),
                        }
                    });
                    made.push((on.dialect, nodes));
                }
                operations.extend(merged(made));
            }
        }
        Some(list(operations, span))
    }

    /// The changes of another changeset, which take this one back.
    fn of_another(&mut self, reference: &super::rollback::Reference<'_>, each: &[On]) -> Vec<Node> {
        let identity = Identity {
            id: reference.id.text.trim().to_string(),
            author: reference.author.unwrap_or_default().trim().to_string(),
            path: match reference.path {
                Some(path) => path.trim().to_string(),
                None => self.assembly.called(self.file),
            },
        };
        let Some((scope, element)) = self.assembly.changeset(&identity) else {
            let message = format!("there is no changeset `{}`", identity.whole());
            let diagnostic = Diagnostic::error("unknown-changeset", message);
            self.assembly.problem(diagnostic, reference.id.span);
            return Vec::new();
        };
        let mut operations = Vec::new();
        for at in 0..changes(&element).len() {
            let mut made = Vec::new();
            for on in each {
                let mut kept = HashMap::new();
                let properties = &self.assembly.reading().properties;
                let other = On {
                    dialect: on.dialect,
                    element: properties.put_into(&element, scope, on.dialect, &mut kept),
                    kept,
                };
                let Some(change) = changes(&other.element).get(at).copied() else {
                    continue;
                };
                let mut tables = self.tables.get(on.dialect.name()).cloned().unwrap_or_default();
                let (nodes, _) = self.with(&other, &mut tables, |translator| translator.change(change));
                made.push((on.dialect, nodes));
            }
            operations.extend(merged(made));
        }
        operations
    }
}

/// Conditions that may differ by dialect as some that hold for all: each dialect's own are asked there alone.
pub(super) fn conditions_for_all(made: Vec<(Dialect, Vec<Node>)>, span: Span) -> Vec<Node> {
    let same = merged(made.clone());
    let differs = same.iter().any(|node| node.get("only").is_some());
    if !differs {
        return same;
    }
    let mut all = Vec::new();
    for only in merged(made) {
        let Some(body) = only.get("only") else {
            all.push(only);
            continue;
        };
        let dialects = Body::new(span).with("dialect", body.find("dialects").clone()).node();
        let elsewhere = Body::new(span).with("not", dialects).node();
        let here = Body::new(span).with("all", body.find("operations").clone()).node();
        all.push(Body::new(span).with("any", list(vec![elsewhere, here], span)).node());
    }
    all
}
