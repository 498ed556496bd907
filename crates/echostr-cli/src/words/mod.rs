//! Languages, exit codes and sentences.

pub(crate) mod exit;
pub(crate) mod lang;
pub(crate) mod sentences;
