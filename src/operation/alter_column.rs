use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::by_dialect::ByDialect;
use super::specification::{TableRef, TypeSpec};
use super::{Context, Resolve, dependents, is_false};
use crate::diagnostic::Problem;
use crate::dialect::{Family, Name};
use crate::model::{Change, Column, Constraint, Table, Type, Value};

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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub drop_default: bool,
    /// The new comment; an empty one takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<Name>,
}

impl Resolve for AlterColumn {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        let Some(before) = context.column(&table, &self.column, "column") else {
            return Vec::new();
        };
        let Some(after) = self.altered(context, &table, &before) else {
            return Vec::new();
        };
        let dialect = context.dialect();
        let pick = |texts: &Option<ByDialect<String>>| texts.as_ref().and_then(|texts| texts.pick(dialect)).cloned();
        let (using, reverse_using) = (pick(&self.using), pick(&self.reverse_using));
        // An enum with other values may be the same type to the engine.
        let retyped = before.ty.native(dialect) != after.ty.native(dialect)
            || before.collation != after.collation
            || using.is_some();
        if retyped {
            refuse_in_foreign_keys(context, &table, &before.name, "type");
        }
        let mut changes = Vec::new();
        let (checks_off, checks_on) = enum_checks(context, &table, &before, &after);
        changes.extend(checks_off);
        changes.push(Change::AlterColumn {
            table: table.name.clone(),
            before: Box::new(before.clone()),
            after: Box::new(after),
            using,
            reverse_using,
        });
        changes.extend(checks_on);
        // Only PostgreSQL refuses to alter what a view reads.
        match retyped && context.family() == Family::Postgres {
            true => {
                let mut using = dependents::texts_using(context, &table.name, &before.name);
                using.retain(|object| matches!(object, crate::model::Object::Policy(_)));
                using.extend(dependents::views_using(context, &table.name, &before.name));
                dependents::around(&using, changes, Clone::clone)
            }
            false => changes,
        }
    }
}

/// The check that holds an enum's values goes and comes with the type, where the engine has no enums.
pub(super) fn enum_checks(
    context: &mut Context<'_>,
    table: &Table,
    before: &Column,
    after: &Column,
) -> (Option<Change>, Option<Change>) {
    if before.ty == after.ty {
        return (None, None);
    }
    let name = &table.name;
    let mut check = |ty: &Type| context.check_of_enum(name, &before.name, ty);
    let (old, new) = (check(&before.ty), check(&after.ty));
    let known = old.and_then(|old| same_check(table, &old));
    (
        known.map(|constraint| Change::DropConstraint {
            table: name.clone(),
            constraint,
        }),
        new.map(|constraint| Change::AddConstraint {
            table: name.clone(),
            constraint,
        }),
    )
}

/// The table's check that says the same: it keeps its name when the column gets another.
fn same_check(table: &Table, wanted: &Constraint) -> Option<Constraint> {
    let Constraint::Check(wanted) = wanted else {
        return None;
    };
    let known = table.checks.iter().find(|check| check.expression == wanted.expression);
    known.cloned().map(Constraint::Check)
}

impl AlterColumn {
    fn altered(&self, context: &mut Context<'_>, table: &Table, before: &Column) -> Option<Column> {
        let mut after = before.clone();
        if let Some(spec) = &self.ty {
            after.ty = context.type_of(spec, "type");
        }
        if let Some(nullable) = self.nullable {
            let in_key = table
                .primary_key
                .as_ref()
                .is_some_and(|key| key.columns.contains(&before.name));
            if nullable && (in_key || before.identity.is_some()) {
                let message = format!("`{}` belongs to the primary key, and cannot hold NULL", before.name);
                context.problem(Problem::error("key-not-nullable", message).at("nullable"));
            } else {
                after.nullable = nullable;
            }
        }
        if self.default.is_some() && self.drop_default {
            let message = "`default` and `drop_default` say opposite things";
            context.problem(Problem::error("contradiction", message).at("drop_default"));
        }
        if self.drop_default {
            if before.default.is_none() {
                let message = format!("column `{}` has no default", before.name);
                context.problem(Problem::error("no-default", message).at("drop_default"));
            }
            after.default = None;
        }
        if let Some(value) = &self.default {
            after.default = Some(context.default_of(value, &after.ty, "default"));
        }
        if let Some(comment) = &self.comment {
            after.comment = (!comment.is_empty()).then(|| comment.clone());
        }
        if let Some(collation) = &self.collation {
            after.collation = Some(collation.clone());
        }
        let named = self.ty.is_some()
            || self.using.is_some()
            || self.nullable.is_some()
            || self.default.is_some()
            || self.drop_default
            || self.comment.is_some()
            || self.collation.is_some();
        if !named {
            let problem = Problem::error("nothing-to-do", "nothing of the column is named that should change")
                .help("name one of type, nullable, default, drop_default, comment, collation");
            context.problem(problem.at("column"));
            return None;
        }
        Some(after)
    }
}

/// MySQL and MariaDB do not alter the type of a column that a foreign key uses.
pub(super) fn refuse_in_foreign_keys(context: &mut Context<'_>, table: &Table, column: &Name, path: &str) {
    if context.family() != Family::Mysql {
        return;
    }
    let own = table
        .foreign_keys
        .iter()
        .filter(|foreign| foreign.columns.contains(column));
    let own = own.map(|foreign| (table.name.clone(), Constraint::ForeignKey(foreign.clone())));
    let incoming = context.catalog.incoming(&table.name);
    let incoming = incoming
        .into_iter()
        .filter(|(_, foreign)| foreign.referenced_columns.contains(column));
    let incoming = incoming.map(|(other, foreign)| (other.name.clone(), Constraint::ForeignKey(foreign.clone())));
    let found: Option<(_, Constraint)> = own.chain(incoming).next();
    if let Some((other, foreign)) = found {
        let message = format!(
            "{} cannot change the type of `{}.{}`, which the foreign key `{}` of `{other}` uses",
            context.target().title(),
            table.name,
            column,
            foreign.name()
        );
        let problem = Problem::error("not-on-dialect", message)
            .help("drop the foreign key before, alter both columns, and create it again after");
        context.problem(problem.at(path));
    }
}
