//! What becomes of a handler's reply, decided by its head: the same for every adapter.

use bytes::Bytes;
use echostr::adapter::{Answer, Collect, Finished, Outgoing, Sealer};

use crate::Remembered;

/// What to do with the handler's reply, of which only the head is known yet.
#[derive(Debug)]
#[must_use = "it says which `Outcome` the flight is to have"]
pub enum Handled {
    /// It is [`Outcome::Failed`](crate::Outcome::Failed) as it is.
    Failed,
    /// This is [`Outcome::Failed`](crate::Outcome::Failed) in its place.
    Instead(Answer),
    /// It is an [`Outcome::Stream`](crate::Outcome::Stream) as it is.
    Stream,
    /// Read its whole body, then [`finish`](Collecting::finish): it becomes an [`Outcome::Reply`](crate::Outcome::Reply).
    Collect(Collecting),
}

/// Waits for the whole body of the handler's reply.
#[derive(Debug)]
#[must_use = "the reply is not sealed before `finish`"]
pub struct Collecting(Option<Collect>);

impl Handled {
    /// `is_compressed` says whether the reply has a `Content-Encoding`, `length` how long its body is, if it says so before it is read;
    /// `sealer` is there in encrypted mode.
    pub fn of(status: u16, is_compressed: bool, length: Option<u64>, sealer: Option<Sealer>) -> Self {
        if status != 200 {
            return Self::Failed;
        }
        let is_short = length
            .and_then(|length| usize::try_from(length).ok())
            .is_some_and(|length| length <= Remembered::LIMIT);
        match sealer.map(|sealer| sealer.reply(status, is_compressed)) {
            // Whatever its length: only the whole can be sealed.
            Some(Outgoing::Collect(collect)) => Self::Collect(Collecting(Some(collect))),
            Some(Outgoing::Instead(answer)) => Self::Instead(answer),
            // A compressed body is of no use to whoever gets it from memory, where nothing but its type is kept.
            None | Some(Outgoing::AsIs) if is_short && !is_compressed => Self::Collect(Collecting(None)),
            None | Some(Outgoing::AsIs) => Self::Stream,
        }
    }
}

impl Collecting {
    /// What is to be sent; `None` says that the body broke off. [`Finished::Instead`] is a failure.
    #[must_use]
    pub fn finish(self, body: Option<Bytes>) -> Finished {
        match (self.0, body) {
            (Some(collect), body) => collect.finish(body),
            (None, Some(body)) => Finished::AsIs(body),
            (None, None) => {
                tracing::warn!("the handler's reply broke off");
                Finished::Instead(Answer::unsealed())
            }
        }
    }
}
