//! What is refused because the two sides are not of one mode, platform or account is told so; and what a proxy refuses, too.

use echostr::ReceiveId;

use crate::{
    common::with,
    support::{
        APP_ID, KEY, TOKEN,
        command::{Run, echostr},
        reference::{Mode, Reference},
        server::{Response, Server},
    },
};

const MISMATCH: [(&str, &str); 2] = [("en", "mode mismatch"), ("zh", "模式不一致")];

/// Runs it in both languages; each must say all of `en` or `zh`.
#[track_caller]
fn says(args: &[&str], en: &[&str], zh: &[&str]) {
    for (lang, words) in [("en", en), ("zh", zh)] {
        echostr(args).args(["--lang", lang]).run().expect(1).says(words);
    }
}

fn secrets() -> [&'static str; 6] {
    ["--token", TOKEN, "--aes-key", KEY, "--appid", APP_ID]
}

#[track_caller]
fn is_not_told(run: &Run) {
    for (_, words) in MISMATCH {
        assert!(!run.all().contains(words), "{run:#?}");
    }
}

#[test]
fn a_plain_message_to_an_encrypted_server() {
    let server = Reference::new(Mode::Safe).start();
    let url = server.url();
    // Without the key there is the handshake to tell it by, with the key an encrypted message.
    let send = ["send", &url, "text", "hi", "--token", TOKEN];
    says(
        &send,
        &["mode mismatch", "EncodingAESKey", "明文模式"],
        &["模式不一致", "EncodingAESKey", "明文模式"],
    );
    let with_key = [&send[..4], &secrets(), &["--mode", "plain"]].concat();
    says(&with_key, &["mode mismatch", "--mode safe"], &["模式不一致", "--mode safe"]);
    says(&["check", &url, "--token", TOKEN], &["mode mismatch"], &["模式不一致"]);
    // The control: the token is another one.
    is_not_told(&echostr(["send", &url, "text", "hi", "--token", "another1"]).run().expect(1));
}

#[test]
fn an_encrypted_message_to_a_plain_server() {
    // A handler that wants fields which an encrypted message does not have.
    let right = Reference::new(Mode::Plain);
    let server = Server::start(move |request| match right.judged(request) {
        Some(_) if request.method == "POST" && !request.text().contains("<MsgType>") => {
            Response::text(400, "no MsgType")
        }
        answer => Response::text(if answer.is_some() { 200 } else { 403 }, answer.unwrap_or_default()),
    });
    let url = server.url();
    let send = [&["send", &url, "text", "hi"][..], &secrets()].concat();
    says(&send, &["mode mismatch", "--mode plain", "明文模式"], &["模式不一致", "--mode plain", "明文模式"]);
    let check = [&["check", &url][..], &secrets()].concat();
    says(&check, &["mode mismatch"], &["模式不一致"]);
    // One that replies in plain text.
    let right = Reference::new(Mode::Plain);
    let reply = crate::support::reference::reply("hi");
    let in_plain = reply.clone();
    let server = Server::start(move |request| match right.judged(request) {
        Some(_) if request.method == "POST" => Response::text(200, &in_plain),
        answer => Response::text(if answer.is_some() { 200 } else { 403 }, answer.unwrap_or_default()),
    });
    let url = server.url();
    let send = [&["send", &url, "text", "hi"][..], &secrets()].concat();
    says(&send, &["mode mismatch", "not encrypted"], &["模式不一致", "没有加密"]);
    // One that replies to plain texts, and answers `success` to what it cannot read.
    let right = Reference::new(Mode::Plain);
    let server = Server::start(move |request| match right.judged(request) {
        Some(_) if request.text().contains("<Content>") => Response::text(200, &reply),
        answer => Response::text(if answer.is_some() { 200 } else { 403 }, answer.unwrap_or_default()),
    });
    let url = server.url();
    let check = [&["check", &url][..], &secrets()].concat();
    says(&check, &["mode mismatch", "--mode plain"], &["模式不一致", "--mode plain"]);
    // Its handshake is that of the same platform.
    let handshake = [&["check", &url, "--only", "handshake"][..], &secrets()].concat();
    echostr(handshake).run().expect(0);
    // One that answers `success` to whatever comes under a right `signature`: `check` finds it out.
    let server = Reference::new(Mode::Plain).start();
    for (lang, words) in MISMATCH {
        let url = server.url();
        let check = [&["check", &url][..], &secrets(), &["--lang", lang]].concat();
        echostr(check).run().expect(5).says(&[words]);
    }
}

#[test]
fn handshakes_of_the_other_platform() {
    let server = Reference::new(Mode::Plain).start();
    let url = server.url();
    let wecom = [&["handshake", &url, "--mode", "wecom"][..], &secrets()].concat();
    says(&wecom, &["mode mismatch", "WeCom"], &["模式不一致", "企业微信"]);
    let server = Reference::new(Mode::Wecom).start();
    for mode in ["plain", "safe"] {
        let url = server.url();
        let plain = [&["handshake", &url, "--mode", mode][..], &secrets()].concat();
        says(&plain, &["mode mismatch", "--mode wecom"], &["模式不一致", "--mode wecom"]);
    }
}

#[test]
fn a_handshake_of_wecom_that_is_refused_names_key_and_id() {
    let foreign = Mode::Wecom.verifier(ReceiveId::new("ww_another").expect("an id"));
    let server = Reference::new(Mode::Wecom).verifier(foreign).start();
    let url = server.url();
    let handshake = [&["handshake", &url, "--mode", "wecom"][..], &secrets()].concat();
    says(&handshake, &["EncodingAESKey", "CorpID", "token"], &["EncodingAESKey", "CorpID", "Token"]);
    // In the words of the official samples.
    for (code, en, zh) in
        [(40005, "CorpID", "CorpID"), (40007, "EncodingAESKey", "EncodingAESKey"), (40001, "token", "Token")]
    {
        let server = Server::always(Response::text(200, format!("ERR: VerifyURL ret: -{code}")));
        let url = server.url();
        let handshake = [&["handshake", &url, "--mode", "wecom"][..], &secrets()].concat();
        let code = format!("-{code}");
        says(&handshake, &[&code, en], &[&code, zh]);
    }
}

#[test]
fn the_page_of_a_proxy_does_not_refuse_the_signature() {
    let page = "<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n<center><h1>403 Forbidden</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
    let server = Server::always(Response::new(403, "Content-Type: text/html\r\n", page));
    let url = server.url();
    for args in [&["handshake", &url][..], &["send", &url, "text", "hi"]] {
        let args = [args, &["--token", TOKEN]].concat();
        says(&args, &["403", "proxy", "403 Forbidden"], &["403", "代理"]);
        let run = echostr(&args).run().expect(1);
        assert!(
            !run.all().contains("refuses the signature") && !run.all().contains("refuses the message"),
            "{run:#?}"
        );
    }
    // The control: words, and the page that a framework writes when a handler refuses.
    let flask = "<!doctype html>\n<html lang=en>\n<title>403 Forbidden</title>\n<h1>Forbidden</h1>\n<p>You don&#39;t have the permission to access the requested resource. It is either read-protected or not readable by the server.</p>\n";
    for body in ["forbidden", flask] {
        let server = Server::always(Response::new(403, "Content-Type: text/html\r\n", body));
        let run = with(Mode::Plain, &["handshake", &server.url()]).run().expect(1);
        assert!(run.all().contains("refuses the signature"), "{run:#?}");
    }
}
