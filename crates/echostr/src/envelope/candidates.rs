//! Where in a body the signed text can stand.
//!
//! In compatible mode the body holds an unsigned copy of the message beside `Encrypt`, in which a user's own text stands as it was
//! typed: `]]>`, whole elements, a second `Encrypt`. A parser would let that text decide. `msg_signature` covers the cipher text
//! and nothing else, so no parser is asked: **what looks like a cipher text is a candidate, and the one that the signature fits
//! is it**. Nothing that was typed can be longer, since the cipher text holds all of the copy and is a third longer.

use std::borrow::Cow;

use super::format::{Format, start_of};

/// Characters of the shortest cipher text, with its `=`: two blocks of AES.
const SHORTEST: usize = 44;

/// What is left of it without the `=`.
const FEWEST_DIGITS: usize = 42;

/// So many are tried at most, the longest first.
const MOST: usize = 4;

/// The texts in `body` that can be the text of its `Encrypt`, the longest first, at most four. None where the body begins with neither
/// `<` nor `{`.
///
/// A candidate is a run of base64 characters, as long as it goes, with up to two `=` behind it, of at least 44 characters. In JSON
/// escapes are undone first, of which encoders put `\/`, `\u002b`, `\u002f` and `\u003d` into base64; any other ends the run.
#[must_use]
pub fn candidates(body: &[u8]) -> Vec<Cow<'_, str>> {
    Format::of(body).map_or(vec![], |format| candidates_in(start_of(body), format))
}

/// The same of any text, read as if it were in this format.
pub(super) fn candidates_in(text: &[u8], format: Format) -> Vec<Cow<'_, str>> {
    let mut longest: Vec<Run<'_>> = Vec::with_capacity(MOST.saturating_add(1));
    for run in Runs::of(text, format) {
        if run.length < SHORTEST
            || (longest.len() == MOST && longest.last().is_some_and(|last| last.length >= run.length))
        {
            continue;
        }
        let place = longest.partition_point(|other| other.length >= run.length);
        longest.insert(place, run);
        longest.truncate(MOST);
    }
    longest.iter().filter_map(Run::text).collect()
}

/// A run of base64 characters.
struct Run<'b> {
    /// As it stands in the body.
    raw: &'b [u8],
    /// Characters once its escapes are undone.
    length: usize,
}

impl<'b> Run<'b> {
    fn text(&self) -> Option<Cow<'b, str>> {
        if self.length == self.raw.len() {
            return str::from_utf8(self.raw).ok().map(Cow::Borrowed);
        }
        let mut text = String::with_capacity(self.length);
        let mut rest = self.raw;
        while let Some((character, after)) = character(rest, Format::Json) {
            text.extend(character.map(char::from));
            rest = after;
        }
        Some(Cow::Owned(text))
    }
}

/// The runs of a body, in its order.
struct Runs<'b> {
    rest: &'b [u8],
    format: Format,
}

impl<'b> Runs<'b> {
    const fn of(body: &'b [u8], format: Format) -> Self {
        Self { rest: body, format }
    }

    /// Passes over what can be no part of a candidate, mostly without a look at it: among so many bytes in a row each is one, so
    /// the last of them is looked at first.
    fn skip(&mut self) {
        let may_belong = |byte: &u8| is_digit(*byte) || (*byte == b'\\' && self.format == Format::Json);
        if self.rest.first().is_some_and(may_belong) {
            return;
        }
        while let Some((bytes, after)) = self.rest.split_at_checked(FEWEST_DIGITS) {
            if bytes.last().is_some_and(may_belong) {
                // What does not belong ends an escape at most, so that behind it nothing is cut in two.
                let start =
                    bytes.iter().rposition(|byte| !may_belong(byte)).map_or(0, |last| last.saturating_add(1));
                self.rest = self.rest.get(start..).unwrap_or_default();
                return;
            }
            self.rest = after;
        }
        self.rest = &[];
    }

    /// Takes characters, with their escapes undone, for as long as they are digits; says how many.
    fn digits(&mut self) -> usize {
        let mut digits = 0_usize;
        loop {
            let (plain, rest) = self.rest.split_at(plain_digits(self.rest));
            digits = digits.saturating_add(plain.len());
            self.rest = rest;
            match character(rest, self.format) {
                Some((Some(digit), after)) if is_digit(digit) => {
                    digits = digits.saturating_add(1);
                    self.rest = after;
                }
                _ => return digits,
            }
        }
    }

    /// Takes up to two `=`; says how many.
    fn filling(&mut self) -> usize {
        for taken in 0..2 {
            match character(self.rest, self.format) {
                Some((Some(b'='), after)) => self.rest = after,
                _ => return taken,
            }
        }
        2
    }
}

impl<'b> Iterator for Runs<'b> {
    type Item = Run<'b>;

    fn next(&mut self) -> Option<Run<'b>> {
        loop {
            self.skip();
            let start = self.rest;
            let digits = self.digits();
            if digits > 0 {
                let length = digits.saturating_add(self.filling());
                let raw = start.get(..start.len().saturating_sub(self.rest.len()))?;
                return Some(Run { raw, length });
            }
            // An escape for something else, or the end.
            self.rest = character(self.rest, self.format)?.1;
        }
    }
}

const fn is_digit(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() | (byte == b'+') | (byte == b'/')
}

/// How many digits stand in front. Those of a cipher text in whole chunks, without a branch for each byte, so that the compiler
/// makes vector instructions of it; but most runs are a word, which is read before a chunk would be.
fn plain_digits(bytes: &[u8]) -> usize {
    const WORD: usize = 8;
    let count = |bytes: &[u8]| bytes.iter().take_while(|byte| is_digit(**byte)).count();
    let word = count(bytes.get(..WORD).unwrap_or(bytes));
    if word < WORD {
        return word;
    }
    let bytes = bytes.get(WORD..).unwrap_or_default();
    let are_digits = |chunk: &[u8; 32]| chunk.iter().fold(true, |all, byte| all & is_digit(*byte));
    let whole = bytes.as_chunks().0.iter().take_while(|chunk| are_digits(chunk)).count().saturating_mul(32);
    WORD.saturating_add(whole).saturating_add(count(bytes.get(whole..).unwrap_or_default()))
}

/// The first character, an escape of JSON undone, and what follows it; no character where it is an escape for what is not ASCII, or
/// none at all.
fn character(body: &[u8], format: Format) -> Option<(Option<u8>, &[u8])> {
    let (first, rest) = body.split_first()?;
    if *first != b'\\' || format == Format::Xml {
        return Some((Some(*first), rest));
    }
    Some(match rest {
        [b'u', a, b, c, d, after @ ..] if [a, b, c, d].iter().all(|digit| digit.is_ascii_hexdigit()) => {
            (ascii([*a, *b, *c, *d]), after)
        }
        [b'/', after @ ..] => (Some(b'/'), after),
        [b'"' | b'\\' | b'b' | b'f' | b'n' | b'r' | b't', after @ ..] => (None, after),
        // Malformed: only the backslash is passed over.
        _ => (None, rest),
    })
}

/// The character that four hexadecimal digits stand for, if it is ASCII.
fn ascii(digits: [u8; 4]) -> Option<u8> {
    let value = u16::from_str_radix(str::from_utf8(&digits).ok()?, 16).ok()?;
    u8::try_from(value).ok().filter(u8::is_ascii)
}
