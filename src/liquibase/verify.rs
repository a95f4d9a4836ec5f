//! Whether a changeset is still what Liquibase ran: its own checksum, of version 9, told anew from the files.

use std::collections::HashMap;

use super::changelog::{Made, Translated};
use super::changeset::take_off;
use super::checksum::{Stored, Untold, WantedFile, checksum_of};
use super::element::Element;
use super::files::{Files, beside};
use super::properties::{is_for, listed};
use crate::dialect::Dialect;

/// What a stored checksum says of a changeset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    Same,
    /// Another one, which the changeset says is as good.
    Accepted,
    Differs {
        now: String,
    },
    /// Nobody can tell, and why.
    Unknown(String),
}

impl Translated {
    /// Holds the checksum of a row against a changeset on a database.
    pub fn verify(&self, made: &Made, stored: &Stored, dialect: Dialect, files: &dyn Files) -> Verdict {
        let properties = &self.reading.properties;
        let mut element = properties.put_into(&made.element, made.scope, dialect, &mut HashMap::new());
        take_off(&mut element, &made.removed, dialect);
        leave_for(&mut element, dialect);
        let valid = valid_sums(&element);
        let stored = match stored {
            _ if valid.iter().any(|valid| is_any(valid)) => return Verdict::Accepted,
            Stored::Current(sum) => sum,
            Stored::None => return Verdict::Unknown("the row has no checksum".into()),
            Stored::Other(version) => {
                return Verdict::Unknown(format!("its checksum is of version {version}, of an older Liquibase"));
            }
        };
        let file = &self.reading.files[made.file].path;
        let mut search_path = self.reading.search_path.clone();
        let mut read = |wanted: &WantedFile| {
            let written = wanted.path.trim();
            let path = match wanted.is_relative {
                true => Some(beside(file, &written.replace('\\', "/"))),
                false => search_path.locate(written, files),
            };
            let bytes = files.bytes(&path?).ok()?;
            let text = wanted.is_expanded.then(|| std::str::from_utf8(&bytes).ok()).flatten();
            Some(match text {
                Some(text) => properties.put(text, made.span, made.scope, dialect).text.into_bytes(),
                None => bytes,
            })
        };
        let now = match checksum_of(&element, &mut read) {
            Ok(now) => now,
            Err(Untold::CustomChange(_)) => return Verdict::Unknown("a class of Java says its checksum".into()),
            Err(Untold::MissingFile { path, .. }) => return Verdict::Unknown(format!("there is no file `{path}`")),
            Err(Untold::Unreadable { what, .. }) => return Verdict::Unknown(format!("its `{what}` cannot be read")),
        };
        let is_valid =
            |sum: &String| matches!(Stored::read(Some(sum)), Stored::Current(sum) if sum == *stored || sum == now);
        match now == *stored {
            true => Verdict::Same,
            false if valid.iter().any(is_valid) => Verdict::Accepted,
            false => Verdict::Differs { now },
        }
    }
}

/// Without the changes that are for other databases, and what is said of their SQL: Liquibase does not count them.
fn leave_for(element: &mut Element, dialect: Dialect) {
    let applies = |change: &Element| is_for(&listed(change.text_of("dbms").unwrap_or_default()), dialect);
    element.children.retain(applies);
    for child in element.children.iter_mut().filter(|child| child.name == "changes") {
        child.children.retain(applies);
    }
}

/// The checksums that a changeset calls valid.
fn valid_sums(element: &Element) -> Vec<String> {
    let is_meant =
        |name: &str| name.eq_ignore_ascii_case("validCheckSum") || name.eq_ignore_ascii_case("validCheckSums");
    let attributes = element.attributes.iter().filter(|attribute| is_meant(&attribute.name));
    let mut sums: Vec<String> = attributes.map(|attribute| attribute.value.text.clone()).collect();
    let mut below: Vec<&Element> = element.children.iter().filter(|child| is_meant(&child.name)).collect();
    while let Some(child) = below.pop() {
        sums.extend(child.text.iter().map(|text| text.text.clone()));
        sums.extend(child.attributes.iter().map(|attribute| attribute.value.text.clone()));
        below.extend(&child.children);
    }
    sums.iter_mut().for_each(|sum| *sum = sum.trim().to_string());
    sums
}

fn is_any(sum: &str) -> bool {
    let sum = sum.strip_prefix("1:").unwrap_or(sum);
    sum == "*" || sum.eq_ignore_ascii_case("any") || sum.eq_ignore_ascii_case("all")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostic::Sources;
    use crate::liquibase::{Ids, Options, translate};

    /// One file.
    struct One(&'static str);

    impl Files for One {
        fn read(&self, _: &str) -> Result<Arc<str>, String> {
            Ok(self.0.into())
        }
        fn bytes(&self, _: &str) -> Result<Vec<u8>, String> {
            Ok(self.0.into())
        }
        fn is_there(&self, path: &str) -> bool {
            path == "a.yaml"
        }
        fn below(&self, _: &str) -> Vec<String> {
            Vec::new()
        }
        fn shown(&self, path: &str) -> String {
            path.to_string()
        }
    }

    fn verdict(more: &'static str, stored: Option<&str>) -> Verdict {
        let text = format!(
            "databaseChangeLog:\n- property: {{name: type, value: int}}\n- changeSet:\n    id: 1\n    author: ada\n{more}    changes:\n    \
             - sql: create table q (id ${{type}})\n    - sql: {{sql: select 1, dbms: oracle}}\n"
        );
        let files = One(Box::leak(text.into_boxed_str()));
        let mut sources = Sources::default();
        let translated = translate(&files, &mut sources, "a.yaml", &Options::default(), Ids::Short);
        let dialect = Dialect::all().next().unwrap();
        translated.verify(&translated.changesets[0], &Stored::read(stored), dialect, &files)
    }

    const SUM: &str = "9:11f583c79fae45e37403c1cbaf269a29";

    #[test]
    fn a_checksum_is_that_of_the_file_with_its_properties_on_a_database() {
        assert_eq!(verdict("", Some(SUM)), Verdict::Same);
        assert_eq!(verdict("", Some("9:1234")), Verdict::Differs { now: SUM.into() });
        assert!(matches!(verdict("", Some("8:1234")), Verdict::Unknown(why) if why.contains("version 8")));
        assert!(matches!(verdict("", None), Verdict::Unknown(_)));
    }

    #[test]
    fn a_changeset_says_which_others_are_as_good() {
        for more in [
            "    validCheckSum: \"9:1234\"\n",
            "    validCheckSum: [\"8:1\", \"9:1234\"]\n",
            "    validCheckSum: ANY\n",
            "    validCheckSum: \"1:all\"\n",
        ] {
            assert_eq!(verdict(more, Some("9:1234")), Verdict::Accepted, "{more}");
        }
        assert_eq!(verdict("    validCheckSum: all\n", Some("8:1")), Verdict::Accepted);
    }
}
