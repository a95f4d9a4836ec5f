//! Tables and views as a catalog knows them: everything has a name, everything that was short is spelt out.

use serde::{Deserialize, Serialize};

use super::{Constraint, Type, Value};
use crate::dialect::{Family, Name, NameCase, ObjectName, tokens};

/// A table with all that belongs to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    pub name: ObjectName,
    pub columns: Vec<Column>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub primary_key: Option<Key>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uniques: Vec<Key>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<ForeignKey>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<Index>,
    /// Constraints that keep rows apart by other operators than `=` (PostgreSQL).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclusions: Vec<Exclusion>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    #[serde(default, skip_serializing_if = "RowSecurity::is_off")]
    pub row_security: RowSecurity,
    #[serde(default, skip_serializing_if = "TableOptions::is_empty")]
    pub options: TableOptions,
}

/// Whether the policies of a table are held against its rows (PostgreSQL).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowSecurity {
    pub enabled: bool,
    /// Also for the table's owner.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forced: bool,
}

impl RowSecurity {
    pub fn is_off(&self) -> bool {
        *self == RowSecurity::default()
    }
}

/// What a dialect lets be said of a table beside its columns: only what the target's dialect knows is set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableOptions {
    /// MySQL, MariaDB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<Name>,
    /// MySQL, MariaDB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charset: Option<Name>,
    /// MySQL, MariaDB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<Name>,
    /// SQLite: types are held.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub strict: bool,
    /// SQLite: stored by its primary key.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub without_rowid: bool,
    /// PostgreSQL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tablespace: Option<Name>,
    /// PostgreSQL: not in the write-ahead log, and empty after a crash.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unlogged: bool,
    /// PostgreSQL: the tables whose columns it has too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inherits: Vec<ObjectName>,
    /// What stands behind `PARTITION BY`; on MySQL and MariaDB with the list of partitions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition_by: Option<String>,
    /// PostgreSQL: the partitions of the table, each with what stands behind `PARTITION OF`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partitions: Vec<Partition>,
}

impl TableOptions {
    pub fn is_empty(&self) -> bool {
        *self == TableOptions::default()
    }

    /// What the rows are parted by, and what stands behind it: there MySQL and MariaDB list the partitions, whose names are
    /// no columns.
    pub fn parted_by(&self, family: Family) -> Option<(&str, &str)> {
        let text = self.partition_by.as_deref()?;
        let mut depth = 0;
        let end = tokens(text, family).into_iter().find_map(|token| {
            match token.text {
                "(" => depth += 1,
                ")" => depth -= 1,
                _ => {}
            }
            (token.text == ")" && depth == 0).then(|| token.end())
        });
        Some(text.split_at(end.unwrap_or(text.len())))
    }
}

/// A part of a partitioned table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Partition {
    pub name: Name,
    /// `FOR VALUES …` or `DEFAULT`.
    pub bounds: String,
}

/// What of a table changes by itself: its comment and whether policies are held against its rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableTraits {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    #[serde(default, skip_serializing_if = "RowSecurity::is_off")]
    pub row_security: RowSecurity,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    pub name: Name,
    #[serde(rename = "type")]
    pub ty: Type,
    pub nullable: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<ColumnDefault>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<Generated>,
    /// The character set of its own (MySQL, MariaDB).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charset: Option<Name>,
    /// Set whenever its row changes (MySQL, MariaDB): what stands behind `ON UPDATE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_update: Option<String>,
    /// Left out of `SELECT *` (MySQL, MariaDB).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub invisible: bool,
}

impl Column {
    /// Whether rows that are there need a value from elsewhere when it is added.
    pub fn needs_values(&self) -> bool {
        !self.nullable && self.default.is_none() && self.identity.is_none() && self.generated.is_none()
    }

    /// The collation that it says, in small letters; `BINARY` is what SQLite takes anyway.
    pub fn said_collation(&self, family: Family) -> Option<String> {
        let collation = self.collation.as_ref().map(|name| name.to_ascii_lowercase());
        collation.filter(|name| family != Family::Sqlite || name != "binary")
    }

    /// As it is until the rows that are there have got their values back.
    pub fn until_filled(&self) -> Column {
        Column {
            nullable: self.nullable || self.needs_values(),
            ..self.clone()
        }
    }
}

/// What a column holds where a row says nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnDefault {
    Literal(Value),
    /// A portable function: `now`, `current_date`, `uuid`.
    Function(String),
    /// SQL, as it is.
    Expression(String),
}

/// A column that numbers its rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub increment: Option<i64>,
    /// Whether rows may not bring a number of their own (PostgreSQL).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub always: bool,
}

impl Identity {
    /// The first number, and how far it is from one to the next; what is usual where nothing is said.
    pub fn numbers(&self) -> (i64, i64) {
        let increment = self.increment.unwrap_or(1);
        (self.start.unwrap_or(Identity::usual_start(increment)), increment)
    }

    /// What is said of numbers, where that is not usual.
    pub fn counting(start: Option<i64>, increment: Option<i64>, always: bool) -> Identity {
        let usual = Identity::usual_start(increment.unwrap_or(1));
        Identity {
            start: start.filter(|start| *start != usual),
            increment: increment.filter(|step| *step != 1),
            always,
        }
    }

    /// Where numbers begin where nothing is said.
    pub fn usual_start(increment: i64) -> i64 {
        if increment < 0 { -1 } else { 1 }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generated {
    pub expression: String,
    pub stored: bool,
}

/// A primary key or a unique constraint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    pub name: Name,
    pub columns: Vec<Name>,
    /// Whether two rows with NULL are the same (PostgreSQL 15).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nulls_not_distinct: bool,
    /// Held at the end of a statement or transaction (PostgreSQL).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deferrable: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub initially_deferred: bool,
}

impl Key {
    pub fn new(name: Name, columns: Vec<Name>) -> Key {
        Key {
            name,
            columns,
            nulls_not_distinct: false,
            deferrable: false,
            initially_deferred: false,
        }
    }
}

/// Keeps rows apart by operators: no two rows for which all of them hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    pub name: Name,
    /// The method of the index behind it: `gist`.
    pub method: Name,
    pub elements: Vec<ExclusionElement>,
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub predicate: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deferrable: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub initially_deferred: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExclusionElement {
    pub key: IndexKey,
    /// An operator class of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Name>,
    /// `=`, `&&`.
    pub operator: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignKey {
    pub name: Name,
    pub columns: Vec<Name>,
    pub references: ObjectName,
    pub referenced_columns: Vec<Name>,
    #[serde(default)]
    pub on_delete: Action,
    #[serde(default)]
    pub on_update: Action,
    /// `MATCH FULL`: all columns are NULL, or none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub match_full: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deferrable: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub initially_deferred: bool,
    /// Not yet held against the rows that were there before it (PostgreSQL).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_valid: bool,
}

/// What happens to the referring rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    #[default]
    NoAction,
    Restrict,
    Cascade,
    SetNull,
    SetDefault,
}

impl Action {
    pub fn sql(self) -> &'static str {
        match self {
            Action::NoAction => "NO ACTION",
            Action::Restrict => "RESTRICT",
            Action::Cascade => "CASCADE",
            Action::SetNull => "SET NULL",
            Action::SetDefault => "SET DEFAULT",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    pub name: Name,
    pub expression: String,
    /// Not yet held against the rows that were there before it (PostgreSQL).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub not_valid: bool,
    /// Part of the definition of the column whose name it bears: gone when that is said without it (MariaDB).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub of_column: bool,
}

impl Check {
    pub fn new(name: Name, expression: impl Into<String>) -> Check {
        Check {
            name,
            expression: expression.into(),
            not_valid: false,
            of_column: false,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    pub name: Name,
    pub columns: Vec<IndexColumn>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unique: bool,
    /// The rows it covers (`WHERE`), all where nothing is said.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub predicate: Option<String>,
    /// Columns that it carries without sorting by them (PostgreSQL).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub include: Vec<Name>,
    /// `gin`, `hash`, …; the engine's usual one where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Name>,
    /// Whether two rows with NULL are the same to a unique one (PostgreSQL 15).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nulls_not_distinct: bool,
    /// Another thing than an order of rows (MySQL, MariaDB).
    #[serde(default, skip_serializing_if = "IndexKind::is_plain")]
    pub kind: IndexKind,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IndexKind {
    #[default]
    Plain,
    /// Of words (MySQL, MariaDB).
    Fulltext,
    /// Of shapes (MySQL, MariaDB).
    Spatial,
}

impl IndexKind {
    pub fn is_plain(&self) -> bool {
        *self == IndexKind::Plain
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexColumn {
    pub key: IndexKey,
    #[serde(default, skip_serializing_if = "Order::is_ascending")]
    pub order: Order,
    /// Where NULL stands, where it is not at the usual end (PostgreSQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nulls: Option<Nulls>,
    /// An operator class (PostgreSQL).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Name>,
    /// So many letters or bytes of the beginning (MySQL, MariaDB).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u32>,
}

impl IndexColumn {
    pub fn new(key: IndexKey, order: Order) -> IndexColumn {
        IndexColumn {
            key,
            order,
            nulls: None,
            class: None,
            length: None,
        }
    }
}

/// Where NULL stands in an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Nulls {
    First,
    Last,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndexKey {
    Column(Name),
    Expression(String),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    #[default]
    Asc,
    Desc,
}

impl Order {
    pub fn is_ascending(&self) -> bool {
        *self == Order::Asc
    }
}

impl Table {
    /// Whether an index is the one that InnoDB makes for a foreign key, which it gives the name of this key.
    pub fn backs_a_foreign_key(&self, index: &Index) -> bool {
        let columns = index.whole_columns().unwrap_or_default();
        let is_behind = |key: &ForeignKey| key.name == index.name && key.columns.iter().eq(columns.iter().copied());
        !index.unique && self.foreign_keys.iter().any(is_behind)
    }

    /// MariaDB keeps JSON as a long text that a check of the column holds to be JSON: such columns become what they are.
    /// `around` is the collation of the table.
    pub fn take_json(&mut self, around: Option<&str>) {
        let columns = &mut self.columns;
        self.checks.retain(|check| {
            let held = format!("json_valid(`{}`)", check.name.replace('`', "``"));
            let is_held = |column: &&mut Column| {
                let is_text = matches!(&column.ty, Type::Native(ty) if ty.eq_ignore_ascii_case("longtext"));
                let own = column.collation.as_ref().map(Name::as_str);
                let collation = own.or(around.filter(|_| column.charset.is_none()));
                let is_binary = collation.is_some_and(|name| name.eq_ignore_ascii_case("utf8mb4_bin"));
                column.name == check.name && is_text && is_binary
            };
            if !check.of_column || !check.expression.eq_ignore_ascii_case(&held) {
                return true;
            }
            let Some(column) = columns.iter_mut().find(is_held) else {
                return true;
            };
            column.ty = Type::Native("json".into());
            (column.collation, column.charset) = (None, None);
            false
        });
    }

    /// A table with a name and nothing else.
    pub fn empty(name: ObjectName) -> Table {
        Table {
            name,
            columns: Vec::new(),
            primary_key: None,
            uniques: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
            indexes: Vec::new(),
            exclusions: Vec::new(),
            comment: None,
            row_security: RowSecurity::default(),
            options: TableOptions::default(),
        }
    }

    /// Puts a constraint on a table that is being made; `None` where its name is taken.
    pub fn add_constraint(&mut self, constraint: Constraint) -> Option<()> {
        if self.constraint_names().any(|(known, _)| known == constraint.name()) {
            return None;
        }
        match constraint {
            Constraint::PrimaryKey(key) => {
                let columns = self.columns.iter_mut();
                for column in columns.filter(|column| key.columns.contains(&column.name)) {
                    column.nullable = false;
                }
                self.primary_key = Some(key);
            }
            Constraint::Unique(key) => self.uniques.push(key),
            Constraint::Check(check) => self.checks.push(check),
            Constraint::ForeignKey(foreign) => self.foreign_keys.push(foreign),
            Constraint::Exclusion(exclusion) => self.exclusions.push(exclusion),
        }
        Some(())
    }

    pub fn traits(&self) -> TableTraits {
        TableTraits {
            comment: self.comment.clone(),
            row_security: self.row_security,
        }
    }

    pub fn column(&self, name: &str, case: NameCase) -> Option<&Column> {
        self.position(name, case).map(|at| &self.columns[at])
    }

    /// The columns that are set by themselves whenever a row changes (MySQL, MariaDB), but for those named.
    pub fn set_by_themselves(&self, but: impl Fn(&Name) -> bool) -> impl Iterator<Item = &Name> {
        let columns = self.columns.iter().filter(|column| column.on_update.is_some());
        columns.map(|column| &column.name).filter(move |name| !but(name))
    }

    /// The check that is part of a column's definition.
    pub fn check_of_column(&self, column: &Name) -> Option<&Check> {
        self.checks
            .iter()
            .find(|check| check.of_column && check.name == *column)
    }

    pub fn position(&self, name: &str, case: NameCase) -> Option<usize> {
        self.columns.iter().position(|column| column.name.same(name, case))
    }

    /// All keys whose columns are unique together.
    pub fn unique_column_sets(&self) -> impl Iterator<Item = Vec<&Name>> {
        let keys = self.primary_key.iter().chain(&self.uniques);
        let keys = keys.map(|key| key.columns.iter().collect());
        let indexes = self
            .indexes
            .iter()
            .filter(|index| index.unique && index.predicate.is_none());
        keys.chain(indexes.filter_map(Index::whole_columns))
    }

    /// Whether just these columns are unique together, in whatever order.
    pub fn is_unique(&self, columns: &[Name]) -> bool {
        let same = |set: Vec<&Name>| set.len() == columns.len() && set.iter().all(|name| columns.contains(name));
        self.unique_column_sets().any(same)
    }

    /// The keys of just these columns, in whatever order.
    pub fn keys_of(&self, columns: &[Name]) -> impl Iterator<Item = &Key> {
        let same =
            |key: &&Key| key.columns.len() == columns.len() && key.columns.iter().all(|name| columns.contains(name));
        self.primary_key.iter().chain(&self.uniques).filter(same)
    }

    /// The unique constraints that say what a key before them says: the same columns in the same order.
    pub fn repeated_uniques(&self) -> impl Iterator<Item = &Key> {
        let same =
            |one: &Key, other: &Key| one.columns == other.columns && one.nulls_not_distinct == other.nulls_not_distinct;
        self.uniques.iter().enumerate().filter_map(move |(at, unique)| {
            let mut before = self.primary_key.iter().chain(&self.uniques[..at]);
            before.any(|key| same(key, unique)).then_some(unique)
        })
    }

    /// All constraints, in the order in which CREATE TABLE lists them.
    pub fn constraints(&self) -> Vec<Constraint> {
        let primary = self.primary_key.iter().cloned().map(Constraint::PrimaryKey);
        let uniques = self.uniques.iter().cloned().map(Constraint::Unique);
        let foreign = self.foreign_keys.iter().cloned().map(Constraint::ForeignKey);
        let checks = self.checks.iter().cloned().map(Constraint::Check);
        let exclusions = self.exclusions.iter().cloned().map(Constraint::Exclusion);
        let all = primary.chain(uniques).chain(foreign).chain(checks);
        all.chain(exclusions).collect()
    }

    /// The names of everything on this table that has a name of its own, with the word for it.
    pub fn constraint_names(&self) -> impl Iterator<Item = (&Name, &'static str)> {
        let primary = self.primary_key.iter().map(|key| (&key.name, "primary key"));
        let uniques = self.uniques.iter().map(|key| (&key.name, "unique constraint"));
        let foreign = self.foreign_keys.iter().map(|key| (&key.name, "foreign key"));
        let checks = self.checks.iter().map(|check| (&check.name, "check constraint"));
        let exclusions = self
            .exclusions
            .iter()
            .map(|found| (&found.name, "exclusion constraint"));
        primary.chain(uniques).chain(foreign).chain(checks).chain(exclusions)
    }
}

impl Index {
    /// The columns in order, where the index has no expression.
    pub fn plain_columns(&self) -> Option<Vec<&Name>> {
        self.columns
            .iter()
            .map(|column| match &column.key {
                IndexKey::Column(name) => Some(name),
                IndexKey::Expression(_) => None,
            })
            .collect()
    }

    /// The columns in order, where the index orders rows by the whole of each: no expression, no beginnings, no words.
    pub fn whole_columns(&self) -> Option<Vec<&Name>> {
        let is_whole = self.kind.is_plain() && self.columns.iter().all(|column| column.length.is_none());
        self.plain_columns().filter(|_| is_whole)
    }

    /// The columns that the index begins with, as far as it orders rows by the whole of each.
    pub fn leading_columns(&self) -> Vec<&Name> {
        let parts = self.columns.iter().map(|part| match &part.key {
            IndexKey::Column(name) if part.length.is_none() && self.kind.is_plain() => Some(name),
            IndexKey::Column(_) | IndexKey::Expression(_) => None,
        });
        parts.map_while(|name| name).collect()
    }

    /// The columns in order, where the index does no more than a unique constraint.
    pub fn unique_columns(&self) -> Option<Vec<&Name>> {
        let whole = |column: &IndexColumn| column.order.is_ascending() && column.length.is_none();
        let plain = self.unique && self.predicate.is_none() && self.columns.iter().all(whole);
        self.plain_columns().filter(|_| plain)
    }
}
