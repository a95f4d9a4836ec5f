//! What the changes of a group need of the rows that are there. It is asked only where the engine would refuse too: where
//! that cannot be known, the server's own answer to the statement is left to tell.

use super::Group;
use super::earlier::{Earlier, Reads, keeps_values};
use super::need::{Lack, Need};
use super::new_tables::NewTables;
use super::question::{KeyPart, Questions, Rows};
use super::rebuild::is_numbered_by_key;
use crate::dialect::{Cursor, Dialect, Family, Name, mentions};
use crate::model::{
    Catalog, Change, Check, Column, Constraint, Index, IndexColumn, IndexKey, Key, Object, ObjectKind, Table, Type,
};

/// What a group needs that was just applied to the catalog; asked with the names from before it.
pub(super) fn needs(catalog: &Catalog, group: &Group<'_>, earlier: &Earlier, made: &NewTables) -> Vec<Need> {
    let Some((before, after)) = &group.altered else {
        return Vec::new();
    };
    let about = About {
        catalog,
        dialect: catalog.target().dialect,
        group,
        before,
        after,
        earlier,
        made,
    };
    let changes = group.changes.iter();
    changes
        .filter_map(|(index, change)| about.change(*index, change))
        .collect()
}

/// A table that a group alters, and what is known of it.
pub(super) struct About<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) dialect: Dialect,
    group: &'a Group<'a>,
    pub(super) before: &'a Table,
    after: &'a Table,
    earlier: &'a Earlier,
    pub(super) made: &'a NewTables,
}

/// A need without its place.
pub(super) struct Found {
    pub(super) lack: Lack,
    pub(super) questions: Questions,
    pub(super) reads: Vec<Reads>,
}

impl About<'_> {
    fn change(&self, index: usize, change: &Change) -> Option<Need> {
        let found = match change {
            Change::AddColumn { column, .. } => self.new_column(column),
            Change::AlterColumn {
                before, after, using, ..
            } if before.nullable && !after.nullable && using.is_none() => self.not_null(before, after),
            Change::AddConstraint { constraint, .. } => self.constraint(constraint),
            Change::ValidateConstraint { constraint, .. } => self.constraint(&constraint.with_not_valid(false)),
            Change::CreateIndex { index, .. } => self.index(index),
            _ => None,
        }?;
        Some(Need {
            change: index,
            up_front: !self.earlier.touches(self.catalog, &found.reads),
            lack: found.lack,
            questions: found.questions,
        })
    }

    fn constraint(&self, constraint: &Constraint) -> Option<Found> {
        if constraint.is_not_valid() || self.made.is_empty(self.catalog, &self.before.name) {
            return None;
        }
        match constraint {
            Constraint::PrimaryKey(key) | Constraint::Unique(key) => self.key(key),
            Constraint::ForeignKey(foreign) => self.foreign_key(foreign),
            Constraint::Check(check) => self.check(check),
            Constraint::Exclusion(_) => None,
        }
    }

    /// A column that takes no NULL, and that the rows which are there would have no value for.
    fn new_column(&self, column: &Column) -> Option<Found> {
        let table = &self.before.name;
        if !column.needs_values() || self.is_filled_by_type(&column.ty) || self.made.is_empty(self.catalog, table) {
            return None;
        }
        let guard = match self.dialect.family() {
            Family::Postgres => None,
            Family::Sqlite if self.numbers_rows(&column.name) => return None,
            Family::Sqlite => None,
            // They fill in what they hold for nothing, where that is a value at all.
            Family::Mysql => {
                let native = self.native(column);
                let is_day = native == "date" || native.starts_with("datetime");
                let refuses = "@@sql_mode LIKE '%NO_ZERO_DATE%' AND @@sql_mode LIKE '%STRICT%'";
                Some(is_day.then_some(refuses)?)
            }
        };
        Some(Found {
            lack: Lack::ValueOfNew {
                table: table.clone(),
                column: column.name.clone(),
            },
            questions: self.rows(&[], false).where_("", guard),
            reads: vec![self.reads(&[])],
        })
    }

    /// A column that is to hold no NULL any more.
    fn not_null(&self, before: &Column, after: &Column) -> Option<Found> {
        let table = &self.before.name;
        let stays_so = self
            .column(self.after, &after.name)
            .is_some_and(|found| !found.nullable);
        let known = self.made.is_empty(self.catalog, table)
            || self.earlier.has_filled(self.catalog, table, &before.name)
            || self.is_checked(&before.name);
        if !stays_so || known {
            return None;
        }
        let guard = match self.dialect.family() {
            Family::Postgres => None,
            Family::Sqlite if self.numbers_rows(&after.name) => return None,
            Family::Sqlite => None,
            Family::Mysql if after.identity.is_some() || after.generated.is_some() => return None,
            // Such a column takes NULL for the moment that it is.
            Family::Mysql if self.native(after).starts_with("timestamp") => match self.dialect.name() {
                "mariadb" => return None,
                _ => Some("@@explicit_defaults_for_timestamp = 1 AND @@sql_mode LIKE '%STRICT%'"),
            },
            Family::Mysql => Some("@@sql_mode LIKE '%STRICT%'"),
        };
        let names = [before.name.clone()];
        let condition = format!("{} IS NULL", self.dialect.quote(&before.name));
        Some(Found {
            lack: Lack::Value {
                table: table.clone(),
                column: before.name.clone(),
            },
            questions: self.rows(&names, false).where_(&condition, guard),
            reads: vec![self.reads(&names)],
        })
    }

    fn key(&self, key: &Key) -> Option<Found> {
        let parts: Vec<IndexColumn> = key
            .columns
            .iter()
            .map(|name| IndexColumn::new(IndexKey::Column(name.clone()), Default::default()))
            .collect();
        self.unique(&parts, None, key.nulls_not_distinct)
    }

    fn index(&self, index: &Index) -> Option<Found> {
        let is_there = self.before.indexes.iter().any(|known| known.name == index.name);
        let is_empty = self.made.is_empty(self.catalog, &self.before.name);
        if !index.unique || !index.kind.is_plain() || is_there || is_empty {
            return None;
        }
        // An operator class may hold other values to be the same.
        if index.columns.iter().any(|part| part.class.is_some()) {
            return None;
        }
        self.unique(&index.columns, index.predicate.as_deref(), index.nulls_not_distinct)
    }

    fn unique(&self, parts: &[IndexColumn], among: Option<&str>, nulls_are_same: bool) -> Option<Found> {
        let table = &self.before.name;
        let mut concerned = Vec::new();
        let mut key = Vec::new();
        for part in parts {
            match &part.key {
                IndexKey::Column(name) => {
                    if !nulls_are_same && self.made.holds_nothing(self.catalog, table, name) {
                        return None;
                    }
                    let quoted = self.dialect.quote(name);
                    let value = match part.length {
                        Some(length) => format!("LEFT({quoted}, {length})"),
                        None => quoted,
                    };
                    concerned.push(name.clone());
                    key.push(KeyPart {
                        value,
                        label: format!("`{name}`"),
                    });
                }
                // One value of such an array is enough to be in the way.
                IndexKey::Expression(text) if mentions(text, "array", self.dialect.family()) => return None,
                IndexKey::Expression(text) => {
                    concerned.extend(self.mentioned(text));
                    key.push(KeyPart {
                        value: format!("({text})"),
                        label: format!("`{text}`"),
                    });
                }
            }
        }
        concerned.extend(among.iter().flat_map(|predicate| self.mentioned(predicate)));
        concerned = without_repeats(concerned);
        if !concerned.iter().all(|name| self.stays(name)) {
            return None;
        }
        let labels: Vec<&str> = key.iter().map(|part| part.label.as_str()).collect();
        Some(Found {
            lack: Lack::Difference {
                table: table.clone(),
                of: match labels.as_slice() {
                    [one] => one.to_string(),
                    more => format!("({})", more.join(", ")),
                },
                among: among.map(str::to_string),
            },
            questions: self.rows(&concerned, true).repeated(&key, among, nulls_are_same),
            reads: vec![self.reads(&concerned)],
        })
    }

    fn check(&self, check: &Check) -> Option<Found> {
        let concerned = self.mentioned(&check.expression);
        if !concerned.iter().all(|name| self.stays(name)) {
            return None;
        }
        let guard = (self.dialect.name() == "mariadb").then_some("@@check_constraint_checks = 1");
        let condition = format!("NOT ({})", check.expression);
        Some(Found {
            lack: Lack::Check {
                table: self.before.name.clone(),
                check: check.name.clone(),
            },
            questions: self.rows(&concerned, false).where_(&condition, guard),
            reads: vec![self.reads(&concerned)],
        })
    }

    pub(super) fn rows<'n>(&'n self, concerned: &'n [Name], alone: bool) -> Rows<'n> {
        Rows::of(self.before, concerned, alone, self.dialect)
    }

    pub(super) fn reads(&self, columns: &[Name]) -> Reads {
        Reads {
            table: self.before.name.clone(),
            columns: columns.to_vec(),
        }
    }

    fn column<'t>(&self, table: &'t Table, name: &Name) -> Option<&'t Column> {
        table.column(name, self.catalog.column_case())
    }

    /// The native type of a column, in small letters.
    fn native(&self, column: &Column) -> String {
        let native = column.ty.native(self.dialect).unwrap_or_default();
        native.to_ascii_lowercase()
    }

    /// Whether the group leaves a column as it is, as far as values go: those before it tell what is there after it.
    pub(super) fn stays(&self, name: &Name) -> bool {
        let (Some(before), Some(after)) = (self.column(self.before, name), self.column(self.after, name)) else {
            return false;
        };
        let converted = self.group.changes.iter().any(|(_, change)| match change {
            Change::AlterColumn { before, using, .. } => {
                using.is_some() && before.name.same(name, self.catalog.column_case())
            }
            _ => false,
        });
        keeps_values(before, after) && !converted
    }

    /// The columns that a text uses.
    fn mentioned(&self, text: &str) -> Vec<Name> {
        let family = self.dialect.family();
        let columns = self.before.columns.iter().chain(&self.after.columns);
        let used = columns.map(|column| &column.name);
        without_repeats(used.filter(|name| mentions(text, name, family)).cloned().collect())
    }

    /// Whether a check holds NULL off already.
    fn is_checked(&self, name: &Name) -> bool {
        let case = self.catalog.column_case();
        let mut checks = self.before.checks.iter().filter(|check| !check.not_valid);
        checks.any(|check| {
            let mut cursor = Cursor::new(&check.expression, self.dialect.family());
            let is_meant = cursor.name().is_some_and(|found| name.same(&found, case));
            is_meant && cursor.take_words(&["is", "not", "null"]) && cursor.is_done()
        })
    }

    /// Whether SQLite numbers the rows in a column.
    fn numbers_rows(&self, name: &Name) -> bool {
        let key = self.after.primary_key.as_ref();
        key.is_some_and(|key| key.columns.contains(name)) && is_numbered_by_key(self.catalog, self.after)
    }

    /// Whether the type brings a value along for rows that say none (PostgreSQL).
    fn is_filled_by_type(&self, ty: &Type) -> bool {
        match ty {
            Type::Native(text) => text.to_ascii_lowercase().contains("serial"),
            Type::Named { name, .. } => match self.catalog.object(ObjectKind::Domain, name) {
                Some(Object::Domain(domain)) => domain.default.is_some(),
                // What is not known may have one.
                _ => self.catalog.object(ObjectKind::Enum, name).is_none(),
            },
            Type::Portable(..) | Type::Enum(_) => false,
        }
    }
}

fn without_repeats(names: Vec<Name>) -> Vec<Name> {
    let mut found: Vec<Name> = Vec::new();
    for name in names {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::dialect::{ObjectName, Target};
    use crate::model::{Base, ForeignKey, IndexKind, Value};
    use crate::render::{Statement, render};

    fn column(name: &str) -> Column {
        Column {
            name: Name::new(name),
            ty: Type::Portable(Base::Int, Vec::new()),
            nullable: true,
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

    fn users() -> ObjectName {
        ObjectName::plain("users")
    }

    /// A table of the schema before: `id` is its key, `a` and `b` may hold NULL.
    fn table(name: &str) -> Table {
        let mut table = Table::empty(ObjectName::plain(name));
        table.columns = ["id", "a", "b"].into_iter().map(column).collect();
        table.columns[0].nullable = false;
        table.primary_key = Some(Key::new(Name::new("pk"), vec![Name::new("id")]));
        table
    }

    fn rendered(dialect: &str, changes: &[Change]) -> Vec<Statement> {
        let dialect = Dialect::named(dialect).expect("a dialect");
        let mut catalog = Catalog::new(Target::oldest(dialect));
        catalog.add_table(table("users"));
        catalog.add_table(table("orders"));
        let (statements, problems) = render(&mut catalog, changes);
        assert!(problems.is_empty(), "{problems:?}");
        statements
    }

    fn asked(dialect: &str, changes: &[Change]) -> Vec<Need> {
        let statements = rendered(dialect, changes);
        statements.into_iter().flat_map(|statement| statement.needs).collect()
    }

    fn violated(dialect: &str, change: Change) -> String {
        let needs = asked(dialect, &[change]);
        assert_eq!(needs.len(), 1, "{needs:?}");
        needs[0].questions.violated.clone()
    }

    fn not_null(name: &str) -> Change {
        let after = Column {
            nullable: false,
            ..column(name)
        };
        Change::AlterColumn {
            table: users(),
            before: Box::new(column(name)),
            after: Box::new(after),
            using: None,
            reverse_using: None,
        }
    }

    fn add(constraint: Constraint) -> Change {
        Change::AddConstraint {
            table: users(),
            constraint,
        }
    }

    fn unique(columns: &[&str]) -> Change {
        let columns = columns.iter().map(Name::new).collect();
        add(Constraint::Unique(Key::new(Name::new("uq"), columns)))
    }

    fn refers(columns: &[&str], match_full: bool) -> ForeignKey {
        ForeignKey {
            name: Name::new("fk"),
            columns: columns.iter().map(Name::new).collect(),
            references: ObjectName::plain("orders"),
            referenced_columns: ["id", "a"].into_iter().take(columns.len()).map(Name::new).collect(),
            on_delete: Default::default(),
            on_update: Default::default(),
            match_full,
            deferrable: false,
            initially_deferred: false,
            not_valid: false,
        }
    }

    fn check(expression: &str) -> Change {
        add(Constraint::Check(Check::new(Name::new("ck"), expression)))
    }

    #[test]
    fn what_may_hold_null() {
        assert_eq!(
            violated("postgres", not_null("a")),
            "SELECT 1 FROM \"users\" WHERE \"a\" IS NULL"
        );
        assert_eq!(
            violated("mysql", not_null("a")),
            "SELECT 1 FROM `users` WHERE `a` IS NULL AND @@sql_mode LIKE '%STRICT%'"
        );
        let need = &asked("sqlite", &[not_null("a")])[0];
        assert_eq!(
            need.questions.count,
            "SELECT count(*) FROM \"users\" WHERE \"a\" IS NULL"
        );
        assert_eq!(
            need.questions.samples.as_deref(),
            Some("SELECT \"id\", \"a\" FROM \"users\" WHERE \"a\" IS NULL ORDER BY \"id\" LIMIT 5")
        );
    }

    #[test]
    fn what_stands_more_than_once() {
        let need = &asked("postgres", &[unique(&["a", "b"])])[0];
        let grouped = "FROM ONLY \"users\" WHERE \"a\" IS NOT NULL AND \"b\" IS NOT NULL GROUP BY \"a\", \"b\" HAVING count(*) > 1";
        assert_eq!(need.questions.violated, format!("SELECT 1 {grouped}"));
        assert_eq!(
            need.questions.count,
            format!("SELECT count(*), sum(n) FROM (SELECT count(*) AS n {grouped}) AS driftless_same")
        );
        assert_eq!(
            need.questions.samples,
            Some(format!(
                "SELECT \"id\", \"a\", \"b\" FROM ONLY \"users\" JOIN (SELECT \"a\" AS driftless_1, \"b\" AS driftless_2 {grouped}) \
                 AS driftless_same ON \"a\" = driftless_same.driftless_1 AND \"b\" = driftless_same.driftless_2 \
                 ORDER BY \"a\", \"b\", \"id\" LIMIT 5"
            ))
        );
        let index = |part: IndexColumn, predicate: Option<&str>| Change::CreateIndex {
            table: users(),
            index: Index {
                name: Name::new("ix"),
                columns: vec![part],
                unique: true,
                predicate: predicate.map(str::to_string),
                include: Vec::new(),
                method: None,
                nulls_not_distinct: false,
                kind: IndexKind::Plain,
            },
            if_not_exists: false,
            concurrently: false,
        };
        let plain = || IndexColumn::new(IndexKey::Column(Name::new("a")), Default::default());
        let computed = IndexColumn::new(IndexKey::Expression("abs(a)".into()), Default::default());
        assert_eq!(
            violated("sqlite", index(computed, Some("b > 0 OR b < -9"))),
            "SELECT 1 FROM \"users\" WHERE (b > 0 OR b < -9) AND (abs(a)) IS NOT NULL GROUP BY (abs(a)) HAVING count(*) > 1"
        );
        let beginning = IndexColumn {
            length: Some(3),
            ..plain()
        };
        assert_eq!(
            violated("mariadb", index(beginning, None)),
            "SELECT 1 FROM `users` WHERE LEFT(`a`, 3) IS NOT NULL GROUP BY LEFT(`a`, 3) HAVING count(*) > 1"
        );
        let of_class = IndexColumn {
            class: Some(Name::new("int4_other_ops")),
            ..plain()
        };
        assert!(asked("postgres", &[index(of_class, None)]).is_empty());
    }

    #[test]
    fn what_refers_to_nothing() {
        let key = |columns: &[&str], full| add(Constraint::ForeignKey(refers(columns, full)));
        assert_eq!(
            violated("postgres", key(&["a"], false)),
            "SELECT 1 FROM ONLY \"users\" WHERE \"users\".\"a\" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM \"orders\" AS \
             driftless_referenced WHERE driftless_referenced.\"id\" = \"users\".\"a\") AND NOT row_security_active('\"orders\"')"
        );
        assert!(violated("postgres", key(&["a", "b"], true)).contains(
            "(\"users\".\"a\" IS NOT NULL OR \"users\".\"b\" IS NOT NULL) AND \
             (\"users\".\"a\" IS NULL OR \"users\".\"b\" IS NULL OR NOT EXISTS ("
        ));
        assert!(violated("mysql", key(&["a"], false)).ends_with(" AND @@foreign_key_checks = 1"));
        let later = ForeignKey {
            not_valid: true,
            ..refers(&["a"], false)
        };
        assert!(asked("postgres", &[add(Constraint::ForeignKey(later))]).is_empty());
    }

    #[test]
    fn names_carry_no_sql() {
        let name = "a\"; DROP TABLE users; --";
        let mut catalog = Catalog::new(Target::oldest(Dialect::named("sqlite").expect("a dialect")));
        let mut odd = table("users");
        odd.columns.push(column(name));
        catalog.add_table(odd);
        let (statements, _) = render(&mut catalog, &[not_null(name)]);
        assert_eq!(
            statements[0].needs[0].questions.violated,
            "SELECT 1 FROM \"users\" WHERE \"a\"\"; DROP TABLE users; --\" IS NULL"
        );
    }

    /// What a statement makes itself cannot be asked before it.
    #[test]
    fn what_the_same_statement_makes_is_not_asked_of() {
        let new = |nullable: bool| Change::AddColumn {
            table: users(),
            column: Column {
                nullable,
                ..column("c")
            },
            at: None,
        };
        for dialect in ["sqlite", "mysql", "mariadb"] {
            assert!(asked(dialect, &[new(true), unique(&["c"])]).is_empty(), "{dialect}");
            assert!(asked(dialect, &[new(true), check("a < c")]).is_empty(), "{dialect}");
            let statements = rendered(dialect, &[not_null("b"), new(true), unique(&["a"])]);
            let needs = &statements[0].needs;
            assert_eq!(
                needs.iter().map(|need| need.change).collect::<Vec<_>>(),
                [0, 2],
                "{dialect}"
            );
        }
        let needs = asked("postgres", &[new(true), unique(&["c"]), not_null("a")]);
        assert_eq!(
            needs.iter().map(|need| need.up_front).collect::<Vec<_>>(),
            [false, true]
        );
        // A value for the rows that are there is asked for where the engine has none.
        for (dialect, count) in [("sqlite", 1), ("postgres", 1), ("mysql", 0), ("mariadb", 0)] {
            assert_eq!(asked(dialect, &[new(false)]).len(), count, "{dialect}");
        }
    }

    /// What is asked in the middle of a changeset, and what need not be asked at all.
    #[test]
    fn what_comes_before_counts() {
        let set = |value: Value, filter: Option<&str>| Change::UpdateRows {
            table: users(),
            set: vec![(Name::new("a"), value)],
            filter: filter.map(str::to_string),
            back: Vec::new(),
            kept: false,
        };
        let one = || Value::Number("1".into());
        let up_front =
            |changes: &[Change]| -> Vec<bool> { asked("postgres", changes).iter().map(|need| need.up_front).collect() };
        assert_eq!(up_front(&[set(one(), Some("b = 2")), not_null("a")]), [false]);
        assert_eq!(up_front(&[set(Value::Sql("b".into()), None), not_null("a")]), [false]);
        assert!(up_front(&[set(one(), None), not_null("a")]).is_empty());
        assert!(up_front(&[set(one(), Some("\"a\" IS NULL")), not_null("a")]).is_empty());
        assert_eq!(up_front(&[set(one(), None), not_null("b")]), [false]);
        assert_eq!(up_front(&[not_null("a"), not_null("b")]), [true, true]);
        let raw = Change::Raw {
            up: "SELECT 1".into(),
            down: None,
            effects: Some(Vec::new()),
            part: None,
        };
        assert_eq!(up_front(&[raw, not_null("a")]), [false]);
        // A check that is held says as much.
        assert!(up_front(&[check("a IS NOT NULL"), not_null("a")]).len() == 1);
    }

    #[test]
    fn tables_that_the_plan_makes_are_not_asked() {
        let mut new = table("new");
        new.columns.push(column("c"));
        let key = |column: &str| Change::AddConstraint {
            table: new.name.clone(),
            constraint: Constraint::ForeignKey(refers(&[column], false)),
        };
        let create = || Change::CreateTable {
            table: Arc::new(new.clone()),
            if_not_exists: false,
        };
        let insert = Change::InsertRows {
            table: new.name.clone(),
            columns: vec![Name::new("id"), Name::new("a")],
            rows: vec![vec![Value::Number("1".into()), Value::Null]],
            key: None,
        };
        assert!(asked("postgres", &[create(), key("a")]).is_empty());
        assert!(asked("postgres", &[create(), insert.clone(), key("b")]).is_empty());
        assert_eq!(asked("postgres", &[create(), insert.clone(), key("a")]).len(), 1);
        let if_not_exists = Change::CreateTable {
            table: Arc::new(new.clone()),
            if_not_exists: true,
        };
        assert_eq!(asked("postgres", &[if_not_exists, key("a")]).len(), 1);
    }
}
