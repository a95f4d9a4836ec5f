//! YAML and JSON into elements.

use super::plain::plain_text;
use super::xml::{DEEPEST, too_deep};
use super::{Attribute, Element, Text};
use crate::diagnostic::{Diagnostic, Span};
use crate::document::{Entry, Kind, Node};

pub const ROOT: &str = "databaseChangeLog";

/// The root element of a parsed file, whose text stands beside it.
pub fn read_tree(document: &Node, text: &str) -> Result<Element, Diagnostic> {
    let Some(entry) = document.entry(ROOT) else {
        let message = format!("a Liquibase changelog begins with `{ROOT}:`");
        return Err(Diagnostic::error("liquibase-syntax", message).label(document.span, ""));
    };
    let is_list = matches!(entry.value.kind, Kind::Seq(_) | Kind::Null(_));
    if !is_list {
        let message = format!("`{ROOT}` is a list, and this is {}", entry.value.kind_name());
        return Err(Diagnostic::error("liquibase-syntax", message)
            .label(entry.value.span, "")
            .help("begin each entry with `- `, as in `- changeSet:`"));
    }
    Reader { text, passed: 0 }.element(entry, DEEPEST)
}

struct Reader<'t> {
    text: &'t str,
    /// Where the last scalar ended: what looks like a comment before that is part of a text.
    passed: usize,
}

impl Reader<'_> {
    /// An entry as an element: one with a map or a list behind it, or one of an item of a list.
    fn element(&mut self, entry: &Entry, depth: usize) -> Result<Element, Diagnostic> {
        if depth == 0 {
            return Err(too_deep(entry.key_span));
        }
        let span = Span {
            end: entry.value.span.end.max(entry.key_span.end),
            ..entry.key_span
        };
        let mut element = Element::new(&entry.key, entry.key_span, span);
        element.remarks = self.remarks(entry.key_span.start as usize);
        self.fill(&mut element, &entry.value, depth)?;
        Ok(element)
    }

    fn fill(&mut self, element: &mut Element, value: &Node, depth: usize) -> Result<(), Diagnostic> {
        match &value.kind {
            Kind::Map(entries) => {
                for entry in entries {
                    match entry.value.scalar_text() {
                        Some(_) => {
                            let attribute = self.attribute(entry, &element.name);
                            element.attributes.push(attribute);
                        }
                        None => element.children.push(self.element(entry, depth - 1)?),
                    }
                }
            }
            Kind::Seq(items) => {
                for item in items {
                    match &item.kind {
                        Kind::Map(entries) => {
                            for entry in entries {
                                element.children.push(self.element(entry, depth - 1)?);
                            }
                        }
                        _ => element.children.push(self.nameless(item, depth)?),
                    }
                }
            }
            _ => element.text = self.scalar(value, false),
        }
        Ok(())
    }

    /// An item of a list that is no map: a text, most often.
    fn nameless(&mut self, item: &Node, depth: usize) -> Result<Element, Diagnostic> {
        if depth == 1 {
            return Err(too_deep(item.span));
        }
        let mut element = Element::new(
            "",
            Span {
                end: item.span.start,
                ..item.span
            },
            item.span,
        );
        self.fill(&mut element, item, depth - 1)?;
        Ok(element)
    }

    fn attribute(&mut self, entry: &Entry, parent: &str) -> Attribute {
        let is_date = matches!(parent, "column" | "param") && entry.key.ends_with("Date");
        let value = self.scalar(&entry.value, is_date);
        Attribute {
            name: entry.key.to_string(),
            name_span: entry.key_span,
            is_null: value.is_none(),
            value: value.unwrap_or_else(|| Text {
                text: String::new(),
                span: entry.value.span,
            }),
        }
    }

    /// A scalar as Liquibase reads it; `None` for null.
    fn scalar(&mut self, node: &Node, is_date: bool) -> Option<Text> {
        self.passed = self.passed.max(node.span.end as usize);
        let written = node.scalar_text().unwrap_or_default();
        let read = match self.is_plain(node) {
            // The midnight that begins it.
            true if is_date && is_day(written) => format!("{written}T00:00:00"),
            true => plain_text(written)?,
            false => written.to_string(),
        };
        Some(Text {
            text: read,
            span: node.span,
        })
    }

    /// Whether a scalar is written without quotes, as one that may be a number, a date or a word for true and false.
    fn is_plain(&self, node: &Node) -> bool {
        let Kind::Str(text) = &node.kind else {
            return true;
        };
        let (start, end) = (node.span.start as usize, node.span.end as usize);
        let is_quoted = self.text[..start].ends_with(['\'', '"']);
        self.text.get(start..end) == Some(text) && !is_quoted && !self.is_tagged(start)
    }

    /// Whether a tag stands before a scalar: `!!str 1.10`.
    fn is_tagged(&self, start: usize) -> bool {
        const LONGEST: usize = 100;
        let before = self.text[..start].trim_end_matches([' ', '\t']);
        let mut word = before
            .bytes()
            .rev()
            .take(LONGEST)
            .take_while(|byte| !byte.is_ascii_whitespace());
        before.len() < start && word.any(|byte| byte == b'!')
    }

    /// The comments on the lines above a key, where it is the first thing on its line.
    fn remarks(&self, key: usize) -> Vec<String> {
        let before = self.text[..key].trim_end_matches([' ', '\t', '-', '\u{feff}']);
        let Some(above) = before.strip_suffix('\n') else {
            return Vec::new();
        };
        let mut remarks = Vec::new();
        for line in above.rsplit('\n') {
            let start = line.as_ptr() as usize - self.text.as_ptr() as usize;
            let Some(comment) = line.trim().trim_start_matches('\u{feff}').strip_prefix('#') else {
                break;
            };
            if start < self.passed {
                break;
            }
            remarks.push(comment.trim_start_matches('#').trim().to_string());
        }
        remarks.retain(|remark| !remark.is_empty());
        remarks.reverse();
        remarks
    }
}

/// Whether a scalar is a date without a time, which is no text to Liquibase.
fn is_day(written: &str) -> bool {
    let digits_at = |at: usize, byte: u8| {
        if matches!(at, 4 | 7) {
            byte == b'-'
        } else {
            byte.is_ascii_digit()
        }
    };
    written.len() == 10 && written.bytes().enumerate().all(|(at, byte)| digits_at(at, byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sources;
    use crate::document::{Limits, parse};

    fn read(name: &str, text: &str) -> Result<Element, Diagnostic> {
        let mut sources = Sources::default();
        let source = sources.add(name, text);
        let document = parse(source, &sources, Limits::default()).map_err(|mut told| told.remove(0))?;
        read_tree(&document, text)
    }

    #[test]
    fn a_list_of_maps_is_its_entries() {
        let text = "# all\ndatabaseChangeLog:\n\n# one\n#\n# more\n- changeSet:\n    id: 0010\n    author: 'no'\n    comment: |\n      a\n      \
                    # no remark\n    preConditions:\n    - onFail: MARK_RAN\n    - sqlCheck: {expectedResult: 1.0, sql: select 1}\n    \
                    changes:\n    # two\n    - insert:\n        tableName: no\n        columns:\n        - column: {name: a, value: \
                    null}\n        - column: {name: b, valueDate: 2020-01-02, value: !!str 1.10}\n    - empty:\n    \
                    validCheckSum: [1:any, \"yes\"]\n";
        let root = read("a.yaml", text).unwrap();
        assert_eq!(root.remarks, ["all"]);
        let changeset = &root.children[0];
        assert_eq!(changeset.remarks, ["one", "more"]);
        assert_eq!(changeset.text_of("id"), Some("8"));
        assert_eq!(changeset.text_of("author"), Some("no"));
        let at = |span: Span| &text[span.start as usize..span.end as usize];
        assert_eq!(at(changeset.value("id").unwrap().span), "0010");
        let conditions = changeset.child("preConditions").unwrap();
        assert_eq!(
            (conditions.remarks.len(), conditions.text_of("onFail")),
            (0, Some("MARK_RAN"))
        );
        assert_eq!(
            conditions.child("sqlCheck").unwrap().text_of("expectedResult"),
            Some("1.0")
        );
        let changes = changeset.child("changes").unwrap();
        assert_eq!(changes.children[0].remarks, ["two"]);
        assert_eq!(changes.children[0].text_of("tableName"), Some("false"));
        let columns: Vec<_> = changes.children[0].listed("columns", "column").collect();
        assert!(columns[0].attribute("value").unwrap().is_null);
        assert_eq!(columns[1].text_of("valueDate"), Some("2020-01-02T00:00:00"));
        assert_eq!(columns[1].text_of("value"), Some("1.10"));
        assert_eq!(
            (&*changes.children[1].name, &changes.children[1].text),
            ("empty", &None)
        );
        let sums = &changeset.child("validCheckSum").unwrap().children;
        let sums: Vec<_> = sums.iter().map(|sum| &*sum.text.as_ref().unwrap().text).collect();
        assert_eq!(sums, ["1:any", "yes"]);
    }

    #[test]
    fn json_is_read_as_yaml_is() {
        let text =
            r#"{"databaseChangeLog": [{"changeSet": {"id": 1.10, "author": "1.10", "changes": [{"sql": "on"}]}}]}"#;
        let root = read("a.json", text).unwrap();
        assert_eq!(root.children[0].text_of("id"), Some("1.1"));
        assert_eq!(root.children[0].text_of("author"), Some("1.10"));
        assert_eq!(root.children[0].child("changes").unwrap().text_of("sql"), Some("on"));
    }

    #[test]
    fn what_is_no_changelog_is_told() {
        assert!(read("a.yaml", "databaseChangelog: []").is_err());
        assert!(read("a.yaml", "databaseChangeLog: {changeSet: {}}").is_err());
        assert!(read("a.yaml", "databaseChangeLog:").unwrap().children.is_empty());
        let deep = format!("databaseChangeLog: {}{}", "[".repeat(150), "]".repeat(150));
        assert!(read("a.yaml", &deep).unwrap_err().message.contains("deeper than"));
    }
}
