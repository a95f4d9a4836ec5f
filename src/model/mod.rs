//! What a schema is and what can happen to it: catalogs, changes, their inverses, the normal form.

mod apply;
mod catalog;
mod change;
mod compare;
mod creation;
mod expression;
mod fit;
mod gone;
mod inheritance;
mod inverse;
mod kept;
mod likeness;
mod moment;
mod normal;
mod normal_object;
mod numbering;
mod object;
mod parameter;
mod part;
mod phrase;
mod portable;
mod purged;
mod sameness;
mod table;
mod trigger_text;
mod types;
mod unnamed;
mod value;

pub use catalog::Catalog;
pub use change::{Change, Constraint, LoadFormat, LoadSource, UnloadTarget};
pub use compare::{Differing, How, Names, What, compare, reordered};
pub use expression::{literal_of, normal_expression};
pub use fit::fit_text;
pub use inverse::{Destroys, Inverse, Restores};
pub use kept::{KEPT_PREFIX, Kept, KeptWhat};
pub use likeness::{Likeness, alike_columns, alike_tables};
pub use moment::{Moment, civil, days_from_civil, timestamp_parts};
pub use normal::{Difference, NormalForm, normal_default, normal_type};
pub use normal_object::{
    Argument, arguments, arguments_without_defaults, is_standard_body, normal_arguments, usual_numbers,
};
pub use object::{
    CheckOption, Domain, EnumType, Event, Extension, Grant, GrantedOn, Object, ObjectKey, ObjectKind, Policy,
    PolicyCommand, Routine, Schema, Sequence, Timing, Trigger, View, normal_grantee,
};
pub use parameter::Parameter;
pub use part::{PartKind, describe_letters, same_whole};
pub use purged::without_purged;
pub use table::{
    Action, Check, Column, ColumnDefault, Exclusion, ExclusionElement, ForeignKey, Generated, Identity, Index,
    IndexColumn, IndexKey, IndexKind, Key, Nulls, Order, Partition, RowSecurity, Table, TableOptions, TableTraits,
};
pub use trigger_text::trigger_of;
pub use types::{Base, Type, TypeError};
pub use value::Value;
