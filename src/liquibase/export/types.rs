//! Which word Liquibase has to be told for a column to be of a type: it has a table of its own, by which words become others.

use crate::dialect::Dialect;

/// What Liquibase 4.28 makes of words, on PostgreSQL, MySQL, MariaDB and SQLite. `{}` are the sizes; an empty text is what
/// depends on more, or is no type there.
const MADE_OF: &[(&str, [&str; 4])] = &[
    ("smallint", ["smallint"; 4]),
    ("int", ["integer", "int", "int", "integer"]),
    ("integer", ["integer", "int", "int", "integer"]),
    ("mediumint", ["", "mediumint", "mediumint", "mediumint"]),
    ("bigint", ["bigint"; 4]),
    ("decimal", ["decimal{}"; 4]),
    ("numeric", ["numeric{}", "numeric{}", "numeric{}", "number{}"]),
    ("real", ["real", "double", "double", "float"]),
    ("float", ["double precision", "float{}", "float{}", "float{}"]),
    ("double", ["double precision", "double{}", "double{}", "double{}"]),
    (
        "double precision",
        ["double precision", "double", "double", "double precision"],
    ),
    ("boolean", ["boolean", "tinyint", "tinyint(1)", "boolean"]),
    ("tinyint", ["smallint", "tinyint{}", "tinyint{}", "tinyint{}"]),
    ("char", ["char{}"; 4]),
    ("varchar", ["varchar{}"; 4]),
    ("text", ["text"; 4]),
    ("tinytext", ["text", "tinytext", "tinytext", "text"]),
    ("mediumtext", ["text", "mediumtext", "mediumtext", "text"]),
    ("longtext", ["text", "longtext", "longtext", "text"]),
    ("blob", ["oid", "blob", "blob", "blob{}"]),
    ("longblob", ["bytea", "longblob", "longblob", "blob"]),
    ("bytea", ["bytea", "", "", ""]),
    ("binary", ["bytea", "binary{}", "binary{}", "blob{}"]),
    ("varbinary", ["bytea", "varbinary{}", "varbinary{}", "blob{}"]),
    ("date", ["date"; 4]),
    // Whether MySQL and MariaDB keep its sizes depends on their versions.
    ("time", ["time{}", "", "", "time"]),
    ("datetime", ["timestamp{}", "datetime{}", "datetime{}", "text"]),
    ("timestamp", ["timestamp{}", "timestamp{}", "timestamp{}", "text"]),
    ("timestamptz", ["timestamptz{}", "", "", "text"]),
    ("uuid", ["uuid", "char(36)", "", "text"]),
    ("year", ["", "year{}", "year{}", "year"]),
    ("json", ["json", "json", "json", "json"]),
    ("jsonb", ["jsonb", "", "", ""]),
    ("citext", ["citext", "", "", ""]),
    ("inet", ["inet", "", "", ""]),
    ("interval", ["interval{}", "", "", ""]),
    ("tsvector", ["tsvector", "", "", ""]),
    ("geometry", ["", "geometry", "geometry", ""]),
    ("point", ["point", "point", "point", ""]),
];

/// Words that may mean a type which is called otherwise.
const OTHERS: [&str; 4] = ["int", "longtext", "longblob", "double precision"];

/// For each database the word of its type, one for all where there is such; `None`: Liquibase cannot be told.
pub fn words(written: &str, natives: &[(Dialect, &str)]) -> Option<Vec<(Dialect, String)>> {
    let lower = |text: &str| text.to_ascii_lowercase();
    let mut known: Vec<String> = vec![lower(written)];
    known.extend(natives.iter().map(|(_, native)| lower(native)));
    known.extend(OTHERS.map(str::to_string));
    let is_it = |word: &str, (dialect, native): &(Dialect, &str)| {
        made_of(word, *dialect).is_some_and(|made| made == squeezed(native, *dialect))
    };
    if let Some(word) = known
        .iter()
        .find(|word| natives.iter().all(|native| is_it(word, native)))
    {
        return Some(natives.iter().map(|(dialect, _)| (*dialect, word.clone())).collect());
    }
    natives
        .iter()
        .map(|native| {
            let own = lower(native.1);
            let mut words = [own].into_iter().chain(known.iter().cloned());
            Some((native.0, words.find(|word| is_it(word, native))?))
        })
        .collect()
}

/// What a word becomes on a database.
fn made_of(word: &str, dialect: Dialect) -> Option<String> {
    let (name, sizes) = match word.find('(') {
        Some(open) => (word[..open].trim(), &word[open..]),
        None => (word.trim(), ""),
    };
    let place = ["postgres", "mysql", "mariadb", "sqlite"];
    let place = place.iter().position(|known| *known == dialect.name())?;
    let (_, forms) = MADE_OF.iter().find(|(known, _)| *known == name)?;
    let form = forms[place];
    // Sizes that are dropped would be missed.
    let fits = !form.is_empty() && (sizes.is_empty() || form.contains("{}"));
    fits.then(|| squeezed(&form.replace("{}", sizes), dialect))
}

/// A type in small letters, without blanks that mean nothing, by the name that the database knows it by.
fn squeezed(text: &str, dialect: Dialect) -> String {
    let text = text.to_ascii_lowercase();
    let (name, sizes) = match text.find('(') {
        Some(open) => text.split_at(open),
        None => (text.as_str(), ""),
    };
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let known = dialect.facts().synonyms.get(&name).cloned().unwrap_or(name);
    format!("{known}{}", sizes.replace(' ', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(written: &str, natives: &[(&str, &str)]) -> Option<Vec<String>> {
        let natives: Vec<(Dialect, &str)> = natives
            .iter()
            .map(|(dialect, native)| (Dialect::named(dialect).unwrap(), *native))
            .collect();
        words(written, &natives).map(|words| words.into_iter().map(|(_, word)| word).collect())
    }

    #[test]
    fn each_database_is_told_what_makes_its_own_type() {
        let booleans = [
            ("postgres", "boolean"),
            ("mysql", "tinyint(1)"),
            ("mariadb", "tinyint(1)"),
        ];
        assert_eq!(
            told("boolean", &booleans).unwrap(),
            ["boolean", "tinyint(1)", "tinyint(1)"]
        );
        let decimals = [("postgres", "numeric(10,2)"), ("sqlite", "DECIMAL(10,2)")];
        assert_eq!(told("decimal(10,2)", &decimals).unwrap()[0], "decimal(10,2)");
        assert_eq!(
            told("double", &[("sqlite", "DOUBLE PRECISION")]).unwrap(),
            ["double precision"]
        );
    }

    #[test]
    fn what_it_makes_something_else_of_cannot_be_told() {
        assert_eq!(told("timestamp", &[("sqlite", "TIMESTAMP")]), None);
        assert_eq!(told("time", &[("mysql", "time(6)")]), None);
        assert_eq!(told("real", &[("sqlite", "REAL")]), None);
    }
}
