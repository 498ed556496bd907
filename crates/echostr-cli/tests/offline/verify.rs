//! `verify`.

use crate::support::command::{Folder, echostr};
use crate::support::reference::Mode;
use serde_json::Value;

use crate::common::*;

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

#[test]
fn verify_finds_the_query_in_what_is_pasted() {
    let query = stdout(with(Mode::Plain, &["sign", "--at", "1540176606", "--nonce", "1854606751"]));
    let get = stdout(with(Mode::Plain, &["sign", "--handshake", "--echostr", "7531"]));
    for line in [
        format!("POST /wx?{query} HTTP/1.1"),
        format!("/wx?{query} "),
        format!("'http://127.0.0.1:3000/wx?{query}'"),
        format!("curl -i 'http://127.0.0.1:3000/wx?{query}'"),
        format!(
            "1.2.3.4 - - [22/Oct/2018:10:50:06 +0800] \"POST /wx?{query} HTTP/1.1\" 200 7 \"-\" \"Mozilla/4.0\""
        ),
    ] {
        with(Mode::Plain, &["verify", &line]).run().expect(0).says(&["genuine"]);
        // The control.
        let forged = line.replace("nonce=1854606751", "nonce=1854606752");
        with(Mode::Plain, &["verify", &forged]).run().expect(1);
    }
    with(Mode::Plain, &["verify", &format!("GET /wx?{get} HTTP/1.1")]).run().expect(0).says(&["7531"]);
    // What `sign --curl` prints, with its body.
    let line = stdout(with(Mode::Safe, &["sign", "--curl", "--text", "它说 it's"]));
    with(Mode::Safe, &["verify", &line]).run().expect(0).says(&["它说 it's"]);
}
