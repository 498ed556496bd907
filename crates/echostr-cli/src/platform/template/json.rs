//! Samples in JSON. `serde_json::Value` would put their fields in another order.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;

use crate::platform::template::tree::{Field, Style, Tree};

/// Reads a sample of the table; `Err` says what is wrong with it.
pub(crate) fn read(document: &str) -> Result<Tree, String> {
    match serde_json::from_str(document) {
        Ok(Sample::Fields(tree)) => Ok(tree),
        Ok(_) => Err("no object".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

enum Sample {
    Text(String, Style),
    List(Vec<Self>),
    Fields(Tree),
}

impl Sample {
    /// Adds it under its name: a list as one field an item.
    fn put(self, name: &str, is_item: bool, to: &mut Tree) {
        let field = Field { is_item, ..Field::empty(name) };
        match self {
            Self::Text(text, style) => to.0.push(Field { text: Some((text, style)), ..field }),
            Self::Fields(fields) => to.0.push(Field { text: None, fields, ..field }),
            Self::List(items) => items.into_iter().for_each(|item| item.put(name, true, to)),
        }
    }
}

impl<'de> Deserialize<'de> for Sample {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SampleVisitor)
    }
}

struct SampleVisitor;

impl<'de> Visitor<'de> for SampleVisitor {
    type Value = Sample;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a document")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Sample, E> {
        Ok(Sample::Text(text.to_owned(), Style::Quoted))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Sample, E> {
        Ok(Sample::Text(number.to_string(), Style::Bare))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Sample, A::Error> {
        let mut items = vec![];
        while let Some(item) = list.next_element()? {
            items.push(item);
        }
        Ok(Sample::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Sample, A::Error> {
        let mut tree = Tree::default();
        while let Some((name, value)) = map.next_entry::<String, Sample>()? {
            value.put(&name, false, &mut tree);
        }
        Ok(Sample::Fields(tree))
    }
}

/// Without blanks, as it is sent.
pub(crate) fn write(tree: &Tree) -> String {
    let mut names: Vec<&str> = vec![];
    for field in &tree.0 {
        if !names.contains(&field.name.as_str()) {
            names.push(&field.name);
        }
    }
    let members = names.into_iter().map(|name| {
        let fields: Vec<&Field> = tree.0.iter().filter(|field| field.name == name).collect();
        let is_list = fields.len() > 1 || fields.iter().any(|field| field.is_item);
        let values: Vec<String> = fields.into_iter().map(value).collect();
        let values = values.join(",");
        let name = quoted(name);
        if is_list { format!("{name}:[{values}]") } else { format!("{name}:{values}") }
    });
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

fn value(field: &Field) -> String {
    match &field.text {
        None => write(&field.fields),
        Some((text, Style::Quoted)) => quoted(text),
        Some((text, Style::Bare | Style::Raw)) => text.clone(),
    }
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
