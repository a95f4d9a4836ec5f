//! A table: what can be said where it is created, and what comes after.

use super::values::{default_of, identity_of, on_update_of, type_spec};
use super::{Unwritable, Writer};
use crate::dialect::{Family, Name, NameParts, ObjectName, generated_name};
use crate::model::{Change, Column, ForeignKey, Index, IndexColumn, IndexKey, Key, Table, TableOptions};
use crate::operation::create_index::{FullIndexColumn, IndexColumnSpec};
use crate::operation::create_table::{ForeignKeySpec, KeySpec};
use crate::operation::specification::{ColumnSpec, GeneratedSpec, IdentitySpec, ReferencesSpec, TableRef};
use crate::operation::table_options::{MysqlTable, PartitionSpec, PostgresTable, SqliteTable, TableOptionsSpec};
use crate::operation::{CreateIndex, CreateTable, Operation, SetIdentity};

pub(super) fn table_ref(name: &ObjectName) -> TableRef {
    TableRef(name.clone())
}

pub(super) fn references(foreign: &ForeignKey) -> ReferencesSpec {
    ReferencesSpec {
        table: table_ref(&foreign.references),
        columns: foreign.referenced_columns.clone(),
        on_delete: foreign.on_delete,
        on_update: foreign.on_update,
        match_full: foreign.match_full,
        deferrable: foreign.deferrable,
        initially_deferred: foreign.initially_deferred,
    }
}

impl Writer<'_> {
    pub(super) fn table(&mut self, name: &ObjectName) -> Result<(), Unwritable> {
        let Some(table) = self.after.table(name).cloned() else {
            return Ok(());
        };
        let what = format!("table `{}`", table.name);
        for column in &table.columns {
            self.make_type_known(&column.ty)?;
        }
        let (mut create, later) = self.create(&table);
        let counted = self.counted_by_index(&table).cloned();
        if let Some(spec) = create.columns.iter_mut().find(|spec| is_of(spec, counted.as_ref())) {
            spec.identity = IdentitySpec::Off;
            spec.nullable = false;
        }
        self.add(&what, Operation::CreateTable(create))?;
        self.mend_checks(&what, &table)?;
        for index in &table.indexes {
            self.index(&table, index)?;
        }
        if let Some(column) = counted {
            let operation = Operation::SetIdentity(SetIdentity {
                table: table_ref(&table.name),
                column: column.name.clone(),
                identity: identity_of(&column),
            });
            self.add(&what, operation)?;
        }
        self.constraints_after(&table)?;
        self.waiting
            .extend(later.into_iter().map(|foreign| (table.name.clone(), foreign)));
        match self.references(false).into_iter().next() {
            Some(unwritable) => Err(unwritable),
            None => Ok(()),
        }
    }

    /// A column that numbers its rows, and that an index alone begins with, which comes after the table: to MySQL and
    /// MariaDB such a column has to begin one.
    fn counted_by_index<'t>(&self, table: &'t Table) -> Option<&'t Column> {
        let mut columns = table.columns.iter().filter(|column| column.identity.is_some());
        let column = columns.find(|_| self.catalog.target().dialect.family() == Family::Mysql)?;
        let mut keys = table.primary_key.iter().chain(&table.uniques);
        // Engines other than InnoDB count within what stands before the column in a key.
        let reach = if table.options.engine.is_some() { usize::MAX } else { 1 };
        match keys.any(|key| key.columns.iter().take(reach).any(|name| *name == column.name)) {
            true => None,
            false => Some(column),
        }
    }

    /// The table, and the foreign keys that cannot be said with it.
    fn create(&self, table: &Table) -> (CreateTable, Vec<ForeignKey>) {
        let own = self.after.own_columns(table);
        let mut columns: Vec<ColumnSpec> = own.map(|column| self.column(table, column)).collect();
        let mut primary_key = None;
        if let Some(key) = &table.primary_key {
            let name = self.own_name("pk", &table.name, &key.columns, &key.name);
            match (one_of(&mut columns, &key.columns), name) {
                (Some(column), None) => column.primary_key = true,
                (_, name) => {
                    primary_key = Some(KeySpec {
                        name,
                        columns: key.columns.clone(),
                    });
                }
            }
        }
        let mut uniques = Vec::new();
        for key in table.uniques.iter().filter(|key| is_plain(key)) {
            let name = self.own_name("uq", &table.name, &key.columns, &key.name);
            match (one_of(&mut columns, &key.columns).filter(|column| !column.unique), name) {
                (Some(column), None) => column.unique = true,
                (_, name) => uniques.push(KeySpec {
                    name,
                    columns: key.columns.clone(),
                }),
            }
        }
        let checks = self.checks(table, &mut columns);
        let (mut foreign_keys, mut later) = (Vec::new(), Vec::new());
        for foreign in &table.foreign_keys {
            let to_itself = self.after.key(&foreign.references) == self.after.key(&table.name);
            let keys = table
                .primary_key
                .iter()
                .chain(table.uniques.iter().filter(|key| is_plain(key)));
            let mut keys = keys.map(|key| &key.columns);
            let can_point = match to_itself {
                true => keys.any(|key| same_names(key, &foreign.referenced_columns)),
                false => self.can_point(foreign),
            };
            if foreign.not_valid || !can_point {
                later.push(foreign.clone());
                continue;
            }
            let name = self.own_name("fk", &table.name, &foreign.columns, &foreign.name);
            let inline = one_of(&mut columns, &foreign.columns).filter(|column| column.references.is_none());
            match (inline, name) {
                (Some(column), None) => column.references = Some(references(foreign)),
                (_, name) => foreign_keys.push(ForeignKeySpec {
                    name,
                    columns: foreign.columns.clone(),
                    references: references(foreign),
                }),
            }
        }
        let create = CreateTable {
            table: table_ref(&table.name),
            columns,
            primary_key,
            uniques,
            foreign_keys,
            checks,
            comment: table.comment.clone(),
            options: options(&table.options, self.catalog.target().dialect.family()),
            if_not_exists: false,
        };
        (create, later)
    }

    pub(super) fn column(&self, table: &Table, column: &Column) -> ColumnSpec {
        let dialect = self.catalog.target().dialect;
        let in_key = table.primary_key.iter().any(|key| key.columns.contains(&column.name));
        ColumnSpec {
            name: column.name.clone(),
            ty: type_spec(self.after, &column.ty),
            nullable: column.nullable || in_key || column.identity.is_some(),
            default: column.default.as_ref().map(|default| default_of(default, dialect)),
            identity: identity_of(column),
            primary_key: false,
            unique: false,
            references: None,
            check: None,
            collation: column.collation.clone(),
            comment: column.comment.clone(),
            generated: column.generated.as_ref().map(|generated| GeneratedSpec {
                expression: generated.expression.clone(),
                stored: generated.stored,
            }),
            charset: column.charset.clone(),
            on_update: on_update_of(column, dialect),
            invisible: column.invisible,
        }
    }

    pub(super) fn index(&mut self, table: &Table, index: &Index) -> Result<(), Unwritable> {
        let mut create = CreateIndex {
            table: table_ref(&table.name),
            columns: index.columns.iter().map(index_column).collect(),
            name: None,
            unique: index.unique,
            predicate: index.predicate.clone(),
            if_not_exists: false,
            include: index.include.clone(),
            using: index.method.clone(),
            nulls_not_distinct: index.nulls_not_distinct,
            kind: index.kind,
            concurrently: false,
        };
        let by_itself = self.resolved(&Operation::CreateIndex(create.clone()));
        let named_so = by_itself.is_ok_and(|changes| {
            let mut changes = changes.iter();
            changes.any(|change| matches!(change, Change::CreateIndex { index: made, .. } if made.name == index.name))
        });
        create.name = Some(index.name.clone()).filter(|_| !named_so);
        self.add(
            &format!("index `{}` of `{}`", index.name, table.name),
            Operation::CreateIndex(create),
        )
    }

    /// A name that has to be said, as it is not the one that comes by itself.
    pub(super) fn own_name(&self, kind: &str, table: &ObjectName, columns: &[Name], name: &Name) -> Option<Name> {
        let columns: Vec<&str> = columns.iter().map(|name| &**name).collect();
        let parts = NameParts {
            kind,
            table: &table.name,
            columns: &columns,
        };
        let generated = generated_name(self.catalog.target().dialect.facts(), &parts);
        Some(name.clone()).filter(|name| *name != generated)
    }
}

/// The one column that is meant, where it is one.
pub(super) fn one_of<'a>(columns: &'a mut [ColumnSpec], names: &[Name]) -> Option<&'a mut ColumnSpec> {
    let [name] = names else {
        return None;
    };
    columns.iter_mut().find(|column| column.name == *name)
}

fn is_of(spec: &ColumnSpec, column: Option<&Column>) -> bool {
    column.is_some_and(|column| column.name == spec.name)
}

/// Whether it can be said where the table is created.
pub(super) fn is_plain(key: &Key) -> bool {
    !key.nulls_not_distinct && !key.deferrable && !key.initially_deferred
}

fn same_names(one: &[Name], other: &[Name]) -> bool {
    one.len() == other.len() && one.iter().all(|name| other.contains(name))
}

pub(super) fn key_of(key: &IndexKey) -> (Option<Name>, Option<String>) {
    match key {
        IndexKey::Column(name) => (Some(name.clone()), None),
        IndexKey::Expression(text) => (None, Some(text.clone())),
    }
}

pub(super) fn index_column(part: &IndexColumn) -> IndexColumnSpec {
    if let IndexKey::Column(name) = &part.key
        && *part == IndexColumn::new(part.key.clone(), Default::default())
    {
        return IndexColumnSpec::Name(name.clone());
    }
    let (column, expression) = key_of(&part.key);
    IndexColumnSpec::Full(FullIndexColumn {
        column,
        expression,
        order: part.order,
        nulls: part.nulls,
        class: part.class.clone(),
        length: part.length,
    })
}

fn options(options: &TableOptions, family: Family) -> TableOptionsSpec {
    let mut spec = TableOptionsSpec::default();
    if options.is_empty() {
        return spec;
    }
    match family {
        Family::Sqlite => {
            spec.sqlite = Some(SqliteTable {
                strict: options.strict,
                without_rowid: options.without_rowid,
            });
        }
        Family::Postgres => {
            let partitions = options.partitions.iter().map(|partition| PartitionSpec {
                name: partition.name.clone(),
                bounds: partition.bounds.clone(),
            });
            spec.postgres = Some(PostgresTable {
                tablespace: options.tablespace.clone(),
                unlogged: options.unlogged,
                inherits: options.inherits.iter().map(table_ref).collect(),
                partition_by: options.partition_by.clone(),
                partitions: partitions.collect(),
            });
        }
        Family::Mysql => {
            spec.mysql = Some(MysqlTable {
                engine: options.engine.clone(),
                charset: options.charset.clone(),
                collation: options.collation.clone(),
                partition_by: options.partition_by.clone(),
            });
        }
    }
    spec
}
