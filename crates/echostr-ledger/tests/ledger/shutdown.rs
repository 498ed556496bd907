//! Draining.

use std::time::Duration;

use echostr_ledger::{Failure, Late, Patience};
use tokio::time::{Instant, sleep};

use crate::{
    adapter::{Act, Reply, Request, Server, status},
    platform::{Connection::Keeps, send},
};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test(start_paused = true)]
async fn it_waits_for_the_handlers_and_for_what_is_late() {
    let server = Server::new(&[Act::Reply(7.0, "hello")]);
    let flights = server.deliveries.flights();
    assert!(flights.drain(MINUTE).await, "there is nothing to wait for");

    let server = Server::new(&[Act::Reply(7.0, "hello")]);
    let flights = server.deliveries.flights();
    assert_eq!(send(&server, &Request::new(1), Keeps).await, Some(status(200, "success")));
    assert!(flights.drain(MINUTE).await);
    assert_eq!(server.start.elapsed(), Duration::from_secs(7));
    assert_eq!(server.lates(), [(7_000, Late::Reply(Reply::new("hello")))]);
    assert_eq!((server.ended(), flights.running()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn what_runs_on_after_success_is_dropped_and_late() {
    let server = Server::new(&[Act::Reply(1e3, "hello")]);
    assert_eq!(send(&server, &Request::new(1), Keeps).await, Some(status(200, "success")));
    let begin = Instant::now();
    assert!(!server.deliveries.flights().drain(Duration::from_secs(5)).await);
    assert_eq!(begin.elapsed(), Duration::from_secs(5));
    assert_eq!(server.lates(), [(9_500, Late::Failed(Failure::Dropped))]);
    assert_eq!((server.ended(), server.deliveries.flights().running()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn what_nobody_has_been_told_of_is_free_again() {
    let server = Server::new(&[Act::Reply(1e3, "hello")]);
    let task = server.spawn(&Request::new(1));
    sleep(Duration::from_secs(1)).await;
    assert!(!server.deliveries.flights().drain(Duration::from_secs(1)).await);
    // Not an answer: WeCom sends again after nothing but a time-out.
    assert_eq!(task.await.unwrap().status, 503);
    assert_eq!(server.start.elapsed(), Duration::from_secs(6));
    assert_eq!(server.lates(), []);
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_nobody_has_fetched_is_late() {
    let server =
        Server::new(&[Act::Reply(2.0, "hello")]).set(|deliveries| deliveries.patience(Patience::AllSends));
    let task = server.spawn(&Request::new(1));
    sleep(Duration::from_secs(1)).await;
    task.abort();
    assert!(!server.deliveries.flights().drain(Duration::from_secs(5)).await);
    assert_eq!(server.lates(), [(6_000, Late::Reply(Reply::new("hello")))]);
}

/// What another send has fetched is nothing to wait for.
#[tokio::test(start_paused = true)]
async fn a_reply_that_another_has_fetched_is_over() {
    let server = Server::new(&[Act::Reply(3.0, "hello")]);
    let first = server.spawn(&Request::new(1));
    sleep(Duration::from_secs(1)).await;
    first.abort();
    assert_eq!(send(&server, &Request::new(1), Keeps).await.unwrap().text(), (200, "sealed hello"));
    assert!(server.deliveries.flights().drain(MINUTE).await);
    assert_eq!((server.start.elapsed(), server.lates()), (Duration::from_secs(3), vec![]));
}

/// A slow `on_late` has a little time beyond the limit, and no more.
#[tokio::test(start_paused = true)]
async fn it_ends_in_any_case() {
    let server = Server::new(&[Act::Reply(7.0, "hello")])
        .set(|deliveries| deliveries.on_late(|_, _| std::future::pending()));
    assert_eq!(send(&server, &Request::new(1), Keeps).await, Some(status(200, "success")));
    let begin = Instant::now();
    assert!(!server.deliveries.flights().drain(Duration::from_secs(5)).await);
    assert_eq!(begin.elapsed(), Duration::from_secs(7));
}

/// Nobody has drained, and `on_late` has no runtime to run in: the operator is told at least.
#[test]
fn what_ends_with_its_runtime_after_success_is_counted() {
    for (time, late) in [(1e3, 1), (7.0, 0)] {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let runtime = runtime.unwrap();
        let server = runtime.block_on(async {
            let server = Server::new(&[Act::Reply(time, "hello")]);
            let task = server.spawn(&Request::new(1));
            sleep(Duration::from_secs(5)).await;
            assert_eq!(task.await.unwrap(), status(200, "success"));
            server
        });
        if late == 0 {
            // The control: what has ended before is counted as late once, by its end.
            runtime.block_on(async { sleep(Duration::from_secs(5)).await });
            assert_eq!(server.lates(), [(7_000, Late::Reply(Reply::new("hello")))]);
        }
        let before = server.deliveries.flights().counts().late;
        drop(runtime);
        assert_eq!(server.deliveries.flights().counts().late - before, late);
    }
}

/// actix-web is drained before it is stopped, so requests still come.
#[tokio::test(start_paused = true)]
async fn no_handler_begins_after_it() {
    let server = Server::new(&[Act::Reply(3.0, "hello")]);
    let running = server.spawn(&Request::new(1));
    sleep(Duration::from_secs(1)).await;
    let flights = server.deliveries.flights();
    let drain = tokio::spawn(async move { flights.drain(MINUTE).await });
    sleep(Duration::from_millis(1)).await;
    let repeat = server.spawn(&Request::new(1));
    let new = server.spawn(&Request::new(2));
    assert!(drain.await.unwrap());
    assert_eq!(running.await.unwrap().text(), (200, "sealed hello"));
    assert_eq!(repeat.await.unwrap().text(), (200, "sealed hello"));
    // Not at once, as the platform would send again at once.
    assert_eq!(server.start.elapsed(), Duration::from_secs(3));
    assert_eq!(new.await.unwrap(), status(503, ""));
    assert_eq!(server.start.elapsed(), Duration::from_millis(7_001));
    assert_eq!(server.runs(), 1);
}
