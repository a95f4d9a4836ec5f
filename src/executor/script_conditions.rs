//! Conditions in a script, which can stop and cannot choose: what is required is asserted, the rest is said.

use super::{RunError, RunErrorKind, Store};
use crate::diagnostic::Diagnostic;
use crate::dialect::{Family, Target};
use crate::model::Value;
use crate::plan::{Asks, Clause, Gate, Plan, Test};
use crate::render::{Assertion, holding_block};

/// What becomes of conditions in a script.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ScriptConditions {
    /// What is required is assumed, and said in a comment.
    Assume,
    /// What is required is checked, where a script can.
    #[default]
    Check,
    /// There is no script where something would have to be assumed.
    Refuse,
}

/// What stands for a condition.
pub(super) enum Line {
    Comment(String),
    Statement(String),
}

/// A condition as SQL.
enum Expression {
    Known(bool),
    Sql {
        text: String,
        /// How many questions it asks, and whether one is about rows.
        asks: usize,
        of_data: bool,
    },
    /// No SQL asks this.
    Unasked,
}

/// Refuses a script for which something would have to be assumed.
pub fn refuse_assumed(plan: &Plan) -> Result<(), RunError> {
    let mut diagnostics = Vec::new();
    for planned in &plan.changesets {
        let gates = planned.gate.iter().flat_map(|gate| {
            let around = gate.around.iter().map(|around| &**around);
            around.chain([&**gate])
        });
        for (span, what) in gates.flat_map(Gate::assumed) {
            let message = format!("only a run can tell whether this holds: {what}");
            let diagnostic = Diagnostic::error("condition-in-script", message)
                .label(span, "")
                .help("say `--conditions check`, or `assume`: a script takes it to hold");
            if !diagnostics.contains(&diagnostic) {
                diagnostics.push(diagnostic);
            }
        }
    }
    match diagnostics.is_empty() {
        true => Ok(()),
        false => Err(RunError::with(RunErrorKind::Refused, diagnostics)),
    }
}

/// What a script says and asks before what stands behind a gate.
pub(super) fn lines(gate: &Gate, whose: &str, how: ScriptConditions, target: &Target, store: &Store) -> Vec<Line> {
    let mut lines = Vec::new();
    let assumed = gate.assumed();
    for clause in &gate.only_if {
        let mut is_assumed = false;
        clause.visit(&mut |leaf| is_assumed |= assumed.iter().any(|(span, _)| *span == leaf.span));
        if is_assumed {
            lines.push(Line::Comment(format!("assumed: {}", clause.summary())));
        }
    }
    let mut required = Vec::new();
    gate.require
        .iter()
        .for_each(|clause| single(clause, None, &mut required));
    for (clause, message) in required {
        let message = match message {
            Some(message) => message.to_string(),
            None => format!("what {whose} requires does not hold: {}", clause.summary()),
        };
        let statements = match how {
            ScriptConditions::Assume => None,
            ScriptConditions::Check | ScriptConditions::Refuse => asserted(clause, message, target, store),
        };
        match statements {
            Some(statements) => lines.extend(statements.into_iter().map(Line::Statement)),
            None => lines.push(Line::Comment(format!("assumed: {}", clause.summary()))),
        }
    }
    lines
}

/// Conditions that all have to hold are asked one after the other; each with what is told where it does not hold.
fn single<'a>(clause: &'a Clause, outer: Option<&'a str>, all: &mut Vec<(&'a Clause, Option<&'a str>)>) {
    let message = clause.message.as_deref().or(outer);
    match &clause.test {
        Test::All(clauses) => clauses.iter().for_each(|inner| single(inner, message, all)),
        Test::Any(_) | Test::Not(_) | Test::Leaf(_) => all.push((clause, message)),
    }
}

/// Statements that fail where a condition does not hold; `None`: none can tell.
fn asserted(clause: &Clause, message: String, target: &Target, store: &Store) -> Option<Vec<String>> {
    let text = match expression(clause, target, store) {
        Expression::Known(true) => return Some(Vec::new()),
        Expression::Known(false) => "1 = 0".to_string(),
        Expression::Sql { text, .. } => text,
        Expression::Unasked if target.dialect.family() == Family::Postgres => {
            let mut steps = String::new();
            step_by_step(clause, target, store, 1, &mut steps)?;
            return Some(vec![holding_block(&steps, &message, target.dialect)]);
        }
        Expression::Unasked => return None,
    };
    let assertion = Assertion {
        query: format!("SELECT CASE WHEN {text} THEN 1 ELSE 0 END"),
        expected: Value::Number("1".into()),
        message,
        dialect: target.dialect,
    };
    Some(assertion.script())
}

/// PL/pgSQL that asks no more than it takes, and leaves the answer in `holds`.
fn step_by_step(clause: &Clause, target: &Target, store: &Store, depth: usize, steps: &mut String) -> Option<()> {
    let indent = "  ".repeat(depth);
    let (clauses, goes_on) = match &clause.test {
        Test::All(clauses) => (clauses, "holds"),
        Test::Any(clauses) => (clauses, "NOT holds"),
        Test::Not(inner) => {
            step_by_step(inner, target, store, depth, steps)?;
            *steps += &format!("{indent}holds := NOT holds;\n");
            return Some(());
        }
        Test::Leaf(_) => {
            let text = match expression(clause, target, store) {
                Expression::Known(holds) => holds.to_string(),
                Expression::Sql { text, .. } => text,
                Expression::Unasked => return None,
            };
            *steps += &format!("{indent}holds := ({text});\n");
            return Some(());
        }
    };
    for (at, inner) in clauses.iter().enumerate() {
        if at == 0 {
            step_by_step(inner, target, store, depth, steps)?;
            continue;
        }
        *steps += &format!("{indent}IF {goes_on} THEN\n");
        step_by_step(inner, target, store, depth + 1, steps)?;
        *steps += &format!("{indent}END IF;\n");
    }
    Some(())
}

fn expression(clause: &Clause, target: &Target, store: &Store) -> Expression {
    match &clause.test {
        Test::Leaf(leaf) => match &leaf.asks {
            Asks::Known { holds, .. } => Expression::Known(*holds),
            Asks::Applied(held) => Expression::Sql {
                text: store.holds(held),
                asks: 1,
                of_data: false,
            },
            Asks::Of(inquiry) => match inquiry.holds(target) {
                Some(text) => Expression::Sql {
                    text,
                    asks: 1,
                    of_data: inquiry.is_of_data(),
                },
                None => Expression::Unasked,
            },
        },
        Test::All(clauses) => joined(clauses, false, target, store),
        Test::Any(clauses) => joined(clauses, true, target, store),
        Test::Not(inner) => match expression(inner, target, store) {
            Expression::Known(holds) => Expression::Known(!holds),
            Expression::Sql { text, asks, of_data } => Expression::Sql {
                text: format!("NOT ({text})"),
                asks,
                of_data,
            },
            Expression::Unasked => Expression::Unasked,
        },
    }
}

/// `word` is what one of them makes the whole.
fn joined(clauses: &[Clause], word: bool, target: &Target, store: &Store) -> Expression {
    let (mut texts, mut count, mut any_of_data) = (Vec::new(), 0, false);
    for clause in clauses {
        match expression(clause, target, store) {
            Expression::Known(holds) if holds == word => return Expression::Known(word),
            Expression::Known(_) => {}
            Expression::Unasked => return Expression::Unasked,
            Expression::Sql { text, asks, of_data } => {
                texts.push(format!("({text})"));
                count += asks;
                any_of_data |= of_data;
            }
        }
    }
    match count {
        0 => Expression::Known(!word),
        // One statement asks everything at once: of a table that is not there it would fail, whatever stands before it.
        _ if any_of_data && count > 1 => Expression::Unasked,
        _ => Expression::Sql {
            text: texts.join(if word { " OR " } else { " AND " }),
            asks: count,
            of_data: any_of_data,
        },
    }
}
