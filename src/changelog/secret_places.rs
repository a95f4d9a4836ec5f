//! Where a secret may stand in an operation: in values of rows, and in SQL that is run and leaves nothing in the schema.

/// Whether one may stand at a path of keys and indexes, from the key of the operation on.
pub(super) fn may_hold_secret(path: &[String]) -> bool {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    at(&path)
}

fn at(path: &[&str]) -> bool {
    match path {
        ["only", "operations", _, rest @ ..] => at(rest),
        ["insert" | "upsert", "rows", _, _] | ["insert" | "upsert", "rows", _, _, "sql"] => true,
        ["update", "set", _] | ["update", "set", _, "sql"] => true,
        ["update" | "delete", "where"] | ["update" | "delete", "where", _] => true,
        ["sql"] | ["sql", "up" | "down"] | ["sql", "up" | "down", _] => true,
        ["assert" | "unload_data", "query"] | ["assert" | "unload_data", "query", _] => true,
        ["assert", "equals"] => true,
        _ => false,
    }
}
