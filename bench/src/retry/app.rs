//! The app that every framework serves: the handler, and the controls that stand in front of it.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use echostr_ledger::{Delivery, Late, LateReply};
use tokio::time::sleep;

use super::{Guard, Member, Message, books::Books, stall::Stalls};

/// Says that there is nothing to reply.
const SUCCESS: &str = "success";

/// One for all threads of a server.
#[derive(Clone)]
pub(super) struct Served(Arc<Inner>);

struct Inner {
    member: Member,
    books: Books,
    stalls: Stalls,
    /// What the controls have marked.
    marked: Mutex<HashSet<u32>>,
}

/// The handler failed; the answer is 500.
#[derive(Debug)]
pub(super) struct Failed;

impl Served {
    pub(super) fn new(member: Member) -> Self {
        let books = Books::new(member.setup.messages);
        Self(Arc::new(Inner { member, books, stalls: Stalls::default(), marked: Mutex::default() }))
    }

    pub(super) fn books(&self) -> &Books {
        &self.0.books
    }

    /// To be watched on every thread that serves.
    pub(super) fn stalls(&self) -> &Stalls {
        &self.0.stalls
    }

    /// What stands in the place of the app's handler.
    pub(super) async fn on_message(&self, body: &[u8], delivery: Option<Delivery>) -> Result<String, Failed> {
        let message = str::from_utf8(body).ok().and_then(Message::in_body).ok_or(Failed)?;
        match self.0.member.setup.guard {
            Guard::Ledger | Guard::Redis | Guard::LedgerEach | Guard::Nothing => {
                self.handle(message, delivery).await
            }
            Guard::MarkAtStart if !self.marked().insert(message.0) => Ok(SUCCESS.into()),
            Guard::MarkAtStart => self.handle(message, delivery).await,
            Guard::MarkAtEnd if self.marked().contains(&message.0) => Ok(SUCCESS.into()),
            Guard::MarkAtEnd => {
                let served = self.clone();
                // Or axum and warp would drop it with its connection, and nothing slow were ever marked.
                let handled = tokio::spawn(async move {
                    let reply = served.handle(message, delivery).await?;
                    served.marked().insert(message.0);
                    Ok(reply)
                });
                handled.await.unwrap_or(Err(Failed))
            }
        }
    }

    /// The layer's `on_late`.
    pub(super) async fn on_late(self, late: Late<LateReply>) {
        let reply = match late {
            Late::Reply(reply) => reply.into_bytes(1 << 10).await,
            Late::Failed(_) => None,
        };
        let reply = reply.and_then(|reply| String::from_utf8(reply.into()).ok());
        // A failure is a message that was never handled, and counts as that.
        if let Some((message, reply)) = reply.and_then(|reply| Some((message_of(&reply)?, reply))) {
            self.books().late(message, reply);
        }
    }

    async fn handle(&self, message: Message, delivery: Option<Delivery>) -> Result<String, Failed> {
        let (_running, run) = self.books().begin(message);
        let attempt = delivery.map_or(run, |delivery| delivery.attempt());
        let course = message.course(attempt, &self.0.member.setup);
        sleep(course.takes).await;
        if course.fails {
            return Err(Failed);
        }
        self.books().succeed(message);
        Ok(reply(message, run, self.0.member.number))
    }

    fn marked(&self) -> MutexGuard<'_, HashSet<u32>> {
        self.0.marked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// No two runs reply alike, on no server.
fn reply(message: Message, run: u32, server: u32) -> String {
    format!("reply {} of run {run} at server {server}", message.0)
}

fn message_of(reply: &str) -> Option<Message> {
    reply.split(' ').nth(1)?.parse().ok().map(Message)
}
