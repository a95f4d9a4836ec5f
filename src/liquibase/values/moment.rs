//! Dates and times as Liquibase reads them: with parts that run over, and without the zone.

use crate::model::{civil, days_from_civil};

/// A day, a time or both, as they stand in SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Moment {
    Day(String),
    Time(String),
    /// `2024-12-31 23:59:59.5`
    Stamp(String),
}

/// Why a text is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoMoment {
    /// It is taken for a function.
    Function,
    /// Where a whole change is about it Liquibase gives up; elsewhere it is taken for a function, too.
    Broken,
}

impl Moment {
    /// Which form a text has, its length says.
    pub fn read(text: &str) -> Result<Moment, NoMoment> {
        let function = NoMoment::Function;
        match text.chars().count() {
            8 => return time(text).map(Moment::Time).ok_or(function),
            10 => return day(text).map(Moment::Day).ok_or(function),
            19 => return stamp(text).map(Moment::Stamp).ok_or(function),
            _ => {}
        }
        if text.contains(':') && !text.contains('-') {
            return match text.contains('.') {
                true => Err(function),
                false => time(text).map(Moment::Time).ok_or(function),
            };
        }
        let Some((whole, rest)) = text.split_at_checked(19) else {
            return Err(function);
        };
        let fraction = rest.strip_prefix('.').ok_or(function)?;
        let stamp = stamp(whole).ok_or(function)?;
        let digits = match fraction.find(['Z', '+', '-']).filter(|_| text.contains('T')) {
            Some(zone) => &fraction[..zone],
            None => fraction,
        };
        if digits.is_empty() || digits.len() > 9 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NoMoment::Broken);
        }
        Ok(Moment::Stamp(match digits.trim_end_matches('0') {
            "" => stamp,
            digits => format!("{stamp}.{digits}"),
        }))
    }

    /// The text that is in SQL between quotes.
    pub fn text(&self) -> &str {
        match self {
            Moment::Day(text) | Moment::Time(text) | Moment::Stamp(text) => text,
        }
    }

    /// The text that Java has for it.
    pub fn shown(&self) -> String {
        match self {
            Moment::Stamp(text) if !text.contains('.') => format!("{text}.0"),
            moment => moment.text().to_string(),
        }
    }
}

/// Three numbers with a sign between them; what follows the last is passed over.
fn numbers(text: &str, between: char) -> Option<[i64; 3]> {
    let mut parts = text.splitn(3, between);
    let whole = |part: &str| {
        part.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| part.parse().ok())
            .flatten()
    };
    let (first, second) = (whole(parts.next()?)?, whole(parts.next()?)?);
    let last = parts.next()?;
    let digits = last.find(|c: char| !c.is_ascii_digit()).unwrap_or(last.len());
    Some([first, second, last[..digits].parse().ok()?])
}

fn day(text: &str) -> Option<String> {
    numbers(text, '-').map(|[year, month, day]| date_of(days(year, month, day)))
}

/// From 1970 on; a month or a day that there is none of runs over into the next.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (years, month) = ((month - 1).div_euclid(12), (month - 1).rem_euclid(12) + 1);
    days_from_civil(year + years, month, 1) + day - 1
}

fn date_of(days: i64) -> String {
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02}")
}

fn seconds(text: &str) -> Option<i64> {
    numbers(text, ':').map(|[hours, minutes, seconds]| hours * 3600 + minutes * 60 + seconds)
}

fn clock(seconds: i64) -> String {
    let of_day = seconds.rem_euclid(86_400);
    format!("{:02}:{:02}:{:02}", of_day / 3600, of_day / 60 % 60, of_day % 60)
}

fn time(text: &str) -> Option<String> {
    seconds(text).map(clock)
}

fn stamp(text: &str) -> Option<String> {
    let (date, time) = text.split_once(if text.contains(' ') { ' ' } else { 'T' })?;
    let ([year, month, day], seconds) = (numbers(date, '-')?, seconds(time)?);
    let days = days(year, month, day) + seconds.div_euclid(86_400);
    Some(format!("{} {}", date_of(days), clock(seconds)))
}
