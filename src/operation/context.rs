//! What an operation sees while it is resolved: the schema as it stands, its files, and where its mistakes go.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::specification::{ColumnSpec, TableRef, TypeSpec};
use super::unnamed::Unnamed;
use super::{Names, Operation, Resolve, Uncertain, expression_check, known_object};
use crate::diagnostic::{Problem, nearest};
use crate::dialect::{self, Dialect, Family, Name, NameParts, ObjectName, Target, generated_name};
use crate::model::{
    Base, Catalog, Change, Check, Column, ColumnDefault, Constraint, Generated, Key, ObjectKind, Table, Type, Value,
};
use crate::render::default_value;

/// A file that an operation names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFile {
    /// Relative to the root of the changelog.
    pub path: String,
    /// Of its content, line endings normalised.
    pub sha256: String,
    /// Its text, where it is SQL; rows are read when their turn comes.
    pub text: Option<Arc<str>>,
    /// The names in its first line, where it holds rows.
    pub header: Option<Vec<String>>,
}

/// The surroundings of one operation.
pub struct Context<'a> {
    pub catalog: &'a Catalog,
    /// By the path as written.
    pub files: &'a BTreeMap<String, NamedFile>,
    /// Names of tables and views that a broken operation before may have touched: of them nothing is said.
    pub uncertain: Uncertain,
    pub problems: Vec<Problem>,
    /// Whether what is created takes the place of what has its name: in a changeset that runs again and again.
    pub replaces: bool,
    /// How the names of the changeset are taken, where it has come to it.
    pub names: Names,
    /// For each change of an operation that is a list of others: the path of the key that means it.
    pub places: Vec<String>,
}

impl<'a> Context<'a> {
    pub fn new(catalog: &'a Catalog, files: &'a BTreeMap<String, NamedFile>, uncertain: Uncertain) -> Context<'a> {
        Context {
            catalog,
            files,
            uncertain,
            problems: Vec::new(),
            replaces: false,
            names: Names::default(),
            places: Vec::new(),
        }
    }
}

impl Context<'_> {
    /// The changes of an operation. Where it failed, nothing more is said of what it would have made.
    pub fn resolved(&mut self, operation: &Operation) -> Vec<Change> {
        let told = self.problems.len();
        let changes = operation.resolve(self);
        let mut new = self.problems[told..].iter();
        if changes.is_empty() && new.any(|problem| problem.diagnostic.is_error()) {
            self.uncertain.failed(operation);
        }
        changes
    }

    pub fn target(&self) -> &Target {
        self.catalog.target()
    }

    pub fn dialect(&self) -> Dialect {
        self.catalog.target().dialect
    }

    pub fn family(&self) -> Family {
        self.dialect().family()
    }

    pub fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// What is so already: a mistake, unless the changeset is written as for the database itself, which takes it.
    pub fn is_so_already(&mut self, problem: Problem) {
        if !self.names.are_of_engine() {
            self.problem(problem);
        }
    }

    pub fn is_uncertain(&self, name: &str) -> bool {
        self.uncertain.holds(name)
    }

    /// Whether a key, a constraint or an index may be on a table that is not known.
    pub fn are_keys_uncertain(&self, table: &ObjectName) -> bool {
        self.uncertain.holds_keys_of(table)
    }

    /// A table that has to be there.
    pub fn table(&mut self, name: &TableRef, path: &str) -> Option<Arc<Table>> {
        if let Some(table) = self.catalog.table(&name.0) {
            return Some(table.clone());
        }
        if self.is_uncertain(&name.0.name) {
            return None;
        }
        if let Some(other) = self.other_than_table(&name.0) {
            let message = format!("`{}` is {}, not a table", name.0, known_object::with_article(other));
            self.problem(Problem::error("unknown-table", message).at(path));
            return None;
        }
        let problem = Problem::error("unknown-table", format!("unknown table `{}`", name.0));
        let known: Vec<ObjectName> = self.catalog.tables().map(|table| table.name.clone()).collect();
        let problem = match known_object::meant(&name.0, &known) {
            Some(near) => problem.did_you_mean(Some(&near)),
            None => problem.help(
                "a table is known once an operation before this one creates it, or `sql` says so in its `effects`",
            ),
        };
        self.problem(problem.at(path));
        None
    }

    /// A column that has to be there.
    pub fn column(&mut self, table: &Table, name: &str, path: impl Into<String>) -> Option<Column> {
        if let Some(column) = table.column(name, self.catalog.column_case()) {
            return Some(column.clone());
        }
        if !self.is_uncertain(&table.name.name) && !self.is_uncertain(name) {
            let known = table.columns.iter().map(|column| column.name.as_str());
            let message = format!("table `{}` has no column `{name}`", table.name);
            let mut problem = Problem::error("unknown-column", message).at(path);
            problem = match nearest(name, known.clone()) {
                Some(word) => problem.did_you_mean(Some(word)),
                None => problem.note(format!("its columns are {}", known.collect::<Vec<_>>().join(", "))),
            };
            self.problem(problem);
        }
        None
    }

    /// Columns that have to be there, under the names that the table gives them, each once.
    pub fn columns(&mut self, table: &Table, names: &[Name], path: &str) -> Option<Vec<Name>> {
        if names.is_empty() {
            self.problem(Problem::error("no-columns", "at least one column is needed").at(path));
            return None;
        }
        let mut found: Vec<Name> = Vec::new();
        for (at, name) in names.iter().enumerate() {
            let path = format!("{path}/{at}");
            let Some(column) = self.column(table, name, path.as_str()) else {
                continue;
            };
            if found.contains(&column.name) {
                self.problem(Problem::error("duplicate-column", format!("column `{name}` is named twice")).at(path));
                continue;
            }
            found.push(column.name);
        }
        (found.len() == names.len()).then_some(found)
    }

    /// The same of a name with or without its schema. One that begins with a schema and a dot is one name all the same.
    pub fn check_object_name(&mut self, name: &ObjectName, path: &str) {
        self.check_name(&name.name, path);
        let Some((schema, rest)) = name.name.split_once('.').filter(|_| name.schema.is_none()) else {
            return;
        };
        let known = self
            .catalog
            .object(ObjectKind::Schema, &ObjectName::plain(schema))
            .is_some()
            || self.target().schema.as_deref() == Some(schema)
            || (schema == "public" && self.family() == Family::Postgres);
        if known {
            let message = format!(
                "`{}` is one name, not that of `{rest}` in the schema `{schema}`",
                name.name
            );
            let problem = Problem::warning("dotted-name", message);
            self.problem(
                problem
                    .help(format!("write `{{schema: {schema}, name: {rest}}}`"))
                    .at(path),
            );
        }
    }

    /// Refuses a name that the dialect would cut or refuse.
    pub fn check_name(&mut self, name: &str, path: impl Into<String>) {
        let dialect = self.dialect();
        let facts = dialect.facts();
        if !facts.fits(name) {
            let identifier = &facts.identifier;
            let unit = match identifier.unit {
                dialect::Unit::Bytes => "bytes",
                dialect::Unit::Characters => "characters",
            };
            let message = format!(
                "name `{name}` is too long for {} (at most {} {unit})",
                facts.title, identifier.limit
            );
            self.problem(Problem::error("name-too-long", message).at(path));
        }
    }

    /// A type on this target; a mistake is told and a placeholder goes on.
    pub fn type_of(&mut self, spec: &TypeSpec, path: impl Into<String>) -> Type {
        let dialect = self.dialect();
        let path = path.into();
        if let Some((kind, name)) = spec.named(dialect) {
            // As below.
            return self
                .named_type(kind, &name, &path)
                .unwrap_or(Type::Native(String::new()));
        }
        let resolved = spec.resolve(dialect).and_then(|ty| ty.native(dialect).map(|_| ty));
        resolved.unwrap_or_else(|error| {
            let mut problem = Problem::error("unknown-type", error.message).at(path);
            if let Some(help) = self.help_for_name(spec).or(error.help) {
                problem = problem.help(help);
            }
            self.problem(problem);
            // No type at all, so that nothing is said of what it holds.
            Type::Native(String::new())
        })
    }

    /// A named type that was written as if it were a word of the dialect.
    fn help_for_name(&self, spec: &TypeSpec) -> Option<String> {
        let TypeSpec::Text(text) = spec else {
            return None;
        };
        let name = ObjectName::plain(text.as_str());
        let kinds = [ObjectKind::Enum, ObjectKind::Domain];
        let kind = kinds
            .into_iter()
            .find(|kind| self.catalog.object(*kind, &name).is_some())?;
        Some(format!("write `{{{}: {text}}}`", kind.word()))
    }

    /// What a default means, checked against the column's type.
    pub fn default_of(&mut self, value: &Value, ty: &Type, path: impl Into<String>) -> ColumnDefault {
        let path = path.into();
        match value {
            Value::Text(text) if looks_like_call(text) => {
                let problem = Problem::error("default-looks-like-call", format!("default `{text}` looks like a call, but is text"))
                    .help(match text.to_ascii_lowercase().as_str() {
                        "now()" | "current_timestamp()" | "current_timestamp" => "write `{fn: now}`".to_string(),
                        "current_date" | "current_date()" | "curdate()" => "write `{fn: current_date}`".to_string(),
                        "uuid()" | "gen_random_uuid()" => "write `{fn: uuid}`".to_string(),
                        _ => format!("write `{{sql: \"{text}\"}}` for a call, or `{{fn: now}}`, `{{fn: uuid}}`, `{{fn: current_date}}`"),
                    });
                self.problem(problem.at(&path));
                ColumnDefault::Literal(value.clone())
            }
            Value::Function(name) => {
                if !self.dialect().facts().functions.contains_key(name.as_str()) {
                    let known = self.dialect().facts().functions.keys().map(String::as_str);
                    let hint = nearest(name, known);
                    self.problem(
                        Problem::error("unknown-function", format!("unknown function `{name}`"))
                            .did_you_mean(hint)
                            .at(path),
                    );
                }
                ColumnDefault::Function(name.clone())
            }
            Value::Sql(sql) => ColumnDefault::Expression(sql.clone()),
            value => {
                self.check_value(value, ty, path);
                ColumnDefault::Literal(value.clone())
            }
        }
    }

    /// Refuses a value that does not fit its column.
    pub fn check_value(&mut self, value: &Value, ty: &Type, path: impl Into<String>) {
        let ty = self.catalog.held_type(ty);
        if let Err(why) = value.fit(&ty, self.catalog.target()) {
            self.problem(Problem::error("value-does-not-fit", why).at(path));
        }
    }

    /// A column as it will be, without the constraints that were written inside it.
    pub fn column_of(&mut self, spec: &ColumnSpec, path: &str) -> Column {
        self.check_name(&spec.name, format!("{path}/name"));
        let ty = self.type_of(&spec.ty, format!("{path}/type"));
        let default = spec
            .default
            .as_ref()
            .map(|value| self.default_of(value, &ty, format!("{path}/default")));
        if !spec.nullable && spec.default == Some(Value::Null) {
            let message = format!(
                "column `{}` cannot hold NULL, and cannot have it for a default",
                spec.name
            );
            self.problem(Problem::error("value-does-not-fit", message).at(format!("{path}/default")));
        }
        let identity = spec.identity.resolve();
        if identity.is_some() {
            self.check_identity(spec, &ty, path);
        }
        if spec.generated.is_some() && (default.is_some() || identity.is_some()) {
            let message = format!(
                "column `{}` is generated, and cannot have a default or an identity too",
                spec.name
            );
            self.problem(Problem::error("generated-with-default", message).at(format!("{path}/generated")));
        }
        let on_update = spec.on_update.as_ref();
        let on_update = on_update.and_then(|value| self.moment_of(value, &ty, format!("{path}/on_update")));
        Column {
            name: spec.name.clone(),
            ty,
            nullable: spec.nullable && !spec.primary_key && identity.is_none(),
            default,
            identity,
            collation: spec.collation.clone(),
            comment: spec.comment.clone(),
            generated: spec.generated.as_ref().map(|generated| Generated {
                expression: generated.expression.clone(),
                stored: generated.stored,
            }),
            charset: spec.charset.clone(),
            on_update,
            invisible: spec.invisible,
        }
    }

    /// The constraints that were written inside a column: each is named, told to `add` and then there for the next.
    pub fn constraints_of(
        &mut self,
        table: &mut Table,
        spec: &ColumnSpec,
        mut add: impl FnMut(&mut Self, &mut Table, Constraint),
    ) {
        let names = [spec.name.clone()];
        if spec.primary_key {
            let name = self.name_or(None, Unnamed::PrimaryKey(&names), table, "");
            add(self, table, Constraint::PrimaryKey(Key::new(name, names.to_vec())));
        }
        if spec.unique {
            let name = self.name_or(None, Unnamed::Unique(&names), table, "");
            add(self, table, Constraint::Unique(Key::new(name, names.to_vec())));
        }
        if let Some(expression) = &spec.check {
            let check = self.check_in_column(table, &spec.name, expression);
            add(self, table, Constraint::Check(check));
        }
        let ty = table
            .column(&spec.name, self.catalog.column_case())
            .map(|column| column.ty.clone());
        if let Some(check) = ty.and_then(|ty| self.check_of_enum(&table.name, &spec.name, &ty)) {
            add(self, table, check);
        }
    }

    /// Refuses names that are no columns in the texts of one, which the table has by now.
    pub fn check_texts_of(&mut self, table: &Table, spec: &ColumnSpec, path: &str) {
        if let Some(check) = &spec.check {
            expression_check::check(self, table, check, format!("{path}/check"));
        }
        if let Some(generated) = &spec.generated {
            expression_check::check(
                self,
                table,
                &generated.expression,
                format!("{path}/generated/expression"),
            );
        }
    }

    /// What stands behind `ON UPDATE`.
    pub fn moment_of(&mut self, value: &Value, ty: &Type, path: String) -> Option<String> {
        match value {
            Value::Function(name) if name == "now" => {
                let now = ColumnDefault::Function(name.clone());
                Some(default_value(&now, ty, self.dialect()))
            }
            Value::Sql(sql) => Some(sql.clone()),
            _ => {
                let problem = Problem::error(
                    "value-does-not-fit",
                    "a column is set to the present moment on a change, to nothing else",
                )
                .help("write `{fn: now}`, or `{sql: …}`; a trigger can set other values");
                self.problem(problem.at(path));
                None
            }
        }
    }

    /// Whether an enum's values are part of the column's own type here.
    fn enum_is_native(&self) -> Option<()> {
        let form = self.dialect().facts().types.get("enum")?.as_ref()?;
        form.bare.contains("{values}").then_some(())
    }

    /// Where the engine has no enums (or PostgreSQL's have no name here), a check holds the values.
    pub fn check_of_enum(&mut self, table: &ObjectName, column: &Name, ty: &Type) -> Option<Constraint> {
        let by_name = matches!(ty, Type::Named { .. }) && self.family() == Family::Postgres;
        let values = ty.values().filter(|_| !by_name)?;
        match self.enum_is_native() {
            Some(()) => None,
            None => Some(self.enum_check(table, column, values)),
        }
    }

    fn enum_check(&mut self, table: &ObjectName, column: &Name, values: &[String]) -> Constraint {
        let dialect = self.dialect();
        let values: Vec<String> = values.iter().map(|value| dialect.string(value)).collect();
        let parts = NameParts {
            kind: "ck",
            table: &table.name,
            columns: &[column, "enum"],
        };
        let expression = format!("{} IN ({})", dialect.quote(column), values.join(", "));
        Constraint::Check(Check::new(generated_name(dialect.facts(), &parts), expression))
    }

    /// Refuses to number rows by anything but whole numbers.
    pub fn check_identity_type(&mut self, ty: &Type, path: impl Into<String>) {
        let whole =
            matches!(ty.base(), Some(Base::SmallInt | Base::Int | Base::BigInt)) || matches!(ty, Type::Native(_));
        if !whole {
            let message = format!("an identity column is `smallint`, `int` or `bigint`, not `{ty}`");
            self.problem(Problem::error("identity-type", message).at(path));
        }
    }

    fn check_identity(&mut self, spec: &ColumnSpec, ty: &Type, path: &str) {
        self.check_identity_type(ty, format!("{path}/identity"));
        if spec.default.is_some() {
            let message = format!("column `{}` numbers its rows, and cannot have a default too", spec.name);
            self.problem(Problem::error("identity-with-default", message).at(format!("{path}/default")));
        }
    }

    /// Refuses a constraint whose name is used already: by the table, or where it has to be the only one by another.
    pub fn check_constraint_name(&mut self, table: &Table, constraint: &Constraint, path: &str) -> bool {
        let name = constraint.name();
        let own = table.constraint_names().find(|(known, _)| *known == name);
        let other = self.catalog.constraint_table(&table.name, constraint);
        let other = other.map(|other| format!("used on table `{other}`"));
        let named = self.catalog.is_named_in_schema(constraint);
        let other = other.or_else(|| self.index_name_taken(&table.name, name).filter(|_| named));
        let message = match (own, other) {
            (None, None) => return true,
            (Some((_, word)), _) => format!("table `{}` has a {word} `{name}` already", table.name),
            (None, Some(other)) => format!("the name `{name}` is {other} already"),
        };
        if !self.is_uncertain(&table.name.name) && !self.is_uncertain(name) {
            self.problem(
                Problem::error("duplicate-name", message)
                    .help("give it a `name` of its own")
                    .at(path),
            );
        }
        false
    }

    /// The columns of a table that an expression uses, in the table's order.
    pub fn columns_used(&self, table: &Table, expression: &str) -> Vec<Name> {
        let family = self.family();
        let used = table
            .columns
            .iter()
            .filter(|column| dialect::mentions(expression, &column.name, family));
        used.map(|column| column.name.clone()).collect()
    }

    /// The columns that tell the table's rows apart and that all rows carry: its primary key, else a unique one.
    pub fn row_key(&self, table: &Table, columns: &[Name], rows: &[Vec<Value>]) -> Option<Vec<Name>> {
        let keys = table.primary_key.iter().chain(&table.uniques);
        let known = keys.into_iter().find(|key| {
            key.columns.iter().all(|name| {
                let at = columns.iter().position(|column| column == name);
                at.is_some_and(|at| {
                    rows.iter()
                        .all(|row| !matches!(row[at], Value::Null | Value::Function(_) | Value::Sql(_)))
                })
            })
        });
        known.map(|key| key.columns.clone())
    }
}

/// Whether a text of a default could have been meant as a call.
pub fn looks_like_call(text: &str) -> bool {
    let lower = text.trim().to_ascii_lowercase();
    if matches!(lower.as_str(), "current_timestamp" | "current_date" | "current_time") {
        return true;
    }
    match lower.split_once('(') {
        Some((name, rest)) => {
            rest.ends_with(')')
                && !name.is_empty()
                && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
        }
        None => false,
    }
}
