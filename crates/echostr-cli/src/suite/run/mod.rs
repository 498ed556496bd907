//! Runs the cases on a server, and tells of it in events.

pub(crate) mod event;
pub(crate) mod probe;
pub(crate) mod runner;
pub(crate) mod selection;
pub(crate) mod server;
