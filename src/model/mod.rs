//! What a schema is and what can happen to it: catalogs, changes, their inverses, the normal form.

mod apply;
mod catalog;
mod change;
mod expression;
mod inverse;
mod normal;
mod phrase;
mod table;
mod types;
mod value;

pub use catalog::Catalog;
pub use change::{Change, Constraint, LoadSource};
pub use expression::{literal_of, normal_expression};
pub use inverse::{Destroys, Inverse, Restores};
pub use normal::{Difference, NormalForm, normal_default, normal_type};
pub use table::{
    Action, Check, Column, ColumnDefault, ForeignKey, Generated, Identity, Index, IndexColumn, IndexKey, Key, Order,
    Table, Trigger, View,
};
pub use types::{Base, Type, TypeError};
pub use value::Value;
