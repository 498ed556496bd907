//! 404, 405 or 501: nobody is there for this request.

use crate::{
    diagnosis::evidence::{Diagnosis, Evidence},
    words::lang::say,
};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let status = evidence.status();
    let is_of_the_route = matches!(status, 404 | 405) || (status == 501 && !evidence.is_handshake());
    is_of_the_route.then(|| {
        let sentence = if evidence.is_handshake() {
            say!(
                evidence.lang,
                "no route for this request ({status}): correct the path, and route GET and POST of it to the callback",
                "没有匹配的路由({status})：请改正路径，并把该路径的 GET 和 POST 都路由到回调"
            )
        } else {
            say!(
                evidence.lang,
                "no route for this message ({status}): correct the path, and route GET and POST of it to the callback",
                "没有匹配的路由({status})：请改正路径，并把该路径的 GET 和 POST 都路由到回调"
            )
        };
        Diagnosis::wrong("route", sentence)
    })
}
