//! Changesets, tags and moments, found by what a person says of them.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::changelog::{Changelog, Changeset, Replaced};
use crate::diagnostic::{Diagnostic, nearest};
use crate::model::Moment;

/// How many candidates are named.
const NAMED: usize = 8;

/// The ids among which a person's words are looked up, in their order. What squashed changesets have to do with them is
/// known, so that none is taken for another: their own id may begin like one that they stand for.
pub struct Ids<'a> {
    there: Vec<&'a str>,
    squashed: Vec<&'a Changeset>,
    /// What it is that was looked through, where that is not all there is.
    among: &'static str,
}

impl<'a> Ids<'a> {
    pub fn new(there: impl Iterator<Item = &'a str>, changelog: &'a Changelog, among: &'static str) -> Ids<'a> {
        let all = changelog.changesets.iter().map(AsRef::as_ref);
        Ids {
            there: there.collect(),
            squashed: all.filter(|changeset| changeset.replaces.is_some()).collect(),
            among,
        }
    }

    /// The place of the one that is meant, by all of its id or by an unambiguous beginning; the last place of what is
    /// there several times. `None`: none is meant.
    pub fn find(&self, text: &str) -> Result<Option<usize>, Diagnostic> {
        if let Some(at) = self.place(text) {
            return Ok(Some(at));
        }
        if let Some(wrong) = self.replaced(text).or_else(|| self.gone_by_originals(text)) {
            return Err(wrong);
        }
        let originals = self.squashed_there().flat_map(ids_of);
        let known = self.there.iter().copied().chain(originals);
        let candidates: BTreeSet<&str> = known.filter(|id| id.starts_with(text)).collect();
        if candidates.len() > 1 {
            return Err(ambiguous(text, &candidates));
        }
        match candidates.first() {
            None => Ok(None),
            Some(id) => match self.replaced(id) {
                Some(wrong) => Err(wrong),
                None => Ok(self.place(id)),
            },
        }
    }

    /// Which of them are meant by an id, `A..B`, `A..`, `..B` or `..`; both ends count.
    pub fn range(&self, text: &str) -> Result<Range<usize>, Diagnostic> {
        let place = |text: &str| self.find(text)?.ok_or_else(|| self.unknown(text));
        let Some((from, to)) = text.split_once("..") else {
            let at = place(text)?;
            return Ok(at..at + 1);
        };
        let start = if from.is_empty() { 0 } else { place(from)? };
        let end = if to.is_empty() {
            self.there.len()
        } else {
            place(to)? + 1
        };
        if start >= end && !self.there.is_empty() {
            let message = format!("`{from}` stands behind `{to}`");
            return Err(Diagnostic::error("range", message));
        }
        Ok(start..end)
    }

    /// That there is none, with the nearest one.
    pub fn unknown(&self, text: &str) -> Diagnostic {
        unknown("changeset", text, self.there.iter().copied(), self.among)
    }

    fn place(&self, id: &str) -> Option<usize> {
        self.there.iter().rposition(|known| *known == id)
    }

    fn squashed_there(&self) -> impl Iterator<Item = &'a Changeset> {
        let all = self.squashed.iter().copied();
        all.filter(|changeset| self.place(&changeset.id).is_some())
    }

    /// That an id is one for which another stands.
    fn replaced(&self, id: &str) -> Option<Diagnostic> {
        if self.place(id).is_some() {
            return None;
        }
        let by = self
            .squashed_there()
            .find(|changeset| ids_of(changeset).any(|original| original == id))?;
        let message = format!("`{id}` is replaced by `{}`", by.id);
        let count = by.replaces.as_ref().map_or(0, |replaced| replaced.ids.len());
        let help = format!("say `{}`: it stands for {count} changesets, which go together", by.id);
        Some(
            Diagnostic::error("replaced-changeset", message)
                .label(by.span, "")
                .help(help),
        )
    }

    /// That the originals of a squashed changeset are what there is.
    fn gone_by_originals(&self, id: &str) -> Option<Diagnostic> {
        let squashed = self.squashed.iter().find(|changeset| changeset.id == id)?;
        let originals = ids_of(squashed).filter(|original| self.place(original).is_some());
        let originals: Vec<String> = originals.map(|original| format!("`{original}`")).collect();
        let last = originals.last()?;
        let message = format!("this database goes by the changesets that `{id}` replaces");
        Some(
            Diagnostic::error("replaced-changeset", message)
                .label(squashed.span, "")
                .note(format!(
                    "these are {}",
                    first_of(originals.iter().cloned(), originals.len())
                ))
                .help(format!("say one of them; {last} is the last")),
        )
    }
}

fn ids_of(squashed: &Changeset) -> impl Iterator<Item = &str> {
    let all = squashed.replaces.iter().flat_map(Replaced::all_ids);
    all.map(|replaced| replaced.id.as_str())
}

fn ambiguous(text: &str, candidates: &BTreeSet<&str>) -> Diagnostic {
    let message = format!("`{text}` is the beginning of {} ids", candidates.len());
    let named = candidates.iter().map(|id| format!("`{id}`"));
    Diagnostic::error("ambiguous-changeset", message)
        .note(format!("these are {}", first_of(named, candidates.len())))
        .help("say more of the one that is meant")
}

/// The first of many, and how many more there are.
fn first_of(all: impl Iterator<Item = String>, count: usize) -> String {
    let named: Vec<String> = all.take(NAMED).collect();
    let more = match count.saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(", … and {more} more"),
    };
    format!("{}{more}", named.join(", "))
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
        let changelog = Changelog::default();
        let ids = Ids::new(
            ["create-users", "create-teams", "drop-teams"].into_iter(),
            &changelog,
            "",
        );
        assert_eq!(ids.find("drop").unwrap(), Some(2));
        assert_eq!(ids.find("create-users").unwrap(), Some(0));
        assert_eq!(ids.find("alter").unwrap(), None);
        assert!(ids.find("create").unwrap_err().notes[0].contains("`create-teams`, `create-users`"));
    }
}
