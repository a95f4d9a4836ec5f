//! What Liquibase writes for a type on a database.

use super::description::Description;
use super::registry::Kind;
use crate::dialect::{Dialect, Family, Version};

/// A type as Liquibase writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NativeType {
    pub text: String,
    /// Whether the type by itself makes a column number its rows: `serial`, `int identity`.
    pub auto_increment: bool,
}

/// What Liquibase writes for a type on a database of today, or why it refuses it there.
pub fn native_type(written: &str, dialect: Dialect) -> Result<NativeType, String> {
    let version = match dialect.name() {
        "mysql" => Version(9, 7, 4),
        "mariadb" => Version(10, 11, 19),
        _ => dialect.facts().oldest,
    };
    native_type_on(written, dialect, version)
}

/// The same on a database of a certain version.
pub fn native_type_on(written: &str, dialect: Dialect, version: Version) -> Result<NativeType, String> {
    let described = Description::read(written)?;
    let text = Place { dialect, version }.text_of(&described)?;
    Ok(NativeType {
        text,
        auto_increment: described.auto_increment,
    })
}

/// The database that a type is written for.
struct Place {
    dialect: Dialect,
    version: Version,
}

impl Place {
    fn text_of(&self, ty: &Description) -> Result<String, String> {
        let family = self.dialect.family();
        let (is_sqlite, is_postgres, is_mysql) = (
            family == Family::Sqlite,
            family == Family::Postgres,
            family == Family::Mysql,
        );
        Ok(match ty.kind {
            Kind::BigInt if is_mysql || is_postgres => with_information("BIGINT", ty),
            Kind::Int if is_mysql => with_information("INT", ty),
            Kind::Int => "INTEGER".into(),
            Kind::MediumInt if is_mysql => with_information("MEDIUMINT", ty),
            Kind::SmallInt if is_mysql => with_information("SMALLINT", ty),
            Kind::SmallInt | Kind::TinyInt if is_postgres => "SMALLINT".into(),
            Kind::Blob if is_mysql => blob_of_mysql(ty),
            Kind::Blob if is_postgres && is_blob(ty) => "OID".into(),
            Kind::Blob if is_postgres => "BYTEA".into(),
            Kind::Boolean if !is_sqlite && ty.lower().starts_with("bit") => sized("BIT", &ty.parameters),
            Kind::Boolean if self.dialect.name() == "mariadb" => "TINYINT(1)".into(),
            Kind::Boolean if is_mysql => "TINYINT".into(),
            Kind::Char | Kind::NChar | Kind::Varchar if is_postgres => text_of_postgres(ty),
            Kind::NVarchar if is_postgres => sized("VARCHAR", &ty.parameters),
            Kind::NVarchar if ty.raw.to_ascii_lowercase().contains("national character varying") => {
                sized("NVARCHAR", &ty.parameters)
            }
            Kind::Clob if is_mysql => clob_of_mysql(ty).into(),
            Kind::Clob => "TEXT".into(),
            Kind::Currency if is_sqlite => "REAL".into(),
            Kind::Currency => "DECIMAL".into(),
            Kind::Date => ty.name.clone(),
            Kind::DateTime => self.datetime(ty)?,
            Kind::Timestamp => self.timestamp(ty)?,
            Kind::Time => self.time(ty)?,
            Kind::Double if is_postgres => "DOUBLE PRECISION".into(),
            Kind::Double if is_mysql => double_of_mysql(ty),
            Kind::Float if !is_sqlite && ty.lower() == "real" => "REAL".into(),
            Kind::Number if is_postgres && first_size(ty).is_some_and(|digits| digits > 1000) => "numeric".into(),
            Kind::Number if !is_sqlite => sized("numeric", &ty.parameters),
            Kind::Uuid if is_sqlite => "TEXT".into(),
            Kind::Uuid if is_postgres => "UUID".into(),
            Kind::Uuid if self.dialect.name() == "mariadb" && self.version >= Version(10, 7, 0) => "UUID".into(),
            Kind::Uuid => "char(36)".into(),
            Kind::Xml if is_postgres => "XML".into(),
            Kind::Xml if is_mysql => "LONGTEXT".into(),
            Kind::Xml => "TEXT".into(),
            Kind::Unknown => unknown(ty),
            _ => passed_on(ty, &ty.parameters),
        })
    }

    fn time(&self, ty: &Description) -> Result<String, String> {
        let has_digits = match self.dialect.family() {
            Family::Sqlite => false,
            // Each part of the version is looked at alone.
            Family::Mysql => self.version.0 >= 5 && self.version.1 >= 6 && self.version.2 >= 4,
            Family::Postgres => true,
        };
        let digits = ty.parameters.first().filter(|_| has_digits);
        let kept = match (
            digits.map(|digits| whole(digits)).transpose()?,
            ty.parameters.as_slice(),
        ) {
            (Some(..=6), all) => all,
            (Some(_), [_, second, ..]) if self.dialect.family() == Family::Postgres => &[*second][..],
            _ => &[],
        };
        let text = sized(&ty.name, kept);
        match self.dialect.family() {
            Family::Postgres => Ok(format!("{text} {}", zone_of(ty))),
            Family::Sqlite | Family::Mysql => Ok(text),
        }
    }

    fn timestamp(&self, ty: &Description) -> Result<String, String> {
        let most = if self.dialect.family() == Family::Sqlite { 9 } else { 6 };
        if let Some(digits) = first_size(ty).filter(|digits| *digits > most) {
            return Err(format!(
                "`{}` asks for {digits} digits of a second, and Liquibase gives {most} on {}",
                ty.raw,
                self.dialect.facts().title
            ));
        }
        if self.dialect.family() == Family::Mysql {
            return match ty.lower().contains([' ', '(']) {
                true => Ok(ty.raw.to_string()),
                false => self.datetime(ty),
            };
        }
        if let Some(digits) = ty.parameters.first() {
            whole(digits)?;
        }
        let first = ty.parameters.get(..1).unwrap_or_default();
        let zone = match &ty.information {
            _ if self.dialect.family() != Family::Postgres => None,
            _ if ty
                .raw
                .trim_start()
                .starts_with("java.sql.Types.TIMESTAMP_WITH_TIMEZONE") =>
            {
                Some("WITH TIME ZONE".to_string())
            }
            Some(text) if text.to_ascii_uppercase().contains("TIMEZONE") => {
                Some(text.to_ascii_uppercase().replace("TIMEZONE", "TIME ZONE"))
            }
            text => text.clone(),
        };
        match zone {
            Some(zone) => Ok(format!("{} {zone}", sized("TIMESTAMP", first))),
            None => self.datetime(ty),
        }
    }

    fn datetime(&self, ty: &Description) -> Result<String, String> {
        match self.dialect.family() {
            Family::Sqlite => Ok("TEXT".into()),
            Family::Postgres => {
                let digits = match ty.parameters.as_slice() {
                    [_, second] => &[*second][..],
                    [first, ..] => &[*first][..],
                    [] => &[],
                };
                Ok(format!("{} {}", sized("TIMESTAMP", digits), zone_of(ty)))
            }
            Family::Mysql => match ty.parameters.first() {
                None => Ok(ty.name.clone()),
                Some(digits) if whole(digits)? > 6 => Ok(sized(&ty.name, &["6"])),
                Some(_) => Ok(sized(&ty.name, &ty.parameters)),
            },
        }
    }
}

fn sized(name: &str, parameters: &[&str]) -> String {
    match parameters {
        [] => name.to_string(),
        _ => format!("{name}({})", parameters.join(", ")),
    }
}

fn with_information(name: &str, ty: &Description) -> String {
    match &ty.information {
        Some(information) => format!("{name} {information}"),
        None => name.to_string(),
    }
}

fn passed_on(ty: &Description, parameters: &[&str]) -> String {
    with_information(&sized(&ty.name.to_uppercase(), parameters), ty)
}

fn unknown(ty: &Description) -> String {
    let takes_any = matches!(ty.name.to_ascii_lowercase().as_str(), "enum" | "set");
    match ty.parameters.get(..2).filter(|_| !takes_any) {
        Some(two) => passed_on(ty, two),
        None => passed_on(ty, &ty.parameters),
    }
}

fn zone_of(ty: &Description) -> &'static str {
    let lower = ty.lower();
    match lower.contains("tz") || lower.contains("with time zone") {
        true => "WITH TIME ZONE",
        false => "WITHOUT TIME ZONE",
    }
}

fn is_blob(ty: &Description) -> bool {
    ty.lower().starts_with("blob") || ty.raw.trim() == "java.sql.Types.BLOB"
}

fn blob_of_mysql(ty: &Description) -> String {
    let lower = ty.lower();
    match lower.as_str() {
        _ if is_blob(ty) => "BLOB".into(),
        text if text.starts_with("varbinary") => sized("VARBINARY", &ty.parameters),
        _ if ty.raw.trim() == "java.sql.Types.VARBINARY" => sized("VARBINARY", &ty.parameters),
        text if text.starts_with("tinyblob") => "TINYBLOB".into(),
        text if text.starts_with("mediumblob") => "MEDIUMBLOB".into(),
        text if text.starts_with("binary") => sized("BINARY", &ty.parameters),
        _ => "LONGBLOB".into(),
    }
}

fn clob_of_mysql(ty: &Description) -> &'static str {
    match ty.lower().as_str() {
        text if text.starts_with("text") => "TEXT",
        text if text.starts_with("tinytext") => "TINYTEXT",
        text if text.starts_with("mediumtext") => "MEDIUMTEXT",
        text if text.starts_with("nclob") => "LONGTEXT CHARACTER SET utf8",
        _ => "LONGTEXT",
    }
}

fn double_of_mysql(ty: &Description) -> String {
    let information = ty.information.as_deref().unwrap_or_default().to_ascii_uppercase();
    let name = match information.contains("PRECISION") {
        true => "DOUBLE PRECISION",
        false => "DOUBLE",
    };
    let sizes = match ty.parameters.len() {
        2.. => ty.parameters.as_slice(),
        _ => &[],
    };
    let rest = information.replace("PRECISION", "");
    let rest: Vec<&str> = rest.split_whitespace().collect();
    format!("{} {}", sized(name, sizes), rest.join(" "))
        .trim_end()
        .to_string()
}

/// On PostgreSQL a length is in characters without saying so, and the longest of all is none.
fn text_of_postgres(ty: &Description) -> String {
    let [size] = ty.parameters.as_slice() else {
        return passed_on(ty, &ty.parameters);
    };
    let size = match size
        .len()
        .checked_sub("CHAR".len())
        .and_then(|at| size.split_at_checked(at))
    {
        Some((digits, unit))
            if unit.eq_ignore_ascii_case("CHAR") && digits.trim_end().ends_with(|c: char| c.is_ascii_digit()) =>
        {
            digits.trim_end()
        }
        _ => size,
    };
    match size {
        "2147483647" => "CHARACTER VARYING".into(),
        _ => passed_on(ty, &[size]),
    }
}

fn first_size(ty: &Description) -> Option<i32> {
    ty.parameters.first()?.parse().ok()
}

fn whole(text: &str) -> Result<i32, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is no number of digits of a second"))
}
