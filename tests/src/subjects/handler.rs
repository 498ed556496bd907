//! The one handler that stands behind every subject, whatever the framework.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use echostr::Callback;

/// How often the handler has run.
#[derive(Clone, Default)]
pub(crate) struct Hits(Arc<AtomicUsize>);

/// What the handler answers.
pub(crate) struct Said {
    pub(crate) status: u16,
    /// `Content-Encoding`, as if a compression layer stood around the handler.
    pub(crate) coding: &'static str,
    pub(crate) text: String,
}

impl Hits {
    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    /// Counts a run of the handler and answers with what it saw, or as the body tells it to.
    pub(crate) fn handle<'h>(
        &self,
        callback: Option<&Callback>,
        header: impl Fn(&'static str) -> &'h [u8],
        body: &[u8],
    ) -> Said {
        self.0.fetch_add(1, Ordering::SeqCst);
        let body = String::from_utf8_lossy(body);
        let said = |status, text: &str| Said { status, coding: "identity", text: text.to_owned() };
        if body.contains("answer success") {
            said(200, "success")
        } else if body.contains("answer nothing") {
            said(200, "")
        } else if body.contains("answer 500") {
            said(500, "broken")
        } else if body.contains("answer 201") {
            said(201, "created")
        } else if body.contains("answer gzip") {
            Said { coding: "gzip", ..said(200, "not text") }
        } else {
            let nonce = callback.map_or("", Callback::nonce);
            let id = callback.and_then(Callback::receive_id).unwrap_or("none");
            let shown = |name| String::from_utf8_lossy(header(name));
            let [kind, length] = ["content-type", "content-length"].map(shown);
            let coding = ["content-encoding", "transfer-encoding", "te", "expect"].map(shown).concat();
            said(
                200,
                &format!("nonce={nonce} id={id} type={kind} length={length} coding={coding} body={body}"),
            )
        }
    }
}
