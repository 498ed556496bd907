//! One verify, against the SHA-1 without which it is not possible and against what people write today.

#![expect(clippy::print_stdout, reason = "the tables are what this program is for")]
#![expect(clippy::expect_used, reason = "a benchmark that cannot be set up has nothing to measure")]

use std::{collections::HashMap, hint::black_box, time::Duration};

use axum::{extract::Query, http::Uri};
use bench::{
    TOKEN,
    hand_written::{self, Parameters},
    turns::Turns,
    works::bare_block,
};
use echostr::Verifier;
use sha1::{Digest as _, Sha1};

const TIMESTAMP: u64 = 1_540_176_606;
const NONCE: &str = "1854606751";
const HASHED: &[u8] = b"15401766061854606751Zq8vT3nLw5Rk";

fn main() {
    println!("#### The same request, checked in several ways\n");
    println!("{}", ways().run());
    println!("#### Other requests, other verifiers\n");
    println!("{}", cases().run());
}

fn ways() -> Turns<'static> {
    let mut turns = Turns::default();
    turns.add("the bare block of SHA-1", bare_block());
    turns.add("`Sha1::digest` of the same bytes", || {
        black_box(Sha1::digest(black_box(HASHED)));
    });
    let query = bench::signed();
    verify(&mut turns, "`Verifier::verify`", bench::plain(), "POST", query.clone());

    let uri: Uri = format!("/wx?{query}").parse().expect("a URI");
    let typed = uri.clone();
    let by_hand = move || {
        let Query(parameters) = Query::<HashMap<String, String>>::try_from_uri(black_box(&uri)).ok()?;
        Some(hand_written::is_genuine(&parameters))
    };
    assert_eq!(by_hand(), Some(true));
    turns.add("by hand, `Query<HashMap>`", move || {
        black_box(by_hand());
    });
    let by_hand = move || {
        let Query(Parameters { signature, timestamp, nonce, .. }) =
            Query::try_from_uri(black_box(&typed)).ok()?;
        Some(hand_written::is_signed(&signature, &timestamp, &nonce))
    };
    assert_eq!(by_hand(), Some(true));
    turns.add("by hand, typed `Query`", move || {
        black_box(by_hand());
    });
    turns
}

fn cases() -> Turns<'static> {
    let mut turns = Turns::default();
    turns.add("the bare block of SHA-1", bare_block());
    let token = |token: &str| Verifier::new(token).expect("a token");
    let or_token = |verifier: Verifier, token: &str| verifier.or_token(token).expect("a token");
    let sign = |verifier: &Verifier| verifier.sign(TIMESTAMP, NONCE);
    let plain = bench::plain();

    for (name, text) in [
        ("token sorts before the digits", "0Zq8vT3nLw5R"),
        ("between them", "17q8vT3nLw5R"),
        ("behind them", TOKEN),
        ("token of 32 characters", "Zq8vT3nLw5RkZq8vT3nLw5RkZq8vT3nL"),
        ("token of 36 characters: more than a block", "Zq8vT3nLw5RkZq8vT3nLw5RkZq8vT3nLw5Rk"),
    ] {
        let verifier = token(text);
        let query = sign(&verifier);
        verify(&mut turns, name, verifier, "POST", query);
    }
    let signed = sign(&plain);
    let mut reversed: Vec<&str> = signed.split('&').collect();
    reversed.reverse();
    for (name, method, query) in [
        ("with openid", "POST", bench::signed()),
        ("handshake", "GET", format!("{signed}&echostr=3892692869596528638")),
        ("parameters in another order", "POST", reversed.join("&")),
        ("with an escape", "POST", signed.replace(NONCE, "%3185460675%31")),
        ("an escape in a parameter of the user's own", "POST", format!("id=%37&{signed}")),
        ("query of 256 B", "POST", padded(&signed, 256)),
        ("query of 1 KiB", "POST", padded(&signed, 1 << 10)),
        ("query of 8 KiB", "POST", padded(&signed, 8 << 10)),
    ] {
        verify(&mut turns, name, plain.clone(), method, query);
    }
    let two = or_token(token("Current1Token"), TOKEN);
    let four = or_token(or_token(or_token(token("Current1Token"), "Current2Token"), "Current3Token"), TOKEN);
    verify(&mut turns, "2 tokens, the last one fits", two, "POST", signed.clone());
    verify(&mut turns, "4 tokens, the last one fits", four, "POST", signed.clone());
    verify(&mut turns, "with `max_age`", plain.clone().max_age(Duration::MAX), "POST", signed.clone());

    for (name, query) in [
        ("refused: wrong signature", signed.replace(NONCE, "2854606751")),
        ("refused: not WeChat's", "id=743&page=2".to_owned()),
    ] {
        assert!(plain.verify("POST", &query).is_err(), "{query}");
        let verifier = plain.clone();
        turns.add(name, move || {
            _ = black_box(&verifier.verify(black_box("POST"), black_box(&query)));
        });
    }
    turns
}

fn padded(signed: &str, length: usize) -> String {
    let padding = length.saturating_sub("own=&".len()).saturating_sub(signed.len());
    format!("own={}&{signed}", "x".repeat(padding))
}

fn verify(turns: &mut Turns<'_>, name: &str, verifier: Verifier, method: &'static str, query: String) {
    assert!(verifier.verify(method, &query).is_ok(), "{name}");
    turns.add(name, move || {
        _ = black_box(&verifier.verify(black_box(method), black_box(&query)));
    });
}
