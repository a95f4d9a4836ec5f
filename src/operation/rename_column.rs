use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::drop_column::index_uses;
use super::specification::TableRef;
use super::table_options::may_change;
use super::{Context, Resolve, dependents, renamed};
use crate::diagnostic::Problem;
use crate::dialect::{self, Family, Name};
use crate::model::{Change, Check, Constraint, ForeignKey, Index, IndexKey, Object, Table};

/// Gives a column another name; keys, indexes and checks follow, views are put back with the new name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RenameColumn {
    pub table: TableRef,
    pub column: Name,
    /// The new name.
    pub to: Name,
}

impl Resolve for RenameColumn {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let Some(table) = context.table(&self.table, "table") else {
            return Vec::new();
        };
        let Some(column) = context.column(&table, &self.column, "column") else {
            return Vec::new();
        };
        context.check_name(&self.to, "to");
        let other = table.column(&self.to, context.catalog.column_case());
        // Other capitals are another name even where they do not count.
        if other.is_some_and(|other| other.name != column.name || self.to == column.name) {
            let message = format!("table `{}` has a column `{}` already", table.name, self.to);
            context.problem(Problem::error("duplicate-column", message).at("to"));
            return Vec::new();
        }
        if context.dialect().name() == "mysql" && !may_change(context, &table, &column.name, "rename", "column") {
            return Vec::new();
        }
        let Some(followers) = renamed::followers(context, &table, &column.name, &self.to) else {
            return Vec::new();
        };
        let grants = dependents::grants_on_column(context, &table.name, &column.name);
        let grants = dependents::kept_by_name(context, grants).map(|grant| {
            let after = renamed::with_granted_column(&grant, &column.name, &self.to);
            (grant, after)
        });
        let (before, after): (Vec<Object>, Vec<Object>) = followers.into_iter().chain(grants).unzip();
        let rename = Change::RenameColumn {
            table: table.name.clone(),
            from: column.name.clone(),
            to: self.to.clone(),
        };
        let changes = match context.family() {
            Family::Mysql => self.around_texts(context, &table, &column.name, rename),
            Family::Sqlite | Family::Postgres => vec![rename],
        };
        let what = format!("`{}.{}`", table.name, column.name);
        dependents::warn_of_routines(context, &what, &[&table.name.name, &column.name], "column");
        dependents::around(&before, changes, |object| {
            let at = before.iter().position(|known| known == object);
            at.map_or_else(|| object.clone(), |at| after[at].clone())
        })
    }
}

impl RenameColumn {
    /// MySQL does not rewrite checks and expressions of indexes: they are taken off and put on again. Nor does it rename a
    /// column of a foreign key while a check of the table names a column of some types (error 1846, MySQL 9.7).
    fn around_texts(&self, context: &mut Context<'_>, table: &Table, from: &Name, rename: Change) -> Vec<Change> {
        let dialect = context.dialect();
        let quoted = dialect.quote(&self.to);
        let rewritten = |text: &str| dialect::rename_in(text, from, &quoted, dialect.family());
        let (mut off, mut on) = (Vec::new(), Vec::new());
        let stiff = dialect.name() == "mysql" && is_in_foreign_key(context, table, from);
        for check in &table.checks {
            let in_the_way = stiff && is_looked_at_again(context, table, check);
            if !in_the_way && !dialect::mentions(&check.expression, from, dialect.family()) {
                continue;
            }
            let mut after = check.clone();
            after.expression = rewritten(&check.expression);
            if check.of_column && check.name == *from {
                after.name = self.to.clone();
            }
            off.push(Change::DropConstraint {
                table: table.name.clone(),
                constraint: Constraint::Check(check.clone()),
            });
            on.push(Change::AddConstraint {
                table: table.name.clone(),
                constraint: Constraint::Check(after),
            });
        }
        for index in &table.indexes {
            let by_text = index
                .columns
                .iter()
                .any(|column| matches!(column.key, IndexKey::Expression(_)));
            if by_text && index_uses(context, index, from) {
                off.push(Change::DropIndex {
                    table: table.name.clone(),
                    index: index.clone(),
                    concurrently: false,
                });
                on.push(Change::CreateIndex {
                    table: table.name.clone(),
                    index: renamed_index(index, from, &self.to, &rewritten),
                    if_not_exists: false,
                    concurrently: false,
                });
            }
        }
        let computed = table.columns.iter().find(|column| {
            column
                .generated
                .as_ref()
                .is_some_and(|generated| dialect::mentions(&generated.expression, from, dialect.family()))
        });
        if let Some(computed) = computed {
            let message = format!(
                "{} cannot rename `{from}`, from which `{}` is computed",
                context.target().title(),
                computed.name
            );
            let problem = Problem::error("not-on-dialect", message)
                .help(format!("drop `{}` before, and add it again after", computed.name));
            context.problem(problem.at("column"));
        }
        off.into_iter().chain([rename]).chain(on).collect()
    }
}

/// Whether MySQL takes a check for one that a change of any column may touch, for the types of what it names.
fn is_looked_at_again(context: &Context<'_>, table: &Table, check: &Check) -> bool {
    const TYPES: [&str; 10] = [
        "date",
        "time",
        "enum",
        "set",
        "tinytext",
        "mediumtext",
        "longtext",
        "tinyblob",
        "mediumblob",
        "longblob",
    ];
    let of_such = table.columns.iter().filter(|column| {
        let native = column
            .ty
            .native(context.dialect())
            .unwrap_or_default()
            .to_ascii_lowercase();
        TYPES.iter().any(|ty| native.starts_with(ty))
    });
    let family = context.family();
    let mut names = of_such.map(|column| &column.name);
    names.any(|name| dialect::mentions(&check.expression, name, family))
}

/// Whether a column belongs to a foreign key, or is what one points at.
fn is_in_foreign_key(context: &Context<'_>, table: &Table, column: &Name) -> bool {
    let catalog = context.catalog;
    if table
        .foreign_keys
        .iter()
        .any(|foreign| foreign.columns.contains(column))
    {
        return true;
    }
    let to_itself = |foreign: &&ForeignKey| catalog.key(&foreign.references) == catalog.key(&table.name);
    let own = table.foreign_keys.iter().filter(to_itself);
    let incoming = catalog.incoming(&table.name).into_iter().map(|(_, foreign)| foreign);
    own.chain(incoming)
        .any(|foreign| foreign.referenced_columns.contains(column))
}

fn renamed_index(index: &Index, from: &Name, to: &Name, rewritten: &impl Fn(&str) -> String) -> Index {
    let mut after = index.clone();
    for column in &mut after.columns {
        match &mut column.key {
            IndexKey::Column(name) if name == from => *name = to.clone(),
            IndexKey::Column(_) => {}
            IndexKey::Expression(text) => *text = rewritten(text),
        }
    }
    after.predicate = after.predicate.as_deref().map(rewritten);
    after
}
