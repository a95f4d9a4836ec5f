//! All schemas of a database as one catalog: what lies in the target's own one by its name alone, all else with its schema.

use std::sync::Arc;

use super::introspect;
use crate::database::error::Error;
use crate::database::session::Session;
use crate::dialect::{Family, Name, ObjectName, Target};
use crate::model::{Catalog, GrantedOn, Object, ObjectKind, Table, Type};

/// As [`introspect`], with what lies in the other schemas of a PostgreSQL database. Other engines have one schema in a
/// database.
pub async fn introspect_all(session: &mut Session, target: &Target, ignore: &[ObjectName]) -> Result<Catalog, Error> {
    let mut catalog = introspect(session, target, ignore).await?;
    if target.dialect.family() != Family::Postgres {
        return Ok(catalog);
    }
    let schemas: Vec<Name> = catalog
        .objects()
        .filter_map(|object| match object {
            Object::Schema(schema) => Some(schema.name.clone()),
            _ => None,
        })
        .collect();
    for schema in &schemas {
        let inside = Target {
            schema: Some(schema.clone()),
            ..target.clone()
        };
        let here = ignore.iter().filter(|name| name.schema.as_ref() == Some(schema));
        let here: Vec<ObjectName> = here.map(|name| ObjectName::plain(name.name.as_str())).collect();
        let part = introspect(session, &inside, &here).await?;
        let within = Within {
            schema,
            own: target.schema.as_ref(),
        };
        within.add(part, &mut catalog);
    }
    Ok(known_types(catalog))
}

/// A schema beside the own one.
struct Within<'a> {
    schema: &'a Name,
    own: Option<&'a Name>,
}

impl Within<'_> {
    /// A name as it is called from the own schema.
    fn name(&self, name: &ObjectName) -> ObjectName {
        let schema = match &name.schema {
            None => Some(self.schema.clone()),
            Some(schema) if Some(schema) == self.own => None,
            other => other.clone(),
        };
        ObjectName {
            schema,
            name: name.name.clone(),
        }
    }

    fn add(&self, part: Catalog, catalog: &mut Catalog) {
        for table in part.tables() {
            catalog.add_table(self.table(table));
        }
        for object in part.objects() {
            // Schemas and extensions, and rights on them, are the database's, and known already.
            let is_of_all = matches!(object.kind(), ObjectKind::Schema | ObjectKind::Extension)
                || matches!(object, Object::Grant(grant) if grant.on == GrantedOn::Schema);
            if !is_of_all {
                catalog.add_object(self.object(object));
            }
        }
    }

    fn ty(&self, ty: &Type) -> Type {
        match ty {
            Type::Named { name, values } => Type::Named {
                name: self.name(name),
                values: values.clone(),
            },
            Type::Portable(..) | Type::Enum(_) | Type::Native(_) => ty.clone(),
        }
    }

    fn table(&self, table: &Table) -> Table {
        let mut table = table.clone();
        table.name = self.name(&table.name);
        for column in &mut table.columns {
            column.ty = self.ty(&column.ty);
        }
        for foreign in &mut table.foreign_keys {
            foreign.references = self.name(&foreign.references);
        }
        for parent in &mut table.options.inherits {
            *parent = self.name(parent);
        }
        table
    }

    fn object(&self, object: &Object) -> Object {
        let mut object = object.clone();
        match &mut object {
            Object::Enum(found) => {
                let found = Arc::make_mut(found);
                found.name = self.name(&found.name);
            }
            Object::Domain(domain) => {
                let domain = Arc::make_mut(domain);
                domain.name = self.name(&domain.name);
                domain.ty = self.ty(&domain.ty);
            }
            Object::Sequence(sequence) => {
                let sequence = Arc::make_mut(sequence);
                sequence.name = self.name(&sequence.name);
            }
            Object::View(view) => {
                let view = Arc::make_mut(view);
                view.name = self.name(&view.name);
            }
            Object::Routine(routine) => {
                let routine = Arc::make_mut(routine);
                routine.name = self.name(&routine.name);
            }
            Object::Trigger(trigger) => {
                let trigger = Arc::make_mut(trigger);
                trigger.table = self.name(&trigger.table);
            }
            Object::Policy(policy) => {
                let policy = Arc::make_mut(policy);
                policy.table = self.name(&policy.table);
            }
            Object::Grant(grant) => {
                let grant = Arc::make_mut(grant);
                grant.name = self.name(&grant.name);
            }
            Object::Schema(_) | Object::Extension(_) => {}
        }
        object
    }
}

/// Types that belong to nothing that is known are what the engine calls them.
fn known_types(mut catalog: Catalog) -> Catalog {
    let dialect = catalog.target().dialect;
    let is_known = |catalog: &Catalog, name: &ObjectName| {
        let kinds = [ObjectKind::Enum, ObjectKind::Domain];
        kinds.into_iter().any(|kind| catalog.object(kind, name).is_some())
    };
    let tables: Vec<Arc<Table>> = catalog.tables().cloned().collect();
    for table in tables {
        let mut changed = (*table).clone();
        for column in &mut changed.columns {
            if let Type::Named { name, .. } = &column.ty
                && !is_known(&catalog, name)
                && let Ok(native) = column.ty.native(dialect)
            {
                column.ty = Type::Native(native);
            }
        }
        if changed != *table {
            catalog.add_table(changed);
        }
    }
    catalog
}
