//! What a way back would destroy that is really there: asked of the database before anything changes.

use std::collections::HashMap;

use super::RunError;
use crate::database::{ErrorKind, Session};
use crate::dialect::{Dialect, Name, ObjectName};
use crate::model::{Change, Destroys, Kept, KeptWhat};
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
            let destroys = change.destroys();
            for (destroys, sql) in destroys
                .into_iter()
                .flat_map(|destroys| names.questions(destroys, dialect))
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
    /// What was set aside, and came back.
    filled: Vec<Kept>,
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

    /// What to ask the database: of the table as it is now, and of what was set aside and came back into it on the way.
    fn questions(&self, destroys: Destroys, dialect: Dialect) -> Vec<(Destroys, String)> {
        let name = destroys.table();
        let now = self.table(name).and_then(|table| {
            let column = match &destroys {
                Destroys::Column(name, column) => Some(self.column(name, column)?),
                Destroys::Table(_) | Destroys::Rows(_) => None,
            };
            Some((table, column))
        });
        let stores = self.filled.iter().filter(|kept| kept.table == *name);
        let stores = stores.filter_map(|kept| match (&destroys, &kept.what) {
            (Destroys::Table(_) | Destroys::Rows(_), KeptWhat::Rows { .. }) => Some((kept.stored_in(), None)),
            (Destroys::Column(_, column), KeptWhat::Rows { columns, .. } | KeptWhat::Values { columns, .. })
                if columns.contains(column) =>
            {
                Some((kept.stored_in(), Some(column.clone())))
            }
            _ => None,
        });
        let asked: Vec<(ObjectName, Option<Name>)> = now.into_iter().chain(stores).collect();
        let texts = asked.into_iter().map(|(table, column)| {
            let table = qualified(&table, dialect);
            match column {
                None => format!("SELECT 1 FROM {table} LIMIT 1"),
                Some(column) => {
                    let column = dialect.quote(&column);
                    format!("SELECT 1 FROM {table} WHERE {column} IS NOT NULL LIMIT 1")
                }
            }
        });
        texts.map(|text| (destroys.clone(), text)).collect()
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
            Change::BringBack { kept } => match kept.what {
                KeptWhat::Table { .. } => {
                    self.tables.insert(kept.table.clone(), Some(kept.stored_in()));
                }
                _ => self.filled.push(kept.clone()),
            },
            Change::RenameColumn { table, from, to } => {
                let now = self.column(table, from);
                self.columns.insert((table.clone(), to.clone()), now);
                self.columns.insert((table.clone(), from.clone()), None);
            }
            Change::AddColumn { table, column, .. } => {
                self.columns.insert((table.clone(), column.name.clone()), None);
            }
            Change::Raw { effects, .. } => effects.iter().flatten().for_each(|effect| self.follow(effect)),
            _ => {}
        }
    }
}
