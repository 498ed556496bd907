//! A connection to Redis, made when one is needed, and by one task for all who wait for it.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use redis::{
    AsyncConnectionConfig, Client, ErrorKind, RedisError, ServerErrorKind, aio::MultiplexedConnection,
};
use tokio::{
    sync::watch,
    time::{Instant, timeout},
};

use crate::ConnectError;

/// After a connection could not be made: the commands that come at once are spared another try.
const PAUSE: Duration = Duration::from_millis(10);

/// The same where that has gone on for [`LONG`], as with a wrong password: nothing is gained by more haste.
const LONG_PAUSE: Duration = Duration::from_millis(50);
const LONG: Duration = Duration::from_secs(2);

/// An open connection.
#[derive(Clone)]
pub(crate) struct Line {
    pub(crate) connection: MultiplexedConnection,
    /// Never used twice.
    pub(crate) number: u64,
    /// Which start of which server it leads to.
    pub(crate) run: Arc<str>,
    /// What the server said of itself.
    pub(crate) server: Arc<Server>,
}

/// What a server says of itself.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) version: Option<String>,
    pub(crate) policy: Option<String>,
}

#[derive(Clone)]
enum State {
    Opening,
    Open(Line),
    Failed(Instant, ConnectError),
}

pub(crate) struct Connector {
    client: Client,
    limit: Duration,
    latest: Mutex<Attempt>,
}

struct Attempt {
    number: u64,
    state: watch::Receiver<State>,
    /// Since when none has succeeded.
    failing: Option<Instant>,
}

impl Attempt {
    fn pause(&self) -> Duration {
        let is_long = self.failing.is_some_and(|since| since.elapsed() >= LONG);
        if is_long { LONG_PAUSE } else { PAUSE }
    }
}

impl Connector {
    pub(crate) fn new(client: Client, limit: Duration) -> Self {
        let at = Instant::now().checked_sub(PAUSE).unwrap_or_else(Instant::now);
        let state = watch::channel(State::Failed(at, ConnectError::Unreachable("not yet asked".into()))).1;
        Self { client, limit, latest: Mutex::new(Attempt { number: 0, state, failing: None }) }
    }

    /// The open connection, or the one that opens next. To be called on the runtime that it is to live on.
    ///
    /// # Errors
    ///
    /// If the attempt failed, or the one before did so just now.
    pub(crate) async fn line(&self) -> Result<Line, ConnectError> {
        let mut state = self.attempt()?;
        let opened = state.wait_for(|state| !matches!(state, State::Opening)).await;
        match opened.as_deref() {
            Ok(State::Open(line)) => Ok(line.clone()),
            Ok(State::Failed(_, error)) => Err(error.clone()),
            Ok(State::Opening) | Err(_) => {
                Err(ConnectError::Unreachable("the connection was given up".into()))
            }
        }
    }

    /// How long to wait after a failure before another connection is asked for.
    pub(crate) fn pause(&self) -> Duration {
        self.latest().pause()
    }

    /// Gives up a connection that does not answer, so that the next command makes another. Who else waits on it still gets what comes.
    pub(crate) fn give_up(&self, number: u64) {
        let mut latest = self.latest();
        if latest.number == number {
            let at = Instant::now().checked_sub(PAUSE).unwrap_or_else(Instant::now);
            latest.state =
                watch::channel(State::Failed(at, ConnectError::Unreachable("no answer in time".into()))).1;
        }
    }

    fn attempt(&self) -> Result<watch::Receiver<State>, ConnectError> {
        let mut latest = self.latest();
        let state = latest.state.borrow().clone();
        let (at, error) = match state {
            State::Failed(at, error) => (at, error),
            State::Opening => return Ok(latest.state.clone()),
            State::Open(_) => {
                latest.failing = None;
                return Ok(latest.state.clone());
            }
        };
        if at.elapsed() < latest.pause() {
            return Err(error);
        }
        let number = latest.number.wrapping_add(1);
        let (sender, receiver) = watch::channel(State::Opening);
        *latest = Attempt { number, state: receiver.clone(), failing: Some(latest.failing.unwrap_or(at)) };
        let (client, limit) = (self.client.clone(), self.limit);
        tokio::spawn(async move {
            let opened = timeout(limit, open(client, number)).await;
            let unanswered = || ConnectError::Unreachable("no answer in time".into());
            sender.send_replace(match opened.unwrap_or_else(|_| Err(unanswered())) {
                Ok(line) => State::Open(line),
                Err(error) => State::Failed(Instant::now(), error),
            });
        });
        Ok(receiver)
    }

    fn latest(&self) -> MutexGuard<'_, Attempt> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector").finish_non_exhaustive()
    }
}

async fn open(client: Client, number: u64) -> Result<Line, ConnectError> {
    // The limits are set around the whole.
    let config = AsyncConnectionConfig::new().set_connection_timeout(None).set_response_timeout(None);
    let mut connection = client
        .get_multiplexed_async_connection_with_config(&config)
        .await
        .map_err(|error| trouble(&error))?;
    let info: Result<String, RedisError> =
        redis::cmd("INFO").arg("server").arg("memory").query_async(&mut connection).await;
    let info = match info {
        Ok(info) => info,
        // Not everybody may ask: then every connection counts as one to a server that has been started anew.
        Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoPerm) => String::new(),
        Err(error) => return Err(trouble(&error)),
    };
    let field = |name: &str| {
        info.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .map(|text| text.trim().to_owned())
    };
    let run = field("run_id").unwrap_or_else(|| format!("connection {number}"));
    let server = Server { version: field("redis_version"), policy: field("maxmemory_policy") };
    Ok(Line { connection, number, run: run.into(), server: Arc::new(server) })
}

/// As an error of ours. No text of it holds the URL.
fn trouble(error: &RedisError) -> ConnectError {
    let reason =
        error.detail().map_or_else(|| error.to_string(), |detail| format!("{}: {detail}", error.category()));
    match error.kind() {
        ErrorKind::InvalidClientConfig => ConnectError::Url,
        ErrorKind::Server(ServerErrorKind::BusyLoading) | ErrorKind::Io => ConnectError::Unreachable(reason),
        _ => ConnectError::Refused(reason),
    }
}
