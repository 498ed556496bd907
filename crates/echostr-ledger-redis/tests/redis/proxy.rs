//! A proxy before Redis that cuts connections in the middle of a command.

use std::sync::{
    Arc,
    atomic::{AtomicU8, AtomicUsize, Ordering::SeqCst},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// What happens to the next commands.
pub(crate) const PASS: u8 = 0;
/// Redis gets half of a command.
pub(crate) const HALF: u8 = 1;
/// Redis gets it, and its answer is lost.
pub(crate) const UNANSWERED: u8 = 2;

pub(crate) struct Proxy {
    pub(crate) port: u16,
    mode: Arc<AtomicU8>,
    cuts: Arc<AtomicUsize>,
}

/// In the answer to INFO.
const VERSION: &[u8] = b"redis_version:7";
const OLD_VERSION: &[u8] = b"redis_version:6";

impl Proxy {
    pub(crate) async fn before(redis: u16) -> Self {
        Self::with(redis, false).await
    }

    /// One that makes Redis older than it is.
    pub(crate) async fn before_an_old(redis: u16) -> Self {
        Self::with(redis, true).await
    }

    async fn with(redis: u16, is_old: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (mode, cuts) = (Arc::new(AtomicU8::new(PASS)), Arc::<AtomicUsize>::default());
        let shared = (Arc::clone(&mode), Arc::clone(&cuts));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (mode, cuts) = shared.clone();
                tokio::spawn(async move {
                    if let Ok(server) = TcpStream::connect(("127.0.0.1", redis)).await {
                        pass(client, server, is_old, &mode, &cuts).await;
                    }
                });
            }
        });
        Self { port, mode, cuts }
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Cuts the connection at the next command that is a script, once.
    pub(crate) fn cut(&self, mode: u8) {
        self.mode.store(mode, SeqCst);
    }

    pub(crate) fn cuts(&self) -> usize {
        self.cuts.load(SeqCst)
    }
}

async fn pass(
    mut client: TcpStream,
    mut server: TcpStream,
    is_old: bool,
    mode: &AtomicU8,
    cuts: &AtomicUsize,
) {
    let (mut from_client, mut from_server) = (vec![0; 1 << 17], vec![0; 1 << 17]);
    let mut loses_answer = false;
    loop {
        tokio::select! {
            read = client.read(&mut from_client) => {
                let Ok(length @ 1..) = read else { return };
                let command = &from_client[..length];
                let is_script = command.windows(4).any(|window| window == b"EVAL");
                let mode = if is_script { mode.swap(PASS, SeqCst) } else { PASS };
                loses_answer |= mode == UNANSWERED;
                let end = if mode == HALF { length / 2 } else { length };
                if server.write_all(&command[..end]).await.is_err() {
                    return;
                }
                if mode == HALF {
                    cuts.fetch_add(1, SeqCst);
                    return;
                }
            }
            read = server.read(&mut from_server) => {
                let Ok(length @ 1..) = read else { return };
                if loses_answer {
                    cuts.fetch_add(1, SeqCst);
                    return;
                }
                let version = from_server[..length].windows(VERSION.len()).position(|window| window == VERSION);
                if let Some(at) = version.filter(|_| is_old) {
                    from_server[at..at + VERSION.len()].copy_from_slice(OLD_VERSION);
                }
                if client.write_all(&from_server[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}
