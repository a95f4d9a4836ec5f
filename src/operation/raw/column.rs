//! Columns as a statement defines them.

use sqlparser::ast::{ColumnOption, ConstraintCharacteristics, Expr, GeneratedAs, GeneratedExpressionMode};
use sqlparser::ast::{ConstraintReferenceMatchKind, DataType, DeferrableInitial, ReferentialAction};

use super::Reading;
use crate::dialect::{Family, Name};
use crate::model::{
    Action, Column, ColumnDefault, Constraint, ForeignKey, Generated, Identity, Key, ObjectKind, Table, Type,
};
use crate::model::{Check, Object, Value, literal_of};

impl Reading<'_, '_> {
    /// A column, put at the end of the table, and the constraints that stand in its definition.
    pub(super) fn column(
        &self,
        table: &mut Table,
        name: Name,
        ty: &DataType,
        options: &[ColumnOption],
        named: &[Option<Name>],
    ) -> Option<()> {
        // A word for a type, a key and more.
        if self.family() == Family::Mysql && ty.to_string().eq_ignore_ascii_case("serial") {
            return None;
        }
        let (ty, numbers) = self.type_of(ty);
        let column = Column {
            name: name.clone(),
            ty,
            nullable: !numbers,
            default: None,
            identity: numbers.then(Identity::default),
            collation: None,
            comment: None,
            generated: None,
            charset: None,
            on_update: None,
            invisible: false,
        };
        table.columns.push(column);
        let at = table.columns.len() - 1;
        for (place, option) in options.iter().enumerate() {
            let given = named.get(place).cloned().flatten();
            if self.column_option(&mut table.columns[at], option)? {
                continue;
            }
            let constraint = self.constraint_of_column(table, &name, option, given)?;
            table.add_constraint(constraint)?;
        }
        Some(())
    }

    /// Whether it is a trait of the column alone; `None`: not understood.
    pub(super) fn column_option(&self, column: &mut Column, option: &ColumnOption) -> Option<bool> {
        match option {
            ColumnOption::Null => column.nullable = true,
            ColumnOption::NotNull => column.nullable = false,
            ColumnOption::Default(value) => column.default = self.default(value),
            ColumnOption::Comment(text) => {
                let Some(Value::Text(text)) = literal_of(&format!("'{text}'"), self.context.dialect()) else {
                    return None;
                };
                column.comment = Some(text).filter(|text| !text.is_empty());
            }
            ColumnOption::Collation(name) => column.collation = Some(self.object(name)?.name),
            ColumnOption::CharacterSet(name) => column.charset = Some(self.object(name)?.name),
            ColumnOption::OnUpdate(value) => column.on_update = Some(value.to_string()),
            ColumnOption::Invisible => column.invisible = true,
            ColumnOption::DialectSpecific(words) => {
                let numbers = words.iter().any(|word| {
                    let word = word.to_string();
                    word.eq_ignore_ascii_case("auto_increment") || word.eq_ignore_ascii_case("autoincrement")
                });
                if !numbers {
                    return None;
                }
                column.identity = Some(Identity::default());
                column.nullable = false;
            }
            ColumnOption::Generated {
                generated_as,
                generation_expr: Some(expression),
                generation_expr_mode,
                ..
            } => {
                let stored = matches!(generated_as, GeneratedAs::ExpStored)
                    || matches!(generation_expr_mode, Some(GeneratedExpressionMode::Stored));
                column.generated = Some(Generated {
                    expression: expression.to_string(),
                    stored,
                });
            }
            ColumnOption::Generated {
                generated_as,
                sequence_options,
                generation_expr: None,
                ..
            } if sequence_options.as_ref().is_none_or(Vec::is_empty) => {
                column.identity = Some(Identity {
                    always: matches!(generated_as, GeneratedAs::Always),
                    ..Identity::default()
                });
                column.nullable = false;
            }
            ColumnOption::PrimaryKey(_)
            | ColumnOption::Unique(_)
            | ColumnOption::Check(_)
            | ColumnOption::ForeignKey(_) => return Some(false),
            _ => return None,
        }
        Some(true)
    }

    fn constraint_of_column(
        &self,
        table: &Table,
        column: &Name,
        option: &ColumnOption,
        given: Option<Name>,
    ) -> Option<Constraint> {
        let columns = vec![column.clone()];
        match option {
            ColumnOption::PrimaryKey(key) => {
                let name = given.unwrap_or_else(|| self.primary_key_name(table, &columns));
                let key = self.deferred(Key::new(name, columns), key.characteristics.as_ref())?;
                Some(Constraint::PrimaryKey(key))
            }
            ColumnOption::Unique(key) => {
                let name = given.unwrap_or_else(|| self.unique_name(table, &columns));
                let key = self.deferred(Key::new(name, columns), key.characteristics.as_ref())?;
                Some(Constraint::Unique(key))
            }
            ColumnOption::Check(check) if check.enforced.is_none() && !check.no_inherit => {
                let expression = check.expr.to_string();
                let name = given.unwrap_or_else(|| self.check_name(table, &expression, Some(column)));
                let mut check = Check::new(name, expression);
                check.of_column = self.context.dialect().name() == "mariadb";
                Some(Constraint::Check(check))
            }
            // Whether MySQL takes notice of a reference inside a column depends on its version.
            ColumnOption::ForeignKey(key) if self.family() != Family::Mysql => {
                self.foreign_key(table, columns, key, given)
            }
            _ => None,
        }
    }

    pub(super) fn foreign_key(
        &self,
        table: &Table,
        columns: Vec<Name>,
        key: &sqlparser::ast::ForeignKeyConstraint,
        given: Option<Name>,
    ) -> Option<Constraint> {
        let name = given.or_else(|| self.foreign_key_name(table, &columns))?;
        let references = self.object(&key.foreign_table)?;
        let referenced_columns = match key.referred_columns.is_empty() {
            false => key.referred_columns.iter().map(|name| self.name(name)).collect(),
            true if self.now.key(&references) == self.now.key(&table.name) => table.primary_key.clone()?.columns,
            true => self.known(&references)?.primary_key.clone()?.columns,
        };
        let (deferrable, initially_deferred) = self.deferral(key.characteristics.as_ref())?;
        Some(Constraint::ForeignKey(ForeignKey {
            name,
            columns,
            references,
            referenced_columns,
            on_delete: action(key.on_delete),
            on_update: action(key.on_update),
            match_full: matches!(key.match_kind, Some(ConstraintReferenceMatchKind::Full)),
            deferrable,
            initially_deferred,
            not_valid: false,
        }))
    }

    pub(super) fn deferral(&self, said: Option<&ConstraintCharacteristics>) -> Option<(bool, bool)> {
        let Some(said) = said else {
            return Some((false, false));
        };
        let deferred = matches!(said.initially, Some(DeferrableInitial::Deferred));
        said.enforced
            .is_none()
            .then_some((said.deferrable.unwrap_or(deferred), deferred))
    }

    /// The type; whether it numbers rows.
    pub(super) fn type_of(&self, ty: &DataType) -> (Type, bool) {
        if let Some(named) = self.named_type(ty) {
            return (named, false);
        }
        let text = ty.to_string();
        let serial = match (self.family(), text.to_ascii_lowercase().as_str()) {
            (Family::Postgres, "serial" | "serial4") => "integer",
            (Family::Postgres, "bigserial" | "serial8") => "bigint",
            (Family::Postgres, "smallserial" | "serial2") => "smallint",
            _ => return (Type::Native(text), false),
        };
        (Type::Native(serial.to_string()), true)
    }

    /// An enum or a domain that is known.
    fn named_type(&self, ty: &DataType) -> Option<Type> {
        let DataType::Custom(name, arguments) = ty else {
            return None;
        };
        if self.family() != Family::Postgres || !arguments.is_empty() {
            return None;
        }
        let name = self.object(name)?;
        let kinds = [ObjectKind::Enum, ObjectKind::Domain];
        let values = kinds.iter().find_map(|kind| match self.now.object(*kind, &name)? {
            Object::Enum(found) => Some(found.values.clone()),
            _ => Some(Vec::new()),
        })?;
        Some(Type::Named { name, values })
    }

    pub(super) fn default(&self, value: &Expr) -> Option<ColumnDefault> {
        self.default_of(&value.to_string())
    }
}

fn action(said: Option<ReferentialAction>) -> Action {
    match said {
        None | Some(ReferentialAction::NoAction) => Action::NoAction,
        Some(ReferentialAction::Restrict) => Action::Restrict,
        Some(ReferentialAction::Cascade) => Action::Cascade,
        Some(ReferentialAction::SetNull) => Action::SetNull,
        Some(ReferentialAction::SetDefault) => Action::SetDefault,
    }
}
