//! `listen` and `replay`.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use crate::support::{
    KEY, TOKEN,
    command::{Background, Folder, echostr},
    reference::{Mode, Reference},
    server::{Request, Response, Server},
};
use serde_json::Value;

use crate::common::*;

fn listen(mode: Mode, save: &Path) -> (Background, String) {
    let listening = with(mode, &["listen", "--addr", "127.0.0.1:0", "--save"]).arg(save).spawn();
    let url = format!("{}/wx", listening.url());
    (listening, url)
}

/// What the record holds once it has that many lines.
fn recorded(path: &Path, count: usize) -> Vec<Value> {
    for _ in 0..2000 {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        if text.lines().count() == count && text.ends_with('\n') {
            return text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        }
        thread::sleep(Duration::from_millis(5));
    }
    panic!("{:?} does not get {count} lines", std::fs::read_to_string(path));
}

const FIXED: [&str; 6] =
    ["--at", "1540176606", "--nonce", "1854606751", "--openid", "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"];

/// All of a request but the port that it went to.
fn without_host(request: &Request) -> String {
    let raw = String::from_utf8(request.raw.clone()).expect("UTF-8");
    let lines = raw.split("\r\n").filter(|line| !line.to_ascii_lowercase().starts_with("host:"));
    lines.collect::<Vec<_>>().join("\r\n")
}

#[test]
fn listen_answers_shows_and_records() {
    let folder = Folder::new();
    for mode in Mode::ALL {
        let save = folder.path().join(mode.name());
        let (listening, url) = listen(mode, &save);
        with(mode, &["handshake", &url]).run().expect(0);
        with(mode, &["send", &url, "text", "你好"]).args(FIXED).run().expect(0);
        let record = recorded(&save, 2);
        let said = listening.wait_for("the message", |said| said.contains("你好"));
        for name in ["timestamp", "nonce", "1854606751", "1540176606", "Mozilla/4.0", "text/xml"] {
            assert!(said.to_lowercase().contains(&name.to_lowercase()), "{name} is not shown: {said}");
        }
        if mode != Mode::Wecom {
            assert!(said.contains("o6_bmjrPTlm6_2sgVt7hMZOPfL2M"), "{said}");
        }
        let record = format!("{record:?}");
        for secret in [TOKEN, KEY] {
            assert!(!said.contains(secret) && !record.contains(secret), "{said} {record}");
        }
    }
}

#[test]
fn listen_refuses_what_is_forged() {
    let folder = Folder::new();
    let save = folder.path().join("record");
    let (listening, url) = listen(Mode::Plain, &save);
    echostr(["handshake", &url, "--token", "another"]).run().expect(1);
    echostr(["send", &url, "text", "forged", "--token", "another"]).run().expect(1);
    // They are what one wants to see.
    listening.wait_for("the forged message", |said| said.contains("forged"));
}

#[test]
fn listen_survives_what_is_no_request() {
    let folder = Folder::new();
    let save = folder.path().join("record");
    let (listening, url) = listen(Mode::Plain, &save);
    let addr = url.trim_start_matches("http://").trim_end_matches("/wx").to_owned();
    let connect = || TcpStream::connect(&addr).expect("it listens");
    // One that says nothing must not hold up the others.
    let _silent = connect();
    for garbage in [
        &b"\x16\x03\x01\x02\x00\x01\x00"[..],
        b"GET\r\n\r\n",
        b"POST /wx HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"POST /wx HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"GET /wx?nonce=%ff&\xff HTTP/1.1\r\nX: \xff\x1b[31m\r\n\r\n",
    ] {
        let mut stream = connect();
        stream.write_all(garbage).expect("it listens");
        stream.shutdown(std::net::Shutdown::Write).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket");
        drop(stream.read_to_end(&mut vec![]));
    }
    with(Mode::Plain, &["handshake", &url]).run().expect(0);
    let said = listening.wait_for("the handshake", |said| said.contains("Mozilla/4.0"));
    assert!(!said.contains('\u{1b}'), "what others send moves the cursor: {said:?}");
}

/// Sends these bytes as they are, and gives the answer.
fn post(url: &str, query: &str, headers: &str, body: &[u8]) -> String {
    let addr = url.trim_start_matches("http://").trim_end_matches("/wx");
    let mut stream = TcpStream::connect(addr).expect("it listens");
    let head = format!(
        "POST /wx?{query} HTTP/1.1\r\nHost: {addr}\r\n{headers}Content-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body].concat()).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket");
    let mut answer = vec![];
    stream.read_to_end(&mut answer).expect("an answer");
    String::from_utf8(answer).expect("UTF-8")
}

#[test]
fn listen_masks_secrets() {
    let folder = Folder::new();
    let save = folder.path().join("record");
    let (listening, url) = listen(Mode::Plain, &save);
    let signed = stdout(with(Mode::Plain, &["sign"]).args(FIXED));
    let signature = &signed["signature=".len()..][..40];
    let headers =
        format!("Authorization: Basic c2VjcmV0\r\nCookie: session=c2VjcmV0\r\nX-Url: /wx?{signed}\r\n");
    let answer =
        post(&url, &format!("{signed}&t={TOKEN}"), &headers, format!("<xml>{TOKEN}</xml>").as_bytes());
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let record = format!("{:?}", recorded(&save, 1));
    let said = listening.wait_for("the message", |said| said.contains("<xml>"));
    for secret in [TOKEN, "c2VjcmV0", signature] {
        assert!(!said.contains(secret), "{secret} is shown: {said}");
        assert!(!record.contains(secret), "{secret} is recorded: {record}");
    }
    // Enough of it to find it again.
    assert!(said.contains(&signature[..8]), "{said}");
}

#[test]
fn what_listen_shows_moves_no_cursor() {
    let folder = Folder::new();
    let save = folder.path().join("record");
    let (listening, url) = listen(Mode::Plain, &save);
    post(
        &url,
        "x=%1b%5b31m&y=%0d%9b",
        "X-Evil: \u{9b}31m\r\n",
        "<xml>\u{1b}[2J\u{1b}]0;x\u{7}</xml>".as_bytes(),
    );
    let said = listening.wait_for("the message", |said| said.contains("</xml>"));
    assert!(!said.contains(|c: char| c.is_control() && c != '\n' && c != '\t'), "{said:?}");
    // The record has the body as it was.
    let record = recorded(&save, 1);
    assert_eq!(record[0]["body"], "<xml>\u{1b}[2J\u{1b}]0;x\u{7}</xml>");
}

#[test]
fn listen_without_a_token_verifies_nothing_and_says_so() {
    let folder = Folder::new();
    let save = folder.path().join("record");
    let listening = echostr(["listen", "--addr", "127.0.0.1:0", "--save"]).arg(&save).spawn();
    let url = format!("{}/wx", listening.url());
    listening.wait_for("a warning", |said| said.contains("nothing is verified"));
    echostr(["handshake", &url, "--token", "whatever"]).run().expect(0);
    echostr(["send", &url, "text", "hi", "--token", "whatever"]).run().expect(0);
    recorded(&save, 2);
}

#[test]
fn listen_count_ends_by_itself() {
    let folder = Folder::new();
    let save = folder.path().join("record");
    let cli = with(Mode::Plain, &["listen", "--addr", "127.0.0.1:0", "--count", "2", "--json", "--save"]);
    let mut listening = cli.arg(&save).spawn();
    let url = format!("{}/wx", listening.url());
    for _ in 0..2 {
        with(Mode::Plain, &["send", &url, "text", "hi"]).run().expect(0);
    }
    assert_eq!(listening.ended(), Some(0), "{}", listening.said());
    for line in listening.said().lines() {
        serde_json::from_str::<Value>(line).expect("JSON");
    }
    assert_eq!(recorded(&save, 2).len(), 2);
}

#[test]
fn listen_that_cannot_is_one_clear_line() {
    let taken = Server::always(Response::text(200, ""));
    let addr = taken.url().trim_start_matches("http://").trim_end_matches("/wx").to_owned();
    let run = with(Mode::Plain, &["listen", "--addr", &addr]).run().one_line_error();
    assert!([2, 3].contains(&run.code), "{run:#?}");
    run.says(&["--addr"]);
    with(Mode::Plain, &["listen", "--addr", "nowhere"]).run().expect(2);
    let folder = Folder::new();
    let path = folder.path().join("missing").join("record");
    with(Mode::Plain, &["listen", "--addr", "127.0.0.1:0", "--save"])
        .arg(path)
        .run()
        .expect(2)
        .one_line_error();
}

#[test]
fn replay_sends_the_identical_requests() {
    let folder = Folder::new();
    for mode in Mode::ALL {
        let save = folder.path().join(mode.name());
        let (_listening, url) = listen(mode, &save);
        let original = |url: &str| {
            with(mode, &["handshake", url]).args(FIXED).run().expect(0);
            with(mode, &["send", url, "text", "你好 ]]> \u{1f600}"]).args(FIXED).run().expect(0);
            with(mode, &["event", url, "subscribe"]).args(FIXED).run().expect(0);
        };
        original(&url);
        recorded(&save, 3);
        let server = Reference::new(mode).start();
        with(mode, &["replay"]).arg(&save).arg(server.url()).run().expect(0);
        let replayed: Vec<_> = server.requests().iter().map(without_host).collect();
        assert_eq!(replayed.len(), 3);
        if mode == Mode::Plain {
            // Nothing in them is random, so the same can be sent directly.
            let direct = Reference::new(mode).start();
            original(&direct.url());
            assert_eq!(replayed, direct.requests().iter().map(without_host).collect::<Vec<_>>());
        }
        // A second time gives the same bytes in every mode.
        let again = Reference::new(mode).start();
        with(mode, &["replay"]).arg(&save).arg(again.url()).run().expect(0);
        assert_eq!(again.requests().iter().map(without_host).collect::<Vec<_>>(), replayed);
    }
}

#[test]
fn replay_resign_signs_anew() {
    let folder = Folder::new();
    for mode in Mode::ALL {
        let save = folder.path().join(mode.name());
        let (_listening, url) = listen(mode, &save);
        with(mode, &["send", &url, "text", "你好"]).args(FIXED).run().expect(0);
        recorded(&save, 1);
        // It is eight years old, so this one takes it with a new signature only.
        let guarded = Reference::new(mode).guarded().start();
        with(mode, &["replay"]).arg(&save).arg(guarded.url()).run().expect(1);
        let guarded = Reference::new(mode).guarded().start();
        with(mode, &["replay", "--resign"]).arg(&save).arg(guarded.url()).run().expect(0);
        let request = guarded.only_request();
        let timestamp = request.parameter("timestamp").expect("it is signed");
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_secs();
        assert!(timestamp.parse::<u64>().expect("seconds").abs_diff(now) < 120, "{timestamp}");
        let nonce = request.parameter("nonce").expect("it is signed");
        assert!(is_digits(nonce) && nonce != "1854606751", "{nonce}");
        if mode != Mode::Wecom {
            assert_eq!(request.parameter("openid"), Some("o6_bmjrPTlm6_2sgVt7hMZOPfL2M"));
        }
    }
}

#[test]
fn a_broken_record_is_one_clear_line_and_nothing_is_sent() {
    let folder = Folder::new();
    let save = folder.path().join("record");
    let (_listening, url) = listen(Mode::Plain, &save);
    with(Mode::Plain, &["send", &url, "text", "hi"]).run().expect(0);
    recorded(&save, 1);
    let good = std::fs::read_to_string(&save).expect("it was written");
    let server = Reference::new(Mode::Plain).start();
    for (name, broken) in [
        ("cut", format!("{good}{}", &good[..good.len() / 2])),
        ("other", format!("{good}{{\"a\":1}}\n")),
        ("text", "hello\n".to_owned()),
        ("list", "[1]\n".to_owned()),
    ] {
        let path = folder.file(name, broken);
        let run = with(Mode::Plain, &["replay"]).arg(&path).arg(server.url()).run();
        assert_eq!(run.code, 2, "{name}: {run:#?}");
        run.one_line_error();
    }
    with(Mode::Plain, &["replay"])
        .arg(folder.path().join("missing"))
        .arg(server.url())
        .run()
        .expect(2)
        .one_line_error();
    assert_eq!(server.requests().len(), 0);
}
