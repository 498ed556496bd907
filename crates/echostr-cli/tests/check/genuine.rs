//! What is genuine must be accepted, and a right server passes.

use std::{
    collections::{BTreeSet, HashSet},
    sync::Mutex,
    time::Duration,
};

use crate::{
    report::{check, meaning, unprotected},
    requests::given,
    support::{
        command::echostr,
        reference::{Mode, Reference},
        server::{Response, Server},
    },
};

#[test]
fn a_right_server_passes_in_every_mode() {
    for mode in Mode::ALL {
        // With replies and without.
        for server in [Reference::new(mode).start(), Reference::new(mode).silent().start()] {
            let report = check(mode, &server).exits(0);
            assert_eq!(report.let_in(), unprotected(mode), "{mode:?}");
            for case in unprotected(mode) {
                let line = report.line(case);
                assert_eq!(line.result, meaning(&line.needs, mode), "{mode:?} {case}");
            }
            let passed = report.with("passed").len();
            assert_eq!(passed + unprotected(mode).len(), report.lines.len(), "{mode:?}");
            assert_eq!(report.summary["cases"], report.lines.len());
            assert_eq!(report.summary["passed"], passed);
            for nothing in ["failed", "allowed", "accepted", "skipped", "crashed", "undecided", "warnings"] {
                assert_eq!(report.summary[nothing], 0, "{mode:?} {nothing}");
            }
        }
    }
}

#[test]
fn a_guarded_server_is_protected() {
    for mode in Mode::ALL {
        let report = check(mode, &Reference::new(mode).guarded().start()).exits(0);
        let rest = if mode.is_encrypted() { BTreeSet::from(["post-swapped"]) } else { BTreeSet::new() };
        let let_in: BTreeSet<_> = report.let_in().difference(&rest).copied().collect();
        assert_eq!(let_in, BTreeSet::new(), "{mode:?}: {:#?}", report.run);
    }
}

#[test]
fn every_kind_of_message_is_sent() {
    for mode in Mode::ALL {
        let server = Reference::new(mode).start();
        let report = check(mode, &server);
        let kinds = ["text", "image", "voice", "video", "shortvideo", "location", "link"];
        let events = ["subscribe", "unsubscribe", "scan", "location", "click", "view"];
        let cases = kinds.map(|kind| format!("message-{kind}")).into_iter();
        for case in cases.chain(events.map(|event| format!("event-{event}"))) {
            assert_eq!(report.result(&case), "passed", "{case}");
        }
        assert_eq!((report.result("handshake"), report.result("retry")), ("passed", "passed"));
        assert!(server.requests().len() >= report.lines.len(), "cases without a request");
    }
}

#[test]
fn who_fails_at_one_kind_of_message_fails() {
    // By a status, and by hanging up: whoever answers the next message is there.
    for answer in [Response::text(500, "oops"), Response::Bytes(vec![])] {
        let right = Reference::new(Mode::Plain);
        let server = Server::start(move |request| {
            let is_voice = String::from_utf8_lossy(&request.body).contains("voice");
            if is_voice { answer.clone() } else { right.answer(request) }
        });
        let report = check(Mode::Plain, &server).exits(1);
        assert_eq!(report.with("failed"), BTreeSet::from(["message-voice"]));
    }
}

#[test]
fn who_refuses_a_retry_fails() {
    let right = Reference::new(Mode::Plain);
    let seen = Mutex::new(HashSet::new());
    let server = Server::start(move |request| {
        let is_new = seen.lock().expect("no request panics").insert(given(Mode::Plain, request).to_owned());
        if is_new { right.answer(request) } else { Response::text(403, "seen before") }
    });
    let report = check(Mode::Plain, &server).exits(1);
    let line = report.line("retry");
    assert!(line.result == "failed" && line.note.contains("byte for byte"), "{line:?}");
}

#[test]
fn who_does_not_answer_is_given_up_soon() {
    let server = Server::always(Response::Silence);
    let run =
        echostr(["check", &server.url(), "--timeout", "0.5"]).args(Mode::Plain.options()).run().expect(4);
    assert!(run.took < Duration::from_secs(20), "{:?}", run.took);
}
