//! A client that holds on to one connection, so that a test can tell whether it is still usable.

use std::{net::SocketAddr, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// What the client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// HTTP/1.1.
    Http1,
    /// HTTP/2 from the first byte on, without TLS ("prior knowledge").
    Http2,
}

/// One TCP connection to a server.
#[derive(Debug)]
pub enum Connection {
    /// An HTTP/1.1 connection.
    Http1(http1::SendRequest<Full<Bytes>>),
    /// An HTTP/2 connection.
    Http2(http2::SendRequest<Full<Bytes>>),
}

/// A whole response.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// All headers.
    pub headers: HeaderMap,
    /// The body, as text.
    pub body: String,
}

impl Reply {
    /// A header's value; `""` if there is none.
    ///
    /// # Panics
    ///
    /// If it is not ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("headers are ASCII"))
    }
}

impl Connection {
    /// Opens a connection.
    ///
    /// # Panics
    ///
    /// If the server does not take it.
    pub async fn open(addr: SocketAddr, protocol: Protocol) -> Self {
        let stream = TcpStream::connect(addr).await.expect("the server listens");
        // Head and body may be two writes; without this the second waits 40 ms for the first one's receipt.
        stream.set_nodelay(true).expect("a socket");
        let stream = TokioIo::new(stream);
        match protocol {
            Protocol::Http1 => {
                let (sender, connection) = http1::handshake(stream).await.expect("HTTP/1.1");
                tokio::spawn(connection);
                Self::Http1(sender)
            }
            Protocol::Http2 => {
                let (sender, connection) =
                    http2::handshake(TokioExecutor::new(), stream).await.expect("HTTP/2");
                tokio::spawn(connection);
                Self::Http2(sender)
            }
        }
    }

    /// Sends a request over this very connection.
    ///
    /// # Errors
    ///
    /// If the server has closed it.
    ///
    /// # Panics
    ///
    /// If the path is not one.
    pub async fn send(&mut self, method: &str, path: &str, body: impl AsRef<[u8]>) -> hyper::Result<Reply> {
        let uri = match self {
            Self::Http1(_) => path.to_owned(),
            Self::Http2(_) => format!("http://localhost{path}"),
        };
        let body = Full::new(Bytes::copy_from_slice(body.as_ref()));
        let request = Request::builder()
            .method(method)
            .uri(uri)
            .header("user-agent", "Mozilla/4.0")
            .header("accept", "*/*")
            .header("content-type", "text/xml");
        let response = match self {
            Self::Http1(sender) => {
                sender.ready().await?;
                let request = request.header("host", "localhost").body(body).expect("a request");
                sender.send_request(request).await?
            }
            Self::Http2(sender) => {
                sender.ready().await?;
                sender.send_request(request.body(body).expect("a request")).await?
            }
        };
        let (parts, body) = response.into_parts();
        let body = body.collect().await?.to_bytes();
        let body = String::from_utf8(body.to_vec()).expect("bodies are text here");
        Ok(Reply { status: parts.status, headers: parts.headers, body })
    }
}

/// Sends bytes as they are and reads until the server closes the connection. `None` if it does not.
///
/// # Panics
///
/// If there is no server.
pub async fn raw(addr: SocketAddr, request: &[u8]) -> Option<String> {
    let mut stream = TcpStream::connect(addr).await.expect("the server listens");
    // Fails where the server has answered and closed before the end, as it should.
    drop(stream.write_all(request).await);
    let mut reply = vec![];
    // A reset behind the answer ends the reading too.
    let read = timeout(Duration::from_secs(20), async {
        let mut piece = [0; 1024];
        while let Ok(length @ 1..) = stream.read(&mut piece).await {
            reply.extend(piece.iter().take(length));
        }
    });
    read.await.ok()?;
    Some(String::from_utf8_lossy(&reply).into_owned())
}
