//! The JSON Schemas: they are those that the code generates, accept what driftless accepts, and whatever breaks them
//! is told at its place.

mod page;

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use driftless::changelog::{
    Changelog, Folder, Selection, changelog_schema, changelog_schema_draft07, config_schema, desired_schema, gather,
};
use driftless::diagnostic::{Diagnostic, SourceId, Sources};
use driftless::dialect::{Dialect, Target};
use driftless::document::{Limits, Node, parse};
use driftless::plan::replay;
use page::{Page, all_hold, is_blessing, pages};
use serde_json::Value;

#[test]
fn the_files_are_what_the_code_generates() {
    let schemas = [
        ("changelog.schema.json", changelog_schema()),
        ("changelog.schema.draft-07.json", changelog_schema_draft07()),
        ("config.schema.json", config_schema()),
        ("model.schema.json", desired_schema()),
        ("output.schema.json", driftless::cli::envelope_schema()),
    ];
    all_hold(schemas.iter().map(|(name, schema)| hold(name, schema)));
}

#[test]
fn editors_accept_what_driftless_accepts() {
    let schemas = [
        ("2020-12", jsonschema::draft202012::new(&changelog_schema())),
        ("draft-07", jsonschema::draft7::new(&changelog_schema_draft07())),
    ];
    for (draft, schema) in schemas {
        let schema = schema.unwrap_or_else(|error| panic!("{draft}: {error}"));
        for page in pages("operations") {
            let json = Original::of(&page).root.to_json();
            let wrong: Vec<String> = schema.iter_errors(&json).map(|error| error.to_string()).collect();
            assert!(wrong.is_empty(), "{}, {draft}: {}", page.name, wrong.join("; "));
        }
    }
}

#[test]
fn every_misspelt_key_is_told_at_its_line() {
    all_hold(pages("operations").iter().map(|page| {
        let original = Original::of(page);
        each_told(page, &original, original.misspelt_keys())
    }));
}

#[test]
fn every_value_of_a_wrong_type_is_told() {
    all_hold(pages("operations").iter().map(|page| {
        let original = Original::of(page);
        each_told(page, &original, original.wrong_values())
    }));
}

/// Holds a file of `schema/` against what it should be, or writes it when blessing.
fn hold(name: &str, schema: &Value) -> Result<(), String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schema").join(name);
    let wanted = format!("{}\n", serde_json::to_string_pretty(schema).expect("a schema is JSON"));
    if std::fs::read_to_string(&path).is_ok_and(|there| there == wanted) {
        return Ok(());
    }
    if !is_blessing() {
        return Err(format!("schema/{name} is not what the code generates"));
    }
    let folder = path.parent().expect("a file stands in a folder");
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&path, wanted))
        .map_err(|error| format!("{name}: {error}"))
}

/// The changelog of a page, as text and as a tree.
struct Original {
    text: String,
    root: Node,
}

/// A changelog that is broken in one place.
struct Broken {
    what: String,
    text: String,
    /// The line that the mistake has to be told at, from 1; anywhere where nothing is said.
    line: Option<usize>,
}

impl Original {
    fn of(page: &Page) -> Original {
        let text = page.block("yaml").text.to_string();
        let mut sources = Sources::default();
        let id: SourceId = sources.add("changelog.yaml", text.as_str());
        let root = parse(id, &sources, Limits::default());
        let root = root.unwrap_or_else(|found| panic!("{}: {}", page.name, found[0].message));
        Original { text, root }
    }

    /// The text with each of its keys misspelt.
    fn misspelt_keys(&self) -> Vec<Broken> {
        let mut found = Vec::new();
        visit(&self.root, "", &mut |node, _| {
            for entry in node.entries() {
                let end = entry.key_span.end as usize;
                let at = match self.text[..end].ends_with(['"', '\'']) {
                    true => end - 1,
                    false => end,
                };
                found.push(Broken {
                    what: format!("`{}x` in line {}", entry.key, self.line(at)),
                    text: self.replaced(at, at, "x"),
                    line: Some(self.line(at)),
                });
            }
        });
        found
    }

    /// The text with its scalars replaced by a list, and by a map; of those in the same place of a list, the first.
    fn wrong_values(&self) -> Vec<Broken> {
        let (mut found, mut seen) = (Vec::new(), HashSet::new());
        visit(&self.root, "", &mut |node, path| {
            if node.scalar_text().is_none() || !seen.insert(path.to_string()) {
                return;
            }
            let (start, end) = (self.beginning(node), node.span.end as usize);
            // A block ends where the next line begins.
            let tail = self.text[start..end].ends_with('\n').then_some("\n");
            for value in ["[[]]", "{zz: {}}"] {
                found.push(Broken {
                    what: format!("{value} at {path}, line {}", self.line(start)),
                    text: self.replaced(start, end, &format!("{value}{}", tail.unwrap_or_default())),
                    line: None,
                });
            }
        });
        found
    }

    /// Where a value begins, the `|` of a block included.
    fn beginning(&self, node: &Node) -> usize {
        let start = node.span.start as usize;
        let before = self.text[..start].trim_end();
        match before.ends_with('|') {
            true => before.len() - 1,
            false => start,
        }
    }

    fn line(&self, at: usize) -> usize {
        self.text[..at].matches('\n').count() + 1
    }

    fn replaced(&self, start: usize, end: usize, by: &str) -> String {
        format!("{}{by}{}", &self.text[..start], &self.text[end..])
    }
}

/// Every node, with the way to it; an item of a list is `*`.
fn visit(node: &Node, path: &str, each: &mut dyn FnMut(&Node, &str)) {
    each(node, path);
    for entry in node.entries() {
        visit(&entry.value, &format!("{path}/{}", entry.key), each);
    }
    for item in node.items() {
        visit(item, &format!("{path}/*"), each);
    }
}

/// Each of the broken changelogs has to be refused, with the place of the mistake.
fn each_told(page: &Page, original: &Original, all: Vec<Broken>) -> Result<(), String> {
    assert!(
        !all.is_empty(),
        "{}: nothing can be broken in {} bytes",
        page.name,
        original.text.len()
    );
    let folder = page.folder();
    let wrong: Vec<String> = all
        .iter()
        .filter_map(|broken| is_told(folder.path(), broken).err())
        .collect();
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(format!("{}:\n  {}", page.name, wrong.join("\n  "))),
    }
}

fn is_told(folder: &Path, broken: &Broken) -> Result<(), String> {
    std::fs::write(folder.join("changelog.yaml"), &broken.text).map_err(|error| error.to_string())?;
    let told = catch_unwind(AssertUnwindSafe(|| places(folder)));
    let told = told.map_err(|_| format!("{}: a panic", broken.what))?;
    let is_told = match broken.line {
        Some(line) => told.contains(&line),
        None => !told.is_empty(),
    };
    match is_told {
        true => Ok(()),
        false => Err(format!("{}: told at the lines {told:?}", broken.what)),
    }
}

/// The lines of all errors of the changelog in a folder, on all dialects; one without a place does not count.
fn places(folder: &Path) -> Vec<usize> {
    let changelog = gather(&Folder::new(folder), "changelog.yaml", Default::default());
    let mut told = lines(&changelog, &changelog.diagnostics);
    if told.is_empty() {
        for dialect in Dialect::all() {
            let (fold, _) = replay(&changelog, &Target::oldest(dialect), &Selection::default());
            told.extend(lines(&changelog, &fold.diagnostics));
        }
    }
    told
}

fn lines(changelog: &Changelog, diagnostics: &[Diagnostic]) -> Vec<usize> {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    let spans = errors.filter_map(|diagnostic| Some(diagnostic.labels.first()?.span));
    spans
        .map(|span| changelog.sources.get(span.source).position(span.start as usize).line)
        .collect()
}
