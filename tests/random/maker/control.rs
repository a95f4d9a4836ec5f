//! Operations that look on, and the others in other forms.

use driftless::model::{Change, NormalForm};
use driftless::render::{Body, Statement};
use serde_json::{Value, json};

use super::choices::Choices;
use super::{KINDS, Maker, rendered};

impl Maker {
    pub(super) fn look_on(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        if choices.chance(50) {
            return Some(json!({ "print": { "message": "it's \"done\"; so \\ far" } }));
        }
        let table = self.a_table(choices)?;
        let query = format!("SELECT 1 + count(*) - count(*) FROM {}", self.full(&table.name));
        Some(json!({ "assert": { "query": query, "equals": 1, "message": "one is one" } }))
    }

    /// Another operation, inside of `only`, or as the SQL that it comes to.
    pub(super) fn in_another_form(&mut self, choices: &mut Choices<'_>) -> Option<Value> {
        let kind = KINDS[choices.below(KINDS.len() - 1)];
        let form = choices.below(4);
        let operation = kind(self, choices)?;
        if form == 0 {
            let name = self.dialect().name();
            return Some(json!({ "only": { "dialects": [name], "operations": [operation] } }));
        }
        self.as_sql(&operation, form == 1)
    }

    /// What is read of the SQL that an operation comes to is what the operation does; where it is not all understood, or
    /// rows change, it stays an operation.
    fn as_sql(&mut self, operation: &Value, in_file: bool) -> Option<Value> {
        let (_, changes) = self.resolved(operation, false)?;
        let (after, statements) = rendered(&self.catalog, &changes)?;
        let of_rows = |change: &Change| change.is_of_rows() || matches!(change, Change::SetAside { .. });
        let texts: Option<Vec<&str>> = statements.iter().map(text_of).collect();
        let texts = texts.filter(|texts| !texts.is_empty() && !changes.iter().any(of_rows))?;
        let text = format!("{};\n", texts.join(";\n"));
        let raw = match in_file {
            true => json!({ "sql_file": { "path": self.file("sql", text.clone(), None) } }),
            false => json!({ "sql": { "up": text } }),
        };
        let Some((_, read)) = self.resolved(&raw, true) else {
            return Some(operation.clone());
        };
        if read
            .iter()
            .any(|change| matches!(change, Change::Raw { effects: None, .. }))
        {
            return Some(operation.clone());
        }
        let (believed, _) = rendered(&self.catalog, &read)?;
        let (wanted, there) = (NormalForm::of(&after), NormalForm::of(&believed));
        let differences = wanted.differences(&there);
        assert!(
            differences.is_empty(),
            "{text}\nis read as something else: {differences:?}"
        );
        Some(raw)
    }
}

fn text_of(statement: &Statement) -> Option<&str> {
    match &statement.body {
        Body::Sql(text) if !statement.rebuilds => Some(text),
        _ => None,
    }
}
