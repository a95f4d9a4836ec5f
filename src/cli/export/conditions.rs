//! Conditions as preconditions of Liquibase.

use serde_json::{Value as Json, json};

use super::left_over::LeftOver;
use crate::changelog::{Changelog, Otherwise};
use crate::dialect::{Dialect, Family, ObjectName, Target, shown};
use crate::liquibase::dbms;
use crate::plan::{Asks, Clause, Gate, Test};
use crate::render::{Bounds, Inquiry};

/// How a changeset of the exported changelog is found.
pub(super) trait Places {
    /// The file that holds it, as Liquibase calls it.
    fn file_of(&self, id: &str) -> Option<String>;
    /// Its author, who is a part of its identity there.
    fn author_of(&self, id: &str) -> String;
}

/// Conditions on one database, as far as they are known.
#[derive(Debug, Clone, PartialEq)]
enum Asked {
    Known(bool),
    Condition(Json),
    /// Liquibase cannot ask it.
    Unasked,
}

/// The preconditions of a changeset, from its conditions on each target; `None` where it has none.
pub(super) fn of_changeset(
    gates: &[(&Target, &Gate)],
    changelog: &Changelog,
    places: &dyn Places,
    left: &mut LeftOver,
) -> Option<Json> {
    let (_, first) = gates.first()?;
    let chooses = !first.only_if.is_empty();
    if chooses && !first.require.is_empty() {
        left.add(
            first.require[0].span,
            "Liquibase has one answer for all conditions of a changeset: what this one requires is left out",
            "put what is required into a changeset of its own, or say all of it under `only_if`",
        );
    }
    let clauses = |gate: &Gate| match chooses {
        true => gate.only_if.clone(),
        false => gate.require.clone(),
    };
    let asked = joined(gates, &clauses, changelog, places, left)?;
    let on_fail = match (chooses, first.otherwise) {
        (false, _) => "HALT",
        (true, Otherwise::LeaveOut) => "CONTINUE",
        (true, Otherwise::MarkApplied) => "MARK_RAN",
    };
    let mut list = vec![json!({ "onFail": on_fail })];
    let message = clauses(first).iter().find_map(|clause| clause.message.clone());
    list.extend(message.map(|message| json!({ "onFailMessage": message })));
    list.extend(asked);
    Some(Json::Array(list))
}

/// The preconditions of a file, likewise: what it requires. Liquibase asks it before anything of a run, too.
pub(super) fn of_file(
    gates: &[(&Target, &Gate)],
    changelog: &Changelog,
    places: &dyn Places,
    left: &mut LeftOver,
) -> Option<Json> {
    let (_, first) = gates.first()?;
    if let Some(clause) = first.only_if.first() {
        left.add(
            clause.span,
            "Liquibase leaves no files out by conditions",
            "say it under `only_if` of each changeset",
        );
    }
    let asked = joined(gates, &|gate| gate.require.clone(), changelog, places, left)?;
    let mut list = vec![json!({ "onFail": "HALT" })];
    list.extend(asked);
    Some(Json::Array(list))
}

/// Conditions that all have to hold, on each of the databases; `None`: nothing is asked.
fn joined(
    gates: &[(&Target, &Gate)],
    clauses: &dyn Fn(&Gate) -> Vec<Clause>,
    changelog: &Changelog,
    places: &dyn Places,
    left: &mut LeftOver,
) -> Option<Vec<Json>> {
    let mut each: Vec<(Dialect, Vec<Json>)> = Vec::new();
    for (target, gate) in gates {
        let asking = Asking {
            target,
            places,
            changelog,
        };
        let mut list = Vec::new();
        for clause in clauses(gate) {
            match asking.clause(&clause) {
                Asked::Known(true) => {}
                Asked::Known(false) => list.push(json!({ "not": [dbms_is(target.dialect)] })),
                Asked::Condition(condition) => list.push(condition),
                Asked::Unasked => left.add(
                    clause.span,
                    format!("Liquibase cannot ask this: {}", clause.summary()),
                    "",
                ),
            }
        }
        each.push((target.dialect, list));
    }
    let (_, first) = each.first()?;
    if each.iter().all(|(_, list)| list == first) {
        return Some(first.clone()).filter(|list| !list.is_empty());
    }
    let ways = each.into_iter().map(|(dialect, list)| {
        let all: Vec<Json> = [dbms_is(dialect)].into_iter().chain(list).collect();
        json!({ "and": all })
    });
    Some(vec![json!({ "or": ways.collect::<Vec<_>>() })])
}

fn dbms_is(dialect: Dialect) -> Json {
    json!({ "dbms": { "type": dbms(dialect) } })
}

struct Asking<'a> {
    target: &'a Target,
    places: &'a dyn Places,
    changelog: &'a Changelog,
}

impl Asking<'_> {
    fn clause(&self, clause: &Clause) -> Asked {
        match &clause.test {
            Test::All(clauses) => self.all("and", true, clauses),
            Test::Any(clauses) => self.all("or", false, clauses),
            Test::Not(inner) => match self.clause(inner) {
                Asked::Known(holds) => Asked::Known(!holds),
                Asked::Condition(condition) => Asked::Condition(json!({ "not": [condition] })),
                Asked::Unasked => Asked::Unasked,
            },
            Test::Leaf(leaf) => match &leaf.asks {
                Asks::Known { holds, .. } => Asked::Known(*holds),
                Asks::Applied(held) => self.applied(&held.id),
                Asks::Of(inquiry) => match self.inquiry(inquiry) {
                    Some(condition) => Asked::Condition(condition),
                    None => Asked::Unasked,
                },
            },
        }
    }

    /// `empty` is what none of them come to.
    fn all(&self, word: &str, empty: bool, clauses: &[Clause]) -> Asked {
        let mut list = Vec::new();
        for clause in clauses {
            match self.clause(clause) {
                Asked::Known(holds) if holds == empty => {}
                Asked::Known(holds) => return Asked::Known(holds),
                Asked::Condition(condition) => list.push(condition),
                Asked::Unasked => return Asked::Unasked,
            }
        }
        match list.is_empty() {
            true => Asked::Known(empty),
            false => Asked::Condition(json!({ word: list })),
        }
    }

    fn applied(&self, id: &str) -> Asked {
        let is_there = self.changelog.changesets.iter().any(|changeset| changeset.id == id);
        let Some(file) = self.places.file_of(id).filter(|_| is_there) else {
            return Asked::Unasked;
        };
        let author = self.places.author_of(id);
        Asked::Condition(json!({ "changeSetExecuted": { "id": id, "author": author, "changeLogFile": file } }))
    }

    fn inquiry(&self, inquiry: &Inquiry) -> Option<Json> {
        let with_schema = |name: &ObjectName| name.schema.is_none() || self.target.dialect.family() == Family::Postgres;
        let named = |condition: &str, key: &str, name: &ObjectName| {
            let mut keys = serde_json::Map::new();
            if let Some(schema) = &name.schema {
                keys.insert("schemaName".into(), json!(schema));
            }
            keys.insert(key.into(), json!(name.name));
            json!({ condition: keys })
        };
        match inquiry {
            Inquiry::Table(name) if with_schema(name) => Some(named("tableExists", "tableName", name)),
            Inquiry::View(name) if with_schema(name) && self.target.dialect.family() != Family::Postgres => {
                Some(named("viewExists", "viewName", name))
            }
            Inquiry::Sequence(name) if with_schema(name) => Some(named("sequenceExists", "sequenceName", name)),
            Inquiry::Column { table, name } if with_schema(table) => {
                let mut condition = named("columnExists", "tableName", table);
                condition["columnExists"]["columnName"] = json!(name);
                Some(condition)
            }
            Inquiry::Index { table, name } if with_schema(table) => {
                let mut condition = named("indexExists", "tableName", table);
                condition["indexExists"]["indexName"] = json!(name);
                Some(condition)
            }
            Inquiry::Rows {
                table,
                filter: None,
                bounds:
                    Bounds {
                        at_least,
                        at_most: Some(most),
                    },
            } if at_least == most && with_schema(table) => {
                let mut condition = named("rowCount", "tableName", table);
                condition["rowCount"]["expectedRows"] = json!(most);
                Some(condition)
            }
            Inquiry::User(name) => Some(json!({ "runningAs": { "username": name } })),
            other => {
                let holds = shown(&other.holds(self.target)?).into_owned();
                let sql = format!("SELECT CASE WHEN {holds} THEN 1 ELSE 0 END");
                Some(json!({ "sqlCheck": { "expectedResult": "1", "sql": sql } }))
            }
        }
    }
}
