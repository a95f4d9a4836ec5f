//! Differences of schemas as a person reads them, and as programs do.

use serde::Serialize;

use super::comparing::Compared;
use super::output::{Output, bad, faint, good, plural, strong, warn};
use super::renames::Candidate;
use crate::database::introspect::{LeftOut, Why};
use crate::model::{Differing, How, ObjectKind, PartKind, What};

/// One difference, for programs.
#[derive(Serialize)]
pub(super) struct DifferenceReport {
    /// `table`, `column`, `index`, `view`, …
    pub kind: String,
    /// The table that it is a part of, or stands on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    pub name: String,
    /// `made`, `gone`, `changed`, `renamed`; `undecided`: it differs in words, and whether it means the same nobody could
    /// tell.
    pub change: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Where the changelog says what it should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub defined: Option<String>,
}

#[derive(Serialize)]
pub(super) struct CandidateReport {
    pub from: String,
    pub to: String,
    pub evidence: String,
    /// What to say where it is so.
    pub flag: String,
}

#[derive(Serialize)]
pub(super) struct LeftOutReport {
    pub kind: String,
    pub name: String,
    /// `unmanaged`: no operation makes it; `unreadable`: the user may not read it.
    pub why: &'static str,
}

impl LeftOutReport {
    pub fn all(found: &[LeftOut]) -> Vec<LeftOutReport> {
        let all = found.iter().map(|found| LeftOutReport {
            kind: found.kind.to_string(),
            name: found.name.clone(),
            why: match found.why {
                Why::Unmanaged => "unmanaged",
                Why::Unreadable => "unreadable",
            },
        });
        all.collect()
    }
}

impl CandidateReport {
    pub fn all(found: &[Candidate]) -> Vec<CandidateReport> {
        let all = found.iter().map(|found| CandidateReport {
            from: match &found.table {
                Some(table) => format!("{}.{}", table.name, found.from),
                None => found.from.to_string(),
            },
            to: found.to.to_string(),
            evidence: found.evidence.clone(),
            flag: format!("--rename {}", found.flag()),
        });
        all.collect()
    }
}

impl DifferenceReport {
    pub fn of(found: &Differing, defined: Option<String>) -> DifferenceReport {
        let (kind, table, name) = match &found.what {
            What::Table(name) => ("table".to_string(), None, name.to_string()),
            What::Part(table, PartKind::Whole, _) => ("table".to_string(), None, table.to_string()),
            What::Part(table, kind, name) => (kind.word().to_string(), Some(table.to_string()), name.to_string()),
            What::Object(key) => {
                let table = (!key.detail.is_empty() && is_on_table(key.kind)).then(|| key.detail.clone());
                (key.kind.word().to_string(), table, key.name.to_string())
            }
        };
        DifferenceReport {
            kind,
            table,
            name,
            change: match found.how {
                How::Made => "made",
                How::Gone => "gone",
                How::Changed => "changed",
                How::Worded => "undecided",
                How::Named(_) => "renamed",
            },
            before: found.before.clone(),
            after: found.after.clone(),
            defined,
        }
    }
}

fn is_on_table(kind: ObjectKind) -> bool {
    matches!(kind, ObjectKind::Trigger | ObjectKind::Policy)
}

/// A difference in words: `column nickname`.
fn called(found: &Differing) -> String {
    match &found.what {
        What::Table(name) => format!("table {}", strong(&name.to_string())),
        What::Part(_, PartKind::Whole, _) => "what is said of the table".to_string(),
        What::Part(_, kind, name) => format!("{} {}", kind.word(), strong(name)),
        What::Object(key) => {
            let more = match key.kind {
                ObjectKind::Trigger | ObjectKind::Policy => format!(" on {}", key.detail),
                ObjectKind::Grant => {
                    let on = key.detail.split_whitespace().skip(1).collect::<Vec<_>>().join(" ");
                    return format!("privilege {} on {}", on.replace("()", " to"), key.name);
                }
                ObjectKind::Function | ObjectKind::Procedure if !key.detail.is_empty() => format!("({})", key.detail),
                _ => String::new(),
            };
            format!("{} {}{more}", key.kind.word(), strong(&key.name.to_string()))
        }
    }
}

/// The longest text that stands on a line with its name.
const SHORT: usize = 60;

fn shortened(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(SHORT) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

/// One line of the tree; `defined` is where the changelog says what it should be.
fn line(found: &Differing, defined: Option<&str>) -> String {
    let name = called(found);
    let (before, after) = (
        found.before.as_deref().unwrap_or_default(),
        found.after.as_deref().unwrap_or_default(),
    );
    let text = |text: &str| match text {
        "" => String::new(),
        text => format!("  {}", faint(&shortened(text))),
    };
    let mut line = match &found.how {
        How::Made => format!("{} {name}{}", good("+"), text(after)),
        How::Gone => format!("{} {name}{}", bad("-"), text(before)),
        How::Named(to) => format!("{} {name} → {}", warn("~"), strong(to)),
        How::Changed | How::Worded => {
            let sign = if found.how == How::Worded { warn("?") } else { warn("~") };
            let (one, other) = (shortened(before), shortened(after));
            // What differs behind the end of the line is shown whole.
            let (one, other) = match one == other {
                true => (before.to_string(), after.to_string()),
                false => (one, other),
            };
            let none = |text: String| if text.is_empty() { "nothing".to_string() } else { text };
            format!("{sign} {name}  {} → {}", faint(&none(one)), faint(&none(other)))
        }
    };
    if found.how == How::Worded {
        line += &faint("  (in words; whether it means the same is not known)");
    }
    if let Some(defined) = defined {
        line += &faint(&format!("  {defined}"));
    }
    line
}

/// Shows what differs as a tree: tables with their parts, and what stands beside them.
pub(super) fn show(compared: &Compared, defined: &dyn Fn(&What) -> Option<String>, output: &Output) {
    for (from, to) in &compared.renames.tables {
        output.line(format!(
            "{} table {} → {}",
            warn("~"),
            strong(&from.to_string()),
            strong(to)
        ));
    }
    let mut tables: Vec<_> = compared
        .differing
        .iter()
        .filter_map(|found| found.what.table().cloned())
        .collect();
    tables.extend(compared.renames.columns.iter().map(|(table, ..)| table.clone()));
    tables.sort();
    tables.dedup();
    for table in tables {
        let own: Vec<&Differing> = compared
            .differing
            .iter()
            .filter(|found| found.what.table() == Some(&table))
            .collect();
        if let [whole] = own.as_slice()
            && matches!(whole.what, What::Table(_))
        {
            output.line(line(whole, defined(&whole.what).as_deref()));
            continue;
        }
        output.line(format!("{} table {}", warn("~"), strong(&table.to_string())));
        for (_, from, to) in compared.renames.columns.iter().filter(|(of, ..)| *of == table) {
            output.line(format!("    {} column {} → {}", warn("~"), strong(from), strong(to)));
        }
        for found in own {
            output.line(format!("    {}", line(found, defined(&found.what).as_deref())));
        }
    }
    for found in compared
        .differing
        .iter()
        .filter(|found| matches!(found.what, What::Object(_)))
    {
        output.line(line(found, defined(&found.what).as_deref()));
    }
    for candidate in &compared.candidates {
        let old = match &candidate.table {
            Some(table) => format!("{}.{}", table.name, candidate.from),
            None => candidate.from.to_string(),
        };
        output.line(format!(
            "{} was {} renamed to {}? {}; say so with `--rename {}`",
            warn("?"),
            strong(&old),
            strong(&candidate.to),
            candidate.evidence,
            candidate.flag()
        ));
    }
}

/// What is to be known beside the differences.
pub(super) fn remarks(compared: &Compared, output: &Output) {
    if !compared.reordered.is_empty() {
        let names: Vec<String> = compared.reordered.iter().map(|name| format!("`{name}`")).collect();
        output.say(format!(
            "note: the columns of {} stand in another order, which is taken for no difference",
            listed(&names)
        ));
    }
    if !compared.unspoken.is_empty() {
        let words: Vec<String> = compared.unspoken.iter().map(|kind| many(*kind)).collect();
        output.say(format!(
            "note: the model speaks of no {}: they are left as they are",
            words.join(", no ")
        ));
    }
}

fn many(kind: ObjectKind) -> String {
    match kind {
        ObjectKind::Policy => "policies".to_string(),
        kind => format!("{}s", kind.word()),
    }
}

/// The first few of a list, and how many more there are.
fn listed(names: &[String]) -> String {
    const FEW: usize = 5;
    match names.len() {
        0..=FEW => names.join(", "),
        count => format!("{} and {} more", names[..FEW].join(", "), count - FEW),
    }
}

/// Tells what a database has that no comparison sees.
pub(super) fn tell_left_out(title: &str, found: &[LeftOut], output: &Output) {
    for (why, text) in [
        (Why::Unmanaged, "driftless does not manage"),
        (Why::Unreadable, "the user may not read, so that it stays unknown"),
    ] {
        let own: Vec<&LeftOut> = found.iter().filter(|found| found.why == why).collect();
        if own.is_empty() {
            continue;
        }
        output.say(format!("{title} holds {} that {text}:", plural(own.len(), "thing")));
        for found in own {
            output.say(format!("  {} {}", found.kind, found.name));
        }
    }
}
