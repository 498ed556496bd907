//! How things are told.

pub(crate) mod output;
