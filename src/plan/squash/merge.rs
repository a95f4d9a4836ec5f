//! The operations of several dialects as one list: one form for all where it means the same everywhere.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::stretch::resolved;
use crate::dialect::Dialect;
use crate::model::Catalog;
use crate::operation::{DialectChoice, Only, Operation};

/// The operations of one target.
pub struct Own {
    pub dialect: Dialect,
    /// The schema before them.
    pub catalog: Catalog,
    pub operations: Vec<Operation>,
}

/// What of an operation tells which one it is.
const NAMING: [&str; 24] = [
    "table",
    "name",
    "view",
    "function",
    "procedure",
    "trigger",
    "policy",
    "schema",
    "extension",
    "on",
    "to",
    "from",
    "privileges",
    "constraint",
    "column",
    "index",
    "enum",
    "value",
    "sequence",
    "domain",
    "materialized_view",
    "columns",
    "arguments",
    "expression",
];

/// Keys whose value may be a map by dialect.
const BY_DIALECT: [&str; 8] = [
    "type",
    "query",
    "body",
    "returns",
    "arguments",
    "when",
    "options",
    "using",
];

/// One list for all; `None` where something cannot be said.
pub fn merged(all: Vec<Own>) -> Option<Vec<Operation>> {
    // Versions of a dialect are written alike; whether they can be is seen afterwards.
    let mut lanes: Vec<Own> = Vec::new();
    for own in all {
        if !lanes.iter().any(|known| known.dialect == own.dialect) {
            lanes.push(own);
        }
    }
    let mut operations: Vec<Operation> = Vec::new();
    for identity in identities(&lanes) {
        let each: Vec<Option<Operation>> = lanes
            .iter()
            .map(|lane| {
                lane.operations
                    .iter()
                    .find(|operation| identity_of(operation) == identity)
                    .cloned()
            })
            .collect();
        match for_all(&lanes, &each) {
            Some(one) => operations.push(one),
            None => {
                for only in for_some(&lanes, &each) {
                    push_only(&mut operations, only);
                }
            }
        }
        for (lane, own) in lanes.iter_mut().zip(&each) {
            let changes = own.iter().map(|own| resolved(&lane.catalog, own, None));
            for change in changes.collect::<Option<Vec<_>>>()?.iter().flatten() {
                lane.catalog.apply(change).ok()?;
            }
        }
    }
    Some(operations)
}

/// Everything that any of them makes, in an order that is that of each.
fn identities(lanes: &[Own]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for lane in lanes {
        let mut at = 0;
        for identity in lane.operations.iter().map(identity_of) {
            match all.iter().position(|known| *known == identity) {
                Some(found) => at = at.max(found + 1),
                None => {
                    all.insert(at, identity);
                    at += 1;
                }
            }
        }
    }
    all
}

fn identity_of(operation: &Operation) -> String {
    let json = as_json(operation);
    let body = json
        .as_object()
        .and_then(|map| map.values().next())
        .cloned()
        .unwrap_or_default();
    let is_list = |key: &str| operation.key() == "create_table" && key == "columns";
    // A column is known by its name, whatever else is said of it.
    let name = |value: Value| value.get("name").cloned().unwrap_or(value);
    let naming = NAMING.iter().filter(|key| !is_list(key));
    let naming: Vec<Option<Value>> = naming.map(|key| body.get(*key).cloned().map(name)).collect();
    format!(
        "{} {}",
        operation.key(),
        serde_json::to_string(&naming).unwrap_or_default()
    )
}

fn as_json(operation: &Operation) -> Value {
    serde_json::to_value(operation).expect("our own types are JSON")
}

/// One form, where it does on each of them what its own does.
fn for_all(lanes: &[Own], each: &[Option<Operation>]) -> Option<Operation> {
    let own: Option<Vec<&Operation>> = each.iter().map(Option::as_ref).collect();
    let own = own?;
    let values: Vec<(&str, Option<Value>)> = lanes
        .iter()
        .zip(&own)
        .map(|(lane, own)| (lane.dialect.name(), Some(as_json(own))))
        .collect();
    let operation: Operation = serde_json::from_value(joined("", &values)?).ok()?;
    let same = lanes.iter().zip(own).all(|(lane, own)| {
        let changes = resolved(&lane.catalog, &operation, None);
        changes.is_some() && changes == resolved(&lane.catalog, own, None)
    });
    same.then_some(operation)
}

/// Each form, for the dialects that it is the form of.
fn for_some(lanes: &[Own], each: &[Option<Operation>]) -> Vec<Only> {
    let mut forms: Vec<(&Operation, Vec<&str>)> = Vec::new();
    for (lane, own) in lanes.iter().zip(each) {
        let Some(own) = own else {
            continue;
        };
        match forms.iter_mut().find(|(form, _)| *form == own) {
            Some((_, names)) => names.push(lane.dialect.name()),
            None => forms.push((own, vec![lane.dialect.name()])),
        }
    }
    let has_mariadb = lanes.iter().any(|lane| lane.dialect.name() == "mariadb");
    let only = forms.into_iter().map(|(operation, names)| {
        let both = names.contains(&"mysql") && names.contains(&"mariadb");
        let without = names.contains(&"mysql") && !names.contains(&"mariadb") && has_mariadb;
        let said = names.into_iter().filter(|name| !(both && *name == "mariadb"));
        let said = said.chain(without.then_some("!mariadb"));
        Only {
            dialects: said.map(|name| DialectChoice(name.to_string())).collect(),
            operations: vec![operation.clone()],
        }
    });
    only.collect()
}

/// Adds to what stands last where it is for the same dialects.
fn push_only(operations: &mut Vec<Operation>, only: Only) {
    match operations.last_mut() {
        Some(Operation::Only(last)) if last.dialects == only.dialects => last.operations.extend(only.operations),
        _ => operations.push(Operation::Only(only)),
    }
}

/// One value that says what each says. Whether it does is seen by resolving it.
fn joined(key: &str, values: &[(&str, Option<Value>)]) -> Option<Value> {
    let said: Vec<&Value> = values.iter().filter_map(|(_, value)| value.as_ref()).collect();
    let first = *said.first()?;
    let is_same = said.iter().all(|value| *value == first);
    let is_everywhere = said.len() == values.len();
    let is_text = said.iter().all(|value| value.is_string());
    let by_dialect = BY_DIALECT.contains(&key) && (is_text || key == "type");
    if is_same && (is_everywhere || !by_dialect) {
        return Some(first.clone());
    }
    if by_dialect {
        return Some(map_by_dialect(values));
    }
    if said.iter().all(|value| value.is_object()) {
        let mut keys: Vec<&String> = Vec::new();
        for map in said.iter().filter_map(|value| value.as_object()) {
            keys.extend(map.keys().filter(|key| !keys.contains(key)).collect::<Vec<_>>());
        }
        let mut map = Map::new();
        for key in keys {
            let inner: Vec<(&str, Option<Value>)> = values
                .iter()
                .map(|(name, value)| (*name, value.as_ref().and_then(|value| value.get(key)).cloned()))
                .collect();
            map.insert(key.clone(), joined(key, &inner)?);
        }
        return Some(map.into());
    }
    let lists: Option<Vec<&Vec<Value>>> = said.iter().map(|value| value.as_array()).collect();
    let lists = lists.filter(|lists| is_everywhere && lists.iter().all(|list| list.len() == lists[0].len()))?;
    let items = (0..lists[0].len()).map(|at| {
        let inner = values
            .iter()
            .zip(&lists)
            .map(|((name, _), list)| (*name, Some(list[at].clone())));
        joined("", &inner.collect::<Vec<_>>())
    });
    items.collect::<Option<Vec<Value>>>().map(Value::Array)
}

/// A map by dialect; what most of them say is its `default`.
fn map_by_dialect(values: &[(&str, Option<Value>)]) -> Value {
    let all: BTreeMap<&str, Value> = values
        .iter()
        .map(|(name, value)| (*name, value.clone().unwrap_or_default()))
        .collect();
    let count = |value: &Value| all.values().filter(|other| *other == value).count();
    let usual = all
        .values()
        .max_by_key(|value| count(value))
        .filter(|value| count(value) > 1);
    let mut map = Map::new();
    for name in ["sqlite", "postgres", "mysql", "mariadb"] {
        let Some(value) = all.get(name) else {
            continue;
        };
        // MariaDB falls back to what is said for MySQL.
        let otherwise = match (name, map.get("mysql")) {
            ("mariadb", Some(mysql)) => Some(mysql),
            _ => usual,
        };
        if otherwise != Some(value) {
            map.insert(name.to_string(), value.clone());
        }
    }
    if let Some(usual) = usual {
        map.insert("default".to_string(), usual.clone());
    }
    map.into()
}
