//! Several accounts on one server.

use std::{
    collections::HashMap,
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use echostr::Verifier;

/// The accounts of a server, by whatever it tells them apart by, and how often it has asked for one.
#[derive(Clone, Default)]
pub struct Accounts {
    verifiers: HashMap<&'static str, Verifier>,
    asked: Arc<AtomicUsize>,
}

impl Accounts {
    /// These accounts.
    #[must_use]
    pub fn new(verifiers: impl IntoIterator<Item = (&'static str, Verifier)>) -> Self {
        Self { verifiers: verifiers.into_iter().collect(), asked: Arc::default() }
    }

    /// How often an account has been asked for.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    pub(crate) fn find(&self, key: &str) -> Option<Verifier> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.verifiers.get(key).cloned()
    }

    /// The same as from a database: it has to be waited for.
    pub(crate) fn look_up(&self, key: &str) -> impl Future<Output = Option<Verifier>> + Send + use<> {
        let found = self.find(key);
        async {
            tokio::task::yield_now().await;
            found
        }
    }
}
