//! One hole at a time: queries that are read in two ways, and what is remembered of others.

use std::{
    collections::{BTreeSet, HashSet},
    sync::Mutex,
};

use crate::{
    holes::{MODES, caught_in},
    holes_encrypted::ENCRYPTED,
    report::{check, check_with, unprotected},
    requests::{are_single, given, is_right, owned, texts},
    support::{
        reference::{Hole, Mode, Reference, accept},
        server::{Response, Server},
    },
};

#[test]
fn only_handshakes_are_verified() {
    for mode in MODES {
        let hole = Hole::accepts(|request| request.method == "POST");
        let report = check(mode, &Reference::new(mode).silent().with(hole).start());
        for line in report.lines.iter().filter(|line| line.case.starts_with("post-") && line.needs != "token")
        {
            assert_eq!(line.result, "undecided", "{mode:?} {line:?}");
        }
        assert_eq!(report.with("accepted"), BTreeSet::new());
        report.exits(1);
    }
}

/// A server that takes a message for genuine where it has seen its signature verified before.
fn remembering(mode: Mode, method: &'static str) -> Server {
    let right = Reference::new(mode).silent();
    let seen = Mutex::new(HashSet::new());
    Server::start(move |request| {
        let mut seen = seen.lock().expect("no request panics");
        let key = given(mode, request).to_owned();
        match right.answer(request) {
            Response::Bytes(bytes) if bytes.starts_with(b"HTTP/1.1 403") => {
                let is_whole = are_single(request, &["msg_signature", "timestamp", "nonce"]);
                let is_known = request.method == "POST" && is_whole && seen.contains(&key);
                if is_known { accept(request) } else { Response::Bytes(bytes) }
            }
            answer => {
                if request.method == method {
                    seen.insert(key);
                }
                answer
            }
        }
    })
}

#[test]
fn parameters_of_a_handshake_under_a_message() {
    // In the other encrypted modes it is `a_missing_signature`.
    let report = check(Mode::Wecom, &remembering(Mode::Wecom, "GET"));
    assert_eq!(report.with("accepted"), BTreeSet::from(["post-with-get-triple"]));
    assert_eq!(report.run.code, 5);
}

#[test]
fn another_body_under_a_known_signature() {
    for mode in ENCRYPTED {
        let report = check(mode, &remembering(mode, "POST"));
        assert_eq!(report.with("accepted"), BTreeSet::from(["post-replay-other-body"]), "{mode:?}");
        assert_eq!(report.run.code, 5);
    }
}

#[test]
fn a_key_that_is_encoded() {
    // Looks for doubled keys before decoding them.
    let hole = |_| {
        Hole::reads(|request| {
            let mut pairs = owned(request.pairs());
            pairs.retain(|(key, _)| !key.contains('%'));
            request.with_pairs(&pairs)
        })
    };
    let cases = ["nonce", "signature", "timestamp"].map(|name| format!("post-encoded-key-{name}"));
    caught_in(&MODES, hole, &cases.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn a_key_that_is_not_quite_the_name() {
    for (case, from, to) in [
        ("post-key-array", "nonce[]", "nonce"),
        ("post-key-twice-encoded", "%256eonce", "nonce"),
        ("post-key-zero", "nonce%00", "nonce"),
        ("post-key-case", "NONCE", "nonce"),
    ] {
        let hole = |_| {
            Hole::reads(move |request| {
                let mut pairs = owned(request.pairs());
                for (key, _) in pairs.iter_mut().filter(|(key, _)| key == from) {
                    to.clone_into(key);
                }
                request.with_pairs(&pairs)
            })
        };
        caught_in(&[Mode::Plain], hole, &[case]);
    }
}

#[test]
fn an_over_long_query() {
    // What does not fit its buffer is not looked at.
    let hole = |_| Hole::accepts(|request| request.query().len() > 8192);
    caught_in(&[Mode::Plain], hole, &["post-over-long", "post-over-long-nonce"]);
}

#[test]
fn an_over_long_nonce() {
    for mode in MODES {
        let hole = Hole::accepts(move |request| texts(request)[1].len() > 32 && is_right(mode, request));
        let report = check(mode, &Reference::new(mode).silent().with(hole).start());
        assert_eq!(report.result("post-over-long-nonce"), "hardening", "{mode:?}");
        // There is not always a way to move part of the cipher text: it depends on how the parts are sorted.
        let more = BTreeSet::from(["post-over-long-nonce", "post-encrypt-shifted"]);
        let let_in: BTreeSet<_> = report.let_in().difference(&unprotected(mode)).copied().collect();
        assert!(let_in.is_subset(&more), "{mode:?}: {let_in:?}");
    }
}

#[test]
fn part_of_the_cipher_text_in_the_nonce() {
    // Tried until there is a way to move it.
    for _ in 0..20 {
        let hole = Hole::accepts(|request| texts(request)[1].len() == 74 && is_right(Mode::Safe, request));
        let server = Reference::new(Mode::Safe).silent().with(hole).start();
        let report = check_with(Mode::Safe, &server, &["--nonce", "1854606700"]);
        if let Some(line) = report.lines.iter().find(|line| line.case == "post-encrypt-shifted") {
            assert_eq!((&*line.result, report.run.code), ("accepted", 5), "{line:?}");
            return;
        }
    }
    unreachable!("no way in 20 runs");
}

#[test]
fn a_nonce_that_is_not_utf8() {
    let hole = |mode| {
        Hole::accepts(move |request| str::from_utf8(&texts(request)[1]).is_err() && is_right(mode, request))
    };
    caught_in(&MODES, hole, &["post-not-utf8"]);
}

#[test]
fn a_nonce_moved_into_the_timestamp() {
    let hole = || Hole::accepts(|request| texts(request)[1].is_empty() && is_right(Mode::Plain, request));
    // Whether the nonce comes before or behind the timestamp in what is signed.
    for nonce in ["1000000000", "1999999000"] {
        let server = Reference::new(Mode::Plain).silent().with(hole()).start();
        let report = check_with(Mode::Plain, &server, &["--nonce", nonce]);
        assert_eq!(report.result("post-nonce-moved"), "not-protected", "{nonce}");
        report.exits(0);
    }
}
