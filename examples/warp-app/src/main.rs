//! A warp app that receives WeChat callbacks. Start it with `cargo run -p warp-app`.

use std::process::ExitCode;

use bytes::Bytes;
use echostr_warp::{Callback, protect};
use tokio::net::TcpListener;
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
    example_shared::exit(run().await)
}

async fn run() -> Result<(), String> {
    let _guard = example_shared::log()?;
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
        () = warp::serve(app).incoming(listener).graceful(example_shared::ctrl_c()).run() => {}
        () = example_shared::patience() => {}
    }
    Ok(())
}
