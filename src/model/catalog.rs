//! A schema as driftless knows it, with the lookups that resolving and rendering ask of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::{Constraint, ForeignKey, Table, View};
use crate::dialect::{self, Family, Name, NameCase, ObjectName, Target};

/// What has names that are unique in a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Space {
    Index,
    ForeignKey,
    Check,
}

/// The tables and views of one target.
#[derive(Debug, Clone)]
pub struct Catalog {
    target: Target,
    tables: BTreeMap<ObjectName, Arc<Table>>,
    views: BTreeMap<ObjectName, Arc<View>>,
    /// The names that each view's text uses.
    view_words: BTreeMap<ObjectName, BTreeSet<String>>,
    /// Referenced table → the tables whose foreign keys point at it.
    incoming: HashMap<ObjectName, BTreeSet<ObjectName>>,
    /// A name that is unique in a schema, not only on its table → the table.
    shared_names: HashMap<(Space, ObjectName), ObjectName>,
}

impl Catalog {
    pub fn new(target: Target) -> Catalog {
        Catalog {
            target,
            tables: BTreeMap::new(),
            views: BTreeMap::new(),
            view_words: BTreeMap::new(),
            incoming: HashMap::new(),
            shared_names: HashMap::new(),
        }
    }

    pub fn target(&self) -> &Target {
        &self.target
    }

    pub fn column_case(&self) -> NameCase {
        self.target.dialect.facts().identifier.column_case
    }

    /// The form under which a name is looked up: the target's own schema left out, case folded where it is ignored.
    pub fn key(&self, name: &ObjectName) -> ObjectName {
        let fold = |name: &Name| match self.target.dialect.facts().identifier.case {
            NameCase::Exact => name.clone(),
            NameCase::Ignored if name.bytes().any(|byte| byte.is_ascii_uppercase()) => {
                Name::new(name.to_ascii_lowercase())
            }
            NameCase::Ignored => name.clone(),
        };
        ObjectName {
            schema: self.own_schema(name.schema.as_ref()).map(&fold),
            name: fold(&name.name),
        }
    }

    fn own_schema<'a>(&self, schema: Option<&'a Name>) -> Option<&'a Name> {
        schema.filter(|schema| Some(*schema) != self.target.schema.as_ref())
    }

    /// The name with the target's own schema left out.
    pub fn normal_name(&self, name: &ObjectName) -> ObjectName {
        ObjectName {
            schema: self.own_schema(name.schema.as_ref()).cloned(),
            name: name.name.clone(),
        }
    }

    pub fn table(&self, name: &ObjectName) -> Option<&Arc<Table>> {
        self.tables.get(&self.key(name))
    }

    pub fn tables(&self) -> impl Iterator<Item = &Arc<Table>> {
        self.tables.values()
    }

    pub fn view(&self, name: &ObjectName) -> Option<&Arc<View>> {
        self.views.get(&self.key(name))
    }

    pub fn views(&self) -> impl Iterator<Item = &Arc<View>> {
        self.views.values()
    }

    /// The foreign keys of other tables that point at this one, with their tables.
    pub fn incoming(&self, name: &ObjectName) -> Vec<(&Arc<Table>, &ForeignKey)> {
        let key = self.key(name);
        let from = self.incoming.get(&key).into_iter().flatten();
        from.filter(|other| **other != key)
            .filter_map(|other| self.tables.get(other))
            .flat_map(|table| table.foreign_keys.iter().map(move |foreign| (table, foreign)))
            .filter(|(_, foreign)| self.key(&foreign.references) == key)
            .collect()
    }

    /// The table that has an index of this name, where index names are unique in a schema.
    pub fn index_table(&self, table: &ObjectName, index: &Name) -> Option<&ObjectName> {
        let space = self.index_space()?;
        self.shared_names.get(&(space, self.shared_name(table, index)))
    }

    /// The table that has a constraint of this name, where the names of its kind are unique in a schema.
    pub fn constraint_table(&self, table: &ObjectName, constraint: &Constraint) -> Option<&ObjectName> {
        let space = self.constraint_space(constraint)?;
        self.shared_names
            .get(&(space, self.shared_name(table, constraint.name())))
    }

    fn shared_name(&self, table: &ObjectName, name: &Name) -> ObjectName {
        self.key(&ObjectName {
            schema: table.schema.clone(),
            name: name.clone(),
        })
    }

    fn index_space(&self) -> Option<Space> {
        match self.target.dialect.family() {
            Family::Sqlite | Family::Postgres => Some(Space::Index),
            Family::Mysql => None,
        }
    }

    fn constraint_space(&self, constraint: &Constraint) -> Option<Space> {
        match (self.target.dialect.family(), constraint) {
            // The index behind a key bears its name.
            (Family::Postgres, Constraint::PrimaryKey(_) | Constraint::Unique(_)) => Some(Space::Index),
            (Family::Mysql, Constraint::ForeignKey(_)) => Some(Space::ForeignKey),
            (Family::Mysql, Constraint::Check(_)) if self.target.dialect.name() == "mysql" => Some(Space::Check),
            _ => None,
        }
    }

    /// The names of a table that are unique in its schema.
    fn shared_names_of(&self, table: &Table) -> Vec<(Space, ObjectName)> {
        let indexes = table
            .indexes
            .iter()
            .filter_map(|index| Some((self.index_space()?, &index.name)));
        let constraints = table.constraints();
        let constraints = constraints
            .iter()
            .filter_map(|constraint| Some((self.constraint_space(constraint)?, constraint.name())));
        let names = indexes.chain(constraints);
        names
            .map(|(space, name)| (space, self.shared_name(&table.name, name)))
            .collect()
    }

    /// The views whose text uses a table's (or view's) name, and those that use them: dependents before what they
    /// use, so that they can be dropped in this order.
    pub fn dependent_views(&self, name: &ObjectName) -> Vec<Arc<View>> {
        let mut found: Vec<Arc<View>> = Vec::new();
        self.collect_dependents(name, &mut found);
        found.reverse();
        found
    }

    fn collect_dependents(&self, name: &ObjectName, found: &mut Vec<Arc<View>>) {
        let own = self.key(name);
        for (key, view) in &self.views {
            if *key == own || !self.view_mentions(key, &name.name) {
                continue;
            }
            // A view met again moves behind: what uses it has to go first.
            found.retain(|known| known.name != view.name);
            found.push(view.clone());
            self.collect_dependents(&view.name, found);
        }
    }

    /// Whether a view's text uses a name.
    pub fn view_mentions(&self, view: &ObjectName, name: &str) -> bool {
        self.view_words
            .get(&self.key(view))
            .is_some_and(|words| words.contains(name) || words.contains(&name.to_lowercase()))
    }

    pub(super) fn insert_table(&mut self, table: Arc<Table>) {
        let key = self.key(&table.name);
        for foreign in &table.foreign_keys {
            self.link(&key, foreign);
        }
        for name in self.shared_names_of(&table) {
            self.shared_names.insert(name, key.clone());
        }
        self.tables.insert(key, table);
    }

    pub(super) fn remove_table(&mut self, name: &ObjectName) -> Option<Arc<Table>> {
        let key = self.key(name);
        let table = self.tables.remove(&key)?;
        for foreign in &table.foreign_keys {
            self.unlink(&key, foreign, None);
        }
        for name in self.shared_names_of(&table) {
            self.shared_names.remove(&name);
        }
        Some(table)
    }

    pub(super) fn table_mut(&mut self, name: &ObjectName) -> Option<&mut Table> {
        let key = self.key(name);
        self.tables.get_mut(&key).map(Arc::make_mut)
    }

    pub(super) fn link(&mut self, from: &ObjectName, foreign: &ForeignKey) {
        let from = self.key(from);
        let to = self.key(&foreign.references);
        self.incoming.entry(to).or_default().insert(from);
    }

    /// Forgets a reference unless another foreign key of the same table, `left`, still makes it.
    pub(super) fn unlink(&mut self, from: &ObjectName, foreign: &ForeignKey, left: Option<&[ForeignKey]>) {
        let to = self.key(&foreign.references);
        let still = left.is_some_and(|left| left.iter().any(|other| self.key(&other.references) == to));
        if still {
            return;
        }
        let from = self.key(from);
        if let Some(sources) = self.incoming.get_mut(&to) {
            sources.remove(&from);
        }
    }

    pub(super) fn index_added(&mut self, table: &ObjectName, index: &Name) {
        if let Some(space) = self.index_space() {
            let name = (space, self.shared_name(table, index));
            self.shared_names.insert(name, self.key(table));
        }
    }

    pub(super) fn index_removed(&mut self, table: &ObjectName, index: &Name) {
        if let Some(space) = self.index_space() {
            self.shared_names.remove(&(space, self.shared_name(table, index)));
        }
    }

    pub(super) fn constraint_added(&mut self, table: &ObjectName, constraint: &Constraint) {
        if let Some(space) = self.constraint_space(constraint) {
            let name = (space, self.shared_name(table, constraint.name()));
            self.shared_names.insert(name, self.key(table));
        }
    }

    pub(super) fn constraint_removed(&mut self, table: &ObjectName, constraint: &Constraint) {
        if let Some(space) = self.constraint_space(constraint) {
            self.shared_names
                .remove(&(space, self.shared_name(table, constraint.name())));
        }
    }

    pub(super) fn insert_view(&mut self, view: Arc<View>) {
        let key = self.key(&view.name);
        let words = dialect::words(&view.query, self.target.dialect.family());
        self.view_words.insert(key.clone(), words);
        self.views.insert(key, view);
    }

    pub(super) fn remove_view(&mut self, name: &ObjectName) -> Option<Arc<View>> {
        let key = self.key(name);
        self.view_words.remove(&key);
        self.views.remove(&key)
    }

    /// Puts a table in as introspection found it.
    pub fn add_table(&mut self, table: Table) {
        self.insert_table(Arc::new(table));
    }

    /// Puts a view in as introspection found it.
    pub fn add_view(&mut self, view: View) {
        self.insert_view(Arc::new(view));
    }

    /// The triggers that stand on a table, as a live database showed them.
    pub fn set_triggers(&mut self, table: &ObjectName, triggers: Vec<super::Trigger>) {
        if let Some(table) = self.table_mut(table) {
            table.triggers = triggers;
        }
    }
}
