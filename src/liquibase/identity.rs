//! Who a changeset is: to Liquibase its id, its author and its file together, to driftless an id alone.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::files::normalized;

/// So long an id may be, in characters.
const LONGEST: usize = 255;

/// What Liquibase knows a changeset by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    pub id: String,
    pub author: String,
    /// The path of its file, or the one that it or its file gives itself.
    pub path: String,
}

impl Identity {
    /// Whether both are the same changeset: letters do not count, nor how the path is written.
    pub fn is(&self, other: &Identity) -> bool {
        let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
        same(&self.id, &other.id)
            && same(&self.author, &other.author)
            && same(&normalized(&self.path), &normalized(&other.path))
    }

    /// The same, to be looked up by.
    pub fn key(&self) -> (String, String, String) {
        let path = normalized(&self.path).to_lowercase();
        (self.id.to_lowercase(), self.author.to_lowercase(), path)
    }

    /// File, id and author in one, as Liquibase shows them.
    pub fn whole(&self) -> String {
        let whole = format!("{}::{}::{}", normalized(&self.path), self.id, self.author);
        match whole.chars().count() > LONGEST {
            false => whole,
            true => {
                let digest = Sha256::digest(whole.as_bytes());
                let digits: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
                let id: String = self.id.chars().take(LONGEST - digits.len() - 2).collect();
                format!("{id}::{digits}")
            }
        }
    }
}

/// Which ids changesets get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ids {
    /// Their own where no other has the same; else with file and author.
    #[default]
    Short,
    /// With file and author, so that none depends on the others.
    Whole,
}

impl Ids {
    /// The ids of changesets, in their order.
    pub fn of(self, all: &[Identity]) -> Vec<String> {
        let mut count: HashMap<String, usize> = HashMap::new();
        for identity in all {
            *count.entry(identity.id.to_lowercase()).or_default() += 1;
        }
        let one = |identity: &Identity| {
            let is_alone = count.get(&identity.id.to_lowercase()) == Some(&1);
            let fits = !identity.id.is_empty() && identity.id.chars().count() <= LONGEST;
            match self {
                Ids::Short if is_alone && fits && identity.id.trim() == identity.id => identity.id.clone(),
                _ => identity.whole(),
            }
        };
        all.iter().map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(id: &str, author: &str, path: &str) -> Identity {
        Identity {
            id: id.into(),
            author: author.into(),
            path: path.into(),
        }
    }

    #[test]
    fn an_id_that_is_not_alone_gets_file_and_author() {
        let all = [
            identity("1", "ada", "db/a.xml"),
            identity("1", "bob", "classpath:db/a.xml"),
            identity("users", "ada", "db/a.xml"),
        ];
        assert_eq!(Ids::Short.of(&all), ["db/a.xml::1::ada", "db/a.xml::1::bob", "users"]);
        assert_eq!(Ids::Whole.of(&all)[2], "db/a.xml::users::ada");
        let long = identity(&"x".repeat(300), "a", "b");
        assert_eq!(long.whole().chars().count(), LONGEST);
        assert!(identity("A", "b", "/c.xml").is(&identity("a", "B", "c.xml")));
    }
}
