//! `encrypt` and `decrypt`.

use crate::support::{
    APP_ID, KEY, TOKEN,
    command::{Folder, echostr},
    reference::Mode,
};
use echostr::{ReceiveId, adapter::Decision};

use crate::common::*;

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
