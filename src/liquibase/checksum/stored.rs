//! Checksums as Liquibase's history has them.

/// What stands in `MD5SUM`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored {
    /// Nothing: Liquibase takes the changeset as it is.
    None,
    /// Of version 9, which can be compared.
    Current(String),
    /// Of another version: 8 is that of 3.5 to 4.21, a text without one that of the first.
    Other(u32),
}

impl Stored {
    pub fn read(written: Option<&str>) -> Stored {
        let Some(written) = written.filter(|written| !written.is_empty()) else {
            return Stored::None;
        };
        let version = written.split_once(':').and_then(|(version, sum)| {
            let sum = sum
                .split(|c: char| !c.is_ascii_alphanumeric())
                .next()
                .filter(|sum| !sum.is_empty())?;
            Some((
                version
                    .parse()
                    .ok()
                    .filter(|_| version.bytes().all(|byte| byte.is_ascii_digit()))?,
                sum,
            ))
        });
        match version {
            Some((9, sum)) => Stored::Current(format!("9:{sum}")),
            Some((version, _)) => Stored::Other(version),
            None => Stored::Other(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Stored;

    #[test]
    fn versions_are_told() {
        assert_eq!(Stored::read(Some("9:ab12")), Stored::Current("9:ab12".to_string()));
        assert_eq!(Stored::read(Some("8:ab12")), Stored::Other(8));
        assert_eq!(Stored::read(Some("7:ab12")), Stored::Other(7));
        assert_eq!(Stored::read(Some("ab12")), Stored::Other(1));
        assert_eq!(
            (Stored::read(None), Stored::read(Some(""))),
            (Stored::None, Stored::None)
        );
    }
}
