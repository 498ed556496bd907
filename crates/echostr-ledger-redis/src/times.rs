//! How long everything takes: one table, so that it can be sped up as a whole.

use std::time::Duration;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    /// A command, from its beginning to its end, whatever is in the way.
    pub(crate) command: Duration,
    /// A connection that is being made, which several commands may wait for.
    pub(crate) connect: Duration,
    /// How long a flight is its owner's without a word from it.
    pub(crate) lease: Duration,
    /// How often an owner extends its leases.
    pub(crate) beat: Duration,
    /// How long a lease that has run out is suspect before the flight may be taken.
    pub(crate) suspicion: Duration,
    /// The longest gap between two looks at a suspect lease. Longer than a poll and its command together take.
    pub(crate) gap: Duration,
    /// How long a record of a flight outlives its lease, if its mark ends before.
    pub(crate) grace: Duration,
    /// The first and the longest pause between two looks for those who wait.
    pub(crate) poll: [Duration; 2],
    /// How soon a step that is kept, or a beat, is tried again.
    pub(crate) retry: Duration,
    /// How long a server remembers how its flights have ended: longer than the platform sends a message again.
    pub(crate) window: Duration,
    /// How long a step is tried again.
    pub(crate) keep: Duration,
}

impl Default for Times {
    fn default() -> Self {
        let ms = Duration::from_millis;
        Self {
            command: ms(250),
            connect: ms(1_000),
            lease: ms(3_000),
            beat: ms(1_000),
            suspicion: ms(1_200),
            gap: ms(600),
            grace: ms(60_000),
            poll: [ms(50), ms(250)],
            retry: ms(100),
            window: ms(20_000),
            keep: ms(600_000),
        }
    }
}

/// For scripts.
pub(crate) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
