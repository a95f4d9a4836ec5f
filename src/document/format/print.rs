//! A document as YAML: indented by two, keys in the schema's order, short maps and lists on one line where they were.

use granit_parser::ScalarStyle;

use super::forms::{Forms, keys};
use super::remarks::{Note, Remark};
use super::scalar::{Block, folded, literal, on_one_line, quoted, shortest};
use super::written::{Body, Collection, Item, Part, Written};
use super::{Manner, is_one_of};
use crate::document::line_break;

pub(super) struct Printer<'a> {
    out: String,
    manner: &'a Manner<'a>,
    /// Whether quotes are chosen anew, as for what comes from JSON.
    requotes: bool,
    /// Whether the key `$schema` is left out.
    without_schema: bool,
    /// The way to what is being printed.
    path: Vec<String>,
    /// The length after a block that an empty line would belong to.
    open_at: Option<usize>,
}

/// How a value is written.
enum Shape<'p> {
    Line(String),
    /// Quoted or plain, on several lines.
    Lines(Vec<String>),
    Block(Block),
    Items(&'p Collection),
}

impl<'a> Printer<'a> {
    pub fn new(manner: &'a Manner<'a>, requotes: bool) -> Printer<'a> {
        Printer {
            out: String::new(),
            manner,
            requotes,
            without_schema: false,
            path: Vec::new(),
            open_at: None,
        }
    }

    pub fn without_schema(mut self, without: bool) -> Printer<'a> {
        self.without_schema = without;
        self
    }

    /// The whole text, its line breaks as they were.
    pub fn document(mut self, text: &str, mut written: Written) -> String {
        self.head(text, &written);
        match &mut written.root {
            None => self.remarks(&written.rest, 0, true),
            Some(root) if root.collection().is_none_or(|collection| collection.items.is_empty()) => {
                let rest = match &mut root.body {
                    Body::Collection(collection) => std::mem::take(&mut collection.tail),
                    _ => written.rest,
                };
                let value = match &root.body {
                    Body::Collection(collection) => nothing(collection),
                    _ => text[root.start..root.end].trim(),
                };
                let line = format!("{} {value}", root.properties);
                if !line.trim().is_empty() {
                    self.out += &format!("{}\n", line.trim());
                }
                let is_first = self.out.is_empty();
                self.remarks(&rest, 0, is_first);
            }
            Some(root) => {
                if !root.properties.is_empty() {
                    self.out += &format!("{}\n", root.properties);
                }
                let order = Forms::new(self.manner.schema);
                if let Body::Collection(collection) = &mut root.body {
                    self.keep_head(collection, &order);
                    self.items(collection, &order, 0, false);
                }
            }
        }
        match line_break(text) {
            "\n" => self.out,
            line_break => self.out.replace('\n', line_break),
        }
    }

    /// Comments, directives and `---` above the document.
    fn head(&mut self, text: &str, written: &Written) {
        let Some(marker) = written.marker else {
            return;
        };
        self.remarks(&written.above_marker, 0, true);
        for line in text[..marker].lines().filter(|line| line.starts_with('%')) {
            self.out += &format!("{}\n", without_comment(line));
        }
        self.out += "---";
        let mut behind = written.behind_marker.iter();
        if let Some(first) = behind.next() {
            self.out += &first.behind(3);
        }
        self.out.push('\n');
    }

    /// The comments at the head of a file stay there, whichever key comes first.
    fn keep_head(&mut self, root: &mut Collection, order: &Forms<'_>) {
        let first = order.arranged(&keys(root)).first().copied().unwrap_or_default();
        let is_bound = first == 0 || has_anchors(root);
        let item = &mut root.items[0];
        if is_bound || item.above.is_empty() {
            return;
        }
        let apart = item
            .above
            .iter()
            .skip(1)
            .rposition(|remark| remark.is_after_blank)
            .map(|at| at + 1);
        let kept = match apart {
            Some(at) if !item.is_after_blank => at,
            _ => item.above.len(),
        };
        let own = item.above.split_off(kept);
        let head = std::mem::replace(&mut item.above, own);
        let was_apart = item.is_after_blank || !item.above.is_empty();
        self.remarks(&head, 0, true);
        if was_apart {
            self.out.push('\n');
        }
    }

    fn remarks(&mut self, remarks: &[Remark], indent: usize, is_first: bool) {
        for (at, remark) in remarks.iter().enumerate() {
            let may_part = !(is_first && at == 0) && self.open_at != Some(self.out.len());
            if remark.is_after_blank && may_part {
                self.out.push('\n');
            }
            self.out += &format!("{}{}\n", " ".repeat(indent), remark.text);
        }
    }

    /// The items of a list or map, each from its line's start; with `compact`, the first one where the line is by now.
    fn items(&mut self, collection: &Collection, order: &Forms<'_>, indent: usize, compact: bool) {
        let is_apart = is_one_of(self.manner.apart, &self.path);
        let mut was_tall = false;
        let mut is_first = true;
        for item in self.arranged(collection, order) {
            let below = self.enter(item, order);
            let mark = self.out.len();
            let mut is_tall = false;
            if !(is_first && compact) {
                let preface = self.preface(item, &below, indent);
                let may_part = !is_first && self.open_at != Some(mark);
                self.remarks(&preface, indent, !may_part);
                if item.is_after_blank && (may_part || !preface.is_empty()) {
                    self.out.push('\n');
                }
                self.out += &" ".repeat(indent);
                let start = self.out.len();
                self.item(item, &below, indent);
                is_tall = self.out[start..].trim_end().contains('\n');
                let has_blank = self.out[mark..].starts_with('\n');
                if is_apart && may_part && (is_tall || was_tall) && !has_blank {
                    self.out.insert(mark, '\n');
                    self.open_at = self.open_at.map(|at| at + usize::from(at > mark));
                }
            } else {
                self.item(item, &below, indent);
            }
            was_tall = is_tall;
            is_first = false;
            self.path.pop();
        }
        self.remarks(&collection.tail, indent, false);
    }

    /// Steps down to an item; the caller steps up again.
    fn enter<'o>(&mut self, item: &Item, order: &Forms<'o>) -> Forms<'o> {
        match &item.key {
            Some(key) => {
                self.path.push(key.value().to_string());
                order.below(key.value())
            }
            None => {
                self.path.push("*".into());
                order.items()
            }
        }
    }

    /// The items in the order they are written in. Nothing is moved where an anchor and its alias could change places.
    fn arranged<'p>(&self, collection: &'p Collection, order: &Forms<'_>) -> Vec<&'p Item> {
        let is_left_out = |item: &&Item| {
            self.without_schema && self.path.is_empty() && item.key.as_ref().is_some_and(|key| key.value() == "$schema")
        };
        if !collection.is_map || has_anchors(collection) {
            return collection.items.iter().filter(|item| !is_left_out(item)).collect();
        }
        let places = order.arranged(&keys(collection)).into_iter();
        let items = places.map(|at| &collection.items[at]);
        items.filter(|item| !is_left_out(item)).collect()
    }

    /// The lines above an item: its comments, and those for which there is no place behind something.
    fn preface(&mut self, item: &Item, order: &Forms<'_>, indent: usize) -> Vec<Remark> {
        let mut lines = item.above.clone();
        let shape = self.shape(item, order, indent);
        let (_, more) = self.behind(item, &shape);
        lines.extend(more.into_iter().map(|note| Remark {
            text: note.text.clone(),
            is_after_blank: false,
        }));
        if let Shape::Items(collection) = &shape
            && is_compact(item)
            && let Some(first) = self.arranged(collection, order).first()
        {
            let below = self.enter(first, order);
            lines.extend(self.preface(first, &below, indent + 2));
            self.path.pop();
        }
        lines
    }

    /// The comment behind an item, and those that have to go above it.
    fn behind<'p>(&self, item: &'p Item, shape: &Shape<'_>) -> (Option<&'p Note>, Vec<&'p Note>) {
        let mut all: Vec<&Note> = item.head.iter().chain(&item.behind).collect();
        let one = match shape {
            Shape::Items(_) if is_compact(item) => None,
            Shape::Line(_) | Shape::Lines(_) => all.pop(),
            Shape::Block(_) | Shape::Items(_) => (!all.is_empty()).then(|| all.remove(0)),
        };
        (one, all)
    }

    fn item(&mut self, item: &Item, order: &Forms<'_>, indent: usize) {
        let shape = self.shape(item, order, indent);
        let note = self.behind(item, &shape).0;
        self.out += &self.label(item);
        if !item.value.properties.is_empty() {
            self.out += &format!(" {}", item.value.properties);
        }
        match shape {
            Shape::Line(text) => {
                if !text.is_empty() {
                    self.out += &format!(" {text}");
                }
                self.end_line(note);
            }
            Shape::Lines(lines) => {
                let inner = format!("\n{}", " ".repeat(indent + 2));
                let text = lines.join(&inner);
                let text: Vec<&str> = text
                    .split('\n')
                    .map(|line| if line.trim().is_empty() { "" } else { line })
                    .collect();
                self.out += &format!(" {}", text.join("\n"));
                self.end_line(note);
            }
            Shape::Block(block) => {
                self.out += &format!(" {}", block.head);
                self.end_line(note);
                for line in &block.lines {
                    match line.is_empty() {
                        true => self.out.push('\n'),
                        false => self.out += &format!("{}{line}\n", " ".repeat(indent + 2)),
                    }
                }
                if block.is_open {
                    self.open_at = Some(self.out.len());
                }
            }
            Shape::Items(collection) if is_compact(item) => {
                self.out.push(' ');
                self.items(collection, order, indent + 2, true);
            }
            Shape::Items(collection) => {
                self.end_line(note);
                self.items(collection, order, indent + 2, false);
            }
        }
    }

    fn end_line(&mut self, note: Option<&Note>) {
        let start = self.out.rfind('\n').map_or(0, |at| at + 1);
        let length = self.out[start..].chars().count();
        if let Some(note) = note {
            self.out += &note.behind(length);
        }
        self.out.push('\n');
    }

    /// `key:` or `-`.
    fn label(&self, item: &Item) -> String {
        match &item.key {
            None => "-".to_string(),
            Some(key) => format!("{}:", self.key(key, false)),
        }
    }

    fn key(&self, key: &Part, in_flow: bool) -> String {
        let text = match &key.body {
            Body::Scalar { value, .. } if self.requotes => shortest(value, in_flow),
            Body::Scalar { raw, .. } if raw.is_empty() => "~".to_string(),
            Body::Scalar { value, raw, style, .. } => on_one_line(value, raw, *style).unwrap_or_else(|| quoted(value)),
            _ => String::new(),
        };
        match key.properties.is_empty() {
            true => text,
            false => format!("{} {text}", key.properties),
        }
    }

    fn shape<'p>(&self, item: &'p Item, order: &Forms<'_>, indent: usize) -> Shape<'p> {
        match &item.value.body {
            Body::Alias(raw) => Shape::Line(raw.clone()),
            Body::Scalar {
                value,
                raw,
                style,
                column,
            } => self.scalar(value, raw, *style, *column),
            Body::Collection(collection) if collection.items.is_empty() => Shape::Line(nothing(collection).to_string()),
            Body::Collection(collection) => {
                let mut column = indent + self.label(item).chars().count() + 1;
                if !item.value.properties.is_empty() {
                    column += item.value.properties.chars().count() + 1;
                }
                let flow = match collection.is_flow {
                    true => self.flow(collection, order),
                    false => None,
                };
                let is_spread = self.manner.spreads(collection.is_map, &self.path);
                let fits = |text: &String| !is_spread && column + text.chars().count() <= self.manner.width;
                match flow.filter(fits) {
                    Some(text) => Shape::Line(text),
                    None => Shape::Items(collection),
                }
            }
        }
    }

    fn scalar(&self, value: &str, raw: &str, style: ScalarStyle, column: usize) -> Shape<'static> {
        if self.requotes && style == ScalarStyle::DoubleQuoted {
            let block = literal(value).filter(|_| value.contains('\n'));
            return block.map_or_else(|| Shape::Line(shortest(value, false)), Shape::Block);
        }
        if let Some(text) = on_one_line(value, raw, style) {
            return Shape::Line(text);
        }
        let block = match style {
            ScalarStyle::Literal => literal(value),
            ScalarStyle::Folded => folded(value, raw, column),
            _ => return Shape::Lines(raw.lines().map(|line| line.trim_start().to_string()).collect()),
        };
        block.map_or_else(|| Shape::Line(quoted(value)), Shape::Block)
    }

    /// A list or map on one line, where it was on one and nothing in it needs more.
    fn flow(&self, collection: &Collection, order: &Forms<'_>) -> Option<String> {
        if collection.items.is_empty() {
            return Some(nothing(collection).to_string());
        }
        if !collection.is_short || !collection.is_flow || !collection.tail.is_empty() {
            return None;
        }
        let mut texts = Vec::new();
        for item in self.arranged(collection, order) {
            if !(item.above.is_empty() && item.head.is_empty() && item.behind.is_empty()) {
                return None;
            }
            let below = match &item.key {
                Some(key) => order.below(key.value()),
                None => order.items(),
            };
            let value = self.flow_value(&item.value, &below)?;
            texts.push(match &item.key {
                Some(key) => format!("{}: {value}", self.key(key, true)),
                None => value,
            });
        }
        let text = texts.join(", ");
        Some(match collection.is_map {
            true => format!("{{ {text} }}"),
            false => format!("[{text}]"),
        })
    }

    fn flow_value(&self, part: &Part, order: &Forms<'_>) -> Option<String> {
        let text = match &part.body {
            Body::Alias(raw) => raw.clone(),
            Body::Scalar { value, style, .. } if self.requotes && *style == ScalarStyle::DoubleQuoted => {
                if value.contains('\n') && literal(value).is_some() {
                    return None;
                }
                shortest(value, true)
            }
            Body::Scalar { raw, .. } if raw.is_empty() => "null".to_string(),
            Body::Scalar { value, raw, style, .. } => on_one_line(value, raw, *style)?,
            Body::Collection(collection) => self.flow(collection, order)?,
        };
        Some(match part.properties.is_empty() {
            true => text,
            false => format!("{} {text}", part.properties),
        })
    }
}

/// A list or map of nothing. The comments in it stand with what it is the value of.
fn nothing(collection: &Collection) -> &'static str {
    if collection.is_map { "{}" } else { "[]" }
}

/// Whether the first line of what is in an item stands behind its dash.
fn is_compact(item: &Item) -> bool {
    item.key.is_none() && item.value.properties.is_empty()
}

/// A `%TAG` with a comment behind it: the comment is printed by itself.
fn without_comment(line: &str) -> &str {
    let ends = [" #", "\t#"].iter().filter_map(|sign| line.find(sign));
    line[..ends.min().unwrap_or(line.len())].trim_end()
}

fn has_anchors(collection: &Collection) -> bool {
    let is_bound = |part: &Part| {
        part.properties.contains('&')
            || match &part.body {
                Body::Alias(_) => true,
                Body::Scalar { .. } => false,
                Body::Collection(collection) => has_anchors(collection),
            }
    };
    collection
        .items
        .iter()
        .any(|item| is_bound(&item.value) || item.key.as_ref().is_some_and(is_bound))
}
