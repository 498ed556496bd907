//! What every composition is asked, and what must come of it.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    ServiceExt as _,
    body::{Body, HttpBody},
    extract::Request,
    response::Response,
};
use bytes::Bytes;
use conformance::{Connection, Format, Peer, Protocol, Reply};
use echostr::{EncodingAesKey, ReceiveId, Verifier};
use echostr_tower::EitherBody;
use http_body_util::BodyExt as _;
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::net::TcpListener;
use tower::{BoxError, Service, ServiceBuilder, ServiceExt as _, util::BoxCloneSyncService};

const MESSAGE: &str = "<xml><Content><![CDATA[你好]]></Content></xml>";
const NONCE: &str = "1854606751";

/// Counts the runs of a handler.
#[derive(Clone, Default)]
pub(crate) struct Hits(Arc<AtomicUsize>);

impl Hits {
    /// What the handler answers to a body, and who sent it by the nonce of the callback.
    pub(crate) fn hit(&self, callback: Option<&echostr::Callback>, body: &str) -> String {
        self.0.fetch_add(1, Ordering::SeqCst);
        format!("{} says {body}", callback.map_or("nobody", |callback| callback.nonce()))
    }

    pub(crate) fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// A composition, whatever its types: all that is left of them is that it answers.
pub(crate) type App<T = Body> = BoxCloneSyncService<http::Request<T>, Response, Infallible>;

pub(crate) fn app<S, T, B>(service: S) -> App<T>
where
    S: Service<http::Request<T>, Response = Response<B>, Error = Infallible, Future: Send + 'static>
        + Clone
        + Send
        + Sync
        + 'static,
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let boxed = ServiceBuilder::new().map_response(|response: Response<B>| response.map(Body::new));
    BoxCloneSyncService::new(boxed.service(service))
}

/// The modes an account may be in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mode {
    Plain,
    Encrypted,
}

impl Mode {
    pub(crate) const ALL: [Self; 2] = [Self::Plain, Self::Encrypted];

    pub(crate) fn verifier(self) -> Verifier {
        let peer = peer();
        match self {
            Self::Plain => Verifier::new(peer.token),
            Self::Encrypted => Verifier::encrypted(
                peer.token,
                EncodingAesKey::new(peer.key).expect("a key"),
                ReceiveId::new(peer.receive_id).expect("an id"),
            ),
        }
        .expect("a token")
    }

    /// The query and the body of a genuine message.
    pub(crate) fn genuine(self) -> (String, String) {
        match self {
            Self::Plain => (self.verifier().sign(1_540_176_606, NONCE), MESSAGE.to_owned()),
            Self::Encrypted => peer().request(MESSAGE, Format::Xml),
        }
    }

    /// The same, changed by somebody who has no token.
    pub(crate) fn forged(self) -> (String, String) {
        let (query, body) = self.genuine();
        (query.replace(NONCE, "1854606752"), body)
    }

    fn said(self, reply: &str) -> String {
        match self {
            Self::Plain => reply.to_owned(),
            Self::Encrypted => peer().open_reply(reply, Format::Xml),
        }
    }
}

fn peer() -> Peer {
    Peer {
        token: "a-token-for-tests".to_owned(),
        key: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG".to_owned(),
        receive_id: "wx5823bf96d3bd56c7".to_owned(),
        is_wecom: false,
    }
}

/// How requests get to a composition.
pub(crate) enum Way<T> {
    Oneshot(App<T>),
    Socket(Box<Connection>),
}

impl<T: From<Bytes>> Way<T> {
    pub(crate) async fn send(&mut self, method: &str, target: &str, body: &str) -> Reply {
        match self {
            Self::Oneshot(app) => oneshot(app.clone(), method, target, body).await,
            Self::Socket(connection) => connection.send(method, target, body).await.expect("a reply"),
        }
    }
}

async fn oneshot<T: From<Bytes>>(app: App<T>, method: &str, target: &str, body: &str) -> Reply {
    let body = T::from(Bytes::from(body.to_owned()));
    let request = Request::builder().method(method).uri(target).body(body);
    let response = app.oneshot(request.expect("a request")).await.expect("infallible");
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    let body = String::from_utf8(body.to_vec()).expect("bodies are text here");
    Reply { status: parts.status, headers: parts.headers, body }
}

/// Serves a composition; the task ends with the test's runtime.
pub(crate) async fn serve<S>(service: S) -> SocketAddr
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send> + Clone + Send + 'static,
{
    let (listener, addr) = listen().await;
    tokio::spawn(async move { axum::serve(listener, service.into_make_service()).await });
    addr
}

/// The same with nothing of axum between hyper and the service.
pub(crate) async fn serve_by_hyper(service: App<EitherBody<Incoming>>) -> SocketAddr {
    let (listener, addr) = listen().await;
    let service = ServiceBuilder::new()
        .map_request(|request: http::Request<Incoming>| request.map(EitherBody::inner))
        .service(service);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            let service = TowerToHyperService::new(service.clone());
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::spawn(connection);
        }
    });
    addr
}

async fn listen() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("an address");
    (listener, addr)
}

/// Asks a composition, which is served at `addr` too, by both ways.
pub(crate) async fn check<T: From<Bytes>>(
    name: &str,
    path: &str,
    mode: Mode,
    (app, addr): (App<T>, SocketAddr),
    hits: &Hits,
) {
    check_by(Way::Oneshot(app), &format!("{name}, {mode:?}, oneshot"), path, mode, hits).await;
    check_by(socket(addr).await, &format!("{name}, {mode:?}, socket"), path, mode, hits).await;
}

/// The way over a connection of its own.
pub(crate) async fn socket(addr: SocketAddr) -> Way<Body> {
    Way::Socket(Box::new(Connection::open(addr, Protocol::Http1).await))
}

/// Asks by one way.
pub(crate) async fn check_by<T: From<Bytes>>(
    mut way: Way<T>,
    context: &str,
    path: &str,
    mode: Mode,
    hits: &Hits,
) {
    let before = hits.count();
    let handshake = format!("{path}?{}&echostr=4711", mode.verifier().sign(1_540_176_606, NONCE));
    let reply = way.send("GET", &handshake, "").await;
    assert_eq!((reply.status.as_u16(), reply.body.as_str()), (200, "4711"), "{context}");
    assert_eq!(reply.header("content-length"), "4", "{context}");
    assert!(!reply.headers.contains_key("transfer-encoding"), "{context}: chunked");

    let (query, body) = mode.forged();
    for method in ["POST", "GET", "PUT"] {
        let reply = way.send(method, &format!("{path}?{query}"), &body).await;
        assert_eq!((reply.status.as_u16(), reply.body.as_str()), (403, "forbidden"), "{context}, {method}");
    }
    let reply = way.send("GET", &handshake.replace(NONCE, "1"), "").await;
    assert_eq!(reply.status, 403, "{context}");
    assert_eq!(hits.count(), before, "{context}: the handler ran");

    let (query, body) = mode.genuine();
    let reply = way.send("POST", &format!("{path}?{query}"), &body).await;
    assert_eq!(reply.status, 200, "{context}: {}", reply.body);
    assert_eq!(mode.said(&reply.body), format!("{NONCE} says {MESSAGE}"), "{context}");
    assert_eq!(hits.count(), before.saturating_add(1), "{context}");
}

/// The same composition without the layer: what is forged reaches the handler.
pub(crate) async fn control<T: From<Bytes>>(name: &str, path: &str, app: App<T>, hits: &Hits) {
    for mode in Mode::ALL {
        let before = hits.count();
        let (query, body) = mode.forged();
        let reply = oneshot(app.clone(), "POST", &format!("{path}?{query}"), &body).await;
        assert_eq!(reply.status, 200, "{name}");
        assert_eq!(reply.body, format!("nobody says {body}"), "{name}");
        assert_eq!(hits.count(), before.saturating_add(1), "{name}");
    }
}
