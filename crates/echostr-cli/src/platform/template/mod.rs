//! A sample document that can be changed: read from XML or JSON, written as the platform writes it.

pub(crate) mod json;
pub(crate) mod tree;
pub(crate) mod xml;
