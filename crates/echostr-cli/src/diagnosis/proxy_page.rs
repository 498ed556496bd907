//! 401 or 403 with a web page: refused by something in front of the server, and not for the signature.

use crate::{
    diagnosis::evidence::{Diagnosis, Evidence},
    platform::reply::is_html,
    words::{lang::say, text::excerpt},
};

/// What the pages say that frameworks write themselves when a handler refuses: there the handler was asked.
const OF_FRAMEWORKS: [&str; 8] = [
    // Flask
    "You don't have the permission to access the requested resource",
    "The server could not verify that you are authorized to access the URL requested",
    "You don&#39;t have the permission to access the requested resource",
    // Tornado
    "<title>403: Forbidden</title>",
    "<title>401: Unauthorized</title>",
    // Bottle
    "<title>Error: 403 Forbidden</title>",
    // Express
    "<pre>Forbidden</pre>",
    // WeRoBot
    "WeRoBot",
];

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let reply = evidence.reply().filter(|reply| matches!(reply.status, 401 | 403))?;
    let text = String::from_utf8_lossy(&reply.body);
    if !is_html(&text) || OF_FRAMEWORKS.iter().any(|words| text.contains(words)) {
        return None;
    }
    let (status, title) = (reply.status, title(&text));
    Some(Diagnosis::wrong(
        "proxy-page",
        say!(
            evidence.lang,
            "{status} with a web page ({title}): something in front of your callback answers, such as a proxy, a firewall, a login or a CSRF check; let this path through, GET and POST. If the page is your own handler's, compare the tokens",
            "{status} 并附带网页({title})：应答的是回调前面的代理、防火墙、登录或 CSRF 检查；请放行这个路径的 GET 和 POST。如果这个网页出自您自己的回调，请核对两边的 Token"
        ),
    ))
}

fn title(page: &str) -> String {
    let lower = page.to_ascii_lowercase();
    let start = lower.find("<title>").map(|at| at.saturating_add("<title>".len()));
    let end = lower.find("</title>");
    let title = start.zip(end).and_then(|(start, end)| page.get(start..end));
    excerpt(title.unwrap_or(page).trim().as_bytes())
}
