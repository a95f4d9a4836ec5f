//! Changes into the SQL of a dialect: a change says what happens, this says how a database is told.

mod control;
mod csv;
mod definition;
mod grant;
mod json_lines;
mod kept;
mod literal;
mod load;
mod load_bound;
mod mysql;
mod object;
mod postgres;
mod rebuild;
mod record;
mod rows;
mod sqlite;
mod unload;

pub use control::{Assertion, Message};
pub use csv::CsvReader;
pub use definition::{create_table as table_text, default_value, qualified};
pub use json_lines::first_names;
pub use literal::literal;
pub use load::{Chunk, Load, LoadError};
pub use load_bound::BoundRows;
pub use object::{Lacking, trigger_lacks};
pub use record::{ReadError, Record};
pub use unload::Unload;

use std::sync::Arc;

use crate::diagnostic::Problem;
use crate::dialect::{Family, split};
use crate::model::{Catalog, Change, Constraint, Table};

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
    /// Whether it needs foreign keys off on SQLite, as the parts of a rebuild of a table do.
    pub rebuilds: bool,
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
    fn sql(change: usize, sql: impl Into<String>) -> Statement {
        Statement {
            body: Body::Sql(sql.into()),
            change,
            raw_offset: None,
            guard: None,
            rebuilds: false,
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
    let (mut statements, mut problems) = (Vec::new(), Vec::new());
    let mut from = 0;
    while from < changes.len() {
        let to = from + group_length(catalog.target().dialect.family(), &changes[from..]);
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
            Ok(found) if in_step => statements.extend(found),
            Ok(_) => {}
            Err(problem) => problems.extend(culprits(catalog, &group, problem)),
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

/// How many of the changes are rendered as one: privileges of one role, alterations of one table where the engine gains
/// by it.
fn group_length(family: Family, changes: &[Change]) -> usize {
    if let Some(length) = grant::group_length(changes) {
        return length;
    }
    let Some(table) = changes[0].altered_table().filter(|_| family != Family::Postgres) else {
        return 1;
    };
    let mut touched: Vec<(&str, &str)> = Vec::new();
    let mut length = 0;
    for change in changes {
        let joins = change.altered_table() == Some(table) && !stands_alone(change, family);
        let part = touched_by(change, family);
        let again = part.is_some_and(|part| touched.contains(&part)) && !alters_on(change, &changes[..length], family);
        if !joins || again || (family == Family::Mysql && is_apart(change, &changes[..length])) {
            break;
        }
        // A primary key that goes makes room for another one in the same statement.
        touched.extend(part.filter(|part| *part != PRIMARY_KEY || matches!(change, Change::AddConstraint { .. })));
        length += 1;
    }
    length.max(1)
}

/// Whether MySQL needs a statement of its own for a change behind those before it.
fn is_apart(change: &Change, before: &[Change]) -> bool {
    let is_tie = |change: &Change| {
        matches!(
            change,
            Change::AddConstraint {
                constraint: Constraint::ForeignKey(_),
                ..
            }
        )
    };
    // A column is numbered anew with foreign keys unchecked; a new one is to be checked.
    let meets =
        |one: &dyn Fn(&Change) -> bool, other: &dyn Fn(&Change) -> bool| one(change) && before.iter().any(other);
    meets(&is_tie, &changes_numbering) || meets(&changes_numbering, &is_tie) || ties_altered(change, before)
}

/// Whether a column begins to number its rows, or ends.
fn changes_numbering(change: &Change) -> bool {
    matches!(change, Change::AlterColumn { before, after, .. } if before.identity.is_some() != after.identity.is_some())
}

/// Whether a column that changes before it alter is altered further: it can be said once, as it becomes in the end, as
/// long as its values are converted once.
fn alters_on(change: &Change, before: &[Change], family: Family) -> bool {
    let part = touched_by(change, family);
    let same = || before.iter().filter(|other| touched_by(other, family) == part);
    let converts = |change: &Change| match change {
        Change::AlterColumn { before, after, .. } => {
            before.ty != after.ty || before.charset != after.charset || before.collation != after.collation
        }
        _ => false,
    };
    let alters = |change: &Change| match change {
        Change::AlterColumn {
            before, after, using, ..
        } => using.is_none() && before.identity == after.identity && before.generated == after.generated,
        _ => false,
    };
    let conversions = same().chain([change]).filter(|change| converts(change)).count();
    family == Family::Mysql && alters(change) && same().all(alters) && conversions < 2
}

/// Whether a foreign key is put on columns that changes before it alter: MySQL holds it against the columns as they were.
fn ties_altered(change: &Change, before: &[Change]) -> bool {
    let Change::AddConstraint {
        table,
        constraint: Constraint::ForeignKey(foreign),
    } = change
    else {
        return false;
    };
    let referenced = foreign
        .referenced_columns
        .iter()
        .filter(|_| foreign.references == *table);
    let mut columns = foreign.columns.iter().chain(referenced);
    columns.any(|name| {
        before
            .iter()
            .any(|change| matches!(change, Change::AlterColumn { after, .. } if after.name == *name))
    })
}

/// A rename changes what the names of the others mean, and `IF NOT EXISTS` has a statement of its own on MariaDB.
fn stands_alone(change: &Change, family: Family) -> bool {
    let guarded = matches!(
        change,
        Change::CreateIndex {
            if_not_exists: true,
            ..
        }
    );
    matches!(change, Change::RenameColumn { .. } | Change::RenameIndex { .. }) || (guarded && family == Family::Mysql)
}

/// There is one of them, whatever it is called.
const PRIMARY_KEY: (&str, &str) = ("primary key", "");

/// The part of a table that a statement may touch once only: MySQL finds every name in the table as it was before the
/// statement; a rebuild on SQLite copies a column by one expression.
fn touched_by(change: &Change, family: Family) -> Option<(&'static str, &str)> {
    if family == Family::Sqlite {
        return match change {
            Change::AlterColumn {
                before, using: Some(_), ..
            } => Some(("column", &before.name)),
            _ => None,
        };
    }
    match change {
        Change::AddColumn { column, .. } | Change::DropColumn { column, .. } => Some(("column", &column.name)),
        Change::AlterColumn { before, .. } => Some(("column", &before.name)),
        Change::AddConstraint {
            constraint: Constraint::PrimaryKey(_),
            ..
        }
        | Change::DropConstraint {
            constraint: Constraint::PrimaryKey(_),
            ..
        } => Some(PRIMARY_KEY),
        // It is a part of that column.
        Change::AddConstraint {
            constraint: Constraint::Check(check),
            ..
        }
        | Change::DropConstraint {
            constraint: Constraint::Check(check),
            ..
        }
        | Change::RenameConstraint {
            constraint: Constraint::Check(check),
            ..
        } if check.of_column => Some(("column", &check.name)),
        Change::AddConstraint { constraint, .. }
        | Change::DropConstraint { constraint, .. }
        | Change::RenameConstraint { constraint, .. } => Some(("key", constraint.name())),
        Change::CreateIndex { index, .. } | Change::DropIndex { index, .. } => Some(("key", &index.name)),
        _ => None,
    }
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
