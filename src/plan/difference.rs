//! What two schemas differ in, as a person says it.

use crate::model::Difference;

/// A part of a schema as a person calls it, and what it is on either side.
pub type DifferingPart<'d> = (String, Option<&'d str>, Option<&'d str>);

/// What differs, each part once. A column that is there twice, at two places, has moved: its two sides are the same.
pub fn differing_parts<'d>(differences: impl Iterator<Item = &'d Difference>) -> Vec<DifferingPart<'d>> {
    let mut found: Vec<DifferingPart<'d>> = Vec::new();
    for difference in differences {
        let what = called(&difference.what);
        let (left, right) = (difference.left.as_deref(), difference.right.as_deref());
        match found.iter_mut().find(|(known, ..)| *known == what) {
            Some((_, was, is)) => (*was, *is) = (was.or(left), is.or(right)),
            None => found.push((what, left, right)),
        }
    }
    found
}

/// Differences of two schemas in words: what it was, and is.
pub fn differences_in_words<'d>(differences: impl Iterator<Item = &'d Difference>) -> Vec<String> {
    differing_parts(differences)
        .into_iter()
        .map(|(what, was, is)| match (was, is) {
            (Some(was), Some(is)) if was == is => format!("{what} stands at another place"),
            (Some(was), Some(is)) => format!("{what} is `{is}`, and was `{was}`"),
            (_, None) => format!("{what} is missing"),
            (None, _) => format!("{what} is left over"),
        })
        .collect()
}

/// `table team / column 002 city` as a person calls it: column `city` of table `team`.
fn called(what: &str) -> String {
    let quoted = |text: &str| {
        let kinds = [
            "table",
            "view",
            "column",
            "primary key",
            "unique",
            "foreign key",
            "check",
            "index",
        ];
        let found = kinds
            .iter()
            .find_map(|kind| Some((*kind, text.strip_prefix(kind)?.trim_start())));
        match found {
            None | Some((_, "")) => text.to_string(),
            Some(("column", name)) => {
                let placed = name
                    .split_once(' ')
                    .filter(|(place, _)| place.bytes().all(|byte| byte.is_ascii_digit()));
                format!("column `{}`", placed.map_or(name, |(_, name)| name))
            }
            Some((kind, name)) => format!("{kind} `{name}`"),
        }
    };
    match what.split_once(" / ") {
        Some((table, part)) => format!("{} of {}", quoted(part), quoted(table)),
        None => quoted(what),
    }
}
