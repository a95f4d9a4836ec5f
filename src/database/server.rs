//! What a session speaks to.

use super::error::{Error, ErrorKind};
use super::session::TextRow;

/// The server that answered, asked once, right after connecting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// `sqlite`, `postgres`, `mysql` or `mariadb`: by the version, not by the URL.
    pub dialect: String,
    /// Numbers and dots only: `15.18`, `10.11.19`, `9.7.0`, `3.51.3`.
    pub version: String,
    /// The database's name; the file's path on SQLite, or `:memory:`. Empty where MySQL has none selected.
    pub database: String,
    /// Where unqualified names go: `current_schema()`, MySQL's database, `main` on SQLite.
    pub schema: Option<String>,
    pub user: Option<String>,
    /// What the server calls the session: the process's number on PostgreSQL, the connection's on MySQL and MariaDB.
    pub connection: Option<u64>,
}

/// The numbers a version begins with: `10.11.19` of `10.11.19-MariaDB-0+deb12u1`.
pub(super) fn version_number(text: &str) -> String {
    let end = text
        .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
        .unwrap_or(text.len());
    text[..end].trim_end_matches('.').to_owned()
}

/// The only row of an answer about the server, which has `N` columns.
pub(super) fn only_row<const N: usize>(mut rows: Vec<TextRow>) -> Result<[Option<String>; N], Error> {
    rows.pop()
        .and_then(|row| row.try_into().ok())
        .ok_or_else(|| Error::new(ErrorKind::Unreachable, "the server does not say what it is"))
}

#[cfg(test)]
mod tests {
    use super::version_number;

    #[test]
    fn reads_versions() {
        for (text, number) in [
            ("15.18 (Debian 15.18-0+deb12u1)", "15.18"),
            ("18beta1", "18"),
            ("10.11.19-MariaDB-0+deb12u1", "10.11.19"),
            ("8.0.36-0ubuntu0.22.04.1", "8.0.36"),
            ("9.7.0", "9.7.0"),
        ] {
            assert_eq!(version_number(text), number);
        }
    }
}
