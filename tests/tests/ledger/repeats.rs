//! A message that is sent again gets the answer of the first send, and nobody handles it twice.

use crate::{
    each::{each, each_in},
    messages::Mode,
    servers::{Server, Setup, Subject},
};

#[tokio::test]
async fn a_repeat_gets_the_same_answer_and_runs_nothing() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let server = Server::start(subject, &Setup::new(mode));
        let message = mode.message("hello");
        let own = server.ask(&message).await;
        let said = message.said(&own);
        assert!(
            said.starts_with("run 1 attempt 1 ") && said.ends_with(&message.document),
            "{context}: {said}"
        );
        // What else the handler said is for the send that it was said to.
        assert_eq!([own.header("x-handler"), own.header("set-cookie")], ["here", "a=b"], "{context}");
        assert_eq!(own.header("content-length"), own.body.len().to_string(), "{context}");
        let expected = if mode == Mode::Plain { "text/handled" } else { "text/xml" };
        assert_eq!(own.header("content-type"), format!("{expected}; charset=utf-8"), "{context}");
        for repeats in 1..3 {
            let repeat = server.ask(&message).await;
            assert_eq!((repeat.status, &repeat.body), (200, &own.body), "{context}");
            for name in ["content-type", "content-length", "x-outside"] {
                assert_eq!(repeat.header(name), own.header(name), "{context}, {name}");
            }
            assert_eq!([repeat.header("x-handler"), repeat.header("set-cookie")], ["", ""], "{context}");
            assert_eq!((server.runs(), server.counts().repeated), (1, repeats), "{context}");
        }
        // The control: another message is handled.
        let other = mode.message("hello");
        assert!(other.said(&server.ask(&other).await).starts_with("run 2 attempt 1 "), "{context}");
        let deliveries = server.world.deliveries();
        let [Some(one), Some(two)] = deliveries[..] else { panic!("{context}: {deliveries:?}") };
        assert_ne!(one.key(), two.key(), "{context}");
    })
    .await;
}

/// Only `Encrypt` is signed, so whatever else stands around it makes no other message.
#[tokio::test]
async fn one_encrypt_in_other_envelopes_is_one_message() {
    each_in(Mode::Encrypted, async |subject: Subject, mode: Mode| {
        let server = Server::start(subject, &Setup::new(mode));
        let message = mode.message("hello");
        let (_, encrypt) = message.body.split_once("<Encrypt><![CDATA[").expect("an Encrypt");
        let (encrypt, _) = encrypt.split_once("]]>").expect("its end");
        let own = server.ask(&message).await;
        assert!(message.said(&own).starts_with("run 1 "), "{subject:?}");
        for envelope in [
            format!("<xml><Encrypt>{encrypt}</Encrypt></xml>"),
            format!(
                "<xml>\n\t<Encrypt><![CDATA[{encrypt}]]></Encrypt>\n\t<ToUserName>gh_2</ToUserName>\n</xml>"
            ),
            format!("{{\"Encrypt\": \"{encrypt}\"}}"),
        ] {
            let repeat = server.ask(&message.with_body(envelope.clone())).await;
            assert_eq!((repeat.status, &repeat.body), (200, &own.body), "{subject:?}, {envelope}");
            assert_eq!(repeat.header("content-type"), own.header("content-type"), "{subject:?}, {envelope}");
            assert_eq!(server.runs(), 1, "{subject:?}, {envelope}");
        }
        assert_eq!(server.counts().repeated, 3, "{subject:?}");
    })
    .await;
}

/// Servers behind two layers that share a ledger share its records.
#[tokio::test]
async fn two_layers_with_one_ledger_handle_a_message_once() {
    each(async |subject: Subject, mode: Mode| {
        let context = format!("{subject:?} {mode:?}");
        let setup = Setup::new(mode);
        let (one, two) = (Server::start(subject, &setup), Server::start(subject, &setup));
        let other = Server::start(subject, &Setup { ledger: Some(Default::default()), ..setup });
        let message = mode.message("wait");
        let own = one.send(&message).await;
        one.until_runs(1).await;
        // It waits for a handler behind the other layer.
        let waiting = two.send(&message).await;
        two.until_joined(1).await;
        one.world.open();
        let (own, waited, repeated) = (own.reply().await, waiting.reply().await, two.ask(&message).await);
        assert!(message.said(&own).starts_with("run 1 "), "{context}");
        assert_eq!([&waited.body, &repeated.body], [&own.body; 2], "{context}");
        assert_eq!((one.runs(), two.runs()), (1, 0), "{context}");
        // The control: a ledger of its own.
        other.world.open();
        assert!(message.said(&other.ask(&message).await).starts_with("run 1 "), "{context}");
    })
    .await;
}
