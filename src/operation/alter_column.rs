use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::alteration::{Conversion, alter, column_in, has_default, may_be_default, may_be_null, may_have_default};
use super::by_dialect::ByDialect;
use super::given_text::refuse_empty;
use super::specification::{TableRef, TypeSpec};
use super::{Context, Resolve, is_false, said, type_check};
use crate::diagnostic::Problem;
use crate::dialect::{Name, as_written};
use crate::model::{Change, Column, ColumnDefault, Table, Value};

/// Changes what is named of a column; everything else stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AlterColumn {
    pub table: TableRef,
    pub column: Name,
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub ty: Option<TypeSpec>,
    /// An expression that makes the new value of the old (PostgreSQL, SQLite).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub using: Option<ByDialect<String>>,
    /// The same for the way back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverse_using: Option<ByDialect<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nullable: Option<bool>,
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub drop_default: bool,
    /// The new comment; an empty one takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    #[serde(default, deserialize_with = "as_written", skip_serializing_if = "Option::is_none")]
    pub collation: Option<Name>,
    /// The character set of its own (MySQL, MariaDB), with its usual collation unless one is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charset: Option<Name>,
    /// What it is set to whenever its row changes (MySQL, MariaDB); null: nothing.
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    pub on_update: Option<Value>,
    /// Whether `SELECT *` leaves it out (MySQL, MariaDB).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invisible: Option<bool>,
}

impl Resolve for AlterColumn {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some((table, before)) = column_in(context, &self.table, &self.column) else {
            return Vec::new();
        };
        let Some(after) = self.altered(context, &table, &before) else {
            return Vec::new();
        };
        let dialect = context.dialect();
        for (texts, key) in [(&self.using, "using"), (&self.reverse_using, "reverse_using")] {
            refuse_empty(context, texts.as_ref(), key);
        }
        let pick = |texts: &Option<ByDialect<String>>| texts.as_ref().and_then(|texts| texts.pick(dialect)).cloned();
        let conversion = Conversion {
            using: pick(&self.using),
            reverse_using: pick(&self.reverse_using),
        };
        alter(context, &table, &before, after, conversion)
    }
}

impl AlterColumn {
    fn altered(&self, context: &mut Context<'_>, table: &Table, before: &Column) -> Option<Column> {
        let mut after = before.clone();
        if let Some(spec) = &self.ty {
            after.ty = context.type_of(spec, "type");
        }
        if self.ty.is_some() && self.default.is_none() && !self.drop_default {
            check_default(context, before, &after);
        }
        if let Some(nullable) = self.nullable
            && (!nullable || may_be_null(context, table, before, "nullable"))
        {
            after.nullable = nullable;
        }
        if self.default.is_some() && self.drop_default {
            let message = "`default` and `drop_default` say opposite things";
            context.problem(Problem::error("contradiction", message).at("drop_default"));
        }
        if self.drop_default {
            has_default(context, before, "drop_default");
            after.default = None;
        }
        if let Some(value) = &self.default
            && may_have_default(context, before, "default")
        {
            may_be_default(context, value, &after, "default");
            after.default = Some(context.default_of(value, &after.ty, "default"));
        }
        if let Some(comment) = &self.comment {
            after.comment = (!comment.is_empty()).then(|| comment.clone());
        }
        // A collation belongs to one character set.
        if self.charset.is_some() || self.collation.is_some() {
            after.charset = self.charset.clone();
            after.collation = self.collation.clone();
        }
        if let Some(value) = &self.on_update {
            after.on_update = match value {
                Value::Null => None,
                value => context.moment_of(value, &after.ty, "on_update".into()),
            };
        }
        after.invisible = self.invisible.unwrap_or(after.invisible);
        if self.ty.is_some() || self.collation.is_some() {
            let path = if self.ty.is_some() { "type" } else { "collation" };
            type_check::check(context, table, &after, path);
        }
        let named = self.ty.is_some()
            || self.using.is_some()
            || self.nullable.is_some()
            || self.default.is_some()
            || self.drop_default
            || self.comment.is_some()
            || self.collation.is_some()
            || self.charset.is_some()
            || self.on_update.is_some()
            || self.invisible.is_some();
        if !named {
            let problem = Problem::error("nothing-to-do", "nothing of the column is named that should change").help(
                "name one of type, nullable, default, drop_default, comment, collation, charset, on_update, \
                       invisible",
            );
            context.problem(problem.at("column"));
            return None;
        }
        Some(after)
    }
}

/// Refuses a type that the default which stays does not fit.
fn check_default(context: &mut Context<'_>, before: &Column, after: &Column) {
    let Some(ColumnDefault::Literal(value)) = &before.default else {
        return;
    };
    let held = context.catalog.held_type(&after.ty);
    if let Err(why) = value.fit(&held, context.target()) {
        let message = format!("the default of `{}` does not fit: {why}", before.name);
        let problem =
            Problem::error("value-does-not-fit", message).help("say the new one by `default`, or `drop_default: true`");
        context.problem(problem.at("type"));
    }
}
