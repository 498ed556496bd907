//! What a diagnosis looks at, and what it finds.

use std::time::Duration;

use crate::{
    net::reply::{Fault, Reply},
    platform::{account::Account, mode::Mode},
    words::{exit::Exit, lang::Lang},
};

/// What is wrong with an answer.
#[derive(Clone, Debug)]
pub(crate) struct Diagnosis {
    /// A stable name, for JSON.
    pub(crate) name: &'static str,
    /// [`Exit::Fine`] for a warning.
    pub(crate) exit: Exit,
    pub(crate) sentence: String,
}

impl Diagnosis {
    pub(crate) fn wrong(name: &'static str, sentence: String) -> Self {
        Self { name, exit: Exit::Wrong, sentence }
    }

    pub(crate) fn is_warning(&self) -> bool {
        self.exit == Exit::Fine
    }
}

/// What was sent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sent<'e> {
    /// A handshake that is to be answered with this echo.
    Handshake(&'e str),
    /// A message or an event with this document.
    Message(&'e str),
}

/// What a server turned out to take instead of what was sent to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TakesInstead {
    /// The handshake of an Official Account instead of WeCom's.
    PlainHandshake,
    /// The handshake of WeCom instead of an Official Account's.
    WecomHandshake,
    /// A message in plain mode.
    PlainMessage,
    /// An encrypted message.
    SealedMessage,
    /// The handshake under this token, but not the message in plain mode.
    HandshakeOnly,
}

/// What further requests told about a server that did not take the first one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Probes {
    /// Its token is this one of the tutorials'.
    pub(crate) tutorial_token: Option<&'static str>,
    pub(crate) takes_instead: Option<TakesInstead>,
    /// Plain genuine texts are answered with 200.
    pub(crate) takes_plain_texts: bool,
    /// The identical request was sent before.
    pub(crate) is_repeated: bool,
}

/// All that a diagnosis may look at.
pub(crate) struct Evidence<'e> {
    pub(crate) sent: Sent<'e>,
    pub(crate) result: &'e Result<Reply, Fault>,
    pub(crate) account: &'e Account,
    pub(crate) url: &'e str,
    /// The timestamp of the request.
    pub(crate) at: u64,
    pub(crate) limit: Duration,
    pub(crate) probes: Probes,
    pub(crate) lang: Lang,
}

impl Evidence<'_> {
    pub(super) const fn reply(&self) -> Option<&Reply> {
        match self.result {
            Ok(reply) => Some(reply),
            Err(_) => None,
        }
    }

    pub(super) fn status(&self) -> u16 {
        self.reply().map_or(0, |reply| reply.status)
    }

    /// The answer is the one that was asked for, as far as a further look would tell.
    pub(super) fn is_taken(&self) -> bool {
        match (self.sent, self.reply()) {
            (Sent::Handshake(echo), Some(reply)) => reply.status == 200 && reply.body == echo.as_bytes(),
            (Sent::Message(_), Some(reply)) => reply.status == 200,
            (_, None) => false,
        }
    }

    pub(super) const fn is_handshake(&self) -> bool {
        matches!(self.sent, Sent::Handshake(_))
    }

    pub(super) fn is_wecom(&self) -> bool {
        self.account.mode == Mode::Wecom
    }
}
