//! A forged message: first match wins.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{
        Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    report::{Report, check, check_with},
    support::{
        command::echostr,
        reference::{Mode, Reference, reply},
        server::{Request, Response, Server},
    },
};

/// A right server that answers genuine messages with `genuine` and forged ones with `forged`.
pub(crate) fn answering(
    genuine: impl Fn(&Request) -> Response + Send + Sync + 'static,
    forged: impl Fn(&Request) -> Response + Send + Sync + 'static,
) -> Server {
    let right = Reference::new(Mode::Plain);
    Server::start(move |request| match right.judged(request) {
        Some(echo) if request.method == "GET" => Response::text(200, echo),
        Some(_) => genuine(request),
        None if request.method == "GET" => Response::text(403, "forbidden"),
        None => forged(request),
    })
}

pub(crate) fn success(_: &Request) -> Response {
    Response::text(200, "success")
}

/// The sender of a plain message.
pub(crate) fn sender(request: &Request) -> String {
    let text = String::from_utf8_lossy(&request.body).into_owned();
    let found = text.split_once("<FromUserName><![CDATA[").and_then(|(_, rest)| rest.split_once("]]>"));
    found.map(|(openid, _)| openid.to_owned()).unwrap_or_default()
}

/// A bot that answers the sender.
pub(crate) fn bot(request: &Request) -> Response {
    Response::new(200, "Content-Type: text/xml\r\n", reply("收到").replace("o_1", &sender(request)))
}

fn result(report: &Report) -> &str {
    report.result("post-other-token")
}

#[test]
fn a_reply_is_accepted_at_any_status() {
    for status in [200, 403, 500, 302] {
        // Refuses, and runs the handler all the same.
        let server = answering(bot, move |request| {
            let Response::Bytes(bytes) = bot(request) else { panic!("a reply") };
            let text = String::from_utf8(bytes).expect("UTF-8");
            let (_, document) = text.split_once("\r\n\r\n").expect("a body");
            Response::text(status, format!("<h1>403: Forbidden</h1>\n{document}"))
        });
        let report = check(Mode::Plain, &server).exits(5);
        assert_eq!(result(&report), "accepted", "{status}");
    }
    // The control: the handler does not run.
    let server = answering(bot, |_| Response::text(403, "<h1>403: Forbidden</h1>"));
    assert_eq!(result(&check(Mode::Plain, &server).exits(0)), "passed");
}

#[test]
fn an_encrypted_reply_is_accepted_at_any_status() {
    let right = Reference::new(Mode::Safe);
    let server = Server::start({
        // The last sealed reply, for whoever asks next: it opens all the same.
        let last = Mutex::new(String::new());
        move |request| match right.judged(request) {
            Some(answer) => {
                if answer.contains("<Encrypt>") {
                    answer.clone_into(&mut last.lock().expect("no request panics"));
                }
                Response::text(200, answer)
            }
            None if request.method == "POST" => {
                Response::text(403, format!("forbidden {}", last.lock().expect("no request panics")))
            }
            None => Response::text(403, "forbidden"),
        }
    });
    assert_eq!(result(&check(Mode::Safe, &server).exits(5)), "accepted");
    assert_eq!(result(&check(Mode::Safe, &Reference::new(Mode::Safe).start()).exits(0)), "passed");
}

#[test]
fn a_reply_to_somebody_else_or_in_words_is_none() {
    let others = reply("收到").replace("o_1", "oSomebodyElse000000000000001");
    for body in [others, "I reply to you: 收到".to_owned()] {
        let server = answering(bot, move |_| Response::text(403, &body));
        assert_eq!(result(&check(Mode::Plain, &server).exits(0)), "passed");
    }
}

#[test]
fn a_reply_unlike_the_genuine_one_cannot_be_told() {
    let excuse =
        |request: &Request| Response::text(200, reply("bad signature").replace("o_1", &sender(request)));
    for genuine in [bot as fn(&Request) -> Response, success] {
        let report = check(Mode::Plain, &answering(genuine, excuse)).exits(1);
        assert_eq!(result(&report), "undecided");
    }
    // Where genuine texts are answered in various ways, this may be one of them.
    let count = AtomicU32::new(0);
    let jokes = ["cows fly", "two cats swim away", "a dog", "rain"];
    let varied = move |request: &Request| {
        let joke = jokes[count.fetch_add(1, Ordering::SeqCst) as usize % jokes.len()];
        Response::text(200, reply(joke).replace("o_1", &sender(request)))
    };
    assert_eq!(result(&check(Mode::Plain, &answering(varied, excuse)).exits(5)), "accepted");
}

#[test]
fn refusals_pass() {
    for status in [400, 401, 403, 404, 410, 301, 302, 307] {
        let server = answering(success, move |_| Response::text(status, "success"));
        let report = check(Mode::Plain, &server).exits(0);
        assert_eq!((result(&report), &*report.line("post-other-token").note), ("passed", ""), "{status}");
    }
}

/// Asks to wait, a time or always.
fn throttling(status: u16, headers: &'static str, is_always: bool) -> Report {
    let seen = Mutex::new(HashMap::<Vec<u8>, u32>::new());
    let server = answering(success, move |request| {
        let mut seen = seen.lock().expect("no request panics");
        let count = seen.entry(request.raw.clone()).or_default();
        *count += 1;
        let is_asked = *count == 1 || is_always;
        let is_other = request.parameter("signature").is_some_and(str::is_empty);
        if is_asked && is_other {
            Response::new(status, headers, "slow down")
        } else {
            Response::text(403, "forbidden")
        }
    });
    check(Mode::Plain, &server)
}

#[test]
fn who_asks_to_wait_is_asked_again() {
    for (status, headers) in [(429, "Retry-After: 1\r\n"), (429, ""), (503, "Retry-After: 0\r\n")] {
        let report = throttling(status, headers, false).exits(0);
        assert_eq!(report.result("post-signature-empty"), "passed", "{status} {headers}");
    }
    for (status, headers) in [(429, "Retry-After: 0\r\n"), (503, "Retry-After: 3600\r\n")] {
        let report = throttling(status, headers, true).exits(1);
        assert_eq!(report.result("post-signature-empty"), "undecided", "{status} {headers}");
        assert!(report.line("post-signature-empty").note.contains("cannot tell"));
    }
    // The control: without a word about waiting it is a failure.
    assert_eq!(throttling(503, "", false).exits(1).result("post-signature-empty"), "crashed");
}

#[test]
fn refused_by_crashing_is_one_line() {
    for answer in [Response::text(500, "oops"), Response::text(503, "oops"), Response::Bytes(vec![])] {
        let server = answering(success, move |_| answer.clone());
        let report = check(Mode::Plain, &server).exits(1);
        assert!(report.with("crashed").len() > 10 && report.with("accepted").is_empty(), "{:#?}", report.run);
        assert_eq!(report.with("failed"), BTreeSet::new());
        for (lang, words) in [("en", "refused by crashing"), ("zh", "因出错而拒绝")] {
            let run =
                echostr(["check", &server.url(), "--lang", lang]).args(Mode::Plain.options()).run().expect(1);
            let lines = run.stdout.lines().filter(|line| line.contains(words));
            let lines: Vec<_> = lines.collect();
            assert_eq!(lines.len(), 1, "{run:#?}");
        }
    }
}

#[test]
fn silence_to_forgeries_is_a_crash_and_does_not_take_all_day() {
    let server = answering(success, |_| Response::Silence);
    let start = Instant::now();
    let options = ["--timeout", "2", "--only", "post-signature*,message-text"];
    let report = check_with(Mode::Plain, &server, &options).exits(1);
    assert_eq!(report.result("post-signature-missing"), "crashed");
    assert!(start.elapsed() < Duration::from_secs(30), "{:?}", start.elapsed());
}

/// Hangs up on everybody for a while after each forgery without a signature, as a process does that is started again.
fn restarting(pause: Duration) -> Server {
    restarting_after(pause, |request| request.parameter("signature") == Some(""))
}

fn restarting_after(pause: Duration, is_odd: impl Fn(&Request) -> bool + Send + Sync + 'static) -> Server {
    let until = Mutex::new(Instant::now());
    let right = Reference::new(Mode::Plain);
    Server::start(move |request| {
        let mut until = until.lock().expect("no request panics");
        let is_odd = request.method == "POST" && is_odd(request);
        if Instant::now() < *until {
            return Response::Bytes(vec![]);
        }
        if is_odd {
            *until = Instant::now() + pause;
            return Response::Bytes(vec![]);
        }
        right.answer(request)
    })
}

#[test]
fn a_server_that_comes_back_is_waited_for() {
    let report = check(Mode::Plain, &restarting(Duration::from_secs(1))).exits(1);
    assert_eq!(report.with("crashed"), BTreeSet::from(["post-signature-empty"]));
    assert_eq!((report.with("failed"), report.with("skipped")), (BTreeSet::new(), BTreeSet::new()));
}

/// The message of another token comes before the first case.
#[test]
fn a_server_that_comes_back_from_the_first_forgery_is_waited_for() {
    let right = Reference::new(Mode::Plain);
    let odd = move |request: &Request| {
        let is_whole = request.parameter("signature").is_some_and(|signature| signature.len() == 40);
        is_whole && request.keys().len() == 4 && right.judged(request).is_none()
    };
    let server = restarting_after(Duration::from_millis(300), odd);
    let report = check_with(Mode::Plain, &server, &["--only", "post-other-token,get-other-token"]).exits(1);
    assert_eq!(report.with("crashed"), BTreeSet::from(["post-other-token"]));
    assert_eq!(report.result("get-other-token"), "passed");
}

#[test]
fn a_server_that_does_not_come_back_ends_the_run() {
    let server = restarting(Duration::from_secs(3600));
    let report = check_with(Mode::Plain, &server, &["--timeout", "0.5"]).exits(3);
    assert_eq!(report.with("failed"), BTreeSet::from(["post-signature-empty"]));
    assert!(report.summary["skipped"].as_u64().is_some_and(|skipped| skipped > 10), "{}", report.summary);
}
