//! Replies that are too long to be remembered, or have no length.

use std::time::Duration;

use echostr_ledger::{Answer, Arrival, Arrived, Fingerprint, Late, Outcome, Patience};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep},
};

use crate::{
    adapter::{Act, Reply, Request, Response, Server, status},
    platform::{Connection::Keeps, send, sends},
};

fn is_streamed(response: &Response) -> bool {
    response.header.is_some() && response.status == 200
}

#[tokio::test(start_paused = true)]
async fn the_own_send_gets_it_and_success_is_remembered() {
    for act in [Act::Stream(1.0, "hello"), Act::Long(1.0)] {
        let server = Server::new(&[act]);
        let response = send(&server, &Request::new(1), Keeps).await.unwrap();
        assert!(is_streamed(&response));
        assert_eq!(send(&server, &Request::new(1), Keeps).await, Some(status(200, "success")));
        sleep(Duration::from_secs(60)).await;
        assert_eq!((server.runs(), server.lates()), (1, vec![]));
    }
}

#[tokio::test(start_paused = true)]
async fn the_youngest_gets_it() {
    for at in [[0.0, 1.0, 2.0], [0.0, 2.0, 1.0]] {
        let server = Server::new(&[Act::Stream(3.0, "hello")]);
        let answers = sends(&server, &Request::new(1), Keeps, at).await;
        for (answer, at) in answers.iter().zip(at) {
            let (_, response) = answer.as_ref().unwrap();
            assert_eq!(is_streamed(response), at == 2.0, "{at} {response:?}");
            assert!(is_streamed(response) || *response == status(200, "success"));
        }
        assert_eq!((server.runs(), server.lates()), (1, vec![]));
    }
}

#[tokio::test(start_paused = true)]
async fn no_send_that_has_gone_gets_it() {
    let late = || Late::Reply(Reply::new("hello"));
    // With all who wait gone it is late at once: nothing of it is remembered.
    let server =
        Server::new(&[Act::Stream(5.5, "hello")]).set(|deliveries| deliveries.patience(Patience::AllSends));
    let tasks = [server.spawn(&Request::new(1)), server.spawn(&Request::new(1))];
    for task in tasks {
        assert_eq!(task.await.unwrap(), status(503, ""));
    }
    assert_eq!(server.lates(), [(5_500, late())]);
    assert_eq!(send(&server, &Request::new(1), Keeps).await, Some(status(200, "success")));

    // One that came later gets it.
    let server =
        Server::new(&[Act::Stream(7.0, "hello")]).set(|deliveries| deliveries.patience(Patience::AllSends));
    let answers = sends(&server, &Request::new(1), Keeps, [0.0, 5.0]).await;
    assert!(answers[0].is_none() && is_streamed(&answers[1].as_ref().unwrap().1));
    assert_eq!(server.lates(), []);

    // And so does `on_late` after `success`.
    let server = Server::new(&[Act::Stream(7.0, "hello")]);
    assert_eq!(send(&server, &Request::new(1), Keeps).await, Some(status(200, "success")));
    sleep(Duration::from_secs(10)).await;
    assert_eq!(server.lates(), [(7_000, late())]);
}

/// Who runs it again after a failure may be younger than who waits.
#[tokio::test(start_paused = true)]
async fn the_own_send_gets_it_if_it_is_the_youngest() {
    for (takes_over, waits) in [(3, 2), (2, 3)] {
        let server = Server::new(&[]);
        let begin = Instant::now();
        sleep(Duration::from_secs(3)).await;
        let arrive = |second: u64| -> JoinHandle<bool> {
            let active = server.deliveries.active().unwrap();
            let arrival = Arrival {
                key: Request::new(1).key(),
                fingerprint: Fingerprint::new("POST", b"body"),
                arrived: begin + Duration::from_secs(second),
                accepted_for: None,
            };
            tokio::spawn(async move {
                let answer = match active.arrive::<()>(arrival).await {
                    Arrived::Answer(answer) => answer,
                    Arrived::Run(flight, answer) => {
                        let first = flight.delivery().attempt() == 1;
                        tokio::spawn(flight.run(async move {
                            sleep(Duration::from_millis(100)).await;
                            if first { Outcome::Failed(()) } else { Outcome::Stream(Reply::new("hello")) }
                        }));
                        answer.answer().await
                    }
                };
                matches!(answer, Answer::Stream(_))
            })
        };
        let fails = arrive(1);
        sleep(Duration::from_millis(1)).await;
        // Woken in the order in which they came.
        let takes_over = (takes_over, arrive(takes_over));
        sleep(Duration::from_millis(1)).await;
        let waits = (waits, arrive(waits));
        assert!(!fails.await.unwrap());
        for (arrived, send) in [takes_over, waits] {
            assert_eq!(send.await.unwrap(), arrived == 3);
        }
        assert_eq!(server.deliveries.flights().counts().retried, 1);
    }
}
