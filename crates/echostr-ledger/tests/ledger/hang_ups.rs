//! The client, or the server's runtime, goes at every point of a request.

use std::time::Duration;

use echostr_ledger::{
    Answer, Arrival, Arrived, Failure, Fingerprint, Late, MemoryLedger, Outcome, Patience, Remembered,
};
use tokio::time::{Instant, sleep};

use crate::{
    adapter::{Act, Reply, Request, Server, status},
    platform::{Connection::Keeps, send},
    stores::Remote,
};

fn arrival(request: &Request) -> Arrival {
    Arrival {
        key: request.key(),
        fingerprint: Fingerprint::new(request.method, request.body.as_bytes()),
        arrived: Instant::now(),
        accepted_for: None,
    }
}

async fn hang_up_after(time: Duration, server: &Server) {
    let task = server.spawn(&Request::new(1));
    sleep(time).await;
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
}

#[tokio::test(start_paused = true)]
async fn while_its_handler_runs() {
    let server = Server::new(&[Act::Reply(3.0, "hello")]);
    hang_up_after(Duration::from_secs(1), &server).await;
    // The handler runs on, and the next send gets its reply.
    assert_eq!(send(&server, &Request::new(1), Keeps).await.unwrap().text(), (200, "sealed hello"));
    assert_eq!(server.start.elapsed(), Duration::from_secs(3));
    sleep(Duration::from_secs(60)).await;
    assert_eq!((server.runs(), server.ended(), server.lates()), (1, 1, vec![]));
}

#[tokio::test(start_paused = true)]
async fn and_never_comes_back() {
    let server = Server::new(&[Act::Reply(3.0, "hello")]);
    hang_up_after(Duration::from_secs(1), &server).await;
    sleep(Duration::from_secs(60)).await;
    assert_eq!(server.lates(), [(15_000, Late::Reply(Reply::new("hello")))]);
    // What was given away is not given again.
    assert_eq!(send(&server, &Request::new(1), Keeps).await, Some(status(200, "success")));
    assert_eq!(server.runs(), 1);
}

#[tokio::test(start_paused = true)]
async fn while_it_waits_for_the_handler_of_another() {
    let server = Server::new(&[Act::Reply(3.0, "hello")]);
    let first = server.spawn(&Request::new(1));
    sleep(Duration::from_secs(1)).await;
    hang_up_after(Duration::from_secs(1), &server).await;
    assert_eq!(first.await.unwrap().text(), (200, "sealed hello"));
    // Its place is free again: eight may wait.
    let server = Server::new(&[Act::Reply(3.0, "hello")]).set(|deliveries| deliveries.max_waiting(1));
    let first = server.spawn(&Request::new(1));
    sleep(Duration::from_secs(1)).await;
    hang_up_after(Duration::from_millis(100), &server).await;
    assert_eq!(server.spawn(&Request::new(1)).await.unwrap().text(), (200, "sealed hello"));
    assert_eq!(first.await.unwrap().status, 200);
}

#[tokio::test(start_paused = true)]
async fn after_it_has_settled() {
    let server = Server::new(&[Act::Reply(7.0, "hello")]);
    assert_eq!(server.spawn(&Request::new(1)).await.unwrap(), status(200, "success"));
    sleep(Duration::from_secs(10)).await;
    assert_eq!(server.lates(), [(7_000, Late::Reply(Reply::new("hello")))]);
}

/// The reply has been given to the send, which goes before it has looked.
#[tokio::test(start_paused = true)]
async fn between_the_reply_and_its_taking() {
    let server = Server::new(&[]);
    let Arrived::Run(flight, answer) =
        server.deliveries.active().unwrap().arrive::<()>(arrival(&Request::new(1))).await
    else {
        panic!("nobody else runs it")
    };
    let remembered = Remembered::new(None, "sealed".into());
    let task = tokio::spawn(flight.run(async { Outcome::Reply(remembered, Reply::new("hello")) }));
    sleep(Duration::from_secs(1)).await;
    assert!(!task.is_finished(), "it waits until somebody has taken the reply");
    drop(answer);
    sleep(Duration::from_secs(20)).await;
    assert!(task.is_finished());
    assert_eq!(server.lates(), [(15_000, Late::Reply(Reply::new("hello")))]);
}

/// actix-web keeps the future of a client that has hung up.
#[tokio::test(start_paused = true)]
async fn what_is_written_to_a_client_that_has_gone_is_not_fetched() {
    let server =
        Server::new(&[Act::Reply(5.5, "hello")]).set(|deliveries| deliveries.patience(Patience::AllSends));
    let (first, second) = (server.spawn(&Request::new(1)), server.spawn(&Request::new(1)));
    assert_eq!((first.await.unwrap(), second.await.unwrap()), (status(503, ""), status(503, "")));
    sleep(Duration::from_secs(60)).await;
    assert_eq!(server.lates(), [(15_000, Late::Reply(Reply::new("hello")))]);
}

/// Between the claim and the spawning of the handler: the flight is dropped.
#[tokio::test(start_paused = true)]
async fn before_the_handler_has_begun() {
    let server = Server::new(&[Act::Panic(0.0), Act::Reply(1.0, "hello")]);
    let arrived = server.deliveries.active().unwrap().arrive::<u16>(arrival(&Request::new(1))).await;
    assert!(matches!(arrived, Arrived::Run(..)));
    drop(arrived);
    assert_eq!(server.deliveries.flights().running(), 0);
    // Free for the next attempt at once.
    assert_eq!(send(&server, &Request::new(1), Keeps).await.unwrap().text(), (200, "sealed hello"));
    assert_eq!(server.runs(), 1);
}

/// The task of the handler is aborted, as by a runtime that ends.
#[tokio::test(start_paused = true)]
async fn the_runtime_of_the_handler() {
    for settled in [false, true] {
        let server = Server::new(&[Act::Panic(0.0), Act::Reply(1.0, "hello")]);
        let Arrived::Run(flight, answer) =
            server.deliveries.active().unwrap().arrive::<u16>(arrival(&Request::new(1))).await
        else {
            panic!("nobody else runs it")
        };
        let task = tokio::spawn(flight.run(std::future::pending()));
        let answer = tokio::spawn(answer.answer());
        sleep(Duration::from_secs(if settled { 5 } else { 1 })).await;
        task.abort();
        sleep(Duration::from_secs(1)).await;
        let answer = answer.await.unwrap();
        let next = send(&server, &Request::new(1), Keeps).await.unwrap();
        if settled {
            assert!(matches!(answer, Answer::Success));
            assert_eq!(server.lates(), [(5_000, Late::Failed(Failure::Dropped))]);
            assert_eq!(next, status(200, "success"));
        } else {
            assert!(matches!(answer, Answer::Failed(None)));
            assert_eq!(server.lates(), []);
            assert_eq!(next.text(), (200, "sealed hello"));
        }
    }
}

/// The thread was blocked, so the send looks at its reply when the client has gone: it must not take what the next can fetch.
#[tokio::test(start_paused = true)]
async fn before_its_send_looks_at_the_reply() {
    for (looks_at, taken) in [(4.0, true), (4.7, true), (5.5, false)] {
        let server = Server::new(&[]);
        let Arrived::Run(flight, answer) =
            server.deliveries.active().unwrap().arrive::<()>(arrival(&Request::new(1))).await
        else {
            panic!("nobody else runs it")
        };
        let remembered = Remembered::new(Some("text/xml".into()), "sealed hello".into());
        tokio::spawn(flight.run(async { Outcome::Reply(remembered, Reply::new("hello")) }));
        sleep(Duration::from_secs_f64(looks_at)).await;
        match answer.answer().await {
            Answer::Reply { .. } => assert!(taken),
            Answer::Unavailable => assert!(!taken && server.start.elapsed() == Duration::from_secs(6)),
            answer => panic!("{answer:?}"),
        }
        if !taken {
            sleep(Duration::from_secs(60)).await;
        }
        assert_eq!(server.lates().len(), usize::from(!taken), "{looks_at} s");
    }
}

/// The same with a store that answers later: while nobody knows whether the message is free for another attempt, no send is told
/// `success`, after which nobody would send it again.
#[tokio::test(start_paused = true)]
async fn the_runtime_of_the_handler_before_the_store_has_answered() {
    let server = Server::with(Remote::new(MemoryLedger::new()), &[Act::Panic(0.0), Act::Reply(1.0, "hello")]);
    let Arrived::Run(flight, answer) =
        server.deliveries.active().unwrap().arrive::<u16>(arrival(&Request::new(1))).await
    else {
        panic!("nobody else runs it")
    };
    let task = tokio::spawn(flight.run(std::future::pending()));
    sleep(Duration::from_secs(1)).await;
    task.abort();
    let answer = answer.answer().await;
    assert!(matches!(answer, Answer::Unavailable), "{answer:?}");
    assert_eq!(send(&server, &Request::new(1), Keeps).await.unwrap().text(), (200, "sealed hello"));
    assert_eq!((server.runs(), server.lates()), (1, vec![]));
}

/// The body took so long that the client has gone before the claim: it neither runs the handler nor fetches a reply.
#[tokio::test(start_paused = true)]
async fn before_its_body_is_there() {
    let server = Server::new(&[Act::Reply(1.0, "hello")]);
    sleep(Duration::from_secs(10)).await;
    let slow =
        || Arrival { arrived: Instant::now() - Duration::from_millis(5_500), ..arrival(&Request::new(1)) };
    let arrive = async |arrival| server.deliveries.active().unwrap().arrive::<u16>(arrival).await;

    let arrived = arrive(slow()).await;
    assert!(matches!(arrived, Arrived::Answer(Answer::Unavailable)), "{arrived:?}");
    assert_eq!(server.start.elapsed(), Duration::from_millis(10_500), "held until it is 6 s old");

    let first = server.spawn(&Request::new(1));
    sleep(Duration::from_millis(500)).await;
    first.abort();
    sleep(Duration::from_secs(1)).await;
    let arrived = arrive(slow()).await;
    assert!(matches!(arrived, Arrived::Answer(Answer::Unavailable)), "{arrived:?}");
    sleep(Duration::from_secs(60)).await;
    assert_eq!((server.runs(), server.lates().len()), (1, 1), "nobody has fetched it");
}
