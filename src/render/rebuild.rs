//! The rebuild of a table on SQLite, in the order that loses nothing: create anew, copy, drop, rename, put back.
//!
//! The executor turns foreign keys off before the transaction (inside one the pragma is silently ignored, and
//! dropping the old table would delete child rows by their cascades), and holds `foreign_key_check` before the commit.
//! The old table is never renamed away: references to it would follow. `legacy_alter_table` keeps the final rename
//! from being refused by views on the table, and from rewriting what refers to it.

use super::definition::{create_table, qualified};
use super::index::create_index;
use super::{Group, Guard, Statement, object};
use crate::diagnostic::Problem;
use crate::dialect::{self, Name, ObjectName};
use crate::model::{Base, Catalog, Change, Table};

pub(super) fn render(
    catalog: &Catalog,
    group: &Group<'_>,
    before: &Table,
    after: &Table,
) -> Result<Vec<Statement>, Problem> {
    let dialect = catalog.target().dialect;
    let old = qualified(&before.name, dialect);
    let new_name = ObjectName::plain(format!("driftless_rebuild_{}", after.name.name));
    let new = qualified(&new_name, dialect);
    let mut texts = vec![create_table(catalog, &free_of_its_name(catalog, after), &new, false)?];
    let (mut targets, mut sources) = copied(catalog, group, before, after);
    if let Some(number) = row_number(catalog, before, after).filter(|_| !targets.is_empty()) {
        targets.insert(0, number.to_string());
        sources.insert(0, number.to_string());
    }
    if !targets.is_empty() {
        texts.push(format!(
            "INSERT INTO {new} ({}) SELECT {} FROM {old}",
            targets.join(", "),
            sources.join(", ")
        ));
    }
    texts.extend(fit_checks(catalog, group, &new));
    texts.extend(sequence(catalog, before, after, &new_name));
    texts.push(format!("DROP TABLE {old}"));
    texts.push("PRAGMA legacy_alter_table = ON".into());
    texts.push(format!(
        "ALTER TABLE {new} RENAME TO {}",
        dialect.quote(&after.name.name)
    ));
    texts.push("PRAGMA legacy_alter_table = OFF".into());
    for index in &after.indexes {
        texts.push(create_index(catalog, &after.name, index, false, false)?);
    }
    let standing = catalog.standing_on(&after.name);
    for object in &standing {
        texts.extend(object::create(catalog, object, false)?);
    }
    let indexes = before.indexes.iter().map(|index| index.name.to_string());
    let triggers = standing.iter().map(|object| object.name().name.to_string());
    let guard = Guard {
        table: before.name.name.to_string(),
        options: options(before),
        objects: indexes.chain(triggers).collect(),
    };
    let mut statements: Vec<Statement> = texts
        .into_iter()
        .map(|text| Statement {
            rebuilds: true,
            ..Statement::sql(group.first(), text)
        })
        .collect();
    statements[0].guard = Some(guard);
    Ok(statements)
}

/// What CREATE TABLE says behind its last bracket.
fn options(table: &Table) -> Vec<&'static str> {
    let options = [
        (table.options.strict, "STRICT"),
        (table.options.without_rowid, "WITHOUT ROWID"),
    ];
    options
        .into_iter()
        .filter(|(is_so, _)| *is_so)
        .map(|(_, word)| word)
        .collect()
}

/// The table with checks that do not call it by its name, which is another one while it is built.
fn free_of_its_name(catalog: &Catalog, table: &Table) -> Table {
    let family = catalog.target().dialect.family();
    let mut free = table.clone();
    for check in &mut free.checks {
        check.expression = dialect::without_qualifier(&check.expression, &table.name.name, family);
    }
    free
}

/// What the number of a row is called, where the rows have such and it is not in a column: it is kept too, since views
/// and other programs may go by it.
fn row_number(catalog: &Catalog, before: &Table, after: &Table) -> Option<&'static str> {
    let numbered = !before.options.without_rowid && !after.options.without_rowid;
    if !numbered || is_numbered_by_key(catalog, after) {
        return None;
    }
    let is_column = |name: &str| {
        let mut columns = before.columns.iter().chain(&after.columns);
        columns.any(|column| column.name.eq_ignore_ascii_case(name))
    };
    ["rowid", "_rowid_", "oid"].into_iter().find(|name| !is_column(name))
}

/// Whether the number of a row is its primary key: one column that is `INTEGER`, word for word.
pub(super) fn is_numbered_by_key(catalog: &Catalog, table: &Table) -> bool {
    let Some([name]) = table.primary_key.as_ref().map(|key| key.columns.as_slice()) else {
        return false;
    };
    table.column(name, catalog.column_case()).is_some_and(|column| {
        let native = column.ty.native(catalog.target().dialect);
        column.identity.is_some() || native.is_ok_and(|ty| ty.eq_ignore_ascii_case("integer"))
    })
}

/// The columns that are copied, and from what: new ones are left to their default, generated ones to themselves.
fn copied(catalog: &Catalog, group: &Group<'_>, before: &Table, after: &Table) -> (Vec<String>, Vec<String>) {
    let dialect = catalog.target().dialect;
    let case = catalog.column_case();
    let added = |name: &Name| {
        group
            .changes
            .iter()
            .any(|(_, change)| matches!(change, Change::AddColumn { column, .. } if column.name.same(name, case)))
    };
    let mut pairs = Vec::new();
    for column in &after.columns {
        let was = before.column(&column.name, case);
        let Some(was) = was.filter(|_| column.generated.is_none() && !added(&column.name)) else {
            continue;
        };
        let converted = group.changes.iter().find_map(|(_, change)| match change {
            Change::AlterColumn { after, using, .. } if after.name.same(&column.name, case) => using.clone(),
            _ => None,
        });
        let source = converted.unwrap_or_else(|| dialect.quote(&was.name));
        pairs.push((dialect.quote(&column.name), source));
    }
    pairs.into_iter().unzip()
}

/// SQLite keeps a text in a column of numbers as it is; the other engines refuse it, and so does this.
fn fit_checks(catalog: &Catalog, group: &Group<'_>, new: &str) -> Vec<String> {
    let dialect = catalog.target().dialect;
    let mut texts = Vec::new();
    for (_, change) in &group.changes {
        let Change::AlterColumn {
            table, before, after, ..
        } = change
        else {
            continue;
        };
        let kinds = match after.ty.base() {
            Some(Base::SmallInt | Base::Int | Base::BigInt | Base::Boolean) => "'integer', 'null'",
            Some(Base::Decimal | Base::Real | Base::Double) => "'integer', 'real', 'null'",
            _ => continue,
        };
        if before.ty == after.ty {
            continue;
        }
        let name = dialect.quote(&format!("values of {table}.{} that are no {}", after.name, after.ty));
        texts.push(format!(
            "CREATE TEMP TABLE driftless_fit (misfits INTEGER CONSTRAINT {name} CHECK (misfits = 0))"
        ));
        let column = dialect.quote(&after.name);
        texts.push(format!(
            "INSERT INTO driftless_fit SELECT count(*) FROM {new} WHERE typeof({column}) NOT IN ({kinds})"
        ));
        texts.push("DROP TABLE temp.driftless_fit".to_string());
    }
    texts
}

/// The counter of AUTOINCREMENT goes along, or the number of a deleted last row would be given again.
fn sequence(catalog: &Catalog, before: &Table, after: &Table, new: &ObjectName) -> Vec<String> {
    let dialect = catalog.target().dialect;
    let numbering = |table: &Table| table.columns.iter().find_map(|column| column.identity.clone());
    let (old, new) = (dialect.string(&before.name.name), dialect.string(&new.name));
    let (was, Some(is)) = (numbering(before), numbering(after)) else {
        return Vec::new();
    };
    if was.is_none() {
        return first_number(&new, is.start);
    }
    vec![
        format!("DELETE FROM sqlite_sequence WHERE name = {new}"),
        format!("INSERT INTO sqlite_sequence (name, seq) SELECT {new}, seq FROM sqlite_sequence WHERE name = {old}"),
    ]
}

/// Rows that are copied count for themselves; where the numbers are to begin behind them, the counter is set.
fn first_number(table: &str, start: Option<i64>) -> Vec<String> {
    let Some(last) = start.map(|start| start - 1) else {
        return Vec::new();
    };
    vec![
        format!("DELETE FROM sqlite_sequence WHERE name = {table} AND seq < {last}"),
        format!(
            "INSERT INTO sqlite_sequence (name, seq) SELECT {table}, {last} \
             WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = {table})"
        ),
    ]
}
