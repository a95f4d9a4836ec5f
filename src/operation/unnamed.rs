//! The names of keys, constraints and indexes that the author gave none: driftless's own, or those that the database
//! itself would give.

use sqlparser::ast::{Expr, FunctionArguments};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;

use super::Context;
use crate::dialect::{Dialect, Family, Name, NameCase, NameParts, ObjectName, generated_name};
use crate::model::{
    Catalog, Change, Check, ExclusionElement, Index, IndexColumn, IndexKey, IndexKind, ObjectKind, Order, Table,
};

/// What has no name yet, and what its name is made of.
#[derive(Debug, Clone, Copy)]
pub(super) enum Unnamed<'a> {
    PrimaryKey(&'a [Name]),
    Unique(&'a [Name]),
    ForeignKey(&'a [Name]),
    /// With the columns that its text mentions.
    Check(&'a [Name]),
    /// Likewise of a check that is written in a column.
    ColumnCheck(&'a Name, &'a [Name]),
    /// With the columns that its parts mention, its parts, and what it carries beside them.
    Index(&'a [Name], &'a [IndexColumn], &'a [Name]),
    Exclusion(&'a [Name], &'a [ExclusionElement]),
}

impl Unnamed<'_> {
    /// The name that driftless gives.
    fn generated(&self, dialect: Dialect, table: &ObjectName) -> Name {
        let (kind, columns) = match self {
            Unnamed::PrimaryKey(columns) => ("pk", *columns),
            Unnamed::Unique(columns) => ("uq", *columns),
            Unnamed::ForeignKey(columns) => ("fk", *columns),
            Unnamed::Check(columns) => ("ck", *columns),
            Unnamed::ColumnCheck(column, _) => ("ck", std::slice::from_ref(*column)),
            Unnamed::Index(columns, ..) => ("ix", *columns),
            Unnamed::Exclusion(columns, _) => ("ex", *columns),
        };
        let columns: Vec<&str> = columns.iter().map(Name::as_str).collect();
        let parts = NameParts {
            kind,
            table: &table.name,
            columns: &columns,
        };
        generated_name(dialect.facts(), &parts)
    }

    fn is_check(&self) -> bool {
        matches!(self, Unnamed::Check(_) | Unnamed::ColumnCheck(..))
    }

    /// Whether an index stands behind it.
    fn has_index(&self) -> bool {
        match self {
            Unnamed::PrimaryKey(_) | Unnamed::Unique(_) | Unnamed::Index(..) | Unnamed::Exclusion(..) => true,
            Unnamed::ForeignKey(_) | Unnamed::Check(_) | Unnamed::ColumnCheck(..) => false,
        }
    }
}

impl Context<'_> {
    /// A name that the author gave, or the one that is made up; `table` as it stands by then.
    pub(super) fn name_or(&mut self, given: Option<&Name>, unnamed: Unnamed<'_>, table: &Table, path: &str) -> Name {
        match given {
            Some(name) => {
                self.check_name(name, format!("{path}name"));
                name.clone()
            }
            None if self.names.are_of_engine() => native_name(self.catalog, table, unnamed),
            None => unnamed.generated(self.dialect(), &table.name),
        }
    }

    /// The index that MySQL and MariaDB make for a foreign key without a name: one of no name either, which they would
    /// give that of the foreign key, were it said.
    pub(super) fn index_behind(&self, table: &Table, given: Option<&Name>, columns: &[Name]) -> Option<Index> {
        let is_made = given.is_none() && self.names.are_of_engine() && self.family() == Family::Mysql;
        let keys = table.primary_key.iter().chain(&table.uniques);
        let keys = keys
            .map(|key| &key.columns)
            .chain(table.foreign_keys.iter().map(|key| &key.columns));
        let mut keys = keys.map(|columns| columns.iter().collect::<Vec<&Name>>());
        let mut indexes = table.indexes.iter().map(Index::leading_columns);
        let serves =
            |known: &Vec<&Name>| known.iter().copied().zip(columns).filter(|(a, b)| a == b).count() == columns.len();
        if !is_made || keys.any(|known| serves(&known)) || indexes.any(|known| serves(&known)) {
            return None;
        }
        let parts = columns
            .iter()
            .map(|name| IndexColumn::new(IndexKey::Column(name.clone()), Order::Asc));
        let parts: Vec<IndexColumn> = parts.collect();
        Some(Index {
            name: native_name(self.catalog, table, Unnamed::Index(columns, &parts, &[])),
            columns: parts,
            unique: false,
            predicate: None,
            include: Vec::new(),
            method: None,
            nulls_not_distinct: false,
            kind: IndexKind::Plain,
        })
    }

    /// A check that is written in a column.
    pub(super) fn check_in_column(&mut self, table: &Table, column: &Name, expression: &str) -> Check {
        let used = self.columns_used(table, expression);
        let name = self.name_or(None, Unnamed::ColumnCheck(column, &used), table, "");
        // MariaDB calls it so, and has it in the column's definition.
        let of_column = self.names.are_of_engine() && self.dialect().name() == "mariadb" && name == *column;
        Check {
            of_column,
            ..Check::new(name, expression)
        }
    }
}

/// That an index is made which is not there yet.
pub(super) fn created(table: &Table, index: Index) -> Change {
    Change::CreateIndex {
        table: table.name.clone(),
        index,
        if_not_exists: false,
        concurrently: false,
    }
}

/// The name that the database of a catalog would give; where it has none, the one that introspection gives there.
pub(super) fn native_name(catalog: &Catalog, table: &Table, unnamed: Unnamed<'_>) -> Name {
    let dialect = catalog.target().dialect;
    match dialect.family() {
        Family::Postgres => of_postgres(catalog, table, unnamed),
        Family::Mysql => of_mysql(dialect, catalog, table, unnamed),
        Family::Sqlite => {
            // Where a check is written is not kept.
            let unnamed = match unnamed {
                Unnamed::ColumnCheck(_, used) => Unnamed::Check(used),
                other => other,
            };
            let name = unnamed.generated(dialect, &table.name);
            let is_taken = |name: &str| unnamed.is_check() && table.checks.iter().any(|check| *check.name == *name);
            first_free(&name, "_", 2, is_taken)
        }
    }
}

/// `<table>_<columns>_<what it is>`, cut where it is too long, with a number where it is taken.
fn of_postgres(catalog: &Catalog, table: &Table, unnamed: Unnamed<'_>) -> Name {
    let one_alone = |used: &[Name]| match used {
        [only] => vec![only.to_string()],
        _ => Vec::new(),
    };
    let all = |columns: &[Name]| columns.iter().map(Name::to_string).collect();
    let (columns, end): (Vec<String>, &str) = match unnamed {
        Unnamed::PrimaryKey(_) => (Vec::new(), "pkey"),
        Unnamed::Unique(columns) => (all(columns), "key"),
        Unnamed::ForeignKey(columns) => (all(columns), "fkey"),
        Unnamed::Check(used) | Unnamed::ColumnCheck(_, used) => (one_alone(used), "check"),
        Unnamed::Index(_, parts, include) => {
            let keys = parts.iter().map(|part| &part.key);
            (index_columns(keys, include), "idx")
        }
        Unnamed::Exclusion(_, elements) => {
            let keys = elements.iter().map(|element| &element.key);
            (index_columns(keys, &[]), "excl")
        }
    };
    let middle = joined(&columns);
    let label = |number: u32| match number {
        0 => end.to_string(),
        number => format!("{end}{number}"),
    };
    let names = (0..).map(|number| cut_to_fit(&table.name.name, middle.as_deref(), &label(number)));
    let is_index = matches!(unnamed, Unnamed::Index(..));
    let mut free = names.filter(|name| {
        let as_index = unnamed.has_index() && is_relation(catalog, table, name);
        let as_constraint = !is_index && is_constraint(catalog, table, name);
        !as_index && !as_constraint
    });
    Name::new(free.next().expect("numbers go on for ever"))
}

/// The names of what an index sorts by, each once.
fn index_columns<'k>(keys: impl Iterator<Item = &'k IndexKey>, include: &[Name]) -> Vec<String> {
    let named = keys.map(|key| match key {
        IndexKey::Column(name) => name.to_string(),
        IndexKey::Expression(text) => name_of_expression(text).unwrap_or_else(|| "expr".into()),
    });
    let mut columns: Vec<String> = Vec::new();
    for name in named.chain(include.iter().map(Name::to_string)) {
        let name = first_free(&name, "", 1, |name| columns.iter().any(|known| known == name));
        columns.push(name.to_string());
    }
    columns
}

/// What PostgreSQL calls an expression, where it calls it something.
fn name_of_expression(text: &str) -> Option<String> {
    let parser = Parser::new(&PostgreSqlDialect {}).try_with_sql(text);
    named_by(&parser.ok()?.parse_expr().ok()?)
}

fn named_by(expression: &Expr) -> Option<String> {
    let folded = |name: &sqlparser::ast::Ident| match name.quote_style {
        None => name.value.to_lowercase(),
        Some(_) => name.value.clone(),
    };
    match expression {
        Expr::Identifier(name) => Some(folded(name)),
        Expr::CompoundIdentifier(names) => names.last().map(folded),
        Expr::Function(called) if !matches!(called.args, FunctionArguments::Subquery(_)) => {
            called.name.0.last()?.as_ident().map(folded)
        }
        Expr::Nested(inner) | Expr::Collate { expr: inner, .. } => named_by(inner),
        Expr::Cast { expr, data_type, .. } => named_by(expr).or_else(|| {
            let word = data_type.to_string().to_lowercase();
            word.bytes().all(|byte| byte.is_ascii_lowercase()).then_some(word)
        }),
        Expr::Case { else_result, .. } => {
            let named = else_result.as_deref().and_then(named_by);
            named.or_else(|| Some("case".into()))
        }
        Expr::Extract { .. } => Some("extract".into()),
        Expr::Substring { .. } => Some("substring".into()),
        Expr::Position { .. } => Some("position".into()),
        Expr::Array(_) => Some("array".into()),
        _ => None,
    }
}

/// The columns behind each other, as many as PostgreSQL takes.
fn joined(columns: &[String]) -> Option<String> {
    let mut whole = String::new();
    for column in columns {
        if whole.len() > LIMIT {
            break;
        }
        if !whole.is_empty() {
            whole.push('_');
        }
        whole.push_str(column);
    }
    (!whole.is_empty()).then_some(whole)
}

/// How many bytes PostgreSQL keeps of a name.
const LIMIT: usize = 63;

/// The parts of a name joined by `_`; of the first two the longer one is cut until the whole fits.
fn cut_to_fit(table: &str, middle: Option<&str>, label: &str) -> String {
    let middle = middle.unwrap_or_default();
    let between = usize::from(!middle.is_empty()) + 1;
    let room = LIMIT - label.len() - between;
    let (mut first, mut second) = (table.len(), middle.len());
    while first + second > room {
        match first > second {
            true => first -= 1,
            false => second -= 1,
        }
    }
    let parts = [begin(table, first), begin(middle, second), label];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("_")
}

/// So many bytes of a text, or less where a letter would be cut.
fn begin(text: &str, length: usize) -> &str {
    let end = (0..=length).rev().find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or_default()]
}

fn is_relation(catalog: &Catalog, table: &Table, name: &str) -> bool {
    let beside = ObjectName {
        schema: table.name.schema.clone(),
        name: Name::new(name),
    };
    let kinds = [ObjectKind::View, ObjectKind::MaterializedView, ObjectKind::Sequence];
    let keys = table.primary_key.iter().chain(&table.uniques).map(|key| &key.name);
    let mut own = keys
        .chain(table.exclusions.iter().map(|exclusion| &exclusion.name))
        .chain(table.indexes.iter().map(|index| &index.name));
    // A view that is made anew has had its indexes by then.
    let mut views = catalog
        .views()
        .filter(|view| view.name.schema == beside.schema && view.name != table.name);
    catalog.key(&beside) == catalog.key(&table.name)
        || own.any(|known| **known == *name)
        || catalog.index_table(&table.name, &beside.name).is_some()
        || catalog.table(&beside).is_some()
        || catalog.is_partition(&beside)
        || kinds.iter().any(|kind| catalog.object(*kind, &beside).is_some())
        || views.any(|view| view.indexes.iter().any(|index| *index.name == *name))
}

/// PostgreSQL gives no constraint the name of another one of the schema.
fn is_constraint(catalog: &Catalog, table: &Table, name: &str) -> bool {
    let has = |table: &Table| table.constraint_names().any(|(known, _)| **known == *name);
    has(table)
        || catalog
            .tables()
            .any(|other| other.name.schema == table.name.schema && has(other))
}

fn of_mysql(dialect: Dialect, catalog: &Catalog, table: &Table, unnamed: Unnamed<'_>) -> Name {
    let own = &table.name.name;
    let is_check = |name: &str| table.checks.iter().any(|check| *check.name == *name);
    match unnamed {
        Unnamed::PrimaryKey(_) => Name::new("PRIMARY"),
        // MariaDB would give it the name of a check of the column too: here a table has one constraint of a name.
        Unnamed::Unique(columns) => index_of_mysql(table, columns.first().map_or("", Name::as_str), is_check),
        Unnamed::Index(_, parts, _) => match parts.first().map(|part| &part.key) {
            Some(IndexKey::Column(name)) => index_of_mysql(table, name, |_| false),
            Some(IndexKey::Expression(_)) | None => index_of_mysql(table, "functional_index", |_| false),
        },
        Unnamed::ForeignKey(_) => {
            let known = table.foreign_keys.iter().map(|foreign| &foreign.name);
            after_the_last(&format!("{own}_ibfk_"), known)
        }
        Unnamed::Check(_) | Unnamed::ColumnCheck(..) if dialect.name() == "mysql" => {
            after_the_last(&format!("{own}_chk_"), table.checks.iter().map(|check| &check.name))
        }
        Unnamed::ColumnCheck(column, _) if !table.constraint_names().any(|(known, _)| known == column) => {
            column.clone()
        }
        Unnamed::Check(_) | Unnamed::ColumnCheck(..) => {
            first_free("CONSTRAINT", "_", 1, |name| name == "CONSTRAINT" || is_check(name))
        }
        // There are none.
        Unnamed::Exclusion(..) => unnamed.generated(dialect, &catalog.normal_name(&table.name)),
    }
}

/// The name of an index of MySQL and MariaDB: that of its first column, with a number where there are several. What
/// else may not have it is for the caller to say.
fn index_of_mysql(table: &Table, first: &str, is_taken: impl Fn(&str) -> bool) -> Name {
    let keys = table.uniques.iter().map(|key| &key.name);
    let known: Vec<&Name> = keys.chain(table.indexes.iter().map(|index| &index.name)).collect();
    let is_known = |name: &str| known.iter().any(|known| known.same(name, NameCase::Ignored));
    first_free(first, "_", 2, |name| {
        name.eq_ignore_ascii_case("PRIMARY") || is_known(name) || is_taken(name)
    })
}

/// The number behind the greatest one that is given, be it out of turn.
fn after_the_last<'n>(begin: &str, known: impl Iterator<Item = &'n Name>) -> Name {
    let numbers = known.filter_map(|name| name.strip_prefix(begin)?.parse::<u32>().ok());
    Name::new(format!("{begin}{}", numbers.max().unwrap_or(0) + 1))
}

fn first_free(name: &str, between: &str, from: u32, is_taken: impl Fn(&str) -> bool) -> Name {
    if !is_taken(name) {
        return Name::new(name);
    }
    let mut names = (from..).map(|number| format!("{name}{between}{number}"));
    Name::new(names.find(|name| !is_taken(name)).expect("numbers go on for ever"))
}
