//! What `handshake`, `send` and `event` put on the wire, how they send again, and what they keep to themselves.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a helper that fails must fail the test"
)]

#[expect(dead_code, reason = "each test takes the part it needs")]
mod support;

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use echostr::{
    ReceiveId,
    adapter::{Decision, Opened},
};
use sha1_smol::Sha1;
use support::{
    APP_ID, KEY, TOKEN,
    command::{Cli, Folder, echostr},
    reference::{Mode, REPLY, Reference, reply},
    server::{ClosedPort, Request, Response, Server},
    xml,
};

/// The sentence on the user's phone, from its beginning.
const FAULT: &str = "该公众号";

/// `sha1` of the sorted parts, by another crate than the command's.
fn sign(parts: &[&str]) -> String {
    let mut parts = parts.to_vec();
    parts.sort_unstable();
    Sha1::from(parts.concat()).hexdigest()
}

/// The options stand behind the name of the command.
fn with(mode: Mode, args: &[&str]) -> Cli {
    echostr(&args[..1]).args(mode.options()).args(&args[1..])
}

/// The one request that these arguments send to a right server; `URL` stands for its address.
fn sent(mode: Mode, args: &[&str]) -> Request {
    let server = Reference::new(mode).start();
    let url = server.url();
    let args: Vec<_> = args.iter().map(|arg| if *arg == "URL" { &*url } else { *arg }).collect();
    with(mode, &args).run().expect(0);
    server.only_request()
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_secs()
}

/// What the server reads in an encrypted request.
fn opened(mode: Mode, request: &Request) -> Opened {
    let verifier = mode.verifier(ReceiveId::new(APP_ID).expect("an id"));
    let Ok(Decision::Envelope(mut envelope)) = verifier.verify("POST", request.query()) else {
        panic!("not a genuine request: {request:?}")
    };
    envelope.push(request.body.clone().into()).expect("a short body");
    envelope.open().expect("a genuine body")
}

/// The fields of the message, decrypted where it must be.
fn message(mode: Mode, request: &Request) -> BTreeMap<String, String> {
    if mode.is_encrypted() {
        let document = opened(mode, request).document;
        return xml::fields(str::from_utf8(&document).expect("UTF-8"));
    }
    xml::fields(request.text())
}

// The shape of requests

#[test]
fn parameters_of_a_handshake_come_in_the_order_of_the_platform() {
    for mode in Mode::ALL {
        let request = sent(mode, &["handshake", "URL"]);
        let expected = match mode {
            Mode::Wecom => ["msg_signature", "timestamp", "nonce", "echostr"],
            _ => ["signature", "echostr", "timestamp", "nonce"],
        };
        assert_eq!(request.keys(), expected, "{mode:?}");
    }
}

#[test]
fn parameters_of_a_message_come_in_the_order_of_the_platform() {
    for mode in Mode::ALL {
        let expected: &[&str] = match mode {
            Mode::Plain => &["signature", "timestamp", "nonce", "openid"],
            Mode::Safe | Mode::Compat => {
                &["signature", "timestamp", "nonce", "openid", "encrypt_type", "msg_signature"]
            }
            Mode::Wecom => &["msg_signature", "timestamp", "nonce"],
        };
        for args in [&["send", "URL", "text", "你好"][..], &["event", "URL", "subscribe"]] {
            let request = sent(mode, args);
            assert_eq!(request.keys(), expected, "{mode:?} {args:?}");
            if matches!(mode, Mode::Safe | Mode::Compat) {
                assert_eq!(request.parameter("encrypt_type"), Some("aes"));
            }
        }
    }
}

#[test]
fn the_path_and_query_of_the_user_stay_in_front() {
    let server = Reference::new(Mode::Plain).start();
    let url = server.url().replace("/wx", "/api.php?id=743&x=%E4%BD%A0");
    with(Mode::Plain, &["handshake", &url]).run().expect(0);
    with(Mode::Plain, &["send", &url, "text", "hi"]).run().expect(0);
    for request in server.requests() {
        assert!(request.target.starts_with("/api.php?id=743&x=%E4%BD%A0&signature="), "{}", request.target);
    }
}

#[test]
fn a_url_without_a_path_asks_for_the_root() {
    let server = Reference::new(Mode::Plain).start();
    with(Mode::Plain, &["handshake", server.url().trim_end_matches("/wx")]).run().expect(0);
    assert_eq!(server.only_request().path(), "/");
}

#[test]
fn headers_are_those_of_the_platform() {
    for mode in Mode::ALL {
        let handshake = sent(mode, &["handshake", "URL"]);
        let message = sent(mode, &["send", "URL", "text", "你好"]);
        for request in [&handshake, &message] {
            assert_eq!(request.header("user-agent"), ["Mozilla/4.0"]);
            assert_eq!(request.header("accept"), ["*/*"]);
            assert_eq!(request.header("pragma"), ["no-cache"]);
            assert_eq!(request.header("host").len(), 1);
            assert_eq!(request.header("accept-encoding"), [""; 0]);
            assert_eq!(request.header("expect"), [""; 0]);
            assert_eq!(request.version, "HTTP/1.1");
        }
        assert_eq!((&*handshake.method, &*message.method), ("GET", "POST"));
        assert_eq!(handshake.header("content-type"), [""; 0]);
        assert_eq!(handshake.body, b"");
        assert_eq!(message.header("content-type"), ["text/xml"]);
        assert_eq!(message.header("content-length"), [message.body.len().to_string()]);
        assert_eq!(message.header("transfer-encoding"), [""; 0]);
    }
}

#[test]
fn values_have_the_shape_of_the_platform() {
    for mode in [Mode::Plain, Mode::Safe, Mode::Compat] {
        for _ in 0..5 {
            let handshake = sent(mode, &["handshake", "URL"]);
            let echostr = handshake.parameter("echostr").expect("in the order");
            assert!((18..=19).contains(&echostr.len()) && is_digits(echostr), "echostr {echostr}");
            assert!(!echostr.starts_with('0'), "echostr {echostr}");
        }
        let message = sent(mode, &["send", "URL", "text", "hi"]);
        let openid = message.parameter("openid").expect("in the order");
        assert!(openid.len() == 28 && openid.starts_with('o'), "openid {openid}");
        let nonce = message.parameter("nonce").expect("in the order");
        assert!(
            (8..=10).contains(&nonce.len()) && nonce.parse::<u32>().is_ok_and(|n| n < 1 << 31),
            "nonce {nonce}"
        );
    }
    for mode in Mode::ALL {
        let message = sent(mode, &["send", "URL", "text", "hi"]);
        let timestamp: u64 = message.parameter("timestamp").expect("in the order").parse().expect("seconds");
        assert!(timestamp.abs_diff(now()) < 120, "timestamp {timestamp}");
        assert!(is_digits(message.parameter("nonce").expect("in the order")));
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[test]
fn the_echostr_of_wecom_is_encrypted() {
    let request = sent(Mode::Wecom, &["handshake", "URL"]);
    let echostr = request.parameter("echostr").expect("in the order");
    assert!(!echostr.contains(['+', '/', '=']), "not percent-encoded: {echostr}");
    let decoded = echostr.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
    assert_eq!((decoded.len(), decoded.contains('%')), (88, false), "{echostr}");
    let [timestamp, nonce] =
        ["timestamp", "nonce"].map(|name| request.parameter(name).expect("in the order"));
    assert_eq!(request.parameter("msg_signature"), Some(&*sign(&[TOKEN, timestamp, nonce, &decoded])));
    let verifier = Mode::Wecom.verifier(ReceiveId::new(APP_ID).expect("an id"));
    let Ok(Decision::Handshake(echo)) = verifier.verify("GET", request.query()) else {
        panic!("a handshake")
    };
    assert!((18..=19).contains(&echo.len()) && is_digits(&echo), "{echo}");
}

#[test]
fn signatures_are_right() {
    for mode in [Mode::Plain, Mode::Safe, Mode::Compat] {
        for args in [
            &["handshake", "URL"][..],
            &["send", "URL", "text", "你好"],
            &["event", "URL", "click", "--key", "K"],
        ] {
            let request = sent(mode, args);
            let [timestamp, nonce] =
                ["timestamp", "nonce"].map(|name| request.parameter(name).expect("in the order"));
            assert_eq!(request.parameter("signature"), Some(&*sign(&[TOKEN, timestamp, nonce])), "{mode:?}");
        }
    }
    for mode in Mode::ENCRYPTED {
        let request = sent(mode, &["send", "URL", "text", "你好"]);
        let [timestamp, nonce] =
            ["timestamp", "nonce"].map(|name| request.parameter(name).expect("in the order"));
        let encrypt = &xml::fields(request.text())["Encrypt"];
        assert_eq!(
            request.parameter("msg_signature"),
            Some(&*sign(&[TOKEN, timestamp, nonce, encrypt])),
            "{mode:?}"
        );
    }
}

#[test]
fn encrypted_bodies_have_the_shape_of_the_platform() {
    let names = |mode| {
        let request = sent(mode, &["send", "URL", "text", "你好"]);
        assert_eq!(message(mode, &request)["Content"], "你好", "{mode:?}");
        assert_eq!(opened(mode, &request).callback.receive_id(), Some(APP_ID), "{mode:?}");
        (xml::fields(request.text()), request)
    };
    let (safe, request) = names(Mode::Safe);
    assert_eq!(safe.keys().collect::<Vec<_>>(), ["Encrypt", "ToUserName"]);
    let expected = format!(
        "<xml>\n    <ToUserName><![CDATA[{}]]></ToUserName>\n    <Encrypt><![CDATA[{}]]></Encrypt>\n</xml>\n",
        safe["ToUserName"], safe["Encrypt"]
    );
    assert_eq!(request.text(), expected);

    let (compat, request) = names(Mode::Compat);
    let plain = message(Mode::Compat, &request);
    for (name, text) in &plain {
        assert_eq!(compat.get(name), Some(text), "the plain copy of {name}");
    }
    assert_eq!(compat.len(), plain.len() + 1);

    let (wecom, _) = names(Mode::Wecom);
    assert!(wecom.keys().all(|name| ["AgentID", "Encrypt", "ToUserName"].contains(&&**name)), "{wecom:?}");
}

// Messages and events

/// Every kind, what must follow it on the command line, and fields that it must have.
const MESSAGES: [(&str, &[&str]); 7] = [
    ("text", &["Content"]),
    ("image", &["PicUrl", "MediaId"]),
    ("voice", &["MediaId", "Format"]),
    ("video", &["MediaId", "ThumbMediaId"]),
    ("shortvideo", &["MediaId", "ThumbMediaId"]),
    ("location", &["Location_X", "Location_Y", "Scale", "Label"]),
    ("link", &["Title", "Description", "Url"]),
];

const EVENTS: [(&str, &str, &[&str]); 6] = [
    ("subscribe", "subscribe", &[]),
    ("unsubscribe", "unsubscribe", &[]),
    ("scan", "SCAN", &["EventKey", "Ticket"]),
    ("location", "LOCATION", &["Latitude", "Longitude", "Precision"]),
    ("click", "CLICK", &["EventKey"]),
    ("view", "VIEW", &["EventKey"]),
];

#[test]
fn every_kind_of_message_is_well_formed() {
    for mode in Mode::ALL {
        for (kind, fields) in MESSAGES {
            let args: &[&str] =
                if kind == "text" { &["send", "URL", kind, "你好"] } else { &["send", "URL", kind] };
            let request = sent(mode, args);
            let message = message(mode, &request);
            assert_eq!(message["MsgType"], kind, "{mode:?}");
            has(&message, fields);
            has(&message, &["ToUserName", "FromUserName", "CreateTime", "MsgId"]);
            assert!(is_digits(&message["MsgId"]), "{message:?}");
            is_from_the_request(mode, &request, &message);
        }
    }
}

#[test]
fn every_kind_of_event_is_well_formed() {
    for mode in Mode::ALL {
        for (kind, event, fields) in EVENTS {
            let request = sent(mode, &["event", "URL", kind]);
            let message = message(mode, &request);
            assert_eq!(message["MsgType"], "event", "{mode:?}");
            match (mode, kind) {
                // WeCom's documents write the menu's events in lower case, and know no `SCAN`.
                (Mode::Wecom, "click" | "view") => assert_eq!(message["Event"], kind),
                (Mode::Wecom, "scan") => {}
                _ => assert_eq!(message["Event"], event, "{mode:?}"),
            }
            has(&message, fields);
            has(&message, &["ToUserName", "FromUserName", "CreateTime"]);
            assert!(!message.contains_key("MsgId"), "events have no MsgId: {message:?}");
            is_from_the_request(mode, &request, &message);
        }
    }
}

fn has(message: &BTreeMap<String, String>, fields: &[&str]) {
    for field in fields {
        assert!(message.get(*field).is_some_and(|text| !text.is_empty()), "no {field}: {message:?}");
    }
}

fn is_from_the_request(mode: Mode, request: &Request, message: &BTreeMap<String, String>) {
    if mode != Mode::Wecom {
        assert_eq!(Some(&*message["FromUserName"]), request.parameter("openid"), "{message:?}");
    }
    let created: u64 = message["CreateTime"].parse().expect("seconds");
    let sent: u64 = request.parameter("timestamp").expect("in the order").parse().expect("seconds");
    assert!(created.abs_diff(sent) < 60, "{message:?}");
}

#[test]
fn text_arrives_whatever_is_in_it() {
    for text in ["你好", "a < b & c > d \"'", "]]>", "<![CDATA[x]]>", "&amp;", "😀", "--token"] {
        for mode in [Mode::Plain, Mode::Safe] {
            let server = Reference::new(mode).start();
            with(mode, &["send", &server.url(), "text", "--", text]).run().expect(0);
            let requests = server.requests();
            assert_eq!(message(mode, &requests[0])["Content"], text);
        }
    }
}

#[test]
fn key_and_ticket_stand_in_the_event() {
    let request = sent(Mode::Plain, &["event", "URL", "scan", "--key", "a&b<7>", "--ticket", "T/+=x"]);
    let event = message(Mode::Plain, &request);
    assert_eq!((&*event["EventKey"], &*event["Ticket"]), ("a&b<7>", "T/+=x"));
    let request = sent(Mode::Plain, &["event", "URL", "click", "--key", "MENU_1"]);
    assert_eq!(message(Mode::Plain, &request)["EventKey"], "MENU_1");
    let request = sent(Mode::Plain, &["event", "URL", "view", "--key", "https://example.com/?a=1&b=2"]);
    assert_eq!(message(Mode::Plain, &request)["EventKey"], "https://example.com/?a=1&b=2");
    let request = sent(Mode::Plain, &["event", "URL", "subscribe", "--key", "qrscene_7", "--ticket", "T"]);
    let event = message(Mode::Plain, &request);
    assert_eq!((&*event["EventKey"], &*event["Ticket"]), ("qrscene_7", "T"));
}

const FILE: &str = "<xml>\n  <ToUserName><![CDATA[gh_1]]></ToUserName>\n<FromUserName>o_1</FromUserName>\
                    <CreateTime>1540176606</CreateTime><MsgType>text</MsgType><Content>从文件</Content></xml>\n";

#[test]
fn a_file_is_sent_as_it_is() {
    let folder = Folder::new();
    let path = folder.file("msg.xml", FILE);
    let path = path.to_str().expect("UTF-8");
    let request = sent(Mode::Plain, &["send", "URL", "--file", path]);
    assert_eq!(request.text(), FILE);
    for mode in Mode::ENCRYPTED {
        let request = sent(mode, &["send", "URL", "--file", path]);
        assert_eq!(opened(mode, &request).document, FILE, "{mode:?}");
    }
}

#[test]
fn standard_input_is_sent_as_it_is() {
    for mode in [Mode::Plain, Mode::Safe] {
        let server = Reference::new(mode).start();
        with(mode, &["send", &server.url()]).stdin(FILE).run().expect(0);
        let request = server.only_request();
        if mode.is_encrypted() {
            assert_eq!(opened(mode, &request).document, FILE);
        } else {
            assert_eq!(request.text(), FILE);
        }
    }
}

#[test]
fn a_broken_file_sends_nothing() {
    let folder = Folder::new();
    let server = Reference::new(Mode::Plain).start();
    let url = server.url();
    let missing = folder.path().join("missing.xml");
    let empty = folder.file("empty.xml", "");
    for path in [&missing, &empty] {
        with(Mode::Plain, &["send", &url, "--file"]).arg(path).run().expect(2).one_line_error();
    }
    with(Mode::Plain, &["send", &url]).stdin("").run().expect(2).one_line_error();
    // What is not text cannot be encrypted.
    let binary = folder.file("binary.xml", b"<xml>\xff\xfe</xml>");
    with(Mode::Safe, &["send", &url, "--file"]).arg(binary).run().expect(2).one_line_error();
    with(Mode::Plain, &["send", &url, "--file"]).arg(folder.path()).run().expect(2).one_line_error();
    assert_eq!(server.requests().len(), 0);
}

// The same again

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

// Sending again

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

// Answers

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

// Exit codes, and what is never sent

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

// Secrets

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

// Outputs

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
