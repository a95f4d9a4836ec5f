//! Where a move goes: all, `+N`, `-N`, an id, `tag:NAME`, a date, `base`.

use std::str::FromStr;

/// The target of a move, as it is given on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// All that is pending.
    Head,
    /// So many changesets further (or back, where negative).
    Steps(i64),
    /// To this changeset: up, it is the last that is applied; down, it stays. By its id or an unambiguous beginning of it;
    /// where there is none, a date.
    Id(String),
    /// To a moment: up, with what was written by then; down, with what was applied before.
    Date(String),
    /// To the changeset that bears the tag, likewise.
    Tag(String),
    /// Before the first changeset.
    Base,
}

impl FromStr for Destination {
    type Err = String;

    fn from_str(text: &str) -> Result<Destination, String> {
        match text {
            "" => return Err("a target is needed: `+N`, `-N`, an id, `tag:NAME`, a date or `base`".into()),
            "head" => return Ok(Destination::Head),
            "base" => return Ok(Destination::Base),
            _ => {}
        }
        if let Some(tag) = text.strip_prefix("tag:") {
            return match tag {
                "" => Err("`tag:` needs a name: `tag:v1.2`".into()),
                tag => Ok(Destination::Tag(tag.to_string())),
            };
        }
        for (prefix, made) in [
            ("date:", Destination::Date as fn(String) -> Destination),
            ("id:", Destination::Id),
        ] {
            match text.strip_prefix(prefix) {
                Some("") => return Err(format!("`{prefix}` needs something behind it")),
                Some(rest) => return Ok(made(rest.to_string())),
                None => {}
            }
        }
        let digits = text.trim_start_matches(['+', '-']);
        if text.starts_with("--") || (text.starts_with('-') && !digits.bytes().all(|byte| byte.is_ascii_digit())) {
            return Err(format!("`{text}` is neither an option of this command nor a target"));
        }
        let is_steps =
            text.starts_with(['+', '-']) && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        match is_steps {
            true => text
                .parse()
                .map(Destination::Steps)
                .map_err(|_| format!("`{text}` is too many")),
            false => Ok(Destination::Id(text.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Destination;

    #[test]
    fn what_people_write_is_read() {
        assert_eq!("+2".parse(), Ok(Destination::Steps(2)));
        assert_eq!("-1".parse(), Ok(Destination::Steps(-1)));
        assert_eq!("tag:v1".parse(), Ok(Destination::Tag("v1".into())));
        assert_eq!("base".parse(), Ok(Destination::Base));
        assert_eq!("create-users".parse(), Ok(Destination::Id("create-users".into())));
        assert_eq!("date:2026-12-31".parse(), Ok(Destination::Date("2026-12-31".into())));
        assert!("tag:".parse::<Destination>().is_err());
    }
}
