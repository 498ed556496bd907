//! The sends of one message on several servers.

use echostr_ledger::Late;
use echostr_ledger_redis::{RedisSettings, WhenUnavailable};
use tokio::time::sleep;

use crate::{
    app::{App, SECOND, attempts, deliver, seconds},
    server::Redis,
    trial::trials,
};

trials!["sends";
    a_quick_reply_reaches_the_sends_on_every_server,
    a_slow_reply_is_late_on_the_server_that_made_it,
    with_all_sends_a_slow_reply_reaches_the_send_on_another_server,
    the_third_send_is_the_last_on_whatever_server,
    a_reply_fetched_on_another_server_is_not_late,
    a_reply_that_nobody_fetches_is_late,
    with_handle_nothing_changes_while_redis_is_there,
];

async fn two(redis: &Redis, takes: f64) -> [App; 2] {
    [App::new("a", redis, seconds(takes)).await, App::new("b", redis, seconds(takes)).await]
}

async fn a_quick_reply_reaches_the_sends_on_every_server() {
    let redis = Redis::start(&[]).await;
    let [a, b] = two(&redis, 1.0).await;
    let first = a.spawn(1);
    a.has_begun(1).await;
    let others = [b.spawn(1), a.spawn(1), b.spawn(1)];
    assert_eq!(first.await.unwrap().text(), (200, "a 1"));
    for other in others {
        assert_eq!(other.await.unwrap().text(), (200, "a 1"));
    }
    assert_eq!(b.send(1).await.text(), (200, "a 1"));
    assert_eq!(attempts(&[&a, &b], 1), [1]);
    assert_eq!((b.deliveries.flights().counts().joined, b.deliveries.flights().counts().repeated), (2, 1));
}

async fn a_slow_reply_is_late_on_the_server_that_made_it() {
    let redis = Redis::start(&[]).await;
    let [a, b] = two(&redis, 6.0).await;
    let first = a.spawn(1);
    a.has_begun(1).await;
    let second = b.spawn(1);
    assert_eq!(first.await.unwrap().text(), (200, "success"));
    assert_eq!(second.await.unwrap().text(), (200, "success"));
    assert_eq!(b.send(1).await.text(), (200, "success"));
    sleep(3 * SECOND).await;
    assert_eq!((a.lates(), b.lates()), (vec![Late::Reply("a 1".to_owned())], vec![]));
    assert_eq!(attempts(&[&a, &b], 1), [1]);
}

async fn with_all_sends_a_slow_reply_reaches_the_send_on_another_server() {
    let redis = Redis::start(&[]).await;
    let [a, b] = two(&redis, 7.0).await.map(App::patient);
    let response = deliver(&[a.clone(), b.clone()], 1).await.unwrap();
    assert_eq!(response.text(), (200, "a 1"));
    assert_eq!(attempts(&[&a, &b], 1), [1]);
    sleep(10 * SECOND).await;
    assert_eq!((a.lates(), b.lates()), (vec![], vec![]));
}

async fn the_third_send_is_the_last_on_whatever_server() {
    let redis = Redis::start(&[]).await;
    let [a, b] = two(&redis, 20.0).await.map(App::patient);
    let c = App::new("c", &redis, SECOND).await.patient();
    let response = deliver(&[a.clone(), b.clone(), c.clone()], 1).await.unwrap();
    assert_eq!(response.text(), (200, "success"));
    assert!(response.after > seconds(14.0), "{response:?}");
    sleep(7 * SECOND).await;
    assert_eq!((attempts(&[&a, &b, &c], 1), a.lates()), (vec![1], vec![Late::Reply("a 1".to_owned())]));
}

async fn a_reply_fetched_on_another_server_is_not_late() {
    let redis = Redis::start(&[]).await;
    let [a, b] = two(&redis, 2.0).await;
    let first = a.spawn(1);
    a.has_begun(1).await;
    sleep(SECOND).await;
    first.abort();
    assert_eq!(b.send(1).await.text(), (200, "a 1"));
    sleep(16 * SECOND).await;
    assert_eq!((a.lates(), b.lates()), (vec![], vec![]));
}

/// The control of the test above.
async fn a_reply_that_nobody_fetches_is_late() {
    let redis = Redis::start(&[]).await;
    let [a, b] = two(&redis, 2.0).await;
    let first = a.spawn(1);
    a.has_begun(1).await;
    sleep(SECOND).await;
    first.abort();
    sleep(17 * SECOND).await;
    assert_eq!((a.lates(), b.lates()), (vec![Late::Reply("a 1".to_owned())], vec![]));
    assert_eq!(b.send(1).await.text(), (200, "success"));
}

async fn with_handle_nothing_changes_while_redis_is_there() {
    let redis = Redis::start(&[]).await;
    let settings = || RedisSettings::new().when_unavailable(WhenUnavailable::Handle);
    let a = App::with("a", &redis, SECOND, settings()).await;
    let b = App::with("b", &redis, SECOND, settings()).await;
    let (first, second) = (a.spawn(1), b.spawn(1));
    assert_eq!(first.await.unwrap().body, second.await.unwrap().body);
    assert_eq!(attempts(&[&a, &b], 1), [1]);
}
