//! `${name}` in texts: where parameters stand, and texts that are to be read as they are.

/// A `${name}` in a text, or a `$${name}`, which is the text `${name}`.
pub struct Placeholder<'t> {
    pub start: usize,
    pub end: usize,
    pub name: &'t str,
    pub literal: bool,
}

/// Where `${name}` and `$${name}` stand in a text.
pub fn placeholders(text: &str) -> Vec<Placeholder<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find("${") {
        let start = from + at;
        let body = start + 2;
        let Some(length) = text[body..].find('}') else {
            break;
        };
        let name = &text[body..body + length];
        if !is_parameter_name(name.strip_prefix("env:").unwrap_or(name)) {
            from = body;
            continue;
        }
        let end = body + length + 1;
        let literal = text[..start].ends_with('$');
        found.push(Placeholder {
            start,
            end,
            name,
            literal,
        });
        from = end;
    }
    found
}

/// Whether a parameter can have this name.
pub fn is_parameter_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

/// A text that is written so that it is read as it is.
pub fn escaped(text: &str) -> String {
    let mut result = String::new();
    let mut from = 0;
    for part in placeholders(text) {
        result += &text[from..part.start];
        result.push('$');
        from = part.start;
    }
    result + &text[from..]
}

/// Whether something has to be put into a text.
pub fn has_placeholder(text: &str) -> bool {
    text.contains("${") && !placeholders(text).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_in_braces_are_parameters() {
        let names = |text| {
            placeholders(text)
                .iter()
                .map(|found| (found.name.to_string(), found.literal))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            names("a ${b} $${c} $$ $1 ${} ${1} ${env:HOME}"),
            [
                ("b".to_string(), false),
                ("c".to_string(), true),
                ("env:HOME".to_string(), false)
            ]
        );
    }
}
