//! One command at Redis within its time, whatever is in the way.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use echostr_ledger::TARGET;
use redis::{Cmd, ErrorKind, RedisError, ServerErrorKind, Value};
use tokio::time::{Instant, sleep, timeout_at};

use crate::{
    ConnectError,
    answer::Answer,
    args::Args,
    clock::Clock,
    connection::{Connector, Line},
    scripts::Script,
};

/// Before another try within the time of a command.
const PAUSE: Duration = Duration::from_millis(10);

/// How often it is told that Redis cannot be used: where only some commands fail, as on one broken record, that would be with each of them.
const QUIET: Duration = Duration::from_secs(10);

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// None in time.
    Down,
    /// Redis has no room for more.
    Full,
    /// Redis has been started anew, or emptied.
    Emptied,
    /// It was asked too late for what it was to do.
    Overdue,
}

/// The time of a command.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Within {
    /// When it is given up.
    give_up: Instant,
    /// Until when it may act: not longer.
    until: Instant,
}

impl Within {
    /// The same, for what is of no use after that moment.
    pub(crate) fn and_until(self, moment: Instant) -> Self {
        Self { until: self.until.min(moment), ..self }
    }

    pub(crate) const fn give_up(self) -> Instant {
        self.give_up
    }
}

/// How far a command has come.
#[derive(Default)]
struct Tried {
    /// The connection that it was sent over last.
    line: Option<u64>,
    /// Why there has been no other since.
    failure: Option<ConnectError>,
}

pub(crate) struct Link {
    connector: Connector,
    clock: Clock,
    limit: Duration,
    is_down: AtomicBool,
    /// When that was told last.
    told: Mutex<Option<Instant>>,
    /// Of the server whose records are known.
    run: Mutex<Option<Arc<str>>>,
}

impl Link {
    pub(crate) fn new(connector: Connector, limit: Duration) -> Self {
        Self {
            connector,
            clock: Clock::new(),
            limit,
            is_down: AtomicBool::new(false),
            told: Mutex::new(None),
            run: Mutex::new(None),
        }
    }

    pub(crate) const fn connector(&self) -> &Connector {
        &self.connector
    }

    /// The time of a command that begins now.
    pub(crate) fn within(&self) -> Within {
        let give_up = Instant::now().checked_add(self.limit).unwrap_or_else(Instant::now);
        Within { give_up, until: give_up }
    }

    /// From now on the records of this start of Redis are the known ones.
    pub(crate) fn accept(&self, run: &Arc<str>) {
        *self.run.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(run));
    }

    fn is_accepted(&self, run: &Arc<str>) -> bool {
        self.run.lock().unwrap_or_else(PoisonError::into_inner).as_ref() == Some(run)
    }

    /// Runs a script. It acts within the time of the command, or not at all: it carries that moment, as the clock of Redis will
    /// show it. A repeat within that time does no harm, since every script gives the same answer to the same request.
    ///
    /// `is_known` says that the records must be those that are known.
    ///
    /// # Errors
    ///
    /// See [`Trouble`].
    pub(crate) async fn run(
        &self,
        script: &Script,
        keys: &[String],
        args: &Args,
        is_known: bool,
        within: Within,
    ) -> Result<Answer, Trouble> {
        let mut tried = Tried::default();
        let result =
            timeout_at(within.give_up, self.attempts(script, keys, args, is_known, within, &mut tried)).await;
        match &result {
            Ok(Ok(_) | Err(Trouble::Full | Trouble::Emptied | Trouble::Overdue)) => self.is_up(),
            Ok(Err(Trouble::Down)) => self.is_not_up("it refuses or does not answer"),
            Err(_) => {
                if let Some(number) = tried.line {
                    self.connector.give_up(number);
                }
                match tried.failure {
                    Some(failure) => self.is_not_up(&failure.to_string()),
                    None => self.is_not_up("no answer in time"),
                }
            }
        }
        result.unwrap_or(Err(Trouble::Down))
    }

    async fn attempts(
        &self,
        script: &Script,
        keys: &[String],
        args: &Args,
        is_known: bool,
        within: Within,
        tried: &mut Tried,
    ) -> Result<Answer, Trouble> {
        loop {
            let line = match self.connector.line().await {
                Ok(line) => line,
                Err(failure) => {
                    tried.failure = Some(failure);
                    sleep(self.connector.pause()).await;
                    continue;
                }
            };
            *tried = Tried { line: Some(line.number), failure: None };
            if is_known && !self.is_accepted(&line.run) {
                return Err(Trouble::Emptied);
            }
            match self.attempt(&line, script, keys, args, within).await {
                Ok(answer) => {
                    self.clock.learn(answer.clock, Instant::now());
                    match answer.word.as_str() {
                        "overdue" if Instant::now() >= within.until => return Err(Trouble::Overdue),
                        // Its clock has been set, or it has only now been learned.
                        "overdue" => {}
                        "emptied" => return Err(Trouble::Emptied),
                        _ => return Ok(answer),
                    }
                }
                Err(error) if error.code() == Some("OOM") => return Err(Trouble::Full),
                Err(error) if is_broken(&error) => {
                    self.connector.give_up(line.number);
                    sleep(PAUSE).await;
                }
                Err(error) => {
                    if error.kind() != ErrorKind::Server(ServerErrorKind::BusyLoading) {
                        self.is_not_up(error.detail().unwrap_or_else(|| error.category()));
                    }
                    return Err(Trouble::Down);
                }
            }
        }
    }

    async fn attempt(
        &self,
        line: &Line,
        script: &Script,
        keys: &[String],
        args: &Args,
        within: Within,
    ) -> Result<Answer, RedisError> {
        let until = self.clock.at(within.until).to_string().into_bytes();
        let run = async |command: Cmd| command.query_async::<Value>(&mut line.connection.clone()).await;
        let value = match run(script.short(keys, &until, args.as_slice())).await {
            Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                run(script.whole(keys, &until, args.as_slice())).await?
            }
            result => result?,
        };
        Answer::new(value)
            .ok_or_else(|| (ErrorKind::UnexpectedReturnType, "an answer of no script of ours").into())
    }

    fn is_up(&self) {
        if self.is_down.swap(false, Relaxed) {
            tracing::info!(target: TARGET, "Redis answers again");
        }
    }

    fn is_not_up(&self, reason: &str) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.is_some_and(|at| at.elapsed() < QUIET) || self.is_down.swap(true, Relaxed) {
            return;
        }
        *told = Some(Instant::now());
        drop(told);
        tracing::warn!(target: TARGET, reason, "Redis cannot be used: requests wait for it");
    }
}

/// Whether the connection is to blame, and another may do better: it is cut, or leads to a server that is no longer the primary one.
fn is_broken(error: &RedisError) -> bool {
    let is_left = matches!(
        error.kind(),
        ErrorKind::Server(
            ServerErrorKind::ReadOnly | ServerErrorKind::MasterDown | ServerErrorKind::ClusterDown
        )
    );
    is_left || error.is_io_error() || error.is_connection_dropped() || error.is_unrecoverable_error()
}
