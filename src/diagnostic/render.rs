//! Diagnostics as a person reads them: the message, the place, the excerpt with a caret, the ways out.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Severity, Source, Sources, mask_in_place};

/// Whether to colour the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    Plain,
    Coloured,
}

/// Lines of the file shown before and after what a label points at.
const CONTEXT: usize = 1;
/// Labels that are farther apart, in lines, stand in excerpts of their own: what is between them is not gone through.
const FARTHEST: usize = 100;
/// Lines longer than this are cut around the caret (a JSON file may be one line of megabytes).
const WIDEST_LINE: usize = 400;

/// One diagnostic as text, without a line break at its end.
pub fn render(diagnostic: &Diagnostic, sources: &Sources, style: Style) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group = Group::with_title(level.primary_title(&diagnostic.message).id(diagnostic.code));
    let mut shown: Vec<(&Source, Vec<usize>)> = Vec::new();
    for (index, label) in diagnostic.labels.iter().enumerate() {
        let source = sources.get(label.span.source);
        match shown.iter_mut().find(|(known, _)| std::ptr::eq(*known, source)) {
            Some((_, labels)) => labels.push(index),
            None => shown.push((source, vec![index])),
        }
    }
    for (source, labels) in &shown {
        match is_far_apart(diagnostic, source, labels) {
            false => group = group.element(excerpt(diagnostic, source, labels)),
            true => {
                for label in labels {
                    group = group.element(excerpt(diagnostic, source, &[*label]));
                }
            }
        }
    }
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(help));
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(note));
    }
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    renderer.render(&[group])
}

fn is_far_apart(diagnostic: &Diagnostic, source: &Source, labels: &[usize]) -> bool {
    let lines = || {
        let spans = labels.iter().map(|index| diagnostic.labels[*index].span);
        spans.map(|span| source.position(span.start as usize).line)
    };
    lines().max().unwrap_or_default() - lines().min().unwrap_or_default() > FARTHEST
}

/// The lines around the labels only: handing over whole files costs time that grows with them.
fn excerpt<'a>(
    diagnostic: &'a Diagnostic,
    source: &'a Source,
    labels: &[usize],
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let spans = || labels.iter().map(|index| diagnostic.labels[*index].span);
    let first = spans()
        .map(|span| source.position(span.start as usize).line)
        .min()
        .unwrap_or(1);
    let last = spans()
        .map(|span| source.position(span.start as usize).line)
        .max()
        .unwrap_or(first);
    let from = first.saturating_sub(CONTEXT).max(1);
    let to = (last + CONTEXT).min(source.line_count());
    let mut start = source.line(from).map_or(0, |(start, _)| start);
    let mut end = source.line(to).map_or(source.text.len(), |(_, end)| end);
    let mut line_start = from;
    if end - start > WIDEST_LINE * (to - from + 1) {
        let caret = spans().map(|span| span.start as usize).min().unwrap_or(start);
        line_start = first;
        start = floor(
            source,
            caret
                .saturating_sub(WIDEST_LINE / 4)
                .max(source.line(first).map_or(0, |l| l.0)),
        );
        end = floor(source, (caret + WIDEST_LINE).min(end));
    }
    // A URL may begin before what is shown.
    let before = floor(source, start.saturating_sub(WIDEST_LINE));
    let text = source.shown(before, end);
    let shown = mask_in_place(&text)[start - before..].to_string();
    let mut snippet = Snippet::source(shown).path(&source.path).line_start(line_start);
    for index in labels {
        let label = &diagnostic.labels[*index];
        let kind = if *index == 0 {
            AnnotationKind::Primary
        } else {
            AnnotationKind::Context
        };
        let line = source.position(label.span.start as usize).line;
        let line_end = source.line(line).map_or(end, |(_, end)| end);
        let a = floor(source, (label.span.start as usize).clamp(start, end));
        let b = floor(source, (label.span.end as usize).min(line_end).clamp(a, end));
        let mut annotation = kind.span(a - start..b - start);
        if !label.text.is_empty() {
            annotation = annotation.label(&label.text);
        }
        snippet = snippet.annotation(annotation);
    }
    snippet
}

/// The nearest character boundary at or before an offset.
fn floor(source: &Source, offset: usize) -> usize {
    let mut offset = offset.min(source.text.len());
    while !source.text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Span;

    #[test]
    fn shows_the_line_with_a_caret_and_the_help() {
        let mut sources = Sources::default();
        let id = sources.add("a.yaml", "one: 1\ntwoo: 2\nthree: 3\n");
        let diagnostic = Diagnostic::error("unknown-key", "unknown key `twoo`")
            .label(Span::new(id, 7, 11), "")
            .did_you_mean(Some("two"));
        let text = render(&diagnostic, &sources, Style::Plain);
        assert!(text.contains("error[unknown-key]: unknown key `twoo`"), "{text}");
        assert!(text.contains("a.yaml:2:1"), "{text}");
        assert!(text.contains("^^^^"), "{text}");
        assert!(text.contains("help: did you mean `two`?"), "{text}");
    }

    #[test]
    fn what_lies_between_labels_far_apart_is_not_shown() {
        let mut sources = Sources::default();
        let text = format!("first\n{}last\n", "x\n".repeat(1000));
        let end = text.len();
        let id = sources.add("a.yaml", text);
        let diagnostic = Diagnostic::error("x", "m")
            .label(Span::new(id, end - 5, end - 1), "again here")
            .label(Span::new(id, 0, 5), "first here");
        let text = render(&diagnostic, &sources, Style::Plain);
        assert!(
            text.contains("a.yaml:1002:1") && text.contains("^^^^ again here"),
            "{text}"
        );
        assert!(
            text.contains("a.yaml:1:1") && text.contains("----- first here"),
            "{text}"
        );
        assert!(text.lines().count() < 20, "{text}");
    }

    #[test]
    fn a_line_of_megabytes_is_cut_around_the_caret() {
        let mut sources = Sources::default();
        let text = format!("{{\"a\": \"{}\", \"é\": 1}}", "x".repeat(1_000_000));
        let at = text.len() - 7;
        let id = sources.add("a.json", text);
        let diagnostic = Diagnostic::error("x", "m").label(Span::new(id, at, at + 1), "");
        assert!(render(&diagnostic, &sources, Style::Plain).len() < 2_000);
    }
}
