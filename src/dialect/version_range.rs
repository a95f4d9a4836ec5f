//! Ranges of versions, as `>= 14` and `>= 8.0.16, < 9` say them.

use std::fmt;

use super::Version;

/// Bounds that all have to hold; there is at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRange(Vec<Bound>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Bound {
    sign: &'static str,
    version: Version,
    /// As it is written: as many of its numbers are compared as it has.
    written: String,
}

/// The longer ones first, as they are looked for.
const SIGNS: [&str; 5] = [">=", "<=", ">", "<", "="];

impl VersionRange {
    /// Reads bounds with a comma between them, or with none.
    pub fn parse(text: &str) -> Result<VersionRange, String> {
        let mut rest = text.trim();
        let mut bounds = Vec::new();
        while !rest.is_empty() {
            let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) else {
                return Err(format!("`{text}` says no range of versions"));
            };
            rest = rest[sign.len()..].trim_start();
            let end = rest
                .find(|c: char| c == ',' || c.is_whitespace() || "<>=".contains(c))
                .unwrap_or(rest.len());
            bounds.push(Bound::new(sign, &rest[..end])?);
            rest = rest[end..].trim_start();
            rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
        }
        match bounds.is_empty() {
            true => Err(format!("`{text}` says no range of versions")),
            false => Ok(VersionRange(bounds)),
        }
    }

    /// From a version on, and below another one.
    pub fn between(at_least: Option<&str>, below: Option<&str>) -> Result<VersionRange, String> {
        let from = at_least.map(|version| Bound::new(">=", version));
        let to = below.map(|version| Bound::new("<", version));
        let bounds = from.into_iter().chain(to).collect::<Result<Vec<_>, _>>()?;
        match bounds.is_empty() {
            true => Err("no version is given".to_string()),
            false => Ok(VersionRange(bounds)),
        }
    }

    pub fn contains(&self, version: Version) -> bool {
        self.0.iter().all(|bound| bound.holds(version))
    }

    /// Whether no version is in it.
    pub fn is_empty(&self) -> bool {
        // What lies between two bounds lies at one of them, or right beside it.
        let near = self.0.iter().flat_map(|bound| {
            let Version(major, minor, patch) = bound.version;
            let after = match bound.numbers() {
                1 => Version(major.saturating_add(1), 0, 0),
                2 => Version(major, minor.saturating_add(1), 0),
                _ => Version(major, minor, patch.saturating_add(1)),
            };
            [bound.version, after, Version(0, 0, 0)]
        });
        let mut near = near;
        !near.any(|version| self.contains(version))
    }
}

impl Bound {
    fn new(sign: &'static str, text: &str) -> Result<Bound, String> {
        let text = text.trim();
        let is_written = !text.is_empty() && text.split('.').all(|part| part.parse::<u32>().is_ok());
        if !is_written || text.split('.').count() > 3 {
            return Err(format!("`{text}` is not a version"));
        }
        Ok(Bound {
            sign,
            version: text.parse()?,
            written: text.to_string(),
        })
    }

    fn numbers(&self) -> usize {
        self.written.split('.').count()
    }

    /// `<= 14` includes 14.3, and `> 14` does not.
    fn holds(&self, version: Version) -> bool {
        let Version(major, minor, patch) = version;
        let version = match self.numbers() {
            1 => Version(major, 0, 0),
            2 => Version(major, minor, 0),
            _ => Version(major, minor, patch),
        };
        match self.sign {
            ">=" => version >= self.version,
            "<=" => version <= self.version,
            ">" => version > self.version,
            "<" => version < self.version,
            _ => version == self.version,
        }
    }
}

impl fmt::Display for VersionRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bounds: Vec<String> = self
            .0
            .iter()
            .map(|bound| format!("{} {}", bound.sign, bound.written))
            .collect();
        f.write_str(&bounds.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_numbers_are_compared_as_are_written() {
        let holds = |range: &str, version: &str| VersionRange::parse(range).unwrap().contains(version.parse().unwrap());
        assert!(holds(">= 14", "14.1") && holds("<= 14", "14.9") && holds("= 14", "14.9"));
        assert!(!holds("> 14", "14.9") && !holds("< 14", "14.0"));
        assert!(holds(">=8.0.20,<9", "8.4.1") && !holds(">= 8.0.20 < 9", "9.0"));
        assert!(holds("= 8.0", "8.0.30") && !holds("= 8.0", "8.4"));
    }

    #[test]
    fn what_is_no_range_is_refused() {
        for text in ["", "14", ">=", ">= new", "~ 14", ">= 1.2.3.4", ">= 14 15", ">= -1"] {
            assert!(VersionRange::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_range_that_holds_nothing_is_found() {
        let is_empty = |text: &str| VersionRange::parse(text).unwrap().is_empty();
        assert!(is_empty(">= 16, < 14") && is_empty("> 14, < 15") && is_empty("< 0"));
        assert!(!is_empty(">= 14, < 16") && !is_empty("> 14.1") && !is_empty("< 9") && !is_empty("= 8.0"));
    }
}
