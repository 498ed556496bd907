//! A bot for WeChat in an actix-web app. Start it with `cargo run -p actix-app`.

use std::{net::TcpListener, process::ExitCode};

use actix_web::{App, Error, HttpServer, error::ErrorInternalServerError, web};
use echostr_actix::{Delivery, Echostr, Incoming, Reply};

/// Runs for genuine callbacks only, and on no route that the middleware does not protect.
async fn on_message(delivery: Option<web::ReqData<Delivery>>, incoming: Incoming) -> Result<Reply, Error> {
    let delivery = delivery.map(web::ReqData::into_inner);
    let handled = example_shared::handle(&incoming, delivery).await;
    handled.map_err(|_| ErrorInternalServerError("the handler has failed"))
}

#[actix_web::main]
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
    let app = move || {
        let wechat = web::resource("/wx").wrap(wechat.clone()).route(web::post().to(on_message));
        App::new().service(wechat)
    };

    let addr = example_shared::addr()?;
    let listener = TcpListener::bind(addr).map_err(|error| example_shared::cannot_listen(addr, &error))?;
    let addr = listener.local_addr().map_err(|error| error.to_string())?;
    println!("{}", example_shared::curl_lines(addr, &verifier)?);
    // By itself actix-web would end at once, without finishing what it is answering; and its workers take the handlers down with
    // them, so these end first.
    let server = HttpServer::new(app)
        .workers(2)
        .shutdown_signal(example_shared::stop(flights))
        .shutdown_timeout(5)
        .listen(listener);
    server.map_err(|error| error.to_string())?.run().await.map_err(|error| error.to_string())
}
