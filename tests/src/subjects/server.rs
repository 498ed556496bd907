//! A subject that runs.

use std::net::{SocketAddr, TcpListener};

use crate::subjects::{
    handler::Hits,
    subject::{Running, Subject, Wechat},
};

/// A running server; ends when dropped.
pub struct Server {
    /// Where it listens.
    pub addr: SocketAddr,
    hits: Hits,
    running: Running,
}

impl Server {
    /// Starts the server on a free port of the loopback interface.
    ///
    /// # Panics
    ///
    /// If it cannot.
    #[must_use]
    pub fn start(subject: Subject, wechat: Wechat) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let addr = listener.local_addr().expect("an address");
        let hits = Hits::default();
        let running = (subject.start)(wechat, hits.clone(), listener);
        Self { addr, hits, running }
    }

    /// What a typed handler was given last: family, kind, account and receive id.
    #[must_use]
    pub fn heard(&self) -> String {
        self.hits.heard()
    }

    /// How often the handler has run.
    #[must_use]
    pub fn hits(&self) -> usize {
        self.hits.count()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        match &self.running {
            Running::Task(task) => task.abort(),
            // The message is sent at once; the future only waits for the end.
            Running::Actix(handle) => drop(handle.stop(false)),
        }
    }
}
