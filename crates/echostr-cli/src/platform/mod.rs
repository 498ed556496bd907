//! WeChat's own side: accounts, documents, requests as the platform writes them, and what becomes of replies. The only folder
//! that names the core.

pub(crate) mod account;
pub(crate) mod candidates;
pub(crate) mod deliver;
pub(crate) mod documents;
pub(crate) mod header;
pub(crate) mod kinds;
pub(crate) mod metadata;
pub(crate) mod mode;
pub(crate) mod parsed;
pub(crate) mod refusal;
pub(crate) mod reply;
pub(crate) mod requests;
pub(crate) mod seal;
pub(crate) mod sealed_reply;
pub(crate) mod sign;
pub(crate) mod template;
pub(crate) mod verify;
pub(crate) mod xml;
