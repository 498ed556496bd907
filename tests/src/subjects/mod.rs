//! Every way to wire an adapter into its framework, as a server on a port of its own: a file for each framework.

mod accounts;
mod actix;
mod axum;
mod handler;
mod hyper;
mod response;
mod server;
mod subject;
mod tower;
mod typed_actix;
mod typed_axum;
mod typed_warp;
mod warp;

pub use accounts::Accounts;
pub use server::Server;
pub use subject::{Subject, Wechat};

/// The frameworks. A new one is a file beside this one and a line here.
const FRAMEWORKS: [&[Subject]; 4] = [axum::SUBJECTS, hyper::SUBJECTS, actix::SUBJECTS, warp::SUBJECTS];

/// The frameworks whose handlers can take a message and return a reply.
const TYPED: [&[Subject]; 3] = [typed_axum::SUBJECTS, typed_actix::SUBJECTS, typed_warp::SUBJECTS];

impl Subject {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        FRAMEWORKS.into_iter().flatten().copied()
    }

    /// Those with typed handlers: for a message at `/message`, a notice at `/notice`, one of the aibot's at `/bot`, any of them at
    /// `/incoming`.
    pub fn typed() -> impl Iterator<Item = Self> {
        TYPED.into_iter().flatten().copied()
    }
}
