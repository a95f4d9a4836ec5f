//! Views.

use driftless::model::{Object, ObjectKind};
use serde_json::{Value, json};

use super::Maker;
use super::choices::Choices;
use super::keys::single_key;

impl Maker {
    pub(super) fn create_view(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let name = self.name(choices);
        let columns: Vec<String> = table
            .columns
            .iter()
            .take(3)
            .map(|column| self.quote(&column.name))
            .collect();
        let filter = match choices.chance(50) {
            true => format!(" WHERE {} IS NOT NULL", columns[0]),
            false => String::new(),
        };
        let from = self.full(&table.name);
        let query = format!("SELECT {} FROM {from}{filter}", columns.join(", "));
        let mut operation = json!({ "view": name, "query": query });
        match choices.below(6) {
            0 => operation["check_option"] = json!(["local", "cascaded"][choices.below(2)]),
            1 => operation["comment"] = json!("it's a \"view\"; of rows"),
            2 => {
                if let Some(Object::View(other)) = self.an_object(ObjectKind::View, choices) {
                    let listed = format!("SELECT {} FROM", columns.join(", "));
                    // A view on a view, of as many columns as are known to be there.
                    if other.query.starts_with(&listed) {
                        operation["query"] = json!(format!("{listed} {}", self.full(&other.name)));
                    }
                }
            }
            _ => {}
        }
        Some(json!({ "create_view": operation }))
    }

    /// The same columns of other rows.
    pub(super) fn replace_view(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let Object::View(view) = self.an_object(ObjectKind::View, choices)? else {
            return None;
        };
        let query = format!("{} LIMIT {}", view.query.trim_end_matches(';'), choices.below(9) + 1);
        let query = match view.query.contains(" LIMIT ") || view.check_option.is_some() {
            true => return None,
            false => query,
        };
        Some(json!({ "create_view": { "view": view.name.name, "query": query, "replace": true } }))
    }

    pub(super) fn drop_view(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let views: Vec<String> = self.catalog.views().map(|view| view.name.name.to_string()).collect();
        let view = choices.one(&views)?;
        Some(json!({ "drop_view": { "view": view, "cascade": choices.chance(50) } }))
    }

    pub(super) fn create_materialized_view(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let (_, key, _) = single_key(&table)?;
        let name = self.name(choices);
        let query = format!("SELECT {} FROM {}", self.quote(&key), self.full(&table.name));
        let mut operation = json!({ "view": name, "query": query });
        if choices.chance(60) {
            operation["indexes"] = json!([{ "columns": [key], "unique": true }]);
        }
        if choices.chance(30) {
            operation["comment"] = json!("kept; it's so");
        }
        Some(json!({ "create_materialized_view": operation }))
    }

    pub(super) fn change_materialized_view(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let Some(Object::View(view)) = self.an_object(ObjectKind::MaterializedView, choices) else {
            return self.create_materialized_view(choices);
        };
        let name = &view.name.name;
        Some(match choices.below(3) {
            0 => json!({ "drop_materialized_view": { "view": name } }),
            1 if view.indexes.iter().any(|index| index.unique) => {
                json!({ "refresh_materialized_view": { "view": name, "concurrently": true } })
            }
            _ => json!({ "refresh_materialized_view": { "view": name } }),
        })
    }
}
