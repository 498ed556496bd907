//! An app that uses the `log` crate, and no subscriber of tracing, gets the same events where a dependency switches tracing's
//! feature `log` on, as warp does.

use std::sync::{Mutex, PoisonError};

use conformance::{Connection, Protocol, Server, Subject, TOKEN, Wechat};
use echostr::Verifier;
use log::{LevelFilter, Log, Metadata, Record};

static CALLBACKS: Mutex<Vec<String>> = Mutex::new(vec![]);

struct Callbacks;

impl Log for Callbacks {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        if record.target() == "echostr::callback" {
            CALLBACKS.lock().unwrap_or_else(PoisonError::into_inner).push(record.args().to_string());
        }
    }

    fn flush(&self) {}
}

fn take() -> Vec<String> {
    std::mem::take(&mut CALLBACKS.lock().unwrap_or_else(PoisonError::into_inner))
}

#[tokio::test]
async fn every_adapter_logs_to_the_log_crate_too() {
    log::set_logger(&Callbacks).expect("no other logger");
    log::set_max_level(LevelFilter::Trace);
    let verifier = Verifier::new(TOKEN).expect("a token");
    for subject in Subject::all() {
        let server = Server::start(subject, Wechat::Verified(verifier.clone()));
        let mut connection = Connection::open(server.addr, Protocol::Http1).await;
        let path = format!("/wx?{}", verifier.sign(1_540_176_606, "1854606751"));

        connection.send("POST", &path, "<xml/>").await.expect("a reply");
        let callbacks = take();
        let [callback] = callbacks.as_slice() else { panic!("{subject:?}: {callbacks:?}") };
        assert!(callback.contains("/wx") && callback.contains("1854606751"), "{subject:?}: {callback}");

        connection.send("POST", &path.replace("1854606751", "1"), "<xml/>").await.expect("a reply");
        assert_eq!(take(), [""; 0], "{subject:?}: a refused request is no callback");
    }
}
