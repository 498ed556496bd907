//! The command line: what may be said, and what is wrong with what was said.

pub(crate) mod args;
pub(crate) mod usage;
