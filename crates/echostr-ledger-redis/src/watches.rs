//! Looks, for the sends that wait here, whether a flight has ended: one poller a key and server.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use echostr_ledger::{HandOver, Key, RequestId};
use tokio::time::sleep;

use crate::{args::Args, store::Store};

/// Which flight of a key.
pub(crate) type Of = (RequestId, u32);

#[derive(Default)]
pub(crate) struct Watches {
    of: Mutex<HashMap<Key, (Of, Weak<HandOver>)>>,
}

impl Watches {
    /// Where to wait for the end of that flight, which is looked for from now on. `own` is the place of a flight of this server's own.
    pub(crate) fn watch(
        self: &Arc<Self>,
        store: &Arc<Store>,
        key: &Key,
        of: Of,
        own: Option<Arc<HandOver>>,
    ) -> Arc<HandOver> {
        let mut all = self.all();
        if let Some((watched, hand_over)) = all.get(key)
            && *watched == of
            && let Some(hand_over) = hand_over.upgrade()
        {
            return hand_over;
        }
        let hand_over = own.unwrap_or_default();
        all.insert(*key, (of, Arc::downgrade(&hand_over)));
        drop(all);
        let poller = Arc::clone(self).poll(Arc::clone(store), *key, of, Arc::downgrade(&hand_over));
        store.spawn(poller);
        hand_over
    }

    /// Ends a flight for those who wait here, since its end is known.
    pub(crate) fn end(&self, key: &Key) {
        let watched = self.all().remove(key);
        if let Some(hand_over) = watched.and_then(|(_, hand_over)| hand_over.upgrade()) {
            hand_over.end();
        }
    }

    /// For as long as somebody holds the place.
    async fn poll(self: Arc<Self>, store: Arc<Store>, key: Key, of: Of, hand_over: Weak<HandOver>) {
        let [mut pause, most] = store.times.poll;
        loop {
            sleep(pause).await;
            if hand_over.strong_count() == 0 || !self.has(&key, &hand_over) {
                break;
            }
            let args = Args::default().id(of.0).number(of.1);
            let answer = store.run(&store.scripts.look, &[&key], args).await;
            if answer.is_ok_and(|answer| answer.word == "changed") {
                break;
            }
            pause = pause.saturating_mul(3).checked_div(2).unwrap_or(most).min(most);
        }
        let mut all = self.all();
        if all.get(&key).is_some_and(|(_, watched)| watched.ptr_eq(&hand_over)) {
            all.remove(&key);
        }
        drop(all);
        // Where another flight is watched by now, who waits for this one is to look at the record too.
        if let Some(hand_over) = hand_over.upgrade() {
            hand_over.end();
        }
    }

    /// Whether this place is the one that is watched: the same flight has another, once all who waited at its first have left.
    fn has(&self, key: &Key, hand_over: &Weak<HandOver>) -> bool {
        self.all().get(key).is_some_and(|(_, watched)| watched.ptr_eq(hand_over))
    }

    fn all(&self) -> MutexGuard<'_, HashMap<Key, (Of, Weak<HandOver>)>> {
        self.of.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
