//! A row of the table, and what the rows share.

use conformance::Format;
use echostr::Rejection;

/// A request and what must come of it.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) method: &'static str,
    pub(crate) query: String,
    pub(crate) body: Vec<u8>,
    pub(crate) expected: Expected,
}

pub(crate) enum Expected {
    /// The handshake is answered with this text; the handler does not run.
    Handshake(String),
    /// The handler sees this document, and its reply is sealed in this format.
    Sealed(String, Format),
    /// The handler runs, and its answer goes out as it is.
    AsIs(u16, &'static str),
    /// Refused for this reason; the handler does not run.
    Refused(Rejection),
}

impl Case {
    /// A POST of this query and body.
    pub(crate) fn post(
        name: impl Into<String>,
        (query, body): (String, impl Into<Vec<u8>>),
        expected: Expected,
    ) -> Self {
        Self { name: name.into(), method: "POST", query, body: body.into(), expected }
    }

    /// A GET of this query.
    pub(crate) fn get(name: impl Into<String>, query: String, expected: Expected) -> Self {
        Self { name: name.into(), method: "GET", query, body: vec![], expected }
    }
}

/// A message in XML and one in JSON that pass.
pub(crate) const XML: &str =
    "<xml><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]></Content></xml>";
pub(crate) const JSON: &str = "{\"MsgType\":\"text\",\"Content\":\"你好\"}";
