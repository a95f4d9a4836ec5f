//! SQL for MySQL and MariaDB: alterations of one table become one ALTER TABLE, which happens whole or not at all.

use super::constraint::constraint;
use super::definition::{check_mysql_identity, check_row_security, column, create_table, names, qualified};
use super::group::changes_numbering;
use super::index::{create_index, inline_index};
use super::{Around, Group, Statement, cannot, kept, object, raw, rows};
use crate::diagnostic::Problem;
use crate::dialect::{Family, Name, mentions};
use crate::model::{
    Action, Catalog, Change, Check, Column, Constraint, ForeignKey, Index, IndexColumn, IndexKey, Table,
};

pub(super) fn render(catalog: &Catalog, group: &Group<'_>) -> Result<Vec<Statement>, Problem> {
    if let Some((before, after)) = &group.altered {
        return alter_table(catalog, group, before, after);
    }
    let mut statements = Vec::new();
    for (index, change) in &group.changes {
        if let Some(found) = rows::render(catalog, *index, change)? {
            statements.extend(found);
            continue;
        }
        if let Change::Raw { up, .. } = change {
            statements.extend(raw(*index, up, Family::Mysql));
            continue;
        }
        let texts = whole_objects(catalog, change)?;
        statements.extend(texts.into_iter().map(|text| Statement::sql(*index, text)));
    }
    Ok(statements)
}

fn whole_objects(catalog: &Catalog, change: &Change) -> Result<Vec<String>, Problem> {
    let dialect = catalog.target().dialect;
    Ok(match change {
        Change::CreateTable { table, if_not_exists } => {
            let name = qualified(&table.name, dialect);
            for constraint in table.constraints() {
                check_constraint_columns(catalog, table, &constraint)?;
            }
            for index in &table.indexes {
                check_index_columns(catalog, table, index)?;
            }
            check_actions(catalog, table)?;
            check_numbered(catalog, table)?;
            let text = create_table(catalog, table, &name, *if_not_exists)?;
            check_computed(catalog, table)?;
            vec![text]
        }
        Change::DropTable { table } => vec![format!("DROP TABLE {}", qualified(&table.name, dialect))],
        Change::RenameTable { from, to } => {
            vec![format!(
                "RENAME TABLE {} TO {}",
                qualified(from, dialect),
                qualified(to, dialect)
            )]
        }
        Change::SetAside { .. } | Change::BringBack { .. } => kept::render(catalog, change)?,
        other => object::render(catalog, other)?,
    })
}

/// A key needs columns of a known length: MySQL indexes no `longtext`, `longblob` or `json` as a whole; MariaDB only to
/// keep rows unique, and would take the beginning else.
fn check_keyed(catalog: &Catalog, table: &Table, what: &str, unique: bool, columns: &[&Name]) -> Result<(), Problem> {
    let dialect = catalog.target().dialect;
    if dialect.name() == "mariadb" && unique {
        return Ok(());
    }
    for name in columns {
        let Some(column) = table.column(name, catalog.column_case()) else {
            continue;
        };
        let native = column.ty.native(dialect).unwrap_or_default();
        let article = if what == "index" { "an" } else { "a" };
        if ["longtext", "longblob", "json", "text", "blob", "mediumtext", "tinytext"].contains(&native.as_str()) {
            return Err(cannot(
                catalog,
                &format!(
                    "put `{}.{name}`, a `{}` of any length, into {article} {what}",
                    table.name, column.ty
                ),
                "give it a length (`varchar(255)`), or index its beginning (`{column: name, length: 100}`)",
            ));
        }
    }
    Ok(())
}

fn check_constraint_columns(catalog: &Catalog, table: &Table, constraint: &Constraint) -> Result<(), Problem> {
    let columns: Vec<&Name> = constraint.columns().iter().collect();
    let unique = matches!(constraint, Constraint::Unique(_));
    check_keyed(catalog, table, constraint.word(), unique, &columns)
}

fn check_index_columns(catalog: &Catalog, table: &Table, index: &Index) -> Result<(), Problem> {
    let whole = |column: &&IndexColumn| index.kind.is_plain() && column.length.is_none();
    let columns = index
        .columns
        .iter()
        .filter(whole)
        .filter_map(|column| match &column.key {
            IndexKey::Column(name) => Some(name),
            IndexKey::Expression(_) => None,
        });
    check_keyed(catalog, table, "index", index.unique, &columns.collect::<Vec<_>>())
}

/// The keys and indexes that a column stays in when it becomes another one.
fn check_keys_of(catalog: &Catalog, table: &Table, column: &Column) -> Result<(), Problem> {
    for constraint in table.constraints() {
        if constraint.columns().contains(&column.name) {
            check_constraint_columns(catalog, table, &constraint)?;
        }
    }
    let is_in = |index: &&Index| {
        let mut keys = index.columns.iter().map(|part| &part.key);
        keys.any(|key| matches!(key, IndexKey::Column(name) if *name == column.name))
    };
    let mut indexes = table.indexes.iter().filter(is_in);
    indexes.try_for_each(|index| check_index_columns(catalog, table, index))
}

fn alter_table(catalog: &Catalog, group: &Group<'_>, before: &Table, after: &Table) -> Result<Vec<Statement>, Problem> {
    let dialect = catalog.target().dialect;
    // MariaDB has IF NOT EXISTS for indexes, MySQL does not.
    if let [
        (
            index_of,
            Change::CreateIndex {
                if_not_exists: true,
                table,
                index,
                ..
            },
        ),
    ] = group.changes.as_slice()
    {
        let text = create_index(catalog, table, index, true, false)?;
        return Ok(vec![Statement::sql(*index_of, text)]);
    }
    check_numbering(catalog, group, after)?;
    check_actions(catalog, after)?;
    check_numbered(catalog, after)?;
    let mut clauses = Vec::new();
    let mut order: Vec<&Name> = before.columns.iter().map(|column| &column.name).collect();
    for (at, (_, change)) in group.changes.iter().enumerate() {
        if is_altered_on(change, &group.changes[at + 1..]) {
            continue;
        }
        if matches!(
            change,
            Change::ValidateConstraint { .. }
                | Change::RenameConstraint {
                    constraint: Constraint::PrimaryKey(_),
                    ..
                }
        ) {
            // It is held already; and the primary key's name is always the same.
            continue;
        }
        clauses.push(match change {
            Change::AddColumn { column: added, at, .. } => {
                let place = place_among(catalog, group, &mut order, &added.name, *at);
                format!("ADD COLUMN {}{place}", column(catalog, after, added)?)
            }
            Change::DropColumn { column: dropped, .. } => {
                order.retain(|name| **name != dropped.name);
                format!("DROP COLUMN {}", dialect.quote(&dropped.name))
            }
            other => clause(catalog, after, other)?,
        });
    }
    check_computed(catalog, after)?;
    clauses.extend(backing_index_clauses(catalog, group, before, after));
    if clauses.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!(
        "ALTER TABLE {} {}",
        qualified(&after.name, dialect),
        clauses.join(",\n  ")
    );
    let mut statement = Statement::sql(group.first(), text);
    if dialect.name() == "mysql" && renumbers_referenced(catalog, group, after) {
        // The type stays, so that all references hold as they did; MySQL refuses all the same.
        statement.around = Some(Around {
            before: "SET foreign_key_checks = 0",
            after: "SET foreign_key_checks = 1",
        });
    }
    Ok(vec![statement])
}

/// Whether a column that foreign keys refer to begins to number its rows, or ends.
fn renumbers_referenced(catalog: &Catalog, group: &Group<'_>, table: &Table) -> bool {
    let own = table
        .foreign_keys
        .iter()
        .filter(|foreign| foreign.references == table.name);
    let incoming = catalog.incoming(&table.name);
    let foreign: Vec<&ForeignKey> = own.chain(incoming.iter().map(|(_, foreign)| *foreign)).collect();
    group.changes.iter().any(|(_, change)| match change {
        Change::AlterColumn { after, .. } if changes_numbering(change) => foreign
            .iter()
            .any(|foreign| foreign.referenced_columns.contains(&after.name)),
        _ => false,
    })
}

/// Whether a later change says the same column once more.
fn is_altered_on(change: &Change, later: &[(usize, &Change)]) -> bool {
    let Change::AlterColumn { after, .. } = change else {
        return false;
    };
    let again = |change: &Change| matches!(change, Change::AlterColumn { before, .. } if before.name == after.name);
    later.iter().any(|(_, change)| again(change))
}

/// A number that is given as the row goes in is not there yet when its checks are asked.
fn check_numbered(catalog: &Catalog, table: &Table) -> Result<(), Problem> {
    for column in table.columns.iter().filter(|column| column.identity.is_some()) {
        let uses = |check: &&Check| mentions(&check.expression, &column.name, Family::Mysql);
        if let Some(check) = table.checks.iter().find(uses) {
            let what = format!(
                "check `{}.{}`, which numbers the rows, by `{}`",
                table.name, column.name, check.name
            );
            return Err(cannot(catalog, &what, "leave the check out for this dialect"));
        }
    }
    Ok(())
}

/// Nor when columns are computed: MariaDB computes those that are not stored on reading.
fn check_computed(catalog: &Catalog, table: &Table) -> Result<(), Problem> {
    let every = catalog.target().dialect.name() == "mysql";
    for column in table.columns.iter().filter(|column| column.identity.is_some()) {
        let computed = table.columns.iter().find(|other| {
            let generated = other.generated.as_ref().filter(|generated| every || generated.stored);
            generated.is_some_and(|generated| mentions(&generated.expression, &column.name, Family::Mysql))
        });
        if let Some(computed) = computed {
            let what = format!(
                "compute `{}` from `{}.{}`, which numbers the rows",
                computed.name, table.name, column.name
            );
            let instead = "leave one of them out for this dialect, or compute it in a view";
            return Err(cannot(catalog, &what, instead));
        }
    }
    Ok(())
}

/// What a foreign key's action sets has to be able to hold NULL, and may not be what a check or a computed column uses.
fn check_actions(catalog: &Catalog, table: &Table) -> Result<(), Problem> {
    let family = Family::Mysql;
    let instead = "leave `on_delete` and `on_update` out for this dialect, or do without";
    for foreign in &table.foreign_keys {
        let actions = [foreign.on_delete, foreign.on_update];
        let sets_null = actions.contains(&Action::SetNull);
        if !sets_null && foreign.on_update != Action::Cascade {
            continue;
        }
        for column in table
            .columns
            .iter()
            .filter(|column| foreign.columns.contains(&column.name))
        {
            let (of, name) = (format!("`{}.{}`", table.name, column.name), &foreign.name);
            let in_key = table.primary_key.iter().any(|key| key.columns.contains(&column.name));
            if sets_null && (in_key || !column.nullable) {
                let what = format!("set {of} to NULL by the foreign key `{name}`: the column cannot hold it");
                return Err(cannot(
                    catalog,
                    &what,
                    "make the column nullable, or use another action",
                ));
            }
            let check = table
                .checks
                .iter()
                .find(|check| mentions(&check.expression, &column.name, family));
            if let Some(check) = check {
                let what = format!(
                    "check {of} by `{}`, while the foreign key `{name}` changes it by itself",
                    check.name
                );
                return Err(cannot(catalog, &what, instead));
            }
            let computed = table.columns.iter().find(|other| {
                let stored = other.generated.as_ref().filter(|generated| generated.stored);
                stored.is_some_and(|generated| mentions(&generated.expression, &column.name, family))
            });
            if let Some(computed) = computed {
                let what = format!(
                    "compute `{}` from {of}, while the foreign key `{name}` changes it by itself",
                    computed.name
                );
                return Err(cannot(catalog, &what, instead));
            }
        }
    }
    Ok(())
}

/// A column that numbers its rows has to begin a key, also once a key is gone.
fn check_numbering(catalog: &Catalog, group: &Group<'_>, after: &Table) -> Result<(), Problem> {
    let loses_key = group
        .changes
        .iter()
        .any(|(_, change)| matches!(change, Change::DropConstraint { .. } | Change::DropIndex { .. }));
    let numbering = after.columns.iter().filter(|_| loses_key);
    for (column, identity) in numbering.filter_map(|column| Some((column, column.identity.as_ref()?))) {
        check_mysql_identity(catalog, after, column, identity)?;
    }
    Ok(())
}

/// Where a new column goes, after a column that the same statement does not drop; `order` is taken along.
fn place_among<'a>(
    catalog: &Catalog,
    group: &Group<'_>,
    order: &mut Vec<&'a Name>,
    added: &'a Name,
    at: Option<usize>,
) -> String {
    let at = at.unwrap_or(order.len()).min(order.len());
    let is_dropped = |name: &Name| {
        group
            .changes
            .iter()
            .any(|(_, change)| matches!(change, Change::DropColumn { column, .. } if column.name == *name))
    };
    let previous = order[..at].iter().rev().find(|name| !is_dropped(name));
    let text = match previous {
        _ if at == order.len() => String::new(),
        Some(name) => format!(" AFTER {}", catalog.target().dialect.quote(name)),
        None => " FIRST".to_string(),
    };
    order.insert(at, added);
    text
}

fn clause(catalog: &Catalog, after: &Table, change: &Change) -> Result<String, Problem> {
    let dialect = catalog.target().dialect;
    Ok(match change {
        Change::RenameColumn { from, to, .. } => {
            format!("RENAME COLUMN {} TO {}", dialect.quote(from), dialect.quote(to))
        }
        Change::AlterColumn {
            before,
            after: altered,
            using,
            ..
        } => {
            if using.is_some() {
                return Err(cannot(
                    catalog,
                    "convert a column by an expression (`using`)",
                    "write `using` for the dialects that can, or convert with `update` into a new column",
                ));
            }
            if before.generated.is_some() != altered.generated.is_some() {
                return Err(cannot(
                    catalog,
                    "make a plain column a generated one, or back",
                    "drop the column and add it again",
                ));
            }
            check_keys_of(catalog, after, altered)?;
            let start = altered.identity.as_ref().and_then(|identity| identity.start);
            let start = start.filter(|_| before.identity != altered.identity);
            let start = start
                .map(|start| format!(",\n  AUTO_INCREMENT = {start}"))
                .unwrap_or_default();
            format!("MODIFY COLUMN {}{start}", column(catalog, after, altered)?)
        }
        Change::AddConstraint {
            constraint: Constraint::Check(check),
            ..
        }
        | Change::DropConstraint {
            constraint: Constraint::Check(check),
            ..
        } if check.of_column => said_anew(catalog, after, &check.name)?,
        Change::AddConstraint { constraint: added, .. } => {
            check_constraint_columns(catalog, after, added)?;
            format!("ADD {}", constraint(catalog, added)?)
        }
        Change::DropConstraint { constraint, .. } => {
            let name = dialect.quote(constraint.name());
            match constraint {
                Constraint::PrimaryKey(_) => "DROP PRIMARY KEY".to_string(),
                Constraint::Unique(_) => format!("DROP INDEX {name}"),
                Constraint::ForeignKey(_) => format!("DROP FOREIGN KEY {name}"),
                Constraint::Check(_) if dialect.name() == "mysql" => format!("DROP CHECK {name}"),
                Constraint::Check(_) | Constraint::Exclusion(_) => format!("DROP CONSTRAINT {name}"),
            }
        }
        Change::CreateIndex { index, .. } => {
            check_index_columns(catalog, after, index)?;
            format!("ADD {}", inline_index(catalog, index)?)
        }
        Change::DropIndex { index, .. } => format!("DROP INDEX {}", dialect.quote(&index.name)),
        Change::RenameIndex { from, to, .. } => {
            format!("RENAME INDEX {} TO {}", dialect.quote(from), dialect.quote(to))
        }
        Change::RenameConstraint {
            constraint: known, to, ..
        } => rename_constraint(catalog, after, known, to)?,
        Change::AlterTable { before, after, .. } => {
            check_row_security(catalog, before, after)?;
            let text = after.comment.as_deref().unwrap_or_default();
            format!("COMMENT = {}", dialect.string(text))
        }
        _ => String::new(),
    })
}

/// A column as it is now, with the check that is part of it or without.
fn said_anew(catalog: &Catalog, after: &Table, name: &Name) -> Result<String, Problem> {
    let found = after.column(name, catalog.column_case());
    let found = found.ok_or_else(|| Problem::error("unknown-column", format!("no column `{name}`")))?;
    Ok(format!("MODIFY COLUMN {}", column(catalog, after, found)?))
}

/// Only what an index holds can be renamed; the others are dropped and added in one.
fn rename_constraint(catalog: &Catalog, after: &Table, known: &Constraint, to: &Name) -> Result<String, Problem> {
    let dialect = catalog.target().dialect;
    let name = dialect.quote(known.name());
    let added = || constraint(catalog, &known.renamed(to));
    Ok(match known {
        Constraint::PrimaryKey(_) | Constraint::Unique(_) => format!("RENAME INDEX {name} TO {}", dialect.quote(to)),
        Constraint::ForeignKey(_) => format!("DROP FOREIGN KEY {name},\n  ADD {}", added()?),
        Constraint::Check(_) if dialect.name() == "mysql" => format!("DROP CHECK {name},\n  ADD {}", added()?),
        Constraint::Check(check) if check.of_column => {
            format!("{},\n  ADD {}", said_anew(catalog, after, &check.name)?, added()?)
        }
        Constraint::Check(_) | Constraint::Exclusion(_) => format!("DROP CONSTRAINT {name},\n  ADD {}", added()?),
    })
}

/// InnoDB makes an index for a foreign key that no other index serves, and takes it away when another comes, unless it
/// was made by name. It does not take it away with the foreign key, and refuses to lose one that a foreign key needs: all
/// of this is said here.
fn backing_index_clauses(catalog: &Catalog, group: &Group<'_>, before: &Table, after: &Table) -> Vec<String> {
    let dialect = catalog.target().dialect;
    let (had, has) = (backing_indexes(before), backing_indexes(after));
    let drops_foreign_key = |name: &Name| {
        group.changes.iter().any(|(_, change)| {
            matches!(
                change,
                Change::DropConstraint { constraint: Constraint::ForeignKey(foreign), .. }
                | Change::RenameConstraint { constraint: Constraint::ForeignKey(foreign), .. } if foreign.name == *name
            )
        })
    };
    let mut clauses = Vec::new();
    for (name, _) in &had {
        let is_served = after.foreign_keys.iter().any(|foreign| foreign.name == *name);
        if (drops_foreign_key(name) || is_served) && !has.iter().any(|(other, _)| other == name) {
            clauses.push(format!("DROP INDEX {}", dialect.quote(name)));
        }
    }
    for (name, columns) in &has {
        let was_there = before.foreign_keys.iter().any(|foreign| foreign.name == *name);
        let had_index = had.iter().any(|(other, _)| other == name);
        let is_new = |index: &&Index| !before.indexes.iter().any(|known| known.name == index.name);
        let mut half_serving = after.indexes.iter().filter(|index| half_serves(index, columns));
        let is_made_by_name = match (was_there, had_index) {
            (true, true) => half_serving.any(|index| is_new(&index)),
            (true, false) => true,
            (false, _) => half_serving.next().is_some(),
        };
        if !is_made_by_name {
            continue;
        }
        if was_there && had_index {
            clauses.push(format!("DROP INDEX {}", dialect.quote(name)));
        }
        let columns = names(columns, dialect);
        clauses.push(format!("ADD INDEX {} ({columns})", dialect.quote(name)));
    }
    clauses
}

/// Whether an index begins with columns but orders rows by less than the whole of them. MySQL and MariaDB take it for one
/// that serves a foreign key, and drop what they made for that key by themselves, or try to.
fn half_serves(index: &Index, columns: &[Name]) -> bool {
    let starts = |names: &[&Name]| names.len() >= columns.len() && names.iter().zip(columns).all(|(a, b)| *a == b);
    !starts(&index.leading_columns()) && index.plain_columns().is_some_and(|names| starts(&names))
}

/// The indexes that the foreign keys of a table have made for themselves.
fn backing_indexes(table: &Table) -> Vec<(Name, Vec<Name>)> {
    let mut found: Vec<(Name, Vec<Name>)> = Vec::new();
    let keys = table
        .primary_key
        .iter()
        .chain(&table.uniques)
        .map(|key| key.columns.clone());
    let indexes = table
        .indexes
        .iter()
        .map(|index| index.leading_columns().into_iter().cloned().collect());
    let mut served: Vec<Vec<Name>> = keys.chain(indexes).collect();
    for foreign in &table.foreign_keys {
        let is_served = served.iter().any(|columns| columns.starts_with(&foreign.columns));
        if !is_served {
            found.push((foreign.name.clone(), foreign.columns.clone()));
            served.push(foreign.columns.clone());
        }
    }
    found
}
