//! A server as a process of its own, which can be killed: this program, started again.

use std::{
    env,
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};

use echostr_ledger_redis::{OnCrash, RedisSettings};
use tokio::time::{Instant, sleep};

use crate::{
    app::{App, SECOND, seconds},
    server::{Redis, signal},
};

/// Set in the environment of a child: what it is to do.
pub(crate) const CHILD: &str = "ECHOSTR_TEST_CHILD";

/// The whole life of a child: it sends itself the messages whose numbers it reads, and tells what comes of them.
pub(crate) fn run() {
    let settings = env::var(CHILD).unwrap();
    let [url, takes, patience, on_crash] = &*settings.split(' ').collect::<Vec<_>>() else {
        panic!("{settings}")
    };
    tracing_subscriber::fmt().with_ansi(false).without_time().init();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let app = runtime.block_on(async {
        let on_crash = if *on_crash == "Never" { OnCrash::Never } else { OnCrash::Again };
        let ledger = RedisSettings::new().on_crash(on_crash).connect(url).await.unwrap();
        let app = App::over("child", ledger, seconds(takes.parse().unwrap()));
        if *patience == "patient" { app.patient() } else { app }
    });
    let clock = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    println!("ready {clock}");
    for line in std::io::stdin().lock().lines() {
        let (app, number) = (app.clone(), line.unwrap().parse().unwrap());
        runtime.spawn(async move {
            let response = app.send(number).await;
            println!("answer {number} {} {}", response.status, response.body);
        });
    }
}

pub(crate) struct Process {
    child: Child,
    input: ChildStdin,
    /// The lines that it has written.
    lines: Arc<Mutex<Vec<String>>>,
}

impl Process {
    /// `takes` is how long its handler takes.
    pub(crate) async fn start(redis: &Redis, takes: f64, patience: &str, on_crash: OnCrash) -> Self {
        Self::start_by(Command::new(env::current_exe().unwrap()), redis, takes, patience, on_crash).await
    }

    /// Whose clock is that many seconds ahead.
    pub(crate) async fn start_ahead(ahead: i32, redis: &Redis, takes: f64) -> Self {
        // By its library: the command would stay as a parent that survives a kill.
        let library =
            Command::new("faketime").args(["-f", "+0s", "printenv", "LD_PRELOAD"]).output().unwrap();
        let mut command = Command::new(env::current_exe().unwrap());
        command.env("LD_PRELOAD", String::from_utf8(library.stdout).unwrap().trim());
        command.env("FAKETIME", format!("{ahead:+}s"));
        command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1").env("DONT_FAKE_MONOTONIC", "1");
        Self::start_by(command, redis, takes, "patient", OnCrash::Again).await
    }

    async fn start_by(
        mut command: Command,
        redis: &Redis,
        takes: f64,
        patience: &str,
        on_crash: OnCrash,
    ) -> Self {
        command.env(CHILD, format!("{} {takes} {patience} {on_crash:?}", redis.url()));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let lines = Arc::<Mutex<Vec<_>>>::default();
        let written = Arc::clone(&lines);
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                written.lock().unwrap().push(line);
            }
        });
        let process = Self { child, input, lines };
        process.line("ready").await;
        process
    }

    pub(crate) fn send(&mut self, number: u32) {
        writeln!(self.input, "{number}").unwrap();
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) async fn pause(&self, time: Duration) {
        signal(self.child.id(), "STOP");
        sleep(time).await;
        signal(self.child.id(), "CONT");
    }

    pub(crate) fn lines(&self, beginning: &str) -> Vec<String> {
        let lines = self.lines.lock().unwrap();
        lines.iter().filter(|line| line.starts_with(beginning)).cloned().collect()
    }

    /// Waits for a line.
    pub(crate) async fn line(&self, beginning: &str) -> String {
        let begin = Instant::now();
        loop {
            if let Some(line) = self.lines(beginning).first() {
                return line.clone();
            }
            assert!(begin.elapsed() < 30 * SECOND, "no {beginning}: {:?}", self.lines(""));
            sleep(SECOND / 50).await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
