//! The laws of formatting and converting, over all YAML of this repository and over documents made at random: the
//! meaning stays, comments stay, and what is formatted is formatted already.

use std::path::{Path, PathBuf};

use driftless::changelog::{manner, meanings};
use driftless::diagnostic::{Diagnostic, SourceId, Sources};
use driftless::document::{Form, Limits, Node, convert, format, parse, same};
use proptest::prelude::*;

fn source(text: &str) -> (SourceId, Sources) {
    let mut sources = Sources::default();
    let id = sources.add("a.yaml", text);
    (id, sources)
}

fn formatted(text: &str, form: Form) -> Result<String, Vec<Diagnostic>> {
    let (id, sources) = source(text);
    format(id, &sources, form, &manner())
}

fn tree(text: &str) -> Node {
    let (id, sources) = source(text);
    parse(id, &sources, Limits::default()).unwrap_or_else(|error| panic!("{error:?} in\n{text}"))
}

/// All changelogs of the repository, by the names of where they stand; those with syntax errors too.
fn all_yaml() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["changelogs", "tests", "docs", "fuzz/corpus"] {
        walk(&root.join(folder), &mut found);
    }
    found
}

fn walk(folder: &Path, found: &mut Vec<(String, String)>) {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    for path in paths {
        let name = path.display().to_string();
        match path.extension().and_then(|extension| extension.to_str()) {
            // Those of another tool have numbers that no reader of JSON takes.
            _ if path.ends_with("data/liquibase") => {}
            _ if path.is_dir() => walk(&path, found),
            Some("yaml" | "json") => found.extend(std::fs::read_to_string(&path).ok().map(|text| (name, text))),
            Some("md") => {
                let text = std::fs::read_to_string(&path).expect("a page");
                found.extend(blocks(&text).into_iter().map(|text| (name.clone(), text)));
            }
            _ => {}
        }
    }
}

/// The blocks of YAML of a page.
fn blocks(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("\n```yaml") {
        let body = &rest[at + 8..];
        let start = body.find('\n').map_or(body.len(), |at| at + 1);
        let end = body[start..].find("\n```").map_or(body.len(), |at| start + at + 1);
        found.push(body[start..end].to_string());
        rest = &body[end..];
    }
    found
}

/// Formats a text and holds it against the laws; `None` where it has syntax errors.
fn hold(name: &str, text: &str) -> Option<String> {
    let first = match formatted(text, Form::Yaml) {
        Ok(first) => first,
        Err(diagnostics) => {
            let is_syntax = |diagnostic: &Diagnostic| diagnostic.code != "unformatted";
            assert!(diagnostics.iter().all(is_syntax), "{name} was left as it is:\n{text}");
            return None;
        }
    };
    assert!(
        same(&tree(text), &tree(&first)),
        "{name} means something else:\n{text}\n→\n{first}"
    );
    assert_eq!(meanings("a.yaml", text), meanings("a.yaml", &first), "{name}");
    let second = formatted(&first, Form::Yaml).unwrap_or_else(|error| panic!("{name}: {error:?}\n{first}"));
    assert_eq!(first, second, "{name} is formatted otherwise the second time");
    Some(first)
}

#[test]
fn what_is_formatted_means_the_same_and_is_formatted() {
    let all = all_yaml();
    let held = all.iter().filter(|(name, text)| hold(name, text).is_some()).count();
    assert!(held > 300, "{held} of {}", all.len());
}

/// Converts a text to JSON and back; one with syntax errors is passed over.
fn there_and_back(name: &str, text: &str) {
    let (id, sources) = source(text);
    let Ok(json) = convert(id, &sources, Form::Json, &manner()) else {
        return;
    };
    serde_json::from_str::<serde_json::Value>(&json.text)
        .unwrap_or_else(|error| panic!("{name} does not become JSON: {error}\n{}", json.text));
    assert_eq!(formatted(&json.text, Form::Json).as_ref(), Ok(&json.text), "{name}");
    let (id, sources) = source(&json.text);
    let yaml = convert(id, &sources, Form::Yaml, &manner()).expect("JSON is YAML").text;
    assert_eq!(formatted(&yaml, Form::Yaml).as_ref(), Ok(&yaml), "{name}");
    let is_named = tree(&json.text).get("$schema").is_some();
    let all = || format!("{name}:\n{text}\n→\n{}\n→\n{yaml}", json.text);
    assert!(is_named || same(&tree(text), &tree(&yaml)), "{}", all());
    if json.numbers.is_empty() {
        assert_eq!(meanings("a.yaml", text), meanings("a.yaml", &yaml), "{name}");
    }
    let (id, sources) = source(&yaml);
    let again = convert(id, &sources, Form::Json, &manner()).expect("it was JSON before");
    assert!(
        same(&tree(&again.text), &tree(&json.text)),
        "{}\n→\n{}",
        all(),
        again.text
    );
}

#[test]
fn there_and_back_means_the_same() {
    for (name, text) in all_yaml() {
        there_and_back(&name, &text);
    }
}

/// A document made at random, as it is written: block and flow, quoted and plain, with comments wherever they may stand.
#[derive(Debug, Clone)]
enum Piece {
    Scalar(usize),
    List(Vec<Piece>, Look),
    Map(Vec<Piece>, Look),
}

/// How a list or map looks, and which comments are about.
#[derive(Debug, Clone, Copy)]
struct Look {
    is_flow: bool,
    is_multi_line: bool,
    indent: usize,
    above: bool,
    behind: bool,
    blank: bool,
}

const KEYS: [&str; 8] = [
    "operations",
    "id",
    "table",
    "\"columns\"",
    "'name'",
    "x y",
    "type",
    "changesets",
];

/// In flow style and in block style; the latter may have several lines, each to be indented.
const SCALARS: [(&str, &str); 22] = [
    ("a", "a b"),
    ("1.10", "1.10"),
    ("0o17", "+5"),
    ("99999999999999999999999", ".5"),
    ("1e3", "-0"),
    ("no", "~"),
    ("null", ""),
    ("'it''s'", "'say \"x\"'"),
    ("\"a\\tb\"", "\"a\\\"\\u00e9\""),
    ("''", "\"\""),
    ("\"${p}\"", "${p} and $${q}"),
    ("2024-01-01", "12:30"),
    ("\"a b\"", "|\na\n\n  b"),
    ("\"x\"", "|-\na: b # no comment"),
    ("x", ">\na\nb\n\n  c\nd"),
    ("y", "|2\n   a\n b"),
    ("z", ">-\na"),
    ("u", "|+\na\n\n"),
    ("v", "plain\n  over lines"),
    ("w", "\"quoted\n  over\n\n  lines\""),
    ("größe", "名前 🎉"),
    ("true", "True"),
];

fn looks() -> impl Strategy<Value = Look> {
    (any::<[bool; 5]>(), 1..4usize).prop_map(|([is_flow, is_multi_line, above, behind, blank], indent)| Look {
        is_flow,
        is_multi_line,
        indent,
        above,
        behind,
        blank,
    })
}

fn pieces() -> impl Strategy<Value = Piece> {
    let leaf = (0..SCALARS.len()).prop_map(Piece::Scalar);
    let inner = leaf.prop_recursive(4, 40, 5, |inner| {
        let list =
            (prop::collection::vec(inner.clone(), 0..5), looks()).prop_map(|(items, look)| Piece::List(items, look));
        let map = (prop::collection::vec(inner, 0..6), looks()).prop_map(|(items, look)| Piece::Map(items, look));
        prop_oneof![list, map]
    });
    (prop::collection::vec(inner, 1..6), looks())
        .prop_map(|(items, look)| Piece::Map(items, Look { is_flow: false, ..look }))
}

/// Writes documents, and counts their comments.
#[derive(Default)]
struct Writer {
    text: String,
    comments: usize,
}

impl Writer {
    fn comment(&mut self) -> String {
        self.comments += 1;
        format!("# remark {}", self.comments)
    }

    /// The items of a list or map on lines of their own, each at a column.
    fn items(&mut self, items: &[Piece], is_map: bool, look: Look, column: usize) {
        for (at, item) in items.iter().enumerate() {
            if look.blank && at > 0 {
                self.text.push('\n');
            }
            if look.above {
                let comment = self.comment();
                self.text += &format!("{}{comment}\n", " ".repeat(column));
            }
            let label = if is_map {
                format!("{}:", KEYS[at])
            } else {
                "-".to_string()
            };
            self.text += &format!("{}{label}", " ".repeat(column));
            self.value(item, look, column);
        }
    }

    fn value(&mut self, item: &Piece, look: Look, column: usize) {
        let note = |writer: &mut Writer| match look.behind {
            true => format!("  {}", writer.comment()),
            false => String::new(),
        };
        match item {
            Piece::Scalar(at) => {
                let mut lines = SCALARS[*at].1.split('\n');
                let first = lines.next().unwrap_or_default();
                let rest: Vec<&str> = lines.collect();
                // Behind a text over lines there is no comment in its first one.
                let is_block = first.starts_with(['|', '>']);
                let note = if rest.is_empty() || is_block {
                    note(self)
                } else {
                    String::new()
                };
                self.text += &format!(" {first}{note}\n");
                for line in rest {
                    match line.is_empty() {
                        true => self.text.push('\n'),
                        false => self.text += &format!("{}{line}\n", " ".repeat(column + 2)),
                    }
                }
            }
            Piece::List(items, inner) | Piece::Map(items, inner) if items.is_empty() || inner.is_flow => {
                let text = self.flow(item, column + 1);
                let note = note(self);
                self.text += &format!(" {text}{note}\n");
            }
            Piece::List(items, inner) => {
                let note = note(self);
                self.text += &format!("{note}\n");
                self.items(items, false, *inner, column + inner.indent);
            }
            Piece::Map(items, inner) => {
                let note = note(self);
                self.text += &format!("{note}\n");
                self.items(items, true, *inner, column + inner.indent);
            }
        }
    }

    fn flow(&mut self, item: &Piece, column: usize) -> String {
        let (items, is_map, look) = match item {
            Piece::Scalar(at) => return SCALARS[*at].0.to_string(),
            Piece::List(items, look) => (items, false, *look),
            Piece::Map(items, look) => (items, true, *look),
        };
        let (open, close) = if is_map { ('{', '}') } else { ('[', ']') };
        let mut text = open.to_string();
        let line = format!("\n{}", " ".repeat(column + 1));
        if items.is_empty() && look.is_multi_line {
            text += &line;
            if look.above {
                text += &format!("{}{line}", self.comment());
            }
        }
        for (at, item) in items.iter().enumerate() {
            if look.is_multi_line {
                text += &line;
            }
            if look.is_multi_line && look.above {
                text += &format!("{}{line}", self.comment());
            }
            if is_map {
                text += &format!("{}: ", KEYS[at]);
            }
            text += &self.flow(item, column + 1);
            text.push(',');
            if look.is_multi_line && look.behind {
                text += &format!(" {}{line}", self.comment());
            }
        }
        text.push(close);
        text
    }
}

fn written(piece: &Piece) -> (String, usize) {
    let mut writer = Writer::default();
    if let Piece::Map(items, look) = piece {
        writer.items(items, true, *look, 0);
    }
    (writer.text, writer.comments)
}

/// Whether all comments of a text stand in the order of their numbers.
fn comments_in_order(text: &str) -> Vec<usize> {
    let numbers = text.split("# remark ").skip(1);
    let digits = numbers.map(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
    digits.filter_map(|digits| digits.parse().ok()).collect()
}

/// As many as `DRIFTLESS_RANDOM_CASES` says.
fn random() -> ProptestConfig {
    let asked = std::env::var("DRIFTLESS_RANDOM_CASES").ok();
    ProptestConfig {
        cases: asked.and_then(|cases| cases.parse().ok()).unwrap_or(100),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(random())]

    #[test]
    fn random_documents_are_formatted(piece in pieces()) {
        let (text, comments) = written(&piece);
        let first = hold("a document", &text);
        prop_assert!(first.is_some(), "it has syntax errors:\n{text}");
        let mut found = comments_in_order(&first.unwrap_or_default());
        found.sort_unstable();
        prop_assert_eq!(found, (1..=comments).collect::<Vec<_>>());
    }

    #[test]
    fn random_documents_go_there_and_back(piece in pieces()) {
        let (text, _) = written(&piece);
        there_and_back("a document", &text);
    }

    /// Of the keys that are known nowhere, none is moved, so their comments stay in order.
    #[test]
    fn comments_of_blocks_stay_in_order(items in prop::collection::vec((0..SCALARS.len(), any::<bool>()), 1..8), look in looks()) {
        let mut writer = Writer::default();
        for (at, (scalar, has_list)) in items.iter().enumerate() {
            let comment = writer.comment();
            writer.text += &format!("{comment}\nkey{at}:");
            let item = Piece::Scalar(*scalar);
            match has_list {
                true => {
                    writer.text.push('\n');
                    writer.items(&[item.clone(), item], false, look, 2);
                }
                false => writer.value(&item, look, 0),
            }
        }
        let first = hold("a document", &writer.text).unwrap_or_default();
        prop_assert_eq!(comments_in_order(&first), (1..=writer.comments).collect::<Vec<_>>(), "{}\n→\n{}", writer.text, first);
    }
}

/// What may be put into a text at the end of a line, or as a line.
const ADDED: [&str; 12] = [
    " # note",
    "\t#\tnote",
    "\n# remark",
    "\n  # remark",
    "\n      # remark",
    "\n",
    "\n\n\n",
    " &anchor",
    "\n  - - a # note\n    - b",
    "\n  ? key # note\n  : value",
    "\n  key: !!str # note\n    5",
    "\n  <<: { a: 1 }",
];

proptest! {
    #![proptest_config(random())]

    /// The changelogs of the repository with something added here and there. What has syntax errors then is told of.
    #[test]
    fn changed_documents_are_formatted(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..ADDED.len()), 1..6),
    ) {
        let all = all_yaml();
        let small: Vec<&(String, String)> = all.iter().filter(|(_, text)| text.len() < 4000).collect();
        let (name, text) = which.get(&small);
        let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
        if !lines.is_empty() {
            for (at, added) in changes {
                let at = at.index(lines.len());
                lines[at] += ADDED[added];
            }
        }
        hold(name, &lines.join("\n"));
    }
}
