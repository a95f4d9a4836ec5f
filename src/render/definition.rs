//! The parts that CREATE TABLE, ALTER TABLE and CREATE INDEX are made of.

use super::cannot;
use super::constraint::constraint;
use super::index::inline_index;
use super::literal::{function, literal};
use crate::diagnostic::Problem;
use crate::dialect::{Dialect, Family, Feature, Name, ObjectName};
use crate::model::{
    Base, Catalog, Column, ColumnDefault, Constraint, Identity, IndexKey, Key, Table, TableTraits, Type, Value,
    timestamp_parts,
};

/// A table's or view's name, quoted, with its schema where it has one.
pub fn qualified(name: &ObjectName, dialect: Dialect) -> String {
    match &name.schema {
        Some(schema) => format!("{}.{}", dialect.quote(schema), dialect.quote(&name.name)),
        None => dialect.quote(&name.name),
    }
}

pub(super) fn names(list: &[Name], dialect: Dialect) -> String {
    let quoted: Vec<String> = list.iter().map(|name| dialect.quote(name)).collect();
    quoted.join(", ")
}

/// A column as CREATE TABLE and ADD COLUMN write it.
pub(super) fn column(catalog: &Catalog, table: &Table, column: &Column) -> Result<String, Problem> {
    let dialect = catalog.target().dialect;
    check_mysql_traits(catalog, column)?;
    let mut text = format!("{} {}", dialect.quote(&column.name), native_type(&column.ty, dialect)?);
    if column.identity.is_some() && dialect.family() == Family::Sqlite {
        return sqlite_identity(catalog, table, column);
    }
    if let Some(charset) = &column.charset {
        text += &format!(" CHARACTER SET {}", dialect.word(charset));
    }
    if let Some(collation) = &column.collation {
        match dialect.family() {
            Family::Mysql => text += &format!(" COLLATE {}", dialect.word(collation)),
            Family::Sqlite | Family::Postgres => text += &format!(" COLLATE {}", dialect.quote(collation)),
        }
    }
    if let Some(generated) = &column.generated {
        let stored = generated.stored;
        if !stored
            && dialect.family() == Family::Postgres
            && catalog.target().version < crate::dialect::Version(18, 0, 0)
        {
            return Err(cannot(
                catalog,
                "compute a column on reading",
                "write `generated: {…, stored: true}`",
            ));
        }
        let kind = if stored { "STORED" } else { "VIRTUAL" };
        text += &format!(" GENERATED ALWAYS AS ({}) {kind}", generated.expression);
    }
    if let (Some(identity), Family::Postgres) = (&column.identity, dialect.family()) {
        text += &format!(" {}", postgres_identity(identity));
    }
    match (column.nullable, dialect.family()) {
        (false, _) => text += " NOT NULL",
        // A TIMESTAMP is NOT NULL on some MariaDB servers unless NULL is said.
        (true, Family::Mysql) if column.generated.is_none() => text += " NULL",
        (true, _) => {}
    }
    if let Some(default) = &column.default {
        check_moment(catalog, column, default)?;
        text += &format!(" DEFAULT {}", default_value(default, &column.ty, dialect));
    }
    if dialect.family() == Family::Mysql {
        if let Some(moment) = &column.on_update {
            text += &format!(" ON UPDATE {moment}");
        }
        if let Some(identity) = &column.identity {
            check_mysql_identity(catalog, table, column, identity)?;
            text += " AUTO_INCREMENT";
        }
        if column.invisible {
            text += " INVISIBLE";
        }
        if let Some(comment) = &column.comment {
            text += &format!(" COMMENT {}", dialect.string(comment));
        }
        if let Some(check) = table.check_of_column(&column.name) {
            text += &format!(" CHECK ({})", check.expression);
        }
    }
    Ok(text)
}

/// What only MySQL and MariaDB know of columns.
pub(super) fn check_mysql_traits(catalog: &Catalog, column: &Column) -> Result<(), Problem> {
    let target = catalog.target();
    let other = target.dialect.family() != Family::Mysql;
    let name = &column.name;
    let (what, instead) = if column.charset.is_some() && other {
        (
            format!("give `{name}` a character set of its own"),
            "leave `charset` out for this dialect: the database has one for all",
        )
    } else if column.on_update.is_some() && other {
        (
            format!("set `{name}` by itself whenever its row changes"),
            "leave `on_update` out for this dialect, and use a trigger",
        )
    } else if column.invisible && !target.supports(Feature::InvisibleColumns) {
        (
            format!("leave `{name}` out of `SELECT *`"),
            "leave `invisible` out for this dialect, and read by a view",
        )
    } else if column.invisible && column.needs_values() && !target.supports(Feature::InvisibleWithoutDefault) {
        (
            format!("leave `{name}` out of `SELECT *` while it has no default and cannot hold NULL"),
            "give it a `default`",
        )
    } else {
        return Ok(());
    };
    Err(cannot(catalog, &what, instead))
}

/// MySQL reads a default in the zone of the session, and takes no default that asks for that zone.
fn check_moment(catalog: &Catalog, column: &Column, default: &ColumnDefault) -> Result<(), Problem> {
    let is_moment = match default {
        ColumnDefault::Literal(Value::Text(text)) => {
            column.ty.base() == Some(Base::TimestampTz) && timestamp_parts(text).1.is_some()
        }
        _ => false,
    };
    match is_moment && catalog.target().dialect.name() == "mysql" {
        true => Err(cannot(
            catalog,
            &format!("have a time stamp with its zone for the default of `{}`", column.name),
            "write `{fn: now}`, or `{sql: …}` for this dialect",
        )),
        false => Ok(()),
    }
}

pub(super) fn native_type(ty: &Type, dialect: Dialect) -> Result<String, Problem> {
    ty.native(dialect).map_err(|error| {
        let problem = Problem::error("not-on-dialect", error.message);
        match error.help {
            Some(help) => problem.help(help),
            None => problem,
        }
    })
}

/// On SQLite only the one INTEGER column of a primary key numbers its rows.
fn sqlite_identity(catalog: &Catalog, table: &Table, column: &Column) -> Result<String, Problem> {
    let dialect = catalog.target().dialect;
    if column
        .identity
        .as_ref()
        .is_some_and(|identity| identity.increment.is_some_and(|increment| increment != 1))
    {
        return Err(cannot(
            catalog,
            "give a column an increment of its own",
            "leave `increment` out",
        ));
    }
    let key = table
        .primary_key
        .as_ref()
        .filter(|key| key.columns.len() == 1 && key.columns[0].same(&column.name, catalog.column_case()));
    let Some(key) = key else {
        return Err(cannot(
            catalog,
            &format!(
                "number the rows of `{}` in `{}`, which is not its whole primary key",
                table.name, column.name
            ),
            "make it the primary key by itself, or leave `identity` out",
        ));
    };
    Ok(format!(
        "{} INTEGER CONSTRAINT {} PRIMARY KEY AUTOINCREMENT NOT NULL",
        dialect.quote(&column.name),
        dialect.quote(&key.name)
    ))
}

pub(super) fn postgres_identity(identity: &Identity) -> String {
    let kind = if identity.always { "ALWAYS" } else { "BY DEFAULT" };
    let mut options = Vec::new();
    if let Some(start) = identity.start {
        options.push(format!("START WITH {start}"));
    }
    if let Some(increment) = identity.increment {
        options.push(format!("INCREMENT BY {increment}"));
    }
    match options.is_empty() {
        true => format!("GENERATED {kind} AS IDENTITY"),
        false => format!("GENERATED {kind} AS IDENTITY ({})", options.join(" ")),
    }
}

pub(super) fn check_mysql_identity(
    catalog: &Catalog,
    table: &Table,
    column: &Column,
    identity: &Identity,
) -> Result<(), Problem> {
    if identity.increment.is_some_and(|increment| increment != 1) {
        return Err(cannot(
            catalog,
            "give a column an increment of its own",
            "leave `increment` out",
        ));
    }
    // Engines other than InnoDB count within what stands before the column in a key.
    let is_other = |engine: &Name| !engine.eq_ignore_ascii_case("innodb");
    let reach = match table.options.engine.as_ref().is_some_and(is_other) {
        true => usize::MAX,
        false => 1,
    };
    let is_own = |name: &Name| name.same(&column.name, catalog.column_case());
    let leads = |names: &[Name]| names.iter().take(reach).any(is_own);
    let keys = table.primary_key.iter().chain(&table.uniques);
    let in_key = keys.into_iter().any(|key| leads(&key.columns));
    let in_index = table.indexes.iter().any(|index| {
        let mut parts = index.columns.iter().take(reach);
        parts.any(|part| matches!(&part.key, IndexKey::Column(name) if is_own(name)))
    });
    match in_key || in_index {
        true => Ok(()),
        false => Err(cannot(
            catalog,
            &format!(
                "number rows in `{}.{}`, which no key begins with",
                table.name, column.name
            ),
            "add `primary_key: true` or `unique: true`",
        )),
    }
}

/// What stands after DEFAULT.
pub fn default_value(default: &ColumnDefault, ty: &Type, dialect: Dialect) -> String {
    match default {
        ColumnDefault::Expression(sql) => match dialect.family() {
            Family::Postgres => sql.clone(),
            Family::Sqlite | Family::Mysql => bracketed(sql),
        },
        ColumnDefault::Function(name) => function(name, ty, dialect),
        ColumnDefault::Literal(value) => {
            let text = literal(value, ty, dialect);
            let by_expression = dialect.family() == Family::Mysql
                && *value != Value::Null
                && (matches!(ty.base(), Some(Base::Text | Base::Bytes | Base::Json)) || text.starts_with("CONVERT_TZ"));
            match by_expression {
                true => format!("({text})"),
                false => text,
            }
        }
    }
}

/// An expression in brackets, unless it stands in such, or is one of the words that need none.
fn bracketed(sql: &str) -> String {
    let word = sql.trim().to_ascii_lowercase();
    let bare = word.starts_with("current_timestamp")
        || matches!(
            word.as_str(),
            "null" | "true" | "false" | "current_date" | "current_time"
        )
        || word.parse::<f64>().is_ok()
        || is_one_text(&word);
    match bare || wholly_bracketed(sql.trim()) {
        true => sql.trim().to_string(),
        false => format!("({})", sql.trim()),
    }
}

/// A text, or bits or bytes written as one: `b'101'`, `x'00ff'`.
fn is_one_text(text: &str) -> bool {
    let text = text.strip_prefix(['b', 'x']).unwrap_or(text);
    let inner = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
    inner.is_some_and(|inner| !inner.replace("''", "").contains('\''))
}

fn wholly_bracketed(text: &str) -> bool {
    if !text.starts_with('(') {
        return false;
    }
    let mut depth = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1 == text.len();
        }
    }
    false
}

/// CREATE TABLE under a name that may be another than the table's own; without comments and indexes.
pub fn create_table(catalog: &Catalog, table: &Table, name: &str, if_not_exists: bool) -> Result<String, Problem> {
    let dialect = catalog.target().dialect;
    check_strict(catalog, table)?;
    check_stored_by_key(table)?;
    let mut parts = Vec::new();
    let own: Vec<_> = catalog.own_columns(table).map(|column| &column.name).collect();
    for one in &table.columns {
        // PostgreSQL takes no second word on how an inherited column is computed, not even the same.
        if one.generated.is_some() && !own.contains(&&one.name) {
            continue;
        }
        parts.push(column(catalog, table, one)?);
    }
    for one in table.constraints() {
        // SQLite's numbering column carries its key itself.
        let inline = dialect.family() == Family::Sqlite && table.columns.iter().any(|column| column.identity.is_some());
        let in_column = matches!(&one, Constraint::Check(check) if check.of_column);
        if !(in_column || stands_apart(table, &one, dialect) || inline && matches!(one, Constraint::PrimaryKey(_))) {
            parts.push(constraint(catalog, &one)?);
        }
    }
    if dialect.family() == Family::Mysql {
        // One statement is all or nothing there; several are not.
        for index in &table.indexes {
            parts.push(inline_index(catalog, index)?);
        }
    }
    let guard = if if_not_exists { "IF NOT EXISTS " } else { "" };
    let unlogged = if table.options.unlogged { "UNLOGGED " } else { "" };
    let text = format!("CREATE {unlogged}TABLE {guard}{name} (\n  {}\n)", parts.join(",\n  "));
    Ok(text + &table_options(table, dialect))
}

/// Only PostgreSQL holds policies.
pub(super) fn check_row_security(catalog: &Catalog, before: &TableTraits, after: &TableTraits) -> Result<(), Problem> {
    match before.row_security == after.row_security {
        true => Ok(()),
        false => Err(cannot(
            catalog,
            "hold policies against rows",
            "leave it out for this dialect (`dialects: [postgres]`)",
        )),
    }
}

/// Rows that are stored by their primary key need one, which does not number them.
fn check_stored_by_key(table: &Table) -> Result<(), Problem> {
    if !table.options.without_rowid {
        return Ok(());
    }
    let whose = format!("the rows of `{}` are stored by its primary key", table.name);
    let identity = table.columns.iter().find(|column| column.identity.is_some());
    match (&table.primary_key, identity) {
        (None, _) => {
            let message = format!("{whose}: it has to have one");
            Err(Problem::error("no-primary-key", message))
        }
        (Some(_), Some(column)) => {
            let message = format!("{whose}: `{}` cannot number them", column.name);
            Err(Problem::error("identity-without-rowid", message))
        }
        (Some(_), None) => Ok(()),
    }
}

fn check_strict(catalog: &Catalog, table: &Table) -> Result<(), Problem> {
    match table.options.strict && catalog.target().version < crate::dialect::Version(3, 37, 0) {
        true => Err(cannot(
            catalog,
            "hold values to the types of their columns (`strict`)",
            "leave `strict` out, or say that the target is SQLite 3.37 or newer",
        )),
        false => Ok(()),
    }
}

/// Whether PostgreSQL has to be told of a constraint after CREATE TABLE: there it would take two keys for one and keep the
/// first, and hold anything to be valid.
pub(super) fn stands_apart(table: &Table, constraint: &Constraint, dialect: Dialect) -> bool {
    let repeats = |key: &Key| table.repeated_uniques().any(|other| other.name == key.name);
    let repeated = matches!(constraint, Constraint::Unique(key) if repeats(key));
    dialect.family() == Family::Postgres && (repeated || constraint.is_not_valid())
}

/// What stands behind the last bracket of CREATE TABLE.
fn table_options(table: &Table, dialect: Dialect) -> String {
    let options = &table.options;
    let mut text = String::new();
    match dialect.family() {
        Family::Sqlite => {
            let words = [(options.strict, "STRICT"), (options.without_rowid, "WITHOUT ROWID")];
            let words: Vec<&str> = words
                .into_iter()
                .filter(|(is_so, _)| *is_so)
                .map(|(_, word)| word)
                .collect();
            if !words.is_empty() {
                text += &format!(" {}", words.join(", "));
            }
        }
        Family::Postgres => {
            if !options.inherits.is_empty() {
                let parents: Vec<String> = options.inherits.iter().map(|name| qualified(name, dialect)).collect();
                text += &format!(" INHERITS ({})", parents.join(", "));
            }
            if let Some(by) = &options.partition_by {
                text += &format!(" PARTITION BY {by}");
            }
            if let Some(tablespace) = &options.tablespace {
                text += &format!(" TABLESPACE {}", dialect.quote(tablespace));
            }
        }
        Family::Mysql => {
            let named = [
                ("ENGINE", &options.engine),
                ("DEFAULT CHARSET", &options.charset),
                ("COLLATE", &options.collation),
            ];
            for (word, name) in named {
                if let Some(name) = name {
                    text += &format!(" {word} = {}", dialect.word(name));
                }
            }
            if let Some(start) = table.columns.iter().find_map(|column| column.identity.as_ref()?.start) {
                text += &format!(" AUTO_INCREMENT = {start}");
            }
            if let Some(comment) = &table.comment {
                text += &format!(" COMMENT = {}", dialect.string(comment));
            }
            if let Some(by) = &options.partition_by {
                text += &format!("\nPARTITION BY {by}");
            }
        }
    }
    text
}
