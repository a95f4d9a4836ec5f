//! Types of Liquibase changelogs: what they are natively, and how driftless says the same.

mod description;
mod letters;
mod native;
mod registry;
mod written;

pub use letters::{Letters, letters_of};
pub use native::{NativeType, native_type, native_type_on};
pub use registry::Kind;
pub use written::written_type;

/// How Liquibase treats a type as written, or why it refuses it.
pub(super) fn kind_of(written: &str) -> Result<Kind, String> {
    Ok(description::Description::read(written)?.kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::{Dialect, Version};
    use crate::model::normal_type;
    use crate::operation::TypeSpec;

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

    fn dialect(name: &str) -> Dialect {
        Dialect::named(name).expect("a dialect")
    }

    /// The natives of a type as Liquibase writes it on some dialects, in driftless's words.
    fn said(written: &str, dialects: &str) -> String {
        let dialects = dialects.split(' ').map(dialect);
        let natives = dialects.map(|dialect| (dialect, native_type(written, dialect).expect("a native type").text));
        written_type(&natives.collect::<Vec<_>>()).to_string()
    }

    #[test]
    fn a_type_is_said_in_the_fewest_words() {
        let mut wrong = Vec::new();
        let all = "sqlite postgres mysql mariadb";
        for (written, dialects, expected) in [
            ("int(11)", all, r#""int""#),
            ("VARCHAR2(255 BYTE)", all, r#""varchar(255)""#),
            ("decimal(10, 2)", all, r#""decimal(10,2)""#),
            ("char(1)", all, r#""char(1)""#),
            ("clob", all, r#""text""#),
            ("text", all, r#"{"native":"text"}"#),
            ("text", "postgres", r#""text""#),
            ("text", "mysql mariadb", r#"{"native":"text"}"#),
            (
                "datetime",
                all,
                r#"{"sqlite":"text","postgres":"timestamp","mysql":"datetime"}"#,
            ),
            ("datetime", "mysql mariadb", r#""timestamp(0)""#),
            ("datetime(3)", "postgres mysql", r#""timestamp(3)""#),
            (
                "timestamp",
                "postgres mysql",
                r#"{"postgres":"timestamp","mysql":"timestamptz(0)"}"#,
            ),
            (
                "boolean",
                all,
                r#"{"mysql":"tinyint","mariadb":"boolean","default":"boolean"}"#,
            ),
            (
                "uuid",
                all,
                r#"{"sqlite":"text","mariadb":{"native":"uuid"},"default":"uuid"}"#,
            ),
            ("double", all, r#"{"sqlite":{"native":"double"},"default":"double"}"#),
            ("blob", all, r#"{"postgres":"oid","default":"blob"}"#),
            (
                "numeric(10,2)",
                all,
                r#"{"sqlite":"number(10,2)","default":"decimal(10,2)"}"#,
            ),
            ("decimal", "mysql", r#""decimal(10)""#),
            ("float", "postgres", r#""double""#),
            ("tinyint(1)", "mysql mariadb", r#""boolean""#),
            ("int unsigned", "mysql", r#"{"native":"int unsigned"}"#),
            ("json", all, r#"{"native":"json"}"#),
            ("jsonb", "postgres", r#""json""#),
            ("my_schema.Mood", "postgres", r#"{"native":"my_schema.mood"}"#),
            ("enum('a','B')", "mysql mariadb", r#""enum(a, B)""#),
            ("enum('a b')", "mysql", r#""enum('a b')""#),
            (
                "geometry(Point,4326)",
                "postgres",
                r#"{"native":"geometry(Point,4326)"}"#,
            ),
        ] {
            let found = said(written, dialects);
            if found != expected {
                wrong.push(format!("{written}, {dialects}: {found}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn what_is_said_is_the_same_column() {
        let mut wrong = Vec::new();
        for (written, natives) in rows() {
            let natives = natives.into_iter().filter(|(_, native)| *native != "!");
            let natives: Vec<(Dialect, String)> = natives
                .map(|(dialect, native)| (dialect, native.trim_start_matches('+').to_string()))
                .collect();
            for some in [
                natives.as_slice(),
                natives.get(1..3).unwrap_or_default(),
                natives.get(2..).unwrap_or_default(),
            ] {
                let json = written_type(some);
                let spec: TypeSpec = serde_json::from_value(json.clone()).expect("a type");
                for (dialect, native) in some {
                    let own = spec.resolve(*dialect).map(|ty| ty.native(*dialect));
                    let own = own.and_then(|own| own).map(|own| normal_type(&own, *dialect));
                    if own.as_ref().ok() != Some(&normal_type(native, *dialect)) {
                        wrong.push(format!("{written}: {json} is {own:?} on {dialect}, not `{native}`"));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
