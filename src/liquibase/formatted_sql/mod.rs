//! Formatted SQL into the elements that XML would have: files of SQL whose changesets begin in comments.

mod head;
mod line;
mod precondition;
mod rollback;

use super::tree::ROOT;
use super::xml::trimmed;
use super::{Attribute, Element, Text};
use crate::diagnostic::{Diagnostic, SourceId, Span};
use head::Head;
use line::{Value, after, is_blank, is_word, lines, one_dash, said, said_inside, setting, skip_blanks, unquoted};

/// Whether a file is formatted SQL: its first line that is not empty says so.
pub fn has_header(text: &str) -> bool {
    let first = lines(text.trim_start_matches('\u{feff}')).find(|line| !line.trim().is_empty());
    first.is_some_and(is_header)
}

fn is_header(line: &str) -> bool {
    let rest = said_inside(line, "liquibase").map(skip_blanks);
    rest.is_some_and(|rest| after(rest, "formatted").is_some())
}

/// The root element of a file of SQL. Without the header it is one changeset, `includeAll:raw`.
pub fn read(source: SourceId, text: &str) -> Result<Element, Vec<Diagnostic>> {
    let place = Place { source, text };
    let text = text.trim_start_matches('\u{feff}');
    let mut root = Element::new(ROOT, place.span(&text[..0]), place.span(text));
    if !has_header(text) {
        root.children.push(raw(&place, text));
        return Ok(root);
    }
    let mut reader = Reader {
        place,
        root,
        open: None,
        told: Vec::new(),
    };
    reader.read(text);
    match reader.told.is_empty() {
        true => Ok(reader.root),
        false => Err(reader.told),
    }
}

fn raw(place: &Place, text: &str) -> Element {
    let (start, all) = (&text[..0], place.span(text));
    let mut changeset = Element::new("changeSet", place.span(start), all);
    changeset
        .attributes
        .push(attribute(place, "author", start, "includeAll"));
    changeset.attributes.push(attribute(place, "id", start, "raw"));
    let mut sql = Element::new("sql", place.span(start), all);
    sql.attributes.push(attribute(place, "splitStatements", start, "false"));
    sql.attributes.push(attribute(place, "stripComments", start, "false"));
    sql.text = Some(Text {
        text: text.to_string(),
        span: all,
    });
    changeset.children.push(sql);
    changeset
}

/// The file that is read, for the spans of its parts.
pub struct Place<'t> {
    source: SourceId,
    text: &'t str,
}

impl Place<'_> {
    /// Where a part of the file's text stands.
    pub fn span(&self, part: &str) -> Span {
        let start = part.as_ptr() as usize - self.text.as_ptr() as usize;
        Span::new(self.source, start, start + part.len())
    }

    pub fn mistake(&self, line: &str, form: &str) -> Diagnostic {
        Diagnostic::error("liquibase-syntax", "Liquibase cannot read this line of formatted SQL")
            .label(self.span(line), "")
            .help(format!("it is written `{form}`"))
    }
}

/// An attribute whose value stands at a part of the file.
pub fn attribute(place: &Place, name: &str, at: &str, value: &str) -> Attribute {
    Attribute {
        name: name.to_string(),
        name_span: place.span(at),
        value: Text {
            text: value.to_string(),
            span: place.span(at),
        },
        is_null: false,
    }
}

/// An element with lines as its text; `None` where they are blank.
pub fn text_element(place: &Place, name: &str, lines: &[&str]) -> Option<Element> {
    let mut written = lines.iter().filter(|line| !trimmed(line).is_empty());
    let first = trimmed(written.next()?);
    let last = written.next_back().map_or(first, |line| trimmed(line));
    let span = Span {
        end: place.span(last).end,
        ..place.span(first)
    };
    let mut element = Element::new(name, place.span(first), span);
    element.text = Some(Text {
        text: trimmed(&lines.join("\n")).to_string(),
        span,
    });
    Some(element)
}

struct Reader<'t> {
    place: Place<'t>,
    root: Element,
    open: Option<Open<'t>>,
    told: Vec<Diagnostic>,
}

/// The changeset that the lines belong to.
struct Open<'t> {
    head: Head<'t>,
    comment: Option<&'t str>,
    sums: Vec<&'t str>,
    preconditions: Option<Element>,
    sql: Vec<&'t str>,
    rollback: Vec<&'t str>,
}

type Step = Result<(), Diagnostic>;

impl<'t> Reader<'t> {
    fn read(&mut self, text: &'t str) {
        let mut lines = lines(text);
        while let Some(line) = lines.next() {
            if let Err(told) = self.line(line, &mut lines) {
                self.told.push(told);
            }
        }
        let last = self.open.as_mut();
        if let Some(open) = last.filter(|open| ends_in_slash(open)) {
            let at = open.head.line;
            open.head.sql.push(attribute(&self.place, "endDelimiter", at, "\n/$"));
        }
        self.close();
    }

    fn line(&mut self, line: &'t str, rest: &mut impl Iterator<Item = &'t str>) -> Step {
        if let Some(property) = said_inside(line, "property").filter(|rest| has_two_settings(rest)) {
            self.root.children.push(self.property(line, property));
            return Ok(());
        }
        let undashed = skip_blanks(line).trim_start_matches('-');
        let is_dashed = undashed.len() < skip_blanks(line).len();
        if is_dashed && after(skip_blanks(undashed), "property").is_some_and(|rest| rest.starts_with(is_blank)) {
            return Err(self.place.mistake(line, "--property name:… value:…"));
        }
        if is_header(line) {
            let path = setting(line, "logicalFilePath", Value::NonBlank).filter(|(_, path)| !path.is_empty());
            let path = path.map(|(_, path)| attribute(&self.place, "logicalFilePath", path, path));
            self.root.attributes = path.into_iter().collect();
            if self.open.is_none() {
                return Ok(());
            }
        }
        if let Some(ignored) = said(line, "ignoreLines:").filter(|ignored| is_all_word(ignored)) {
            return self.ignore(line, ignored, rest);
        }
        let is_old = said(line, "ignore:").is_some_and(is_all_word);
        let is_one_dash = one_dash(line, "ignoreLines:").is_some_and(|rest| rest.starts_with(is_word));
        if is_old || is_one_dash {
            return Err(self.place.mistake(line, "--ignoreLines:start` or `--ignoreLines:2"));
        }
        if let Some(head) = Head::read(&self.place, line) {
            self.close();
            self.open = Some(Open {
                head: head?,
                comment: None,
                sums: Vec::new(),
                preconditions: None,
                sql: Vec::new(),
                rollback: Vec::new(),
            });
            return Ok(());
        }
        let one = one_dash(line, "changeset").is_some_and(|rest| rest.starts_with(is_blank));
        if one || said_inside(line, "changeset").is_some() {
            return Err(self.place.mistake(line, "--changeset author:id"));
        }
        match &mut self.open {
            Some(open) => open.line(&self.place, line, rest),
            None if comment(line).is_some() => {
                let told = self.place.mistake(line, "--comment …");
                Err(told.note("a comment belongs to a changeset: it stands below its `--changeset`"))
            }
            None => {
                let remark = skip_blanks(line).strip_prefix("--").map(str::trim);
                let remark = remark.filter(|remark| !remark.is_empty());
                self.root.remarks.extend(remark.map(str::to_string));
                Ok(())
            }
        }
    }

    fn property(&self, line: &str, settings: &str) -> Element {
        let mut property = Element::new("property", self.place.span(line), self.place.span(line));
        let kinds = [
            ("name", Value::Spaced),
            ("value", Value::Spaced),
            ("context", Value::Quoted),
            ("contextFilter", Value::Quoted),
            ("labels", Value::Quoted),
            ("dbms", Value::Names),
            ("global", Value::Spaced),
        ];
        let set = kinds.iter().filter_map(|(name, kind)| {
            let (_, value) = setting(settings, name, *kind).filter(|(_, value)| !value.is_empty())?;
            let text = match *name {
                "context" | "contextFilter" | "labels" => unquoted(value),
                "dbms" => value.trim(),
                _ => value,
            };
            Some(attribute(&self.place, name, value, text))
        });
        property.attributes = set.collect();
        property
    }

    fn ignore(&mut self, line: &'t str, ignored: &str, rest: &mut impl Iterator<Item = &'t str>) -> Step {
        if ignored != "start" {
            let form = "--ignoreLines:start` or `--ignoreLines:2";
            let count = ignored.parse::<usize>().map_err(|_| self.place.mistake(line, form))?;
            rest.take(count).for_each(drop);
            return Ok(());
        }
        for line in rest {
            if said(line, "ignoreLines:") == Some("end") {
                break;
            }
            if one_dash(line, "ignoreLines:").is_some_and(|rest| rest.starts_with(is_word)) {
                return Err(self.place.mistake(line, "--ignoreLines:end"));
            }
        }
        Ok(())
    }

    fn close(&mut self) {
        let changeset = self.open.take().map(|open| open.changeset(&self.place));
        match changeset {
            Some(Ok(changeset)) => self.root.children.push(changeset),
            Some(Err(told)) => self.told.push(told),
            None => {}
        }
    }
}

impl<'t> Open<'t> {
    fn line(&mut self, place: &Place, line: &'t str, rest: &mut impl Iterator<Item = &'t str>) -> Step {
        if let Some(comment) = comment(line) {
            self.comment = Some(comment);
        } else if one_dash(line, "comment").and_then(behind).is_some()
            || said(line, "comments").and_then(behind).is_some()
        {
            return Err(place.mistake(line, "--comment …"));
        } else if let Some(sum) = said(line, "validCheckSum").and_then(behind) {
            self.sums.push(sum);
        } else if one_dash(line, "validCheckSum").is_some() {
            return Err(place.mistake(line, "--validCheckSum …"));
        } else if let Some(rollback) = said_inside(line, "rollback").and_then(|rest| rest.strip_prefix(' ')) {
            self.rollback.push(rollback);
        } else if one_dash(skip_blanks(line), "rollback").is_some_and(|rest| rest.starts_with(is_blank)) {
            return Err(place.mistake(line, "--rollback …"));
        } else if begins_rollback(line) {
            return self.rollback_comment(place, line, rest);
        } else if let Some(settings) = said_inside(line, "preconditions") {
            self.preconditions = Some(precondition::container(place, line, settings)?);
        } else if one_dash(skip_blanks(line), "preconditions").is_some_and(|rest| rest.starts_with(is_blank)) {
            return Err(place.mistake(line, "--preconditions onFail:… onError:…"));
        } else if let Some((kind, body)) = said_inside(line, "precondition-").and_then(kind_and_body) {
            let single = precondition::single(place, line, kind, body)?;
            let default = || Element::new("preConditions", single.name_span, single.span);
            self.preconditions.get_or_insert_with(default).children.push(single);
        } else if one_dash(skip_blanks(line), "precondition").is_some() {
            return Err(place.mistake(line, "--precondition-sql-check …"));
        } else {
            self.sql.push(line);
        }
        Ok(())
    }

    /// The lines of a comment up to its end. Liquibase puts them together without the line breaks between them; with them
    /// they are what was meant.
    fn rollback_comment(&mut self, place: &Place, start: &str, rest: &mut impl Iterator<Item = &'t str>) -> Step {
        for line in rest {
            match line.trim_end_matches(is_blank).strip_suffix("*/") {
                Some(last) => {
                    self.rollback.push(last);
                    return Ok(());
                }
                None => self.rollback.push(line),
            }
        }
        let told = Diagnostic::error("liquibase-syntax", "this rollback has no end").label(place.span(start), "");
        Err(told.help("close it with `*/` at the end of a line"))
    }

    fn changeset(self, place: &Place) -> Result<Element, Diagnostic> {
        let head = self.head;
        let mut changeset = head.changeset;
        let Some(sql) = text_element(place, "sql", &self.sql) else {
            let told = Diagnostic::error("liquibase-syntax", "this changeset has no SQL");
            return Err(told.label(place.span(head.line), ""));
        };
        changeset.span.end = sql.span.end;
        let texts = self.sums.iter().map(|sum| ("validCheckSum", *sum));
        let texts = self.comment.iter().map(|text| ("comment", *text)).chain(texts);
        changeset.children = texts
            .filter_map(|(name, text)| text_element(place, name, &[text]))
            .collect();
        changeset.children.extend(self.preconditions);
        changeset.children.push(Element {
            attributes: head.sql,
            ..sql
        });
        changeset
            .children
            .extend(rollback::rollback(place, &self.rollback, &head.rollback)?);
        Ok(changeset)
    }
}

/// Of a `--precondition-` its kind and what stands behind it, if anything.
fn kind_and_body(rest: &str) -> Option<(&str, &str)> {
    let end = rest
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .unwrap_or(rest.len());
    let (kind, body) = rest.split_at(end);
    let is_fine = !kind.is_empty() && (body.is_empty() || body.starts_with(' '));
    is_fine.then_some((kind, body))
}

fn comment(line: &str) -> Option<&str> {
    said(line, "comment").and_then(behind)
}

/// What stands behind a word, a blank and maybe a colon.
fn behind(rest: &str) -> Option<&str> {
    rest.strip_prefix(':').unwrap_or(rest).strip_prefix(' ')
}

fn begins_rollback(line: &str) -> bool {
    let said = skip_blanks(line).strip_prefix("/*").map(skip_blanks);
    let rest = said.and_then(|said| after(said, "liquibase")).map(skip_blanks);
    let rest = rest.and_then(|rest| after(rest, "rollback"));
    rest.is_some_and(|rest| skip_blanks(rest).is_empty())
}

fn is_all_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_word)
}

fn has_two_settings(rest: &str) -> bool {
    let with_colon = rest.split(is_blank).filter(|part| part.contains(':'));
    rest.starts_with(is_blank) && with_colon.count() > 1
}

/// SQL that ends in a `/` on a line of its own is split there, in the last changeset of a file.
fn ends_in_slash(open: &Open) -> bool {
    let has_delimiter = open.head.sql.iter().any(|set| set.name == "endDelimiter");
    let mut written = open.sql.iter().filter(|line| !trimmed(line).is_empty());
    !has_delimiter
        && written
            .next_back()
            .is_some_and(|line| line.trim_end_matches(is_blank) == "/")
        && written.next().is_some()
}

#[cfg(test)]
mod tests;
