//! Names and texts carry no SQL: on the page of each operation every name and every text that is not SQL is replaced, by a
//! harmless one and by hostile ones. What is rendered has the same statements of the same tokens, or it is refused.

mod page;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use driftless::changelog::{Changelog, Folder, Selection, gather};
use driftless::diagnostic::{Diagnostic, SourceId, Sources};
use driftless::dialect::{Dialect, Family, Target, Token, TokenKind, split, tokens};
use driftless::document::{self, Limits};
use driftless::model::Catalog;
use driftless::plan::{Entry, Fold, PlannedChangeset, Record, State, StoredChanges, selected};
use driftless::render::{Body, Statement};
use page::{Page, pages};
use serde_json::Value;

/// Keys whose text is SQL, or names a file: what an author writes there is theirs.
const SQL_KEYS: [&str; 27] = [
    "arguments",
    "back",
    "body",
    "bounds",
    "check",
    "down",
    "effects",
    "expression",
    "file",
    "native",
    "options",
    "partition_by",
    "path",
    "postgres",
    "mysql",
    "mariadb",
    "sqlite",
    "query",
    "returns",
    "reverse",
    "reverse_using",
    "sql",
    "type",
    "up",
    "using",
    "when",
    "where",
];

/// Keys of maps whose keys are the author's names.
const MAPS_OF_NAMES: [&str; 3] = ["rows", "set", "columns"];

/// What stands in the place of a name or a text: at its beginning a word that no page uses, and that is sorted last.
struct Guise {
    what: &'static str,
    tail: &'static str,
}

const HARMLESS: Guise = Guise {
    what: "harmless",
    tail: "_x y_x y_x y_x",
};

/// Each as long as the harmless one: a count of letters is no difference.
const HOSTILE: [Guise; 5] = [
    Guise {
        what: "quotes",
        tail: "\"a`b'c]d;--/*$",
    },
    Guise {
        what: "a statement",
        tail: "'; DROP x; --\"",
    },
    Guise {
        what: "a line break",
        tail: "\";\n`;\r\n'\t--/*]",
    },
    Guise {
        what: "a backslash",
        tail: "\\'; DROP x;--\\",
    },
    Guise {
        what: "a NUL",
        tail: "\0'; DROP x; --",
    },
];

/// Longer than any engine takes.
fn too_long() -> String {
    format!("zq{}", "x".repeat(300))
}

impl Guise {
    /// The replacement of the value of a number.
    fn of(&self, number: usize) -> String {
        format!("zq{number:03}{}", self.tail)
    }
}

/// The changelog of a page as plain data.
fn data(page: &Page) -> Value {
    let mut sources = Sources::default();
    let id: SourceId = sources.add("changelog.yaml", page.block("yaml").text);
    let node = document::parse(id, &sources, Limits::default()).expect("pages are sound");
    document::decode(&node).expect("any tree is JSON")
}

/// Gives every text of the operations that may be replaced to a function that says by what.
fn replaced(value: &Value, key: &str, with: &dyn Fn(&str) -> Option<String>) -> Value {
    match value {
        Value::String(text) => with(text).map_or_else(|| value.clone(), Value::String),
        // A list of columns holds maps of a column's own keys; one of rows holds maps of names.
        Value::Array(items) => {
            let key = if key == "columns" { "" } else { key };
            items.iter().map(|item| replaced(item, key, with)).collect()
        }
        Value::Object(entries) => {
            let is_names = MAPS_OF_NAMES.contains(&key);
            let entries = entries.iter().map(|(name, inner)| {
                let own = is_names.then(|| with(name)).flatten();
                // Where it is no SQL, it is the method of an index.
                let is_method =
                    name == "using" && (entries.contains_key("columns") || entries.contains_key("elements"));
                let inner = match SQL_KEYS.contains(&name.as_str()) && !is_names && !is_method {
                    true => inner.clone(),
                    // A map of names holds values; what is below them is no map of names.
                    false => replaced(inner, if is_names { "" } else { name }, with),
                };
                (own.unwrap_or_else(|| name.clone()), inner)
            });
            Value::Object(entries.collect())
        }
        _ => value.clone(),
    }
}

/// The operations of a changelog replaced, its changesets left as they are.
fn disguised(changelog: &Value, with: &dyn Fn(&str) -> Option<String>) -> Value {
    let mut changelog = changelog.clone();
    for changeset in changelog["changesets"].as_array_mut().expect("a list") {
        changeset["operations"] = replaced(&changeset["operations"], "operations", with);
    }
    changelog
}

/// The texts of the operations that may be replaced, each once, in their order.
fn texts(changelog: &Value) -> Vec<String> {
    let found = std::cell::RefCell::new(Vec::new());
    disguised(changelog, &|text| {
        let mut found = found.borrow_mut();
        if !found.contains(&text.to_string()) {
            found.push(text.to_string());
        }
        None
    });
    found.into_inner()
}

/// What a changelog comes to on one dialect, up and down again; `None` where it is refused.
fn rendered(changelog: &Changelog, dialect: Dialect, root: &Path) -> Option<Vec<String>> {
    if changelog.diagnostics.iter().any(Diagnostic::is_error) {
        return None;
    }
    let target = Target::oldest(dialect);
    let mut fold = Fold::new(changelog, Catalog::new(target.clone()));
    let mut all = Vec::new();
    let mut planned = Vec::new();
    for changeset in selected(changelog, &target, &Selection::default()) {
        let up = fold.up(changeset, &[]);
        all.extend(
            up.statements
                .iter()
                .map(|statement| sql(statement, root))
                .collect::<Option<Vec<_>>>()?
                .concat(),
        );
        planned.push((changeset, up));
    }
    while let Some((changeset, up)) = planned.pop() {
        let down = fold.down(Entry::of(&record(&up)), Some(changeset));
        all.extend(
            down.statements
                .iter()
                .map(|statement| sql(statement, root))
                .collect::<Option<Vec<_>>>()?
                .concat(),
        );
    }
    match fold.diagnostics.iter().any(Diagnostic::is_error) {
        true => None,
        false => Some(all),
    }
}

/// The SQL of a statement; `None` where its file does not hold what it is said to hold.
fn sql(statement: &Statement, root: &Path) -> Option<Vec<String>> {
    Some(match &statement.body {
        Body::Sql(sql) => vec![sql.clone()],
        Body::Load(load) => {
            let first = load.open(root).ok()?.next_statement().ok()?;
            let mut all = vec![load.copy_statement()];
            all.extend(first.map(|chunk| chunk.sql));
            all
        }
        Body::Unload(unload) => vec![unload.query.clone()],
        Body::Assert(assertion) => [assertion.script(), vec![assertion.question()]].concat(),
        Body::Print(message) => vec![message.script()],
    })
}

/// What the history would hold, through the text that it is kept as.
fn record(planned: &PlannedChangeset) -> Record {
    let stored = StoredChanges {
        version: StoredChanges::VERSION,
        operations: Vec::new(),
        changes: planned.changes.clone(),
        reverse: planned.reverse.clone(),
        error: None,
    };
    let kept = serde_json::to_string(&stored).expect("changes are data");
    Record {
        seq: 1,
        run: None,
        id: planned.id.clone(),
        file: planned.file.clone(),
        author: None,
        comment: None,
        tag: None,
        checksum: planned.checksum.clone(),
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
        changes: Some(serde_json::from_str(&kept).expect("what was written can be read")),
    }
}

/// What a token stands for, quotes taken off.
fn meaning(token: &Token<'_>, family: Family) -> String {
    match token.kind {
        TokenKind::Quoted => token.name().unwrap_or_default(),
        TokenKind::Text => token.value(family == Family::Mysql).unwrap_or_default(),
        _ => token.text.to_string(),
    }
}

/// Holds what came of a hostile changelog against what came of the harmless one; `tail` is what differs.
fn same_tokens(harmless: &[String], hostile: &[String], tail: &str, family: Family) -> Result<(), String> {
    if harmless.len() != hostile.len() {
        return Err(format!("{} statements became {}", harmless.len(), hostile.len()));
    }
    for (harmless, hostile) in harmless.iter().zip(hostile) {
        let wrong = |why: String| Err(format!("{why}\n--- harmless\n{harmless}\n--- hostile\n{hostile}"));
        if hostile.contains('\0') {
            return wrong("there is a NUL in it".into());
        }
        if split(harmless, family).len() != split(hostile, family).len() {
            return wrong("it is split into another number of statements".into());
        }
        let (left, right) = (tokens(harmless, family), tokens(hostile, family));
        if left.len() != right.len() {
            return wrong(format!("{} tokens became {}", left.len(), right.len()));
        }
        for (left, right) in left.iter().zip(&right) {
            let (was, is) = (meaning(left, family), meaning(right, family));
            let inside = left.kind == TokenKind::Text && dollar_or_code(left);
            if left.kind != right.kind {
                return wrong(format!("`{}` became `{}`", left.text, right.text));
            }
            if inside {
                // A body, or a name inside a text: SQL in SQL.
                same_tokens(&[was], &[is], tail, family)?;
            } else if was.replace(HARMLESS.tail, tail) != is {
                return wrong(format!("`{was}` became `{is}`"));
            }
        }
    }
    Ok(())
}

/// A name that the engine would cut off: that is another one, and maybe one that is there.
fn cut_off(sql: &str, dialect: Dialect) -> Option<String> {
    let all = tokens(sql, dialect.family());
    let names = all.iter().filter(|token| token.kind == TokenKind::Quoted);
    names.filter_map(Token::name).find(|name| !dialect.facts().fits(name))
}

/// Whether a text is SQL itself: in dollar quotes, or a quoted name in it.
fn dollar_or_code(token: &Token<'_>) -> bool {
    token.text.starts_with('$') || token.text.starts_with("'\"")
}

/// A changelog written down and gathered.
fn gathered(changelog: &Value, folder: &Path) -> Changelog {
    let text = serde_json::to_string(changelog).expect("JSON");
    std::fs::write(folder.join("changelog.yaml"), text).expect("a file");
    gather(&Folder::new(folder), "changelog.yaml", Default::default())
}

/// What was tried: on how many dialects each text of each operation took part.
#[derive(Default)]
struct Tried {
    /// The operations with a name or text that was replaced, and came through where it was harmless.
    operations: BTreeSet<String>,
    /// How often a hostile changelog was rendered, not refused.
    rendered: usize,
}

/// Disguises the texts of these numbers.
fn disguise(changelog: &Value, all: &[String], chosen: &[usize], guise: &Guise) -> Value {
    let by: BTreeMap<&str, String> = chosen.iter().map(|at| (all[*at].as_str(), guise.of(*at))).collect();
    disguised(changelog, &|text| by.get(text).cloned())
}

fn hold(page: &Page, tried: &mut Tried) -> Vec<String> {
    let folder = page.folder();
    let root = folder.path();
    let changelog = data(page);
    let all = texts(&changelog);
    let of = |chosen: &[usize], guise: &Guise| gathered(&disguise(&changelog, &all, chosen, guise), root);
    // Which texts are names: those that may be others.
    let mut free: Vec<Vec<usize>> = vec![Vec::new(); Dialect::all().count()];
    for at in 0..all.len() {
        let changelog = of(&[at], &HARMLESS);
        for (dialect, free) in Dialect::all().zip(&mut free) {
            if rendered(&changelog, dialect, root).is_some() {
                free.push(at);
            }
        }
    }
    let mut wrong = Vec::new();
    for text in &all {
        let long = disguised(&changelog, &|found| (found == text).then(too_long));
        let long = gathered(&long, root);
        for dialect in Dialect::all() {
            let sql = rendered(&long, dialect, root).unwrap_or_default();
            if let Some(name) = sql.iter().find_map(|sql| cut_off(sql, dialect)) {
                wrong.push(format!(
                    "{}, {dialect}: `{text}` as `{name}` is cut off by the engine",
                    page.name
                ));
            }
        }
    }
    for (dialect, free) in Dialect::all().zip(&free) {
        if free.is_empty() {
            continue;
        }
        let key = page.name.trim_start_matches("operations/").to_string();
        if last_operation_differs(&changelog, &disguise(&changelog, &all, free, &HARMLESS), &key) {
            tried.operations.insert(key);
        }
        let mut groups = vec![free.clone()];
        while let Some(group) = groups.pop() {
            let harmless = rendered(&of(&group, &HARMLESS), dialect, root);
            let apart = match harmless {
                // They can't all be others at once.
                None => true,
                Some(harmless) => {
                    let mut apart = false;
                    for guise in &HOSTILE {
                        match rendered(&of(&group, guise), dialect, root) {
                            Some(hostile) => {
                                tried.rendered += 1;
                                if let Err(why) = same_tokens(&harmless, &hostile, guise.tail, dialect.family()) {
                                    let names: Vec<&str> = group.iter().map(|at| all[*at].as_str()).collect();
                                    let text = format!("{}, {dialect}, {} in {names:?}: {why}", page.name, guise.what);
                                    match group.len() {
                                        1 => wrong.push(text),
                                        _ => apart = true,
                                    }
                                }
                            }
                            None => {
                                // Which one is refused, and what comes of the others? A NUL nobody takes.
                                apart |= !guise.tail.contains('\0');
                            }
                        }
                    }
                    apart
                }
            };
            if apart && group.len() > 1 {
                let (left, right) = group.split_at(group.len() / 2);
                groups.extend([left.to_vec(), right.to_vec()]);
            }
        }
    }
    wrong
}

/// Whether something of an operation of this key was replaced.
fn last_operation_differs(before: &Value, after: &Value, key: &str) -> bool {
    match (before, after) {
        (Value::Object(left), Value::Object(right)) => {
            let own = left.get(key).is_some() && left.get(key) != right.get(key);
            own || left
                .values()
                .zip(right.values())
                .any(|(left, right)| last_operation_differs(left, right, key))
        }
        (Value::Array(left), Value::Array(right)) => left
            .iter()
            .zip(right)
            .any(|(left, right)| last_operation_differs(left, right, key)),
        _ => false,
    }
}

#[test]
fn names_and_texts_carry_no_sql() {
    let only = std::env::var("DRIFTLESS_PAGES").ok();
    let chosen: Vec<Page> = pages("operations")
        .into_iter()
        .filter(|page| {
            only.as_ref()
                .is_none_or(|only| only.split(',').any(|key| page.name.ends_with(&format!("/{key}"))))
        })
        .collect();
    let queue = std::sync::Mutex::new(chosen.iter());
    let results: Vec<(Tried, Vec<String>)> = std::thread::scope(|scope| {
        let work = || {
            let (mut tried, mut wrong) = (Tried::default(), Vec::new());
            loop {
                let next = queue.lock().expect("nobody panics with it").next();
                let Some(page) = next else {
                    return (tried, wrong);
                };
                wrong.extend(hold(page, &mut tried));
            }
        };
        let threads: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("no panic"))
            .collect()
    });
    let mut tried = Tried::default();
    let mut wrong = Vec::new();
    for (some, found) in results {
        tried.operations.extend(some.operations);
        tried.rendered += some.rendered;
        wrong.extend(found);
    }
    assert!(wrong.is_empty(), "{}\n{} are wrong", wrong.join("\n\n"), wrong.len());
    if only.is_some() {
        return;
    }
    let missing: Vec<&str> = driftless::operation::KEYS
        .iter()
        .copied()
        .filter(|key| !tried.operations.contains(*key) && !WITHOUT_NAMES.contains(key))
        .collect();
    assert!(missing.is_empty(), "no name of these was tried: {missing:?}");
    assert!(
        tried.rendered > 500,
        "only {} hostile changelogs were rendered",
        tried.rendered
    );
}

/// Operations that hold nothing but SQL, or other operations.
const WITHOUT_NAMES: [&str; 2] = ["sql", "sql_file"];

/// What is kept of a changeset beside its SQL, on a live database: it comes back as it was.
#[test]
fn texts_of_the_history_come_back() {
    support::on_all(|database| {
        // PostgreSQL can be set to read a backslash in a text as MySQL does.
        if database.engine == "postgres" {
            let name = database.url.rsplit('/').next().expect("a name");
            database.execute(&format!("ALTER DATABASE {name} SET standard_conforming_strings = off"));
        }
        let nasty = [
            "it's \"x\" `y` \\",
            "\\'; DROP TABLE t; --",
            "a\nb\rc\n\t-- c",
            "$$ $x$ /* \u{fe0f} \u{ffee}",
        ];
        let folder = database.folder();
        let mut include = Vec::new();
        for (at, text) in nasty.iter().enumerate() {
            let file = format!("{at} it's \"x\" `y` \\ ; -- $$.yaml");
            let line = on_one_line(text);
            let changeset = serde_json::json!({ "changesets": [{
                "id": format!("{at} {line}"),
                "author": line,
                "comment": text,
                "tag": format!("tag {at} {line}"),
                "operations": [
                    { "create_table": { "table": format!("t{at} {text}"), "comment": text, "columns": [
                        { "name": "id", "type": "bigint", "primary_key": true },
                        { "name": format!("c {text}"), "type": "varchar(100)", "default": text, "comment": text },
                    ] } },
                    { "insert": { "table": format!("t{at} {text}"), "rows": [
                        { "id": 1, format!("c {text}"): text },
                        { "id": 2 },
                    ] } },
                ],
            }] });
            support::write(folder.join(&file), &changeset.to_string());
            include.push(serde_json::json!({ "include": file }));
        }
        let log = serde_json::json!({ "changesets": include }).to_string();
        let log = support::write(folder.join("changelog.yaml"), &log);
        let check = |way: &str| {
            let rows = database.query("SELECT id, author, comment, tag, file FROM driftless_history ORDER BY seq");
            assert_eq!(rows.len(), nasty.len(), "{}, {way}", database.engine);
            for (at, (row, text)) in rows.iter().zip(nasty).enumerate() {
                let row: Vec<&str> = row.iter().map(|value| value.as_deref().unwrap_or_default()).collect();
                let line = on_one_line(text);
                let [id, tag] = [format!("{at} {line}"), format!("tag {at} {line}")];
                let file = format!("{at} it's \"x\" `y` \\ ; -- $$.yaml");
                assert_eq!(row, [&*id, &*line, text, &*tag, &*file], "{}, {way}", database.engine);
                let quote = |name: &str| database.target().dialect.quote(name);
                let values = database.query(&format!(
                    "SELECT {} FROM {} ORDER BY id",
                    quote(&format!("c {text}")),
                    quote(&format!("t{at} {text}"))
                ));
                let same = vec![vec![Some(text.to_string())]; 2];
                assert_eq!(values, same, "{}, {way}", database.engine);
            }
        };
        database.run(&log, &["up"]);
        check("run");
        // The stored changes are held against their checksum on the way back.
        database.run(&log, &["down", "base", "--allow-data-loss"]);
        assert!(
            database.normal_form().0.is_empty(),
            "{}: something is left",
            database.engine
        );
        database.execute("DELETE FROM driftless_history");
        let mut script = database.run(&log, &["up", "--dry-run"]);
        if matches!(database.engine, "mysql" | "mariadb") {
            script.insert_str(
                0,
                "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_BACKSLASH_ESCAPES';\n",
            );
        }
        let output = database.feed(&script);
        assert!(
            output.status.success(),
            "{}: {}",
            database.engine,
            String::from_utf8_lossy(&output.stderr)
        );
        check("script");
        database.run(&log, &["down", "base", "--allow-data-loss"]);
    });
}

/// What stands in lists, where a line break would make two lines of it, is refused.
fn on_one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// A line break forges a line where a text is shown, an escape sequence what a terminal shows.
#[test]
fn a_control_character_in_what_lists_show_is_refused() {
    let told = |key: &str, text: &str| {
        let folder = tempfile::tempdir().expect("a folder");
        let mut changeset = serde_json::json!({ "id": "a", "operations": [] });
        changeset[key] = match key {
            "labels" => serde_json::json!(["plain", text]),
            _ => text.into(),
        };
        let changelog = gathered(&serde_json::json!({ "changesets": [changeset] }), folder.path());
        let messages = changelog.diagnostics.iter().map(|found| found.message.clone());
        messages.collect::<Vec<_>>()
    };
    for (text, number) in [
        ("a\nb", "000A"),
        ("a\rb", "000D"),
        ("a\tb", "0009"),
        ("a\u{1b}[2Kb", "001B"),
        ("a\u{85}b", "0085"),
    ] {
        for key in ["id", "author", "comment", "tag", "labels"] {
            let message = format!("`{key}` holds the control character U+{number}, which would show as what it is not");
            let is_line = key == "comment" && text.contains(['\n', '\r', '\t']);
            let expected = if is_line { Vec::new() } else { vec![message] };
            assert_eq!(told(key, text), expected, "{key} {text:?}");
        }
    }
    assert!(told("labels", "größer-表").is_empty());
    assert!(told("comment", "größer 表 🙂").is_empty());
}

/// The name of a file stands in a comment of the script, and does not end it.
#[test]
fn comments_of_a_script_hold_no_control_characters() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = "a\u{b}\u{1b}[2K\n\u{85}DROP TABLE t; --.yaml";
    let changeset = serde_json::json!({ "id": "a", "operations": [{ "print": { "message": "Hello" } }] });
    support::write(folder.path().join(file), &changeset.to_string());
    let log = serde_json::json!({ "changesets": [{ "include": file }] }).to_string();
    support::write(folder.path().join("changelog.yaml"), &log);
    let output = support::driftless(folder.path(), &["sql", "--dialect", "sqlite"]);
    let script = String::from_utf8_lossy(&output.stdout);
    let line = script.lines().find(|line| line.starts_with("-- changeset a"));
    let line = line.unwrap_or_else(|| panic!("{script}{}", String::from_utf8_lossy(&output.stderr)));
    assert!(
        line.ends_with("DROP TABLE t; --.yaml)") && !line.contains(char::is_control),
        "{line:?}"
    );
}

/// A NUL ends a text for some engines: no text of the history has one.
#[test]
fn a_nul_in_a_changeset_is_refused() {
    for key in ["id", "author", "comment", "tag"] {
        let folder = tempfile::tempdir().expect("a folder");
        let mut changeset = serde_json::json!({ "id": "a", "operations": [] });
        changeset[key] = "a\0b".into();
        let log = serde_json::json!({ "changesets": [changeset] });
        let changelog = gathered(&log, folder.path());
        let told: Vec<&str> = changelog
            .diagnostics
            .iter()
            .map(|found| found.message.as_str())
            .collect();
        assert_eq!(told, [format!("`{key}` holds a NUL, which no history can keep")]);
    }
}
