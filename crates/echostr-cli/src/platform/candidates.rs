//! Where the text of an `Encrypt` can stand in a body: the core's own finder, with texts of one's own.

use std::borrow::Cow;

use echostr::adapter;

/// At most four, the longest first.
pub(crate) fn candidates(body: &[u8]) -> Vec<String> {
    adapter::candidates(body).into_iter().map(Cow::into_owned).collect()
}
