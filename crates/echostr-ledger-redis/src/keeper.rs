//! The thread of a store: it extends the leases, looks for the ends of flights and keeps what Redis has not heard yet.

use std::{
    sync::{Arc, Weak},
    thread,
    time::Duration,
};

use tokio::{
    runtime::{Builder, Handle},
    sync::oneshot,
    time::{Instant, timeout},
};

use crate::{ConnectError, store::Store};

/// What is under way when the store is dropped has so long.
const FAREWELL: Duration = Duration::from_millis(500);

/// The thread, which no handler can block. Dropping this ends it.
pub(crate) struct Thread {
    pub(crate) handle: Handle,
    /// Given the store when it is there; dropped to end the thread.
    end: Option<oneshot::Sender<Arc<Store>>>,
    store: Option<Arc<Store>>,
}

impl Thread {
    /// # Errors
    ///
    /// If the process may start none.
    pub(crate) fn start() -> Result<Self, ConnectError> {
        let failed = |error: std::io::Error| ConnectError::Process(error.to_string());
        let runtime = Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let (handle, (end, ended)) = (runtime.handle().clone(), oneshot::channel::<Arc<Store>>());
        let builder = thread::Builder::new().name("echostr-ledger-redis".to_owned());
        builder
            .spawn(move || {
                runtime.block_on(async {
                    if let Ok(store) = ended.await {
                        let _ = timeout(FAREWELL, store.close()).await;
                    }
                });
            })
            .map_err(failed)?;
        Ok(Self { handle, end: Some(end), store: None })
    }

    pub(crate) fn keep(&mut self, store: &Arc<Store>) {
        self.store = Some(Arc::clone(store));
        self.handle.spawn(beat(Arc::downgrade(store)));
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        if let (Some(end), Some(store)) = (self.end.take(), self.store.take()) {
            let _ = end.send(store);
        }
    }
}

/// Shows once a beat that this server lives.
async fn beat(store: Weak<Store>) {
    loop {
        let Some(store) = store.upgrade() else { return };
        let begun = Instant::now();
        let is_heard = store.extend().await;
        store.forget().await;
        let pause = if is_heard { store.times.beat } else { store.times.retry };
        let next = if is_heard { begun } else { Instant::now() }.checked_add(pause).unwrap_or(begun);
        let _ = tokio::time::timeout_at(next, store.nudge.notified()).await;
    }
}
