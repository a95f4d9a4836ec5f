//! Privileges on objects, for roles, as `grant` and `revoke` name them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::specification::TableRef;
use super::{Context, OneOrMany, known_object};
use crate::diagnostic::{Problem, nearest};
use crate::dialect::{Family, Feature, Name, ObjectName};
use crate::model::{Grant, GrantedOn, Object, ObjectKind, normal_arguments, normal_grantee};

/// The right to pass privileges on, as MySQL and MariaDB know it: one of its own for each object.
pub(super) const GRANT_OPTION: &str = "grant option";

/// What privileges are on: one kind, with its name or names.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GrantedObjects {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<OneOrMany<TableRef>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view: Option<OneOrMany<TableRef>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub materialized_view: Option<OneOrMany<TableRef>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sequence: Option<OneOrMany<TableRef>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub function: Option<OneOrMany<TableRef>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub procedure: Option<OneOrMany<TableRef>>,
    #[serde(rename = "enum", skip_serializing_if = "Option::is_none")]
    pub enumeration: Option<OneOrMany<TableRef>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<OneOrMany<TableRef>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<OneOrMany<Name>>,
    /// The types of a routine's arguments, where there are several of its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arguments: Option<String>,
}

/// Privileges as they are written: on what, which, of which columns, whose, and the key under which the roles stand.
pub(super) struct Written<'a> {
    pub on: &'a GrantedObjects,
    pub privileges: &'a OneOrMany<String>,
    pub columns: Option<&'a OneOrMany<Name>>,
    pub roles: &'a OneOrMany<String>,
    pub roles_key: &'static str,
}

/// The privileges of one role on one object.
pub(super) struct Share {
    pub grants: Vec<Grant>,
    /// What all of them have in common: the role and the object, no privilege.
    pub bare: Grant,
}

/// One of the objects, and where it is named.
struct Granted {
    on: GrantedOn,
    name: ObjectName,
    arguments: Option<String>,
}

/// The key of a kind, and the names under it, each with where it stands.
type Names = (&'static str, GrantedOn, Vec<(String, ObjectName)>);

impl Written<'_> {
    /// Whether all privileges that there are are meant.
    pub fn all(&self) -> bool {
        matches!(self.privileges.as_slice(), [word] if word.eq_ignore_ascii_case("all"))
    }

    /// The privileges of each role on each object. Where something is wrong it is told, and left out.
    pub fn shares(&self, context: &mut Context<'_>) -> Vec<Share> {
        let objects = self.on.find(context, self.columns);
        let Some(first) = objects.first() else {
            return Vec::new();
        };
        let Some(privileges) = self.words(context, first.on) else {
            return Vec::new();
        };
        let columns: Vec<Option<Name>> = match self.columns {
            Some(columns) => columns.as_slice().iter().cloned().map(Some).collect(),
            None => vec![None],
        };
        let roles = self.roles_known(context);
        let mut shares = Vec::new();
        for object in &objects {
            for role in &roles {
                let bare = Grant {
                    on: object.on,
                    name: object.name.clone(),
                    arguments: object.arguments.clone(),
                    column: None,
                    privilege: String::new(),
                    to: role.clone(),
                    grantable: false,
                    withheld: false,
                };
                let each = privileges.iter().flat_map(|privilege| {
                    columns.iter().map(|column| Grant {
                        privilege: privilege.clone(),
                        column: column.clone(),
                        ..bare.clone()
                    })
                });
                shares.push(Share {
                    grants: each.collect(),
                    bare: bare.clone(),
                });
            }
        }
        shares
    }

    /// The privileges in the words of the dialect; all that there are for `all`.
    fn words(&self, context: &mut Context<'_>, on: GrantedOn) -> Option<Vec<String>> {
        let kind = match self.columns {
            Some(_) => "column".to_string(),
            None => on.word().to_ascii_lowercase(),
        };
        let target = context.target().clone();
        let known = target.dialect.facts().privileges(&kind, target.version);
        if known.is_empty() {
            let what = match target.dialect.family() {
                Family::Sqlite => "give privileges: it has no users".to_string(),
                Family::Postgres | Family::Mysql => format!("give privileges on a {kind}"),
            };
            let problem = Problem::error("not-on-dialect", format!("{} cannot {what}", target.title()))
                .help("leave it out for this dialect");
            context.problem(problem);
            return None;
        }
        if self.all() {
            return Some(known.into_iter().map(str::to_string).collect());
        }
        let mut words = Vec::new();
        for (at, written) in self.privileges.as_slice().iter().enumerate() {
            let word = written.to_ascii_lowercase().replace('_', " ");
            if known.contains(&word.as_str()) {
                if !words.contains(&word) {
                    words.push(word);
                }
                continue;
            }
            let problem = match word.as_str() {
                "all" => Problem::error("unknown-privilege", "`all` stands alone, or not at all"),
                _ => {
                    let message = format!("there is no privilege `{written}` on a {kind}");
                    let near = nearest(&word, known.iter().copied());
                    let problem = Problem::error("unknown-privilege", message);
                    match near {
                        Some(_) => problem.did_you_mean(near),
                        None => problem.help(format!("there are {}", listed(known.iter().copied()))),
                    }
                }
            };
            context.problem(problem.at(self.privileges.path("privileges", at)));
        }
        (!words.is_empty()).then_some(words)
    }

    /// The roles as they are compared.
    fn roles_known(&self, context: &mut Context<'_>) -> Vec<String> {
        let mut roles = Vec::new();
        for (at, written) in self.roles.as_slice().iter().enumerate() {
            let path = self.roles.path(self.roles_key, at);
            let lower = written.trim().to_ascii_lowercase();
            if lower.is_empty() {
                context.problem(Problem::error("empty-text", "a role has a name").at(path));
                continue;
            }
            if ["current_user", "session_user", "current_role"].contains(&lower.as_str()) {
                let message = format!("whom `{written}` means depends on who runs it");
                context.problem(Problem::error("unknown-role", message).help("name the role").at(path));
                continue;
            }
            if lower == "public" && !context.target().supports(Feature::GrantsToEverybody) {
                let message = format!("{} cannot give privileges to everybody", context.target().title());
                let problem = Problem::error("not-on-dialect", message).help("name the users");
                context.problem(problem.at(path));
                continue;
            }
            if context.family() == Family::Postgres {
                // Cut off, it would be another role.
                context.check_name(written.trim(), path);
            }
            let role = match lower.as_str() {
                "public" => lower,
                _ => normal_grantee(written, context.family()),
            };
            if !roles.contains(&role) {
                roles.push(role);
            }
        }
        roles
    }
}

impl GrantedObjects {
    /// The objects that have to be there, with the columns that are named.
    fn find(&self, context: &mut Context<'_>, columns: Option<&OneOrMany<Name>>) -> Vec<Granted> {
        let tables = [
            ("table", GrantedOn::Table, &self.table),
            ("view", GrantedOn::Table, &self.view),
            ("materialized_view", GrantedOn::Table, &self.materialized_view),
            ("sequence", GrantedOn::Sequence, &self.sequence),
            ("function", GrantedOn::Function, &self.function),
            ("procedure", GrantedOn::Procedure, &self.procedure),
            ("enum", GrantedOn::Type, &self.enumeration),
            ("domain", GrantedOn::Type, &self.domain),
        ];
        let mut named: Vec<Names> = Vec::new();
        for (key, on, names) in tables {
            let Some(names) = names else { continue };
            let each = names.as_slice().iter().enumerate();
            let each = each.map(|(at, name)| (names.path(&format!("on/{key}"), at), name.0.clone()));
            named.push((key, on, each.collect()));
        }
        if let Some(names) = &self.schema {
            let each = names.as_slice().iter().enumerate();
            let each = each.map(|(at, name)| (names.path("on/schema", at), ObjectName::plain(name.as_str())));
            named.push(("schema", GrantedOn::Schema, each.collect()));
        }
        let [(key, on, names)] = named.as_slice() else {
            let problem = Problem::error("one-of", "privileges are on objects of one kind")
                .help("name them by their kind: `on: {table: users}`");
            context.problem(problem.at("on"));
            return Vec::new();
        };
        if let Some(columns) = columns
            && *on != GrantedOn::Table
        {
            let message = format!("a {key} has no columns");
            context.problem(Problem::error("unknown-column", message).at(columns.path("columns", 0)));
            return Vec::new();
        }
        let found = names.iter().filter_map(|(path, name)| {
            let (name, arguments) = self.found(context, key, name, columns, path)?;
            Some(Granted {
                on: *on,
                name,
                arguments,
            })
        });
        found.collect()
    }

    /// The full name of an object, with the types of a routine's arguments.
    fn found(
        &self,
        context: &mut Context<'_>,
        key: &str,
        name: &ObjectName,
        columns: Option<&OneOrMany<Name>>,
        path: &str,
    ) -> Option<(ObjectName, Option<String>)> {
        let kind = match key {
            "table" => {
                let table = context.table(&TableRef(name.clone()), path)?;
                if let Some(columns) = columns {
                    for (at, column) in columns.as_slice().iter().enumerate() {
                        context.column(&table, column, columns.path("columns", at))?;
                    }
                }
                return Some((table.name.clone(), None));
            }
            "view" => ObjectKind::View,
            "materialized_view" => ObjectKind::MaterializedView,
            "sequence" => ObjectKind::Sequence,
            "function" => ObjectKind::Function,
            "procedure" => ObjectKind::Procedure,
            "enum" => ObjectKind::Enum,
            "domain" => ObjectKind::Domain,
            _ => ObjectKind::Schema,
        };
        if matches!(kind, ObjectKind::Function | ObjectKind::Procedure) {
            let routine = known_object::routine(context, kind, name, self.arguments.as_deref(), path)?;
            let dialect = context.dialect();
            let types = normal_arguments(&routine.arguments, dialect);
            let arguments = Some(types).filter(|_| dialect.family() == Family::Postgres);
            return Some((routine.name.clone(), arguments));
        }
        if kind == ObjectKind::Sequence && context.catalog.is_numbering(name) {
            return Some((context.catalog.normal_name(name), None));
        }
        let object: Object = context.known(kind, name, path)?;
        Some((object.name(), None))
    }
}

/// Names in a sentence.
pub(super) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

/// Whether everybody has it from the beginning: routines and types of PostgreSQL are open to all.
pub(super) fn is_everybodys(grant: &Grant, family: Family) -> bool {
    let open = matches!(grant.on, GrantedOn::Function | GrantedOn::Procedure | GrantedOn::Type);
    open && grant.to == "public" && family == Family::Postgres
}
