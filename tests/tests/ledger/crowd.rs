//! Many connections at once with one message: one of them runs the handler, and all get its answer.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{Barrier, mpsc},
    task::JoinSet,
};

use crate::{
    client::Kept,
    messages::{Message, Mode},
    servers::{Server, Setup, Subject},
};

const CONNECTIONS: usize = 64;

async fn crowd(subject: Subject, mode: Mode, messages: usize) {
    let context = format!("{subject:?} {mode:?}");
    let mut setup = Setup { max_waiting: CONNECTIONS, ..Setup::new(mode) };
    // Whatever the machine is busy with, nobody here is to run out of time.
    setup.timing.deadline = Duration::from_secs(25);
    setup.timing.gone = Duration::from_secs(30);
    let server = Server::start(subject, &setup);
    let says = |number| if number == 0 { "wait" } else { "yield" };
    let messages: Arc<Vec<Message>> = Arc::new((0..messages).map(|n| mode.message(says(n))).collect());
    let (barrier, (answers, mut answered)) = (Arc::new(Barrier::new(CONNECTIONS)), mpsc::unbounded_channel());
    let mut tasks = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let (barrier, answers, messages) = (Arc::clone(&barrier), answers.clone(), Arc::clone(&messages));
        let addr = server.addr;
        tasks.spawn(async move {
            let mut connection = Kept::open(addr).await;
            for (number, message) in messages.iter().enumerate() {
                barrier.wait().await;
                let reply = connection.ask(&message.target(), &message.body).await;
                answers.send((number, reply.status, reply.body)).expect("the test waits");
            }
        });
    }
    drop(answers);
    // With the first message all are there at once for certain.
    let others = CONNECTIONS - 1;
    server.until_joined(u64::try_from(others).expect("a count")).await;
    server.world.open();
    let mut first = vec![None; messages.len()];
    let mut count = 0;
    while let Some((number, status, body)) = answered.recv().await {
        assert_eq!(status, 200, "{context}: {body}");
        assert_eq!(*first[number].get_or_insert(body.clone()), body, "{context}: {number}");
        count += 1;
    }
    tasks.join_all().await;
    assert_eq!(count, CONNECTIONS * messages.len(), "{context}");
    assert_eq!(server.runs(), messages.len(), "{context}");
    let counts = server.counts();
    let (shared, all) = (counts.joined + counts.repeated, others * messages.len());
    assert_eq!(shared, u64::try_from(all).expect("a count"), "{context}: {counts:?}");
    assert_eq!((counts.full, counts.conflicting, counts.late), (0, 0, 0), "{context}");
}

#[tokio::test]
async fn sixty_four_connections_and_two_hundred_messages() {
    let crowds = Subject::one_each().map(|subject| crowd(subject, Mode::Plain, 200));
    crowds.collect::<JoinSet<()>>().join_all().await;
}

#[tokio::test]
async fn the_same_in_every_wiring_and_encrypted() {
    let crowds = Subject::all().map(|subject| crowd(subject, Mode::Encrypted, 10));
    crowds.collect::<JoinSet<()>>().join_all().await;
}
