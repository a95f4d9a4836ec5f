use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::by_dialect::{ByDialect, DIALECT_KEYS};
use super::{Context, Operation, Resolve, in_turn, raw};
use crate::diagnostic::Problem;
use crate::dialect::{Family, Token, split, tokens};
use crate::model::Change;

/// Runs SQL as it is: a text, or `{up, down, effects}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Sql {
    pub up: ByDialect<String>,
    pub down: Option<ByDialect<String>>,
    pub effects: Option<Vec<Operation>>,
}

/// SQL with its way back and what it does to the schema.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SqlMap {
    /// What is run, for all dialects or for each.
    up: ByDialect<String>,
    /// What takes it back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    down: Option<ByDialect<String>>,
    /// What it does to the schema, as operations that are not run; `[]`: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    effects: Option<Vec<Operation>>,
}

impl Serialize for Sql {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        SqlMap {
            up: self.up.clone(),
            down: self.down.clone(),
            effects: self.effects.clone(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Sql {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Sql, D::Error> {
        struct SqlVisitor;

        impl<'de> serde::de::Visitor<'de> for SqlVisitor {
            type Value = Sql;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("SQL, or {up, down, effects}")
            }

            fn visit_str<E>(self, text: &str) -> Result<Sql, E> {
                Ok(Sql {
                    up: ByDialect::One(text.to_string()),
                    down: None,
                    effects: None,
                })
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Sql, A::Error> {
                let map = SqlMap::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(Sql {
                    up: map.up,
                    down: map.down,
                    effects: map.effects,
                })
            }
        }
        deserializer.deserialize_any(SqlVisitor)
    }
}

impl JsonSchema for Sql {
    fn schema_name() -> Cow<'static, str> {
        "Sql".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let map = generator.subschema_for::<SqlMap>();
        json_schema!({
            "description": "Runs SQL as it is: a text, or `{up, down, effects}`.",
            "anyOf": [{ "type": "string" }, map],
        })
    }
}

impl Resolve for Sql {
    fn resolve(&self, context: &mut Context<'_>) -> Vec<Change> {
        let dialect = context.dialect();
        let Some(up) = self.up.pick(dialect).cloned() else {
            if !self.up.speaks_of(dialect) {
                let keys = DIALECT_KEYS.join(", ");
                let message = format!("no SQL is given for {}", dialect.facts().title);
                let problem = Problem::error("missing-dialect", message).help(format!(
                    "add what is missing, or `default` (keys: {keys}); null means: nothing to do there"
                ));
                context.problem(problem.at("up"));
            }
            return Vec::new();
        };
        let down = self.down.as_ref().and_then(|down| down.pick(dialect)).cloned();
        change(context, up, down, self.effects.as_deref())
    }
}

/// The word by which a statement begins or ends a transaction, if it does.
fn transaction_word(statement: &str, family: Family) -> Option<&'static str> {
    let all = tokens(statement, family);
    let mut words = all.iter().filter(|token| !token.is_blank());
    let (first, second) = (words.next()?, words.next());
    let starts = first.is_word("start") && second.is_some_and(|word| word.is_word("transaction"));
    ["begin", "commit", "rollback", "end"]
        .into_iter()
        .find(|word| first.is_word(word))
        // `ROLLBACK TO` a savepoint stays inside.
        .filter(|word| !(*word == "rollback" && second.is_some_and(|word| word.is_word("to"))))
        .or(starts.then_some("start transaction"))
}

/// Whether it is PostgreSQL's COPY of rows that its client sends behind it.
fn reads_from_client(statement: &str, family: Family) -> bool {
    let all = tokens(statement, family);
    let mut words = all.iter().filter(|token| !token.is_blank());
    let copies = words.next().is_some_and(|first| first.is_word("copy"));
    let rest: Vec<_> = words.collect();
    let from_client = |pair: &[&Token<'_>]| pair[0].is_word("from") && pair[1].is_word("stdin");
    family == Family::Postgres && copies && rest.windows(2).any(from_client)
}

/// The author's SQL as a change, with its effects resolved one after the other.
pub(super) fn change(
    context: &mut Context<'_>,
    up: String,
    down: Option<String>,
    effects: Option<&[Operation]>,
) -> Vec<Change> {
    // With effects, a remark will do: the changelog learns what is there.
    let says_nothing = up.trim().is_empty() || effects.is_none_or(|effects| effects.is_empty());
    if split(&up, context.family()).is_empty() && says_nothing {
        context.problem(Problem::error("empty-sql", "there is no SQL to run").at(""));
        return Vec::new();
    }
    let (family, told) = (context.family(), context.problems.len());
    for piece in split(&up, family) {
        let at = raw::first_line(&piece, family);
        if reads_from_client(piece.text, family) {
            let problem = Problem::error("copy-from-client", "`COPY … FROM STDIN` reads rows that a client sends")
                .help("no client runs the changelog: put the rows into a file for `load_data`, or into `insert`");
            context.problem(problem.at("up").inside(&up, at.start, at.line.len()));
            // What stands behind it is rows, not SQL.
            return Vec::new();
        }
        if let Some(word) = transaction_word(piece.text, family) {
            let message = format!("`{word}` would end the transaction that the changeset runs in");
            let problem = Problem::error("transaction-control", message)
                .help("leave it out: a changeset is one transaction; with `transaction: false` each statement commits by itself");
            context.problem(problem.at("up").inside(&up, at.start, at.line.len()));
        }
    }
    let effects = match effects {
        Some(operations) => Some(
            in_turn(context, operations, "effects")
                .into_iter()
                .map(|(change, _)| change)
                .collect(),
        ),
        None if context.problems.len() > told => None,
        None => read(context, &up),
    };
    vec![Change::Raw {
        up,
        down,
        effects,
        part: None,
    }]
}

/// The code of the warning that a schema may be another one than is known.
pub const UNKNOWN_EFFECTS: &str = "unknown-effects";

/// What the SQL does to the schema, where all of its statements are understood.
fn read(context: &mut Context<'_>, up: &str) -> Option<Vec<Change>> {
    match raw::effects_of(context, up) {
        Ok(effects) => {
            for unknown in &effects.in_part {
                let (start, length) = (unknown.start, unknown.line.len());
                let message = format!(
                    "what `{}` says of the view but its query is not known: it is lost where the view is made again",
                    shortened(unknown.line)
                );
                let problem = Problem::warning(UNKNOWN_EFFECTS, message);
                context.problem(problem.at("up").inside(up, start, length));
            }
            Some(effects.changes)
        }
        Err(unknown) => {
            let (start, length) = (unknown.start, unknown.line.len());
            let message = format!("what `{}` does to the schema is not known", shortened(unknown.line));
            let problem = Problem::warning(UNKNOWN_EFFECTS, message)
                .help("say it in `effects`, as operations that are not run; `effects: []`: nothing");
            context.problem(problem.at("up").inside(up, start, length));
            None
        }
    }
}

fn shortened(line: &str) -> String {
    match line.char_indices().nth(40) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_string(),
    }
}
