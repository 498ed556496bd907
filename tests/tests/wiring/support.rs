//! What the shapes of every framework share: a counter, requests, a listener.

use std::{
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use conformance::{Connection, Protocol, Reply, TOKEN};
use echostr::Verifier;

/// Counts the runs of a handler.
#[derive(Clone, Default)]
pub(crate) struct Hits(Arc<AtomicUsize>);

impl Hits {
    pub(crate) fn hit(&self) -> &'static str {
        self.0.fetch_add(1, Ordering::SeqCst);
        "success"
    }

    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

pub(crate) fn verifier() -> Verifier {
    Verifier::new(TOKEN).expect("a token")
}

pub(crate) fn listener() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let addr = listener.local_addr().expect("an address");
    (listener, addr)
}

pub(crate) fn tokio_listener() -> (tokio::net::TcpListener, SocketAddr) {
    let (listener, addr) = listener();
    listener.set_nonblocking(true).expect("a socket");
    (tokio::net::TcpListener::from_std(listener).expect("a socket"), addr)
}

pub(crate) fn signed(path: &str) -> String {
    format!("{path}?{}", verifier().sign(1_540_176_606, "1854606751"))
}

pub(crate) fn forged(path: &str) -> String {
    signed(path).replace("1854606751", "1854606752")
}

pub(crate) async fn ask(addr: SocketAddr, method: &str, path: &str) -> Reply {
    let mut connection = Connection::open(addr, Protocol::Http1).await;
    connection.send(method, path, "").await.expect("a reply")
}
