//! Which changesets are meant on a target.

use std::sync::Arc;

use crate::changelog::{Changelog, Changeset, Selection};
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
