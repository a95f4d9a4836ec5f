//! Whether two texts of SQL mean the same, as far as reading them tells.

use sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, JoinConstraint, JoinOperator, Query,
    SelectItem, SetExpr, Statement, TableFactor, TableWithJoins, UnaryOperator,
};
use sqlparser::dialect::{Dialect as Grammar, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::parser::Parser;

use super::expression::normal_expression;
use crate::dialect::{Cursor, Dialect, Family, tokens};

/// Whether two expressions, or two queries, mean the same. `false`: it cannot be told by reading them; a server can be
/// asked how it prints both.
pub(super) fn same_text(one: &str, other: &str, dialect: Dialect) -> bool {
    let (one, other) = (unbracketed(one, dialect), unbracketed(other, dialect));
    if one == other {
        return true;
    }
    // In the normal form there are no brackets: what they hold together is compared by itself.
    normal_expression(one, dialect) == normal_expression(other, dialect)
        && (written(one, dialect) == written(other, dialect) || grouping(one, dialect) == grouping(other, dialect))
}

/// A text without the brackets around the whole of it.
fn unbracketed(text: &str, dialect: Dialect) -> &str {
    let mut cursor = Cursor::new(text, dialect.family());
    match cursor.group() {
        Some(inner) if cursor.peek().is_none() => unbracketed(inner, dialect),
        _ => text,
    }
}

/// The tokens of a text as they are written, blanks and comments aside.
fn written(text: &str, dialect: Dialect) -> Vec<String> {
    let all = tokens(text, dialect.family());
    let all = all.iter().filter(|token| !token.is_blank() && token.text != ";");
    all.map(|token| token.text.to_lowercase()).collect()
}

/// What belongs together in a text: `((. .) or .)`. A text that is not understood has none that is like another's.
fn grouping(text: &str, dialect: Dialect) -> Result<String, String> {
    let grammar: &dyn Grammar = match dialect.family() {
        Family::Sqlite => &SQLiteDialect {},
        Family::Postgres => &PostgreSqlDialect {},
        Family::Mysql => &MySqlDialect {},
    };
    let first = text.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    if first == "select" || first == "with" || first.starts_with("(select") {
        let parsed = Parser::parse_sql(grammar, text).map_err(|_| text.to_string())?;
        return match parsed.as_slice() {
            [Statement::Query(query)] => Ok(of_query(query)),
            _ => Err(text.to_string()),
        };
    }
    let parser = Parser::new(grammar).try_with_sql(text);
    let parsed = parser.and_then(|mut parser| parser.parse_expr());
    parsed.map(|parsed| of(&parsed)).map_err(|_| text.to_string())
}

fn all<'a>(parts: impl IntoIterator<Item = &'a Expr>) -> String {
    let parts: Vec<String> = parts.into_iter().map(of).collect();
    format!("({})", parts.join(" "))
}

fn not(is_negated: bool, inner: String) -> String {
    match is_negated {
        true => format!("!{inner}"),
        false => inner,
    }
}

fn of(expression: &Expr) -> String {
    match expression {
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } | Expr::Collate { expr: inner, .. } => of(inner),
        Expr::BinaryOp { op, .. } if matches!(op, BinaryOperator::And | BinaryOperator::Or) => {
            let mut parts = Vec::new();
            chain(expression, op, &mut parts);
            format!("({})", parts.join(&format!(" {} ", op.to_string().to_lowercase())))
        }
        Expr::BinaryOp { left, op, right } => {
            let is_negated = matches!(op, BinaryOperator::PGNotLikeMatch | BinaryOperator::PGNotILikeMatch);
            not(is_negated, all([&**left, &**right]))
        }
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr,
        } => not(true, of(expr)),
        Expr::UnaryOp { expr, .. } => of(expr),
        Expr::Like {
            negated, expr, pattern, ..
        }
        | Expr::ILike {
            negated, expr, pattern, ..
        }
        | Expr::RLike {
            negated, expr, pattern, ..
        } => not(*negated, all([&**expr, &**pattern])),
        Expr::Between {
            expr,
            negated,
            low,
            high,
        } => {
            let (from, to) = (all([&**expr, &**low]), all([&**expr, &**high]));
            not(*negated, format!("({from} and {to})"))
        }
        Expr::InList { expr, list, negated } => not(*negated, all(std::iter::once(&**expr).chain(list))),
        Expr::AnyOp { left, right, .. } => all(std::iter::once(&**left).chain(elements(right))),
        Expr::AllOp {
            left,
            compare_op,
            right,
        } => {
            let is_negated = *compare_op == BinaryOperator::NotEq;
            not(is_negated, all(std::iter::once(&**left).chain(elements(right))))
        }
        Expr::IsNull(inner)
        | Expr::IsNotNull(inner)
        | Expr::IsTrue(inner)
        | Expr::IsFalse(inner)
        | Expr::IsNotTrue(inner)
        | Expr::IsNotFalse(inner)
        | Expr::IsUnknown(inner)
        | Expr::IsNotUnknown(inner) => of(inner),
        Expr::Case {
            operand,
            conditions,
            else_result,
            ..
        } => {
            let branches = conditions.iter().flat_map(|branch| [&branch.condition, &branch.result]);
            let operand = operand.iter().map(|operand| &**operand);
            all(operand
                .chain(branches)
                .chain(else_result.iter().map(|result| &**result)))
        }
        Expr::Function(function) => match &function.args {
            FunctionArguments::List(list) => {
                let arguments = list.args.iter().map(|argument| match argument {
                    FunctionArg::Unnamed(FunctionArgExpr::Expr(inner))
                    | FunctionArg::Named {
                        arg: FunctionArgExpr::Expr(inner),
                        ..
                    } => of(inner),
                    _ => ".".to_string(),
                });
                let arguments: Vec<String> = arguments.collect();
                match arguments.is_empty() {
                    true => ".".to_string(),
                    false => format!("f({})", arguments.join(" ")),
                }
            }
            FunctionArguments::Subquery(query) => of_query(query),
            FunctionArguments::None => ".".to_string(),
        },
        Expr::Subquery(query) => of_query(query),
        Expr::Exists { subquery, negated } => not(*negated, of_query(subquery)),
        Expr::InSubquery {
            expr,
            subquery,
            negated,
        } => not(*negated, format!("({} {})", of(expr), of_query(subquery))),
        Expr::Tuple(parts) => all(parts),
        _ => ".".to_string(),
    }
}

/// The parts that one word joins: brackets between them say nothing.
fn chain(expression: &Expr, word: &BinaryOperator, parts: &mut Vec<String>) {
    match expression {
        Expr::Nested(inner) => chain(inner, word, parts),
        Expr::BinaryOp { left, op, right } if op == word => {
            chain(left, word, parts);
            chain(right, word, parts);
        }
        other => parts.push(of(other)),
    }
}

/// The elements of `ARRAY[…]`, whatever it is cast to.
fn elements(expression: &Expr) -> Vec<&Expr> {
    match expression {
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => elements(inner),
        Expr::Array(array) => array.elem.iter().collect(),
        other => vec![other],
    }
}

fn of_query(query: &Query) -> String {
    let named = query.with.iter().flat_map(|with| &with.cte_tables);
    let named: Vec<String> = named.map(|named| of_query(&named.query)).collect();
    format!("[{}{}]", named.join(" "), of_body(&query.body))
}

fn of_body(body: &SetExpr) -> String {
    match body {
        SetExpr::Select(select) => {
            let columns = select.projection.iter().map(|item| match item {
                SelectItem::UnnamedExpr(inner) | SelectItem::ExprWithAlias { expr: inner, .. } => of(inner),
                _ => ".".to_string(),
            });
            let columns: Vec<String> = columns.collect();
            let tables: Vec<String> = select.from.iter().map(of_table).collect();
            let rows = select.selection.iter().chain(&select.having).map(of);
            let rows: Vec<String> = rows.collect();
            format!(
                "{} from {} where {}",
                columns.join(","),
                tables.join(","),
                rows.join(",")
            )
        }
        SetExpr::Query(query) => of_body(&query.body),
        SetExpr::SetOperation { left, right, .. } => format!("({} {})", of_body(left), of_body(right)),
        _ => ".".to_string(),
    }
}

fn of_table(table: &TableWithJoins) -> String {
    let mut text = of_factor(&table.relation);
    for join in &table.joins {
        let on = match &join.join_operator {
            JoinOperator::Join(on)
            | JoinOperator::Inner(on)
            | JoinOperator::Left(on)
            | JoinOperator::LeftOuter(on)
            | JoinOperator::Right(on)
            | JoinOperator::RightOuter(on)
            | JoinOperator::FullOuter(on)
            | JoinOperator::CrossJoin(on) => Some(on),
            _ => None,
        };
        let on = match on {
            Some(JoinConstraint::On(expression)) => of(expression),
            _ => ".".to_string(),
        };
        text = format!("({text} {} on {on})", of_factor(&join.relation));
    }
    text
}

fn of_factor(factor: &TableFactor) -> String {
    match factor {
        TableFactor::Derived { subquery, .. } => of_query(subquery),
        TableFactor::NestedJoin { table_with_joins, .. } => of_table(table_with_joins),
        _ => ".".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, one: &str, other: &str, is_same: bool) {
        let dialect = Dialect::named(name).expect("a known dialect");
        assert_eq!(same_text(one, other, dialect), is_same, "{one}\n{other}");
    }

    #[test]
    fn what_a_server_adds_changes_nothing() {
        for (asked, shown) in [
            ("a > 1 and (b or c)", "((a > 1) AND (b OR c))"),
            ("a and b and c", "((a AND b) AND c)"),
            (
                "s in ('a', 'b')",
                "((s)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
            ),
            ("n BETWEEN -1 AND 3", "((n >= '-1'::integer) AND (n <= 3))"),
            ("a NOT LIKE 'x'", "(a !~~ 'x'::text)"),
            ("coalesce(a, b) + 1 > 2", "((COALESCE(a, b) + 1) > 2)"),
            (
                "SELECT u.id FROM users u JOIN t ON t.id = u.id AND t.a WHERE u.a OR u.b",
                " SELECT u.id\n   FROM (users u\n     JOIN t ON (((t.id = u.id) AND t.a)))\n  WHERE (u.a OR u.b);",
            ),
        ] {
            check("postgres", asked, shown, true);
        }
        check("mysql", "s not like '%x%'", "(not((`s` like _utf8mb4'%x%')))", true);
        check("sqlite", "a>1", "a  >  1 -- more", true);
    }

    #[test]
    fn brackets_that_count_are_seen() {
        for (one, other) in [
            ("(a or b) and c", "a or (b and c)"),
            ("a - (b - c) > 0", "(a - b) - c > 0"),
            ("coalesce(a, b) + 1", "coalesce(a, b + 1)"),
            ("not (a and b)", "(not a) and b"),
            (
                "select a from t where (a or b) and c",
                "select a from t where a or (b and c)",
            ),
        ] {
            for name in ["sqlite", "postgres", "mysql"] {
                check(name, one, other, false);
            }
        }
    }
}
