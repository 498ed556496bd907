//! Connections that are cut in the middle of a command, and scripts that are flushed.

use std::sync::Arc;

use echostr_ledger::{Claimed, End, Finished, Ledger as _, Released, Remembered, Settled};
use echostr_ledger_redis::RedisLedger;
use tokio::time::{Instant, sleep};

use crate::{
    app::{App, SECOND, attempts, key},
    proxy::{HALF, Proxy, UNANSWERED},
    server::Redis,
    steps::{Ask, ledger, run},
    trial::trials,
};

trials!["cuts"; no_step_is_lost_or_done_twice, messages_go_on, scripts_that_are_flushed_are_loaded_again];

/// Each step with its command cut in half, and with its answer lost.
async fn no_step_is_lost_or_done_twice() {
    let redis = Redis::start(&[]).await;
    let proxy = Proxy::before(redis.port()).await;
    let a = RedisLedger::connect(&proxy.url()).await.unwrap();
    let others = ledger(&redis).await;
    let mut number = 0;
    for mode in [HALF, UNANSWERED] {
        for step in 0..5 {
            number += 1;
            // A beat must not take the cut: there is none for some time.
            let begin = proxy.cuts();
            if step == 0 {
                proxy.cut(mode);
            }
            let (lease, seen) = run(&a, number, 1).await;
            assert_eq!((lease.attempt, seen.sends), (1, 1));
            if step > 0 {
                proxy.cut(mode);
            }
            let reply = || End::Reply(Arc::new(Remembered::new(None, "hello".into())), 60 * SECOND);
            match step {
                0 => {}
                1 => {
                    assert_eq!(a.finish(&lease, reply(), Instant::now()).await, Finished::InTime);
                    let claimed = Ask::new(number, 2).of(&others).await;
                    assert!(matches!(claimed, Claimed::Done(Some(_))), "{claimed:?}");
                }
                2 => {
                    assert_eq!(
                        a.settle(&key(number), Instant::now() + 5 * SECOND, Instant::now()).await,
                        Settled::Success
                    );
                    assert_eq!(a.finish(&lease, reply(), Instant::now()).await, Finished::Late);
                }
                3 => {
                    assert_eq!(a.release(&lease, Instant::now()).await, Released::Free);
                    assert_eq!(run(&others, number, 2).await.0.attempt, 2);
                }
                _ => {
                    assert_eq!(a.finish(&lease, reply(), Instant::now()).await, Finished::InTime);
                    proxy.cut(mode);
                    assert!(a.retract(&lease, Instant::now()).await);
                    let claimed = Ask::new(number, 2).of(&others).await;
                    assert!(matches!(claimed, Claimed::Done(None)), "{claimed:?}");
                }
            }
            assert!(proxy.cuts() > begin, "the connection was cut");
        }
    }
}

async fn messages_go_on() {
    let redis = Redis::start(&[]).await;
    let proxy = Proxy::before(redis.port()).await;
    let a = App::over("a", RedisLedger::connect(&proxy.url()).await.unwrap(), SECOND / 100);
    let b = App::new("b", &redis, SECOND / 100).await;
    for number in 0..100 {
        proxy.cut(if number % 2 == 0 { HALF } else { UNANSWERED });
        let response = a.send(number).await;
        assert_eq!(response.text(), (200, &*format!("a {number}")));
        assert_eq!(b.send(number).await.text(), response.text());
        assert_eq!(attempts(&[&a, &b], number), [1]);
    }
    assert!(proxy.cuts() >= 90, "{}", proxy.cuts());
}

async fn scripts_that_are_flushed_are_loaded_again() {
    let redis = Redis::start(&[]).await;
    let apps = [App::new("a", &redis, SECOND / 10).await, App::new("b", &redis, SECOND / 10).await];
    for number in 0..20 {
        let flush = || async { redis.ask::<()>(redis::cmd("SCRIPT").arg("FLUSH")).await };
        flush().await;
        let (first, second) = (apps[0].spawn(number), apps[1].spawn(number));
        sleep(SECOND / 20).await;
        flush().await;
        assert_eq!(first.await.unwrap().body, second.await.unwrap().body);
        assert_eq!(attempts(&[&apps[0], &apps[1]], number), [1]);
    }
}
