//! A run of the handler, detached from the connection of the request that began it.

use std::{
    fmt,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::{Pin, pin},
    sync::Arc,
    task::Poll,
};

use echostr::adapter::Answer;
use tokio::{
    runtime::Handle,
    sync::watch,
    time::{Instant, sleep, sleep_until},
};
use tracing::{Instrument as _, Span};

use crate::{
    Delivery, End, Failure, Finished, Late, Lease, Ledger, Outcome, Released, Remembered, Step,
    answer::Own,
    flights::{Permit, Stop},
    seat::Giver,
    shared::Shared,
};

/// The right and the duty to run the handler of a delivery.
///
/// Dropping it, before or while it runs, is a failure of the handler.
#[must_use = "spawn what `run` returns"]
pub struct Flight<R: Send + 'static, F> {
    /// Boxed, as it is passed on from one function that waits to the next.
    landing: Box<Landing<R, F>>,
    span: Span,
}

impl<R: Send + 'static, F> Flight<R, F> {
    pub(crate) fn new(
        ledger: Arc<dyn Ledger>,
        shared: Arc<Shared<R>>,
        lease: Lease,
        own: Giver<Own<R, F>>,
        permit: Option<Permit>,
        arrived: Instant,
        first: Instant,
    ) -> Self {
        let delivery = Delivery::new(lease.key, lease.attempt);
        if lease.attempt > 1 {
            shared.counters().retried(&delivery);
        }
        let stop = shared.tracker.subscribe();
        let landing = Box::new(Landing {
            ledger,
            shared,
            lease,
            delivery,
            own: Some(own),
            permit,
            arrived,
            first,
            stop,
            has_ended: false,
        });
        Self { landing, span: Span::current() }
    }

    /// For the extensions of the handler's request.
    #[must_use]
    pub const fn delivery(&self) -> Delivery {
        self.landing.delivery
    }

    /// Runs `handler`, from the call of the inner service to the sealed reply, and delivers what comes out of it. To be spawned as a task:
    /// the client's hanging up must not end it. The span that is current at the claim is entered.
    ///
    /// A panic of `handler` does not leave it.
    pub fn run<H: Future<Output = Outcome<R, F>>>(
        self,
        handler: H,
    ) -> impl Future<Output = ()> + use<R, F, H> {
        let Self { mut landing, span } = self;
        // Each function that waits for it would otherwise hold a copy of its own, and a task of some kilobytes is slow to be made.
        let mut handler = Box::pin(handler);
        async move {
            let ended = landing.fly(handler.as_mut()).await;
            drop(handler);
            landing.land(ended).await;
        }
        .instrument(span)
    }
}

/// A flight and its end, whichever it is.
struct Landing<R: Send + 'static, F> {
    ledger: Arc<dyn Ledger>,
    shared: Arc<Shared<R>>,
    lease: Lease,
    delivery: Delivery,
    /// The send that began it.
    own: Option<Giver<Own<R, F>>>,
    permit: Option<Permit>,
    /// When that send arrived, and when the first did.
    arrived: Instant,
    first: Instant,
    stop: watch::Receiver<Stop>,
    /// Whether the store knows the end.
    has_ended: bool,
}

impl<R: Send + 'static, F> Landing<R, F> {
    async fn fly(
        &mut self,
        mut handler: Pin<&mut impl Future<Output = Outcome<R, F>>>,
    ) -> Result<Outcome<R, F>, Failure> {
        let mut stopped = pin!(self.stop.wait_for(|stop| *stop == Stop::Now));
        let mut too_long = pin!(sleep(self.shared.timing.flight));
        poll_fn(|cx| {
            // A handler that panicked is never polled again.
            match catch_unwind(AssertUnwindSafe(|| handler.as_mut().poll(cx))) {
                Ok(Poll::Ready(outcome)) => return Poll::Ready(Ok(outcome)),
                Ok(Poll::Pending) => {}
                Err(_) => return Poll::Ready(Err(Failure::Panic)),
            }
            if stopped.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Err(Failure::Dropped));
            }
            too_long.as_mut().poll(cx).map(|()| Err(Failure::TooLong))
        })
        .await
    }

    async fn land(mut self: Box<Self>, ended: Result<Outcome<R, F>, Failure>) {
        self.permit = None;
        match ended {
            Ok(Outcome::Reply(remembered, reply)) if remembered.body().len() <= Remembered::LIMIT => {
                self.land_with_reply(remembered, reply).await;
            }
            Ok(Outcome::Reply(_, reply) | Outcome::Stream(reply)) => {
                Box::pin(self.land_with_stream(reply)).await;
            }
            Ok(Outcome::Failed(failed)) => self.land_with_failure(Failure::Answer, Some(failed)).await,
            // Nobody is to run it again, so this is no failure that the next send could mend.
            Err(Failure::TooLong) => {
                if self.finish(End::Success).await != Finished::Superseded {
                    self.give(Own::Success);
                    self.late(Late::Failed(Failure::TooLong)).await;
                }
            }
            Err(failure) => self.land_with_failure(failure, None).await,
        }
    }

    async fn land_with_reply(&mut self, remembered: Remembered, reply: R) {
        let (is_empty, remembered) = (Answer::says_nothing(remembered.body()), Arc::new(remembered));
        let end = End::Reply(Arc::clone(&remembered), self.shared.timing.remembered);
        match self.finish(end).await {
            Finished::InTime => {
                if let Some(Own::Reply(_, reply)) = self.offer(Own::Reply(remembered, reply)).await {
                    Box::pin(self.linger(reply, is_empty)).await;
                }
            }
            Finished::Late => {
                self.give(Own::Success);
                self.late_reply(reply, is_empty).await;
            }
            Finished::Superseded => {}
        }
    }

    /// Keeps a reply that its own send has not taken, until another one has or nobody will.
    async fn linger(&mut self, reply: R, is_empty: bool) {
        let (timing, now) = (&self.shared.timing, Instant::now());
        let after = |start: Instant, time| start.checked_add(time).unwrap_or(start);
        let at = after(self.first, timing.late_after).max(after(now, timing.fetch));
        let is_fetched = {
            let mut fetched = pin!(self.lease.hand_over.fetched());
            let mut stopped = pin!(self.stop.wait_for(|stop| *stop == Stop::Now));
            let mut nobody = pin!(sleep_until(at));
            poll_fn(|cx| {
                if fetched.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(true);
                }
                if stopped.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(false);
                }
                nobody.as_mut().poll(cx).map(|()| false)
            })
            .await
        };
        if !is_fetched && self.ledger.retract(&self.lease, Instant::now()).await {
            self.late_reply(reply, is_empty).await;
        }
    }

    async fn land_with_stream(&mut self, reply: R) {
        // Chosen before the end wakes all who wait, and they are told `success`.
        let youngest = self.lease.hand_over.reserve::<R>();
        match self.finish(End::Success).await {
            Finished::InTime => {}
            Finished::Late => {
                self.give(Own::Success);
                return self.late(Late::Reply(reply)).await;
            }
            Finished::Superseded => return,
        }
        let own_is_younger = youngest.as_ref().is_none_or(|youngest| youngest.arrived() < self.arrived);
        let mut reply = Some(reply);
        if own_is_younger {
            reply = self.offer_stream(reply).await;
        }
        if let Some(youngest) = youngest
            && let Some(parcel) = reply.take()
        {
            // What comes back is what was handed over.
            reply = youngest
                .hand(Box::new(parcel))
                .await
                .and_then(|parcel| parcel.downcast().ok())
                .map(|reply| *reply);
        }
        match self.offer_stream(reply).await {
            Some(reply) => self.late(Late::Reply(reply)).await,
            None => self.give(Own::Success),
        }
    }

    async fn land_with_failure(&mut self, failure: Failure, failed: Option<F>) {
        self.has_ended = true;
        match self.ledger.release(&self.lease, Instant::now()).await {
            // The server is stopping. As with all that would need a handler then, the send is left to time out: WeCom sends again after nothing
            // else.
            Released::Free if failure == Failure::Dropped => {}
            Released::Free => self.give(Own::Failed(failed)),
            Released::Late => {
                self.give(Own::Success);
                self.late(Late::Failed(failure)).await;
            }
            Released::Superseded => {}
        }
    }

    async fn finish(&mut self, end: End) -> Finished {
        self.has_ended = true;
        self.ledger.finish(&self.lease, end, Instant::now()).await
    }

    /// Tells the own send, if it is still there.
    fn give(&mut self, own: Own<R, F>) {
        if let Some(giver) = self.own.take() {
            let _ = giver.give(own);
        }
    }

    /// Gives to the own send; what it does not take comes back.
    async fn offer(&mut self, own: Own<R, F>) -> Option<Own<R, F>> {
        let Some(giver) = self.own.take() else { return Some(own) };
        match giver.give(own) {
            Ok(()) => giver.returned().await,
            Err(own) => Some(own),
        }
    }

    async fn offer_stream(&mut self, reply: Option<R>) -> Option<R> {
        match self.offer(Own::Stream(reply?)).await {
            Some(Own::Stream(reply)) => Some(reply),
            _ => None,
        }
    }

    async fn late_reply(&self, reply: R, is_empty: bool) {
        if is_empty {
            self.shared.late_and_empty(self.delivery, reply).await;
        } else {
            self.late(Late::Reply(reply)).await;
        }
    }

    async fn late(&self, late: Late<R>) {
        Box::pin(self.shared.late(self.delivery, late)).await;
    }
}

/// A flight that is dropped: its runtime ends, or its task was aborted.
impl<R: Send + 'static, F> Drop for Landing<R, F> {
    fn drop(&mut self) {
        if self.has_ended {
            return;
        }
        let (shared, delivery, stop) = (Arc::clone(&self.shared), self.delivery, self.stop.clone());
        let dropped = Late::Failed(Failure::Dropped);
        match self.ledger.release(&self.lease, Instant::now()) {
            Step::Ready(Some(Released::Free)) => self.give(Own::Failed(None)),
            Step::Ready(Some(Released::Late)) => {
                self.give(Own::Success);
                // Here, as the task may never run: where the runtime ends, the event is all that is left of the message.
                shared.count_late(&delivery, &dropped);
                spawn(async move {
                    shared.hand_late(delivery, dropped).await;
                    drop(stop);
                });
            }
            Step::Ready(_) => {}
            // The store has not said yet whether anybody has been told `success`: the send asks it when its time has come.
            Step::Later(step) => spawn(async move {
                if step.await == Released::Late {
                    shared.late(delivery, dropped).await;
                }
                drop(stop);
            }),
        }
    }
}

/// Without a runtime nobody can be told.
fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(task);
    }
}

impl<R: Send + 'static, F> fmt::Debug for Flight<R, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flight").field("delivery", &self.landing.delivery).finish_non_exhaustive()
    }
}
