//! Columns.

use driftless::dialect::Family;
use driftless::model::{Column, Object, ObjectKind, Table};
use serde_json::{Map, Value, json};

use super::Maker;
use super::choices::Choices;
use super::keys::single_key;
use super::values::{TYPES, can_be_unique, default_for, is_number, is_text, unknown, value_for, wider};

impl Maker {
    pub(super) fn new_column(&mut self, choices: &mut Choices<'_>, with_keys: bool) -> Value {
        let name = self.name(choices);
        let ty = TYPES[choices.below(TYPES.len())];
        let mut column = json!({ "name": name, "type": ty });
        if choices.chance(25)
            && let Some(found) = self.an_enum(choices)
        {
            column["type"] = json!({ "enum": found.name });
            if choices.chance(40) {
                column["default"] = json!(found.values[0]);
                column["nullable"] = json!(choices.chance(50));
            }
            return column;
        }
        if choices.chance(10)
            && let Some(Object::Domain(domain)) = self.an_object(ObjectKind::Domain, choices)
        {
            column["type"] = json!({ "domain": domain.name });
            return column;
        }
        if choices.chance(30) {
            column["default"] = default_for(ty, choices);
        }
        if self.family() == Family::Mysql && choices.chance(20) {
            self.dress(&mut column, ty, choices);
        }
        if choices.chance(30) && (with_keys || !column["default"].is_null()) {
            column["nullable"] = json!(false);
        }
        if with_keys && choices.chance(15) && can_be_unique(ty) && column["default"].is_null() {
            column["unique"] = json!(true);
        }
        if choices.chance(15) {
            column["comment"] = json!("it's a \"comment\" \\ with all");
        }
        if choices.chance(20)
            && let Some(check) = self.check_on(&name, ty, choices)
        {
            column["check"] = json!(check);
        }
        column
    }

    /// What only MySQL and MariaDB say of a column. The database's own character set is not told apart from none.
    fn dress(&self, column: &mut Value, ty: &str, choices: &mut Choices<'_>) {
        let is_text = ty == "text" || ty.starts_with("varchar") || ty.starts_with("char");
        match choices.below(3) {
            0 if is_text => column["collation"] = json!("utf8mb4_bin"),
            1 if is_text => column["charset"] = json!("utf8mb3"),
            1 if ty == "timestamp" && column["default"].is_null() => {
                column["default"] = json!({ "fn": "now" });
                column["on_update"] = json!({ "fn": "now" });
            }
            _ => column["invisible"] = json!(true),
        }
    }

    pub(super) fn add_column(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let mut column = self.new_column(choices, false);
        if choices.chance(15)
            && let Some(source) = self.plain_columns(&table, choices, is_number)
        {
            let expression = format!("{} + 1", self.quote(&source));
            let stored = self.family() == Family::Postgres || choices.chance(50);
            column = json!({
                "name": column["name"], "type": "bigint",
                "generated": { "expression": expression, "stored": stored },
            });
        }
        Some(json!({ "add_column": { "table": table.name.name, "column": column } }))
    }

    /// A column that is neither computed nor numbers rows.
    pub(super) fn plain_columns(
        &self,
        table: &Table,
        choices: &mut Choices<'_>,
        fits: fn(&Column) -> bool,
    ) -> Option<String> {
        let fitting: Vec<&Column> = table
            .columns
            .iter()
            .filter(|column| column.generated.is_none() && column.identity.is_none() && fits(column))
            .collect();
        choices.one(&fitting).map(|column| column.name.to_string())
    }

    pub(super) fn drop_column(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let name = self.plain_columns(&table, choices, |_| true)?;
        let column = self.column(&table, &name)?;
        let keep = choices.chance(40);
        let has_rows = !self.rows_of(&table).is_empty();
        // What comes back is empty: it has to be able to be that.
        let is_needed = !column.nullable && column.default.is_none();
        if has_rows && !keep && (is_needed || self.is_keyed(&table, &name)) {
            return None;
        }
        Some(json!({ "drop_column": { "table": table.name.name, "column": name, "cascade": true, "keep": keep } }))
    }

    /// Several columns become one.
    pub(super) fn merge_columns(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let (one, other) = (
            self.free_column(&table, choices, is_text)?,
            self.free_column(&table, choices, is_text)?,
        );
        if one == other {
            return None;
        }
        let name = self.name(choices);
        for row in self.rows_mut(&table) {
            row.insert(name.clone(), unknown());
        }
        let mut operation = json!({
            "table": table.name.name, "columns": [one, other], "into": { "name": name, "type": "text" },
            "separator": " / ", "cascade": true,
        });
        if choices.chance(50) {
            let back = self.quote(&name);
            operation["back"] = json!({ one: format!("SUBSTR({back}, 1, 10)") });
        }
        Some(json!({ "merge_columns": operation }))
    }

    /// A column becomes several.
    pub(super) fn split_column(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let source = self.free_column(&table, choices, is_text)?;
        let (one, other) = (self.name(choices), self.name(choices));
        for row in self.rows_mut(&table) {
            row.insert(one.clone(), unknown());
            row.insert(other.clone(), unknown());
        }
        let from = self.quote(&source);
        let mut operation = json!({
            "table": table.name.name, "column": source, "cascade": true,
            "into": [
                { "name": one, "type": "varchar(40)", "expression": format!("SUBSTR({from}, 1, 4)") },
                { "name": other, "type": "int", "expression": format!("LENGTH({from})"), "default": 3 },
            ],
        });
        if choices.chance(50) {
            operation["back"] = json!(self.quote(&one));
        }
        Some(json!({ "split_column": operation }))
    }

    /// A column that no key, no reference and nothing computed needs, and that may be NULL: what comes back of it may
    /// be that.
    fn free_column(&self, table: &Table, choices: &mut Choices<'_>, fits: fn(&Column) -> bool) -> Option<String> {
        let name = self.plain_columns(table, choices, fits)?;
        let is_free = self.column(table, &name)?.nullable && !self.is_keyed(table, &name);
        is_free.then_some(name)
    }

    pub(super) fn set_identity(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let (_, key, _) = single_key(&table)?;
        let column = self.column(&table, &key)?;
        let identity = match (&column.identity, is_number(column)) {
            (_, false) => return None,
            (Some(_), _) => json!(false),
            (None, _) if choices.chance(30) => json!({ "start": 5000 }),
            (None, _) => json!(true),
        };
        Some(json!({ "set_identity": { "table": table.name.name, "column": key, "identity": identity } }))
    }

    pub(super) fn rename_column(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let column = choices.one(&table.columns)?.name.clone();
        let to = self.name(choices);
        Some(json!({ "rename_column": { "table": table.name.name, "column": column, "to": to } }))
    }

    pub(super) fn alter_column(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let name = self.plain_columns(&table, choices, |_| true)?;
        let column = self.column(&table, &name)?;
        let mut operation = Map::new();
        operation.insert("table".into(), json!(table.name.name));
        operation.insert("column".into(), json!(name));
        if choices.chance(40) {
            operation.insert(
                "comment".into(),
                [json!("another; comment's \"text\""), Value::Null][choices.below(2)].clone(),
            );
        }
        if choices.chance(40)
            && let Some(wider) = wider(&column.ty)
        {
            operation.insert("type".into(), json!(wider));
        }
        if choices.chance(40) {
            let ty = column.ty.to_string();
            let default = match choices.chance(50) {
                true => Value::Null,
                false => default_for(&ty, choices),
            };
            operation.insert("default".into(), default);
        }
        if choices.chance(40) {
            let rows = self.rows_of(&table);
            let filled = rows.iter().all(|row| {
                row.get(&name)
                    .is_some_and(|value| !value.is_null() && *value != unknown())
            });
            // Values that columns got by their defaults are not kept track of.
            if !column.nullable || filled {
                operation.insert("nullable".into(), json!(!column.nullable));
            }
        }
        if operation.len() == 2 {
            return None;
        }
        Some(json!({ "alter_column": operation }))
    }

    pub(super) fn set_not_null(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        // What it fills in stays on the way down: no reference may come back to such a column.
        let fits = |column: &Column| column.nullable && matches!(&*column.ty.to_string(), "date" | "varchar(200)");
        let name = self.plain_columns(&table, choices, fits)?;
        let column = self.column(&table, &name)?;
        if self.is_keyed(&table, &name) {
            return None;
        }
        let number = self.number();
        let fill = value_for(&column.ty, number)?;
        for row in self.rows_mut(&table) {
            let value = row.entry(name.clone()).or_default();
            if value.is_null() {
                *value = fill.clone();
            }
        }
        Some(json!({ "set_not_null": { "table": table.name.name, "column": name, "fill": fill } }))
    }

    /// One thing of a column or a table.
    pub(super) fn set_one_thing(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let comment = [json!("a; comment's \"text\" \\ end"), Value::Null][choices.below(2)].clone();
        if choices.chance(20) {
            return Some(json!({ "set_table_comment": { "table": table.name.name, "comment": comment } }));
        }
        let name = self.plain_columns(&table, choices, |_| true)?;
        let column = self.column(&table, &name)?;
        let of = json!({ "table": table.name.name, "column": name });
        let (key, more) = match choices.below(4) {
            0 => ("set_column_comment", Some(("comment", comment))),
            1 => ("drop_not_null", None),
            2 => ("drop_default", None),
            _ => (
                "set_default",
                Some(("default", default_for(&column.ty.to_string(), choices))),
            ),
        };
        if matches!(&more, Some(("default", Value::Null))) {
            return None;
        }
        let mut operation = of;
        if let Some((name, value)) = more {
            operation[name] = value;
        }
        Some(json!({ key: operation }))
    }
}
