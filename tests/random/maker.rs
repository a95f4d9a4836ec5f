//! Makes a changelog out of numbers: each says which operation comes next, and on what. What an operation needs is looked
//! up in the schema as it stands; one that driftless refuses there is left out.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use driftless::diagnostic::Severity;
use driftless::dialect::{Dialect, Family, Name, Target};
use driftless::model::{Base, Catalog, Change, Column, EnumType, Object, Table, Type};
use driftless::operation::{Context, Operation, Resolve, Uncertain};
use driftless::render::render;
use serde_json::{Map, Value, json};

/// Names that a careless tool stumbles over.
const NAMES: [&str; 26] = [
    "order",
    "Group",
    "select",
    "user",
    "we\"ird",
    "it's",
    "back`tick",
    "two words",
    "naïve",
    "ÜBER",
    "日本",
    "semi;colon",
    "a.b",
    "per%cent",
    "dash-ed",
    "q?mark",
    "colon:ed",
    "slash/ed",
    "CamelCase",
    "table",
    "x",
    "1st",
    "_under",
    "hash#tag",
    "dollar$",
    "name",
];

/// So many letters make a name as long as any engine takes, with the number at its end.
const LONGEST: usize = 63;

const TYPES: [&str; 17] = [
    "int",
    "bigint",
    "smallint",
    "varchar(40)",
    "varchar(200)",
    "text",
    "decimal(10,2)",
    "boolean",
    "date",
    "timestamp",
    "timestamptz",
    "double",
    "char(12)",
    "bytes",
    "uuid",
    "json",
    "time",
];

/// The numbers of one step, taken one after the other; then zeros.
struct Choices<'a> {
    left: &'a [u16],
}

impl Choices<'_> {
    fn below(&mut self, count: usize) -> usize {
        let Some((first, rest)) = self.left.split_first() else {
            return 0;
        };
        self.left = rest;
        usize::from(*first) % count.max(1)
    }

    fn one<'b, T>(&mut self, all: &'b [T]) -> Option<&'b T> {
        match all.is_empty() {
            true => None,
            false => all.get(self.below(all.len())),
        }
    }

    fn chance(&mut self, percent: usize) -> bool {
        // Nought, which everything shrinks to, says no.
        self.below(100) >= 100 - percent
    }
}

/// A row as it was put in: its values by column.
type Row = BTreeMap<String, Value>;

pub struct Maker {
    target: Target,
    catalog: Catalog,
    /// The schema before the last changeset, and the changes of it so far.
    before: Catalog,
    changes: Vec<Change>,
    changesets: Vec<Vec<Value>>,
    rows: HashMap<String, Vec<Row>>,
    count: usize,
}

impl Maker {
    pub fn new(target: Target) -> Maker {
        Maker {
            catalog: Catalog::new(target.clone()),
            before: Catalog::new(target.clone()),
            target,
            changes: Vec::new(),
            changesets: Vec::new(),
            rows: HashMap::new(),
            count: 0,
        }
    }

    /// The changelog, as JSON, which is YAML too: one changeset a line.
    pub fn changelog(&self) -> String {
        let changesets: Vec<String> = self
            .changesets
            .iter()
            .enumerate()
            .map(|(at, operations)| format!("  {}", json!({ "id": format!("c{at}"), "operations": operations })))
            .collect();
        format!(
            "changesets:\n{}\n",
            changesets
                .join("\n")
                .replace("\n  {", "\n  - {")
                .replacen("  {", "  - {", 1)
        )
    }

    /// One more operation, before which rows may be put in.
    pub fn step(&mut self, numbers: &[u16]) {
        let mut choices = Choices { left: numbers };
        let wanted = choices.below(KINDS.len());
        let together = choices.chance(25);
        if choices.chance(60)
            && let Some(insert) = self.insert(&mut choices)
        {
            self.offer(insert, false);
        }
        let kind = match self.catalog.tables().count() {
            0 => Maker::create_table,
            _ => KINDS[wanted],
        };
        if let Some(operation) = kind(self, &mut choices) {
            self.offer(operation, together);
        }
    }

    /// Takes an operation where driftless does; `together` with the one before, in one changeset.
    fn offer(&mut self, operation: Value, together: bool) -> bool {
        let read: Operation = serde_json::from_value(operation.clone())
            .unwrap_or_else(|error| panic!("the maker made {operation}, which is none: {error}"));
        let files = BTreeMap::new();
        let mut context = Context::new(&self.catalog, &files, Uncertain::default());
        let changes = read.resolve(&mut context);
        let refused = context
            .problems
            .iter()
            .any(|problem| problem.diagnostic.severity == Severity::Error);
        if refused || changes.is_empty() {
            return false;
        }
        let together = together && !self.changesets.is_empty();
        let (from, all) = match together {
            true => (
                self.before.clone(),
                self.changes.iter().chain(&changes).cloned().collect(),
            ),
            false => (self.catalog.clone(), changes.clone()),
        };
        let mut after = from.clone();
        let (_, problems) = render(&mut after, &all);
        if !problems.is_empty() {
            return false;
        }
        for change in &changes {
            self.follow(change);
        }
        (self.before, self.changes, self.catalog) = (from, all, after);
        match together {
            true => self.changesets.last_mut().expect("one before").push(operation),
            false => self.changesets.push(vec![operation]),
        }
        true
    }

    /// Keeps track of the rows.
    fn follow(&mut self, change: &Change) {
        match change {
            Change::RenameTable { from, to } => {
                if let Some(rows) = self.rows.remove(from.name.as_str()) {
                    self.rows.insert(to.name.to_string(), rows);
                }
            }
            Change::DropTable { table } => {
                self.rows.remove(table.name.name.as_str());
            }
            Change::RenameColumn { table, from, to } => {
                for row in self.rows.get_mut(table.name.as_str()).into_iter().flatten() {
                    if let Some(value) = row.remove(from.as_str()) {
                        row.insert(to.to_string(), value);
                    }
                }
            }
            Change::DropColumn { table, column, .. } => {
                for row in self.rows.get_mut(table.name.as_str()).into_iter().flatten() {
                    row.remove(column.name.as_str());
                }
            }
            _ => {}
        }
    }

    fn dialect(&self) -> Dialect {
        self.target.dialect
    }

    fn family(&self) -> Family {
        self.dialect().family()
    }

    /// A name that nothing else has, odd or long or both.
    fn name(&mut self, choices: &mut Choices<'_>) -> String {
        self.count += 1;
        let base = NAMES[choices.below(NAMES.len())];
        let name = format!("{base}{}", self.count);
        match choices.chance(8) {
            true => format!("{}{name}", "l".repeat(LONGEST.saturating_sub(name.len()))),
            false => name,
        }
    }

    fn tables(&self) -> Vec<Table> {
        self.catalog.tables().map(|table| (**table).clone()).collect()
    }

    fn a_table(&self, choices: &mut Choices<'_>) -> Option<Table> {
        choices.one(&self.tables()).cloned()
    }

    fn rows_of(&self, table: &Table) -> &[Row] {
        self.rows.get(table.name.name.as_str()).map_or(&[], Vec::as_slice)
    }

    fn quote(&self, name: &str) -> String {
        self.dialect().quote(name)
    }

    fn create_table(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
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
            first["identity"] = json!(true);
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
        // A column that refers to the table itself, or to another one.
        if choices.chance(35) {
            let parents = self.tables();
            let own = choices.chance(40);
            let reference = match choices.one(&parents).filter(|_| !own).and_then(single_key) {
                Some((parent, column, ty)) => Some((parent, column, ty)),
                None if !composite => Some((table.clone(), id.clone(), ty.to_string())),
                None => None,
            };
            if let Some((parent, column, ty)) = reference {
                let name = self.name(choices);
                let mut column = json!({
                    "name": name, "type": ty, "references": { "table": parent, "columns": [column] },
                });
                if let Some(action) = self.action(choices) {
                    column["references"]["on_delete"] = json!(action);
                }
                columns.push(column);
            }
        }
        let mut operation = json!({ "table": table, "columns": columns });
        if composite {
            operation["primary_key"] = json!({ "columns": key });
        }
        if choices.chance(20) {
            operation["comment"] = json!("what's in it; \"all\" of it");
        }
        Some(json!({ "create_table": operation }))
    }

    fn action(&self, choices: &mut Choices<'_>) -> Option<&'static str> {
        [None, Some("cascade"), Some("set_null"), Some("restrict")][choices.below(4)]
    }

    fn new_column(&mut self, choices: &mut Choices<'_>, with_keys: bool) -> Value {
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
        if choices.chance(30) {
            column["default"] = default_for(ty, choices);
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

    fn an_enum(&self, choices: &mut Choices<'_>) -> Option<Arc<EnumType>> {
        let enums = self.catalog.objects().filter_map(|object| match object {
            Object::Enum(found) => Some(found.clone()),
            _ => None,
        });
        choices.one(&enums.collect::<Vec<_>>()).cloned()
    }

    fn create_enum(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let name = self.name(choices);
        let values = ["small", "it's", "ÜBER", "a\\b", "two words"];
        Some(json!({ "create_enum": { "name": name, "values": values[..choices.below(4) + 2] } }))
    }

    fn add_enum_value(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let found = self.an_enum(choices)?;
        self.count += 1;
        let mut operation = json!({ "enum": found.name, "value": format!("more {}", self.count) });
        match choices.below(3) {
            0 => {}
            1 => operation["before"] = json!(found.values[0]),
            _ => operation["after"] = json!(choices.one(&found.values)?),
        }
        Some(json!({ "add_enum_value": operation }))
    }

    fn rename_enum_value(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let found = self.an_enum(choices)?;
        self.count += 1;
        let from = choices.one(&found.values)?;
        Some(json!({ "rename_enum_value": { "enum": found.name, "from": from, "to": format!("new {}", self.count) } }))
    }

    fn drop_enum(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let found = self.an_enum(choices)?;
        Some(json!({ "drop_enum": { "enum": found.name } }))
    }

    fn sequences(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let known = self.catalog.objects().filter_map(|object| match object {
            Object::Sequence(sequence) => Some(sequence.name.name.to_string()),
            _ => None,
        });
        let known: Vec<String> = known.collect();
        let name = self.name(choices);
        match (choices.below(4), choices.one(&known)) {
            (1, Some(sequence)) => Some(json!({ "rename_sequence": { "sequence": sequence, "to": name } })),
            (2, Some(sequence)) => {
                Some(json!({ "alter_sequence": { "sequence": sequence, "increment": 5, "cycle": choices.chance(50) } }))
            }
            (3, Some(sequence)) => Some(json!({ "drop_sequence": { "sequence": sequence } })),
            _ => {
                Some(json!({ "create_sequence": { "name": name, "start": choices.below(90) + 1, "maximum": 100000 } }))
            }
        }
    }

    fn create_trigger(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let column = choices.one(&table.columns)?.name.clone();
        let (trigger, function) = (self.name(choices), self.name(choices));
        let body = match self.family() {
            Family::Postgres => {
                let body = "BEGIN\n  RETURN NEW;\nEND";
                self.offer(
                    json!({ "create_function": {
                        "function": function, "returns": "trigger", "language": "plpgsql", "body": body,
                    } }),
                    false,
                );
                format!("EXECUTE FUNCTION {}()", self.quote(&function))
            }
            Family::Mysql => format!("SET @seen = NEW.{}", self.quote(&column)),
            Family::Sqlite => format!("SELECT NEW.{}", self.quote(&column)),
        };
        let event = ["insert", "update"][choices.below(2)];
        let timing = ["before", "after"][choices.below(2)];
        Some(json!({ "create_trigger": {
            "trigger": trigger, "table": table.name.name, "timing": timing, "events": event, "body": body,
        } }))
    }

    fn drop_trigger(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let triggers = self.catalog.objects().filter_map(|object| match object {
            Object::Trigger(trigger) => Some(trigger.clone()),
            _ => None,
        });
        let triggers: Vec<_> = triggers.collect();
        let trigger = choices.one(&triggers)?;
        Some(json!({ "drop_trigger": { "trigger": trigger.name, "table": trigger.table.name } }))
    }

    fn set_not_null(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        // What it fills in stays on the way down: no reference may come back to such a column.
        let fits = |column: &Column| column.nullable && matches!(&*column.ty.to_string(), "date" | "varchar(200)");
        let name = self.plain_columns(&table, choices, fits)?;
        let column = table.column(&name, driftless::dialect::NameCase::Exact)?;
        let referring = table
            .foreign_keys
            .iter()
            .any(|foreign| foreign.columns.contains(&column.name));
        if is_in_a_key(&table, &name) || referring {
            return None;
        }
        self.count += 1;
        let fill = value_for(&column.ty, self.count)?;
        for row in self.rows.get_mut(table.name.name.as_str()).into_iter().flatten() {
            let value = row.entry(name.clone()).or_default();
            if value.is_null() {
                *value = fill.clone();
            }
        }
        Some(json!({ "set_not_null": { "table": table.name.name, "column": name, "fill": fill } }))
    }

    /// One thing of a column or a table.
    fn set_one_thing(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let comment = [json!("a; comment's \"text\" \\ end"), Value::Null][choices.below(2)].clone();
        if choices.chance(20) {
            return Some(json!({ "set_table_comment": { "table": table.name.name, "comment": comment } }));
        }
        let name = self.plain_columns(&table, choices, |_| true)?;
        let column = table.column(&name, driftless::dialect::NameCase::Exact)?;
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

    fn rename_part(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
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

    fn upsert(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
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
            changed.insert(key.clone(), known.get(&key)?.clone());
            rows.push(changed);
        }
        let all: Vec<Value> = rows
            .iter()
            .map(|row| Value::Object(row.clone().into_iter().collect()))
            .collect();
        let own = self.rows.entry(table.name.name.to_string()).or_default();
        if let [_, changed] = rows.as_slice() {
            own[0] = changed.clone();
        }
        own.push(rows[0].clone());
        Some(json!({ "upsert": { "table": table.name.name, "rows": all } }))
    }

    /// A check that all values of the maker meet.
    fn check_on(&self, column: &str, ty: &str, choices: &mut Choices<'_>) -> Option<String> {
        let name = self.quote(column);
        let numbers = [
            format!("{name} > -5"),
            format!("{name} BETWEEN -1 AND 1000000"),
            format!("{name} >= 0 AND {name} <> 999999"),
            format!("{name} IS NULL OR {name} + 1 > 0"),
        ];
        let texts = [
            format!("{name} <> 'nobody'"),
            format!("{name} NOT IN ('a', 'it''s', 'c')"),
            format!("{name} IS NULL OR {name} <> ''"),
        ];
        match ty.split('(').next()? {
            "int" | "bigint" | "smallint" | "decimal" => choices.one(&numbers).cloned(),
            "varchar" | "text" => choices.one(&texts).cloned(),
            _ => None,
        }
    }

    fn drop_table(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        // Its rows do not come back, and a reference to them could not.
        let referenced = !self.catalog.incoming(&table.name).is_empty();
        if referenced && !self.rows_of(&table).is_empty() {
            return None;
        }
        Some(json!({ "drop_table": { "table": table.name.name, "cascade": choices.chance(50) || referenced } }))
    }

    fn rename_table(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let to = self.name(choices);
        Some(json!({ "rename_table": { "table": table.name.name, "to": to } }))
    }

    fn add_column(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
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
    fn plain_columns(&self, table: &Table, choices: &mut Choices<'_>, fits: fn(&Column) -> bool) -> Option<String> {
        let fitting: Vec<&Column> = table
            .columns
            .iter()
            .filter(|column| column.generated.is_none() && column.identity.is_none() && fits(column))
            .collect();
        choices.one(&fitting).map(|column| column.name.to_string())
    }

    fn drop_column(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let name = self.plain_columns(&table, choices, |_| true)?;
        let column = table.column(&name, driftless::dialect::NameCase::Exact)?;
        let has_rows = !self.rows_of(&table).is_empty();
        // What comes back is empty: it has to be able to be that.
        if has_rows && (!column.nullable && column.default.is_none() || is_in_a_key(&table, &name)) {
            return None;
        }
        if is_referenced(&self.catalog, &table, &name) && has_rows {
            return None;
        }
        Some(json!({ "drop_column": { "table": table.name.name, "column": name, "cascade": true } }))
    }

    fn rename_column(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let column = choices.one(&table.columns)?.name.clone();
        let to = self.name(choices);
        Some(json!({ "rename_column": { "table": table.name.name, "column": column, "to": to } }))
    }

    fn alter_column(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let name = self.plain_columns(&table, choices, |_| true)?;
        let column = table.column(&name, driftless::dialect::NameCase::Exact)?;
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
            let filled = rows
                .iter()
                .all(|row| row.get(&name).is_some_and(|value| !value.is_null()));
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

    fn create_index(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
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
    fn are_apart(&self, table: &Table, names: &[Name]) -> bool {
        names.iter().any(|name| {
            let column = table.column(name, driftless::dialect::NameCase::Exact);
            let rows = self.rows_of(table);
            let mut seen: Vec<String> = Vec::new();
            column.is_some_and(|column| column.default.is_none() && can_be_unique(&column.ty.to_string()))
                && rows.iter().all(|row| {
                    let value = row.get(name.as_str()).cloned().unwrap_or_default();
                    let text = value.to_string();
                    let new = value.is_null() || !seen.contains(&text);
                    seen.push(text);
                    new
                })
        })
    }

    fn drop_index(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let index = choices.one(&table.indexes)?;
        Some(json!({ "drop_index": { "table": table.name.name, "name": index.name } }))
    }

    fn create_unique(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let column = choices.one(&table.columns)?.name.clone();
        if !self.are_apart(&table, std::slice::from_ref(&column)) {
            return None;
        }
        Some(json!({ "create_unique_constraint": { "table": table.name.name, "columns": [column] } }))
    }

    fn create_check(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let column = choices.one(&table.columns)?.clone();
        let expression = self.check_on(&column.name, &column.ty.to_string(), choices)?;
        let mut operation = json!({ "table": table.name.name, "expression": expression });
        if choices.chance(40) {
            operation["name"] = json!(self.name(choices));
        }
        Some(json!({ "create_check_constraint": operation }))
    }

    fn create_foreign_key(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let (parent, referenced, ty) = single_key(&self.a_table(choices)?)?;
        let fitting: Vec<Name> = table
            .columns
            .iter()
            .filter(|column| column.ty.to_string() == ty && column.generated.is_none() && column.identity.is_none())
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
        Some(json!({ "create_foreign_key": operation }))
    }

    fn drop_constraint(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let constraints = table.constraints();
        let constraint = choices.one(&constraints)?;
        // Without it rows may come in that it would refuse on the way back; the maker makes none such.
        Some(json!({ "drop_constraint": { "table": table.name.name, "name": constraint.name() } }))
    }

    fn create_view(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
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
        let from = self.quote(&table.name.name);
        let query = format!("SELECT {} FROM {from}{filter}", columns.join(", "));
        Some(json!({ "create_view": { "view": name, "query": query } }))
    }

    fn drop_view(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let views: Vec<String> = self.catalog.views().map(|view| view.name.name.to_string()).collect();
        let view = choices.one(&views)?;
        Some(json!({ "drop_view": { "view": view, "cascade": choices.chance(50) } }))
    }

    fn insert(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let table = self.a_table(choices)?;
        let mut rows = Vec::new();
        for _ in 0..choices.below(3) + 1 {
            let row = self.row(&table, choices)?;
            rows.push(Value::Object(row.clone().into_iter().collect()));
            self.rows.entry(table.name.name.to_string()).or_default().push(row);
        }
        Some(json!({ "insert": { "table": table.name.name, "rows": rows } }))
    }

    fn row(&mut self, table: &Table, choices: &mut Choices<'_>) -> Option<Row> {
        // Without a key it would stay on the way down.
        let key = table.primary_key.as_ref()?;
        self.count += 1;
        let mut row = Row::new();
        for column in table.columns.iter().filter(|column| column.generated.is_none()) {
            let references: Vec<_> = table
                .foreign_keys
                .iter()
                .filter(|foreign| foreign.columns.contains(&column.name))
                .collect();
            let in_key = key.columns.contains(&column.name);
            let value = match references.as_slice() {
                [] if column.nullable && choices.chance(25) => Value::Null,
                [] => value_for(&column.ty, self.count)?,
                [foreign] => {
                    let parent = self.rows.get(foreign.references.name.as_str());
                    let column_there = foreign.referenced_columns.first()?;
                    let there = parent.and_then(|rows| rows.last()?.get(column_there.as_str()));
                    // Used once only, it can stand in a unique column too.
                    let used = self
                        .rows_of(table)
                        .iter()
                        .any(|row| row.get(column.name.as_str()) == there);
                    match there.filter(|value| !value.is_null() && !used && choices.chance(70)) {
                        Some(value) => value.clone(),
                        None if column.nullable && !in_key => Value::Null,
                        None => return None,
                    }
                }
                _ if column.nullable && !in_key => Value::Null,
                _ => return None,
            };
            row.insert(column.name.to_string(), value);
        }
        Some(row)
    }

    fn update(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let (table, name, filter) = self.one_row(choices)?;
        let column = table.column(&name, driftless::dialect::NameCase::Exact)?;
        self.count += 1;
        let value = value_for(&column.ty, self.count)?;
        let row = self.rows.get_mut(table.name.name.as_str())?.first_mut()?;
        row.insert(name.clone(), value.clone());
        // Kept, so that a reference that was dropped before can come back on the way down.
        Some(json!({ "update": { "table": table.name.name, "set": { name: value }, "where": filter, "keep": true } }))
    }

    fn delete(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let (table, _, filter) = self.one_row(choices)?;
        let to_itself = table
            .foreign_keys
            .iter()
            .any(|foreign| foreign.references == table.name);
        if to_itself || !self.catalog.incoming(&table.name).is_empty() {
            return None;
        }
        self.rows.get_mut(table.name.name.as_str())?.remove(0);
        Some(json!({ "delete": { "table": table.name.name, "where": filter, "keep": true } }))
    }

    /// A table that nothing points at, a plain column of it, and a condition that holds for one of its rows.
    fn one_row(&self, choices: &mut Choices<'_>) -> Option<(Table, String, String)> {
        let table = self.a_table(choices)?;
        let (_, key, _) = single_key(&table)?;
        let value = self.rows_of(&table).first()?.get(&key)?.clone();
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
}

type Kind = fn(&mut Maker, &mut Choices<'_>) -> Option<Value>;

/// What a step can be; some more often than others.
const KINDS: [Kind; 36] = [
    Maker::create_table,
    Maker::create_table,
    Maker::create_table,
    Maker::add_column,
    Maker::add_column,
    Maker::drop_column,
    Maker::rename_table,
    Maker::rename_column,
    Maker::alter_column,
    Maker::alter_column,
    Maker::create_index,
    Maker::drop_index,
    Maker::create_unique,
    Maker::create_check,
    Maker::create_foreign_key,
    Maker::drop_constraint,
    Maker::create_view,
    Maker::drop_view,
    Maker::drop_table,
    Maker::insert,
    Maker::update,
    Maker::delete,
    Maker::create_enum,
    Maker::add_enum_value,
    Maker::rename_enum_value,
    Maker::drop_enum,
    Maker::sequences,
    Maker::create_trigger,
    Maker::create_trigger,
    Maker::drop_trigger,
    Maker::set_not_null,
    Maker::set_one_thing,
    Maker::set_one_thing,
    Maker::rename_part,
    Maker::upsert,
    Maker::upsert,
];

fn is_number(column: &Column) -> bool {
    matches!(column.ty.base(), Some(Base::SmallInt | Base::Int | Base::BigInt))
}

/// The primary key of a table that is one column, with the table's name and the column's type.
fn single_key(table: &Table) -> Option<(String, String, String)> {
    let [name] = table.primary_key.as_ref()?.columns.as_slice() else {
        return None;
    };
    let column = table.columns.iter().find(|column| column.name == *name)?;
    Some((table.name.name.to_string(), name.to_string(), column.ty.to_string()))
}

fn is_in_a_key(table: &Table, name: &str) -> bool {
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

fn is_referenced(catalog: &Catalog, table: &Table, name: &str) -> bool {
    let own = table.foreign_keys.iter();
    let incoming = catalog.incoming(&table.name);
    let all = incoming.iter().map(|(_, foreign)| *foreign).chain(own);
    all.into_iter()
        .any(|foreign| foreign.referenced_columns.iter().any(|column| column.as_str() == name))
}

fn can_be_unique(ty: &str) -> bool {
    ["int", "bigint", "varchar", "date", "uuid"].contains(&ty.split('(').next().unwrap_or_default())
}

/// A type that holds all that the other one does.
fn wider(ty: &Type) -> Option<&'static str> {
    match ty.to_string().as_str() {
        "smallint" => Some("int"),
        "int" => Some("bigint"),
        "varchar(40)" => Some("varchar(200)"),
        "varchar(200)" => Some("text"),
        "decimal(10,2)" => Some("decimal(12,2)"),
        "char(12)" => Some("varchar(40)"),
        "date" => Some("timestamp"),
        _ => None,
    }
}

fn default_for(ty: &str, choices: &mut Choices<'_>) -> Value {
    match ty.split('(').next().unwrap_or_default() {
        "int" | "bigint" | "smallint" => json!([0, 7, 3000][choices.below(3)]),
        "varchar" => json!(["it's", "", "a \\ b", "say \"hi\"", "null"][choices.below(5)]),
        "text" => json!(["long; text", "%s"][choices.below(2)]),
        "decimal" => json!(1.5),
        "boolean" => json!(choices.chance(50)),
        "date" => [json!("2024-02-29"), json!({ "fn": "current_date" })][choices.below(2)].clone(),
        "timestamp" => [json!("2024-02-29 12:30:00"), json!({ "fn": "now" })][choices.below(2)].clone(),
        "timestamptz" => json!({ "fn": "now" }),
        "double" => json!(0.25),
        "char" => json!("x"),
        "uuid" => [
            json!("00000000-0000-4000-8000-000000000002"),
            json!("00000000-0000-4000-8000-000000000001"),
        ][choices.below(2)]
        .clone(),
        "time" => json!("23:59:00"),
        _ => Value::Null,
    }
}

/// A value that no other row has, as far as the type has so many.
fn value_for(ty: &Type, count: usize) -> Option<Value> {
    if let Some(values) = ty.values() {
        return Some(json!(values[count % values.len()]));
    }
    let odd = ["plain", "it's", "a \\ b", "ünï 日本", "x;y--z"][count % 5];
    Some(match ty.base()? {
        Base::SmallInt | Base::Int | Base::BigInt => json!(count),
        Base::Decimal => json!(format!("{count}.25")),
        Base::Real | Base::Double => json!(count as f64 + 0.5),
        Base::Boolean => json!(count.is_multiple_of(2)),
        Base::Char => json!(format!("c{count}")),
        Base::Varchar | Base::Text => json!(format!("{odd} {count}")),
        Base::Binary | Base::Bytes => json!({ "base64": "AAH/" }),
        Base::Date => json!(format!("2024-{:02}-{:02}", count / 28 % 12 + 1, count % 28 + 1)),
        Base::Time => json!(format!("{:02}:{:02}:00", count % 24, count % 60)),
        Base::Timestamp => json!(format!(
            "2024-{:02}-{:02} 12:00:00",
            count / 28 % 12 + 1,
            count % 28 + 1
        )),
        Base::TimestampTz => json!(format!(
            "2024-{:02}-{:02}T12:00:00Z",
            count / 28 % 12 + 1,
            count % 28 + 1
        )),
        Base::Interval => return None,
        Base::Uuid => json!(format!("00000000-0000-4000-8000-{count:012}")),
        Base::Json => json!(format!("{{\"n\": {count}}}")),
    })
}
