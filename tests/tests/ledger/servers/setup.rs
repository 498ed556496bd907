//! How the middleware of a server is set.

use std::time::Duration;

use actix_web::dev::ServiceRequest;
use echostr::Verifier;
use echostr_tower::{MemoryLedger, Patience, Timing};
use http::request::Parts;

use crate::messages::Mode;

/// Whose messages a server takes.
#[derive(Clone)]
pub(crate) enum Accounts {
    One(Verifier),
    /// By the path.
    PerRequest(Vec<(&'static str, Verifier)>),
    /// The same, and they have to be waited for.
    LookedUp(Vec<(&'static str, Verifier)>),
}

#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) accounts: Accounts,
    /// None: as if there were no such thing.
    pub(crate) ledger: Option<MemoryLedger>,
    pub(crate) timing: Timing,
    pub(crate) patience: Patience,
    pub(crate) max_flights: usize,
    pub(crate) max_waiting: usize,
    /// Threads of the server.
    pub(crate) workers: usize,
    /// How many requests the service inside takes at once, where it is one that is asked whether it is ready.
    pub(crate) at_once: usize,
}

impl Setup {
    pub(crate) fn new(mode: Mode) -> Self {
        Self::with(Accounts::One(mode.verifier()))
    }

    pub(crate) fn with(accounts: Accounts) -> Self {
        Self {
            accounts,
            ledger: Some(MemoryLedger::new()),
            timing: Timing::default(),
            patience: Patience::OneSend,
            max_flights: 10_000,
            max_waiting: 8,
            workers: 2,
            at_once: 1_000,
        }
    }

    /// `success` soon, and everything else late enough for a busy machine.
    pub(crate) fn soon(mode: Mode) -> Self {
        let mut setup = Self::new(mode);
        setup.timing.deadline = Duration::from_millis(200);
        setup
    }

    pub(crate) fn off(self) -> Self {
        Self { ledger: None, ..self }
    }
}

/// What an account is found by.
pub(crate) trait HasPath {
    fn path(&self) -> &str;
}

impl HasPath for Parts {
    fn path(&self) -> &str {
        self.uri.path()
    }
}

impl HasPath for ServiceRequest {
    fn path(&self) -> &str {
        self.path()
    }
}

pub(crate) fn find(accounts: &[(&'static str, Verifier)], path: &str) -> Option<Verifier> {
    accounts.iter().find(|(known, _)| *known == path).map(|(_, verifier)| verifier.clone())
}

/// The settings of an adapter, which have the same names in all of them.
macro_rules! settings {
    ($Settings:ty, $setup:expr, $world:expr) => {{
        use crate::servers::setup::{Accounts, HasPath, find};

        let (setup, world): (&crate::servers::Setup, &crate::world::World) = ($setup, &$world);
        let settings = match setup.accounts.clone() {
            Accounts::One(verifier) => <$Settings>::new(verifier),
            Accounts::PerRequest(accounts) => {
                <$Settings>::per_request(move |head| find(&accounts, HasPath::path(head)))
            }
            Accounts::LookedUp(accounts) => <$Settings>::look_up(move |head| {
                let found = find(&accounts, HasPath::path(head));
                async {
                    tokio::task::yield_now().await;
                    found
                }
            }),
        };
        match setup.ledger.clone() {
            None => settings,
            Some(ledger) => {
                let world = world.clone();
                settings
                    .ledger(ledger)
                    .timing(setup.timing)
                    .patience(setup.patience)
                    .max_flights(setup.max_flights)
                    .max_waiting(setup.max_waiting)
                    .on_late(move |delivery, late| world.on_late(delivery, late))
            }
        }
    }};
}

pub(crate) use settings;
