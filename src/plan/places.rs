//! Changesets, tags and moments, found by what a person says of them.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, nearest};
use crate::model::Moment;

/// How many candidates are named.
const NAMED: usize = 8;

/// The one id among those known that is meant: by all of it, or by an unambiguous beginning. `None`: by none.
pub(super) fn meant<'a>(
    text: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Result<Option<&'a str>, Diagnostic> {
    if let Some(exact) = known.clone().find(|id| *id == text) {
        return Ok(Some(exact));
    }
    let candidates: BTreeSet<&str> = known.filter(|id| id.starts_with(text)).collect();
    if candidates.len() < 2 {
        return Ok(candidates.into_iter().next());
    }
    let message = format!("`{text}` is the beginning of {} ids", candidates.len());
    let named: Vec<String> = candidates.iter().take(NAMED).map(|id| format!("`{id}`")).collect();
    let more = match candidates.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(", … and {more} more"),
    };
    Err(Diagnostic::error("ambiguous-changeset", message)
        .note(format!("these are {}{more}", named.join(", ")))
        .help("say more of the one that is meant"))
}

/// Which of some ids, in their order, a person means by an id, `A..B`, `A..`, `..B` or `..`; both ends count.
pub fn range_of(text: &str, ids: &[&str], among: &str) -> Result<std::ops::Range<usize>, Diagnostic> {
    let place = |text: &str| {
        let id = meant(text, ids.iter().copied())?;
        let at = id.and_then(|id| ids.iter().rposition(|known| *known == id));
        at.ok_or_else(|| unknown("changeset", text, ids.iter().copied(), among))
    };
    let Some((from, to)) = text.split_once("..") else {
        let at = place(text)?;
        return Ok(at..at + 1);
    };
    let start = if from.is_empty() { 0 } else { place(from)? };
    let end = if to.is_empty() { ids.len() } else { place(to)? + 1 };
    if start >= end && !ids.is_empty() {
        let message = format!("`{from}` stands behind `{to}`");
        return Err(Diagnostic::error("range", message));
    }
    Ok(start..end)
}

/// That there is no such thing, with the nearest one; `among` what it was looked for, where that is not all there is.
pub(super) fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>, among: &str) -> Diagnostic {
    let message = format!("there is no {what} `{name}`{among}");
    let diagnostic = Diagnostic::error(
        if what == "tag" {
            "unknown-tag"
        } else {
            "unknown-changeset"
        },
        message,
    );
    let is_count = what == "changeset" && !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    let near = nearest(name, known);
    match is_count {
        true => diagnostic.help(format!("for so many changesets say `+{name}` (up) or `-{name}` (down)")),
        false => diagnostic.did_you_mean(near),
    }
}

/// A moment in UTC as the history writes it, so that texts can be compared.
pub fn moment(text: &str) -> Option<String> {
    let utc = Moment::parse(text)?.utc();
    Some(utc.replacen(' ', "T", 1))
}

/// When a changeset was written, by the digits that its name begins with: as many of `YYYYMMDDHHMMSS` as are there, at
/// least the date.
pub(super) fn written_at(name: &str) -> Option<String> {
    let name = name.trim_start_matches(['V', 'v']);
    let digits: String = name
        .chars()
        .take_while(|c| c.is_ascii_digit() || matches!(c, '-' | '_' | 'T' | ':' | '.'))
        .filter(char::is_ascii_digit)
        .collect();
    let (date, time) = digits.split_at_checked(8)?;
    let part = |at: usize| time.get(at..at + 2).unwrap_or("00").to_string();
    let text = format!(
        "{}-{}-{}T{}:{}:{}",
        &date[..4],
        &date[4..6],
        &date[6..],
        part(0),
        part(2),
        part(4)
    );
    moment(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_when_they_were_given() {
        assert_eq!(
            written_at("20261122111955_add_products").as_deref(),
            Some("2026-11-22T11:19:55")
        );
        assert_eq!(written_at("2026-11-22_add").as_deref(), Some("2026-11-22T00:00:00"));
        assert_eq!(written_at("0001_create_users"), None);
        assert_eq!(written_at("99999999_add"), None);
    }

    #[test]
    fn a_beginning_is_enough_where_it_is_the_only_one() {
        let ids = ["create-users", "create-teams", "drop-teams"];
        assert_eq!(meant("drop", ids.into_iter()).unwrap(), Some("drop-teams"));
        assert_eq!(meant("create-users", ids.into_iter()).unwrap(), Some("create-users"));
        assert_eq!(meant("alter", ids.into_iter()).unwrap(), None);
        assert!(meant("create", ids.into_iter()).unwrap_err().notes[0].contains("`create-teams`, `create-users`"));
    }
}
