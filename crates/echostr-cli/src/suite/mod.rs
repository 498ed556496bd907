//! What `check` sends, and what must come of it. A case is data, a verdict a function of the evidence; the runner sends and tells
//! of it in events.

pub(crate) mod baseline;
pub(crate) mod builder;
pub(crate) mod case;
pub(crate) mod cases;
pub(crate) mod event;
pub(crate) mod likeness;
pub(crate) mod probe;
pub(crate) mod runner;
pub(crate) mod selection;
pub(crate) mod server;
pub(crate) mod verdict;
