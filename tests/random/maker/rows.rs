//! What puts rows in, changes them and takes them out.

use driftless::model::{Base, ForeignKey, Object, Table, Type};
use serde_json::{Value, json};

use super::choices::Choices;
use super::keys::{is_in_a_key, single_key};
use super::values::{unknown, value_for};
use super::{Maker, Row};

impl Maker {
    pub(super) fn insert(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let (table, rows) = self.new_rows(choices)?;
        let rows: Vec<Value> = rows.into_iter().map(object).collect();
        Some(json!({ "insert": { "table": table.name.name, "rows": rows } }))
    }

    /// A table, and rows for it, which are taken to be there from now on.
    fn new_rows(&mut self, choices: &mut Choices<'_>) -> Option<(Table, Vec<Row>)> {
        let table = self.a_table(choices)?;
        let mut rows = Vec::new();
        for _ in 0..choices.below(3) + 1 {
            let row = self.row(&table, choices)?;
            self.rows_mut(&table).push(row.clone());
            rows.push(row);
        }
        Some((table, rows))
    }

    fn row(&mut self, table: &Table, choices: &mut Choices<'_>) -> Option<Row> {
        // Without a key it would stay on the way down.
        let key = table.primary_key.as_ref()?;
        let number = self.number();
        let mut row = Row::new();
        let parents = self.parents(table, choices);
        for column in table.columns.iter().filter(|column| column.generated.is_none()) {
            let mut references = table.foreign_keys.iter().zip(&parents).filter_map(|(foreign, parent)| {
                let at = foreign.columns.iter().position(|name| *name == column.name)?;
                let value = parent
                    .as_ref()
                    .and_then(|row| row.get(&*foreign.referenced_columns[at]));
                Some(value.cloned().unwrap_or_default())
            });
            let value = match references.next() {
                None if column.nullable && choices.chance(25) => Value::Null,
                None => self.value(&column.ty, number)?,
                // It would have to be there for both of them.
                Some(value) if references.next().is_none() => value,
                Some(_) => Value::Null,
            };
            if value.is_null() && (!column.nullable || key.columns.contains(&column.name)) {
                return None;
            }
            row.insert(column.name.to_string(), value);
        }
        Some(row)
    }

    /// For each foreign key of a table the row that a new one refers to.
    fn parents(&self, table: &Table, choices: &mut Choices<'_>) -> Vec<Option<Row>> {
        let parent = |foreign: &ForeignKey, choices: &mut Choices<'_>| {
            let row = self.rows.get(&foreign.references.to_string())?.last()?;
            let is_usable = foreign
                .columns
                .iter()
                .zip(&foreign.referenced_columns)
                .all(|(own, there)| {
                    let value = row.get(there.as_str());
                    // Used once only, it can stand in a unique column too.
                    let is_used = self.rows_of(table).iter().any(|row| row.get(own.as_str()) == value);
                    value.is_some_and(|value| !value.is_null() && *value != unknown()) && !is_used
                });
            (is_usable && choices.chance(70)).then(|| row.clone())
        };
        table
            .foreign_keys
            .iter()
            .map(|foreign| parent(foreign, choices))
            .collect()
    }

    /// A value that no other row has; of a domain one of its own type.
    pub(super) fn value(&self, ty: &Type, number: usize) -> Option<Value> {
        let Type::Named { name, values } = ty else {
            return value_for(ty, number);
        };
        if !values.is_empty() {
            return value_for(ty, number);
        }
        self.catalog.objects().find_map(|object| match object {
            Object::Domain(domain) if domain.name == *name => value_for(&domain.ty, number),
            _ => None,
        })
    }

    pub(super) fn load_data(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let (table, rows) = self.new_rows(choices)?;
        let keep = choices.chance(50);
        let names: Vec<String> = rows.first()?.keys().cloned().collect();
        let is_csv = choices.chance(50);
        let text = match is_csv {
            true => csv_of(&names, &rows),
            false => rows.iter().map(|row| json_line(&table, row)).collect(),
        };
        let file = self.file(if is_csv { "csv" } else { "jsonl" }, text, Some(names));
        Some(json!({ "load_data": { "table": table.name.name, "file": file, "keep": keep } }))
    }

    pub(super) fn unload_data(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let ending = ["csv", "jsonl"][choices.below(2)];
        let file = format!("out{}.{ending}", self.number());
        Some(json!({ "unload_data": { "table": table.name.name, "file": file } }))
    }

    pub(super) fn update(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let (table, name, filter) = self.one_row(choices)?;
        let column = self.column(&table, &name)?;
        let number = self.number();
        let value = self.value(&column.ty, number)?;
        self.rows_mut(&table).first_mut()?.insert(name.clone(), value.clone());
        // Kept, so that a reference that was dropped before can come back on the way down.
        Some(json!({ "update": { "table": table.name.name, "set": { name: value }, "where": filter, "keep": true } }))
    }

    pub(super) fn delete(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let (table, _, filter) = self.one_row(choices)?;
        let to_itself = table
            .foreign_keys
            .iter()
            .any(|foreign| foreign.references == table.name);
        if to_itself || !self.catalog.incoming(&table.name).is_empty() {
            return None;
        }
        self.rows_mut(&table).remove(0);
        Some(json!({ "delete": { "table": table.name.name, "where": filter, "keep": true } }))
    }

    /// A table that nothing points at, a plain column of it, and a condition that holds for one of its rows.
    fn one_row(&self, choices: &mut Choices<'_>) -> Option<(Table, String, String)> {
        let table = self.a_table(choices)?;
        let (_, key, _) = single_key(&table)?;
        let value = self.rows_of(&table).first()?.get(&key)?.clone();
        if value == unknown() {
            return None;
        }
        let literal = match &value {
            Value::String(text) => self.dialect().string(text),
            other => other.to_string(),
        };
        let name = self.plain_columns(&table, choices, |_| true)?;
        let is_free = !is_in_a_key(&table, &name)
            && !table
                .foreign_keys
                .iter()
                .any(|foreign| foreign.columns.iter().any(|column| **column == *name));
        is_free.then(|| {
            let filter = format!("{} = {literal}", self.quote(&key));
            (table, name, filter)
        })
    }

    pub(super) fn upsert(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let (_, key, _) = single_key(&table)?;
        if !table.foreign_keys.is_empty() {
            return None;
        }
        let mut rows = vec![self.row(&table, choices)?];
        let known = self.rows_of(&table).first().cloned();
        if let Some(known) = known
            && choices.chance(80)
        {
            let mut changed = self.row(&table, choices)?;
            let value = known.get(&key).filter(|value| **value != unknown())?;
            changed.insert(key.clone(), value.clone());
            rows.push(changed);
        }
        let all: Vec<Value> = rows.iter().cloned().map(object).collect();
        let own = self.rows_mut(&table);
        if let [_, changed] = rows.as_slice() {
            own[0] = changed.clone();
        }
        own.push(rows[0].clone());
        Some(json!({ "upsert": { "table": table.name.name, "rows": all } }))
    }
}

fn object(row: Row) -> Value {
    Value::Object(row.into_iter().collect())
}

fn csv_of(names: &[String], rows: &[Row]) -> String {
    let header: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    let mut text = format!("{}\n", header.join(","));
    for row in rows {
        // An empty field that is quoted is an empty text, another one NULL.
        let fields = names.iter().map(|name| match &row[name] {
            Value::Null => String::new(),
            Value::Object(bytes) => quoted(bytes["base64"].as_str().unwrap_or_default()),
            Value::String(text) => quoted(text),
            other => other.to_string(),
        });
        text += &fields.collect::<Vec<_>>().join(",");
        text.push('\n');
    }
    text
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn json_line(table: &Table, row: &Row) -> String {
    let values = row.iter().map(|(name, value)| {
        let is_json =
            |column: &driftless::model::Column| *column.name == **name && column.ty.base() == Some(Base::Json);
        let value = match value {
            Value::Object(bytes) => bytes["base64"].clone(),
            Value::String(text) if table.columns.iter().any(is_json) => serde_json::from_str(text).expect("JSON"),
            other => other.clone(),
        };
        (name.clone(), value)
    });
    format!("{}\n", Value::Object(values.collect()))
}
