//! A schema that is written as SQL: loaded on a server into a scratch database, or read statement by statement.

use std::path::{Path, PathBuf};

use super::output::Output;
use super::signals::in_order;
use super::source::Reading;
use super::{Exit, Failure};
use crate::changelog::{Changelog, LoadedStatement, changelog_of_sql, reason};
use crate::database::introspect::{LeftOut, introspect_all, left_out};
use crate::database::{Scratch, Session};
use crate::diagnostic::{Diagnostic, SourceId, Sources, Span};
use crate::dialect::{Cursor, Family, Name, ObjectName, Target, split, tokens};
use crate::executor::{Stop, target_of};
use crate::model::{Catalog, Object};
use crate::operation::UNKNOWN_EFFECTS;
use crate::plan::Fold;

/// So many statements are told of that cannot be read: those behind them are most often of the same kinds.
const MOST_TOLD: usize = 20;

/// What SQL makes.
pub(super) struct Loaded {
    pub catalog: Catalog,
    pub is_printed: bool,
    pub left_out: Vec<LeftOut>,
    pub sources: Sources,
    pub told: Vec<Diagnostic>,
}

pub(super) async fn load(reading: &Reading<'_>, path: &Path, target: &Target) -> Result<Loaded, Failure> {
    let output = reading.output;
    let mut sources = Sources::default();
    let mut statements = Vec::new();
    for file in files(path, output)? {
        let text = std::fs::read_to_string(&file).map_err(|error| {
            let message = format!("cannot read `{}`: {}", file.display(), reason(&error));
            output.refuse(Exit::Usage, "unreadable-file", message, None)
        })?;
        let text = without_client_words(&text, target.dialect.family());
        let source = sources.add(file.display().to_string(), text.clone());
        statements.extend(statements_of(source, &text, target.dialect.family()));
    }
    let is_embedded = target.dialect.family() == Family::Sqlite;
    match (&reading.scratch, is_embedded) {
        (None, false) => read(statements, sources, target, output),
        _ => {
            in_order(output, async |stop| {
                run(reading, statements, sources, target, stop).await
            })
            .await?
        }
    }
}

/// The file, or those of the folder in the order of their names.
fn files(path: &Path, output: &Output) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let entries = std::fs::read_dir(path).map_err(|error| {
        let message = format!("cannot read `{}`: {}", path.display(), reason(&error));
        output.refuse(Exit::Usage, "unreadable-file", message, None)
    })?;
    let paths = entries.flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "sql"))
        .collect();
    files.sort();
    Ok(files)
}

/// The text without what its client reads itself: psql's lines behind a backslash, the mysql client's DELIMITER.
fn without_client_words(text: &str, family: Family) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut delimiter = String::new();
    let mut in_rows = false;
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        if family == Family::Postgres && (in_rows || copies_rows(bare)) {
            // Rows that a client sends are no part of a schema.
            in_rows = bare != "\\.";
            kept.push_str(if line.ends_with('\n') { "\n" } else { "" });
            continue;
        }
        let word = bare.split_whitespace().next().unwrap_or_default();
        let is_of_client = match family {
            Family::Postgres => bare.starts_with('\\'),
            Family::Mysql if word.eq_ignore_ascii_case("delimiter") => {
                let new = bare.split_whitespace().nth(1).unwrap_or(";");
                delimiter = if new == ";" { String::new() } else { new.to_string() };
                true
            }
            Family::Mysql | Family::Sqlite => false,
        };
        match is_of_client {
            // The lines stay where they are.
            true => kept.push_str(if line.ends_with('\n') { "\n" } else { "" }),
            false if !delimiter.is_empty() && bare.ends_with(&delimiter) => {
                let end = line.rfind(&delimiter).unwrap_or(line.len());
                kept.push_str(&line[..end]);
                kept.push(';');
                kept.push_str(&line[end + delimiter.len()..]);
            }
            false => kept.push_str(line),
        }
    }
    kept
}

/// Whether a line is a COPY of rows that stand behind it, as a dump with its data has them.
fn copies_rows(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    line.starts_with("copy ") && line.ends_with("from stdin;")
}

fn statements_of(source: SourceId, text: &str, family: Family) -> Vec<LoadedStatement> {
    let pieces = split(text, family).into_iter();
    let all = pieces.map(|piece| {
        let start = piece.text.as_ptr() as usize - text.as_ptr() as usize;
        LoadedStatement {
            text: piece.text.to_string(),
            span: Span::new(source, start, start + piece.text.len()),
        }
    });
    all.filter(|statement| !is_of_transaction(&statement.text, family))
        .collect()
}

/// Whether a statement begins or ends a transaction, which loading has no use for.
fn is_of_transaction(text: &str, family: Family) -> bool {
    let all = tokens(text, family);
    let words: Vec<_> = all.iter().filter(|token| !token.is_blank()).collect();
    match words.first() {
        None => true,
        Some(first) => {
            let alone = ["commit", "rollback", "end"].iter().any(|word| first.is_word(word));
            let begins = first.is_word("begin") && words.len() <= 2;
            let starts = first.is_word("start") && words.get(1).is_some_and(|word| word.is_word("transaction"));
            alone || begins || starts
        }
    }
}

/// The sequence, the table and the column of a statement that says which column a sequence belongs to.
fn given_away(text: &str, family: Family) -> Option<(ObjectName, ObjectName, Name)> {
    let mut cursor = Cursor::new(text, family);
    cursor.take_words(&["alter", "sequence"]).then_some(())?;
    let sequence = cursor.object_name()?;
    cursor.take_words(&["owned", "by"]).then_some(())?;
    let mut parts = vec![Name::new(cursor.name()?)];
    while cursor.take_symbol(".") {
        parts.push(Name::new(cursor.name()?));
    }
    let (column, name, schema) = (parts.pop()?, parts.pop()?, parts.pop());
    (cursor.is_done() && parts.is_empty()).then_some((sequence, ObjectName { schema, name }, column))
}

/// Where the first line of a statement stands that is no remark.
fn first_line(span: Span, text: &str) -> Span {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        if !bare.is_empty() && !bare.starts_with("--") {
            let start = span.start as usize + at + (line.len() - line.trim_start().len());
            return Span::new(span.source, start, start + bare.len());
        }
        at += line.len();
    }
    span
}

/// Loads statements into a scratch database, and looks at what they made.
async fn run(
    reading: &Reading<'_>,
    statements: Vec<LoadedStatement>,
    sources: Sources,
    target: &Target,
    stop: &Stop,
) -> Result<Loaded, Failure> {
    let output = reading.output;
    let failed = |error: crate::database::Error| output.run_failed(&error.into(), &Sources::default());
    let options = reading.project.connect_options(true);
    let on = reading.scratch.as_ref();
    let scratch = Scratch::make(on, &options).await.map_err(failed)?;
    let result = async {
        let mut session = Session::connect(scratch.url(), &options).await.map_err(failed)?;
        let own = target_of(&session).map_err(|error| output.run_failed(&error, &Sources::default()))?;
        if own.dialect != target.dialect {
            let message = format!("the scratch server is {}, and {} is meant", own.title(), target.title());
            return Err(output.refuse(Exit::Usage, "dialect", message, None));
        }
        for (at, statement) in statements.iter().enumerate() {
            let done = run_one(&mut session, &statement.text, stop).await;
            if stop.get().is_some() {
                // It is told once the scratch database is gone.
                return Err(Failure {
                    code: Exit::Failed.into(),
                });
            }
            if let Err(error) = done {
                let message = format!("statement {} cannot be run: {}", at + 1, error.message);
                let diagnostic =
                    Diagnostic::error("sql", message).label(first_line(statement.span, &statement.text), "");
                return Err(output.fail(Exit::Usage, &[diagnostic], &sources));
            }
        }
        // A dump sets the path of its session; what it made lies where a new one looks.
        let _ = session.close().await;
        let mut session = Session::connect(scratch.url(), &options).await.map_err(failed)?;
        let own = target_of(&session).map_err(|error| output.run_failed(&error, &Sources::default()))?;
        let mut catalog = introspect_all(&mut session, &own, &[]).await.map_err(failed)?;
        let missing = left_out(&mut session, &own, &[]).await.map_err(failed)?;
        let _ = session.close().await;
        if own.dialect.family() == Family::Mysql {
            // The scratch database is the one that is meant.
            let meant = Target {
                schema: target.schema.clone(),
                ..own
            };
            catalog = catalog.on(meant).sorted_by(None);
        }
        Ok((catalog, missing))
    }
    .await;
    let removed = scratch.remove().await;
    let (catalog, left_out) = result?;
    removed.map_err(failed)?;
    Ok(Loaded {
        catalog,
        is_printed: true,
        left_out,
        sources,
        told: Vec::new(),
    })
}

/// Runs a statement; a second wish to stop cancels it.
async fn run_one(session: &mut Session, sql: &str, stop: &Stop) -> Result<(), crate::database::Error> {
    let mut canceller = session.canceller();
    let mut running = std::pin::pin!(session.run(sql));
    tokio::select! {
        done = &mut running => return done,
        () = stop.cancelled() => {}
    }
    canceller.cancel().await?;
    running.await
}

/// The schema that is there from the beginning is nothing that SQL makes.
fn without_public(catalog: Catalog) -> Catalog {
    let is_public = |object: &&Object| matches!(object, Object::Schema(schema) if schema.name.as_str() == "public");
    let Some(public) = catalog.objects().find(is_public).cloned() else {
        return catalog;
    };
    let mut kept = Catalog::new(catalog.target().clone());
    for table in catalog.tables() {
        kept.add_table((**table).clone());
    }
    for object in catalog.objects().filter(|object| **object != public) {
        kept.add_object(object.clone());
    }
    kept
}

/// Reads statements one by one; those that are not understood are mistakes.
fn read(
    statements: Vec<LoadedStatement>,
    sources: Sources,
    target: &Target,
    output: &Output,
) -> Result<Loaded, Failure> {
    let texts: Vec<(Span, String)> = statements
        .iter()
        .map(|found| (found.span, found.text.clone()))
        .collect();
    // Dumps say whose a sequence is before the column asks it for numbers.
    let family = target.dialect.family();
    let (mut given, mut others) = (Vec::new(), Vec::new());
    for statement in statements {
        match given_away(&statement.text, family) {
            Some(found) => given.push((statement, found)),
            None => others.push(statement),
        }
    }
    let changelog: Changelog = changelog_of_sql(others, sources);
    // Dumps name the schema that is meant where none is named.
    let usual = (family == Family::Postgres).then(|| Name::new("public"));
    let inside = Target {
        schema: target.schema.clone().or(usual),
        ..target.clone()
    };
    let mut fold = Fold::new(&changelog, Catalog::new(inside));
    for changeset in &changelog.changesets {
        fold.up(changeset, &[]);
    }
    let mut told: Vec<Diagnostic> = Vec::new();
    let unread = |place: usize, span: Span, text: &str| {
        let message = format!("statement {} cannot be read: what it makes is not known", place + 1);
        Diagnostic::error("sql", message).label(first_line(span, text), "")
    };
    for diagnostic in std::mem::take(&mut fold.diagnostics) {
        if diagnostic.code != UNKNOWN_EFFECTS && !diagnostic.is_error() {
            continue;
        }
        let at = diagnostic.labels.first().map(|label| label.span);
        let number = at.and_then(|at| {
            let holds = |(span, _): &&(Span, String)| {
                span.source == at.source && span.start <= at.start && at.start <= span.end
            };
            texts.iter().find(holds)
        });
        let place = number.and_then(|found| texts.iter().position(|other| other == found));
        let mut own = match (diagnostic.code, place, number) {
            (UNKNOWN_EFFECTS, Some(place), Some((span, text))) => unread(place, *span, text),
            _ => diagnostic,
        };
        own.help.clear();
        told.push(own);
    }
    for (statement, (sequence, table, column)) in given {
        let is_done = fold.catalog.give_sequence(&sequence, &table, &column);
        let place = texts.iter().position(|(span, _)| *span == statement.span);
        if !is_done && let Some(place) = place {
            told.push(unread(place, statement.span, &statement.text));
        }
    }
    let count = told.len();
    told.truncate(MOST_TOLD);
    if let Some(last) = told.last_mut() {
        if count > MOST_TOLD {
            *last = last.clone().note(format!("{} more are not read", count - MOST_TOLD));
        }
        let help = format!(
            "a server reads everything: `--scratch URL` loads the file into a scratch database of {}",
            target.dialect.facts().title
        );
        last.help.push(help);
        let failure = output.fail(Exit::Usage, &told, &changelog.sources);
        output.tally(&told);
        return Err(failure);
    }
    let catalog = without_public(fold.catalog).on(target.clone());
    Ok(Loaded {
        catalog,
        is_printed: false,
        left_out: Vec::new(),
        sources: changelog.sources.clone(),
        told: Vec::new(),
    })
}
