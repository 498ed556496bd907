//! What the operator sees.

use std::{cell::RefCell, io, sync::Once, time::Duration};

use echostr_ledger::{MemoryLedger, TARGET};
use tokio::time::sleep;
use tracing::{Instrument as _, Level};

use crate::{
    adapter::{Act, Request, Server},
    platform::{Connection::Keeps, send, sends},
};

thread_local! {
    /// What this thread has logged.
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(vec![]) };
}

struct Log;

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.with_borrow_mut(|log| log.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// For the whole process: what is switched on for one thread only misses events that other threads have met before.
fn listen() {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| {
        tracing_subscriber::fmt()
            .with_max_level(Level::TRACE)
            .with_ansi(false)
            .without_time()
            .with_writer(|| Log)
            .init();
    });
}

fn log() -> String {
    LOG.with_borrow(|log| String::from_utf8(log.clone()).unwrap())
}

#[tokio::test(start_paused = true)]
async fn each_event_is_counted_once_and_names_its_delivery() {
    listen();
    let ledger = MemoryLedger::with_limits(2, usize::MAX);
    let server = Server::with(ledger, &[Act::Fail(1.0), Act::Reply(7.0, "secret reply")])
        .set(|deliveries| deliveries.max_waiting(2));
    let request = Request::new(1);
    let span = tracing::info_span!("request", number = 42);
    // One runs it and fails, two wait, of whom one runs it again, the fourth has no place; then all are told `success`.
    sends(&server, &request, Keeps, [0.0, 0.1, 0.2, 0.3]).instrument(span.clone()).await;
    send(&server, &request, Keeps).await;
    send(&server, &request, Keeps).await;
    send(&server, &Request { body: "secret body".into(), ..request.clone() }, Keeps).await;
    sleep(Duration::from_secs(10)).await;
    server.spawn(&Request::new(2)).await.unwrap();
    server.spawn(&Request::new(3)).await.unwrap();

    let counts = server.deliveries.flights().counts();
    for (word, count, expected) in [
        ("joined", counts.joined, 3),
        ("repeated", counts.repeated, 2),
        ("conflicting", counts.conflicting, 1),
        ("late", counts.late, 1),
        ("retried", counts.retried, 1),
        ("full", counts.full, 2),
    ] {
        let text = log();
        let lines: Vec<_> = text.lines().filter(|line| line.contains(&format!(": {word}"))).collect();
        assert_eq!((count, lines.len()), (expected, expected as usize), "{word}: {lines:#?}");
        assert!(
            lines.iter().all(|line| line.contains(" delivery=shop:") && line.contains(TARGET)),
            "{lines:#?}"
        );
    }
    let text = log();
    assert!(text.contains(&format!("retried delivery={} attempt=2", request.key())), "{text}");
    assert!(!text.contains("secret") && !text.contains("hello"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn the_span_of_the_request_reaches_the_handler() {
    use echostr_ledger::{Arrival, Arrived, Deliveries, Fingerprint, Outcome};
    listen();
    let deliveries = Deliveries::<()>::default().ledger(MemoryLedger::new());
    let arrival = Arrival {
        key: Request::new(1).key(),
        fingerprint: Fingerprint::new("POST", b""),
        arrived: tokio::time::Instant::now(),
        accepted_for: Some(Duration::from_secs(1)),
    };
    let span = tracing::info_span!("request");
    let id = span.id();
    assert!(id.is_some());
    let arrived = deliveries.active().unwrap().arrive(arrival).instrument(span).await;
    let Arrived::Run(flight, answer) = arrived else { panic!("nobody else runs it") };
    let task = tokio::spawn(flight.run(async { Outcome::Failed(tracing::Span::current().id()) }));
    let echostr_ledger::Answer::Failed(Some(seen)) = answer.answer().await else { panic!("it failed") };
    assert_eq!(seen, id);
    task.await.unwrap();
}

/// Slow events are answered with nothing, or `success`, and nobody misses that.
#[tokio::test(start_paused = true)]
async fn a_late_reply_is_called_lost_only_if_it_says_something() {
    use echostr_ledger::{Arrival, Arrived, Deliveries, Fingerprint, Outcome, Remembered};
    listen();
    for (number, (body, is_lost)) in
        [("", false), ("success", false), (" success\n", false), ("hello", true)].into_iter().enumerate()
    {
        let deliveries = Deliveries::<()>::default().ledger(MemoryLedger::new());
        let arrival = Arrival {
            key: Request::new(u32::try_from(100 + number).unwrap()).key(),
            fingerprint: Fingerprint::new("POST", b""),
            arrived: tokio::time::Instant::now(),
            accepted_for: None,
        };
        let arrived = deliveries.active().unwrap().arrive::<()>(arrival).await;
        let Arrived::Run(flight, answer) = arrived else { panic!("nobody else runs it") };
        tokio::spawn(flight.run(async {
            sleep(Duration::from_secs(7)).await;
            Outcome::Reply(Remembered::new(None, body.into()), ())
        }));
        assert!(matches!(answer.answer().await, echostr_ledger::Answer::Success));
        sleep(Duration::from_secs(10)).await;
        let text = log();
        let line = text.lines().find(|line| line.contains(&arrival.key.to_string())).expect("one is late");
        assert_eq!((line.contains("WARN"), line.contains("lost")), (is_lost, is_lost), "{body:?}: {line}");
        assert_eq!(deliveries.flights().counts().late, 1);
    }
}
