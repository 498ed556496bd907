//! The store step by step, through the trait.

use std::{sync::Arc, time::Duration};

use echostr_ledger::{
    Claim, Claimed, End, Finished, Lease, Ledger as _, Released, Remembered, RequestId, Seen, Settled,
};
use echostr_ledger_redis::RedisLedger;
use tokio::time::{Instant, sleep, timeout};

use crate::{
    app::{SECOND, fingerprint, key},
    server::Redis,
    trial::trials,
};

trials!["steps";
    a_flight_from_its_claim_to_its_repeats,
    a_claim_repeated_with_its_id_counts_nothing_and_gets_the_same,
    another_message_with_the_same_key_is_a_conflict,
    what_is_settled_stays_success,
    a_failed_flight_is_free_for_the_next_attempt,
    a_reply_is_taken_back_only_if_nobody_on_any_server_has_fetched_it,
    a_reply_is_forgotten_when_its_time_is_over,
    a_claim_that_is_dropped_gives_its_lease_back,
    who_waits_on_another_server_is_told_the_end,
    a_claim_that_may_not_run_makes_no_record,
    who_comes_when_another_has_just_left_is_told_the_end,
    a_claim_repeated_after_success_was_answered_runs_the_handler,
    the_owners_server_holds_what_comes_too_late_for_its_sender,
];

pub(crate) async fn ledger(redis: &Redis) -> RedisLedger {
    RedisLedger::connect(&redis.url()).await.unwrap()
}

pub(crate) struct Ask {
    pub(crate) number: u32,
    pub(crate) id: u128,
    pub(crate) counts: bool,
    pub(crate) runs: bool,
    pub(crate) fetches: bool,
    /// How long its sender waits.
    pub(crate) gone: Duration,
}

impl Ask {
    pub(crate) const fn new(number: u32, id: u128) -> Self {
        Self { number, id, counts: true, runs: true, fetches: true, gone: Duration::from_secs(5) }
    }

    pub(crate) async fn of(&self, ledger: &RedisLedger) -> Claimed {
        let claim = Claim {
            key: &key(self.number),
            fingerprint: &fingerprint(self.number),
            id: RequestId::new(self.id),
            arrived: Instant::now(),
            mark: 600 * SECOND,
            counts: self.counts,
            runs: self.runs,
            fetches: self.fetches,
            gone: Instant::now() + self.gone,
        };
        ledger.claim(&claim, Instant::now()).await
    }
}

pub(crate) async fn run(ledger: &RedisLedger, number: u32, id: u128) -> (Lease, Seen) {
    match Ask::new(number, id).of(ledger).await {
        Claimed::Run(lease, seen) => (lease, seen),
        claimed => panic!("{claimed:?}"),
    }
}

pub(crate) fn reply(time: Duration) -> End {
    End::Reply(Arc::new(Remembered::new(Some("text/xml".into()), "hello".into())), time)
}

fn now() -> Instant {
    Instant::now()
}

fn body(claimed: &Claimed) -> Option<&[u8]> {
    match claimed {
        Claimed::Done(Some(remembered)) => {
            assert_eq!(remembered.content_type().unwrap(), "text/xml");
            Some(remembered.body())
        }
        _ => None,
    }
}

async fn a_flight_from_its_claim_to_its_repeats() {
    let redis = Redis::start(&[]).await;
    let (a, b) = (ledger(&redis).await, ledger(&redis).await);
    let (lease, seen) = run(&a, 1, 1).await;
    assert_eq!((lease.attempt, lease.owner, seen.sends), (1, RequestId::new(1), 1));
    sleep(SECOND / 5).await;
    for (ledger, sends) in [(&a, 2), (&b, 3)] {
        match Ask::new(1, sends.into()).of(ledger).await {
            Claimed::InFlight(_, seen) => {
                assert_eq!(seen.sends, sends);
                let age = seen.first.elapsed();
                assert!(age >= SECOND / 5 && age < 30 * SECOND, "{age:?}");
            }
            claimed => panic!("{claimed:?}"),
        }
    }
    assert_eq!(a.finish(&lease, reply(60 * SECOND), now()).await, Finished::InTime);
    for ledger in [&a, &b] {
        assert_eq!(body(&Ask::new(1, 9).of(ledger).await), Some(&b"hello"[..]));
        assert_eq!(
            b.settle(&key(1), now() + 5 * SECOND, now()).await,
            Settled::Reply(Arc::new(Remembered::new(Some("text/xml".into()), "hello".into())))
        );
    }
    // A reply without a content type, and an empty one.
    for (number, remembered) in
        [(2, Remembered::new(None, "hello".into())), (3, Remembered::new(Some("".into()), "".into()))]
    {
        let (lease, _) = run(&a, number, number.into()).await;
        let end = End::Reply(Arc::new(remembered.clone()), 60 * SECOND);
        assert_eq!(a.finish(&lease, end, now()).await, Finished::InTime);
        match Ask::new(number, 99).of(&b).await {
            Claimed::Done(Some(known)) => assert_eq!(*known, remembered),
            claimed => panic!("{claimed:?}"),
        }
    }
}

async fn a_claim_repeated_with_its_id_counts_nothing_and_gets_the_same() {
    let redis = Redis::start(&[]).await;
    let a = ledger(&redis).await;
    for _ in 0..3 {
        let (lease, seen) = run(&a, 1, 1).await;
        assert_eq!((lease.attempt, seen.sends), (1, 1));
    }
    for (id, sends) in [(2, 2), (2, 2), (3, 3), (2, 3), (3, 3), (4, 4)] {
        match Ask::new(1, id).of(&a).await {
            Claimed::InFlight(_, seen) => assert_eq!(seen.sends, sends, "{id}"),
            claimed => panic!("{claimed:?}"),
        }
    }
    match (Ask { counts: false, ..Ask::new(1, 5) }).of(&a).await {
        Claimed::InFlight(_, seen) => assert_eq!(seen.sends, 4),
        claimed => panic!("{claimed:?}"),
    }
    // The owner's request has meanwhile gone: its flight is nobody's.
    let claimed = Ask { runs: false, ..Ask::new(1, 1) }.of(&a).await;
    assert!(matches!(claimed, Claimed::Free(Some(_))), "{claimed:?}");
    assert_eq!(run(&a, 1, 2).await.0.attempt, 2);
}

async fn another_message_with_the_same_key_is_a_conflict() {
    let redis = Redis::start(&[]).await;
    let a = ledger(&redis).await;
    let claim = async |content: u32, id| {
        let claim = Claim {
            key: &key(1),
            fingerprint: &fingerprint(content),
            id: RequestId::new(id),
            arrived: now(),
            mark: 600 * SECOND,
            counts: true,
            runs: true,
            fetches: true,
            gone: now() + 5 * SECOND,
        };
        a.claim(&claim, now()).await
    };
    let Claimed::Run(lease, _) = claim(1, 1).await else { panic!("nobody else runs it") };
    assert!(matches!(claim(2, 2).await, Claimed::Conflict));
    // It counted nothing.
    assert!(matches!(claim(1, 3).await, Claimed::InFlight(_, Seen { sends: 2, .. })));
    assert_eq!(a.finish(&lease, End::Success, now()).await, Finished::InTime);
    assert!(matches!(claim(2, 4).await, Claimed::Conflict));
    assert!(matches!(claim(1, 5).await, Claimed::Done(None)));
}

async fn what_is_settled_stays_success() {
    let redis = Redis::start(&[]).await;
    let (a, b) = (ledger(&redis).await, ledger(&redis).await);
    for settles in [&a, &b] {
        let number = if std::ptr::eq(settles, &a) { 1 } else { 2 };
        assert_eq!(
            settles.settle(&key(number), now() + 5 * SECOND, now()).await,
            Settled::Hold,
            "there is no record"
        );
        let (lease, _) = run(&a, number, 1).await;
        assert_eq!(settles.settle(&key(number), now() + 5 * SECOND, now()).await, Settled::Success);
        assert_eq!(a.finish(&lease, reply(60 * SECOND), now()).await, Finished::Late);
        for ledger in [&a, &b] {
            assert!(matches!(Ask::new(number, 2).of(ledger).await, Claimed::Done(None)));
            assert_eq!(ledger.settle(&key(number), now() + 5 * SECOND, now()).await, Settled::Success);
        }
        assert!(!a.retract(&lease, now()).await);
    }
    let (lease, _) = run(&a, 3, 1).await;
    assert_eq!(b.settle(&key(3), now() + 5 * SECOND, now()).await, Settled::Success);
    assert_eq!(a.release(&lease, now()).await, Released::Late);
    assert!(matches!(Ask::new(3, 2).of(&b).await, Claimed::Done(None)));
}

async fn a_failed_flight_is_free_for_the_next_attempt() {
    let redis = Redis::start(&[]).await;
    let (a, b) = (ledger(&redis).await, ledger(&redis).await);
    let (first, _) = run(&a, 1, 1).await;
    assert_eq!(a.release(&first, now()).await, Released::Free);
    assert_eq!(b.settle(&key(1), now() + 5 * SECOND, now()).await, Settled::Hold, "nobody runs it");
    let (second, seen) = run(&b, 1, 2).await;
    assert_eq!((second.attempt, seen.sends), (2, 2));
    // Owner and attempt are the fence.
    assert_eq!(a.finish(&first, reply(60 * SECOND), now()).await, Finished::Superseded);
    assert_eq!(a.release(&first, now()).await, Released::Superseded);
    assert!(!a.retract(&first, now()).await);
    assert!(matches!(Ask::new(1, 3).of(&a).await, Claimed::InFlight(..)));
    assert_eq!(b.finish(&second, reply(60 * SECOND), now()).await, Finished::InTime);
}

async fn a_reply_is_taken_back_only_if_nobody_on_any_server_has_fetched_it() {
    let redis = Redis::start(&[]).await;
    let (a, b) = (ledger(&redis).await, ledger(&redis).await);
    for (number, fetches, settles) in [(1, false, false), (2, true, false), (3, false, true)] {
        let (lease, _) = run(&a, number, 1).await;
        assert_eq!(a.finish(&lease, reply(60 * SECOND), now()).await, Finished::InTime);
        assert!(body(&Ask { fetches, ..Ask::new(number, 2) }.of(&b).await).is_some());
        if settles {
            assert!(matches!(b.settle(&key(number), now() + 5 * SECOND, now()).await, Settled::Reply(_)));
        }
        let is_taken_back = a.retract(&lease, now()).await;
        assert_eq!(is_taken_back, !fetches && !settles);
        let claimed = Ask::new(number, 3).of(&b).await;
        assert_eq!(matches!(claimed, Claimed::Done(None)), is_taken_back, "{claimed:?}");
    }
}

async fn a_reply_is_forgotten_when_its_time_is_over() {
    let redis = Redis::start(&[]).await;
    let a = ledger(&redis).await;
    let (lease, _) = run(&a, 1, 1).await;
    let long = Remembered::new(None, vec![b'x'; 64 << 10].into());
    assert_eq!(a.finish(&lease, End::Reply(Arc::new(long), SECOND), now()).await, Finished::InTime);
    let record = redis.records().await.remove(0);
    let length = async || redis.ask::<usize>(redis::cmd("STRLEN").arg(&record)).await;
    assert!(length().await > 64 << 10);
    let claimed = Ask::new(1, 2).of(&a).await;
    assert!(matches!(claimed, Claimed::Done(Some(_))), "{claimed:?}");
    // Without anybody who asks for it, too.
    let shrinks = async {
        while length().await > 200 {
            sleep(SECOND / 10).await;
        }
    };
    timeout(20 * SECOND, shrinks).await.expect("the reply does not fill the memory any more");
    assert!(matches!(Ask::new(1, 3).of(&a).await, Claimed::Done(None)));
    let left: u64 = redis.ask(redis::cmd("TTL").arg(&record)).await;
    assert!((500..=600).contains(&left), "the mark ends as before: {left}");
}

/// The client hangs up while Redis is asked: whenever that is, the next send gets the message.
async fn a_claim_that_is_dropped_gives_its_lease_back() {
    let redis = Redis::start(&[]).await;
    let (a, b) = (ledger(&redis).await, ledger(&redis).await);
    for number in 0..60 {
        let fingerprint = fingerprint(number);
        let claim = Claim {
            key: &key(number),
            fingerprint: &fingerprint,
            id: RequestId::new(1),
            arrived: now(),
            mark: 600 * SECOND,
            counts: true,
            runs: true,
            fetches: true,
            gone: now() + 5 * SECOND,
        };
        let step = a.claim(&claim, now());
        // At once; while Redis answers; when the answer is there, and nobody has looked at it.
        sleep(Duration::from_micros(100) * number).await;
        if number % 10 == 0 {
            sleep(SECOND / 5).await;
        }
        drop(step);
        let runs = async {
            while !matches!(Ask::new(number, 2).of(&b).await, Claimed::Run(..)) {
                sleep(SECOND / 100).await;
            }
        };
        // Long before the lease has run out and been suspect.
        timeout(2 * SECOND, runs).await.expect("the lease is given back");
    }
}

async fn who_waits_on_another_server_is_told_the_end() {
    let redis = Redis::start(&[]).await;
    let (a, b) = (ledger(&redis).await, ledger(&redis).await);
    for end in 0..4_u32 {
        let (lease, _) = run(&a, end, 1).await;
        let app = crate::app::App::over("b", b.clone(), SECOND);
        let waiting = app.spawn(end);
        sleep(SECOND / 5).await;
        assert!(!waiting.is_finished());
        match end {
            0 => assert_eq!(a.finish(&lease, reply(60 * SECOND), now()).await, Finished::InTime),
            1 => assert_eq!(a.finish(&lease, End::Success, now()).await, Finished::InTime),
            2 => assert_eq!(a.settle(&key(end), now() + 5 * SECOND, now()).await, Settled::Success),
            _ => assert_eq!(a.release(&lease, now()).await, Released::Free),
        }
        // It would have answered `success` of itself at 4.5 s.
        let response = timeout(3 * SECOND, waiting).await.expect("it is told").unwrap();
        let expected = [(200, "hello"), (200, "success"), (200, "success"), (200, "b 3")];
        assert_eq!(response.text(), expected[end as usize]);
    }
}

async fn a_claim_that_may_not_run_makes_no_record() {
    let redis = Redis::start(&[]).await;
    let a = ledger(&redis).await;
    let claimed = Ask { runs: false, ..Ask::new(1, 1) }.of(&a).await;
    assert!(matches!(claimed, Claimed::Free(None)), "{claimed:?}");
    assert_eq!(redis.records().await, [""; 0]);
}

/// WeChat hangs up and sends again at once, perhaps to the same server, while that pauses between two looks for the send before.
async fn who_comes_when_another_has_just_left_is_told_the_end() {
    let redis = Redis::start(&[]).await;
    let (a, b) = (ledger(&redis).await, ledger(&redis).await);
    let (lease, _) = run(&a, 1, 1).await;
    let app = crate::app::App::over("b", b, SECOND).patient();
    let left = app.spawn(1);
    sleep(SECOND).await;
    left.abort();
    assert!(left.await.unwrap_err().is_cancelled());
    let waiting = app.spawn(1);
    sleep(SECOND).await;
    assert_eq!(a.finish(&lease, reply(60 * SECOND), now()).await, Finished::InTime);
    // Of itself it would look at 4.5 s.
    let response = timeout(2 * SECOND, waiting).await.expect("it is told").unwrap();
    assert_eq!(response.text(), (200, "hello"));
}

/// Its answer was lost, and meanwhile another send has been told `success`, which counts on the handler.
async fn a_claim_repeated_after_success_was_answered_runs_the_handler() {
    let redis = Redis::start(&[]).await;
    let (a, b) = (ledger(&redis).await, ledger(&redis).await);
    run(&a, 1, 1).await;
    assert_eq!(b.settle(&key(1), now() + 5 * SECOND, now()).await, Settled::Success);
    let (lease, seen) = run(&a, 1, 1).await;
    assert_eq!((lease.attempt, seen.sends), (1, 1));
    // The control: for all others it is done.
    assert!(matches!(Ask::new(1, 2).of(&b).await, Claimed::Done(None)));
    assert_eq!(a.finish(&lease, reply(60 * SECOND), now()).await, Finished::Late);
}

/// Nobody is left to be told `success`, so that the reply may still be the answer of the next send.
async fn the_owners_server_holds_what_comes_too_late_for_its_sender() {
    let redis = Redis::start(&[]).await;
    let a = ledger(&redis).await;
    for (number, gone, settled, finished) in [
        (1, Duration::ZERO, Settled::Hold, Finished::InTime),
        // The control.
        (2, 5 * SECOND, Settled::Success, Finished::Late),
    ] {
        let (lease, _) = run(&a, number, 1).await;
        assert_eq!(a.settle(&key(number), now() + gone, now()).await, settled);
        assert_eq!(a.finish(&lease, reply(60 * SECOND), now()).await, finished);
    }
}
