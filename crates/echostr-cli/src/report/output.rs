//! What is said: lines for people or JSON objects, never a secret.

use std::{
    env,
    io::{self, IsTerminal as _, Write as _},
};

use serde_json::Value;

use crate::{
    cli::args::{Color, Common},
    words::exit::Failure,
    words::lang::Lang,
};

/// Takes the place of a secret.
pub(crate) const REDACTED: &str = "[REDACTED]";

/// A token shorter than this is hidden where it stands as a word only: `weixin` is part of every URL of WeChat's.
const HIDDEN_ANYWHERE: usize = 8;

/// How a piece of a line is to look.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Style {
    Good,
    Bad,
    Doubtful,
    Faint,
}

#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) lang: Lang,
    pub(crate) json: bool,
    pub(crate) verbose: bool,
    color: bool,
    secrets: Vec<String>,
}

impl Output {
    pub(crate) fn new(common: &Common) -> Self {
        let color = match common.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) && io::stdout().is_terminal()
            }
        };
        let lang = common.lang.unwrap_or_else(Lang::of_the_locale);
        let secrets = [&common.token, &common.aes_key].into_iter().flatten().cloned().collect();
        let mut output = Self { lang, json: common.json, verbose: common.verbose, color, secrets: vec![] };
        output.hide_all(secrets);
        output
    }

    /// For a command line that cannot be read: what it was to say is looked for word by word.
    pub(crate) fn before_the_command_line() -> Self {
        let args: Vec<_> = env::args_os().map(|arg| arg.to_string_lossy().into_owned()).collect();
        let is_secret = |option: &str| matches!(option, "--token" | "--aes-key");
        let joined =
            args.iter().filter_map(|arg| arg.split_once('=')).filter(|(option, _)| is_secret(option));
        let apart = args.iter().zip(args.iter().skip(1)).filter(|(option, _)| is_secret(option));
        let environment =
            ["WECHAT_TOKEN", "WECHAT_ENCODING_AES_KEY"].iter().filter_map(|name| env::var(name).ok());
        let secrets = joined
            .map(|(_, secret)| secret.to_owned())
            .chain(apart.map(|(_, secret)| secret.clone()))
            .chain(environment)
            .collect();
        let json = args.iter().any(|arg| arg == "--json");
        let mut output =
            Self { lang: Lang::of_the_locale(), json, verbose: false, color: false, secrets: vec![] };
        output.hide_all(secrets);
        output
    }

    /// Hides this too.
    pub(crate) fn hide(&mut self, secret: &str) {
        self.hide_all(vec![secret.to_owned()]);
    }

    fn hide_all(&mut self, secrets: Vec<String>) {
        self.secrets.extend(secrets.into_iter().filter(|secret| !secret.trim().is_empty()));
    }

    /// `text` without the secrets.
    pub(crate) fn mask(&self, text: &str) -> String {
        self.secrets.iter().fold(text.to_owned(), |text, secret| {
            if secret.len() >= HIDDEN_ANYWHERE {
                text.replace(secret.as_str(), REDACTED)
            } else {
                replace_word(&text, secret)
            }
        })
    }

    fn mask_value(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.mask(text),
            Value::Array(values) => values.iter_mut().for_each(|value| self.mask_value(value)),
            Value::Object(fields) => fields.values_mut().for_each(|value| self.mask_value(value)),
            _ => {}
        }
    }

    /// A JSON object, or lines for people.
    pub(crate) fn event(&self, object: Value, text: &str) {
        if self.json {
            self.object(object);
        } else {
            print(&self.mask(text));
        }
    }

    pub(crate) fn object(&self, object: Value) {
        print(&self.masked_line(object));
    }

    /// The object in one line, without the secrets.
    pub(crate) fn masked_line(&self, mut object: Value) -> String {
        self.mask_value(&mut object);
        object.to_string()
    }

    /// A line for people; nothing in JSON.
    pub(crate) fn line(&self, text: &str) {
        if !self.json {
            print(&self.mask(text));
        }
    }

    /// What the command was asked to make, byte for byte: nothing in it comes from elsewhere, and it may by chance hold
    /// the digits of a short token.
    pub(crate) fn result(&self, object: &Value, text: &str) {
        print(&if self.json { object.to_string() } else { text.to_owned() });
    }

    /// For `-v`: on standard error, so that standard output stays what it is.
    pub(crate) fn trace(&self, text: &str) {
        eprint(&self.paint(Style::Faint, &self.mask(text)));
    }

    pub(crate) fn warning(&self, text: &str) {
        if !self.json {
            eprint(&self.paint(Style::Doubtful, &self.mask(text)));
        }
    }

    pub(crate) fn failure(&self, failure: &Failure) {
        let message = one_line(&self.mask(&failure.message));
        if self.json {
            print(&serde_json::json!({ "error": message, "exit": failure.exit.code() }).to_string());
        } else {
            eprint(&format!("{} {message}", self.paint(Style::Bad, "echostr:")));
        }
    }

    pub(crate) fn paint(&self, style: Style, text: &str) -> String {
        if !self.color {
            return text.to_owned();
        }
        let code = match style {
            Style::Good => 32,
            Style::Bad => 31,
            Style::Doubtful => 33,
            Style::Faint => 2,
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// Whoever reads the output may have gone: `echostr check … | head`.
fn print(text: &str) {
    let mut stdout = io::stdout().lock();
    drop(writeln!(stdout, "{text}").and_then(|()| stdout.flush()));
}

fn eprint(text: &str) {
    drop(writeln!(io::stderr().lock(), "{text}"));
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

/// Line ends and other control characters escaped, so that whatever a server sends stays one line and moves no cursor.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut line, c| {
        if c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}') {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
        line
    })
}

/// The same for several lines.
pub(crate) fn printable(text: &str) -> String {
    text.split('\n').map(one_line).collect::<Vec<_>>().join("\n")
}

/// The beginning of a text that others wrote, in one line.
pub(crate) fn excerpt(text: &[u8]) -> String {
    const LONGEST: usize = 60;
    let text = String::from_utf8_lossy(text);
    let mut excerpt: String = text.chars().take(LONGEST).collect();
    if excerpt.len() < text.len() {
        excerpt.push('…');
    }
    one_line(&excerpt)
}

#[cfg(test)]
mod tests {
    use super::{excerpt, one_line, replace_word};

    #[test]
    fn short_tokens_are_hidden_as_words() {
        assert_eq!(replace_word("weixin, token=weixin", "weixin"), "[REDACTED], token=[REDACTED]");
        assert_eq!(
            replace_word("https://mp.weixin.qq.com/weixins", "weixin"),
            "https://mp.weixin.qq.com/weixins"
        );
    }

    #[test]
    fn what_others_wrote_stays_one_line() {
        assert_eq!(one_line("a\r\n\u{1b}[31m\u{feff}你"), "a\\r\\n\\u{1b}[31m\\u{feff}你");
        assert_eq!(excerpt("好".repeat(61).as_bytes()), format!("{}…", "好".repeat(60)));
    }
}
