//! Many at once, on several threads and with the clock running.

use echostr_ledger::MemoryLedger;
use tokio::task::JoinSet;

use crate::{
    adapter::{Act, Request, Server},
    stores::Remote,
};

async fn race(server: Server) {
    let server = server.set(|deliveries| deliveries.max_waiting(64));
    let mut messages = JoinSet::new();
    for number in 0..200 {
        let sends: Vec<_> = (0..64).map(|_| server.spawn(&Request::new(number))).collect();
        messages.spawn(async move {
            let mut bodies = vec![];
            for send in sends {
                bodies.push(send.await.unwrap().text().1.to_owned());
            }
            bodies.dedup();
            bodies
        });
    }
    while let Some(bodies) = messages.join_next().await {
        assert_eq!(bodies.unwrap(), ["sealed hello"]);
    }
    assert_eq!((server.runs(), server.ended(), server.lates()), (200, 200, vec![]));
    let counts = server.deliveries.flights().counts();
    assert_eq!((counts.joined + counts.repeated, counts.full), (200 * 63, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_sends_of_one_message_run_it_once_and_are_answered_alike() {
    for time in [0.0, 0.005] {
        race(Server::new(&[Act::Reply(time, "hello")])).await;
        race(Server::with(Remote::new(MemoryLedger::new()), &[Act::Reply(time, "hello")])).await;
    }
}

/// The first three attempts of each message fail while others wait.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn while_attempts_fail() {
    let fails = [Act::Fail(0.0), Act::Panic(0.001), Act::Fail(0.001), Act::Reply(0.001, "hello")];
    let server = Server::new(&fails).set(|deliveries| deliveries.max_waiting(64));
    for number in 0..50 {
        let sends: Vec<_> = (0..64).map(|_| server.spawn(&Request::new(number))).collect();
        let mut statuses = vec![];
        for send in sends {
            statuses.push(send.await.unwrap().status);
        }
        statuses.sort_unstable();
        assert_eq!(statuses[..61], [200; 61]);
        assert_eq!(statuses[61..], [500, 502, 502]);
    }
    assert_eq!((server.runs(), server.ended()), (4 * 50, 50));
    assert_eq!(server.deliveries.flights().counts().retried, 3 * 50);
}
