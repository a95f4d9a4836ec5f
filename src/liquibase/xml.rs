//! XML into elements.

use roxmltree::{Document, Node};

use super::{Attribute, Element, Text};
use crate::diagnostic::{Diagnostic, Source, SourceId, Span};

/// How deep elements may stand in each other; no changelog comes near it.
pub const DEEPEST: usize = 100;

const SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The root element of an XML file.
pub fn read_xml(source: SourceId, file: &Source) -> Result<Element, Diagnostic> {
    check_encoding(source, &file.text)?;
    let document = Document::parse(&file.text).map_err(|error| syntax_error(source, file, &error))?;
    let reader = Reader {
        source,
        text: &file.text,
    };
    reader.element(document.root_element(), DEEPEST)
}

struct Reader<'t> {
    source: SourceId,
    text: &'t str,
}

impl Reader<'_> {
    fn element(&self, node: Node, depth: usize) -> Result<Element, Diagnostic> {
        let span = self.span(node.range());
        let name = node.tag_name().name();
        let name_span = self.name_span(name, span);
        if depth == 0 {
            return Err(too_deep(name_span));
        }
        let mut element = Element::new(name, name_span, span);
        let attributes = node.attributes();
        let own = attributes.filter(|attribute| attribute.namespace() != Some(SCHEMA_INSTANCE));
        element.attributes = own.map(|attribute| self.attribute(&attribute)).collect();
        element.text = self.text(node);
        element.remarks = remarks(node);
        let below = node.children().filter(Node::is_element);
        element.children = below
            .map(|child| self.element(child, depth - 1))
            .collect::<Result<_, _>>()?;
        Ok(element)
    }

    fn attribute(&self, attribute: &roxmltree::Attribute) -> Attribute {
        Attribute {
            name: attribute.name().to_string(),
            name_span: self.span(attribute.range_qname()),
            value: Text {
                text: attribute.value().to_string(),
                span: self.span(attribute.range_value()),
            },
            is_null: false,
        }
    }

    /// What is written directly in an element, as one text: CDATA, and what comments and elements part.
    fn text(&self, node: Node) -> Option<Text> {
        let texts = node.children().filter(Node::is_text);
        let written: Vec<Node> = texts.filter(|text| text.text().is_some_and(|t| !blank(t))).collect();
        let (first, last) = (written.first()?.range(), written.last()?.range());
        let all: String = node
            .children()
            .filter(Node::is_text)
            .filter_map(|text| text.text())
            .collect();
        let start = first.end - trimmed_start(&self.text[first.clone()]).len();
        let end = last.start + trimmed_end(&self.text[last]).len();
        Some(Text {
            text: trimmed(&all).to_string(),
            span: self.span(start..end),
        })
    }

    /// Where the name stands in the tag, its prefix left out.
    fn name_span(&self, name: &str, element: Span) -> Span {
        let tag = &self.text[element.start as usize + 1..];
        let written = tag.find(|c: char| c.is_whitespace() || c == '>' || c == '/');
        let end = element.start as usize + 1 + written.unwrap_or(tag.len());
        self.span(end - name.len()..end)
    }

    fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.source, range.start, range.end)
    }
}

/// A comment without what frames its lines: `*` as in code, and `~` as in licences.
fn undecorated(comment: &str) -> String {
    let lines = comment.trim().lines().map(|line| {
        let line = line.trim();
        let framed = line.trim_matches(['*', '~']);
        if framed.is_empty() {
            ""
        } else {
            line.trim_start_matches(['*', '~']).trim()
        }
    });
    let lines: Vec<&str> = lines.collect();
    lines.join("\n").trim().to_string()
}

/// The comments between the element before and this one.
fn remarks(node: Node) -> Vec<String> {
    let before = node.prev_siblings().skip(1).take_while(|sibling| !sibling.is_element());
    let comments = before.filter(Node::is_comment).filter_map(|comment| comment.text());
    let mut remarks: Vec<String> = comments.map(undecorated).collect();
    remarks.retain(|remark| !remark.is_empty());
    remarks.reverse();
    remarks
}

pub fn too_deep(span: Span) -> Diagnostic {
    let message = format!("a Liquibase changelog is not nested deeper than {DEEPEST} levels");
    Diagnostic::error("liquibase-syntax", message).label(span, "")
}

/// Blanks as Liquibase takes them off: all up to the space.
fn is_blank(c: char) -> bool {
    c <= ' '
}

fn blank(text: &str) -> bool {
    text.chars().all(is_blank)
}

fn trimmed_start(text: &str) -> &str {
    text.trim_start_matches(is_blank)
}

fn trimmed_end(text: &str) -> &str {
    text.trim_end_matches(is_blank)
}

pub fn trimmed(text: &str) -> &str {
    text.trim_matches(is_blank)
}

/// Files are read as UTF-8: where the XML declaration says something else, letters would be taken for others.
fn check_encoding(source: SourceId, text: &str) -> Result<(), Diagnostic> {
    let Some((start, named)) = declared_encoding(text) else {
        return Ok(());
    };
    let is_utf8 = ["utf-8", "utf8"].iter().any(|known| named.eq_ignore_ascii_case(known));
    if is_utf8 || text.trim_start_matches('\u{feff}').is_ascii() {
        return Ok(());
    }
    let message = format!("this file says that it is in {named}, and has letters that were read as UTF-8");
    Err(Diagnostic::error("liquibase-syntax", message)
        .label(Span::new(source, start, start + named.len()), "")
        .help("save it as UTF-8, and write `encoding=\"UTF-8\"`"))
}

/// The encoding of the XML declaration, and where its name begins.
fn declared_encoding(text: &str) -> Option<(usize, &str)> {
    let declaration = text
        .trim_start_matches('\u{feff}')
        .strip_prefix("<?xml")?
        .split("?>")
        .next()?;
    let (_, value) = declaration.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let named = value[1..].split(quote).next()?;
    let start = named.as_ptr() as usize - text.as_ptr() as usize;
    Some((start, named))
}

fn syntax_error(source: SourceId, file: &Source, error: &roxmltree::Error) -> Diagnostic {
    if let roxmltree::Error::DtdDetected = error {
        let start = file.text.find("<!DOCTYPE").unwrap_or(0);
        return Diagnostic::error("liquibase-syntax", "a changelog has no document type")
            .label(Span::new(source, start, (start + 9).min(file.text.len())), "")
            .help("take the `<!DOCTYPE …>` out, and write what its entities stand for")
            .note("entities can name other files, and a few of them can stand for gigabytes: they are not read");
    }
    let at = error.pos();
    let line = file.line(at.row as usize).unwrap_or_default();
    let before = file.text[line.0..line.1].chars().take(at.col as usize - 1);
    let start = line.0 + before.map(char::len_utf8).sum::<usize>();
    let end = start + file.text[start..].chars().next().map_or(0, char::len_utf8);
    let message = error.to_string();
    let reason = message.rsplit_once(" at ").map_or(&*message, |(reason, _)| reason);
    Diagnostic::error("liquibase-syntax", format!("not valid XML: {reason}")).label(Span::new(source, start, end), "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sources;

    fn read(text: &str) -> Result<Element, String> {
        let mut sources = Sources::default();
        let source = sources.add("a.xml", text);
        read_xml(source, sources.get(source)).map_err(|diagnostic| {
            let at = sources.locate(diagnostic.labels[0].span);
            format!("{at}: {}", diagnostic.message)
        })
    }

    #[test]
    fn elements_know_where_they_stand() {
        let text = "\u{feff}<?xml version=\"1.0\"?>\r\n<!-- all --><l:log xmlns:l=\"x\" a=\"&lt;é\">\r\n  <!-- one -->\r\n  <!--two-->\
                    <sql>\r\n a <![CDATA[<b>]]> <!-- no -->c </sql>\r\n</l:log>";
        let root = read(text).unwrap();
        let at = |span: Span| &text[span.start as usize..span.end as usize];
        assert_eq!((&*root.name, at(root.name_span)), ("log", "log"));
        assert_eq!(root.remarks, ["all"]);
        let attribute = &root.attributes[0];
        assert_eq!((&*attribute.value.text, at(attribute.value.span)), ("<é", "&lt;é"));
        let sql = &root.children[0];
        assert_eq!(sql.remarks, ["one", "two"]);
        let written = sql.text.as_ref().unwrap();
        assert_eq!(written.text, "a <b> c");
        assert!(at(written.span).starts_with("a <![CDATA[") && at(written.span).ends_with('c'));
        assert_eq!(root.text, None);
    }

    #[test]
    fn mistakes_have_their_place() {
        for (text, told) in [
            ("<a>\n <b>\n</a>", "a.xml:3:1: not valid XML: expected 'b' tag, not 'a'"),
            ("<a>é<b c=></a>", "a.xml:1:10: not valid XML: expected a quote not '>'"),
            (
                "<!-- é -->\n<!DOCTYPE a [<!ENTITY b SYSTEM \"/etc/passwd\">]><a>&b;</a>",
                "a.xml:2:1: a changelog has no document type",
            ),
            (
                "<?xml version='1.0' encoding='latin1'?><a>é</a>",
                "a.xml:1:31: this file says that it is in latin1, and has letters that were read as UTF-8",
            ),
            ("<p:a/>", "a.xml:1:2: not valid XML: an unknown namespace prefix 'p'"),
            ("", "a.xml:1:1: not valid XML: the document does not have a root node"),
        ] {
            assert_eq!(read(text).map(|_| ()).unwrap_err(), told, "{text}");
        }
    }

    #[test]
    fn what_is_nested_without_end_is_refused() {
        let deep = "<a>".repeat(200_000) + &"</a>".repeat(200_000);
        assert!(read(&deep).unwrap_err().contains("not nested deeper"));
    }
}
