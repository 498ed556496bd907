//! What becomes of answers.

use crate::support::{
    command::echostr,
    reference::{Mode, REPLY, Reference, reply},
    server::{Response, Server},
};

use crate::common::*;

#[test]
fn right_answers() {
    for body in ["success", ""] {
        for mode in Mode::ALL {
            let server = Server::always(Response::text(200, body));
            with(mode, &["send", &server.url(), "text", "hi"]).run().expect(0);
            server.only_request();
        }
    }
    let server = Server::always(Response::new(200, "Content-Type: text/xml\r\n", reply("hi")));
    with(Mode::Plain, &["send", &server.url(), "text", "hi"]).run().expect(0);
}

#[test]
fn wrong_answers() {
    for mode in Mode::ALL {
        for body in ["hello", "<html><body>Oops</body></html>", "<xml><Content>no end"] {
            let server = Server::always(Response::text(200, body));
            with(mode, &["send", &server.url(), "text", "hi"]).run().expect(1);
        }
    }
    // Where only encrypted replies are taken.
    for mode in [Mode::Safe, Mode::Wecom] {
        let server = Server::always(Response::text(200, reply("hi")));
        with(mode, &["send", &server.url(), "text", "hi"]).run().expect(1);
    }
}

#[test]
fn an_encrypted_reply_is_checked_and_shown_decrypted() {
    for mode in Mode::ENCRYPTED {
        let server = Reference::new(mode).start();
        with(mode, &["send", &server.url(), "text", "hello"]).run().expect(0).says(&[REPLY]);

        let right = Reference::new(mode);
        let server = Server::start(move |request| {
            let Response::Bytes(bytes) = right.answer(request) else { panic!("an answer") };
            let text = String::from_utf8(bytes).expect("UTF-8");
            let (before, rest) = text.split_once("<MsgSignature><![CDATA[").expect("a reply");
            let other = if rest.starts_with('0') { '1' } else { '0' };
            Response::Bytes(format!("{before}<MsgSignature><![CDATA[{other}{}", &rest[1..]).into())
        });
        with(mode, &["send", &server.url(), "text", "hello"]).run().expect(1);
    }
}

#[test]
fn a_wrong_token_is_a_wrong_answer() {
    let server = Reference::new(Mode::Plain).start();
    for args in [&["handshake"][..], &["send"]] {
        let tail: &[&str] = if args == ["send"] { &["text", "hi"] } else { &[] };
        echostr(args).arg(server.url()).args(tail).args(["--token", "another"]).run().expect(1);
    }
}
