//! What the author's own SQL does to the schema, read statement by statement.
//!
//! Reading never stands in the way of running: what is not understood is not known, and that is said.

mod column;
mod drop;
mod grant;
mod names;
mod numbered;
mod object;
mod routine;
mod table;

use std::sync::Arc;

use sqlparser::ast::{self, Statement};
use sqlparser::dialect::{Dialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::{Parser, ParserOptions};

use super::{Context, CreateView, RenameTable, Resolve, TableRef, by_dialect::ByDialect};
use crate::dialect::{Family, Name, ObjectName, Piece, Token, split, tokens};
use crate::model::{Catalog, Change};

/// A statement of which it cannot be told what it does to the schema.
pub(super) struct Unknown<'t> {
    /// Where it begins in the text.
    pub start: usize,
    /// Its first line.
    pub line: &'t str,
}

/// What statements do to the schema.
pub(super) struct Effects<'t> {
    pub changes: Vec<Change>,
    /// Views of which more is said than the changes say: names of columns, options.
    pub in_part: Vec<Unknown<'t>>,
}

/// What all statements of a text do to the schema, or the first one of which that cannot be told.
pub(super) fn effects_of<'t>(context: &Context<'_>, text: &'t str) -> Result<Effects<'t>, Unknown<'t>> {
    let pieces = split(text, context.family());
    // What the pieces so far leave: a catalog of its own only where another piece is read on it.
    let mut own: Option<Catalog> = None;
    let (mut effects, mut in_part, mut of_schema) = (Vec::new(), Vec::new(), false);
    for (at, piece) in pieces.iter().enumerate() {
        let now = own.as_ref().unwrap_or(context.catalog);
        let unknown = || first_line(piece, context.family());
        let changes = Reading { context, now }.statement(piece.text).ok_or_else(unknown)?;
        if at + 1 < pieces.len() || changes.len() > 1 {
            let next = own.get_or_insert_with(|| context.catalog.clone());
            for change in &changes {
                next.apply(change).map_err(|_| unknown())?;
            }
        } else if !changes.iter().all(|change| now.applies(change)) {
            return Err(unknown());
        }
        of_schema |= changes
            .iter()
            .any(|change| !change.is_of_rows() && !matches!(change, Change::Truncate { .. }));
        effects.extend(changes);
        in_part.extend(says_more_of_a_view(piece.text, context.family()).then(unknown));
    }
    // Rows count where the way back is derived from the schema: it does not bring them back, and has to say so.
    let changes = if of_schema { effects } else { Vec::new() };
    Ok(Effects { changes, in_part })
}

/// Whether a statement makes a view, and says more than its name before the query.
fn says_more_of_a_view(text: &str, family: Family) -> bool {
    let mut all = tokens(text, family);
    all.retain(|token| !token.is_blank());
    let head: Vec<&Token<'_>> = all.iter().take_while(|token| !token.is_word("as")).collect();
    let Some(at) = head.iter().position(|token| token.is_word("view")) else {
        return false;
    };
    // A column of another thing may be called like that.
    let others = [
        "table",
        "index",
        "function",
        "procedure",
        "trigger",
        "sequence",
        "type",
        "event",
        "policy",
    ];
    let is_of_other = |token: &&Token<'_>| token.text == "(" || others.iter().any(|word| token.is_word(word));
    if head[..at].iter().any(is_of_other) {
        return false;
    }
    let is_plain = |token: &&&Token<'_>| ["create", "or", "replace"].iter().any(|word| token.is_word(word));
    let makes = head.first().is_some_and(|first| first.is_word("create"));
    let is_whole = head.iter().any(|token| token.is_word("materialized"));
    makes && !is_whole && !(head[..at].iter().all(|token| is_plain(&token)) && head[at + 1..].len() <= 3)
}

/// What a person finds a statement by: its first line that is not a comment.
pub(super) fn first_line<'t>(piece: &Piece<'t>, family: Family) -> Unknown<'t> {
    let all = tokens(piece.text, family);
    let says = all.iter().find(|token| !token.is_blank());
    let start = says.map_or(0, |token| token.start);
    Unknown {
        start: piece.start + start,
        line: piece.text[start..].lines().next().unwrap_or_default().trim_end(),
    }
}

/// Statements that leave the schema as it is, by their first word.
const NO_EFFECT: [&str; 20] = [
    "select",
    "values",
    "table",
    "set",
    "reset",
    "analyze",
    "vacuum",
    "optimize",
    "show",
    "explain",
    "describe",
    "copy",
    "reindex",
    "checkpoint",
    "merge",
    "load",
    "lock",
    "unlock",
    "savepoint",
    "release",
];

/// One statement on the schema that those before it leave.
struct Reading<'a, 'c> {
    context: &'a Context<'c>,
    now: &'a Catalog,
}

impl Reading<'_, '_> {
    fn family(&self) -> Family {
        self.context.family()
    }

    fn statement(&self, text: &str) -> Option<Vec<Change>> {
        // What a comment of MySQL holds is run there.
        let mut all = tokens(text, self.family());
        if all
            .iter()
            .any(|token| token.text.starts_with("/*!") || token.text.starts_with("/*M!"))
        {
            return None;
        }
        all.retain(|token| !token.is_blank());
        let first = all.first()?;
        let is = |words: &[&str]| words.iter().any(|word| first.is_word(word));
        if is(&["insert", "replace", "update", "delete", "truncate"]) {
            return self.rows(&all, text);
        }
        if is(&["select"]) && all.iter().any(|token| token.is_word("into")) && self.family() == Family::Postgres {
            return None;
        }
        // What names mean from there on is another matter.
        if is(&["set"])
            && all
                .iter()
                .any(|token| token.is_word("search_path") || token.is_word("schema"))
        {
            return None;
        }
        // A block of code does whatever it does; an expression changes nothing.
        let is_expression = self.family() == Family::Mysql && is(&["do"]);
        if is_expression || is(&NO_EFFECT) {
            return Some(Vec::new());
        }
        if is(&["drop"]) {
            return self.drop_statement(text);
        }
        if let Some(changes) = self.object_statement(text) {
            return Some(changes);
        }
        self.definition(&self.parsed(text)?, &all, text)
    }

    fn parsed(&self, text: &str) -> Option<Statement> {
        let dialect: &dyn Dialect = match self.family() {
            Family::Sqlite => &SQLiteDialect {},
            Family::Postgres => &PostgreSqlDialect {},
            Family::Mysql => &MySqlDialect {},
        };
        // Expressions are written out again: what is in quotes has to stay as it stands.
        let options = ParserOptions::new().with_unescape(false);
        let parser = Parser::new(dialect).with_options(options).try_with_sql(text);
        let mut statements = parser.ok()?.parse_statements().ok()?;
        let only = statements.pop();
        only.filter(|_| statements.is_empty())
    }

    /// Rows of a table that was there before the text; those of one that it makes itself go with the table.
    fn rows(&self, all: &[Token<'_>], text: &str) -> Option<Vec<Change>> {
        const BETWEEN: [&str; 9] = [
            "insert", "replace", "update", "delete", "truncate", "into", "from", "table", "only",
        ];
        const HOW: [&str; 8] = [
            "or",
            "ignore",
            "low_priority",
            "delayed",
            "high_priority",
            "quick",
            "abort",
            "fail",
        ];
        let skipped = |token: &&Token<'_>| {
            BETWEEN.iter().chain(&HOW).any(|word| token.is_word(word)) || token.is_word("rollback")
        };
        let at = all.iter().position(|token| !skipped(&token))?;
        let mut name = ObjectName::plain(self.name_of(&all[at])?.as_str());
        if all.get(at + 1).is_some_and(|token| token.text == ".") {
            name = ObjectName {
                schema: Some(name.name),
                name: self.name_of(all.get(at + 2)?)?,
            };
        }
        if self.now.table(&name).is_some() && self.context.catalog.table(&name).is_none() {
            return Some(Vec::new());
        }
        let table = self.now.normal_name(&name);
        let kept = false;
        Some(vec![match all[0].text.to_ascii_lowercase().as_str() {
            "truncate" => Change::Truncate { table, kept },
            "delete" => Change::DeleteRows {
                table,
                filter: None,
                kept,
            },
            "update" => Change::UpdateRows {
                table,
                set: Vec::new(),
                filter: None,
                back: Vec::new(),
                kept,
            },
            _ => Change::InsertQuery {
                table,
                columns: Vec::new(),
                query: text.to_string(),
            },
        }])
    }

    fn name_of(&self, token: &Token<'_>) -> Option<Name> {
        let name = token.name()?;
        let folded = token.kind == crate::dialect::TokenKind::Word && self.family() == Family::Postgres;
        Some(Name::new(if folded { name.to_lowercase() } else { name }))
    }

    fn definition(&self, statement: &Statement, all: &[Token<'_>], text: &str) -> Option<Vec<Change>> {
        match statement {
            Statement::CreateTable(table) => self.create_table(table, all, text),
            Statement::AlterTable(alter) => self.alter_table(alter),
            Statement::CreateIndex(index) => self.create_index(index),
            Statement::CreateView(view) => self.create_view(view, all, text),
            Statement::RenameTable(renames) => match renames.as_slice() {
                [rename] => self.rename_table(self.object(&rename.old_name)?, &self.object(&rename.new_name)?),
                _ => None,
            },
            _ => None,
        }
    }

    fn create_view(&self, view: &ast::CreateView, all: &[Token<'_>], text: &str) -> Option<Vec<Change>> {
        let has_check_option = all
            .windows(2)
            .any(|words| words[0].is_word("check") && words[1].is_word("option"));
        if view.materialized || view.temporary || view.if_not_exists || has_check_option {
            return None;
        }
        // Types and options in brackets stand before it.
        let mut depth = 0;
        let before_query = all.iter().find(|token| {
            depth += i32::from(token.text == "(") - i32::from(token.text == ")");
            depth == 0 && token.is_word("as")
        })?;
        self.resolved(&CreateView {
            view: TableRef(self.object(&view.name)?),
            query: Some(ByDialect::One(text[before_query.end()..].trim().to_string())),
            file: None,
            replace: view.or_replace,
            check_option: None,
            comment: None,
        })
    }

    fn rename_table(&self, from: ObjectName, to: &ObjectName) -> Option<Vec<Change>> {
        if to.schema.is_some() && to.schema != from.schema {
            return None;
        }
        let renamed = self.resolved(&RenameTable {
            table: TableRef(from),
            to: to.name.clone(),
        })?;
        self.as_the_engine_follows(renamed)
    }

    /// The changes of an operation that says the same; none where it would be refused.
    fn resolved(&self, operation: &impl Resolve) -> Option<Vec<Change>> {
        let mut context = self.context_now();
        let changes = operation.resolve(&mut context);
        let refused = context.problems.iter().any(|problem| problem.diagnostic.is_error());
        (!refused && !changes.is_empty()).then_some(changes)
    }

    fn context_now(&self) -> Context<'_> {
        Context::new(self.now, self.context.files, self.context.uncertain.clone())
    }

    /// MySQL and MariaDB rewrite nothing that uses another name: what an operation would take down and put back stays.
    fn as_the_engine_follows(&self, changes: Vec<Change>) -> Option<Vec<Change>> {
        (self.family() != Family::Mysql || changes.len() == 1).then_some(changes)
    }

    fn object(&self, name: &ast::ObjectName) -> Option<ObjectName> {
        let mut parts = name.0.iter().map(|part| part.as_ident().map(|part| self.name(part)));
        let name = match (parts.next()?, parts.next(), parts.next()) {
            (name, None, None) => ObjectName {
                schema: None,
                name: name?,
            },
            (schema, Some(name), None) => ObjectName {
                schema: Some(schema?),
                name: name?,
            },
            _ => return None,
        };
        Some(self.now.normal_name(&name))
    }

    /// As the engine reads it: PostgreSQL folds what is not quoted.
    fn name(&self, name: &ast::Ident) -> Name {
        match (name.quote_style, self.family()) {
            (None, Family::Postgres) => Name::new(name.value.to_lowercase()),
            (None, _) => Name::new(&name.value),
            (Some(open), _) => {
                let close = if open == '[' { ']' } else { open };
                Name::new(name.value.replace(&format!("{close}{close}"), &close.to_string()))
            }
        }
    }

    fn known(&self, name: &ObjectName) -> Option<Arc<crate::model::Table>> {
        self.now.table(name).cloned()
    }
}
