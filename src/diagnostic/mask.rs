//! Takes the secrets out of database URLs, wherever they are shown.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use serde::Deserialize;

/// Parameters whose value is a secret or says where one lies.
const SECRET: [&str; 9] = [
    "password",
    "passwd",
    "pwd",
    "pass",
    "passphrase",
    "sslkey",
    "ssl-key",
    "sslpassword",
    "ssl-password",
];

/// Likewise, in the query of a URL only: elsewhere these are words like any other.
const SECRET_IN_QUERY: [&str; 4] = ["key", "hexkey", "textkey", "secret"];

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

/// A database URL as it was given. Shows itself, by `Debug`, without its secrets.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct UrlText(String);

impl UrlText {
    /// The text, secrets and all: for who connects.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for UrlText {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<UrlText, Self::Err> {
        Ok(UrlText(text.to_string()))
    }
}

impl fmt::Debug for UrlText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", mask_url(&self.0))
    }
}

/// The URL with `***` for its password and secret parameters.
///
/// Works on malformed URLs too, and then rather hides too much than too little: a password with an unescaped `/`,
/// `?`, `#` or `@` is hidden up to the last `@`; in what is no URL (`host=db password=…`) all behind the `=` of a password
/// is.
pub fn mask_url(url: &str) -> String {
    if let Some(at) = url.find("://") {
        return replaced(url, &secrets(url, at + 3..url.len()), |_| "***".into()).into_owned();
    }
    let mut equals = url.match_indices('=').map(|(at, _)| at);
    match equals.find(|at| names_secret(url[..*at].trim_end())) {
        Some(at) => format!("{}***", &url[..=at]),
        None => url.to_string(),
    }
}

/// A text with `***` for the secrets of all the URLs in it, and of what is written as `password=…`. A URL ends at a blank,
/// or at a quote behind its `@`.
pub fn mask_urls(text: &str) -> Cow<'_, str> {
    replaced(text, &all_secrets(text), |_| "***".into())
}

/// As [`mask_urls`], with as many `*` as there are bytes: what stands behind keeps its place.
pub fn mask_in_place(text: &str) -> Cow<'_, str> {
    replaced(text, &all_secrets(text), |secret| "*".repeat(secret.len()))
}

fn replaced<'t>(text: &'t str, secrets: &[Range<usize>], by: impl Fn(&str) -> String) -> Cow<'t, str> {
    if secrets.is_empty() {
        return text.into();
    }
    let (mut shown, mut from) = (String::with_capacity(text.len()), 0);
    for secret in secrets {
        shown += &text[from..secret.start];
        shown += &by(&text[secret.clone()]);
        from = secret.end;
    }
    shown += &text[from..];
    shown.into()
}

fn all_secrets(text: &str) -> Vec<Range<usize>> {
    let (mut found, mut from) = (Vec::new(), 0);
    // A URL may have lost its scheme on the way.
    while let Some(at) = text[from..].find("//") {
        let start = from + at + 2;
        let end = end_of_url(text, start);
        found.extend(assigned(text, from..start));
        found.extend(secrets(text, start..end));
        from = end;
    }
    found.extend(assigned(text, from..text.len()));
    found
}

/// Where the secrets stand that are written as `password=…` or `password='…'`, outside of URLs.
fn assigned(text: &str, part: Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = part.start;
    while let Some(at) = text[from..part.end].find('=') {
        let start = from + at + 1;
        from = start;
        if names_secret(&text[part.start..start - 1]) {
            from = end_of_value(text, start..part.end);
            found.push(start..from);
        }
    }
    found
}

fn end_of_value(text: &str, part: Range<usize>) -> usize {
    let rest = &text[part.clone()];
    let quoted = rest.strip_prefix('\'').and_then(|inner| inner.find('\''));
    if let Some(length) = quoted {
        return part.start + length + 2;
    }
    let is_end = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '`' | '&');
    let end = rest.find(is_end).unwrap_or(rest.len());
    part.start + rest[..end].trim_end_matches(['\'', ')', ',', '.', ';']).len()
}

/// Whether a text ends in the name of a secret.
fn names_secret(before: &str) -> bool {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '%');
    let rest = before.trim_end_matches(is_of_name);
    let name = plain(&before[rest.len()..]);
    SECRET.contains(&name.as_str()) || (rest.ends_with(['?', '&']) && SECRET_IN_QUERY.contains(&name.as_str()))
}

fn end_of_url(text: &str, start: usize) -> usize {
    let rest = &text[start..];
    let end = rest
        .find(|c: char| c.is_whitespace() || c.is_control())
        .unwrap_or(rest.len());
    let quoted = rest[..end].find(['"', '`']).unwrap_or(end);
    // A quote before any `@` may belong to the password.
    let end = if rest[..quoted].contains('@') || !rest[..end].contains('@') {
        quoted
    } else {
        end
    };
    start + rest[..end].trim_end_matches(['\'', '"', '`', ')', ',', '.', ';']).len()
}

/// Where the secrets stand in a URL, whose scheme ends before the range.
fn secrets(text: &str, url: Range<usize>) -> Vec<Range<usize>> {
    let rest = &text[url.clone()];
    let (before, query) = split_query(rest);
    let mut found = Vec::new();
    let mut hide = |from: usize, length: usize| found.push(url.start + from..url.start + from + length);
    let query = match (before.rsplit_once('@'), port(before)) {
        (Some((user, place)), _) => {
            if let Some((name, password)) = user.split_once(':') {
                hide(name.len() + 1, password.len());
            }
            // What is no query as a whole may end in one.
            query.unwrap_or(place)
        }
        // A password whose host was forgotten.
        (None, Some(port)) if !is_number(&before[port.clone()]) => {
            hide(port.start, port.len());
            query.unwrap_or_default()
        }
        // Of what is no URL, all may be keys and values.
        (None, _) => query.unwrap_or(rest),
    };
    let mut at = rest.len() - query.len();
    for pair in query.split(['?', '&']) {
        // Of what is no URL, `;` may stand before a key.
        let mut equals = pair.match_indices('=').map(|(equals, _)| equals);
        if let Some(equals) = equals.find(|equals| is_secret_key(&pair[..*equals])) {
            hide(at + equals + 1, pair.len() - equals - 1);
        }
        at += pair.len() + 1;
    }
    found
}

fn is_secret_key(key: &str) -> bool {
    let (key, is_first) = match key.rsplit_once(';') {
        Some((_, key)) => (key, false),
        None => (key, true),
    };
    let key = plain(key);
    SECRET.contains(&key.as_str()) || (is_first && SECRET_IN_QUERY.contains(&key.as_str()))
}

/// The part before the query, and the query, where there is one for certain: else what looks like it is the tail of a
/// password.
fn split_query(rest: &str) -> (&str, Option<&str>) {
    let Some((before, query)) = rest.split_once('?') else {
        return (rest, None);
    };
    let is_query = match (before.contains('@'), query.contains('@')) {
        (_, false) => true,
        (true, true) => false,
        (false, true) => port(before).is_none_or(|port| is_number(&before[port])) && query.split('&').all(is_parameter),
    };
    if is_query { (before, Some(query)) } else { (rest, None) }
}

/// Where the port stands behind a host before which no user stands.
fn port(before: &str) -> Option<Range<usize>> {
    let host = before.split(['/', '#']).next().unwrap_or_default();
    let (_, port) = host.rsplit(']').next()?.split_once(':')?;
    Some(host.len() - port.len()..host.len())
}

fn is_number(port: &str) -> bool {
    port.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_parameter(pair: &str) -> bool {
    let key = pair.split('=').next().unwrap_or_default();
    !pair.contains('@') || MAY_HOLD_AT.contains(&plain(key).as_str())
}

/// A key as the driver reads it, in lower case: `p%61ssword` is one, too.
fn plain(key: &str) -> String {
    unescaped(key).to_ascii_lowercase()
}

/// A part of a URL with its `%xx` read.
pub fn unescaped(key: &str) -> String {
    let mut bytes = Vec::with_capacity(key.len());
    let mut rest = key.as_bytes();
    while let [first, tail @ ..] = rest {
        let digits = tail.get(..2).filter(|_| *first == b'%');
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        let escaped = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_passwords_and_nothing_else() {
        for (url, shown) in [
            ("postgres://app:secret@db:5432/x", "postgres://app:***@db:5432/x"),
            ("postgres://app@db:5432/x", "postgres://app@db:5432/x"),
            ("postgres://db:5432/x", "postgres://db:5432/x"),
            ("postgres://:secret@db/x", "postgres://:***@db/x"),
            ("postgres://app:secret", "postgres://app:***"),
            ("postgres://app:a", "postgres://app:***"),
            ("postgres://app:secret/x?a=b", "postgres://app:***/x?a=b"),
            ("postgres://[::1]:5432/x", "postgres://[::1]:5432/x"),
            (
                "postgres://app:pa/ss@db/x?user=a@b&password=secret",
                "postgres://app:***@b&password=***",
            ),
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
            (
                "mysql://db/x?p%61ssword=secret&%73sl-key=k",
                "mysql://db/x?p%61ssword=***&%73sl-key=***",
            ),
            ("sqlite:data/app.db?mode=ro", "sqlite:data/app.db?mode=ro"),
            ("sqlite://app.db", "sqlite://app.db"),
            ("sqlite:app.db?key=secret", "sqlite:app.db?key=***"),
            (
                "sqlite://app.db?mode=ro&hexkey=secret",
                "sqlite://app.db?mode=ro&hexkey=***",
            ),
            ("host=db password=secret", "host=db password=***"),
            ("host=db password = 'se cret' user=a", "host=db password =***"),
            ("Server=db;Password=sec;ret", "Server=db;Password=***"),
            ("Server=tcp://db;User=a;Pwd=secret", "Server=tcp://db;User=a;Pwd=***"),
            (
                "Server=tcp://db;User=a@b;Password=sec;ret",
                "Server=tcp://db;User=a@b;Password=***",
            ),
            ("postgres://db/x?password=sec;ret", "postgres://db/x?password=***"),
            ("key=value", "key=value"),
        ] {
            assert_eq!(mask_url(url), shown);
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
            "p?user=a@b&password=c@d",
            "p@x?user=a",
            "p//@x/?password=a&user=b",
        ] {
            let url = format!("postgres://app:{password}@db/x?sslmode=require");
            assert!(
                mask_url(&url).starts_with("postgres://app:***@db/x"),
                "{url} is shown as {}",
                mask_url(&url)
            );
        }
    }

    #[test]
    fn finds_urls_in_a_text() {
        for (text, shown) in [
            (
                "cannot use 'postgres://app:secret@db/x', nor (mysql://a:b@c?ssl-key=k).",
                "cannot use 'postgres://app:***@db/x', nor (mysql://a:***@c?ssl-key=***).",
            ),
            ("see https://example.org/a?b=c", "see https://example.org/a?b=c"),
            ("a://b:c://d:e@f g@h", "a://b:***@f g@h"),
            (
                r#"{"url":"postgres://a:secret@b","to":"me@home"}"#,
                r#"{"url":"postgres://a:***@b","to":"me@home"}"#,
            ),
            ("postgres://a:se\"cret@b", "postgres://a:***@b"),
            (
                "unexpected argument 'host=db password=se;cret' found",
                "unexpected argument 'host=db password=***' found",
            ),
            ("host=db password='se cret' user=a", "host=db password=*** user=a"),
            ("`sqlite:a.db?key=secret`: no", "`sqlite:a.db?key=***`: no"),
            (
                "passwd=a postgres://a:b@c pwd=d",
                "passwd=*** postgres://a:***@c pwd=***",
            ),
            ("password_hash=1, key=2", "password_hash=1, key=2"),
            ("://", "://"),
            ("x://@", "x://@"),
        ] {
            assert_eq!(mask_urls(text), shown);
            assert_eq!(mask_in_place(text).len(), text.len());
        }
        assert_eq!(mask_in_place("x: a://b:sé@c # d"), "x: a://b:***@c # d");
    }

    #[test]
    fn a_url_does_not_show_itself() {
        let url: UrlText = "postgres://app:secret@db/x".parse().unwrap();
        assert_eq!(format!("{:?}", Some(url)), "Some(\"postgres://app:***@db/x\")");
    }
}
