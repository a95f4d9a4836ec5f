//! Which changesets a move is about.

use std::sync::Arc;

use super::{Destination, History, Record, State};
use crate::changelog::{Changelog, Changeset, Selection};
use crate::diagnostic::nearest;
use crate::dialect::Target;
use crate::operation::applies;

/// The changesets that are meant on a target, in order.
pub fn selected<'a>(
    changelog: &'a Changelog,
    target: &Target,
    selection: &Selection,
) -> impl Iterator<Item = &'a Arc<Changeset>> {
    let dialect = target.dialect;
    changelog
        .changesets
        .iter()
        .filter(move |changeset| applies(&changeset.dialects, dialect) && selection.includes(changeset))
}

/// What is still to be applied.
#[derive(Debug)]
pub struct Pending<'a> {
    pub changesets: Vec<&'a Arc<Changeset>>,
    /// Pending ones that stand before an applied one.
    pub out_of_order: Vec<&'a Arc<Changeset>>,
}

/// The pending changesets up to a destination.
pub fn pending<'a>(
    changelog: &'a Changelog,
    target: &Target,
    selection: &Selection,
    history: &History,
    destination: &Destination,
) -> Result<Pending<'a>, String> {
    let all: Vec<&Arc<Changeset>> = selected(changelog, target, selection).collect();
    let is_there = |changeset: &Changeset| history.state(&changeset.id).is_some_and(State::is_there);
    let end = match destination {
        Destination::Head => all.len(),
        Destination::Base => return Err("`base` is a target of `down`".into()),
        Destination::Steps(steps) if *steps < 0 => {
            return Err(format!("`{steps}` is a target of `down`; `up` takes `+N`"));
        }
        Destination::Steps(steps) => {
            let mut left = *steps;
            let stop = all.iter().position(|changeset| {
                left -= i64::from(!is_there(changeset));
                left < 0
            });
            stop.unwrap_or(all.len())
        }
        Destination::Id(id) => 1 + find(&all, id)?,
        Destination::Tag(tag) => {
            let at = all.iter().position(|changeset| changeset.tag.as_ref() == Some(tag));
            let tags = all.iter().filter_map(|changeset| changeset.tag.as_deref());
            1 + at.ok_or_else(|| unknown("tag", tag, tags))?
        }
    };
    let chosen: Vec<&Arc<Changeset>> = all[..end]
        .iter()
        .filter(|changeset| !is_there(changeset))
        .copied()
        .collect();
    let last_applied = all
        .iter()
        .rposition(|changeset| is_there(changeset))
        .unwrap_or_default();
    let out_of_order = all[..last_applied]
        .iter()
        .filter(|changeset| !is_there(changeset))
        .copied()
        .collect();
    Ok(Pending {
        changesets: chosen,
        out_of_order,
    })
}

fn find(all: &[&Arc<Changeset>], id: &str) -> Result<usize, String> {
    let at = all.iter().position(|changeset| changeset.id == id);
    at.ok_or_else(|| unknown("changeset", id, all.iter().map(|changeset| changeset.id.as_str())))
}

fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let is_count = what == "changeset" && name.bytes().all(|byte| byte.is_ascii_digit());
    match nearest(name, known) {
        _ if is_count => {
            format!("there is no changeset `{name}`: for so many changesets say `+{name}` (up) or `-{name}` (down)")
        }
        Some(near) => format!("there is no {what} `{name}`: did you mean `{near}`?"),
        None => format!("there is no {what} `{name}`"),
    }
}

/// The rows that a move down takes back, last first.
pub fn down_records<'a>(history: &'a History, destination: &Destination) -> Result<Vec<&'a Record>, String> {
    let applied = history.applied();
    let keep = match destination {
        Destination::Base => 0,
        Destination::Head => return Err("`head` is a target of `up`".into()),
        Destination::Steps(steps) if *steps > 0 => {
            return Err(format!("`+{steps}` is a target of `up`; `down` takes `-N`"));
        }
        Destination::Steps(steps) => applied.len().saturating_sub(steps.unsigned_abs() as usize),
        Destination::Id(id) => {
            let at = applied.iter().position(|record| record.id == *id);
            let known = applied.iter().map(|record| record.id.as_str());
            1 + at.ok_or_else(|| format!("{} among what is applied", unknown("changeset", id, known)))?
        }
        Destination::Tag(tag) => {
            let at = applied.iter().rposition(|record| record.tag.as_ref() == Some(tag));
            let known = applied.iter().filter_map(|record| record.tag.as_deref());
            1 + at.ok_or_else(|| format!("{} among what is applied", unknown("tag", tag, known)))?
        }
    };
    Ok(applied[keep..].iter().rev().copied().collect())
}
