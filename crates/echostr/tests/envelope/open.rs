//! Opening: the signature, base64, AES, the padding, the length and the text.

use std::collections::HashSet;

use echostr::{
    ReceiveId, Rejection, Verifier,
    rejection::{BodyFault, EnvelopeFault},
};

use crate::support::{
    crypto::{KEY, OTHER_KEY, base64, content, encrypt, from_base64, padded, sealed},
    receiver::{app_id, key, open, open_signed, verifier},
    request::{APP_ID, MESSAGE, NONCE, TIMESTAMP, TOKEN, genuine, query, xml},
};

/// What becomes of a message that is decrypted to `plain`: it fills whole blocks, and is signed and encrypted rightly.
fn refusal_of_plain(plain: &[u8]) -> Option<Rejection> {
    open_signed(&verifier(), &base64(&encrypt(KEY, plain))).err()
}

#[test]
fn wrong_secrets() {
    let text = genuine();
    let query = |token| query(token, TIMESTAMP, NONCE, &text);
    assert!(open(&verifier(), &query(TOKEN), xml(&text)).is_ok());
    for token in ["Zq8vT3nLw5R", "Zq8vT3nLw5Rk ", "zq8vT3nLw5Rk", ""] {
        assert_eq!(
            open(&verifier(), &query(token), xml(&text)).err(),
            Some(Rejection::WrongSignature),
            "{token}"
        );
    }
    let foreign = sealed(OTHER_KEY, MESSAGE.as_bytes(), APP_ID.as_bytes());
    assert_eq!(open_signed(&verifier(), &foreign).err(), Some(Rejection::Envelope(EnvelopeFault::Padding)));
    for id in [
        &b""[..],
        b"wx5823bf96d3bd56c",
        b"wx5823bf96d3bd56c77",
        b"WX5823BF96D3BD56C7",
        b"wx5823bf96d3bd56c7\0",
    ] {
        let text = sealed(KEY, MESSAGE.as_bytes(), id);
        assert_eq!(
            open_signed(&verifier(), &text).err(),
            Some(Rejection::Envelope(EnvelopeFault::WrongReceiveId)),
            "{id:?}"
        );
    }
}

/// Whatever a wrong key makes of a message, it is refused: now and then the padding looks right by chance.
#[test]
fn wrong_keys() {
    let mut reasons = HashSet::new();
    for byte in 0..=255_u8 {
        for other in 0..4_u8 {
            let foreign = base64(&[[byte; 31].as_slice(), &[other]].concat());
            let text = sealed(foreign.trim_end_matches('='), MESSAGE.as_bytes(), APP_ID.as_bytes());
            for receive_id in [app_id(), ReceiveId::any()] {
                let verifier = Verifier::encrypted(TOKEN, key(KEY), receive_id).unwrap();
                reasons.insert(open_signed(&verifier, &text).unwrap_err());
            }
        }
    }
    assert_eq!(
        reasons,
        HashSet::from([
            Rejection::Envelope(EnvelopeFault::Padding),
            Rejection::Envelope(EnvelopeFault::LengthField)
        ])
    );
}

#[test]
fn not_base64() {
    // 128 bytes, so that one digit is missing from the last group.
    let text = sealed(KEY, &[b'x'; 60], APP_ID.as_bytes());
    let unpadded = text.trim_end_matches('=').to_owned();
    assert_ne!(unpadded, text);
    // Of digits alone and up to two `=`, so that it is a candidate.
    for broken in [format!("{text}="), format!("A{text}"), format!("{unpadded}AA"), "A".repeat(45), unpadded]
    {
        assert_eq!(
            open_signed(&verifier(), &broken).err(),
            Some(Rejection::Envelope(EnvelopeFault::NotBase64)),
            "{broken}"
        );
    }
    // Anything else is none, whoever has signed it.
    for broken in [
        format!("{text}=="),
        format!("{text}AAAA"),
        format!("*{}", &text[1..]),
        text.replacen(&text[4..5], "-", 1),
        text.replacen(&text[4..5], "_", 1),
        // The filling before the last digit.
        format!("{}={}", &text[..text.len() - 2], &text[text.len() - 2..text.len() - 1]),
    ] {
        assert_eq!(open_signed(&verifier(), &broken).err(), Some(Rejection::WrongSignature), "{broken}");
    }
}

/// The bits that belong to no byte could carry another text with the same meaning: only the key is read leniently.
#[test]
fn bits_left_over() {
    for blocks in [2, 4, 6] {
        let text = base64(&encrypt(KEY, &vec![7; 16 * blocks]));
        let last = text.trim_end_matches('=').len() - 1;
        if last + 1 == text.len() {
            assert_eq!(blocks, 6, "48 bytes fill whole groups");
            continue;
        }
        let digit = char::from(text.as_bytes()[last]);
        let next = char::from(text.as_bytes()[last] + 1);
        assert!(
            matches!(digit, 'A'..='Y' | 'a'..='y' | '0'..='8'),
            "the next character is the next digit: {digit}"
        );
        let changed = format!("{}{next}{}", &text[..last], &text[last + 1..]);
        assert_eq!(from_base64(&changed), from_base64(&text));
        assert_eq!(
            open_signed(&verifier(), &changed).err(),
            Some(Rejection::Envelope(EnvelopeFault::NotBase64))
        );
        assert_ne!(
            open_signed(&verifier(), &text).err(),
            Some(Rejection::Envelope(EnvelopeFault::NotBase64))
        );
    }
}

#[test]
fn length_of_the_cipher_text() {
    let whole = from_base64(&genuine());
    for length in 1..whole.len() {
        let reason = open_signed(&verifier(), &base64(&whole[..length])).unwrap_err();
        if length <= 30 {
            assert_eq!(reason, Rejection::Body(BodyFault::NoEncrypt), "{length}: less than two blocks");
        } else if length % 16 == 0 {
            // Whole blocks are decrypted, and what stands at the end is no padding.
            assert!(
                matches!(
                    reason,
                    Rejection::Envelope(EnvelopeFault::Padding)
                        | Rejection::Envelope(EnvelopeFault::LengthField)
                ),
                "{length}: {reason:?}"
            );
        } else {
            assert_eq!(reason, Rejection::Envelope(EnvelopeFault::CipherLength), "{length}");
        }
    }
}

#[test]
fn padding() {
    // A message that ends on a block, so that any padding may follow.
    let whole = content(&[b'x'; 58], APP_ID.as_bytes());
    assert_eq!(whole.len(), 96);
    let with = |padding: &[u8]| refusal_of_plain(&[&whole[..], padding].concat());
    for length in [16, 32] {
        assert_eq!(with(&vec![u8::try_from(length).unwrap(); length]), None);
    }
    for shorter in 1..=31 {
        let whole = content(&vec![b'x'; 90 - shorter], APP_ID.as_bytes());
        assert_eq!(refusal_of_plain(&padded(whole, 32)), None, "{shorter}");
    }

    let refused = Some(Rejection::Envelope(EnvelopeFault::Padding));
    assert_eq!(with(&[0; 16]), refused);
    assert_eq!(with(&[0; 32]), refused);
    assert_eq!(with(&[33; 48]), refused);
    assert_eq!(with(&[48; 48]), refused);
    assert_eq!(with(&[255; 32]), refused);
    for wrong in 0..31 {
        let mut padding = [32; 32];
        padding[wrong] = 31;
        assert_eq!(with(&padding), refused, "{wrong}");
    }
    // More padding than text.
    assert_eq!(refusal_of_plain(&[33; 32]), refused);
}

#[test]
fn the_length_field() {
    let of = |length: u32, message: &[u8]| {
        let plain = [&[b'r'; 16], &length.to_be_bytes()[..], message, APP_ID.as_bytes()].concat();
        refusal_of_plain(&padded(plain, 32))
    };
    let message = b"0123456789";
    let rest = u32::try_from(message.len() + APP_ID.len()).unwrap();
    assert_eq!(of(10, message), None);
    // It fits the text, and leaves another id.
    for length in [0, 1, 9, 11, rest] {
        assert_eq!(of(length, message), Some(Rejection::Envelope(EnvelopeFault::WrongReceiveId)), "{length}");
    }
    for length in
        [rest + 1, rest + 32, 0x0a00_0000, i32::MAX.unsigned_abs(), 1 << 31, u32::MAX - 20, u32::MAX]
    {
        assert_eq!(of(length, message), Some(Rejection::Envelope(EnvelopeFault::LengthField)), "{length}");
    }

    // Too short for a length at all.
    for length in 0..=19 {
        let plain = padded(vec![0; length], 32);
        assert_eq!(
            refusal_of_plain(&plain),
            Some(Rejection::Envelope(EnvelopeFault::LengthField)),
            "{length}"
        );
    }
    assert_eq!(refusal_of_plain(&[32; 32]), Some(Rejection::Envelope(EnvelopeFault::LengthField)));
    // One block alone is never sent.
    assert_eq!(refusal_of_plain(&[16; 16]), Some(Rejection::Body(BodyFault::NoEncrypt)));
    // Just enough: an empty message without an id.
    let shortest = base64(&encrypt(KEY, &padded(vec![0; 20], 32)));
    let no_id = Verifier::encrypted(TOKEN, key(KEY), ReceiveId::empty()).unwrap();
    assert_eq!(open_signed(&no_id, &shortest).unwrap().document, "");
    assert_eq!(
        open_signed(&verifier(), &shortest).err(),
        Some(Rejection::Envelope(EnvelopeFault::WrongReceiveId))
    );
}

#[test]
fn text_that_is_not_utf8() {
    let any = Verifier::encrypted(TOKEN, key(KEY), ReceiveId::any()).unwrap();
    for bytes in [&b"\xff"[..], b"\xc3", b"abc\xed\xa0\x80", b"\xc4\xe3\xba\xc3"] {
        let message = sealed(KEY, bytes, APP_ID.as_bytes());
        assert_eq!(
            open_signed(&verifier(), &message).err(),
            Some(Rejection::Envelope(EnvelopeFault::NotUtf8)),
            "{bytes:?}"
        );
        let id = sealed(KEY, MESSAGE.as_bytes(), bytes);
        assert_eq!(
            open_signed(&verifier(), &id).err(),
            Some(Rejection::Envelope(EnvelopeFault::WrongReceiveId)),
            "{bytes:?}"
        );
        assert_eq!(
            open_signed(&any, &id).err(),
            Some(Rejection::Envelope(EnvelopeFault::NotUtf8)),
            "{bytes:?}"
        );
    }
    // A character cut in two by the length, one half in the message and one in the id.
    let mut plain = content("你".as_bytes(), b"");
    plain[19] = 1;
    assert_eq!(
        open_signed(&any, &base64(&encrypt(KEY, &padded(plain, 32)))).err(),
        Some(Rejection::Envelope(EnvelopeFault::NotUtf8))
    );
}
