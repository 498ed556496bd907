//! What a store is set to.

use std::{fmt, sync::Arc};

use echostr_ledger::TARGET;
use redis::Client;

use crate::{
    ConnectError,
    connection::{Connector, Server},
    fallback::Fallback,
    keeper::Thread,
    ledger::RedisLedger,
    link::{Link, Trouble},
    names::Names,
    steps::Steps,
    store::{Store, random},
    times::Times,
    watches::Watches,
};

/// What becomes of a delivery whose server has died while it handled it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnCrash {
    /// Another server handles it again, as the next attempt: at least once.
    #[default]
    Again,
    /// Nobody handles it again, and its sends are answered with `success`: at most once.
    Never,
}

/// What becomes of a request while Redis cannot be reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhenUnavailable {
    /// It waits for Redis up to 6 seconds and is then answered with 503: the platform sends again, so that an outage of about 14 seconds
    /// loses nothing.
    #[default]
    Refuse,
    /// It is handled, with a ledger in the memory of its server: an outage loses nothing, and a message whose sends reach several servers
    /// is handled by each of them.
    Handle,
}

/// The settings of a [`RedisLedger`].
///
/// ```no_run
/// # async fn connect() -> Result<(), echostr_ledger_redis::ConnectError> {
/// use echostr_ledger_redis::{OnCrash, RedisSettings};
///
/// let ledger = RedisSettings::new().prefix("shop").on_crash(OnCrash::Never).connect("redis://127.0.0.1").await?;
/// # drop(ledger);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "nothing happens before `connect`"]
pub struct RedisSettings {
    prefix: String,
    on_crash: OnCrash,
    when_unavailable: WhenUnavailable,
    times: Times,
}

impl Default for RedisSettings {
    fn default() -> Self {
        Self::new()
    }
}

impl RedisSettings {
    /// The prefix `default`, at least once, 503 without Redis.
    pub fn new() -> Self {
        Self {
            prefix: "default".to_owned(),
            on_crash: OnCrash::default(),
            when_unavailable: WhenUnavailable::default(),
            times: Times::default(),
        }
    }

    /// Tells apart the apps that share a Redis; all servers of one app have the same. 1 to 64 bytes of letters, digits and `-_.{}`.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// What becomes of a delivery whose server has died.
    pub const fn on_crash(mut self, on_crash: OnCrash) -> Self {
        self.on_crash = on_crash;
        self
    }

    /// What becomes of a request while Redis cannot be reached.
    pub const fn when_unavailable(mut self, when_unavailable: WhenUnavailable) -> Self {
        self.when_unavailable = when_unavailable;
        self
    }

    /// Connects, and starts the thread of the store.
    ///
    /// # Errors
    ///
    /// If the settings or the URL cannot be right, Redis does not answer, refuses, or is older than 7.0.
    pub async fn connect(self, url: &str) -> Result<RedisLedger, ConnectError> {
        let names = Names::new(&self.prefix)?;
        let client = Client::open(url).map_err(|_| ConnectError::Url)?;
        let mut thread = Thread::start()?;
        let connector = Connector::new(client, self.times.connect);
        let link = Link::new(connector, self.times.command);
        let takes_over = self.on_crash == OnCrash::Again;
        let store = Arc::new(Store::new(link, names, self.times, takes_over, thread.handle.clone()));
        let opened = thread.handle.spawn(open(Arc::clone(&store))).await;
        let server = opened.map_err(|_| ConnectError::Process("it has ended".to_owned()))??;
        warn_of_eviction(&server);
        thread.keep(&store);
        let steps = Steps { store, watches: Arc::new(Watches::default()) };
        let handles = self.when_unavailable == WhenUnavailable::Handle;
        Ok(RedisLedger::new(steps, handles.then(Fallback::default), thread))
    }
}

async fn open(store: Arc<Store>) -> Result<Arc<Server>, ConnectError> {
    let line = store.link.connector().line().await?;
    check_version(&line.server)?;
    let own = random().map_err(|error| ConnectError::Process(error.to_string()))?;
    match store.open(&own).await {
        Ok(()) => Ok(line.server),
        Err(Trouble::Down | Trouble::Overdue) => {
            Err(ConnectError::Refused("a script was not run".to_owned()))
        }
        Err(Trouble::Full | Trouble::Emptied) => Err(ConnectError::Refused("its memory is full".to_owned())),
    }
}

fn check_version(server: &Server) -> Result<(), ConnectError> {
    let major = |version: &str| version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    if let Some(version) = &server.version
        && major(version).is_some_and(|major| major < 7)
    {
        return Err(ConnectError::TooOld(version.clone()));
    }
    Ok(())
}

fn warn_of_eviction(server: &Server) {
    if let Some(policy) = &server.policy
        && policy != "noeviction"
    {
        tracing::warn!(
            target: TARGET,
            policy,
            "Redis may evict records of live messages, which are then handled twice: set maxmemory-policy noeviction"
        );
    }
}

impl fmt::Debug for RedisSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisSettings")
            .field("prefix", &self.prefix)
            .field("on_crash", &self.on_crash)
            .field("when_unavailable", &self.when_unavailable)
            .finish_non_exhaustive()
    }
}
