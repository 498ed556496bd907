//! How the examples end.

use std::{process::ExitCode, time::Duration};

use echostr_ledger::Flights;
use tokio::{signal, time};

/// What `main` returns: an error is shown as the line that it is.
#[must_use]
pub fn exit(result: Result<(), String>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Waits for Ctrl-C.
pub async fn ctrl_c() {
    if let Err(error) = signal::ctrl_c().await {
        tracing::warn!(%error, "Ctrl-C cannot be watched for");
    }
}

/// Lets the handlers end that run detached from their connections: WeChat believes their messages delivered.
pub async fn drain(flights: Flights) {
    if !flights.drain(Duration::from_secs(20)).await {
        tracing::warn!("handlers have been dropped after 20 seconds");
    }
}

/// What is under way after Ctrl-C may finish, but not for ever.
pub async fn patience() {
    ctrl_c().await;
    time::sleep(Duration::from_secs(5)).await;
}
