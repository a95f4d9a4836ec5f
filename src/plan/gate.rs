//! What stands before a changeset: its conditions as a database is asked, and what follows from the answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Plan;
use crate::changelog::{Dependency, HeldAs, Otherwise};
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::dialect::Dialect;
use crate::render::Inquiry;

/// The conditions of a changeset or of a file, with the answers that are known.
#[derive(Debug, Clone)]
pub struct Gate {
    /// Asked first: where one does not hold, nobody asks what is required.
    pub only_if: Vec<Clause>,
    pub require: Vec<Clause>,
    pub otherwise: Otherwise,
    /// The file whose conditions they are; of a changeset's own, none.
    pub file: Option<String>,
    pub dialect: Dialect,
    /// Whether it is closed because of what is wrong with the changeset behind it.
    pub is_broken: bool,
    /// Whether it is closed because nobody knows its answers, and the changeset does not fit what is there.
    is_wanting: bool,
    answers: BTreeMap<usize, Answer>,
    /// Those of the files around the changeset, which were asked before anything of the run.
    pub around: Vec<Arc<Gate>>,
}

/// A condition at its place.
#[derive(Debug, Clone)]
pub struct Clause {
    pub span: Span,
    /// What the author wants to be told where it does not hold.
    pub message: Option<String>,
    pub test: Test,
}

#[derive(Debug, Clone)]
pub enum Test {
    All(Vec<Clause>),
    Any(Vec<Clause>),
    Not(Box<Clause>),
    Leaf(Leaf),
}

/// One thing to be answered.
#[derive(Debug, Clone)]
pub struct Leaf {
    /// Its number in its gate.
    pub number: usize,
    pub span: Span,
    pub asks: Asks,
}

#[derive(Debug, Clone)]
pub enum Asks {
    /// Known without a database; `told` says what is so. `decides`: whether what stands behind it in a list need not make
    /// sense where it decides.
    Known {
        holds: bool,
        told: String,
        decides: bool,
    },
    /// Whether a changeset is applied.
    Applied(HeldAs),
    Of(Inquiry),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub truth: Truth,
    /// What the database said, where it is more than yes or no.
    pub found: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    Yes,
    No,
    /// Nobody can tell before the run.
    Assumed,
}

impl Answer {
    pub fn of(holds: bool) -> Answer {
        Answer {
            truth: if holds { Truth::Yes } else { Truth::No },
            found: None,
        }
    }

    pub fn assumed() -> Answer {
        Answer {
            truth: Truth::Assumed,
            found: None,
        }
    }
}

/// What becomes of a changeset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// It is carried out.
    Run,
    /// Its conditions do not hold: nothing happens, and the next run asks again.
    LeftOut,
    /// It is written down as applied or as taken back, and nothing is run.
    Marked,
}

/// That runs stop where conditions do not hold, as it is known of a plan.
pub fn stops(plan: &Plan) -> Vec<Diagnostic> {
    let each = plan.changesets.iter().filter_map(|planned| {
        let failing = planned.gate.as_ref()?.stops()?;
        let mut diagnostic = failing.diagnostic(&format!("changeset `{}`", planned.id));
        diagnostic.severity = Severity::Warning;
        Some(diagnostic.note("a run stops here"))
    });
    each.collect()
}

/// A condition that does not hold.
#[derive(Debug, Clone)]
pub struct Failing {
    pub span: Span,
    pub message: Option<String>,
    /// What is so instead.
    pub told: String,
}

/// What the answers so far come to.
#[derive(Debug)]
pub enum Passage<'a> {
    /// This has to be known.
    Asks(&'a Leaf),
    Open,
    /// A condition of `only_if` does not hold.
    Closed(Failing),
    /// A condition of `require` does not hold.
    Stops(Failing),
}

enum Verdict<'a> {
    /// With what is so.
    Holds(String),
    Assumed,
    Fails(Failing),
    Asks(&'a Leaf),
}

impl Gate {
    pub fn new(only_if: Vec<Clause>, require: Vec<Clause>, otherwise: Otherwise, dialect: Dialect) -> Gate {
        Gate {
            only_if,
            require,
            otherwise,
            file: None,
            dialect,
            is_broken: false,
            is_wanting: false,
            answers: BTreeMap::new(),
            around: Vec::new(),
        }
    }

    /// That of a changeset which needs another one that is left out.
    pub(super) fn closed(needed: &Dependency, dialect: Dialect) -> Gate {
        let told = format!("`{}`, which it depends on, is left out", needed.id);
        Gate::shut(needed.span, told, dialect)
    }

    /// That of a changeset which is left out because of what is wrong with it.
    pub(super) fn broken(span: Span, dialect: Dialect) -> Gate {
        Gate {
            is_broken: true,
            ..Gate::shut(span, "it has mistakes, and may fail".to_string(), dialect)
        }
    }

    /// The same, closed because the changeset behind it does not fit what is there. At its turn it is asked anew.
    pub(super) fn closed_for_want(&self) -> Gate {
        Gate {
            is_wanting: true,
            ..self.clone()
        }
    }

    fn shut(span: Span, told: String, dialect: Dialect) -> Gate {
        let leaf = Leaf {
            number: 0,
            span,
            asks: Asks::Known {
                holds: false,
                told,
                decides: true,
            },
        };
        let clause = Clause {
            span,
            message: None,
            test: Test::Leaf(leaf),
        };
        Gate::new(vec![clause], Vec::new(), Otherwise::LeaveOut, dialect)
    }

    pub fn passage(&self) -> Passage<'_> {
        for clause in &self.only_if {
            match self.verdict(clause) {
                Verdict::Asks(leaf) => return Passage::Asks(leaf),
                Verdict::Fails(failing) => return Passage::Closed(failing),
                Verdict::Assumed if self.is_wanting => {
                    return Passage::Closed(Failing {
                        span: clause.span,
                        message: None,
                        told: "it does not fit what the changesets before it make".into(),
                    });
                }
                Verdict::Holds(_) | Verdict::Assumed => {}
            }
        }
        for clause in &self.require {
            match self.verdict(clause) {
                Verdict::Asks(leaf) => return Passage::Asks(leaf),
                Verdict::Fails(failing) => return Passage::Stops(failing),
                Verdict::Holds(_) | Verdict::Assumed => {}
            }
        }
        Passage::Open
    }

    /// What becomes of what stands behind it, as far as the answers say.
    pub fn turn(&self) -> Turn {
        match (self.passage(), self.otherwise) {
            (Passage::Closed(_), Otherwise::LeaveOut) => Turn::LeftOut,
            (Passage::Closed(_), Otherwise::MarkApplied) => Turn::Marked,
            (Passage::Open | Passage::Stops(_) | Passage::Asks(_), _) => Turn::Run,
        }
    }

    /// Likewise, with what the conditions of the files around it say.
    pub fn whole_turn(&self) -> Turn {
        match self.closed_around() {
            Some(_) => Turn::LeftOut,
            None => self.turn(),
        }
    }

    /// The condition of a file around it that keeps the changeset out.
    pub fn closed_around(&self) -> Option<Failing> {
        self.around.iter().find_map(|around| match around.passage() {
            Passage::Closed(failing) => Some(failing),
            Passage::Open | Passage::Stops(_) | Passage::Asks(_) => None,
        })
    }

    /// The condition that stops the run at the changeset.
    pub fn stops(&self) -> Option<Failing> {
        match self.passage() {
            Passage::Stops(failing) if self.closed_around().is_none() => Some(failing),
            Passage::Stops(_) | Passage::Open | Passage::Closed(_) | Passage::Asks(_) => None,
        }
    }

    /// Why the changeset is left out or marked, in a line.
    pub fn why_not(&self) -> Option<String> {
        let own = || match self.passage() {
            Passage::Closed(failing) => Some(failing),
            Passage::Open | Passage::Stops(_) | Passage::Asks(_) => None,
        };
        self.closed_around().or_else(own).map(|failing| failing.why())
    }

    pub fn answer(&mut self, number: usize, answer: Answer) {
        self.answers.insert(number, answer);
    }

    /// The same, with nothing answered.
    pub fn anew(&self) -> Gate {
        Gate {
            answers: BTreeMap::new(),
            is_wanting: false,
            ..self.clone()
        }
    }

    /// Whether it stays closed whatever a database has, on this target and after the changesets that there were: what stands
    /// behind it is nowhere, then.
    pub fn never_opens(&self) -> bool {
        let mut anew = self.anew();
        let mut applied = Vec::new();
        for clause in &self.only_if {
            clause.visit(&mut |leaf| applied.extend(matches!(leaf.asks, Asks::Applied(_)).then_some(leaf.number)));
        }
        for number in applied {
            if let Some(answer) = self.answers.get(&number).filter(|answer| answer.truth == Truth::No) {
                anew.answer(number, answer.clone());
            }
        }
        let mut verdicts = anew.only_if.iter().map(|clause| anew.verdict(clause));
        verdicts.any(|verdict| matches!(verdict, Verdict::Fails(_)))
    }

    /// Whether it is open only because nobody can tell yet what `only_if` asks.
    pub(super) fn is_let_through(&self) -> bool {
        let verdicts = self.only_if.iter().map(|clause| self.verdict(clause));
        self.closed_around().is_none() && verdicts.into_iter().any(|verdict| matches!(verdict, Verdict::Assumed))
    }

    /// Whether it is closed because the changeset behind it does not fit what is there.
    pub fn is_for_want(&self) -> bool {
        self.is_wanting
    }

    /// What of it nobody can tell before the run: where it stands, and what it asks in words.
    pub fn assumed(&self) -> Vec<(Span, String)> {
        let mut found = Vec::new();
        for clause in self.only_if.iter().chain(&self.require) {
            clause.visit(&mut |leaf| {
                let answer = self.answers.get(&leaf.number);
                if answer.is_some_and(|answer| answer.truth == Truth::Assumed) {
                    found.push((leaf.span, leaf.asks.summary()));
                }
            });
        }
        found
    }

    fn verdict<'a>(&self, clause: &'a Clause) -> Verdict<'a> {
        let failing = |told: String| Failing {
            span: clause.span,
            message: clause.message.clone(),
            told,
        };
        match &clause.test {
            Test::Leaf(leaf) => match self.answer_of(leaf) {
                None => Verdict::Asks(leaf),
                Some((Truth::Assumed, _)) => Verdict::Assumed,
                Some((Truth::Yes, told)) => Verdict::Holds(told),
                Some((Truth::No, told)) => Verdict::Fails(failing(told)),
            },
            Test::All(clauses) => {
                let (mut assumed, mut told) = (false, Vec::new());
                for inner in clauses {
                    match self.verdict(inner) {
                        Verdict::Holds(text) => told.push(text),
                        Verdict::Assumed => assumed = true,
                        Verdict::Fails(mut failing) => {
                            failing.message = failing.message.or_else(|| clause.message.clone());
                            return Verdict::Fails(failing);
                        }
                        Verdict::Asks(leaf) => return Verdict::Asks(leaf),
                    }
                }
                match assumed {
                    true => Verdict::Assumed,
                    false => Verdict::Holds(told.join(", and ")),
                }
            }
            Test::Any(clauses) => {
                let (mut assumed, mut told) = (false, Vec::new());
                for inner in clauses {
                    match self.verdict(inner) {
                        Verdict::Holds(text) => return Verdict::Holds(text),
                        Verdict::Assumed => assumed = true,
                        Verdict::Fails(failing) => told.push(failing.message.unwrap_or(failing.told)),
                        Verdict::Asks(leaf) => return Verdict::Asks(leaf),
                    }
                }
                match assumed {
                    true => Verdict::Assumed,
                    false => Verdict::Fails(failing(told.join(", and "))),
                }
            }
            Test::Not(inner) => match self.verdict(inner) {
                Verdict::Holds(told) => {
                    let message = clause.message.clone().or_else(|| inner.message.clone());
                    Verdict::Fails(Failing {
                        message,
                        ..failing(told)
                    })
                }
                Verdict::Fails(failing) => Verdict::Holds(failing.told),
                Verdict::Assumed => Verdict::Assumed,
                Verdict::Asks(leaf) => Verdict::Asks(leaf),
            },
        }
    }

    fn answer_of(&self, leaf: &Leaf) -> Option<(Truth, String)> {
        if let Asks::Known { holds, told, .. } = &leaf.asks {
            return Some((Answer::of(*holds).truth, told.clone()));
        }
        let answer = self.answers.get(&leaf.number)?;
        let holds = answer.truth == Truth::Yes;
        let told = match &leaf.asks {
            Asks::Known { told, .. } => told.clone(),
            Asks::Applied(held) if holds => format!("changeset `{}` is applied", held.id),
            Asks::Applied(held) => format!("changeset `{}` is not applied", held.id),
            Asks::Of(inquiry) => inquiry.told(holds, answer.found.as_deref(), self.dialect),
        };
        Some((answer.truth, told))
    }
}

impl Clause {
    /// All that it may ask, in order.
    pub fn visit<'a>(&'a self, visit: &mut dyn FnMut(&'a Leaf)) {
        match &self.test {
            Test::All(clauses) | Test::Any(clauses) => clauses.iter().for_each(|inner| inner.visit(visit)),
            Test::Not(inner) => inner.visit(visit),
            Test::Leaf(leaf) => visit(leaf),
        }
    }

    /// What it comes to without a database, where that decides what stands behind it.
    pub(super) fn decided(&self) -> Option<bool> {
        match &self.test {
            Test::Leaf(leaf) => match leaf.asks {
                Asks::Known {
                    holds, decides: true, ..
                } => Some(holds),
                _ => None,
            },
            Test::All(clauses) => together(clauses, false),
            Test::Any(clauses) => together(clauses, true),
            Test::Not(inner) => inner.decided().map(|holds| !holds),
        }
    }

    /// What it asks, in a few words.
    pub fn summary(&self) -> String {
        let list = |clauses: &[Clause], word: &str| {
            let texts: Vec<String> = clauses.iter().map(Clause::summary).collect();
            texts.join(word)
        };
        match &self.test {
            Test::Leaf(leaf) => leaf.asks.summary(),
            Test::All(clauses) => list(clauses, ", and "),
            Test::Any(clauses) => list(clauses, ", or "),
            Test::Not(inner) => format!("not: {}", inner.summary()),
        }
    }
}

/// `word` is what one of them makes the whole.
fn together(clauses: &[Clause], word: bool) -> Option<bool> {
    let decided: Vec<Option<bool>> = clauses.iter().map(Clause::decided).collect();
    if decided.contains(&Some(word)) {
        return Some(word);
    }
    decided.iter().all(Option::is_some).then_some(!word)
}

impl Asks {
    pub fn summary(&self) -> String {
        match self {
            Asks::Known { told, .. } => told.clone(),
            Asks::Applied(held) => format!("changeset `{}` is applied", held.id),
            Asks::Of(inquiry) => inquiry.summary(),
        }
    }
}

impl Failing {
    /// As it is told where it stops a run.
    pub fn diagnostic(&self, whose: &str) -> Diagnostic {
        let message = match &self.message {
            Some(message) => message.clone(),
            None => format!("what {whose} requires does not hold: {}", self.told),
        };
        let diagnostic = Diagnostic::error("require", message).label(self.span, "");
        match &self.message {
            Some(_) => diagnostic.note(format!("{}, which is not what {whose} requires", self.told)),
            None => diagnostic,
        }
    }

    /// Why something is left out, in a line.
    pub fn why(&self) -> String {
        match &self.message {
            Some(message) => format!("{message} ({})", self.told),
            None => self.told.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::SourceId;
    use crate::dialect::ObjectName;

    fn span(at: usize) -> Span {
        Span::new(SourceId(0), at, at + 1)
    }

    /// A question of its own number.
    fn leaf(number: usize) -> Clause {
        let table = ObjectName::plain(format!("t{number}"));
        clause(Test::Leaf(Leaf {
            number,
            span: span(number),
            asks: Asks::Of(Inquiry::Table(table)),
        }))
    }

    fn clause(test: Test) -> Clause {
        Clause {
            span: span(0),
            message: None,
            test,
        }
    }

    fn gate(only_if: Vec<Clause>, require: Vec<Clause>) -> Gate {
        let dialect = Dialect::named("sqlite").unwrap();
        Gate::new(only_if, require, Otherwise::LeaveOut, dialect)
    }

    /// Answers as it is asked; the numbers that were asked.
    fn asked(gate: &mut Gate, truth: impl Fn(usize) -> Truth) -> Vec<usize> {
        let mut numbers = Vec::new();
        while let Passage::Asks(leaf) = gate.passage() {
            let number = leaf.number;
            numbers.push(number);
            let truth = truth(number);
            gate.answer(number, Answer { truth, found: None });
        }
        numbers
    }

    #[test]
    fn no_more_is_asked_than_it_takes() {
        let any = || clause(Test::Any(vec![leaf(1), leaf(2), leaf(3)]));
        let mut found = gate(vec![any()], Vec::new());
        let second = |number| if number == 2 { Truth::Yes } else { Truth::No };
        assert_eq!(asked(&mut found, second), [1, 2]);
        assert_eq!(found.turn(), Turn::Run);
        let all = clause(Test::All(vec![leaf(1), leaf(2), leaf(3)]));
        let mut found = gate(vec![all], vec![leaf(4)]);
        assert_eq!(
            asked(&mut found, |number| if number == 2 { Truth::No } else { Truth::Yes }),
            [1, 2]
        );
        assert_eq!(found.turn(), Turn::LeftOut);
        let mut found = gate(vec![clause(Test::Not(Box::new(any())))], vec![leaf(4)]);
        assert_eq!(asked(&mut found, |_| Truth::No), [1, 2, 3, 4]);
        assert!(matches!(found.passage(), Passage::Stops(_)));
    }

    #[test]
    fn what_nobody_knows_is_assumed_either_way() {
        for negated in [false, true] {
            let one = if negated {
                clause(Test::Not(Box::new(leaf(1))))
            } else {
                leaf(1)
            };
            let mut found = gate(vec![one], Vec::new());
            asked(&mut found, |_| Truth::Assumed);
            assert!(matches!(found.passage(), Passage::Open));
            assert_eq!(found.assumed().len(), 1);
        }
        // Certainty beside it decides.
        let all = clause(Test::All(vec![leaf(1), leaf(2)]));
        let mut found = gate(vec![all], Vec::new());
        asked(
            &mut found,
            |number| if number == 1 { Truth::Assumed } else { Truth::No },
        );
        assert_eq!(found.turn(), Turn::LeftOut);
    }

    #[test]
    fn what_does_not_hold_is_told_with_the_author_in_mind() {
        let mut not = clause(Test::Not(Box::new(leaf(1))));
        let mut found = gate(Vec::new(), vec![not.clone()]);
        asked(&mut found, |_| Truth::Yes);
        let told = |found: &Gate| match found.passage() {
            Passage::Stops(failing) => failing.diagnostic("changeset `c`").message,
            _ => String::new(),
        };
        assert_eq!(
            told(&found),
            "what changeset `c` requires does not hold: there is a table `t1`"
        );
        not.message = Some("take `t1` away first".to_string());
        let mut found = gate(Vec::new(), vec![not]);
        asked(&mut found, |_| Truth::Yes);
        assert_eq!(told(&found), "take `t1` away first");
    }
}
