//! What all steps of a store share: the way to Redis, the own flights, and what is done when Redis has lost its records.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use echostr_ledger::{Key, Lease, TARGET};
use tokio::{
    runtime::Handle,
    sync::{Notify, watch},
    task::JoinSet,
    time::{Instant, timeout_at},
};
use tokio_util::task::TaskTracker;

use crate::{
    answer::Answer,
    args::Args,
    flights::{Flight, Flights},
    link::{Link, Trouble, Within},
    names::Names,
    scripts::{Script, Scripts},
    times::{Times, milliseconds},
};

/// Keys of one command of a beat.
const BATCH: usize = 64;

pub(crate) struct Store {
    pub(crate) link: Link,
    pub(crate) scripts: Scripts,
    pub(crate) times: Times,
    /// Whether a flight of an owner that is gone is handled again.
    pub(crate) takes_over: bool,
    names: Names,
    /// What the marker holds.
    life: Mutex<Vec<u8>>,
    is_recovering: AtomicBool,
    /// Changes with each recovery.
    recovered: watch::Sender<()>,
    flights: Mutex<Flights>,
    /// Where everything runs: a thread that no handler can block.
    handle: Handle,
    tasks: TaskTracker,
    /// Asks for a beat at once.
    pub(crate) nudge: Notify,
}

impl Store {
    pub(crate) fn new(link: Link, names: Names, times: Times, takes_over: bool, handle: Handle) -> Self {
        Self {
            link,
            scripts: Scripts::new(),
            times,
            takes_over,
            names,
            life: Mutex::default(),
            is_recovering: AtomicBool::new(false),
            recovered: watch::Sender::new(()),
            flights: Mutex::default(),
            handle,
            tasks: TaskTracker::new(),
            nudge: Notify::new(),
        }
    }

    pub(crate) fn flights(&self) -> MutexGuard<'_, Flights> {
        self.flights.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands a step on: it takes place whether anybody waits for it or not.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn_on(task, &self.handle);
    }

    /// Waits for what has been handed on.
    pub(crate) async fn close(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Runs the script of a step. `args` are those behind the ones that all have.
    pub(crate) async fn run(
        self: &Arc<Self>,
        script: &Script,
        keys: &[&Key],
        args: Args,
    ) -> Result<Answer, Trouble> {
        self.run_within(self.link.within(), script, keys, args).await
    }

    /// The same for a step that is not to be taken after that moment.
    pub(crate) async fn run_until(
        self: &Arc<Self>,
        moment: Instant,
        script: &Script,
        keys: &[&Key],
        args: Args,
    ) -> Result<Answer, Trouble> {
        self.run_within(self.link.within().and_until(moment), script, keys, args).await
    }

    async fn run_within(
        self: &Arc<Self>,
        within: Within,
        script: &Script,
        keys: &[&Key],
        args: Args,
    ) -> Result<Answer, Trouble> {
        let life = self.life().clone();
        let result = self.run_in(&life, script, keys, args.clone(), true, within).await;
        if !matches!(result, Err(Trouble::Emptied)) {
            return result;
        }
        let mut recovered = self.recovered.subscribe();
        self.recover();
        if !matches!(timeout_at(within.give_up(), recovered.changed()).await, Ok(Ok(()))) {
            return result;
        }
        let life = self.life().clone();
        self.run_in(&life, script, keys, args, true, within).await
    }

    async fn run_in(
        &self,
        life: &[u8],
        script: &Script,
        keys: &[&Key],
        args: Args,
        is_known: bool,
        within: Within,
    ) -> Result<Answer, Trouble> {
        let names = keys.iter().map(|key| self.names.record(key));
        let keys: Vec<_> = std::iter::once(self.names.marker()).chain(names).collect();
        let Times { lease, suspicion, gap, grace, .. } = self.times;
        let common = [lease, suspicion, gap, grace].into_iter();
        let common = common.fold(Args::default().bytes(life), |args, time| args.number(milliseconds(time)));
        self.link.run(script, &keys, &common.and(args), is_known, within).await
    }

    fn life(&self) -> MutexGuard<'_, Vec<u8>> {
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells Redis that the owner of these flights lives; `false` if it does not hear it.
    pub(crate) async fn extend(self: &Arc<Self>) -> bool {
        let flights = self.flights().all_under_way();
        let mut batches: Vec<_> = flights.chunks(BATCH).map(<[_]>::to_vec).collect();
        if batches.is_empty() {
            // Asks nevertheless whether the records are still there.
            batches.push(vec![]);
        }
        let mut tasks = JoinSet::new();
        for batch in batches {
            let store = Arc::clone(self);
            tasks.spawn(async move {
                let args = batch.iter().fold(Args::default(), |args, (_, flight)| args.and(flight.args()));
                let keys: Vec<_> = batch.iter().map(|(key, _)| key).collect();
                let Ok(mut answer) = store.run(&store.scripts.extend, &keys, args).await else {
                    return false;
                };
                store.learn(&batch, &answer.letters().unwrap_or_default());
                true
            });
        }
        let mut all = true;
        while let Some(extended) = tasks.join_next().await {
            all &= extended.unwrap_or(false);
        }
        all
    }

    /// What has become of flights while others looked at them.
    fn learn(&self, batch: &[(Key, Flight)], states: &[u8]) {
        for ((key, flight), state) in batch.iter().zip(states) {
            match state {
                b'i' => {}
                // `success` has been answered, here or elsewhere: those who wait are to answer it too.
                b's' => {
                    self.flights().answer(key, flight.owner);
                    flight.hand_over.end();
                }
                // Another owner has it. The handler runs on, and what it replies counts no more.
                b'-' => {
                    let removed = self.flights().remove(key, flight.owner);
                    if removed.is_some() {
                        tracing::warn!(
                            target: TARGET,
                            delivery = %key,
                            attempt = flight.attempt,
                            "superseded: another server has taken this flight"
                        );
                    }
                    flight.hand_over.end();
                }
                _ => flight.hand_over.end(),
            }
        }
    }

    /// Opens the records at the start.
    pub(crate) async fn open(&self, own: &[u8]) -> Result<(), Trouble> {
        let line = self.link.connector().line().await.map_err(|_| Trouble::Down)?;
        let life = self.holds(own).await?;
        *self.life() = life;
        self.link.accept(&line.run);
        Ok(())
    }

    /// What the marker holds, `own` from now on if it held nothing.
    async fn holds(&self, own: &[u8]) -> Result<Vec<u8>, Trouble> {
        let args = Args::default().bytes(own);
        let mut answer = self
            .link
            .run(&self.scripts.open, &[self.names.marker()], &args, false, self.link.within())
            .await?;
        Ok(answer.bytes().ok_or(Trouble::Down)?.to_vec())
    }

    /// Writes down again what this server knows. Others do the same when they notice.
    fn recover(self: &Arc<Self>) {
        if self.is_recovering.swap(true, Relaxed) {
            return;
        }
        let store = Arc::clone(self);
        self.spawn(async move {
            let recovered = store.restore().await;
            store.is_recovering.store(false, Relaxed);
            if recovered.is_ok() {
                store.recovered.send_replace(());
                store.nudge.notify_one();
            }
        });
    }

    async fn restore(self: &Arc<Self>) -> Result<(), Trouble> {
        let line = self.link.connector().line().await.map_err(|_| Trouble::Down)?;
        let before = self.life().clone();
        let life = self.holds(&random().map_err(|_| Trouble::Down)?).await?;
        let (under_way, ended) = {
            let flights = self.flights();
            (flights.all_under_way(), flights.all_ended())
        };
        if life == before {
            tracing::info!(target: TARGET, "Redis has been started anew: its records are compared with the own ones");
        } else {
            tracing::warn!(
                target: TARGET,
                under_way = under_way.len(),
                ended = ended.len(),
                "Redis has lost its records: messages of the last seconds may be handled twice where several servers run; set appendonly yes"
            );
        }
        for batch in under_way.chunks(BATCH) {
            let args = batch.iter().fold(Args::default(), |args, (_, flight)| args.and(flight.args()));
            let keys: Vec<_> = batch.iter().map(|(key, _)| key).collect();
            let mut answer =
                self.run_in(&life, &self.scripts.extend, &keys, args, false, self.link.within()).await?;
            self.learn(batch, &answer.letters().unwrap_or_default());
        }
        for batch in ended.chunks(BATCH) {
            let mut tasks = JoinSet::new();
            for (key, flight) in batch {
                let (store, life, key, flight) = (Arc::clone(self), life.clone(), *key, flight.clone());
                tasks.spawn(async move { store.restore_ended(&life, &key, &flight).await });
            }
            while let Some(restored) = tasks.join_next().await {
                restored.unwrap_or(Err(Trouble::Down))?;
            }
        }
        *self.life() = life;
        self.link.accept(&line.run);
        Ok(())
    }

    async fn restore_ended(&self, life: &[u8], key: &Key, flight: &Flight) -> Result<(), Trouble> {
        let Some(end) = &flight.end else { return Ok(()) };
        // Whether somebody has fetched the reply is lost, and only what nobody has may be taken back.
        let state = if end.state == b'r' { b'g' } else { end.state };
        let args = flight.args().bytes(&[state]).bytes(&end.reply).number(end.until);
        self.run_in(life, &self.scripts.restore, &[key], args, false, self.link.within()).await.map(drop)
    }

    /// Makes `success` of the replies in Redis whose time is over.
    pub(crate) async fn forget(self: &Arc<Self>) {
        loop {
            let now = Instant::now();
            let due = self.flights().take_due(now, BATCH);
            if due.is_empty() {
                break;
            }
            let keys: Vec<_> = due.iter().collect();
            // If it fails, the reply takes up its room until the mark ends, and is no answer any more. The next beat is not to wait for as
            // many time limits as there are others.
            if self.run(&self.scripts.forget, &keys, Args::default()).await.is_err() {
                break;
            }
        }
        self.flights().forget(Instant::now(), self.times.window);
    }

    /// Notes that Redis holds a reply for so long.
    pub(crate) fn note_reply(&self, lease: &Lease, time: Duration) {
        let until = Instant::now().checked_add(time).unwrap_or_else(Instant::now);
        self.flights().note_reply(lease.key, until);
    }
}

/// A random value for the marker.
pub(crate) fn random() -> Result<[u8; 16], getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
