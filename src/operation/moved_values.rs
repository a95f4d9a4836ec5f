//! Values that move from columns of a table into new ones: these are added and filled, and only then the old ones go.

use indexmap::IndexMap;

use super::by_dialect::ByDialect;
use super::specification::{ColumnSpec, TableRef};
use super::update::without_news;
use super::{AddColumn, Context, DropColumn, DropNotNull, Resolve};
use crate::diagnostic::Problem;
use crate::dialect::{Dialect, Name};
use crate::model::{Catalog, Change, Column, Table, Value};

/// What moves. Each path is that of the key that says it.
pub(super) struct Move<'a> {
    pub table: &'a TableRef,
    /// The columns that go.
    pub going: Vec<(Name, String)>,
    pub coming: Vec<Coming>,
    /// What columns that go are filled with on the way back, computed from those that came.
    pub back: Vec<(Name, String)>,
    /// Whether what uses the columns that go is dropped with them.
    pub cascade: bool,
}

/// A column that comes, and what it is filled with.
pub(super) struct Coming {
    pub column: ColumnSpec,
    pub expression: String,
    pub path: String,
}

/// The changes so far, and the schema that they leave.
struct Steps<'c, 'a> {
    context: &'c mut Context<'a>,
    catalog: Catalog,
    changes: Vec<Change>,
}

impl Move<'_> {
    /// Old columns hold NULL from the start where the way back fills them: there, they are added before their values
    /// are known.
    pub fn resolve(mut self, context: &mut Context<'_>, table: &Table) -> Vec<Change> {
        if !self.is_sound(context) {
            return Vec::new();
        }
        let errors = count_errors(context);
        let mut steps = Steps {
            catalog: context.catalog.clone(),
            context,
            changes: Vec::new(),
        };
        self.relax(&mut steps, table);
        let constraints = self.add(&mut steps);
        let fill = self.fill(steps.catalog.target().dialect, table);
        steps.push(fill);
        self.hold(&mut steps, table);
        constraints.into_iter().for_each(|change| steps.push(change));
        // From the end, so that each is put back to its place.
        let case = steps.catalog.column_case();
        self.going
            .sort_by_key(|(name, _)| std::cmp::Reverse(table.position(name, case)));
        self.drop(&mut steps);
        // Half of it would bring other mistakes about.
        match count_errors(steps.context) == errors {
            true => steps.changes,
            false => Vec::new(),
        }
    }

    fn is_sound(&self, context: &mut Context<'_>) -> bool {
        let before = context.problems.len();
        for coming in &self.coming {
            let column = &coming.column;
            let (key, what) = match () {
                () if column.generated.is_some() => ("generated", "computed by itself"),
                () if column.identity.resolve().is_some() => ("identity", "numbered by itself"),
                () if column.primary_key => ("primary_key", "a primary key before it is filled"),
                () => continue,
            };
            let message = format!("column `{}` is filled, and cannot be {what}", column.name);
            context.problem(Problem::error("filled-column", message).at(format!("{}/{key}", coming.path)));
        }
        context.problems.len() == before
    }

    fn relax(&self, steps: &mut Steps<'_, '_>, table: &Table) {
        let case = steps.catalog.column_case();
        for (name, path) in &self.going {
            let strict = table.column(name, case).is_some_and(|column| !column.nullable);
            if strict && self.comes_back(name) {
                let operation = DropNotNull {
                    table: self.table.clone(),
                    column: name.clone(),
                };
                let changes = steps.resolve(&operation, path);
                changes.into_iter().for_each(|change| steps.push(change));
            }
        }
    }

    fn comes_back(&self, name: &Name) -> bool {
        self.back.iter().any(|(known, _)| known == name)
    }

    /// Adds the new columns, without values; what holds for them is returned, for when they have some.
    fn add(&self, steps: &mut Steps<'_, '_>) -> Vec<Change> {
        let mut constraints = Vec::new();
        for coming in &self.coming {
            let operation = AddColumn {
                table: self.table.clone(),
                column: ColumnSpec {
                    nullable: true,
                    ..coming.column.clone()
                },
                after: None,
            };
            for change in steps.resolve(&operation, &coming.path) {
                match change {
                    Change::AddConstraint { .. } => constraints.push(change),
                    change => steps.push(change),
                }
            }
        }
        constraints
    }

    fn fill(&self, dialect: Dialect, table: &Table) -> Change {
        let sql = |(name, text): (&Name, &String)| (name.clone(), Value::Sql(text.clone()));
        let set = self
            .coming
            .iter()
            .map(|coming| (&coming.column.name, &coming.expression));
        Change::UpdateRows {
            table: table.name.clone(),
            set: without_news(dialect, table, set.map(sql).collect()),
            filter: None,
            back: match self.back.is_empty() {
                true => Vec::new(),
                false => without_news(
                    dialect,
                    table,
                    self.back.iter().map(|(name, text)| sql((name, text))).collect(),
                ),
            },
            // A new column holds nothing that could be lost.
            kept: self.back.is_empty(),
        }
    }

    fn hold(&self, steps: &mut Steps<'_, '_>, table: &Table) {
        let case = steps.catalog.column_case();
        for coming in self.coming.iter().filter(|coming| !coming.column.nullable) {
            let now = steps.catalog.table(&table.name);
            let Some(before) = now.and_then(|table| table.column(&coming.column.name, case)).cloned() else {
                continue;
            };
            let after = Column {
                nullable: false,
                ..before.clone()
            };
            steps.push(Change::AlterColumn {
                table: table.name.clone(),
                before: Box::new(before),
                after: Box::new(after),
                using: None,
                reverse_using: None,
            });
        }
    }

    fn drop(&self, steps: &mut Steps<'_, '_>) {
        for (name, path) in &self.going {
            let operation = DropColumn {
                table: self.table.clone(),
                column: name.clone(),
                cascade: self.cascade,
                keep: false,
            };
            for mut change in steps.resolve(&operation, path) {
                if let Change::DropColumn { column, kept, .. } = &mut change {
                    *kept = self.comes_back(&column.name);
                }
                steps.push(change);
            }
        }
    }
}

impl Steps<'_, '_> {
    /// An operation on a column, resolved on what the steps so far leave; its mistakes stand at the path.
    fn resolve(&mut self, operation: &impl Resolve, path: &str) -> Vec<Change> {
        let mut inner = Context::new(&self.catalog, self.context.files, self.context.uncertain.clone());
        inner.names = self.context.names;
        let changes = operation.resolve(&mut inner);
        for mut problem in inner.problems {
            if let Some(rest) = problem.place.path.strip_prefix("column") {
                problem.place.path = format!("{path}{rest}");
            }
            self.context.problem(problem);
        }
        changes
    }

    fn push(&mut self, change: Change) {
        // What cannot be applied has been told.
        if self.catalog.apply(&change).is_ok() {
            self.changes.push(change);
        }
    }
}

fn count_errors(context: &Context<'_>) -> usize {
    let errors = context.problems.iter().filter(|problem| problem.diagnostic.is_error());
    errors.count()
}

/// The text for the dialect; that there is none is told.
pub(super) fn expression(context: &mut Context<'_>, text: &ByDialect<String>, path: &str) -> Option<String> {
    let dialect = context.dialect();
    let picked = text.pick(dialect).filter(|text| !text.trim().is_empty()).cloned();
    if picked.is_none() {
        let message = format!("no expression is given for {}", dialect.facts().title);
        context.problem(Problem::error("missing-dialect", message).at(path));
    }
    picked
}

/// What the columns of a map are filled with on the way back.
pub(super) fn backs(
    context: &mut Context<'_>,
    going: &[Name],
    back: &IndexMap<Name, ByDialect<String>>,
) -> Vec<(Name, String)> {
    let mut known = Vec::new();
    for (name, text) in back {
        let path = format!("back/{name}");
        match going.iter().find(|column| *column == name) {
            Some(column) => known.extend(expression(context, text, &path).map(|text| (column.clone(), text))),
            None => {
                let message = format!("`{name}` is not one of the columns that go");
                let mut problem = Problem::error("unknown-column", message)
                    .did_you_mean(crate::diagnostic::nearest(name, going.iter().map(Name::as_str)))
                    .at(path);
                problem.place.at_key = true;
                context.problem(problem);
            }
        }
    }
    known
}
