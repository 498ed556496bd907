//! Stores of others: what a ledger over a network may do.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use echostr_ledger::{
    Answer, Arrival, Arrived, Claim, Claimed, End, Fingerprint, Finished, Key, Lease, Ledger, MemoryLedger,
    Patience, Released, RequestId, Settled, Step,
};
use tokio::{
    task::yield_now,
    time::{Instant, sleep},
};

use crate::{
    adapter::{Act, Request, Server, status},
    platform::{CONNECTIONS, Connection::Keeps, deliver, send},
};

/// A ledger whose answers take a while.
#[derive(Clone)]
pub(crate) struct Remote {
    ledger: MemoryLedger,
    /// Cannot be reached until then.
    down_until: Option<Instant>,
    settles: bool,
    /// The ids of all claims, and whether they counted.
    claims: Arc<Mutex<Vec<(RequestId, bool)>>>,
}

impl Remote {
    pub(crate) fn new(ledger: MemoryLedger) -> Self {
        Self { ledger, down_until: None, settles: true, claims: Arc::default() }
    }

    /// Cannot be reached for so many seconds from now.
    pub(crate) fn down(time: f64) -> Self {
        let until = Instant::now() + Duration::from_secs_f64(time);
        Self { down_until: Some(until), ..Self::new(MemoryLedger::new()) }
    }
}

fn later<T: Send + 'static>(step: Step<T>) -> Step<T> {
    Step::later(async move {
        yield_now().await;
        step.await
    })
}

impl Ledger for Remote {
    fn claim(&self, claim: &Claim<'_>, now: Instant) -> Step<Claimed> {
        self.claims.lock().unwrap().push((claim.id, claim.counts));
        if self.down_until.is_some_and(|until| now < until) {
            return later(Step::ready(Claimed::Unavailable));
        }
        later(self.ledger.claim(claim, now))
    }

    fn settle(&self, key: &Key, gone: Instant, now: Instant) -> Step<Settled> {
        if self.settles {
            later(self.ledger.settle(key, gone, now))
        } else {
            later(Step::ready(Settled::Hold))
        }
    }

    fn finish(&self, lease: &Lease, end: End, now: Instant) -> Step<Finished> {
        later(self.ledger.finish(lease, end, now))
    }

    fn release(&self, lease: &Lease, now: Instant) -> Step<Released> {
        later(self.ledger.release(lease, now))
    }

    fn retract(&self, lease: &Lease, now: Instant) -> Step<bool> {
        later(self.ledger.retract(lease, now))
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_answers_later_does_the_same() {
    for connection in CONNECTIONS {
        for (patience, time, at, text) in [
            (Patience::OneSend, 1.0, 1_000, "sealed hello"),
            (Patience::OneSend, 7.0, 4_500, "success"),
            (Patience::AllSends, 7.0, 7_000, "sealed hello"),
            (Patience::AllSends, 20.0, 14_500, "success"),
        ] {
            let server = Server::with(Remote::new(MemoryLedger::new()), &[Act::Reply(time, "hello")])
                .set(|deliveries| deliveries.patience(patience));
            let answer = deliver(&server, &Request::new(1), connection).await.unwrap();
            assert_eq!((answer.0, answer.1.text()), (at, (200, text)));
            sleep(Duration::from_secs(60)).await;
            assert_eq!((server.ended(), server.lates().len()), (1, usize::from(text == "success")));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_cannot_be_reached_is_asked_again() {
    for (time, at, text) in [(2.0, 2_000, (200, "sealed hello")), (60.0, 6_000, (503, ""))] {
        let remote = Remote::down(time);
        let server = Server::with(remote.clone(), &[Act::Reply(0.0, "hello")]);
        let response = server.spawn(&Request::new(1)).await.unwrap();
        assert_eq!((server.start.elapsed().as_millis(), response.text()), (at, text));
        // One request, under one id, counted by the answer that it gets.
        let claims = remote.claims.lock().unwrap().clone();
        assert!(claims.len() > 20 && claims.iter().all(|claim| *claim == (claims[0].0, true)));
    }
    // The three sends bridge 14 seconds.
    for connection in CONNECTIONS {
        let server = Server::with(Remote::down(13.0), &[Act::Reply(1.0, "hello")]);
        let (at, response) = deliver(&server, &Request::new(1), connection).await.unwrap();
        assert_eq!((at, response.text()), (14_000, (200, "sealed hello")));
        assert_eq!(server.runs(), 1);
    }
    // A thousand wait, the others are told at once.
    let server = Server::with(Remote::down(60.0), &[Act::Reply(1.0, "hello")]);
    let tasks: Vec<_> = (0..1_001).map(|number| server.spawn(&Request::new(number))).collect();
    sleep(Duration::from_millis(10)).await;
    assert_eq!(tasks.iter().filter(|task| task.is_finished()).count(), 1);
    assert_eq!(server.deliveries.flights().counts().full, 1);
}

/// A handler that could begin only when the store was back may fail after the deadline. Nobody has been told `success` by then.
#[tokio::test(start_paused = true)]
async fn a_send_that_waited_for_the_store_leaves_success_to_the_next() {
    let down = |time: f64| {
        let until = Instant::now() + Duration::from_secs_f64(time);
        Remote { down_until: Some(until), ..Remote::new(MemoryLedger::new()) }
    };
    for connection in CONNECTIONS {
        for (acts, at, text) in [
            (&[Act::Fail(1.0), Act::Reply(1.0, "hello")][..], 5_900, "sealed hello"),
            (&[Act::Fail(1.5), Act::Reply(1.0, "hello")], 6_400, "sealed hello"),
            (&[Act::Reply(7.0, "hello")], 9_500, "success"),
        ] {
            let server = Server::with(down(3.9), acts);
            let answer = deliver(&server, &Request::new(1), connection).await.unwrap();
            assert_eq!((answer.0, answer.1.text()), (at, (200, text)));
            sleep(Duration::from_secs(60)).await;
            assert_eq!((server.runs(), server.ended()), (acts.len(), 1));
            assert_eq!(server.lates().len(), usize::from(text == "success"));
        }
        // Of these two the store has not heard before, and one may be the last.
        for (time, at) in [(8.0, 9_500), (13.0, 14_500)] {
            let server = Server::with(down(time), &[Act::Reply(7.0, "hello")]);
            let (answered, response) = deliver(&server, &Request::new(1), connection).await.unwrap();
            assert_eq!((answered, response.text()), (at, (200, "success")));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_send_that_may_not_settle_is_held() {
    let remote = Remote { settles: false, ..Remote::new(MemoryLedger::new()) };
    let server = Server::with(remote, &[Act::Reply(7.0, "hello")]);
    let (own, waiting) = (server.spawn(&Request::new(1)), server.spawn(&Request::new(1)));
    assert_eq!((own.await.unwrap(), waiting.await.unwrap()), (status(503, ""), status(503, "")));
    assert_eq!(server.start.elapsed(), Duration::from_secs(6));
    // The platform has sent again meanwhile, and gets the reply.
    assert_eq!(send(&server, &Request::new(1), Keeps).await.unwrap().text(), (200, "sealed hello"));
    assert_eq!(server.lates(), []);
}

/// Looks again count nothing, and carry the id of their request.
#[tokio::test(start_paused = true)]
async fn a_request_is_counted_once() {
    let remote = Remote::new(MemoryLedger::new());
    let server = Server::with(remote.clone(), &[Act::Fail(1.0), Act::Fail(1.0), Act::Reply(1.0, "hello")]);
    let tasks: Vec<_> = (0..3).map(|_| server.spawn(&Request::new(1))).collect();
    for task in tasks {
        task.await.unwrap();
    }
    let claims = remote.claims.lock().unwrap();
    let mut counted: Vec<_> = claims.iter().filter(|(_, counts)| *counts).map(|(id, _)| id.get()).collect();
    counted.sort_unstable();
    counted.dedup();
    assert_eq!((counted.len(), claims.iter().filter(|(_, counts)| *counts).count()), (3, 3));
    assert!(claims.len() > 3 && claims.iter().all(|(id, _)| counted.contains(&id.get())));
    assert_eq!(server.runs(), 3);
}

/// The task of the handler is aborted, as by a runtime that ends, before anything was answered: nobody is told `success`, so the platform
/// sends again and the message is handled.
#[tokio::test(start_paused = true)]
async fn a_flight_that_is_dropped_is_no_success_before_the_store_says_so() {
    let server = Server::with(Remote::new(MemoryLedger::new()), &[Act::Panic(0.0), Act::Reply(1.0, "hello")]);
    let arrival = Arrival {
        key: Request::new(1).key(),
        fingerprint: Fingerprint::new("POST", b"message 1"),
        arrived: Instant::now(),
        accepted_for: None,
    };
    let arrived = server.deliveries.active().unwrap().arrive::<u16>(arrival).await;
    let Arrived::Run(flight, answer) = arrived else { panic!("nobody else runs it") };
    let task = tokio::spawn(flight.run(std::future::pending()));
    let answer = tokio::spawn(answer.answer());
    sleep(Duration::from_secs(1)).await;
    task.abort();
    let answer = answer.await.unwrap();
    assert!(matches!(answer, Answer::Unavailable), "{answer:?}");
    let (at, response) = deliver(&server, &Request::new(1), Keeps).await.unwrap();
    assert_eq!((at, response.text()), (1_000, (200, "sealed hello")));
}
