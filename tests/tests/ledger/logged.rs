//! actix-web's `Logger` around the middleware: one line for each request, be it handled or answered from memory.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{
    client::Sent,
    each::each,
    messages::Mode,
    servers::{Framework, Server, Setup, Subject},
};

/// A part of the path of the requests that are looked for here.
const HERE: &str = "logged-here";

struct Lines(Mutex<Vec<String>>);

static LINES: Lines = Lines(Mutex::new(vec![]));

impl log::Log for Lines {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.target().starts_with("actix_web::middleware")
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata()) && record.args().to_string().contains(HERE) {
            lines().push(record.args().to_string());
        }
    }

    fn flush(&self) {}
}

fn lines() -> MutexGuard<'static, Vec<String>> {
    LINES.0.lock().unwrap_or_else(PoisonError::into_inner)
}

#[tokio::test]
async fn the_logger_sees_every_answer() {
    log::set_logger(&LINES).expect("the only one");
    log::set_max_level(log::LevelFilter::Info);
    each(async |subject: Subject, mode: Mode| {
        if subject.framework != Framework::Actix {
            return;
        }
        let context = format!("{subject:?} {mode:?}");
        let server = Server::start(subject, &Setup::new(mode));
        let message = mode.message("fail");
        let target = message.target().replace("/wx", &format!("/wx/{HERE}-{subject:?}-{mode:?}"));
        for status in [500, 200, 200] {
            let sent = Sent::whole(server.addr, "POST", &target, &message.body).await;
            assert_eq!(sent.reply().await.status, status, "{context}");
        }
        let forged = Sent::whole(server.addr, "PUT", &target, &message.body).await.reply().await;
        forged.assert_refused("Body(OfAnotherMessage)", &context);
        let line = |method: &str, status: u16| format!("\"{method} {target} HTTP/1.1\" {status} ");
        let expected = [line("POST", 500), line("POST", 200), line("POST", 200), line("PUT", 403)];
        // A line is written when the answer has been.
        crate::world::until("lines", || lines().iter().filter(|line| line.contains(&target)).count() == 4)
            .await;
        let found: Vec<String> = lines().iter().filter(|line| line.contains(&target)).cloned().collect();
        for (found, expected) in found.iter().zip(&expected) {
            assert!(found.contains(expected), "{context}: {found}");
        }
        assert_eq!(server.runs(), 2, "{context}");
    })
    .await;
}
