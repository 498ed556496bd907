//! What is refused when there is too much of it.

use std::time::Duration;

use echostr_ledger::{Answer, Arrival, Arrived, Fingerprint, MemoryLedger};
use tokio::time::{Instant, sleep};

use crate::{
    adapter::{Act, Request, Server, status},
    platform::{Connection::Keeps, send},
    stores::Remote,
};

#[tokio::test(start_paused = true)]
async fn the_ninth_that_waits() {
    let server = Server::new(&[Act::Reply(3.0, "hello")]);
    let tasks: Vec<_> = (0..12).map(|_| server.spawn(&Request::new(1))).collect();
    let mut statuses = vec![];
    for task in tasks {
        statuses.push(task.await.unwrap().status);
    }
    // One runs it, eight wait.
    assert_eq!(statuses, [200, 200, 200, 200, 200, 200, 200, 200, 200, 503, 503, 503]);
    let counts = server.deliveries.flights().counts();
    assert_eq!((server.runs(), counts.full, counts.joined), (1, 3, 11));
    // Each flight has its own places.
    assert_eq!(send(&server, &Request::new(2), Keeps).await.unwrap().status, 200);
}

#[tokio::test(start_paused = true)]
async fn more_flights_than_may_run() {
    let server = Server::new(&[Act::Reply(3.0, "hello")]).set(|deliveries| deliveries.max_flights(2));
    let running = [server.spawn(&Request::new(1)), server.spawn(&Request::new(2))];
    sleep(Duration::from_secs(1)).await;
    assert_eq!(server.deliveries.flights().running(), 2);
    assert_eq!(send(&server, &Request::new(3), Keeps).await, Some(status(503, "")));
    assert_eq!((server.runs(), server.deliveries.flights().counts().full), (2, 1));
    // A repeat needs no place.
    assert_eq!(send(&server, &Request::new(1), Keeps).await.unwrap().text(), (200, "sealed hello"));
    for task in running {
        assert_eq!(task.await.unwrap().status, 200);
    }
    assert_eq!(send(&server, &Request::new(3), Keeps).await.unwrap().text(), (200, "sealed hello"));
}

#[tokio::test(start_paused = true)]
async fn more_entries_than_the_ledger_holds() {
    let ledger = MemoryLedger::with_limits(3, usize::MAX);
    let server = Server::with(ledger.clone(), &[Act::Reply(1.0, "hello")]);
    for number in 0..3 {
        assert_eq!(send(&server, &Request::new(number), Keeps).await.unwrap().status, 200);
    }
    assert_eq!(ledger.entries(), 3);
    for number in 3..40 {
        assert_eq!(send(&server, &Request::new(number), Keeps).await, Some(status(503, "")));
    }
    // None has made way for another, and none is handled again.
    for number in 0..3 {
        assert_eq!(send(&server, &Request::new(number), Keeps).await.unwrap().text(), (200, "sealed hello"));
    }
    assert_eq!((server.runs(), ledger.entries()), (3, 3));
    assert_eq!(server.deliveries.flights().counts().full, 37);
    // The marks end, and not before: then there is room again, wherever it lies.
    sleep(Duration::from_millis(599_900) - server.start.elapsed()).await;
    assert_eq!(send(&server, &Request::new(3), Keeps).await, Some(status(503, "")));
    sleep(Duration::from_secs(10)).await;
    for number in 3..6 {
        assert_eq!(send(&server, &Request::new(number), Keeps).await.unwrap().status, 200);
    }
    assert_eq!((server.runs(), ledger.entries()), (6, 3));
}

#[tokio::test(start_paused = true)]
async fn more_bytes_than_the_ledger_holds() {
    // A reply here has 12 bytes, its content type 8.
    let ledger = MemoryLedger::with_limits(usize::MAX, 40);
    let server = Server::with(ledger.clone(), &[Act::Reply(1.0, "hello")]);
    for number in 0..2 {
        assert_eq!(send(&server, &Request::new(number), Keeps).await.unwrap().status, 200);
    }
    assert_eq!(ledger.bytes(), 40);
    assert_eq!(send(&server, &Request::new(2), Keeps).await, Some(status(503, "")));
    assert_eq!(send(&server, &Request::new(0), Keeps).await.unwrap().text(), (200, "sealed hello"));
    // Replies are forgotten before their marks.
    sleep(Duration::from_secs(62)).await;
    assert_eq!(send(&server, &Request::new(2), Keeps).await.unwrap().status, 200);
    for number in 0..2 {
        assert_eq!(send(&server, &Request::new(number), Keeps).await, Some(status(200, "success")));
    }
    // Each part of the store forgets when it is next looked at.
    assert_eq!((ledger.bytes(), ledger.entries()), (20, 3));
    assert_eq!(server.runs(), 3);
}

/// Only what runs has a place: neither a repeat whose body took too long, which is held until the platform has hung up, nor a request
/// that waits for its store.
#[tokio::test(start_paused = true)]
async fn what_runs_no_handler_takes_no_place() {
    let server = Server::new(&[Act::Reply(0.0, "hello")]).set(|deliveries| deliveries.max_flights(1));
    sleep(Duration::from_secs(10)).await;
    assert_eq!(send(&server, &Request::new(1), Keeps).await.unwrap().status, 200);
    let repeat = Arrival {
        key: Request::new(1).key(),
        fingerprint: Fingerprint::new("POST", b"message 1"),
        arrived: Instant::now() - Duration::from_millis(5_500),
        accepted_for: None,
    };
    let active = server.deliveries.active().unwrap();
    let held = tokio::spawn(active.arrive::<u16>(repeat));
    sleep(Duration::from_millis(100)).await;
    assert!(!held.is_finished());
    assert_eq!(server.deliveries.flights().running(), 0);
    assert_eq!(send(&server, &Request::new(2), Keeps).await.unwrap().text(), (200, "sealed hello"));
    assert!(matches!(held.await.unwrap(), Arrived::Answer(Answer::Unavailable)));

    // Both of these wait for the store, and then each may run: one after the other, as the first takes no time.
    let server = Server::with(Remote::down(1.0), &[Act::Reply(0.0, "hello")])
        .set(|deliveries| deliveries.max_flights(1));
    let first = server.spawn(&Request::new(1));
    sleep(Duration::from_millis(10)).await;
    assert_eq!(server.deliveries.flights().running(), 0);
    let second = server.spawn(&Request::new(2));
    for task in [first, second] {
        assert_eq!(task.await.unwrap().text(), (200, "sealed hello"));
    }
    assert_eq!(server.deliveries.flights().counts().full, 0);
}
