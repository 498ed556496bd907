//! WeChat's own side, for tests and tools.

use std::collections::HashSet;

use echostr::{ReceiveId, Rejection, Verifier, adapter::SealError, rejection::EnvelopeFault};

use crate::support::{
    crypto::{KEY, OTHER_KEY},
    receiver::{key, open, verifier, wecom},
    reply::reply_type,
    request::{APP_ID, MESSAGE, NONCE, TIMESTAMP, TOKEN, json, query, xml},
};

#[test]
fn signed_for_tests_and_tools() {
    for (is_wecom, verifier) in [(false, verifier()), (true, wecom())] {
        for (document, content_type) in [
            (MESSAGE, "text/xml; charset=utf-8"),
            ("plain text", "text/xml; charset=utf-8"),
            ("", "text/xml; charset=utf-8"),
            (r#"{"MsgType":"text"}"#, "application/json; charset=utf-8"),
            (" {}", "application/json; charset=utf-8"),
        ] {
            for nonce in [NONCE, "随机 + & nonce", "]]>\""] {
                let request = verifier.sign_encrypted(1_540_176_606, nonce, document).unwrap();
                if is_wecom && !document.contains(['<', '{']) {
                    let refused = open(&verifier, &request.query, request.body.clone()).err();
                    let fault = if document.is_empty() {
                        EnvelopeFault::EmptyMessage
                    } else {
                        EnvelopeFault::NoDocument
                    };
                    assert_eq!(refused, Some(Rejection::Envelope(fault)));
                    continue;
                }
                let opened = open(&verifier, &request.query, request.body.clone()).unwrap();
                assert_eq!(opened.document, document);
                assert_eq!(opened.callback.nonce(), nonce);
                assert_eq!(opened.callback.timestamp(), "1540176606");
                assert_eq!(opened.callback.receive_id(), Some(APP_ID));
                assert_eq!(reply_type(&opened.sealer), content_type);
                let other = verifier.sign_encrypted(1_540_176_606, nonce, document).unwrap();
                assert_ne!(other, request, "random bytes");
            }
        }
    }
    // In the platform's shape.
    let request = verifier().sign_encrypted(1_540_176_606, NONCE, MESSAGE).unwrap();
    let text = request.body.split_once("<Encrypt><![CDATA[").unwrap().1.split_once("]]>").unwrap().0;
    assert_eq!(request.body, xml(text));
    assert_eq!(request.query, query(TOKEN, TIMESTAMP, NONCE, text));
    let request = wecom().sign_encrypted(1_540_176_606, NONCE, "{}").unwrap();
    let text = request.body.split_once("\"encrypt\":\"").unwrap().1.split_once('"').unwrap().0;
    assert_eq!(request.body, format!("{{\"encrypt\":\"{text}\"}}"));
    let request = verifier().sign_encrypted(1_540_176_606, NONCE, "{}").unwrap();
    let text = request.body.split_once("\"Encrypt\":\"").unwrap().1.split_once('"').unwrap().0;
    assert_eq!(request.body, json(text));
    let request = wecom().sign_encrypted(1_540_176_606, NONCE, "{}").unwrap();
    assert!(!format!("&{}", request.query).contains("&signature="));

    // The current secrets and the first id, where there are several.
    let several =
        Verifier::encrypted("current-token", key(OTHER_KEY), ReceiveId::empty().or("wx2").unwrap()).unwrap();
    let several = several.or_token(TOKEN).unwrap().or_key(key(KEY)).unwrap();
    let current = Verifier::encrypted("current-token", key(OTHER_KEY), ReceiveId::empty()).unwrap();
    let request = several.sign_encrypted(1_540_176_606, NONCE, MESSAGE).unwrap();
    assert_eq!(open(&current, &request.query, request.body).unwrap().document, MESSAGE);

    let plain = Verifier::new(TOKEN).unwrap();
    assert_eq!(plain.sign_encrypted(1, "1", "<xml/>").err(), Some(SealError::PlainMode));
    let texts: HashSet<_> = [SealError::PlainMode, SealError::Random, SealError::TooLong]
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(texts.len(), 3);
}
