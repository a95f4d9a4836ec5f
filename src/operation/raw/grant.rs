//! Privileges that a statement gives or takes.

use std::sync::Arc;

use super::Reading;
use super::object::replaced;
use crate::dialect::{Cursor, Family, ObjectName, TokenKind};
use crate::model::{Change, Grant, GrantedOn, Object, ObjectKind};

impl Reading<'_, '_> {
    pub(super) fn grant(&self, mut cursor: Cursor<'_>) -> Option<Vec<Change>> {
        let mut changes = Vec::new();
        let grants = self.grants(&mut cursor, "to")?;
        let grantable = cursor.take_words(&["with", "grant", "option"]);
        for mut grant in grants {
            grant.grantable = grantable;
            let after = Object::Grant(Arc::new(grant));
            match self.now.same_object(&after).cloned() {
                // The right to pass it on stays where it is not said again.
                Some(_) if !grantable => {}
                Some(before) => changes.extend(replaced(before, after)),
                None => changes.push(Change::CreateObject {
                    object: after,
                    if_not_exists: false,
                }),
            }
        }
        cursor.is_done().then_some(changes)
    }

    pub(super) fn revoke(&self, mut cursor: Cursor<'_>) -> Option<Vec<Change>> {
        let mut changes = Vec::new();
        for grant in self.grants(&mut cursor, "from")? {
            let object = self.now.same_object(&Object::Grant(Arc::new(grant)))?.clone();
            changes.push(Change::DropObject { object });
        }
        cursor.is_done().then_some(changes)
    }

    /// Each privilege on each object for each role, as named up to what stands behind the roles.
    fn grants(&self, cursor: &mut Cursor<'_>, before_roles: &str) -> Option<Vec<Grant>> {
        let mut privileges = Vec::new();
        loop {
            // The words of one: `create view`. Those on columns and `ALL` are not kept as such.
            let words = std::iter::from_fn(|| match cursor.peek() {
                Some(token) if token.kind == TokenKind::Word && !token.is_word("on") => cursor.next(),
                _ => None,
            });
            let words: Vec<String> = words.map(|token| token.text.to_ascii_lowercase()).collect();
            if words.is_empty() || words[0] == "all" {
                return None;
            }
            privileges.push(words.join(" "));
            if !cursor.take_symbol(",") {
                break;
            }
        }
        cursor.take_word("on").then_some(())?;
        let on = match cursor.take_one_of(&["table", "sequence", "schema", "function", "procedure", "type", "domain"]) {
            None | Some("table") => GrantedOn::Table,
            Some("sequence") => GrantedOn::Sequence,
            Some("schema") => GrantedOn::Schema,
            Some("function") => GrantedOn::Function,
            Some("procedure") => GrantedOn::Procedure,
            Some(_) => GrantedOn::Type,
        };
        let mut objects = Vec::new();
        loop {
            objects.push(self.granted_on(on, cursor)?);
            if !cursor.take_symbol(",") {
                break;
            }
        }
        cursor.take_word(before_roles).then_some(())?;
        let mut found = Vec::new();
        loop {
            let to = self.role(cursor)?;
            // Whom everything of the kind is open to from the beginning.
            if to == "public" && matches!(on, GrantedOn::Function | GrantedOn::Procedure | GrantedOn::Type) {
                return None;
            }
            for (name, arguments) in &objects {
                found.extend(privileges.iter().map(|privilege| Grant {
                    on,
                    name: name.clone(),
                    arguments: arguments.clone(),
                    privilege: privilege.clone(),
                    to: to.clone(),
                    grantable: false,
                }));
            }
            if !cursor.take_symbol(",") {
                return Some(found);
            }
        }
    }

    /// Something that is there, with a routine's arguments.
    fn granted_on(&self, on: GrantedOn, cursor: &mut Cursor<'_>) -> Option<(ObjectName, Option<String>)> {
        let routine = match on {
            GrantedOn::Function => Some(ObjectKind::Function),
            GrantedOn::Procedure => Some(ObjectKind::Procedure),
            GrantedOn::Table | GrantedOn::Sequence | GrantedOn::Schema | GrantedOn::Type => None,
        };
        if let Some(kind) = routine {
            let routine = self.routine_named(kind, cursor)?;
            let dialect = self.context.dialect();
            let types = crate::model::normal_arguments(&routine.arguments, dialect);
            let arguments = Some(types).filter(|_| self.family() == Family::Postgres);
            return Some((routine.name.clone(), arguments));
        }
        let name = self.now.normal_name(&cursor.object_name()?);
        let kinds: &[ObjectKind] = match on {
            GrantedOn::Sequence => &[ObjectKind::Sequence],
            GrantedOn::Schema => &[ObjectKind::Schema],
            GrantedOn::Type => &[ObjectKind::Enum, ObjectKind::Domain],
            GrantedOn::Table | GrantedOn::Function | GrantedOn::Procedure => {
                &[ObjectKind::View, ObjectKind::MaterializedView]
            }
        };
        let is_table = on == GrantedOn::Table && self.known(&name).is_some();
        let is_known = is_table || kinds.iter().any(|kind| self.now.object(*kind, &name).is_some());
        is_known.then_some((name, None))
    }

    /// A role; on MySQL and MariaDB `user@host`.
    fn role(&self, cursor: &mut Cursor<'_>) -> Option<String> {
        if self.family() != Family::Mysql {
            let name = cursor.name()?;
            return (!["current_user", "current_role", "session_user", "group"].contains(&name.as_str()))
                .then_some(name);
        }
        let part = |cursor: &mut Cursor<'_>| cursor.text().or_else(|| cursor.name());
        let user = part(cursor)?;
        let Some(host) = cursor.peek().filter(|token| token.text.starts_with('@')) else {
            return Some(user);
        };
        cursor.next();
        match host.text {
            "@" => Some(format!("{user}@{}", part(cursor)?)),
            whole => Some(format!("{user}{whole}")),
        }
    }
}
