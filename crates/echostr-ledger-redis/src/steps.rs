//! The steps of a ledger at Redis, each of them as often as it takes.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use echostr_ledger::{
    Claim, Claimed, End, Fingerprint, Finished, Key, Lease, Released, RequestId, Seen, Settled, TARGET,
};
use tokio::{
    sync::oneshot,
    time::{Instant, sleep},
};

use crate::{
    answer::Answer,
    args::Args,
    flights::{self, Flight},
    link::Trouble,
    reply,
    scripts::Script,
    store::Store,
    times::milliseconds,
    watches::Watches,
};

/// How often a send that is not the owner's asks whether it may answer `success`: a connection may have been cut just then.
const SETTLES: usize = 2;

/// What a claim is made of, for a task.
#[derive(Clone)]
pub(crate) struct Asked {
    key: Key,
    fingerprint: Fingerprint,
    id: RequestId,
    arrived: Instant,
    mark: Duration,
    counts: bool,
    runs: bool,
    fetches: bool,
    gone: Instant,
}

impl Asked {
    pub(crate) fn new(claim: &Claim<'_>) -> Self {
        Self {
            key: *claim.key,
            fingerprint: *claim.fingerprint,
            id: claim.id,
            arrived: claim.arrived,
            mark: claim.mark,
            counts: claim.counts,
            runs: claim.runs,
            fetches: claim.fetches,
            gone: claim.gone,
        }
    }

    pub(crate) const fn claim(&self) -> Claim<'_> {
        Claim {
            key: &self.key,
            fingerprint: &self.fingerprint,
            id: self.id,
            arrived: self.arrived,
            mark: self.mark,
            counts: self.counts,
            runs: self.runs,
            fetches: self.fetches,
            gone: self.gone,
        }
    }

    /// Half of its bytes: they decide what is the same message, not what is genuine.
    fn print(&self) -> [u8; 16] {
        self.fingerprint.as_bytes().first_chunk().copied().unwrap_or_default()
    }

    fn args(&self, may_make: bool, takes_over: bool) -> Args {
        let id = self.id.get().to_be_bytes();
        let (high, low) = id.split_at(8);
        let short: Vec<u8> = high.iter().zip(low).map(|(high, low)| high ^ low).collect();
        Args::default()
            .bytes(&self.print())
            .bytes(&id)
            .bytes(&short)
            .number(milliseconds(self.arrived.elapsed()))
            .number(milliseconds(self.mark))
            .flag(self.counts)
            .flag(self.runs)
            .flag(self.fetches)
            .flag(may_make)
            .flag(takes_over)
    }
}

#[derive(Clone)]
pub(crate) struct Steps {
    pub(crate) store: Arc<Store>,
    pub(crate) watches: Arc<Watches>,
}

impl Steps {
    pub(crate) async fn claim(&self, asked: &Asked) -> Claimed {
        let store = &self.store;
        let key = [&asked.key];
        let ask = async |script, may_make| {
            let args = asked.args(may_make, store.takes_over);
            // A Redis that wakes just then is not to mark a reply as fetched that nobody reads.
            if asked.fetches {
                store.run_until(asked.gone, script, &key, args).await
            } else {
                store.run(script, &key, args).await
            }
        };
        let answer = match ask(&store.scripts.claim, true).await {
            // What needs no new record still has its answer.
            Err(Trouble::Full) => ask(&store.scripts.claim_known, false).await,
            answer => answer,
        };
        match answer {
            Ok(answer) => self.claimed(asked, answer).unwrap_or(Claimed::Unavailable),
            Err(_) => self.known_here(asked).unwrap_or(Claimed::Unavailable),
        }
    }

    fn claimed(&self, asked: &Asked, mut answer: Answer) -> Option<Claimed> {
        let key = &asked.key;
        Some(match answer.word.as_str() {
            "run" => {
                let (sends, age, clock) = (answer.number()?, answer.number()?, answer.clock);
                let attempt = u32::try_from(answer.number()?).ok()?;
                let mark = answer.number()?;
                if answer.number()? == 1 {
                    tracing::warn!(
                        target: TARGET,
                        delivery = %key,
                        attempt,
                        "taken over: the server that handled it no longer answers"
                    );
                }
                let lease = Lease { key: *key, owner: asked.id, attempt, hand_over: Arc::default() };
                let flight = Flight {
                    owner: asked.id,
                    attempt,
                    hand_over: Arc::clone(&lease.hand_over),
                    print: asked.print(),
                    sends,
                    arrived: seen(sends, age).first,
                    first: clock.saturating_sub(age),
                    mark,
                    is_answered: false,
                    has_failed: false,
                    end: None,
                };
                self.store.flights().begin(*key, flight);
                Claimed::Run(lease, seen(sends, age))
            }
            "flight" => {
                let (sends, age) = (answer.number()?, answer.number()?);
                let attempt = u32::try_from(answer.number()?).ok()?;
                let owner = RequestId::new(u128::from_be_bytes(*answer.bytes()?.first_chunk()?));
                let own = self.store.flights().get(key).and_then(|flight| {
                    let is_it = (flight.owner, flight.attempt) == (owner, attempt);
                    is_it.then(|| Arc::clone(&flight.hand_over))
                });
                let hand_over = self.watches.watch(&self.store, key, (owner, attempt), own);
                Claimed::InFlight(hand_over, seen(sends, age))
            }
            "free" => Claimed::Free(Some(seen(answer.number()?, answer.number()?))),
            "none" => Claimed::Free(None),
            "reply" => Claimed::Done(Some(Arc::new(reply::from_bytes(answer.bytes()?)?))),
            "done" => Claimed::Done(None),
            "given up" => {
                tracing::warn!(
                    target: TARGET,
                    delivery = %key,
                    "given up: the server that handled it no longer answers, and nobody may handle it again"
                );
                Claimed::Done(None)
            }
            "conflict" => Claimed::Conflict,
            "full" => Claimed::Full,
            _ => return None,
        })
    }

    /// What this server knows of a flight of its own when it cannot ask Redis.
    fn known_here(&self, asked: &Asked) -> Option<Claimed> {
        let mut flights = self.store.flights();
        let flight = flights.get(&asked.key).filter(|flight| flight.print == asked.print())?.clone();
        if flight.is_answered {
            return Some(Claimed::Done(None));
        }
        if flight.end.is_none() {
            if asked.counts {
                flights.count(&asked.key);
            }
            let sends = flight.sends.saturating_add(u64::from(asked.counts));
            let seen = Seen { sends: u32::try_from(sends).unwrap_or(u32::MAX), first: flight.arrived };
            return Some(Claimed::InFlight(flight.hand_over, seen));
        }
        let reply = flights.fetch(&asked.key, asked.fetches && Instant::now() < asked.gone)?;
        Some(Claimed::Done(reply::from_bytes(reply).map(Arc::new)))
    }

    pub(crate) async fn settle(&self, key: &Key, gone: Instant) -> Settled {
        let store = &self.store;
        for _ in 0..SETTLES {
            let own = store.flights().get(key).filter(|flight| flight.end.is_none()).cloned();
            // The platform is to send it again, as soon as Redis knows that.
            if own.as_ref().is_some_and(|own| own.has_failed && !own.is_answered) {
                return Settled::Hold;
            }
            let args = own.as_ref().map_or_else(|| Args::default().bytes(b""), Flight::args);
            match (store.run_until(gone, &store.scripts.settle, &[key], args).await, own) {
                (Ok(answer), own) => return self.settled(key, answer, own.as_ref()).unwrap_or(Settled::Hold),
                // The owner's server: it is told to Redis with the next beat.
                (Err(_), Some(own)) if Instant::now() < gone && store.flights().answer(key, own.owner) => {
                    self.end(key, Some(&own));
                    return Settled::Success;
                }
                (Err(_), _) => sleep(store.times.poll[0]).await,
            }
        }
        Settled::Hold
    }

    fn settled(&self, key: &Key, mut answer: Answer, own: Option<&Flight>) -> Option<Settled> {
        Some(match answer.word.as_str() {
            "success" => {
                if let Some(own) = own {
                    self.store.flights().answer(key, own.owner);
                }
                self.end(key, own);
                Settled::Success
            }
            "reply" => Settled::Reply(Arc::new(reply::from_bytes(answer.bytes()?)?)),
            "hold" => Settled::Hold,
            _ => return None,
        })
    }

    /// Tells through `tell` what the end of the flight is, at the latest when it is recorded.
    pub(crate) async fn finish(&self, lease: &Lease, end: End, tell: oneshot::Sender<Finished>) {
        let (bytes, time) = match &end {
            End::Reply(remembered, time) => (Bytes::from(reply::to_bytes(remembered)), *time),
            End::Success => (Bytes::new(), Duration::ZERO),
        };
        let args = Args::default().bytes(&bytes).number(milliseconds(time));
        let told = self.record(lease, &self.store.scripts.finish, &args, tell, Finished::Late, |answer| {
            let until = answer.clock.saturating_add(milliseconds(time));
            Some(match answer.word.as_str() {
                "in time" if bytes.is_empty() => (Finished::InTime, ended(b'd')),
                "in time" => {
                    (Finished::InTime, Some(flights::End { state: b'r', reply: bytes.clone(), until }))
                }
                "late" => (Finished::Late, ended(b'l')),
                "superseded" => (Finished::Superseded, None),
                _ => return None,
            })
        });
        if told.await == Some(Finished::InTime) && !bytes.is_empty() {
            self.store.note_reply(lease, time);
        }
    }

    /// The same for a handler that has failed.
    pub(crate) async fn release(&self, lease: &Lease, tell: oneshot::Sender<Released>) {
        self.store.flights().fail(lease);
        let args = Args::default();
        self.record(lease, &self.store.scripts.release, &args, tell, Released::Late, |answer| {
            Some(match answer.word.as_str() {
                "free" => (Released::Free, ended(b'f')),
                "late" => (Released::Late, ended(b'l')),
                "superseded" => (Released::Superseded, None),
                _ => return None,
            })
        })
        .await;
    }

    /// Records the end of a flight, trying again for as long as it takes. If this server has answered `success` meanwhile, it is told
    /// to be `late` at once, for it will be.
    async fn record<T: Copy>(
        &self,
        lease: &Lease,
        script: &Script,
        args: &Args,
        tell: oneshot::Sender<T>,
        late: T,
        read: impl Fn(&Answer) -> Option<(T, Option<flights::End>)>,
    ) -> Option<T> {
        let store = &self.store;
        let (begun, mut tell) = (Instant::now(), Some(tell));
        let told = |tell: &mut Option<oneshot::Sender<T>>, end: T| {
            if let Some(tell) = tell.take() {
                let _ = tell.send(end);
            }
        };
        while begun.elapsed() < store.times.keep {
            let flight = store.flights().under_way(lease).cloned();
            // Without it another server has the flight, and `tell` is dropped: that is the answer then.
            let Some(flight) = flight else { break };
            let answer = store.run(script, &[&lease.key], flight.args().and(args.clone())).await;
            if let Some((result, end)) = answer.ok().and_then(|answer| read(&answer)) {
                let is_noted = match end {
                    Some(end) => store.flights().end(lease, end, flight.is_answered, Instant::now()),
                    None => {
                        store.flights().remove(&lease.key, lease.owner);
                        true
                    }
                };
                if is_noted {
                    self.end(&lease.key, Some(&flight));
                    told(&mut tell, result);
                    return Some(result);
                }
                // `success` was answered while the command was under way: Redis is to know.
                continue;
            }
            if store.flights().under_way(lease).is_some_and(|flight| flight.is_answered) {
                told(&mut tell, late);
            }
            sleep(store.times.retry).await;
        }
        if begun.elapsed() >= store.times.keep {
            told(&mut tell, late);
            store.flights().remove(&lease.key, lease.owner);
        }
        lease.hand_over.end();
        None
    }

    pub(crate) async fn retract(&self, lease: &Lease) -> bool {
        let (store, begun) = (&self.store, Instant::now());
        while begun.elapsed() < store.times.keep {
            let args = Args::default().id(lease.owner).number(lease.attempt);
            if store.flights().is_fetched(lease) {
                return false;
            }
            match store.run(&store.scripts.retract, &[&lease.key], args).await {
                Ok(answer) if answer.word == "yes" => {
                    store.flights().take_back(lease);
                    return true;
                }
                Ok(_) => return false,
                Err(_) => sleep(store.times.retry).await,
            }
        }
        tracing::warn!(
            target: TARGET,
            delivery = %lease.key,
            attempt = lease.attempt,
            "a reply is lost: Redis does not say whether anybody has fetched it"
        );
        false
    }

    /// Ends the hand-over of a flight whose end is decided.
    fn end(&self, key: &Key, own: Option<&Flight>) {
        if let Some(own) = own {
            own.hand_over.end();
        }
        self.watches.end(key);
    }
}

const fn ended(state: u8) -> Option<flights::End> {
    Some(flights::End { state, reply: Bytes::new(), until: 0 })
}

fn seen(sends: u64, age: u64) -> Seen {
    let now = Instant::now();
    let first = now.checked_sub(Duration::from_millis(age)).unwrap_or(now);
    Seen { sends: u32::try_from(sends).unwrap_or(u32::MAX), first }
}
