//! Privileges: those of one role on one object are given, or taken, by one statement.

use super::{Group, Statement, qualified};
use crate::dialect::{Dialect, Family, Name};
use crate::model::{Catalog, Change, Grant, GrantedOn, Object};

/// Whether a change gives privileges or takes them, and which.
fn given(change: &Change) -> Option<(bool, &Grant)> {
    match change {
        Change::CreateObject {
            object: Object::Grant(grant),
            ..
        } => Some((!grant.withheld, grant)),
        Change::DropObject {
            object: Object::Grant(grant),
        } => Some((grant.withheld, grant)),
        _ => None,
    }
}

/// How many of the changes go into one statement; none where the first is of another kind.
pub(super) fn group_length(changes: &[Change]) -> Option<usize> {
    let (gives, first) = given(changes.first()?)?;
    let joined = changes
        .iter()
        .take_while(|change| given(change).is_some_and(|(other, grant)| other == gives && grant.joins(first)));
    Some(joined.count())
}

/// The statement of a group of them; none where the group is of another kind.
pub(super) fn render(catalog: &Catalog, group: &Group<'_>) -> Option<Vec<Statement>> {
    let dialect = catalog.target().dialect;
    let (gives, _) = given(group.changes.first()?.1)?;
    let grants: Vec<&Grant> = group
        .changes
        .iter()
        .filter_map(|(_, change)| Some(given(change)?.1))
        .collect();
    let mut texts = vec![match gives {
        true => give(&grants, dialect),
        false => take(&grants, dialect),
    }];
    if !gives {
        texts.extend(those_of_columns(catalog, &grants).map(|grant| give(&[&grant], dialect)));
    }
    let statements = texts.into_iter().map(|text| Statement::sql(group.first(), text));
    Some(statements.collect())
}

/// Another right to pass it on.
pub(super) fn replace(before: &Grant, after: &Grant, dialect: Dialect) -> String {
    match after.grantable {
        true => give(&[after], dialect),
        false => format!(
            "REVOKE GRANT OPTION FOR {} FROM {}",
            subject(&[before], dialect),
            grantee(&before.to, dialect)
        ),
    }
}

/// The engines take a privilege on columns along with the same one on their table: what is left of them is given again.
fn those_of_columns<'a>(catalog: &'a Catalog, taken: &'a [&Grant]) -> impl Iterator<Item = Grant> + 'a {
    let standing = taken.first().map(|grant| catalog.standing_on(&grant.name));
    standing.into_iter().flatten().filter_map(|object| match object {
        Object::Grant(grant) => {
            let falls = |gone: &&Grant| {
                gone.column.is_none() && gone.to == grant.to && gone.on == grant.on && gone.privilege == grant.privilege
            };
            (grant.column.is_some() && taken.iter().any(falls)).then(|| (*grant).clone())
        }
        _ => None,
    })
}

fn give(grants: &[&Grant], dialect: Dialect) -> String {
    let first = grants[0];
    let option = if first.grantable { " WITH GRANT OPTION" } else { "" };
    let to = grantee(&first.to, dialect);
    format!("GRANT {} TO {to}{option}", subject(grants, dialect))
}

fn take(grants: &[&Grant], dialect: Dialect) -> String {
    format!(
        "REVOKE {} FROM {}",
        subject(grants, dialect),
        grantee(&grants[0].to, dialect)
    )
}

/// A role: `public` and the like are words, others are quoted; `'user'@'host'` on MySQL and MariaDB.
pub(super) fn grantee(to: &str, dialect: Dialect) -> String {
    match (to, dialect.family()) {
        ("public", _) => to.to_string(),
        ("current_user" | "session_user" | "current_role", Family::Postgres) => to.to_string(),
        (_, Family::Postgres | Family::Sqlite) => dialect.quote(to),
        (_, Family::Mysql) => match to.rsplit_once('@') {
            Some((user, host)) => format!("{}@{}", dialect.string(user), dialect.string(host)),
            None => dialect.string(to),
        },
    }
}

/// The privileges, each with its columns, and what they are on.
fn subject(grants: &[&Grant], dialect: Dialect) -> String {
    let first = grants[0];
    let name = qualified(&first.name, dialect);
    let on = match (first.on, dialect.family()) {
        (GrantedOn::Table | GrantedOn::Sequence, Family::Mysql) => name,
        (GrantedOn::Schema, Family::Mysql) => format!("{name}.*"),
        (GrantedOn::Function | GrantedOn::Procedure, Family::Postgres) => format!(
            "{} {name}({})",
            first.on.word(),
            first.arguments.as_deref().unwrap_or_default()
        ),
        _ => format!("{} {name}", first.on.word()),
    };
    let mut privileges: Vec<(&str, Vec<&Name>)> = Vec::new();
    for grant in grants {
        let known = privileges
            .iter_mut()
            .find(|(word, columns)| *word == grant.privilege && !columns.is_empty() && grant.column.is_some());
        match known {
            Some((_, columns)) => columns.extend(&grant.column),
            None => privileges.push((&grant.privilege, grant.column.iter().collect())),
        }
    }
    let words: Vec<String> = privileges
        .into_iter()
        .map(|(word, columns)| {
            let columns: Vec<String> = columns.iter().map(|column| dialect.quote(column)).collect();
            match columns.is_empty() {
                true => word.to_uppercase(),
                false => format!("{} ({})", word.to_uppercase(), columns.join(", ")),
            }
        })
        .collect();
    format!("{} ON {on}", words.join(", "))
}
