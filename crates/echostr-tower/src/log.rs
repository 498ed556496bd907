//! The event of a verified request, from what `http` shows of it.

use echostr::adapter::log;
use http::{HeaderMap, Method, Uri};

pub(crate) fn received(method: &Method, uri: &Uri, headers: &HeaderMap) {
    log::received(method.as_str(), uri.path(), uri.query().unwrap_or_default(), || {
        headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))
    });
}
