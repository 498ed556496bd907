//! The server that is looked at: asked with patience, and waited for when it is gone.

use std::{
    cell::Cell,
    thread,
    time::{Duration, Instant, SystemTime},
};

use crate::{
    net::{
        client::Client,
        reply::{Fault, Reply},
        request::Request,
        target::Target,
    },
    suite::verdict::seen::is_throttled,
};

/// How often a request is sent again to a server that asks to wait.
const MOST_WAITS: usize = 3;

/// Nobody waits longer at a time for a server that limits the rate, nor all in all.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
const ALL_WAITS: Duration = Duration::from_secs(60);

/// How many time limits a server that crashed may take to come back, and how often it is looked for.
const RESTART: u32 = 3;
const TICK: Duration = Duration::from_millis(200);

/// After so many requests that nobody answers the limit is lowered: a server that answers genuine requests soon would have.
const PATIENCE: u32 = 2;

pub(crate) struct Server<'s> {
    pub(crate) client: &'s Client,
    pub(crate) target: &'s Target,
    waited: Cell<Duration>,
    silences: Cell<u32>,
    /// The slowest genuine answer so far.
    slowest: Cell<Duration>,
}

impl<'s> Server<'s> {
    pub(crate) const fn new(client: &'s Client, target: &'s Target) -> Self {
        let zero = Duration::ZERO;
        Self { client, target, waited: Cell::new(zero), silences: Cell::new(0), slowest: Cell::new(zero) }
    }

    /// Sends what is genuine.
    pub(crate) fn send(&self, request: &Request) -> Result<Reply, Fault> {
        let result = self.send_within(request, self.client.limit());
        if let Ok(reply) = &result {
            self.slowest.set(self.slowest.get().max(reply.elapsed));
        }
        result
    }

    /// Sends what may be met with silence.
    pub(crate) fn send_forged(&self, request: &Request) -> Result<Reply, Fault> {
        let limit = self.client.limit();
        let is_silent = self.silences.get() >= PATIENCE;
        let soon = self.slowest.get().saturating_mul(10).max(Duration::from_secs(1));
        let result = self.send_within(request, if is_silent { limit.min(soon) } else { limit });
        if matches!(result, Err(Fault::Slow)) {
            self.silences.set(self.silences.get().saturating_add(1));
        }
        result
    }

    /// Sends it again as long as the server asks to wait.
    fn send_within(&self, request: &Request, limit: Duration) -> Result<Reply, Fault> {
        let mut result = self.client.send_within(self.target, request, limit);
        for _ in 0..MOST_WAITS {
            let Some(wait) = result.as_ref().ok().filter(|reply| is_throttled(reply)).map(retry_after) else {
                break;
            };
            let waited = self.waited.get().saturating_add(wait);
            if wait > LONGEST_WAIT || waited > ALL_WAITS {
                break;
            }
            self.waited.set(waited);
            thread::sleep(wait);
            result = self.client.send_within(self.target, request, limit);
        }
        result
    }

    /// Whether a genuine request is answered, now or when the server is there again. `Err` is what became of the last one.
    pub(crate) fn is_back(
        &self,
        mut genuine: impl FnMut() -> Option<Request>,
    ) -> Result<(), Result<Reply, Fault>> {
        let start = Instant::now();
        loop {
            let Some(request) = genuine() else { return Ok(()) };
            let result = self.send(&request);
            if result.as_ref().is_ok_and(|reply| reply.status < 500 && reply.cut.is_none()) {
                return Ok(());
            }
            if start.elapsed() > self.client.limit().saturating_mul(RESTART) {
                return Err(result);
            }
            thread::sleep(TICK);
        }
    }
}

/// How long a server asks to wait: in seconds or until a time; a second where it does not say.
fn retry_after(reply: &Reply) -> Duration {
    let second = Duration::from_secs(1);
    let Some(value) = reply.header("retry-after").map(str::trim) else { return second };
    if let Ok(seconds) = value.parse() {
        return Duration::from_secs(seconds);
    }
    let until = httpdate::parse_http_date(value).ok();
    until.map_or(second, |until| until.duration_since(SystemTime::now()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::retry_after;
    use crate::net::reply::Reply;

    #[test]
    fn how_long_to_wait() {
        let asked = |value: Option<&str>| {
            let headers = value.map(|value| ("Retry-After".to_owned(), value.to_owned()));
            let headers = headers.into_iter().collect();
            retry_after(&Reply { status: 429, headers, body: vec![], elapsed: Duration::ZERO, cut: None })
        };
        assert_eq!(asked(Some("0")), Duration::ZERO);
        assert_eq!(asked(Some(" 7 ")), Duration::from_secs(7));
        assert_eq!(asked(None), Duration::from_secs(1));
        assert_eq!(asked(Some("soon")), Duration::from_secs(1));
        let later = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(90));
        assert!((85..=90).contains(&asked(Some(&later)).as_secs()));
        assert_eq!(asked(Some("Sun, 06 Nov 1994 08:49:37 GMT")), Duration::ZERO);
    }
}
