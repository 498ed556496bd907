//! One hole at a time: parameters and signatures.

use std::collections::BTreeSet;

use echostr::Signature;

use crate::{
    report::{check, meaning, unprotected},
    requests::{
        are_single, given, is_right, is_right_but_for, named, neighbours, read_once, right, signature_name,
        signed, texts,
    },
    support::reference::{Hole, Mode, Reference},
};

/// The modes whose parameters differ: others would only repeat the same.
pub(crate) const MODES: [Mode; 2] = [Mode::Plain, Mode::Wecom];

/// Exactly these cases get in at a server that is right but for `hole`, and each means what its needs say.
#[track_caller]
pub(crate) fn caught(mode: Mode, server: Reference, hole: Hole, cases: &[&str]) {
    let report = check(mode, &server.silent().with(hole).start());
    let cases: BTreeSet<_> = cases.iter().copied().collect();
    let let_in =
        report.let_in().into_iter().filter(|case| cases.contains(case) || !unprotected(mode).contains(case));
    assert_eq!(let_in.collect::<BTreeSet<_>>(), cases, "{mode:?}: {:#?}", report.run);
    let mut code = 0;
    for case in cases {
        let line = report.line(case);
        let meaning = meaning(&line.needs, mode);
        assert_eq!(line.result, meaning, "{mode:?} {case} needs {}", line.needs);
        code = code.max(if meaning == "accepted" { 5 } else { 0 });
    }
    for nothing in ["failed", "crashed", "undecided", "warning", "skipped"] {
        assert_eq!(report.with(nothing), BTreeSet::new(), "{mode:?} {nothing}: {:#?}", report.run);
    }
    report.exits(code);
}

#[track_caller]
pub(crate) fn caught_in(modes: &[Mode], hole: impl Fn(Mode) -> Hole, cases: &[&str]) {
    for mode in modes {
        let cases: Vec<_> = cases.iter().map(|case| named(*mode, case)).collect();
        let cases: Vec<_> = cases.iter().map(String::as_str).collect();
        caught(*mode, Reference::new(*mode), hole(*mode), &cases);
    }
}

#[test]
fn no_parameters() {
    let hole = |_| Hole::accepts(|request| request.query().is_empty());
    // A `GET` has no echostr that could come back.
    caught_in(&[Mode::Plain], hole, &["post-no-parameters"]);
}

#[test]
fn a_missing_signature() {
    let hole = |mode| {
        Hole::accepts(move |request| {
            request.parameter(signature_name(mode, request)).is_none() && request.parameter("nonce").is_some()
        })
    };
    caught_in(&[Mode::Plain], hole, &["get-SIGNATURE-missing", "post-SIGNATURE-missing"]);
    // The downgrade to plain mode is nothing else.
    let downgrades = ["post-downgrade", "post-downgrade-raw", "post-plain-other-token"];
    let cases = [&["get-SIGNATURE-missing", "post-SIGNATURE-missing"][..], &downgrades].concat();
    caught_in(&[Mode::Wecom], hole, &cases);
    let cases = [&cases[..], &["post-with-get-triple"]].concat();
    caught_in(&[Mode::Safe], hole, &cases);
}

#[test]
fn a_missing_timestamp() {
    let hole =
        |_| Hole::accepts(|request| !request.query().is_empty() && request.parameter("timestamp").is_none());
    caught_in(
        &[Mode::Plain],
        hole,
        &["get-timestamp-missing", "post-timestamp-missing", "get-echostr-alone"],
    );
}

#[test]
fn a_missing_nonce() {
    let hole =
        |_| Hole::accepts(|request| !request.query().is_empty() && request.parameter("nonce").is_none());
    let renamed = ["post-key-array", "post-key-twice-encoded", "post-key-zero", "post-key-case"];
    let cases = [&["get-nonce-missing", "post-nonce-missing", "get-echostr-alone"][..], &renamed].concat();
    caught_in(&[Mode::Plain], hole, &cases);
}

#[test]
fn a_missing_echostr() {
    let hole = |mode| {
        Hole::accepts(move |request| {
            let is_signed = mode == Mode::Wecom || is_right(mode, request);
            request.method == "GET"
                && request.parameter("echostr").is_none()
                && !request.query().is_empty()
                && is_signed
        })
    };
    caught_in(&MODES, hole, &["get-echostr-missing"]);
}

#[test]
fn an_empty_parameter() {
    let hole =
        |name: &'static str| move |_| Hole::accepts(move |request| request.parameter(name) == Some(""));
    let of_nothing = ["get-signature-of-nothing", "post-signature-of-nothing"];
    let cases = ["get-timestamp-empty", "post-timestamp-empty"];
    caught_in(&[Mode::Plain], hole("timestamp"), &[&cases[..], &of_nothing].concat());
    let cases = ["get-nonce-empty", "post-nonce-empty", "post-nonce-moved"];
    caught_in(&[Mode::Plain], hole("nonce"), &[&cases[..], &of_nothing].concat());
    caught_in(&[Mode::Plain], hole("echostr"), &["get-echostr-empty"]);
    let hole =
        |mode| Hole::accepts(move |request| request.parameter(signature_name(mode, request)) == Some(""));
    caught_in(&MODES, hole, &["get-SIGNATURE-empty", "post-SIGNATURE-empty"]);
}

#[test]
fn the_signature_of_nothing() {
    let nothing = format!("{:x}", Signature::compute([""]));
    let hole = |mode| {
        let nothing = nothing.clone();
        Hole::accepts(move |request| given(mode, request) == nothing)
    };
    caught_in(&MODES, hole, &["get-signature-of-nothing", "post-signature-of-nothing"]);
}

#[test]
fn a_doubled_parameter() {
    let names = |how: &str| {
        let cases = [
            "get-SIGNATURE",
            "get-timestamp",
            "get-nonce",
            "get-echostr",
            "post-SIGNATURE",
            "post-timestamp",
            "post-nonce",
        ];
        cases.map(|case| format!("{case}-{how}"))
    };
    for (is_first, how) in [(true, "doubled"), (false, "doubled-first")] {
        let names = names(how);
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let hole = |_| Hole::reads(move |request| read_once(request, is_first));
        caught_in(&[Mode::Wecom], hole, &names);
        // Official Accounts do not sign the echostr, so each of two will do.
        let names = [&names[..], &["get-echostr-doubled", "get-echostr-doubled-first"]].concat();
        caught_in(&[Mode::Plain], hole, &names);
    }
}

#[test]
fn one_character_of_the_signature() {
    let hole = |mode| {
        Hole::accepts(move |request| {
            let given = given(mode, request);
            let names = [signature_name(mode, request), "timestamp", "nonce"];
            let right = right(mode, request);
            are_single(request, &names) && given.len() == 40 && given[..39] == right[..39] && given != right
        })
    };
    caught_in(&MODES, hole, &["get-SIGNATURE-changed", "post-SIGNATURE-changed", "post-over-long"]);
}

#[test]
fn one_character_of_the_timestamp_or_nonce() {
    for (which, name) in ["timestamp", "nonce"].into_iter().enumerate() {
        let hole = |mode| {
            Hole::accepts(move |request| {
                let text = &texts(request)[which];
                let last = text.len().checked_sub(1).filter(|last| *last < 32);
                last.is_some_and(|last| is_right_but_for(mode, request, which, neighbours(text, last)))
            })
        };
        caught_in(&MODES, hole, &[&format!("get-{name}-changed"), &format!("post-{name}-changed")]);
    }
}

#[test]
fn one_character_of_the_echostr_of_wecom() {
    let hole = |mode| {
        Hole::accepts(move |request| {
            let echostr = &texts(request)[2];
            let places = [echostr.iter().rposition(u8::is_ascii_alphanumeric), echostr.len().checked_sub(1)];
            let others = places.into_iter().flatten().flat_map(|at| neighbours(echostr, at));
            request.method == "GET"
                && are_single(request, &["echostr"])
                && is_right_but_for(mode, request, 2, others)
        })
    };
    caught_in(&[Mode::Wecom], hole, &["get-echostr-changed"]);
}

#[test]
fn another_token() {
    for mode in MODES {
        // Whatever the other token is: this server looks at the shape of the signature alone.
        let hole = Hole::accepts(move |request| {
            let names = [signature_name(mode, request), "timestamp", "nonce"];
            let is_whole =
                are_single(request, &names) && names.iter().all(|name| request.parameter(name) != Some(""));
            let given = given(mode, request);
            let is_signature =
                given.len() == 40 && given.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
            is_whole && is_signature && (request.method == "POST" || request.parameter("echostr").is_some())
        });
        let report = check(mode, &Reference::new(mode).silent().with(hole).start());
        let mut cases = vec!["get-echostr-script".to_owned(), "post-over-long".to_owned()];
        for method in ["get", "post"] {
            cases.extend(["other-token", "signature-empty-token"].map(|case| format!("{method}-{case}")));
            let changed = ["SIGNATURE", "timestamp", "nonce"];
            cases.extend(changed.map(|name| named(mode, &format!("{method}-{name}-changed"))));
        }
        if mode.is_encrypted() {
            cases.extend(["post-encrypt-changed", "post-replay-other-body"].map(str::to_owned));
        }
        for case in cases {
            // Of messages nothing tells that the answers to the genuine ones are worth more.
            let expected = if case.starts_with("get-") { "accepted" } else { "undecided" };
            assert_eq!(report.result(&case), expected, "{mode:?} {case}");
        }
        report.exits(5);
    }
}

#[test]
fn the_empty_token() {
    let hole = |mode| {
        Hole::accepts(move |request| {
            let [timestamp, nonce, fourth] = texts(request);
            let forged = signed(mode, request, "", &timestamp, &nonce, &fourth);
            !timestamp.is_empty() && given(mode, request) == forged
        })
    };
    caught_in(&MODES, hole, &["get-signature-empty-token", "post-signature-empty-token"]);
}

#[test]
fn an_upper_case_signature() {
    let hole = |mode| {
        Hole::accepts(move |request| {
            let (given, right) = (given(mode, request), right(mode, request));
            // Compares carelessly once it has changed the case.
            let is_upper = given.contains(|digit: char| digit.is_ascii_uppercase());
            is_upper && given.len() == 40 && given[..39].eq_ignore_ascii_case(&right[..39])
        })
    };
    caught_in(&MODES, hole, &["get-signature-upper-case", "post-signature-upper-case"]);
}

#[test]
fn a_truncated_signature() {
    let hole = |mode| {
        Hole::accepts(move |request| {
            let given = given(mode, request);
            !given.is_empty() && given.len() < 40 && right(mode, request).starts_with(given)
        })
    };
    let cut = ["truncated", "shortened"];
    let cases = ["get", "post"].map(|method| cut.map(|how| format!("{method}-signature-{how}"))).concat();
    caught_in(&MODES, hole, &cases.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn a_lengthened_signature() {
    let hole = |mode| {
        Hole::accepts(move |request| {
            let given = given(mode, request);
            given.len() > 40 && given.starts_with(&right(mode, request))
        })
    };
    caught_in(&MODES, hole, &["get-signature-lengthened", "post-signature-lengthened"]);
}
