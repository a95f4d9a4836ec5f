//! A schema as an entity-relationship diagram, in the language of Mermaid.

use crate::model::{Catalog, Table};

pub(super) fn diagram(catalog: &Catalog) -> String {
    let mut text = String::from("erDiagram\n");
    for table in catalog.tables() {
        text += &entity(catalog, table);
    }
    for table in catalog.tables() {
        for foreign in &table.foreign_keys {
            let case = catalog.column_case();
            let column = |name: &crate::dialect::Name| table.column(name, case);
            let may_be_none = foreign.columns.iter().filter_map(column).any(|column| column.nullable);
            let one = if may_be_none { "|o" } else { "||" };
            let many = if table.is_unique(&foreign.columns) { "o|" } else { "o{" };
            let referred = catalog.table(&foreign.references);
            let name = referred.map_or_else(|| foreign.references.to_string(), |table| table.name.to_string());
            let columns: Vec<&str> = foreign.columns.iter().map(|name| name.as_str()).collect();
            text += &format!(
                "    {} {one}--{many} {} : \"{}\"\n",
                quoted(&name),
                quoted(&table.name.to_string()),
                columns.join(", ").replace('"', "'")
            );
        }
    }
    text
}

fn entity(catalog: &Catalog, table: &Table) -> String {
    let dialect = catalog.target().dialect;
    let mut text = format!("    {} {{\n", quoted(&table.name.to_string()));
    for column in &table.columns {
        let native = column.ty.native(dialect).unwrap_or_else(|_| column.ty.to_string());
        let mut keys = Vec::new();
        if table.primary_key.iter().any(|key| key.columns.contains(&column.name)) {
            keys.push("PK");
        }
        if table
            .foreign_keys
            .iter()
            .any(|foreign| foreign.columns.contains(&column.name))
        {
            keys.push("FK");
        }
        if table.is_unique(std::slice::from_ref(&column.name)) && !keys.contains(&"PK") {
            keys.push("UK");
        }
        let mut line = format!("        {} {}", word(&native), word(&column.name));
        if !keys.is_empty() {
            line += &format!(" {}", keys.join(", "));
        }
        let comment = column.comment.as_deref().filter(|text| !text.is_empty());
        if let Some(comment) = comment {
            line += &format!(" \"{}\"", comment.replace('"', "'").replace(['\n', '\r'], " "));
        }
        text += &line;
        text.push('\n');
    }
    text + "    }\n"
}

/// A name of an entity, in quotes: those may hold anything else.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "'"))
}

/// A type or the name of a column, which Mermaid lets be made of few characters only.
fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '(' | ')' | '[' | ']');
    let plain: String = text.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    match plain.starts_with(|first: char| first.is_alphabetic() || first == '_') {
        true => plain,
        false => format!("_{plain}"),
    }
}
