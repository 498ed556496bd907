//! What a verdict looks at.

use std::time::Duration;

use crate::{
    diagnosis::evidence::Probes,
    net::reply::{Fault, Reply},
    platform::account::Account,
    suite::{cases::case::Case, verdict::baseline::Baseline},
    words::lang::Lang,
};

/// All that a verdict may look at.
pub(crate) struct Evidence<'e> {
    pub(crate) case: &'e Case,
    pub(crate) result: &'e Result<Reply, Fault>,
    pub(crate) baseline: &'e Baseline,
    pub(crate) probes: Probes,
    pub(crate) account: &'e Account,
    pub(crate) url: &'e str,
    /// What stands in the request line.
    pub(crate) request_target: String,
    /// Whom replies are for.
    pub(crate) openid: &'e str,
    pub(crate) limit: Duration,
    pub(crate) lang: Lang,
}
