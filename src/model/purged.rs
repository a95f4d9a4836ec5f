//! Changes whose data was set aside and is no longer there: as if it had never been kept.

use super::{Change, Kept, KeptWhat, Restores};
use crate::dialect::ObjectName;

/// Changes that were carried out, without what they set aside in stores that are gone; and what for that reason does
/// not come back, beyond what the changes say themselves.
pub fn without_purged(changes: &[Change], is_gone: impl Fn(&ObjectName) -> bool) -> (Vec<Change>, Restores) {
    let mut left = Vec::new();
    let mut restores = Restores::Exact;
    // What was set aside just before the changes that are looked at.
    let mut purged: Option<&Kept> = None;
    for change in changes {
        if let Change::SetAside { kept } = change {
            let gone = is_gone(&kept.stored_in());
            purged = gone.then_some(kept);
            match &kept.what {
                _ if !gone => left.push(change.clone()),
                KeptWhat::Table { definition } => left.push(Change::DropTable {
                    table: definition.clone(),
                }),
                KeptWhat::Replaced { .. } => {
                    let why = format!("the rows of `{}` stay as they were set", kept.table);
                    restores = restores.and(Restores::Lossy(why));
                }
                KeptWhat::Values { .. } | KeptWhat::Rows { .. } | KeptWhat::Keys { .. } => {}
            }
            continue;
        }
        let mut change = change.clone();
        if let (Some(purged), Some((table, kept))) = (purged, kept_of(&mut change))
            && *table == purged.table
        {
            *kept = false;
        }
        left.push(change);
    }
    (left, restores)
}

/// The table of a change that sets aside what it destroys, and whether it did.
fn kept_of(change: &mut Change) -> Option<(&ObjectName, &mut bool)> {
    match change {
        Change::DropColumn { table, kept, .. }
        | Change::UpdateRows { table, kept, .. }
        | Change::Truncate { table, kept }
        | Change::DeleteRows { table, kept, .. }
        | Change::LoadRows { table, kept, .. } => Some((table, kept)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Name;

    #[test]
    fn what_is_purged_was_never_kept() {
        let table = ObjectName::plain("log");
        let kept = Kept {
            store: Name::new("driftless_kept_log_1"),
            table: table.clone(),
            what: KeptWhat::Rows {
                columns: vec![Name::new("id")],
                filter: None,
            },
        };
        let delete = |kept| Change::DeleteRows {
            table: table.clone(),
            filter: None,
            kept,
        };
        let done = [Change::SetAside { kept }, delete(true)];
        assert_eq!(without_purged(&done, |_| false).0, done);
        assert_eq!(without_purged(&done, |_| true).0, [delete(false)]);
    }
}
