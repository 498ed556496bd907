//! How things are told: lines for people, JSON objects, reports for other programs. Only commands speak to it.

pub(crate) mod cases;
pub(crate) mod github;
pub(crate) mod json;
pub(crate) mod junit;
pub(crate) mod lines;
pub(crate) mod output;
pub(crate) mod reporter;
pub(crate) mod terminal;
