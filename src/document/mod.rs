//! Files below a root, and as trees in which every key and every value knows where it stands: the only module that
//! knows YAML.

mod append;
mod below;
mod decode;
mod format;
mod line_break;
mod node;
mod parse;
mod parts;
mod placeholder;
mod schema;
mod template;
mod text;

pub use append::append_item;
pub use below::{LARGEST_TEXT, inside, open_below, place_below, real_names};
pub use decode::{DecodeError, RAW_NUMBER, decode, decode_without};
pub use format::{Converted, Form, Forms, Manner, convert, format, quoted, same, shortest, write};
pub use line_break::line_break;
pub use node::{Entry, Kind, Node};
pub use parse::{Limits, aliases, parse};
pub use placeholder::{Placeholder, escaped, has_placeholder, is_parameter_name, placeholders};
pub use schema::{Schema, describe_schema, draft07};
pub use template::fill;
pub use text::place_in_text;
