//! What a refusal says, and what nothing shows.

use std::{collections::HashSet, time::Duration};

use echostr::{Parameter, Rejection, Signature, rejection::QueryFault};

use crate::support::{NONCE, PARAMETERS, TIMESTAMP, TOKEN, accepted, replaced, valid, verifier, with_value};

#[test]
fn the_operator_learns_the_reason() {
    let texts: HashSet<_> = Rejection::all().map(|rejection| rejection.to_string()).collect();
    assert_eq!(texts.len(), Rejection::all().count(), "each reason reads differently");
    for text in texts {
        assert!(text.len() > 20 && !text.contains('\n'), "{text}");
    }
    for parameter in PARAMETERS {
        assert!(Rejection::Query(QueryFault::Missing(parameter)).to_string().contains(parameter.name()));
    }
}

#[test]
fn a_rejection_says_nothing_of_what_was_sent_or_expected() {
    let strict = verifier().max_age(Duration::from_secs(300));
    let sent = "0123456789abcdef0123456789abcdef01234567";
    let expected = format!("{:x}", Signature::compute([TOKEN, TIMESTAMP, NONCE]));
    let queries = [
        with_value(&valid(), Parameter::Signature, sent),
        with_value(&valid(), Parameter::Signature, &format!("{sent}8")),
        format!("{}&nonce={NONCE}", valid()),
        format!("{}&openid=", valid()),
        format!("{}&id=%", valid()),
        replaced(&valid(), Parameter::Nonce, ""),
        valid(),
    ];
    for query in queries {
        let rejection = strict.verify("POST", &query).unwrap_err();
        let texts = format!("{rejection} {rejection:?}");
        for secret in [TOKEN, sent, &expected, NONCE, TIMESTAMP] {
            assert!(!texts.contains(secret), "{texts}");
        }
    }
}

#[test]
fn debug_shows_no_secret() {
    let rotated = verifier().or_token("previous-token").unwrap();
    for shown in [format!("{rotated:?}"), format!("{rotated:#?}")] {
        assert!(!shown.contains(TOKEN) && !shown.contains("previous-token"), "{shown}");
        assert_eq!(shown.matches("[REDACTED]").count(), 2, "{shown}");
    }

    let error = rotated.or_token("").unwrap_err();
    for shown in [format!("{error:?}"), error.to_string()] {
        assert!(!shown.contains(TOKEN) && shown.to_lowercase().contains("empty"), "{shown}");
    }

    let signature = format!("{:x}", Signature::compute([TOKEN, TIMESTAMP, NONCE]));
    let callback = accepted(&verifier(), &valid()).unwrap();
    let shown = format!("{callback:?}");
    assert!(shown.contains(&format!("Signature({}…)", signature.split_at(8).0)), "{shown}");
    assert!(!shown.contains(signature.split_at(9).0) && !shown.contains(TOKEN), "{shown}");
    assert!(shown.contains(TIMESTAMP) && shown.contains(NONCE), "{shown}");
}
