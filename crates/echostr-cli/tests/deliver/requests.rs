//! What requests look like on the wire.

use crate::support::{
    APP_ID, TOKEN,
    reference::{Mode, Reference},
    xml,
};
use echostr::{ReceiveId, adapter::Decision};

use crate::common::*;

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
