//! What stands in a schema beside its tables: views, sequences, types, routines, triggers, policies, grants.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Check, ColumnDefault, Index, Type};
use crate::dialect::{Family, Name, ObjectName};

/// One object, shared: it is cheap to clone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Object {
    Schema(Arc<Schema>),
    Extension(Arc<Extension>),
    Enum(Arc<EnumType>),
    Domain(Arc<Domain>),
    Sequence(Arc<Sequence>),
    View(Arc<View>),
    Routine(Arc<Routine>),
    Trigger(Arc<Trigger>),
    Policy(Arc<Policy>),
    Grant(Arc<Grant>),
}

/// What an object is, in the order in which objects can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    Schema,
    Extension,
    Enum,
    Domain,
    Sequence,
    View,
    MaterializedView,
    Function,
    Procedure,
    Trigger,
    Policy,
    Grant,
}

/// A schema of the database; on MySQL and MariaDB that is a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    pub name: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extension {
    pub name: Name,
    /// The schema that its objects go to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<Name>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A named list of values that columns can have for their type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnumType {
    pub name: ObjectName,
    pub values: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A type made of another one, with what holds for its values.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Domain {
    pub name: ObjectName,
    #[serde(rename = "type")]
    pub ty: Type,
    pub nullable: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<ColumnDefault>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sequence {
    pub name: ObjectName,
    /// The native type of its numbers; `bigint` where nothing is said.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub ty: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub increment: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i64>,
    /// How many numbers a session takes at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<i64>,
    /// Begin again after the last one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cycle: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl Sequence {
    /// One of which nothing is said.
    pub fn named(name: ObjectName) -> Sequence {
        Sequence {
            name,
            ty: None,
            start: None,
            increment: None,
            minimum: None,
            maximum: None,
            cache: None,
            cycle: false,
            comment: None,
        }
    }
}

/// A view, or a materialized one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    pub name: ObjectName,
    pub query: String,
    /// Which rows may be written through it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check_option: Option<CheckOption>,
    /// Whether its rows are kept, and stand still until it is refreshed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub materialized: bool,
    /// Of a materialized view.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<Index>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// Which rows may be written through a view: those that it shows, or also those that the views below it show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckOption {
    Local,
    Cascaded,
}

/// A function or a procedure, with its text as the engine reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routine {
    pub name: ObjectName,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub procedure: bool,
    /// What stands between the brackets.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub arguments: String,
    /// What a function gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returns: Option<String>,
    /// The language of its body, where the engine has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Name>,
    /// The words beside the body: `IMMUTABLE STRICT`, `DETERMINISTIC`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub options: String,
    pub body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// What an engine does by itself when rows of a table change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    pub name: Name,
    /// The table, or the view, that it stands on.
    pub table: ObjectName,
    pub timing: Timing,
    pub events: Vec<Event>,
    /// The columns whose update counts; all where none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<Name>,
    /// Once for a statement, not for each row.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub each_statement: bool,
    /// The rows it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// `EXECUTE FUNCTION …` on PostgreSQL; a statement, or `BEGIN … END`, elsewhere.
    pub body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    Before,
    After,
    InsteadOf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    Insert,
    Delete,
    Update,
    Truncate,
}

/// Which rows of a table a role sees and may write (row-level security).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    pub name: Name,
    pub table: ObjectName,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restrictive: bool,
    #[serde(default)]
    pub command: PolicyCommand,
    /// All where none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<Name>,
    /// The rows that are seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub using: Option<String>,
    /// The rows that may be written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PolicyCommand {
    #[default]
    All,
    Select,
    Insert,
    Update,
    Delete,
}

/// One privilege on one object for one role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub on: GrantedOn,
    /// What it is on; of a function or procedure with its arguments' types in `arguments`.
    pub name: ObjectName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arguments: Option<String>,
    /// The column that it is on, of a table or a view; the whole of it where none is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<Name>,
    /// In lower case: `select`, `execute`. On MySQL and MariaDB `grant option` is one of its own, for all that a user
    /// has on an object.
    pub privilege: String,
    /// A role, `public`, or `user@host` on MySQL and MariaDB.
    pub to: String,
    /// Whether the role may pass it on; on PostgreSQL.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub grantable: bool,
    /// It is not had: what everybody has from the beginning on PostgreSQL was taken away.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withheld: bool,
}

/// The kinds of objects that privileges are given on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GrantedOn {
    /// A table, a view or a materialized view.
    Table,
    Sequence,
    Schema,
    Function,
    Procedure,
    /// An enum or a domain.
    Type,
}

/// What tells objects apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectKey {
    pub kind: ObjectKind,
    pub name: ObjectName,
    /// The table of a trigger or a policy, the types of a routine's arguments, the rest of a grant.
    pub detail: String,
}

impl ObjectKind {
    /// What a person calls it.
    pub fn word(self) -> &'static str {
        match self {
            ObjectKind::Schema => "schema",
            ObjectKind::Extension => "extension",
            ObjectKind::Enum => "enum",
            ObjectKind::Domain => "domain",
            ObjectKind::Sequence => "sequence",
            ObjectKind::View => "view",
            ObjectKind::MaterializedView => "materialized view",
            ObjectKind::Function => "function",
            ObjectKind::Procedure => "procedure",
            ObjectKind::Trigger => "trigger",
            ObjectKind::Policy => "policy",
            ObjectKind::Grant => "grant",
        }
    }
}

impl Object {
    pub fn kind(&self) -> ObjectKind {
        match self {
            Object::Schema(_) => ObjectKind::Schema,
            Object::Extension(_) => ObjectKind::Extension,
            Object::Enum(_) => ObjectKind::Enum,
            Object::Domain(_) => ObjectKind::Domain,
            Object::Sequence(_) => ObjectKind::Sequence,
            Object::View(view) if view.materialized => ObjectKind::MaterializedView,
            Object::View(_) => ObjectKind::View,
            Object::Routine(routine) if routine.procedure => ObjectKind::Procedure,
            Object::Routine(_) => ObjectKind::Function,
            Object::Trigger(_) => ObjectKind::Trigger,
            Object::Policy(_) => ObjectKind::Policy,
            Object::Grant(_) => ObjectKind::Grant,
        }
    }

    /// Its name; of a trigger or a policy with the schema of the table that it stands on.
    pub fn name(&self) -> ObjectName {
        match self {
            Object::Schema(schema) => ObjectName::plain(schema.name.as_str()),
            Object::Extension(extension) => ObjectName::plain(extension.name.as_str()),
            Object::Enum(found) => found.name.clone(),
            Object::Domain(domain) => domain.name.clone(),
            Object::Sequence(sequence) => sequence.name.clone(),
            Object::View(view) => view.name.clone(),
            Object::Routine(routine) => routine.name.clone(),
            Object::Trigger(trigger) => beside(&trigger.table, &trigger.name),
            Object::Policy(policy) => beside(&policy.table, &policy.name),
            Object::Grant(grant) => grant.name.clone(),
        }
    }

    /// The table or view that it stands on and falls with.
    pub fn stands_on(&self) -> Option<&ObjectName> {
        match self {
            Object::Trigger(trigger) => Some(&trigger.table),
            Object::Policy(policy) => Some(&policy.table),
            Object::Grant(grant) if grant.on == GrantedOn::Table => Some(&grant.name),
            Object::Schema(_)
            | Object::Extension(_)
            | Object::Enum(_)
            | Object::Domain(_)
            | Object::Sequence(_)
            | Object::View(_)
            | Object::Routine(_)
            | Object::Grant(_) => None,
        }
    }

    /// The author's SQL inside it, one text after the other.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Object::View(view) => vec![&view.query],
            Object::Routine(routine) => vec![&routine.body],
            Object::Trigger(trigger) => trigger.when.iter().chain([&trigger.body]).map(String::as_str).collect(),
            Object::Policy(policy) => policy.using.iter().chain(&policy.check).map(String::as_str).collect(),
            Object::Domain(domain) => domain.checks.iter().map(|check| &*check.expression).collect(),
            Object::Schema(_) | Object::Extension(_) | Object::Enum(_) | Object::Sequence(_) | Object::Grant(_) => {
                Vec::new()
            }
        }
    }

    pub fn comment(&self) -> Option<&str> {
        match self {
            Object::Schema(schema) => schema.comment.as_deref(),
            Object::Extension(extension) => extension.comment.as_deref(),
            Object::Enum(found) => found.comment.as_deref(),
            Object::Domain(domain) => domain.comment.as_deref(),
            Object::Sequence(sequence) => sequence.comment.as_deref(),
            Object::View(view) => view.comment.as_deref(),
            Object::Routine(routine) => routine.comment.as_deref(),
            Object::Trigger(trigger) => trigger.comment.as_deref(),
            Object::Policy(policy) => policy.comment.as_deref(),
            Object::Grant(_) => None,
        }
    }

    /// The same with another comment; a grant has none.
    pub fn with_comment(&self, comment: Option<String>) -> Object {
        let mut object = self.clone();
        match &mut object {
            Object::Schema(schema) => Arc::make_mut(schema).comment = comment,
            Object::Extension(extension) => Arc::make_mut(extension).comment = comment,
            Object::Enum(found) => Arc::make_mut(found).comment = comment,
            Object::Domain(domain) => Arc::make_mut(domain).comment = comment,
            Object::Sequence(sequence) => Arc::make_mut(sequence).comment = comment,
            Object::View(view) => Arc::make_mut(view).comment = comment,
            Object::Routine(routine) => Arc::make_mut(routine).comment = comment,
            Object::Trigger(trigger) => Arc::make_mut(trigger).comment = comment,
            Object::Policy(policy) => Arc::make_mut(policy).comment = comment,
            Object::Grant(_) => {}
        }
        object
    }

    /// The same under another name; a grant has no name of its own.
    pub fn renamed(&self, to: &Name) -> Object {
        let mut object = self.clone();
        match &mut object {
            Object::Schema(schema) => Arc::make_mut(schema).name = to.clone(),
            Object::Extension(extension) => Arc::make_mut(extension).name = to.clone(),
            Object::Enum(found) => Arc::make_mut(found).name.name = to.clone(),
            Object::Domain(domain) => Arc::make_mut(domain).name.name = to.clone(),
            Object::Sequence(sequence) => Arc::make_mut(sequence).name.name = to.clone(),
            Object::View(view) => Arc::make_mut(view).name.name = to.clone(),
            Object::Routine(routine) => Arc::make_mut(routine).name.name = to.clone(),
            Object::Trigger(trigger) => Arc::make_mut(trigger).name = to.clone(),
            Object::Policy(policy) => Arc::make_mut(policy).name = to.clone(),
            Object::Grant(_) => {}
        }
        object
    }

    /// The same on a table of another name, where it stands on one.
    pub fn moved_to(&self, table: &ObjectName) -> Object {
        let mut object = self.clone();
        match &mut object {
            Object::Trigger(trigger) => Arc::make_mut(trigger).table = table.clone(),
            Object::Policy(policy) => Arc::make_mut(policy).table = table.clone(),
            Object::Grant(grant) => Arc::make_mut(grant).name = table.clone(),
            Object::Schema(_)
            | Object::Extension(_)
            | Object::Enum(_)
            | Object::Domain(_)
            | Object::Sequence(_)
            | Object::View(_)
            | Object::Routine(_) => {}
        }
        object
    }
}

fn beside(table: &ObjectName, name: &Name) -> ObjectName {
    ObjectName {
        schema: table.schema.clone(),
        name: name.clone(),
    }
}

/// What a person calls it: "view `active`", "trigger `stamp` on `users`".
impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Object::Trigger(trigger) => write!(f, "trigger {} on {}", trigger.name, trigger.table),
            Object::Policy(policy) => write!(f, "policy {} on {}", policy.name, policy.table),
            Object::Grant(grant) => write!(f, "{} to {}", grant.subject(), grant.to),
            Object::Schema(_)
            | Object::Extension(_)
            | Object::Enum(_)
            | Object::Domain(_)
            | Object::Sequence(_)
            | Object::View(_)
            | Object::Routine(_) => write!(f, "{} {}", self.kind().word(), self.name()),
        }
    }
}

impl Event {
    pub fn word(self) -> &'static str {
        match self {
            Event::Insert => "INSERT",
            Event::Delete => "DELETE",
            Event::Update => "UPDATE",
            Event::Truncate => "TRUNCATE",
        }
    }
}

impl Timing {
    pub fn word(self) -> &'static str {
        match self {
            Timing::Before => "BEFORE",
            Timing::After => "AFTER",
            Timing::InsteadOf => "INSTEAD OF",
        }
    }
}

impl PolicyCommand {
    pub fn word(self) -> &'static str {
        match self {
            PolicyCommand::All => "ALL",
            PolicyCommand::Select => "SELECT",
            PolicyCommand::Insert => "INSERT",
            PolicyCommand::Update => "UPDATE",
            PolicyCommand::Delete => "DELETE",
        }
    }
}

/// A role as it is compared: on MySQL and MariaDB a user of every host is its name alone, as a role is.
pub fn normal_grantee(to: &str, family: Family) -> String {
    match family {
        Family::Mysql => to.strip_suffix("@%").unwrap_or(to).to_string(),
        Family::Postgres | Family::Sqlite => to.to_string(),
    }
}

impl Grant {
    /// The privilege and what it is on, as a person says it: `select (name) on users`.
    pub fn subject(&self) -> String {
        let column = self
            .column
            .as_ref()
            .map(|column| format!(" ({column})"))
            .unwrap_or_default();
        format!("{}{column} on {}", self.privilege, self.name)
    }

    /// Whether it is told in one statement with another one: they differ in privilege and column alone.
    pub fn joins(&self, other: &Grant) -> bool {
        let bare = |grant: &Grant| Grant {
            column: None,
            privilege: String::new(),
            ..grant.clone()
        };
        bare(self) == bare(other)
    }
}

impl GrantedOn {
    pub fn word(self) -> &'static str {
        match self {
            GrantedOn::Table => "TABLE",
            GrantedOn::Sequence => "SEQUENCE",
            GrantedOn::Schema => "SCHEMA",
            GrantedOn::Function => "FUNCTION",
            GrantedOn::Procedure => "PROCEDURE",
            GrantedOn::Type => "TYPE",
        }
    }
}
