//! Properties of the exported changelog: at the top of its first file, before anything that needs them.

use serde_json::{Value as Json, json};

use crate::liquibase::Properties;

/// The items that define them: one for all databases where they agree.
pub(super) fn items(properties: &Properties, databases: usize) -> Vec<Json> {
    let mut items = Vec::new();
    for (name, values) in &properties.all {
        let mut texts: Vec<(&String, Vec<&str>)> = Vec::new();
        for (dbms, text) in values {
            match texts.iter_mut().find(|(known, _)| *known == text) {
                Some((_, names)) => names.push(dbms),
                None => texts.push((text, vec![dbms])),
            }
        }
        for (text, names) in texts {
            items.push(match names.len() == databases {
                true => json!({ "property": { "name": name, "value": text } }),
                false => json!({ "property": { "name": name, "value": text, "dbms": names.join(", ") } }),
            });
        }
    }
    items
}
