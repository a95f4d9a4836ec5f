//! The parts of a table, and how each is described where two schemas are compared.

use super::expression::normal_expression;
use super::normal::{fold, normal_default, normal_now, normal_type};
use super::{
    Catalog, Check, Column, ColumnDefault, Exclusion, ForeignKey, Identity, Index, IndexKey, IndexKind, Key, Nulls,
    Table, Type, literal_of,
};
use crate::dialect::{Dialect, Family, Feature, Name, NameCase};

/// What a part of a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// What is said of the table as a whole: its options and its comment.
    Whole,
    Column,
    PrimaryKey,
    Unique,
    Exclusion,
    ForeignKey,
    Check,
    Index,
}

impl PartKind {
    /// What a person calls it.
    pub fn word(self) -> &'static str {
        match self {
            PartKind::Whole => "table",
            PartKind::Column => "column",
            PartKind::PrimaryKey => "primary key",
            PartKind::Unique => "unique",
            PartKind::Exclusion => "exclusion",
            PartKind::ForeignKey => "foreign key",
            PartKind::Check => "check",
            PartKind::Index => "index",
        }
    }
}

/// A part of a table.
#[derive(Debug, Clone, Copy)]
pub(super) enum Part<'a> {
    Whole(&'a Table),
    /// With its place among the columns, from 0.
    Column(usize, &'a Column),
    PrimaryKey(&'a Key),
    Unique(&'a Key),
    Exclusion(&'a Exclusion),
    ForeignKey(&'a ForeignKey),
    Check(&'a Check),
    /// With whether it does no more than a unique constraint, and is one to its engine.
    Index(&'a Index, bool),
}

/// How the texts of authors are said in a description.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wording {
    dialect: Dialect,
    form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// In the one form in which they are compared.
    Normal,
    /// As a mark that something is said, whatever it is.
    Masked,
    /// As they are written, for people.
    Written,
}

impl Wording {
    pub fn of(catalog: &Catalog) -> Wording {
        Wording {
            dialect: catalog.target().dialect,
            form: Form::Normal,
        }
    }

    /// All texts as one mark.
    pub fn masked(self) -> Wording {
        Wording {
            form: Form::Masked,
            ..self
        }
    }

    /// All texts as they are written.
    pub fn written(self) -> Wording {
        Wording {
            form: Form::Written,
            ..self
        }
    }

    pub fn text(self, text: &str) -> String {
        match self.form {
            Form::Normal => normal_expression(text, self.dialect),
            Form::Masked => MASK.to_string(),
            Form::Written => text.split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }

    pub fn default(self, default: &ColumnDefault, ty: &Type) -> String {
        match (default, self.form) {
            (ColumnDefault::Function(_), Form::Masked) => MASK.to_string(),
            (ColumnDefault::Function(name), Form::Written) => format!("{name}()"),
            (ColumnDefault::Expression(text), Form::Masked | Form::Written)
                if literal_of(text, self.dialect).is_none() =>
            {
                self.text(text)
            }
            (default, _) => normal_default(default, ty, self.dialect),
        }
    }

    /// A moment, which has several names.
    fn now(self, text: &str) -> String {
        normal_now(&self.text(text))
    }
}

const MASK: &str = "…";

/// All parts of a table.
pub(super) fn parts_of<'a>(table: &'a Table, catalog: &Catalog) -> Vec<Part<'a>> {
    let is_mysql = catalog.target().dialect.family() == Family::Mysql;
    let mut parts = vec![Part::Whole(table)];
    // Of what is inherited the parent tells, to which more may be added later.
    let columns = catalog.own_columns(table).enumerate();
    parts.extend(columns.map(|(at, column)| Part::Column(at, column)));
    parts.extend(table.primary_key.iter().map(Part::PrimaryKey));
    parts.extend(table.uniques.iter().map(Part::Unique));
    parts.extend(table.exclusions.iter().map(Part::Exclusion));
    parts.extend(table.foreign_keys.iter().map(Part::ForeignKey));
    parts.extend(table.checks.iter().map(Part::Check));
    // A unique index and a unique constraint are one thing to MySQL.
    let index = |index: &'a Index| Part::Index(index, is_mysql && index.unique_columns().is_some());
    parts.extend(table.indexes.iter().map(index));
    parts
}

impl<'a> Part<'a> {
    pub fn kind(&self) -> PartKind {
        match self {
            Part::Whole(_) => PartKind::Whole,
            Part::Column(..) => PartKind::Column,
            Part::PrimaryKey(_) => PartKind::PrimaryKey,
            Part::Unique(_) | Part::Index(_, true) => PartKind::Unique,
            Part::Exclusion(_) => PartKind::Exclusion,
            Part::ForeignKey(_) => PartKind::ForeignKey,
            Part::Check(_) => PartKind::Check,
            Part::Index(_, false) => PartKind::Index,
        }
    }

    pub fn name(&self) -> &'a Name {
        match self {
            Part::Whole(table) => &table.name.name,
            Part::Column(_, column) => &column.name,
            Part::PrimaryKey(key) | Part::Unique(key) => &key.name,
            Part::Exclusion(exclusion) => &exclusion.name,
            Part::ForeignKey(foreign) => &foreign.name,
            Part::Check(check) => &check.name,
            Part::Index(index, _) => &index.name,
        }
    }

    /// What tells it apart from all others of a catalog: `table users / column 002 email`.
    pub fn path(&self, table: &Table, catalog: &Catalog) -> String {
        let dialect = catalog.target().dialect;
        let identifier = &dialect.facts().identifier;
        let name = catalog.normal_name(&table.name).to_string();
        let path = format!("table {}", fold(&name, identifier.case));
        match self {
            Part::Whole(_) => path,
            Part::Column(at, column) => {
                // PostgreSQL only ever adds columns at the end: their order cannot be restored, so it is not compared.
                let place = match dialect.family() {
                    Family::Postgres => String::new(),
                    Family::Sqlite | Family::Mysql => format!("{:03} ", at + 1),
                };
                format!("{path} / column {place}{}", fold(&column.name, identifier.column_case))
            }
            // MySQL calls every primary key PRIMARY.
            Part::PrimaryKey(_) if dialect.family() == Family::Mysql => format!("{path} / primary key"),
            part => format!("{path} / {} {}", part.kind().word(), part.name()),
        }
    }

    /// What it is, in one line.
    pub fn described(&self, table: &Table, catalog: &Catalog, wording: Wording) -> String {
        let case = catalog.column_case();
        let columns = |names: &[Name]| names.iter().map(|name| fold(name, case)).collect::<Vec<_>>().join(", ");
        match self {
            Part::Whole(table) => {
                let comments = catalog.target().supports(Feature::Comments);
                let comment = table.comment.as_deref().filter(|text| comments && !text.is_empty());
                let mut whole = describe_options(table, catalog, wording);
                whole.extend(comment.map(|text| format!("comment '{text}'")));
                whole.join(" ")
            }
            Part::Column(_, column) => describe_column(column, table, catalog, wording),
            Part::PrimaryKey(key) | Part::Unique(key) => columns(&key.columns) + &describe_key(key),
            Part::Exclusion(exclusion) => describe_exclusion(exclusion, wording, case),
            Part::ForeignKey(foreign) => describe_foreign_key(foreign, catalog),
            Part::Check(check) => {
                let validity = if check.not_valid { " not valid" } else { "" };
                wording.text(&check.expression) + validity
            }
            Part::Index(index, true) => {
                let names = index.unique_columns().unwrap_or_default().into_iter();
                names.map(|name| fold(name, case)).collect::<Vec<_>>().join(", ")
            }
            Part::Index(index, false) => describe_index(index, wording, case),
        }
    }

    /// The author's SQL in it, one text after the other.
    pub fn texts(&self) -> Vec<&'a str> {
        let key = |key: &'a IndexKey| match key {
            IndexKey::Expression(text) => Some(text.as_str()),
            IndexKey::Column(_) => None,
        };
        match self {
            Part::Column(_, column) => {
                let default = match &column.default {
                    Some(ColumnDefault::Expression(text)) => Some(text.as_str()),
                    _ => None,
                };
                let generated = column.generated.as_ref().map(|generated| generated.expression.as_str());
                default
                    .into_iter()
                    .chain(generated)
                    .chain(column.on_update.as_deref())
                    .collect()
            }
            Part::Exclusion(exclusion) => {
                let keys = exclusion.elements.iter().filter_map(|element| key(&element.key));
                keys.chain(exclusion.predicate.as_deref()).collect()
            }
            Part::Check(check) => vec![&check.expression],
            Part::Index(index, _) => {
                let keys = index.columns.iter().filter_map(|column| key(&column.key));
                keys.chain(index.predicate.as_deref()).collect()
            }
            Part::Whole(_) | Part::PrimaryKey(_) | Part::Unique(_) | Part::ForeignKey(_) => Vec::new(),
        }
    }
}

/// Whether two tables are the same as far as is said of them as a whole: their options, their comments.
pub fn same_whole(one: &Table, other: &Table, catalog: &Catalog) -> bool {
    let said = |table: &Table| Part::Whole(table).described(table, catalog, Wording::of(catalog));
    said(one) == said(other)
}

fn describe_foreign_key(foreign: &ForeignKey, catalog: &Catalog) -> String {
    let dialect = catalog.target().dialect;
    let identifier = &dialect.facts().identifier;
    let columns = |names: &[Name]| {
        let names = names.iter().map(|name| fold(name, identifier.column_case));
        names.collect::<Vec<_>>().join(", ")
    };
    let mut text = format!(
        "{} -> {}({})",
        columns(&foreign.columns),
        fold(&catalog.normal_name(&foreign.references).to_string(), identifier.case),
        columns(&foreign.referenced_columns)
    );
    for (word, action) in [("delete", foreign.on_delete), ("update", foreign.on_update)] {
        // InnoDB does the same in both cases, and its servers disagree on which of the two they show.
        let quiet = action == super::Action::NoAction
            || (dialect.family() == Family::Mysql && action == super::Action::Restrict);
        if !quiet {
            text += &format!(" on {word} {}", action.sql().to_lowercase());
        }
    }
    if foreign.match_full {
        text += " match full";
    }
    if foreign.deferrable {
        text += " deferrable";
    }
    if foreign.initially_deferred {
        text += " initially deferred";
    }
    if foreign.not_valid {
        text += " not valid";
    }
    text
}

fn describe_key(key: &Key) -> String {
    let mut text = String::new();
    if key.nulls_not_distinct {
        text += " nulls not distinct";
    }
    if key.deferrable {
        text += " deferrable";
    }
    if key.initially_deferred {
        text += " initially deferred";
    }
    text
}

fn describe_exclusion(exclusion: &Exclusion, wording: Wording, case: NameCase) -> String {
    let parts: Vec<String> = exclusion
        .elements
        .iter()
        .map(|element| {
            let key = match &element.key {
                IndexKey::Column(name) => fold(name, case),
                IndexKey::Expression(text) => format!("({})", wording.text(text)),
            };
            let class = element
                .class
                .as_ref()
                .map(|class| format!(" {class}"))
                .unwrap_or_default();
            format!("{key}{class} with {}", element.operator)
        })
        .collect();
    let mut text = format!("{} {}", exclusion.method, parts.join(", "));
    if let Some(predicate) = &exclusion.predicate {
        text += &format!(" where {}", wording.text(predicate));
    }
    if exclusion.deferrable {
        text += " deferrable";
    }
    if exclusion.initially_deferred {
        text += " initially deferred";
    }
    text
}

/// What is said of a table beside its columns, but for what every table of the engine has.
fn describe_options(table: &Table, catalog: &Catalog, wording: Wording) -> Vec<String> {
    let options = &table.options;
    let engine = options.engine.as_ref().map(|name| name.to_ascii_lowercase());
    let engine = engine.filter(|engine| engine != "innodb");
    let mut all: Vec<String> = engine.into_iter().map(|engine| format!("engine {engine}")).collect();
    all.extend(letters_of_table(table, catalog).filter(|own| *own != letters_of_database(catalog)));
    let mut word = |name: &str, value: Option<String>| all.extend(value.map(|value| format!("{name} {value}")));
    word("tablespace", options.tablespace.as_ref().map(Name::to_string));
    let inherits: Vec<String> = options
        .inherits
        .iter()
        .map(|name| catalog.normal_name(name).to_string())
        .collect();
    word("inherits", (!inherits.is_empty()).then(|| inherits.join(", ")));
    let partition_by = options.partition_by.as_ref();
    word("partition by", partition_by.map(|text| wording.text(text)));
    // Their order says nothing: the bounds do not overlap.
    let mut partitions: Vec<_> = options.partitions.iter().collect();
    partitions.sort_by_key(|partition| &partition.name);
    for partition in partitions {
        let bounds = wording.text(&partition.bounds);
        word("partition", Some(format!("{} {bounds}", partition.name)));
    }
    let security = table.row_security;
    let flags = [
        (options.strict, "strict"),
        (options.without_rowid, "without rowid"),
        (options.unlogged, "unlogged"),
        (security.enabled, "row security"),
        (security.forced, "forced row security"),
    ];
    all.extend(flags.iter().filter(|(flag, _)| *flag).map(|(_, word)| word.to_string()));
    all
}

pub(super) fn describe_index(index: &Index, wording: Wording, case: NameCase) -> String {
    let parts: Vec<String> = index
        .columns
        .iter()
        .map(|column| {
            let key = match &column.key {
                IndexKey::Column(name) => fold(name, case),
                IndexKey::Expression(text) => format!("({})", wording.text(text)),
            };
            let mut text = match column.order.is_ascending() {
                true => key,
                false => format!("{key} desc"),
            };
            if let Some(length) = column.length {
                text += &format!("({length})");
            }
            if let Some(class) = &column.class {
                text += &format!(" {class}");
            }
            // NULL is the greatest of all where nothing is said.
            match (column.nulls, column.order.is_ascending()) {
                (Some(Nulls::First), true) => text += " nulls first",
                (Some(Nulls::Last), false) => text += " nulls last",
                _ => {}
            }
            text
        })
        .collect();
    let mut text = parts.join(", ");
    if index.unique {
        text = format!("unique {text}");
    }
    if !index.include.is_empty() {
        let names: Vec<String> = index.include.iter().map(|name| fold(name, case)).collect();
        text += &format!(" include {}", names.join(", "));
    }
    if index.nulls_not_distinct {
        text += " nulls not distinct";
    }
    if let Some(predicate) = &index.predicate {
        text += &format!(" where {}", wording.text(predicate));
    }
    let method = index.method.as_ref().map(|method| method.to_ascii_lowercase());
    if let Some(method) = method.filter(|method| method != "btree") {
        text += &format!(" using {method}");
    }
    match index.kind {
        IndexKind::Plain => text,
        IndexKind::Fulltext => format!("fulltext {text}"),
        IndexKind::Spatial => format!("spatial {text}"),
    }
}

/// How letters are kept and sorted: a collation says its character set, and a character set has a usual collation.
fn letters(charset: Option<&Name>, collation: Option<String>, dialect: Dialect) -> Option<String> {
    let charset = charset.map(|name| name.to_ascii_lowercase());
    let usual = |charset: &str| match (charset, dialect.name()) {
        ("utf8mb4", "mysql") => Some("utf8mb4_0900_ai_ci"),
        ("utf8mb4", _) => Some("utf8mb4_general_ci"),
        ("utf8mb3" | "utf8", _) => Some("utf8mb3_general_ci"),
        ("latin1", _) => Some("latin1_swedish_ci"),
        ("ascii", _) => Some("ascii_general_ci"),
        _ => None,
    };
    let said = collation.or_else(|| charset.as_deref().and_then(usual).map(str::to_string));
    match said {
        Some(collation) => Some(format!("collate {collation}")),
        None => charset.map(|charset| format!("charset {charset}")),
    }
}

/// Where neither a database nor its server is known, it is the usual one.
fn letters_of_database(catalog: &Catalog) -> String {
    let collation = catalog.collation().map(|name| name.to_ascii_lowercase());
    let usual = Name::new("utf8mb4");
    letters(Some(&usual), collation, catalog.target().dialect).unwrap_or_default()
}

fn letters_of_table(table: &Table, catalog: &Catalog) -> Option<String> {
    let collation = table.options.collation.as_ref().map(|name| name.to_ascii_lowercase());
    letters(table.options.charset.as_ref(), collation, catalog.target().dialect)
}

/// How letters are kept and sorted, where that is not as in all of the table.
pub fn describe_letters(column: &Column, table: &Table, catalog: &Catalog) -> String {
    let dialect = catalog.target().dialect;
    let Some(own) = letters(
        column.charset.as_ref(),
        column.said_collation(dialect.family()),
        dialect,
    ) else {
        return String::new();
    };
    let around = || letters_of_table(table, catalog).unwrap_or_else(|| letters_of_database(catalog));
    match dialect.family() == Family::Mysql && own == around() {
        true => String::new(),
        false => format!(" {own}"),
    }
}

pub(super) fn describe_column(column: &Column, table: &Table, catalog: &Catalog, wording: Wording) -> String {
    let dialect = catalog.target().dialect;
    let native = match &column.ty {
        Type::Named { name, .. } if dialect.family() == Family::Postgres => catalog.normal_name(name).to_string(),
        ty => ty.native(dialect).unwrap_or_else(|_| ty.to_string()),
    };
    let in_key = table.primary_key.as_ref().is_some_and(|key| {
        key.columns
            .iter()
            .any(|name| name.same(&column.name, catalog.column_case()))
    });
    // SQLite knows one type for a column that numbers its rows.
    let native = match dialect.family() {
        Family::Sqlite if column.identity.is_some() => "integer".to_string(),
        _ => normal_type(&native, dialect),
    };
    let mut text = native;
    if !column.nullable || in_key {
        text += " not null";
    }
    if column.identity.is_some() {
        text += " identity";
    }
    if column.identity.as_ref().is_some_and(|identity| identity.always) && dialect.family() == Family::Postgres {
        text += " always";
    }
    if let Some(identity) = column
        .identity
        .as_ref()
        .filter(|_| dialect.family() == Family::Postgres)
    {
        let (start, increment) = identity.numbers();
        if start != Identity::usual_start(increment) {
            text += &format!(" start {start}");
        }
        if increment != 1 {
            text += &format!(" increment {increment}");
        }
    }
    // NULL is what a column holds anyway.
    let default = column.default.as_ref();
    let default = default.map(|default| wording.default(default, &column.ty));
    if let Some(default) = default.filter(|default| default != "null") {
        text += &format!(" default {default}");
    }
    if let Some(generated) = &column.generated {
        let kind = if generated.stored { "stored" } else { "virtual" };
        text += &format!(" generated {kind} {}", wording.text(&generated.expression));
    }
    if let Some(value) = &column.on_update {
        text += &format!(" on update {}", wording.now(value));
    }
    if column.invisible {
        text += " invisible";
    }
    text += &describe_letters(column, table, catalog);
    if let Some(comment) = column.comment.as_deref().filter(|text| !text.is_empty())
        && catalog.target().supports(Feature::Comments)
    {
        text += &format!(" comment '{comment}'");
    }
    text
}
