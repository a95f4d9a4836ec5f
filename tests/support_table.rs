//! The table of what works how on which database: found by trying what the pages of the operations hold.
//!
//! `DRIFTLESS_BLESS=1` writes what is found into the page.

mod page;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use driftless::changelog::Changeset;
use driftless::diagnostic::Problem;
use driftless::dialect::{Dialect, Target};
use driftless::model::{Catalog, Change, ObjectKind};
use driftless::operation::{Context, KEYS, Operation, Resolve, Uncertain};
use driftless::render::{Statement, render};
use page::{Page, is_blessing, pages};

/// How an operation comes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// The database is told nothing.
    Nothing,
    Native,
    /// The database knows nothing of the object itself; something else does its work.
    Emulated,
    Rebuild,
}

/// What was found for an operation on a dialect.
#[derive(Debug, Default)]
struct Found {
    /// The best way of it, and the worst.
    ways: Option<(Way, Way)>,
    /// Whether some form of it comes to no change at all.
    is_idle: bool,
    /// What of it the dialect cannot do, or what it stands on.
    cannot: Vec<String>,
    /// Whether something of it was tried in vain for another reason.
    others: Vec<String>,
}

/// A page's changelog, tried on one dialect.
struct Trial<'a> {
    key: &'a str,
    dialect: Dialect,
    /// The schema by what is meant for the dialect, and by what is meant for any.
    meant: Catalog,
    tried: Catalog,
    found: Found,
    /// What the dialect cannot do of other operations on the page, on which this one counts.
    before: Vec<String>,
}

#[test]
fn the_support_table_is_what_the_pages_come_to() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/src/support.md");
    let text = std::fs::read_to_string(&path).expect("docs/src/support.md");
    let wanted = section(&text, &support());
    if wanted == text {
        return;
    }
    assert!(
        is_blessing(),
        "docs/src/support.md is not what the pages come to:\n{wanted}"
    );
    std::fs::write(&path, wanted).expect("the page can be written");
}

/// The table, and below it the reasons.
fn support() -> String {
    let all = pages("operations");
    let titles: Vec<&str> = Dialect::all().map(|dialect| dialect.facts().title.as_str()).collect();
    let mut table = format!(
        "| operation | {} |\n|{}\n",
        titles.join(" | "),
        " --- |".repeat(titles.len() + 1)
    );
    let mut reasons: Vec<(Dialect, String, Vec<&str>)> = Vec::new();
    for key in KEYS {
        let page = all.iter().find(|page| page.name == format!("operations/{key}"));
        let page = page.unwrap_or_else(|| panic!("{key}: there is no page"));
        let mut cells = Vec::new();
        for dialect in Dialect::all() {
            let found = Trial::of(page, key, dialect);
            cells.push(found.cell(key, dialect));
            for why in found.cannot {
                match reasons.iter_mut().find(|(_, known, _)| *known == why) {
                    Some((_, _, keys)) => keys.push(key),
                    None => reasons.push((dialect, why, vec![key])),
                }
            }
        }
        table += &format!(
            "| [`{key}`](../../tests/operations/{key}.md) | {} |\n",
            cells.join(" | ")
        );
    }
    let mut text = format!("{table}\nWhat is not possible:\n\n");
    for dialect in Dialect::all() {
        for (_, why, keys) in reasons.iter().filter(|(on, ..)| *on == dialect) {
            text += &format!("- {why} (`{}`)\n", keys.join("`, `"));
        }
    }
    text
}

impl Found {
    fn cell(&self, key: &str, dialect: Dialect) -> String {
        let words = |way: Way| match way {
            Way::Nothing => "nothing to do",
            Way::Native => "native",
            Way::Emulated => "emulated",
            Way::Rebuild => "rebuild",
        };
        let idle = self.is_idle.then_some((Way::Nothing, Way::Nothing));
        let Some((best, worst)) = self.ways.or(idle) else {
            let reasons = &self.others;
            assert!(
                !self.cannot.is_empty(),
                "{key}, {dialect}: nothing could be tried: {reasons:?}"
            );
            return "not possible".into();
        };
        let text = match best == worst {
            true => words(best).to_string(),
            false => format!("{}, {}", words(best), words(worst)),
        };
        match self.cannot.is_empty() {
            true => text,
            false => format!("{text}; in part"),
        }
    }

    fn note(&mut self, way: Way) {
        self.ways = Some(match self.ways {
            Some((best, worst)) => (best.min(way), worst.max(way)),
            None => (way, way),
        });
    }
}

impl<'a> Trial<'a> {
    fn of(page: &Page, key: &'a str, dialect: Dialect) -> Found {
        let folder = page.folder();
        let changelog = page.changelog(&folder);
        let empty = Catalog::new(Target::oldest(dialect));
        let mut trial = Trial {
            key,
            dialect,
            meant: empty.clone(),
            tried: empty,
            found: Found::default(),
            before: Vec::new(),
        };
        for changeset in &changelog.changesets {
            let is_meant = driftless::operation::applies(&changeset.dialects, dialect);
            for operation in changeset.operations.iter().filter_map(|node| node.operation.as_ref()) {
                trial.operation(changeset, operation, is_meant);
            }
        }
        let found = &trial.found;
        if found.ways.is_none() && !found.is_idle && found.cannot.is_empty() {
            trial.found.cannot = trial.before;
        }
        trial.found
    }

    /// What stands in `only` blocks for other dialects is tried as well.
    fn operation(&mut self, changeset: &Arc<Changeset>, operation: &Operation, is_meant: bool) {
        if let Operation::Only(only) = operation
            && self.key != "only"
        {
            let is_meant = is_meant && only.applies(self.dialect);
            for inner in &only.operations {
                self.operation(changeset, inner, is_meant);
            }
            return;
        }
        let tried = carry_out(&mut self.tried, changeset, operation);
        let result = match is_meant {
            true => carry_out(&mut self.meant, changeset, operation),
            false => tried,
        };
        let is_own = operation.key() == self.key;
        match result {
            Ok(Some(way)) if is_own => self.found.note(way),
            Ok(None) if is_own => self.found.is_idle = true,
            Ok(_) => {}
            Err(problems) => problems.into_iter().for_each(|problem| self.failed(problem, is_own)),
        }
    }

    fn failed(&mut self, problem: Problem, is_own: bool) {
        let told = problem.diagnostic;
        let list = match (told.code, is_own) {
            ("not-on-dialect", true) => &mut self.found.cannot,
            ("not-on-dialect", false) => &mut self.before,
            _ => &mut self.found.others,
        };
        if !list.contains(&told.message) {
            list.push(told.message);
        }
    }
}

/// Resolves and renders an operation on a schema, which is taken along where nothing is wrong with it. `None`: it
/// comes to no change.
fn carry_out(catalog: &mut Catalog, changeset: &Changeset, operation: &Operation) -> Result<Option<Way>, Vec<Problem>> {
    let mut context = Context::new(catalog, &changeset.files, Uncertain::default());
    let changes = operation.resolve(&mut context);
    let mut problems = context.problems;
    problems.retain(|problem| problem.diagnostic.is_error());
    let mut after = catalog.clone();
    let (statements, wrong) = render(&mut after, &changes);
    problems.extend(wrong.into_iter().map(|(_, problem)| problem));
    if !problems.is_empty() {
        return Err(problems);
    }
    *catalog = after;
    Ok((!changes.is_empty()).then(|| way(&changes, &statements)))
}

fn way(changes: &[Change], statements: &[Statement]) -> Way {
    let mut told: BTreeMap<usize, usize> = BTreeMap::new();
    for statement in statements {
        *told.entry(statement.change).or_default() += 1;
    }
    // Several privileges are given by one statement.
    let is_object = |change: &Change| match change {
        Change::CreateObject { object, .. } | Change::DropObject { object } => object.kind() != ObjectKind::Grant,
        Change::ReplaceObject { .. } | Change::RenameObject { .. } => true,
        _ => false,
    };
    let untold = changes
        .iter()
        .enumerate()
        .any(|(at, change)| is_object(change) && !told.contains_key(&at));
    match () {
        () if statements.is_empty() => Way::Nothing,
        () if statements.iter().any(|statement| statement.guard.is_some()) => Way::Rebuild,
        () if untold => Way::Emulated,
        () => Way::Native,
    }
}

/// The page with what stands between its two comments replaced.
fn section(text: &str, table: &str) -> String {
    let (begin, end) = ("<!-- support: begin -->\n", "<!-- support: end -->");
    let (head, rest) = text.split_once(begin).expect("a comment where the table begins");
    let (_, tail) = rest.split_once(end).expect("a comment where the table ends");
    format!("{head}{begin}{table}{end}{tail}")
}
