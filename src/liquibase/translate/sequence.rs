//! Changes of sequences.

use super::super::element::Element;
use super::super::node::{Body, flag, text};
use super::Translator;
use crate::document::Node;

/// Options of sequences that are numbers: Liquibase's word and ours.
const NUMBERS: [(&str, &str); 5] = [
    ("startValue", "start"),
    ("incrementBy", "increment"),
    ("minValue", "minimum"),
    ("maxValue", "maximum"),
    ("cacheSize", "cache"),
];

impl Translator<'_> {
    fn has_sequences(&self) -> bool {
        self.is_postgres() || self.dialect.name() == "mariadb"
    }

    fn options(&mut self, change: &Element, body: &mut Body) {
        if let Some(ty) = change.value("dataType").filter(|_| self.is_postgres()) {
            let native = self.native(ty).to_lowercase();
            let portable = match native.as_str() {
                "integer" => "int",
                other => other,
            };
            body.put("type", text(portable, ty.span));
        }
        for (key, own) in NUMBERS {
            if let Some(number) = self.number(change, key) {
                body.put(own, number);
            }
        }
        match self.flag_of(change, "cycle") {
            Some(true) => body.put("cycle", flag(true, change.span)),
            Some(false) if change.name == "alterSequence" => body.put("cycle", flag(false, change.span)),
            _ => {}
        }
        self.passed_over_keys(change, &["ordered"]);
    }

    pub fn create_sequence(&mut self, change: &Element) -> Vec<Node> {
        let Some(name) = self.object(change, "sequenceName", "schemaName", "catalogName") else {
            return Vec::new();
        };
        if !self.has_sequences() {
            return self.no_sequences(change);
        }
        let mut body = Body::new(change.span).with("name", name);
        self.options(change, &mut body);
        vec![body.operation("create_sequence")]
    }

    /// Where there are no sequences, Liquibase makes none and says nothing.
    fn no_sequences(&mut self, change: &Element) -> Vec<Node> {
        let message = format!(
            "{} has no sequences: nothing is done there, as by Liquibase",
            self.dialect.facts().title
        );
        self.passed_over(message, change.name_span);
        Vec::new()
    }

    pub fn alter_sequence(&mut self, change: &Element) -> Vec<Node> {
        let Some(name) = self.object(change, "sequenceName", "schemaName", "catalogName") else {
            return Vec::new();
        };
        if !self.has_sequences() {
            return self.no_sequences(change);
        }
        let mut body = Body::new(change.span).with("sequence", name);
        self.options(change, &mut body);
        vec![body.operation("alter_sequence")]
    }

    pub fn rename_sequence(&mut self, change: &Element) -> Vec<Node> {
        let old = self.object(change, "oldSequenceName", "schemaName", "catalogName");
        let (Some(old), Some(new)) = (old, self.needed(change, "newSequenceName")) else {
            return Vec::new();
        };
        if !self.has_sequences() {
            return self.no_sequences(change);
        }
        let body = Body::new(change.span).with("sequence", old).with("to", self.name(new));
        vec![body.operation("rename_sequence")]
    }

    pub fn drop_sequence(&mut self, change: &Element) -> Vec<Node> {
        let Some(name) = self.object(change, "sequenceName", "schemaName", "catalogName") else {
            return Vec::new();
        };
        if !self.has_sequences() {
            return self.no_sequences(change);
        }
        vec![Body::new(change.span).with("sequence", name).operation("drop_sequence")]
    }
}
