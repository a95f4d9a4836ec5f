//! Statements as changes of Liquibase that are SQL.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::dialect::{Dialect, TokenKind, shown, tokens};
use crate::liquibase::dbms;
use crate::render::{Body, Statement};

/// The texts of a statement that is no file of rows, in the order in which they are sent.
pub(super) fn texts(statement: &Statement) -> Vec<String> {
    let own = match &statement.body {
        Body::Sql(sql) => vec![sql.clone()],
        Body::Assert(assertion) => assertion.script(),
        Body::Print(message) => vec![message.script()],
        // Nothing is to be done to the database; who exports is told.
        Body::Unload(_) | Body::Load(_) => Vec::new(),
    };
    let around = statement.around;
    let before = around.map(|around| around.before.to_string());
    let after = around.map(|around| around.after.to_string());
    let all = before.into_iter().chain(own).chain(after);
    // A secret is a property of its name.
    all.map(|text| shown(text.trim_end().trim_end_matches(';')).into_owned())
        .collect()
}

/// Texts for each database as changes: databases that share them share the changes.
pub(super) fn sql(texts: &[(Dialect, Vec<String>)]) -> Vec<Json> {
    let mut shared: Vec<(&Vec<String>, Vec<&'static str>)> = Vec::new();
    for (dialect, texts) in texts.iter().filter(|(_, texts)| !texts.is_empty()) {
        match shared.iter_mut().find(|(known, _)| *known == texts) {
            Some((_, names)) => names.push(dbms(*dialect)),
            None => shared.push((texts, vec![dbms(*dialect)])),
        }
    }
    let families: BTreeMap<&'static str, Dialect> =
        texts.iter().map(|(dialect, _)| (dbms(*dialect), *dialect)).collect();
    let mut changes = Vec::new();
    for (texts, names) in shared {
        let dialect = families[names[0]];
        let names = names.join(", ");
        if texts.len() > 1 && texts.iter().all(|text| is_split_rightly(text, dialect)) {
            let text: Vec<String> = texts.iter().map(|text| format!("{text};")).collect();
            changes.push(json!({ "sql": { "dbms": names, "sql": text.join("\n") } }));
            continue;
        }
        let each = texts.iter();
        changes.extend(each.map(|text| json!({ "sql": { "dbms": names, "splitStatements": false, "sql": text } })));
    }
    changes
}

/// Whether Liquibase, which splits texts by a grammar of its own, finds the ends of statements where they are.
pub(super) fn is_split_rightly(text: &str, dialect: Dialect) -> bool {
    let is_odd = |token: &crate::dialect::Token<'_>| match token.kind {
        TokenKind::Comment => true,
        _ => {
            let text = token.text;
            text == ";" || text == "/" || ["begin", "go", "$$"].iter().any(|word| text.eq_ignore_ascii_case(word))
        }
    };
    !text.contains(['\\', '$']) && !tokens(text, dialect.family()).iter().any(is_odd)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialect(name: &str) -> Dialect {
        Dialect::named(name).unwrap()
    }

    #[test]
    fn databases_share_what_is_the_same() {
        let one = |text: &str| vec![text.to_string()];
        let changes = sql(&[
            (dialect("postgres"), one("A")),
            (dialect("mysql"), one("B")),
            (dialect("mariadb"), one("B")),
            (dialect("sqlite"), Vec::new()),
        ]);
        assert_eq!(changes.len(), 2);
        assert_eq!(changes[1]["sql"]["dbms"], "mysql, mariadb");
    }

    #[test]
    fn what_would_be_split_elsewhere_stands_alone() {
        let postgres = dialect("postgres");
        assert!(is_split_rightly("INSERT INTO t VALUES ('a;b')", postgres));
        assert!(!is_split_rightly("INSERT INTO t VALUES ('a\\')", postgres));
        assert!(!is_split_rightly(
            "CREATE TRIGGER t BEGIN SELECT 1; END",
            dialect("sqlite")
        ));
        let changes = sql(&[(postgres, vec!["A".into(), "B".into()])]);
        assert_eq!(changes[0]["sql"]["sql"], "A;\nB;");
    }
}
