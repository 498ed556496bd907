//! 200 and a web page: the URL leads somewhere else.

use crate::{
    diagnosis::evidence::{Diagnosis, Evidence, Sent},
    platform::reply::is_html,
    words::lang::say,
};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let reply = evidence.reply()?;
    let text = String::from_utf8_lossy(&reply.body);
    // A page that is labelled, but begins with something else than its root.
    let is_labelled =
        reply.header("content-type").is_some_and(|kind| kind.to_ascii_lowercase().contains("html"));
    let is_echo = matches!(evidence.sent, Sent::Handshake(echo) if text.trim() == echo);
    let is_page =
        is_html(&text) || (is_labelled && text.trim_start().starts_with("<") && !text.contains("<xml"));
    (is_page && !is_echo).then(|| {
        Diagnosis::wrong(
            "html",
            say!(
                evidence.lang,
                "this is not your callback route: the answer is an HTML page, so the URL leads to a web page; correct the path or the route (a front end, a login, a tunnel's warning page)",
                "这不是您的回调路由：应答是 HTML 网页，说明 URL 指向了网页；请改正路径或路由（前端页面、登录页、内网穿透的提示页）"
            ),
        )
    })
}
