use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Context, Resolve, text_users};
use crate::dialect::{Family, Name, ObjectName, calls, casts_to, mentions};
use crate::model::{Change, IndexColumn, Object, ObjectKind, Table, Type};

/// Takes an extension out of the database; what uses it is in the way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DropExtension {
    pub extension: Name,
}

impl Resolve for DropExtension {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let name = ObjectName::plain(self.extension.as_str());
        let Some(object) = context.known(ObjectKind::Extension, &name, "extension") else {
            return Vec::new();
        };
        let users = self.users(context);
        match context.refuse_used(&object, &users, "extension") {
            true => Vec::new(),
            false => vec![Change::DropObject { object }],
        }
    }
}

impl DropExtension {
    /// What uses it, as far as what it brings is known.
    fn users(&self, context: &Context<'_>) -> Vec<String> {
        let facts = context.dialect().facts();
        let brings = facts.extensions.get(self.extension.as_str());
        let brought: Vec<&str> = brings.into_iter().flatten().map(String::as_str).collect();
        let uses_it = |text: &str| {
            let mut names = brought.iter();
            names.any(|name| calls(text, name, Family::Postgres) || casts_to(text, name, Family::Postgres))
        };
        let names_it = |text: &str| brought.iter().any(|name| mentions(text, name, Family::Postgres));
        let mut users = text_users::fixed(context, &uses_it);
        for table in context.catalog.tables() {
            users.extend(self.of_table(table, &names_it));
        }
        for object in context.catalog.objects() {
            let uses = match object {
                Object::View(_) | Object::Policy(_) | Object::Trigger(_) => object.texts().into_iter().any(uses_it),
                Object::Domain(domain) => is_of(&domain.ty, &names_it),
                // A language that an extension brings has its name.
                Object::Routine(routine) => routine.language.as_ref() == Some(&self.extension),
                _ => false,
            };
            if uses {
                users.push(format!("the {} `{}`", object.kind().word(), object.name()));
            }
        }
        users
    }

    fn of_table(&self, table: &Table, names_it: &dyn Fn(&str) -> bool) -> Vec<String> {
        let of = &table.name;
        let has_class = |columns: &[IndexColumn]| {
            let mut classes = columns.iter().filter_map(|column| column.class.as_ref());
            classes.any(|class| names_it(class))
        };
        let columns = table.columns.iter().filter(|column| is_of(&column.ty, names_it));
        let columns = columns.map(|column| format!("the column `{of}.{}`", column.name));
        let indexes = table.indexes.iter().filter(|index| has_class(&index.columns));
        let indexes = indexes.map(|index| format!("the index `{}` of `{of}`", index.name));
        // Plain values in an index that is made for shapes.
        let compares = self.extension.as_str() == "btree_gist";
        let exclusions = table.exclusions.iter().filter(|exclusion| {
            let mut elements = exclusion.elements.iter();
            compares && elements.any(|element| matches!(element.operator.as_str(), "=" | "<>"))
        });
        let exclusions = exclusions.map(|exclusion| format!("the exclusion constraint `{}` of `{of}`", exclusion.name));
        columns.chain(indexes).chain(exclusions).collect()
    }
}

fn is_of(ty: &Type, names_it: &dyn Fn(&str) -> bool) -> bool {
    matches!(ty, Type::Native(text) if names_it(text))
}
