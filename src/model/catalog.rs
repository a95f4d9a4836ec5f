//! A schema as driftless knows it, with the lookups that resolving and rendering ask of it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::{
    Change, Constraint, ForeignKey, Grant, GrantedOn, Kept, Object, ObjectKey, ObjectKind, Routine, Table, Type, View,
};
use crate::dialect::{self, Cursor, Family, Name, NameCase, ObjectName, Target};

/// What has names that are unique in a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Space {
    Index,
    ForeignKey,
    Check,
    Partition,
}

/// The tables of one target, and what stands beside them.
#[derive(Debug, Clone)]
pub struct Catalog {
    target: Target,
    /// What letters are sorted by where nothing is said, as far as that is known (MySQL, MariaDB).
    collation: Option<Name>,
    tables: BTreeMap<ObjectName, Arc<Table>>,
    objects: BTreeMap<ObjectKey, Object>,
    /// The names that the texts of an object use.
    words: BTreeMap<ObjectKey, BTreeSet<String>>,
    /// Tables that hold what was set aside, by their names: none is used twice.
    kept: BTreeMap<Name, Kept>,
    /// Referenced table → the tables whose foreign keys point at it.
    incoming: HashMap<ObjectName, BTreeSet<ObjectName>>,
    /// A name that is unique in a schema, not only on its table → the table.
    shared_names: HashMap<(Space, ObjectName), ObjectName>,
}

impl Catalog {
    pub fn new(target: Target) -> Catalog {
        Catalog {
            target,
            collation: None,
            tables: BTreeMap::new(),
            objects: BTreeMap::new(),
            words: BTreeMap::new(),
            kept: BTreeMap::new(),
            incoming: HashMap::new(),
            shared_names: HashMap::new(),
        }
    }

    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The collation of the database, as far as it is known.
    pub fn collation(&self) -> Option<&Name> {
        self.collation.as_ref()
    }

    /// The same schema, in a database of this collation; where that is not known, of whatever it has.
    pub fn sorted_by(mut self, collation: Option<Name>) -> Catalog {
        self.collation = collation;
        self
    }

    /// The same schema; where it is not known in which database, in that of another one.
    pub fn beside(&self, other: &Catalog) -> Cow<'_, Catalog> {
        match (&self.collation, &other.collation) {
            (None, Some(_)) => Cow::Owned(self.clone().sorted_by(other.collation.clone())),
            _ => Cow::Borrowed(self),
        }
    }

    /// The same schema, of another target of the same dialect.
    pub fn on(mut self, target: Target) -> Catalog {
        self.target = target;
        self
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

    /// Whether a partition bears this name, where partitions are tables (PostgreSQL).
    pub fn is_partition(&self, name: &ObjectName) -> bool {
        self.shared_names.contains_key(&(Space::Partition, self.key(name)))
    }

    /// A view, materialized or not.
    pub fn view(&self, name: &ObjectName) -> Option<&Arc<View>> {
        let kinds = [ObjectKind::View, ObjectKind::MaterializedView];
        kinds.into_iter().find_map(|kind| match self.object(kind, name)? {
            Object::View(view) => Some(view),
            _ => None,
        })
    }

    pub fn views(&self) -> impl Iterator<Item = &Arc<View>> {
        self.objects().filter_map(|object| match object {
            Object::View(view) => Some(view),
            _ => None,
        })
    }

    /// An object that its name alone tells apart from others of its kind.
    pub fn object(&self, kind: ObjectKind, name: &ObjectName) -> Option<&Object> {
        self.objects_named(kind, name).next()
    }

    /// All objects of a kind and a name: routines with other arguments, triggers of several tables, grants.
    pub fn objects_named(&self, kind: ObjectKind, name: &ObjectName) -> impl Iterator<Item = &Object> {
        let first = ObjectKey {
            kind,
            name: self.key(name),
            detail: String::new(),
        };
        let name = first.name.clone();
        let from_there = self.objects.range(first..);
        from_there
            .take_while(move |(key, _)| key.kind == kind && key.name == name)
            .map(|(_, object)| object)
    }

    /// The object that another one would be, whatever of it differs.
    pub fn same_object(&self, object: &Object) -> Option<&Object> {
        self.objects.get(&self.object_key(object))
    }

    pub fn objects(&self) -> impl Iterator<Item = &Object> {
        self.objects.values()
    }

    /// The triggers, policies and grants that stand on a table or view, and fall with it.
    pub fn standing_on(&self, name: &ObjectName) -> Vec<Object> {
        let key = self.key(name);
        let standing = |object: &&Object| object.stands_on().is_some_and(|table| self.key(table) == key);
        self.objects().filter(standing).cloned().collect()
    }

    /// What falls with an object: what stands on a view, the privileges on anything else.
    pub fn falls_with(&self, object: &Object) -> Vec<Object> {
        match object {
            Object::View(view) => self.standing_on(&view.name),
            _ => self.grants_on(object),
        }
    }

    /// The privileges on an object that is no table or view.
    fn grants_on(&self, object: &Object) -> Vec<Object> {
        let (on, arguments) = match object {
            Object::Schema(_) => (GrantedOn::Schema, String::new()),
            Object::Sequence(_) => (GrantedOn::Sequence, String::new()),
            Object::Enum(_) | Object::Domain(_) => (GrantedOn::Type, String::new()),
            Object::Routine(routine) if routine.procedure => (GrantedOn::Procedure, self.signature(routine)),
            Object::Routine(routine) => (GrantedOn::Function, self.signature(routine)),
            Object::View(_) | Object::Extension(_) | Object::Trigger(_) | Object::Policy(_) | Object::Grant(_) => {
                return Vec::new();
            }
        };
        let dialect = self.target.dialect;
        let name = object.name();
        let grants = self.objects_named(ObjectKind::Grant, &name);
        let same = |grant: &Grant| {
            let types = grant.arguments.as_deref().unwrap_or_default();
            grant.on == on && super::normal_arguments(types, dialect) == arguments
        };
        grants
            .filter(|object| matches!(object, Object::Grant(grant) if same(grant)))
            .cloned()
            .collect()
    }

    /// What tells an object apart from all others.
    pub fn object_key(&self, object: &Object) -> ObjectKey {
        let detail = match object {
            Object::Trigger(trigger) => self.key(&trigger.table).to_string(),
            Object::Policy(policy) => self.key(&policy.table).to_string(),
            Object::Routine(routine) => self.signature(routine),
            Object::Grant(grant) => format!(
                "{} {} {}({}) {}",
                grant.on.word(),
                grant.privilege,
                grant.column.as_ref().map_or("", |column| column.as_str()),
                super::normal_arguments(grant.arguments.as_deref().unwrap_or_default(), self.target.dialect),
                grant.to
            ),
            Object::Schema(_)
            | Object::Extension(_)
            | Object::Enum(_)
            | Object::Domain(_)
            | Object::Sequence(_)
            | Object::View(_) => String::new(),
        };
        ObjectKey {
            kind: object.kind(),
            name: self.key(&object.name()),
            detail,
        }
    }

    /// The types of a routine's arguments, where several of one name can be told apart by them.
    fn signature(&self, routine: &Routine) -> String {
        match self.target.dialect.family() {
            Family::Postgres => super::normal_arguments(&routine.arguments, self.target.dialect),
            Family::Sqlite | Family::Mysql => String::new(),
        }
    }

    /// The columns that have an enum or a domain for their type, with their tables.
    pub fn columns_of_type(&self, name: &ObjectName) -> Vec<(Arc<Table>, Name)> {
        let key = self.key(name);
        let mut found = Vec::new();
        for table in self.tables.values() {
            for column in &table.columns {
                if matches!(&column.ty, Type::Named { name, .. } if self.key(name) == key) {
                    found.push((table.clone(), column.name.clone()));
                }
            }
        }
        found
    }

    /// The columns of PostgreSQL that hold lists of an enum or a domain, with their tables.
    pub fn lists_of_type(&self, name: &ObjectName) -> Vec<(Arc<Table>, Name)> {
        let (key, family) = (self.key(name), self.target().dialect.family());
        let is_list = |ty: &Type| {
            let element = match ty {
                Type::Native(text) if family == Family::Postgres => text.trim().strip_suffix("[]"),
                _ => None,
            };
            let element = element.and_then(|element| Cursor::new(element, family).object_name());
            element.is_some_and(|element| self.key(&element) == key)
        };
        let mut found = Vec::new();
        for table in self.tables.values() {
            let columns = table.columns.iter().filter(|column| is_list(&column.ty));
            found.extend(columns.map(|column| (table.clone(), column.name.clone())));
        }
        found
    }

    /// What was set aside in a table of this name.
    pub fn kept(&self, store: &str) -> Option<&Kept> {
        self.kept.get(store)
    }

    /// What was set aside in a schema.
    pub fn kept_in(&self, schema: &Name) -> impl Iterator<Item = &Kept> {
        let inside = move |kept: &&Kept| self.key(&kept.table).schema.as_ref() == Some(schema);
        self.kept.values().filter(inside)
    }

    /// A name for a table that holds what is set aside, which no other has or had.
    pub fn name_for_kept(&self, table: &ObjectName) -> Name {
        let facts = self.target.dialect.facts();
        let number = (1..).find(|number| !self.kept.keys().any(|name| name.ends_with(&format!("_{number}"))));
        let tail = format!("_{}", number.unwrap_or_default());
        let room = super::KEPT_PREFIX.len() + tail.len();
        Name::new(format!("{}{}{tail}", super::KEPT_PREFIX, facts.cut(&table.name, room)))
    }

    /// Whether a schema has only one constraint of this name.
    pub fn is_named_in_schema(&self, constraint: &Constraint) -> bool {
        self.constraint_space(constraint).is_some()
    }

    /// Whether a schema has only one index of a name.
    pub fn are_indexes_named_in_schema(&self) -> bool {
        self.index_space().is_some()
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
            (Family::Postgres, Constraint::PrimaryKey(_) | Constraint::Unique(_) | Constraint::Exclusion(_)) => {
                Some(Space::Index)
            }
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
        let is_postgres = self.target.dialect.family() == Family::Postgres;
        let partitions = table.options.partitions.iter().filter(|_| is_postgres);
        let partitions = partitions.map(|partition| (Space::Partition, &partition.name));
        let names = indexes.chain(constraints).chain(partitions);
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
        for view in self.views() {
            if self.key(&view.name) == own || !self.object_uses(&Object::View(view.clone()), name) {
                continue;
            }
            // A view met again moves behind: what uses it has to go first.
            found.retain(|known| known.name != view.name);
            found.push(view.clone());
            self.collect_dependents(&view.name, found);
        }
    }

    /// The type of what a column of a type holds: of a domain the one that it is made of.
    pub fn held_type(&self, ty: &Type) -> Type {
        let mut held = ty;
        // A domain can be made of another one.
        for _ in 0..self.objects.len().max(1) {
            let Type::Named { name, values } = held else {
                break;
            };
            match self.object(ObjectKind::Domain, name) {
                Some(Object::Domain(domain)) if values.is_empty() => held = &domain.ty,
                _ => break,
            }
        }
        held.clone()
    }

    /// Whether a view's text uses a name.
    pub fn view_mentions(&self, view: &ObjectName, name: &str) -> bool {
        self.view(view)
            .is_some_and(|view| self.object_mentions(&Object::View(view.clone()), name))
    }

    /// Whether an object's text uses a name.
    pub fn object_mentions(&self, object: &Object, name: &str) -> bool {
        self.words
            .get(&self.object_key(object))
            .is_some_and(|words| words.contains(name) || words.contains(&name.to_lowercase()))
    }

    /// Whether an object's text uses a table or view: its name, as far as it is not one of another schema.
    pub fn object_uses(&self, object: &Object, name: &ObjectName) -> bool {
        let family = self.target.dialect.family();
        let own = self.key(name).schema;
        let mut texts = object.texts().into_iter();
        self.object_mentions(object, &name.name)
            && texts.any(|text| {
                let (alone, qualifiers) = dialect::uses(text, &name.name, family);
                let means_it = |qualifier: &String| match (self.own_schema_named(qualifier), &own) {
                    (false, _) if !self.has_schema(qualifier) => true,
                    (is_own, None) => is_own,
                    (_, Some(own)) => own.eq_ignore_ascii_case(qualifier),
                };
                (alone > 0 && (own.is_none() || !self.has_in_own_schema(&name.name))) || qualifiers.iter().any(means_it)
            })
    }

    fn own_schema_named(&self, name: &str) -> bool {
        let own = self.target.schema.as_ref();
        own.is_some_and(|own| own.eq_ignore_ascii_case(name))
    }

    fn has_schema(&self, name: &str) -> bool {
        self.object(ObjectKind::Schema, &ObjectName::plain(name)).is_some()
    }

    fn has_in_own_schema(&self, name: &str) -> bool {
        let name = ObjectName::plain(name);
        self.table(&name).is_some() || self.view(&name).is_some()
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

    pub(super) fn insert_object(&mut self, object: Object) {
        let key = self.object_key(&object);
        let family = self.target.dialect.family();
        let texts = object.texts();
        if !texts.is_empty() {
            let words = texts.into_iter().flat_map(|text| dialect::words(text, family));
            self.words.insert(key.clone(), words.collect());
        }
        self.objects.insert(key, object);
    }

    pub(super) fn remove_object(&mut self, object: &Object) -> Option<Object> {
        let key = self.object_key(object);
        self.words.remove(&key);
        self.objects.remove(&key)
    }

    /// Whether a change writes rows that no transaction takes back: those of a table whose engine has none (MyISAM and its
    /// like).
    pub fn writes_for_good(&self, change: &Change) -> bool {
        let table = change.written_table().and_then(|name| self.table(name));
        let engine = table.and_then(|table| table.options.engine.as_ref());
        engine.is_some_and(|engine| {
            let with_transactions = ["innodb", "rocksdb", "ndbcluster", "ndb"];
            !with_transactions.contains(&engine.to_ascii_lowercase().as_str())
        })
    }

    /// Notes that data was set aside.
    pub fn keep(&mut self, kept: &Kept) {
        self.kept.insert(kept.store.clone(), kept.clone());
    }

    /// Has the columns of a type say another one.
    pub(super) fn retype(&mut self, from: &ObjectName, to: &Type) {
        for (table, column) in self.columns_of_type(from) {
            if let Some(table) = self.table_mut(&table.name) {
                for found in table.columns.iter_mut().filter(|found| found.name == column) {
                    found.ty = to.clone();
                }
            }
        }
    }

    /// Puts a table in as introspection found it.
    pub fn add_table(&mut self, table: Table) {
        self.insert_table(Arc::new(table));
    }

    /// Puts an object in as introspection found it.
    pub fn add_object(&mut self, object: Object) {
        self.insert_object(object);
    }
}
