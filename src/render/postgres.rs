//! SQL for PostgreSQL: every change has a statement of its own, since all of a changeset is one transaction.

use super::constraint::constraint;
use super::definition::{
    check_mysql_traits, column, create_table, default_value, native_type, postgres_identity, qualified, stands_apart,
};
use super::index::create_index;
use super::{Group, Statement, cannot, kept, object, raw, rows};
use crate::diagnostic::Problem;
use crate::dialect::{Family, Name, ObjectName};
use crate::model::{Base, Catalog, Change, Column, RowSecurity, Table, TableTraits, Type};

pub(super) fn render(catalog: &Catalog, group: &Group<'_>) -> Result<Vec<Statement>, Problem> {
    let mut statements = Vec::new();
    for (index, change) in &group.changes {
        if let Some(found) = rows::render(catalog, *index, change)? {
            statements.extend(found);
            continue;
        }
        if let Change::Raw { up, .. } = change {
            statements.extend(raw(*index, up, Family::Postgres));
            continue;
        }
        let texts = texts(catalog, group, change)?;
        statements.extend(texts.into_iter().map(|text| Statement::sql(*index, text)));
    }
    Ok(statements)
}

fn texts(catalog: &Catalog, group: &Group<'_>, change: &Change) -> Result<Vec<String>, Problem> {
    let dialect = catalog.target().dialect;
    let alter = |table: &ObjectName, what: String| format!("ALTER TABLE {} {what}", qualified(table, dialect));
    Ok(match change {
        Change::CreateTable { table, if_not_exists } => {
            let name = qualified(&table.name, dialect);
            let mut texts = vec![create_table(catalog, table, &name, *if_not_exists)?];
            let all = table.constraints();
            for apart in all.iter().filter(|one| stands_apart(table, one, dialect)) {
                texts.push(alter(&table.name, format!("ADD {}", constraint(catalog, apart)?)));
            }
            texts.extend(partitions(catalog, table));
            for index in &table.indexes {
                texts.push(create_index(catalog, &table.name, index, false, false)?);
            }
            texts.extend(comments(catalog, table));
            texts.extend(row_security(
                catalog,
                &table.name,
                RowSecurity::default(),
                table.row_security,
            ));
            texts
        }
        Change::DropTable { table } => vec![format!("DROP TABLE {}", qualified(&table.name, dialect))],
        Change::RenameTable { from, to } => {
            if from.schema != to.schema {
                return Err(cannot(
                    catalog,
                    "rename a table into another schema",
                    "name it in its own schema",
                ));
            }
            vec![alter(from, format!("RENAME TO {}", dialect.quote(&to.name)))]
        }
        Change::AddColumn {
            table, column: added, ..
        } => {
            let Some((_, known)) = &group.altered else {
                return Ok(Vec::new());
            };
            let mut texts = vec![alter(table, format!("ADD COLUMN {}", column(catalog, known, added)?))];
            texts.extend(
                added
                    .comment
                    .as_ref()
                    .map(|text| comment_on_column(catalog, table, added, Some(text))),
            );
            texts
        }
        Change::DropColumn { table, column, .. } => {
            vec![alter(table, format!("DROP COLUMN {}", dialect.quote(&column.name)))]
        }
        Change::RenameColumn { table, from, to } => {
            vec![alter(
                table,
                format!("RENAME COLUMN {} TO {}", dialect.quote(from), dialect.quote(to)),
            )]
        }
        Change::AlterColumn {
            table,
            before,
            after,
            using,
            ..
        } => {
            let mut texts = alter_column(catalog, table, before, after, using.as_deref())?;
            if let (None, Some(_), Some((_, known))) = (&before.identity, &after.identity, &group.altered) {
                // The rows that are there have their numbers already.
                texts.extend(rows::counter(known, std::slice::from_ref(&after.name), dialect));
            }
            texts
        }
        Change::AddConstraint {
            table,
            constraint: added,
        } => {
            vec![alter(table, format!("ADD {}", constraint(catalog, added)?))]
        }
        Change::DropConstraint { table, constraint } => {
            vec![alter(
                table,
                format!("DROP CONSTRAINT {}", dialect.quote(constraint.name())),
            )]
        }
        Change::CreateIndex {
            table,
            index,
            if_not_exists,
            concurrently,
        } => vec![create_index(catalog, table, index, *if_not_exists, *concurrently)?],
        Change::DropIndex {
            table,
            index,
            concurrently,
        } => {
            let word = if *concurrently { "CONCURRENTLY " } else { "" };
            let name = qualified(&beside(table, &index.name), dialect);
            vec![format!("DROP INDEX {word}{name}")]
        }
        Change::AlterTable { table, before, after } => alter_traits(catalog, table, before, after),
        Change::RenameConstraint { table, constraint, to } => vec![alter(
            table,
            format!(
                "RENAME CONSTRAINT {} TO {}",
                dialect.quote(constraint.name()),
                dialect.quote(to)
            ),
        )],
        Change::ValidateConstraint { table, constraint } => vec![alter(
            table,
            format!("VALIDATE CONSTRAINT {}", dialect.quote(constraint.name())),
        )],
        Change::RenameIndex { table, from, to } => vec![format!(
            "ALTER INDEX {} RENAME TO {}",
            qualified(&beside(table, from), dialect),
            dialect.quote(to)
        )],
        Change::CreateObject { .. }
        | Change::DropObject { .. }
        | Change::ReplaceObject { .. }
        | Change::RenameObject { .. }
        | Change::RefreshView { .. } => object::render(catalog, change)?,
        Change::SetAside { .. } | Change::BringBack { .. } => kept::render(catalog, change)?,
        Change::InsertRows { .. }
        | Change::DeleteKeys { .. }
        | Change::UpdateRows { .. }
        | Change::UpsertRows { .. }
        | Change::InsertQuery { .. }
        | Change::Truncate { .. }
        | Change::DeleteRows { .. }
        | Change::LoadRows { .. }
        | Change::UnloadRows { .. }
        | Change::UnloadData { .. }
        | Change::Assert { .. }
        | Change::Print { .. }
        | Change::Raw { .. } => Vec::new(),
    })
}

/// A name in the schema of a table.
fn beside(table: &ObjectName, name: &Name) -> ObjectName {
    ObjectName {
        schema: table.schema.clone(),
        name: name.clone(),
    }
}

fn partitions(catalog: &Catalog, table: &Table) -> Vec<String> {
    let dialect = catalog.target().dialect;
    let parts = table.options.partitions.iter().map(|partition| {
        format!(
            "CREATE TABLE {} PARTITION OF {} {}",
            qualified(&beside(&table.name, &partition.name), dialect),
            qualified(&table.name, dialect),
            partition.bounds
        )
    });
    parts.collect()
}

fn alter_traits(catalog: &Catalog, table: &ObjectName, before: &TableTraits, after: &TableTraits) -> Vec<String> {
    let dialect = catalog.target().dialect;
    let mut texts = Vec::new();
    if before.comment != after.comment {
        let text = after.comment.as_ref();
        let text = text.map_or_else(|| "NULL".to_string(), |text| dialect.string(text));
        texts.push(format!("COMMENT ON TABLE {} IS {text}", qualified(table, dialect)));
    }
    texts.extend(row_security(catalog, table, before.row_security, after.row_security));
    texts
}

fn row_security(catalog: &Catalog, table: &ObjectName, before: RowSecurity, after: RowSecurity) -> Vec<String> {
    let alter = |what: &str| {
        format!(
            "ALTER TABLE {} {what} ROW LEVEL SECURITY",
            qualified(table, catalog.target().dialect)
        )
    };
    let mut texts = Vec::new();
    if before.enabled != after.enabled {
        texts.push(alter(if after.enabled { "ENABLE" } else { "DISABLE" }));
    }
    if before.forced != after.forced {
        texts.push(alter(if after.forced { "FORCE" } else { "NO FORCE" }));
    }
    texts
}

fn comments(catalog: &Catalog, table: &Table) -> Vec<String> {
    let dialect = catalog.target().dialect;
    let mut texts = Vec::new();
    if let Some(comment) = &table.comment {
        texts.push(format!(
            "COMMENT ON TABLE {} IS {}",
            qualified(&table.name, dialect),
            dialect.string(comment)
        ));
    }
    for column in &table.columns {
        texts.extend(
            column
                .comment
                .as_ref()
                .map(|text| comment_on_column(catalog, &table.name, column, Some(text))),
        );
    }
    texts
}

fn comment_on_column(catalog: &Catalog, table: &ObjectName, column: &Column, text: Option<&String>) -> String {
    let dialect = catalog.target().dialect;
    let text = text.map_or_else(|| "NULL".to_string(), |text| dialect.string(text));
    format!(
        "COMMENT ON COLUMN {}.{} IS {text}",
        qualified(table, dialect),
        dialect.quote(&column.name)
    )
}

fn alter_column(
    catalog: &Catalog,
    table: &ObjectName,
    before: &Column,
    after: &Column,
    using: Option<&str>,
) -> Result<Vec<String>, Problem> {
    let dialect = catalog.target().dialect;
    let name = dialect.quote(&after.name);
    let mut clauses = Vec::new();
    check_mysql_traits(catalog, after)?;
    if before.generated != after.generated {
        return Err(cannot(
            catalog,
            "change how a column is generated",
            "drop the column and add it again",
        ));
    }
    let retyped =
        before.ty.native(dialect) != after.ty.native(dialect) || before.collation != after.collation || using.is_some();
    // A default is not cast with its column.
    let redefaulted = before.default != after.default || (retyped && after.default.is_some());
    if redefaulted && before.default.is_some() && (retyped || after.default.is_none()) {
        clauses.push(format!("ALTER COLUMN {name} DROP DEFAULT"));
    }
    if before.identity.is_some() && after.identity.is_none() {
        clauses.push(format!("ALTER COLUMN {name} DROP IDENTITY"));
    }
    if retyped {
        let native = native_type(&after.ty, dialect)?;
        let collation = after
            .collation
            .as_ref()
            .map(|name| format!(" COLLATE {}", dialect.quote(name)))
            .unwrap_or_default();
        let using = match using {
            Some(using) => format!(" USING {using}"),
            // Everything becomes text by itself, and what is too long is then refused: a cast would cut it.
            None if is_text(&after.ty) => String::new(),
            None => format!(" USING {name}::{native}"),
        };
        clauses.push(format!("ALTER COLUMN {name} TYPE {native}{collation}{using}"));
    }
    if before.nullable != after.nullable {
        let verb = if after.nullable { "DROP" } else { "SET" };
        clauses.push(format!("ALTER COLUMN {name} {verb} NOT NULL"));
    }
    if let (true, Some(default)) = (redefaulted, &after.default) {
        let value = default_value(default, &after.ty, dialect);
        clauses.push(format!("ALTER COLUMN {name} SET DEFAULT {value}"));
    }
    match (&before.identity, &after.identity) {
        (None, Some(identity)) => clauses.push(format!("ALTER COLUMN {name} ADD {}", postgres_identity(identity))),
        // Its counter stays where it is.
        (Some(was), Some(identity)) if was != identity => {
            let kind = if identity.always { "ALWAYS" } else { "BY DEFAULT" };
            let (start, increment) = identity.numbers();
            clauses.push(format!(
                "ALTER COLUMN {name} SET GENERATED {kind} SET START WITH {start} SET INCREMENT BY {increment}"
            ));
        }
        _ => {}
    }
    let mut texts: Vec<String> = clauses
        .into_iter()
        .map(|clause| format!("ALTER TABLE {} {clause}", qualified(table, dialect)))
        .collect();
    if before.comment != after.comment {
        texts.push(comment_on_column(catalog, table, after, after.comment.as_ref()));
    }
    Ok(texts)
}

fn is_text(ty: &Type) -> bool {
    // An enum without a name is a text here.
    matches!(ty, Type::Enum(_)) || matches!(ty.base(), Some(Base::Char | Base::Varchar | Base::Text))
}
