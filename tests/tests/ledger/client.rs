//! A client that can hang up at any point, and reads a reply as it comes.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// Longer than anything takes here.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A request that is on its way. Dropping it is how the client hangs up.
pub(crate) struct Sent {
    stream: TcpStream,
    read: Vec<u8>,
}

/// A connection that is kept, for many requests one after the other.
pub(crate) struct Kept(Sent);

impl Kept {
    pub(crate) async fn open(addr: SocketAddr) -> Self {
        Self(Sent::part(addr, "").await)
    }

    /// The answer, which is to have a length.
    pub(crate) async fn ask(&mut self, target: &str, body: &str) -> Reply {
        let request = head("POST", target, body.len()).replacen("Connection: close\r\n", "", 1) + body;
        self.0.stream.write_all(request.as_bytes()).await.expect("sent");
        loop {
            assert!(self.0.piece().await, "ended: {}", String::from_utf8_lossy(&self.0.read));
            if let Some(reply) = parse(&self.0.read)
                && reply.header("content-length") == reply.body.len().to_string()
            {
                self.0.read.clear();
                return reply;
            }
        }
    }
}

/// A whole response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Sent {
    /// Sends a whole request, on a connection of its own.
    pub(crate) async fn whole(addr: SocketAddr, method: &str, target: &str, body: &str) -> Self {
        Self::part(addr, &format!("{}{body}", head(method, target, body.len()))).await
    }

    /// Sends these bytes and no more.
    pub(crate) async fn part(addr: SocketAddr, bytes: &str) -> Self {
        let mut stream = TcpStream::connect(addr).await.expect("the server listens");
        stream.set_nodelay(true).expect("a socket");
        stream.write_all(bytes.as_bytes()).await.expect("sent");
        Self { stream, read: vec![] }
    }

    /// The port of this end.
    pub(crate) fn port(&self) -> u16 {
        self.stream.local_addr().expect("an address").port()
    }

    /// Reads until this text has come.
    pub(crate) async fn until(&mut self, text: &str) {
        while !String::from_utf8_lossy(&self.read).contains(text) {
            assert!(self.piece().await, "ended without {text:?}: {}", String::from_utf8_lossy(&self.read));
        }
    }

    /// Whether nothing comes for a while.
    pub(crate) async fn is_silent(&mut self) -> bool {
        timeout(Duration::from_millis(150), self.piece()).await.is_err()
    }

    /// Sends a byte every 50 ms until there is an answer, then reads to the end.
    pub(crate) async fn dripping(mut self) -> Reply {
        while timeout(Duration::from_millis(50), self.piece()).await.is_err() {
            // Fails where the server has closed, which the answer shows.
            drop(self.stream.write_all(b"x").await);
        }
        self.reply().await
    }

    /// Reads to the end.
    pub(crate) async fn reply(mut self) -> Reply {
        while self.piece().await {}
        parse(&self.read).unwrap_or_else(|| panic!("no reply: {}", String::from_utf8_lossy(&self.read)))
    }

    async fn piece(&mut self) -> bool {
        let read = timeout(PATIENCE, self.stream.read_buf(&mut self.read)).await;
        // A reset behind an answer ends the reading too.
        matches!(read.expect("an answer or the end"), Ok(1..))
    }
}

/// The head of a request whose connection ends with its answer.
pub(crate) fn head(method: &str, target: &str, length: usize) -> String {
    format!(
        "{method} {target} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Mozilla/4.0\r\nContent-Type: text/xml\r\n\
         Connection: close\r\nContent-Length: {length}\r\n\r\n"
    )
}

fn parse(reply: &[u8]) -> Option<Reply> {
    let end = reply.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&reply[..end]);
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let mut reply = Reply { status, headers, body: String::from_utf8_lossy(&reply[end + 4..]).into_owned() };
    if reply.header("transfer-encoding") == "chunked" {
        reply.body = unchunked(&reply.body)?;
    }
    Some(reply)
}

/// `None` if the last chunk is missing.
fn unchunked(mut body: &str) -> Option<String> {
    let mut whole = String::new();
    loop {
        let (length, rest) = body.split_once("\r\n")?;
        let length = usize::from_str_radix(length, 16).ok()?;
        if length == 0 {
            return Some(whole);
        }
        whole.push_str(rest.get(..length)?);
        body = rest.get(length + 2..)?;
    }
}

impl Reply {
    /// A header's value; `""` if there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// All of it but what no two have in common.
    pub(crate) fn without_date(mut self) -> Self {
        self.headers.retain(|(name, _)| !["date", "x-ran-on", "x-sent-on"].contains(&name.as_str()));
        self.headers.sort();
        self
    }

    /// Asserts that it is the ledger's own `success`.
    pub(crate) fn assert_success(&self, context: &str) {
        assert_eq!((self.status, &*self.body), (200, "success"), "{context}: {self:?}");
        assert_eq!(self.header("content-type"), "text/plain; charset=utf-8", "{context}");
        assert_eq!(self.header("content-length"), "7", "{context}");
    }

    /// Asserts that it is a refusal for this reason.
    pub(crate) fn assert_refused(&self, reason: &str, context: &str) {
        assert_eq!((self.status, &*self.body), (403, "forbidden"), "{context}: {self:?}");
        assert_eq!(self.header("x-reason"), reason, "{context}");
    }

    /// Asserts that there is no answer yet to be had: the platform is to send again.
    pub(crate) fn assert_unavailable(&self, context: &str) {
        assert_eq!((self.status, &*self.body), (503, "unavailable"), "{context}: {self:?}");
    }
}
