//! Files below a root, and as trees in which every key and every value knows where it stands: the only module that
//! knows YAML.

mod below;
mod decode;
mod node;
mod parse;
mod schema;
mod text;
mod write;

pub use below::{LARGEST_TEXT, inside, open_below, place_below, real_names};
pub use decode::{DecodeError, RAW_NUMBER, decode, decode_without};
pub use node::{Entry, Kind, Node};
pub use parse::{Limits, parse};
pub use schema::{Schema, describe_schema, draft07};
pub use text::place_in_text;
pub use write::write;
