//! The platform: sends, waits, hangs up and sends again.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::Duration,
};

use bytes::Bytes;
use futures_util::future::join;
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpSocket, TcpStream},
    time::{Instant, sleep_until, timeout_at},
};

use super::{
    Failure, Message,
    scenario::SENDS,
    stall::{Stall, now},
};

/// A platform with some servers to send to.
pub(super) struct Platform {
    pub(super) servers: Vec<SocketAddr>,
    /// How long it waits for an answer.
    pub(super) limit: Duration,
    /// Connections so far.
    pub(super) connections: AtomicU32,
}

/// What the platform saw of a message.
#[derive(Debug)]
pub(super) struct Fate {
    /// From the first send to the last answer.
    pub(super) life: Stall,
    /// In the order of the sends.
    pub(super) sends: Vec<Sent>,
    /// How long the slowest answer of 200 took.
    pub(super) slowest: Duration,
}

/// What became of a send.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// 200, with this body. `reached` is whether it reached the platform.
    Answered { body: Bytes, reached: bool },
    /// Another status.
    Wrong(StatusCode),
    /// No answer in time.
    HungUp,
    /// No connection, or one that broke: a fault of the machine or of the server's process, and no answer.
    Broken,
}

impl Platform {
    /// Sends it until an answer comes, three times at most.
    pub(super) async fn deliver(&self, message: Message) -> Fate {
        let (query, body) = (message.query(), Bytes::from(message.body()));
        let start = now();
        let mut fate =
            Fate { life: Stall { from: start, to: start }, sends: vec![], slowest: Duration::ZERO };
        for number in 0..SENDS {
            let is_last = number.saturating_add(1) == SENDS;
            let begun = Instant::now();
            let until = begun.checked_add(self.limit).unwrap_or(begun);
            let reached = is_last || !message.loses_answers();
            let sent = match timeout_at(
                until,
                self.send(message.server(number, &self.servers), &query, body.clone()),
            )
            .await
            {
                Err(_) => Sent::HungUp,
                Ok(Err(_)) => Sent::Broken,
                Ok(Ok((StatusCode::OK, body))) => {
                    fate.slowest = fate.slowest.max(begun.elapsed());
                    Sent::Answered { body, reached }
                }
                Ok(Ok((status, _))) => Sent::Wrong(status),
            };
            let is_answered = matches!(sent, Sent::Answered { .. });
            fate.sends.push(sent);
            if is_answered && reached {
                break;
            }
            if is_answered {
                sleep_until(until).await;
            }
        }
        fate.life.to = now();
        fate
    }

    /// One send, on a connection of its own; dropping the future hangs up.
    async fn send(
        &self,
        server: Option<&SocketAddr>,
        query: &str,
        body: Bytes,
    ) -> Result<(StatusCode, Bytes), Failure> {
        let server = *server.ok_or("no server")?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(self.connect(server).await?)).await?;
        let request = Request::post(format!("/wx?{query}"))
            .header(header::HOST, server.to_string())
            .header(header::USER_AGENT, "Mozilla/4.0")
            .header(header::ACCEPT, "*/*")
            .header(header::PRAGMA, "no-cache")
            .header(header::CONTENT_TYPE, "text/xml")
            .body(Full::new(body))?;
        let exchange = async move {
            let response = sender.send_request(request).await?;
            let status = response.status();
            Ok((status, response.into_body().collect().await?.to_bytes()))
        };
        // The connection ends when the exchange drops its sender.
        join(exchange, connection).await.0
    }

    async fn connect(&self, server: SocketAddr) -> io::Result<TcpStream> {
        let socket = TcpSocket::new_v4()?;
        if cfg!(target_os = "linux") {
            // From many addresses of this machine: a closed connection occupies its port for a minute, and one address has 28,000 of them.
            let [.., third, fourth] = self.connections.fetch_add(1, Relaxed).to_be_bytes();
            let from = Ipv4Addr::new(127, 1, third % 16, fourth.max(1));
            socket.bind((from, 0).into())?;
        }
        socket.connect(server).await
    }
}
