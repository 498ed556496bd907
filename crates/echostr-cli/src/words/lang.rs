//! The two languages of the command.

use std::env;

use clap::ValueEnum;

/// The language of everything that is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// 中文
    Zh,
    /// English
    En,
}

impl Lang {
    /// Chinese where the locale says so, English otherwise.
    pub(crate) fn of_the_locale() -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .iter()
            .find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
        if locale.is_some_and(|locale| locale.to_ascii_lowercase().starts_with("zh")) {
            Self::Zh
        } else {
            Self::En
        }
    }
}

/// A text in the language at hand: English first.
macro_rules! say {
    ($lang:expr, $en:literal, $zh:literal $(, $($argument:tt)*)?) => {
        match $lang {
            $crate::words::lang::Lang::En => format!($en $(, $($argument)*)?),
            $crate::words::lang::Lang::Zh => format!($zh $(, $($argument)*)?),
        }
    };
}
pub(crate) use say;
