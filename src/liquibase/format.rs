//! The formats that Liquibase changelogs are written in, told by the names of their files.

use super::tree::{ROOT, read_tree};
use super::xml::read_xml;
use super::{Element, formatted_sql};
use crate::diagnostic::{Diagnostic, SourceId, Sources, Span};
use crate::document::{Limits, parse};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Xml,
    Yaml,
    Json,
    Sql,
}

impl Format {
    /// The format of a file of that name, if Liquibase takes it for a changelog.
    pub fn of(name: &str) -> Option<Format> {
        let (_, ending) = name.rsplit_once('.')?;
        match &*ending.to_ascii_lowercase() {
            "xml" => Some(Format::Xml),
            "yaml" | "yml" => Some(Format::Yaml),
            "json" => Some(Format::Json),
            "sql" => Some(Format::Sql),
            _ => None,
        }
    }
}

/// Reads a Liquibase changelog in the format that its name says: one element, `databaseChangeLog`. A file of SQL without
/// the first line of formatted SQL is one changeset, as it is to Liquibase.
pub fn read(source: SourceId, sources: &Sources) -> Result<Element, Vec<Diagnostic>> {
    let file = sources.get(source);
    match Format::of(&file.path) {
        Some(Format::Xml) => read_xml(source, file).and_then(changelog).map_err(|told| vec![told]),
        Some(Format::Yaml | Format::Json) => {
            let document = parse(source, sources, Limits::default())?;
            read_tree(&document, &file.text).map_err(|told| vec![told])
        }
        Some(Format::Sql) => formatted_sql::read(source, &file.text),
        None => {
            let message = format!("`{}` has none of the names of Liquibase's changelogs", file.path);
            let told = Diagnostic::error("liquibase-syntax", message).label(Span::new(source, 0, 0), "");
            Err(vec![told.help("they end in .xml, .yaml, .yml, .json or .sql")])
        }
    }
}

fn changelog(root: Element) -> Result<Element, Diagnostic> {
    match &*root.name {
        ROOT => Ok(root),
        name => {
            let message = format!("a Liquibase changelog is a `{ROOT}`, and this is `{name}`");
            Err(Diagnostic::error("liquibase-syntax", message).label(root.name_span, ""))
        }
    }
}

/// Whether a file is a Liquibase changelog, and none of driftless: told by what stands at its root, without parsing it.
pub fn is_liquibase(name: &str, text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    match Format::of(name) {
        Some(Format::Xml) => root_tag(text).is_some_and(|tag| tag.rsplit(':').next() == Some(ROOT)),
        Some(Format::Yaml | Format::Json) => match text.trim_start().starts_with('{') {
            true => text
                .split(&format!("\"{ROOT}\""))
                .skip(1)
                .any(|rest| rest.trim_start().starts_with(':')),
            false => text.lines().any(is_root_key),
        },
        Some(Format::Sql) => formatted_sql::has_header(text),
        None => false,
    }
}

fn is_root_key(line: &str) -> bool {
    let unquoted = line.trim_start_matches(['"', '\'']);
    let rest = unquoted.strip_prefix(ROOT);
    rest.is_some_and(|rest| rest.trim_start_matches(['"', '\'']).trim_start().starts_with(':'))
}

/// The name in the first tag, after declarations and comments.
fn root_tag(text: &str) -> Option<&str> {
    let mut rest = text;
    loop {
        rest = rest.trim_start().strip_prefix('<')?;
        let skipped = match rest {
            _ if rest.starts_with("!--") => rest.split_once("-->"),
            _ if rest.starts_with(['?', '!']) => rest.split_once('>'),
            _ => break,
        };
        rest = skipped?.1;
    }
    rest.split(|c: char| c.is_whitespace() || c == '>' || c == '/').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn liquibase_is_told_from_what_is_not() {
        for (name, text, is) in [
            (
                "a.xml",
                "\u{feff}<?xml version='1.0'?>\n<!-- <a> --><databaseChangeLog x='y'/>",
                true,
            ),
            ("a.XML", "<lb:databaseChangeLog>", true),
            ("a.xml", "<project><databaseChangeLog/></project>", false),
            ("a.yaml", "# x\ndatabaseChangeLog:\n- include: {}", true),
            ("a.yml", "\"databaseChangeLog\" :", true),
            ("a.yaml", "changesets:\n- id: databaseChangeLog\n", false),
            ("a.json", "{\n \"databaseChangeLog\" : []}", true),
            ("a.json", "{\"changesets\": [\"databaseChangeLog\"]}", false),
            ("a.sql", "\n-- Liquibase formatted SQL", true),
            ("a.sql", "select 1; --liquibase formatted sql", false),
            ("a.txt", "databaseChangeLog:", false),
        ] {
            assert_eq!(is_liquibase(name, text), is, "{text}");
        }
    }
}
