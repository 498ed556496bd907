//! A whole exchange, from request to answer, for frameworks without an adapter.

use bytes::Bytes;
use echostr::{
    Callback, Language, Parameter, Rejection, Verifier,
    adapter::{Answer, Decision, Envelope, Finished, Opened, Outgoing, Sealer, log},
    rejection::{BodyFault, QueryFault},
};

use super::{asked::Asked, reading::Reading};
use crate::reply::{Reply, ReplyError};

/// A request whose body is still to come: one that has passed as far as the query shows.
///
/// For a framework without an adapter, three steps in a handler for `GET` and `POST`, each of which may end with the answer:
/// [`begin`](Self::begin), [`receive`](Self::receive), [`reply`](Received::reply). In every mode. To log what is genuine, call
/// [`log::received`] after `receive`.
///
/// ```
/// use echostr::{Verifier, adapter::Decision};
/// use echostr_message::{Message, Reply, ReplyError, adapter::{Exchange, Output}};
///
/// async fn wechat(verifier: &Verifier, method: &str, path: &str, query: &str) -> Result<Output, Output> {
///     let exchange = Exchange::begin(verifier, method, path, query)?;
///     let body = read_at_most(exchange.body_limit()).await;
///     let received = exchange.receive::<Message>(body)?;
///     Ok(received.reply(on_message(received.asked())))
/// }
/// # fn on_message(message: &Message) -> Result<Reply, ReplyError> { message.reply("hello") }
/// # async fn read_at_most(bytes: usize) -> Option<bytes::Bytes> { None }
/// ```
#[derive(Debug)]
#[must_use = "the request is still to be received"]
pub struct Exchange {
    state: State,
    method: String,
    path: String,
}

#[derive(Debug)]
enum State {
    Verified(Box<Callback>),
    Sealed(Box<Envelope>),
}

/// What the handler asked for, and how to answer it.
#[derive(Debug)]
pub struct Received<T> {
    asked: T,
    /// None in plain mode.
    sealer: Option<Sealer>,
}

/// An answer, whoever gives it: send all of it, with its `Content-Length`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "the request is still to be answered"]
pub struct Output {
    status: u16,
    content_type: &'static str,
    body: Bytes,
}

impl Exchange {
    /// Looks at method and query; refusals are logged.
    ///
    /// # Errors
    ///
    /// The answer to the handshake, or the refusal. No handler may run.
    pub fn begin(verifier: &Verifier, method: &str, path: &str, query: &str) -> Result<Self, Output> {
        let refuse = |rejection| {
            log::refused(rejection, Language::English, method, path);
            Output::from(Answer::refusal(rejection))
        };
        let state = match verifier.verify(method, query).map_err(refuse)? {
            Decision::Handshake(echo) => return Err(Answer::handshake(echo).into()),
            // Messages are sent with `POST` alone; the others want the echo, and have none.
            Decision::Callback(_) | Decision::Envelope(_) if method != "POST" => {
                return Err(refuse(Rejection::Query(QueryFault::Missing(Parameter::Echostr))));
            }
            Decision::Callback(callback) => State::Verified(Box::new(callback)),
            Decision::Envelope(envelope) => State::Sealed(Box::new(envelope)),
        };
        Ok(Self { state, method: method.to_owned(), path: path.to_owned() })
    }

    /// How many bytes of the body to read at most.
    #[must_use]
    pub fn body_limit(&self) -> usize {
        match &self.state {
            State::Verified(callback) => callback.body_limit(),
            State::Sealed(envelope) => envelope.body_limit(),
        }
    }

    /// Takes the body, opens it where it is encrypted, and reads what the handler asks for; what goes wrong is logged. `None`
    /// stands for a body that is longer than [`body_limit`](Self::body_limit).
    ///
    /// # Errors
    ///
    /// The answer in the handler's place, which must not run.
    pub fn receive<T: Asked>(self, body: Option<Bytes>) -> Result<Received<T>, Output> {
        let (method, path) = (self.method, self.path);
        let opened = body.ok_or(Rejection::Body(BodyFault::TooLarge)).and_then(|body| self.state.open(body));
        let (callback, document, sealer) = opened.map_err(|rejection| {
            log::refused(rejection, Language::English, &method, &path);
            Output::from(Answer::refusal(rejection))
        })?;
        let asked = Reading::of(Some(&callback)).and_then(|mut reading| {
            reading.push(document)?;
            reading.finish()
        });
        let asked = asked.map_err(|unread| Output::from(unread.answer()))?;
        Ok(Received { asked, sealer })
    }
}

impl State {
    fn open(self, body: Bytes) -> Result<(Callback, Bytes, Option<Sealer>), Rejection> {
        match self {
            Self::Verified(callback) => Ok((*callback, body, None)),
            Self::Sealed(mut envelope) => {
                envelope.push(body)?;
                let Opened { callback, document, sealer, .. } = envelope.open()?;
                Ok((callback, document, Some(sealer)))
            }
        }
    }
}

impl<T> Received<T> {
    /// What the handler asked for.
    pub const fn asked(&self) -> &T {
        &self.asked
    }

    /// The answer for what the handler returns, encrypted where the message was; an error is logged and becomes `success`.
    pub fn reply(&self, reply: Result<Reply, ReplyError>) -> Output {
        let reply = Reply::or_log(reply);
        let (body, content_type) = (Bytes::from(reply.body()), reply.content_type());
        match self.sealer.clone().map(|sealer| sealer.reply(200, false)) {
            None | Some(Outgoing::AsIs) => Output::ok(body, content_type),
            Some(Outgoing::Instead(answer)) => answer.into(),
            Some(Outgoing::Collect(collect)) => match collect.finish(Some(body)) {
                Finished::AsIs(body) => Output::ok(body, content_type),
                Finished::Sealed { body, content_type } => Output::ok(body, content_type),
                Finished::Instead(answer) => answer.into(),
            },
        }
    }
}

impl Output {
    const fn ok(body: Bytes, content_type: &'static str) -> Self {
        Self { status: 200, content_type, body }
    }

    /// The status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }

    /// The headers, names in lower case.
    #[must_use]
    pub fn headers(&self) -> [(&'static str, &'static str); 3] {
        Answer::HEADERS
            .map(|(name, value)| (name, if name == CONTENT_TYPE { self.content_type } else { value }))
    }

    /// The body.
    #[must_use]
    pub fn into_body(self) -> Bytes {
        self.body
    }
}

impl From<Answer> for Output {
    fn from(answer: Answer) -> Self {
        let content_type = Answer::HEADERS.iter().find(|(name, _)| *name == CONTENT_TYPE);
        let content_type = content_type.map_or("text/plain", |(_, value)| *value);
        Self { status: answer.status(), content_type, body: answer.into_body().into_owned().into() }
    }
}

const CONTENT_TYPE: &str = "content-type";
