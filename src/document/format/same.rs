//! Whether two documents mean the same.

use super::json::json_number;
use crate::document::{Kind, Node};

/// Whether two trees hold the same values under the same keys, whatever the order of the keys. A number is the same where
/// it has the same digits, `1.10` is not `1.1`.
pub fn same(left: &Node, right: &Node) -> bool {
    match (&left.kind, &right.kind) {
        (Kind::Null(_), Kind::Null(_)) => true,
        (Kind::Bool(left, _), Kind::Bool(right, _)) => left == right,
        (Kind::Int(_, left), Kind::Int(_, right)) | (Kind::Float(_, left), Kind::Float(_, right)) => {
            left == right || json_number(left) == json_number(right)
        }
        (Kind::Str(left), Kind::Str(right)) => left == right,
        (Kind::Seq(left), Kind::Seq(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Kind::Map(left), Kind::Map(right)) => {
            let mut left: Vec<_> = left.iter().collect();
            let mut right: Vec<_> = right.iter().collect();
            left.sort_by_key(|entry| &entry.key);
            right.sort_by_key(|entry| &entry.key);
            let pairs = left.iter().zip(&right);
            left.len() == right.len()
                && pairs
                    .into_iter()
                    .all(|(left, right)| left.key == right.key && same(&left.value, &right.value))
        }
        _ => false,
    }
}
