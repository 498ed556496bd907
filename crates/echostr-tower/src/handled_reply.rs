//! The handler's reply between its flight and the send that gets it.

use std::{any::Any, fmt, pin::Pin};

use bytes::Bytes;
use echostr::adapter;
use echostr_ledger::{LateReply, Outcome, Remembered};
use http::{HeaderMap, Response, header::CONTENT_TYPE, response::Parts};
use http_body::Body;
use http_body_util::BodyExt as _;

use crate::{ResponseBodies, exchange::describe};

/// A handler's reply with status 200: as the handler made it, and as it is sent.
pub struct HandledReply {
    head: Parts,
    body: Kind,
}

enum Kind {
    Whole(Bytes),
    Sealed { document: Bytes, sealed: Bytes, content_type: &'static str },
    Stream(Stream),
}

/// A body that still comes, of whatever type the handler's service has: all services behind a layer share its ledger.
struct Stream {
    body: Box<dyn Any + Send>,
    collect: fn(Box<dyn Any + Send>, usize) -> Collected,
}

type Collected = Pin<Box<dyn Future<Output = Option<Bytes>> + Send>>;

impl HandledReply {
    pub(crate) fn whole<F>(head: Parts, body: Bytes) -> Outcome<Self, F> {
        let remembered = Remembered::new(content_type(&head.headers), body.clone());
        Outcome::Reply(remembered, Self { head, body: Kind::Whole(body) })
    }

    pub(crate) fn sealed<F>(
        head: Parts,
        document: Bytes,
        sealed: Bytes,
        content_type: &'static str,
    ) -> Outcome<Self, F> {
        let remembered = Remembered::new(Some(Bytes::from_static(content_type.as_bytes())), sealed.clone());
        Outcome::Reply(remembered, Self { head, body: Kind::Sealed { document, sealed, content_type } })
    }

    pub(crate) fn stream<B, F>(response: Response<B>) -> Outcome<Self, F>
    where
        B: Body<Data = Bytes> + Send + 'static,
    {
        let (head, body) = response.into_parts();
        let stream = Stream { body: Box::new(body), collect: collect::<B> };
        Outcome::Stream(Self { head, body: Kind::Stream(stream) })
    }

    /// The response to a send; `None` if the reply broke off.
    pub(crate) async fn into_response<P, B>(self) -> Option<Response<P::Outer>>
    where
        P: ResponseBodies<B>,
        B: Body<Data = Bytes> + Send + 'static,
    {
        let Self { mut head, body } = self;
        let body = match body {
            Kind::Whole(body) => P::answer(body),
            Kind::Sealed { sealed, content_type, .. } => {
                describe(&mut head.headers, sealed.len(), content_type);
                P::answer(sealed)
            }
            Kind::Stream(Stream { body, collect }) => match body.downcast::<B>() {
                Ok(body) => P::reply(*body),
                // Made behind another service, and so of a type that only that one can pass on.
                Err(body) => P::answer(collect(body, usize::MAX).await?),
            },
        };
        Some(Response::from_parts(head, body))
    }
}

fn collect<B>(body: Box<dyn Any + Send>, limit: usize) -> Collected
where
    B: Body<Data = Bytes> + Send + 'static,
{
    Box::pin(async move {
        let mut body = Box::into_pin(body.downcast::<B>().ok()?);
        let mut taken = adapter::Body::within(limit);
        while let Some(frame) = body.frame().await {
            if let Ok(chunk) = frame.ok()?.into_data() {
                taken.push(chunk).ok()?;
            }
        }
        Some(taken.into_bytes())
    })
}

fn content_type(headers: &HeaderMap) -> Option<Bytes> {
    headers.get(CONTENT_TYPE).map(|value| Bytes::copy_from_slice(value.as_bytes()))
}

impl From<HandledReply> for LateReply {
    fn from(HandledReply { head, body }: HandledReply) -> Self {
        let content_type = content_type(&head.headers);
        match body {
            Kind::Whole(document) | Kind::Sealed { document, .. } => Self::whole(content_type, document),
            Kind::Stream(Stream { body, collect }) => {
                Self::stream(content_type, move |limit| collect(body, limit))
            }
        }
    }
}

/// Without the body, which is a message.
impl fmt::Debug for HandledReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandledReply").field("headers", &self.head.headers).finish_non_exhaustive()
    }
}
