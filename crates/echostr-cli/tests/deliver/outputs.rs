//! What is shown, and what is never shown.

use crate::support::{
    APP_ID, KEY, TOKEN,
    command::{Folder, echostr},
    reference::{Mode, Reference},
    server::{ClosedPort, Response, Server},
};

use crate::common::*;

#[test]
fn the_token_comes_from_the_command_line_the_environment_or_a_file() {
    let folder = Folder::new();
    // Editors put a line end behind it.
    let file = folder.file("token", format!("{TOKEN}\n"));
    let server = Reference::new(Mode::Plain).start();
    let url = server.url();
    echostr(["handshake", &url, "--token", TOKEN]).run().expect(0);
    echostr(["handshake", &url]).env("WECHAT_TOKEN", TOKEN).run().expect(0);
    echostr(["handshake", &url, "--token-file"]).arg(&file).run().expect(0);
    // What is said last, on the command line, counts.
    echostr(["handshake", &url, "--token", TOKEN]).env("WECHAT_TOKEN", "another").run().expect(0);
    echostr(["handshake", &url, "--token-file"]).arg(&file).env("WECHAT_TOKEN", "another").run().expect(0);
    echostr(["handshake", &url, "--token-file"])
        .arg(folder.path().join("missing"))
        .run()
        .expect(2)
        .one_line_error();
    let empty = folder.file("empty", "\n");
    echostr(["handshake", &url, "--token-file"]).arg(empty).run().expect(2).one_line_error();
}

#[test]
fn key_and_appid_come_from_the_environment_too() {
    let server = Reference::new(Mode::Safe).start();
    let cli = echostr(["send", &server.url(), "text", "hi", "--mode", "safe"]);
    let cli = cli.env("WECHAT_TOKEN", TOKEN).env("WECHAT_ENCODING_AES_KEY", KEY).env("WECHAT_APP_ID", APP_ID);
    cli.run().expect(0);
}

/// `Cli::run` looks for the token and the key in every output; here are the places where they are likeliest.
#[test]
fn secrets_are_in_no_output() {
    // A server that says them back, as debug pages do.
    let telltale = Server::always(Response::text(500, format!("token={TOKEN} key={KEY}")));
    let right = Reference::new(Mode::Safe).start();
    let port = ClosedPort::new();
    for url in [telltale.url(), right.url(), port.url()] {
        for extra in [&[][..], &["-v"], &["--json"], &["-v", "--json"]] {
            for args in [&["handshake", &*url][..], &["send", &url, "text", "hi"], &["check", &url]] {
                let run = with(Mode::Safe, args).args(extra).run();
                assert!(!run.all().is_empty(), "{args:?} {extra:?}");
            }
        }
    }
    for help in [&["--help"][..], &["help", "send"], &["handshake", "--help"], &["check", "-h"]] {
        let cli = echostr(help).env("WECHAT_TOKEN", TOKEN).env("WECHAT_ENCODING_AES_KEY", KEY);
        cli.run().expect(0).says(&["--"]);
    }
    // Mistakes on the command line.
    for args in [
        &["handshake", &*port.url(), "--token", TOKEN, "--token", TOKEN][..],
        &[
            "handshake",
            &port.url(),
            "--token",
            TOKEN,
            "--mode",
            "safe",
            "--aes-key",
            &KEY[..42],
            "--appid",
            APP_ID,
        ],
        &[
            "send",
            &port.url(),
            "text",
            "hi",
            "--token",
            TOKEN,
            "--mode",
            "safe",
            "--aes-key",
            &format!("{KEY}x"),
        ],
    ] {
        let run = echostr(args).run();
        assert!(!run.all().contains(&KEY[..42]), "{run:#?}");
    }
}

#[test]
fn a_short_token_and_one_from_a_file_are_hidden_too() {
    let folder = Folder::new();
    let file = folder.file("token", "weixin\n");
    let telltale = Server::always(Response::text(500, "token=weixin; token: weixin"));
    for extra in [&[][..], &["-v"], &["--json"]] {
        for args in [&["handshake", &*telltale.url()][..], &["send", &telltale.url(), "text", "hi"]] {
            let given = echostr(args).args(extra).args(["--token", "weixin"]).run().expect(1);
            let from_file = echostr(args).args(extra).arg("--token-file").arg(&file).run().expect(1);
            let from_environment = echostr(args).args(extra).env("WECHAT_TOKEN", "weixin").run().expect(1);
            for run in [given, from_file, from_environment] {
                assert!(!run.all().contains("weixin"), "{run:#?}");
            }
        }
    }
}

#[test]
fn what_the_server_says_moves_no_cursor() {
    let server = Server::always(Response::new(200, "X-Evil: a\tb\r\n", "\u{1b}[2J\u{1b}]0;x\u{7}\r\u{9b}1m"));
    for extra in [&[][..], &["-v"], &["--json"], &["-v", "--json"]] {
        for args in [
            &["handshake", &*server.url()][..],
            &["send", &server.url(), "text", "hi"],
            &["check", &server.url()],
        ] {
            let run = with(Mode::Plain, args).args(extra).run();
            let is_cursor = |c: char| c.is_control() && c != '\n' && c != '\t';
            assert!(!run.all().contains(is_cursor), "{args:?} {extra:?}: {run:#?}");
        }
    }
}

#[test]
fn a_token_in_the_text_of_the_user_is_hidden_too() {
    let server = Reference::new(Mode::Plain).start();
    let run = with(Mode::Plain, &["send", &server.url(), "text", TOKEN, "-v"]).run().expect(0);
    assert!(!run.all().is_empty());
    assert_eq!(message(Mode::Plain, &server.only_request())["Content"], TOKEN);
}

#[test]
fn verbose_shows_the_whole_request_and_response() {
    let server = Reference::new(Mode::Plain).start();
    let run = with(Mode::Plain, &["send", &server.url(), "text", "你好", "-v"]).run().expect(0);
    let request = server.only_request();
    run.says(&["POST /wx?signature=", "User-Agent: Mozilla/4.0", "Content-Type: text/xml", "200", "success"])
        .says(&["你好", request.parameter("nonce").expect("in the order")]);
}

#[test]
fn json_is_one_object_a_line() {
    let server = Reference::new(Mode::Plain).start();
    let telltale = Server::always(Response::text(403, "no"));
    let port = ClosedPort::new();
    for (url, code) in [(server.url(), 0), (telltale.url(), 1), (port.url(), 3)] {
        for args in [&["handshake", &*url][..], &["send", &url, "text", "hi"], &["event", &url, "click"]] {
            with(Mode::Plain, args).arg("--json").run().expect(code).json();
        }
    }
}

#[test]
fn color_is_for_terminals_and_for_always() {
    let server = Server::always(Response::text(403, "no"));
    let colored = |args: &[&str], no_color: bool| {
        let cli = with(Mode::Plain, &["handshake", &server.url()]).args(args);
        let cli = if no_color { cli.env("NO_COLOR", "1") } else { cli };
        cli.run().expect(1).all().contains('\u{1b}')
    };
    assert!(!colored(&[], false), "a pipe is no terminal");
    assert!(!colored(&["--color", "never"], false));
    assert!(!colored(&["--color", "auto"], true));
    assert!(colored(&["--color", "always"], false));
    assert!(!colored(&["--color", "always", "--json"], false), "JSON has no colors");
}

#[test]
fn the_language_comes_from_the_option_or_the_environment() {
    let server = Server::always(Response::text(403, "no"));
    let is_chinese = |args: &[&str], lang: &str| {
        let run =
            with(Mode::Plain, &["handshake", &server.url()]).args(args).env("LANG", lang).run().expect(1);
        run.all().contains(|c: char| ('\u{4e00}'..='\u{9fff}').contains(&c))
    };
    assert!(is_chinese(&[], "zh_CN.UTF-8"));
    assert!(!is_chinese(&[], "en_US.UTF-8"));
    assert!(!is_chinese(&[], "C"));
    assert!(is_chinese(&["--lang", "zh"], "en_US.UTF-8"));
    assert!(!is_chinese(&["--lang", "en"], "zh_CN.UTF-8"));
}
