//! What the table of kinds says, as data: for tests, tools and documentation.

use crate::document::Family;

/// A kind of message, notice or bot message that has a variant of its own.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct KindSpec {
    /// The family.
    pub family: Family,
    /// The name of the variant.
    pub name: &'static str,
    /// The fields that dispatch it, by path, with their values. `Event` and `MsgType` match without regard to case.
    pub dispatch: &'static [(&'static str, &'static str)],
    /// The fields that the variant has. The document may hold more.
    pub fields: &'static [FieldSpec],
    /// A document as the platform sends it, with invented ids.
    pub document: &'static str,
    /// The page where the platform describes it, or a project that has seen it.
    pub source: &'static str,
}

/// A field of a kind, or of a structure in it.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct FieldSpec {
    /// The name of the Rust field.
    pub name: &'static str,
    /// Where it stands, from the structure that it is in; where the platform has several places, the usual one first.
    pub paths: &'static [&'static str],
    /// What it holds.
    pub kind: FieldKind,
}

/// What a field holds.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum FieldKind {
    /// A text.
    Text,
    /// A text that is a whole number: the method of the field's name reads it.
    Integer,
    /// A text that is a number: the method of the field's name reads it.
    Float,
    /// Texts of a list.
    Texts,
    /// A structure.
    Object(&'static [FieldSpec]),
    /// Structures of a list.
    Objects(&'static [FieldSpec]),
}

/// Reads a whole number.
pub(crate) fn integer(text: &str) -> Option<i64> {
    text.trim_ascii().parse().ok()
}

/// Reads a number; infinity and the like are none that a platform sends.
pub(crate) fn float(text: &str) -> Option<f64> {
    text.trim_ascii().parse().ok().filter(|number: &f64| number.is_finite())
}
