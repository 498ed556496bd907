//! Signed requests in encrypted mode, of any size.

use std::iter;

use bytes::Bytes;
use echostr::{
    EncodingAesKey, ReceiveId, Verifier,
    adapter::{Decision, Envelope, Finished, Opened, Outgoing, Sealer},
};

/// Bytes of cipher text that are measured.
pub const SIZES: [usize; 4] = [1 << 10, 1 << 14, 1 << 17, 1 << 20];

/// Bytes around the message in a cipher text: 16 random ones, the length, the receive id and one of padding.
const AROUND: usize = 16 + 4 + RECEIVE_ID.len() + 1;

const RECEIVE_ID: &str = "wx5823bf96d3bd56c7";

/// A request in encrypted mode, as the platform sends it.
#[derive(Clone, Debug)]
pub struct Request {
    /// The query of the URL.
    pub query: String,
    /// The XML document.
    pub body: Bytes,
    /// The base64 text of the cipher text in it.
    pub encrypt: String,
}

/// A verifier in encrypted mode that takes the largest of the [`SIZES`].
#[must_use]
pub fn encrypted() -> Verifier {
    let key = EncodingAesKey::new("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG").expect("a key");
    let receive_id = ReceiveId::new(RECEIVE_ID).expect("a receive id");
    Verifier::encrypted(crate::TOKEN, key, receive_id).expect("a token").body_limit(2 << 20)
}

/// What messages consist of. It matters: checking that a text is UTF-8 is quick for ASCII and slow for all others.
#[derive(Clone, Copy, Debug)]
pub enum Text {
    /// Latin letters only.
    Ascii,
    /// Chinese with some Latin letters and punctuation.
    Chinese,
}

/// A message, or a reply, of `length` bytes.
#[must_use]
pub fn message(text: Text, length: usize) -> String {
    const END: &str = "]]></Content></xml>";
    let sentence = match text {
        Text::Ascii => "Hello, this is one more sentence. ",
        Text::Chinese => "你好，这是公众号 echostr 收到的一条消息。",
    };
    let mut message = "<xml><Content><![CDATA[".to_owned();
    let room = length.saturating_sub(message.len()).saturating_sub(END.len());
    let whole = sentence.repeat(room.checked_div(sentence.len()).unwrap_or(0));
    message.push_str(&whole);
    message.extend(iter::repeat_n('x', room.saturating_sub(whole.len())));
    message + END
}

/// A signed request with a cipher text of `size` bytes.
#[must_use]
pub fn request(verifier: &Verifier, text: Text, size: usize) -> Request {
    let message = message(text, size.saturating_sub(AROUND));
    let signed = verifier.sign_encrypted(1_540_176_606, "1854606751", &message).expect("a key");
    let encrypt = signed.encrypt.expect("an Encrypt");
    assert_eq!(encrypt.len(), size.div_ceil(3).saturating_mul(4), "base64 of {size} bytes");
    Request { query: signed.query, body: signed.body.into(), encrypt }
}

/// The envelope of the request, before its body.
pub fn envelope(verifier: &Verifier, request: &Request) -> Envelope {
    match verifier.verify("POST", &request.query) {
        Ok(Decision::Envelope(envelope)) => Some(envelope),
        _ => None,
    }
    .expect("an envelope")
}

/// Takes the body in and opens the envelope: what is done with each request.
#[must_use]
pub fn open(mut envelope: Envelope, body: Bytes) -> Opened {
    envelope.push(body).expect("a body within the limit");
    envelope.open().expect("a genuine request")
}

/// Seals a reply of 200: what is done with each.
#[must_use]
pub fn seal(sealer: Sealer, reply: Bytes) -> Finished {
    let collect = match sealer.reply(200, false) {
        Outgoing::Collect(collect) => Some(collect),
        _ => None,
    };
    collect.expect("a reply that is sealed").finish(Some(reply))
}
