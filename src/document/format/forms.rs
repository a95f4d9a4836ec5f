//! What a JSON Schema says of a place: its forms, and the order of their keys, which is that of the types they are made of.

use serde_json::Value;

use super::written::Collection;

/// The forms that a schema allows at a place.
#[derive(Debug, Clone)]
pub struct Forms<'a> {
    root: &'a Value,
    forms: Vec<&'a Value>,
}

impl<'a> Forms<'a> {
    pub fn new(root: &'a Value) -> Forms<'a> {
        Forms::of(root, [root])
    }

    fn of(root: &'a Value, schemas: impl IntoIterator<Item = &'a Value>) -> Forms<'a> {
        let mut forms = Vec::new();
        for schema in schemas {
            open(root, schema, &mut forms);
        }
        Forms { root, forms }
    }

    /// What is allowed below a key.
    pub fn below(&self, key: &str) -> Forms<'a> {
        let schemas = self.forms.iter().filter_map(|form| {
            let known = form.get("properties").and_then(|properties| properties.get(key));
            known.or_else(|| form.get("additionalProperties"))
        });
        Forms::of(self.root, schemas)
    }

    /// What is allowed as an item of a list.
    pub fn items(&self) -> Forms<'a> {
        Forms::of(self.root, self.forms.iter().filter_map(|form| form.get("items")))
    }

    /// Whether a form says something under a word of JSON Schema.
    pub fn say(&self, word: &str) -> bool {
        self.forms.iter().any(|form| form.get(word).is_some())
    }

    /// The keys that the forms know, in their order.
    pub fn known(&self) -> Vec<&'a str> {
        let mut known: Vec<&str> = Vec::new();
        for properties in self.forms.iter().filter_map(|form| form.get("properties")?.as_object()) {
            for key in properties.keys().filter(|key| !key.starts_with('$')) {
                if !known.contains(&key.as_str()) {
                    known.push(key);
                }
            }
        }
        known
    }

    /// The places of keys in the order of the form that knows most of them; those that it does not know come last.
    pub fn arranged(&self, keys: &[&str]) -> Vec<usize> {
        let mut places: Vec<usize> = (0..keys.len()).collect();
        let properties = self.forms.iter().filter_map(|form| form.get("properties")?.as_object());
        let known = |properties: &serde_json::Map<String, Value>| {
            keys.iter().filter(|key| properties.contains_key(**key)).count()
        };
        // Of forms that know as many, the first.
        let mut best: Option<&serde_json::Map<String, Value>> = None;
        for candidate in properties {
            if best.is_none_or(|best| known(best) < known(candidate)) {
                best = Some(candidate);
            }
        }
        if let Some(best) = best {
            let place = |key: &str| best.keys().position(|known| known == key).unwrap_or(usize::MAX);
            places.sort_by_key(|at| place(keys[*at]));
        }
        places
    }
}

/// The keys of a map.
pub(super) fn keys(collection: &Collection) -> Vec<&str> {
    let keys = collection.items.iter().filter_map(|item| item.key.as_ref());
    keys.map(|key| key.value()).collect()
}

/// The forms of a schema, references and alternatives followed.
fn open<'a>(root: &'a Value, schema: &'a Value, forms: &mut Vec<&'a Value>) {
    if forms.iter().any(|known| std::ptr::eq(*known, schema)) {
        return;
    }
    forms.push(schema);
    let reference = schema.get("$ref").and_then(Value::as_str);
    if let Some(found) = reference.and_then(|reference| root.pointer(reference.trim_start_matches('#'))) {
        open(root, found, forms);
    }
    for word in ["anyOf", "oneOf", "allOf"] {
        for branch in schema.get(word).and_then(Value::as_array).into_iter().flatten() {
            open(root, branch, forms);
        }
    }
}
