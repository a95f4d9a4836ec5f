//! Changes that need several statements where each of those commits by itself, as several changes: so that each statement
//! has a schema before and a schema after it.

use super::object;
use crate::dialect::Family;
use crate::model::{Catalog, Change, Object};

/// The change as changes of one statement each.
pub fn lowered(catalog: &Catalog, change: Change) -> Vec<Change> {
    let is_one = |change: &Change| object::render(catalog, change).map_or(0, |texts| texts.len()) < 2;
    if catalog.target().dialect.family() != Family::Mysql || is_one(&change) {
        return vec![change];
    }
    match change {
        Change::ReplaceObject { before, after } => match (&before, &after) {
            (Object::Sequence(_), Object::Sequence(_)) => {
                let between = after.with_comment(before.comment().map(str::to_string));
                vec![
                    Change::ReplaceObject {
                        before,
                        after: between.clone(),
                    },
                    Change::ReplaceObject { before: between, after },
                ]
            }
            _ => anew(before, after),
        },
        Change::RenameObject { object, to } => {
            let renamed = object.renamed(&to);
            anew(object, renamed)
        }
        change => vec![change],
    }
}

fn anew(before: Object, after: Object) -> Vec<Change> {
    vec![
        Change::DropObject { object: before },
        Change::CreateObject {
            object: after,
            if_not_exists: false,
        },
    ]
}
