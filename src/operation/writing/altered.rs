//! Tables that stay: their columns, and what is made on them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::between::Path;
use super::tables::table_ref;
use super::values::{default_of, on_update_of, quoted, type_spec};
use crate::dialect::{Family, Name, ObjectName};
use crate::model::{
    Base, Column, Differing, How, PartKind, Table, Type, Value, What, describe_letters, normal_default,
    normal_expression, normal_type,
};
use crate::operation::{
    AddColumn, AlterColumn, ByDialect, Context, DropColumn, Operation, SetIdentity, SetNotNull, SetTableComment,
    Uncertain, Update,
};

/// Values for rows that have none: of a column that may hold no NULL, by its table and name.
pub type Fills = BTreeMap<(ObjectName, Name), Value>;

impl Path<'_> {
    /// Adds, drops and alters the columns of a table, and what is said of it as a whole.
    pub(super) fn alter(&mut self, name: &ObjectName, parts: &[&Differing]) {
        let (Some(before), Some(after)) = (self.before.table(name).cloned(), self.writer.after.table(name).cloned())
        else {
            return;
        };
        let columns = |wanted: fn(&How) -> bool| {
            let found = parts.iter().filter(move |found| wanted(&found.how));
            let names = found.filter_map(|found| match &found.what {
                What::Part(_, PartKind::Column, name) => Some(name.clone()),
                _ => None,
            });
            names.collect::<Vec<Name>>()
        };
        let case = self.before.column_case();
        let gone = columns(|how| *how == How::Gone);
        let made = columns(|how| *how == How::Made);
        let changed = columns(|how| matches!(how, How::Changed | How::Worded));
        let key = self.before.key(&before.name);
        let is_anew = |name: &Name| self.rebuilt.contains(&(key.clone(), name.to_string()));
        let altered: Vec<Name> = changed.into_iter().filter(|name| !is_anew(name)).collect();
        let anew: Vec<Name> = before
            .columns
            .iter()
            .map(|column| column.name.clone())
            .filter(is_anew)
            .collect();
        // In the order that they have in the table, new ones first: a table never is without columns.
        let placed = |names: Vec<Name>, table: &Table| {
            let mut found: Vec<_> = names.iter().filter_map(|name| table.position(name, case)).collect();
            found.sort_unstable();
            found
                .into_iter()
                .map(|at| table.columns[at].clone())
                .collect::<Vec<Column>>()
        };
        // What is computed goes before, and comes behind, what it is computed from.
        let (computed, made): (Vec<Column>, Vec<Column>) = placed(made, &after)
            .into_iter()
            .partition(|column| column.generated.is_some());
        for column in &made {
            self.add_column(&after, column);
        }
        let mut going = placed(anew.clone(), &before);
        going.extend(placed(gone, &before));
        going.sort_by_key(|column| column.generated.is_none());
        going.retain(|column| self.is_there(&before, &column.name));
        for column in going {
            self.drop_column(&before, &column.name);
        }
        for column in placed(altered, &after) {
            if let Some(old) = before.column(&column.name, case) {
                self.alter_column(&before, old, &column);
            }
        }
        let mut coming = placed(anew, &after);
        coming.sort_by_key(|column| column.generated.is_some());
        for column in coming.iter().chain(&computed) {
            let was = before.column(&column.name, case);
            match was.and_then(|was| was.generated.as_ref()) {
                Some(was) if column.generated.is_none() && column.identity.is_none() => {
                    self.add_computed_once(&before, &after, column, &was.expression);
                }
                _ => self.add_column(&after, column),
            }
        }
        self.alter_enums(&before, &after);
        if parts
            .iter()
            .any(|found| matches!(found.what, What::Part(_, PartKind::Whole, _)))
        {
            self.alter_whole(&before, &after);
        }
    }

    fn is_there(&self, table: &Table, column: &Name) -> bool {
        let now = self.writer.catalog.table(&table.name);
        now.is_some_and(|now| now.column(column, self.before.column_case()).is_some())
    }

    /// What is computed goes before the columns that are of another type for a while.
    pub(super) fn drop_computed(&mut self, table: &Table) {
        let key = self.before.key(&table.name);
        if !self.retyped.iter().any(|(of, _)| *of == key) {
            return;
        }
        let after = self.writer.after.table(&table.name).cloned();
        let case = self.before.column_case();
        for column in table.columns.iter().filter(|column| column.generated.is_some()) {
            let stays = after
                .as_ref()
                .is_some_and(|after| after.column(&column.name, case).is_some());
            if !stays || self.rebuilt.contains(&(key.clone(), column.name.to_string())) {
                self.drop_column(table, &column.name);
            }
        }
    }

    fn drop_column(&mut self, table: &Table, name: &Name) {
        let operation = Operation::DropColumn(DropColumn {
            table: table_ref(&table.name),
            column: name.clone(),
            cascade: false,
            keep: false,
        });
        self.add(&format!("column `{name}` of `{}`", table.name), operation);
    }

    fn add_column(&mut self, table: &Table, column: &Column) {
        self.make_type_known(&column.ty);
        let what = format!("column `{}` of `{}`", column.name, table.name);
        let fill = self
            .fills
            .get(&(self.before.key(&table.name), column.name.clone()))
            .cloned();
        let mut spec = self.writer.column(table, column);
        // Its key is made when it is there.
        spec.nullable = column.nullable || (fill.is_some() && column.needs_values());
        let operation = Operation::AddColumn(AddColumn {
            table: table_ref(&table.name),
            column: spec,
            after: None,
        });
        self.add(&what, operation);
        if fill.is_some() && column.needs_values() {
            self.set_not_null(&what, table, column, fill);
        }
    }

    /// A column that was computed, and keeps the values that it had.
    fn add_computed_once(&mut self, before: &Table, after: &Table, column: &Column, expression: &str) {
        let what = format!("column `{}` of `{}`", column.name, after.name);
        let files = BTreeMap::new();
        let context = Context::new(self.before, &files, Uncertain::default());
        let used = context.columns_used(before, expression);
        let is_there = |name: &Name| after.column(name, self.before.column_case()).is_some();
        if !used.iter().all(is_there) {
            self.refuse(what, "the columns that its values were computed from go: they are lost");
            return self.add_column(after, column);
        }
        let open = Column {
            nullable: true,
            ..column.clone()
        };
        self.add_column(after, &open);
        let value = Value::Sql(expression.to_string());
        let operation = Operation::Update(Update {
            table: table_ref(&after.name),
            set: [(column.name.clone(), value)].into_iter().collect(),
            filter: None,
            all: true,
            keep: false,
        });
        self.add(&what, operation);
        if !column.nullable {
            self.set_not_null(&what, after, column, None);
        }
    }

    fn set_not_null(&mut self, what: &str, table: &Table, column: &Column, fill: Option<Value>) {
        let operation = Operation::SetNotNull(SetNotNull {
            table: table_ref(&table.name),
            column: column.name.clone(),
            fill,
        });
        self.add(what, operation);
    }

    /// Enums whose values are part of the column, and seen in a check alone.
    fn alter_enums(&mut self, before: &Table, after: &Table) {
        let case = self.before.column_case();
        for column in &after.columns {
            let Some(old) = before.column(&column.name, case) else {
                continue;
            };
            let now = self
                .writer
                .catalog
                .table(&before.name)
                .and_then(|table| table.column(&column.name, case).cloned());
            let are_enums = old.ty.values().is_some() && column.ty.values().is_some();
            let is_open = now.is_some_and(|now| now.ty.values() == old.ty.values());
            let is_seen_in_check = self.family() != Family::Postgres
                || (matches!(old.ty, Type::Enum(_)) && matches!(column.ty, Type::Enum(_)));
            if is_seen_in_check && are_enums && is_open && old.ty.values() != column.ty.values() {
                self.make_type_known(&column.ty);
                let mut alter = nothing(before, column);
                alter.ty = Some(type_spec(self.writer.after, &column.ty));
                let what = format!("column `{}` of `{}`", column.name, before.name);
                self.add(&what, Operation::AlterColumn(alter));
            }
        }
    }

    fn alter_column(&mut self, table: &Table, before: &Column, after: &Column) {
        let dialect = self.before.target().dialect;
        let what = format!("column `{}` of `{}`", after.name, table.name);
        let fill = self
            .fills
            .get(&(self.before.key(&table.name), after.name.clone()))
            .cloned();
        let stays_in_key = self.writer.after.table(&table.name).is_some_and(|table| {
            let mut keys = table.primary_key.iter();
            keys.any(|key| key.columns.contains(&after.name))
        });
        let mut alter = nothing(table, after);
        let is_retyped = !self.is_typed_alike(before, after);
        if is_retyped {
            self.make_type_known(&after.ty);
            alter.ty = Some(type_spec(self.writer.after, &after.ty));
            alter.using = self.conversion(before, after);
        }
        if before.identity.is_some() && after.identity.is_none() {
            self.set_identity(&what, table, after);
        }
        let said = |column: &Column| {
            let default = column.default.as_ref();
            let default = default.map(|default| normal_default(default, &column.ty, dialect));
            default.filter(|default| default != "null")
        };
        let is_said = self
            .defaults_said
            .contains(&(self.before.key(&table.name), after.name.clone()));
        let is_of_type = matches!((&before.ty, &after.ty), (Type::Named { name, .. }, Type::Named { name: other, .. }) if name == other);
        match (said(before), said(after)) {
            _ if is_said && is_of_type => {}
            (Some(_), None) if is_said => {}
            (one, other) if one == other && !(is_retyped && after.default.is_some()) => {}
            (Some(_), None) => alter.drop_default = true,
            (None, None) => {}
            (_, Some(_)) => alter.default = after.default.as_ref().map(|default| default_of(default, dialect)),
        }
        let comment = |column: &Column| column.comment.clone().unwrap_or_default();
        if comment(before) != comment(after) {
            alter.comment = Some(comment(after));
        }
        let family = self.family();
        let of_table = self.writer.after.table(&table.name);
        let of_table = of_table.map_or(table, |table| table);
        let letters = (
            describe_letters(before, table, self.before),
            describe_letters(after, of_table, self.writer.after),
        );
        if letters.0 != letters.1 {
            match (&after.charset, &after.collation) {
                (None, None) if family == Family::Postgres => alter.collation = Some(Name::new("default")),
                (None, None) if family == Family::Sqlite => alter.collation = Some(Name::new("BINARY")),
                (None, None) if alter.ty.is_none() => {
                    self.refuse(
                        what.clone(),
                        "no operation takes a collation away; name the one that it is to have",
                    );
                }
                (charset, collation) => (alter.charset, alter.collation) = (charset.clone(), collation.clone()),
            }
        }
        let moment = |column: &Column| column.on_update.as_ref().map(|text| normal_expression(text, dialect));
        if moment(before) != moment(after) {
            alter.on_update = Some(on_update_of(after, dialect).unwrap_or(Value::Null));
        }
        if before.invisible != after.invisible {
            alter.invisible = Some(after.invisible);
        }
        let is_tighter = before.nullable && !after.nullable && !stays_in_key && after.identity.is_none();
        let nullable = match (before.nullable, after.nullable) {
            (false, true) if !stays_in_key => Some(true),
            (true, false) if is_tighter && fill.is_none() => Some(false),
            _ => None,
        };
        alter.nullable = nullable;
        if alter != nothing(table, after) {
            self.add(&what, Operation::AlterColumn(alter));
        }
        if is_tighter && fill.is_some() {
            self.set_not_null(&what, table, after, fill);
        }
        // Elsewhere the counter alone tells where it began.
        let has_start = self.family() == Family::Postgres;
        let numbered = |column: &Column| {
            let identity = column.identity.as_ref();
            identity.map(|identity| (identity.always, has_start.then(|| identity.numbers())))
        };
        if after.identity.is_some() && numbered(before) != numbered(after) {
            self.set_identity(&what, table, after);
        }
    }

    fn set_identity(&mut self, what: &str, table: &Table, column: &Column) {
        let operation = Operation::SetIdentity(SetIdentity {
            table: table_ref(&table.name),
            column: column.name.clone(),
            identity: super::values::identity_of(column),
        });
        self.add(what, operation);
    }

    /// How PostgreSQL makes values of one type of those of another, where it does not do so by itself.
    fn conversion(&self, before: &Column, after: &Column) -> Option<ByDialect<String>> {
        let dialect = self.before.target().dialect;
        if dialect.family() != Family::Postgres {
            return None;
        }
        let kind = |ty: &Type| {
            let held = self.before.held_type(ty);
            let native = held
                .native(dialect)
                .unwrap_or_else(|_| held.to_string())
                .to_ascii_lowercase();
            let native = normal_type(&native, dialect);
            let name = native.split('(').next().unwrap_or_default().trim().to_string();
            match (held.base(), name.as_str()) {
                (Some(Base::Text | Base::Varchar | Base::Char), _) | (_, "text" | "varchar" | "char" | "bpchar") => {
                    "text".to_string()
                }
                (_, "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision") => "number".into(),
                (_, "date" | "timestamp" | "timestamptz" | "timestamp with time zone") => "moment".into(),
                (_, other) => other.to_string(),
            }
        };
        let (from, to) = (kind(&before.ty), kind(&after.ty));
        let by_itself = from == to || to == "text";
        (!by_itself).then(|| {
            let native = match &after.ty {
                Type::Named { name, .. } => quoted(name, dialect),
                ty => ty.native(dialect).unwrap_or_else(|_| ty.to_string()),
            };
            let column = dialect.quote(&after.name);
            let text = match from.as_str() {
                "text" | "number" | "moment" | "boolean" if to != "boolean" || from == "text" || from == "number" => {
                    format!("{column}::{native}")
                }
                // What has no way of its own goes by its text.
                _ => format!("{column}::text::{native}"),
            };
            ByDialect::One(text)
        })
    }

    fn make_type_known(&mut self, ty: &Type) {
        let result = self.writer.make_type_known(ty);
        self.note(result);
    }

    fn alter_whole(&mut self, before: &Table, after: &Table) {
        let what = format!("table `{}`", before.name);
        let said = |table: &Table| table.comment.clone().filter(|text| !text.is_empty());
        if said(before) != said(after) {
            let operation = Operation::SetTableComment(SetTableComment {
                table: table_ref(&before.name),
                comment: said(after),
            });
            self.add(&what, operation);
        }
        if before.row_security != after.row_security {
            let result = self.writer.row_security(after);
            self.note(result);
        }
        if before.options != after.options {
            let options = |table: &Arc<Table>| table.options.clone();
            let now = self.writer.catalog.table(&before.name).map(options);
            if now.as_ref() != Some(&after.options) && !self.say_the_same(before, after) {
                self.refuse(
                    what,
                    "no operation changes the engine, character set, partitions or storage of a table; write it as `sql`",
                );
            }
        }
    }

    /// Whether the options of two tables are the same but for how they are written.
    fn say_the_same(&self, before: &Table, after: &Table) -> bool {
        let bare = |table: &Table| {
            let mut table = Table::empty(table.name.clone());
            table.options = after.options.clone();
            table
        };
        let mut old = bare(before);
        old.options = before.options.clone();
        crate::model::same_whole(&old, &bare(after), self.before)
    }

    /// Makes the keys, constraints and indexes of a table that stays.
    pub(super) fn make_parts(&mut self, name: &ObjectName, parts: &[&Differing]) {
        let (Some(before), Some(after)) = (self.before.table(name).cloned(), self.writer.after.table(name).cloned())
        else {
            return;
        };
        let mut wanted: Vec<(PartKind, Name)> = Vec::new();
        for found in parts {
            let What::Part(_, kind, name) = &found.what else {
                continue;
            };
            let is_made = matches!(found.how, How::Made | How::Changed | How::Worded);
            let is_of_enum = *kind == PartKind::Check && self.comes_with_type(&before, name);
            if is_made && !is_of_enum && !matches!(kind, PartKind::Whole | PartKind::Column) {
                wanted.push((*kind, name.clone()));
            }
        }
        for (kind, name) in self.around_rebuilt(&before) {
            let is_there = after.constraint_names().any(|(known, _)| *known == name)
                || after.indexes.iter().any(|index| index.name == name);
            if is_there && !wanted.contains(&(kind, name.clone())) {
                wanted.push((kind, name));
            }
        }
        wanted.sort_by_key(|(kind, _)| *kind);
        for (kind, name) in wanted {
            self.make_part(&after, kind, &name);
        }
    }

    fn make_part(&mut self, table: &Table, kind: PartKind, name: &Name) {
        let named = |known: &Name| known == name;
        // The check of an enum comes with its column.
        let now = self.writer.catalog.table(&table.name);
        let is_there = now.is_some_and(|now| now.checks.iter().any(|check| named(&check.name)));
        if kind == PartKind::Check && is_there {
            return;
        }
        let index = table.indexes.iter().find(|index| named(&index.name));
        let result = match kind {
            PartKind::PrimaryKey => table
                .primary_key
                .as_ref()
                .map(|key| self.writer.primary_key(table, key)),
            PartKind::Unique => match table.uniques.iter().find(|key| named(&key.name)) {
                Some(key) => Some(self.writer.unique(table, key)),
                None => index.map(|index| self.writer.index(table, index)),
            },
            PartKind::Check => {
                let check = table.checks.iter().find(|check| named(&check.name));
                check.map(|check| self.writer.check(table, check))
            }
            PartKind::Exclusion => {
                let exclusion = table.exclusions.iter().find(|exclusion| named(&exclusion.name));
                exclusion.map(|exclusion| self.writer.exclusion(table, exclusion))
            }
            PartKind::Index => index.map(|index| self.writer.index(table, index)),
            PartKind::ForeignKey => {
                if let Some(foreign) = table.foreign_keys.iter().find(|foreign| named(&foreign.name)) {
                    self.make_foreign_key(&table.name, foreign);
                }
                None
            }
            PartKind::Whole | PartKind::Column => None,
        };
        if let Some(result) = result {
            self.note(result);
        }
    }
}

/// An alteration that alters nothing.
fn nothing(table: &Table, column: &Column) -> AlterColumn {
    AlterColumn {
        table: table_ref(&table.name),
        column: column.name.clone(),
        ty: None,
        using: None,
        reverse_using: None,
        nullable: None,
        default: None,
        drop_default: false,
        comment: None,
        collation: None,
        charset: None,
        on_update: None,
        invisible: None,
    }
}
