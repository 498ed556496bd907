//! The event of a verified request, from what actix-web shows of it.

use actix_web::dev::ServiceRequest;
use echostr::adapter::log;

pub(crate) fn received(request: &ServiceRequest) {
    log::received(request.method().as_str(), request.path(), request.query_string(), || {
        request.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes()))
    });
}
