//! The ledger in Redis, on a server of its own: what a claim costs beside a plain `SET NX PX`, what a record takes, and how soon it is
//! back after a restart.

#![expect(clippy::print_stdout, reason = "the figures are what this program is for")]
#![expect(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a benchmark that cannot be set up has nothing to measure"
)]

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant as Clock},
};

use echostr_ledger::{
    Claim, Claimed, End, Fingerprint, Finished, Key, Lease, Ledger as _, Remembered, RequestId,
};
use echostr_ledger_redis::{RedisLedger, RedisSettings};
use redis::aio::MultiplexedConnection;
use tempfile::TempDir;
use tokio::{
    runtime::Runtime,
    task::JoinSet,
    time::{Instant, sleep},
};

const TURNS: usize = 51;
/// What each does in a turn, one after the other.
const ONE_BY_ONE: u32 = 500;
/// What each does in a turn with so many at once.
const AT_ONCE: u32 = 64;
const EACH: u32 = 100;
/// Records whose room is measured.
const RECORDS: u32 = 100_000;
const RESTARTS: usize = 11;
const LIFE: Duration = Duration::from_secs(600);

fn main() {
    let Some(mut server) = Server::start() else {
        println!("there is no redis-server here, so nothing is measured");
        return;
    };
    let runtime = Runtime::new().expect("a runtime");
    runtime.block_on(async {
        server.is_up().await;
        let mut numbers = Numbers(0);
        speed(&server, &mut numbers).await;
        room(&server, &mut numbers).await;
        restarts(&mut server, &mut numbers).await;
    });
}

/// Never one twice, so that every key is a new one.
struct Numbers(u32);

impl Numbers {
    fn next(&mut self) -> u32 {
        self.0 += 1;
        self.0
    }
}

async fn speed(server: &Server, numbers: &mut Numbers) {
    let plain = server.connection().await;
    let ledger = server.ledger("bench").await;
    let names = ["`SET NX PX`", "claim", "claim + finish"];
    let mut one_by_one = [const { vec![] }; 3];
    let mut at_once = [const { vec![] }; 3];
    for _ in 0..TURNS {
        for work in 0..names.len() {
            let (mut times, mut leases) = (vec![], vec![]);
            for _ in 0..ONE_BY_ONE {
                let begin = Clock::now();
                leases.extend(once(work, &plain, &ledger, numbers.next()).await);
                times.push(begin.elapsed().as_secs_f64() * 1e6);
            }
            one_by_one[work].push(quartile(&times, 2));
            let begin = Clock::now();
            let mut tasks = JoinSet::new();
            for _ in 0..AT_ONCE {
                let (plain, ledger) = (plain.clone(), ledger.clone());
                let own: Vec<_> = (0..EACH).map(|_| numbers.next()).collect();
                tasks.spawn(async move {
                    let mut leases = vec![];
                    for number in own {
                        leases.extend(once(work, &plain, &ledger, number).await);
                    }
                    leases
                });
            }
            while let Some(done) = tasks.join_next().await {
                leases.extend(done.expect("the work is done"));
            }
            at_once[work].push(f64::from(AT_ONCE * EACH) / begin.elapsed().as_secs_f64());
            // What goes on costs a beat each second.
            for lease in leases {
                finish(&ledger, &lease, End::Success).await;
            }
        }
    }
    println!("#### A message, in {TURNS} turns\n");
    println!("| | p50, one by one | times `SET NX PX` | a second, {AT_ONCE} at once | of `SET NX PX` |");
    println!("|---|--:|--:|--:|--:|");
    for work in 0..names.len() {
        let ratio = |all: &[Vec<f64>; 3]| -> Vec<f64> {
            all[work].iter().zip(&all[0]).map(|(this, plain)| this / plain).collect()
        };
        println!(
            "| {} | {} µs | {} | {} | {} |",
            names[work],
            spread(&one_by_one[work], 0),
            spread(&ratio(&one_by_one), 2),
            spread(&at_once[work], 0),
            spread(&ratio(&at_once), 2)
        );
    }
    println!();
}

/// Gives back a flight that is still under way.
async fn once(
    work: usize,
    plain: &MultiplexedConnection,
    ledger: &RedisLedger,
    number: u32,
) -> Option<Lease> {
    if work == 0 {
        set(plain, number).await;
        return None;
    }
    let lease = claim(ledger, number).await;
    if work == 1 {
        return Some(lease);
    }
    finish(ledger, &lease, End::Success).await;
    None
}

/// What people use instead: it knows that a message was seen, and nothing else.
async fn set(plain: &MultiplexedConnection, number: u32) {
    let mut command = redis::cmd("SET");
    command.arg(format!("plain:1:bench:gh_0123456789ab:{number:032x}")).arg(number.to_be_bytes().repeat(4));
    command.arg("NX").arg("PX").arg(LIFE.as_secs() * 1_000);
    let set: Option<String> = command.query_async(&mut plain.clone()).await.expect("it is set");
    assert!(set.is_some());
}

async fn claim(ledger: &RedisLedger, number: u32) -> Lease {
    loop {
        match try_claim(ledger, number).await {
            Claimed::Run(lease, _) => return lease,
            Claimed::Unavailable => {}
            claimed => panic!("{claimed:?}"),
        }
    }
}

async fn try_claim(ledger: &RedisLedger, number: u32) -> Claimed {
    let fingerprint = Fingerprint::new("POST", b"body");
    let digest = Fingerprint::new("", &number.to_be_bytes());
    let now = Instant::now();
    let claim = Claim {
        key: &Key::new("gh_0123456789ab", *digest.as_bytes().first_chunk().expect("20 of 32 bytes")),
        fingerprint: &fingerprint,
        id: RequestId::new(number.into()),
        arrived: now,
        mark: LIFE,
        counts: true,
        runs: true,
        fetches: true,
        gone: now + Duration::from_secs(5),
    };
    ledger.claim(&claim, now).await
}

async fn finish(ledger: &RedisLedger, lease: &Lease, end: End) {
    assert_eq!(ledger.finish(lease, end, Instant::now()).await, Finished::InTime);
}

async fn room(server: &Server, numbers: &mut Numbers) {
    println!("#### Memory of Redis, {RECORDS} records\n\n| | bytes a key |\n|---|--:|");
    let plain = server.connection().await;
    let text = Remembered::new(Some("text/xml".into()), vec![b'x'; 300].into());
    let reply = End::Reply(Arc::new(text), LIFE);
    for (name, end) in [
        ("`SET NX PX`, 16 bytes", None),
        ("done with `success`", Some(End::Success)),
        ("with a reply of 300 bytes", Some(reply)),
    ] {
        server.flush().await;
        let ledger = server.ledger("default").await;
        let before = server.used().await;
        for _ in 0..RECORDS / 100 {
            let mut tasks = JoinSet::new();
            for _ in 0..100 {
                let (plain, ledger, end, number) =
                    (plain.clone(), ledger.clone(), end.clone(), numbers.next());
                tasks.spawn(async move {
                    match end {
                        None => set(&plain, number).await,
                        Some(end) => {
                            let lease = claim(&ledger, number).await;
                            finish(&ledger, &lease, end).await;
                        }
                    }
                });
            }
            while let Some(done) = tasks.join_next().await {
                done.expect("the work is done");
            }
        }
        println!("| {name} | {:.0} |", (server.used().await - before) / f64::from(RECORDS));
    }
    println!();
}

/// How long a request waits that came while Redis was killed, from the moment at which it answers again.
async fn restarts(server: &mut Server, numbers: &mut Numbers) {
    server.flush().await;
    let ledger = server.ledger("default").await;
    let mut times = vec![];
    for _ in 0..RESTARTS {
        server.kill();
        let (waiting, number) = (ledger.clone(), numbers.next());
        let claimed = tokio::spawn(async move {
            // As the layer does: every 100 ms after an answer that is none.
            while matches!(try_claim(&waiting, number).await, Claimed::Unavailable) {
                sleep(Duration::from_millis(100)).await;
            }
            Clock::now()
        });
        sleep(Duration::from_millis(700)).await;
        server.start_again();
        server.is_up().await;
        let up = Clock::now();
        let claimed = claimed.await.expect("it is claimed");
        times.push(claimed.saturating_duration_since(up).as_secs_f64() * 1e3);
    }
    println!("#### Back after a `kill -9`, {RESTARTS} times\n");
    println!("from the first answer of Redis to that of a waiting claim: {} ms", spread(&times, 0));
}

/// The middle one, and the quartiles around it.
fn spread(values: &[f64], digits: usize) -> String {
    let at = |quarters| quartile(values, quarters);
    format!("{:.digits$} ({:.digits$}–{:.digits$})", at(2), at(1), at(3))
}

fn quartile(values: &[f64], quarters: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted[(sorted.len() - 1) * quarters / 4]
}

struct Server {
    child: Child,
    folder: TempDir,
    port: u16,
}

impl Server {
    fn start() -> Option<Self> {
        let folder = TempDir::new().expect("a folder");
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|listener| listener.local_addr())
            .expect("a port")
            .port();
        Some(Self { child: spawn(&folder, port)?, folder, port })
    }

    fn kill(&mut self) {
        self.child.kill().expect("it is killed");
        self.child.wait().expect("it has ended");
    }

    fn start_again(&mut self) {
        self.child = spawn(&self.folder, self.port).expect("it starts as before");
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    async fn try_to_connect(&self) -> redis::RedisResult<MultiplexedConnection> {
        redis::Client::open(self.url())?.get_multiplexed_async_connection().await
    }

    async fn is_up(&self) {
        while self.try_to_connect().await.is_err() {
            sleep(Duration::from_millis(1)).await;
        }
    }

    async fn connection(&self) -> MultiplexedConnection {
        self.try_to_connect().await.expect("it is up")
    }

    async fn ledger(&self, prefix: &str) -> RedisLedger {
        RedisSettings::new().prefix(prefix).connect(&self.url()).await.expect("it is up")
    }

    async fn flush(&self) {
        let flushed: redis::RedisResult<String> =
            redis::cmd("FLUSHALL").arg("ASYNC").query_async(&mut self.connection().await).await;
        flushed.expect("it is emptied");
        // It gives its memory back little by little.
        let (mut before, mut used) = (f64::MAX, self.used().await);
        while used < before {
            sleep(Duration::from_millis(500)).await;
            (before, used) = (used, self.used().await);
        }
    }

    async fn used(&self) -> f64 {
        let info: String = redis::cmd("INFO")
            .arg("memory")
            .query_async(&mut self.connection().await)
            .await
            .expect("it says what it uses");
        let line = info.lines().find_map(|line| line.strip_prefix("used_memory:")).expect("used_memory");
        line.trim().parse().expect("a number")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

fn spawn(folder: &TempDir, port: u16) -> Option<Child> {
    let mut command = Command::new("redis-server");
    command.args(["--bind", "127.0.0.1", "--save", "", "--port", &port.to_string()]);
    command.arg("--dir").arg(folder.path()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().ok()
}
