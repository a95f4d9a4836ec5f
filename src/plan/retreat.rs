//! What a move down takes back.

use std::collections::HashSet;

use super::advance::not_a_date;
use super::places::{Ids, moment, unknown};
use super::{Destination, Entry, History};
use crate::changelog::{Changelog, Replaced};
use crate::diagnostic::Diagnostic;

/// A move down, as it is asked for.
#[derive(Debug, Clone)]
pub enum Retreat {
    /// Everything behind a place.
    To(Destination),
    /// The last run of each of these.
    Only(Vec<String>),
    /// What went up under the name of a deployment.
    Deployment(String),
    /// What the files do not have: neither as a changeset nor as one that another stands for.
    Unknown,
}

impl Retreat {
    /// What it takes back, the latest first.
    pub fn entries<'a>(&self, history: &'a History, changelog: &Changelog) -> Result<Vec<Entry<'a>>, Diagnostic> {
        let all: Vec<Entry<'a>> = history.entries().collect();
        let ids = all.iter().map(|entry| entry.record.id.as_str());
        let ids = Ids::new(ids, changelog, " among what is applied");
        let mut chosen = match self {
            Retreat::To(destination) => all[kept(&all, &ids, destination)?..].to_vec(),
            Retreat::Only(named) => only(&all, &ids, named)?,
            Retreat::Deployment(name) => {
                let of_it = |entry: &&Entry<'a>| entry.began.deployment.as_ref() == Some(name);
                let found: Vec<Entry<'a>> = all.iter().filter(of_it).copied().collect();
                if found.is_empty() {
                    let known = all.iter().filter_map(|entry| entry.began.deployment.as_deref());
                    return Err(unknown("deployment", name, known, " among what is applied"));
                }
                found
            }
            Retreat::Unknown => {
                let known = known_ids(changelog);
                let is_unknown = |entry: &&Entry<'a>| !known.contains(entry.record.id.as_str());
                all.iter().filter(is_unknown).copied().collect()
            }
        };
        chosen.reverse();
        Ok(chosen)
    }
}

/// The ids that files have: of changesets, and of those that they stand for.
pub fn known_ids(changelog: &Changelog) -> HashSet<&str> {
    let mut known = HashSet::new();
    for changeset in &changelog.changesets {
        known.insert(changeset.id.as_str());
        let replaced = changeset.replaces.iter().flat_map(Replaced::all_ids);
        known.extend(replaced.map(|replaced| replaced.id.as_str()));
    }
    known
}

/// How many stay.
fn kept(all: &[Entry<'_>], ids: &Ids<'_>, destination: &Destination) -> Result<usize, Diagnostic> {
    let usage = |message: String| Diagnostic::error("target", message);
    let since = |moment: &str| {
        all.iter()
            .take_while(|entry| entry.began.started.as_str() < moment)
            .count()
    };
    match destination {
        Destination::Base => Ok(0),
        Destination::Head => Err(usage("`head` is a target of `up`".into())),
        Destination::Steps(steps) if *steps > 0 => {
            Err(usage(format!("`+{steps}` is a target of `up`; `down` takes `-N`")))
        }
        Destination::Steps(steps) => Ok(all.len().saturating_sub(steps.unsigned_abs() as usize)),
        Destination::Id(text) => match ids.find(text)? {
            Some(at) => Ok(at + 1),
            None => match moment(text) {
                Some(moment) => Ok(since(&moment)),
                None => Err(ids.unknown(text)),
            },
        },
        Destination::Date(text) => match moment(text) {
            Some(moment) => Ok(since(&moment)),
            None => Err(usage(not_a_date(text))),
        },
        Destination::Tag(tag) => {
            let at = all.iter().rposition(|entry| entry.tags().any(|known| known == tag));
            let known = all.iter().flat_map(|entry| entry.tags());
            Ok(1 + at.ok_or_else(|| unknown("tag", tag, known, " among what is applied"))?)
        }
    }
}

fn only<'a>(all: &[Entry<'a>], ids: &Ids<'_>, named: &[String]) -> Result<Vec<Entry<'a>>, Diagnostic> {
    let mut chosen = vec![false; all.len()];
    for text in named {
        let at = ids.find(text)?.ok_or_else(|| ids.unknown(text))?;
        chosen[at] = true;
    }
    let named = all.iter().zip(chosen).filter(|(_, chosen)| *chosen);
    Ok(named.map(|(entry, _)| *entry).collect())
}
