//! warp: replies. What a filter extracts is the business of `echostr-warp`, since warp has no trait for it.

use warp::{
    http::{HeaderValue, header::CONTENT_TYPE},
    reply::Response,
};

use crate::reply::{Reply, ReplyError};

impl warp::Reply for Reply {
    fn into_response(self) -> Response {
        let mut response = Response::new(self.body().into());
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type()));
        response
    }
}

/// 200 and `success`; the error is logged.
impl warp::Reply for ReplyError {
    fn into_response(self) -> Response {
        warp::Reply::into_response(Reply::or_log(Err(self)))
    }
}
