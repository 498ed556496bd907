//! Whether an answer repeats the echostr beside other text, and whether a browser would run it.

use quick_xml::escape::escape;

use crate::{
    net::{query::decoded, reply::Reply},
    suite::cases::case::Echo,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reflection {
    /// Markup stands in it unescaped, in a kind of content that a browser looks for markup in.
    Runs,
    Repeated,
}

/// `request_target` is what stood in the request line, `url` where it went without the query.
pub(super) fn find(reply: &Reply, echo: &Echo, request_target: &str, url: &str) -> Option<Reflection> {
    let body = String::from_utf8_lossy(&reply.body);
    if echo.script.as_ref().is_some_and(|script| body.contains(script.as_str())) && is_browsed(reply) {
        return Some(Reflection::Runs);
    }
    // Many servers name the URL that they were asked for; that is not the echostr they read in it.
    let rest = own_url(request_target, url).iter().fold(body.into_owned(), |body, own| body.replace(own, ""));
    let is_repeated = echo
        .texts
        .iter()
        .filter(|text| text.len() > 3)
        .any(|text| written(text).iter().any(|text| rest.contains(text.as_str())));
    is_repeated.then_some(Reflection::Repeated)
}

/// HTML, XML, or no content type, which a browser guesses.
fn is_browsed(reply: &Reply) -> bool {
    match reply.header("content-type").map(|kind| kind.trim().to_ascii_lowercase()) {
        None => true,
        Some(kind) => kind.is_empty() || kind.contains("html") || kind.contains("xml"),
    }
}

/// All ways to write the URL of the request, longest first.
fn own_url(request_target: &str, url: &str) -> Vec<String> {
    let query = request_target.split_once('?').map_or("", |(_, query)| query);
    let whole = format!("{url}?{query}");
    let mut all: Vec<String> = [&*whole, request_target, query]
        .into_iter()
        .filter(|text| !text.is_empty())
        .flat_map(|text| {
            let decoded = decoded(text);
            let spaced = decoded.replace('+', " ");
            [text.to_owned(), decoded, spaced]
        })
        .flat_map(|text| written(&text))
        .collect();
    all.sort_by_key(|text| std::cmp::Reverse(text.len()));
    all.dedup();
    all
}

/// A text as it is, escaped for HTML and escaped for JSON.
fn written(text: &str) -> Vec<String> {
    let html = escape(text).into_owned();
    let json = serde_json::Value::from(text).to_string();
    let json = json.trim_matches('"').to_owned();
    let mut all = vec![
        text.to_owned(),
        html.replace("&apos;", "&#39;").replace("&quot;", "&#34;"),
        html.replace("&apos;", "&#x27;"),
        html,
        json.replace('/', "\\/"),
        json.replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e"),
        json,
    ];
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Reflection, find};
    use crate::{net::reply::Reply, suite::cases::case::Echo};

    const TARGET: &str = "/wx?id=1&signature=00&echostr=%3Cscript%3Ealert%281%29%3C%2Fscript%3E&nonce=1";

    fn found(kind: Option<&str>, body: &str) -> Option<Reflection> {
        let script = "<script>alert(1)</script>".to_owned();
        let echo = Echo { texts: vec![script.clone()], script: Some(script), ..Echo::default() };
        let headers = kind.map(|kind| ("Content-Type".to_owned(), kind.to_owned())).into_iter().collect();
        let body = body.as_bytes().to_vec();
        let reply = Reply { status: 403, headers, body, elapsed: Duration::ZERO, cut: None };
        find(&reply, &echo, TARGET, "http://127.0.0.1:1/wx")
    }

    #[test]
    fn what_a_browser_runs() {
        let body = "bad: <script>alert(1)</script>";
        for kind in
            [None, Some(""), Some("text/html; charset=utf-8"), Some("text/xml"), Some("image/svg+xml")]
        {
            assert_eq!(found(kind, body), Some(Reflection::Runs), "{kind:?}");
        }
        for kind in ["text/plain", "application/json", "text/plain; charset=utf-8"] {
            assert_eq!(found(Some(kind), body), Some(Reflection::Repeated), "{kind}");
        }
        let escaped = "bad: &lt;script&gt;alert(1)&lt;/script&gt;";
        assert_eq!(found(Some("text/html"), escaped), Some(Reflection::Repeated));
        assert_eq!(found(Some("text/html"), "bad signature"), None);
    }

    #[test]
    fn the_own_url_is_none() {
        let decoded = "/wx?id=1&signature=00&echostr=<script>alert(1)</script>&nonce=1";
        for body in [
            format!("no route {TARGET}"),
            format!("no route {}", TARGET.replace('&', "&amp;")),
            format!("{{\"path\":\"{}\"}}", TARGET.replace('/', "\\/")),
            format!("{{\"path\":\"{}\"}}", TARGET.replace('&', "\\u0026")),
            format!("no route http://127.0.0.1:1{decoded}"),
            decoded.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
        ] {
            assert_eq!(found(Some("text/plain"), &body), None, "{body}");
        }
        // The control: the same, and the echostr once more.
        let twice = format!("no route {TARGET}; echostr <script>alert(1)</script>");
        assert_eq!(found(Some("text/plain"), &twice), Some(Reflection::Repeated));
        // A page that shows its URL decoded and unescaped is run, whatever it was to show.
        assert_eq!(found(Some("text/html"), decoded), Some(Reflection::Runs));
    }
}
