//! Several tokens, settings of a clone, and the token that cannot be right.

use std::time::Duration;

use echostr::{ConfigError, Rejection, Verifier};

use crate::support::{NONCE, accepted, valid, verifier};

#[test]
fn every_token_of_a_rotation_is_accepted() {
    let tokens = ["first-token", "second-token", "third-token", "fourth-token"];
    let signed = tokens.map(|token| Verifier::new(token).unwrap().sign(1_540_176_606, NONCE));
    // Every start, so that each token stands at each place.
    for start in 0..tokens.len() {
        let mut verifier = Verifier::new(tokens[start]).unwrap();
        assert_eq!(verifier.sign(1_540_176_606, NONCE), signed[start]);
        for known in 1..=tokens.len() {
            for (place, query) in signed.iter().enumerate() {
                let is_known = (place + tokens.len() - start) % tokens.len() < known;
                let expected = if is_known { None } else { Some(Rejection::WrongSignature) };
                assert_eq!(verifier.verify("POST", query).err(), expected, "{start} {known} {place}");
            }
            verifier = verifier.or_token(tokens[(start + known) % tokens.len()]).unwrap();
            // The current token is still the one that signs.
            assert_eq!(verifier.sign(1_540_176_606, NONCE), signed[start]);
        }
        assert_eq!(verifier.verify("POST", &valid()).err(), Some(Rejection::WrongSignature));
    }
}

#[test]
fn settings_of_a_clone_are_its_own() {
    let shared = verifier();
    let rotated = shared.clone().or_token("previous-token").unwrap();
    let strict = shared.clone().max_age(Duration::from_secs(300));
    let previous = Verifier::new("previous-token").unwrap().sign(1_540_176_606, NONCE);

    assert!(accepted(&rotated, &previous).is_some());
    assert_eq!(shared.verify("POST", &previous).err(), Some(Rejection::WrongSignature));
    assert_eq!(strict.verify("POST", &valid()).err(), Some(Rejection::Stale));
    assert!(accepted(&shared, &valid()).is_some());
}

#[test]
fn the_empty_token() {
    assert_eq!(Verifier::new("").err(), Some(ConfigError::EmptyToken));
    assert_eq!(Verifier::new(String::new()).err(), Some(ConfigError::EmptyToken));
    assert_eq!(verifier().or_token("").err(), Some(ConfigError::EmptyToken));
}
