//! What a user of MySQL or MariaDB is not shown: the servers leave out in silence what one has no privilege on.

use super::left_out::LeftOut;
use super::rows;
use crate::database::error::Error;
use crate::database::session::Session;
use crate::dialect::{Cursor, Family};

/// What the server answers where it holds no privileges against anybody.
const NO_GRANTS: &str = "1290";

/// Kind, what of it stays unknown, the database, and the privileges of which one shows all of them.
const SHOWN_BY: [(&str, &str, Place, &[&str]); 5] = [
    (
        "tables",
        "of database `{}` that this user has no privilege on",
        Place::Own,
        &["SELECT", "INSERT", "UPDATE", "REFERENCES"],
    ),
    ("triggers", "of database `{}`", Place::Own, &["TRIGGER"]),
    ("events", "of database `{}`", Place::Own, &["EVENT"]),
    (
        "routines",
        "of database `{}` that this user has no privilege on",
        Place::Own,
        &[
            "EXECUTE",
            "ALTER ROUTINE",
            "CREATE ROUTINE",
            "SHOW_ROUTINE",
            "SHOW CREATE ROUTINE",
        ],
    ),
    (
        "privileges",
        "of other users on what database `{}` holds",
        Place::OfServer,
        &["SELECT"],
    ),
];

/// The database on which a privilege shows something.
#[derive(Clone, Copy)]
enum Place {
    Own,
    /// `mysql`, where the server keeps what users may do.
    OfServer,
}

pub(super) async fn find(session: &mut Session) -> Result<Vec<LeftOut>, Error> {
    let lines = match rows::<1>(session, "SHOW GRANTS").await {
        Err(error) if error.code.as_deref().is_some_and(|code| code.starts_with(NO_GRANTS)) => return Ok(Vec::new()),
        lines => lines?,
    };
    let database = rows::<1>(session, "SELECT database()").await?;
    let database = database.into_iter().flatten().flatten().next().unwrap_or_default();
    let rights: Vec<Right> = lines
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|line| right_of(&line))
        .collect();
    let hidden = SHOWN_BY.iter().filter(|(_, _, place, privileges)| {
        let on = match place {
            Place::Own => database.as_str(),
            Place::OfServer => "mysql",
        };
        !privileges.iter().any(|privilege| is_had(&rights, privilege, on))
    });
    Ok(hidden
        .map(|(kind, what, _, _)| LeftOut::unreadable(kind, what.replace("{}", &database)))
        .collect())
}

/// What a line says of a whole database, or of all.
#[derive(Debug, PartialEq)]
struct Right {
    /// Not given, but taken from what is given on all.
    is_revoked: bool,
    privileges: Vec<String>,
    /// A pattern, as after LIKE; all where there is none.
    database: Option<String>,
}

fn right_of(line: &str) -> Option<Right> {
    let mut cursor = Cursor::new(line, Family::Mysql);
    let is_revoked = cursor.take_one_of(&["grant", "revoke"])? == "revoke";
    let privileges = cursor.until(&["on", "to"])?;
    if !cursor.take_word("on") {
        return None;
    }
    let database = match cursor.take_symbol("*") {
        true => None,
        // Where the mode is ANSI_QUOTES, a name stands in the quotes of a text.
        false => cursor
            .next()
            .and_then(|token| token.name().or_else(|| token.value(false)))?
            .into(),
    };
    let is_whole = cursor.take_symbol(".") && cursor.take_symbol("*");
    is_whole.then(|| Right {
        is_revoked,
        privileges: privileges
            .split(',')
            .map(|name| name.trim().to_ascii_uppercase())
            .collect(),
        database,
    })
}

fn is_had(rights: &[Right], privilege: &str, database: &str) -> bool {
    let says = |right: &&Right| {
        right
            .privileges
            .iter()
            .any(|name| name == privilege || name == "ALL PRIVILEGES")
    };
    let mut on_all = false;
    let mut on_it = false;
    let mut taken = false;
    for right in rights.iter().filter(says) {
        match (&right.database, right.is_revoked) {
            (None, revoked) => on_all |= !revoked,
            (Some(name), true) => taken |= name == database,
            (Some(pattern), false) => on_it |= is_like(database, pattern),
        }
    }
    on_it || on_all && !taken
}

/// Whether a name is what stands after LIKE.
fn is_like(name: &str, pattern: &str) -> bool {
    let mut rest = pattern.chars();
    let Some(first) = rest.next() else {
        return name.is_empty();
    };
    let mut letters = name.chars();
    match first {
        '%' => is_like(name, rest.as_str()) || letters.next().is_some() && is_like(letters.as_str(), pattern),
        '_' => letters.next().is_some() && is_like(letters.as_str(), rest.as_str()),
        _ => {
            let meant = match first {
                '\\' => rest.next().unwrap_or(first),
                _ => first,
            };
            letters.next() == Some(meant) && is_like(letters.as_str(), rest.as_str())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants_are_read() {
        let lines = [
            "GRANT SELECT, CREATE ROUTINE ON `a\\_%`.* TO `me`@`%`",
            "GRANT TRIGGER ON *.* TO `me`@`%` WITH GRANT OPTION",
            "REVOKE TRIGGER ON `axb`.* FROM `me`@`%`",
            "GRANT SELECT (`id`), EVENT ON `ab`.`t` TO `me`@`%`",
            "GRANT EXECUTE ON FUNCTION `ab`.`f` TO `me`@`%`",
            "GRANT `on`@`%` TO `me`@`%`",
            "GRANT PROXY ON ``@`` TO `root`@`localhost` WITH GRANT OPTION",
            "SET DEFAULT ROLE `r` FOR `me`@`%`",
            "GRANT SELECT ON \"ansi\".* TO \"me\"@\"%\"",
            "GRANT ALL PRIVILEGES ON `all`.* TO `me`@`%`",
        ];
        let rights: Vec<Right> = lines.into_iter().filter_map(right_of).collect();
        assert_eq!(rights.len(), 5);
        let had = [
            ("SELECT", "a_b", true),
            ("CREATE ROUTINE", "a_", true),
            ("SELECT", "axb", false),
            ("TRIGGER", "axb", false),
            ("TRIGGER", "a_b", true),
            ("EVENT", "ab", false),
            ("EVENT", "all", true),
            ("SELECT", "ansi", true),
        ];
        for (privilege, database, is) in had {
            assert_eq!(is_had(&rights, privilege, database), is, "{privilege} on {database}");
        }
    }
}
