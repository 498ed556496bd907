//! The handler behind every server, which does what the message says, and what a test can see of it.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    thread,
    time::Duration,
};

use bytes::Bytes;
use echostr_tower::{Delivery, Late, LateReply};
use tokio::{
    sync::watch,
    time::{Instant, sleep},
};
use tracing::Span;

use crate::client::PATIENCE;

/// How long a handler blocks its thread that is told to.
pub(crate) const BLOCKED: Duration = Duration::from_secs(1);

/// Of all that the handler says.
const CONTENT_TYPE: &str = "text/handled; charset=utf-8";

/// What a handler panics with that is told to.
pub(crate) const PANIC: &str = "as the message says";

/// What the handlers of a server do and have done.
#[derive(Clone, Default)]
pub(crate) struct World(Arc<Inner>);

#[derive(Default)]
struct Inner {
    runs: Mutex<Vec<Option<Delivery>>>,
    ended: AtomicUsize,
    lates: Mutex<Vec<(Delivery, String)>>,
    /// How many gates are open: the first lets the handler go on, the second its slow reply.
    opened: watch::Sender<u8>,
}

/// What the handler says, for a framework to make a response of.
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: SaidBody,
    /// To be an error of the service, where a framework has such.
    pub(crate) is_error: bool,
}

pub(crate) enum SaidBody {
    Whole(String),
    Slow(Slow),
}

/// A body without a length, whose second piece is made when the gate opens.
pub(crate) struct Slow {
    first: Option<&'static str>,
    second: Option<Pin<Box<dyn Future<Output = ()> + Send + Sync>>>,
}

pub(crate) const FIRST: &str = "the first piece, ";
pub(crate) const SECOND: &str = "the second piece";

impl World {
    /// How often the handler has been begun.
    pub(crate) fn runs(&self) -> usize {
        lock(&self.0.runs).len()
    }

    /// What each run found in its request.
    pub(crate) fn deliveries(&self) -> Vec<Option<Delivery>> {
        lock(&self.0.runs).clone()
    }

    /// How often it has come to its end.
    pub(crate) fn ended(&self) -> usize {
        self.0.ended.load(Ordering::SeqCst)
    }

    /// What `on_late` was given.
    pub(crate) fn lates(&self) -> Vec<String> {
        lock(&self.0.lates).iter().map(|(_, late)| late.clone()).collect()
    }

    /// For which deliveries.
    pub(crate) fn late_deliveries(&self) -> Vec<Delivery> {
        lock(&self.0.lates).iter().map(|(delivery, _)| *delivery).collect()
    }

    /// Lets handlers go on that wait.
    pub(crate) fn open(&self) {
        self.0.opened.send_replace(1);
    }

    /// Lets slow replies end, too.
    pub(crate) fn open_all(&self) {
        self.0.opened.send_replace(2);
    }

    /// Waits until this holds.
    pub(crate) async fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        until(&format!("{what}: {self:?}"), || holds(self)).await;
    }

    async fn gate(&self, gate: u8) {
        let mut opened = self.0.opened.subscribe();
        opened.wait_for(|opened| *opened >= gate).await.expect("the world stands");
    }

    pub(crate) fn on_late(
        &self,
        delivery: Delivery,
        late: Late<LateReply>,
    ) -> impl Future<Output = ()> + Send + use<> {
        let world = self.clone();
        async move {
            let late = match late {
                Late::Reply(reply) if reply.content_type() != Some(CONTENT_TYPE) => format!("{reply:?}"),
                Late::Reply(reply) => match reply.into_bytes(1 << 20).await {
                    Some(bytes) => format!("reply {}", String::from_utf8_lossy(&bytes)),
                    None => "broken off".to_owned(),
                },
                Late::Failed(failure) => format!("failed {failure:?}"),
            };
            lock(&world.0.lates).push((delivery, late));
        }
    }

    /// The handler. `seen` is what the framework had to show of the request.
    pub(crate) async fn handle(&self, delivery: Option<Delivery>, seen: &str, body: &[u8]) -> Said {
        let body = String::from_utf8_lossy(body).into_owned();
        let run = {
            let mut runs = lock(&self.0.runs);
            runs.push(delivery);
            runs.len()
        };
        let says = |word| body.contains(word);
        if says("wait") {
            self.gate(1).await;
        }
        if says("block") {
            thread::sleep(BLOCKED);
        }
        if says("yield") {
            sleep(Duration::from_millis(1)).await;
        }
        let attempt = delivery.map_or(0, |delivery| delivery.attempt());
        let fails = attempt <= 1 || says("always");
        assert!(!(fails && says("panic")), "{PANIC}");
        let span = Span::current().metadata().map_or("none", tracing::Metadata::name);
        let whole = |status, text| Said {
            status,
            headers: vec![
                ("content-type", CONTENT_TYPE.to_owned()),
                ("x-handler", "here".to_owned()),
                ("set-cookie", "a=b".to_owned()),
                ("x-ran-on", format!("{:?}", thread::current().id())),
            ],
            body: SaidBody::Whole(text),
            is_error: false,
        };
        let said = if fails && says("fail") {
            whole(500, format!("broken in attempt {attempt}"))
        } else if fails && says("created") {
            whole(201, format!("created in attempt {attempt}"))
        } else if fails && says("error") {
            Said { is_error: true, ..whole(500, "an error".to_owned()) }
        } else if says("long") {
            whole(200, format!("run {run} {}", "x".repeat(70_000)))
        } else if says("stream") {
            let world = self.clone();
            let gate = Box::pin(async move { world.gate(2).await });
            let slow = Slow { first: Some(FIRST), second: Some(gate) };
            Said { body: SaidBody::Slow(slow), ..whole(200, String::new()) }
        } else {
            whole(200, format!("run {run} attempt {attempt} span={span} {seen} {body}"))
        };
        self.0.ended.fetch_add(1, Ordering::SeqCst);
        said
    }
}

/// Waits until this holds.
pub(crate) async fn until(what: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < PATIENCE, "never: {what}");
        sleep(Duration::from_millis(3)).await;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Slow {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(first.into()));
        }
        let Some(second) = &mut self.second else { return Poll::Ready(None) };
        second.as_mut().poll(cx).map(|()| {
            self.second = None;
            Some(SECOND.into())
        })
    }
}

impl hyper::body::Body for Slow {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, Self::Error>>> {
        self.poll(cx).map(|piece| piece.map(|piece| Ok(hyper::body::Frame::data(piece))))
    }
}

impl actix_web::body::MessageBody for Slow {
    type Error = std::convert::Infallible;

    fn size(&self) -> actix_web::body::BodySize {
        actix_web::body::BodySize::Stream
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        self.poll(cx).map(|piece| piece.map(Ok))
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World")
            .field("runs", &self.runs())
            .field("ended", &self.ended())
            .field("lates", &self.lates())
            .finish_non_exhaustive()
    }
}
