//! A warp app that receives WeChat callbacks. Start it with `cargo run -p warp-app`.

use std::{env, fs::File, io, process::ExitCode, time::Duration};

use bytes::Bytes;
use echostr_warp::{Callback, protect};
use tokio::{net::TcpListener, signal, time};
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt,
    prelude::*,
};
use warp::Filter as _;

/// Runs for genuine callbacks only. Since it asks for `Callback`, it cannot stand in a route that nothing protects.
async fn on_message(callback: Callback, body: Bytes) -> String {
    tracing::info!(openid = callback.openid(), bytes = body.len(), "message");
    // `success` tells WeChat that nothing follows. In encrypted mode a reply, so that one can see it being encrypted.
    let reply = if callback.is_encrypted() {
        example_shared::text_reply(&String::from_utf8_lossy(&body))
    } else {
        None
    };
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

    // warp reads bodies of any size unless told otherwise; WeChat's have a few KiB.
    let body = warp::body::content_length_limit(64 * 1024).and(warp::body::bytes());
    let wechat = protect(verifier.clone(), |callback| callback.and(body).then(on_message));
    let app = warp::path("wx").and(warp::path::end()).and(wechat);

    let addr = example_shared::addr()?;
    let listener =
        TcpListener::bind(addr).await.map_err(|error| example_shared::cannot_listen(addr, &error))?;
    let addr = listener.local_addr().map_err(|error| error.to_string())?;
    println!("{}", example_shared::curl_lines(addr, &verifier)?);
    tokio::select! {
        () = warp::serve(app).incoming(listener).graceful(ctrl_c()).run() => {}
        () = patience() => {}
    }
    Ok(())
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
