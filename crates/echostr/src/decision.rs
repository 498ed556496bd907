//! What comes next after a look at method and query.

use std::borrow::Cow;

use crate::{Callback, envelope::Envelope};

/// What a verified request is, and so what comes next.
#[derive(Clone, Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "an adapter performs each, and must not compile if it forgets one"
)]
pub enum Decision<'q> {
    /// The console page asks for a proof that this server knows the token: answer exactly this text, as
    /// [`Answer::handshake`](crate::adapter::Answer::handshake) says. The handler has nothing to do with it.
    Handshake(Cow<'q, str>),
    /// A genuine callback: hand it on to the handler, together with the request.
    Callback(Callback),
    /// **Not verified yet**: a callback with an encrypted body, which the signature covers. Read the body and open the envelope.
    /// Only verifiers with an [`EncodingAesKey`](crate::EncodingAesKey) give this.
    Envelope(Envelope),
}
