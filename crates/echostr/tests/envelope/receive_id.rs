//! Whose messages are accepted.

use echostr::{ConfigError, ReceiveId, Rejection, Verifier, adapter::Decision, rejection::EnvelopeFault};

use crate::support::{
    crypto::{KEY, sealed},
    receiver::{key, open, open_signed, verifier},
    request::{MESSAGE, NONCE, TOKEN, genuine, genuine_query, xml},
};

#[test]
fn receive_ids() {
    let of = |id: &str| sealed(KEY, MESSAGE.as_bytes(), id.as_bytes());
    let one = ReceiveId::new("wx1").unwrap();
    let several = one.clone().or("wx2").unwrap().or("wx3").unwrap();
    let some = ReceiveId::empty().or("wx1").unwrap();
    assert_eq!(
        ReceiveId::any().or("wx1").err(),
        Some(ConfigError::AnyReceiveId),
        "it would restrict nothing"
    );
    for (accepted, ids) in [
        (one, &["wx1"][..]),
        (several, &["wx1", "wx2", "wx3"]),
        (ReceiveId::empty(), &[""]),
        (some, &["", "wx1"]),
        (ReceiveId::any(), &["", "wx1", "wx2", "wx3", "WX1", "wx", "wx11", "企业"]),
    ] {
        let verifier = Verifier::wecom(TOKEN, key(KEY), accepted.clone()).unwrap();
        for id in ["", "wx1", "wx2", "wx3", "WX1", "wx", "wx11", "企业"] {
            match open_signed(&verifier, &of(id)) {
                Ok(opened) => {
                    assert!(ids.contains(&id), "{accepted:?} accepts {id}");
                    assert_eq!(opened.callback.receive_id(), Some(id));
                    assert_eq!(opened.document, MESSAGE);
                }
                Err(reason) => {
                    assert_eq!(reason, Rejection::Envelope(EnvelopeFault::WrongReceiveId));
                    assert!(!ids.contains(&id), "{accepted:?} refuses {id}");
                }
            }
        }
    }
}

#[test]
fn the_callback_says_which_account_it_is_of() {
    let named = verifier().named("shop");
    let opened = open(&named, &genuine_query(), xml(&genuine())).unwrap();
    assert_eq!(opened.callback.account(), Some("shop"));
    assert_eq!(open(&verifier(), &genuine_query(), xml(&genuine())).unwrap().callback.account(), None);
    let plain = Verifier::new(TOKEN).unwrap().named(String::from("news"));
    let query = plain.sign(1_540_176_606, NONCE);
    let Ok(Decision::Callback(callback)) = plain.verify("POST", &query) else { panic!("{query}") };
    assert_eq!(callback.account(), Some("news"));
}
