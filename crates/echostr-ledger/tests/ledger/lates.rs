//! What goes to `on_late`, and what does not.

use std::{sync::Arc, time::Duration};

use echostr_ledger::{Late, Patience};
use tokio::{sync::Notify, time::sleep};

use crate::{
    adapter::{Act, Reply, Request, Server, status},
    platform::{CONNECTIONS, Connection::Keeps, deliver, send, sends},
};

#[tokio::test(start_paused = true)]
async fn it_learns_which_delivery_it_was() {
    let server = Server::new(&[Act::Fail(1.0), Act::Reply(7.0, "hello")]);
    let request = Request::new(1);
    assert_eq!(send(&server, &request, Keeps).await.unwrap().status, 502);
    assert_eq!(send(&server, &request, Keeps).await.unwrap().status, 200);
    sleep(Duration::from_secs(10)).await;
    let lates = server.lates.lock().unwrap();
    let [(_, delivery, Late::Reply(_))] = lates.as_slice() else { panic!("{lates:?}") };
    assert_eq!((*delivery.key(), delivery.attempt()), (request.key(), 2));
    assert_eq!(delivery.to_string(), format!("{} attempt 2", request.key()));
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_nobody_fetches_within_15_seconds_of_the_first_send() {
    for patience in [Patience::OneSend, Patience::AllSends] {
        for fetched in [false, true] {
            let server =
                Server::new(&[Act::Reply(3.0, "hello")]).set(|deliveries| deliveries.patience(patience));
            let task = server.spawn(&Request::new(1));
            sleep(Duration::from_secs(1)).await;
            task.abort();
            sleep(Duration::from_millis(13_900)).await;
            assert_eq!(server.lates(), []);
            if fetched {
                let repeat = send(&server, &Request::new(1), Keeps).await.unwrap();
                assert_eq!(repeat.text(), (200, "sealed hello"));
            }
            sleep(Duration::from_millis(200)).await;
            let repeat = send(&server, &Request::new(1), Keeps).await.unwrap();
            if fetched {
                assert_eq!((repeat.text(), server.lates()), ((200, "sealed hello"), vec![]));
            } else {
                let late = (15_000, Late::Reply(Reply::new("hello")));
                assert_eq!((repeat.text(), server.lates()), ((200, "success"), vec![late]));
            }
            assert_eq!(server.runs(), 1);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_comes_later_than_that_waits_for_half_a_second() {
    // The third send never came.
    for connection in CONNECTIONS {
        let server = Server::new(&[Act::Reply(20.0, "hello")])
            .set(|deliveries| deliveries.patience(Patience::AllSends));
        assert_eq!(sends(&server, &Request::new(1), connection, [0.0, 5.0]).await, [None, None]);
        sleep(Duration::from_secs(60)).await;
        assert_eq!(server.lates(), [(20_500, Late::Reply(Reply::new("hello")))]);
    }
}

#[tokio::test(start_paused = true)]
async fn each_message_is_offered_once() {
    for connection in CONNECTIONS {
        let server = Server::new(&[Act::Reply(30.0, "hello")]);
        for number in 0..50 {
            assert!(deliver(&server, &Request::new(number), connection).await.is_some());
        }
        sleep(Duration::from_secs(60)).await;
        assert_eq!((server.lates().len(), server.runs(), server.ended()), (50, 50, 50));
        assert_eq!(server.deliveries.flights().counts().late, 50);
    }
}

#[tokio::test(start_paused = true)]
async fn it_may_take_its_time_and_delays_no_other() {
    let (gate, done) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let server = Server::new(&[Act::Reply(7.0, "hello")]).set(|deliveries| {
        let (gate, done) = (Arc::clone(&gate), Arc::clone(&done));
        deliveries.max_flights(1).on_late(move |_, _| {
            let (gate, done) = (Arc::clone(&gate), Arc::clone(&done));
            async move {
                gate.notified().await;
                done.notify_one();
            }
        })
    });
    assert_eq!(send(&server, &Request::new(1), Keeps).await.unwrap().status, 200);
    sleep(Duration::from_secs(10)).await;
    // The handler has ended, so it takes no place of another.
    assert_eq!(send(&server, &Request::new(2), Keeps).await.unwrap().status, 200);
    gate.notify_one();
    done.notified().await;
}

/// A panic in it ends nothing but itself.
#[tokio::test(start_paused = true)]
async fn one_that_panics_harms_no_other_message() {
    let server = Server::new(&[Act::Reply(7.0, "hello")])
        .set(|deliveries| deliveries.max_flights(1).on_late(|_, _| async { panic!("as the test says") }));
    for number in 1..=2 {
        assert_eq!(send(&server, &Request::new(number), Keeps).await, Some(status(200, "success")));
        sleep(Duration::from_secs(10)).await;
    }
    assert_eq!(send(&server, &Request::new(1), Keeps).await, Some(status(200, "success")));
    let flights = server.deliveries.flights();
    assert_eq!((server.runs(), flights.running(), flights.counts().late), (2, 0, 2));
    assert!(flights.drain(Duration::from_secs(1)).await);
}

#[test]
fn it_can_hold_another_reply() {
    assert_eq!(Late::Reply(3).map(|reply| reply + 1), Late::Reply(4));
    let failed = Late::<u8>::Failed(echostr_ledger::Failure::Panic);
    assert_eq!(failed.map(u32::from), Late::Failed(echostr_ledger::Failure::Panic));
}
