//! What needs no server of the user's: sign, verify, encrypt, decrypt, listen, replay, completions, and the README.
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
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::Command,
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use echostr::{ReceiveId, adapter::Decision};
use serde_json::Value;
use support::{
    APP_ID, KEY, TOKEN,
    command::{Background, Cli, Folder, echostr},
    reference::{Mode, Reference},
    server::{Request, Response, Server},
    xml,
};

const PLAIN: &str = include_str!("../../echostr/tests/vectors/plain.json");
const ENCRYPTED: &str = include_str!("../../echostr/tests/vectors/encrypted.json");
const NEGATIVE: &str = include_str!("../../echostr/tests/vectors/negative.json");

fn vectors(file: &str) -> Vec<Value> {
    serde_json::from_str(file).expect("a list")
}

/// A field of a vector; `None` where it does not apply.
fn text<'v>(vector: &'v Value, name: &str) -> Option<&'v str> {
    vector[name].as_str()
}

/// The options stand behind the name of the command.
fn with(mode: Mode, args: &[&str]) -> Cli {
    echostr(&args[..1]).args(mode.options()).args(&args[1..])
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Standard output without its last line end.
fn stdout(cli: Cli) -> String {
    let run = cli.run().expect(0);
    run.stdout.strip_suffix('\n').unwrap_or(&run.stdout).to_owned()
}

// sign

#[test]
fn sign_gives_the_known_answers() {
    let mut count = 0;
    for vector in vectors(PLAIN) {
        let field = |name| text(&vector, name).expect("every plain vector has it");
        let (token, at, nonce) = (field("token"), field("timestamp"), field("nonce"));
        let query = stdout(echostr(["sign", "--token", token, "--at", at, "--nonce", nonce]));
        let signed = format!("signature={}&timestamp={at}&nonce={nonce}", field("signature"));
        assert!(query.starts_with(&signed), "{query} does not begin with {signed}");
        if let Some(echo) = text(&vector, "echostr") {
            let cli = echostr(["sign", "--handshake", "--echostr", echo]);
            let query = stdout(cli.args(["--token", token, "--at", at, "--nonce", nonce]));
            let signature = field("signature");
            assert_eq!(query, format!("signature={signature}&echostr={echo}&timestamp={at}&nonce={nonce}"));
        }
        count += 1;
    }
    assert!(count > 10, "{count} vectors");
}

#[test]
fn what_sign_prints_verifies() {
    for mode in Mode::ALL {
        let query = stdout(with(mode, &["sign", "--handshake", "--echostr", "3892692869596528638"]));
        let verifier = mode.verifier(ReceiveId::new(APP_ID).expect("an id"));
        let Ok(Decision::Handshake(echo)) = verifier.verify("GET", &query) else {
            panic!("{mode:?} {query}")
        };
        assert_eq!(echo, "3892692869596528638");
    }
    let query = stdout(with(Mode::Plain, &["sign"]));
    let verifier = Mode::Plain.verifier(ReceiveId::any());
    assert!(matches!(verifier.verify("POST", &query), Ok(Decision::Callback(_))), "{query}");
    let folder = Folder::new();
    for mode in Mode::ENCRYPTED {
        let signed = stdout(with(mode, &["sign", "--text", "你好 7531"]));
        let (query, body) = signed.split_once('\n').expect("a query and a body");
        let body = folder.file(mode.name(), body);
        with(mode, &["verify", query, "--file"]).arg(body).run().expect(0).says(&["你好 7531"]);
    }
}

/// The words of a shell line whose program is `curl`, as the shell passes them on.
fn curl_words(line: &str) -> Vec<String> {
    let script = format!("curl() {{ printf '%s\\0' \"$@\"; }}\n{line}\n");
    let shell = Command::new("sh").arg("-c").arg(script).output().expect("a shell");
    assert!(shell.status.success() && shell.stderr.is_empty(), "{line}: {shell:?}");
    let words = String::from_utf8(shell.stdout).expect("UTF-8");
    assert!(words.ends_with('\0'), "not one curl line: {line}");
    words.split_terminator('\0').map(str::to_owned).collect()
}

#[test]
fn sign_curl_prints_a_line_that_a_shell_takes() {
    let url = "http://127.0.0.1:3000/wx?id=7";
    let content = "it's $(id) `id` \\ \"你好\" !";
    for mode in Mode::ALL {
        let words = curl_words(&stdout(with(mode, &["sign", "--curl", url, "--text", content])));
        let target = words.iter().find(|word| word.starts_with(url)).expect("the URL");
        let query = target.split_once('?').expect("a query").1;
        let body = after(&words, &["-d", "--data", "--data-raw", "--data-binary"]).expect("a body");
        assert!(words.iter().any(|word| word.eq_ignore_ascii_case("content-type: text/xml")), "{words:?}");
        let verifier = mode.verifier(ReceiveId::new(APP_ID).expect("an id"));
        let message = match verifier.verify("POST", query).expect("a genuine request") {
            Decision::Envelope(mut envelope) => {
                envelope.push(body.to_owned().into()).expect("a short body");
                String::from_utf8(envelope.open().expect("a genuine body").document.to_vec()).expect("UTF-8")
            }
            _ => body.to_owned(),
        };
        assert_eq!(xml::fields(&message)["Content"], content, "{mode:?}");

        let words = curl_words(&stdout(with(mode, &["sign", "--curl", "--handshake", url])));
        let target = words.iter().find(|word| word.starts_with(url)).expect("the URL");
        let query = target.split_once('?').expect("a query").1;
        assert!(matches!(verifier.verify("GET", query), Ok(Decision::Handshake(_))), "{words:?}");
        assert_eq!(after(&words, &["-d", "--data", "--data-raw", "--data-binary"]), None);
    }
}

fn after<'w>(words: &'w [String], names: &[&str]) -> Option<&'w str> {
    let at = words.iter().position(|word| names.contains(&&**word))?;
    Some(&words[at + 1])
}

// verify

/// The query of an encrypted vector, and a body around its `Encrypt`.
fn encrypted_request(vector: &Value) -> Option<(String, String)> {
    let encrypt = text(vector, "encrypt")?;
    let query = text(vector, "raw_query").map_or_else(
        || {
            let field = |name| text(vector, name).expect("signed vectors have it");
            let [signature, at, nonce] = ["msg_signature", "timestamp", "nonce"].map(field);
            format!("msg_signature={signature}&timestamp={at}&nonce={nonce}")
        },
        str::to_owned,
    );
    Some((query, format!("<xml><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>")))
}

/// The options for the account of an encrypted vector, if it has a whole one.
fn account(vector: &Value) -> Option<[&str; 8]> {
    let mode = match text(vector, "mode")? {
        "wecom" => "wecom",
        "encrypted" => "safe",
        _ => return None,
    };
    let (token, key, id) =
        (text(vector, "token")?, text(vector, "encoding_aes_key")?, text(vector, "receive_id")?);
    Some(["--token", token, "--aes-key", key, "--appid", id, "--mode", mode])
}

#[test]
fn verify_knows_the_genuine_plain_ones() {
    let mut count = 0;
    for vector in vectors(PLAIN) {
        let Some(query) = text(&vector, "raw_query") else { continue };
        let token = text(&vector, "token").expect("every vector has it");
        echostr(["verify", query, "--token", token]).run().expect(0);
        let url = format!("https://example.com/wx?{query}");
        echostr(["verify", &url, "--token", token]).run().expect(0);
        echostr(["verify", query, "--token", "another"]).run().expect(1);
        let (before, rest) = query.split_once("nonce=").expect("every query has it");
        let other = if rest.starts_with('9') { '8' } else { '9' };
        let forged = format!("{before}nonce={other}{}", &rest[1..]);
        echostr(["verify", &forged, "--token", token]).run().expect(1).says(&["signature"]);
        count += 1;
    }
    assert!(count > 5, "{count} vectors");
}

#[test]
fn verify_knows_the_genuine_encrypted_ones() {
    let folder = Folder::new();
    let mut count = 0;
    for vector in vectors(ENCRYPTED) {
        let (Some(account), Some(plaintext)) = (account(&vector), text(&vector, "plaintext")) else {
            continue;
        };
        let (query, body) = match (text(&vector, "echostr"), text(&vector, "msg_signature")) {
            (Some(echostr), Some(signature)) => {
                let [at, nonce] =
                    ["timestamp", "nonce"].map(|name| text(&vector, name).expect("it is signed"));
                let echostr = echostr.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
                (format!("msg_signature={signature}&timestamp={at}&nonce={nonce}&echostr={echostr}"), None)
            }
            (None, Some(_)) => {
                encrypted_request(&vector).map(|(query, body)| (query, Some(body))).expect("encrypted")
            }
            _ => continue,
        };
        let id = text(&vector, "id").expect("every vector has it");
        let cli = |query: &str, body: &Option<String>| {
            let cli = echostr(["verify", query]).args(account);
            match body {
                Some(body) => cli.arg("--file").arg(folder.file(id, body)),
                None => cli,
            }
        };
        cli(&query, &body).run().expect(0).says(&[plaintext.trim().lines().next().expect("a line")]);
        // The last digit of the signature that counts.
        let at = query.find("msg_signature=").expect("it is signed") + "msg_signature=".len() + 39;
        let other = if query[at..].starts_with('0') { '1' } else { '0' };
        let forged = format!("{}{other}{}", &query[..at], &query[at + 1..]);
        cli(&forged, &body).run().expect(1);
        count += 1;
    }
    assert!(count > 10, "{count} vectors");
}

#[test]
fn verify_refuses_what_must_be_refused_although_the_hash_matches() {
    let folder = Folder::new();
    let escape = |text: &str| {
        let escaped = text.bytes().map(|byte| match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        });
        escaped.collect::<String>()
    };
    let mut count = 0;
    for vector in vectors(NEGATIVE) {
        let field = |name| text(&vector, name).unwrap_or_default();
        // The others need freshness, which is not this command's to know.
        if field("must") != "refuse" {
            continue;
        }
        let (at, nonce, token) = (escape(field("timestamp")), escape(field("nonce")), field("token"));
        let name = text(&vector, "name").expect("every one has it");
        let code = if token.is_empty() { 2 } else { 1 };
        if let Some(encrypt) = text(&vector, "encrypt") {
            let query = format!("msg_signature={}&timestamp={at}&nonce={nonce}", field("msg_signature"));
            let body = folder.file(name, format!("<xml><Encrypt>{encrypt}</Encrypt></xml>"));
            let cli = echostr(["verify", &query, "--token", token, "--mode", "safe", "--aes-key"]);
            let cli = cli.args([field("encoding_aes_key"), "--appid", field("receive_id"), "--file"]);
            cli.arg(body).run().expect(code);
        } else {
            let query = format!("signature={}&timestamp={at}&nonce={nonce}", field("signature"));
            echostr(["verify", &query, "--token", token]).run().expect(code);
        }
        count += 1;
    }
    assert!(count > 4, "{count} vectors");
}

// encrypt and decrypt

const DOCUMENT: &str = "<xml><Content><![CDATA[你好 a<b]]></Content></xml>";

#[test]
fn decrypt_gives_the_known_answers() {
    let folder = Folder::new();
    let mut count = 0;
    for vector in vectors(ENCRYPTED) {
        let encrypt = text(&vector, "encrypt").or_else(|| text(&vector, "echostr"));
        let (Some(encrypt), Some(key), Some(plaintext)) =
            (encrypt, text(&vector, "encoding_aes_key"), text(&vector, "plaintext"))
        else {
            continue;
        };
        assert_eq!(stdout(echostr(["decrypt", encrypt, "--aes-key", key])), plaintext, "{vector}");
        // In the other ways to give it.
        assert_eq!(stdout(echostr(["decrypt", "--aes-key", key]).stdin(encrypt)), plaintext);
        let body =
            folder.file("body.xml", format!("<xml>\n<Encrypt><![CDATA[{encrypt}]]></Encrypt>\n</xml>\n"));
        assert_eq!(stdout(echostr(["decrypt", "--aes-key", key, "--file"]).arg(&body)), plaintext);
        let body = folder.file("body.json", format!("{{\"ToUserName\":\"gh\",\"Encrypt\":\"{encrypt}\"}}"));
        assert_eq!(stdout(echostr(["decrypt", "--aes-key", key, "--file"]).arg(&body)), plaintext);
        count += 1;
    }
    assert!(count > 15, "{count} vectors");
}

#[test]
fn decrypt_looks_at_the_id_where_one_is_given() {
    for vector in vectors(ENCRYPTED) {
        let (Some(encrypt), Some(key), Some(id), Some(_)) = (
            text(&vector, "encrypt"),
            text(&vector, "encoding_aes_key"),
            text(&vector, "receive_id"),
            text(&vector, "plaintext"),
        ) else {
            continue;
        };
        echostr(["decrypt", encrypt, "--aes-key", key, "--appid", id]).run().expect(0);
        echostr(["decrypt", encrypt, "--aes-key", key, "--appid", "wxanother"])
            .run()
            .expect(1)
            .one_line_error();
    }
}

#[test]
fn encrypt_and_decrypt_undo_each_other() {
    for mode in Mode::ENCRYPTED {
        for document in [DOCUMENT, "{\"Content\":\"你好\"}"] {
            let encrypted = with(mode, &["encrypt", document]).run().expect(0).stdout;
            // Compatible mode may have the plain copy beside it.
            assert!(mode == Mode::Compat || !encrypted.contains("你好"), "{encrypted}");
            assert_eq!(stdout(with(mode, &["decrypt"]).stdin(encrypted.clone())), document, "{mode:?}");
            // The core reads it too.
            let Some(encrypt) = encrypted
                .split(|c: char| !(c.is_ascii_alphanumeric() || "+/=".contains(c)))
                .max_by_key(|word| word.len())
            else {
                panic!("{encrypted}")
            };
            let signature = echostr::Signature::compute([TOKEN, "1", "2", encrypt]);
            let query = format!("msg_signature={signature:x}&timestamp=1&nonce=2");
            let verifier = mode.verifier(ReceiveId::new(APP_ID).expect("an id"));
            let Ok(Decision::Envelope(mut envelope)) = verifier.verify("POST", &query) else {
                panic!("{query}")
            };
            envelope.push(format!("<xml><Encrypt>{encrypt}</Encrypt></xml>").into()).expect("short");
            assert_eq!(envelope.open().expect("a genuine body").document, document);
        }
    }
}

#[test]
fn encrypting_twice_gives_two_texts() {
    let encrypt = || stdout(with(Mode::Safe, &["encrypt", DOCUMENT]));
    assert_ne!(encrypt(), encrypt());
}

#[test]
fn a_key_of_the_wrong_length_is_one_clear_line() {
    for key in [&KEY[..42], &format!("{KEY}="), "short"] {
        for args in [&["encrypt", "hello"][..], &["decrypt", "AAAA"], &["sign"]] {
            let options = ["--token", TOKEN, "--mode", "safe", "--appid", APP_ID, "--aes-key", key];
            for (lang, word) in [("en", "43"), ("zh", "43")] {
                let run = echostr(args).args(options).args(["--lang", lang]).run().expect(2).one_line_error();
                let count = key.len().to_string();
                assert!(!run.all().contains(key), "{run:#?}");
                run.says(&[word, &count, "EncodingAESKey"]);
            }
        }
    }
}

#[test]
fn a_wrong_key_and_a_broken_text_are_one_clear_line() {
    let other = "ABCDEFGabcdefghijklmnopqrstuvwxyz0123456789";
    let encrypted = stdout(with(Mode::Safe, &["encrypt", DOCUMENT]));
    echostr(["decrypt", "--aes-key", other]).stdin(encrypted).run().expect(1).one_line_error();
    for broken in ["AAAA", "!", "<xml></xml>", "<xml><Encrypt>", "{\"Encrypt\":", "你好"] {
        let run = with(Mode::Safe, &["decrypt", broken]).run().one_line_error();
        assert!([1, 2].contains(&run.code), "{broken}: {run:#?}");
        assert_eq!(run.stdout, "", "{broken}");
    }
}

#[test]
fn a_broken_file_is_one_clear_line() {
    let folder = Folder::new();
    let missing = folder.path().join("missing");
    let binary = folder.file("binary", b"\xff\xfe\x00");
    for command in ["encrypt", "decrypt"] {
        for path in [missing.as_path(), folder.path(), &binary] {
            let run = with(Mode::Safe, &[command, "--file"]).arg(path).run().one_line_error();
            assert!([1, 2].contains(&run.code), "{run:#?}");
            assert_eq!(run.stdout, "");
        }
    }
    let signed = stdout(with(Mode::Safe, &["sign"]));
    let query = signed.lines().next().expect("the query");
    with(Mode::Safe, &["verify", query, "--file"]).arg(&missing).run().expect(2).one_line_error();
}

#[test]
fn offline_helpers_speak_json() {
    with(Mode::Plain, &["sign", "--json"]).run().expect(0).json();
    let query = stdout(with(Mode::Plain, &["sign"]));
    with(Mode::Plain, &["verify", &query, "--json"]).run().expect(0).json();
    with(Mode::Plain, &["verify", "signature=0", "--json"]).run().expect(1).json();
    let encrypted = stdout(with(Mode::Safe, &["encrypt", DOCUMENT]));
    with(Mode::Safe, &["encrypt", DOCUMENT, "--json"]).run().expect(0).json();
    let run = with(Mode::Safe, &["decrypt", "--json"]).stdin(encrypted).run().expect(0);
    assert!(run.json()[0].to_string().contains("你好"), "{run:#?}");
}

// listen and replay

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

// completions

#[test]
fn completions_name_every_subcommand() {
    let commands = [
        "handshake",
        "send",
        "event",
        "check",
        "sign",
        "verify",
        "encrypt",
        "decrypt",
        "listen",
        "replay",
        "completions",
    ];
    for shell in ["bash", "zsh", "fish"] {
        let run = echostr(["completions", shell]).run().expect(0).says(&commands).says(&["allow-remote"]);
        assert_eq!(run.stderr, "");
    }
    echostr(["completions", "tcl"]).run().expect(2);
    echostr(["--help"]).run().expect(0).says(&commands);
}

// READMEs

/// A command of a README and all that it prints.
struct Example {
    command: String,
    output: String,
}

fn examples(readme: &str) -> Vec<Example> {
    let mut examples = vec![];
    for block in readme.split("\n```console\n").skip(1) {
        let block = block.split("\n```").next().expect("the block itself");
        if !block.starts_with("$ echostr ") {
            continue;
        }
        for example in format!("\n{block}").split("\n$ ").skip(1) {
            let (command, output) = example.split_once('\n').unwrap_or((example, ""));
            examples.push(Example { command: command.to_owned(), output: output.to_owned() });
        }
    }
    examples
}

/// Times differ from run to run: each number before a unit becomes `N`.
fn without_times(text: &str) -> String {
    let is_unit = |word: &str| {
        ["ms", "s", "毫秒", "秒", "seconds"].contains(&word.trim_end_matches([')', ':', ',', '.']))
    };
    let line = |line: &str| {
        let mut words: Vec<_> = line.split(' ').map(str::to_owned).collect();
        for at in 1..words.len() {
            let number = words[at - 1].trim_start_matches('(');
            if is_unit(&words[at]) && number.parse::<f64>().is_ok() {
                words[at - 1] = words[at - 1].replace(number, "N");
            }
        }
        words.join(" ")
    };
    text.trim_end().lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn examples_of_the_readmes_are_what_is_printed() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut count = 0;
    for readme in ["README.md", "../../README.md", "../../README.zh-CN.md"] {
        let text = std::fs::read_to_string(package.join(readme)).expect("a README");
        let server =
            Reference::new(Mode::Plain).verifier(echostr::Verifier::new("weixin").expect("a token")).start();
        let addr = server.url().trim_start_matches("http://").trim_end_matches("/wx").to_owned();
        for Example { command, output } in examples(&text) {
            let bin = Path::new(env!("CARGO_BIN_EXE_echostr")).parent().expect("a folder");
            let folder = Folder::new();
            let shell = Command::new("sh")
                .arg("-c")
                .arg(command.replace("127.0.0.1:3000", &addr))
                .env_clear()
                .env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
                .env("LANG", if readme.contains("zh") { "zh_CN.UTF-8" } else { "en_US.UTF-8" })
                .current_dir(folder.path())
                .output()
                .expect("a shell");
            let printed = [shell.stdout, shell.stderr].concat();
            let printed = String::from_utf8(printed).expect("UTF-8").replace(&addr, "127.0.0.1:3000");
            assert_eq!(without_times(&printed), without_times(&output), "{readme}: $ {command}");
            count += 1;
        }
    }
    assert!(count > 0, "no README has an example");
}
