//! A server for every way to wire an adapter with a ledger into its framework, each with threads of its own.

mod actix;
mod axum;
mod hyper;
mod response;
mod running;
mod setup;
mod warp;

use std::{
    fmt,
    net::{SocketAddr, TcpListener},
    panic,
    sync::Once,
};

use echostr_tower::{Counts, Flights};

pub(crate) use setup::{Accounts, Setup};

use crate::{
    client::{Reply, Sent},
    messages::Message,
    servers::running::Running,
    world::{PANIC, World},
};

type Start = fn(&Setup, World, TcpListener) -> (Flights, Running);

/// A way to wire an adapter into its framework.
#[derive(Clone, Copy)]
pub(crate) struct Subject {
    name: &'static str,
    pub(crate) framework: Framework,
    start: Start,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Framework {
    Axum,
    Hyper,
    Actix,
    Warp,
}

const SUBJECTS: [Subject; 9] = [
    // A layer on the route.
    Subject::new("AxumRoute", Framework::Axum, axum::route),
    // `Router::layer`.
    Subject::new("AxumRouter", Framework::Axum, axum::router),
    // A layer around the finished `Router`, which is what is served.
    Subject::new("AxumWhole", Framework::Axum, axum::whole),
    // The layer of echostr-tower.
    Subject::new("Hyper", Framework::Hyper, hyper::service),
    // `App::wrap`, `Scope::wrap`, `Resource::wrap`.
    Subject::new("ActixApp", Framework::Actix, actix::app),
    Subject::new("ActixScope", Framework::Actix, actix::scope),
    Subject::new("ActixResource", Framework::Actix, actix::resource),
    // `protect`.
    Subject::new("WarpProtect", Framework::Warp, warp::protect),
    // The layer of echostr-tower around `warp::service`.
    Subject::new("WarpService", Framework::Warp, warp::service),
];

impl Subject {
    const fn new(name: &'static str, framework: Framework, start: Start) -> Self {
        Self { name, framework, start }
    }

    pub(crate) fn all() -> impl Iterator<Item = Self> {
        SUBJECTS.into_iter()
    }

    /// One for each adapter.
    pub(crate) fn one_each() -> impl Iterator<Item = Self> {
        let named = |name| SUBJECTS.into_iter().find(move |subject| subject.name == name);
        ["AxumRoute", "Hyper", "ActixResource", "WarpProtect"].into_iter().filter_map(named)
    }
}

/// The name, for what a test says when it fails.
impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Once for all servers.
fn prepare() {
    static PREPARED: Once = Once::new();
    PREPARED.call_once(|| {
        // So that the span around a request is one.
        tracing::subscriber::set_global_default(tracing_subscriber::registry()).expect("the only one");
        let report = panic::take_hook();
        // A backtrace of each would take longer than what is tested.
        panic::set_hook(Box::new(move |info| {
            let text = info.payload().downcast_ref::<&str>().copied();
            if text.or_else(|| info.payload().downcast_ref::<String>().map(String::as_str)) != Some(PANIC) {
                report(info);
            }
        }));
    });
}

/// A running server; ends when dropped.
pub(crate) struct Server {
    pub(crate) addr: SocketAddr,
    pub(crate) world: World,
    pub(crate) flights: Flights,
    _running: Running,
}

impl Server {
    pub(crate) fn start(subject: Subject, setup: &Setup) -> Self {
        prepare();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let addr = listener.local_addr().expect("an address");
        let world = World::default();
        let (flights, running) = (subject.start)(setup, world.clone(), listener);
        Self { addr, world, flights, _running: running }
    }

    /// Sends a message, without waiting for its answer.
    pub(crate) async fn send(&self, message: &Message) -> Sent {
        Sent::whole(self.addr, "POST", &message.target(), &message.body).await
    }

    /// The answer to a message.
    pub(crate) async fn ask(&self, message: &Message) -> Reply {
        self.send(message).await.reply().await
    }

    pub(crate) fn runs(&self) -> usize {
        self.world.runs()
    }

    pub(crate) fn counts(&self) -> Counts {
        self.flights.counts()
    }

    /// Waits until the handler has been begun so often.
    pub(crate) async fn until_runs(&self, runs: usize) {
        self.world.until("runs", |world| world.runs() == runs).await;
    }

    /// Waits until so many sends have found a handler at work.
    pub(crate) async fn until_joined(&self, joined: u64) {
        crate::world::until("joined", || self.counts().joined == joined).await;
    }
}
