//! Every way to wire an adapter into its framework, as a server on a port of its own: a file for each framework.

mod actix;
mod axum;
mod handler;
mod hyper;
mod response;
mod server;
mod subject;
mod tower;
mod warp;

pub use server::Server;
pub use subject::{Subject, Wechat};

/// The frameworks. A new one is a file beside this one and a line here.
const FRAMEWORKS: [&[Subject]; 4] = [axum::SUBJECTS, hyper::SUBJECTS, actix::SUBJECTS, warp::SUBJECTS];

impl Subject {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        FRAMEWORKS.into_iter().flatten().copied()
    }
}
