//! Redis is killed and comes back with less than it had.

use echostr_ledger::{Claimed, Finished, Ledger as _, Settled};
use tokio::time::{Instant, sleep};

use crate::{
    app::{App, SECOND, attempts, key, seconds},
    server::Redis,
    steps::{Ask, ledger, reply, run},
    trial::trials,
};

trials!["emptied";
    without_persistence,
    with_a_snapshot,
    with_an_append_only_file,
    by_flushall,
    what_only_a_dead_server_knew_is_handled_again,
    what_was_settled_on_records_of_before_stays_success,
];

/// A message that has been handled, one that was answered with `success`, and one that is being handled, when Redis is killed and started
/// again with these options. `snapshot` says that it saved before any of them. Nothing is handled twice, on either server.
async fn killed(options: &[&str], snapshot: bool) {
    let mut redis = Redis::start(options).await;
    let (a, b) = (App::new("a", &redis, seconds(0.1)).await, App::new("b", &redis, seconds(0.1)).await);
    let slow = App::new("slow", &redis, seconds(7.0)).await;
    if snapshot {
        redis.ask::<()>(&redis::cmd("SAVE")).await;
    }
    assert_eq!(a.send(1).await.text(), (200, "a 1"));
    let settled = slow.spawn(2);
    sleep(3 * SECOND).await;
    let running = slow.spawn(3);
    slow.has_begun(2).await;
    assert_eq!(settled.await.unwrap().text(), (200, "success"));
    redis.kill();
    redis.start_again().await;
    // The servers notice with their next beat. Until then another one may handle again what they know.
    sleep(2 * SECOND).await;
    for app in [&a, &b] {
        assert_eq!(app.send(1).await.text(), (200, "a 1"));
        assert_eq!(app.send(2).await.text(), (200, "success"));
    }
    let joined = b.spawn(3);
    assert_eq!(running.await.unwrap().text(), (200, "success"));
    assert_eq!(joined.await.unwrap().text(), (200, "success"));
    sleep(5 * SECOND).await;
    assert_eq!(slow.lates().len(), 2);
    for number in [1, 2, 3] {
        assert_eq!(attempts(&[&a, &b, &slow], number), [1], "{number}");
    }
}

async fn without_persistence() {
    killed(&[], false).await;
}

async fn with_a_snapshot() {
    killed(&["--save", "3600 1"], true).await;
}

async fn with_an_append_only_file() {
    killed(&["--appendonly", "yes", "--appendfsync", "everysec"], false).await;
}

/// The connections stay, so that the marker alone tells.
async fn by_flushall() {
    let redis = Redis::start(&[]).await;
    let (a, b) = (App::new("a", &redis, seconds(0.1)).await, App::new("b", &redis, seconds(2.0)).await);
    assert_eq!(a.send(1).await.text(), (200, "a 1"));
    let running = b.spawn(2);
    b.has_begun(1).await;
    redis.ask::<()>(&redis::cmd("FLUSHALL")).await;
    // The server that is asked notices at once, and knows its own.
    assert_eq!(a.send(1).await.text(), (200, "a 1"));
    assert_eq!(running.await.unwrap().text(), (200, "b 2"));
    assert_eq!(a.send(2).await.text(), (200, "b 2"));
    for number in [1, 2] {
        assert_eq!(attempts(&[&a, &b], number), [1]);
    }
}

/// The control of those above, and what is lost: with an append-only file nothing is.
async fn what_only_a_dead_server_knew_is_handled_again() {
    for (options, runs) in [(vec![], 2), (vec!["--appendonly", "yes"], 1)] {
        let mut redis = Redis::start(&options).await;
        let (a, b) = (App::new("a", &redis, seconds(0.1)).await, App::new("b", &redis, seconds(0.1)).await);
        assert_eq!(a.send(1).await.text(), (200, "a 1"));
        let ran = a.runs().len();
        drop(a);
        sleep(SECOND).await;
        redis.kill();
        redis.start_again().await;
        assert_eq!(b.send(1).await.text(), (200, if runs == 2 { "b 1" } else { "a 1" }));
        assert_eq!(ran + b.runs().len(), runs);
    }
}

/// Redis is back with a snapshot of the time before the reply, and a send is told `success` before the owner's server has noticed.
async fn what_was_settled_on_records_of_before_stays_success() {
    let redis = Redis::start(&[]).await;
    for settles in [true, false] {
        let (a, b) = (ledger(&redis).await, ledger(&redis).await);
        let number = u32::from(settles);
        let (lease, _) = run(&a, number, 1).await;
        let record = redis.records().await.remove(0);
        let before: Vec<u8> = redis.ask(redis::cmd("GET").arg(&record)).await;
        assert_eq!(a.finish(&lease, reply(60 * SECOND), Instant::now()).await, Finished::InTime);
        redis.ask::<()>(redis::cmd("SET").arg(&record).arg(before)).await;
        if settles {
            let settled = b.settle(&key(number), Instant::now() + 5 * SECOND, Instant::now()).await;
            assert_eq!(settled, Settled::Success);
        }
        redis.ask::<()>(redis::cmd("DEL").arg("echostr:1:default:marker")).await;
        sleep(2 * SECOND).await;
        let claimed = Ask::new(number, 2).of(&b).await;
        assert_eq!(matches!(claimed, Claimed::Done(None)), settles, "{claimed:?}");
        assert_eq!(matches!(claimed, Claimed::Done(Some(_))), !settles, "{claimed:?}");
        redis.ask::<()>(redis::cmd("DEL").arg(record)).await;
    }
}
