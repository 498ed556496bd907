//! The body of a verified request on its way to a handler that asks for a message.

use bytes::Bytes;
use echostr::{Callback, Rejection, adapter::Body};

use super::{
    asked::Asked,
    openid,
    unread::{Reason, Unread},
};
use crate::incoming::Incoming;

/// A request from its [`Callback`] to the message in its body: what an extractor of any framework does.
///
/// ```
/// use echostr::{Callback, Verifier, adapter::Decision};
/// use echostr_message::{Message, adapter::{Reading, Unread}};
///
/// /// `callback` is what the middleware has left in the request, if it stands before it.
/// fn extract(callback: Option<&Callback>, body: &'static [u8]) -> Result<Message, Unread> {
///     let mut reading = Reading::of(callback)?;
///     reading.push(body.into())?; // piece by piece
///     reading.finish()
/// }
/// # let verifier = Verifier::new("a-token-for-tests")?;
/// # let query = verifier.sign(1540176606, "1854606751");
/// # let Ok(Decision::Callback(callback)) = verifier.verify("POST", &query) else { panic!() };
/// # let body = b"<xml><FromUserName>o1</FromUserName><MsgType>text</MsgType><Content>hi</Content></xml>";
/// let message = extract(Some(&callback), body)?;
/// assert_eq!(message.callback().map(Callback::nonce), Some("1854606751"));
///
/// let unread = extract(None, body).unwrap_err();
/// assert_eq!(unread.answer().status(), 500);
/// let unread = extract(Some(&callback), b"no document").unwrap_err();
/// assert_eq!(unread.answer().into_body(), "success");
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "nothing is read before `finish`"]
pub struct Reading {
    callback: Callback,
    body: Body,
}

impl Reading {
    /// Begins with the proof that the request is genuine.
    ///
    /// # Errors
    ///
    /// [`Reason::Unprotected`] without it: nothing has checked the request, so no handler may run.
    pub fn of(callback: Option<&Callback>) -> Result<Self, Unread> {
        let callback = callback.ok_or_else(|| Unread::new(Reason::Unprotected, None))?.clone();
        let body = Body::within(callback.body_limit());
        Ok(Self { callback, body })
    }

    /// Takes note of the request's `Content-Length`, if it has one: see [`Body::expect_length`].
    ///
    /// # Errors
    ///
    /// [`Reason::Refused`] if it is more than [`Callback::body_limit`].
    pub fn expect_length(&mut self, content_length: Option<&[u8]>) -> Result<(), Unread> {
        self.body.expect_length(content_length).map_err(|rejection| self.refused(rejection))
    }

    /// Takes a piece of the body.
    ///
    /// # Errors
    ///
    /// [`Reason::Refused`] once there is more than [`Callback::body_limit`].
    pub fn push(&mut self, piece: Bytes) -> Result<(), Unread> {
        self.body.push(piece).map_err(|rejection| self.refused(rejection))
    }

    /// The error for a body that ends too early, or cannot be read.
    pub fn refused(&self, rejection: Rejection) -> Unread {
        Unread::new(Reason::Refused(rejection), Some(&self.callback))
    }

    /// Reads what has arrived.
    ///
    /// # Errors
    ///
    /// [`Reason::NoDocument`], or [`Reason::OtherFamily`] if it is not what is asked for.
    pub fn finish<T: Asked>(self) -> Result<T, Unread> {
        let unread = |reason| Unread::new(reason, Some(&self.callback));
        let incoming = Incoming::received(self.body.as_slice(), &self.callback)
            .map_err(|error| unread(Reason::NoDocument(error)))?;
        openid::compare(&incoming, &self.callback);
        T::pick(incoming).map_err(|came| unread(Reason::OtherFamily { asked: T::FAMILY, came }))
    }
}
