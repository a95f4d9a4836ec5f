//! Tables and indexes that a statement makes or alters.

use std::sync::Arc;

use sqlparser::ast::{
    self, AlterColumnOperation, AlterTableOperation, ColumnOption, DataType, Expr, IndexOption, IndexType,
    MySQLColumnPosition, OrderBySort, TableConstraint,
};

use super::Reading;
use super::object::replaced;
use crate::dialect::{Cursor, Family, Name, ObjectName, Token};
use crate::model::{
    Change, Check, Column, Constraint, Index, IndexColumn, IndexKey, IndexKind, Key, Nulls, Object, Order, RowSecurity,
    Table, TableTraits,
};
use crate::operation::{DropColumn, DropConstraint, RenameColumn, TableRef};

impl Reading<'_, '_> {
    pub(super) fn create_table(&self, made: &ast::CreateTable, all: &[Token<'_>], text: &str) -> Option<Vec<Change>> {
        let name = self.object(&made.name)?;
        if !all.get(1)?.is_word("table") || made.query.is_some() || made.columns.is_empty() {
            return None;
        }
        if made.if_not_exists && self.known(&name).is_some() {
            return Some(Vec::new());
        }
        let mut table = Table::empty(name);
        self.table_options(&mut table, all, text)?;
        for column in &made.columns {
            let (options, named) = options(self, column);
            self.column(&mut table, self.name(&column.name), &column.data_type, &options, &named)?;
        }
        for constraint in &made.constraints {
            match self.constraint(&table, constraint)? {
                Part::Constraint(constraint) => table.add_constraint(constraint)?,
                Part::Index(index) => table.indexes.push(index),
            }
        }
        if self.context.dialect().name() == "mariadb" {
            let around = table.options.collation.clone();
            table.take_json(around.as_deref());
        }
        if self.family() == Family::Mysql {
            let indexes = std::mem::take(&mut table.indexes);
            let own = indexes.into_iter().filter(|index| !table.backs_a_foreign_key(index));
            table.indexes = own.collect();
        }
        Some(vec![Change::CreateTable {
            table: Arc::new(table),
            // What may have been there before is not taken back.
            if_not_exists: made.if_not_exists,
        }])
    }

    /// What stands behind the brackets has to be understood to the last word.
    fn table_options(&self, table: &mut Table, all: &[Token<'_>], text: &str) -> Option<()> {
        let close = all.iter().rev().find(|token| token.text == ")")?;
        let mut rest = Cursor::new(&text[close.end()..], self.family());
        while !rest.is_done() {
            match self.family() {
                Family::Sqlite if rest.take_word("strict") => table.options.strict = true,
                Family::Sqlite if rest.take_words(&["without", "rowid"]) => table.options.without_rowid = true,
                Family::Mysql => self.table_option(table, &mut rest)?,
                Family::Sqlite | Family::Postgres => return None,
            }
            rest.take_symbol(",");
        }
        Some(())
    }

    fn table_option(&self, table: &mut Table, rest: &mut Cursor<'_>) -> Option<()> {
        rest.take_word("default");
        let word = match rest.take_words(&["character", "set"]) {
            true => "charset",
            false => rest.take_one_of(&["engine", "charset", "collate", "comment"])?,
        };
        rest.take_symbol("=");
        let value = rest.text().or_else(|| rest.name())?;
        match word {
            "engine" => table.options.engine = Some(Name::new(value)),
            "charset" => table.options.charset = Some(Name::new(value)),
            "collate" => table.options.collation = Some(Name::new(value)),
            _ => table.comment = Some(value).filter(|text| !text.is_empty()),
        }
        Some(())
    }

    fn constraint(&self, table: &Table, constraint: &TableConstraint) -> Option<Part> {
        let given = |name: &Option<ast::Ident>| name.as_ref().map(|name| self.name(name));
        let found = match constraint {
            TableConstraint::PrimaryKey(key) if key.include.is_empty() => {
                let columns = self.plain_columns(&key.columns)?;
                let name = given(&key.name).unwrap_or_else(|| self.primary_key_name(table, &columns));
                Constraint::PrimaryKey(self.deferred(Key::new(name, columns), key.characteristics.as_ref())?)
            }
            TableConstraint::Unique(key)
                if key.include.is_empty() && self.method(key.index_type.as_ref()).is_some() =>
            {
                let columns = self.plain_columns(&key.columns)?;
                let written = given(&key.name).or_else(|| given(&key.index_name));
                let name = written.unwrap_or_else(|| self.unique_name(table, &columns));
                let mut found = Key::new(name, columns);
                found.nulls_not_distinct = matches!(key.nulls_distinct, ast::NullsDistinctOption::NotDistinct);
                Constraint::Unique(self.deferred(found, key.characteristics.as_ref())?)
            }
            TableConstraint::Check(check) if check.enforced.is_none() && !check.no_inherit => {
                let expression = check.expr.to_string();
                let name = given(&check.name).unwrap_or_else(|| self.check_name(table, &expression, None));
                Constraint::Check(Check::new(name, expression))
            }
            TableConstraint::ForeignKey(key) => {
                let columns = key.columns.iter().map(|name| self.name(name)).collect();
                self.foreign_key(table, columns, key, given(&key.name))?
            }
            TableConstraint::FulltextOrSpatial(index) => {
                let columns = self.index_columns(&index.columns)?;
                let name = given(&index.opt_index_name).or_else(|| self.index_name(table, &columns))?;
                let kind = match index.fulltext {
                    true => IndexKind::Fulltext,
                    false => IndexKind::Spatial,
                };
                return Some(Part::Index(Index {
                    kind,
                    ..plain_index(name, columns)
                }));
            }
            TableConstraint::Index(index)
                if is_usual(&index.index_options) && self.method(index.index_type.as_ref()).is_some() =>
            {
                let columns = self.index_columns(&index.columns)?;
                let name = given(&index.name).or_else(|| self.index_name(table, &columns))?;
                return Some(Part::Index(plain_index(name, columns)));
            }
            _ => return None,
        };
        Some(Part::Constraint(found))
    }

    /// A key that is held when it is said.
    pub(super) fn deferred(&self, key: Key, said: Option<&ast::ConstraintCharacteristics>) -> Option<Key> {
        let (deferrable, initially_deferred) = self.deferral(said)?;
        Some(Key {
            deferrable,
            initially_deferred,
            ..key
        })
    }

    fn plain_columns(&self, columns: &[ast::IndexColumn]) -> Option<Vec<Name>> {
        let columns = self.index_columns(columns)?.into_iter().map(|column| match column.key {
            IndexKey::Column(name) if column.order.is_ascending() && column.length.is_none() => Some(name),
            _ => None,
        });
        columns.collect()
    }

    fn index_columns(&self, columns: &[ast::IndexColumn]) -> Option<Vec<IndexColumn>> {
        let column = |column: &ast::IndexColumn| {
            let mut length = None;
            let key = match (&column.column.expr, self.family()) {
                (Expr::Identifier(name), _) => IndexKey::Column(self.name(name)),
                (Expr::Nested(inner), _) => IndexKey::Expression(inner.to_string()),
                // The beginning of a column: `name(10)`.
                (Expr::Function(begun), Family::Mysql) => {
                    let (name, letters) = self.beginning(begun)?;
                    length = Some(letters);
                    IndexKey::Column(name)
                }
                (Expr::Function(called), Family::Postgres | Family::Sqlite) => IndexKey::Expression(called.to_string()),
                _ => return None,
            };
            let order = match column.column.options.sort {
                None | Some(OrderBySort::Asc) => Order::Asc,
                Some(OrderBySort::Desc) => Order::Desc,
                Some(OrderBySort::Using(_)) => return None,
            };
            let mut found = IndexColumn::new(key, order);
            found.length = length;
            found.class = match &column.operator_class {
                Some(class) => Some(self.object(class)?.name),
                None => None,
            };
            found.nulls = column
                .column
                .options
                .nulls_first
                .map(|first| if first { Nulls::First } else { Nulls::Last });
            Some(found)
        };
        columns.iter().map(column).collect()
    }

    fn beginning(&self, begun: &ast::Function) -> Option<(Name, u32)> {
        let ast::FunctionArguments::List(list) = &begun.args else {
            return None;
        };
        let [ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(Expr::Value(length)))] = list.args.as_slice() else {
            return None;
        };
        let name = self.object(&begun.name)?;
        let length = length.value.to_string().parse().ok()?;
        name.schema.is_none().then_some((name.name, length))
    }

    pub(super) fn create_index(&self, made: &ast::CreateIndex) -> Option<Vec<Change>> {
        let on = self.object(&made.table_name)?;
        let plain = made.with.is_empty()
            && is_usual(&made.index_options)
            && made.alter_options.is_empty()
            && made.nulls_distinct != Some(true);
        if !plain {
            return None;
        }
        let columns = self.index_columns(&made.columns)?;
        let table = self.known(&on);
        let name = match (&made.name, &table) {
            (Some(name), _) => self.object(name)?.name,
            (None, Some(table)) => self.index_name(table, &columns)?,
            (None, None) => return None,
        };
        let index = Index {
            unique: made.unique,
            predicate: made.predicate.as_ref().map(Expr::to_string),
            include: made.include.iter().map(|name| self.name(name)).collect(),
            nulls_not_distinct: made.nulls_distinct == Some(false),
            method: self.method(made.using.as_ref())?,
            ..plain_index(name, columns)
        };
        let Some(table) = table else {
            return self.index_of_view(&on, index, made.if_not_exists);
        };
        if made.if_not_exists && table.indexes.iter().any(|known| known.name == index.name) {
            return Some(Vec::new());
        }
        Some(vec![Change::CreateIndex {
            table: table.name.clone(),
            index,
            if_not_exists: made.if_not_exists,
            concurrently: false,
        }])
    }

    /// An index of a materialized view, which has it among what it says of itself.
    fn index_of_view(&self, view: &ObjectName, index: Index, if_not_exists: bool) -> Option<Vec<Change>> {
        let before = self.now.view(view).filter(|view| view.materialized)?;
        let mut after = before.clone();
        let indexes = &mut Arc::make_mut(&mut after).indexes;
        if indexes.iter().any(|known| known.name == index.name) {
            return if_not_exists.then(Vec::new);
        }
        indexes.push(index);
        Some(replaced(Object::View(before.clone()), Object::View(after)))
    }

    /// How an index finds rows; nothing where that is the usual way. `None`: not understood.
    fn method(&self, said: Option<&IndexType>) -> Option<Option<Name>> {
        match (said, self.family()) {
            (None | Some(IndexType::BTree), _) => Some(None),
            (Some(method), Family::Postgres) => Some(Some(Name::new(method.to_string().to_lowercase()))),
            // Which engine has which is another matter.
            (Some(_), Family::Mysql | Family::Sqlite) => None,
        }
    }

    pub(super) fn alter_table(&self, alter: &ast::AlterTable) -> Option<Vec<Change>> {
        let name = self.object(&alter.name)?;
        let mut now = self.now.clone();
        let mut changes = Vec::new();
        for operation in &alter.operations {
            let reading = Reading {
                context: self.context,
                now: &now,
            };
            let table = reading.known(&name)?;
            let step = reading.alteration(&table, operation)?;
            for change in step {
                now.apply(&change).ok()?;
                changes.push(change);
            }
        }
        Some(changes)
    }

    fn alteration(&self, table: &Table, operation: &AlterTableOperation) -> Option<Vec<Change>> {
        let name = &table.name;
        match operation {
            AlterTableOperation::AddColumn {
                if_not_exists: false,
                column_def,
                column_position,
                ..
            } => self.add_column(table, column_def, column_position.as_ref()),
            AlterTableOperation::DropColumn {
                column_names,
                if_exists: false,
                drop_behavior: None,
                ..
            } => {
                let [column] = column_names.as_slice() else {
                    return None;
                };
                let dropped = self.resolved(&DropColumn {
                    keep: false,
                    table: TableRef(name.clone()),
                    column: self.name(column),
                    cascade: false,
                })?;
                self.as_the_engine_follows(dropped)
            }
            AlterTableOperation::RenameColumn {
                old_column_name,
                new_column_name,
            } => {
                let renamed = self.resolved(&RenameColumn {
                    table: TableRef(name.clone()),
                    column: self.name(old_column_name),
                    to: self.name(new_column_name),
                })?;
                self.as_the_engine_follows(renamed)
            }
            AlterTableOperation::RenameTable {
                table_name: ast::RenameTableNameKind::To(to) | ast::RenameTableNameKind::As(to),
            } => self.rename_table(name.clone(), &self.object(to)?),
            AlterTableOperation::AddConstraint { constraint, not_valid } => {
                Some(match self.constraint(table, constraint)? {
                    Part::Constraint(constraint) => self.constraint_on(table, constraint.with_not_valid(*not_valid))?,
                    Part::Index(index) => vec![Change::CreateIndex {
                        table: name.clone(),
                        index,
                        if_not_exists: false,
                        concurrently: false,
                    }],
                })
            }
            AlterTableOperation::DropConstraint {
                if_exists: false,
                name: constraint,
                drop_behavior: None,
            }
            | AlterTableOperation::DropForeignKey {
                name: constraint,
                drop_behavior: None,
            } => self.resolved(&DropConstraint {
                table: TableRef(name.clone()),
                name: Some(self.name(constraint)),
                columns: Vec::new(),
                primary_key: false,
            }),
            AlterTableOperation::RenameConstraint { old_name, new_name } => {
                let old = self.name(old_name);
                let constraint = table.constraints().into_iter().find(|known| *known.name() == old)?;
                Some(vec![Change::RenameConstraint {
                    table: name.clone(),
                    constraint,
                    to: self.name(new_name),
                }])
            }
            AlterTableOperation::ValidateConstraint { name: constraint } => {
                let wanted = self.name(constraint);
                let constraint = table.constraints().into_iter().find(|known| *known.name() == wanted)?;
                let validate = Change::ValidateConstraint {
                    table: name.clone(),
                    constraint: constraint.clone(),
                };
                Some(if constraint.is_not_valid() {
                    vec![validate]
                } else {
                    Vec::new()
                })
            }
            AlterTableOperation::EnableRowLevelSecurity => Some(secured(table, |security| security.enabled = true)),
            AlterTableOperation::DisableRowLevelSecurity => Some(secured(table, |security| security.enabled = false)),
            AlterTableOperation::ForceRowLevelSecurity => Some(secured(table, |security| security.forced = true)),
            AlterTableOperation::NoForceRowLevelSecurity => Some(secured(table, |security| security.forced = false)),
            AlterTableOperation::ModifyColumn {
                col_name,
                data_type,
                options,
                column_position: None,
            } => self.modified(table, &self.name(col_name), data_type, options),
            AlterTableOperation::ChangeColumn {
                old_name,
                new_name,
                data_type,
                options,
                column_position: None,
            } => self.changed(table, &self.name(old_name), &self.name(new_name), data_type, options),
            AlterTableOperation::AlterColumn { column_name, op } => {
                self.alter_column(table, &self.name(column_name), op)
            }
            _ => None,
        }
    }

    /// A primary key makes its columns mandatory.
    fn constraint_on(&self, table: &Table, constraint: Constraint) -> Option<Vec<Change>> {
        let Constraint::PrimaryKey(key) = &constraint else {
            return Some(vec![Change::AddConstraint {
                table: table.name.clone(),
                constraint,
            }]);
        };
        let mut changes = Vec::new();
        for name in &key.columns {
            let before = table.column(name, self.now.column_case())?;
            if before.nullable {
                let mut after = before.clone();
                after.nullable = false;
                changes.push(altered(&table.name, before, after));
            }
        }
        changes.push(Change::AddConstraint {
            table: table.name.clone(),
            constraint,
        });
        Some(changes)
    }

    fn add_column(
        &self,
        table: &Table,
        definition: &ast::ColumnDef,
        position: Option<&MySQLColumnPosition>,
    ) -> Option<Vec<Change>> {
        let at = match position {
            None => None,
            Some(MySQLColumnPosition::First) => Some(0),
            Some(MySQLColumnPosition::After(column)) => {
                Some(table.position(&self.name(column), self.now.column_case())? + 1)
            }
        };
        let mut after = table.clone();
        let (options, named) = options(self, definition);
        let name = self.name(&definition.name);
        self.column(&mut after, name, &definition.data_type, &options, &named)?;
        let known: Vec<Name> = table.constraint_names().map(|(name, _)| name.clone()).collect();
        let constraints = after.constraints().into_iter();
        let constraints = constraints.filter(|constraint| !known.contains(constraint.name()));
        let add = Change::AddColumn {
            table: table.name.clone(),
            column: after.columns.last()?.clone(),
            at,
        };
        let on = constraints.map(|constraint| Change::AddConstraint {
            table: table.name.clone(),
            constraint,
        });
        Some([add].into_iter().chain(on).collect())
    }

    /// MySQL and MariaDB define the column anew: what is not said again is gone, but for keys and the checks of
    /// the table.
    fn modified(&self, table: &Table, name: &Name, ty: &DataType, options: &[ColumnOption]) -> Option<Vec<Change>> {
        let before = table.column(name, self.now.column_case())?;
        let mut scratch = Table::empty(table.name.clone());
        self.column(&mut scratch, before.name.clone(), ty, options, &[])?;
        scratch.constraints().is_empty().then_some(())?;
        let mut after = scratch.columns.pop()?;
        let key = table.primary_key.iter().flat_map(|key| &key.columns);
        after.nullable &= !key.into_iter().any(|column| *column == before.name);
        let altered = (*before != after).then(|| altered(&table.name, before, after));
        let unchecked = table.check_of_column(&before.name).map(|check| Change::DropConstraint {
            table: table.name.clone(),
            constraint: Constraint::Check(check.clone()),
        });
        Some(altered.into_iter().chain(unchecked).collect())
    }

    fn changed(
        &self,
        table: &Table,
        from: &Name,
        to: &Name,
        ty: &DataType,
        options: &[ColumnOption],
    ) -> Option<Vec<Change>> {
        if from == to {
            return self.modified(table, from, ty, options);
        }
        let renamed = self.resolved(&RenameColumn {
            table: TableRef(table.name.clone()),
            column: from.clone(),
            to: to.clone(),
        })?;
        let mut changes = self.as_the_engine_follows(renamed)?;
        let mut now = self.now.clone();
        for change in &changes {
            now.apply(change).ok()?;
        }
        let reading = Reading {
            context: self.context,
            now: &now,
        };
        changes.extend(reading.modified(&*reading.known(&table.name)?, to, ty, options)?);
        Some(changes)
    }

    fn alter_column(&self, table: &Table, name: &Name, operation: &AlterColumnOperation) -> Option<Vec<Change>> {
        let before = table.column(name, self.now.column_case())?;
        let mut after = before.clone();
        match operation {
            AlterColumnOperation::SetNotNull => after.nullable = false,
            AlterColumnOperation::DropNotNull => after.nullable = true,
            AlterColumnOperation::SetDefault { value } => after.default = self.default(value),
            AlterColumnOperation::DropDefault => after.default = None,
            AlterColumnOperation::SetDataType { data_type, .. } => {
                after.ty = self.type_of(data_type).0;
            }
            AlterColumnOperation::AddGenerated { .. } => return None,
        }
        Some(vec![altered(&table.name, before, after)])
    }
}

/// Other row-level security, where it is another.
fn secured(table: &Table, set: impl Fn(&mut RowSecurity)) -> Vec<Change> {
    let before = TableTraits {
        comment: table.comment.clone(),
        row_security: table.row_security,
    };
    let mut after = before.clone();
    set(&mut after.row_security);
    match before == after {
        true => Vec::new(),
        false => vec![Change::AlterTable {
            table: table.name.clone(),
            before,
            after,
        }],
    }
}

/// Whether nothing unusual is said behind the columns of an index.
fn is_usual(options: &[IndexOption]) -> bool {
    let is_usual = |option: &IndexOption| matches!(option, IndexOption::Using(IndexType::BTree));
    options.iter().all(is_usual)
}

/// What stands among the columns of a CREATE TABLE.
enum Part {
    Constraint(Constraint),
    Index(Index),
}

fn options(reading: &Reading<'_, '_>, column: &ast::ColumnDef) -> (Vec<ColumnOption>, Vec<Option<Name>>) {
    let parts = column.options.iter();
    let parts = parts.map(|part| (part.option.clone(), part.name.as_ref().map(|name| reading.name(name))));
    parts.unzip()
}

pub(super) fn altered(table: &ObjectName, before: &Column, after: Column) -> Change {
    Change::AlterColumn {
        table: table.clone(),
        before: Box::new(before.clone()),
        after: Box::new(after),
        using: None,
        reverse_using: None,
    }
}

fn plain_index(name: Name, columns: Vec<IndexColumn>) -> Index {
    Index {
        name,
        columns,
        unique: false,
        predicate: None,
        include: Vec::new(),
        method: None,
        nulls_not_distinct: false,
        kind: IndexKind::Plain,
    }
}
