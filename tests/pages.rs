//! The pages of operations and of mistakes: documentation, golden test and cases of the laws in one.

mod page;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use driftless::changelog::{Changelog, Changeset, Selection};
use driftless::diagnostic::{Diagnostic, Style, render};
use driftless::dialect::{Dialect, Target};
use driftless::model::{Catalog, NormalForm};
use driftless::plan::{Entry, Fold, PlannedChangeset, Record, State, StoredChanges, selected};
use driftless::render::{Body, Load, Statement};
use page::{Page, all_hold, pages};

/// Rows of a file that a page shows.
const ROWS_SHOWN: usize = 8;

#[test]
fn every_operation_has_a_page() {
    let known: Vec<String> = driftless::operation::KEYS
        .iter()
        .map(|key| format!("operations/{key}"))
        .collect();
    let there: Vec<String> = pages("operations").into_iter().map(|page| page.name).collect();
    for name in &known {
        assert!(there.contains(name), "{name}: there is no page");
    }
    for name in &there {
        assert!(known.contains(name), "{name}: the page of no operation");
    }
}

/// Each operation has a page of its own for its mistakes, on which it makes some.
#[test]
fn every_operation_has_a_page_of_its_mistakes() {
    let pages = pages("diagnostics");
    all_hold(driftless::operation::KEYS.iter().map(|key| {
        let name = format!("diagnostics/operation_{key}");
        let page = pages.iter().find(|page| page.name == name);
        let page = page.ok_or_else(|| format!("{name}: there is no page"))?;
        let lines = lines_of(page, key);
        let told = page.block("text").text;
        let mistakes = lines
            .iter()
            .filter(|line| told.contains(&format!("--> changelog.yaml:{line}:")));
        match (lines.is_empty(), mistakes.count()) {
            (true, _) => Err(format!("{name}: its changelog does not use `{key}`")),
            (false, 0) => Err(format!("{name}: none of its mistakes stands in a `{key}`")),
            (false, _) => Ok(()),
        }
    }));
    for page in &pages {
        let key = page.name.strip_prefix("diagnostics/operation_");
        if let Some(key) = key {
            assert!(driftless::operation::KEYS.contains(&key), "{}: no operation", page.name);
        }
    }
}

/// The lines of a page's changelog that belong to an operation: from its key to the next line that is not below it.
fn lines_of(page: &Page, key: &str) -> Vec<usize> {
    let changelog = page.block("yaml").text;
    let item = format!("- {key}:");
    let mut found = Vec::new();
    let mut inside: Option<usize> = None;
    for (at, line) in changelog.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let begins = line.trim_start().starts_with(&item);
        if begins {
            inside = Some(indent);
        } else if inside.is_some_and(|outer| indent <= outer && !line.trim().is_empty()) {
            inside = None;
        }
        if inside.is_some() {
            found.push(at + 1);
        }
    }
    found
}

#[test]
fn operations_are_written_as_their_pages_say() {
    all_hold(pages("operations").iter().map(|page| page.hold(&sql_blocks(page)?)));
}

#[test]
fn what_goes_up_comes_down() {
    let cases = pages("operations")
        .into_iter()
        .flat_map(|page| Dialect::all().map(move |dialect| (page.clone(), dialect)));
    all_hold(cases.map(|(page, dialect)| up_and_down(&page, dialect)));
}

#[test]
fn mistakes_are_told_as_their_pages_say() {
    all_hold(pages("diagnostics").iter().map(|page| {
        let told = validate(page)?;
        page.hold(&[("text".to_string(), told)])
    }));
}

/// The last changeset of a page, up and down, on every dialect.
fn sql_blocks(page: &Page) -> Result<Vec<(String, String)>, String> {
    let folder = page.folder();
    let changelog = page.changelog(&folder);
    let last = changelog.changesets.last().map(|changeset| &changeset.id);
    let mut blocks = Vec::new();
    for dialect in Dialect::all() {
        let mut replay = Replay::new(page, &changelog, dialect);
        replay.up()?;
        let text = |step: &Step<'_>, statements: &[Statement]| match Some(&step.changeset.id) == last {
            true => sql_text(statements, folder.path()),
            false => sql_text(&[], folder.path()),
        };
        let step = replay
            .steps
            .pop()
            .ok_or_else(|| format!("{}, {dialect}: nothing runs", page.name))?;
        let up = text(&step, &step.planned.statements);
        let down = replay
            .fold
            .down(Entry::of(&record(&step.planned)), Some(step.changeset));
        replay.sound("down")?;
        blocks.push((format!("sql {dialect} up"), up));
        blocks.push((format!("sql {dialect} down"), text(&step, &down.statements)));
    }
    Ok(blocks)
}

/// Applies all changesets and takes them back one by one: each time the schema has to be what it was.
fn up_and_down(page: &Page, dialect: Dialect) -> Result<(), String> {
    let folder = page.folder();
    let changelog = page.changelog(&folder);
    let mut replay = Replay::new(page, &changelog, dialect);
    replay.up()?;
    while let Some(step) = replay.steps.pop() {
        replay
            .fold
            .down(Entry::of(&record(&step.planned)), Some(step.changeset));
        replay.sound("down")?;
        let differences = step.before.differences(&NormalForm::of(&replay.fold.catalog));
        if !differences.is_empty() {
            return Err(format!(
                "{}, {dialect}: `{}` does not come back: {differences:#?}",
                page.name, step.changeset.id
            ));
        }
    }
    let left: Vec<String> = NormalForm::of(&replay.fold.catalog).0.into_keys().collect();
    match left.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "{}, {dialect}: at the end there is still {}",
            page.name,
            left.join(", ")
        )),
    }
}

/// A page's changelog on its way up on one dialect.
struct Replay<'a> {
    page: &'a Page,
    changelog: &'a Changelog,
    target: Target,
    fold: Fold<'a>,
    steps: Vec<Step<'a>>,
}

/// A changeset that was planned, and the schema before it.
struct Step<'a> {
    changeset: &'a Arc<Changeset>,
    planned: PlannedChangeset,
    before: NormalForm,
}

impl<'a> Replay<'a> {
    fn new(page: &'a Page, changelog: &'a Changelog, dialect: Dialect) -> Replay<'a> {
        let target = Target::oldest(dialect);
        Replay {
            page,
            changelog,
            fold: Fold::new(changelog, Catalog::new(target.clone())),
            target,
            steps: Vec::new(),
        }
    }

    fn up(&mut self) -> Result<(), String> {
        let found = &self.changelog.diagnostics;
        if found.iter().any(Diagnostic::is_error) {
            return Err(self.told("read", found));
        }
        for changeset in selected(self.changelog, &self.target, &Selection::default()) {
            let before = NormalForm::of(&self.fold.catalog);
            let planned = self.fold.up(changeset, &[]);
            self.steps.push(Step {
                changeset,
                planned,
                before,
            });
        }
        self.sound("up")
    }

    /// No error may have been found.
    fn sound(&self, way: &str) -> Result<(), String> {
        let found = &self.fold.diagnostics;
        match found.iter().any(Diagnostic::is_error) {
            true => Err(self.told(way, found)),
            false => Ok(()),
        }
    }

    fn told(&self, way: &str, found: &[Diagnostic]) -> String {
        let texts: Vec<String> = found
            .iter()
            .map(|one| render(one, &self.changelog.sources, Style::Plain))
            .collect();
        format!("{}, {}, {way}:\n{}", self.page.name, self.target, texts.join("\n"))
    }
}

/// What the history would hold of a changeset, through the text that it is kept as.
fn record(planned: &PlannedChangeset) -> Record {
    let stored = StoredChanges {
        version: StoredChanges::VERSION,
        operations: planned
            .source
            .iter()
            .flat_map(|changeset| changeset.written())
            .collect(),
        changes: planned.changes.clone(),
        reverse: planned.reverse.clone(),
        error: None,
    };
    let kept = serde_json::to_string(&stored).expect("changes are data");
    let read: StoredChanges = serde_json::from_str(&kept).expect("what was written can be read");
    assert_eq!(read, stored, "changes of `{}` are not what was kept", planned.id);
    Record {
        seq: 1,
        run: None,
        id: planned.id.clone(),
        file: planned.file.clone(),
        author: planned.author.clone(),
        comment: planned.comment.clone(),
        tag: planned.tag.clone(),
        checksum: planned.checksum.clone(),
        reverse_checksum: planned.reverse_checksum.clone(),
        parameters: planned.parameters.clone(),
        state: State::Applied,
        direction: "up".into(),
        started: String::new(),
        duration_ms: 0,
        run_by: String::new(),
        version: String::new(),
        deployment: None,
        reason: None,
        changes: Some(read),
    }
}

fn sql_text(statements: &[Statement], root: &Path) -> String {
    if statements.is_empty() {
        return "-- nothing to do".into();
    }
    let texts = statements.iter().map(|statement| match &statement.body {
        Body::Sql(sql) => match statement.around {
            Some(around) => format!("{};\n{sql};\n{};", around.before, around.after),
            None => format!("{sql};"),
        },
        Body::Load(load) => load_text(load, root),
        Body::Unload(unload) => format!("-- to {}\n{};", unload.target.path, unload.query),
        Body::Assert(assertion) => assertion.script().join(";\n") + ";",
        Body::Print(message) => format!("{};", message.script()),
    });
    texts.collect::<Vec<_>>().join("\n")
}

/// The first statement of a load, cut where it is long.
fn load_text(load: &Load, root: &Path) -> String {
    let mut statements = load.open(root).expect("the page has the file");
    let first = statements.next_statement().expect("the file can be read");
    let text = first.expect("the file has rows").sql;
    let lines: Vec<&str> = text.lines().collect();
    match lines.len() > ROWS_SHOWN + 1 {
        true => format!("{}\n  -- and so on", lines[..=ROWS_SHOWN].join("\n")),
        false => format!("{text};"),
    }
}

/// What `driftless validate` says of a page's changelog, for all targets.
fn validate(page: &Page) -> Result<String, String> {
    let folder = page.folder();
    let mut command = Command::new(env!("CARGO_BIN_EXE_driftless"));
    command.arg("validate").current_dir(&folder).env("NO_COLOR", "1");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("DRIFTLESS_") {
            command.env_remove(name);
        }
    }
    let output = command.output().map_err(|error| format!("{}: {error}", page.name))?;
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let wanted = if told.contains("error[") { 2 } else { 0 };
    match output.status.code() {
        Some(code) if code == wanted => Ok(told),
        code => Err(format!("{}: exit code {code:?}, not {wanted}:\n{told}", page.name)),
    }
}
