//! Errors, panics and flights that are dropped.

use std::time::Duration;

use echostr_ledger::{Failure, Late, Patience};
use tokio::time::sleep;

use crate::{
    adapter::{Act, Request, Server, status},
    platform::{CONNECTIONS, Connection::Keeps, deliver, send, sends},
};

#[tokio::test(start_paused = true)]
async fn the_own_send_gets_the_failure_and_the_next_send_tries_again() {
    for (act, code) in [(Act::Fail(1.0), 502), (Act::Panic(1.0), 500), (Act::Panic(0.0), 500)] {
        let server = Server::new(&[act, act, Act::Reply(1.0, "hello")]);
        let request = Request::new(1);
        assert_eq!(send(&server, &request, Keeps).await, Some(status(code, "failed")));
        assert_eq!(send(&server, &request, Keeps).await, Some(status(code, "failed")));
        assert_eq!(send(&server, &request, Keeps).await.unwrap().text(), (200, "sealed hello"));
        assert_eq!(send(&server, &request, Keeps).await.unwrap().text(), (200, "sealed hello"));
        assert_eq!((server.runs(), server.ended()), (3, 1));
        assert_eq!(server.deliveries.flights().counts().retried, 2);
        sleep(Duration::from_secs(60)).await;
        assert_eq!(server.lates(), []);
    }
}

#[tokio::test(start_paused = true)]
async fn the_platform_sends_again_at_once_after_a_failure() {
    for connection in CONNECTIONS {
        for patience in [Patience::OneSend, Patience::AllSends] {
            let server = Server::new(&[Act::Fail(1.0), Act::Reply(1.0, "hello")])
                .set(|deliveries| deliveries.patience(patience));
            let (at, response) = deliver(&server, &Request::new(1), connection).await.unwrap();
            assert_eq!((at, response.text()), (2_000, (200, "sealed hello")));
            assert_eq!((server.runs(), server.ended()), (2, 1));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn of_those_who_wait_one_runs_it_again() {
    let server = Server::new(&[Act::Fail(1.0), Act::Panic(1.0), Act::Reply(1.0, "hello")]);
    let answers = sends(&server, &Request::new(1), Keeps, [0.0, 0.1, 0.2, 0.3]).await;
    let mut answers: Vec<_> = answers.iter().flatten().map(|(at, response)| (*at, response.status)).collect();
    answers.sort_unstable();
    // Each own send has its own failure; the others have the reply.
    assert_eq!(answers, [(1_000, 502), (2_000, 500), (3_000, 200), (3_000, 200)]);
    assert_eq!((server.runs(), server.ended()), (3, 1));
}

#[tokio::test(start_paused = true)]
async fn who_runs_it_again_has_its_own_limit() {
    // The second took over at 3 s: it arrived at 1 s, so it is answered by 5.5 s and not by 7.5 s.
    let server = Server::new(&[Act::Fail(3.0), Act::Reply(20.0, "hello")]);
    let answers = sends(&server, &Request::new(1), Keeps, [0.0, 1.0]).await;
    assert_eq!(answers, [Some((3_000, status(502, "failed"))), Some((5_500, status(200, "success")))]);
}

/// The last is the third request that arrived: taking over is no arrival.
#[tokio::test(start_paused = true)]
async fn taking_over_counts_as_no_send() {
    let server = Server::new(&[Act::Fail(1.0), Act::Reply(30.0, "hello")])
        .set(|deliveries| deliveries.patience(Patience::AllSends));
    let answers = sends(&server, &Request::new(1), Keeps, [0.0, 0.5]).await;
    assert_eq!(answers, [Some((1_000, status(502, "failed"))), None]);
    // Had it been the last, it would have been told `success` at its deadline.
    assert_eq!(send(&server, &Request::new(1), Keeps).await, Some(status(200, "success")));
    assert_eq!(server.runs(), 2);
}

#[tokio::test(start_paused = true)]
async fn who_has_gone_does_not_run_it_again() {
    // The first is held until 6 s, but its client has gone at 5 s.
    let server = Server::new(&[Act::Fail(5.5), Act::Reply(1.0, "hello")])
        .set(|deliveries| deliveries.patience(Patience::AllSends));
    let tasks = [server.spawn(&Request::new(1)), server.spawn(&Request::new(1))];
    for task in tasks {
        assert_eq!(task.await.unwrap(), status(503, ""));
    }
    assert_eq!(server.runs(), 1);
    assert_eq!(send(&server, &Request::new(1), Keeps).await.unwrap().text(), (200, "sealed hello"));
    assert_eq!(server.runs(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_failure_after_success_is_final() {
    for (act, failure) in [(Act::Fail(7.0), Failure::Answer), (Act::Panic(7.0), Failure::Panic)] {
        let server = Server::new(&[act, Act::Reply(0.0, "hello")]);
        let answer = Some(status(200, "success"));
        assert_eq!(send(&server, &Request::new(1), Keeps).await, answer);
        sleep(Duration::from_secs(60)).await;
        assert_eq!(server.lates(), [(7_000, Late::Failed(failure))]);
        assert_eq!(server.deliveries.flights().counts().late, 1);
        assert_eq!(send(&server, &Request::new(1), Keeps).await, answer);
        assert_eq!(server.runs(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_never_ends_is_dropped_after_ten_minutes() {
    let server = Server::new(&[Act::Reply(1e6, "hello")]);
    assert_eq!(send(&server, &Request::new(1), Keeps).await, Some(status(200, "success")));
    sleep(Duration::from_secs(590)).await;
    assert_eq!((server.deliveries.flights().running(), server.lates().len()), (1, 0));
    sleep(Duration::from_secs(10)).await;
    assert_eq!(server.deliveries.flights().running(), 0);
    assert_eq!(server.lates(), [(600_000, Late::Failed(Failure::TooLong))]);

    // The same where nobody has been told `success`: it is now, for whoever asks.
    let server =
        Server::new(&[Act::Reply(1e6, "hello")]).set(|deliveries| deliveries.patience(Patience::AllSends));
    assert_eq!(send(&server, &Request::new(1), Keeps).await, None);
    sleep(Duration::from_secs(596)).await;
    assert_eq!(server.lates(), [(600_000, Late::Failed(Failure::TooLong))]);
    assert_eq!(server.runs(), 1);
}
