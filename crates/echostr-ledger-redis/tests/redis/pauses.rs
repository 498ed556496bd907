//! Redis stands still: its connections stay open, and what was sent to it is carried out when it wakes.

use std::time::Duration;

use echostr_ledger::{Claimed, Finished, Ledger as _, Settled};
use tokio::time::{Instant, sleep, timeout};

use crate::{
    app::{App, SECOND, attempts, deliver, key, seconds},
    server::Redis,
    steps::{Ask, ledger, reply, run},
    trial::trials,
};

trials!["pauses";
    for_1_second,
    for_4_seconds,
    for_20_seconds,
    twice_in_a_row,
    twice_in_a_row_with_a_beat_between,
    what_was_given_up_is_not_done_when_it_wakes,
    a_reply_is_not_fetched_for_a_send_that_has_gone,
];

/// Four flights on one server, with sends that wait on another, while Redis stands still in this way. None is taken from its owner, who
/// lives.
async fn no_flight_is_taken(pauses: &[(f64, f64)], takes: f64) {
    let redis = Redis::start(&[]).await;
    let a = App::new("a", &redis, seconds(takes)).await.patient();
    let b = App::new("b", &redis, SECOND).await.patient();
    let own: Vec<_> = (1..=4).map(|number| a.spawn(number)).collect();
    a.has_begun(4).await;
    let waiting: Vec<_> = (1..=4).map(|number| b.spawn(number)).collect();
    sleep(SECOND / 2).await;
    assert_eq!((a.runs().len(), b.runs().len()), (4, 0));
    for (pause, after) in pauses {
        redis.pause(seconds(*pause)).await;
        // Who comes now finds leases that have run out.
        for number in 1..=4 {
            drop(b.spawn(number));
        }
        sleep(seconds(*after)).await;
    }
    for send in own.into_iter().chain(waiting) {
        send.await.unwrap();
    }
    sleep(3 * SECOND).await;
    for number in 1..=4 {
        assert_eq!(attempts(&[&a, &b], number), [1], "{number}");
        // Its reply, and nobody else's, is the answer.
        let response = b.send(number).await;
        assert!(response.body == format!("a {number}") || response.body == "success", "{response:?}");
    }
}

async fn for_1_second() {
    no_flight_is_taken(&[(1.0, 2.0)], 4.0).await;
}

async fn for_4_seconds() {
    no_flight_is_taken(&[(4.0, 4.0)], 7.0).await;
}

async fn twice_in_a_row() {
    // Awake for less than a suspicion takes.
    no_flight_is_taken(&[(4.0, 0.3), (4.0, 4.0)], 11.0).await;
}

async fn twice_in_a_row_with_a_beat_between() {
    no_flight_is_taken(&[(4.0, 1.1), (4.0, 4.0)], 12.0).await;
}

/// Longer than a message is sent again.
async fn for_20_seconds() {
    let redis = Redis::start(&[]).await;
    let (a, b) = (App::new("a", &redis, seconds(3.0)).await, App::new("b", &redis, seconds(0.1)).await);
    let own = a.spawn(1);
    a.has_begun(1).await;
    let apps = [a.clone(), b.clone()];
    let deliver_after = |time: f64, number: u32| {
        let apps = apps.clone();
        tokio::spawn(async move {
            sleep(seconds(time)).await;
            deliver(&apps, number).await
        })
    };
    let (lost, kept) = (deliver_after(0.1, 2), deliver_after(8.0, 3));
    redis.pause(20 * SECOND).await;
    // The flight that was under way: its server answered `success`, and its reply was late.
    assert_eq!(own.await.unwrap().text(), (200, "success"));
    assert_eq!(a.lates().len(), 1);
    // All three sends of this one fell into the pause.
    assert!(lost.await.unwrap().is_none());
    assert_eq!(kept.await.unwrap().unwrap().status, 200);
    sleep(2 * SECOND).await;
    assert_eq!(b.send(1).await.text(), (200, "success"));
    assert_eq!([1, 2, 3].map(|number| attempts(&[&a, &b], number).len()), [1, 0, 1]);
}

/// A claim whose sender has gone must not make a record that nobody owns.
async fn what_was_given_up_is_not_done_when_it_wakes() {
    let redis = Redis::start(&[]).await;
    let a = ledger(&redis).await;
    // So that Redis knows the script, and needs one command for a claim.
    run(&a, 9, 1).await;
    let claims = async {
        sleep(SECOND / 5).await;
        for number in 1..=4 {
            let claimed = Ask::new(number, 1).of(&a).await;
            assert!(matches!(claimed, Claimed::Unavailable), "{claimed:?}");
        }
    };
    tokio::join!(redis.pause(4 * SECOND), claims);
    sleep(SECOND).await;
    assert_eq!(redis.records().await.len(), 1, "they came, and were not carried out");
    let processed = async {
        // The control: one that was not given up is.
        let begin = Instant::now();
        while !matches!(Ask::new(5, 1).of(&a).await, Claimed::Run(..)) {
            sleep(Duration::from_millis(20)).await;
        }
        begin.elapsed()
    };
    timeout(10 * SECOND, processed).await.unwrap();
    assert_eq!(redis.records().await.len(), 2);
}

/// Redis wakes when the platform has just hung up, and while a command of its send may still act: the reply goes to `on_late`.
async fn a_reply_is_not_fetched_for_a_send_that_has_gone() {
    let redis = Redis::start(&[]).await;
    let (a, b) = (ledger(&redis).await, ledger(&redis).await);
    // So that it knows the scripts and the clock.
    assert_eq!(b.settle(&key(9), Instant::now() + SECOND, Instant::now()).await, Settled::Hold);
    for (number, settles, is_there) in
        [(1, true, false), (2, false, false), (3, true, true), (4, false, true)]
    {
        let (lease, _) = run(&a, number, 1).await;
        assert_eq!(a.finish(&lease, reply(60 * SECOND), Instant::now()).await, Finished::InTime);
        let gone = if is_there { 5 * SECOND } else { SECOND / 20 };
        let asks = async {
            if settles {
                matches!(
                    b.settle(&key(number), Instant::now() + gone, Instant::now()).await,
                    Settled::Reply(_)
                )
            } else {
                loop {
                    match (Ask { gone, ..Ask::new(number, 2) }).of(&b).await {
                        Claimed::Done(_) => break true,
                        // The next look would be one that fetches nothing.
                        _ if !is_there => break false,
                        _ => {}
                    }
                }
            }
        };
        let ((), is_told) = tokio::join!(redis.pause(SECOND / 7), asks);
        assert_eq!(is_told, is_there, "{number}");
        assert_eq!(a.retract(&lease, Instant::now()).await, !is_there, "{number}");
    }
}
