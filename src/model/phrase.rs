//! Turns of phrase that are one: `BETWEEN` and two comparisons, `NOT x LIKE y` and `x NOT LIKE y`, `AS` or not.

/// The parts of an expression with those turns brought to one form.
pub(super) fn normal(parts: Vec<String>) -> Vec<String> {
    without_betweens(with_not_in_front(without_fillers(parts)))
}

/// Leaves out words that change nothing, and the alias of a column that is the column's own name.
fn without_fillers(parts: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::with_capacity(parts.len());
    let mut rest = parts.into_iter().peekable();
    while let Some(part) = rest.next() {
        let next = rest.peek().map(String::as_str);
        match (part.as_str(), next) {
            ("as", Some(alias)) => {
                if kept.last().is_some_and(|last| last == alias) {
                    rest.next();
                }
            }
            ("inner", Some("join")) | ("outer", Some("join")) | ("asc", _) => {}
            // MySQL counts a constant.
            ("count", Some("*")) => {
                kept.extend([part, "0".into()]);
                rest.next();
            }
            _ => kept.push(part),
        }
    }
    kept
}

const NEGATED: [&str; 7] = ["like", "ilike", "in", "between", "regexp", "rlike", "glob"];

/// `x not like y` as `not x like y`.
fn with_not_in_front(mut parts: Vec<String>) -> Vec<String> {
    for at in 1..parts.len().saturating_sub(1) {
        if parts[at] == "not" && NEGATED.contains(&parts[at + 1].as_str()) {
            parts.swap(at - 1, at);
        }
    }
    parts
}

/// `x between a and b` as `x >= a and x <= b`, where all three are plain names or values.
fn without_betweens(mut parts: Vec<String>) -> Vec<String> {
    let mut at = 1;
    while at < parts.len() {
        let end = parts[at..].iter().take(4).position(|part| part == "and");
        if let ("between", Some(end)) = (parts[at].as_str(), end) {
            let operand = parts[at - 1].clone();
            let negated = at >= 2 && parts[at - 2] == "not";
            let (from, word, to) = match negated {
                false => (">=", "and", "<="),
                true => ("<", "or", ">"),
            };
            parts[at] = from.into();
            let and = at + end;
            parts.splice(and..=and, [word.to_string(), operand, to.to_string()]);
            if negated {
                parts.remove(at - 2);
            }
        }
        at += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    #[track_caller]
    fn becomes(before: &str, after: &str) {
        let parts = before.split(' ').map(str::to_string).collect();
        assert_eq!(super::normal(parts).join(" "), after);
    }

    #[test]
    fn turns_of_phrase_become_one() {
        becomes("n between - 1 and 3", "n >= - 1 and n <= 3");
        becomes("n not between 1 and 3", "n < 1 or n > 3");
        becomes("s not in 'a' or b", "not s in 'a' or b");
        becomes("select id as id , s as t", "select id , s t");
        becomes("a left outer join b", "a left join b");
        becomes("between", "between");
    }
}
