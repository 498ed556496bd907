//! What is written: one tree for XML and JSON. A user's text stays a text in both.

use crate::document::Format;

/// Fields in their order.
pub(crate) type Fields = Vec<(String, Value)>;

pub(crate) enum Value {
    Text(String),
    /// A number or a truth value as it is to be written.
    Plain(String),
    /// The time when the reply is written.
    Now,
    Object(Fields),
    List(Vec<Self>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// A document with a gap for the time.
#[derive(Clone, Default)]
pub(crate) struct Written {
    pub(crate) text: String,
    /// Where in the text the time belongs.
    pub(crate) time: Option<usize>,
}

impl Written {
    pub(crate) fn document(format: Format, fields: &Fields) -> Self {
        let mut written = Self::default();
        match format {
            Format::Xml => {
                written.text.push_str("<xml>");
                written.elements(fields);
                written.text.push_str("</xml>");
            }
            Format::Json => written.object(fields),
        }
        written
    }

    fn elements(&mut self, fields: &Fields) {
        for (name, value) in fields {
            match value {
                Value::List(items) => items.iter().for_each(|item| self.element(name, item)),
                value => self.element(name, value),
            }
        }
    }

    fn element(&mut self, name: &str, value: &Value) {
        self.text.extend(["<", name, ">"]);
        match value {
            Value::Text(text) => self.cdata(text),
            Value::Plain(text) => self.text.push_str(text),
            Value::Now => self.time = Some(self.text.len()),
            Value::Object(fields) => self.elements(fields),
            Value::List(items) => items.iter().for_each(|item| self.element(name, item)),
        }
        self.text.extend(["</", name, ">\n"]);
    }

    /// The one way in which a text can end CDATA is split in two, so that nobody who writes the text writes the document.
    fn cdata(&mut self, text: &str) {
        self.text.push_str("<![CDATA[");
        let mut parts = text.split("]]>");
        self.text.extend(parts.next());
        for part in parts {
            self.text.extend(["]]]]><![CDATA[>", part]);
        }
        self.text.push_str("]]>");
    }

    fn object(&mut self, fields: &Fields) {
        self.text.push('{');
        for (index, (name, value)) in fields.iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            self.string(name);
            self.text.push(':');
            self.value(value);
        }
        self.text.push('}');
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Text(text) => self.string(text),
            Value::Plain(text) => self.text.push_str(text),
            Value::Now => self.time = Some(self.text.len()),
            Value::Object(fields) => self.object(fields),
            Value::List(items) => {
                self.text.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        self.text.push(',');
                    }
                    self.value(item);
                }
                self.text.push(']');
            }
        }
    }

    fn string(&mut self, text: &str) {
        self.text.push_str(&serde_json::Value::from(text).to_string());
    }
}

/// The text without the characters that XML 1.0 has no way to write. WeChat's parser refuses a reply that holds one.
pub(crate) fn cleaned(text: String) -> String {
    let is_written = |character: char| !matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if text.chars().all(is_written) {
        text
    } else {
        text.chars().filter(|&character| is_written(character)).collect()
    }
}
