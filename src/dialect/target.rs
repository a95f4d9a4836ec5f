//! What a plan is made for.

use super::{Dialect, Feature, Name, Version};

/// A dialect at a version, with the schema that an unqualified name means.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub dialect: Dialect,
    pub version: Version,
    /// The schema of unqualified names where it is known (a live server's, or `public` on PostgreSQL).
    pub schema: Option<Name>,
}

impl Target {
    /// The dialect at its oldest supported version: what holds there holds everywhere later.
    pub fn oldest(dialect: Dialect) -> Target {
        Target {
            dialect,
            version: dialect.facts().oldest,
            schema: None,
        }
    }

    /// Reads `postgres` or `postgres:16`.
    pub fn parse(text: &str) -> Result<Target, String> {
        let (name, version) = match text.split_once(':') {
            Some((name, version)) => (name, Some(version)),
            None => (text, None),
        };
        let Some(dialect) = Dialect::named(name) else {
            let known: Vec<&str> = Dialect::all().map(Dialect::name).collect();
            let hint = crate::diagnostic::nearest(name, known.iter().copied());
            return Err(match hint {
                Some(word) => format!("unknown dialect `{name}`: did you mean `{word}`?"),
                None => format!("unknown dialect `{name}`: known are {}", known.join(", ")),
            });
        };
        let mut target = Target::oldest(dialect);
        if let Some(version) = version {
            let oldest = dialect.facts().oldest;
            target.version = version.parse()?;
            // `8.0` says any of them: the oldest that is supported.
            if oldest.to_string().starts_with(&format!("{version}.")) {
                target.version = oldest;
            }
            if target.version < oldest {
                let title = &dialect.facts().title;
                return Err(format!(
                    "{title} {version} is older than the oldest supported version, {oldest}"
                ));
            }
        }
        Ok(target)
    }

    pub fn supports(&self, feature: Feature) -> bool {
        self.dialect.facts().supports(feature, self.version)
    }

    pub fn title(&self) -> String {
        format!("{} {}", self.dialect.facts().title, self.version)
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.dialect, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::Target;

    #[test]
    fn a_version_without_its_last_numbers_means_the_oldest_of_them() {
        let version = |text: &str| Target::parse(text).map(|target| target.to_string());
        assert_eq!(version("mysql:8.0"), Ok("mysql:8.0.16".into()));
        assert_eq!(version("mysql:8"), Ok("mysql:8.0.16".into()));
        assert_eq!(version("mariadb:10"), Ok("mariadb:10.6".into()));
        assert_eq!(version("mysql:8.0.30"), Ok("mysql:8.0.30".into()));
        assert_eq!(version("postgres:16"), Ok("postgres:16".into()));
        let old = "MySQL 8.0.1 is older than the oldest supported version, 8.0.16";
        assert_eq!(version("mysql:8.0.1"), Err(old.into()));
    }
}
