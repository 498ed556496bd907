//! Sends one request as WeChat writes it, and takes whatever comes back.

use std::{
    io::{self, Read as _},
    time::{Duration, Instant},
};

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use ureq::{Agent, Error, Timeout, http::Uri};

use crate::{
    platform::requests::Request,
    report::output::{Output, one_line, printable},
    words::exit::Failure,
    words::lang::{Lang, say},
};

/// More of an answer is not read: an echostr has 19 bytes and a reply a few KiB.
const LONGEST_BODY: usize = 1024 * 1024;

/// What must not stand in a request line as it is.
const UNWRITABLE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'{').add(b'}');

/// Where the callbacks go: a URL that was looked at.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Without query and fragment.
    base: String,
    /// The user's own, which comes before WeChat's parameters.
    query: Option<String>,
    host: String,
}

impl Target {
    pub(crate) fn new(url: &str, allow_remote: bool, lang: Lang) -> Result<Self, Failure> {
        let wrong = |why: String| {
            Failure::usage(say!(
                lang,
                "`{url}` is no URL to call: {why}; it must look like http://127.0.0.1:3000/wx",
                "“{url}”不是可以访问的 URL:{why}；应形如 http://127.0.0.1:3000/wx"
            ))
        };
        let without_fragment = url.split_once('#').map_or(url, |(url, _)| url);
        let written = utf8_percent_encode(without_fragment, UNWRITABLE).to_string();
        let uri: Uri =
            written.parse().map_err(|error: ureq::http::uri::InvalidUri| wrong(error.to_string()))?;
        match uri.scheme_str() {
            Some("http") => {}
            Some("https") if cfg!(feature = "https") => {}
            Some("https") => {
                return Err(wrong(say!(
                    lang,
                    "this build speaks http only, install it with `--features https`",
                    "这个版本只支持 http，请用 --features https 重新安装"
                )));
            }
            Some(_) => return Err(wrong(say!(lang, "its scheme is not http", "协议不是 http"))),
            None => return Err(wrong(say!(lang, "it does not begin with http://", "没有以 http:// 开头"))),
        }
        let host = uri.host().filter(|host| !host.is_empty());
        let host = host.ok_or_else(|| wrong(say!(lang, "it names no host", "没有主机名")))?.to_owned();
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(wrong(say!(lang, "WeChat takes no user name in it", "微信不接受带用户名的 URL")));
        }
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        let port = authority.strip_prefix(host.as_str()).unwrap_or_default();
        let is_port = |text: &str| text.parse::<u16>().is_ok_and(|port| port > 0);
        if !(port.is_empty() || port.strip_prefix(':').is_some_and(is_port)) {
            return Err(wrong(say!(lang, "its port is not 1 to 65535", "端口不在 1 到 65535 之间")));
        }
        if !allow_remote && !is_this_machine(&host) {
            return Err(Failure::usage(say!(
                lang,
                "{host} is not this machine: add --allow-remote if the server there is your own",
                "{host} 不是本机：如果那台服务器是您自己的，请加上 --allow-remote"
            )));
        }
        let (base, query) = match written.split_once('?') {
            Some((base, query)) => {
                (base.to_owned(), Some(query.to_owned()).filter(|query| !query.is_empty()))
            }
            None => (written, None),
        };
        let base = if uri.path() == "/" && !base.ends_with('/') { format!("{base}/") } else { base };
        Ok(Self { base, query, host })
    }

    /// The whole URL: WeChat's parameters stand behind the user's own.
    pub(crate) fn with(&self, query: &str) -> String {
        let Self { base, query: own, .. } = self;
        match own {
            Some(own) if query.is_empty() => format!("{base}?{own}"),
            Some(own) => format!("{base}?{own}&{query}"),
            None if query.is_empty() => base.clone(),
            None => format!("{base}?{query}"),
        }
    }

    pub(crate) const fn has_query(&self) -> bool {
        self.query.is_some()
    }

    /// For messages.
    pub(crate) fn shown(&self) -> &str {
        &self.base
    }
}

fn is_this_machine(host: &str) -> bool {
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    if name == "localhost" || name.ends_with(".localhost") {
        return true;
    }
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    address.is_ok_and(|address| address.to_canonical().is_loopback() || address.is_unspecified())
}

/// An answer, or what there is of it.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) elapsed: Duration,
    /// The body did not end: within the time limit, or at all.
    pub(crate) cut: Option<Cut>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The time limit came first.
    Slow,
    /// It is longer than anybody would read.
    Endless,
    /// The connection broke.
    Broken,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn is_chunked(&self) -> bool {
        self.header("transfer-encoding").is_some_and(|value| value.to_ascii_lowercase().contains("chunked"))
    }
}

/// Why there is no answer at all.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// Nobody listens.
    Refused,
    /// The name of the host leads nowhere.
    NoHost,
    /// There is no way to the host.
    Unreachable(String),
    /// The connection ended before an answer.
    Closed(String),
    /// The answer is something else.
    NotHttp(String),
    /// The time limit came first.
    Slow,
}

pub(crate) struct Client {
    agent: Agent,
    limit: Duration,
    output: Output,
}

impl Client {
    pub(crate) fn new(limit: Duration, output: Output) -> Self {
        // Whoever does not even take the connection is not slow but away.
        let connecting = limit.mul_f64(0.95);
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .timeout_global(Some(limit))
            .timeout_connect(Some(connecting))
            .max_idle_connections(0)
            .max_idle_connections_per_host(0)
            .user_agent("Mozilla/4.0")
            .accept("*/*")
            .accept_encoding("")
            .build();
        Self { agent: config.new_agent(), limit, output }
    }

    pub(crate) const fn limit(&self) -> Duration {
        self.limit
    }

    /// Sends it once.
    pub(crate) fn send(&self, target: &Target, request: &Request) -> Result<Reply, Fault> {
        let url = target.with(&request.query());
        let headers = headers(target, request);
        if self.output.verbose {
            self.output.trace(&shown_request(&url, request, &headers));
        }
        let start = Instant::now();
        let result = match &request.body {
            None => headers
                .iter()
                .fold(self.agent.get(&url), |builder, (name, value)| {
                    builder.header_raw(name, value.as_bytes())
                })
                .call(),
            Some(body) => headers
                .iter()
                .fold(self.agent.post(&url), |builder, (name, value)| {
                    builder.header_raw(name, value.as_bytes())
                })
                .send(body.as_slice()),
        };
        let result = match result {
            Ok(response) => Ok(self.read(response, start)),
            Err(error) => Err(fault(error)),
        };
        if self.output.verbose {
            match &result {
                Ok(reply) => self.output.trace(&shown_reply(reply)),
                Err(fault) => self.output.trace(&format!("* {fault:?} ({:.1} ms)", millis(start.elapsed()))),
            }
        }
        result
    }

    fn read(&self, response: ureq::http::Response<ureq::Body>, start: Instant) -> Reply {
        let status = response.status().as_u16();
        let text = |value: &ureq::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers =
            response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        let mut reader = response.into_body().into_reader();
        let (mut body, mut cut) = (Vec::new(), None);
        let mut buffer = [0; 8192];
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(length) => body.extend_from_slice(buffer.get(..length).unwrap_or_default()),
                Err(error) if is_slow(&error) => cut = Some(Cut::Slow),
                Err(_) => cut = Some(Cut::Broken),
            }
            if body.len() > LONGEST_BODY {
                cut = Some(Cut::Endless);
            } else if start.elapsed() >= self.limit {
                cut = cut.or(Some(Cut::Slow));
            }
            if cut.is_some() {
                break;
            }
        }
        Reply { status, headers, body, elapsed: start.elapsed(), cut }
    }
}

/// The order and the letters of captured requests.
fn headers(target: &Target, request: &Request) -> Vec<(&'static str, String)> {
    let authority = target.base.split_once("://").map_or("", |(_, rest)| rest);
    let authority = authority.split_once('/').map_or(authority, |(authority, _)| authority);
    let mut headers = vec![
        ("User-Agent", "Mozilla/4.0".to_owned()),
        ("Accept", "*/*".to_owned()),
        ("Host", if authority.is_empty() { target.host.clone() } else { authority.to_owned() }),
        ("Pragma", "no-cache".to_owned()),
    ];
    if let Some(body) = &request.body {
        headers.push(("Content-Length", body.len().to_string()));
        headers.push(("Content-Type", request.content_type.to_owned()));
    }
    headers
}

fn fault(error: Error) -> Fault {
    match error {
        Error::Timeout(Timeout::Connect | Timeout::Resolve) => {
            Fault::Unreachable("no answer in time".to_owned())
        }
        Error::Timeout(_) => Fault::Slow,
        Error::HostNotFound => Fault::NoHost,
        Error::ConnectionFailed => Fault::Refused,
        Error::Io(error) => match error.kind() {
            io::ErrorKind::ConnectionRefused => Fault::Refused,
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Fault::Slow,
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe => Fault::Closed(error.to_string()),
            _ => Fault::Unreachable(error.to_string()),
        },
        Error::Protocol(error) => Fault::NotHttp(error.to_string()),
        error => Fault::NotHttp(error.to_string()),
    }
}

fn is_slow(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)
        || error
            .get_ref()
            .and_then(|error| error.downcast_ref::<Error>())
            .is_some_and(|error| matches!(error, Error::Timeout(_)))
}

pub(crate) fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

fn shown_request(url: &str, request: &Request, headers: &[(&str, String)]) -> String {
    let path = url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
    let mut text = format!("> {} /{path} HTTP/1.1", request.method());
    for (name, value) in headers {
        text.push_str(&format!("\n> {name}: {value}"));
    }
    if let Some(body) = &request.body {
        text.push_str("\n>");
        push_body(&mut text, body);
    }
    text
}

fn shown_reply(reply: &Reply) -> String {
    let mut text = format!("< {} ({:.1} ms)", reply.status, millis(reply.elapsed));
    for (name, value) in &reply.headers {
        text.push_str(&format!("\n< {name}: {}", one_line(value)));
    }
    text.push_str("\n<");
    push_body(&mut text, &reply.body);
    if let Some(cut) = reply.cut {
        text.push_str(&format!("\n* {cut:?}"));
    }
    text
}

fn push_body(text: &mut String, body: &[u8]) {
    if !body.is_empty() {
        text.push('\n');
        text.push_str(printable(&String::from_utf8_lossy(body)).trim_end_matches('\n'));
    }
}

#[cfg(test)]
mod tests {
    use super::{Target, is_this_machine};
    use crate::words::lang::Lang;

    #[test]
    fn this_machine() {
        for host in ["localhost", "LOCALHOST", "wx.localhost", "127.0.0.1", "127.9.9.9", "[::1]", "0.0.0.0"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in [
            "example.com",
            "localhost.example.com",
            "192.168.1.2",
            "[2001:db8::1]",
            "8.8.8.8",
            "127.0.0.1.nip.io",
        ] {
            assert!(!is_this_machine(host), "{host}");
        }
    }

    #[test]
    fn own_query_stays_in_front() {
        let target = |url| Target::new(url, false, Lang::En).unwrap();
        assert_eq!(target("http://localhost:3000/wx").with("a=1"), "http://localhost:3000/wx?a=1");
        assert_eq!(
            target("http://localhost:3000/a.php?id=743").with("a=1"),
            "http://localhost:3000/a.php?id=743&a=1"
        );
        assert_eq!(target("http://localhost?").with("a=1"), "http://localhost/?a=1");
        assert_eq!(target("http://localhost/%2F//x#top").with(""), "http://localhost/%2F//x");
        assert_eq!(target("http://localhost/微").with(""), "http://localhost/%E5%BE%AE");
    }

    #[test]
    fn what_is_no_url() {
        for url in [
            "",
            "wx",
            "127.0.0.1:3000/wx",
            "ftp://localhost/",
            "http://",
            "http://u:p@localhost/",
            "http://localhost:99999/",
            "http://localhost:0/",
            "https://localhost/",
        ] {
            assert!(Target::new(url, true, Lang::En).is_err(), "{url}");
        }
    }
}
