//! A bot for WeChat in an actix-web app. Start it with `cargo run -p actix-app`.

use std::{net::TcpListener, process::ExitCode};

use actix_web::{App, HttpServer, web};
use echostr_actix::{Echostr, Incoming, Reply, ReplyError};

/// Runs for genuine callbacks only, and on no route that the middleware does not protect.
async fn on_message(incoming: Incoming) -> Result<Reply, ReplyError> {
    example_shared::answer(&incoming)
}

#[actix_web::main]
async fn main() -> ExitCode {
    example_shared::exit(run().await)
}

async fn run() -> Result<(), String> {
    let _guard = example_shared::log()?;
    let verifier = example_shared::verifier()?;

    let wechat = Echostr::new(verifier.clone());
    let app = move || {
        let wechat = web::resource("/wx").wrap(wechat.clone()).route(web::post().to(on_message));
        App::new().service(wechat)
    };

    let addr = example_shared::addr()?;
    let listener = TcpListener::bind(addr).map_err(|error| example_shared::cannot_listen(addr, &error))?;
    let addr = listener.local_addr().map_err(|error| error.to_string())?;
    println!("{}", example_shared::curl_lines(addr, &verifier)?);
    // By itself actix-web would end at once at Ctrl-C, without finishing what it is answering.
    let server = HttpServer::new(app)
        .workers(2)
        .shutdown_signal(example_shared::ctrl_c())
        .shutdown_timeout(5)
        .listen(listener);
    server.map_err(|error| error.to_string())?.run().await.map_err(|error| error.to_string())
}
