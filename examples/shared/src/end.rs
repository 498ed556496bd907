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

/// Waits until the server is to stop, and for the handlers that run detached from their connections: WeChat believes their messages
/// delivered.
pub async fn stop(flights: Flights) {
    stop_signal().await;
    if !flights.drain(DRAIN).await {
        tracing::warn!("handlers have been dropped after {} seconds", DRAIN.as_secs());
    }
}

/// What is under way after that may finish, but not for ever.
pub async fn too_long(flights: Flights) {
    stop_signal().await;
    flights.drain(DRAIN).await;
    time::sleep(Duration::from_secs(5)).await;
}

const DRAIN: Duration = Duration::from_secs(20);

/// Ctrl-C, or what ends services and containers.
async fn stop_signal() {
    tokio::select! {
        () = ctrl_c() => {}
        () = sigterm() => {}
    }
}

async fn ctrl_c() {
    if let Err(error) = signal::ctrl_c().await {
        tracing::warn!(%error, "Ctrl-C cannot be watched for");
    }
}

#[cfg(unix)]
async fn sigterm() {
    match signal::unix::signal(signal::unix::SignalKind::terminate()) {
        Ok(mut sigterm) => drop(sigterm.recv().await),
        Err(error) => {
            tracing::warn!(%error, "SIGTERM cannot be watched for");
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(not(unix))]
async fn sigterm() {
    std::future::pending::<()>().await;
}
