//! The moment as file names and templates have it: in UTC.

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment(u64);

impl Moment {
    pub fn now() -> Moment {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Moment(since.map_or(0, |time| time.as_secs()))
    }

    /// The second after it.
    pub fn next(self) -> Moment {
        Moment(self.0 + 1)
    }

    /// `20241231235959`: as a text in the order of time.
    pub fn digits(self) -> String {
        format!("{}{}", self.date(), self.time()).replace(['-', ':'], "")
    }

    /// `2024-12-31`.
    pub fn date(self) -> String {
        let (year, month, day) = date((self.0 / 86_400) as i64);
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// `23:59:59`.
    pub fn time(self) -> String {
        let rest = self.0 % 86_400;
        format!("{:02}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60)
    }
}

/// The date so many days after 1970-01-01, by counting in eras of 400 years that begin in March.
pub(super) fn date(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_counted_right() {
        assert_eq!(date(0), (1970, 1, 1));
        assert_eq!(date(19_782), (2024, 2, 29));
        assert_eq!(date(20_453), (2025, 12, 31));
        assert_eq!(Moment(1_735_689_599).digits(), "20241231235959");
        assert_eq!(Moment(1_735_689_599).next().digits(), "20250101000000");
    }
}
