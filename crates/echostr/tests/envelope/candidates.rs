//! Where the signed text can stand, against the rule written down once more: character by character, without a look at speed.

use echostr::adapter::candidates;
use proptest::{collection::vec, prelude::*, sample::select};

/// The rule, in its own words.
fn by_the_rule(body: &[u8]) -> Vec<String> {
    let is_space = |byte: u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c);
    let skip = |mut text: Vec<u8>| {
        while text.first().is_some_and(|byte| is_space(*byte)) {
            text.remove(0);
        }
        text
    };
    let mut text = skip(body.to_vec());
    if text.starts_with(&[0xef, 0xbb, 0xbf]) {
        text = skip(text.split_off(3));
    }
    let is_json = match text.first() {
        Some(b'<') => false,
        Some(b'{') => true,
        _ => return vec![],
    };
    let characters = if is_json { undone(&text) } else { text.into_iter().map(char::from).collect() };

    let is_digit = |c: char| c.is_ascii_alphanumeric() || c == '+' || c == '/';
    let mut found: Vec<String> = vec![];
    let mut place = 0;
    while place < characters.len() {
        let mut run = String::new();
        while let Some(c) = characters.get(place).copied().filter(|c| is_digit(*c)) {
            run.push(c);
            place += 1;
        }
        if run.is_empty() {
            place += 1;
            continue;
        }
        for _ in 0..2 {
            if characters.get(place) == Some(&'=') {
                run.push('=');
                place += 1;
            }
        }
        if run.len() >= 44 {
            found.push(run);
        }
    }
    // Stable: of one length the first stays the first.
    found.sort_by_key(|run| std::cmp::Reverse(run.len()));
    found.truncate(4);
    found
}

/// Each escape of JSON as the one character that it stands for; what is none, and what is not ASCII, as a line break.
fn undone(text: &[u8]) -> Vec<char> {
    let mut characters = vec![];
    let mut place = 0;
    while let Some(byte) = text.get(place) {
        let (character, length) = match (byte, text.get(place + 1)) {
            (b'\\', Some(b'/')) => ('/', 2),
            (b'\\', Some(b'"' | b'\\' | b'b' | b'f' | b'n' | b'r' | b't')) => ('\n', 2),
            (b'\\', Some(b'u')) => {
                let digits = text.get(place + 2..place + 6).unwrap_or_default();
                let is_number = digits.len() == 4 && digits.iter().all(u8::is_ascii_hexdigit);
                if is_number {
                    let digits = String::from_utf8(digits.to_vec()).expect("ASCII");
                    let number = u32::from_str_radix(&digits, 16).expect("hexadecimal digits");
                    (char::from_u32(number).unwrap_or('\n'), 6)
                } else {
                    ('\n', 1)
                }
            }
            (b'\\', _) => ('\n', 1),
            (byte, _) if byte.is_ascii() => (char::from(*byte), 1),
            _ => ('\n', 1),
        };
        characters.push(character);
        place += length;
    }
    characters
}

const PIECES: &[&[u8]] = &[
    b"A",
    b"aZ09+/",
    b"u",
    b"n",
    b"x",
    b"003d",
    b"=",
    b"==",
    b"===",
    b"\\",
    b"\\\\",
    b"\\/",
    b"\\\"",
    b"\\n",
    b"\\t",
    b"\\x",
    b"\\u",
    b"\\u00",
    b"\\u003d",
    b"\\u003D",
    b"\\u002B",
    b"\\u002f",
    b"\\u0041",
    b"\\u003e",
    b"\\u0000",
    b"\\u00zz",
    b"\\u+041",
    b"\\ud83d\\ude00",
    b"\\u0141",
    b"<",
    b">",
    b"{",
    b"\"",
    b"]]>",
    b"-",
    b"_",
    b" ",
    b"\n",
    b"\0",
    b"\xff",
    b"\xc3",
    b"\xef\xbb\xbf",
    "你".as_bytes(),
    "Ａ".as_bytes(),
];

/// Lengths around those at which something changes.
fn run() -> impl Strategy<Value = Vec<u8>> {
    let length = prop_oneof![0..=8_usize, 29..=35_usize, 38..=46_usize, 60..=90_usize];
    (select(&b"Ab9+/"[..]), length).prop_map(|(digit, length)| vec![digit; length])
}

fn heap() -> impl Strategy<Value = Vec<u8>> {
    let front =
        select(vec![&b""[..], b" ", b"\xef\xbb\xbf", b"\n\xef\xbb\xbf\t", b"\xef\xbb\xbf\xef\xbb\xbf"]);
    let first = select(vec![&b"<"[..], b"{", b"{", b"", b"["]);
    let piece = prop_oneof![
        4 => run(),
        5 => select(PIECES).prop_map(<[u8]>::to_vec),
        1 => vec(any::<u8>(), 0..4),
    ];
    (front, first, vec(piece, 0..40))
        .prop_map(|(front, first, pieces)| [front, first, &pieces.concat()].concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4096) })]

    #[test]
    fn are_those_of_the_rule(heap in heap()) {
        prop_assert_eq!(candidates(&heap), by_the_rule(&heap), "{:?}", String::from_utf8_lossy(&heap));
    }

    #[test]
    fn of_any_bytes_too(bytes in vec(any::<u8>(), 0..300), is_json: bool) {
        let body = [if is_json { b"{" } else { b"<" }, &bytes[..]].concat();
        prop_assert_eq!(candidates(&body), by_the_rule(&body));
    }
}

/// Every length of a run, at every distance from the start, behind each character that ends one.
#[test]
fn at_every_place() {
    for first in ["<", "{"] {
        for before in 0..100 {
            for length in [41, 42, 43, 44, 45, 64, 85] {
                for (end, filling) in [(">", ""), (">", "="), ("\\", "=="), ("\\n", "==="), ("=", "")] {
                    let body = format!("{first}{}{end}{}{filling}>a", "-".repeat(before), "A".repeat(length));
                    assert_eq!(candidates(body.as_bytes()), by_the_rule(body.as_bytes()), "{body}");
                    let body = format!("{first}{}{end}{}{filling}>a", "b".repeat(before), "A".repeat(length));
                    assert_eq!(candidates(body.as_bytes()), by_the_rule(body.as_bytes()), "{body}");
                }
            }
        }
    }
}
