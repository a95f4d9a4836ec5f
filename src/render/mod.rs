//! Changes into the SQL of a dialect: a change says what happens, this says how a database is told.

mod constraint;
mod control;
mod csv;
mod definition;
mod earlier;
mod enumeration;
mod grant;
mod group;
mod index;
mod inquiry;
mod json_lines;
mod kept;
mod literal;
mod load;
mod load_bound;
mod lowered;
mod mysql;
mod need;
mod needed;
mod needed_reference;
mod new_tables;
mod object;
mod postgres;
mod question;
mod rebuild;
mod record;
mod routine;
mod rows;
mod sequence;
mod sqlite;
mod unload;

pub use control::{Assertion, Message, holding_block};
pub use csv::CsvReader;
pub use definition::{create_table as table_text, default_value, qualified};
pub use inquiry::{Bounds, Inquiry};
pub use json_lines::first_names;
pub use literal::literal;
pub use load::{Chunk, Load, LoadError};
pub use load_bound::BoundRows;
pub use lowered::lowered;
pub use need::{Lack, Need};
pub use new_tables::NewTables;
pub use question::Questions;
pub use record::{Form, ReadError, Record};
pub use routine::{Lacking, put_back, trigger_lacks};
pub use unload::Unload;

use std::sync::Arc;

use earlier::Earlier;

use crate::diagnostic::Problem;
use crate::dialect::{Family, split};
use crate::model::{Catalog, Change, Table};

/// One thing to be sent to a database.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    pub body: Body,
    /// The change it belongs to, as an index into what was rendered; the first where several became one.
    pub change: usize,
    /// Where its text begins in the author's own SQL, where it is such.
    pub raw_offset: Option<usize>,
    /// What has to hold of the database right before it.
    pub guard: Option<Guard>,
    /// What is set for it in the session, and set back after it however it ends.
    pub around: Option<Around>,
    /// Whether what it does to rows is there at once, whatever transaction is around it: the table's engine has none.
    pub for_good: bool,
    /// Whether it needs foreign keys off on SQLite, as the parts of a rebuild of a table do.
    pub rebuilds: bool,
    /// What it and those that belong with it need of the rows that are there, asked before it.
    pub needs: Vec<Need>,
}

/// A setting of the session around a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Around {
    pub before: &'static str,
    pub after: &'static str,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    Sql(String),
    /// Rows of a file, put in or taken out, streamed when their turn comes.
    Load(Box<Load>),
    /// The rows of a query, written to a file as they come.
    Unload(Box<Unload>),
    Assert(Box<Assertion>),
    Print(Message),
}

/// What a rebuild on SQLite counts on: that it knows everything that stands on the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Guard {
    pub table: String,
    /// `STRICT`, `WITHOUT ROWID`, where it is such.
    pub options: Vec<&'static str>,
    /// Indexes and triggers that the rebuild puts back.
    pub objects: Vec<String>,
}

impl Statement {
    /// The texts of all that is asked and sent of it, but for rows of files.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let own: Vec<&str> = match &self.body {
            Body::Sql(sql) => vec![sql],
            Body::Load(_) | Body::Print(_) => Vec::new(),
            Body::Unload(unload) => vec![&unload.query],
            Body::Assert(assertion) => assertion.texts(),
        };
        let questions = self.needs.iter().flat_map(|need| need.questions.texts());
        own.into_iter().chain(questions)
    }

    fn holds_nul(&self) -> bool {
        match &self.body {
            Body::Sql(sql) => sql.contains('\0'),
            Body::Load(_) => false,
            Body::Unload(unload) => unload.query.contains('\0'),
            Body::Assert(assertion) => assertion.script().iter().any(|sql| sql.contains('\0')),
            Body::Print(message) => message.script().contains('\0'),
        }
    }

    fn sql(change: usize, sql: impl Into<String>) -> Statement {
        Statement {
            body: Body::Sql(sql.into()),
            change,
            raw_offset: None,
            guard: None,
            around: None,
            for_good: false,
            rebuilds: false,
            needs: Vec::new(),
        }
    }
}

/// Adjacent changes that are rendered together, with the table they alter as it is before and after.
struct Group<'a> {
    /// The changes with their indexes.
    changes: Vec<(usize, &'a Change)>,
    altered: Option<(Arc<Table>, Arc<Table>)>,
}

impl Group<'_> {
    fn first(&self) -> usize {
        self.changes.first().map_or(0, |(index, _)| *index)
    }
}

/// The statements that carry out changes, in order; the catalog is taken along. Each problem comes with the index of
/// the change that it belongs to; what comes after it is rendered all the same.
pub fn render(catalog: &mut Catalog, changes: &[Change]) -> (Vec<Statement>, Vec<(usize, Problem)>) {
    render_on(catalog, &mut NewTables::default(), changes)
}

/// Like [`render`], for the changes of one changeset, after others of the same plan that have made tables.
pub fn render_on(
    catalog: &mut Catalog,
    made: &mut NewTables,
    changes: &[Change],
) -> (Vec<Statement>, Vec<(usize, Problem)>) {
    let mut earlier = Earlier::default();
    let (mut statements, mut problems) = (Vec::new(), Vec::new());
    let mut from = 0;
    while from < changes.len() {
        let to = from + group::length(catalog.target().dialect, &changes[from..]);
        let table = changes[from].altered_table().cloned();
        let before = table.as_ref().and_then(|name| catalog.table(name).cloned());
        let mut in_step = true;
        for (index, change) in changes[from..to].iter().enumerate() {
            if let Err(why) = catalog.apply(change) {
                problems.push((from + index, out_of_step(change, &why)));
                in_step = false;
            }
        }
        let after = table.as_ref().and_then(|name| catalog.table(name).cloned());
        let group = Group {
            changes: changes[from..to]
                .iter()
                .enumerate()
                .map(|(index, change)| (from + index, change))
                .collect(),
            altered: before.zip(after),
        };
        match render_group(catalog, &group) {
            Ok(found) if found.iter().any(Statement::holds_nul) => {
                let message = "a text in it holds a NUL, which SQL cannot hold";
                problems.push((group.first(), Problem::error("nul", message)));
            }
            Ok(mut found) if in_step => {
                let for_good = group.changes.iter().any(|(_, change)| catalog.writes_for_good(change));
                found.iter_mut().for_each(|statement| statement.for_good = for_good);
                if let Some(first) = found.first_mut() {
                    first.needs = needed::needs(catalog, &group, &earlier, made);
                }
                statements.extend(found);
            }
            Ok(_) => {}
            Err(problem) => problems.extend(culprits(catalog, &group, problem)),
        }
        for change in &changes[from..to] {
            earlier.follow(catalog, change);
            made.follow(catalog, change);
        }
        from = to;
    }
    (statements, problems)
}

fn render_group(catalog: &Catalog, group: &Group<'_>) -> Result<Vec<Statement>, Problem> {
    if let Some(statements) = grant::render(catalog, group) {
        return Ok(statements);
    }
    match catalog.target().dialect.family() {
        Family::Sqlite => sqlite::render(catalog, group),
        Family::Postgres => postgres::render(catalog, group),
        Family::Mysql => mysql::render(catalog, group),
    }
}

/// Which changes of a group cannot be rendered, each with its own problem: found by adding one after the other.
fn culprits(catalog: &Catalog, group: &Group<'_>, problem: Problem) -> Vec<(usize, Problem)> {
    let Some((before, _)) = group.altered.as_ref().filter(|_| group.changes.len() > 1) else {
        return vec![(group.first(), problem)];
    };
    let mut sound = catalog.clone();
    sound.add_table((**before).clone());
    let (mut changes, mut found) = (Vec::new(), Vec::new());
    for (index, change) in &group.changes {
        let mut trial = sound.clone();
        if trial.apply(change).is_err() {
            continue;
        }
        changes.push((*index, *change));
        let part = Group {
            changes: changes.clone(),
            altered: trial.table(&before.name).map(|after| (before.clone(), after.clone())),
        };
        match render_group(&trial, &part) {
            Ok(_) => sound = trial,
            Err(problem) => {
                changes.pop();
                found.push((*index, problem));
            }
        }
    }
    if found.is_empty() {
        found.push((group.first(), problem));
    }
    found
}

fn out_of_step(change: &Change, why: &str) -> Problem {
    Problem::error("out-of-step", format!("cannot {}: {why}", change.summary()))
        .help("the schema is not the one that this was made for: compare `driftless status` with the database")
}

/// The author's SQL: one statement at a time, each with its place in the text.
fn raw(change: usize, sql: &str, family: Family) -> Vec<Statement> {
    split(sql, family)
        .into_iter()
        .map(|piece| Statement {
            raw_offset: Some(piece.start),
            ..Statement::sql(change, piece.text)
        })
        .collect()
}

/// What a dialect cannot do.
fn cannot(catalog: &Catalog, what: &str, instead: &str) -> Problem {
    let title = catalog.target().title();
    Problem::error("not-on-dialect", format!("{title} cannot {what}")).help(instead)
}
