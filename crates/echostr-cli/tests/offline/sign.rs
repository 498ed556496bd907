//! `sign`.

use std::process::Command;

use crate::support::{
    APP_ID,
    command::{Folder, echostr},
    reference::Mode,
    xml,
};
use echostr::{ReceiveId, adapter::Decision};

use crate::common::*;

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
