//! Rows of CSV files.

use super::super::element::{Element, Text};
use super::super::node::{Body, from_json, list, text};
use super::super::values::ValueKind;
use super::column::DEFAULTS;
use super::{Translator, table_name};
use crate::diagnostic::{Diagnostic, Span};
use crate::dialect::Family;
use crate::document::{Node, escaped};
use crate::render::{CsvReader, Form, Record};

/// So many rows of a file may be written into a changelog without a word.
const MOST_ROWS_WRITTEN: usize = 2000;

/// What a column of the file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// What the database says, which is not known here.
    Unknown,
    String,
    Numeric,
    Boolean,
    Date,
    Computed,
    Sequence,
    Blob,
    Clob,
    Uuid,
    Other,
    Skip,
}

/// A column of the file, and the one of the table that it goes to.
struct Field<'e> {
    column: String,
    holds: Holds,
    native: Option<String>,
    element: Option<&'e Element>,
    /// Whether a row that is there is given its value.
    updates: bool,
}

/// The rows of a file.
struct Rows<'e> {
    fields: Vec<Field<'e>>,
    /// Each cell, and whether it is quoted.
    rows: Vec<Vec<(String, bool)>>,
}

impl Translator<'_> {
    pub fn load_data(&mut self, change: &Element) -> Vec<Node> {
        let Some(table) = self.table(change) else {
            return Vec::new();
        };
        let Some((path, at, rows)) = self.rows_of(change) else {
            return Vec::new();
        };
        if rows.rows.is_empty() {
            return Vec::new();
        }
        if let Some(delimiter) = self.as_it_is(change, &rows) {
            self.resources.name(&path);
            let mut body = Body::new(change.span)
                .with("table", table)
                .with("file", text(self.resources.relative(&path), at));
            if delimiter != ',' {
                body.put("delimiter", text(delimiter.to_string(), at));
            }
            if let Some(word) = null_word(&rows) {
                body.put("null", text(word, at));
            }
            return vec![body.operation("load_data")];
        }
        if rows.rows.len() > MOST_ROWS_WRITTEN {
            let message = format!("the {} rows of the file become rows of the changelog", rows.rows.len());
            self.passed_over(message, at);
        }
        let written = self.written_rows(change, &rows, at);
        let body = Body::new(change.span)
            .with("table", table)
            .with("rows", list(written, at));
        vec![body.operation("insert")]
    }

    pub fn load_update_data(&mut self, change: &Element) -> Vec<Node> {
        let (Some(table), Some(key)) = (self.table(change), self.needed(change, "primaryKey").cloned()) else {
            return Vec::new();
        };
        let Some((_, at, rows)) = self.rows_of(change) else {
            return Vec::new();
        };
        if rows.rows.is_empty() {
            return Vec::new();
        }
        let keys: Vec<String> = key.text.split(',').map(|name| name.trim().to_string()).collect();
        let written = self.written_rows(change, &rows, at);
        if self.is_set(change, "onlyUpdate") {
            return self.only_updates(change, &table, &keys, written);
        }
        if !self.tables.is_unique(table_name(change), &keys) {
            return self.put_in_or_update(change, &table, &keys, &rows, &written);
        }
        let names = keys.iter().map(|name| text(name, key.span)).collect();
        let mut body = Body::new(change.span)
            .with("table", table)
            .with("key", list(names, key.span));
        if rows.fields.iter().any(|field| !field.updates) {
            let is_key = |name: &str| keys.iter().any(|key| key.eq_ignore_ascii_case(name));
            let updated = rows
                .fields
                .iter()
                .filter(|field| field.updates && !is_key(&field.column));
            let updated = updated.map(|field| text(&field.column, at)).collect();
            body.put("update", list(updated, at));
        }
        body.put("rows", list(written, at));
        vec![body.operation("upsert")]
    }

    /// The statements of Liquibase itself, where nothing is known of the columns that tell the rows apart.
    fn put_in_or_update(
        &mut self,
        change: &Element,
        table: &Node,
        keys: &[String],
        rows: &Rows<'_>,
        written: &[Node],
    ) -> Vec<Node> {
        let table = self.quoted_object(table);
        let is_key = |name: &str| keys.iter().any(|key| key.eq_ignore_ascii_case(name));
        let updates = |name: &str| {
            let field = rows.fields.iter().find(|field| field.column == name);
            !is_key(name) && field.is_none_or(|field| field.updates)
        };
        let mut statements = Vec::new();
        for row in written {
            let cells = row.entries().iter();
            let cells: Vec<(&str, String, String)> = cells
                .map(|entry| (&*entry.key, self.quoted(&entry.key), self.literal(&entry.value)))
                .collect();
            let names: Vec<&str> = cells.iter().map(|(_, name, _)| name.as_str()).collect();
            let values: Vec<&str> = cells.iter().map(|(_, _, value)| value.as_str()).collect();
            let (names, values) = (names.join(", "), values.join(", "));
            let set = cells.iter().filter(|(key, _, _)| updates(key));
            let set: Vec<String> = set.map(|(_, name, value)| format!("{name} = {value}")).collect();
            let clauses = cells.iter().filter(|(key, _, _)| is_key(key));
            let clauses: Vec<String> = clauses
                .map(|(_, name, value)| match value.as_str() {
                    "NULL" => format!("{name} IS NULL"),
                    _ => format!("{name} = {value}"),
                })
                .collect();
            let (set, clause) = (set.join(", "), clauses.join(" AND "));
            match self.family() {
                Family::Mysql if set.is_empty() => {
                    statements.push(format!("INSERT IGNORE INTO {table} ({names}) VALUES ({values})"));
                }
                Family::Mysql => statements.push(format!(
                    "INSERT INTO {table} ({names}) VALUES ({values}) ON DUPLICATE KEY UPDATE {set}"
                )),
                Family::Postgres | Family::Sqlite => {
                    if !set.is_empty() {
                        statements.push(format!("UPDATE {table} SET {set} WHERE {clause}"));
                    }
                    statements.push(format!(
                        "INSERT INTO {table} ({names}) SELECT {values} WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE {clause})"
                    ));
                }
            }
        }
        let body = Body::new(change.span).with("up", text(statements.join(";\n"), change.span));
        vec![body.operation("sql")]
    }

    fn only_updates(&mut self, change: &Element, table: &Node, keys: &[String], rows: Vec<Node>) -> Vec<Node> {
        let mut all = Vec::new();
        for row in rows {
            let mut set = Body::new(change.span);
            let mut clauses = Vec::new();
            for entry in row.entries() {
                match keys.iter().any(|key| key.eq_ignore_ascii_case(&entry.key)) {
                    true => {
                        let literal = self.literal(&entry.value);
                        clauses.push(format!("{} = {literal}", self.quoted(&entry.key)));
                    }
                    false => set.put(&entry.key, entry.value.clone()),
                }
            }
            if set.is_empty() || clauses.is_empty() {
                continue;
            }
            let body = Body::new(change.span)
                .with("table", table.clone())
                .with("set", set.node())
                .with("where", text(clauses.join(" AND "), change.span));
            all.push(body.operation("update"));
        }
        all
    }

    /// The file of a change, and its rows.
    fn rows_of<'e>(&mut self, change: &'e Element) -> Option<(String, Span, Rows<'e>)> {
        let at = self.needed(change, "file")?.span;
        let found = self.resources.locate(change, "file");
        let path = found.map_err(|problem| self.problems.push(problem)).ok()?;
        let content = match self.resources.text(&path) {
            Ok(content) => content,
            Err(message) => {
                self.problem(Diagnostic::error("unreadable-file", message), at);
                return None;
            }
        };
        match self.read_rows(change, &content) {
            Ok(rows) => Some((path, at, rows)),
            Err(message) => {
                let message = format!("`{path}` {message}");
                self.problem(Diagnostic::error("rows", message), at);
                None
            }
        }
    }

    fn read_rows<'e>(&mut self, change: &'e Element, content: &str) -> Result<Rows<'e>, String> {
        let quote = quote_of(change);
        let swapped = |text: &str| match quote {
            '"' => text.to_string(),
            quote => text.chars().map(|c| swap(c, quote)).collect(),
        };
        let content = content.strip_prefix('\u{feff}').unwrap_or(content);
        let comment = match change.value("commentLineStartsWith") {
            Some(start) => start.text.clone(),
            None => "#".to_string(),
        };
        let lines = content.lines().enumerate().filter(|(at, line)| {
            let is_comment = *at > 0 && !comment.is_empty() && line.trim_start().starts_with(&comment);
            !is_comment && !line.trim().is_empty()
        });
        let kept: Vec<&str> = lines.map(|(_, line)| line).collect();
        let kept = swapped(&kept.join("\n"));
        let mut reader = CsvReader::new(kept.as_bytes(), delimiter_of(change));
        let mut record = Record::default();
        let mut next = || -> Result<Option<Vec<(String, bool)>>, String> {
            match reader.next_record(&mut record) {
                Ok(false) => Ok(None),
                Ok(true) => Ok(Some(cells(&record, &swapped))),
                Err(error) => Err(format!("{} (line {})", error.message, error.line)),
            }
        };
        let Some(header) = next()? else {
            return Err("is empty".to_string());
        };
        let mut all = Vec::new();
        while let Some(row) = next()? {
            if row.len() != header.len() {
                return Err(format!(
                    "has a row of {} values (`{}`), and names {} columns",
                    row.len(),
                    row.first().map(|(first, _)| first.as_str()).unwrap_or_default(),
                    header.len()
                ));
            }
            all.push(row);
        }
        let fields = header.iter().enumerate();
        let fields = fields
            .map(|(at, (name, _))| self.field(change, at, name.trim()))
            .collect();
        Ok(Rows { fields, rows: all })
    }

    fn field<'e>(&mut self, change: &'e Element, at: usize, header: &str) -> Field<'e> {
        let elements = change.listed("columns", "column");
        let mut elements = elements.filter(|column| {
            let is = |key: &str| {
                column
                    .text_of(key)
                    .is_some_and(|name| name.trim().eq_ignore_ascii_case(header))
            };
            let index = column
                .text_of("index")
                .and_then(|index| index.trim().parse::<usize>().ok());
            match (index, column.value("header")) {
                (Some(index), _) => index == at,
                (None, Some(_)) => is("header"),
                (None, None) => is("name"),
            }
        });
        let element = elements.next();
        let name = element.and_then(|element| element.text_of("name")).unwrap_or(header);
        let native = self.tables.native(table_name(change), name.trim()).map(str::to_string);
        let declared = element.and_then(|element| element.text_of("type"));
        let holds = match (declared, &native) {
            (Some(declared), _) => declared_holds(declared),
            (None, Some(native)) => native_holds(native),
            (None, None) => Holds::Unknown,
        };
        Field {
            column: name.trim().to_string(),
            holds,
            native,
            element,
            updates: element.and_then(|element| element.text_of("allowUpdate")) != Some("false"),
        }
    }

    /// Whether driftless can read the file itself, and what stands between its fields.
    fn as_it_is(&self, change: &Element, rows: &Rows<'_>) -> Option<char> {
        let plain =
            |field: &Field<'_>| matches!(field.holds, Holds::String | Holds::Numeric | Holds::Uuid | Holds::Date);
        let encoding = change.text_of("encoding").unwrap_or("UTF-8");
        let is_readable = quote_of(change) == '"'
            && change.value("commentLineStartsWith").is_none()
            && encoding.eq_ignore_ascii_case("utf-8")
            && rows
                .fields
                .iter()
                .all(|field| plain(field) && !has_default(field.element));
        let is_same = |field: &Field<'_>| {
            let header = field.element.and_then(|element| element.text_of("header"));
            header.is_none_or(|header| header == field.column)
        };
        let mut words: Vec<&str> = Vec::new();
        let is_sound = rows.rows.iter().all(|row| {
            row.iter().zip(&rows.fields).all(|((cell, is_quoted), field)| {
                if cell.eq_ignore_ascii_case("null") {
                    if !words.contains(&cell.as_str()) {
                        words.push(cell);
                    }
                    return !is_quoted;
                }
                match field.holds {
                    Holds::String => !cell.is_empty(),
                    Holds::Numeric => cell.is_empty() && !is_quoted || is_number(cell),
                    Holds::Date => cell.is_empty() && !is_quoted || is_plain_date(cell),
                    _ => !cell.is_empty() || !is_quoted,
                }
            }) && !row.first().is_some_and(|(first, _)| first.starts_with('#'))
        });
        (is_readable && is_sound && words.len() < 2 && rows.fields.iter().all(is_same)).then(|| delimiter_of(change))
    }

    fn written_rows(&mut self, change: &Element, rows: &Rows<'_>, at: Span) -> Vec<Node> {
        let mut written = Vec::with_capacity(rows.rows.len());
        for row in &rows.rows {
            let mut body = Body::new(change.span);
            for ((cell, _), field) in row.iter().zip(&rows.fields) {
                if field.holds != Holds::Skip
                    && let Some(value) = self.cell(cell, field, at)
                {
                    body.put(&field.column, value);
                }
            }
            written.push(body.node());
        }
        written
    }

    fn cell(&mut self, cell: &str, field: &Field<'_>, at: Span) -> Option<Node> {
        let null = || from_json(&serde_json::Value::Null, at);
        if cell.eq_ignore_ascii_case("null") {
            return Some(null());
        }
        if cell.is_empty() {
            let given = field.element.and_then(|element| {
                DEFAULTS
                    .iter()
                    .find_map(|(key, kind)| Some((element.value(key)?, *kind)))
            });
            if let Some((default, kind)) = given {
                return self
                    .stored(default, kind, field.native.as_deref())
                    .map(|(value, _)| value);
            }
            return Some(match field.holds {
                Holds::String => text("", at),
                _ => null(),
            });
        }
        let value = |own: &mut Self, kind: ValueKind, cell: &str| {
            let written = Text {
                text: cell.to_string(),
                span: at,
            };
            let found = own.stored(&written, kind, field.native.as_deref());
            found.map(|(value, _)| value)
        };
        match field.holds {
            Holds::Numeric => value(self, ValueKind::Numeric, cell),
            Holds::Boolean => {
                let is_true = ["true", "t", "yes", "y", "1", "on"]
                    .iter()
                    .any(|word| word.eq_ignore_ascii_case(cell));
                value(self, ValueKind::Boolean, &is_true.to_string())
            }
            Holds::Date => match self.moment(cell, at) {
                Some(moment) => Some(moment),
                None => value(self, ValueKind::Date, cell),
            },
            Holds::Computed => value(self, ValueKind::Computed, cell),
            Holds::Sequence => value(self, ValueKind::SequenceNext, cell),
            Holds::Clob => self.file_cell(cell, at, false),
            Holds::Blob => self.file_cell(cell, at, true),
            Holds::Unknown | Holds::String | Holds::Uuid | Holds::Other | Holds::Skip => {
                value(self, ValueKind::Plain, cell)
            }
        }
    }

    /// `NOW` and `TODAY`, which Liquibase computes when it reads the file.
    fn moment(&mut self, cell: &str, at: Span) -> Option<Node> {
        let upper = cell.trim().to_ascii_uppercase();
        let function = match (upper.starts_with("NOW"), upper.starts_with("TODAY")) {
            (true, _) if !upper.starts_with("NOW(") => "now",
            (_, true) => "current_date",
            _ => return None,
        };
        if upper != "NOW" && upper != "TODAY" {
            let message = format!("`{cell}` is counted from the moment of the run: it becomes that moment");
            self.left_over(message, Some("write what is meant as `{sql: …}`"), at);
        }
        Some(Body::new(at).with("fn", text(function, at)).node())
    }

    /// A cell that names a file, or holds bytes.
    fn file_cell(&mut self, cell: &str, at: Span, is_bytes: bool) -> Option<Node> {
        use base64::Engine as _;
        let engine = base64::engine::general_purpose::STANDARD;
        if is_bytes && engine.decode(cell).is_ok() {
            return Some(Body::new(at).with("base64", text(cell, at)).node());
        }
        let place = Element {
            attributes: vec![super::super::element::Attribute {
                name: "file".to_string(),
                name_span: at,
                value: Text {
                    text: cell.to_string(),
                    span: at,
                },
                is_null: false,
            }],
            ..Element::new("column", at, at)
        };
        match self.resources.locate(&place, "file") {
            Ok(path) if is_bytes => {
                let bytes = self.resources.bytes(&path).ok()?;
                Some(Body::new(at).with("base64", text(engine.encode(bytes), at)).node())
            }
            Ok(path) => Some(text(escaped(&self.resources.text(&path).ok()?), at)),
            // A column that holds text, which the database alone knows.
            Err(_) if !is_bytes => Some(text(escaped(cell), at)),
            Err(problem) => {
                self.problems.push(problem);
                None
            }
        }
    }
}

fn cells(record: &Record, swapped: &dyn Fn(&str) -> String) -> Vec<(String, bool)> {
    let all = (0..record.count()).filter_map(|at| record.get(at));
    all.map(|(text, form)| (swapped(text), form == Form::Text)).collect()
}

fn swap(c: char, quote: char) -> char {
    match c {
        '"' => quote,
        c if c == quote => '"',
        c => c,
    }
}

fn quote_of(change: &Element) -> char {
    match change.text_of("quotchar").map(str::trim) {
        None => '"',
        // None at all: a character that stands in no file.
        Some("") => '\u{1}',
        Some(given) => given.chars().next().unwrap_or('"'),
    }
}

fn delimiter_of(change: &Element) -> char {
    match change.text_of("separator") {
        None | Some("") => ',',
        Some("\\t") => '\t',
        Some(given) => given.chars().next().unwrap_or(','),
    }
}

fn has_default(element: Option<&Element>) -> bool {
    let attributes = element.iter().flat_map(|element| &element.attributes);
    attributes
        .into_iter()
        .any(|attribute| attribute.name.starts_with("defaultValue"))
}

/// The word for NULL in a file, as it is written there.
fn null_word(rows: &Rows<'_>) -> Option<String> {
    let cells = rows.rows.iter().flatten();
    let mut words = cells
        .map(|(cell, _)| cell)
        .filter(|cell| cell.eq_ignore_ascii_case("null"));
    words.next().cloned()
}

fn is_number(cell: &str) -> bool {
    cell.trim() == cell && cell.parse::<f64>().is_ok_and(f64::is_finite)
}

fn is_plain_date(cell: &str) -> bool {
    let is_of = |c: char| c.is_ascii_digit() || matches!(c, '-' | ':' | ' ' | 'T' | '.');
    cell.chars().all(is_of) && cell.len() >= 8
}

fn declared_holds(declared: &str) -> Holds {
    match declared.trim().to_ascii_uppercase().as_str() {
        "BOOLEAN" => Holds::Boolean,
        "NUMERIC" => Holds::Numeric,
        "DATE" | "DATETIME" | "TIME" => Holds::Date,
        "STRING" => Holds::String,
        "COMPUTED" => Holds::Computed,
        "SEQUENCE" => Holds::Sequence,
        "BLOB" => Holds::Blob,
        "CLOB" => Holds::Clob,
        "UUID" => Holds::Uuid,
        "SKIP" => Holds::Skip,
        "OTHER" => Holds::Other,
        _ => Holds::Unknown,
    }
}

/// What a column of a native type holds.
fn native_holds(native: &str) -> Holds {
    let lower = native.to_ascii_lowercase();
    let word: String = lower.chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
    match word.as_str() {
        "boolean" | "bool" | "bit" => Holds::Boolean,
        "tinyint" => Holds::Boolean,
        "int" | "integer" | "bigint" | "smallint" | "mediumint" | "numeric" | "decimal" | "number" | "float"
        | "double" | "real" => Holds::Numeric,
        "date" | "datetime" | "timestamp" | "time" => Holds::Date,
        "varchar" | "char" | "nvarchar" | "nchar" | "character" => Holds::String,
        "text" | "longtext" | "mediumtext" | "tinytext" => Holds::Clob,
        "blob" | "longblob" | "bytea" | "mediumblob" | "tinyblob" | "binary" | "varbinary" => Holds::Blob,
        "uuid" => Holds::Uuid,
        _ => Holds::Other,
    }
}
