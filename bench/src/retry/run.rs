//! A run: the servers, the platform, and the books of both.

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
    Failure, Guard, Member, Message, Setup, Tally,
    apart::Server,
    books::Report,
    overflows::overflows,
    platform::{Fate, Platform},
    redis::{Fsync, Redis},
    stall::Stalls,
    trouble::Troublemaker,
};

/// What is sent to which servers.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// New messages a second.
    pub rate: u32,
    /// How many servers there are.
    pub servers: u32,
    /// If Redis is paused, killed and restarted in turn, how much time it has in between.
    pub trouble: Option<Duration>,
}

/// What a run has come to.
#[derive(Debug)]
pub struct Measured {
    /// The servers.
    pub setup: Setup,
    /// What was counted.
    pub tally: Tally,
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.setup.row(&self.tally.troubles(), f)?;
        self.tally.fmt(f)
    }
}

/// Sends all messages to servers of its own, which have a Redis of their own if their ledger is there.
///
/// # Errors
///
/// If there is no server, or one does not tell its books, or Redis does not start.
pub fn measure(setup: Setup, load: Load) -> Result<Measured, Failure> {
    // One that is killed is to lose nothing that it has answered.
    let fsync = if load.trouble.is_some() { Fsync::Always } else { Fsync::EverySecond };
    let redis = (setup.guard == Guard::Redis).then(|| Redis::start(fsync)).transpose()?;
    let port = redis.as_ref().map(Redis::port);
    let members = (0..load.servers).map(|number| Member { setup, number, redis: port });
    let servers = members.map(|member| Server::start(&member)).collect::<Result<Vec<_>, _>>()?;
    let (before, stalls) = (overflows(), Stalls::default());
    let platform = Platform {
        servers: servers.iter().map(|server| server.address).collect(),
        limit: setup.timing().gone,
        connections: AtomicU32::new(0),
    };
    let client = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    client.spawn(stalls.clone().watch());
    let deliver_all = || client.block_on(deliver_all(platform, setup.messages, load.rate));
    let (fates, redis, troubles) = match (redis, load.trouble) {
        (Some(redis), Some(every)) => {
            let troublemaker = Troublemaker::start(redis, every);
            let fates = deliver_all()?;
            let (redis, troubles) = troublemaker.stop()?;
            (fates, Some(redis), troubles)
        }
        (redis, _) => (deliver_all()?, redis, vec![]),
    };
    let overflows = overflows().zip(before).map(|(after, before)| after.saturating_sub(before));
    // All are told before one is waited for.
    let servers: Vec<_> = servers.into_iter().map(Server::end).collect();
    let reports = servers.into_iter().map(Server::finish).collect::<Result<Vec<_>, _>>()?;
    drop(redis);
    let tally = Tally::of(&setup, &fates, &Report::sum(reports), &stalls.so_far(), overflows, troubles);
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
