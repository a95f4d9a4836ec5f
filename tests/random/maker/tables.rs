//! Tables.

use driftless::dialect::Family;
use serde_json::{Value, json};

use super::choices::Choices;
use super::keys::{composite_key, has_own_letters, referable_key, single_key};
use super::values::TYPES;
use super::{Maker, Row};

impl Maker {
    pub(super) fn create_table(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.name(choices);
        let mut columns = Vec::new();
        let identity = choices.chance(30);
        let id = self.name(choices);
        let ty = ["bigint", "int", "varchar(40)", "uuid"][choices.below(if identity { 2 } else { 4 })];
        let composite = !identity && choices.chance(25);
        let mut first = json!({ "name": id, "type": ty });
        if !composite {
            first["primary_key"] = json!(true);
        }
        if identity {
            first["identity"] = match choices.chance(30) {
                true => json!({ "start": 2000, "always": false }),
                false => json!(true),
            };
        }
        columns.push(first);
        let mut key = vec![id.clone()];
        for _ in 0..choices.below(4) + 1 {
            columns.push(self.new_column(choices, true));
        }
        if composite {
            let second = self.name(choices);
            columns.push(json!({ "name": second, "type": "int" }));
            key.push(second);
        }
        let mut operation = json!({ "table": table });
        match choices.below(6) {
            0 | 1 => {
                let own = (!composite).then(|| (table.clone(), id.clone(), ty.to_string()));
                columns.extend(self.reference(own, choices));
            }
            2 => {
                if let Some((foreign, more)) = self.reference_of_several(choices) {
                    columns.extend(more);
                    operation["foreign_keys"] = json!([foreign]);
                }
            }
            _ => {}
        }
        operation["columns"] = json!(columns);
        if composite {
            operation["primary_key"] = json!({ "columns": key });
        }
        if choices.chance(20) {
            operation["comment"] = json!("what's in it; \"all\" of it");
        }
        let refers = operation.to_string().contains("\"references\"");
        if choices.chance(20) && !(refers && self.family() == Family::Mysql) {
            operation["options"] = self.options(identity || composite, choices);
        }
        Some(json!({ "create_table": operation }))
    }

    /// What the dialect lets be said of a table; `is_keyed` where its rows cannot be parted or kept in another way.
    fn options(&mut self, is_keyed: bool, choices: &mut Choices<'_>) -> Value {
        match self.family() {
            Family::Sqlite => {
                let strict = choices.chance(50);
                json!({ "sqlite": { "strict": strict, "without_rowid": !is_keyed && !strict } })
            }
            Family::Postgres => json!({ "postgres": { "unlogged": true } }),
            Family::Mysql => {
                let collations = ["utf8mb3_bin", "utf8mb3_unicode_ci"];
                let mut options = json!({ "charset": "utf8mb3", "collation": collations[choices.below(2)] });
                if choices.chance(30) {
                    options["engine"] = json!("InnoDB");
                }
                json!({ "mysql": options })
            }
        }
    }

    /// A table whose rows lie in several parts.
    pub(super) fn create_parted_table(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let (table, id, day) = (self.name(choices), self.name(choices), self.name(choices));
        let columns = json!([{ "name": id, "type": "int" }, { "name": day, "type": "date" }]);
        let mut operation = json!({
            "table": table, "columns": columns, "primary_key": { "columns": [id, day] },
        });
        let by = self.quote(&id);
        operation["options"] = match self.family() {
            Family::Sqlite => return None,
            Family::Mysql => json!({ "mysql": { "partition_by": format!("HASH ({by}) PARTITIONS 3") } }),
            Family::Postgres => {
                let (low, other) = (self.name(choices), self.name(choices));
                let partitions = json!([
                    { "name": low, "bounds": "FOR VALUES FROM (0) TO (20)" },
                    { "name": other, "bounds": "DEFAULT" },
                ]);
                json!({ "postgres": { "partition_by": format!("RANGE ({by})"), "partitions": partitions } })
            }
        };
        Some(json!({ "create_table": operation }))
    }

    /// A table of what stands in another one.
    pub(super) fn create_table_as(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let source = self.a_table(choices)?;
        let (_, key, ty) = single_key(&source)?;
        let fits =
            |column: &&driftless::model::Column| TYPES.contains(&&*column.ty.to_string()) && *column.name != *key;
        let mut taken: Vec<(String, String)> = vec![(key.clone(), ty)];
        for column in source.columns.iter().filter(fits).take(choices.below(3) + 1) {
            taken.push((column.name.to_string(), column.ty.to_string()));
        }
        if !TYPES.contains(&taken[0].1.as_str()) {
            return None;
        }
        let table = self.name(choices);
        let mut columns = Vec::new();
        let mut renamed = Vec::new();
        for (at, (from, ty)) in taken.iter().enumerate() {
            let name = self.name(choices);
            columns.push(json!({ "name": name, "type": ty, "primary_key": at == 0 }));
            renamed.push((from, name));
        }
        let selected: Vec<String> = taken.iter().map(|(name, _)| self.quote(name)).collect();
        let query = format!("SELECT {} FROM {}", selected.join(", "), self.full(&source.name));
        let rows: Vec<Row> = self
            .rows_of(&source)
            .iter()
            .map(|row| {
                let values = renamed.iter().map(|(from, to)| {
                    let known = row.get(*from).cloned();
                    (to.clone(), known.unwrap_or_else(super::values::unknown))
                });
                values.collect()
            })
            .collect();
        self.rows.insert(table.clone(), rows);
        Some(json!({ "create_table_as": { "table": table, "columns": columns, "query": query } }))
    }

    pub(super) fn drop_table(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let keep = choices.chance(50);
        let referenced = !self.catalog.incoming(&table.name).is_empty();
        // Its rows do not come back, and a reference to them could not.
        let wanted = referenced || self.referred.contains(&table.name.to_string());
        if wanted && !keep && !self.rows_of(&table).is_empty() {
            return None;
        }
        let cascade = choices.chance(50) || referenced;
        Some(json!({ "drop_table": { "table": table.name.name, "cascade": cascade, "keep": keep } }))
    }

    pub(super) fn rename_table(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let to = self.name(choices);
        Some(json!({ "rename_table": { "table": table.name.name, "to": to } }))
    }

    pub(super) fn truncate(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        if !self.catalog.incoming(&table.name).is_empty() {
            return None;
        }
        self.rows_mut(&table).clear();
        Some(json!({ "truncate": { "table": table.name.name, "keep": true } }))
    }

    /// A column that refers to another table, or to its own.
    fn reference(&mut self, own: Option<(String, String, String)>, choices: &mut Choices<'_>) -> Option<Value> {
        let parents = self.tables();
        let to_own = choices.chance(40);
        let other = choices.one(&parents).filter(|_| !to_own).and_then(referable_key);
        let (parent, column, ty) = other.or(own)?;
        let name = self.name(choices);
        let mut column = json!({
            "name": name, "type": ty, "references": { "table": parent, "columns": [column] },
        });
        if let Some(action) = self.action(choices) {
            column["references"]["on_delete"] = json!(action);
        }
        Some(column)
    }

    /// A foreign key of several columns, and those columns.
    fn reference_of_several(&mut self, choices: &mut Choices<'_>) -> Option<(Value, Vec<Value>)> {
        let parents = self.tables();
        let are_usual = |table: &&driftless::model::Table| {
            let key = table.primary_key.as_ref();
            key.is_some_and(|key| !key.columns.iter().any(|name| has_own_letters(table, name)))
        };
        let parents: Vec<_> = parents.iter().filter(are_usual).filter_map(composite_key).collect();
        let (parent, key) = choices.one(&parents)?.clone();
        let mut columns = Vec::new();
        let mut names = Vec::new();
        for (_, ty) in &key {
            let name = self.name(choices);
            columns.push(json!({ "name": name, "type": ty }));
            names.push(name);
        }
        let referenced: Vec<&String> = key.iter().map(|(name, _)| name).collect();
        let mut foreign = json!({
            "columns": names, "references": { "table": parent, "columns": referenced },
        });
        if choices.chance(50) {
            foreign["references"]["on_delete"] = json!("cascade");
        }
        if choices.chance(50) {
            foreign["name"] = json!(self.name(choices));
        }
        Some((foreign, columns))
    }

    pub(super) fn action(&self, choices: &mut Choices<'_>) -> Option<&'static str> {
        [None, Some("cascade"), Some("set_null"), Some("restrict")][choices.below(4)]
    }
}
