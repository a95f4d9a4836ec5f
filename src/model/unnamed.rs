//! Names of constraints and indexes that nobody gave: those that driftless or an engine makes up.

use super::part::Part;
use super::{Catalog, IndexKey, PartKind, Table};
use crate::dialect::{Family, Name, NameParts, generated_name};

/// Whether a part has its name from an engine, or from driftless where `ours` says that such names count as none.
pub(super) fn is_unnamed(catalog: &Catalog, table: &Table, part: &Part<'_>, ours: bool) -> bool {
    let dialect = catalog.target().dialect;
    let columns = columns_of(part);
    let columns: Vec<&str> = columns.iter().map(|name| name.as_str()).collect();
    let name = part.name().as_str();
    let kind = match part.kind() {
        PartKind::PrimaryKey => "pk",
        PartKind::Unique => "uq",
        PartKind::Exclusion => "ex",
        PartKind::ForeignKey => "fk",
        PartKind::Check => "ck",
        PartKind::Index => "ix",
        PartKind::Whole | PartKind::Column => return false,
    };
    let generated = |columns: &[&str]| {
        let parts = NameParts {
            kind,
            table: &table.name.name,
            columns,
        };
        generated_name(dialect.facts(), &parts)
    };
    // The columns of a check are those that its text names, of which the first ones may be meant.
    let is_ours = match part.kind() {
        PartKind::Check => name.starts_with(generated(&[]).as_str()),
        _ => name == generated(&columns).as_str(),
    };
    (ours && is_ours) || is_of_engine(dialect.family(), &table.name.name, part.kind(), name, &columns)
}

fn columns_of<'a>(part: &Part<'a>) -> Vec<&'a Name> {
    let key = |key: &'a IndexKey| match key {
        IndexKey::Column(name) => Some(name),
        IndexKey::Expression(_) => None,
    };
    match part {
        Part::PrimaryKey(key) | Part::Unique(key) => key.columns.iter().collect(),
        Part::ForeignKey(foreign) => foreign.columns.iter().collect(),
        Part::Index(index, _) => index.columns.iter().filter_map(|column| key(&column.key)).collect(),
        Part::Exclusion(exclusion) => exclusion
            .elements
            .iter()
            .filter_map(|element| key(&element.key))
            .collect(),
        Part::Whole(_) | Part::Column(..) | Part::Check(_) => Vec::new(),
    }
}

/// The names that an engine makes up, with the number behind them where several of one name would be there.
fn is_of_engine(family: Family, table: &str, kind: PartKind, name: &str, columns: &[&str]) -> bool {
    let numbered = |begin: &str| {
        name.strip_prefix(begin)
            .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    match family {
        Family::Postgres => {
            let end = match kind {
                PartKind::PrimaryKey => return name == format!("{table}_pkey"),
                PartKind::Unique => "key",
                PartKind::ForeignKey => "fkey",
                PartKind::Check => {
                    let inner = name.strip_prefix(table).and_then(|rest| rest.strip_prefix('_'));
                    let inner = inner.map(|rest| rest.trim_end_matches(|c: char| c.is_ascii_digit()));
                    return inner.is_some_and(|rest| rest == "check" || rest.ends_with("_check"));
                }
                PartKind::Index => "idx",
                PartKind::Exclusion => "excl",
                PartKind::Whole | PartKind::Column => return false,
            };
            numbered(&format!("{table}_{}_{end}", columns.join("_")))
        }
        Family::Mysql => match kind {
            PartKind::ForeignKey => name.starts_with(&format!("{table}_ibfk_")) || numbered("") && !name.is_empty(),
            PartKind::Check => name.starts_with(&format!("{table}_chk_")) || name.starts_with("CONSTRAINT_"),
            PartKind::Unique | PartKind::Index => columns
                .first()
                .is_some_and(|first| name == *first || numbered(&format!("{first}_"))),
            PartKind::PrimaryKey => true,
            PartKind::Exclusion | PartKind::Whole | PartKind::Column => false,
        },
        Family::Sqlite => name.starts_with("sqlite_autoindex_"),
    }
}
