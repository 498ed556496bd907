//! Whether an answer is like those to two genuine texts, apart from what varies in these.

/// Letters and digits in a row that are as good as random: openids, signatures, base64.
const LONGEST_WORD: usize = 24;

/// Digits and base64 masked: times, numbers and cipher texts differ in every answer.
pub(crate) fn masked(text: &str) -> String {
    tokens(text).into_iter().map(mask).collect()
}

fn mask(token: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    if token.len() >= LONGEST_WORD && token.chars().all(is_word) {
        return "B".to_owned();
    }
    let mut masked = String::with_capacity(token.len());
    for c in token.chars() {
        match c {
            '0'..='9' if masked.ends_with('0') => {}
            '0'..='9' => masked.push('0'),
            c => masked.push(c),
        }
    }
    masked
}

/// Runs of base64 characters, and what stands between them.
fn tokens(text: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '+' | '/' | '=');
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| is_word(c) != is_word(first)).unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        tokens.push(token);
        rest = after;
    }
    tokens
}

/// What two answers have in common.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    /// `None` stands where the two differ.
    tokens: Vec<Option<String>>,
    /// The two are of one shape, so that the places can be told.
    is_aligned: bool,
}

impl Template {
    /// Learns from two texts that are masked.
    pub(crate) fn learn(one: &str, two: &str) -> Self {
        let (one, two) = (tokens(one), tokens(two));
        let is_aligned = one.len() == two.len();
        let same = |(one, two): (&&str, &&str)| (one == two).then(|| (*one).to_owned());
        Self { tokens: one.iter().zip(&two).map(same).collect(), is_aligned }
    }

    /// The two are alike.
    pub(crate) fn is_exact(&self) -> bool {
        self.is_aligned && self.tokens.iter().all(Option::is_some)
    }

    /// There are no words in common, so that likeness to it says nothing.
    pub(crate) fn is_weak(&self) -> bool {
        let has_letters = |token: &String| token.chars().any(char::is_alphabetic);
        !self.is_exact() && (!self.is_aligned || !self.tokens.iter().flatten().any(has_letters))
    }

    /// Whether a masked text is like both.
    pub(crate) fn is_like(&self, text: &str) -> bool {
        if !self.is_aligned {
            // Answers of any length are given to genuine texts, so anything may be one.
            return true;
        }
        let tokens = tokens(text);
        let fits =
            |(known, token): (&Option<String>, &&str)| known.as_ref().is_none_or(|known| known == token);
        tokens.len() == self.tokens.len() && self.tokens.iter().zip(&tokens).all(fits)
    }
}

#[cfg(test)]
mod tests {
    use super::{Template, masked};

    #[test]
    fn what_varies_is_learnt() {
        let masked = |text: &str| masked(text);
        assert_eq!(masked("<a>1540176606</a>"), masked("<a>7</a>"));
        assert_eq!(masked(&"Ab+/".repeat(11)), masked(&"xY9=".repeat(8)));
        assert_ne!(masked("success"), masked("failed"));
        let exact = Template::learn("success", "success");
        assert!(exact.is_exact() && exact.is_like("success") && !exact.is_like("") && !exact.is_weak());
        let empty = Template::learn("", "");
        assert!(empty.is_exact() && empty.is_like("") && !empty.is_like("success"));
        let joke = Template::learn("joke: cows fly", "joke: cats swim");
        assert!(!joke.is_exact() && !joke.is_weak());
        assert!(joke.is_like("joke: dogs bark") && !joke.is_like("error: bad token"));
        assert!(Template::learn("apple", "pear").is_weak());
        assert!(Template::learn("a b c", "a b").is_weak());
    }
}
