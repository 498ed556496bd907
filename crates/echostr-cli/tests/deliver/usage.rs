//! Exit codes, and what is never sent.

use crate::support::{
    APP_ID, TOKEN,
    command::echostr,
    reference::{Mode, Reference},
    server::{ClosedPort, Response, Server},
};

use crate::common::*;

#[test]
fn no_connection() {
    let port = ClosedPort::new();
    for args in [
        &["handshake", &port.url()][..],
        &["send", &port.url(), "text", "hi"],
        &["event", &port.url(), "subscribe"],
    ] {
        with(Mode::Plain, args).run().expect(3).one_line_error();
    }
    with(Mode::Plain, &["check", &port.url()]).run().expect(3);
}

#[test]
fn no_connection_to_a_server_that_hangs_up() {
    let server = Server::always(Response::Bytes(vec![]));
    let run = with(Mode::Plain, &["handshake", &server.url()]).run();
    assert!([1, 3].contains(&run.code), "{run:#?}");
}

#[test]
fn other_machines_need_allow_remote() {
    for url in [
        "http://example.invalid/",
        "http://example.invalid:3000/wx?a=127.0.0.1",
        "http://127.0.0.1@example.invalid/",
        "http://localhost.example.invalid/",
        "http://127.0.0.1.example.invalid/",
        "http://192.0.2.1/wx",
        "http://[2001:db8::1]/wx",
    ] {
        for args in [&["handshake"][..], &["check"], &["send"], &["event"]] {
            let tail: &[&str] = match args[0] {
                "send" => &["text", "hi"],
                "event" => &["subscribe"],
                _ => &[],
            };
            let run = echostr(args).arg(url).args(tail).args(Mode::Plain.options()).run();
            let run = run.expect(2).one_line_error();
            // With a user name it is no URL of WeChat's anyhow.
            if !url.contains('@') {
                run.says(&["--allow-remote"]);
            }
        }
    }
}

#[test]
fn this_machine_needs_no_permission() {
    let server = Reference::new(Mode::Plain).start();
    let url = server.url().replace("127.0.0.1", "localhost");
    with(Mode::Plain, &["handshake", &url]).run().expect(0);
    let port = ClosedPort::new();
    // Whether or not the machine speaks IPv6.
    with(Mode::Plain, &["handshake", &port.url().replace("127.0.0.1", "[::1]")]).run().expect(3);
}

#[test]
fn a_proxy_is_not_asked() {
    let proxy = Server::always(Response::text(200, "proxy"));
    let server = Reference::new(Mode::Plain).start();
    let mut cli = with(Mode::Plain, &["handshake", &server.url()]);
    for name in ["http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"] {
        cli = cli.env(name, proxy.url().trim_end_matches("/wx"));
    }
    cli.run().expect(0);
    server.only_request();
    assert_eq!(proxy.requests().len(), 0);
}

#[test]
fn wrong_urls() {
    for url in [
        "127.0.0.1:3000/wx",
        "http://",
        "ftp://127.0.0.1/wx",
        "http://127.0.0.1:99999/wx",
        "http://127.0.0.1:x/",
        "wx",
        "",
    ] {
        with(Mode::Plain, &["handshake", url]).run().expect(2);
        with(Mode::Plain, &["send", url, "text", "hi"]).run().expect(2);
    }
    with(Mode::Plain, &["handshake", "ftp://127.0.0.1/wx"]).run().one_line_error();
}

#[test]
fn usage_errors() {
    let port = ClosedPort::new();
    let url = &*port.url();
    for args in [
        &[][..],
        &["nonsense"],
        &["handshake"],
        &["handshake", url, "--token"],
        &["handshake", url, "--token", ""],
        &["handshake", url, "--token", TOKEN, "--bogus"],
        &["handshake", url, "--token", TOKEN, "--mode", "bogus"],
        &["handshake", url, "--token", TOKEN, "--timeout", "soon"],
        &["handshake", url, "--token", TOKEN, "--timeout", "0"],
        &["handshake", url, "--token", TOKEN, "--at", "yesterday"],
        &["handshake", url, "--token", TOKEN, "--lang", "tlh"],
        &["handshake", url, "--token", TOKEN, "--color", "mauve"],
        &["send", url, "smell", "--token", TOKEN],
        &["send", url, "text", "--token", TOKEN],
        &["event", url, "sneeze", "--token", TOKEN],
        &["event", url, "--token", TOKEN],
        &["handshake", url, "--token", TOKEN, "--mode", "wecom"],
        &["send", url, "text", "hi", "--token", TOKEN, "--mode", "safe", "--appid", APP_ID],
        &[
            "send",
            url,
            "text",
            "hi",
            "--token",
            TOKEN,
            "--mode",
            "safe",
            "--aes-key",
            "short",
            "--appid",
            APP_ID,
        ],
    ] {
        let run = echostr(args).run();
        assert_eq!(run.code, 2, "{args:?}: {run:#?}");
        assert!(!run.stderr.trim().is_empty(), "{args:?} says nothing: {run:#?}");
    }
}

#[test]
fn no_token_is_a_usage_error_of_one_line() {
    let port = ClosedPort::new();
    echostr(["handshake", &port.url()]).run().expect(2).one_line_error().says(&["--token", "WECHAT_TOKEN"]);
}
