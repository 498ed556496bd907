//! What happens to Redis now and then while a run goes on.

use std::{
    fmt,
    sync::mpsc::{self, RecvTimeoutError},
    thread::{self, JoinHandle},
    time::Duration,
};

use super::{
    Failure,
    redis::Redis,
    stall::{Stall, now},
};

/// How long the pauses are, in turn.
const PAUSES: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(4), Duration::from_secs(2), Duration::from_secs(3)];

/// What has happened to Redis, and when.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trouble {
    pub(super) what: What,
    /// Until it has answered again.
    pub(super) span: Stall,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Paused,
    Killed,
    Restarted,
}

/// Makes trouble until it is told to stop.
pub(super) struct Troublemaker {
    stop: mpsc::Sender<()>,
    thread: JoinHandle<Result<(Redis, Vec<Trouble>), Failure>>,
}

impl Troublemaker {
    /// After each trouble nothing happens for so long.
    pub(super) fn start(mut redis: Redis, every: Duration) -> Self {
        let (stop, stopped) = mpsc::channel();
        let thread = thread::spawn(move || {
            let mut troubles = vec![];
            let mut pauses = PAUSES.into_iter().cycle();
            for what in [What::Paused, What::Killed, What::Restarted].into_iter().cycle() {
                if stopped.recv_timeout(every) != Err(RecvTimeoutError::Timeout) {
                    break;
                }
                let from = now();
                match what {
                    What::Paused => redis.pause(pauses.next().unwrap_or_default())?,
                    What::Killed => redis.kill()?,
                    What::Restarted => redis.restart()?,
                }
                troubles.push(Trouble { what, span: Stall { from, to: now() } });
            }
            Ok((redis, troubles))
        });
        Self { stop, thread }
    }

    /// Redis as it was before.
    pub(super) fn stop(self) -> Result<(Redis, Vec<Trouble>), Failure> {
        drop(self.stop);
        self.thread.join().map_err(|_| "the troublemaker panicked")?
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} for {:.2} s", self.what, self.span.length().as_secs_f64())
    }
}
