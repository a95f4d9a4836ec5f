//! What is fuzzed: each function takes any bytes, and panics where something does not hold. The fuzzer calls them, and
//! `tests/fuzz_corpus.rs` with the corpus.

#![allow(dead_code)] // Each fuzz target takes one of them.

use driftless::changelog::{
    Changelog, Expression, Folder, Given, LARGEST_VALUE, Parameters, Selection, Typed, expand, gather_text,
};
use driftless::database::DatabaseUrl;
use driftless::diagnostic::{Diagnostic, Sources, Span, Style, mask_in_place, mask_url, mask_urls, render};
use driftless::dialect::{self, Cursor, Dialect, Family, called, split, tokens, trimmed, words};
use driftless::document::{self, Kind, Limits, Node};
use driftless::model::Catalog;
use driftless::plan::{Entry, Fold, Record, State, StoredChanges, selected};
use driftless::render::{CsvReader, Record as Row, first_names};

pub type Target = fn(&[u8]);

/// A target by its name, which is that of its corpus.
pub const ALL: [(&str, Target); 7] = [
    ("loader", loader),
    ("plan", plan),
    ("checksum", checksum),
    ("splitter", splitter),
    ("parameters", parameters),
    ("url", url),
    ("rows", rows),
];

/// A changelog of one file, as it stands in a folder where there is no other.
fn gathered(text: &str) -> Changelog {
    let folder = Folder::new(concat!(env!("CARGO_MANIFEST_DIR"), "/nothing-is-here"));
    gather_text(&folder, "changelog.yaml", text.into(), Given::default())
}

fn is_sound(changelog: &Changelog) -> bool {
    !changelog.diagnostics.iter().any(Diagnostic::is_error)
}

/// Text to changesets: parsed, held against the schema, decoded, gathered. All that is told of it can be shown.
pub fn loader(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let changelog = gathered(&text);
    for diagnostic in changelog.diagnostics.iter().take(100) {
        for label in &diagnostic.labels {
            let source = changelog.sources.get(label.span.source);
            let place = label.span.start as usize..label.span.end as usize;
            assert!(
                source.text.get(place).is_some(),
                "{diagnostic:?} points beside the text"
            );
        }
        assert!(!render(diagnostic, &changelog.sources, Style::Plain).is_empty());
    }
    // A file that is no changelog may be a configuration, or a list of contexts.
    let mut sources = Sources::default();
    let id = sources.add("any.yaml", &*text);
    if let Ok(node) = document::parse(id, &sources, Limits::default()) {
        let _ = document::decode::<driftless::changelog::Config>(&node);
        let _ = document::decode::<serde_json::Value>(&node);
    }
    let _ = Expression::parse(&text);
}

/// A sound changelog, planned up and down again on every dialect.
pub fn plan(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let changelog = gathered(&text);
    if !is_sound(&changelog) {
        return;
    }
    for dialect in Dialect::all() {
        let target = dialect::Target::oldest(dialect);
        let mut fold = Fold::new(&changelog, Catalog::new(target.clone()));
        let mut done = Vec::new();
        for changeset in selected(&changelog, &target, &Selection::default()) {
            let planned = fold.up(changeset, &[]);
            if fold.diagnostics.iter().any(Diagnostic::is_error) {
                return;
            }
            let stored = StoredChanges {
                version: StoredChanges::VERSION,
                operations: changeset.written(),
                changes: planned.changes.clone(),
                reverse: planned.reverse.clone(),
                error: None,
            };
            let kept = serde_json::to_string(&stored).expect("changes are data");
            let read: StoredChanges = serde_json::from_str(&kept).expect("what was written can be read");
            assert_eq!(read, stored);
            done.push((changeset, planned, read));
        }
        while let Some((changeset, planned, read)) = done.pop() {
            let record = Record {
                seq: 1,
                run: None,
                id: planned.id,
                file: planned.file,
                author: None,
                comment: None,
                tag: None,
                checksum: planned.checksum,
                reverse_checksum: None,
                parameters: None,
                state: State::Applied,
                direction: "up".into(),
                started: String::new(),
                duration_ms: 0,
                run_by: String::new(),
                version: String::new(),
                deployment: None,
                reason: None,
                changes: Some(read),
            };
            fold.down(Entry::of(&record), Some(changeset));
        }
    }
}

fn checksums(changelog: &Changelog) -> Vec<(&str, &str, Option<&str>)> {
    let changesets = changelog.changesets.iter();
    changesets
        .map(|changeset| {
            let reverse = changeset.reverse_checksum.as_deref();
            (&*changeset.id, &*changeset.checksum, reverse)
        })
        .collect()
}

/// The same text has the same checksums, and so have texts that differ in line breaks, comments and format only.
pub fn checksum(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let once = gathered(&text);
    let again = gathered(&text);
    assert_eq!(checksums(&once), checksums(&again));
    if !is_sound(&once) {
        return;
    }
    let same = |what: &str, text: &str| {
        let other = gathered(text);
        assert!(is_sound(&other), "{what}: {:?}\n{text}", other.diagnostics);
        assert_eq!(checksums(&once), checksums(&other), "{what}\n{text}");
    };
    if !text.contains('\r') {
        same("line breaks", &text.replace('\n', "\r\n"));
    }
    if text.ends_with('\n') {
        same("a comment at the end", &format!("{text}# more: [\n"));
    }
    if !text.starts_with(['\u{feff}', '%']) {
        same("a comment at the start", &format!("# more: [\n{text}"));
    }
    // Every changeset as the history keeps it, in JSON.
    for changeset in &once.changesets {
        let written = serde_json::json!({ "changesets": [{ "id": "x", "operations": changeset.written() }] });
        let other = gathered(&written.to_string());
        assert!(is_sound(&other), "as JSON: {:?}\n{written}", other.diagnostics);
        assert_eq!(changeset.checksum, other.changesets[0].checksum, "as JSON\n{written}");
    }
}

/// Scripts into tokens and statements: nothing is lost, nothing is there twice.
pub fn splitter(data: &[u8]) {
    let sql = String::from_utf8_lossy(data);
    for family in [Family::Sqlite, Family::Postgres, Family::Mysql] {
        let all = tokens(&sql, family);
        let mut at = 0;
        for token in &all {
            assert_eq!(token.start, at, "a token is not where the one before it ends");
            assert!(!token.text.is_empty());
            let _ = (token.name(), token.value(true), token.value(false));
            at = token.end();
        }
        assert_eq!(at, sql.len());
        let mut from = 0;
        for piece in split(&sql, family) {
            assert!(piece.start >= from, "{family:?}: pieces overlap");
            assert!(!piece.text.trim().is_empty());
            from = piece.start + piece.text.len();
            assert_eq!(&sql[piece.start..from], piece.text);
        }
        if sql.len() <= 4096 {
            let _ = (words(&sql, family), called(&sql, family));
        }
        let inner = trimmed(&sql, family);
        assert!(sql.contains(inner));
        let mut cursor = Cursor::new(&sql, family);
        while !cursor.is_done() {
            let _ = cursor.until(&["from"]);
            let _ = cursor.object_name();
        }
    }
}

/// `${name}` in texts: values that refer to each other come to an end, and no more of them is there than may be.
pub fn parameters(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut sources = Sources::default();
    let id = sources.add("a.yaml", &*text);
    let span = Span::new(id, 0, text.len());
    let node = Node {
        span,
        kind: Kind::Str((&*text).into()),
    };
    // A value that asks for itself, one that is the text itself, and some that grow.
    let mut given = Given::new(sources);
    given.add_flag("a", "${a}${b}$${a}");
    given.add_flag("b", &text.chars().take(1000).collect::<String>());
    for (name, value) in [("c", "${d}"), ("d", "${e}"), ("e", "${f}"), ("f", "${b}")] {
        given.add_flag(name, &value.repeat(20));
    }
    let sources = given.sources.clone();
    let parameters = Parameters::outside(given);
    for dialect in Dialect::all() {
        let expanded = expand(&node, &parameters, dialect, &sources, Typed::AsDefined);
        let again = expand(&node, &parameters, dialect, &sources, Typed::AsDefined);
        assert_eq!(expanded.node, again.node);
        let (used, problems) = (expanded.used, expanded.problems);
        let result = expanded.node.as_str().expect("a text stays one");
        let asked = text.matches("${").count();
        assert!(result.len() <= text.len() + asked * LARGEST_VALUE);
        assert!(problems.len() <= asked);
        if asked == 0 {
            assert_eq!(result, text);
        }
        if used.is_empty() && problems.is_empty() {
            // What is left is the text, but for the `$` of literals.
            assert!(result.len() <= text.len() && text.len() - result.len() <= asked);
        }
        for problem in &problems {
            assert!(!render(problem, &sources, Style::Plain).is_empty());
        }
    }
}

/// A password in a URL does not show, however it is written.
pub fn url(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for shown in [mask_urls(&text), mask_in_place(&text), mask_url(&text).into()] {
        assert!(shown.len() <= text.len() + 3 * text.matches(['@', '=']).count());
    }
    assert_eq!(mask_in_place(&text).len(), text.len());
    // The text as a password, in the middle of a word that is found again.
    let raw: String = text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let password = format!("Sw0rd{raw}f1sh");
    let escaped: String = password.bytes().map(|byte| format!("%{byte:02X}")).collect();
    for scheme in ["postgres", "mysql", "oracle"] {
        for url in [
            format!("{scheme}://app:{password}@127.0.0.1:1/x?sslmode=maybe&ssl-mode=maybe"),
            format!("{scheme}://:{password}@127.0.0.1"),
            format!("{scheme}://app:{escaped}@127.0.0.1:1/x"),
            format!("{scheme}://127.0.0.1:1/x?password={escaped}&user=app"),
            format!("{scheme}://127.0.0.1:1/x?user=a@b&p%61ssword={escaped}"),
        ] {
            let said = match DatabaseUrl::parse(&url) {
                Ok(url) => format!("{url} {url:?} {}", url.with_database("y")),
                Err(error) => format!("{error} {error:?}"),
            };
            let mut all = vec![said, mask_url(&url)];
            // In a text a quote behind an `@` is where the URL ends.
            if !url.contains(['"', '`']) {
                all.extend([mask_urls(&url).into_owned(), mask_in_place(&url).into_owned()]);
            }
            for said in all {
                assert!(
                    !said.contains("Sw0rd") && !said.contains(&escaped),
                    "{url} is shown as {said}"
                );
                assert!(!said.contains("f1sh"), "{url} is shown in part as {said}");
            }
        }
    }
}

/// Files of rows.
pub fn rows(data: &[u8]) {
    for delimiter in [',', ';', '\t', 'é'] {
        let mut reader = CsvReader::new(data, delimiter);
        let mut row = Row::default();
        while let Ok(true) = reader.next_record(&mut row) {
            for at in 0..=row.count() {
                let _ = row.get(at);
            }
        }
    }
    let _ = first_names(data);
}

/// Makes what is made once, such as the schema: no input is to blame for the time.
pub fn prepare() {
    loader(b"changesets: []\n");
}
