//! What the layer of a framework does, without the framework: this is how an adapter uses the crate.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use bytes::Bytes;
use echostr_ledger::{
    Answer, Arrival, Arrived, Deliveries, Delivery, Fingerprint, Key, Late, Ledger, MemoryLedger, Outcome,
    Remembered,
};
use tokio::time::{Instant, sleep};

/// What a sender sends. All sends of one message are equal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Request {
    pub(crate) digest: [u8; 20],
    pub(crate) method: &'static str,
    pub(crate) body: String,
}

impl Request {
    pub(crate) fn new(number: u32) -> Self {
        let mut digest = [7; 20];
        digest[..4].copy_from_slice(&number.to_be_bytes());
        Self { digest, method: "POST", body: format!("message {number}") }
    }

    pub(crate) fn key(&self) -> Key {
        Key::new("shop", self.digest)
    }
}

/// The handler's reply as this adapter holds it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Reply {
    pub(crate) header: &'static str,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { header: "of the handler", text: text.into() }
    }

    /// What stands for encryption.
    pub(crate) fn sealed(&self) -> Bytes {
        format!("sealed {}", self.text).into()
    }
}

/// What a handler does, after some time.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    Reply(f64, &'static str),
    Long(f64),
    Stream(f64, &'static str),
    Fail(f64),
    Panic(f64),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) body: Bytes,
    /// Only where the reply itself went out, not what is remembered of it.
    pub(crate) header: Option<&'static str>,
}

impl Response {
    pub(crate) fn text(&self) -> (u16, &str) {
        (self.status, std::str::from_utf8(&self.body).unwrap())
    }
}

pub(crate) fn status(status: u16, text: &'static str) -> Response {
    Response { status, body: Bytes::from_static(text.as_bytes()), header: None }
}

/// When something came late, by the clock of the server, and what.
pub(crate) type Lates = Arc<Mutex<Vec<(Duration, Delivery, Late<Reply>)>>>;

/// An app behind the layer.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) deliveries: Deliveries<Reply>,
    /// What each attempt does; the last one goes on for ever.
    script: Arc<[Act]>,
    pub(crate) runs: Arc<AtomicUsize>,
    pub(crate) ended: Arc<AtomicUsize>,
    pub(crate) lates: Lates,
    pub(crate) start: Instant,
}

impl Server {
    pub(crate) fn new(script: &[Act]) -> Self {
        Self::with(MemoryLedger::new(), script)
    }

    pub(crate) fn with(ledger: impl Ledger, script: &[Act]) -> Self {
        let (lates, start) = (Lates::default(), Instant::now());
        let deliveries = Deliveries::default().ledger(ledger).on_late({
            let lates = Arc::clone(&lates);
            move |delivery, late| {
                lates.lock().unwrap().push((start.elapsed(), delivery, late));
                async {}
            }
        });
        Self { deliveries, script: script.into(), runs: Arc::default(), ended: Arc::default(), lates, start }
    }

    pub(crate) fn set(mut self, change: impl FnOnce(Deliveries<Reply>) -> Deliveries<Reply>) -> Self {
        self.deliveries = change(self.deliveries);
        self
    }

    pub(crate) fn runs(&self) -> usize {
        self.runs.load(SeqCst)
    }

    /// How many handlers have come to their end with a reply.
    pub(crate) fn ended(&self) -> usize {
        self.ended.load(SeqCst)
    }

    /// Times in milliseconds.
    pub(crate) fn lates(&self) -> Vec<(u128, Late<Reply>)> {
        self.lates.lock().unwrap().iter().map(|(at, _, late)| (at.as_millis(), late.clone())).collect()
    }

    /// What a layer does with a request.
    pub(crate) async fn call(&self, request: Request) -> Response {
        let arrived = Instant::now();
        let Some(active) = self.deliveries.active() else {
            return perform(match self.handle(1).await {
                Outcome::Reply(remembered, own) => {
                    Answer::Reply { remembered: remembered.into(), own: Some(own) }
                }
                Outcome::Stream(reply) => Answer::Stream(reply),
                Outcome::Failed(status) => Answer::Failed(Some(status)),
            });
        };
        let arrival = Arrival {
            key: request.key(),
            fingerprint: Fingerprint::new(request.method, request.body.as_bytes()),
            arrived,
            accepted_for: None,
        };
        perform(match active.arrive(arrival).await {
            Arrived::Run(flight, answer) => {
                let (server, delivery) = (self.clone(), flight.delivery());
                tokio::spawn(flight.run(async move { server.handle(delivery.attempt()).await }));
                answer.answer().await
            }
            Arrived::Answer(answer) => answer,
        })
    }

    /// A request on a connection of its own.
    pub(crate) fn spawn(&self, request: &Request) -> tokio::task::JoinHandle<Response> {
        let (server, request) = (self.clone(), request.clone());
        tokio::spawn(async move { server.call(request).await })
    }

    /// The inner service.
    fn handle(&self, attempt: u32) -> Pin<Box<dyn Future<Output = Outcome<Reply, u16>> + Send>> {
        self.runs.fetch_add(1, SeqCst);
        let act = self.script[self.script.len().min(attempt as usize) - 1];
        let ended = Arc::clone(&self.ended);
        Box::pin(async move {
            let (Act::Reply(time, _)
            | Act::Long(time)
            | Act::Stream(time, _)
            | Act::Fail(time)
            | Act::Panic(time)) = act;
            if time > 0.0 {
                sleep(Duration::from_secs_f64(time)).await;
            }
            let outcome = match act {
                Act::Reply(_, text) => reply(Reply::new(text)),
                Act::Long(_) => reply(Reply::new("x".repeat(Remembered::LIMIT + 1))),
                Act::Stream(_, text) => Outcome::Stream(Reply::new(text)),
                Act::Fail(_) => return Outcome::Failed(502),
                Act::Panic(_) => panic!("as the script says"),
            };
            ended.fetch_add(1, SeqCst);
            outcome
        })
    }
}

fn reply(reply: Reply) -> Outcome<Reply, u16> {
    Outcome::Reply(Remembered::new(Some("text/xml".into()), reply.sealed()), reply)
}

fn perform(answer: Answer<Reply, u16>) -> Response {
    match answer {
        Answer::Reply { remembered, own } => {
            assert_eq!(remembered.content_type().unwrap(), "text/xml");
            let header = own.map(|reply| reply.header);
            Response { status: 200, body: remembered.body().clone(), header }
        }
        Answer::Stream(reply) => Response { status: 200, body: reply.sealed(), header: Some(reply.header) },
        Answer::Success => status(200, "success"),
        Answer::Failed(failed) => status(failed.unwrap_or(500), "failed"),
        Answer::Unavailable => status(503, ""),
        Answer::Conflict => status(403, "forbidden"),
    }
}
