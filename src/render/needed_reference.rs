//! What a foreign key needs of the rows that are there: none that refers to nothing.

use super::definition::qualified;
use super::earlier::Reads;
use super::need::Lack;
use super::needed::{About, Found};
use crate::dialect::{Family, Name};
use crate::model::ForeignKey;

impl About<'_> {
    /// A row that is there for each that is referred to.
    pub(super) fn foreign_key(&self, foreign: &ForeignKey) -> Option<Found> {
        let table = &self.before.name;
        let mut nothing = foreign
            .columns
            .iter()
            .map(|name| self.made.holds_nothing(self.catalog, table, name));
        let refers_to_nothing = match foreign.match_full {
            true => nothing.all(|nothing| nothing),
            false => nothing.any(|nothing| nothing),
        };
        let to_itself = self.catalog.key(&foreign.references) == self.catalog.key(table);
        let referenced = foreign.referenced_columns.iter().filter(|_| to_itself);
        let stay = foreign.columns.iter().chain(referenced).all(|name| self.stays(name));
        if refers_to_nothing || !stay {
            return None;
        }
        let guard = self.foreign_key_guard(foreign)?;
        Some(Found {
            lack: Lack::Referenced {
                table: table.clone(),
                references: foreign.references.clone(),
                in_full: foreign.match_full && foreign.columns.len() > 1,
            },
            questions: self
                .rows(&foreign.columns, true)
                .where_(&self.refers_to_nothing(foreign), Some(&guard)),
            reads: vec![
                self.reads(&foreign.columns),
                Reads {
                    table: foreign.references.clone(),
                    columns: foreign.referenced_columns.clone(),
                },
            ],
        })
    }

    /// What holds of a row that a foreign key refuses.
    fn refers_to_nothing(&self, foreign: &ForeignKey) -> String {
        let quote = |name: &Name| self.dialect.quote(name);
        let own = qualified(&self.before.name, self.dialect);
        let columns: Vec<String> = foreign
            .columns
            .iter()
            .map(|name| format!("{own}.{}", quote(name)))
            .collect();
        let all = |what: &str, joined: &str| {
            let parts: Vec<String> = columns.iter().map(|column| format!("{column} {what}")).collect();
            parts.join(joined)
        };
        // SQLite compares as the left side does, and a foreign key as the column that it refers to.
        let equal: Vec<String> = foreign
            .referenced_columns
            .iter()
            .zip(&columns)
            .map(|(name, column)| format!("driftless_referenced.{} = {column}", quote(name)))
            .collect();
        let missing = format!(
            "NOT EXISTS (SELECT 1 FROM {} AS driftless_referenced WHERE {})",
            qualified(&foreign.references, self.dialect),
            equal.join(" AND ")
        );
        match foreign.match_full && columns.len() > 1 {
            true => format!(
                "({}) AND ({} OR {missing})",
                all("IS NOT NULL", " OR "),
                all("IS NULL", " OR ")
            ),
            false => format!("{} AND {missing}", all("IS NOT NULL", " AND ")),
        }
    }

    /// When a server holds a new foreign key against the rows that are there; `None`: never.
    fn foreign_key_guard(&self, foreign: &ForeignKey) -> Option<String> {
        let engine = self.before.options.engine.as_ref();
        match self.dialect.family() {
            // Rows that a policy hides from the question are there all the same.
            Family::Postgres => {
                let referenced = self.dialect.string(&qualified(&foreign.references, self.dialect));
                Some(format!("NOT row_security_active({referenced})"))
            }
            Family::Mysql if engine.is_some_and(|engine| !engine.eq_ignore_ascii_case("innodb")) => None,
            Family::Mysql => Some("@@foreign_key_checks = 1".into()),
            // What points at nothing already is let be.
            Family::Sqlite => Some(format!(
                "NOT EXISTS (SELECT 1 FROM pragma_foreign_key_list({}) WHERE lower(\"table\") = lower({}))",
                self.dialect.string(&self.before.name.name),
                self.dialect.string(&foreign.references.name)
            )),
        }
    }
}
