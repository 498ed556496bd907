//! A file of known answers, row by row. A row that is not as it should be fails the test.

use serde_json::Value;

pub(crate) fn entries(json: &str) -> Vec<Value> {
    serde_json::from_str(json).expect("a JSON array")
}

pub(crate) fn optional<'v>(entry: &'v Value, field: &str) -> Option<&'v str> {
    entry.get(field).map(|value| value.as_str().expect("a text"))
}

pub(crate) fn field<'v>(entry: &'v Value, field: &str) -> &'v str {
    optional(entry, field).expect("the field")
}
