//! Templates: files of YAML or JSON with fields, `{{ title }}`, that are filled in so that a text stays a text.

use granit_parser::{Event, Parser, ScalarStyle};
use serde::de::IgnoredAny;

use super::format::{quoted, shortest};
use super::{Limits, parse};
use crate::diagnostic::{Diagnostic, Source, SourceId, Sources, Span};

/// A field with its place.
struct Field<'a> {
    name: &'a str,
    start: usize,
    end: usize,
}

/// A scalar that has fields in it.
struct Scalar {
    style: ScalarStyle,
    start: usize,
    end: usize,
}

/// The text of a template with its fields filled in, or what is wrong with it. A field alone, or in a text without
/// quotes, becomes a text of its own; between quotes it is escaped. The value of a field is asked for by its name and place.
/// What a template that is named `.json` makes is JSON.
pub fn fill(
    template: &Source,
    value: &dyn Fn(&str, Span) -> Result<String, Diagnostic>,
) -> Result<String, Vec<Diagnostic>> {
    let text = &*template.text;
    let fields = fields(text);
    let mut masked = text.to_string();
    for field in &fields {
        // As long as the field, so that all places are those of the template.
        masked.replace_range(field.start..field.end, &"x".repeat(field.end - field.start));
    }
    let mut sources = Sources::default();
    let source = sources.add(template.path.as_str(), masked.as_str());
    parse(source, &sources, Limits::default())?;
    let scalars = scalars(&masked);
    let is_json = template.path.ends_with(".json");
    if is_json {
        check_json(masked, &fields, &scalars)?;
    }
    let (mut values, mut wrong) = (Vec::new(), Vec::new());
    for field in &fields {
        match value(field.name, Span::new(SourceId(0), field.start, field.end)) {
            Ok(value) => values.push(value),
            Err(diagnostic) => wrong.push(diagnostic),
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let mut filled = String::new();
    let mut at = 0;
    let mut rest = fields.iter().zip(&values).peekable();
    while let Some((field, _)) = rest.peek() {
        let scalar = scalars
            .iter()
            .find(|scalar| scalar.start <= field.start && field.end <= scalar.end);
        let (start, end, style) = match scalar {
            Some(scalar) => (scalar.start, scalar.end, Some(scalar.style)),
            // In a comment.
            None => (field.start, field.end, None),
        };
        filled += &text[at..start];
        at = start;
        let mut inside = String::new();
        while let Some((field, value)) = rest.next_if(|(field, _)| field.end <= end) {
            inside += &text[at..field.start];
            inside += &written(value, style);
            at = field.end;
        }
        inside += &text[at..end];
        at = end;
        filled += &match style {
            Some(ScalarStyle::Plain) if is_json => quoted(&inside),
            Some(ScalarStyle::Plain) if !inside.contains('\n') => shortest(&inside, true),
            _ => inside,
        };
    }
    Ok(filled + &text[at..])
}

/// Whether a text is JSON once its fields are filled in: those without quotes become texts in quotes.
fn check_json(mut text: String, fields: &[Field<'_>], scalars: &[Scalar]) -> Result<(), Vec<Diagnostic>> {
    let has_field = |scalar: &&Scalar| {
        let mut inside = fields.iter();
        inside.any(|field| scalar.start <= field.start && field.end <= scalar.end)
    };
    let plain = scalars.iter().filter(|scalar| scalar.style == ScalarStyle::Plain);
    for scalar in plain.filter(has_field) {
        // As long as before, so that all places stay.
        let inside = "x".repeat(scalar.end - scalar.start - 2);
        text.replace_range(scalar.start..scalar.end, &format!("\"{inside}\""));
    }
    let text = Source::new("", text);
    let Err(error) = serde_json::from_str::<IgnoredAny>(&text.text) else {
        return Ok(());
    };
    let (start, end) = text.line(error.line()).unwrap_or_default();
    let at = (start + error.column().saturating_sub(1)).min(end);
    let diagnostic = Diagnostic::error("not-json", "this is YAML, and no JSON");
    let diagnostic = diagnostic.label(Span::new(SourceId(0), at, at), "");
    Err(vec![diagnostic.help("name the template `.yaml`, or write it as JSON")])
}

/// A value as it stands in a text of a style.
fn written(value: &str, style: Option<ScalarStyle>) -> String {
    let line = value.replace(['\n', '\r', '\t'], " ");
    match style {
        Some(ScalarStyle::DoubleQuoted) => {
            let quoted = quoted(value);
            quoted[1..quoted.len() - 1].to_string()
        }
        Some(ScalarStyle::SingleQuoted) => line.replace('\'', "''"),
        _ => line,
    }
}

fn fields(text: &str) -> Vec<Field<'_>> {
    let mut fields = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find("{{") {
        let start = from + at;
        from = start + 2;
        let Some(length) = text[from..].find("}}") else {
            break;
        };
        let name = text[from..from + length].trim_matches([' ', '\t']);
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if is_name {
            from += length + 2;
            fields.push(Field { name, start, end: from });
        }
    }
    fields
}

/// The scalars of a text without syntax errors, in their order.
fn scalars(text: &str) -> Vec<Scalar> {
    let options = granit_parser::options! { emit_comments: false };
    let events = Parser::new_from_str_with_options(text, options).filter_map(Result::ok);
    let scalars = events.filter_map(|(event, span)| match event {
        Event::Scalar(_, style, ..) => {
            let range = span.byte_range()?;
            Some(Scalar {
                style,
                start: range.start,
                end: range.end,
            })
        }
        _ => None,
    });
    scalars.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str, title: &str) -> Result<String, Vec<Diagnostic>> {
        filled_as("t.yaml", text, title)
    }

    fn filled_as(path: &str, text: &str, title: &str) -> Result<String, Vec<Diagnostic>> {
        let source = Source::new(path, text);
        fill(&source, &|name, span| match name {
            "title" => Ok(title.to_string()),
            _ => Err(Diagnostic::error("unknown-field", name).label(span, "")),
        })
    }

    #[test]
    fn a_text_stays_a_text() {
        let title = "it's \"new\": {a} #1";
        let text = "# {{title}}\na: {{ title }}\nb: for {{ title }} only\nc: \"{{title}}!\"\nd: '{{title}}'\ne: |\n  x {{ title }}\n  y\nf: [{{ title }}, {{title}}]\n";
        let filled = filled(text, title).expect("no mistakes");
        let mut sources = Sources::default();
        let source = sources.add("", filled.as_str());
        let root = parse(source, &sources, Limits::default()).expect("YAML");
        assert!(filled.starts_with(&format!("# {title}\n")), "{filled}");
        for (path, wanted) in [
            ("a", title.to_string()),
            ("b", format!("for {title} only")),
            ("c", format!("{title}!")),
            ("d", title.to_string()),
            ("e", format!("x {title}\ny\n")),
            ("f/0", title.to_string()),
            ("f/1", title.to_string()),
        ] {
            assert_eq!(root.find(path).as_str(), Some(wanted.as_str()), "{path} in\n{filled}");
        }
    }

    #[test]
    fn json_becomes_json() {
        let text = "{\"a\": {{ title }}, \"b\": \"for {{title}}\", \"c\": [{{ title }}, 1, true], {{ title }}: null,\n\"é\": für {{ title }}}\n";
        for title in ["plain words", "42", "it's \"new\": {a} #1", "\u{85}\n\\"] {
            let filled = filled_as("t.json", text, title).expect("no mistakes");
            serde_json::from_str::<serde_json::Value>(&filled).unwrap_or_else(|error| panic!("{error} in\n{filled}"));
        }
        for (text, at) in [
            ("{\"a\": {{ title }}, \"b\": 'c'}\n", 24),
            ("{\"a\": {{ title }},\n}\n", 19),
            ("# {{ title }}\n{\"a\": 1}\n", 0),
            ("a: {{ title }}\n", 0),
        ] {
            let errors = filled_as("t.json", text, "x").expect_err(text);
            assert_eq!(
                (errors[0].code, errors[0].labels[0].span.start),
                ("not-json", at),
                "{text}"
            );
        }
    }

    #[test]
    fn mistakes_stand_where_they_are_in_the_template() {
        let errors = filled("a: {{ title }}\nb: {{ titel }}\n", "x").expect_err("an unknown field");
        assert_eq!(errors[0].labels[0].span.start, 18);
        let errors = filled("a: {{ title }}\nb: [\n", "x").expect_err("a syntax error");
        assert_eq!(errors[0].code, "yaml-syntax");
    }

    #[test]
    fn what_is_no_field_stays() {
        let text = "a: \"{{ 1 }} {{}} ${x} {{ b-c }}\"\n";
        assert_eq!(filled(text, "x").as_deref(), Ok(text));
    }
}
