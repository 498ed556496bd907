//! Verifies a request as the core does: for `verify`, `listen` and `replay`.

use echostr::adapter::{Answer, Decision};

use crate::platform::{account::Account, refusal::Refusal};

/// What a genuine request is.
pub(crate) enum Genuine {
    /// Answered with this text.
    Handshake(String),
    /// A message in plain mode, whose body nothing vouches for.
    Callback,
    /// A message in a mode that encrypts: its document.
    Message(String),
}

/// The headers of an answer that repeats what others sent.
pub(crate) const HEADERS: [(&str, &str); 3] = Answer::HEADERS;

/// Verifies the request; `body` is asked for where it is needed.
pub(crate) fn verify<E: From<Refusal>>(
    account: &Account,
    method: &str,
    query: &str,
    body: impl FnOnce() -> Result<Vec<u8>, E>,
) -> Result<Genuine, E> {
    let refused = |rejection| E::from(Refusal::from(rejection));
    let mut envelope = match account.verifier().verify(method, query).map_err(refused)? {
        Decision::Handshake(echo) => return Ok(Genuine::Handshake(echo.into_owned())),
        Decision::Callback(_) => return Ok(Genuine::Callback),
        Decision::Envelope(envelope) => envelope,
    };
    let opened = envelope.push(body()?.into()).and_then(|()| envelope.open()).map_err(refused)?;
    Ok(Genuine::Message(String::from_utf8_lossy(&opened.document).into_owned()))
}
