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
            target.version = version.parse()?;
            if target.version < dialect.facts().oldest {
                return Err(format!(
                    "{} {} is older than the oldest supported version, {}",
                    dialect.facts().title,
                    target.version,
                    dialect.facts().oldest
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
