//! What is said: lines for people or JSON objects, never a secret.

use std::{
    env,
    io::{self, IsTerminal as _, Write as _},
};

use anstyle::{AnsiColor, Effects, Style as Ansi};
use clap::ValueEnum;
use serde_json::Value;

use crate::words::{exit::Failure, lang::Lang, secrets::Secrets, text::one_line};

/// How a piece of a line is to look.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Style {
    Good,
    Bad,
    Doubtful,
    Faint,
}

impl Style {
    fn ansi(self) -> Ansi {
        let color = |color: AnsiColor| Ansi::new().fg_color(Some(color.into()));
        match self {
            Self::Good => color(AnsiColor::Green),
            Self::Bad => color(AnsiColor::Red),
            Self::Doubtful => color(AnsiColor::Yellow),
            Self::Faint => Ansi::new().effects(Effects::DIMMED),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Clone)]
pub(crate) struct Output {
    pub(crate) lang: Lang,
    pub(crate) json: bool,
    /// How often `-v` was given.
    pub(crate) verbose: u8,
    color: bool,
    secrets: Secrets,
}

impl Output {
    pub(crate) fn new(
        lang: Lang,
        json: bool,
        verbose: u8,
        color: Color,
        secrets: impl IntoIterator<Item = String>,
    ) -> Self {
        let color = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) && io::stdout().is_terminal()
            }
        };
        let mut output = Self { lang, json, verbose, color, secrets: Secrets::default() };
        output.secrets.add(secrets);
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
            .chain(environment);
        let json = args.iter().any(|arg| arg == "--json");
        Self::new(Lang::of_the_locale(), json, 0, Color::Never, secrets)
    }

    /// Hides this too.
    pub(crate) fn hide(&mut self, secret: &str) {
        self.secrets.add([secret.to_owned()]);
    }

    /// `text` without the secrets.
    pub(crate) fn mask(&self, text: &str) -> String {
        self.secrets.mask(text)
    }

    /// The value without the secrets.
    pub(crate) fn masked(&self, mut value: Value) -> Value {
        self.secrets.mask_value(&mut value);
        value
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
        print(&self.masked(object).to_string());
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
        let style = style.ansi();
        format!("{style}{text}{style:#}")
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
