//! Takes the secrets out of a database URL, so that it can be shown.

/// Parameters whose value is a secret or says where one lies.
const SECRET: [&str; 5] = ["password", "sslkey", "ssl-key", "sslpassword", "ssl-password"];

/// Parameters in whose value an `@` may stand; an `@` after any other `?` belongs to an unescaped password.
const MAY_HOLD_AT: [&str; 11] = [
    "password",
    "user",
    "host",
    "hostaddr",
    "dbname",
    "socket",
    "options",
    "application_name",
    "sslcert",
    "sslkey",
    "sslrootcert",
];

/// The URL with `***` for its password and secret parameters.
///
/// Works on malformed URLs too, and then rather hides too much than too little: a password with an unescaped `/`,
/// `?`, `#` or `@` is hidden up to the last `@`.
pub(super) fn mask(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let (before, query) = split_query(rest);
    let place = match before.rsplit_once('@') {
        Some((user, place)) => match user.split_once(':') {
            Some((name, _)) => format!("{name}:***@{place}"),
            None => format!("{user}@{place}"),
        },
        None => before.to_owned(),
    };
    match query {
        Some(query) => format!("{scheme}://{place}?{}", mask_query(query)),
        None => format!("{scheme}://{place}"),
    }
}

fn split_query(rest: &str) -> (&str, Option<&str>) {
    match rest.split_once('?') {
        Some((before, query)) if query.split('&').all(is_parameter) => (before, Some(query)),
        // What looks like a query is the tail of a password, unless no user stands before it.
        Some((before, query)) if !rest.contains('@') => (before, Some(query)),
        _ => (rest, None),
    }
}

fn is_parameter(pair: &str) -> bool {
    let key = pair.split('=').next().unwrap_or_default();
    !pair.contains('@') || MAY_HOLD_AT.contains(&key.to_ascii_lowercase().as_str())
}

fn mask_query(query: &str) -> String {
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((key, _)) if SECRET.contains(&key.to_ascii_lowercase().as_str()) => {
            format!("{key}=***")
        }
        _ => pair.to_owned(),
    });
    pairs.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn hides_passwords_and_nothing_else() {
        for (url, shown) in [
            ("postgres://app:secret@db:5432/x", "postgres://app:***@db:5432/x"),
            ("postgres://app@db:5432/x", "postgres://app@db:5432/x"),
            ("postgres://db:5432/x", "postgres://db:5432/x"),
            ("postgres://:secret@db/x", "postgres://:***@db/x"),
            (
                "postgres:///x?host=/run/pg&password=secret&sslmode=require",
                "postgres:///x?host=/run/pg&password=***&sslmode=require",
            ),
            (
                "postgres://db/x?user=a@b&Password=secret",
                "postgres://db/x?user=a@b&Password=***",
            ),
            (
                "mysql://app:secret@db/x?ssl-key=/k.pem",
                "mysql://app:***@db/x?ssl-key=***",
            ),
            ("sqlite:data/app.db?mode=ro", "sqlite:data/app.db?mode=ro"),
            ("sqlite://app.db", "sqlite://app.db"),
        ] {
            assert_eq!(mask(url), shown);
        }
    }

    #[test]
    fn hides_passwords_that_should_have_been_escaped() {
        for password in [
            "p@ss",
            "pa/ss",
            "pa?ss",
            "pa#ss",
            "1/2?a=b",
            "p:q",
            "12?34",
            "@",
            "a@b/c?d@e",
        ] {
            let url = format!("postgres://app:{password}@db/x?sslmode=require");
            assert!(
                mask(&url).starts_with("postgres://app:***@db/x"),
                "{url} is shown as {}",
                mask(&url)
            );
        }
    }
}
