//! The memory of Redis is full.

use std::{
    io,
    sync::{Arc, Mutex},
};

use echostr_ledger_redis::RedisLedger;
use tokio::time::{sleep, timeout};
use tracing::instrument::WithSubscriber as _;
use tracing_subscriber::fmt::MakeWriter;

use crate::{
    app::{App, SECOND, attempts, seconds},
    server::Redis,
    trial::trials,
};

trials!["full";
    claims_are_refused_and_what_is_under_way_ends,
    a_policy_that_evicts_is_warned_of_and_loses_records,
];

async fn fill(redis: &Redis, number: usize) -> bool {
    let mut set = redis::cmd("SET");
    redis.try_to_ask::<()>(set.arg(format!("filler:{number}")).arg(vec![b'x'; 100_000])).await.is_ok()
}

async fn claims_are_refused_and_what_is_under_way_ends() {
    let redis = Redis::start(&["--maxmemory-policy", "noeviction"]).await;
    assert_eq!(log_of_opening(&redis).await, "");
    let (a, b) = (App::new("a", &redis, seconds(3.0)).await, App::new("b", &redis, SECOND).await);
    let slow = App::new("slow", &redis, seconds(9.0)).await;
    let (running, settles) = (a.spawn(1), slow.spawn(2));
    a.has_begun(1).await;
    slow.has_begun(1).await;
    let limit = async |most: &str| {
        redis.ask::<()>(redis::cmd("CONFIG").arg("SET").arg("maxmemory").arg(most)).await;
    };
    for number in 0..100 {
        fill(&redis, number).await;
    }
    limit("5mb").await;
    assert!(!fill(&redis, 100).await);
    let refused = b.send(3).await;
    assert_eq!(refused.status, 503);
    assert!(refused.after < 3 * SECOND, "at once: {refused:?}");
    assert_eq!(b.deliveries.flights().counts().full, 1);
    // Joined, repeated, extended, settled, finished.
    let joined = b.spawn(1);
    assert_eq!(running.await.unwrap().text(), (200, "a 1"));
    assert_eq!(joined.await.unwrap().text(), (200, "a 1"));
    assert_eq!(settles.await.unwrap().text(), (200, "success"));
    sleep(6 * SECOND).await;
    assert_eq!(slow.lates().len(), 1);
    assert_eq!(b.send(2).await.text(), (200, "success"));
    assert_eq!([1, 2, 3].map(|number| attempts(&[&a, &b, &slow], number).len()), [1, 1, 0]);
    // Room again.
    limit("100mb").await;
    assert_eq!(b.send(3).await.text(), (200, "b 3"));
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// What is logged while a ledger is opened.
async fn log_of_opening(redis: &Redis) -> String {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(log.clone()).finish();
    RedisLedger::connect(&redis.url()).with_subscriber(subscriber).await.unwrap();
    String::from_utf8(log.0.lock().unwrap().clone()).unwrap()
}

async fn a_policy_that_evicts_is_warned_of_and_loses_records() {
    for policy in [
        "allkeys-lru",
        "allkeys-lfu",
        "allkeys-random",
        "volatile-lru",
        "volatile-lfu",
        "volatile-random",
        "volatile-ttl",
    ] {
        let redis = Redis::start(&["--maxmemory", "100mb", "--maxmemory-policy", policy]).await;
        let log = log_of_opening(&redis).await;
        assert!(log.contains(policy) && log.contains("maxmemory-policy noeviction"), "{policy}: {log}");
        let a = App::new("a", &redis, seconds(0.1)).await;
        let b = App::new("b", &redis, seconds(0.1)).await;
        assert_eq!(a.send(1).await.text(), (200, "a 1"));
        drop(a);
        sleep(SECOND).await;
        let limit = async |most: &str| {
            redis.ask::<()>(redis::cmd("CONFIG").arg("SET").arg("maxmemory").arg(most)).await;
        };
        // So little that everything goes that may.
        let evicted = async {
            while !redis.records().await.is_empty() {
                limit("1").await;
                fill(&redis, 0).await;
            }
        };
        assert!(timeout(60 * SECOND, evicted).await.is_ok(), "{policy}");
        limit("100mb").await;
        assert_eq!(b.send(1).await.text(), (200, "b 1"), "{policy}: handled again");
    }
}
