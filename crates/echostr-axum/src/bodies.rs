//! Bodies as axum has them.

use std::error::Error;

use axum_core::body::Body;
use bytes::Bytes;
use echostr_tower::{RequestBodies, ResponseBodies};

/// For axum: whatever body comes in, the inner service gets axum's own request and the layer answers with axum's own response, so
/// that it fits between any two others. Neither costs anything where the body is axum's already.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct AxumBodies;

impl<B> RequestBodies<B> for AxumBodies
where
    B: http_body::Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    type Inner = Body;

    fn pass(body: B) -> Body {
        Body::new(body)
    }

    fn document(document: Bytes) -> Body {
        document.into()
    }
}

impl<B> ResponseBodies<B> for AxumBodies
where
    B: http_body::Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    type Outer = Body;

    fn reply(body: B) -> Body {
        Body::new(body)
    }

    fn answer(bytes: Bytes) -> Body {
        bytes.into()
    }
}
