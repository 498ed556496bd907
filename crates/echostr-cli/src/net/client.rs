//! Sends one request as WeChat writes it, and takes whatever comes back.

use std::{
    io::{self, Read as _},
    time::{Duration, Instant},
};

use ureq::{Agent, Error, Timeout};

use crate::{
    net::{
        reply::{Cut, Fault, Reply},
        request::Request,
        target::Target,
        trace,
    },
    words::text::millis,
};

/// More of an answer is not read: an echostr has 19 bytes and a reply a few KiB.
const LONGEST_BODY: usize = 1024 * 1024;

/// Is shown every request and response as a whole.
pub(crate) type Trace = Box<dyn Fn(&str)>;

pub(crate) struct Client {
    agent: Agent,
    limit: Duration,
    trace: Option<Trace>,
}

impl Client {
    pub(crate) fn new(limit: Duration, trace: Option<Trace>) -> Self {
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
        Self { agent: config.new_agent(), limit, trace }
    }

    pub(crate) const fn limit(&self) -> Duration {
        self.limit
    }

    /// Sends it once.
    pub(crate) fn send(&self, target: &Target, request: &Request) -> Result<Reply, Fault> {
        self.send_within(target, request, self.limit)
    }

    /// The same with another time limit.
    pub(crate) fn send_within(
        &self,
        target: &Target,
        request: &Request,
        limit: Duration,
    ) -> Result<Reply, Fault> {
        let url = target.with(&request.query());
        let headers = headers(target, request);
        self.trace(|| trace::request(&url, request, &headers));
        let start = Instant::now();
        let named = |(name, value): &(&'static str, String)| (*name, value.clone().into_bytes());
        let headers = headers.iter().map(named);
        let result = match &request.body {
            None => headers
                .fold(self.agent.get(&url), |builder, (name, value)| builder.header_raw(name, &value))
                .config()
                .timeout_global(Some(limit))
                .build()
                .call(),
            Some(body) => headers
                .fold(self.agent.post(&url), |builder, (name, value)| builder.header_raw(name, &value))
                .config()
                .timeout_global(Some(limit))
                .build()
                .send(body.as_slice()),
        };
        let result = match result {
            Ok(response) => Ok(read(response, start, limit)),
            Err(error) => Err(fault(error)),
        };
        self.trace(|| match &result {
            Ok(reply) => trace::reply(reply),
            Err(fault) => format!("* {fault:?} ({:.1} ms)", millis(start.elapsed())),
        });
        result
    }

    fn trace(&self, text: impl FnOnce() -> String) {
        if let Some(trace) = &self.trace {
            trace(&text());
        }
    }
}

fn read(response: ureq::http::Response<ureq::Body>, start: Instant, limit: Duration) -> Reply {
    let status = response.status().as_u16();
    let text = |value: &ureq::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = response.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
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
        } else if start.elapsed() >= limit {
            cut = cut.or(Some(Cut::Slow));
        }
        if cut.is_some() {
            break;
        }
    }
    Reply { status, headers, body, elapsed: start.elapsed(), cut }
}

/// The order and the letters of captured requests.
fn headers(target: &Target, request: &Request) -> Vec<(&'static str, String)> {
    let mut headers = vec![
        ("User-Agent", "Mozilla/4.0".to_owned()),
        ("Accept", "*/*".to_owned()),
        ("Host", target.authority().to_owned()),
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
