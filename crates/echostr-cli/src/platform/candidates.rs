//! Where the text of an `Encrypt` can stand in a body, however that is written: no parser, as the plain copy of compatible mode
//! may be no XML at all.

/// How many candidates are worth a look.
const MOST: usize = 4;

/// Sixteen random bytes, a length and padding make two blocks, which are 44 characters.
const SHORTEST: usize = 44;

/// The longest runs of base64 characters in an XML or JSON body, longest first, at most four. Nothing typed by a user can be
/// longer than the cipher text, which holds it too.
pub(crate) fn candidates(body: &[u8]) -> Vec<String> {
    let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body).trim_ascii_start();
    let is_json = match body.first() {
        Some(b'{') => true,
        Some(b'<') => false,
        _ => return vec![],
    };
    let mut runs = Vec::new();
    let mut run = String::new();
    let mut rest = body;
    while let Some((character, after)) = next(rest, is_json) {
        rest = after;
        match character {
            Some('=') if !run.is_empty() && !run.ends_with("==") => run.push('='),
            Some(letter) if letter.is_ascii_alphanumeric() || matches!(letter, '+' | '/') => {
                if run.ends_with('=') {
                    finish(&mut runs, &mut run);
                }
                run.push(letter);
            }
            _ => finish(&mut runs, &mut run),
        }
    }
    finish(&mut runs, &mut run);
    // Stable: of two of one length the first one comes first.
    runs.sort_by_key(|run| std::cmp::Reverse(run.len()));
    runs.truncate(MOST);
    runs
}

fn finish(runs: &mut Vec<String>, run: &mut String) {
    let run = std::mem::take(run);
    if run.len() >= SHORTEST {
        runs.push(run);
    }
}

/// The next character, `None` for one that belongs to no run, and what follows.
fn next(body: &[u8], is_json: bool) -> Option<(Option<char>, &[u8])> {
    let (first, rest) = body.split_first()?;
    if !(is_json && *first == b'\\') {
        return Some((Some(char::from(*first)), rest));
    }
    // An escape is one character, so that its letters belong to no run.
    Some(match rest.split_first() {
        Some((b'/', rest)) => (Some('/'), rest),
        Some((b'u', digits)) => {
            let code = digits.get(..4).and_then(|digits| str::from_utf8(digits).ok());
            match code.and_then(|code| u32::from_str_radix(code, 16).ok()) {
                Some(code) => (char::from_u32(code), digits.get(4..).unwrap_or_default()),
                None => (None, rest),
            }
        }
        Some((b'"' | b'\\' | b'b' | b'f' | b'n' | b'r' | b't', rest)) => (None, rest),
        // A malformed one consumes its backslash only.
        _ => (None, rest),
    })
}

#[cfg(test)]
mod tests {
    use super::candidates;

    #[test]
    fn wherever_it_stands() {
        let (long, short) = (format!("{}+/==", "a".repeat(60)), format!("{}=", "b".repeat(43)));
        let found = |body: String| candidates(body.as_bytes());
        assert_eq!(found(format!("<xml>\n<Encrypt><![CDATA[{long}]]></Encrypt></xml>")), [&*long]);
        assert_eq!(found(format!("\u{feff} <x>]]>&{short}<{long}")), [long.clone(), short.clone()]);
        let escaped = long.replace('/', "\\/").replace('=', "\\u003d").replace('+', "\\u002b");
        assert_eq!(found(format!("{{\"encrypt\":\"{escaped}\"}}")), [&*long]);
        assert_eq!(found(format!("{{\"a\":\"\\n{short}\\u003e{long}\\ux{short}\"")).len(), 3);
        assert_eq!(found(format!("{{\"a\":\"\\n{short}\"")), [&*short], "an escape lends no letter");
        // The control: what is too short, and what is neither XML nor JSON.
        assert!(found(format!("<xml>{}=</xml>", "b".repeat(42))).is_empty());
        assert!(found(long).is_empty());
    }

    #[test]
    fn the_four_longest() {
        let body: String = (44..60).map(|length| format!("<{}>", "a".repeat(length))).collect();
        let lengths: Vec<_> = candidates(body.as_bytes()).iter().map(String::len).collect();
        assert_eq!(lengths, [59, 58, 57, 56]);
    }
}
