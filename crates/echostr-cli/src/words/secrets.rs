//! Hides secrets in whatever is said.

use serde_json::Value;

/// Takes the place of a secret.
pub(crate) const REDACTED: &str = "[REDACTED]";

/// A token shorter than this is hidden where it stands as a word only: `weixin` is part of every URL of WeChat's.
const HIDDEN_ANYWHERE: usize = 8;

/// What is never to be seen.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Vec<String>);

impl Secrets {
    /// Hides these too.
    pub(crate) fn add(&mut self, secrets: impl IntoIterator<Item = String>) {
        self.0.extend(secrets.into_iter().filter(|secret| !secret.trim().is_empty()));
    }

    /// `text` without the secrets.
    pub(crate) fn mask(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| {
            if secret.len() >= HIDDEN_ANYWHERE {
                text.replace(secret.as_str(), REDACTED)
            } else {
                replace_word(&text, secret)
            }
        })
    }

    /// The same in every text of a JSON value.
    pub(crate) fn mask_value(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.mask(text),
            Value::Array(values) => values.iter_mut().for_each(|value| self.mask_value(value)),
            Value::Object(fields) => fields.values_mut().for_each(|value| self.mask_value(value)),
            _ => {}
        }
    }
}

fn replace_word(text: &str, word: &str) -> String {
    let is_inner = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '/');
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(word) {
        masked.push_str(before);
        let is_word = !masked.ends_with(is_inner) && !after.starts_with(is_inner);
        masked.push_str(if is_word { REDACTED } else { word });
        rest = after;
    }
    masked.push_str(rest);
    masked
}

#[cfg(test)]
mod tests {
    use super::replace_word;

    #[test]
    fn short_tokens_are_hidden_as_words() {
        assert_eq!(replace_word("weixin, token=weixin", "weixin"), "[REDACTED], token=[REDACTED]");
        assert_eq!(
            replace_word("https://mp.weixin.qq.com/weixins", "weixin"),
            "https://mp.weixin.qq.com/weixins"
        );
    }
}
