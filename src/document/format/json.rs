//! A document as JSON: indented by two, keys in the schema's order, what stood on one line stays there where it fits.

use super::Manner;
use super::forms::Forms;
use crate::diagnostic::Span;
use crate::document::{Entry, Kind, Node, line_break};

/// The text, and the numbers that had to be written otherwise.
pub(super) fn document(root: &Node, text: &str, manner: &Manner<'_>) -> (String, Vec<Span>) {
    let mut writer = Writer {
        text,
        manner,
        path: Vec::new(),
        numbers: Vec::new(),
    };
    let order = Forms::new(manner.schema);
    let json = writer.value(root, &order, 0, 0);
    ((json + "\n").replace('\n', line_break(text)), writer.numbers)
}

struct Writer<'a> {
    text: &'a str,
    manner: &'a Manner<'a>,
    path: Vec<String>,
    numbers: Vec<Span>,
}

impl Writer<'_> {
    /// A value that begins at a column.
    fn value(&mut self, node: &Node, order: &Forms<'_>, indent: usize, column: usize) -> String {
        if let Some(line) = self.line(node, order, column) {
            return line;
        }
        let inner = " ".repeat(indent + 2);
        let mut lines = Vec::new();
        match &node.kind {
            Kind::Map(entries) => {
                for entry in arranged(entries, order) {
                    let key = text_of(&entry.key);
                    self.path.push(entry.key.to_string());
                    let start = inner.len() + key.chars().count() + 2;
                    let value = self.value(&entry.value, &order.below(&entry.key), indent + 2, start);
                    self.path.pop();
                    lines.push(format!("{inner}{key}: {value}"));
                }
                format!("{{\n{}\n{}}}", lines.join(",\n"), " ".repeat(indent))
            }
            Kind::Seq(items) => {
                self.path.push("*".into());
                for item in items {
                    let value = self.value(item, &order.items(), indent + 2, inner.len());
                    lines.push(format!("{inner}{value}"));
                }
                self.path.pop();
                format!("[\n{}\n{}]", lines.join(",\n"), " ".repeat(indent))
            }
            _ => self.scalar(node),
        }
    }

    /// A value on one line, where it was on one and fits.
    fn line(&mut self, node: &Node, order: &Forms<'_>, column: usize) -> Option<String> {
        let is_empty = match &node.kind {
            Kind::Map(entries) => entries.is_empty(),
            Kind::Seq(items) => items.is_empty(),
            _ => true,
        };
        if is_empty {
            return Some(self.flat(node, order));
        }
        let written = &self.text[node.span.start as usize..node.span.end as usize];
        if written.contains('\n') || self.manner.spreads(matches!(node.kind, Kind::Map(_)), &self.path) {
            return None;
        }
        let known = self.numbers.len();
        let flat = self.flat(node, order);
        // One character for the comma behind it.
        if column + flat.chars().count() < self.manner.width {
            return Some(flat);
        }
        self.numbers.truncate(known);
        None
    }

    fn flat(&mut self, node: &Node, order: &Forms<'_>) -> String {
        match &node.kind {
            Kind::Map(entries) if entries.is_empty() => "{}".into(),
            Kind::Map(entries) => {
                let parts = arranged(entries, order).into_iter().map(|entry| {
                    let value = self.flat(&entry.value, &order.below(&entry.key));
                    format!("{}: {value}", text_of(&entry.key))
                });
                format!("{{ {} }}", parts.collect::<Vec<_>>().join(", "))
            }
            Kind::Seq(items) => {
                let items = items.iter().map(|item| self.flat(item, &order.items()));
                format!("[{}]", items.collect::<Vec<_>>().join(", "))
            }
            _ => self.scalar(node),
        }
    }

    fn scalar(&mut self, node: &Node) -> String {
        match &node.kind {
            Kind::Null(_) => "null".into(),
            Kind::Bool(value, _) => value.to_string(),
            Kind::Int(_, raw) | Kind::Float(_, raw) => {
                let number = json_number(raw);
                if number != **raw {
                    self.numbers.push(node.span);
                }
                number
            }
            Kind::Str(text) => text_of(text),
            Kind::Seq(_) | Kind::Map(_) => String::new(),
        }
    }
}

fn arranged<'n>(entries: &'n [Entry], order: &Forms<'_>) -> Vec<&'n Entry> {
    let keys: Vec<&str> = entries.iter().map(|entry| &*entry.key).collect();
    order.arranged(&keys).into_iter().map(|at| &entries[at]).collect()
}

fn text_of(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A number as JSON writes it, digit for digit: without `+`, with a digit before and behind the point.
pub(super) fn json_number(raw: &str) -> String {
    let (sign, rest) = match raw.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", raw.strip_prefix('+').unwrap_or(raw)),
    };
    let exponent_at = rest.find(['e', 'E']).unwrap_or(rest.len());
    let (digits, exponent) = rest.split_at(exponent_at);
    let (whole, part) = digits
        .split_once('.')
        .map_or((digits, None), |(whole, part)| (whole, Some(part)));
    let whole = if whole.is_empty() { "0" } else { whole };
    let part = match part {
        None => String::new(),
        Some("") => ".0".to_string(),
        Some(part) => format!(".{part}"),
    };
    format!("{sign}{whole}{part}{exponent}")
}

#[cfg(test)]
mod tests {
    use super::json_number;

    #[test]
    fn numbers_keep_their_digits() {
        for same in ["0", "-5", "1.10", "1e3", "1E+3", "-0.0", "99999999999999999999"] {
            assert_eq!(json_number(same), same);
        }
        for (raw, json) in [
            ("+5", "5"),
            (".5", "0.5"),
            ("1.", "1.0"),
            ("-.5e-3", "-0.5e-3"),
            ("1.e5", "1.0e5"),
        ] {
            assert_eq!(json_number(raw), json);
        }
    }
}
