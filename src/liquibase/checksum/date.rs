//! Dates as Liquibase reads them in `valueDate` and `defaultValueDate`.

use crate::liquibase::calendar::{clock_text, date_text, days};

/// A date, a time or both in the form that Liquibase gives it; `None` for what it takes for a function.
pub fn iso_date(text: &str) -> Option<String> {
    match text.encode_utf16().count() {
        8 => time(text),
        10 => {
            let [year, month, day] = numbers(text, "#-#-#")?;
            Some(date_text(days(year, month, day) * 86_400))
        }
        19 => date_and_time(text),
        _ if text.contains(':') && !text.contains('-') => time(text).filter(|_| !text.contains('.')),
        _ => {
            let (start, rest) = text.split_at_checked(19)?;
            let seconds = date_and_time(start)?;
            let fraction = nanoseconds(text.contains(' '), rest.strip_prefix('.')?)?;
            Some(format!("{seconds}{}", fraction_text(fraction)))
        }
    }
}

fn time(text: &str) -> Option<String> {
    let [hour, minute, second] = numbers(text, "#:#:#")?;
    Some(clock_text(hour * 3600 + minute * 60 + second))
}

fn date_and_time(text: &str) -> Option<String> {
    let pattern = if text.contains(' ') {
        "#-#-# #:#:#"
    } else {
        "#-#-#T#:#:#"
    };
    let [year, month, day, hour, minute, second] = numbers(text, pattern)?;
    let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    Some(format!("{}T{}", date_text(seconds), clock_text(seconds)))
}

/// What stands behind the point: digits, and where there is a `T` maybe a time zone, which is not looked at.
fn nanoseconds(has_blank: bool, rest: &str) -> Option<u32> {
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, zone) = rest.split_at(end);
    if !zone.is_empty() && (has_blank || !is_zone(zone)) {
        return None;
    }
    let value = digits.parse::<u32>().ok()?;
    let nanoseconds = match digits.len() {
        length @ 1..=9 => value * 10_u32.pow(9 - length as u32),
        _ => value,
    };
    (nanoseconds < 1_000_000_000).then_some(nanoseconds)
}

fn is_zone(zone: &str) -> bool {
    let digits = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let offset = zone.strip_prefix(['+', '-']);
    zone == "Z" || offset.is_some_and(|offset| offset.split(':').count() <= 3 && offset.split(':').all(digits))
}

fn fraction_text(nanoseconds: u32) -> String {
    match nanoseconds {
        0 => String::new(),
        _ => format!(".{nanoseconds:09}").trim_end_matches('0').to_string(),
    }
}

/// The numbers at the `#` of a pattern; what stands behind them is not looked at.
fn numbers<const N: usize>(text: &str, pattern: &str) -> Option<[i64; N]> {
    let (mut rest, mut found) = (text, Vec::with_capacity(N));
    for part in pattern.chars() {
        if part != '#' {
            rest = rest.strip_prefix(part)?;
            continue;
        }
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        found.push(rest[..end].parse::<u32>().ok()?.into());
        rest = &rest[end..];
    }
    found.try_into().ok()
}
