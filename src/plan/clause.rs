//! Conditions as authors write them, resolved for a target: parameters put in, mistakes told, what is known answered.

use std::collections::BTreeMap;

use super::gate::{Asks, Clause, Leaf, Test};
use crate::changelog::{
    ChangesetApplied, Condition, DialectIs, ParamDefined, Parameters, RunningAs, SequenceExists, ServerVersion,
    Substitutes, TableExists, Typed, ViewExists, expand,
};
use crate::diagnostic::{Diagnostic, Problem, Sources, Span};
use crate::dialect::{Family, Feature, Name, ObjectName, VersionRange};
use crate::document::{Node, place_in_text};
use crate::model::{Catalog, Value};
use crate::operation::{Context, NamedFile, Names, Uncertain, applies, check_query, nearest_name};
use crate::render::{Bounds, Inquiry};

/// What conditions are resolved against.
pub(super) struct Resolver<'a> {
    pub catalog: &'a Catalog,
    pub sources: &'a Sources,
    pub substitutes: &'a Substitutes,
    pub parameters: &'a Parameters,
    /// How names in them are taken.
    pub names: Names,
    /// Names of which mistakes left nothing known.
    pub uncertain: Uncertain,
    /// Tables and views of which it is asked whether they are there: that they are not known is not told elsewhere.
    pub asked_for: Vec<String>,
    /// Texts of the changeset itself, which may make what it asks for.
    pub made: Vec<String>,
    pub diagnostics: Vec<Diagnostic>,
    /// How many leaves there are.
    pub count: usize,
}

/// A leaf that is resolved: what it asks, and the author's message.
type Resolved = (Asks, Option<String>);

impl Resolver<'_> {
    /// The conditions of a list, all of which have to hold.
    pub fn list(&mut self, nodes: &[Node]) -> Vec<Clause> {
        self.until(nodes, false)
    }

    /// Up to the first that decides the whole by being `word`: what stands behind it need not make sense here.
    fn until(&mut self, nodes: &[Node], word: bool) -> Vec<Clause> {
        let mut clauses = Vec::new();
        for node in nodes {
            let Some(clause) = self.clause(node) else {
                continue;
            };
            let decides = clause.decided() == Some(word);
            clauses.push(clause);
            if decides {
                break;
            }
        }
        clauses
    }

    fn clause(&mut self, node: &Node) -> Option<Clause> {
        let entry = node.entries().first()?;
        let body = &entry.value;
        let (nodes, message) = match body.get("conditions") {
            Some(list) => (list.items().to_vec(), body.get("message").and_then(Node::as_str)),
            None if body.items().is_empty() => (vec![body.clone()], None),
            None => (body.items().to_vec(), None),
        };
        let test = match &*entry.key {
            "all" => Test::All(self.until(&nodes, false)),
            "any" => Test::Any(self.until(&nodes, true)),
            "not" => {
                let mut inner = self.until(&nodes, false);
                let inner = match inner.len() {
                    1 => inner.remove(0),
                    _ => Clause {
                        span: body.span,
                        message: None,
                        test: Test::All(inner),
                    },
                };
                Test::Not(Box::new(inner))
            }
            _ => return self.leaf(node),
        };
        Some(Clause {
            span: entry.key_span,
            message: message.map(str::to_string),
            test,
        })
    }

    fn leaf(&mut self, node: &Node) -> Option<Clause> {
        let dialect = self.catalog.target().dialect;
        let expanded = expand(node, self.parameters, dialect, self.sources, Typed::AsDefined);
        if !expanded.problems.is_empty() {
            self.diagnostics.extend(expanded.problems);
            return None;
        }
        let tree = expanded.node;
        let condition = match self.names.decode::<Condition>(&tree, dialect) {
            Ok(condition) => condition,
            Err(error) => {
                let span = error.span.unwrap_or(tree.span);
                self.diagnostics
                    .push(Diagnostic::error("invalid-value", error.message).label(span, ""));
                return None;
            }
        };
        let entry = tree.entries().first()?;
        let mut told = Vec::new();
        let resolved = self.resolve(&condition, &mut told);
        let failed = told.iter().any(|problem| problem.diagnostic.is_error());
        for problem in told {
            let span = self.place(&problem, &entry.value);
            self.diagnostics.push(problem.locate(span));
        }
        let (asks, message) = resolved.filter(|_| !failed)?;
        self.count += 1;
        Some(Clause {
            span: entry.key_span,
            message,
            test: Test::Leaf(Leaf {
                number: self.count,
                span: entry.key_span,
                asks,
            }),
        })
    }

    fn place(&self, problem: &Problem, body: &Node) -> Span {
        let value = body.find(&problem.place.path);
        let inside = problem.place.inside.as_ref();
        let inside = inside.and_then(|part| place_in_text(value, self.sources, &part.text, part.start, part.length));
        inside.unwrap_or_else(|| match problem.place.at_key {
            true => body.find_key(&problem.place.path),
            false => value.span,
        })
    }

    fn resolve(&mut self, condition: &Condition, told: &mut Vec<Problem>) -> Option<Resolved> {
        let target = self.catalog.target();
        let of = |inquiry: Inquiry| Asks::Of(inquiry);
        Some(match condition {
            Condition::TableExists(given) => {
                let (name, message, path) = match given {
                    TableExists::Short(name) => (&name.0, None, ""),
                    TableExists::Long(keys) => (&keys.table.0, keys.message.clone(), "table"),
                };
                self.warn_of_table(name, path, true, told);
                (self.in_schema(name, Inquiry::Table), message)
            }
            Condition::ViewExists(given) => {
                let (name, message, path) = match given {
                    ViewExists::Short(name) => (&name.0, None, ""),
                    ViewExists::Long(keys) => (&keys.view.0, keys.message.clone(), "view"),
                };
                self.warn_of_table(name, path, true, told);
                (self.in_schema(name, Inquiry::View), message)
            }
            Condition::SequenceExists(given) => {
                let (name, message) = match given {
                    SequenceExists::Short(name) => (&name.0, None),
                    SequenceExists::Long(keys) => (&keys.sequence.0, keys.message.clone()),
                };
                let asks = match target.supports(Feature::Sequences) {
                    true => self.in_schema(name, Inquiry::Sequence),
                    false => known(false, format!("{} has no sequences", target.dialect.facts().title)),
                };
                (asks, message)
            }
            Condition::ColumnExists(keys) => {
                self.warn_of_table(&keys.table.0, "table", false, told);
                let name = keys.column.clone();
                let asks = self.in_schema(&keys.table.0, |table| Inquiry::Column { table, name });
                (asks, keys.message.clone())
            }
            Condition::IndexExists(keys) => {
                self.warn_of_table(&keys.table.0, "table", false, told);
                let name = keys.name.clone();
                let asks = self.in_schema(&keys.table.0, |table| Inquiry::Index { table, name });
                (asks, keys.message.clone())
            }
            Condition::ConstraintExists(keys) => {
                self.warn_of_table(&keys.table.0, "table", false, told);
                let name = self.constraint_name(&keys.table.0, &keys.name);
                let asks = self.in_schema(&keys.table.0, |table| Inquiry::Constraint { table, name });
                (asks, keys.message.clone())
            }
            Condition::RowCount(keys) => {
                self.warn_of_table(&keys.table.0, "table", false, told);
                let dialect = target.dialect;
                let filter = keys.filter.as_ref().map(|given| (given, given.pick(dialect)));
                if let Some((given, None)) = filter
                    && !given.speaks_of(dialect)
                {
                    let message = format!("no `where` is given for {}", dialect.facts().title);
                    told.push(Problem::error("missing-dialect", message).at("where"));
                }
                let bounds = bounds(keys.equals, keys.at_least, keys.at_most, told)?;
                let rows = Inquiry::Rows {
                    table: keys.table.0.clone(),
                    filter: filter.and_then(|(_, text)| text.cloned()),
                    bounds,
                };
                (of(rows), keys.message.clone())
            }
            Condition::Query(keys) => {
                if let Value::Bytes(_) | Value::Function(_) | Value::Sql(_) = keys.equals {
                    let message = "the answer is held against a text, a number, true, false or null";
                    let problem =
                        Problem::error("query-value", message).help("compare in the query, and expect its truth");
                    told.push(problem.at("equals"));
                }
                let files: BTreeMap<String, NamedFile> = BTreeMap::new();
                let mut context = Context::new(self.catalog, &files, self.uncertain.clone());
                check_query(&mut context, &keys.sql, "sql");
                told.append(&mut context.problems);
                let query = keys.sql.pick(target.dialect);
                let Some(query) = query else {
                    // Told, or said to be nothing here.
                    let told = format!("no query is asked of {}", target.dialect.facts().title);
                    return Some((known(true, told), None));
                };
                let answer = Inquiry::Answer {
                    query: query.clone(),
                    expected: keys.equals.clone(),
                    may_fail: keys.may_fail,
                };
                (of(answer), keys.message.clone())
            }
            Condition::Dialect(given) => {
                let (choices, message) = match given {
                    DialectIs::Short(list) => (list, None),
                    DialectIs::Long(keys) => (&keys.is, keys.message.clone()),
                };
                let list: Vec<String> = choices.as_slice().iter().map(|choice| choice.0.clone()).collect();
                let asks = Asks::Known {
                    holds: applies(&list, target.dialect),
                    told: format!("the database is {}", target.dialect.facts().title),
                    decides: true,
                };
                (asks, message)
            }
            Condition::ServerVersion(given) => (self.version(given, told)?, version_message(given)),
            Condition::RunningAs(given) => {
                let (user, message) = match given {
                    RunningAs::Short(user) => (user, None),
                    RunningAs::Long(keys) => (&keys.user, keys.message.clone()),
                };
                if target.dialect.family() == Family::Sqlite {
                    let problem = Problem::error("not-on-dialect", "SQLite has no users: nobody runs as one there")
                        .help("say where it is meant: `any: [{dialect: sqlite}, {running_as: …}]`, or `dialects`");
                    told.push(problem);
                    return None;
                }
                (of(Inquiry::User(user.clone())), message)
            }
            Condition::ChangesetApplied(given) => match given {
                ChangesetApplied::Short(id) => (Asks::Applied(self.substitutes.ways(id)), None),
                ChangesetApplied::Long(keys) => (Asks::Applied(self.substitutes.ways(&keys.id)), keys.message.clone()),
            },
            Condition::ParamDefined(given) => {
                let (name, message) = match given {
                    ParamDefined::Short(name) => (name, None),
                    ParamDefined::Long(keys) => (&keys.name, keys.message.clone()),
                };
                let holds = self.parameters.is_defined(name, target.dialect);
                let word = if holds { "is" } else { "is not" };
                let asks = Asks::Known {
                    holds,
                    told: format!("the parameter `{name}` {word} defined"),
                    decides: true,
                };
                (asks, message)
            }
            Condition::All(_) | Condition::Any(_) | Condition::Not(_) => return None,
        })
    }

    /// What is asked of something in a schema; SQLite has none.
    fn in_schema(&self, name: &ObjectName, asks: impl FnOnce(ObjectName) -> Inquiry) -> Asks {
        let is_sqlite = self.catalog.target().dialect.family() == Family::Sqlite;
        match &name.schema {
            Some(schema) if is_sqlite => known(false, format!("SQLite has no schema `{schema}`")),
            _ => Asks::Of(asks(name.clone())),
        }
    }

    /// MySQL and MariaDB call every primary key PRIMARY, whatever its author did.
    fn constraint_name(&self, table: &ObjectName, name: &Name) -> Name {
        let case = self.catalog.column_case();
        let key = self.catalog.table(table).and_then(|table| table.primary_key.as_ref());
        let is_key = key.is_some_and(|key| key.name.same(name, case));
        match self.catalog.target().dialect.family() {
            Family::Mysql if is_key => Name::new("PRIMARY"),
            _ => name.clone(),
        }
    }

    /// A table that no changeset makes may be meant; one that is almost called like a known one hardly is.
    fn warn_of_table(&self, name: &ObjectName, path: &str, asks_for_it: bool, told: &mut Vec<Problem>) {
        let is_known = self.catalog.table(name).is_some() || self.catalog.view(name).is_some();
        let own = if asks_for_it { &self.made } else { &self.asked_for };
        let is_meant = own.iter().any(|text| *text == *name.name);
        if is_known || is_meant || self.uncertain.holds(&name.name) {
            return;
        }
        let known: Vec<ObjectName> = self.catalog.tables().map(|table| table.name.clone()).collect();
        let views = self.catalog.views().map(|view| view.name.clone());
        let known: Vec<ObjectName> = known.into_iter().chain(views).collect();
        let near = nearest_name(name, &known);
        if asks_for_it && near.is_none() {
            return;
        }
        let problem = Problem::warning("unknown-table", format!("no changeset before makes a table `{name}`"));
        let problem = match near {
            Some(near) => problem.did_you_mean(Some(&near)),
            None => problem.help(format!(
                "where it comes from elsewhere, ask first whether it is there: `table_exists: {}`",
                name.name
            )),
        };
        told.push(problem.at(path));
    }

    fn version(&self, given: &ServerVersion, told: &mut Vec<Problem>) -> Option<Asks> {
        let range = match given {
            ServerVersion::Short(text) => VersionRange::parse(text).map_err(|why| {
                Problem::error("version", why).help(match text.starts_with(|c: char| c.is_ascii_digit()) {
                    true => format!("from that version on: `\">= {text}\"`; that one alone: `\"= {text}\"`"),
                    false => "write `\">= 14\"`, `\"< 9\"`, `\">= 8.0.20, < 9\"`".to_string(),
                })
            }),
            ServerVersion::Long(keys) => {
                VersionRange::between(written(&keys.at_least), written(&keys.below)).map_err(|why| {
                    Problem::error("version", why).help("write `at_least: \"14\"`, `below: \"9\"`, or both")
                })
            }
        };
        let range = match range {
            Ok(range) if !range.is_empty() => range,
            Ok(range) => {
                told.push(Problem::error("version", format!("no version is `{range}`")));
                return None;
            }
            Err(problem) => {
                told.push(problem);
                return None;
            }
        };
        let target = self.catalog.target();
        let holds = range.contains(target.version);
        let told = match holds {
            true => format!("the server is {}", target.title()),
            false => format!("the server is {}, not `{range}`", target.title()),
        };
        Some(known(holds, told))
    }
}

/// A version as it is written, in quotes or not.
fn written(version: &Option<Value>) -> Option<&str> {
    match version {
        Some(Value::Text(text) | Value::Number(text)) => Some(text),
        _ => None,
    }
}

fn known(holds: bool, told: String) -> Asks {
    Asks::Known {
        holds,
        told,
        decides: false,
    }
}

fn version_message(given: &ServerVersion) -> Option<String> {
    match given {
        ServerVersion::Short(_) => None,
        ServerVersion::Long(keys) => keys.message.clone(),
    }
}

fn bounds(equals: Option<u64>, at_least: Option<u64>, at_most: Option<u64>, told: &mut Vec<Problem>) -> Option<Bounds> {
    let (message, path) = match (equals, at_least, at_most) {
        (None, None, None) => ("how many rows is not said", ""),
        (Some(_), Some(_), _) | (Some(_), _, Some(_)) => (
            "`equals` says how many rows, and leaves nothing for other bounds",
            "equals",
        ),
        (None, Some(least), Some(most)) if least > most => ("`at_least` is more than `at_most`", "at_least"),
        (None, Some(0), None) => ("at least 0 rows are there in any case", "at_least"),
        (Some(count), None, None) => {
            return Some(Bounds {
                at_least: count,
                at_most: Some(count),
            });
        }
        (None, least, most) => {
            return Some(Bounds {
                at_least: least.unwrap_or_default(),
                at_most: most,
            });
        }
    };
    let problem = Problem::error("row-count", message).help("write `equals`, or `at_least`, `at_most` or both");
    told.push(problem.at(path));
    None
}
