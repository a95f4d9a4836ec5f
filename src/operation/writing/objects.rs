//! What stands beside tables.

use super::tables::{index_column, table_ref};
use super::{Thing, Unwritable, Writer};
use crate::dialect::{Dialect, Name};
use crate::model::{
    Catalog, Domain, Extension, Index, Object, ObjectKey, ObjectKind, Routine, Schema, Sequence, Trigger, Type, View,
    normal_arguments,
};
use crate::operation::create_domain::DomainCheck;
use crate::operation::create_materialized_view::ViewIndex;
use crate::operation::create_sequence::SequenceType;
use crate::operation::set_comment::CommentedObject;
use crate::operation::{
    ByDialect, CreateDomain, CreateEnum, CreateExtension, CreateFunction, CreateMaterializedView, CreatePolicy,
    CreateProcedure, CreateSchema, CreateSequence, CreateTrigger, CreateView, OneOrMany, Operation, SetComment,
};

use super::values::{default_of, type_spec};

impl Writer<'_> {
    /// Writes an object; a privilege together with those among all things that can be told in one sentence.
    pub(super) fn object(&mut self, key: &ObjectKey, all: &[Thing]) -> Result<(), Unwritable> {
        let Some(object) = self.found(key) else {
            return Ok(());
        };
        let what = object.to_string();
        match &object {
            Object::Grant(grant) => self.grants(grant, all)?,
            Object::Schema(schema) => self.add(&what, create_schema(schema))?,
            Object::Extension(extension) => self.extension(&what, extension)?,
            Object::Enum(found) => {
                let operation = Operation::CreateEnum(CreateEnum {
                    name: table_ref(&found.name),
                    values: found.values.clone(),
                    comment: found.comment.clone(),
                });
                self.add(&what, operation)?;
            }
            Object::Domain(domain) => self.domain(&what, domain)?,
            Object::Sequence(sequence) => self.add(&what, create_sequence(sequence))?,
            Object::View(view) => {
                let operation = self.view(view);
                self.add(&what, operation)?;
            }
            Object::Routine(routine) => self.add(&what, create_routine(routine))?,
            Object::Trigger(trigger) => self.add(&what, create_trigger(trigger))?,
            Object::Policy(policy) => {
                let operation = Operation::CreatePolicy(CreatePolicy {
                    policy: policy.name.clone(),
                    table: table_ref(&policy.table),
                    command: Some(policy.command).filter(|command| *command != Default::default()),
                    roles: few(&policy.roles),
                    using: policy.using.clone(),
                    check: policy.check.clone(),
                    restrictive: policy.restrictive,
                    comment: policy.comment.clone(),
                });
                self.add(&what, operation)?;
            }
        }
        Ok(())
    }

    /// An enum that columns name has to be there, also where the columns carry its values.
    pub(super) fn make_type_known(&mut self, ty: &Type) -> Result<(), Unwritable> {
        let Type::Named { name, .. } = ty else {
            return Ok(());
        };
        for kind in [ObjectKind::Enum, ObjectKind::Domain] {
            let Some(object) = self.after.object(kind, name).cloned() else {
                continue;
            };
            if self.catalog.same_object(&object).is_none() {
                self.object(&self.after.object_key(&object), &[])?;
            }
        }
        Ok(())
    }

    /// Puts a view or a routine in the place of the one that is there.
    pub(super) fn replacing(&mut self, object: &Object) -> Result<(), Unwritable> {
        let what = object.to_string();
        let mut operation = match object {
            Object::View(view) => self.view(view),
            Object::Routine(routine) => create_routine(routine),
            _ => return Ok(()),
        };
        match &mut operation {
            Operation::CreateView(create) => create.replace = true,
            Operation::CreateFunction(create) => create.replace = true,
            Operation::CreateProcedure(create) => create.replace = true,
            _ => {}
        }
        self.add(&what, operation)
    }

    pub(super) fn found(&self, key: &ObjectKey) -> Option<Object> {
        let mut named = self.after.objects_named(key.kind, &key.name);
        named.find(|object| self.after.object_key(object) == *key).cloned()
    }

    fn extension(&mut self, what: &str, extension: &Extension) -> Result<(), Unwritable> {
        let create = CreateExtension {
            extension: extension.name.clone(),
            schema: extension.schema.clone(),
            version: extension.version.clone(),
            if_not_exists: extension.name.as_str() == "plpgsql",
        };
        self.add(what, Operation::CreateExtension(create))?;
        if extension.comment.is_some() {
            let comment = SetComment {
                on: CommentedObject {
                    extension: Some(extension.name.clone()),
                    ..CommentedObject::default()
                },
                comment: extension.comment.clone(),
            };
            self.add(what, Operation::SetComment(comment))?;
        }
        Ok(())
    }

    fn domain(&mut self, what: &str, domain: &Domain) -> Result<(), Unwritable> {
        let dialect = self.after.target().dialect;
        let checks = domain.checks.iter().enumerate().map(|(at, check)| {
            let number = (at + 1).to_string();
            let parts: Vec<_> = (at > 0).then(|| Name::new(number.as_str())).into_iter().collect();
            DomainCheck {
                name: self.own_name("ck", &domain.name, &parts, &check.name),
                expression: check.expression.clone(),
            }
        });
        let operation = Operation::CreateDomain(CreateDomain {
            name: table_ref(&domain.name),
            ty: type_spec(self.after, &domain.ty),
            nullable: domain.nullable,
            default: domain.default.as_ref().map(|default| default_of(default, dialect)),
            checks: checks.collect(),
            comment: domain.comment.clone(),
        });
        self.add(what, operation)
    }

    fn view(&self, view: &View) -> Operation {
        let query = Some(ByDialect::One(view.query.clone()));
        if !view.materialized {
            return Operation::CreateView(CreateView {
                view: table_ref(&view.name),
                query,
                file: None,
                replace: false,
                check_option: view.check_option,
                comment: view.comment.clone(),
            });
        }
        let index = |index: &Index| {
            // An expression makes no name of its own here.
            let plain = index
                .plain_columns()
                .map(|columns| columns.into_iter().cloned().collect::<Vec<_>>());
            ViewIndex {
                name: match plain {
                    Some(columns) => self.own_name("ix", &view.name, &columns, &index.name),
                    None => Some(index.name.clone()),
                },
                columns: index.columns.iter().map(index_column).collect(),
                unique: index.unique,
                predicate: index.predicate.clone(),
                include: index.include.clone(),
                using: index.method.clone(),
                nulls_not_distinct: index.nulls_not_distinct,
            }
        };
        Operation::CreateMaterializedView(CreateMaterializedView {
            view: table_ref(&view.name),
            query,
            file: None,
            indexes: view.indexes.iter().map(index).collect(),
            comment: view.comment.clone(),
        })
    }
}

/// One as it is, several as a list, none as nothing.
pub(super) fn few<T: Clone>(all: &[T]) -> Option<OneOrMany<T>> {
    match all {
        [] => None,
        [one] => Some(OneOrMany::One(one.clone())),
        many => Some(OneOrMany::Many(many.to_vec())),
    }
}

/// An object as the one that a comment is set on; with its arguments where several bear its name.
pub(super) fn commented(object: &Object, with_arguments: bool, dialect: Dialect) -> CommentedObject {
    let name = table_ref(&object.name());
    let mut on = CommentedObject::default();
    match object {
        Object::Schema(schema) => on.schema = Some(schema.name.clone()),
        Object::Extension(extension) => on.extension = Some(extension.name.clone()),
        Object::Enum(_) => on.enumeration = Some(name),
        Object::Domain(_) => on.domain = Some(name),
        Object::Sequence(_) => on.sequence = Some(name),
        Object::View(view) if view.materialized => on.materialized_view = Some(name),
        Object::View(_) => on.view = Some(name),
        Object::Routine(routine) => {
            let arguments = normal_arguments(&routine.arguments, dialect);
            on.arguments = with_arguments.then_some(arguments);
            match routine.procedure {
                true => on.procedure = Some(name),
                false => on.function = Some(name),
            }
        }
        Object::Trigger(trigger) => {
            on.trigger = Some(trigger.name.clone());
            on.table = Some(table_ref(&trigger.table));
        }
        Object::Policy(policy) => {
            on.policy = Some(policy.name.clone());
            on.table = Some(table_ref(&policy.table));
        }
        Object::Grant(_) => {}
    }
    on
}

fn said(text: &str) -> Option<ByDialect<String>> {
    (!text.is_empty()).then(|| ByDialect::One(text.to_string()))
}

fn create_schema(schema: &Schema) -> Operation {
    Operation::CreateSchema(CreateSchema {
        schema: schema.name.clone(),
        comment: schema.comment.clone(),
    })
}

fn create_sequence(sequence: &Sequence) -> Operation {
    let types = [SequenceType::SmallInt, SequenceType::Int, SequenceType::BigInt];
    Operation::CreateSequence(CreateSequence {
        name: table_ref(&sequence.name),
        ty: types.into_iter().find(|ty| Some(ty.native()) == sequence.ty),
        start: sequence.start,
        increment: sequence.increment,
        minimum: sequence.minimum,
        maximum: sequence.maximum,
        cache: sequence.cache,
        cycle: sequence.cycle,
        comment: sequence.comment.clone(),
    })
}

fn create_routine(routine: &Routine) -> Operation {
    let language = routine.language.clone().filter(|language| language.as_str() != "sql");
    match routine.procedure {
        true => Operation::CreateProcedure(CreateProcedure {
            procedure: table_ref(&routine.name),
            arguments: said(&routine.arguments),
            language,
            options: said(&routine.options),
            body: Some(ByDialect::One(routine.body.clone())),
            file: None,
            replace: false,
            comment: routine.comment.clone(),
        }),
        false => Operation::CreateFunction(CreateFunction {
            function: table_ref(&routine.name),
            arguments: said(&routine.arguments),
            returns: ByDialect::One(routine.returns.clone().unwrap_or_default()),
            language,
            options: said(&routine.options),
            body: Some(ByDialect::One(routine.body.clone())),
            file: None,
            replace: false,
            comment: routine.comment.clone(),
        }),
    }
}

fn create_trigger(trigger: &Trigger) -> Operation {
    let events = match trigger.events.as_slice() {
        [one] => OneOrMany::One(*one),
        many => OneOrMany::Many(many.to_vec()),
    };
    Operation::CreateTrigger(CreateTrigger {
        trigger: trigger.name.clone(),
        table: table_ref(&trigger.table),
        timing: trigger.timing,
        events,
        of: trigger.of.clone(),
        each_statement: trigger.each_statement,
        when: trigger.when.clone().map(ByDialect::One),
        body: Some(ByDialect::One(trigger.body.clone())),
        file: None,
        replace: false,
        comment: trigger.comment.clone(),
    })
}

/// The types of a routine's arguments, where its name alone does not tell which is meant.
pub(super) fn arguments_of(catalog: &Catalog, types: Option<&String>, key: &ObjectKey) -> Option<String> {
    let dialect = catalog.target().dialect;
    let several = catalog.objects_named(key.kind, &key.name).count() > 1;
    types.filter(|_| several).map(|types| normal_arguments(types, dialect))
}
