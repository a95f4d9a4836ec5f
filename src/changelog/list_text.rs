//! A list of changesets as the text of its file: items are taken out of it with their comments, and others put in.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::manner;
use crate::diagnostic::Sources;
use crate::document::{Form, Node, aliases, format, line_break};

/// A list that stands in a file, with what is done to its items.
pub(super) struct List {
    pub text: Arc<str>,
    pub root: Node,
    /// For each item what takes its place; items that stay are not among them.
    pub instead: BTreeMap<usize, Option<String>>,
}

impl List {
    fn items(&self) -> &[Node] {
        self.root.get("changesets").map_or(&[], Node::items)
    }

    pub fn item(&self, id: &str) -> Option<usize> {
        let mut items = self.items().iter();
        items.position(|item| item.get("id").and_then(Node::scalar_text) == Some(id))
    }

    /// The lines of an item, with the comments right before it; and how far it is indented.
    fn lines(&self, file: &str, at: usize) -> Result<(usize, usize, usize), String> {
        let (start, indent) = self.start(file, at)?;
        let end = match at + 1 < self.items().len() {
            true => self.start(file, at + 1)?.0,
            false => self.end(),
        };
        Ok((start, end, indent))
    }

    fn start(&self, file: &str, at: usize) -> Result<(usize, usize), String> {
        let span = self.items()[at].span.start as usize;
        let line = self.text[..span].rfind('\n').map_or(0, |found| found + 1);
        let before = &self.text[line..span];
        if before.trim() != "-" || file.ends_with(".json") {
            return Err(format!(
                "the changesets of `{file}` do not stand in a block list of YAML, out of which they can be taken"
            ));
        }
        let indent = before.len() - before.trim_start().len();
        Ok((self.with_comments(line), indent))
    }

    /// The start of the comments that stand right before a line.
    fn with_comments(&self, mut line: usize) -> usize {
        while line > 0 {
            let before = self.text[..line - 1].rfind('\n').map_or(0, |found| found + 1);
            if !self.text[before..line].trim_start().starts_with('#') {
                break;
            }
            line = before;
        }
        line
    }

    /// Where the list ends: before the next key, or at the end.
    fn end(&self) -> usize {
        let from = self.root.entry("changesets").map_or(0, |entry| entry.key_span.start);
        let later = self.root.entries().iter().map(|entry| entry.key_span.start);
        match later.filter(|start| *start > from).min() {
            Some(start) => self.with_comments(start as usize),
            None => self.text.len(),
        }
    }

    /// Refuses to take items away from what they take over, or what others take over from them.
    fn refuse_parting(&self, file: &str, items: &[usize]) -> Result<(), String> {
        let mut lines = Vec::new();
        for at in items {
            let (start, end, _) = self.lines(file, *at)?;
            lines.push(start..end);
        }
        let goes = |at: usize| lines.iter().any(|lines| lines.contains(&at));
        // The parameters go with the items.
        let goes_too = |at: usize| self.params().is_some_and(|params| params.contains(&at));
        let parted = aliases(&self.text)
            .into_iter()
            .find(|(alias, anchor)| goes(*alias) != goes(*anchor) && !goes_too(*anchor));
        match parted {
            None => Ok(()),
            Some((alias, anchor)) => Err(format!(
                "the alias at `{file}:{}` would no longer be in the file of what it stands for, at `{file}:{}`: write it out",
                self.place(alias),
                self.place(anchor)
            )),
        }
    }

    /// Line and column, counted from 1.
    fn place(&self, at: usize) -> String {
        let before = &self.text[..at];
        let line = before.rfind('\n').map_or(0, |found| found + 1);
        let column = before[line..].chars().count() + 1;
        format!("{}:{column}", before.matches('\n').count() + 1)
    }

    /// The text of the parameters.
    fn params(&self) -> Option<Range<usize>> {
        let start = self.root.entry("params")?.key_span.start;
        let later = self.root.entries().iter().map(|entry| entry.key_span.start);
        let end = later.filter(|other| *other > start).min();
        Some(start as usize..end.map_or(self.text.len(), |end| self.with_comments(end as usize)))
    }

    /// A file with some of the items, and the parameters that they see.
    pub fn cut(&self, file: &str, items: &[usize]) -> Result<String, String> {
        self.refuse_parting(file, items)?;
        let mut text = String::new();
        if let Some(params) = self.params() {
            text += &with_end(&self.text[params]);
        }
        text += &format!("changesets:{}", line_break(&self.text));
        for at in items {
            let (start, end, _) = self.lines(file, *at)?;
            text += &with_end(&self.text[start..end]);
        }
        Ok(self.in_its_form(text))
    }

    pub fn rewritten(&self, file: &str) -> Result<String, String> {
        let mut text = self.text.to_string();
        for (at, instead) in self.instead.iter().rev() {
            let (start, end, indent) = self.lines(file, *at)?;
            let item = instead
                .as_ref()
                .map(|item| as_item(item, indent, line_break(&self.text)));
            text.replace_range(start..end, item.as_deref().unwrap_or_default());
        }
        let left = self.items().len() - self.instead.values().filter(|instead| instead.is_none()).count();
        if left == 0 {
            let (start, _, indent) = self.lines(file, 0)?;
            let line_break = line_break(&self.text);
            text.insert_str(start, &format!("{}[]{line_break}", " ".repeat(indent.max(2))));
        }
        Ok(self.in_its_form(text))
    }

    /// A text that was made of this one, formatted where this one is.
    fn in_its_form(&self, text: String) -> String {
        match formatted(&self.text).is_some_and(|formatted| *formatted == *self.text) {
            true => formatted(&text).unwrap_or(text),
            false => text,
        }
    }
}

/// A map as an item of a list.
fn as_item(map: &str, indent: usize, line_break: &str) -> String {
    let spaces = " ".repeat(indent);
    let lines = map.lines().enumerate().map(|(at, line)| match (at, line) {
        (0, line) => format!("{spaces}- {line}{line_break}"),
        (_, "") => line_break.to_string(),
        (_, line) => format!("{spaces}  {line}{line_break}"),
    });
    lines.collect()
}

fn with_end(text: &str) -> String {
    format!("{}{}", text.trim_end_matches(['\r', '\n']), line_break(text))
}

fn formatted(text: &str) -> Option<String> {
    let mut sources = Sources::default();
    let source = sources.add("", text);
    format(source, &sources, Form::Yaml, &manner()).ok()
}
