//! What the operator sees: an event for everything that is not the ordinary course, and how many there have been.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::{Delivery, Failure, Key};

/// The target of the events. Each has the field `delivery`, the [`Key`](crate::Key); none has a text of a message.
pub const TARGET: &str = "echostr::ledger";

/// How often each event has occurred.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Requests that found a handler at work and waited for it.
    pub joined: u64,
    /// Requests that were answered from memory.
    pub repeated: u64,
    /// Requests with the key of another one and a fingerprint of their own: refused.
    pub conflicting: u64,
    /// Replies and failures that came after `success`, and replies that nobody fetched.
    pub late: u64,
    /// Attempts after one that failed.
    pub retried: u64,
    /// Requests that were answered with 503 because a limit was reached.
    pub full: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    joined: AtomicU64,
    repeated: AtomicU64,
    conflicting: AtomicU64,
    late: AtomicU64,
    retried: AtomicU64,
    full: AtomicU64,
}

impl Counters {
    pub(crate) fn counts(&self) -> Counts {
        Counts {
            joined: self.joined.load(Relaxed),
            repeated: self.repeated.load(Relaxed),
            conflicting: self.conflicting.load(Relaxed),
            late: self.late.load(Relaxed),
            retried: self.retried.load(Relaxed),
            full: self.full.load(Relaxed),
        }
    }

    pub(crate) fn joined(&self, delivery: &Key) {
        self.joined.fetch_add(1, Relaxed);
        tracing::debug!(target: TARGET, %delivery, "joined");
    }

    pub(crate) fn repeated(&self, delivery: &Key) {
        self.repeated.fetch_add(1, Relaxed);
        tracing::debug!(target: TARGET, %delivery, "repeated");
    }

    pub(crate) fn conflicting(&self, delivery: &Key) {
        self.conflicting.fetch_add(1, Relaxed);
        tracing::warn!(target: TARGET, %delivery, "conflicting");
    }

    /// `failure` is `None` for a reply, which is lost if nobody takes it.
    pub(crate) fn late(&self, delivery: &Delivery, failure: Option<Failure>, is_lost: bool) {
        self.late.fetch_add(1, Relaxed);
        let (key, attempt) = (delivery.key(), delivery.attempt());
        match failure {
            None if !is_lost => tracing::info!(target: TARGET, delivery = %key, attempt, "late"),
            None => tracing::warn!(
                target: TARGET,
                delivery = %key,
                attempt,
                reason = "there is no on_late, so the reply is lost",
                "late"
            ),
            Some(failure) => {
                tracing::warn!(target: TARGET, delivery = %key, attempt, reason = %failure, "late");
            }
        }
    }

    pub(crate) fn retried(&self, delivery: &Delivery) {
        self.retried.fetch_add(1, Relaxed);
        tracing::info!(target: TARGET, delivery = %delivery.key(), attempt = delivery.attempt(), "retried");
    }

    pub(crate) fn full(&self, delivery: &Key, limit: &'static str) {
        self.full.fetch_add(1, Relaxed);
        tracing::warn!(target: TARGET, %delivery, limit, "full");
    }
}
