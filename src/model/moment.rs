//! Dates, times and time stamps as texts in ISO form.

/// A moment between years 1 and 9999, as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment<'t> {
    /// Days from 1970-01-01 on.
    day: i64,
    /// Of the day.
    second: i64,
    /// The digits behind the second.
    pub fraction: &'t str,
    /// What its clock is before UTC, in minutes, where it is said.
    pub offset: Option<i64>,
}

impl<'t> Moment<'t> {
    /// Reads `2024-12-31`, `2024-12-31 23:59`, `2024-12-31T23:59:59.5+02:00`.
    pub fn parse(text: &'t str) -> Option<Moment<'t>> {
        let (date, rest) = text.split_at_checked(10)?;
        let day = day_of(date)?;
        let (mut second, mut fraction, mut offset) = (0, "", None);
        if let Some(rest) = rest.strip_prefix([' ', 'T']) {
            let (time, zone) = split_zone(rest);
            (second, fraction) = time_of(time)?;
            if let Some(zone) = zone {
                offset = Some(offset_of(zone)?);
            }
        } else if !rest.is_empty() {
            return None;
        }
        Some(Moment {
            day,
            second,
            fraction,
            offset,
        })
    }

    /// Seconds from 1970 on, in UTC.
    pub fn epoch(&self) -> i64 {
        self.day * 86_400 + self.second - self.offset.unwrap_or_default() * 60
    }

    /// The same in UTC, as `2024-12-31 21:59:59.5`.
    pub fn utc(&self) -> String {
        let (day, second) = (self.epoch().div_euclid(86_400), self.epoch().rem_euclid(86_400));
        let (year, month, date) = civil(day);
        let point = if self.fraction.is_empty() { "" } else { "." };
        format!(
            "{year:04}-{month:02}-{date:02} {:02}:{:02}:{:02}{point}{}",
            second / 3600,
            second / 60 % 60,
            second % 60,
            self.fraction
        )
    }
}

/// A time stamp as `2024-12-31 23:59:59`, with its offset (`+00:00`) apart where it has one.
pub fn timestamp_parts(text: &str) -> (String, Option<String>) {
    let Some((date, rest)) = text.split_at_checked(10) else {
        return (text.to_string(), None);
    };
    let (time, zone) = split_zone(rest.trim_start_matches([' ', 'T']));
    let time = match time {
        "" => "00:00:00".to_string(),
        time if time.len() == 5 => format!("{time}:00"),
        time => time.to_string(),
    };
    let zone = zone.map(|zone| match zone {
        "Z" => "+00:00".to_string(),
        zone if zone.len() == 3 => format!("{zone}:00"),
        zone if zone.len() == 5 => format!("{}:{}", &zone[..3], &zone[3..]),
        zone => zone.to_string(),
    });
    (format!("{date} {time}"), zone)
}

/// The digits behind the second of a time, `23:59` or `23:59:59.5`.
pub(super) fn fraction_of(time: &str) -> Option<&str> {
    time_of(time).map(|(_, fraction)| fraction)
}

pub(super) fn is_date(text: &str) -> bool {
    day_of(text).is_some()
}

fn number(text: &str, digits: usize) -> Option<i64> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// Days from 1970-01-01 to a date.
fn day_of(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, '-');
    let mut part = |digits| parts.next().and_then(|part| number(part, digits));
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    // There is no year 0.
    (year > 0 && (1..=days).contains(&day)).then(|| days_from_civil(year, month, day))
}

/// Seconds of the day, and the digits behind them.
fn time_of(text: &str) -> Option<(i64, &str)> {
    let (clock, fraction) = match text.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (text, None),
    };
    let mut parts = clock.splitn(3, ':');
    let mut part = || parts.next().and_then(|part| number(part, 2));
    let (hour, minute) = (part()?, part()?);
    let second = match clock.len() {
        5 => 0,
        _ => part()?,
    };
    let is_fraction = |text: &str| (1..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = hour < 24 && minute < 60 && second < 60 && fraction.is_none_or(is_fraction);
    fits.then(|| (hour * 3600 + minute * 60 + second, fraction.unwrap_or_default()))
}

/// A time and its zone (`Z`, `+02:00`), where it has one.
fn split_zone(text: &str) -> (&str, Option<&str>) {
    if let Some(time) = text.strip_suffix('Z') {
        return (time, Some("Z"));
    }
    match text.rfind(['+', '-']) {
        Some(at) => (text[..at].trim_end(), Some(&text[at..])),
        None => (text, None),
    }
}

/// `Z`, `+02`, `+0230` or `+02:30` in minutes.
fn offset_of(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let (sign, rest) = zone.split_at_checked(1)?;
    let (hour, minute) = rest.split_at_checked(2)?;
    let minute = match minute.strip_prefix(':').unwrap_or(minute) {
        "" if rest.len() == 2 => 0,
        minute => number(minute, 2)?,
    };
    let offset = number(hour, 2)? * 60 + minute;
    // What PostgreSQL takes.
    let fits = minute < 60 && offset < 16 * 60;
    fits.then_some(if sign == "-" { -offset } else { offset })
}

/// <https://howardhinnant.github.io/date_algorithms.html>
pub fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The year, month and day; the other way round.
pub fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    (year, month, of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_have_one_form_in_utc() {
        for (text, epoch, utc) in [
            ("1970-01-01T00:00:00Z", 0, "1970-01-01 00:00:00"),
            ("2024-02-29T23:30:00.5-02:00", 1_709_256_600, "2024-03-01 01:30:00.5"),
            ("2000-01-01 01:00+0130", 946_683_000, "1999-12-31 23:30:00"),
            ("0001-01-01", -62_135_596_800, "0001-01-01 00:00:00"),
            (
                "9999-12-31 23:59:59.999999+00",
                253_402_300_799,
                "9999-12-31 23:59:59.999999",
            ),
        ] {
            let moment = Moment::parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((moment.epoch(), moment.utc()), (epoch, utc.to_string()), "{text}");
        }
    }

    #[test]
    fn every_day_has_its_number() {
        let mut day = day_of("1599-12-31").expect("a date");
        for year in 1600..=2400 {
            for month in 1..=12 {
                for date in 1..=31 {
                    if let Some(found) = day_of(&format!("{year}-{month:02}-{date:02}")) {
                        day += 1;
                        assert_eq!((found, civil(found)), (day, (year, month, date)));
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for text in [
            "2024-13-01",
            "0000-01-01",
            "2024-1-1",
            "2024-01-01 24:00:00",
            "2024-01-01 10:00:60",
            "2024-01-01 10:00:00+02:75",
            "2024-01-01 10:00:00+16:00",
            "2024-01-01 10:00:00+2",
            "2024-01-01 10:00:00+02:",
            "2024-01-01 10:00:00.",
            "2024-01-01x10:00:00",
            "2024-01-01 10:00:00 UTC",
        ] {
            assert_eq!(Moment::parse(text), None, "{text}");
        }
    }

    #[test]
    fn time_stamps_are_brought_to_one_form() {
        assert_eq!(
            timestamp_parts("2024-12-31T23:59Z"),
            ("2024-12-31 23:59:00".into(), Some("+00:00".into()))
        );
        assert_eq!(timestamp_parts("2024-12-31"), ("2024-12-31 00:00:00".into(), None));
    }
}
