//! What Liquibase asks of a database before it runs something, as conditions.

use super::element::{Element, Text};
use super::merge::choice_of;
use super::node::{Body, from_json, list, text};
use super::properties::{is_for, listed};
use super::translate::{Quoting, Translator};
use crate::diagnostic::{Diagnostic, Span, nearest};
use crate::dialect::{Dialect, Family};
use crate::document::Node;

const KNOWN: [&str; 20] = [
    "and",
    "or",
    "not",
    "dbms",
    "runningAs",
    "changeSetExecuted",
    "changeLogPropertyDefined",
    "expectedQuotingStrategy",
    "tableExists",
    "tableIsEmpty",
    "rowCount",
    "columnExists",
    "viewExists",
    "indexExists",
    "foreignKeyConstraintExists",
    "primaryKeyExists",
    "uniqueConstraintExists",
    "sequenceExists",
    "sqlCheck",
    "customPrecondition",
];

/// What becomes of what stands behind conditions that do not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnFail {
    Halt,
    LeaveOut,
    MarkRan,
    Warn,
}

impl OnFail {
    fn of(text: &str) -> Option<OnFail> {
        match text.trim().to_ascii_uppercase().as_str() {
            "HALT" | "" => Some(OnFail::Halt),
            "CONTINUE" => Some(OnFail::LeaveOut),
            "MARK_RAN" => Some(OnFail::MarkRan),
            "WARN" => Some(OnFail::Warn),
            _ => None,
        }
    }
}

impl Translator<'_> {
    /// What happens where a question fails, and whether it can be asked: without a row there is no answer, nor without a
    /// table.
    pub fn on_error(&mut self, container: &Element) -> Option<(OnFail, Vec<Node>)> {
        let value = container.value("onError")?;
        let on_error = OnFail::of(&value.text).filter(|on_error| *on_error != OnFail::Halt)?;
        let message = format!(
            "`onError` `{}`: it is asked before whether the query gives a row, and whether the table is there; what fails \
             otherwise stops the run",
            value.text
        );
        self.passed_over(message, value.span);
        let mut asked = Vec::new();
        self.can_be_asked(container, &mut asked);
        Some((on_error, asked)).filter(|(_, asked)| !asked.is_empty())
    }

    fn can_be_asked(&mut self, container: &Element, asked: &mut Vec<Node>) {
        for child in &container.children {
            match child.name.as_str() {
                "sqlCheck" => {
                    let Some(sql) = super::translate::own_text(child, "sql") else {
                        continue;
                    };
                    let query = self.free(sql).trim().trim_end_matches(';').to_string();
                    let body = Body::new(child.span)
                        .with(
                            "sql",
                            text(format!("SELECT count(*) FROM ({query}) AS asked"), sql.span),
                        )
                        .with("equals", from_json(&1.into(), child.span))
                        .with("may_fail", from_json(&true.into(), child.span));
                    asked.push(Body::new(child.span).with("query", body.node()).node());
                }
                "tableIsEmpty" | "rowCount" => {
                    if let Some(table) = self.table(child) {
                        asked.push(Body::new(child.span).with("table_exists", table).node());
                    }
                }
                _ => self.can_be_asked(child, asked),
            }
        }
    }

    /// What happens where conditions do not hold.
    pub fn on_fail(&mut self, container: &Element) -> OnFail {
        let Some(value) = container.value("onFail") else {
            return OnFail::Halt;
        };
        OnFail::of(&value.text).unwrap_or_else(|| {
            let diagnostic = Diagnostic::error("wrong-value", format!("`onFail` cannot be `{}`", value.text));
            self.problem(diagnostic.help("one of HALT, CONTINUE, MARK_RAN, WARN"), value.span);
            OnFail::Halt
        })
    }

    /// The conditions of a container, all of which have to hold.
    pub fn conditions(&mut self, container: &Element) -> Vec<Node> {
        let all = self.conditions_below(container);
        match container.value("onFailMessage") {
            Some(message) if !all.is_empty() => {
                let body = Body::new(container.span)
                    .with("conditions", list(all, container.span))
                    .with("message", self.free_node(message));
                vec![Body::new(container.span).with("all", body.node()).node()]
            }
            _ => all,
        }
    }

    fn conditions_below(&mut self, container: &Element) -> Vec<Node> {
        let attributes = [
            "onFail",
            "onError",
            "onFailMessage",
            "onErrorMessage",
            "onSqlOutput",
            "onUpdateSQL",
        ];
        let asked = container.children.iter().filter(|child| {
            // In YAML what is said of all stands in the list, too.
            !attributes.iter().any(|name| child.name.eq_ignore_ascii_case(name))
        });
        asked.filter_map(|child| self.condition(child)).collect()
    }

    fn condition(&mut self, asked: &Element) -> Option<Node> {
        let span = asked.span;
        let one = |key: &str, value: Node| Some(Body::new(span).with(key, value).node());
        match asked.name.as_str() {
            "and" | "preConditions" => {
                let all = self.conditions_below(asked);
                one("all", list(all, span)).filter(|node| !node.find("all").items().is_empty())
            }
            "or" => {
                let all = self.conditions_below(asked);
                one("any", list(all, span)).filter(|node| !node.find("any").items().is_empty())
            }
            "not" => {
                if let [dbms] = asked.children.as_slice()
                    && dbms.name == "dbms"
                {
                    return Some(self.on_dbms(dbms, false));
                }
                let all = self.conditions_below(asked).into_iter();
                let mut all: Vec<Node> = all.map(|inner| Body::new(span).with("not", inner).node()).collect();
                match all.len() {
                    0 => None,
                    1 => all.pop(),
                    // None of them holds.
                    _ => one("all", list(all, span)),
                }
            }
            "dbms" => Some(self.on_dbms(asked, true)),
            "runningAs" => one(
                "running_as",
                self.needed(asked, "username").map(|name| self.name(name))?,
            ),
            "changeSetExecuted" => self.changeset_executed(asked),
            "changeLogPropertyDefined" => {
                let name = self.needed(asked, "property")?;
                let value = self.reading.properties.value(&name.text, self.scope, self.dialect);
                let wanted = asked.text_of("value");
                let holds = value.is_some_and(|value| wanted.is_none_or(|wanted| wanted == value));
                Some(always(holds, span))
            }
            "expectedQuotingStrategy" => {
                let wanted = self.needed(asked, "strategy")?.text.trim() == "QUOTE_ALL_OBJECTS";
                Some(always(wanted == (self.quoting == Quoting::All), span))
            }
            "tableExists" => one("table_exists", self.table(asked)?),
            "viewExists" => one(
                "view_exists",
                self.object(asked, "viewName", "schemaName", "catalogName")?,
            ),
            "sequenceExists" => {
                let name = self.object(asked, "sequenceName", "schemaName", "catalogName")?;
                match self.is_postgres() || self.dialect.name() == "mariadb" {
                    true => one("sequence_exists", name),
                    false => Some(always(false, span)),
                }
            }
            "columnExists" => {
                let (table, column) = (self.table(asked)?, self.needed(asked, "columnName")?);
                let body = Body::new(span).with("table", table).with("column", self.name(column));
                one("column_exists", body.node())
            }
            "tableIsEmpty" => {
                let body = Body::new(span).with("table", self.table(asked)?);
                one("row_count", body.with("equals", from_json(&0.into(), span)).node())
            }
            "rowCount" => {
                let (table, rows) = (self.table(asked)?, self.number(asked, "expectedRows")?);
                one(
                    "row_count",
                    Body::new(span).with("table", table).with("equals", rows).node(),
                )
            }
            "indexExists" => self.index_exists(asked),
            "foreignKeyConstraintExists" => self.foreign_key_exists(asked),
            "primaryKeyExists" => self.primary_key_exists(asked),
            "uniqueConstraintExists" => self.unique_exists(asked),
            "sqlCheck" => self.sql_check(asked),
            "customPrecondition" => {
                let class = asked.text_of("className").unwrap_or("?");
                let message = format!("`customPrecondition` asks the Java class `{class}`, which cannot be asked");
                self.left_over(
                    message.clone(),
                    Some("a run stops there: write it as a `query`"),
                    asked.name_span,
                );
                let body = Body::new(span)
                    .with("sql", text("SELECT 0", span))
                    .with("equals", from_json(&1.into(), span))
                    .with("message", text(message, span));
                one("query", body.node())
            }
            // A key that stands a level too high: Liquibase makes nothing of it.
            name if asked.children.is_empty() && asked.attributes.is_empty() && asked.text.is_some() => {
                self.passed_over(
                    format!("`{name}` is no precondition, and says nothing here"),
                    asked.name_span,
                );
                None
            }
            name => {
                let message = format!("unknown precondition `{name}`");
                let diagnostic = Diagnostic::error("unknown-precondition", message).did_you_mean(nearest(name, KNOWN));
                self.problem(diagnostic, asked.name_span);
                None
            }
        }
    }

    /// Whether the database is one of a list, or none of it.
    fn on_dbms(&self, asked: &Element, is_one: bool) -> Node {
        let written = asked.text_of("type").unwrap_or_default();
        let dbms = listed(written);
        let dialects: Vec<Dialect> = Dialect::all()
            .filter(|dialect| is_for(&dbms, *dialect) == is_one)
            .collect();
        let nowhere = on_dialects(&dialects, asked.span);
        let Some(inner) = nowhere.get("not").filter(|_| is_one) else {
            return nowhere;
        };
        // What it was for is nowhere else said.
        let message = self.free_node(&Text {
            text: format!("only for {}", written.trim()),
            span: asked.span,
        });
        let body = Body::new(asked.span)
            .with("conditions", list(vec![inner.clone()], asked.span))
            .with("message", message);
        Body::new(asked.span).with("not", body.node()).node()
    }

    fn changeset_executed(&mut self, asked: &Element) -> Option<Node> {
        let text_of = |key: &str| asked.text_of(key).unwrap_or_default().trim().to_string();
        let id = self.needed(asked, "id")?;
        let path = match asked.value("changeLogFile") {
            Some(path) => path.text.trim().to_string(),
            None => self.called.clone(),
        };
        let identity = super::Identity {
            id: text_of("id"),
            author: text_of("author"),
            path,
        };
        let Some(known) = self.ids.get(&identity.key()).cloned() else {
            let message = format!(
                "there is no changeset `{}` in this changelog: the condition never holds",
                identity.whole()
            );
            self.passed_over(message, id.span);
            return Some(always(false, asked.span));
        };
        Some(
            Body::new(asked.span)
                .with("changeset_applied", text(known, id.span))
                .node(),
        )
    }

    fn part_exists(&mut self, key: &str, table: Node, name: &Text, span: Span) -> Node {
        let body = Body::new(span).with("table", table).with("name", self.name(name));
        Body::new(span).with(key, body.node()).node()
    }

    fn index_exists(&mut self, asked: &Element) -> Option<Node> {
        let span = asked.span;
        let Some(name) = asked.value("indexName") else {
            return self.index_on(asked, false);
        };
        let known = self.tables.index_table(name.text.trim()).cloned();
        let table = match asked.value("tableName") {
            Some(_) => self.table(asked),
            None => known,
        };
        if let Some(table) = table {
            return Some(self.part_exists("index_exists", table, name, span));
        }
        let name = self.looked_up(self.free(name).trim());
        let query = match self.family() {
            Family::Postgres => {
                format!(
                    "SELECT count(*) > 0 FROM pg_indexes WHERE schemaname = current_schema() AND indexname = {name}"
                )
            }
            Family::Mysql => format!(
                "SELECT count(*) > 0 FROM information_schema.statistics WHERE table_schema = DATABASE() AND index_name = {name}"
            ),
            Family::Sqlite => format!("SELECT count(*) > 0 FROM sqlite_master WHERE type = 'index' AND name = {name}"),
        };
        Some(self.holds(query, span))
    }

    /// Whether an index stands on these columns of a table, in this order, and on no others.
    fn index_on(&mut self, asked: &Element, is_unique: bool) -> Option<Node> {
        let (table, columns) = (self.needed(asked, "tableName")?, self.needed(asked, "columnNames")?);
        let fold = |own: &Self, name: &str| match own.quoting {
            Quoting::All => name.to_string(),
            _ => crate::dialect::folded(own.dialect, &own.taken(name)).into_owned(),
        };
        let table = self.looked_up(self.free(table).trim());
        let names: Vec<String> = self.split(columns).iter().map(|name| fold(self, name)).collect();
        let names = self.dialect.string(&names.join(","));
        let unique = |clause: &str| {
            if is_unique {
                format!(" AND {clause}")
            } else {
                String::new()
            }
        };
        let query = match self.family() {
            Family::Postgres => format!(
                "SELECT count(*) > 0 FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid WHERE t.relname = {table} AND \
                 t.relnamespace = current_schema()::regnamespace{} AND (SELECT string_agg(a.attname, ',' ORDER BY k.place) \
                 FROM unnest(i.indkey::int[]) WITH ORDINALITY k (number, place) JOIN pg_attribute a ON a.attrelid = \
                 i.indrelid AND a.attnum = k.number) = {names}",
                unique("i.indisunique")
            ),
            Family::Mysql => format!(
                "SELECT count(*) > 0 FROM (SELECT group_concat(column_name ORDER BY seq_in_index) AS names FROM \
                 information_schema.statistics WHERE table_schema = DATABASE() AND table_name = {table}{} GROUP BY \
                 index_name) i WHERE names = {names}",
                unique("non_unique = 0")
            ),
            Family::Sqlite => format!(
                "SELECT count(*) > 0 FROM pragma_index_list({table}) l WHERE (SELECT group_concat(name) FROM (SELECT name \
                 FROM pragma_index_info(l.name) ORDER BY seqno)) = {names}{}",
                unique("l.\"unique\"")
            ),
        };
        Some(self.holds(query, asked.span))
    }

    /// A name as the catalog has it, as a text of SQL.
    fn looked_up(&self, name: &str) -> String {
        match self.quoting {
            Quoting::All => self.dialect.string(name),
            _ => self
                .dialect
                .string(&crate::dialect::folded(self.dialect, &self.taken(name))),
        }
    }

    /// A query that gives a truth.
    fn holds(&self, query: String, span: Span) -> Node {
        let truth = match self.is_postgres() {
            true => from_json(&true.into(), span),
            false => from_json(&1.into(), span),
        };
        let body = Body::new(span).with("sql", text(query, span)).with("equals", truth);
        Body::new(span).with("query", body.node()).node()
    }

    fn foreign_key_exists(&mut self, asked: &Element) -> Option<Node> {
        let span = asked.span;
        if asked.attributes.is_empty() && asked.children.is_empty() {
            self.passed_over(
                "`foreignKeyConstraintExists` names no foreign key, and never holds",
                asked.name_span,
            );
            return Some(always(false, span));
        }
        let Some(name) = asked.value("foreignKeyName") else {
            self.left_over(
                "`foreignKeyConstraintExists` without a name cannot be asked",
                Some("give `foreignKeyName`"),
                asked.name_span,
            );
            return None;
        };
        if asked.value("foreignKeyTableName").is_some() {
            let table = self.object(
                asked,
                "foreignKeyTableName",
                "foreignKeyTableSchemaName",
                "foreignKeyTableCatalogName",
            )?;
            return Some(self.part_exists("constraint_exists", table, name, span));
        }
        let name = self.looked_up(self.free(name).trim());
        Some(self.constraint_query("FOREIGN KEY", &format!("constraint_name = {name}"), span))
    }

    /// Whether the catalog has a constraint of a kind.
    fn constraint_query(&self, kind: &str, clause: &str, span: Span) -> Node {
        let schema = match self.family() {
            Family::Mysql => "DATABASE()",
            Family::Postgres | Family::Sqlite => "current_schema()",
        };
        let query = format!(
            "SELECT count(*) > 0 FROM information_schema.table_constraints WHERE constraint_type = '{kind}' \
             AND table_schema = {schema} AND {clause}"
        );
        self.holds(query, span)
    }

    fn primary_key_exists(&mut self, asked: &Element) -> Option<Node> {
        let span = asked.span;
        let (table, name) = (asked.value("tableName"), asked.value("primaryKeyName"));
        match (table, name) {
            (Some(_), Some(name)) if self.is_postgres() => {
                let table = self.table(asked)?;
                Some(self.part_exists("constraint_exists", table, name, span))
            }
            (Some(table), _) => {
                let table = self.free(table).trim().to_string();
                if self.family() == Family::Sqlite {
                    let query = format!(
                        "SELECT count(*) > 0 FROM pragma_table_info({}) WHERE pk > 0",
                        self.dialect.string(&table)
                    );
                    return Some(self.holds(query, span));
                }
                let table = self.looked_up(&table);
                Some(self.constraint_query("PRIMARY KEY", &format!("table_name = {table}"), span))
            }
            (None, Some(name)) if self.is_postgres() => {
                let name = self.looked_up(self.free(name).trim());
                Some(self.constraint_query("PRIMARY KEY", &format!("constraint_name = {name}"), span))
            }
            _ => {
                self.needed(asked, "tableName");
                None
            }
        }
    }

    fn unique_exists(&mut self, asked: &Element) -> Option<Node> {
        let Some(name) = asked.value("constraintName") else {
            return self.index_on(asked, true);
        };
        let table = self.table(asked)?;
        Some(self.part_exists("constraint_exists", table, name, asked.span))
    }

    fn sql_check(&mut self, asked: &Element) -> Option<Node> {
        let span = asked.span;
        let sql = super::translate::own_text(asked, "sql")?;
        let query = self.free(sql).trim().trim_end_matches(';').to_string();
        let Some(wanted) = asked.value("expectedResult") else {
            self.needed(asked, "expectedResult");
            return None;
        };
        let counts = query
            .to_ascii_lowercase()
            .split_whitespace()
            .collect::<String>()
            .starts_with("selectcount(");
        let number = wanted.text.trim().parse::<i64>().ok().filter(|_| counts);
        let (query, equals) = match (number, self.family()) {
            (Some(number), _) => (query, from_json(&number.into(), wanted.span)),
            // Liquibase compares the texts of both, letter by letter.
            (None, family) => {
                let as_text = match family {
                    Family::Postgres => format!("SELECT format('%s', ({query}))"),
                    Family::Mysql => format!("SELECT CONVERT(({query}) USING utf8mb4) COLLATE utf8mb4_bin"),
                    Family::Sqlite => format!("SELECT CAST(({query}) AS TEXT)"),
                };
                (as_text, self.free_node(wanted))
            }
        };
        let body = Body::new(span)
            .with("sql", text(query, sql.span))
            .with("equals", equals);
        Some(Body::new(span).with("query", body.node()).node())
    }
}

/// A condition that holds on some dialects.
fn on_dialects(dialects: &[Dialect], span: Span) -> Node {
    let words = |names: Vec<String>| list(names.into_iter().map(|name| text(name, span)).collect(), span);
    match dialects.is_empty() {
        false => Body::new(span).with("dialect", words(choice_of(dialects))).node(),
        true => {
            let all: Vec<Dialect> = Dialect::all().collect();
            let everywhere = Body::new(span).with("dialect", words(choice_of(&all))).node();
            Body::new(span).with("not", everywhere).node()
        }
    }
}

/// A condition that is known to hold, or not to.
fn always(holds: bool, span: Span) -> Node {
    let dialects: Vec<Dialect> = Dialect::all().filter(|_| holds).collect();
    on_dialects(&dialects, span)
}
