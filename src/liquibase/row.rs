//! The rows of DATABASECHANGELOG: what Liquibase wrote down of the changesets that it ran.

use super::identity::Identity;

/// A row, as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub identity: Identity,
    /// ISO 8601; the table knows no time zone.
    pub executed: Option<String>,
    /// Which one it was of all that were run.
    pub order: Option<i64>,
    pub ran: Option<Ran>,
    /// What stands for `ran`.
    pub exec_type: String,
    pub sum: Option<String>,
    pub comment: Option<String>,
    pub tag: Option<String>,
    /// The version of Liquibase.
    pub version: Option<String>,
    pub deployment: Option<String>,
}

/// How a changeset came to be in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ran {
    Executed,
    /// Once more: the row is that of the last time.
    Again,
    /// Its preconditions did not hold, and nothing of it was run.
    Marked,
}

impl Ran {
    fn parse(word: &str) -> Option<Ran> {
        match word {
            "EXECUTED" => Some(Ran::Executed),
            "RERAN" => Some(Ran::Again),
            "MARK_RAN" => Some(Ran::Marked),
            _ => None,
        }
    }
}

/// The columns that every version since 2.0 writes.
const NEEDED: [&str; 7] = [
    "ID",
    "AUTHOR",
    "FILENAME",
    "DATEEXECUTED",
    "ORDEREXECUTED",
    "EXECTYPE",
    "MD5SUM",
];

/// Reads rows by the names of their columns, in the order in which they were executed. Fails with the columns that are
/// missing.
pub fn rows_of(columns: &[String], rows: Vec<Vec<Option<String>>>) -> Result<Vec<Row>, Vec<&'static str>> {
    let place = |name: &str| columns.iter().position(|column| column.eq_ignore_ascii_case(name));
    let missing: Vec<&str> = NEEDED.into_iter().filter(|name| place(name).is_none()).collect();
    if !missing.is_empty() {
        return Err(missing);
    }
    let read = |row: Vec<Option<String>>| {
        let of = |name: &str| place(name).and_then(|at| row.get(at).cloned().flatten());
        let said = |name: &str| of(name).filter(|text| !text.trim().is_empty());
        let exec_type = of("EXECTYPE").unwrap_or_default();
        Row {
            identity: Identity {
                id: of("ID").unwrap_or_default(),
                author: of("AUTHOR").unwrap_or_default(),
                path: of("FILENAME").unwrap_or_default(),
            },
            executed: said("DATEEXECUTED").map(|text| moment(&text)),
            order: said("ORDEREXECUTED").and_then(|text| text.trim().parse().ok()),
            ran: Ran::parse(exec_type.trim()),
            exec_type,
            sum: said("MD5SUM"),
            comment: said("COMMENTS"),
            tag: said("TAG"),
            version: said("LIQUIBASE"),
            deployment: said("DEPLOYMENT_ID"),
        }
    };
    let mut rows: Vec<Row> = rows.into_iter().map(read).collect();
    rows.sort_by(|one, other| (one.order, &one.executed).cmp(&(other.order, &other.executed)));
    Ok(rows)
}

/// The row of DATABASECHANGELOGLOCK that somebody holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    pub by: Option<String>,
    pub since: Option<String>,
}

/// Looks for a lock that is held.
pub fn held_lock(columns: &[String], rows: &[Vec<Option<String>>]) -> Option<Lock> {
    let place = |name: &str| columns.iter().position(|column| column.eq_ignore_ascii_case(name));
    let locked = place("LOCKED")?;
    let row = rows.iter().find(|row| {
        let value = row.get(locked).cloned().flatten().unwrap_or_default();
        matches!(value.trim(), "1" | "t" | "true" | "TRUE" | "\\x01" | "\u{1}")
    })?;
    let of = |name: &str| place(name).and_then(|at| row.get(at).cloned().flatten());
    Some(Lock {
        by: of("LOCKEDBY").filter(|by| !by.is_empty()),
        since: of("LOCKGRANTED").map(|text| moment(&text)),
    })
}

/// A moment as a server shows it, in the form of ours; SQLite may have milliseconds since 1970.
fn moment(text: &str) -> String {
    let text = text.trim();
    if let Ok(milliseconds) = text.parse::<i64>() {
        let seconds = milliseconds.div_euclid(1000);
        let (year, month, day) = super::calendar::civil(seconds.div_euclid(86_400));
        let of_day = seconds.rem_euclid(86_400);
        return format!(
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}Z",
            of_day / 3600,
            of_day / 60 % 60,
            of_day % 60,
            milliseconds.rem_euclid(1000)
        );
    }
    let text = text.replacen(' ', "T", 1);
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction: String = fraction.chars().take_while(char::is_ascii_digit).collect();
    format!("{whole}.{fraction:0<3.3}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &str) -> Vec<String> {
        names.split(' ').map(str::to_string).collect()
    }

    fn texts(values: &[&str]) -> Vec<Option<String>> {
        values
            .iter()
            .map(|text| (*text != "-").then(|| text.to_string()))
            .collect()
    }

    #[test]
    fn rows_come_in_the_order_in_which_they_ran() {
        let names = columns("id author filename dateexecuted orderexecuted exectype md5sum");
        let rows = vec![
            texts(&["b", "ada", "a.xml", "2026-01-02 03:04:05.123456", "10", "RERAN", "9:1"]),
            texts(&["a", "ada", "a.xml", "1767323045678", "9", "OTHER", "-"]),
        ];
        let rows = rows_of(&names, rows).unwrap();
        assert_eq!((rows[0].identity.id.as_str(), rows[0].ran), ("a", None));
        assert_eq!(rows[0].executed.as_deref(), Some("2026-01-02T03:04:05.678Z"));
        assert_eq!(rows[1].executed.as_deref(), Some("2026-01-02T03:04:05.123Z"));
        assert_eq!((rows[1].ran, rows[1].order), (Some(Ran::Again), Some(10)));
        let missing = rows_of(&columns("ID AUTHOR FILENAME DATEEXECUTED"), Vec::new());
        assert_eq!(missing, Err(vec!["ORDEREXECUTED", "EXECTYPE", "MD5SUM"]));
    }

    #[test]
    fn a_lock_is_held_whichever_way_its_server_says_so() {
        let names = columns("ID LOCKED LOCKGRANTED LOCKEDBY");
        for yes in ["1", "t", "true", "\\x01"] {
            let lock = held_lock(&names, &[texts(&["1", yes, "2026-01-02 03:04:05", "here (::1)"])]).unwrap();
            assert_eq!(lock.by.as_deref(), Some("here (::1)"));
            assert_eq!(lock.since.as_deref(), Some("2026-01-02T03:04:05.000Z"));
        }
        for no in ["0", "f", "false", "-", "\\x00"] {
            assert_eq!(held_lock(&names, &[texts(&["1", no, "-", "-"])]), None, "{no}");
        }
    }
}
