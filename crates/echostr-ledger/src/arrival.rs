//! A send, from its claim to its answer.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use echostr::adapter::Received;
use tokio::time::{Instant, sleep_until};

use crate::{
    Answer, Claim, Claimed, Fingerprint, Flight, HandOver, Key, Lease, Ledger, RequestId, Seen, Settled,
    Timing,
    answer::Own,
    flights::Permit,
    plan::{Plan, before},
    seat::{Taker, seat},
    shared::Shared,
};

/// A verified request whose body has been read.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// Which delivery it belongs to.
    pub key: Key,
    /// What its sender sent.
    pub fingerprint: Fingerprint,
    /// When its head arrived: deadlines count from there.
    pub arrived: Instant,
    /// How long its URL will be accepted, and so a new record be kept: see [`Timing::mark`](crate::Timing::mark).
    pub accepted_for: Option<Duration>,
}

impl Arrival {
    /// Of what the core has passed.
    #[must_use]
    pub fn of(received: &Received, method: &str, arrived: Instant) -> Self {
        let Received { callback, signed, .. } = received;
        Self {
            key: Key::of(callback),
            fingerprint: Fingerprint::new(method, signed),
            arrived,
            accepted_for: callback.accepted_for(SystemTime::now()),
        }
    }
}

/// What there is to do for a request.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "one is made for each request, and taken apart where it is made"
)]
pub enum Arrived<R: Send + 'static, F> {
    /// Run the handler: spawn [`Flight::run`], then wait for the [answer](OwnAnswer::answer), which may be there before the handler has
    /// ended.
    Run(Flight<R, F>, OwnAnswer<R, F>),
    /// Answer, and do not run the handler.
    Answer(Answer<R, F>),
}

/// A ledger that is switched on, for one request: see [`Deliveries::active`](crate::Deliveries::active).
pub struct Active<R> {
    ledger: Arc<dyn Ledger>,
    shared: Arc<Shared<R>>,
    since: Instant,
}

impl<R: Send + 'static> Active<R> {
    /// Waits until there is something to do for a request: an answer, or the handler to be run. Dropping the future is how a client
    /// hangs up.
    pub async fn arrive<F>(self, arrival: Arrival) -> Arrived<R, F> {
        let id = self.shared.tracker.request_id();
        let mut plan = Plan::unseen(&self.shared.timing, arrival.arrived);
        let mut send =
            Request { active: self, arrival, id, is_counted: false, is_behind: false, waited_for: None };
        loop {
            let (claimed, is_there, permit) = send.claim(&plan).await;
            let (hand_over, seen) = match claimed {
                Claimed::Run(lease, seen) => return send.run(lease, seen, permit),
                Claimed::InFlight(hand_over, seen) => (hand_over, seen),
                claimed => return Arrived::Answer(Box::pin(send.answer(claimed, is_there, plan)).await),
            };
            plan = send.plan(seen);
            if let Some(answer) = Box::pin(send.wait(hand_over, plan)).await {
                return Arrived::Answer(answer);
            }
        }
    }
}

impl<R> Active<R> {
    pub(crate) fn new(ledger: Arc<dyn Ledger>, shared: Arc<Shared<R>>) -> Self {
        Self { ledger, shared, since: Instant::now() }
    }

    /// When it was asked for: when the head of the request arrived, from where the platform's clock runs whatever has to be waited for.
    #[must_use]
    pub const fn since(&self) -> Instant {
        self.since
    }

    /// How long everything takes.
    #[must_use]
    pub fn timing(&self) -> &Timing {
        &self.shared.timing
    }
}

impl<R> Clone for Active<R> {
    fn clone(&self) -> Self {
        Self { ledger: Arc::clone(&self.ledger), shared: Arc::clone(&self.shared), since: self.since }
    }
}

impl<R: Send + 'static> Active<R> {
    /// The answer for a send to which the flight has given nothing in its time.
    async fn out_of_time<F>(&self, key: &Key, plan: Plan, hand_over: &HandOver) -> Answer<R, F> {
        if plan.settles && plan.is_there() {
            match self.ledger.settle(key, plan.gone, Instant::now()).await {
                Settled::Success => return Answer::Success,
                Settled::Reply(remembered) => {
                    hand_over.set_fetched();
                    return Answer::Reply { remembered, own: None };
                }
                Settled::Hold => {}
            }
        }
        sleep_until(plan.hold).await;
        Answer::Unavailable
    }
}

/// A request on its way to an answer.
struct Request<R> {
    active: Active<R>,
    arrival: Arrival,
    id: RequestId,
    /// Whether the store has counted it.
    is_counted: bool,
    /// Whether it had to wait for the store, and may leave `success` to a later one.
    is_behind: bool,
    /// The flight that it has waited for last.
    waited_for: Option<Arc<HandOver>>,
}

impl<R: Send + 'static> Request<R> {
    fn plan(&self, seen: Seen) -> Plan {
        let shared = &self.active.shared;
        Plan::new(&shared.timing, shared.patience, self.arrival.arrived, seen, self.is_behind)
    }

    fn run<F>(self, lease: Lease, seen: Seen, permit: Option<Permit>) -> Arrived<R, F> {
        let plan = self.plan(seen);
        let Self { active, arrival, .. } = self;
        let (giver, taker) = seat();
        let answer = OwnAnswer {
            active: active.clone(),
            key: arrival.key,
            plan,
            taker,
            hand_over: Arc::clone(&lease.hand_over),
        };
        Arrived::Run(
            Flight::new(active.ledger, active.shared, lease, giver, permit, arrival.arrived, seen.first),
            answer,
        )
    }

    /// Claims; as long as the store cannot be reached, again and again. Whether somebody reads the answer, and the right to run the handler
    /// if that is what is to be done: whoever waits takes up no place of a handler.
    async fn claim(&mut self, plan: &Plan) -> (Claimed, bool, Option<Permit>) {
        let shared = &self.active.shared;
        let mut stranded = None;
        loop {
            let (now, is_there) = (Instant::now(), plan.is_there());
            let permit = if is_there { shared.permit() } else { None };
            let claim = Claim {
                key: &self.arrival.key,
                fingerprint: &self.arrival.fingerprint,
                id: self.id,
                arrived: self.arrival.arrived,
                mark: shared.timing.mark(self.arrival.accepted_for),
                counts: !self.is_counted,
                runs: permit.is_some(),
                fetches: is_there,
                gone: plan.gone,
            };
            let claimed = self.active.ledger.claim(&claim, now).await;
            if !matches!(claimed, Claimed::Unavailable) {
                self.is_counted = true;
                shared.tracker.is_back();
                let runs = matches!(claimed, Claimed::Run(..));
                return (claimed, is_there, permit.filter(|_| runs));
            }
            drop(permit);
            if stranded.is_none() {
                // Sends before it, if there were any, came while the store could count them.
                let away_for = self.arrival.arrived.saturating_duration_since(shared.tracker.away_since(now));
                self.is_behind = away_for < shared.timing.gone;
                stranded = shared.strand();
                if stranded.is_none() {
                    shared.full(&self.arrival.key, "requests that wait for the store");
                    return (claimed, is_there, None);
                }
            }
            if Instant::now() >= plan.hold {
                return (claimed, is_there, None);
            }
            let again = Instant::now().checked_add(shared.timing.retry).unwrap_or(plan.hold);
            sleep_until(again.min(plan.hold)).await;
        }
    }

    /// The answer to a claim after which there is nothing to wait for.
    async fn answer<F>(&self, claimed: Claimed, is_there: bool, plan: Plan) -> Answer<R, F> {
        let (shared, key) = (&self.active.shared, &self.arrival.key);
        match claimed {
            Claimed::Done(remembered) => {
                match &self.waited_for {
                    Some(hand_over) if is_there => hand_over.set_fetched(),
                    Some(_) => {}
                    None => shared.counters().repeated(key),
                }
                match remembered {
                    Some(remembered) if is_there => return Answer::Reply { remembered, own: None },
                    Some(_) => {}
                    None => return Answer::Success,
                }
            }
            Claimed::Conflict => {
                shared.counters().conflicting(key);
                return Answer::Conflict;
            }
            Claimed::Full => {
                shared.full(key, "entries or bytes of the ledger");
                return Answer::Unavailable;
            }
            Claimed::Free(_) if is_there && !shared.tracker.is_stopping() => {
                shared.full(key, "max_flights");
                return Answer::Unavailable;
            }
            Claimed::Unavailable => return Answer::Unavailable,
            // A client that has gone, or a server that stops: the platform is to send again, and WeCom does so after nothing but a
            // time-out.
            Claimed::Free(_) | Claimed::Run(..) | Claimed::InFlight(..) => {}
        }
        sleep_until(plan.hold).await;
        Answer::Unavailable
    }

    /// Waits for the end of a flight; `None` if the record is to be looked at again.
    async fn wait<F>(&mut self, hand_over: Arc<HandOver>, plan: Plan) -> Option<Answer<R, F>> {
        let (shared, key) = (&self.active.shared, &self.arrival.key);
        if self.waited_for.is_none() {
            shared.counters().joined(key);
        }
        let Some(waiting) = hand_over.join::<R>(self.arrival.arrived, shared.max_waiting) else {
            shared.full(key, "max_waiting");
            return Some(Answer::Unavailable);
        };
        let answer = match before(plan.until, waiting).await {
            Some(None) => None,
            // It takes nothing but an `R`.
            Some(Some(parcel)) => {
                Some(parcel.downcast().map_or(Answer::Success, |reply| Answer::Stream(*reply)))
            }
            None => Some(self.active.out_of_time(key, plan, &hand_over).await),
        };
        self.waited_for = Some(hand_over);
        answer
    }
}

/// The answer for the request that runs the handler.
#[must_use = "the request is answered with it"]
pub struct OwnAnswer<R, F> {
    active: Active<R>,
    key: Key,
    plan: Plan,
    taker: Taker<Own<R, F>>,
    hand_over: Arc<HandOver>,
}

impl<R: Send + 'static, F> OwnAnswer<R, F> {
    /// Waits for the handler, as long as the request can wait. Dropping the future is how a client hangs up: the handler runs on.
    pub async fn answer(self) -> Answer<R, F> {
        let Self { active, key, plan, taker, hand_over } = self;
        match before(plan.until, taker).await {
            Some(Some(own)) => return own.into(),
            // The flight is no longer this server's.
            Some(None) => sleep_until(plan.until).await,
            None => {}
        }
        Box::pin(active.out_of_time(&key, plan, &hand_over)).await
    }
}

impl<R> fmt::Debug for Active<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Active").finish_non_exhaustive()
    }
}

impl<R, F> fmt::Debug for OwnAnswer<R, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnAnswer").field("key", &self.key).finish_non_exhaustive()
    }
}
