//! A salvo app that receives WeChat callbacks, as a server on a free port.

#![expect(clippy::expect_used, reason = "nothing depends on this crate but its test, which must fail then")]

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use echostr_tower::{Callback, EchostrLayer};
use salvo::{
    Depot, FlowCtrl, Handler, Request, Response, Router, Server, async_trait, conn::tcp::TcpAcceptor,
    http::ReqBody, prelude::TowerLayerCompat as _,
};
use tokio::net::TcpListener;

/// Counts its runs, and answers with the nonce of the callback and the body.
#[derive(Clone, Default)]
struct OnMessage(Arc<AtomicUsize>);

#[async_trait]
impl Handler for OnMessage {
    async fn handle(&self, request: &mut Request, _: &mut Depot, response: &mut Response, _: &mut FlowCtrl) {
        self.0.fetch_add(1, Ordering::SeqCst);
        let nonce = request.extensions().get::<Callback>().map_or("nobody", Callback::nonce).to_owned();
        let body = request.payload().await.map(|body| String::from_utf8_lossy(body).into_owned());
        response.render(format!("{nonce} says {}", body.unwrap_or_default()));
    }
}

/// Starts the server; without a layer it is the control. Where it listens, and how often its handler has run.
///
/// # Panics
///
/// If there is no free port.
pub async fn start(wechat: Option<EchostrLayer>) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let addr = listener.local_addr().expect("an address");
    let handler = OnMessage::default();
    let hits = Arc::clone(&handler.0);
    let route = Router::with_path("wx");
    let route = match wechat {
        Some(wechat) => route.hoop(wechat.compat::<ReqBody>()),
        None => route,
    };
    // Not `post`: salvo asks the hoops of a route only for the methods that the route has, and the handshake is a GET.
    let route = route.goal(handler);
    let acceptor = TcpAcceptor::try_from(listener).expect("a listener");
    tokio::spawn(Server::new(acceptor).serve(Router::new().push(route)));
    (addr, hits)
}
