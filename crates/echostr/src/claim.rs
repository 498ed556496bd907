//! What the query says of itself, before anything of it is believed.

use std::time::Duration;

use arrayvec::ArrayString;

use crate::{Parameter, Rejection, Signature, query::Query};

/// What a request claims: read once, from the query alone. Only a check that held makes a [`Callback`](crate::Callback) of it.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    // Texts are kept inline: verifying a request allocates nothing.
    pub(crate) timestamp: ArrayString<20>,
    pub(crate) nonce: ArrayString<32>,
    /// Empty where there is none.
    pub(crate) openid: ArrayString<64>,
    pub(crate) signature: Signature,
}

impl Claim {
    /// Reads the claim whose signature stands in `signature`.
    // Always: as a call of its own, which a second caller makes it, it is moved twice, 200 instructions more.
    #[inline(always)]
    pub(crate) fn read(query: &Query<'_>, signature: Parameter) -> Result<Self, Rejection> {
        Ok(Self {
            signature: query.signature(signature)?,
            timestamp: query.timestamp()?,
            nonce: query.nonce()?,
            openid: query.openid()?,
        })
    }
}

/// A timestamp as the time since 1970; `None` from 2^64 seconds on.
pub(crate) fn unix_time(timestamp: &str) -> Option<Duration> {
    timestamp.parse().ok().map(Duration::from_secs)
}
