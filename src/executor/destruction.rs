//! What a way back would destroy that is really there: asked of the database before anything changes.

use std::collections::HashMap;

use super::RunError;
use crate::database::{ErrorKind, Session};
use crate::dialect::{Dialect, Name, ObjectName};
use crate::model::{Change, Destroys};
use crate::plan::PlannedChangeset;
use crate::render::qualified;

/// Rows or values that a changeset's way would destroy.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Loss {
    pub changeset: String,
    pub what: String,
}

/// What of the destruction in a plan hits data that is there now.
pub async fn losses(
    session: &mut Session,
    dialect: Dialect,
    planned: &[PlannedChangeset],
) -> Result<Vec<Loss>, RunError> {
    let mut names = Names::default();
    let mut found = Vec::new();
    let mut asked: HashMap<String, bool> = HashMap::new();
    for changeset in planned {
        for change in &changeset.changes {
            if let Some(destroys) = change.destroys()
                && let Some(sql) = names.question(&destroys, dialect)
            {
                let there = match asked.get(&sql) {
                    Some(there) => *there,
                    None => is_there(session, &sql).await?,
                };
                asked.insert(sql, there);
                let what = destroys.to_string();
                let told = found.iter().any(|loss: &Loss| loss.what == what);
                if there && !told {
                    found.push(Loss {
                        changeset: changeset.id.clone(),
                        what,
                    });
                }
            }
            names.follow(change);
        }
    }
    Ok(found)
}

async fn is_there(session: &mut Session, sql: &str) -> Result<bool, RunError> {
    match session.query(sql).await {
        Ok(rows) => Ok(!rows.is_empty()),
        // A table or column that is not there holds nothing.
        Err(error) if error.kind == ErrorKind::Statement => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// What tables and columns are called now that a later step of the plan calls something else.
#[derive(Default)]
struct Names {
    tables: HashMap<ObjectName, Option<ObjectName>>,
    columns: HashMap<(ObjectName, Name), Option<Name>>,
}

impl Names {
    fn table(&self, name: &ObjectName) -> Option<ObjectName> {
        match self.tables.get(name) {
            Some(now) => now.clone(),
            None => Some(name.clone()),
        }
    }

    fn column(&self, table: &ObjectName, column: &Name) -> Option<Name> {
        match self.columns.get(&(table.clone(), column.clone())) {
            Some(now) => now.clone(),
            None => Some(column.clone()),
        }
    }

    fn question(&self, destroys: &Destroys, dialect: Dialect) -> Option<String> {
        let table = qualified(&self.table(destroys.table())?, dialect);
        Some(match destroys {
            Destroys::Table(_) | Destroys::Rows(_) => format!("SELECT 1 FROM {table} LIMIT 1"),
            Destroys::Column(name, column) => {
                let column = dialect.quote(&self.column(name, column)?);
                format!("SELECT 1 FROM {table} WHERE {column} IS NOT NULL LIMIT 1")
            }
        })
    }

    /// Takes a step of the plan into account.
    fn follow(&mut self, change: &Change) {
        match change {
            Change::RenameTable { from, to } => {
                let now = self.table(from);
                self.tables.insert(to.clone(), now);
                self.tables.insert(from.clone(), None);
            }
            Change::CreateTable { table, .. } => {
                self.tables.insert(table.name.clone(), None);
            }
            Change::RenameColumn { table, from, to } => {
                let now = self.column(table, from);
                self.columns.insert((table.clone(), to.clone()), now);
                self.columns.insert((table.clone(), from.clone()), None);
            }
            Change::AddColumn { table, column, .. } => {
                self.columns.insert((table.clone(), column.name.clone()), None);
            }
            _ => {}
        }
    }
}
