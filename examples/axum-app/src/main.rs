//! A bot for WeChat in an axum app. Start it with `cargo run -p axum-app`.

use std::process::ExitCode;

use axum::{Extension, Router, http::StatusCode, routing::post};
use echostr_axum::{Delivery, EchostrLayer, Incoming, Reply};
use tokio::net::TcpListener;

/// Runs for genuine callbacks only, and on no route that the layer does not protect.
async fn on_message(delivery: Option<Extension<Delivery>>, incoming: Incoming) -> Result<Reply, StatusCode> {
    let delivery = delivery.map(|Extension(delivery)| delivery);
    let handled = example_shared::handle(&incoming, delivery).await;
    handled.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

#[tokio::main]
async fn main() -> ExitCode {
    example_shared::exit(run().await)
}

async fn run() -> Result<(), String> {
    let _guard = example_shared::log()?;
    let verifier = example_shared::verifier()?;

    let mut wechat = EchostrLayer::new(verifier.clone());
    if let Some(set) = example_shared::deliveries().await? {
        wechat = wechat.ledger(set.ledger).patience(set.patience).deadline(set.deadline);
        wechat = wechat.on_late(example_shared::late);
    }
    let flights = wechat.flights();
    // On the route alone: layered on the router it would answer the handshake on every path.
    let app = Router::new().route("/wx", post(on_message).layer(wechat));

    let addr = example_shared::addr()?;
    let listener =
        TcpListener::bind(addr).await.map_err(|error| example_shared::cannot_listen(addr, &error))?;
    let addr = listener.local_addr().map_err(|error| error.to_string())?;
    println!("{}", example_shared::curl_lines(addr, &verifier)?);
    let stop = example_shared::stop(flights.clone());
    let server = axum::serve(listener, app).with_graceful_shutdown(stop);
    tokio::select! {
        served = server => served.map_err(|error| error.to_string()),
        () = example_shared::too_long(flights) => Ok(()),
    }
}
