//! Indexes, in a statement of their own and inside a table.

use super::cannot;
use super::constraint::check_nulls_not_distinct;
use super::definition::{names, qualified};
use crate::diagnostic::Problem;
use crate::dialect::{Family, Feature, ObjectName};
use crate::model::{Catalog, Index, IndexKey, IndexKind, Nulls};

/// The columns of an index, in brackets.
pub(super) fn index_columns(catalog: &Catalog, index: &Index) -> Result<String, Problem> {
    let dialect = catalog.target().dialect;
    let mut parts = Vec::new();
    for column in &index.columns {
        let mut part = match &column.key {
            IndexKey::Column(name) => dialect.quote(name),
            IndexKey::Expression(text) => {
                if !catalog.target().supports(Feature::ExpressionIndexes) {
                    return Err(cannot(
                        catalog,
                        "index an expression",
                        "add a generated column with this expression, and index that",
                    ));
                }
                format!("({text})")
            }
        };
        if let Some(length) = column.length {
            if dialect.family() != Family::Mysql {
                return Err(cannot(
                    catalog,
                    "index so many letters of a column (`length`)",
                    "leave `length` out for this dialect, or index an expression: `substr(…, 1, …)`",
                ));
            }
            part += &format!("({length})");
        }
        if let Some(class) = &column.class {
            postgres_only(catalog, "index by an operator class (`class`)")?;
            part += &format!(" {}", dialect.word(class));
        }
        if !column.order.is_ascending() {
            part += " DESC";
        }
        if let Some(nulls) = column.nulls {
            if dialect.family() != Family::Postgres {
                return Err(cannot(
                    catalog,
                    "say where NULL stands in an index (`nulls`)",
                    "leave `nulls` out for this dialect: NULL comes first in an ascending order",
                ));
            }
            part += match nulls {
                Nulls::First => " NULLS FIRST",
                Nulls::Last => " NULLS LAST",
            };
        }
        parts.push(part);
    }
    Ok(format!("({})", parts.join(", ")))
}

/// What only PostgreSQL has of indexes.
pub(super) fn postgres_only(catalog: &Catalog, what: &str) -> Result<(), Problem> {
    match catalog.target().dialect.family() {
        Family::Postgres => Ok(()),
        Family::Sqlite | Family::Mysql => Err(cannot(catalog, what, "leave it out for this dialect (`{postgres: …}`)")),
    }
}

/// What of an index the engine does not have.
pub(super) fn check_index(catalog: &Catalog, index: &Index) -> Result<(), Problem> {
    let mysql = catalog.target().dialect.family() == Family::Mysql;
    if !index.include.is_empty() {
        postgres_only(catalog, "carry columns in an index (`include`)")?;
    }
    if index.nulls_not_distinct {
        check_nulls_not_distinct(catalog)?;
    }
    if index.method.is_some() && catalog.target().dialect.family() == Family::Sqlite {
        return Err(cannot(
            catalog,
            "choose how an index is kept (`using`)",
            "leave `using` out for this dialect",
        ));
    }
    if !index.kind.is_plain() && !mysql {
        let what = match index.kind {
            IndexKind::Spatial => "make a spatial index",
            _ => "make a fulltext index",
        };
        return Err(cannot(
            catalog,
            what,
            "leave it out for this dialect; on PostgreSQL use `using: gin` or `using: gist`",
        ));
    }
    Ok(())
}

/// An index as MySQL writes it inside CREATE TABLE and behind ADD.
pub(super) fn inline_index(catalog: &Catalog, index: &Index) -> Result<String, Problem> {
    if index.predicate.is_some() && !catalog.target().supports(Feature::PartialIndexes) {
        return Err(no_partial_index(catalog));
    }
    check_index(catalog, index)?;
    let name = catalog.target().dialect.quote(&index.name);
    let method = index
        .method
        .as_ref()
        .map(|method| format!(" USING {}", catalog.target().dialect.word(method)))
        .unwrap_or_default();
    Ok(format!(
        "{}INDEX {name} {}{method}",
        index_kind(index),
        index_columns(catalog, index)?
    ))
}

/// The word before `INDEX`.
pub(super) fn index_kind(index: &Index) -> &'static str {
    match index.kind {
        IndexKind::Fulltext => "FULLTEXT ",
        IndexKind::Spatial => "SPATIAL ",
        IndexKind::Plain if index.unique => "UNIQUE ",
        IndexKind::Plain => "",
    }
}

pub(super) fn no_partial_index(catalog: &Catalog) -> Problem {
    cannot(
        catalog,
        "index a part of the rows",
        "leave `where` out for this dialect, or index a generated column",
    )
}

/// CREATE INDEX as a statement of its own.
pub(super) fn create_index(
    catalog: &Catalog,
    table: &ObjectName,
    index: &Index,
    if_not_exists: bool,
    concurrently: bool,
) -> Result<String, Problem> {
    let dialect = catalog.target().dialect;
    check_index(catalog, index)?;
    let guard = match if_not_exists {
        true if catalog.target().supports(Feature::IndexIfNotExists) => "IF NOT EXISTS ",
        true => {
            return Err(cannot(
                catalog,
                "create an index only if it is not there",
                "leave `if_not_exists` out",
            ));
        }
        false => "",
    };
    let concurrently = match concurrently && dialect.family() == Family::Postgres {
        true => "CONCURRENTLY ",
        false => "",
    };
    let method = index
        .method
        .as_ref()
        .map(|method| format!(" USING {}", catalog.target().dialect.word(method)))
        .unwrap_or_default();
    let before = if dialect.family() == Family::Postgres {
        method.as_str()
    } else {
        ""
    };
    let mut text = format!(
        "CREATE {}INDEX {concurrently}{guard}{} ON {}{before} {}",
        index_kind(index),
        dialect.quote(&index.name),
        qualified(table, dialect),
        index_columns(catalog, index)?
    );
    if dialect.family() == Family::Mysql {
        text += &method;
    }
    if !index.include.is_empty() {
        text += &format!(" INCLUDE ({})", names(&index.include, dialect));
    }
    if index.nulls_not_distinct {
        text += " NULLS NOT DISTINCT";
    }
    if let Some(predicate) = &index.predicate {
        if !catalog.target().supports(Feature::PartialIndexes) {
            return Err(no_partial_index(catalog));
        }
        text += &format!(" WHERE {predicate}");
    }
    Ok(text)
}
