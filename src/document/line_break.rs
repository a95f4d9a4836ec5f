//! How the lines of a text end.

/// LF or CRLF, as the first line has it.
pub fn line_break(text: &str) -> &'static str {
    let first = text.find('\n').filter(|at| text[..*at].ends_with('\r'));
    if first.is_some() { "\r\n" } else { "\n" }
}
