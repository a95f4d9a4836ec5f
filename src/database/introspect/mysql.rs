//! MySQL and MariaDB, by `information_schema`.
//!
//! Not covered: subpartitions; grants on a whole database; visibility of indexes; checks that are not enforced; periods and
//! the versioning of tables; primary keys of the beginnings of columns; the order of triggers. They are told (`left_out`).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::draft::{Draft, column, identity, view};
use super::mysql_keys::{read_foreign_keys, read_keys};
use super::mysql_objects::{read_grants, read_partitions, read_sequences};
use super::mysql_routines::{read_routines, read_triggers};
use super::mysql_statement::{Said, default_in, said_by, statement_of};
use super::mysql_text::{bare_default, unescaped, without_database};
use super::mysql_view::{is_garbled, query_of, with_names};
use super::rows;
use crate::database::error::Error;
use crate::database::session::Session;
use crate::dialect::{Family, Name, TokenKind, tokens};
use crate::model::{Check, CheckOption, ColumnDefault, Generated, Value};

pub(super) async fn read(session: &mut Session, draft: &mut Draft) -> Result<(), Error> {
    let mariadb = draft.target().dialect.name() == "mariadb";
    let whole = read_tables(session, draft).await?;
    let of_views = read_columns(session, draft, &whole.collations, mariadb).await?;
    draft.collation = Some(Name::new(whole.collations.of_database.as_str()));
    read_foreign_keys(session, draft).await?;
    read_keys(session, draft, mariadb).await?;
    read_checks(session, draft, &whole.collations, mariadb).await?;
    // Questions that have the server look at every table.
    if whole.views {
        read_views(session, draft, &of_views).await?;
    }
    if whole.partitioned {
        read_partitions(session, draft).await?;
    }
    read_routines(session, draft, &whole.collations.of_database).await?;
    read_triggers(session, draft).await?;
    read_sequences(session, draft, whole.sequences).await?;
    read_grants(session, draft).await
}

/// What is asked before the rest.
#[derive(Default)]
struct Whole {
    collations: Collations,
    /// Whether any table has partitions.
    partitioned: bool,
    /// Whether there is any view.
    views: bool,
    /// Sequences, which to MariaDB are tables of a kind, with their comments.
    sequences: HashMap<String, Option<String>>,
}

/// What columns have where nothing is said of them.
#[derive(Default)]
struct Collations {
    of_tables: HashMap<String, String>,
    /// Collations that are the usual ones of their character sets, with these.
    usual: HashMap<String, String>,
    /// That of tables where nothing is said of them.
    of_database: String,
}

impl Collations {
    async fn read(session: &mut Session) -> Result<Collations, Error> {
        let mut collations = Collations::default();
        let sql =
            "SELECT collation_name, character_set_name FROM information_schema.collations WHERE is_default = 'Yes'";
        for [name, charset] in rows(session, sql).await? {
            let (name, charset) = (name.unwrap_or_default(), charset.unwrap_or_default());
            collations.usual.insert(name, charset);
        }
        let sql = "SELECT default_collation_name FROM information_schema.schemata WHERE schema_name = database()";
        for [name] in rows(session, sql).await? {
            collations.of_database = name.unwrap_or_default();
        }
        Ok(collations)
    }

    /// The character set and the collation that stand with a table or a column, of which the one around it has another.
    /// A collation that is the usual one of its character set is the character set's matter.
    fn told(&self, collation: Option<String>, around: Option<&String>) -> (Option<Name>, Option<Name>) {
        let own = collation.filter(|collation| around != Some(collation));
        match own.as_ref().and_then(|collation| self.usual.get(collation)) {
            Some(charset) => (Some(Name::new(charset)), None),
            None => (None, own.map(Name::new)),
        }
    }
}

/// One query for all that the server counts as a table: it opens each of them for an answer.
async fn read_tables(session: &mut Session, draft: &mut Draft) -> Result<Whole, Error> {
    let mut whole = Whole {
        collations: Collations::read(session).await?,
        ..Whole::default()
    };
    let sql = "SELECT table_name, table_type, table_comment, table_collation, engine,
           create_options LIKE '%partitioned%'
         FROM information_schema.tables WHERE table_schema = database()";
    for [name, kind, comment, collation, engine, partitioned] in rows(session, sql).await? {
        let name = name.unwrap_or_default();
        match kind.as_deref() {
            Some("VIEW") => whole.views = true,
            Some("SEQUENCE") => {
                let comment = comment.filter(|text| !text.is_empty());
                whole.sequences.insert(name, comment);
            }
            Some("BASE TABLE" | "SYSTEM VERSIONED") => {
                whole.partitioned |= partitioned.as_deref() == Some("1");
                draft.add_table(&name, comment);
                if let Some(table) = draft.table(&name) {
                    let other = engine.filter(|engine| !engine.eq_ignore_ascii_case("innodb"));
                    table.options.engine = other.map(Name::new);
                    let around = Some(&whole.collations.of_database);
                    (table.options.charset, table.options.collation) = whole.collations.told(collation.clone(), around);
                }
                let collation = collation.unwrap_or_default();
                whole.collations.of_tables.insert(name, collation);
            }
            _ => {}
        }
    }
    Ok(whole)
}

/// The columns of tables; answered are the names of all others.
async fn read_columns(
    session: &mut Session,
    draft: &mut Draft,
    collations: &Collations,
    mariadb: bool,
) -> Result<HashMap<String, Vec<String>>, Error> {
    let mut others: HashMap<String, Vec<String>> = HashMap::new();
    let mut garbled: BTreeMap<String, Vec<Name>> = BTreeMap::new();
    let sql = "SELECT table_name, column_name, column_type, is_nullable, data_type, column_default, extra,
           collation_name, column_comment, generation_expression, database()
         FROM information_schema.columns WHERE table_schema = database()
         ORDER BY table_name, ordinal_position";
    for row in rows(session, sql).await? {
        let [
            table,
            name,
            ty,
            nullable,
            data_type,
            default,
            extra,
            collation,
            comment,
            expression,
            database,
        ] = row;
        let table = table.unwrap_or_default();
        if draft.table(&table).is_none() {
            others.entry(table).or_default().extend(name);
            continue;
        }
        // Since when and until when a row is valid is a part of the versioning of a table, which no catalog holds.
        if matches!(expression.as_deref(), Some("ROW START" | "ROW END")) && mariadb {
            continue;
        }
        let nullable = nullable.as_deref() == Some("YES");
        let mut found = column(&name.unwrap_or_default(), ty.unwrap_or_default(), nullable);
        let extra = extra.unwrap_or_default();
        // A sequence that it takes numbers of is named with the database.
        let own = |text: String| without_database(&text, database.as_deref().unwrap_or_default());
        let written = Written {
            default: if mariadb { default.map(own) } else { default },
            data_type: data_type.unwrap_or_default().to_ascii_lowercase(),
            extra: extra.to_ascii_lowercase(),
            mariadb,
        };
        found.default = written.default(draft);
        if written.may_be_garbled() {
            garbled.entry(table.clone()).or_default().push(found.name.clone());
        }
        found.on_update = written.on_update();
        found.invisible = written.extra.contains("invisible");
        found.identity = written.extra.contains("auto_increment").then(|| identity(false));
        (found.charset, found.collation) = collations.told(collation, collations.of_tables.get(&table));
        found.comment = comment.filter(|text| !text.is_empty());
        found.generated = expression.filter(|text| !text.is_empty()).map(|text| Generated {
            expression: if mariadb { text } else { unescaped(&text) },
            stored: !written.extra.contains("virtual"),
        });
        if let Some(table) = draft.table(&table) {
            table.columns.push(found);
        }
    }
    for (table, columns) in garbled {
        read_defaults(session, draft, &table, &columns).await?;
    }
    Ok(others)
}

/// Defaults by the statement of their table.
async fn read_defaults(session: &mut Session, draft: &mut Draft, name: &str, columns: &[Name]) -> Result<(), Error> {
    let statement = statement_of(session, draft.target().dialect, name).await?;
    let statement = statement.unwrap_or_default();
    let of_table = draft.table(name).into_iter().flat_map(|table| &mut table.columns);
    for column in of_table.filter(|column| columns.contains(&column.name)) {
        let said = default_in(&statement, &column.name);
        let value = match &column.default {
            Some(ColumnDefault::Literal(Value::Bytes(_))) => said.map(Value::Bytes),
            _ => said.and_then(|bytes| String::from_utf8(bytes).ok()).map(Value::Text),
        };
        if let Some(value) = value {
            column.default = Some(ColumnDefault::Literal(value));
        }
    }
    Ok(())
}

/// What the server says of a column's default.
struct Written {
    default: Option<String>,
    data_type: String,
    extra: String,
    mariadb: bool,
}

impl Written {
    fn default(&self, draft: &Draft) -> Option<ColumnDefault> {
        let default = self.default.as_ref().map(|text| match self.mariadb {
            // An author who says a character set gets it back.
            true if text.starts_with('_') => ColumnDefault::Expression(text.clone()),
            true => match draft.default(text) {
                ColumnDefault::Literal(Value::Text(text)) if self.data_type.ends_with("binary") => {
                    ColumnDefault::Literal(Value::Bytes(text.into_bytes()))
                }
                other => other,
            },
            false if self.extra.contains("default_generated") => ColumnDefault::Expression(unescaped(text)),
            false => bare_default(text.clone(), &self.data_type),
        });
        default.filter(|known| *known != ColumnDefault::Literal(Value::Null))
    }

    /// Whether MySQL may list another default than there is: it ends at the first byte that is zero, and has a question mark
    /// for a letter of four bytes.
    fn may_be_garbled(&self) -> bool {
        let default = self.default.as_deref();
        !self.mariadb
            && !self.extra.contains("default_generated")
            && default.is_some_and(|default| default.contains('?') || self.data_type.ends_with("binary"))
    }

    /// What stands behind `ON UPDATE`.
    fn on_update(&self) -> Option<String> {
        let (_, moment) = self.extra.split_once("on update ")?;
        moment.split_whitespace().next().map(str::to_ascii_uppercase)
    }
}

async fn read_checks(
    session: &mut Session,
    draft: &mut Draft,
    collations: &Collations,
    mariadb: bool,
) -> Result<(), Error> {
    if !mariadb {
        return read_checks_of_mysql(session, draft).await;
    }
    let sql = "SELECT table_name, constraint_name, check_clause, level
         FROM information_schema.check_constraints WHERE constraint_schema = database()";
    let mut like_periods = BTreeSet::new();
    for [of_table, name, clause, level] in rows(session, sql).await? {
        let of_table = of_table.unwrap_or_default();
        let Some(table) = draft.table(&of_table) else {
            continue;
        };
        let name = Name::new(name.unwrap_or_default());
        let expression = clause.unwrap_or_default();
        let of_column = level.as_deref() == Some("Column");
        if !of_column && is_like_a_period(&expression) {
            like_periods.insert(of_table);
        }
        table.checks.push(Check {
            of_column,
            ..Check::new(name, expression)
        });
    }
    for (name, around) in &collations.of_tables {
        if let Some(table) = draft.table(name) {
            table.take_json(Some(around));
        }
    }
    for table in like_periods {
        take_out_periods(session, draft, &table).await?;
    }
    Ok(())
}

/// `` `from` < `until` ``
fn is_like_a_period(expression: &str) -> bool {
    let all = tokens(expression, Family::Mysql);
    let said: Vec<_> = all.iter().filter(|token| !token.is_blank()).collect();
    matches!(said.as_slice(), [from, less, until] if less.text == "<"
        && [from, until].iter().all(|name| name.kind == TokenKind::Quoted))
}

/// A period is no check, and a key in which it stands is none of its columns.
async fn take_out_periods(session: &mut Session, draft: &mut Draft, name: &str) -> Result<(), Error> {
    let dialect = draft.target().dialect;
    let statement = statement_of(session, dialect, name).await?;
    let Some(table) = draft.table(name) else {
        return Ok(());
    };
    for said in said_by(&statement.unwrap_or_default()) {
        match said {
            Said::Period(period) => table.checks.retain(|check| *check.name != *period),
            Said::KeyWithoutOverlaps(key) => {
                table.uniques.retain(|unique| *unique.name != *key);
                table.primary_key.take_if(|primary| *primary.name == *key);
            }
            Said::FulltextParser(_) | Said::DefaultPartition(_) => {}
        }
    }
    Ok(())
}

/// Two queries, as the server takes minutes to join them. Names of checks are unique in a database.
async fn read_checks_of_mysql(session: &mut Session, draft: &mut Draft) -> Result<(), Error> {
    let sql = "SELECT constraint_name, table_name FROM information_schema.table_constraints
         WHERE table_schema = database() AND constraint_type = 'CHECK'";
    let mut tables = HashMap::new();
    for [name, table] in rows(session, sql).await? {
        tables.insert(name, table.unwrap_or_default());
    }
    let sql = "SELECT constraint_name, check_clause
         FROM information_schema.check_constraints WHERE constraint_schema = database()";
    for [name, clause] in rows(session, sql).await? {
        let table = tables.get(&name).and_then(|table| draft.table(table));
        table.into_iter().for_each(|table| {
            table.checks.push(Check::new(
                Name::new(name.as_deref().unwrap_or_default()),
                unescaped(clause.as_deref().unwrap_or_default()),
            ));
        });
    }
    Ok(())
}

/// A view whose text the user may not read is left out: what it is stays unknown.
async fn read_views(
    session: &mut Session,
    draft: &mut Draft,
    columns: &HashMap<String, Vec<String>>,
) -> Result<(), Error> {
    let sql = "SELECT table_name, view_definition, database(), check_option
         FROM information_schema.views WHERE table_schema = database()";
    for [name, query, database, check_option] in rows(session, sql).await? {
        let Some(query) = query.filter(|query| !query.is_empty()) else {
            continue;
        };
        let name = name.unwrap_or_default();
        let query = match is_garbled(&query) {
            true => query_of(session, draft.target().dialect, &name).await?.unwrap_or(query),
            false => query,
        };
        let query = without_database(&query, &database.unwrap_or_default());
        let names = columns.get(&name).map(Vec::as_slice).unwrap_or_default();
        let mut found = view(&name, &with_names(&query, names));
        found.check_option = match check_option.as_deref() {
            Some("LOCAL") => Some(CheckOption::Local),
            Some("CASCADED") => Some(CheckOption::Cascaded),
            _ => None,
        };
        draft.add_view(found);
    }
    Ok(())
}
