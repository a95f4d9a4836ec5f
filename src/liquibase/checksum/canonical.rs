//! The text that Liquibase makes of a change before it takes the checksum: all that is said, sorted.

/// What stands under a name.
pub enum Value {
    Text(String),
    /// Is written without its name.
    Object(Object),
    List(Vec<Object>),
}

/// Names with what stands under them, in any order.
#[derive(Default)]
pub struct Object(pub Vec<(String, Value)>);

impl Object {
    pub fn put(&mut self, name: &str, text: Option<String>) {
        if let Some(text) = text {
            self.0.push((name.to_string(), Value::Text(text)));
        }
    }

    pub fn put_list(&mut self, name: &str, items: Vec<Object>) {
        self.0.push((name.to_string(), Value::List(items)));
    }

    /// Takes a text out.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let is_it = |(found, value): &(String, Value)| found == name && matches!(value, Value::Text(_));
        match self.0.remove(self.0.iter().position(is_it)?).1 {
            Value::Text(text) => Some(text),
            Value::Object(_) | Value::List(_) => None,
        }
    }

    /// The text of a change or the like, by its name.
    pub fn named(&self, name: &str) -> String {
        format!("{name}:{}", self.text(1))
    }

    fn text(&self, depth: usize) -> String {
        let mut fields: Vec<String> = self.0.iter().map(|(name, value)| field(name, value, depth)).collect();
        fields.sort();
        fields.dedup();
        let text = match fields.is_empty() {
            true => format!("[{}]", indent(depth - 1)),
            false => format!("[\n{}\n{}]", fields.join("\n"), indent(depth - 1)),
        };
        text.replace("\r\n", "\n").replace('\r', "\n")
    }
}

fn field(name: &str, value: &Value, depth: usize) -> String {
    let indent_here = indent(depth);
    match value {
        Value::Text(text) => format!("{indent_here}{name}=\"{text}\""),
        Value::Object(object) => format!("{indent_here}{}", object.text(depth + 1)),
        Value::List(items) if items.is_empty() => format!("{indent_here}{name}=[]"),
        Value::List(items) => {
            let inner = indent(depth + 1);
            let items: Vec<String> = items.iter().map(|item| inner.clone() + &item.text(depth + 2)).collect();
            format!("{indent_here}{name}=[\n{}\n{indent_here}]", items.join(",\n"))
        }
    }
}

fn indent(depth: usize) -> String {
    " ".repeat(4 * depth)
}
