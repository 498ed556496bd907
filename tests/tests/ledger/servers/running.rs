//! A server that runs in threads of its own, and is ended by being dropped.

use std::{net::TcpListener, thread, time::Duration};

use actix_web::dev::ServerHandle;
use tokio::{runtime::Builder, sync::oneshot};

pub(crate) enum Running {
    Tokio(#[expect(dead_code, reason = "dropping it ends the server")] oneshot::Sender<()>),
    Actix(ServerHandle),
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Self::Actix(handle) = self {
            // The message is sent at once; the future only waits for the end.
            drop(handle.stop(false));
        }
    }
}

/// Runs what `serve` makes in a runtime with so many threads.
pub(crate) fn run<F>(
    workers: usize,
    listener: TcpListener,
    serve: impl FnOnce(tokio::net::TcpListener) -> F + Send + 'static,
) -> Running
where
    F: Future<Output = ()>,
{
    let (stop, stopped) = oneshot::channel();
    thread::spawn(move || {
        let mut builder = match workers {
            1 => Builder::new_current_thread(),
            _ => Builder::new_multi_thread(),
        };
        let runtime = builder.worker_threads(workers).enable_all().build().expect("a runtime");
        runtime.block_on(async {
            listener.set_nonblocking(true).expect("a socket");
            let listener = tokio::net::TcpListener::from_std(listener).expect("a socket");
            tokio::select! {
                () = serve(listener) => {}
                _ = stopped => {}
            }
        });
        runtime.shutdown_timeout(Duration::ZERO);
    });
    Running::Tokio(stop)
}
