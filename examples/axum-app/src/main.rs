//! An axum app that receives WeChat callbacks. Start it with `cargo run -p axum-app`.

use std::{env, fs::File, io, process::ExitCode, time::Duration};

use axum::{Extension, Router, routing::post};
use echostr_tower::{Callback, EchostrLayer};
use tokio::{net::TcpListener, signal, time};
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt,
    prelude::*,
};

/// Runs for genuine callbacks only. Since it asks for `Callback`, it cannot run on a route that the layer does not
/// protect.
async fn on_message(Extension(callback): Extension<Callback>, body: String) -> String {
    tracing::info!(openid = callback.openid(), bytes = body.len(), "message");
    // `success` tells WeChat that nothing follows. In encrypted mode a reply, so that one can see it being encrypted.
    let reply = if callback.is_encrypted() { example_shared::text_reply(&body) } else { None };
    reply.unwrap_or_else(|| "success".to_owned())
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), String> {
    let _guard = log()?;
    let verifier = example_shared::verifier()?;

    let wechat = EchostrLayer::new(verifier.clone());
    let app = Router::new().route("/wx", post(on_message)).layer(wechat);

    let addr = example_shared::addr()?;
    let listener =
        TcpListener::bind(addr).await.map_err(|error| example_shared::cannot_listen(addr, &error))?;
    let addr = listener.local_addr().map_err(|error| error.to_string())?;
    println!("{}", example_shared::curl_lines(addr, &verifier)?);
    let server = axum::serve(listener, app).with_graceful_shutdown(ctrl_c());
    tokio::select! {
        served = server => served.map_err(|error| error.to_string()),
        () = patience() => Ok(()),
    }
}

async fn ctrl_c() {
    if let Err(error) = signal::ctrl_c().await {
        tracing::warn!(%error, "Ctrl-C cannot be watched for");
    }
}

/// What is under way after Ctrl-C may finish, but not for ever.
async fn patience() {
    ctrl_c().await;
    time::sleep(Duration::from_secs(5)).await;
}

/// Shows events on the terminal; writes what WeChat sends to the file `WECHAT_LOG`, if set, one line a request.
fn log() -> Result<Option<WorkerGuard>, String> {
    // Below `INFO` for echostr, so that requests without any of WeChat's parameters are seen too.
    let levels = Targets::new().with_default(LevelFilter::INFO).with_target("echostr", LevelFilter::DEBUG);
    let terminal = fmt::layer().with_writer(io::stderr).with_filter(levels);
    let Ok(path) = env::var("WECHAT_LOG") else {
        tracing_subscriber::registry().with(terminal).init();
        return Ok(None);
    };
    let file = File::options().create(true).append(true).open(&path);
    let file = file.map_err(|error| format!("cannot write to WECHAT_LOG={path}: {error}"))?;
    let (file, guard) = tracing_appender::non_blocking(file);
    let wechat = Targets::new().with_target("echostr::callback", LevelFilter::INFO);
    let file = fmt::layer().with_ansi(false).with_writer(file).with_filter(wechat);
    tracing_subscriber::registry().with(terminal).with(file).init();
    // Lines are written in the background; the guard writes the last ones when it is dropped.
    Ok(Some(guard))
}
