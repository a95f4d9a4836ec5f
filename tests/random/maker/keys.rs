//! Constraints and indexes.

use driftless::dialect::{Family, Name};
use driftless::model::{Base, Catalog, Table};
use serde_json::{Value, json};

use super::Maker;
use super::choices::Choices;
use super::values::{can_be_unique, unknown};

impl Maker {
    /// A check that all values of the maker meet.
    pub(super) fn check_on(&self, column: &str, ty: &str, choices: &mut Choices<'_>) -> Option<String> {
        let name = self.quote(column);
        let numbers = [
            format!("{name} > -5"),
            format!("{name} BETWEEN -1 AND 1000000"),
            format!("{name} >= 0 AND {name} <> 999999"),
            format!("{name} IS NULL OR {name} + 1 > 0"),
        ];
        let texts = [
            format!("{name} <> 'nobody'"),
            format!("{name} NOT IN ('a', 'it''s not', 'c')"),
            format!("{name} IS NULL OR {name} <> 'never'"),
        ];
        match ty.split('(').next()? {
            "int" | "bigint" | "smallint" | "decimal" => choices.one(&numbers).cloned(),
            "varchar" | "text" => choices.one(&texts).cloned(),
            _ => None,
        }
    }

    pub(super) fn create_index(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let mut columns: Vec<Value> = Vec::new();
        let mut names: Vec<Name> = Vec::new();
        for _ in 0..choices.below(2) + 1 {
            let column = choices.one(&table.columns)?;
            let indexable = !matches!(column.ty.base(), Some(Base::Json | Base::Bytes | Base::Text));
            if names.contains(&column.name) || !indexable {
                continue;
            }
            names.push(column.name.clone());
            columns.push(match choices.chance(30) {
                true => json!({ "column": column.name, "order": "desc" }),
                false => json!(column.name),
            });
        }
        if names.is_empty() {
            return None;
        }
        let mut operation = json!({ "table": table.name.name, "columns": columns });
        if choices.chance(30) {
            operation["name"] = json!(self.name(choices));
        }
        if choices.chance(20) && self.are_apart(&table, &names) {
            operation["unique"] = json!(true);
        }
        if choices.chance(30) && self.family() != Family::Mysql {
            operation["where"] = json!(format!("{} IS NOT NULL", self.quote(&names[0])));
        }
        Some(json!({ "create_index": operation }))
    }

    /// Whether no two rows hold the same.
    pub(super) fn are_apart(&self, table: &Table, names: &[Name]) -> bool {
        names.iter().any(|name| {
            let column = self.column(table, name);
            let rows = self.rows_of(table);
            let mut seen: Vec<String> = Vec::new();
            column.is_some_and(|column| column.default.is_none() && can_be_unique(&column.ty.to_string()))
                && rows.iter().all(|row| {
                    let value = row.get(name.as_str()).cloned().unwrap_or_default();
                    let text = value.to_string();
                    let new = value.is_null() || value != unknown() && !seen.contains(&text);
                    seen.push(text);
                    new
                })
        })
    }

    pub(super) fn drop_index(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let index = choices.one(&table.indexes)?;
        Some(json!({ "drop_index": { "table": table.name.name, "name": index.name } }))
    }

    /// An index with what only some engines have.
    pub(super) fn create_special_index(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let column = choices.one(&table.columns)?.clone();
        let name = &column.name;
        let ty = column.ty.to_string();
        let is_text = super::values::is_text(&column);
        let mut operation = json!({ "table": table.name.name, "columns": [name] });
        match (self.family(), choices.below(7)) {
            (Family::Postgres, 0) => operation["include"] = json!([choices.one(&table.columns)?.name]),
            (Family::Postgres, 1) if ty == "json" => operation["using"] = json!("gin"),
            (Family::Postgres, 1) => operation["using"] = json!(["hash", "brin"][choices.below(2)]),
            (Family::Postgres, 2) if is_text => {
                let class = if ty == "text" {
                    "text_pattern_ops"
                } else {
                    "varchar_pattern_ops"
                };
                operation["columns"] = json!([{ "column": name, "class": class }]);
            }
            (Family::Postgres, 3) => {
                let nulls = ["first", "last"][choices.below(2)];
                operation["columns"] = json!([{ "column": name, "nulls": nulls, "order": "desc" }]);
            }
            (Family::Postgres, 4) => operation["concurrently"] = json!(true),
            (Family::Mysql, 0) if is_text => operation["kind"] = json!("fulltext"),
            (Family::Mysql, 1 | 2) if is_text => {
                operation["columns"] = json!([{ "column": name, "length": 5 }]);
            }
            // MySQL keeps no text of any length in an index.
            _ if is_text && (ty != "text" || self.family() != Family::Mysql) => {
                let expression = format!("{}({})", ["LOWER", "UPPER"][choices.below(2)], self.quote(name));
                // `||` is OR to MySQL.
                let expression = match choices.chance(30) && self.family() != Family::Mysql {
                    true => format!("{expression} || 'x'"),
                    false => expression,
                };
                operation["columns"] = json!([{ "expression": expression }]);
                operation["name"] = json!(self.name(choices));
            }
            _ => return None,
        }
        let is_plain = !matches!(column.ty.base(), Some(Base::Json | Base::Bytes));
        (is_plain || operation["using"] == "gin").then(|| json!({ "create_index": operation }))
    }

    pub(super) fn create_primary_key(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let keyless: Vec<Table> = self.tables();
        let keyless: Vec<Table> = keyless
            .into_iter()
            .filter(|table| table.primary_key.is_none())
            .collect();
        let table = choices.one(&keyless)?;
        let column = choices.one(&table.columns)?;
        let is_filled = self
            .rows_of(table)
            .iter()
            .all(|row| row.get(column.name.as_str()).is_some_and(|value| !value.is_null()));
        if !is_filled || !self.are_apart(table, std::slice::from_ref(&column.name)) {
            return None;
        }
        let mut operation = json!({ "table": table.name.name, "columns": [column.name] });
        if choices.chance(50) {
            operation["name"] = json!(self.name(choices));
        }
        Some(json!({ "create_primary_key": operation }))
    }

    pub(super) fn create_unique(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let column = choices.one(&table.columns)?.name.clone();
        if !self.are_apart(&table, std::slice::from_ref(&column)) {
            return None;
        }
        let mut operation = json!({ "table": table.name.name, "columns": [column] });
        if choices.chance(40) {
            operation["name"] = json!(self.name(choices));
        }
        if self.family() == Family::Postgres {
            // Two rows with NULL may be there, or come.
            let is_of_key = table.primary_key.is_some_and(|key| key.columns.contains(&column));
            match choices.below(4) {
                0 if is_of_key => operation["nulls_not_distinct"] = json!(true),
                1 => operation["deferrable"] = json!(true),
                2 => operation["initially_deferred"] = json!(true),
                _ => {}
            }
        }
        Some(json!({ "create_unique_constraint": operation }))
    }

    pub(super) fn create_exclusion(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let column = choices.one(&table.columns)?.name.clone();
        if !self.are_apart(&table, std::slice::from_ref(&column)) {
            return None;
        }
        let element = json!({ "column": column, "operator": "=" });
        let mut operation = json!({ "table": table.name.name, "elements": [element], "using": "btree" });
        if choices.chance(40) {
            operation["where"] = json!(format!("{} IS NOT NULL", self.quote(&column)));
        }
        if choices.chance(40) {
            operation["name"] = json!(self.name(choices));
        }
        if choices.chance(30) {
            operation["deferrable"] = json!(true);
        }
        Some(json!({ "create_exclusion_constraint": operation }))
    }

    pub(super) fn create_check(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let column = choices.one(&table.columns)?.clone();
        let expression = self.check_on(&column.name, &column.ty.to_string(), choices)?;
        let mut operation = json!({ "table": table.name.name, "expression": expression });
        if choices.chance(40) {
            operation["name"] = json!(self.name(choices));
        }
        if choices.chance(30) {
            operation["not_valid"] = json!(true);
        }
        Some(json!({ "create_check_constraint": operation }))
    }

    pub(super) fn create_foreign_key(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let (parent, referenced, ty) = referable_key(&self.a_table(choices)?)?;
        let fitting: Vec<Name> = table
            .columns
            .iter()
            .filter(|column| column.ty.to_string() == ty && column.generated.is_none() && column.identity.is_none())
            .filter(|column| !has_own_letters(&table, &column.name))
            .filter(|column| {
                let rows = self.rows_of(&table);
                column.default.is_none()
                    && rows
                        .iter()
                        .all(|row| row.get(column.name.as_str()).is_none_or(Value::is_null))
            })
            .map(|column| column.name.clone())
            .collect();
        let column = choices.one(&fitting)?;
        let mut operation = json!({
            "table": table.name.name, "columns": [column],
            "references": { "table": parent, "columns": [referenced] },
        });
        if let Some(action) = self.action(choices) {
            operation["references"]["on_delete"] = json!(action);
        }
        match choices.below(6) {
            0 => operation["not_valid"] = json!(true),
            1 => operation["references"]["deferrable"] = json!(true),
            2 => operation["references"]["on_update"] = json!("cascade"),
            _ => {}
        }
        Some(json!({ "create_foreign_key": operation }))
    }

    /// Two tables that refer to each other, by columns that are added for it.
    pub(super) fn create_cycle(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let (one, other) = (
            referable_key(&self.a_table(choices)?)?,
            referable_key(&self.a_table(choices)?)?,
        );
        let refer = |maker: &mut Maker, from: &str, to: &(String, String, String), choices: &mut Choices<'_>| {
            let column = json!({
                "name": maker.name(choices), "type": to.2, "references": { "table": to.0, "columns": [to.1] },
            });
            json!({ "add_column": { "table": from, "column": column } })
        };
        let there = refer(self, &one.0, &other, choices);
        self.offer(there, choices.chance(50));
        Some(refer(self, &other.0, &one, choices))
    }

    pub(super) fn drop_foreign_key(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let foreign = choices.one(&table.foreign_keys)?;
        Some(match choices.chance(50) {
            true => json!({ "drop_foreign_key": { "table": table.name.name, "columns": foreign.columns } }),
            false => json!({ "drop_foreign_key": { "table": table.name.name, "name": foreign.name } }),
        })
    }

    pub(super) fn validate_constraint(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let mut open = Vec::new();
        for table in self.tables() {
            let checks = table
                .checks
                .iter()
                .filter(|check| check.not_valid)
                .map(|check| &check.name);
            let foreign = table.foreign_keys.iter().filter(|foreign| foreign.not_valid);
            let names = checks.chain(foreign.map(|foreign| &foreign.name));
            open.extend(names.map(|name| (table.name.name.clone(), name.clone())));
        }
        let Some((table, name)) = choices.one(&open) else {
            let mut check = self.create_check(choices)?;
            check["create_check_constraint"]["not_valid"] = json!(true);
            return Some(check);
        };
        Some(json!({ "validate_constraint": { "table": table, "constraint": name } }))
    }

    pub(super) fn drop_constraint(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let constraints = table.constraints();
        let constraint = choices.one(&constraints)?;
        // Without it rows may come in that it would refuse on the way back; the maker makes none such.
        Some(json!({ "drop_constraint": { "table": table.name.name, "name": constraint.name() } }))
    }

    pub(super) fn rename_part(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let to = self.name(choices);
        if choices.chance(50)
            && let Some(index) = choices.one(&table.indexes)
        {
            return Some(json!({ "rename_index": { "table": table.name.name, "index": index.name, "to": to } }));
        }
        let constraints = table.constraints();
        let constraint = choices.one(&constraints)?;
        Some(json!({ "rename_constraint": { "table": table.name.name, "constraint": constraint.name(), "to": to } }))
    }
}

/// The primary key of a table that is one column, with the table's name and the column's type.
pub(super) fn single_key(table: &Table) -> Option<(String, String, String)> {
    let [name] = table.primary_key.as_ref()?.columns.as_slice() else {
        return None;
    };
    let column = table.columns.iter().find(|column| column.name == *name)?;
    Some((table.name.name.to_string(), name.to_string(), column.ty.to_string()))
}

/// Whether a column has a character set or a collation of its own: MySQL and MariaDB let it refer to its like only.
pub(super) fn has_own_letters(table: &Table, name: &str) -> bool {
    let column = table.columns.iter().find(|column| *column.name == *name);
    let of_column = column.is_some_and(|column| column.collation.is_some() || column.charset.is_some());
    of_column || table.options.collation.is_some()
}

/// The key that columns of other tables can refer to, as `single_key` gives it.
pub(super) fn referable_key(table: &Table) -> Option<(String, String, String)> {
    single_key(table).filter(|(_, name, _)| !has_own_letters(table, name))
}

/// The primary key of a table that has several columns, each with its type, behind the table's name.
pub(super) fn composite_key(table: &Table) -> Option<(String, Vec<(String, String)>)> {
    let key = table.primary_key.as_ref().filter(|key| key.columns.len() > 1)?;
    let typed = key.columns.iter().map(|name| {
        let column = table.columns.iter().find(|column| column.name == *name)?;
        Some((name.to_string(), column.ty.to_string()))
    });
    Some((table.name.name.to_string(), typed.collect::<Option<_>>()?))
}

/// Whether a unique index or constraint of a table holds a column.
pub(super) fn is_in_a_key(table: &Table, name: &str) -> bool {
    let has = |names: &[Name]| names.iter().any(|column| column.as_str() == name);
    table
        .primary_key
        .iter()
        .chain(&table.uniques)
        .any(|key| has(&key.columns))
        || table.indexes.iter().filter(|index| index.unique).any(|index| {
            index.columns.iter().any(
                |column| matches!(&column.key, driftless::model::IndexKey::Column(column) if column.as_str() == name),
            )
        })
}

pub(super) fn is_referenced(catalog: &Catalog, table: &Table, name: &str) -> bool {
    let own = table.foreign_keys.iter();
    let incoming = catalog.incoming(&table.name);
    let all = incoming.iter().map(|(_, foreign)| *foreign).chain(own);
    all.into_iter()
        .any(|foreign| foreign.referenced_columns.iter().any(|column| column.as_str() == name))
}
