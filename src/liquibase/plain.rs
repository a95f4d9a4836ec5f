//! What an unquoted scalar of YAML or JSON is to Liquibase, as text. It reads YAML 1.1: `no` is `false`, `010` is `8`,
//! `1.10` is `1.1`, `12:30` is `750`; also where a name or an id is asked for.

/// The text that Liquibase has for it; `None` for null.
pub fn plain_text(written: &str) -> Option<String> {
    if matches!(written, "" | "~" | "null" | "Null" | "NULL") {
        return None;
    }
    let read = boolean(written).or_else(|| integer(written)).or_else(|| float(written));
    let read = read.or_else(|| super::timestamp::timestamp(written));
    Some(read.unwrap_or_else(|| written.to_string()))
}

fn boolean(written: &str) -> Option<String> {
    let lower = written.to_ascii_lowercase();
    let mut capital = lower.clone();
    capital[..1].make_ascii_uppercase();
    if written != lower && written != capital && written != lower.to_ascii_uppercase() {
        return None;
    }
    match &*lower {
        "true" | "yes" | "on" => Some("true".to_string()),
        "false" | "no" | "off" => Some("false".to_string()),
        _ => None,
    }
}

fn integer(written: &str) -> Option<String> {
    let (negative, digits) = signed(written);
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'b', ..] => (2, &digits[2..]),
        [b'0', b'x', ..] => (16, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        [b'1'..=b'9', ..] | [b'0'] => (10, digits),
        _ => return None,
    };
    if radix == 10 && digits.contains(':') {
        return sixtieths(digits).map(|value| sign(negative, &value.to_string()));
    }
    let digits = digits.replace('_', "");
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let value = match radix {
        10 => digits,
        _ => i128::from_str_radix(&digits, radix).ok()?.to_string(),
    };
    Some(sign(negative, &value))
}

fn sign(negative: bool, value: &str) -> String {
    match negative && value != "0" {
        true => format!("-{value}"),
        false => value.to_string(),
    }
}

fn signed(written: &str) -> (bool, &str) {
    let digits = written.strip_prefix(['-', '+']).unwrap_or(written);
    (written.starts_with('-'), digits)
}

/// Hours, minutes and seconds in one number.
fn sixtieths(digits: &str) -> Option<i64> {
    let mut parts = digits.split(':');
    let mut value = parts.next()?.replace('_', "").parse::<i64>().ok()?;
    for part in parts {
        let below = part
            .parse::<i64>()
            .ok()
            .filter(|_| part.len() <= 2 && is_digits(part))?;
        value = value.checked_mul(60)?.checked_add(below).filter(|_| below < 60)?;
    }
    Some(value)
}

fn float(written: &str) -> Option<String> {
    let (negative, digits) = signed(written);
    let minus = if negative { "-" } else { "" };
    match digits {
        ".inf" | ".Inf" | ".INF" => return Some(format!("{minus}Infinity")),
        ".nan" | ".NaN" | ".NAN" if digits == written => return Some("NaN".to_string()),
        _ => {}
    }
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (digits, None),
    };
    let exponent_digits = exponent.map(|exponent| signed(exponent).1);
    if exponent_digits.is_some_and(|digits| !is_digits(digits)) {
        return None;
    }
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if mantissa == whole && exponent.is_none() {
        return None;
    }
    let fraction_fits = fraction.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let fraction = fraction.replace('_', "");
    if !fraction_fits || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let value = if whole.contains(':') {
        exponent.is_none().then_some(())?;
        sixtieths(whole)? as f64 + format!("0.{fraction}").parse::<f64>().ok()?
    } else {
        let starts = whole.is_empty() || whole.starts_with(|c: char| c.is_ascii_digit());
        let whole = whole.replace('_', "");
        if !starts || !(whole.is_empty() || is_digits(&whole)) {
            return None;
        }
        let exponent = exponent.unwrap_or("0");
        format!("{whole}.{fraction}e{exponent}").parse::<f64>().ok()?
    };
    Some(format!("{minus}{}", java_double(value)))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number that is not negative, as Java writes it: `1.0`, `1.0E7`.
fn java_double(value: f64) -> String {
    if value.is_infinite() {
        return "Infinity".to_string();
    }
    if value == 0.0 || (1e-3..1e7).contains(&value) {
        return format!("{value:?}");
    }
    let written = format!("{value:E}");
    match written.split_once('E') {
        Some((mantissa, exponent)) if !mantissa.contains('.') => format!("{mantissa}.0E{exponent}"),
        _ => written,
    }
}

#[cfg(test)]
mod tests {
    use super::plain_text;

    /// Told by the real program.
    #[test]
    fn scalars_are_what_liquibase_takes_them_for() {
        for line in include_str!("../../tests/data/liquibase/plain.tsv").lines() {
            let (written, read) = line.split_once('\t').expect("a tab");
            let read = Some(read).filter(|read| *read != "null").map(str::to_string);
            assert_eq!(plain_text(written), read, "{written}");
        }
    }
}
