//! When a send is answered, and with what.

use std::time::Duration;

use echostr_ledger::{Deliveries, Late, Patience};
use tokio::time::{advance, sleep};

use crate::{
    adapter::{Act, Reply, Request, Server, status},
    platform::{CONNECTIONS, Connection::Keeps, deliver, send, sends},
};

fn all_sends(deliveries: Deliveries<Reply>) -> Deliveries<Reply> {
    deliveries.patience(Patience::AllSends)
}

#[tokio::test(start_paused = true)]
async fn a_quick_reply_is_answered_at_once() {
    for patience in [Patience::OneSend, Patience::AllSends] {
        let server = Server::new(&[Act::Reply(1.0, "hello")]).set(|deliveries| deliveries.patience(patience));
        let (at, response) = deliver(&server, &Request::new(1), Keeps).await.unwrap();
        assert_eq!((at, response.text()), (1_000, (200, "sealed hello")));
        assert_eq!(response.header, Some("of the handler"), "the own send gets the reply itself");
        sleep(Duration::from_secs(60)).await;
        assert_eq!((server.runs(), server.lates()), (1, vec![]));
    }
}

/// What happens without a ledger: the control of every test below.
#[tokio::test(start_paused = true)]
async fn without_a_ledger_a_slow_handler_never_ends_or_runs_three_times() {
    for (connection, ended) in CONNECTIONS.into_iter().zip([0, 3]) {
        let mut server = Server::new(&[Act::Reply(7.0, "hello")]);
        server.deliveries = Deliveries::default();
        assert_eq!(deliver(&server, &Request::new(1), connection).await, None);
        sleep(Duration::from_secs(60)).await;
        assert_eq!((server.runs(), server.ended()), (3, ended), "{connection:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_send_settles_at_its_deadline_and_the_reply_is_late() {
    for connection in CONNECTIONS {
        let server = Server::new(&[Act::Reply(7.0, "hello")]);
        let answer = deliver(&server, &Request::new(1), connection).await;
        assert_eq!(answer, Some((4_500, status(200, "success"))));
        sleep(Duration::from_secs(60)).await;
        assert_eq!((server.runs(), server.ended()), (1, 1));
        // Unsealed, and as soon as it is there.
        assert_eq!(server.lates(), [(7_000, Late::Reply(Reply::new("hello")))]);
    }
}

#[tokio::test(start_paused = true)]
async fn the_deadline_can_be_set_but_not_beyond_the_platforms_own() {
    let slow = |deadline| {
        Server::new(&[Act::Reply(7.0, "hello")])
            .set(|deliveries| deliveries.deadline(Duration::from_millis(deadline)))
    };
    for deadline in [0, 900, 4_999] {
        let answer = deliver(&slow(deadline), &Request::new(1), Keeps).await;
        assert_eq!(answer, Some((u128::from(deadline), status(200, "success"))));
    }
    // At 5 s nobody is there to be told, so nothing is settled, and the reply is not given to who has gone.
    let server = slow(20_000);
    let first = server.spawn(&Request::new(1));
    sleep(Duration::from_secs(5)).await;
    let second = server.spawn(&Request::new(1));
    assert_eq!(first.await.unwrap(), status(503, ""));
    assert_eq!(second.await.unwrap().text(), (200, "sealed hello"));
    assert_eq!(server.lates(), []);
}

#[tokio::test(start_paused = true)]
async fn with_all_sends_a_reply_reaches_the_user_for_up_to_14_seconds() {
    for connection in CONNECTIONS {
        for (time, text) in [
            (0.0, "sealed hello"),
            (4.4, "sealed hello"),
            (4.6, "sealed hello"),
            (4.9, "sealed hello"),
            (5.0, "sealed hello"),
            (5.5, "sealed hello"),
            (7.0, "sealed hello"),
            (9.9, "sealed hello"),
            (10.1, "sealed hello"),
            (14.4, "sealed hello"),
            (14.6, "success"),
            (25.0, "success"),
        ] {
            let server = Server::new(&[Act::Reply(time, "hello")]).set(all_sends);
            let (at, response) = deliver(&server, &Request::new(1), connection).await.unwrap();
            assert_eq!(response.text(), (200, text), "{time} s, {connection:?}");
            let expected = if text == "success" { 14.5 } else { time };
            assert!((at as f64 / 1e3 - expected).abs() < 0.01, "{time} s, {connection:?}: at {at} ms");
            sleep(Duration::from_secs(60)).await;
            assert_eq!((server.runs(), server.ended()), (1, 1), "{time} s, {connection:?}");
            let late = if text == "success" { vec![Late::Reply(Reply::new("hello"))] } else { vec![] };
            let lates: Vec<_> = server.lates().into_iter().map(|(_, late)| late).collect();
            assert_eq!(lates, late, "{time} s, {connection:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_send_that_is_not_the_last_is_held_for_6_seconds() {
    let server = Server::new(&[Act::Reply(30.0, "hello")]).set(all_sends);
    let task = server.spawn(&Request::new(1));
    let second = server.spawn(&Request::new(1));
    sleep(Duration::from_millis(5_999)).await;
    assert!(!task.is_finished() && !second.is_finished());
    sleep(Duration::from_millis(2)).await;
    assert_eq!(task.await.unwrap(), status(503, ""));
    assert_eq!(second.await.unwrap(), status(503, ""));
    // It has settled nothing: the third may still get the reply. A fourth is a last one too.
    sleep(Duration::from_secs(20)).await;
    let third = server.spawn(&Request::new(1));
    let fourth = server.spawn(&Request::new(1));
    assert_eq!(third.await.unwrap().text(), (200, "sealed hello"));
    assert_eq!(fourth.await.unwrap().text(), (200, "sealed hello"));
}

#[tokio::test(start_paused = true)]
async fn the_third_send_is_the_last_however_late_it_comes() {
    for connection in CONNECTIONS {
        let server = Server::new(&[Act::Reply(40.0, "hello")]).set(all_sends);
        let answers = sends(&server, &Request::new(1), connection, [0.0, 5.0, 20.0]).await;
        assert_eq!(answers, [None, None, Some((24_500, status(200, "success")))]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_send_that_comes_9_seconds_after_the_first_is_the_last() {
    for (at, settles) in [(8.9, false), (9.0, true), (9.5, true)] {
        let server = Server::new(&[Act::Reply(40.0, "hello")]).set(all_sends);
        let answers = sends(&server, &Request::new(1), Keeps, [0.0, at]).await;
        let expected = settles.then(|| (((at + 4.5) * 1e3) as u128, status(200, "success")));
        assert_eq!(answers, [None, expected], "{at} s");
    }
}

#[tokio::test(start_paused = true)]
async fn if_one_of_three_sends_is_lost_none_is_the_last() {
    for connection in CONNECTIONS {
        // The first never reached this server.
        let server = Server::new(&[Act::Reply(7.0, "hello")]).set(all_sends);
        let answers = sends(&server, &Request::new(1), connection, [0.0, 5.0]).await;
        assert_eq!(answers[0], None);
        assert_eq!(answers[1].as_ref().unwrap().0, 7_000);

        let server = Server::new(&[Act::Reply(12.0, "hello")]).set(all_sends);
        let answers = sends(&server, &Request::new(1), connection, [0.0, 5.0]).await;
        assert_eq!(answers, [None, None]);
        sleep(Duration::from_secs(60)).await;
        // Handled once nevertheless, and the user can still be told.
        assert_eq!(server.lates(), [(15_000, Late::Reply(Reply::new("hello")))]);
        assert_eq!((server.runs(), server.ended()), (1, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_settled_answer_reaches_all_who_wait() {
    let server = Server::new(&[Act::Reply(30.0, "hello")]);
    let answers = sends(&server, &Request::new(1), Keeps, [0.0, 1.0, 2.0, 4.6]).await;
    let times: Vec<_> = answers.iter().flatten().map(|(at, _)| *at).collect();
    assert_eq!(times, [4_500, 4_500, 4_500, 4_600]);
    assert!(answers.iter().flatten().all(|(_, response)| *response == status(200, "success")));
    assert_eq!(server.runs(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_reply_reaches_all_who_wait_alike() {
    let server = Server::new(&[Act::Reply(3.0, "hello")]);
    let answers = sends(&server, &Request::new(1), Keeps, [0.0, 1.0, 2.0, 3.5]).await;
    let answers: Vec<_> = answers.iter().flatten().map(|(at, response)| (*at, response.text())).collect();
    let text = (200, "sealed hello");
    assert_eq!(answers, [(3_000, text), (3_000, text), (3_000, text), (3_500, text)]);
    assert_eq!(server.runs(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_first_answer_is_the_answer_for_ever() {
    let server = Server::new(&[Act::Reply(7.0, "hello")]);
    for wait in [0, 1, 3, 30, 60, 400] {
        sleep(Duration::from_secs(wait)).await;
        assert_eq!(send(&server, &Request::new(1), Keeps).await, Some(status(200, "success")));
    }
    assert_eq!((server.runs(), server.lates().len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_reply_is_repeated_for_a_minute_and_success_as_long_as_the_mark_lives() {
    let server = Server::new(&[Act::Reply(1.0, "hello")]);
    let request = Request::new(1);
    let text = |at: u64, expected: &'static str| {
        let (server, request) = (server.clone(), request.clone());
        async move {
            sleep(Duration::from_secs(at) - server.start.elapsed()).await;
            let response = send(&server, &request, Keeps).await.unwrap();
            assert_eq!(response.text(), (200, expected), "after {at} s");
        }
    };
    text(0, "sealed hello").await;
    text(30, "sealed hello").await;
    text(60, "sealed hello").await;
    text(62, "success").await;
    text(599, "success").await;
    assert_eq!(server.runs(), 1);
    text(601, "sealed hello").await;
    assert_eq!(server.runs(), 2, "the mark has ended");
}

/// A thread that was blocked wakes a send when its client has long hung up: it must not settle what nobody would read.
#[tokio::test(start_paused = true)]
async fn a_send_that_wakes_too_late_settles_nothing() {
    let server = Server::new(&[Act::Reply(7.0, "hello")]);
    let task = server.spawn(&Request::new(1));
    sleep(Duration::from_secs(4)).await;
    // No task runs in between.
    advance(Duration::from_millis(1_200)).await;
    assert!(!task.is_finished());
    let second = server.spawn(&Request::new(1));
    assert_eq!(task.await.unwrap(), status(503, ""));
    assert_eq!(second.await.unwrap().text(), (200, "sealed hello"));
    assert_eq!((server.runs(), server.lates()), (1, vec![]));
}
