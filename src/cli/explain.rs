use std::io::IsTerminal;

use clap::Args;
use serde_json::json;

use super::arguments::Common;
use super::output::{Output, faint, strong};
use super::{Exit, Failure};
use crate::diagnostic::{Sources, nearest};
use crate::dialect::Dialect;
use crate::operation::{PAGES, page};

#[derive(Args)]
pub(super) struct Explain {
    /// The operation: its page, with its SQL on all databases, or on that of `--dialect` (default: a list of all)
    operation: Option<String>,
}

impl Explain {
    pub fn run(self, common: &Common, output: &Output) -> Result<Exit, Failure> {
        let result = match &self.operation {
            None => list(output),
            Some(key) => {
                let Some(page) = page(key) else {
                    return Err(unknown(output, key));
                };
                let only = common.dialect.as_ref().map(|target| target.dialect);
                let page = of_dialect(page, only);
                match std::io::stdout().is_terminal() {
                    true => output.line(readable(&page)),
                    false => output.line(&page),
                }
                json!({ "operation": key, "page": page })
            }
        };
        output.end(Exit::Done, &[], &Sources::default(), result);
        Ok(Exit::Done)
    }
}

/// All operations, each with what it is for.
fn list(output: &Output) -> serde_json::Value {
    let width = PAGES.iter().map(|(key, _)| key.len()).max().unwrap_or_default();
    for (key, page) in PAGES {
        output.line(format!("{}  {}", strong(&format!("{key:width$}")), purpose(page)));
    }
    let all = PAGES
        .iter()
        .map(|(key, page)| json!({ "operation": key, "does": purpose(page) }));
    json!({ "operations": all.collect::<Vec<_>>() })
}

fn unknown(output: &Output, key: &str) -> Failure {
    let help = match nearest(key, PAGES.iter().map(|(key, _)| *key)) {
        Some(word) => format!("did you mean `{word}`?"),
        None => "`driftless explain` lists them all".into(),
    };
    let message = format!("unknown operation `{key}`");
    output.refuse(Exit::Usage, "unknown-operation", message, Some(&help))
}

/// The first sentence of a page.
fn purpose(page: &str) -> String {
    let paragraph: Vec<&str> = page
        .lines()
        .skip(1)
        .skip_while(|line| line.is_empty())
        .take_while(|line| !line.is_empty())
        .collect();
    let text = paragraph.join(" ");
    let end = text.find(". ").map_or(text.len(), |at| at + 1);
    without_marks(&text[..end], str::to_string)
}

/// A page without the sections of other dialects.
fn of_dialect(page: &str, only: Option<Dialect>) -> String {
    let left_out = |title: &str| {
        only.is_some_and(|only| Dialect::all().any(|dialect| dialect != only && dialect.facts().title == title))
    };
    let mut lines = Vec::new();
    let mut is_left_out = false;
    for line in page.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            is_left_out = left_out(title);
        }
        if !is_left_out {
            lines.push(line);
        }
    }
    lines.join("\n").trim_end().to_string()
}

/// A page for a terminal: without the marks of Markdown, code indented, tables in line.
fn readable(page: &str) -> String {
    let mut lines = Vec::new();
    let mut table: Vec<Vec<String>> = Vec::new();
    let mut in_code = false;
    for line in page.lines() {
        if let Some(row) = line.strip_prefix("| ").filter(|_| !in_code) {
            table.push(cells(row));
            continue;
        }
        lines.extend(table_lines(&std::mem::take(&mut table)));
        if line.starts_with("```") {
            in_code = !in_code;
        } else if in_code {
            lines.push(format!("    {line}").trim_end().to_string());
        } else if let Some(title) = line
            .trim_start_matches('#')
            .strip_prefix(' ')
            .filter(|_| line.starts_with('#'))
        {
            lines.push(strong(title));
        } else {
            lines.push(without_marks(line, strong));
        }
    }
    lines.extend(table_lines(&table));
    lines.join("\n")
}

fn cells(row: &str) -> Vec<String> {
    let row = row.trim_end().trim_end_matches('|').replace("\\|", "\u{0}");
    let cells = row.split('|').map(|cell| cell.trim().replace('\u{0}', "|"));
    cells.map(|cell| without_marks(&cell, strong)).collect()
}

/// The rows below each other, the first column of one width; the default stands in brackets behind the meaning.
fn table_lines(rows: &[Vec<String>]) -> Vec<String> {
    let rows = rows.iter().skip(2);
    let width = rows.clone().map(|row| row[0].chars().count()).max().unwrap_or_default();
    let lines = rows.map(|row| {
        let rest: Vec<&str> = row[1..]
            .iter()
            .map(String::as_str)
            .filter(|cell| !cell.is_empty())
            .collect();
        let text = match rest.as_slice() {
            [meaning, default] => format!("{meaning} {}", faint(&format!("({default})"))),
            rest => rest.join("  "),
        };
        format!("  {:width$}  {text}", row[0])
    });
    lines.collect()
}

/// A text with its links as their words, and what stands between `**` said by `strongly`.
fn without_marks(text: &str, strongly: impl Fn(&str) -> String) -> String {
    let mut plain = String::new();
    for (at, part) in text.split("**").enumerate() {
        match at % 2 {
            0 => plain += part,
            _ => plain += &strongly(part),
        }
    }
    while let Some(middle) = plain.find("](") {
        let (Some(start), Some(length)) = (plain[..middle].rfind('['), plain[middle..].find(')')) else {
            break;
        };
        let words = plain[start + 1..middle].to_string();
        plain.replace_range(start..middle + length + 1, &words);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_says_first_what_it_is_for() {
        for (key, page) in PAGES {
            let purpose = purpose(page);
            assert!(purpose.ends_with('.'), "{key}: {purpose}");
            assert!(page.starts_with(&format!("# {key}\n")), "{key}");
        }
    }

    #[test]
    fn a_terminal_gets_no_marks() {
        let page = "# a\n\nSee [b](b.md). **Bold** `code`.\n\n| key | meaning | default |\n| --- | --- | --- |\n\
                    | `k` | m \\| n | none |\n\n```yaml\n# c\n```\n";
        let text = anstream::adapter::strip_str(&readable(page)).to_string();
        assert_eq!(text, "a\n\nSee b. Bold `code`.\n\n  `k`  m | n (none)\n\n    # c");
    }

    #[test]
    fn one_dialect_is_shown_alone() {
        let page = page("add_column").expect("a page");
        let postgres = of_dialect(page, Dialect::named("postgres"));
        assert!(postgres.contains("```sql postgres up") && !postgres.contains("```sql sqlite up"));
        assert_eq!(of_dialect(page, None), page.trim_end());
    }
}
