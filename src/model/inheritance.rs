//! What a table of PostgreSQL has from those it inherits from.

use super::part::{Wording, describe_column};
use super::{Catalog, Column, Table, TableOptions};

impl Catalog {
    /// The columns that a table has from those it inherits from. Numbers and comments are not inherited.
    pub fn inherited(&self, options: &TableOptions) -> Vec<Column> {
        let parents = options.inherits.iter().filter_map(|name| self.table(name));
        let mut columns: Vec<Column> = Vec::new();
        for column in parents.flat_map(|parent| &parent.columns) {
            if !columns.iter().any(|known| known.name == column.name) {
                columns.push(Column {
                    identity: None,
                    comment: None,
                    ..column.clone()
                });
            }
        }
        columns
    }

    /// The columns of a table but for those that it has just as its parents have them: of them the parents tell.
    pub fn own_columns<'a>(&self, table: &'a Table) -> impl Iterator<Item = &'a Column> {
        let inherited = self.inherited(&table.options);
        if inherited.is_empty() {
            return table.columns.iter().collect::<Vec<_>>().into_iter();
        }
        let wording = Wording::of(self);
        let said = |column: &Column| describe_column(column, table, self, wording);
        let known: Vec<_> = inherited.iter().map(|column| (&column.name, said(column))).collect();
        let is_own = |column: &&Column| {
            let mut known = known.iter();
            !known.any(|(name, text)| **name == column.name && *text == said(column))
        };
        table.columns.iter().filter(is_own).collect::<Vec<_>>().into_iter()
    }
}
