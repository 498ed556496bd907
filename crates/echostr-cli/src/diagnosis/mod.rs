//! One sentence, with the cure, for each way in which an answer is wrong: for handshakes and messages alike. A diagnosis is a
//! function of the evidence, in a file of its own; [`TABLE`] says which one is asked first.

mod breakout;
mod compressed;
mod connection;
mod echo;
mod forbidden;
mod html_page;
mod mode_mismatch;
mod official_code;
mod other_status;
mod proxy_page;
mod redirect;
mod reply;
mod route;
mod server_error;
mod too_long;
mod tutorial_token;
mod unfinished;

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
    const fn reply(&self) -> Option<&Reply> {
        match self.result {
            Ok(reply) => Some(reply),
            Err(_) => None,
        }
    }

    fn status(&self) -> u16 {
        self.reply().map_or(0, |reply| reply.status)
    }

    /// The answer is the one that was asked for, as far as a further look would tell.
    fn is_taken(&self) -> bool {
        match (self.sent, self.reply()) {
            (Sent::Handshake(echo), Some(reply)) => reply.status == 200 && reply.body == echo.as_bytes(),
            (Sent::Message(_), Some(reply)) => reply.status == 200,
            (_, None) => false,
        }
    }

    const fn is_handshake(&self) -> bool {
        matches!(self.sent, Sent::Handshake(_))
    }

    fn is_wecom(&self) -> bool {
        self.account.mode == Mode::Wecom
    }
}

type Look = fn(&Evidence<'_>) -> Option<Diagnosis>;

/// In this order: what explains more comes first.
const TABLE: [Look; 16] = [
    connection::look,
    tutorial_token::look,
    proxy_page::look,
    mode_mismatch::look,
    official_code::look,
    redirect::look,
    forbidden::look,
    route::look,
    too_long::look,
    server_error::look,
    other_status::look,
    unfinished::look,
    compressed::look,
    html_page::look,
    echo::look,
    reply::look,
];

/// `None` if the platform would be content.
pub(crate) fn diagnose(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    TABLE.iter().find_map(|look| look(evidence))
}

pub(crate) use connection::{exit_of, sentence_of};
