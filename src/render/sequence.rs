//! Sequences.

use super::cannot;
use super::definition::qualified;
use super::object::{Texts, dialect_of, guard};
use crate::diagnostic::Problem;
use crate::dialect::{Family, Feature};
use crate::model::{Catalog, Sequence};

pub(super) fn check_sequences(catalog: &Catalog) -> Result<(), Problem> {
    match catalog.target().supports(Feature::Sequences) {
        true => Ok(()),
        false => Err(cannot(
            catalog,
            "have sequences",
            "number the rows by `identity`, or leave it out for this dialect",
        )),
    }
}

/// MariaDB's sequences are of one type.
pub(super) fn check_sequence_type(catalog: &Catalog, sequence: &Sequence) -> Result<(), Problem> {
    match &sequence.ty {
        Some(_) if dialect_of(catalog).family() != Family::Postgres => Err(cannot(
            catalog,
            "choose the type of a sequence's numbers",
            "leave `type` out for this dialect, and give it a `maximum`",
        )),
        _ => Ok(()),
    }
}

pub(super) fn create_sequence(catalog: &Catalog, sequence: &Sequence, if_not_exists: bool) -> Texts {
    check_sequences(catalog)?;
    check_sequence_type(catalog, sequence)?;
    let dialect = dialect_of(catalog);
    let mut text = format!(
        "CREATE SEQUENCE {}{}",
        guard(if_not_exists),
        qualified(&sequence.name, dialect)
    );
    if let (Some(ty), Family::Postgres) = (&sequence.ty, dialect.family()) {
        text += &format!(" AS {ty}");
    }
    let numbers = [
        ("START WITH", sequence.start),
        ("INCREMENT BY", sequence.increment),
        ("MINVALUE", sequence.minimum),
        ("MAXVALUE", sequence.maximum),
        ("CACHE", sequence.cache),
    ];
    for (word, number) in numbers {
        if let Some(number) = number {
            text += &format!(" {word} {number}");
        }
    }
    if sequence.cycle {
        text += " CYCLE";
    }
    if let (Some(comment), Family::Mysql) = (&sequence.comment, dialect.family()) {
        text += &format!(" COMMENT = {}", dialect.string(comment));
    }
    Ok(vec![text])
}

pub(super) fn alter_sequence(catalog: &Catalog, before: &Sequence, after: &Sequence) -> Result<String, Problem> {
    check_sequences(catalog)?;
    check_sequence_type(catalog, after)?;
    let dialect = dialect_of(catalog);
    let postgres = dialect.family() == Family::Postgres;
    let mut text = format!("ALTER SEQUENCE {}", qualified(&after.name, dialect));
    if postgres && before.ty != after.ty {
        text += &format!(" AS {}", after.ty.as_deref().unwrap_or("bigint"));
    }
    let increment = after.increment.unwrap_or(1);
    let first = match increment < 0 {
        true => after.maximum.unwrap_or(-1),
        false => after.minimum.unwrap_or(1),
    };
    if before.increment != after.increment {
        text += &format!(" INCREMENT BY {increment}");
    }
    for (word, old, new) in [
        ("MINVALUE", before.minimum, after.minimum),
        ("MAXVALUE", before.maximum, after.maximum),
    ] {
        match new {
            _ if old == new => {}
            Some(number) => text += &format!(" {word} {number}"),
            None => text += &format!(" NO {word}"),
        }
    }
    if before.start != after.start {
        text += &format!(" START WITH {}", after.start.unwrap_or(first));
    }
    if before.cache != after.cache {
        let usual = if postgres { 1 } else { 1000 };
        text += &format!(" CACHE {}", after.cache.unwrap_or(usual));
    }
    if before.cycle != after.cycle {
        let no = match (after.cycle, postgres) {
            (true, _) => "",
            (false, true) => "NO ",
            (false, false) => "NO",
        };
        text += &format!(" {no}CYCLE");
    }
    Ok(text)
}
