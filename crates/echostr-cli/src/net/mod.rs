//! HTTP as WeChat speaks it. Knows nothing of tokens or signatures.

pub(crate) mod client;
pub(crate) mod query;
pub(crate) mod reply;
pub(crate) mod request;
pub(crate) mod server;
pub(crate) mod target;
mod trace;
