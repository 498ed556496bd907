//! WeChat's own side: accounts, documents, requests, and what becomes of replies.

pub(crate) mod account;
pub(crate) mod deliver;
pub(crate) mod documents;
pub(crate) mod reply;
pub(crate) mod requests;
