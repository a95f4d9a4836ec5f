//! Types of Liquibase changelogs: what they are natively, and how driftless says the same.

mod description;
mod native;
mod registry;

pub use native::{NativeType, native_type, native_type_on};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{Dialect, Version};

    /// What Liquibase itself answers: a type as written, and the native ones.
    const GOLDEN: &str = include_str!("../../../tests/data/liquibase/types.tsv");

    fn rows() -> impl Iterator<Item = (&'static str, Vec<(Dialect, &'static str)>)> {
        let rows = GOLDEN.lines().filter(|line| !line.starts_with('#'));
        rows.map(|line| {
            let mut cells = line.split('\t');
            let written = cells.next().expect("a first cell");
            (written, Dialect::all().zip(cells).collect())
        })
    }

    #[test]
    fn types_are_natively_what_liquibase_makes_of_them() {
        let mut wrong = Vec::new();
        for (written, natives) in rows() {
            for (dialect, expected) in natives {
                let found = match native_type(written, dialect) {
                    Ok(native) if native.auto_increment => format!("+{}", native.text),
                    Ok(native) => native.text,
                    Err(_) => "!".to_string(),
                };
                if found != expected {
                    wrong.push(format!("{dialect}: `{written}` is `{expected}`, not `{found}`"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn some_depend_on_the_version() {
        let native = |written: &str, dialect: &str, version: Version| {
            let dialect = Dialect::named(dialect).expect("a dialect");
            native_type_on(written, dialect, version).map(|native| native.text)
        };
        assert_eq!(native("time(3)", "mysql", Version(8, 4, 5)), Ok("time".to_string()));
        assert_eq!(
            native("uuid", "mariadb", Version(10, 6, 20)),
            Ok("char(36)".to_string())
        );
    }
}
