//! Messages as WeChat sends them, each with a URL of its own, in plain and in encrypted mode.

use std::sync::atomic::{AtomicU64, Ordering};

use conformance::{Format, Peer, TOKEN};
use echostr::{EncodingAesKey, ReceiveId, Verifier};

use crate::client::Reply;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Plain,
    Encrypted,
}

pub(crate) const MODES: [Mode; 2] = [Mode::Plain, Mode::Encrypted];

/// A message, to be sent as often as a test likes.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    mode: Mode,
    pub(crate) query: String,
    pub(crate) body: String,
    /// What the handler gets.
    pub(crate) document: String,
}

/// No two messages have the same number.
pub(crate) fn number() -> u64 {
    static NUMBER: AtomicU64 = AtomicU64::new(1);
    NUMBER.fetch_add(1, Ordering::SeqCst)
}

impl Mode {
    pub(crate) fn verifier(self) -> Verifier {
        match self {
            Self::Plain => Verifier::new(TOKEN).expect("a token"),
            Self::Encrypted => {
                let Peer { token, key, receive_id, .. } = peer();
                let key = EncodingAesKey::new(key).expect("a key");
                let receive_id = ReceiveId::new(receive_id).expect("an id");
                Verifier::encrypted(token, key, receive_id).expect("a token")
            }
        }
    }

    /// A new message, which tells the handler to do what `text` says.
    pub(crate) fn message(self, text: &str) -> Message {
        let number = number();
        self.document(format!("<xml><N>{number}</N>{text}</xml>"))
    }

    /// A new message with this document; in encrypted mode the document makes it new.
    pub(crate) fn document(self, document: String) -> Message {
        let (query, body) = match self {
            Self::Plain => {
                // Moving its first digit to the timestamp does not change the order in which they are signed.
                let nonce = format!("99{}", number());
                (self.verifier().sign(1_540_176_606, &nonce), document.clone())
            }
            Self::Encrypted => peer().request(&document, Format::Xml),
        };
        Message { mode: self, query, body, document }
    }
}

impl Message {
    pub(crate) fn target(&self) -> String {
        format!("/wx?{}", self.query)
    }

    /// What the handler said in a reply to this message.
    pub(crate) fn said(&self, reply: &Reply) -> String {
        assert_eq!(reply.status, 200, "{reply:?}");
        match self.mode {
            Mode::Plain => reply.body.clone(),
            Mode::Encrypted => peer().open_reply(&reply.body, Format::Xml),
        }
    }

    /// The value of a parameter.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        let mut pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(known, _)| *known == name).expect("the parameter").1
    }

    /// The same message with another query.
    pub(crate) fn with_query(&self, query: impl Into<String>) -> Self {
        Self { query: query.into(), ..self.clone() }
    }

    /// The same with another body.
    pub(crate) fn with_body(&self, body: impl Into<String>) -> Self {
        Self { body: body.into(), ..self.clone() }
    }
}

pub(crate) fn peer() -> Peer {
    Peer {
        token: TOKEN.to_owned(),
        key: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG".to_owned(),
        receive_id: "wx5823bf96d3bd56c7".to_owned(),
        is_wecom: false,
    }
}
