//! Files as trees in which every key and every value knows where it stands: the only module that knows YAML.

mod decode;
mod node;
mod parse;
mod schema;
mod text;

pub use decode::{DecodeError, RAW_NUMBER, decode, decode_without};
pub use node::{Entry, Kind, Node};
pub use parse::{Limits, parse};
pub use schema::{Schema, describe_schema, draft07};
pub use text::place_in_text;
