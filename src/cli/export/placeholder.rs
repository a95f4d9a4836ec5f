//! Parameters that stay parameters: an operation is resolved once more with a mark in place of each value, and where that
//! says the same but for the marks, the marks become the placeholders of Liquibase.

use std::collections::BTreeMap;

use crate::changelog::{Changelog, Changeset, Given, OperationNode, Parameters, Typed, expand};
use crate::dialect::Dialect;
use crate::document;
use crate::liquibase::{ChangeType, Said};
use crate::model::{Catalog, Change};
use crate::operation::{Context, Operation, Uncertain};
use crate::render::{Body, Statement};

use super::part::{Part, part};

/// The marks of the parameters of a changelog.
pub(super) struct Placeholders<'a> {
    changelog: &'a Changelog,
}

/// What stands for a value while an operation is resolved: a word that nothing else is called.
fn mark(name: &str) -> String {
    let digits: String = name.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("marked{digits}marked")
}

impl<'a> Placeholders<'a> {
    pub fn new(changelog: &'a Changelog) -> Placeholders<'a> {
        Placeholders { changelog }
    }

    /// What an operation does, with placeholders in it; `None` where values cannot be told from the rest of it.
    pub fn part(
        &self,
        changeset: &Changeset,
        node: &OperationNode,
        catalog: &Catalog,
        changes: &[Change],
    ) -> Option<Part> {
        let dialect = catalog.target().dialect;
        let sources = &self.changelog.sources;
        let expanded = expand(&node.node, &changeset.parameters, dialect, sources, Typed::AsDefined);
        let values = expanded.used;
        if values.is_empty() || !expanded.secrets.is_empty() {
            return None;
        }
        let marks: Vec<(String, String, String)> = values
            .into_iter()
            .map(|(name, value)| (mark(&name), name, value))
            .collect();
        let mut given = Given::new(sources.clone());
        marks.iter().for_each(|(mark, name, _)| given.add_flag(name, mark));
        let marked_sources = given.sources.clone();
        let parameters = Parameters::outside(given);
        let marked = expand(&node.node, &parameters, dialect, &marked_sources, Typed::AsText);
        let operation: Operation = document::decode(&marked.node).ok()?;
        let mut context = Context::new(catalog, &changeset.files, Uncertain::default());
        context.replaces = !changeset.runs.is_once();
        let marked = context.resolved(&operation);
        let found = part(&mut catalog.clone(), &marked);
        let plain = part(&mut catalog.clone(), changes);
        let with_values = |text: &str| replaced(text, marks.iter().map(|(mark, _, value)| (mark, value.clone())));
        let is_same = mapped(&found, &with_values)?.is_as(&mapped(&plain, &|text| text.to_string())?);
        let with_names =
            |text: &str| replaced(text, marks.iter().map(|(mark, name, _)| (mark, format!("${{{name}}}"))));
        mapped(&found, &with_names).filter(|_| is_same)
    }
}

impl Part {
    fn is_as(&self, other: &Part) -> bool {
        self.types == other.types && self.statements.len() == other.statements.len() && {
            let mut both = self.statements.iter().zip(&other.statements);
            both.all(|(one, other)| one.body == other.body)
        }
    }
}

fn replaced<'m>(text: &str, marks: impl Iterator<Item = (&'m String, String)>) -> String {
    let mut text = text.to_string();
    for (mark, value) in marks {
        text = text.replace(mark, &value);
    }
    text
}

/// A part with its texts put through a function; `None` where some of it is no text.
fn mapped(part: &Part, map: &dyn Fn(&str) -> String) -> Option<Part> {
    let types = part.types.as_ref().map(|types| {
        let each = types.iter().map(|change| ChangeType {
            name: change.name,
            keys: mapped_keys(&change.keys, map),
        });
        each.collect()
    });
    let statements: Option<Vec<Statement>> = part
        .statements
        .iter()
        .map(|statement| {
            let Body::Sql(sql) = &statement.body else {
                return None;
            };
            Some(Statement {
                body: Body::Sql(map(sql)),
                ..statement.clone()
            })
        })
        .collect();
    Some(Part {
        dialect: part.dialect,
        types,
        statements: statements?,
    })
}

fn mapped_keys(keys: &[(&'static str, Said)], map: &dyn Fn(&str) -> String) -> Vec<(&'static str, Said)> {
    keys.iter().map(|(key, said)| (*key, mapped_said(said, map))).collect()
}

fn mapped_said(said: &Said, map: &dyn Fn(&str) -> String) -> Said {
    match said {
        Said::Plain(serde_json::Value::String(text)) => map(text).as_str().into(),
        Said::Plain(other) => Said::Plain(other.clone()),
        Said::Type { written, native } => Said::Type {
            written: map(written),
            native: map(native),
        },
        Said::Sql { word, text } => Said::Sql {
            word: map(word),
            text: map(text),
        },
        Said::Map(keys) => Said::Map(mapped_keys(keys, map)),
        Said::List(items) => Said::List(items.iter().map(|item| mapped_said(item, map)).collect()),
    }
}

/// The values of parameters by which placeholders go, for each database.
pub(super) fn values_of(
    name: &str,
    changeset: &Changeset,
    changelog: &Changelog,
    dialects: &[Dialect],
) -> BTreeMap<&'static str, String> {
    let value = |dialect: Dialect| {
        crate::changelog::value_of(name, &changeset.parameters, dialect, &changelog.sources)
            .ok()
            .flatten()
    };
    let each = dialects
        .iter()
        .map(|dialect| (crate::liquibase::dbms(*dialect), value(*dialect)));
    each.filter_map(|(dbms, value)| Some((dbms, value?))).collect()
}
