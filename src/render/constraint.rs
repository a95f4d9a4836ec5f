//! Keys, checks, references and exclusions, as they stand in a table or are added to it.

use super::cannot;
use super::definition::{names, qualified};
use crate::diagnostic::Problem;
use crate::dialect::{Family, Feature};
use crate::model::{Catalog, Constraint, Exclusion, ForeignKey, IndexKey};

/// A constraint as CREATE TABLE and ADD write it.
pub(super) fn constraint(catalog: &Catalog, constraint: &Constraint) -> Result<String, Problem> {
    let dialect = catalog.target().dialect;
    let name = dialect.quote(constraint.name());
    Ok(match constraint {
        Constraint::PrimaryKey(key) => format!(
            "{}PRIMARY KEY ({}){}",
            // The servers give this name to every primary key, and take it from nobody.
            match dialect.family() == Family::Mysql && key.name.eq_ignore_ascii_case("PRIMARY") {
                true => String::new(),
                false => format!("CONSTRAINT {name} "),
            },
            names(&key.columns, dialect),
            deferred(catalog, key.deferrable, key.initially_deferred, "a key")?
        ),
        Constraint::Unique(key) => {
            let nulls = match key.nulls_not_distinct {
                true => {
                    check_nulls_not_distinct(catalog)?;
                    "NULLS NOT DISTINCT "
                }
                false => "",
            };
            format!(
                "CONSTRAINT {name} UNIQUE {nulls}({}){}",
                names(&key.columns, dialect),
                deferred(catalog, key.deferrable, key.initially_deferred, "a key")?
            )
        }
        Constraint::Check(check) => {
            let not_valid = if check.not_valid { " NOT VALID" } else { "" };
            format!("CONSTRAINT {name} CHECK ({}){not_valid}", check.expression)
        }
        Constraint::ForeignKey(foreign) => {
            let not_valid = if foreign.not_valid { " NOT VALID" } else { "" };
            format!("CONSTRAINT {name} {}{not_valid}", foreign_key(catalog, foreign)?)
        }
        Constraint::Exclusion(exclusion) => format!("CONSTRAINT {name} {}", exclusion_text(catalog, exclusion)?),
    })
}

/// Whether rows with NULL can be held to be the same.
pub(super) fn check_nulls_not_distinct(catalog: &Catalog) -> Result<(), Problem> {
    match catalog.target().supports(Feature::NullsNotDistinct) {
        true => Ok(()),
        false => Err(cannot(
            catalog,
            "hold two rows with NULL to be the same (`nulls_not_distinct`)",
            "leave it out for this dialect, or make the columns not nullable",
        )),
    }
}

/// `DEFERRABLE …`, where keys and not only foreign keys can be that.
pub(super) fn deferred(catalog: &Catalog, deferrable: bool, initially: bool, what: &str) -> Result<String, Problem> {
    if !deferrable && !initially {
        return Ok(String::new());
    }
    if catalog.target().dialect.family() != Family::Postgres {
        return Err(cannot(
            catalog,
            &format!("defer {what}"),
            "leave `deferrable` out for this dialect (`only:` or `dialects:`)",
        ));
    }
    Ok(match initially {
        true => " DEFERRABLE INITIALLY DEFERRED".into(),
        false => " DEFERRABLE".into(),
    })
}

pub(super) fn exclusion_text(catalog: &Catalog, exclusion: &Exclusion) -> Result<String, Problem> {
    let dialect = catalog.target().dialect;
    if dialect.family() != Family::Postgres {
        return Err(cannot(
            catalog,
            "hold an exclusion constraint",
            "leave it out for this dialect (`dialects: [postgres]`), or hold it by a trigger",
        ));
    }
    let elements: Vec<String> = exclusion
        .elements
        .iter()
        .map(|element| {
            let key = match &element.key {
                IndexKey::Column(name) => dialect.quote(name),
                IndexKey::Expression(text) => format!("({text})"),
            };
            let class = element
                .class
                .as_ref()
                .map(|class| format!(" {}", dialect.word(class)))
                .unwrap_or_default();
            format!("{key}{class} WITH {}", element.operator)
        })
        .collect();
    let mut text = format!(
        "EXCLUDE USING {} ({})",
        dialect.word(&exclusion.method),
        elements.join(", ")
    );
    if let Some(predicate) = &exclusion.predicate {
        text += &format!(" WHERE ({predicate})");
    }
    text += &deferred(
        catalog,
        exclusion.deferrable,
        exclusion.initially_deferred,
        "an exclusion constraint",
    )?;
    Ok(text)
}

pub(super) fn foreign_key(catalog: &Catalog, foreign: &ForeignKey) -> Result<String, Problem> {
    let dialect = catalog.target().dialect;
    let mut text = format!(
        "FOREIGN KEY ({}) REFERENCES {} ({})",
        names(&foreign.columns, dialect),
        qualified(&foreign.references, dialect),
        names(&foreign.referenced_columns, dialect)
    );
    if foreign.match_full {
        if dialect.family() != Family::Postgres {
            return Err(cannot(
                catalog,
                "hold a foreign key with `match: full`",
                "leave `match` out, and make the columns not nullable",
            ));
        }
        text += " MATCH FULL";
    }
    for (event, action) in [("DELETE", foreign.on_delete), ("UPDATE", foreign.on_update)] {
        if action == crate::model::Action::SetDefault && dialect.family() == Family::Mysql {
            return Err(cannot(
                catalog,
                "set a default on the referring rows",
                "use `set_null`, `cascade` or a trigger",
            ));
        }
        if action != crate::model::Action::default() {
            text += &format!(" ON {event} {}", action.sql());
        }
    }
    if foreign.deferrable || foreign.initially_deferred {
        if !catalog.target().supports(Feature::DeferrableForeignKeys) {
            return Err(cannot(
                catalog,
                "defer a foreign key",
                "leave `deferrable` out for this dialect (`only:` or `dialects:`)",
            ));
        }
        text += " DEFERRABLE";
    }
    if foreign.initially_deferred {
        text += " INITIALLY DEFERRED";
    }
    Ok(text)
}
