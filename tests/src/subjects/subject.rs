//! What a framework's file has to say of each of its subjects.

use std::{fmt, net::TcpListener};

use actix_web::dev::ServerHandle;
use echostr::{Unreadable, Verifier};
use tokio::task::JoinHandle;

use crate::subjects::{accounts::Accounts, handler::Hits};

/// A way to wire an adapter into its framework.
#[derive(Clone, Copy)]
pub struct Subject {
    name: &'static str,
    pub(crate) start: Start,
    /// Whether the handler can be given a decrypted message in place of the body.
    pub replaces_body: bool,
}

/// Serves on this listener, with this before the handler.
pub(crate) type Start = fn(Wechat, Hits, TcpListener) -> Running;

impl Subject {
    pub(crate) const fn new(name: &'static str, start: Start) -> Self {
        Self { name, start, replaces_body: true }
    }

    /// The same, which cannot replace a body and therefore takes no encrypted messages.
    pub(crate) const fn keeps_body(self) -> Self {
        Self { replaces_body: false, ..self }
    }
}

/// The name, for what a test says when it fails.
impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// What stands before the handler.
#[derive(Clone)]
pub enum Wechat {
    /// The middleware, with this verifier.
    Verified(Verifier),
    /// The middleware, with this verifier and a ledger.
    Once(Verifier),
    /// The middleware, with this verifier and an answer of the user's own to refusals: 418, `no tea`.
    OnReject(Verifier),
    /// The middleware, with this verifier and this answer to what the handler cannot read.
    Unreadable(Verifier, Unreadable),
    /// The middleware, with this verifier for `/wx` and none for any other path.
    PerRequest(Verifier),
    /// The middleware, with the verifiers of these accounts by their path, which have to be waited for.
    LookedUp(Accounts),
    /// The middleware, with the verifiers of these accounts by the host of the request.
    ByHost(Accounts),
    /// The middleware, with this verifier, and reasons in Chinese.
    InChinese(Verifier),
    /// Nothing: the control, which shows that the handler can be reached.
    Off,
}

/// By what a running server is ended.
pub(crate) enum Running {
    Task(JoinHandle<()>),
    Actix(ServerHandle),
}
