//! What stands beside the tables: made, altered and commented on by a statement.

use std::sync::Arc;

use super::Reading;
use crate::dialect::{Cursor, Family, Name, ObjectName, tokens};
use crate::model::{
    Change, Check, ColumnDefault, Domain, EnumType, Event, Extension, Object, ObjectKind, Policy, PolicyCommand,
    Schema, Sequence, TableTraits, Type, Value, View, literal_of, trigger_of,
};
use crate::operation::{RenameSequence, TableRef};

impl Reading<'_, '_> {
    /// `None`: it is about something else, or not understood.
    pub(super) fn object_statement(&self, text: &str) -> Option<Vec<Change>> {
        let mut cursor = Cursor::new(text, self.family());
        match cursor.take_one_of(&["create", "alter", "comment", "grant", "revoke", "refresh"])? {
            "create" => self.create_object(cursor, text),
            "alter" => self.alter_object(cursor),
            "comment" if cursor.take_word("on") => self.comment_on(cursor),
            "grant" => self.grant(cursor),
            "revoke" => self.revoke(cursor),
            "refresh" => Some(Vec::new()),
            _ => None,
        }
    }

    fn create_object(&self, mut cursor: Cursor<'_>, text: &str) -> Option<Vec<Change>> {
        let replace = cursor.take_words(&["or", "replace"]);
        let kinds = [
            "schema",
            "extension",
            "sequence",
            "type",
            "domain",
            "materialized",
            "policy",
            "trigger",
            "function",
            "procedure",
        ];
        let kind = cursor.take_one_of(&kinds)?;
        if kind == "materialized" {
            cursor.take_word("view").then_some(())?;
        }
        let if_not_exists = cursor.take_words(&["if", "not", "exists"]);
        let object = match kind {
            "trigger" => self.trigger(text)?,
            "function" | "procedure" => Object::Routine(Arc::new(self.routine(cursor, kind == "procedure")?)),
            "sequence" if self.family() != Family::Sqlite => Object::Sequence(Arc::new(self.sequence(cursor)?)),
            _ if self.family() != Family::Postgres => return None,
            "schema" => {
                let object = schema(cursor)?;
                // It is there in every database, and no catalog holds it.
                if if_not_exists && object.name().name.as_str() == "public" {
                    return Some(Vec::new());
                }
                object
            }
            "extension" => extension(cursor)?,
            "type" => self.enum_type(cursor)?,
            "domain" => self.domain(cursor)?,
            "materialized" => self.materialized_view(cursor)?,
            _ => self.policy(cursor)?,
        };
        self.made(object, replace, if_not_exists)
    }

    /// A new object, in the place of one of its name where the statement says so.
    fn made(&self, object: Object, replace: bool, if_not_exists: bool) -> Option<Vec<Change>> {
        let Some(before) = self.now.same_object(&object).cloned() else {
            return Some(vec![Change::CreateObject { object, if_not_exists }]);
        };
        if if_not_exists {
            return Some(Vec::new());
        }
        let after = match self.family() {
            // A comment is no part of what is replaced there.
            Family::Postgres => object.with_comment(before.comment().map(str::to_string)),
            Family::Sqlite | Family::Mysql => object,
        };
        replace.then(|| replaced(before, after))
    }

    fn trigger(&self, text: &str) -> Option<Object> {
        let mut trigger = trigger_of(text, self.family())?;
        trigger.table = self.now.normal_name(&trigger.table);
        let is_known = self.known(&trigger.table).is_some() || self.now.view(&trigger.table).is_some();
        // MySQL and SQLite tell triggers apart by their names alone.
        let taken = self.family() != Family::Postgres && self.trigger_named(&trigger.name).is_some();
        let runs_on_rows = !trigger.events.contains(&Event::Truncate) || self.family() == Family::Postgres;
        (is_known && !taken && runs_on_rows).then(|| Object::Trigger(Arc::new(trigger)))
    }

    pub(super) fn trigger_named(&self, name: &Name) -> Option<Object> {
        let plain = ObjectName {
            schema: None,
            name: name.clone(),
        };
        self.now.object(ObjectKind::Trigger, &plain).cloned()
    }

    fn sequence(&self, mut cursor: Cursor<'_>) -> Option<Sequence> {
        let mut sequence = Sequence::named(self.now.normal_name(&cursor.object_name()?));
        numbers(&mut cursor, &mut sequence)?;
        Some(sequence)
    }

    fn enum_type(&self, mut cursor: Cursor<'_>) -> Option<Object> {
        let name = self.now.normal_name(&cursor.object_name()?);
        (cursor.take_words(&["as", "enum"]) && cursor.take_symbol("(")).then_some(())?;
        let mut values = Vec::new();
        while !cursor.take_symbol(")") {
            values.push(cursor.text()?);
            cursor.take_symbol(",");
        }
        cursor.is_done().then(|| {
            Object::Enum(Arc::new(EnumType {
                name,
                values,
                comment: None,
            }))
        })
    }

    fn domain(&self, mut cursor: Cursor<'_>) -> Option<Object> {
        const PARTS: [&str; 6] = ["collate", "default", "constraint", "not", "null", "check"];
        let name = self.now.normal_name(&cursor.object_name()?);
        cursor.take_word("as");
        let mut domain = Domain {
            ty: Type::Native(cursor.until(&PARTS)?.to_string()),
            name,
            nullable: true,
            default: None,
            checks: Vec::new(),
            comment: None,
        };
        while !cursor.is_done() {
            if cursor.take_word("default") {
                domain.default = self.default_of(cursor.until(&PARTS)?);
                continue;
            }
            let given = match cursor.take_word("constraint") {
                true => Some(Name::new(cursor.name()?)),
                false => None,
            };
            if cursor.take_words(&["not", "null"]) {
                domain.nullable = false;
            } else if cursor.take_word("check") {
                let expression = cursor.group()?.trim();
                let first = Name::new(format!("{}_check", domain.name.name));
                let mut names = std::iter::once(first.clone()).chain((1..).map(|at| Name::new(format!("{first}{at}"))));
                let name = given.or_else(|| names.find(|name| domain.checks.iter().all(|check| check.name != *name)));
                domain.checks.push(Check::new(name?, expression));
            } else {
                cursor.take_word("null").then_some(())?;
            }
        }
        Some(Object::Domain(Arc::new(domain)))
    }

    pub(super) fn default_of(&self, text: &str) -> Option<ColumnDefault> {
        match literal_of(text, self.context.dialect()) {
            Some(Value::Null) => None,
            Some(value) => Some(ColumnDefault::Literal(value)),
            None => Some(ColumnDefault::Expression(text.to_string())),
        }
    }

    fn materialized_view(&self, mut cursor: Cursor<'_>) -> Option<Object> {
        let name = self.now.normal_name(&cursor.object_name()?);
        cursor.take_word("as").then_some(())?;
        Some(Object::View(Arc::new(View {
            name,
            query: without_data(cursor.rest().trim(), self.family()).to_string(),
            check_option: None,
            materialized: true,
            indexes: Vec::new(),
            comment: None,
        })))
    }

    fn policy(&self, mut cursor: Cursor<'_>) -> Option<Object> {
        let name = Name::new(cursor.name()?);
        cursor.take_word("on").then_some(())?;
        let table = self.known(&cursor.object_name()?)?.name.clone();
        let mut policy = Policy {
            name,
            table,
            restrictive: false,
            command: PolicyCommand::All,
            roles: Vec::new(),
            using: None,
            check: None,
            comment: None,
        };
        if cursor.take_word("as") {
            policy.restrictive = cursor.take_one_of(&["permissive", "restrictive"])? == "restrictive";
        }
        if cursor.take_word("for") {
            policy.command = match cursor.take_one_of(&["all", "select", "insert", "update", "delete"])? {
                "select" => PolicyCommand::Select,
                "insert" => PolicyCommand::Insert,
                "update" => PolicyCommand::Update,
                "delete" => PolicyCommand::Delete,
                _ => PolicyCommand::All,
            };
        }
        if cursor.take_word("to") {
            policy.roles = roles(&mut cursor)?;
        }
        if cursor.take_word("using") {
            policy.using = Some(cursor.group()?.trim().to_string());
        }
        if cursor.take_words(&["with", "check"]) {
            policy.check = Some(cursor.group()?.trim().to_string());
        }
        cursor.is_done().then(|| Object::Policy(Arc::new(policy)))
    }

    fn alter_object(&self, mut cursor: Cursor<'_>) -> Option<Vec<Change>> {
        match cursor.take_one_of(&["type", "sequence", "trigger", "policy", "table"])? {
            "sequence" => self.alter_sequence(cursor),
            "table" if self.family() == Family::Postgres => self.add_identity(cursor),
            "type" if self.family() == Family::Postgres => self.alter_type(cursor),
            kind @ ("trigger" | "policy") if self.family() == Family::Postgres => {
                let kind = if kind == "trigger" {
                    ObjectKind::Trigger
                } else {
                    ObjectKind::Policy
                };
                let object = self.on_table(kind, &mut cursor)?;
                self.renamed(object, cursor)
            }
            _ => None,
        }
    }

    /// A trigger or a policy, named with its table.
    pub(super) fn on_table(&self, kind: ObjectKind, cursor: &mut Cursor<'_>) -> Option<Object> {
        let name = Name::new(cursor.name()?);
        cursor.take_word("on").then_some(())?;
        let standing = self.now.standing_on(&cursor.object_name()?);
        let mut found = standing.into_iter().filter(|object| object.kind() == kind);
        found.find(|object| object.name().name == name)
    }

    fn renamed(&self, object: Object, mut cursor: Cursor<'_>) -> Option<Vec<Change>> {
        cursor.take_words(&["rename", "to"]).then_some(())?;
        let to = Name::new(cursor.name()?);
        cursor.is_done().then(|| vec![Change::RenameObject { object, to }])
    }

    fn alter_sequence(&self, mut cursor: Cursor<'_>) -> Option<Vec<Change>> {
        let name = self.now.normal_name(&cursor.object_name()?);
        let before = self.now.object(ObjectKind::Sequence, &name)?.clone();
        if cursor.take_words(&["rename", "to"]) {
            let to = Name::new(cursor.name()?);
            return self.resolved(&RenameSequence {
                sequence: TableRef(name),
                to,
            });
        }
        let Object::Sequence(known) = &before else {
            return None;
        };
        let mut after = known.clone();
        numbers(&mut cursor, Arc::make_mut(&mut after))?;
        Some(replaced(before.clone(), Object::Sequence(after)))
    }

    fn alter_type(&self, mut cursor: Cursor<'_>) -> Option<Vec<Change>> {
        let name = self.now.normal_name(&cursor.object_name()?);
        let Some(Object::Enum(before)) = self.now.object(ObjectKind::Enum, &name).cloned() else {
            return None;
        };
        let mut after = before.clone();
        let values = &mut Arc::make_mut(&mut after).values;
        if cursor.take_words(&["add", "value"]) {
            let if_not_exists = cursor.take_words(&["if", "not", "exists"]);
            let value = cursor.text()?;
            if values.contains(&value) {
                return if_not_exists.then(Vec::new);
            }
            let at = match cursor.take_one_of(&["before", "after"]) {
                None => values.len(),
                Some(side) => {
                    let other = cursor.text()?;
                    let at = values.iter().position(|value| *value == other)?;
                    at + usize::from(side == "after")
                }
            };
            values.insert(at, value);
        } else if cursor.take_words(&["rename", "value"]) {
            let from = cursor.text()?;
            cursor.take_word("to").then_some(())?;
            let at = values.iter().position(|value| *value == from)?;
            values[at] = cursor.text()?;
        } else {
            return None;
        }
        // What stands on its columns would have to be made again on the way back.
        let columns = self.now.columns_of_type(&name);
        let used = columns.iter().any(|(table, _)| {
            self.now
                .objects()
                .any(|object| self.now.object_mentions(object, &table.name.name))
        });
        (cursor.is_done() && !used).then(|| replaced(Object::Enum(before), Object::Enum(after)))
    }

    fn comment_on(&self, mut cursor: Cursor<'_>) -> Option<Vec<Change>> {
        let kinds = [
            ("table", None),
            ("column", None),
            ("view", Some(ObjectKind::View)),
            ("schema", Some(ObjectKind::Schema)),
            ("sequence", Some(ObjectKind::Sequence)),
            ("type", Some(ObjectKind::Enum)),
            ("domain", Some(ObjectKind::Domain)),
            ("extension", Some(ObjectKind::Extension)),
            ("function", Some(ObjectKind::Function)),
            ("procedure", Some(ObjectKind::Procedure)),
            ("trigger", Some(ObjectKind::Trigger)),
            ("policy", Some(ObjectKind::Policy)),
        ];
        let (word, kind) = match cursor.take_words(&["materialized", "view"]) {
            true => ("view", Some(ObjectKind::MaterializedView)),
            false => *kinds.iter().find(|(word, _)| cursor.take_word(word))?,
        };
        let object = match kind {
            None => None,
            Some(kind @ (ObjectKind::Trigger | ObjectKind::Policy)) => Some(self.on_table(kind, &mut cursor)?),
            Some(kind @ (ObjectKind::Function | ObjectKind::Procedure)) => {
                Some(Object::Routine(self.routine_named(kind, &mut cursor)?))
            }
            Some(kind) => {
                let name = self.now.normal_name(&cursor.object_name()?);
                Some(self.now.object(kind, &name)?.clone())
            }
        };
        if let Some(before) = object {
            let comment = comment(&mut cursor)?;
            let after = before.with_comment(comment);
            return Some(replaced(before, after));
        }
        let name = cursor.object_name()?;
        if word == "table" {
            let table = self.known(&name)?;
            let before = TableTraits {
                comment: table.comment.clone(),
                row_security: table.row_security,
            };
            let after = TableTraits {
                comment: comment(&mut cursor)?,
                ..before.clone()
            };
            return Some(vec![Change::AlterTable {
                table: table.name.clone(),
                before,
                after,
            }]);
        }
        let (table, column) = match cursor.take_symbol(".") {
            true => (name, Name::new(cursor.name()?)),
            false => (ObjectName::plain(name.schema?.as_str()), name.name),
        };
        let table = self.known(&table)?;
        let before = table.column(&column, self.now.column_case())?;
        let mut after = before.clone();
        after.comment = comment(&mut cursor)?;
        Some(vec![super::table::altered(&table.name, before, after)])
    }
}

pub(super) fn replaced(before: Object, after: Object) -> Vec<Change> {
    match before == after {
        true => Vec::new(),
        false => vec![Change::ReplaceObject { before, after }],
    }
}

/// What COMMENT ON says, to its end: no comment is an empty one.
fn comment(cursor: &mut Cursor<'_>) -> Option<Option<String>> {
    cursor.take_word("is").then_some(())?;
    let text = match cursor.take_word("null") {
        true => None,
        false => Some(cursor.text()?).filter(|text| !text.is_empty()),
    };
    cursor.is_done().then_some(text)
}

fn schema(mut cursor: Cursor<'_>) -> Option<Object> {
    let name = Name::new(cursor.name()?);
    cursor
        .is_done()
        .then(|| Object::Schema(Arc::new(Schema { name, comment: None })))
}

fn extension(mut cursor: Cursor<'_>) -> Option<Object> {
    let mut extension = Extension {
        name: Name::new(cursor.name()?),
        schema: None,
        version: None,
        comment: None,
    };
    cursor.take_word("with");
    if cursor.take_word("schema") {
        extension.schema = Some(Name::new(cursor.name()?));
    }
    if cursor.take_word("version") {
        extension.version = Some(cursor.text().or_else(|| cursor.name())?);
    }
    cursor.is_done().then(|| Object::Extension(Arc::new(extension)))
}

/// The roles of a policy; none for everybody.
fn roles(cursor: &mut Cursor<'_>) -> Option<Vec<Name>> {
    let mut found = Vec::new();
    loop {
        let name = cursor.name()?;
        if ["current_user", "current_role", "session_user"].contains(&name.as_str()) {
            return None;
        }
        found.push(Name::new(name));
        if !cursor.take_symbol(",") {
            break;
        }
    }
    found.retain(|name| name.as_str() != "public");
    Some(found)
}

/// A query without what is said of its rows: `WITH DATA`, `WITH NO DATA`, as dumps have it.
fn without_data(query: &str, family: Family) -> &str {
    let mut all = tokens(query, family);
    all.retain(|token| !token.is_blank());
    let ends = |words: &[&str]| {
        let last = all.len().checked_sub(words.len())?;
        let is_said = all[last..].iter().zip(words).all(|(token, word)| token.is_word(word));
        is_said.then_some(all[last].start)
    };
    let end = ends(&["with", "data"]).or_else(|| ends(&["with", "no", "data"]));
    end.map_or(query, |end| query[..end].trim_end())
}

/// What a statement says of a sequence, to its end.
pub(super) fn numbers(cursor: &mut Cursor<'_>, sequence: &mut Sequence) -> Option<()> {
    while !cursor.is_done() {
        let word = cursor.next()?.text.to_ascii_lowercase();
        match word.as_str() {
            "as" => sequence.ty = Some(cursor.next()?.text.to_ascii_lowercase()),
            "increment" => sequence.increment = Some(value(cursor, "by")?),
            "start" => sequence.start = Some(value(cursor, "with")?),
            "minvalue" => sequence.minimum = Some(value(cursor, "=")?),
            "maxvalue" => sequence.maximum = Some(value(cursor, "=")?),
            "cache" => sequence.cache = Some(value(cursor, "=")?),
            "cycle" => sequence.cycle = true,
            "nominvalue" => sequence.minimum = None,
            "nomaxvalue" => sequence.maximum = None,
            "nocycle" => sequence.cycle = false,
            "nocache" => sequence.cache = Some(0),
            "no" => match cursor.take_one_of(&["minvalue", "maxvalue", "cycle"])? {
                "minvalue" => sequence.minimum = None,
                "maxvalue" => sequence.maximum = None,
                _ => sequence.cycle = false,
            },
            "owned" if cursor.take_words(&["by", "none"]) => {}
            _ => return None,
        }
    }
    Some(())
}

fn value(cursor: &mut Cursor<'_>, between: &str) -> Option<i64> {
    let _ = cursor.take_word(between) || cursor.take_symbol("=");
    cursor.number()
}
