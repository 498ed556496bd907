//! A bot for WeChat in a warp app. Start it with `cargo run -p warp-app`.

use std::process::ExitCode;

use echostr_warp::{Delivery, Echostr, Incoming, Reply, protect};
use tokio::net::TcpListener;
use warp::{Filter as _, http::StatusCode};

/// Runs for genuine callbacks only, and can stand in no route that nothing protects.
async fn on_message(incoming: Incoming, delivery: Option<Delivery>) -> Result<Reply, StatusCode> {
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

    let mut wechat = Echostr::new(verifier.clone());
    if let Some(set) = example_shared::deliveries().await? {
        wechat = wechat.ledger(set.ledger).patience(set.patience).deadline(set.deadline);
        wechat = wechat.on_late(example_shared::late);
    }
    let flights = wechat.flights();
    let wechat = protect(wechat, |incoming| incoming.and(warp::ext::optional()).then(on_message));
    let app = warp::path("wx").and(warp::path::end()).and(wechat);

    let addr = example_shared::addr()?;
    let listener =
        TcpListener::bind(addr).await.map_err(|error| example_shared::cannot_listen(addr, &error))?;
    let addr = listener.local_addr().map_err(|error| error.to_string())?;
    println!("{}", example_shared::curl_lines(addr, &verifier)?);
    let stop = example_shared::stop(flights.clone());
    tokio::select! {
        () = warp::serve(app).incoming(listener).graceful(stop).run() => {}
        () = example_shared::too_long(flights) => {}
    }
    Ok(())
}
