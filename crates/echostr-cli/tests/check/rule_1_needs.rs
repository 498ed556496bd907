//! What a sender needs, and what that means for the exit code.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
};

use echostr::ReceiveId;

use crate::{
    report::{check, meaning},
    requests::{encrypt, given, right},
    support::{
        APP_ID, KEY,
        command::echostr,
        reference::{Hole, Mode, Reference, reply},
        server::{Request, Response, Server},
    },
};

/// What the issue with each case is, in plain mode and in safe mode; `-` is no case there.
const NEEDS: [(&str, &str, &str); 33] = [
    ("get-no-parameters", "nothing", "nothing"),
    ("post-signature-missing", "nothing", "-"),
    ("post-msg-signature-missing", "-", "captured-url"),
    ("post-other-token", "nothing", "nothing"),
    ("post-signature-empty-token", "nothing", "nothing"),
    ("post-signature-truncated", "nothing", "nothing"),
    ("get-echostr-script", "nothing", "nothing"),
    ("post-plain-other-token", "-", "nothing"),
    ("post-plain-no-parameters", "-", "nothing"),
    // Another body or method under a captured tuple.
    ("post-replay-other-body", "captured-url", "captured-url"),
    ("post-with-get-triple", "captured-url", "captured-url"),
    ("post-plain-body", "-", "captured-url"),
    ("post-downgrade", "-", "captured-url"),
    ("post-downgrade-raw", "-", "captured-url"),
    ("post-encrypt-changed", "-", "captured-url"),
    // Something beside a whole genuine tuple: where the body is signed, that is a replay.
    ("post-nonce-doubled", "captured-url", "replay"),
    ("post-nonce-doubled-first", "captured-url", "replay"),
    ("post-encoded-key-nonce", "captured-url", "replay"),
    ("post-signature-lengthened", "captured-url", "replay"),
    ("post-swapped", "captured-url", "replay"),
    ("post-timestamp-past", "replay", "replay"),
    // What only a holder of the token can send.
    ("get-echostr-missing", "token", "token"),
    ("get-echostr-empty", "token", "token"),
    ("get-echostr-doubled", "token", "token"),
    ("post-over-long-nonce", "token", "token"),
    ("post-not-utf8", "token", "token"),
    ("post-dtd", "-", "token"),
    ("post-two-encrypts-first", "-", "token"),
    ("post-foreign-receive-id", "-", "token"),
    ("get-tutorial-token-weixin", "token", "token"),
    ("get-echostr-script-signed", "token", "token"),
    ("post-timestamp-future", "token", "token"),
    ("message-text", "token", "token"),
];

#[test]
fn each_case_says_what_its_sender_needs() {
    for (mode, column) in [(Mode::Plain, 0), (Mode::Safe, 1), (Mode::Compat, 1)] {
        let report = check(mode, &Reference::new(mode).start());
        let needs: BTreeMap<_, _> = report.lines.iter().map(|line| (&*line.case, &*line.needs)).collect();
        for (case, plain, safe) in NEEDS {
            let expected = Some([plain, safe][column]).filter(|needs| *needs != "-");
            assert_eq!(needs.get(case).copied(), expected, "{mode:?} {case}");
        }
        for line in &report.lines {
            let is_known = ["nothing", "captured-url", "replay", "token"].contains(&&*line.needs);
            assert!(is_known && !line.group.is_empty(), "{line:?}");
        }
    }
}

/// A WeCom URL has no `signature`, so that nobody can capture one.
#[test]
fn a_downgrade_of_wecom_needs_the_token() {
    let report = check(Mode::Wecom, &Reference::new(Mode::Wecom).start());
    assert_eq!(report.line("post-downgrade").needs, "token");
    assert_eq!(report.line("post-plain-body").needs, "captured-url");
}

/// A server that checks `signature` only: right in plain mode, wide open where messages are encrypted.
#[test]
fn a_captured_url_is_a_forgery_only_where_messages_are_encrypted() {
    let server = || Reference::new(Mode::Plain).start();
    let plain = check(Mode::Plain, &server()).exits(0);
    assert_eq!(plain.result("post-replay-other-body"), "not-protected");
    let safe = check(Mode::Safe, &server()).exits(5);
    for case in ["post-replay-other-body", "post-plain-body", "post-downgrade", "post-encrypt-changed"] {
        assert_eq!(safe.result(case), "accepted", "{case}");
    }
    assert_eq!(safe.result("post-other-token"), "passed");
    // It is told what that is.
    assert!(safe.summary["hints"].to_string().contains("mode mismatch"), "{}", safe.summary);
    assert!(!plain.summary["hints"].to_string().contains("mode mismatch"), "{}", plain.summary);
}

#[test]
fn hardening_never_changes_the_exit_code() {
    for mode in [Mode::Plain, Mode::Safe, Mode::Wecom] {
        // Everything whose signature is right, odd as it may be, for anybody.
        let hole = Hole::accepts(move |request| {
            let echo = request.parameter("echostr");
            let is_script = echo.is_some_and(|echo| echo.contains("script"));
            !is_script && given(mode, request) == right(mode, request)
        });
        let server =
            Reference::new(mode).silent().verifier(mode.verifier(ReceiveId::any())).with(hole).start();
        let report = check(mode, &server);
        for line in report.lines.iter().filter(|line| line.result == "hardening") {
            assert_eq!((&*line.needs, line.exit), ("token", 0), "{line:?}");
        }
        for case in ["post-over-long-nonce", "post-not-utf8", "post-timestamp-future"] {
            assert_eq!(report.result(case), "hardening", "{mode:?} {case}");
        }
        let others: Vec<_> =
            report.with("accepted").into_iter().filter(|case| *case != "post-encrypt-shifted").collect();
        // Signed as if empty, which a captured URL of an Official Account is.
        let missing: &[&str] =
            if mode == Mode::Safe { &["post-encrypt-empty", "post-encrypt-missing"] } else { &[] };
        assert_eq!(others, missing, "{mode:?}");
    }
}

#[test]
fn a_token_of_tutorials_that_also_works_is_hardening() {
    let echoes = |token: &'static str| {
        Hole::accepts(move |request| {
            let parameter = |name| request.parameter(name).unwrap_or_default();
            let parts = [token, parameter("timestamp"), parameter("nonce")];
            let forged = format!("{:x}", echostr::Signature::compute(parts));
            request.method == "GET" && !parameter("echostr").is_empty() && parameter("signature") == forged
        })
    };
    let report = check(Mode::Plain, &Reference::new(Mode::Plain).with(echoes("weixin")).start()).exits(0);
    assert_eq!(report.result("get-tutorial-token-weixin"), "hardening");
    assert_eq!(report.result("get-tutorial-token-wechat"), "passed");
    // Where every token works it is the check that is missing, and that is said once.
    let every = Hole::accepts(|request| {
        request.method == "GET" && request.parameter("echostr").is_some_and(|echo| !echo.contains("script"))
    });
    let report = check(Mode::Plain, &Reference::new(Mode::Plain).with(every).start()).exits(5);
    assert_eq!(report.result("get-other-token"), "accepted");
    assert_eq!(report.result("get-tutorial-token-weixin"), "hardening");
}

/// A server that answers the sender of one of two encrypted texts.
fn of_two_encrypts(is_first: bool, signed_only: bool) -> Server {
    let right = Reference::new(Mode::Safe);
    let verifier = Mode::Safe.verifier(ReceiveId::new(APP_ID).expect("an id"));
    Server::start(move |request| {
        let text = String::from_utf8_lossy(&request.body);
        let parts: Vec<_> = text.split("<Encrypt>").collect();
        let [before, first, second] = parts[..] else { return right.answer(request) };
        let first = first.to_owned() + "</xml>";
        let one = format!("{before}<Encrypt>{}", if is_first { &first } else { second });
        let one = Request { body: one.into(), ..request.clone() };
        if signed_only {
            return right.answer(&one);
        }
        // Checks one and reads the other.
        let other = format!("{before}<Encrypt>{}", if is_first { second } else { &first });
        let is_genuine = right.judged(&Request { body: other.into(), ..request.clone() }).is_some();
        let Some(openid) = is_genuine.then(|| sender(&one)) else { return Response::text(403, "forbidden") };
        let reply = reply("hi").replace("o_1", &openid);
        let sealed = verifier.sign_encrypted(1, "1", &reply).expect("a key");
        let signature = sealed.query.split("msg_signature=").nth(1).expect("one").to_owned();
        let document = sealed.body.replace(
            "</xml>",
            &format!(
                "<MsgSignature>{signature}</MsgSignature><TimeStamp>1</TimeStamp><Nonce>1</Nonce></xml>"
            ),
        );
        Response::text(200, document)
    })
}

/// Whom the one encrypted text of a request comes from.
fn sender(request: &Request) -> String {
    let run = echostr(["decrypt", encrypt(request), "--aes-key", KEY]).run().expect(0);
    let (_, rest) = run.stdout.split_once("<FromUserName><![CDATA[").expect("a sender");
    rest.split_once("]]>").expect("its end").0.to_owned()
}

#[test]
fn of_two_encrypts_only_the_use_of_the_unsigned_one_counts() {
    for (is_first, case) in [(false, "post-two-encrypts-first"), (true, "post-two-encrypts-second")] {
        let report = check(Mode::Safe, &of_two_encrypts(is_first, false)).exits(0);
        assert_eq!(report.result(case), "hardening", "{case}: {:?}", report.line(case));
    }
    // The control: the signed one is used and answered, the other one refused.
    for is_first in [true, false] {
        let report = check(Mode::Safe, &of_two_encrypts(is_first, true)).exits(0);
        for case in ["post-two-encrypts-first", "post-two-encrypts-second"] {
            assert_eq!(report.result(case), "passed", "{case}");
        }
    }
}

/// But for the retry, which is the platform's.
#[test]
fn a_byte_equal_repeat_is_no_case() {
    for mode in [Mode::Plain, Mode::Safe] {
        let seen = Mutex::new(BTreeMap::<Vec<u8>, usize>::new());
        let right = Reference::new(mode);
        let server = Server::start(move |request| {
            *seen.lock().expect("no request panics").entry(request.raw.clone()).or_default() += 1;
            right.answer(request)
        });
        check(mode, &server).exits(0);
        let requests = server.requests();
        let distinct: BTreeSet<_> = requests.iter().map(|request| &request.raw).collect();
        // The bare requests without parameters look alike whoever sends them.
        assert_eq!(requests.len() - distinct.len(), 1, "{mode:?}");
    }
}

#[test]
fn meanings_are_those_of_the_rule() {
    assert_eq!(meaning("captured-url", Mode::Plain), "not-protected");
    assert_eq!(meaning("captured-url", Mode::Safe), "accepted");
}
