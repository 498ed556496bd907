//! The ledger in memory with a million live entries: what a message costs, and what an entry takes.

#![expect(clippy::print_stdout, reason = "the figures are what this program is for")]
#![expect(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot be set up has nothing to measure"
)]

use std::{
    collections::HashMap,
    fs,
    hint::black_box,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant as Clock},
};

use echostr_ledger::{
    Claim, Claimed, End, Fingerprint, Finished, Key, Ledger, MemoryLedger, Remembered, RequestId, Step,
};
use tokio::time::Instant;

const LIVE: u32 = 1_000_000;
const THREADS: u32 = 2;
/// What one thread does in a turn.
const PAIRS: u32 = 20_000;
const TURNS: u32 = 101;
/// How long a record lives: what is added in that time is what is alive.
const LIFE: Duration = Duration::from_secs(600);

fn main() {
    println!("#### A million live entries\n");
    println!("| | bytes an entry |\n|---|--:|");
    let (ledger, bytes) = resident(|| filled(&End::Success));
    println!("| resident memory, `success` | {bytes:.0} |");
    let text = Remembered::new(Some("text/xml".into()), vec![b'x'; 300].into());
    let reply = End::Reply(Arc::new(text), LIFE);
    println!("| the same, with one reply of all | {:.0} |\n", resident(|| filled(&reply)).1);

    let map = plain_map();
    let mut rows = [("`HashMap` in 32 locks: insert, look up, remove", vec![]), ("claim + finish", vec![])];
    for turn in 0..TURNS {
        rows[0].1.push(time(|number| map.turn(turn * THREADS * PAIRS + number)));
        rows[1]
            .1
            .push(time(|number| message(&ledger, LIVE + turn * THREADS * PAIRS + number, &End::Success)));
    }
    let entries = ledger.entries();
    println!(
        "| {THREADS} threads, {entries} entries at the end | wall ÷ operations | processor time ÷ {THREADS} ÷ operations |"
    );
    println!("|---|--:|--:|");
    for (name, times) in rows {
        println!("| {name} | {} | {} |", quartiles(&times, 0), quartiles(&times, 1));
    }
}

fn quartiles(times: &[[f64; 2]], of: usize) -> String {
    let mut sorted: Vec<f64> = times.iter().map(|times| times[of]).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let at = |quarters: usize| sorted[(sorted.len() - 1) * quarters / 4];
    format!("{:.0} ns ({:.0}–{:.0})", at(2), at(1), at(3))
}

/// A message: its claim and its finish, at a time that keeps a million alive.
fn message(ledger: &MemoryLedger, number: u32, end: &End) {
    let now = *START + LIFE / LIVE * number;
    let key = Key::new("gh_0123456789ab", digest(number));
    let claim = Claim {
        key: &key,
        fingerprint: &FINGERPRINT,
        id: RequestId::new(number.into()),
        arrived: now,
        mark: LIFE,
        counts: true,
        runs: true,
        fetches: true,
        gone: now + Duration::from_secs(5),
    };
    let Step::Ready(Some(Claimed::Run(lease, _))) = ledger.claim(black_box(&claim), now) else {
        unreachable!("the message is new")
    };
    let finished = ledger.finish(&lease, end.clone(), now);
    assert!(matches!(finished, Step::Ready(Some(Finished::InTime))), "nobody else ends it");
}

static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
static FINGERPRINT: std::sync::LazyLock<Fingerprint> =
    std::sync::LazyLock::new(|| Fingerprint::new("POST", b"body"));

/// Every number has another one, spread as a hash is.
fn digest(number: u32) -> [u8; 20] {
    let mut digest = [0; 20];
    let spread = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    digest[..8].copy_from_slice(&spread.to_be_bytes());
    digest[8..12].copy_from_slice(&number.to_be_bytes());
    digest
}

fn filled(end: &End) -> MemoryLedger {
    let ledger = MemoryLedger::with_limits(2 * LIVE as usize, usize::MAX);
    for number in 0..LIVE {
        message(&ledger, number, end);
    }
    assert_eq!(ledger.entries(), LIVE as usize);
    ledger
}

/// What making it adds to the resident memory, for each entry.
fn resident<T>(make: impl FnOnce() -> T) -> (T, f64) {
    let before = resident_bytes();
    let made = make();
    (made, (resident_bytes() - before) / f64::from(LIVE))
}

fn resident_bytes() -> f64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("the resident size");
    let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse().expect("a number");
    kibibytes * 1024.0
}

/// Nanoseconds for each operation of two threads: by the wall, and of processor time divided by the threads, which is what the wall
/// would show on a machine that has nothing else to do.
fn time(work: impl Fn(u32) + Sync) -> [f64; 2] {
    let start = Clock::now();
    let processor = thread::scope(|scope| {
        let threads = (0..THREADS).map(|thread| {
            let work = &work;
            scope.spawn(move || {
                let start = processor_time();
                (0..PAIRS).for_each(|number| work(number * THREADS + thread));
                processor_time() - start
            })
        });
        let threads: Vec<_> = threads.collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).sum::<f64>()
    });
    let operations = f64::from(THREADS * PAIRS);
    [start.elapsed().as_secs_f64() * 1e9 / operations, processor / f64::from(THREADS) / operations]
}

/// Nanoseconds that this thread has been on a processor.
fn processor_time() -> f64 {
    let times = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    times.split_whitespace().next().and_then(|time| time.parse().ok()).expect("a number")
}

/// What cannot be avoided: the same number of entries in maps that know no state and no time.
struct PlainMap {
    shards: Vec<Mutex<HashMap<[u8; 20], [u8; 32]>>>,
}

fn plain_map() -> PlainMap {
    let map = PlainMap { shards: (0..32).map(|_| Mutex::default()).collect() };
    for number in 0..LIVE {
        map.insert(number);
    }
    map
}

impl PlainMap {
    fn shard(&self, digest: &[u8; 20]) -> &Mutex<HashMap<[u8; 20], [u8; 32]>> {
        &self.shards[usize::from(digest[0] % 32)]
    }

    fn insert(&self, number: u32) {
        let digest = digest(number);
        self.shard(&digest).lock().expect("no panic").insert(digest, [1; 32]);
    }

    /// Adds one and takes away the oldest.
    fn turn(&self, number: u32) {
        self.insert(LIVE + number);
        let new = digest(LIVE + number);
        black_box(self.shard(&new).lock().expect("no panic").get(&new));
        let old = digest(number);
        assert!(self.shard(&old).lock().expect("no panic").remove(&old).is_some(), "it is the oldest");
    }
}
