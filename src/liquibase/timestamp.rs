//! Timestamps of YAML 1.1, as the text that Liquibase makes of them. A date is printed as Java prints one: here in UTC,
//! by Liquibase in the time zone of its machine.

use super::calendar::{civil, clock_text, date_text, days};

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// What Liquibase has for an unquoted date, or date and time; `None` where a text is neither.
pub fn timestamp(written: &str) -> Option<String> {
    let (date, time) = match written.find(['T', 't', ' ', '\t']) {
        Some(at) => (&written[..at], Some(written[at + 1..].trim_start())),
        None => (written, None),
    };
    let [year, month, day] = numbers(date, '-', time.map_or(2..=2, |_| 1..=2))?;
    let midnight = days(year, month, day) * 86_400;
    let Some(time) = time else {
        return Some(java_date(midnight));
    };
    let clock_end = time
        .find(|c: char| !c.is_ascii_digit() && c != ':')
        .unwrap_or(time.len());
    let (clock, rest) = time.split_at(clock_end);
    let [hour, minute, second] = numbers_of_clock(clock)?;
    let seconds = midnight + hour * 3600 + minute * 60 + second;
    let fraction = rest.strip_prefix('.').unwrap_or(rest);
    let zone = fraction
        .trim_start_matches(|c: char| c.is_ascii_digit() && rest.starts_with('.'))
        .trim_start();
    match zone {
        "" | "Z" => Some(format!("{} {}", date_text(seconds), clock_text(seconds))),
        _ => Some(java_date(seconds - offset(zone)?)),
    }
}

fn numbers(text: &str, between: char, lengths: std::ops::RangeInclusive<usize>) -> Option<[i64; 3]> {
    let parts: Vec<&str> = text.split(between).collect();
    let [first, second, third] = parts[..] else { return None };
    let is_fine = first.len() == 4 && lengths.contains(&second.len()) && lengths.contains(&third.len());
    is_fine.then_some(())?;
    Some([number(first)?, number(second)?, number(third)?])
}

fn numbers_of_clock(clock: &str) -> Option<[i64; 3]> {
    let parts: Vec<&str> = clock.split(':').collect();
    let [hour, minute, second] = parts[..] else { return None };
    let is_fine = (1..=2).contains(&hour.len()) && minute.len() == 2 && second.len() == 2;
    is_fine.then_some(())?;
    Some([number(hour)?, number(minute)?, number(second)?])
}

fn number(digits: &str) -> Option<i64> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(())?;
    digits.parse().ok()
}

/// Of `+02:00`, in seconds.
fn offset(zone: &str) -> Option<i64> {
    let digits = zone.strip_prefix(['+', '-'])?;
    let (hours, minutes) = digits.split_once(':').unwrap_or((digits, "00"));
    let is_fine = (1..=2).contains(&hours.len()) && minutes.len() == 2;
    is_fine.then_some(())?;
    let seconds = number(hours)? * 3600 + number(minutes)? * 60;
    Some(if zone.starts_with('-') { -seconds } else { seconds })
}

fn java_date(seconds: i64) -> String {
    let days = seconds.div_euclid(86_400);
    let (year, month, day) = civil(days);
    let (weekday, month) = (DAYS[days.rem_euclid(7) as usize], MONTHS[month as usize - 1]);
    format!("{weekday} {month} {day:02} {} UTC {year}", clock_text(seconds))
}
