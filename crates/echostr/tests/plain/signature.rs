//! The signature: its shape, its token, and what it covers.

use echostr::{Parameter, Rejection, Signature, Verifier, rejection::QueryFault};

use crate::support::{
    NONCE, TIMESTAMP, TOKEN, accepted, fully_escaped, refusal, valid, verifier, with_value,
};

#[test]
fn a_signature_that_is_not_40_hexadecimal_digits() {
    let right = format!("{:x}", Signature::compute([TOKEN, TIMESTAMP, NONCE]));
    let (all_but_one, _) = right.split_at(39);
    let wrong = [
        "0".to_owned(),
        all_but_one.to_owned(),
        format!("{right}0"),
        format!("{right}{right}"),
        format!("{all_but_one}g"),
        format!("{all_but_one}+"),
        format!("+{all_but_one}"),
        format!("{right}%20"),
        format!("{right}%00"),
        format!("{all_but_one}%ff"),
        format!("0x{}", right.split_at(38).0),
        "é".repeat(20),
        "%ff".repeat(40),
    ];
    for signature in wrong {
        let query = with_value(&valid(), Parameter::Signature, &signature);
        assert_eq!(
            refusal(&query),
            Some(Rejection::Query(QueryFault::Malformed(Parameter::Signature))),
            "{signature}"
        );
        assert_eq!(Signature::parse(&signature).ok(), None);
    }
    // Escaped, they are the same digits.
    assert_eq!(refusal(&with_value(&valid(), Parameter::Signature, &fully_escaped(&right))), None);
}

#[test]
fn the_signature_of_another_token() {
    for token in ["weixin", "zq8vT3nLw5Rk", "Zq8vT3nLw5R", "Zq8vT3nLw5Rkk", "Zq8vT3nLw5Rk ", " "] {
        let query = Verifier::new(token).unwrap().sign(1_540_176_606, NONCE);
        assert_eq!(refusal(&query), Some(Rejection::WrongSignature), "{token:?}");
    }
    // And of none.
    let query =
        format!("signature={:x}&timestamp={TIMESTAMP}&nonce={NONCE}", Signature::compute([TIMESTAMP, NONCE]));
    assert_eq!(refusal(&query), Some(Rejection::WrongSignature));
}

#[test]
fn one_character_changed() {
    let signature = format!("{:x}", Signature::compute([TOKEN, TIMESTAMP, NONCE]));
    for (parameter, right) in
        [(Parameter::Signature, &*signature), (Parameter::Timestamp, TIMESTAMP), (Parameter::Nonce, NONCE)]
    {
        for (position, old) in right.char_indices() {
            let new = if old == '0' { "1" } else { "0" };
            let mut changed = right.to_owned();
            changed.replace_range(position..=position, new);
            let query = with_value(&valid(), parameter, &changed);
            assert_eq!(refusal(&query), Some(Rejection::WrongSignature), "{query}");
        }
    }
}

#[test]
fn upper_case_is_the_same_signature() {
    let lower = format!("{:x}", Signature::compute([TOKEN, TIMESTAMP, NONCE]));
    let upper = lower.to_uppercase();
    assert_ne!(lower, upper);
    assert_eq!(Signature::parse(&lower), Signature::parse(&upper));

    let callback = accepted(&verifier(), &with_value(&valid(), Parameter::Signature, &upper)).unwrap();
    assert_eq!(callback.signature(), accepted(&verifier(), &valid()).unwrap().signature());
    assert_eq!(format!("{:x}", callback.signature()), lower);
    assert_eq!(hex(callback.signature().as_bytes()), lower);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// In a store it names an account that has no name of its own.
#[test]
fn the_tag_of_a_token_tells_it_from_others() {
    let tag =
        |verifier: &Verifier, query: &str| accepted(verifier, query).expect("a genuine request").token_tag();
    let verifier = || Verifier::new(TOKEN).expect("a token");
    let ours = tag(&verifier(), &valid());
    assert_eq!(tag(&verifier().named("shop").max_age(std::time::Duration::MAX), &valid()), ours);
    // The one that signed it, whichever the verifier knows besides.
    let other = Verifier::new("another").expect("a token");
    let by_other = other.sign(1_540_176_606, NONCE);
    assert_ne!(tag(&other, &by_other), ours);
    let changing = other.clone().or_token(TOKEN).expect("a token");
    assert_eq!((tag(&changing, &valid()), tag(&changing, &by_other)), (ours, tag(&other, &by_other)));
}
