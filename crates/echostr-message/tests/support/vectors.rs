//! The vectors.

use std::fs;

use serde_json::Value;

/// The rows of a file of vectors.
pub(crate) fn vectors(name: &str) -> Vec<Value> {
    let path = format!("{}/tests/vectors/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let rows: Vec<Value> = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert!(rows.len() > 40, "{name} has {} rows", rows.len());
    rows
}

pub(crate) fn text<'v>(row: &'v Value, field: &str) -> &'v str {
    row[field].as_str().unwrap_or_else(|| panic!("{field} in {row}"))
}
