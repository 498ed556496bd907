//! What a script answers: a word, the clock of Redis, and what the word stands for.

use bytes::Bytes;
use redis::Value;

pub(crate) struct Answer {
    pub(crate) word: String,
    /// Milliseconds since 1970.
    pub(crate) clock: u64,
    rest: std::vec::IntoIter<Value>,
}

impl Answer {
    /// `None` if it is none of ours.
    pub(crate) fn new(value: Value) -> Option<Self> {
        let Value::Array(values) = value else { return None };
        let mut rest = values.into_iter();
        let word = match rest.next()? {
            Value::BulkString(word) => String::from_utf8(word).ok()?,
            _ => return None,
        };
        let clock = number(&rest.next()?)?;
        Some(Self { word, clock, rest })
    }

    pub(crate) fn number(&mut self) -> Option<u64> {
        number(&self.rest.next()?)
    }

    pub(crate) fn bytes(&mut self) -> Option<Bytes> {
        match self.rest.next()? {
            Value::BulkString(bytes) => Some(bytes.into()),
            _ => None,
        }
    }

    /// A list of texts of one byte.
    pub(crate) fn letters(&mut self) -> Option<Vec<u8>> {
        match self.rest.next()? {
            Value::Array(values) => values
                .into_iter()
                .map(|value| match value {
                    Value::BulkString(text) => text.first().copied(),
                    _ => None,
                })
                .collect(),
            _ => None,
        }
    }
}

fn number(value: &Value) -> Option<u64> {
    match value {
        Value::Int(number) => u64::try_from(*number).ok(),
        _ => None,
    }
}
