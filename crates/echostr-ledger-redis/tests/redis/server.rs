//! A redis-server of a test's own: started on a free port with a folder of its own, and killed in the end.

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::OnceLock,
    time::Duration,
};

use redis::{Cmd, FromRedisValue};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

pub(crate) fn is_there() -> bool {
    static IS_THERE: OnceLock<bool> = OnceLock::new();
    *IS_THERE.get_or_init(|| runs("redis-server"))
}

/// Whether there is such a program.
pub(crate) fn runs(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

pub(crate) struct Redis {
    child: Child,
    folder: TempDir,
    port: u16,
    options: Vec<String>,
    environment: Vec<(String, String)>,
}

impl Redis {
    /// With these options, and without persistence if they say nothing of it.
    pub(crate) async fn start(options: &[&str]) -> Self {
        Self::start_with(options, vec![]).await
    }

    pub(crate) async fn start_with(options: &[&str], environment: Vec<(String, String)>) -> Self {
        let folder = TempDir::new().unwrap();
        let options: Vec<_> = options.iter().map(|option| (*option).to_owned()).collect();
        let port = free_port();
        let child = spawn(&folder, port, &options, &environment);
        let redis = Self { child, folder, port, options, environment };
        redis.wait().await;
        redis
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) async fn start_again(&mut self) {
        self.child = spawn(&self.folder, self.port, &self.options, &self.environment);
        self.wait().await;
    }

    /// Stands still for so long: nothing is refused, nothing answered.
    pub(crate) async fn pause(&self, time: Duration) {
        signal(self.child.id(), "STOP");
        sleep(time).await;
        signal(self.child.id(), "CONT");
    }

    pub(crate) async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> T {
        self.try_to_ask(command).await.unwrap()
    }

    pub(crate) async fn try_to_ask<T: FromRedisValue>(&self, command: &Cmd) -> redis::RedisResult<T> {
        let client = redis::Client::open(self.url())?;
        command.query_async(&mut client.get_multiplexed_async_connection().await?).await
    }

    /// The keys of records, without the marker.
    pub(crate) async fn records(&self) -> Vec<String> {
        let mut keys: Vec<String> = self.ask(redis::cmd("KEYS").arg("echostr:*")).await;
        keys.retain(|key| !key.ends_with(":marker"));
        keys
    }

    async fn wait(&self) {
        let begin = Instant::now();
        // One that asks for a password is there too.
        let is_there = async || match self.try_to_ask::<String>(&redis::cmd("PING")).await {
            Ok(_) => true,
            Err(error) => error.code() == Some("NOAUTH"),
        };
        while !is_there().await {
            assert!(begin.elapsed() < Duration::from_secs(30), "redis-server does not start");
            sleep(Duration::from_millis(5)).await;
        }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(folder: &TempDir, port: u16, options: &[String], environment: &[(String, String)]) -> Child {
    let mut command = Command::new("redis-server");
    command.args(["--bind", "127.0.0.1", "--port", &port.to_string()]);
    command.arg("--dir").arg(folder.path());
    if !options.iter().any(|option| option == "--save") {
        command.args(["--save", ""]);
    }
    let variables = environment.iter().map(|(name, value)| (name, value));
    command.args(options).envs(variables).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

pub(crate) fn signal(process: u32, signal: &str) {
    let status = Command::new("kill").arg(format!("-{signal}")).arg(process.to_string()).status();
    assert!(status.unwrap().success());
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
