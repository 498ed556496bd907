//! The server of a run: a process of its own, so that it can be one of several, and its processor time is its own.
//!
//! It writes where it listens to its output, serves until its input ends, waits for its handlers, and writes its books.

use std::{
    future::Future,
    io::{self, Read as _, Write as _},
    net::SocketAddr,
    thread,
    time::Duration,
};

use actix_web::{App, HttpResponse, HttpServer, web};
use axum::{Extension, Router, http::StatusCode, routing::post};
use bytes::Bytes;
use echostr_ledger::{Delivery, Flights, MemoryLedger};
use echostr_ledger_redis::RedisLedger;
use futures_util::FutureExt as _;
use tokio::{
    net::{TcpListener, TcpSocket},
    runtime,
    sync::oneshot,
    time::sleep,
};
use warp::Filter as _;

use super::{
    Adapter, Failure, Guard, Member,
    app::{Failed, Served},
};

/// As many as Linux lets wait by default, so that a burst is no loss.
const BACKLOG: u32 = 4096;

/// Two, as many handlers as may meet on any machine.
const THREADS: usize = 2;

/// Handlers have ended by then, at any speed.
const DRAINED_WITHIN: Duration = Duration::from_secs(60);

/// Sets what the layers of all adapters can be set to. They have no trait in common.
macro_rules! with_ledger {
    ($layer:expr, $served:expr, $member:expr) => {{
        let (layer, served, setup) = ($layer, $served.clone(), &$member.setup);
        let layer = match setup.guard {
            Guard::Ledger | Guard::LedgerEach => layer.ledger(MemoryLedger::new()),
            Guard::Redis => layer.ledger(redis($member).await?),
            Guard::Nothing | Guard::MarkAtStart | Guard::MarkAtEnd => layer,
        };
        layer
            .timing(setup.timing())
            .patience(setup.patience.into())
            .on_late(move |_, late| served.clone().on_late(late))
    }};
}

/// Serves one run.
///
/// # Errors
///
/// If the server cannot listen, or nobody reads what it tells.
pub fn serve(member: &Member) -> Result<(), Failure> {
    let served = Served::new(*member);
    match member.setup.adapter {
        Adapter::Axum => tokio_runtime()?.block_on(axum(member, served)),
        Adapter::Actix => actix_web::rt::System::new().block_on(actix(member, served)),
        Adapter::Warp => tokio_runtime()?.block_on(warp(member, served)),
    }
}

async fn axum(member: &Member, served: Served) -> Result<(), Failure> {
    let layer = with_ledger!(echostr_axum::EchostrLayer::new(crate::plain()), served, member);
    let (flights, books) = (layer.flights(), served.clone());
    let on_message = async move |delivery: Option<Extension<Delivery>>, body: Bytes| {
        let reply = served.on_message(&body, delivery.map(|Extension(delivery)| delivery)).await;
        reply.map_err(|Failed| StatusCode::INTERNAL_SERVER_ERROR)
    };
    tokio::spawn(books.stalls().clone().watch());
    let app = Router::new().route("/wx", post(on_message).layer(layer));
    let (listener, address) = listener()?;
    until_asked(axum::serve(listener, app).into_future(), address, &flights, &books).await
}

async fn actix(member: &Member, served: Served) -> Result<(), Failure> {
    let wrap = with_ledger!(echostr_actix::Echostr::new(crate::plain()), served, member);
    let (flights, books) = (wrap.flights(), served.clone());
    let app = move || {
        actix_web::rt::spawn(served.stalls().clone().watch());
        let served = served.clone();
        let on_message = move |delivery: Option<web::ReqData<Delivery>>, body: Bytes| {
            let served = served.clone();
            async move {
                let reply = served.on_message(&body, delivery.map(web::ReqData::into_inner)).await;
                match reply {
                    Ok(reply) => HttpResponse::Ok().body(reply),
                    Err(Failed) => HttpResponse::InternalServerError().finish(),
                }
            }
        };
        App::new().service(web::resource("/wx").wrap(wrap.clone()).route(web::post().to(on_message)))
    };
    let server =
        HttpServer::new(app).workers(THREADS).backlog(BACKLOG).disable_signals().bind("127.0.0.1:0")?;
    let address = *server.addrs().first().ok_or("no address")?;
    let server = server.run();
    let handle = server.handle();
    until_asked(server, address, &flights, &books).await?;
    handle.stop(false).await;
    Ok(())
}

async fn warp(member: &Member, served: Served) -> Result<(), Failure> {
    let settings = with_ledger!(echostr_warp::Echostr::new(crate::plain()), served, member);
    let (flights, books) = (settings.flights(), served.clone());
    let on_message = move |delivery: Option<Delivery>, body: Bytes| {
        let served = served.clone();
        async move {
            match served.on_message(&body, delivery).await {
                Ok(reply) => http::Response::new(reply),
                Err(Failed) => {
                    let mut response = http::Response::new(String::new());
                    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                    response
                }
            }
        }
    };
    let app = echostr_warp::protect(settings, move |callback| {
        let delivery = warp::ext::optional::<Delivery>();
        callback
            .map(drop::<echostr_warp::Callback>)
            .untuple_one()
            .and(warp::post())
            .and(delivery)
            .and(warp::body::bytes())
            .then(on_message.clone())
    });
    tokio::spawn(books.stalls().clone().watch());
    let app = warp::path("wx").and(warp::path::end()).and(app);
    let (listener, address) = listener()?;
    until_asked(warp::serve(app).incoming(listener).run().map(Ok), address, &flights, &books).await
}

/// The ledger that it shares with the others of its run.
async fn redis(member: &Member) -> Result<RedisLedger, Failure> {
    let port = member.redis.ok_or("no port of a Redis")?;
    Ok(RedisLedger::connect(&format!("redis://127.0.0.1:{port}")).await?)
}

/// Serves until the input ends, and tells the books when the handlers have.
async fn until_asked(
    server: impl Future<Output = io::Result<()>>,
    address: SocketAddr,
    flights: &Flights,
    served: &Served,
) -> Result<(), Failure> {
    let books = served.books();
    println!("{address}");
    io::stdout().flush()?;
    let asked = async {
        end_of_input().await;
        while books.running() > 0 {
            sleep(Duration::from_millis(20)).await;
        }
        flights.drain(DRAINED_WITHIN).await
    };
    tokio::select! {
        ended = server => Err(format!("the server ended by itself: {ended:?}").into()),
        is_drained = asked => {
            if !is_drained {
                return Err("handlers did not end".into());
            }
            books.tell(&served.stalls().so_far(), &mut io::BufWriter::new(io::stdout().lock()))?;
            Ok(())
        }
    }
}

async fn end_of_input() {
    let (ended, has_ended) = oneshot::channel();
    thread::spawn(move || {
        let _ = io::stdin().read_to_end(&mut vec![]);
        let _ = ended.send(());
    });
    let _ = has_ended.await;
}

fn listener() -> io::Result<(TcpListener, SocketAddr)> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(([127, 0, 0, 1], 0).into())?;
    let listener = socket.listen(BACKLOG)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

fn tokio_runtime() -> io::Result<runtime::Runtime> {
    runtime::Builder::new_multi_thread().worker_threads(THREADS).enable_all().build()
}
