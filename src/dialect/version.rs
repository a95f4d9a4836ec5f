//! Versions of servers.

use std::fmt;
use std::str::FromStr;

/// Up to three numbers; what is not written is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u32, pub u32, pub u32);

impl FromStr for Version {
    type Err = String;

    /// Reads the numbers a version begins with: `15.18 (Debian …)`, `10.11.19-MariaDB`, `8.0`.
    fn from_str(text: &str) -> Result<Version, String> {
        let end = text
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(text.len());
        let mut numbers = text[..end].split('.').map(str::parse::<u32>);
        let mut next = || numbers.next().and_then(Result::ok);
        match next() {
            Some(major) => Ok(Version(major, next().unwrap_or_default(), next().unwrap_or_default())),
            None => Err(format!("`{text}` is not a version")),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Version(major, 0, 0) => write!(f, "{major}"),
            Version(major, minor, 0) => write!(f, "{major}.{minor}"),
            Version(major, minor, patch) => write!(f, "{major}.{minor}.{patch}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn reads_what_servers_say() {
        assert_eq!("15.18 (Debian 15.18-0)".parse(), Ok(Version(15, 18, 0)));
        assert_eq!("10.11.19-MariaDB".parse(), Ok(Version(10, 11, 19)));
        assert_eq!("8.0".parse(), Ok(Version(8, 0, 0)));
        assert!("abc".parse::<Version>().is_err());
    }
}
