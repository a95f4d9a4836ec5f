//! Data set aside in tables of its own, and brought back from there: the same on every dialect but for a few words.

use super::definition::{names, qualified};
use super::rows::{by_key, counter, filtered, known, overriding, self_references, type_of};
use crate::diagnostic::Problem;
use crate::dialect::{Dialect, Family, Name, ObjectName};
use crate::model::{Catalog, Change, Kept, KeptWhat, Table, Type};

/// Tells the keys that rows had before from those that came: no column of a table is called so.
const MADE: &str = "driftless_made";

/// The statements of setting aside and bringing back; none where the change is of another kind.
pub(super) fn render(catalog: &Catalog, change: &Change) -> Result<Vec<String>, Problem> {
    match change {
        Change::SetAside { kept } => set_aside(catalog, kept),
        Change::BringBack { kept } => bring_back(catalog, kept),
        _ => Ok(Vec::new()),
    }
}

/// The names and texts that both ways use.
struct Store {
    dialect: Dialect,
    table: String,
    store: String,
}

impl Store {
    /// Whether a row of the table, `t`, is one of the store. SQLite looks a list up, but would read through the store for
    /// each row where a subquery asks.
    fn has(&self, key: &[Name]) -> String {
        let listed = |prefix: &str| {
            let parts: Vec<String> = key
                .iter()
                .map(|name| format!("{prefix}.{}", self.dialect.quote(name)))
                .collect();
            parts.join(", ")
        };
        let store = &self.store;
        match self.dialect.family() {
            Family::Sqlite if key.len() == 1 => {
                format!("{} IN (SELECT {} FROM {store} AS s)", listed("t"), listed("s"))
            }
            Family::Sqlite => format!("({}) IN (SELECT {} FROM {store} AS s)", listed("t"), listed("s")),
            Family::Postgres | Family::Mysql => {
                format!("EXISTS (SELECT 1 FROM {store} AS s WHERE {})", self.joined(key))
            }
        }
    }

    /// Whether a row of the table, `t`, is the same as one of the store, `s`.
    fn joined(&self, key: &[Name]) -> String {
        let parts = key.iter().map(|name| {
            let name = self.dialect.quote(name);
            format!("s.{name} = t.{name}")
        });
        parts.collect::<Vec<_>>().join(" AND ")
    }

    /// A store filled by a query. On MySQL, where that commits by itself, doing it again does no harm; there its key is
    /// what its rows are found by, which the others do without.
    fn filled_by(&self, key: &[Name], query: String) -> String {
        let store = &self.store;
        match self.dialect.family() {
            Family::Mysql if !key.is_empty() => {
                let key = names(key, self.dialect);
                format!("CREATE TABLE IF NOT EXISTS {store} (PRIMARY KEY ({key})) AS\n{query}")
            }
            Family::Mysql => format!("CREATE TABLE IF NOT EXISTS {store} AS\n{query}"),
            Family::Sqlite | Family::Postgres => format!("CREATE TABLE {store} AS\n{query}"),
        }
    }

    /// The values of the store put back into the rows that have them, which is no news of those.
    fn put_back(&self, known: &Table, key: &[Name], columns: &[Name]) -> Vec<String> {
        let columns: Vec<&Name> = columns.iter().filter(|name| !key.contains(name)).collect();
        if columns.is_empty() {
            return Vec::new();
        }
        let still = known.set_by_themselves(|name| columns.contains(&name) || key.contains(name));
        let still: Vec<&Name> = still.collect();
        let set = |prefix: &str| {
            let from = |source: &'static str| {
                move |name: &&Name| {
                    let name = self.dialect.quote(name);
                    format!("{prefix}{name} = {source}.{name}")
                }
            };
            let parts = columns.iter().map(from("s")).chain(still.iter().map(from("t")));
            parts.collect::<Vec<_>>().join(", ")
        };
        let (table, store, on) = (&self.table, &self.store, self.joined(key));
        vec![match self.dialect.family() {
            Family::Postgres | Family::Sqlite => {
                format!("UPDATE {table} AS t SET {} FROM {store} AS s WHERE {on}", set(""))
            }
            Family::Mysql => format!("UPDATE {table} AS t JOIN {store} AS s ON {on} SET {}", set("t.")),
        }]
    }

    /// DELETE of rows of the table, `t`, after they have let go of each other.
    fn delete(&self, catalog: &Catalog, name: &ObjectName, condition: &str) -> Result<Vec<String>, Problem> {
        let table = &self.table;
        let known = known(catalog, name)?;
        let cleared = self_references(catalog, &known);
        let set: Vec<String> = cleared
            .iter()
            .map(|name| format!("{} = NULL", self.dialect.quote(name)))
            .collect();
        let clear = format!("UPDATE {table} AS t SET {} WHERE {condition}", set.join(", "));
        let delete = match self.dialect.family() {
            Family::Postgres | Family::Sqlite => format!("DELETE FROM {table} AS t WHERE {condition}"),
            Family::Mysql => format!("DELETE t FROM {table} AS t WHERE {condition}"),
        };
        Ok(match cleared.is_empty() {
            true => vec![delete],
            false => vec![clear, delete],
        })
    }

    fn dropped(&self) -> String {
        format!("DROP TABLE {}", self.store)
    }
}

fn store_of(catalog: &Catalog, kept: &Kept) -> Store {
    let dialect = catalog.target().dialect;
    Store {
        dialect,
        table: qualified(&kept.table, dialect),
        store: qualified(&kept.stored_in(), dialect),
    }
}

fn rename(from: &ObjectName, to: &ObjectName, dialect: Dialect) -> Vec<String> {
    match dialect.family() {
        Family::Mysql => vec![format!(
            "RENAME TABLE {} TO {}",
            qualified(from, dialect),
            qualified(to, dialect)
        )],
        Family::Postgres | Family::Sqlite => {
            vec![format!(
                "ALTER TABLE {} RENAME TO {}",
                qualified(from, dialect),
                dialect.quote(&to.name)
            )]
        }
    }
}

fn set_aside(catalog: &Catalog, kept: &Kept) -> Result<Vec<String>, Problem> {
    let store = store_of(catalog, kept);
    let (dialect, table) = (store.dialect, &store.table);
    Ok(match &kept.what {
        KeptWhat::Table { .. } => rename(&kept.table, &kept.stored_in(), dialect),
        KeptWhat::Values {
            key, columns, filter, ..
        } => {
            let all: Vec<Name> = key
                .iter()
                .chain(columns.iter().filter(|name| !key.contains(name)))
                .cloned()
                .collect();
            let query = format!("SELECT {} FROM {table}{}", names(&all, dialect), filtered(filter));
            vec![store.filled_by(key, query)]
        }
        KeptWhat::Rows { columns, filter } => {
            let query = format!("SELECT {} FROM {table}{}", names(columns, dialect), filtered(filter));
            vec![store.filled_by(&[], query)]
        }
        KeptWhat::Replaced { key, columns, rows } => {
            let types = types_of(catalog, kept, key)?;
            let found = by_key(key, &types, rows, dialect);
            let query = format!("SELECT {} FROM {table} WHERE {found}", names(columns, dialect));
            vec![store.filled_by(key, query)]
        }
        KeptWhat::Keys { key, made: false } => {
            let query = format!("SELECT {}, 0 AS {MADE} FROM {table}", names(key, dialect));
            vec![store.filled_by(key, query)]
        }
        KeptWhat::Keys { key, made: true } => {
            let prefixed: Vec<String> = key.iter().map(|name| format!("t.{}", dialect.quote(name))).collect();
            vec![
                format!(
                    "INSERT INTO {} ({}, {MADE})\nSELECT {}, 1 FROM {table} AS t WHERE NOT {}",
                    store.store,
                    names(key, dialect),
                    prefixed.join(", "),
                    store.has(key)
                ),
                format!("DELETE FROM {} WHERE {MADE} = 0", store.store),
            ]
        }
    })
}

fn bring_back(catalog: &Catalog, kept: &Kept) -> Result<Vec<String>, Problem> {
    let store = store_of(catalog, kept);
    let (dialect, table) = (store.dialect, &store.table);
    Ok(match &kept.what {
        KeptWhat::Table { .. } => rename(&kept.stored_in(), &kept.table, dialect),
        KeptWhat::Values { key, columns, .. } => {
            let mut texts = store.put_back(&*known(catalog, &kept.table)?, key, columns);
            texts.push(store.dropped());
            texts
        }
        KeptWhat::Rows { columns, .. } => {
            let known = known(catalog, &kept.table)?;
            let list = names(columns, dialect);
            // Row by row MySQL holds a reference to a row that is yet to come against it.
            let later: Vec<Name> = match (dialect.family(), &known.primary_key) {
                (Family::Mysql, Some(_)) => self_references(catalog, &known),
                _ => Vec::new(),
            };
            let values: Vec<String> = columns
                .iter()
                .map(|name| match later.contains(name) {
                    true => "NULL".to_string(),
                    false => dialect.quote(name),
                })
                .collect();
            let overriding = match overriding(&known, columns, dialect) {
                true => " OVERRIDING SYSTEM VALUE",
                false => "",
            };
            let mut texts = vec![format!(
                "INSERT INTO {table} ({list}){overriding}\nSELECT {} FROM {}",
                values.join(", "),
                store.store
            )];
            if let Some(key) = known.primary_key.as_ref().filter(|_| !later.is_empty()) {
                texts.extend(store.put_back(&known, &key.columns, &later));
            }
            texts.extend(counter(&known, columns, dialect));
            texts.push(store.dropped());
            texts
        }
        KeptWhat::Replaced { key, columns, rows } => {
            let types = types_of(catalog, kept, key)?;
            let others = format!("{} AND NOT {}", by_key(key, &types, rows, dialect), store.has(key));
            let mut texts = store.delete(catalog, &kept.table, &others)?;
            texts.extend(store.put_back(&*known(catalog, &kept.table)?, key, columns));
            texts.push(store.dropped());
            texts
        }
        KeptWhat::Keys { key, .. } => {
            let mut texts = store.delete(catalog, &kept.table, &store.has(key))?;
            texts.push(store.dropped());
            texts
        }
    })
}

fn types_of(catalog: &Catalog, kept: &Kept, key: &[Name]) -> Result<Vec<Type>, Problem> {
    let known = known(catalog, &kept.table)?;
    Ok(key.iter().map(|name| type_of(catalog, &known, name)).collect())
}
