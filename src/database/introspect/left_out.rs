//! What a database has beside its catalog: told, so that no comparison passes over it in silence.

use super::postgres::no_member;
use super::{left_out_mysql, left_out_postgres, left_out_sqlite, rows};
use crate::database::error::Error;
use crate::database::session::Session;
use crate::dialect::{Family, Name, ObjectName, Target};
use crate::model::{Catalog, KEPT_PREFIX};

/// Something of a live database that introspection does not show.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// What it is: `composite type`, `event`, `rule`.
    pub kind: &'static str,
    /// As a person says it: `` `fill` of table `users` ``.
    pub name: String,
    pub why: Why,
}

/// Why something is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// No operation makes it.
    Unmanaged,
    /// The user may not read it: what it is stays unknown.
    Unreadable,
}

impl LeftOut {
    pub(super) fn unmanaged(kind: &'static str, name: impl Into<String>) -> LeftOut {
        LeftOut {
            kind,
            name: name.into(),
            why: Why::Unmanaged,
        }
    }

    pub(super) fn unreadable(kind: &'static str, name: impl Into<String>) -> LeftOut {
        LeftOut {
            why: Why::Unreadable,
            ..LeftOut::unmanaged(kind, name)
        }
    }
}

/// What a database has that no catalog of ours holds, or that the user may not read; by kind and name.
///
/// Looked at are the target's own schema and what stands beside all schemas, but for the tables to `ignore`
/// (driftless's own) and the members of extensions.
pub async fn left_out(session: &mut Session, target: &Target, ignore: &[ObjectName]) -> Result<Vec<LeftOut>, Error> {
    let mut found = of_schema(session, target, ignore).await?;
    for schema in other_schemas(session, target).await? {
        let inside = Target {
            schema: Some(schema.clone()),
            ..target.clone()
        };
        let here = ignore.iter().filter(|name| name.schema.as_ref() == Some(&schema));
        let here: Vec<ObjectName> = here.map(|name| ObjectName::plain(name.name.as_str())).collect();
        for left in of_schema(session, &inside, &here).await? {
            // What is of the database as a whole was met, and of the others the catalog holds what is said.
            let is_told = [format!("`{schema}`"), format!("on schema `{schema}`")].contains(&left.name);
            let is_of_all = found.contains(&left) || is_told || left.kind == "schema";
            if !is_of_all {
                found.push(LeftOut {
                    name: format!("{} (schema `{schema}`)", left.name),
                    ..left
                });
            }
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// The other schemas of a database, which are read as the own one is.
async fn other_schemas(session: &mut Session, target: &Target) -> Result<Vec<Name>, Error> {
    if target.dialect.family() != Family::Postgres {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT n.nspname FROM pg_namespace n
         WHERE n.nspname NOT IN ('public', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'
           AND n.nspname <> {} AND has_schema_privilege(n.oid, 'USAGE') AND {}
         ORDER BY n.nspname",
        target
            .schema
            .as_ref()
            .map_or("current_schema()".to_string(), |schema| target.dialect.string(schema)),
        no_member("pg_namespace", "n")
    );
    let found = rows(session, &sql).await?;
    Ok(found.into_iter().filter_map(|[name]| name.map(Name::new)).collect())
}

/// What is left out of one schema, and of the database.
async fn of_schema(session: &mut Session, target: &Target, ignore: &[ObjectName]) -> Result<Vec<LeftOut>, Error> {
    let ignored = Ignored::new(target, ignore);
    let found = match target.dialect.family() {
        Family::Sqlite => left_out_sqlite::find(session, &ignored).await?,
        Family::Postgres => left_out_postgres::find(session, target, &ignored).await?,
        Family::Mysql => left_out_mysql::find(session, target, &ignored).await?,
    };
    Ok(found)
}

/// The tables of driftless itself.
pub(super) struct Ignored {
    catalog: Catalog,
    /// Without a schema where it is the target's own.
    names: Vec<ObjectName>,
}

impl Ignored {
    fn new(target: &Target, ignore: &[ObjectName]) -> Ignored {
        let catalog = Catalog::new(target.clone());
        Ignored {
            names: ignore.iter().map(|name| catalog.key(name)).collect(),
            catalog,
        }
    }

    /// Whether a table of the target's own schema is one of them.
    pub(super) fn holds(&self, table: &str) -> bool {
        let key = self.catalog.key(&ObjectName::plain(table));
        self.names.contains(&key) || table.starts_with(KEPT_PREFIX)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = (Option<&Name>, &Name)> {
        self.names.iter().map(|name| (name.schema.as_ref(), &name.name))
    }
}

/// What is asked for one kind of things: a query for their names.
pub(super) struct Question {
    kind: &'static str,
    why: Why,
    sql: String,
}

impl Question {
    pub(super) fn unmanaged(kind: &'static str, sql: impl Into<String>) -> Question {
        Question {
            kind,
            why: Why::Unmanaged,
            sql: sql.into(),
        }
    }

    pub(super) fn unreadable(kind: &'static str, sql: impl Into<String>) -> Question {
        Question {
            why: Why::Unreadable,
            ..Question::unmanaged(kind, sql)
        }
    }
}

/// Asks all of it at once; `head` stands before the first SELECT.
pub(super) async fn ask(session: &mut Session, head: &str, questions: &[Question]) -> Result<Vec<LeftOut>, Error> {
    let parts = questions.iter().enumerate();
    let parts: Vec<String> = parts
        .map(|(number, question)| format!("SELECT {number}, q.name FROM ({}) q", question.sql))
        .collect();
    let sql = format!("{head}{}", parts.join("\nUNION ALL "));
    let mut found = Vec::new();
    for [number, name] in rows(session, &sql).await? {
        let number: Option<usize> = number.and_then(|number| number.parse().ok());
        let question = number.and_then(|number| questions.get(number));
        found.extend(question.map(|question| LeftOut {
            kind: question.kind,
            name: name.unwrap_or_default(),
            why: question.why,
        }));
    }
    Ok(found)
}
