//! JSON into a tree. `serde_json::Value` would fold keys that stand twice and round numbers, so every value is taken as
//! it is written, and what is in it is read in turn.

use std::{borrow::Cow, collections::HashSet, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::tree::{Builder, Shape, Span};
use crate::{limits::MAX_DEPTH, parse_error::ParseError};

pub(crate) fn read(document: &str, tree: &mut Builder) -> Result<(), ParseError> {
    let root = tree.name("");
    tree.open(root, 0)?;
    structure(document, tree, 0, |json, at| json.deserialize_map(Object(at)))?;
    tree.close(Shape::Object);
    Ok(())
}

/// A place in the tree, and why reading was given up if the JSON is not at fault.
struct At<'t> {
    tree: &'t mut Builder,
    depth: usize,
    refused: Option<ParseError>,
}

type Json<'d> = serde_json::Deserializer<serde_json::de::StrRead<'d>>;

fn structure<'d>(
    json: &'d str,
    tree: &mut Builder,
    depth: usize,
    read: impl FnOnce(&mut Json<'d>, &mut At<'_>) -> serde_json::Result<()>,
) -> Result<(), ParseError> {
    // An array leaves no node behind that would count its depth.
    if depth > MAX_DEPTH {
        return Err(ParseError::TooDeep);
    }
    let mut at = At { tree, depth, refused: None };
    let mut parser = serde_json::Deserializer::from_str(json);
    read(&mut parser, &mut at).and_then(|()| parser.end()).map_err(|error| {
        at.refused.unwrap_or(ParseError::MalformedJson { line: error.line(), column: error.column() })
    })
}

impl At<'_> {
    /// Adds a value, whose name is given, in so many arrays.
    fn value(&mut self, name: Span, lists: u8, json: &str) -> Result<(), ParseError> {
        if json.starts_with('[') {
            return self.list(name, lists.saturating_add(1), json);
        }
        self.tree.open(name, lists)?;
        let shape = match json.bytes().next() {
            Some(b'{') => {
                let depth = self.depth.saturating_add(1);
                structure(json, self.tree, depth, |json, at| json.deserialize_map(Object(at)))?;
                Shape::Object
            }
            Some(b'n') => Shape::Null,
            Some(b'"') => {
                self.tree.text(&string(json)?);
                Shape::Leaf
            }
            _ => {
                self.tree.text(json);
                Shape::Leaf
            }
        };
        self.tree.close(shape);
        Ok(())
    }

    fn list(&mut self, name: Span, lists: u8, json: &str) -> Result<(), ParseError> {
        let mut is_empty = true;
        let depth = self.depth.saturating_add(1);
        structure(json, self.tree, depth, |json, at| {
            json.deserialize_seq(List { at, name, lists, is_empty: &mut is_empty })
        })?;
        if is_empty {
            self.tree.open(name, lists)?;
            self.tree.close(Shape::EmptyList);
        }
        Ok(())
    }

    /// Keeps the reason, for which serde has no room.
    fn refuse<E: serde::de::Error>(&mut self, reason: ParseError) -> E {
        self.refused = Some(reason);
        E::custom("refused")
    }
}

/// A string without its quotes, borrowed unless something in it is escaped.
fn string(json: &str) -> Result<Cow<'_, str>, ParseError> {
    match json.get(1..json.len().saturating_sub(1)) {
        Some(text) if !text.contains('\\') => Ok(Cow::Borrowed(text)),
        _ => serde_json::from_str(json)
            .map(Cow::Owned)
            .map_err(|error| ParseError::MalformedJson { line: error.line(), column: error.column() }),
    }
}

struct Object<'a, 't>(&'a mut At<'t>);

impl<'de> Visitor<'de> for Object<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut keys = Keys::default();
        while let Some(Key(key)) = map.next_key()? {
            let json: &RawValue = map.next_value()?;
            let name = self.0.tree.name(&key);
            if !keys.insert(key) {
                return Err(self.0.refuse(ParseError::DuplicateKey));
            }
            self.0.value(name, 0, json.get()).map_err(|reason| self.0.refuse(reason))?;
        }
        Ok(())
    }
}

struct List<'a, 't> {
    at: &'a mut At<'t>,
    name: Span,
    lists: u8,
    is_empty: &'a mut bool,
}

impl<'de> Visitor<'de> for List<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(json) = list.next_element::<&RawValue>()? {
            *self.is_empty = false;
            self.at.value(self.name, self.lists, json.get()).map_err(|reason| self.at.refuse(reason))?;
        }
        Ok(())
    }
}

/// The keys of an object so far. Few are compared one by one; many would take quadratic time.
#[derive(Default)]
struct Keys<'d> {
    few: Vec<Cow<'d, str>>,
    many: HashSet<Cow<'d, str>>,
}

impl<'d> Keys<'d> {
    const FEW: usize = 16;

    /// Whether the key is new.
    fn insert(&mut self, key: Cow<'d, str>) -> bool {
        if self.few.contains(&key) {
            return false;
        }
        if self.few.len() < Self::FEW {
            self.few.push(key);
            return true;
        }
        self.many.insert(key)
    }
}

/// A key, borrowed unless something in it is escaped. `Cow` alone would copy every one.
struct Key<'d>(Cow<'d, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, key: &'de str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Borrowed(key)))
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<Key<'de>, E> {
        Ok(Key(Cow::Owned(key.to_owned())))
    }
}
