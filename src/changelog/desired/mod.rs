//! The desired state of a schema: files that say what there is to be, in the words of the operations, in any order.
//!
//! | file | is |
//! | --- | --- |
//! | `format` | the shape of a file, and its JSON Schema |
//! | `read` | files and folders into one list of things, validated |
//! | `unfold` | a table with all that it holds into operations |
//! | `order` | the operations in an order in which they can be made |
//! | `write` | operations into such a file: a snapshot |

mod format;
mod order;
mod read;
mod unfold;
mod write;

pub use format::desired_schema;
pub use read::{Desired, Renamed, read_desired};
pub use write::{desired_manner, desired_of};
