//! What in a schema uses something that is not in it.

use super::{Catalog, Change, Check, Column, IndexKey, KeptWhat, Object, Table, Type, Value};
use crate::dialect::{self, Name, ObjectName};

/// What one schema has that another one lacks.
struct Gone<'a> {
    without: &'a Catalog,
    /// Tables and views.
    relations: Vec<ObjectName>,
    /// Columns of tables that are in both.
    columns: Vec<(ObjectName, Name)>,
    objects: Vec<&'a Object>,
}

impl Catalog {
    /// Something in this schema that uses what only the other one has, in words; `None` where nothing does.
    pub fn user_of_gone(&self, whole: &Catalog) -> Option<String> {
        let gone = Gone::of(self, whole);
        if gone.relations.is_empty() && gone.columns.is_empty() && gone.objects.is_empty() {
            // Keys may be gone all the same.
            return self.foreign_key_without_key();
        }
        let in_tables = self.tables().find_map(|table| gone.used_by_table(table));
        let in_objects = || self.objects().find_map(|object| gone.used_by_object(object));
        in_tables.or_else(in_objects).or_else(|| self.foreign_key_without_key())
    }

    /// What a change of rows names that only the other schema has, in words.
    pub fn lacks_for_rows(&self, whole: &Catalog, change: &Change) -> Option<String> {
        if let Change::Raw { effects, .. } = change {
            let mut effects = effects.iter().flatten();
            return effects.find_map(|effect| self.lacks_for_rows(whole, effect));
        }
        let NamedByRows { table, columns, texts } = NamedByRows::of(change)?;
        let has = |catalog: &Catalog| catalog.table(table).is_some() || catalog.view(table).is_some();
        if has(whole) && !has(self) {
            return Some(format!("no table `{table}`"));
        }
        let (left, case) = (self.table(table)?, self.column_case());
        let family = self.target().dialect.family();
        let is_named = |column: &&Column| {
            let in_texts = || texts.iter().any(|text| dialect::mentions(text, &column.name, family));
            columns.iter().any(|name| name.same(&column.name, case)) || in_texts()
        };
        let known = whole.table(table)?.columns.iter();
        let mut gone = known.filter(|column| left.column(&column.name, case).is_none());
        let lacking = gone.find(is_named)?;
        Some(format!("no column `{}` in `{table}`", lacking.name))
    }

    /// A foreign key that refers to nothing that tells rows apart.
    fn foreign_key_without_key(&self) -> Option<String> {
        self.tables().find_map(|table| {
            let mut keys = table.foreign_keys.iter();
            let dangling = keys.find(|foreign| {
                let referenced = self.table(&foreign.references);
                referenced.is_none_or(|referenced| !referenced.is_unique(&foreign.referenced_columns))
            })?;
            Some(format!(
                "foreign key `{}` of `{}` refers to `{}`",
                dangling.name, table.name, dangling.references
            ))
        })
    }
}

impl<'a> Gone<'a> {
    fn of(without: &'a Catalog, whole: &'a Catalog) -> Gone<'a> {
        let case = without.column_case();
        let mut gone = Gone {
            without,
            relations: Vec::new(),
            columns: Vec::new(),
            objects: Vec::new(),
        };
        for table in whole.tables() {
            let Some(left) = without.table(&table.name) else {
                gone.relations.push(table.name.clone());
                continue;
            };
            let columns = table.columns.iter().map(|column| &column.name);
            let missing = columns.filter(|name| left.column(name, case).is_none());
            gone.columns
                .extend(missing.map(|name| (table.name.clone(), name.clone())));
        }
        for object in whole.objects().filter(|object| without.same_object(object).is_none()) {
            match object {
                Object::View(view) => gone.relations.push(view.name.clone()),
                object => gone.objects.push(object),
            }
        }
        gone
    }

    fn used_by_table(&self, table: &Table) -> Option<String> {
        let family = self.without.target().dialect.family();
        let case = self.without.column_case();
        let on = |what: &str, name: &Name| Some(format!("{what} `{name}` of `{}` uses it", table.name));
        for foreign in &table.foreign_keys {
            let referenced = self.without.key(&foreign.references);
            let to_gone_column = self.columns.iter().any(|(of, column)| {
                self.without.key(of) == referenced
                    && foreign.referenced_columns.iter().any(|name| name.same(column, case))
            });
            if to_gone_column || self.relations.iter().any(|name| self.without.key(name) == referenced) {
                return on("foreign key", &foreign.name);
            }
        }
        for column in &table.columns {
            if self.is_of_gone_type(column) {
                return on("column", &column.name);
            }
        }
        let key = self.without.key(&table.name);
        for (_, column) in self.columns.iter().filter(|(of, _)| self.without.key(of) == key) {
            let has = |names: &[Name]| names.iter().any(|name| name.same(column, case));
            let says = |text: &str| dialect::mentions(text, column, family);
            let keys = table.primary_key.iter().chain(&table.uniques);
            if let Some(found) = keys.into_iter().find(|key| has(&key.columns)) {
                return on("constraint", &found.name);
            }
            if let Some(found) = table.foreign_keys.iter().find(|foreign| has(&foreign.columns)) {
                return on("foreign key", &found.name);
            }
            let uses_it = |check: &&Check| says(&check.expression);
            if let Some(found) = table.checks.iter().find(uses_it) {
                return on("constraint", &found.name);
            }
            let is_on = |key: &IndexKey| match key {
                IndexKey::Column(name) => name.same(column, case),
                IndexKey::Expression(text) => says(text),
            };
            for index in &table.indexes {
                let in_parts = index.columns.iter().any(|part| is_on(&part.key));
                let in_rest = has(&index.include) || index.predicate.as_deref().is_some_and(says);
                if in_parts || in_rest {
                    return on("index", &index.name);
                }
            }
            let computed = table.columns.iter().find(|other| {
                let generated = other.generated.as_ref();
                generated.is_some_and(|generated| says(&generated.expression))
            });
            if let Some(found) = computed {
                return on("column", &found.name);
            }
            if let Some(found) = table
                .exclusions
                .iter()
                .find(|exclusion| exclusion.elements.iter().any(|element| is_on(&element.key)))
            {
                return on("constraint", &found.name);
            }
        }
        None
    }

    fn is_of_gone_type(&self, column: &Column) -> bool {
        let Type::Named { name, .. } = &column.ty else {
            return false;
        };
        let mut types = self
            .objects
            .iter()
            .filter(|object| matches!(object, Object::Enum(_) | Object::Domain(_)));
        types.any(|object| self.without.key(&object.name()) == self.without.key(name))
    }

    fn used_by_object(&self, object: &Object) -> Option<String> {
        let catalog = self.without;
        let family = catalog.target().dialect.family();
        let stands = |name: &ObjectName| {
            object
                .stands_on()
                .is_some_and(|on| catalog.key(on) == catalog.key(name))
        };
        let uses = |name: &ObjectName| stands(name) || catalog.object_uses(object, name);
        let column = |(table, column): &(ObjectName, Name)| uses(table) && catalog.object_mentions(object, column);
        let called = |gone: &&Object| match gone {
            Object::Routine(routine) => {
                let mut texts = object.texts().into_iter();
                texts.any(|text| dialect::calls(text, &routine.name.name, family))
            }
            gone => catalog.object_mentions(object, &gone.name().name),
        };
        let is_used =
            self.relations.iter().any(uses) || self.columns.iter().any(column) || self.objects.iter().any(called);
        is_used.then(|| format!("{} `{}` uses it", object.kind().word(), object.name()))
    }
}

/// What a change of rows names: it can neither be carried out nor taken back without it.
struct NamedByRows<'a> {
    table: &'a ObjectName,
    columns: Vec<&'a Name>,
    /// The author's SQL, about the columns of the table.
    texts: Vec<&'a str>,
}

impl<'a> NamedByRows<'a> {
    fn of(change: &'a Change) -> Option<NamedByRows<'a>> {
        let mut columns: Vec<&Name> = Vec::new();
        let mut texts: Vec<&str> = Vec::new();
        let table = match change {
            Change::InsertRows {
                table,
                columns: own,
                key,
                ..
            } => {
                columns.extend(own.iter().chain(key.iter().flatten()));
                table
            }
            Change::DeleteKeys { table, key, .. } => {
                columns.extend(key);
                table
            }
            Change::UpdateRows {
                table,
                set,
                filter,
                back,
                ..
            } => {
                for (name, value) in set.iter().chain(back) {
                    columns.push(name);
                    if let Value::Sql(text) = value {
                        texts.push(text);
                    }
                }
                texts.extend(filter.as_deref());
                table
            }
            Change::UpsertRows {
                table,
                columns: own,
                key,
                update,
                ..
            } => {
                columns.extend(own.iter().chain(key).chain(update));
                table
            }
            Change::InsertQuery {
                table, columns: own, ..
            } => {
                columns.extend(own);
                table
            }
            Change::DeleteRows { table, filter, .. } => {
                texts.extend(filter.as_deref());
                table
            }
            Change::LoadRows { table, source, .. } | Change::UnloadRows { table, source } => {
                columns.extend(source.columns.iter().chain(source.key.iter().flatten()));
                table
            }
            Change::SetAside { kept } | Change::BringBack { kept } => {
                match &kept.what {
                    KeptWhat::Table { .. } => return None,
                    KeptWhat::Values {
                        key,
                        columns: own,
                        filter,
                        ..
                    } => {
                        columns.extend(key.iter().chain(own));
                        texts.extend(filter.as_deref());
                    }
                    KeptWhat::Rows { columns: own, filter } => {
                        columns.extend(own);
                        texts.extend(filter.as_deref());
                    }
                    KeptWhat::Replaced { key, columns: own, .. } => columns.extend(key.iter().chain(own)),
                    KeptWhat::Keys { key, .. } => columns.extend(key),
                }
                &kept.table
            }
            Change::UnloadData { target } => target.table.as_ref()?,
            Change::Truncate { table, .. } | Change::RefreshView { view: table, .. } => table,
            Change::CreateTable { .. }
            | Change::DropTable { .. }
            | Change::RenameTable { .. }
            | Change::AddColumn { .. }
            | Change::DropColumn { .. }
            | Change::RenameColumn { .. }
            | Change::AlterColumn { .. }
            | Change::AlterTable { .. }
            | Change::AddConstraint { .. }
            | Change::DropConstraint { .. }
            | Change::RenameConstraint { .. }
            | Change::ValidateConstraint { .. }
            | Change::CreateIndex { .. }
            | Change::DropIndex { .. }
            | Change::RenameIndex { .. }
            | Change::CreateObject { .. }
            | Change::DropObject { .. }
            | Change::ReplaceObject { .. }
            | Change::RenameObject { .. }
            | Change::Assert { .. }
            | Change::Print { .. }
            | Change::Raw { .. } => return None,
        };
        Some(NamedByRows { table, columns, texts })
    }
}
