//! A redis-server of a run's own, which can be paused, killed and restarted.

use std::{
    io,
    net::TcpListener,
    process::{self, Child, Command, Stdio},
    sync::atomic::{AtomicU16, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::Failure;

/// Below those that Linux gives to clients: while Redis is down no other connection takes its port, and none that is to lead to it is
/// connected to itself.
const PORTS: u16 = 26_000;
const MANY: u16 = 1_000;

/// A server that has its records in a file starts within this time on any machine.
const STARTS_WITHIN: Duration = Duration::from_secs(60);

/// Whether there is such a program here.
#[must_use]
pub fn has_redis() -> bool {
    Command::new("redis-server").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// How soon what Redis has answered is in its file.
#[derive(Clone, Copy)]
pub(super) enum Fsync {
    /// As the ledger's README asks for. While the disk is busy, Redis puts off its writes for up to two seconds, and loses them if it is
    /// killed then.
    EverySecond,
    /// Before it answers: what it has answered outlives it.
    Always,
}

/// Ends with this.
pub(super) struct Redis {
    child: Child,
    fsync: Fsync,
    folder: TempDir,
    port: u16,
}

impl Redis {
    pub(super) fn start(fsync: Fsync) -> Result<Self, Failure> {
        let (folder, port) = (TempDir::new()?, free_port()?);
        let mut redis = Self { child: spawn(&folder, port, fsync)?, fsync, folder, port };
        redis.wait()?;
        Ok(redis)
    }

    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    /// Stands still for so long: nothing is refused, nothing answered.
    pub(super) fn pause(&self, time: Duration) -> Result<(), Failure> {
        self.signal("STOP")?;
        thread::sleep(time);
        self.signal("CONT")
    }

    /// Killed in the middle of whatever it does, and started from its file.
    pub(super) fn kill(&mut self) -> Result<(), Failure> {
        self.child.kill()?;
        self.start_again()
    }

    /// Asked to end, and started from its file.
    pub(super) fn restart(&mut self) -> Result<(), Failure> {
        self.signal("TERM")?;
        self.start_again()
    }

    fn start_again(&mut self) -> Result<(), Failure> {
        self.child.wait()?;
        self.child = spawn(&self.folder, self.port, self.fsync)?;
        self.wait()
    }

    fn wait(&mut self) -> Result<(), Failure> {
        let client = redis::Client::open(format!("redis://127.0.0.1:{}", self.port))?;
        let begun = Instant::now();
        // While it reads its file, it answers that it does.
        while client
            .get_connection()
            .and_then(|mut line| redis::cmd("PING").query::<String>(&mut line))
            .is_err()
        {
            if self.child.try_wait()?.is_some() || begun.elapsed() > STARTS_WITHIN {
                return Err("redis-server does not start".into());
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    fn signal(&self, signal: &str) -> Result<(), Failure> {
        let status =
            Command::new("kill").arg(format!("-{signal}")).arg(self.child.id().to_string()).status()?;
        if status.success() { Ok(()) } else { Err("redis-server has ended by itself".into()) }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(folder: &TempDir, port: u16, fsync: Fsync) -> io::Result<Child> {
    let fsync = match fsync {
        Fsync::EverySecond => "everysec",
        Fsync::Always => "always",
    };
    Command::new("redis-server")
        .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", ""])
        .args(["--appendonly", "yes", "--appendfsync", fsync])
        .arg("--dir")
        .arg(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}

/// Not the same for two that start at the same time, here or in another process.
fn free_port() -> Result<u16, Failure> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let [low, high, ..] = process::id().to_le_bytes();
    let first = u16::from_le_bytes([low, high]).wrapping_mul(37);
    for _ in 0..MANY {
        let port = PORTS.saturating_add(first.wrapping_add(NEXT.fetch_add(1, Relaxed)) % MANY);
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    Err("no port is free".into())
}
