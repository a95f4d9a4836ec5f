//! The catalog while it is being filled: rows of the engine's answers find their table here.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::dialect::{Name, NameParts, ObjectName, Target, generated_name};
use crate::model::{
    Action, Catalog, Column, ColumnDefault, ForeignKey, Identity, Index, IndexColumn, IndexKey, IndexKind, KEPT_PREFIX,
    Key, Object, ObjectKind, Order, Table, Type, View, literal_of,
};

pub(super) struct Draft {
    catalog: Catalog,
    /// That of the database (MySQL, MariaDB).
    pub(super) collation: Option<Name>,
    ignored: HashSet<ObjectName>,
    /// In the order in which the engine names them.
    tables: Vec<Table>,
    places: HashMap<String, usize>,
    views: HashSet<String>,
    view_indexes: HashMap<String, Vec<Index>>,
}

impl Draft {
    pub(super) fn new(target: &Target, ignore: &[ObjectName]) -> Draft {
        let catalog = Catalog::new(target.clone());
        Draft {
            ignored: ignore.iter().map(|name| catalog.key(name)).collect(),
            catalog,
            collation: None,
            tables: Vec::new(),
            places: HashMap::new(),
            views: HashSet::new(),
            view_indexes: HashMap::new(),
        }
    }

    pub(super) fn target(&self) -> &Target {
        self.catalog.target()
    }

    pub(super) fn add_table(&mut self, name: &str, comment: Option<String>) {
        let object = ObjectName::plain(name);
        if self.ignored.contains(&self.catalog.key(&object)) || name.starts_with(KEPT_PREFIX) {
            return;
        }
        self.places.insert(name.to_string(), self.tables.len());
        let mut table = Table::empty(object);
        table.comment = comment.filter(|text| !text.is_empty());
        self.tables.push(table);
    }

    pub(super) fn add_view(&mut self, mut view: View) {
        view.query = view.query.trim().trim_end_matches(';').to_string();
        self.views.insert(view.name.name.to_string());
        self.add_object(Object::View(Arc::new(view)));
    }

    /// The indexes of a materialized view, which are read with those of the tables.
    pub(super) fn indexes_of_view(&mut self, name: &str) -> Vec<Index> {
        self.view_indexes.remove(name).unwrap_or_default()
    }

    /// Where the indexes of a table or a materialized view go; nowhere where it is ignored.
    pub(super) fn indexes(&mut self, name: &str, is_view: bool) -> Option<&mut Vec<Index>> {
        match is_view {
            true => Some(self.view_indexes.entry(name.to_string()).or_default()),
            false => self.table(name).map(|table| &mut table.indexes),
        }
    }

    pub(super) fn add_object(&mut self, object: Object) {
        self.catalog.add_object(object);
    }

    /// A table by the name the engine gave it; none where it is ignored, or of a kind that is not covered.
    pub(super) fn table(&mut self, name: &str) -> Option<&mut Table> {
        let at = *self.places.get(name)?;
        self.tables.get_mut(at)
    }

    /// Whether a table or a view of this name belongs to the catalog.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.places.contains_key(name) || self.views.contains(name)
    }

    pub(super) fn has(&self, kind: ObjectKind, name: &ObjectName) -> bool {
        self.catalog.object(kind, name).is_some()
    }

    pub(super) fn tables(&mut self) -> impl Iterator<Item = &mut Table> {
        self.tables.iter_mut()
    }

    /// What an expression after DEFAULT means.
    pub(super) fn default(&self, text: &str) -> ColumnDefault {
        match literal_of(text, self.target().dialect) {
            Some(value) => ColumnDefault::Literal(value),
            None => ColumnDefault::Expression(text.to_string()),
        }
    }

    /// The name that a constraint without one would have from us.
    pub(super) fn generated_name(&self, kind: &str, table: &str, columns: &[Name]) -> Name {
        let columns: Vec<&str> = columns.iter().map(Name::as_str).collect();
        generated_name(
            self.target().dialect.facts(),
            &NameParts {
                kind,
                table,
                columns: &columns,
            },
        )
    }

    pub(super) fn finish(mut self) -> Catalog {
        for table in self.tables {
            self.catalog.add_table(table);
        }
        self.catalog.sorted_by(self.collation)
    }
}

/// A view with a query and nothing else.
pub(super) fn view(name: &str, query: &str) -> View {
    View {
        name: ObjectName::plain(name),
        query: query.to_string(),
        check_option: None,
        materialized: false,
        indexes: Vec::new(),
        comment: None,
    }
}

/// A column with a type and nothing else.
pub(super) fn column(name: &str, ty: String, nullable: bool) -> Column {
    Column {
        name: Name::new(name),
        ty: Type::Native(ty),
        nullable,
        default: None,
        identity: None,
        collation: None,
        comment: None,
        generated: None,
        charset: None,
        on_update: None,
        invisible: false,
    }
}

/// Numbers as the engine counts them: how far it has come is no part of the schema.
pub(super) fn identity(always: bool) -> Identity {
    Identity {
        start: None,
        increment: None,
        always,
    }
}

/// What is known of an index before its parts are.
pub(super) fn index(name: &str, unique: bool, predicate: Option<String>) -> Index {
    Index {
        name: Name::new(name),
        columns: Vec::new(),
        unique,
        predicate,
        include: Vec::new(),
        method: None,
        nulls_not_distinct: false,
        kind: IndexKind::Plain,
    }
}

pub(super) fn index_column(key: IndexKey, descending: bool) -> IndexColumn {
    let order = match descending {
        true => Order::Desc,
        false => Order::Asc,
    };
    IndexColumn::new(key, order)
}

/// A foreign key before its columns and rules are known.
pub(super) fn foreign_key(name: Name, references: ObjectName) -> ForeignKey {
    ForeignKey {
        name,
        columns: Vec::new(),
        references,
        referenced_columns: Vec::new(),
        on_delete: Action::NoAction,
        on_update: Action::NoAction,
        match_full: false,
        deferrable: false,
        initially_deferred: false,
        not_valid: false,
    }
}

/// An action by the words of SQL.
pub(super) fn action(words: &str) -> Action {
    match words.to_ascii_uppercase().as_str() {
        "RESTRICT" => Action::Restrict,
        "CASCADE" => Action::Cascade,
        "SET NULL" => Action::SetNull,
        "SET DEFAULT" => Action::SetDefault,
        _ => Action::NoAction,
    }
}

pub(super) fn key(name: Name, columns: Vec<Name>) -> Key {
    Key::new(name, columns)
}
