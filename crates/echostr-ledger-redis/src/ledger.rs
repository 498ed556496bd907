//! The store as the layers see it: each step is handed to the thread of the store, and its answer comes back.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use echostr_ledger::{Claim, Claimed, End, Finished, Key, Lease, Ledger, Released, Settled, Step};
use tokio::{sync::oneshot, time::Instant};

use crate::{
    fallback::Fallback,
    keeper::Thread,
    steps::{Asked, Steps},
};

/// Remembers deliveries in Redis: the ledger of several servers. Cheap to clone; the clones are one ledger, with one connection and one
/// thread.
#[derive(Clone)]
pub struct RedisLedger {
    inner: Arc<Inner>,
}

struct Inner {
    steps: Steps,
    fallback: Option<Arc<Fallback>>,
    _thread: Thread,
}

impl RedisLedger {
    pub(crate) fn new(steps: Steps, fallback: Option<Fallback>, thread: Thread) -> Self {
        Self { inner: Arc::new(Inner { steps, fallback: fallback.map(Arc::new), _thread: thread }) }
    }

    /// Hands a step to the thread. It takes place even if nobody waits for it.
    fn step<T, Fut>(&self, task: impl FnOnce(Steps, oneshot::Sender<T>) -> Fut, otherwise: T) -> Step<T>
    where
        T: Send + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let steps = &self.inner.steps;
        steps.store.spawn(task(steps.clone(), sender));
        Step::later(async move { receiver.await.unwrap_or(otherwise) })
    }
}

impl Ledger for RedisLedger {
    fn claim(&self, claim: &Claim<'_>, now: Instant) -> Step<Claimed> {
        let fallback = self.inner.fallback.clone();
        if let Some(known) = fallback.as_ref().and_then(|fallback| fallback.known(claim, now)) {
            return Step::ready(known);
        }
        let (asked, steps) = (Asked::new(claim), self.inner.steps.clone());
        let (sender, receiver) = oneshot::channel();
        let (task, again) = (steps.clone(), asked.clone());
        steps.store.spawn(async move {
            if let Err(Claimed::Run(lease, _)) = sender.send(task.claim(&asked).await) {
                give_back(&task, lease);
            }
        });
        let asking = Asking { receiver, steps };
        let Some(fallback) = fallback else { return Step::later(asking) };
        Step::later(async move {
            match asking.await {
                Claimed::Unavailable => fallback.claim(&again.claim(), Instant::now()),
                claimed => claimed,
            }
        })
    }

    fn settle(&self, key: &Key, gone: Instant, now: Instant) -> Step<Settled> {
        let fallback = self.inner.fallback.as_ref();
        if let Some(settled) = fallback.and_then(|fallback| fallback.settle(key, gone, now)) {
            return Step::ready(settled);
        }
        let key = *key;
        let settle = async move |steps: Steps, sender: oneshot::Sender<Settled>| {
            let _ = sender.send(steps.settle(&key, gone).await);
        };
        self.step(settle, Settled::Hold)
    }

    fn finish(&self, lease: &Lease, end: End, now: Instant) -> Step<Finished> {
        if let Some(fallback) = self.standing_in(lease) {
            return fallback.ledger.finish(lease, end, now);
        }
        let lease = lease.clone();
        self.step(async move |steps, sender| steps.finish(&lease, end, sender).await, Finished::Superseded)
    }

    fn release(&self, lease: &Lease, now: Instant) -> Step<Released> {
        if let Some(fallback) = self.standing_in(lease) {
            return fallback.ledger.release(lease, now);
        }
        let lease = lease.clone();
        self.step(async move |steps, sender| steps.release(&lease, sender).await, Released::Superseded)
    }

    fn retract(&self, lease: &Lease, now: Instant) -> Step<bool> {
        if let Some(fallback) = self.standing_in(lease) {
            return fallback.ledger.retract(lease, now);
        }
        let lease = lease.clone();
        let retract = async move |steps: Steps, sender: oneshot::Sender<bool>| {
            let _ = sender.send(steps.retract(&lease).await);
        };
        self.step(retract, false)
    }
}

impl RedisLedger {
    /// What stood in for Redis when that flight began, if it did.
    fn standing_in(&self, lease: &Lease) -> Option<&Fallback> {
        self.inner.fallback.as_deref().filter(|fallback| fallback.has(lease))
    }
}

/// Nobody is there to use the right to run the handler: the next send is to have it.
fn give_back(steps: &Steps, lease: Lease) {
    let (task, (told, _)) = (steps.clone(), oneshot::channel());
    steps.store.spawn(async move { task.release(&lease, told).await });
}

/// A claim under way. If it is dropped, a lease that it gets all the same is given back.
struct Asking {
    receiver: oneshot::Receiver<Claimed>,
    steps: Steps,
}

impl Future for Asking {
    type Output = Claimed;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Claimed> {
        Pin::new(&mut self.receiver).poll(cx).map(|claimed| claimed.unwrap_or(Claimed::Unavailable))
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.receiver.close();
        if let Ok(Claimed::Run(lease, _)) = self.receiver.try_recv() {
            give_back(&self.steps, lease);
        }
    }
}

impl fmt::Debug for RedisLedger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisLedger").finish_non_exhaustive()
    }
}
