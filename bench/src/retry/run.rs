//! A run: a server, the platform, and the books of both.

use std::{
    fmt,
    sync::{Arc, atomic::AtomicU32},
    time::Duration,
};

use tokio::{
    runtime,
    task::JoinSet,
    time::{Instant, sleep_until},
};

use super::{
    Failure, Message, Setup, Tally,
    apart::Server,
    books::Report,
    overflows::overflows,
    platform::{Fate, Platform},
    stall::Stalls,
};

/// What a run has come to.
#[derive(Debug)]
pub struct Measured {
    /// The server.
    pub setup: Setup,
    /// What was counted.
    pub tally: Tally,
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.setup, self.tally)
    }
}

/// Sends all messages to a server of its own, so many new ones a second.
///
/// # Errors
///
/// If there is no server, or it does not tell its books.
pub fn measure(setup: Setup, rate: u32) -> Result<Measured, Failure> {
    let server = Server::start(&setup)?;
    let (before, stalls) = (overflows(), Stalls::default());
    let platform =
        Platform { server: server.address, limit: setup.timing().gone, connections: AtomicU32::new(0) };
    let client = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    client.spawn(stalls.clone().watch());
    let fates = client.block_on(deliver_all(platform, setup.messages, rate))?;
    let overflows = overflows().zip(before).map(|(after, before)| after.saturating_sub(before));
    let report: Report = server.finish()?;
    let tally = Tally::of(&setup, &fates, &report, &stalls.so_far(), overflows);
    Ok(Measured { setup, tally })
}

/// In the order of the messages.
async fn deliver_all(platform: Platform, messages: u32, rate: u32) -> Result<Vec<Fate>, Failure> {
    let (platform, start) = (Arc::new(platform), Instant::now());
    let mut tasks = JoinSet::new();
    for number in 0..messages {
        let due = Duration::from_secs_f64(f64::from(number) / f64::from(rate));
        sleep_until(start.checked_add(due).unwrap_or(start)).await;
        let platform = Arc::clone(&platform);
        tasks.spawn(async move { (number, platform.deliver(Message(number)).await) });
    }
    let mut fates = Vec::new();
    while let Some(fate) = tasks.join_next().await {
        fates.push(fate?);
    }
    fates.sort_unstable_by_key(|(number, _)| *number);
    Ok(fates.into_iter().map(|(_, fate)| fate).collect())
}
