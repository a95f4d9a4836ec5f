//! What the configuration says is not driftless's matter: objects that others make.

use glob::Pattern;

use super::output::Output;
use super::project::Project;
use super::{Exit, Failure};
use crate::database::introspect::LeftOut;
use crate::dialect::ObjectName;
use crate::model::{Catalog, Differing, Object, What};

/// Patterns of names: `audit_*`, `users.legacy_*`, `index:*_tmp`.
#[derive(Debug, Clone, Default)]
pub(super) struct Ignored {
    patterns: Vec<Ignore>,
}

#[derive(Debug, Clone)]
struct Ignore {
    /// The kind that is meant, in the words of reports; all where none is named.
    kind: Option<String>,
    /// Of a table, or of what stands beside tables.
    whole: Pattern,
    /// Of a part of a table.
    part: Option<Pattern>,
}

impl Ignored {
    pub fn of(project: &Project, output: &Output) -> Result<Ignored, Failure> {
        let mut patterns = Vec::new();
        for text in &project.config.ignore {
            let (kind, rest) = match text.split_once(':') {
                Some((kind, rest)) => (Some(kind.trim().replace('_', " ")), rest.trim()),
                None => (None, text.trim()),
            };
            let (whole, part) = match rest.split_once('.') {
                Some((whole, part)) => (whole, Some(part)),
                None => (rest, None),
            };
            let read = |pattern: &str| {
                Pattern::new(pattern).map_err(|error| {
                    let message = format!("`ignore: {text}` is no pattern: {}", error.msg);
                    let help = "write `audit_*`, `users.legacy_*`, `index:*_tmp`";
                    output.refuse(Exit::Usage, "ignore", message, Some(help))
                })
            };
            // A part is known by its kind and its own name, too.
            let of_parts = [
                "column",
                "index",
                "check",
                "unique",
                "foreign key",
                "primary key",
                "exclusion",
            ];
            let is_of_part = part.is_none() && kind.as_deref().is_some_and(|kind| of_parts.contains(&kind));
            patterns.push(match is_of_part {
                true => Ignore {
                    kind,
                    whole: read("*")?,
                    part: Some(read(rest)?),
                },
                false => Ignore {
                    kind,
                    whole: read(whole)?,
                    part: part.map(read).transpose()?,
                },
            });
        }
        Ok(Ignored { patterns })
    }

    pub fn holds(&self, found: &Differing) -> bool {
        match &found.what {
            What::Table(name) => self.whole("table", name),
            What::Part(table, kind, name) => {
                let part = |ignore: &Ignore| {
                    let is_meant = ignore.part.as_ref().is_some_and(|part| part.matches(name));
                    ignore.is_of(kind.word()) && is_meant && ignore.whole.matches(&table.name)
                };
                self.whole("table", table) || self.patterns.iter().any(part)
            }
            What::Object(key) => {
                let table = key.detail.as_str();
                let stands = matches!(key.kind.word(), "trigger" | "policy") && !table.is_empty();
                let of_table = stands && self.whole("table", &ObjectName::plain(table));
                of_table || self.whole(key.kind.word(), &key.name)
            }
        }
    }

    /// Whether a whole thing is ignored.
    fn whole(&self, kind: &str, name: &ObjectName) -> bool {
        let whole = |ignore: &Ignore| ignore.part.is_none() && ignore.is_of(kind) && ignore.whole.matches(&name.name);
        self.patterns.iter().any(whole)
    }

    /// Whether what a database has beside its schema is on something that is ignored: `index options of `x` of table `t``.
    pub fn holds_left_out(&self, found: &LeftOut) -> bool {
        let mut words = found.name.split('`');
        let mut named = Vec::new();
        while let (Some(before), Some(name)) = (words.next(), words.next()) {
            let kind = before.split_whitespace().last().unwrap_or_default();
            named.push((if kind.is_empty() { found.kind } else { kind }, name));
        }
        let whole = |(kind, name): &(&str, &str)| self.whole(kind, &ObjectName::plain(*name));
        named.iter().any(whole)
    }

    /// A schema without what is ignored as a whole.
    pub fn without(&self, catalog: &Catalog) -> Catalog {
        let mut kept = Catalog::new(catalog.target().clone());
        for table in catalog.tables().filter(|table| !self.whole("table", &table.name)) {
            kept.add_table((**table).clone());
        }
        let is_kept = |object: &&Object| {
            let on = object.stands_on().is_some_and(|table| self.whole("table", table));
            !on && !self.whole(object.kind().word(), &object.name())
        };
        for object in catalog.objects().filter(is_kept) {
            kept.add_object(object.clone());
        }
        kept
    }
}

impl Ignore {
    fn is_of(&self, kind: &str) -> bool {
        self.kind.as_deref().is_none_or(|own| own == kind)
    }
}
