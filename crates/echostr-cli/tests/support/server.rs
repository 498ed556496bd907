//! A tiny HTTP/1.1 server on a free port of the loopback: one request a connection, all of them recorded byte for byte.

use std::{
    io::{Read as _, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// How often a connection that waits looks whether the server ends.
const TICK: Duration = Duration::from_millis(20);

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// All of it.
    pub(crate) raw: Vec<u8>,
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) version: String,
    /// In their order, names as they came.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) at: Instant,
}

impl Request {
    pub(crate) fn path(&self) -> &str {
        self.target.split_once('?').map_or(&*self.target, |(path, _)| path)
    }

    /// The raw query; `""` if there is none.
    pub(crate) fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// The pairs of the query, neither decoded.
    pub(crate) fn pairs(&self) -> Vec<(&str, &str)> {
        let pairs = self.query().split('&').filter(|pair| !pair.is_empty());
        pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect()
    }

    /// The keys of the query in their order.
    pub(crate) fn keys(&self) -> Vec<&str> {
        self.pairs().into_iter().map(|(key, _)| key).collect()
    }

    /// A parameter's raw value.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.pairs().into_iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// The same request with other parameters.
    pub(crate) fn with_pairs(&self, pairs: &[(String, String)]) -> Self {
        let pairs: Vec<_> = pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
        Self { target: format!("{}?{}", self.path(), pairs.join("&")), ..self.clone() }
    }

    /// The values of a header, whatever the case of its name.
    pub(crate) fn header(&self, name: &str) -> Vec<&str> {
        let named = self.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
        named.map(|(_, value)| &**value).collect()
    }

    pub(crate) fn text(&self) -> &str {
        str::from_utf8(&self.body).expect("the body is UTF-8")
    }

    fn parse(raw: Vec<u8>, head: usize) -> Self {
        // One character a byte, so that nothing is lost where a case sends bytes that are no text.
        let text: String = raw[..head].iter().copied().map(char::from).collect();
        let mut lines = text.split("\r\n");
        let mut first = lines.next().expect("a first line").splitn(3, ' ');
        let mut word = || first.next().unwrap_or_default().to_owned();
        let (method, target, version) = (word(), word(), word());
        let headers = lines.filter_map(|line| line.split_once(':'));
        let headers = headers.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect();
        let body = raw[head + 4..].to_vec();
        Self { raw, method, target, version, headers, body, at: Instant::now() }
    }
}

/// What is done about a request.
#[derive(Clone, Debug)]
pub(crate) enum Response {
    /// These bytes, then the end of the connection.
    Bytes(Vec<u8>),
    /// Nothing, until the client has gone.
    Silence,
    /// A chunked body without an end: this head, then these bytes again and again until the client has gone.
    Endless(Vec<u8>, Vec<u8>),
}

impl Response {
    /// A well-formed response; `headers` as lines, each with its line end.
    pub(crate) fn new(status: u16, headers: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let mut bytes = format!(
            "HTTP/1.1 {status} Status\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        )
        .into_bytes();
        bytes.extend_from_slice(body);
        Self::Bytes(bytes)
    }

    pub(crate) fn text(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self::new(status, "Content-Type: text/plain; charset=utf-8\r\n", body)
    }
}

struct Shared {
    is_ending: AtomicBool,
    requests: Mutex<Vec<Request>>,
    behave: Box<dyn Fn(&Request) -> Response + Send + Sync>,
}

/// A server that runs until it is dropped.
pub(crate) struct Server {
    addr: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(behave: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let addr = listener.local_addr().expect("an address");
        let requests = Mutex::new(vec![]);
        let shared =
            Arc::new(Shared { is_ending: AtomicBool::new(false), requests, behave: Box::new(behave) });
        let accepting = thread::spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared)
        });
        Self { addr, shared, accepting: Some(accepting) }
    }

    /// The same answer to everything.
    pub(crate) fn always(response: Response) -> Self {
        Self::start(move |_| response.clone())
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/wx", self.addr)
    }

    /// What came so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().expect("no test panics with it").clone()
    }

    /// The one request that came.
    pub(crate) fn only_request(&self) -> Request {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests.into_iter().next().expect("one")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.is_ending.store(true, Ordering::SeqCst);
        // Wakes `accept` up.
        drop(TcpStream::connect(self.addr));
        let ended = self.accepting.take().map(JoinHandle::join);
        assert!(thread::panicking() || matches!(ended, Some(Ok(()))), "a behaviour panicked");
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut connections = vec![];
    for stream in listener.incoming() {
        if shared.is_ending.load(Ordering::SeqCst) {
            break;
        }
        let Ok(stream) = stream else { continue };
        let shared = Arc::clone(shared);
        connections.push(thread::spawn(move || serve(stream, &shared)));
    }
    for connection in connections {
        connection.join().expect("a behaviour does not panic");
    }
}

fn serve(mut stream: TcpStream, shared: &Shared) {
    stream.set_nodelay(true).expect("a socket");
    stream.set_read_timeout(Some(TICK)).expect("a socket");
    stream.set_write_timeout(Some(Duration::from_secs(5))).expect("a socket");
    let Some(request) = receive(&mut stream, shared) else { return };
    shared.requests.lock().expect("no test panics with it").push(request.clone());
    // A client that has gone, as WeChat does after 5 seconds, is nothing to complain of.
    match (shared.behave)(&request) {
        Response::Bytes(bytes) => drop(stream.write_all(&bytes)),
        Response::Silence => while read(&mut stream, shared).is_some() {},
        Response::Endless(head, chunk) => {
            let mut alive = stream.write_all(&head).is_ok();
            while alive && !shared.is_ending.load(Ordering::SeqCst) {
                alive = stream.write_all(&chunk).is_ok();
                thread::sleep(TICK);
            }
        }
    }
}

/// `None` if the client goes, or the server ends, before the request is complete.
fn receive(stream: &mut TcpStream, shared: &Shared) -> Option<Request> {
    let mut raw = vec![];
    let head = loop {
        if let Some(head) = raw.windows(4).position(|window| window == b"\r\n\r\n") {
            break head;
        }
        raw.extend(read(stream, shared)?);
    };
    let length = Request::parse(raw.clone(), head)
        .header("content-length")
        .first()
        .map_or(0, |length| length.parse().expect("a length"));
    while raw.len() < head + 4 + length {
        raw.extend(read(stream, shared)?);
    }
    Some(Request::parse(raw, head))
}

fn read(stream: &mut TcpStream, shared: &Shared) -> Option<Vec<u8>> {
    let mut buffer = [0; 4096];
    while !shared.is_ending.load(Ordering::SeqCst) {
        match stream.read(&mut buffer) {
            Ok(0) => return None,
            Ok(length) => return Some(buffer[..length].to_vec()),
            Err(error) if is_tick(&error) => {}
            Err(_) => return None,
        }
    }
    None
}

fn is_tick(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)
}

/// A port on which nobody listens and that nobody else can take, while this lives: the client's end of a connection.
pub(crate) struct ClosedPort {
    _listener: TcpListener,
    client: TcpStream,
}

impl ClosedPort {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let client = TcpStream::connect(listener.local_addr().expect("an address")).expect("it listens");
        Self { _listener: listener, client }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/wx", self.client.local_addr().expect("an address"))
    }
}
