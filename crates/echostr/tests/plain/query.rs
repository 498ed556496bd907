//! What the query must look like, whatever is signed.

use echostr::{Parameter, Rejection, Signature, adapter::Decision, rejection::QueryFault};

use crate::support::{
    NONCE, PARAMETERS, TIMESTAMP, TOKEN, accepted, all_seven, fully_escaped, refusal, replaced, signed,
    valid, verifier, with_value,
};

#[test]
fn none_of_wechats_parameters() {
    for query in
        ["", "&", "&&&", "=", "=&=", "id=743", "page=2&sort=asc", "Signature=1", "nonces=1", "my_nonce", "%"]
    {
        assert_eq!(refusal(query), Some(Rejection::Query(QueryFault::NoParameters)), "{query:?}");
    }
}

#[test]
fn a_parameter_is_missing() {
    for parameter in [Parameter::Signature, Parameter::Timestamp, Parameter::Nonce] {
        let query = all_seven();
        assert_eq!(refusal(&query), None);
        assert_eq!(
            refusal(&replaced(&query, parameter, "")),
            Some(Rejection::Query(QueryFault::Missing(parameter)))
        );
        // Another case is another parameter.
        let other = format!("{}=1", parameter.name().to_uppercase());
        assert_eq!(
            refusal(&replaced(&query, parameter, &other)),
            Some(Rejection::Query(QueryFault::Missing(parameter)))
        );
    }
}

#[test]
fn a_parameter_is_empty() {
    // What nobody signed may be: it counts as absent.
    let unsigned = [Parameter::Openid, Parameter::EncryptType, Parameter::MsgSignature];
    for parameter in PARAMETERS {
        let query = all_seven();
        let name = parameter.name();
        for pair in
            [name.to_owned(), format!("{name}="), fully_escaped(name), format!("{}=", fully_escaped(name))]
        {
            let query = replaced(&query, parameter, &pair);
            let expected = if unsigned.contains(&parameter) {
                None
            } else {
                Some(Rejection::Query(QueryFault::Empty(parameter)))
            };
            assert_eq!(refusal(&query), expected, "{query}");
            // Twice counts before empty does.
            let twice = Some(Rejection::Query(QueryFault::Duplicate(parameter)));
            for query in [format!("{query}&{pair}"), format!("{query}&{name}=1"), format!("{name}=1&{query}")]
            {
                assert_eq!(refusal(&query), twice, "{query}");
            }
        }
    }
    let empty = format!("openid=&{}&encrypt_type&msg_signature=", valid());
    assert_eq!(accepted(&verifier(), &empty).unwrap().openid(), None);
    let forged = with_value(&empty, Parameter::Nonce, "1");
    assert_eq!(refusal(&forged), Some(Rejection::WrongSignature));
}

#[test]
fn a_parameter_stands_twice() {
    let query = all_seven();
    for parameter in PARAMETERS {
        let name = parameter.name();
        let pair = query.split('&').find(|pair| pair.starts_with(&format!("{name}="))).unwrap();
        let (_, value) = pair.split_once('=').unwrap();
        let (first, rest) = name.split_at(1);
        let first_letter = format!("{}{rest}", fully_escaped(first));
        for key in [name.to_owned(), first_letter, fully_escaped(name), fully_escaped(name).to_uppercase()] {
            // With the same value or another one, in front or behind.
            for value in [value, "1"] {
                for query in [format!("{query}&{key}={value}"), format!("{key}={value}&id=743&{query}")] {
                    assert_eq!(
                        refusal(&query),
                        Some(Rejection::Query(QueryFault::Duplicate(parameter))),
                        "{query}"
                    );
                }
            }
            // The key alone may be written with escapes.
            assert_eq!(refusal(&replaced(&query, parameter, &format!("{key}={value}"))), None, "{key}");
        }
    }
    // Decoded once, not twice.
    assert_eq!(refusal(&format!("{query}&%256eonce=1")), None);
}

#[test]
fn a_misshapen_timestamp() {
    let refused = [
        "154017660x",
        "x540176606",
        "+1540176606",
        "-1540176606",
        "1540176606.0",
        "1e9",
        "0x5bcd3a9e",
        " 1540176606",
        "1540176606 ",
        "1540176606\n",
        "154017\u{0}6606",
        "１５４０",
        "١٥٤٠",
        "²",
        "000000000001540176606",
        "154017660615401766061540176606",
    ];
    for timestamp in refused {
        let query = signed(timestamp, NONCE);
        assert_eq!(
            refusal(&query),
            Some(Rejection::Query(QueryFault::Malformed(Parameter::Timestamp))),
            "{timestamp:?}"
        );
    }
    // Neither as a plus nor as the space that a form would make of it.
    for meant in ["+1540176606", " 1540176606"] {
        let query = with_value(&signed(meant, NONCE), Parameter::Timestamp, "+1540176606");
        assert_eq!(refusal(&query), Some(Rejection::Query(QueryFault::Malformed(Parameter::Timestamp))));
    }
    for timestamp in
        ["0", "1540176606", "00000000001540176606", "18446744073709551615", "99999999999999999999"]
    {
        let callback = accepted(&verifier(), &signed(timestamp, NONCE)).unwrap();
        assert_eq!(callback.timestamp(), timestamp);
    }
}

#[test]
fn a_nonce_of_more_than_32_bytes() {
    let longest = ["x".repeat(32), "😀".repeat(8), format!("{}é", "1".repeat(30))];
    for nonce in longest {
        assert_eq!(nonce.len(), 32);
        assert_eq!(accepted(&verifier(), &signed(TIMESTAMP, &nonce)).unwrap().nonce(), nonce);

        let longer = format!("{nonce}1");
        let query = signed(TIMESTAMP, &longer);
        let raw = with_value(&query, Parameter::Nonce, &longer);
        let escaped = with_value(&query, Parameter::Nonce, &fully_escaped(&longer));
        for query in [query, raw, escaped] {
            assert_eq!(
                refusal(&query),
                Some(Rejection::Query(QueryFault::Malformed(Parameter::Nonce))),
                "{query}"
            );
        }
    }
}

#[test]
fn an_openid_of_more_than_64_bytes() {
    let (longest, longer) = ("o".repeat(64), "o".repeat(65));
    let callback = accepted(&verifier(), &format!("{}&openid={longest}", valid())).unwrap();
    assert_eq!(callback.openid(), Some(longest.as_str()));
    assert_eq!(
        refusal(&format!("{}&openid={longer}", valid())),
        Some(Rejection::Query(QueryFault::Malformed(Parameter::Openid)))
    );
}

#[test]
fn a_broken_escape() {
    for escape in ["%", "%2", "%zz", "%2z", "%z2", "%%41", "%é", "%+1"] {
        for parameter in PARAMETERS {
            // Everything else about the query is right: as its value the broken text is the one that was signed.
            let query = match parameter {
                Parameter::Nonce => with_value(&signed(TIMESTAMP, escape), parameter, escape),
                Parameter::Timestamp => with_value(&signed(escape, NONCE), parameter, escape),
                _ => with_value(&all_seven(), parameter, escape),
            };
            for query in [format!("{query}&id=743"), format!("id=743&{query}")] {
                assert_eq!(refusal(&query), Some(Rejection::Query(QueryFault::BadEscape)), "{query}");
            }
        }
        // Of the user's own too: the next parser may take the following `&` for a part of it.
        for own in [format!("id={escape}"), format!("{escape}=743"), escape.to_owned()] {
            for query in [format!("{own}&{}", valid()), format!("{}&{own}", valid())] {
                assert_eq!(refusal(&query), Some(Rejection::Query(QueryFault::BadEscape)), "{query}");
            }
        }
    }
    assert_eq!(refusal(&format!("id=100%25&%E4%bd%A0=%00&{}", valid())), None);
}

#[test]
fn not_utf_8() {
    // No bytes at all, a lone half, a form too long, a surrogate, beyond the last character.
    for escapes in ["%ff%fe", "%e4%bd", "%c0%80", "%ed%a0%80", "%f5%80%80%80", "1%ff"] {
        // Signed over the text that a careless decoder would make of it.
        let careless = percent_encoding::percent_decode_str(escapes).decode_utf8_lossy();
        let query = with_value(&signed(TIMESTAMP, &careless), Parameter::Nonce, escapes);
        assert_eq!(
            refusal(&query),
            Some(Rejection::Query(QueryFault::Malformed(Parameter::Nonce))),
            "{query}"
        );

        let query = with_value(&all_seven(), Parameter::Openid, escapes);
        assert_eq!(
            refusal(&query),
            Some(Rejection::Query(QueryFault::Malformed(Parameter::Openid))),
            "{query}"
        );

        let query = with_value(&all_seven(), Parameter::Echostr, escapes);
        let rejection = verifier().verify("GET", &query).err();
        assert_eq!(rejection, Some(Rejection::Query(QueryFault::Malformed(Parameter::Echostr))), "{query}");
    }
}

#[test]
fn a_query_over_8_kib() {
    let padded = |length: usize| {
        let query = format!("{}&own=", valid());
        let padding = "x".repeat(length.checked_sub(query.len()).unwrap());
        format!("{query}{padding}")
    };
    assert_eq!(padded(8192).len(), 8192);
    assert_eq!(refusal(&padded(8192)), None);
    assert_eq!(refusal(&padded(8193)), Some(Rejection::Query(QueryFault::TooLong)));
    assert_eq!(refusal(&"&".repeat(8193)), Some(Rejection::Query(QueryFault::TooLong)));
}

#[test]
fn a_plus_stays_a_plus_and_is_decoded_once() {
    for (raw, meant, not_meant) in [
        ("a+b", "a+b", "a b"),
        ("a%2Bb", "a+b", "a%2Bb"),
        ("a%20b", "a b", "a+b"),
        ("%2541", "%41", "A"),
        ("a=b", "a=b", "a"),
    ] {
        let query = format!("{}&echostr={raw}", with_value(&signed(TIMESTAMP, meant), Parameter::Nonce, raw));
        assert_eq!(accepted(&verifier(), &query).unwrap().nonce(), meant);
        let Ok(Decision::Handshake(echo)) = verifier().verify("GET", &query) else { panic!("{query}") };
        assert_eq!(echo, meant);

        let query = with_value(&signed(TIMESTAMP, not_meant), Parameter::Nonce, raw);
        let expected = if raw == "%2541" {
            Rejection::Query(QueryFault::EscapedAgain)
        } else {
            Rejection::WrongSignature
        };
        assert_eq!(refusal(&query), Some(expected), "{query}");
    }
}

#[test]
fn order_and_the_users_own_parameters() {
    let signature = format!("signature={:x}", Signature::compute([TOKEN, TIMESTAMP, NONCE]));
    let (timestamp, nonce) = (format!("timestamp={TIMESTAMP}"), format!("nonce={NONCE}"));
    let (s, t, n) = (&signature, &timestamp, &nonce);
    let queries = [
        format!("{s}&{t}&{n}"),
        format!("{s}&{n}&{t}"),
        format!("{t}&{s}&{n}"),
        format!("{t}&{n}&{s}"),
        format!("{n}&{s}&{t}"),
        format!("{n}&{t}&{s}"),
        format!("id=743&{s}&{t}&{n}"),
        format!("{s}&{t}&{n}&id=743"),
        format!("id=743&{s}&flag&{t}&&a=1&{n}&a=2&"),
        format!("&&r=callback/index&%73=1&{n}&=&{s}&你=好&{t}"),
    ];
    for query in queries {
        let callback = accepted(&verifier(), &query).expect(&query);
        assert_eq!((callback.timestamp(), callback.nonce(), callback.openid()), (TIMESTAMP, NONCE, None));
    }
}
