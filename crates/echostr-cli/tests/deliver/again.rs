//! The same request again: on purpose, and as the platform sends it again.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use crate::support::{
    reference::{Mode, Reference},
    server::{Request, Response, Server},
};

use crate::common::*;

#[test]
fn at_nonce_and_openid_make_it_the_same_byte_for_byte() {
    let fixed = ["--at", "1540176606", "--nonce", "1854606751", "--openid", "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"];
    let server = Reference::new(Mode::Plain).start();
    let url = server.url();
    for args in [
        &["handshake", &url][..],
        &["send", &url, "text", "你好"],
        &["send", &url, "image"],
        &["event", &url, "scan"],
    ] {
        let before = server.requests().len();
        for _ in 0..2 {
            with(Mode::Plain, args).args(fixed).run().expect(0);
        }
        let requests = server.requests();
        let [first, second] = &requests[before..] else { panic!("{} requests", requests.len()) };
        assert_eq!(String::from_utf8_lossy(&first.raw), String::from_utf8_lossy(&second.raw), "{args:?}");
        assert_eq!(first.parameter("timestamp"), Some("1540176606"));
        assert_eq!(first.parameter("nonce"), Some("1854606751"));
    }
    let requests = server.requests();
    let last = requests.last().expect("eight");
    assert_eq!(last.parameter("openid"), Some("o6_bmjrPTlm6_2sgVt7hMZOPfL2M"));
    assert_eq!(message(Mode::Plain, last)["FromUserName"], "o6_bmjrPTlm6_2sgVt7hMZOPfL2M");
    assert_eq!(message(Mode::Plain, last)["CreateTime"], "1540176606");
}

#[test]
fn what_is_not_fixed_differs() {
    let server = Reference::new(Mode::Plain).start();
    for _ in 0..2 {
        with(Mode::Plain, &["handshake", &server.url()]).run().expect(0);
    }
    let [first, second] = &server.requests()[..] else { panic!("two") };
    assert_ne!(first.parameter("nonce"), second.parameter("nonce"));
    assert_ne!(first.parameter("echostr"), second.parameter("echostr"));
}

fn all_the_same(requests: &[Request]) {
    for request in requests {
        assert_eq!(String::from_utf8_lossy(&request.raw), String::from_utf8_lossy(&requests[0].raw));
    }
}

#[test]
fn no_answer_in_time_is_sent_three_times() {
    for mode in [Mode::Plain, Mode::Safe] {
        let server = Server::always(Response::Silence);
        let run = with(mode, &["send", &server.url(), "text", "你好", "--timeout", "1"]).run().expect(4);
        let requests = server.requests();
        assert_eq!(requests.len(), 3, "{run:#?}");
        all_the_same(&requests);
        assert!(run.took >= Duration::from_secs(3), "{run:#?}");
        run.says(&[FAULT]);
    }
}

#[test]
fn an_answer_to_the_second_send_ends_it() {
    let server = Server::start({
        let count = AtomicU32::new(0);
        move |_| match count.fetch_add(1, Ordering::SeqCst) {
            0 => Response::Silence,
            _ => Response::text(200, "success"),
        }
    });
    let run = with(Mode::Plain, &["send", &server.url(), "text", "hi", "--timeout", "2"]).run();
    assert_eq!(server.requests().len(), 2, "{run:#?}");
    all_the_same(&server.requests());
    assert!(!run.all().contains(FAULT), "the user sees nothing: {run:#?}");
}

#[test]
fn a_wrong_status_is_sent_again_at_once() {
    for status in [201, 500, 302] {
        let server = Server::always(Response::text(status, "success"));
        let run = with(Mode::Plain, &["send", &server.url(), "text", "hi"]).run().expect(1);
        let requests = server.requests();
        assert!(requests.len() > 1, "not sent again: {run:#?}");
        all_the_same(&requests);
        let [first, .., last] = &requests[..] else { panic!("two") };
        assert!(last.at - first.at < Duration::from_secs(3), "not at once: {run:#?}");
        run.says(&[FAULT, &status.to_string()]);
    }
}

#[test]
fn wecom_does_not_send_again_after_a_refusal() {
    let server = Server::always(Response::text(403, "forbidden"));
    with(Mode::Wecom, &["send", &server.url(), "text", "hi"]).run().expect(1);
    server.only_request();
}
