//! Redis is not there for a while, and keeps its records.

use echostr_ledger::{Claimed, Late, Ledger as _, Released, Settled};
use echostr_ledger_redis::{OnCrash, RedisLedger, RedisSettings, WhenUnavailable};
use tokio::{
    net::TcpListener,
    time::{Instant, sleep, timeout},
};

use crate::{
    app::{App, SECOND, attempts, deliver, key, seconds},
    process::Process,
    server::Redis,
    steps::{Ask, ledger, run},
    trial::trials,
};

trials!["outages";
    the_three_sends_bridge_an_outage_of_13_seconds,
    a_send_waits_for_6_seconds_and_a_thousand_may,
    it_is_back_as_soon_as_redis_is,
    the_owners_server_answers_success_and_others_hold,
    a_reply_made_meanwhile_is_kept,
    a_failure_meanwhile_is_no_success,
    who_joins_on_the_owners_server_has_its_answer_too,
    with_handle_messages_are_handled_without_redis,
    no_command_takes_longer_than_its_time,
    it_is_told_once_and_why,
    one_broken_record_is_not_told_with_each_command,
    whoever_takes_no_connection_is_not_hammered,
];

const AOF: [&str; 4] = ["--appendonly", "yes", "--appendfsync", "everysec"];

async fn the_three_sends_bridge_an_outage_of_13_seconds() {
    let mut redis = Redis::start(&AOF).await;
    let apps = [App::new("a", &redis, SECOND / 10).await, App::new("b", &redis, SECOND / 10).await];
    redis.kill();
    let (sending, message) = (apps.clone(), 1);
    let sent = tokio::spawn(async move { deliver(&sending, message).await });
    sleep(13 * SECOND).await;
    redis.start_again().await;
    // The third send was on the first server.
    assert_eq!(sent.await.unwrap().expect("the third send finds Redis again").text(), (200, "a 1"));
    assert_eq!(attempts(&[&apps[0], &apps[1]], 1), [1]);
}

async fn a_send_waits_for_6_seconds_and_a_thousand_may() {
    let mut redis = Redis::start(&[]).await;
    let app = App::new("a", &redis, SECOND).await;
    redis.kill();
    let begin = Instant::now();
    let sends: Vec<_> = (0..1_001).map(|number| app.spawn(number)).collect();
    sleep(3 * SECOND).await;
    assert_eq!(sends.iter().filter(|send| send.is_finished()).count(), 1, "one too many is told at once");
    for send in sends {
        assert_eq!(send.await.unwrap().status, 503);
    }
    assert!(begin.elapsed() >= seconds(5.9), "{:?}", begin.elapsed());
    assert_eq!((app.runs().len(), app.deliveries.flights().counts().full), (0, 1));
}

async fn it_is_back_as_soon_as_redis_is() {
    let mut redis = Redis::start(&AOF).await;
    let app = App::new("a", &redis, SECOND / 100).await;
    assert_eq!(app.send(1).await.text(), (200, "a 1"));
    for number in 2..6 {
        redis.kill();
        let waiting = app.spawn(number);
        sleep(SECOND).await;
        redis.start_again().await;
        let begin = Instant::now();
        assert_eq!(waiting.await.unwrap().text(), (200, &*format!("a {number}")));
        // A time limit and two pauses; the defaults of a connection manager wait for up to 9 s.
        assert!(begin.elapsed() < 2 * SECOND, "{:?}", begin.elapsed());
    }
    assert_eq!(app.send(1).await.text(), (200, "a 1"));
    assert_eq!(app.runs().len(), 5);
}

async fn the_owners_server_answers_success_and_others_hold() {
    let mut redis = Redis::start(&AOF).await;
    let (a, b) = (App::new("a", &redis, seconds(6.0)).await, App::new("b", &redis, SECOND).await);
    let own = a.spawn(1);
    a.has_begun(1).await;
    let other = b.spawn(1);
    sleep(2 * SECOND).await;
    redis.kill();
    let (own, other) = (own.await.unwrap(), other.await.unwrap());
    assert_eq!((own.text(), other.text()), ((200, "success"), (503, "")));
    assert!(other.after >= seconds(5.9), "{other:?}");
    // The reply is late without Redis, since `success` was the answer; and Redis hears of it.
    sleep(2 * SECOND).await;
    assert_eq!(a.lates(), [Late::Reply("a 1".to_owned())]);
    redis.start_again().await;
    sleep(2 * SECOND).await;
    for app in [&a, &b] {
        assert_eq!(app.send(1).await.text(), (200, "success"));
    }
    assert_eq!(attempts(&[&a, &b], 1), [1]);
}

/// Redis hears of it when it is back, in time for those who wait.
async fn a_reply_made_meanwhile_is_kept() {
    let mut redis = Redis::start(&AOF).await;
    let (a, b) = (App::new("a", &redis, seconds(2.0)).await, App::new("b", &redis, SECOND).await);
    let own = a.spawn(1);
    a.has_begun(1).await;
    let joined = b.spawn(1);
    sleep(SECOND / 2).await;
    redis.kill();
    sleep(seconds(1.5)).await;
    assert!(!own.is_finished(), "the reply is there, and Redis does not know of it");
    redis.start_again().await;
    assert_eq!(own.await.unwrap().text(), (200, "a 1"));
    assert_eq!(joined.await.unwrap().text(), (200, "a 1"));
    assert_eq!(attempts(&[&a, &b], 1), [1]);
}

/// Nobody works on it any more, and Redis does not know it yet: a send of it is left to the next one.
async fn a_failure_meanwhile_is_no_success() {
    let mut redis = Redis::start(&AOF).await;
    let (a, b) = (ledger(&redis).await, ledger(&redis).await);
    let settle = async |ledger: &RedisLedger, number| {
        ledger.settle(&key(number), Instant::now() + 5 * SECOND, Instant::now()).await
    };
    let ((failed, _), (runs, _)) = (run(&a, 1, 1).await, run(&a, 2, 1).await);
    redis.kill();
    let release = a.release(&failed, Instant::now());
    sleep(SECOND / 2).await;
    assert_eq!(settle(&a, 1).await, Settled::Hold);
    // The control: on this one somebody works.
    assert_eq!(settle(&a, 2).await, Settled::Success);
    // Longer than a lease, of which Redis is told nothing more.
    sleep(4 * SECOND).await;
    redis.start_again().await;
    assert_eq!(release.await, Released::Free);
    let (again, _) = run(&b, 1, 2).await;
    assert_eq!((again.attempt, runs.attempt), (2, 1));
}

async fn who_joins_on_the_owners_server_has_its_answer_too() {
    let mut redis = Redis::start(&AOF).await;
    let a = App::new("a", &redis, seconds(6.0)).await;
    let quick = App::new("quick", &redis, SECOND / 10).await;
    assert_eq!(quick.send(2).await.text(), (200, "quick 2"));
    let own = a.spawn(1);
    a.has_begun(1).await;
    redis.kill();
    assert_eq!(quick.send(2).await.text(), (200, "quick 2"), "it has not forgotten it");
    let joined = a.spawn(1);
    assert_eq!(own.await.unwrap().text(), (200, "success"));
    assert_eq!(joined.await.unwrap().text(), (200, "success"));
    assert_eq!(a.send(1).await.text(), (200, "success"));
    assert_eq!((a.runs(), quick.runs()), (vec![(1, 1)], vec![(2, 1)]));
}

async fn with_handle_messages_are_handled_without_redis() {
    let mut redis = Redis::start(&AOF).await;
    let settings = RedisSettings::new().when_unavailable(WhenUnavailable::Handle);
    let app = App::with("a", &redis, seconds(1.0), settings).await;
    assert_eq!(app.send(1).await.text(), (200, "a 1"));
    redis.kill();
    let (first, second) = (app.spawn(2), app.spawn(2));
    assert_eq!((first.await.unwrap().text(), second.await.unwrap().text()), ((200, "a 2"), (200, "a 2")));
    redis.start_again().await;
    sleep(2 * SECOND).await;
    for number in [1, 2, 3] {
        assert_eq!(app.send(number).await.text(), (200, &*format!("a {number}")));
    }
    assert_eq!(app.runs(), [(1, 1), (2, 1), (3, 1)]);
    assert_eq!(app.lates(), [] as [Late<String>; 0]);
}

/// In whatever way Redis is away. The limit is 250 ms; what is asserted leaves room for a slow machine.
async fn no_command_takes_longer_than_its_time() {
    let mut redis = Redis::start(&AOF).await;
    let (a, b) = (ledger(&redis).await, ledger(&redis).await);
    let (lease, _) = run(&a, 1, 1).await;
    let in_time = async |what: &str| {
        for number in 0..4 {
            let claimed = timeout(2 * SECOND, Ask::new(number + 10, 2).of(&b)).await.expect(what);
            assert!(matches!(claimed, Claimed::Unavailable), "{what}: {claimed:?}");
        }
        // Two tries.
        let settled = timeout(3 * SECOND, b.settle(&key(1), Instant::now() + 5 * SECOND, Instant::now()))
            .await
            .expect(what);
        assert_eq!(settled, Settled::Hold, "{what}");
    };
    let asking = async {
        sleep(SECOND / 2).await;
        in_time("paused").await;
    };
    tokio::join!(redis.pause(8 * SECOND), asking);
    sleep(SECOND).await;
    redis.kill();
    in_time("killed").await;
    assert_eq!(lease.attempt, 1);
}

/// However many wait, and however long it lasts.
async fn it_is_told_once_and_why() {
    let mut redis = Redis::start(&AOF).await;
    let mut app = Process::start(&redis, 0.1, "one", OnCrash::Again).await;
    redis.kill();
    (0..50).for_each(|number| app.send(number));
    sleep(3 * SECOND).await;
    redis.start_again().await;
    for number in 0..50 {
        app.line(&format!("answer {number} 200")).await;
    }
    let told = |text: &str| app.lines("").into_iter().filter(|line| line.contains(text)).collect::<Vec<_>>();
    let away = told("Redis cannot be used");
    assert!(away.len() == 1 && away[0].contains("refused"), "{away:?}");
    assert_eq!(told("Redis answers again").len(), 1);
}

/// Between its commands others are answered, so that Redis seems to come and go.
async fn one_broken_record_is_not_told_with_each_command() {
    let redis = Redis::start(&[]).await;
    let owner = App::new("a", &redis, SECOND / 100).await;
    let mut app = Process::start(&redis, 0.0, "one", OnCrash::Again).await;
    assert_eq!(owner.send(0).await.status, 200);
    let record = redis.records().await.remove(0);
    redis.ask::<()>(redis::cmd("SET").arg(record).arg("broken")).await;
    app.send(0);
    for number in 1..40 {
        app.send(number);
        sleep(SECOND / 10).await;
    }
    app.line("answer 0 503").await;
    app.line("answer 39 200").await;
    let told = app.lines("").iter().filter(|line| line.contains("Redis cannot be used")).count();
    assert!((1..=2).contains(&told), "{told}");
}

/// As with a wrong password, which nobody mends within a second.
async fn whoever_takes_no_connection_is_not_hammered() {
    let mut redis = Redis::start(&[]).await;
    let app = App::new("a", &redis, SECOND).await;
    redis.kill();
    let closed = TcpListener::bind(("127.0.0.1", redis.port())).await.expect("its port is free");
    let waiting: Vec<_> = (0..20).map(|number| app.spawn(number)).collect();
    let count = async |time| {
        let (mut count, end) = (0, Instant::now() + time);
        while let Ok(Ok((connection, _))) = timeout(end - Instant::now(), closed.accept()).await {
            drop(connection);
            count += 1;
        }
        count
    };
    let at_first = count(SECOND).await;
    let _ = count(2 * SECOND).await;
    let later = count(SECOND).await;
    assert!(at_first > 2 && later > 2, "it goes on trying: {at_first} {later}");
    assert!(later <= 21, "every 50 ms, and not more often: {at_first} {later}");
    drop(waiting);
}
