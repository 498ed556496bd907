//! HTTP as WeChat speaks it.

pub(crate) mod client;
