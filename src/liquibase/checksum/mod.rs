//! The checksums of Liquibase, version 9: those of 4.22 and later. They say whether a changeset is still what was run.

mod body;
mod canonical;
mod column;
mod date;
mod field;
mod fields;
mod rows;
mod said;
mod stored;

use std::borrow::Cow;

pub use fields::{
    COLUMN_FIELDS, CONSTRAINT_FIELDS, LOADED_COLUMN_FIELDS, PLACED_COLUMN_FIELDS, known_changes, known_fields,
};
pub use stored::Stored;

use super::Element;
use crate::diagnostic::Span;
use body::{sum, sum_of_bytes, sum_of_sql};
use canonical::Object;
use field::{field, unreadable};
use fields::{Sum, known};
use rows::Rows;
use said::{said, text};

/// A file that a change names.
pub struct WantedFile<'e> {
    pub path: &'e str,
    /// From the changelog's own folder.
    pub is_relative: bool,
    /// Whether the checksum is that of the text with its properties expanded. `sqlFile` has them as they are written, since
    /// 4.26.
    pub is_expanded: bool,
}

/// Gives the bytes of a file; `None` where there is no such file.
pub type Files<'f> = dyn FnMut(&WantedFile) -> Option<Vec<u8>> + 'f;

/// Why a checksum cannot be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Untold {
    /// A class of Java may say what it likes.
    CustomChange(Span),
    MissingFile {
        path: String,
        span: Span,
    },
    /// Liquibase itself does not get that far: no number where it wants one, text that is not UTF-8.
    Unreadable {
        what: String,
        span: Span,
    },
}

/// The checksum of a changeset whose properties are expanded, without the changes that do not apply to the database by
/// their `dbms`.
pub fn checksum_of(changeset: &Element, files: &mut Files) -> Result<String, Untold> {
    let mut sums = String::new();
    for change in changes_of(changeset) {
        sums += &sum_of_change(&change, files)?;
        sums.push(':');
    }
    for visitor in changeset
        .children
        .iter()
        .filter(|child| child.name == "modifySql")
        .flat_map(visitors)
    {
        sums += &visitor?;
        sums.push(';');
    }
    Ok(sum(&sums))
}

/// The changes of a changeset in their order: directly below it, or below `changes`; those that a scalar stands behind,
/// too.
pub fn changes_of(changeset: &Element) -> Vec<Cow<'_, Element>> {
    let lists = changeset.children.iter().filter(|child| child.name == "changes");
    let mut changes: Vec<Cow<Element>> = Vec::new();
    for parent in std::iter::once(changeset).chain(lists) {
        let children = parent.children.iter().filter(|child| known(&child.name).is_some());
        changes.extend(children.map(Cow::Borrowed));
        let scalars = parent
            .attributes
            .iter()
            .filter(|attribute| known(&attribute.name).is_some());
        changes.extend(scalars.map(|scalar| {
            let mut element = Element::new(&scalar.name, scalar.name_span, scalar.value.span);
            element.text = Some(scalar.value.clone()).filter(|_| !scalar.is_null);
            Cow::Owned(element)
        }));
    }
    changes.sort_by_key(|change| change.name_span.start);
    changes
}

fn sum_of_change(change: &Element, files: &mut Files) -> Result<String, Untold> {
    let Some(known) = known(&change.name) else {
        return Err(unreadable(&change.name, change.name_span));
    };
    match known.sum {
        Sum::Fields => Ok(sum(&said(change, known)?.named(known.name))),
        Sum::Sql => Ok(sum_of_sql(text(change, known)?.unwrap_or_default().trim())),
        Sum::File => Ok(sum_of_sql(&file(change, "path", false, files)?.unwrap_or_default())),
        Sum::Body => {
            let body = match file(change, "path", true, files)? {
                Some(body) => body,
                None => text(change, known)?.unwrap_or_default(),
            };
            let said = sum(&said(change, known)?.named(known.name));
            Ok(sum(&format!("{said}:{}", sum_of_sql(&body))))
        }
        Sum::Rows => {
            let rows = bytes(change, "file", false, files)?.unwrap_or_default();
            let comment = field(change, "commentLineStartsWith")?.unwrap_or_else(|| "#".to_string());
            let comment = comment.chars().next().and_then(|c| u8::try_from(c).ok());
            let rows = Rows::new(&rows, comment).read_all();
            let rows = sum_of_bytes(&rows.map_err(|_| unreadable("file", change.name_span))?);
            let table = field(change, "tableName")?.unwrap_or_else(|| "null".to_string());
            Ok(sum(&format!("{table}:{rows}")))
        }
        Sum::Class => Err(Untold::CustomChange(change.name_span)),
    }
}

fn file(change: &Element, name: &str, is_expanded: bool, files: &mut Files) -> Result<Option<String>, Untold> {
    let Some(bytes) = bytes(change, name, is_expanded, files)? else {
        return Ok(None);
    };
    let text = String::from_utf8(bytes).map_err(|_| unreadable(name, change.name_span))?;
    Ok(Some(text.trim_start_matches('\u{feff}').to_string()))
}

fn bytes(change: &Element, name: &str, is_expanded: bool, files: &mut Files) -> Result<Option<Vec<u8>>, Untold> {
    let Some(path) = change.value(name) else {
        return Ok(None);
    };
    let wanted = WantedFile {
        path: &path.text,
        is_relative: field(change, "relativeToChangelogFile")?.as_deref() == Some("true"),
        is_expanded,
    };
    let missing = || Untold::MissingFile {
        path: path.text.clone(),
        span: path.span,
    };
    files(&wanted).map(Some).ok_or_else(missing)
}

/// The sums of what changes the SQL of a changeset.
fn visitors(modify: &Element) -> impl Iterator<Item = Result<String, Untold>> {
    let known = |name: &str| matches!(name, "append" | "prepend" | "replace" | "regExpReplace");
    modify
        .children
        .iter()
        .filter(move |child| known(&child.name))
        .map(|visitor| {
            let mut said = Object::default();
            let own = field(visitor, "applyToRollback")?;
            let applies = own.or(field(modify, "applyToRollback")?);
            said.put("applyToRollback", Some(applies.unwrap_or_else(|| "false".to_string())));
            let names: &[&str] = match &*visitor.name {
                "append" | "prepend" => &["value"],
                _ => &["replace", "with"],
            };
            for name in names {
                said.put(name, field(visitor, name)?);
            }
            Ok(sum(&said.named(&visitor.name)))
        })
}
