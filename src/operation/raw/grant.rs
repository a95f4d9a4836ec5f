//! Privileges that a statement gives or takes.

use std::sync::Arc;

use super::Reading;
use crate::dialect::{Cursor, Family, Feature, Name, ObjectName, TokenKind};
use crate::model::{Change, Grant, GrantedOn, Object, ObjectKind, normal_grantee};
use crate::operation::grant::give;
use crate::operation::granted::{GRANT_OPTION, is_everybodys};

/// A privilege with the columns that it is for; all of its table where none is named.
struct Privilege {
    word: String,
    columns: Vec<Name>,
}

impl Reading<'_, '_> {
    pub(super) fn grant(&self, mut cursor: Cursor<'_>) -> Option<Vec<Change>> {
        let mut grants = self.grants(&mut cursor, "to")?;
        if cursor.take_words(&["with", "grant", "option"]) {
            match self.family() {
                // One right for all of the object there.
                Family::Mysql => {
                    let options: Vec<Grant> = grants
                        .iter()
                        .map(|grant| Grant {
                            privilege: GRANT_OPTION.to_string(),
                            column: None,
                            ..grant.clone()
                        })
                        .collect();
                    grants.extend(options);
                }
                Family::Sqlite | Family::Postgres => grants.iter_mut().for_each(|grant| grant.grantable = true),
            }
        }
        cursor.is_done().then_some(())?;
        let mut now = self.now.clone();
        let mut changes = Vec::new();
        for grant in grants {
            let reading = Reading {
                context: self.context,
                now: &now,
            };
            if let Some(change) = give(&reading.context_now(), grant) {
                now.apply(&change).ok()?;
                changes.push(change);
            }
        }
        Some(changes)
    }

    pub(super) fn revoke(&self, mut cursor: Cursor<'_>) -> Option<Vec<Change>> {
        let family = self.family();
        let option_only = family == Family::Postgres && cursor.take_words(&["grant", "option", "for"]);
        let mut changes = Vec::new();
        for grant in self.grants(&mut cursor, "from")? {
            if is_everybodys(&grant, family) {
                let object = Object::Grant(Arc::new(Grant {
                    withheld: true,
                    ..grant
                }));
                let is_had = self.now.same_object(&object).is_none();
                changes.extend(is_had.then_some(Change::CreateObject {
                    object,
                    if_not_exists: false,
                }));
                continue;
            }
            let after = Object::Grant(Arc::new(grant.clone()));
            let before = self.now.same_object(&after).cloned();
            if option_only {
                let before = before.filter(|before| *before != after);
                changes.extend(before.map(|before| Change::ReplaceObject { before, after }));
                continue;
            }
            // PostgreSQL takes the same privilege on columns along.
            if grant.column.is_none() && family == Family::Postgres {
                let standing = self.now.standing_on(&grant.name).into_iter();
                let falls = standing.filter(|object| match object {
                    Object::Grant(other) => {
                        other.column.is_some() && other.privilege == grant.privilege && other.to == grant.to
                    }
                    _ => false,
                });
                changes.extend(falls.map(|object| Change::DropObject { object }));
            }
            changes.extend(before.map(|object| Change::DropObject { object }));
        }
        cursor.is_done().then_some(changes)
    }

    /// Each privilege on each object for each role, as named up to what stands behind the roles.
    fn grants(&self, cursor: &mut Cursor<'_>, before_roles: &str) -> Option<Vec<Grant>> {
        let mut privileges = Vec::new();
        loop {
            privileges.push(self.privilege(cursor)?);
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
            for (on, name, arguments) in &objects {
                let each = self.meant(&privileges, *on).into_iter().flat_map(|privilege| {
                    let whole = privilege.columns.is_empty().then_some(None);
                    let columns: Vec<Option<Name>> = whole
                        .into_iter()
                        .chain(privilege.columns.into_iter().map(Some))
                        .collect();
                    columns.into_iter().map(move |column| (privilege.word.clone(), column))
                });
                found.extend(each.map(|(privilege, column)| Grant {
                    on: *on,
                    name: name.clone(),
                    arguments: arguments.clone(),
                    column,
                    privilege,
                    to: to.clone(),
                    grantable: false,
                    withheld: false,
                }));
            }
            if !cursor.take_symbol(",") {
                return Some(found);
            }
        }
    }

    /// The words of one: `create view`, `select (id, name)`.
    fn privilege(&self, cursor: &mut Cursor<'_>) -> Option<Privilege> {
        let words = std::iter::from_fn(|| match cursor.peek() {
            Some(token) if token.kind == TokenKind::Word && !token.is_word("on") => cursor.next(),
            _ => None,
        });
        let words: Vec<String> = words.map(|token| token.text.to_ascii_lowercase()).collect();
        (!words.is_empty()).then_some(())?;
        let mut columns = Vec::new();
        if cursor.take_symbol("(") {
            loop {
                columns.push(Name::new(cursor.name()?));
                if !cursor.take_symbol(",") {
                    break;
                }
            }
            cursor.take_symbol(")").then_some(())?;
        }
        let mut word = words.join(" ");
        if word == "all privileges" {
            word = "all".to_string();
        }
        Some(Privilege { word, columns })
    }

    /// The same without `all`.
    fn meant(&self, privileges: &[Privilege], on: GrantedOn) -> Vec<Privilege> {
        let target = self.context.target();
        let each = privileges.iter().flat_map(|privilege| {
            let kind = match privilege.columns.is_empty() {
                true => on.word().to_ascii_lowercase(),
                false => "column".to_string(),
            };
            let words = match privilege.word.as_str() {
                "all" => target.dialect.facts().privileges(&kind, target.version),
                word => vec![word],
            };
            words.into_iter().map(|word| Privilege {
                word: word.to_string(),
                columns: privilege.columns.clone(),
            })
        });
        each.collect()
    }

    /// Something that is there, with a routine's arguments.
    fn granted_on(&self, on: GrantedOn, cursor: &mut Cursor<'_>) -> Option<(GrantedOn, ObjectName, Option<String>)> {
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
            return Some((on, routine.name.clone(), arguments));
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
        // MariaDB has no word for a sequence there.
        let sequence = on == GrantedOn::Table && self.now.object(ObjectKind::Sequence, &name).is_some();
        match (is_known, sequence) {
            (true, _) => Some((on, name, None)),
            (false, true) => Some((GrantedOn::Sequence, name, None)),
            (false, false) => None,
        }
    }

    /// A role; on MySQL and MariaDB `user@host`, or the name alone for every host.
    fn role(&self, cursor: &mut Cursor<'_>) -> Option<String> {
        let everybody = self.context.target().supports(Feature::GrantsToEverybody);
        if everybody && cursor.take_word("public") {
            return Some("public".to_string());
        }
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
        let whole = match host.text {
            "@" => format!("{user}@{}", part(cursor)?),
            whole => format!("{user}{whole}"),
        };
        Some(normal_grantee(&whole, Family::Mysql))
    }
}
