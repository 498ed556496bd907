//! The options of every command, and the account that they give.

use std::{env, fs, path::PathBuf, time::Duration};

use clap::{ArgAction, Args};

use crate::{
    platform::{account::Account, metadata::Metadata, mode::Mode},
    report::output::{Color, Output},
    words::{
        exit::Failure,
        lang::{Lang, say},
    },
};

/// A token is at most 32 characters; a file much longer holds something else.
const LONGEST_TOKEN_FILE: u64 = 4096;

/// The options of every command.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Account and output")]
pub(crate) struct Common {
    /// The token of the console page; never shown
    #[arg(long, global = true, env = "WECHAT_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    pub(crate) token: Option<String>,
    /// A file that holds the token
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,
    /// The AppID, CorpID or SuiteID behind encrypted messages
    #[arg(long, global = true, env = "WECHAT_APP_ID", hide_env_values = true, value_name = "ID")]
    pub(crate) appid: Option<String>,
    /// The EncodingAESKey, 43 characters; never shown
    #[arg(long, global = true, env = "WECHAT_ENCODING_AES_KEY", hide_env_values = true, value_name = "KEY")]
    pub(crate) aes_key: Option<String>,
    /// How messages are sent [default: safe where there is a key, plain otherwise]
    #[arg(long, global = true, value_name = "MODE")]
    pub(crate) mode: Option<Mode>,
    /// The user who sends
    #[arg(long, global = true, value_name = "OPENID")]
    pub(crate) openid: Option<String>,
    /// The timestamp, in seconds since 1970 [default: now]
    #[arg(long, global = true, value_name = "SECONDS")]
    pub(crate) at: Option<u64>,
    /// The nonce [default: random]
    #[arg(long, global = true, value_name = "NONCE")]
    pub(crate) nonce: Option<String>,
    /// The time limit for an answer, in seconds
    #[arg(long, global = true, value_name = "SECONDS", default_value = "5", value_parser = seconds)]
    pub(crate) timeout: Duration,
    /// Prints one JSON object a line
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Whether output is coloured; NO_COLOR is heeded
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    /// Shows every request and response as a whole, on standard error; `check` shows every case, and these with `-vv`
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// The language of the output [default: that of LC_ALL or LANG]
    #[arg(long, global = true, value_name = "LANG")]
    pub(crate) lang: Option<Lang>,
    /// Allows URLs of other machines
    #[arg(long, global = true)]
    pub(crate) allow_remote: bool,
}

impl Common {
    pub(crate) fn output(&self) -> Output {
        let lang = self.lang.unwrap_or_else(Lang::of_the_locale);
        let secrets = [&self.token, &self.aes_key].into_iter().flatten().cloned();
        Output::new(lang, self.json, self.verbose, self.color, secrets)
    }

    /// Says why the command cannot go on.
    pub(crate) fn tell(&self, failure: &Failure) {
        let mut output = self.output();
        // It may come from a file.
        if let Ok(Some(account)) = self.find_account(output.lang) {
            output.hide(&account.token);
        }
        output.failure(failure);
    }

    /// When, with which nonce and in whose name.
    pub(crate) fn metadata(&self) -> Metadata {
        Metadata::new(self.at, self.nonce.clone(), self.openid.clone())
    }

    /// The key, if one is given.
    pub(crate) fn key(&self) -> Option<String> {
        self.aes_key.clone().filter(|key| !key.is_empty())
    }

    /// The account of the command line.
    pub(crate) fn account(&self, lang: Lang) -> Result<Account, Failure> {
        self.find_account(lang)?.ok_or_else(|| {
            Failure::usage(say!(
                lang,
                "no token: give the one of the console page with --token, --token-file or WECHAT_TOKEN",
                "没有 Token：请用 --token、--token-file 或环境变量 WECHAT_TOKEN 给出后台填写的 Token"
            ))
        })
    }

    /// The same, `None` without a token.
    pub(crate) fn find_account(&self, lang: Lang) -> Result<Option<Account>, Failure> {
        let Some(token) = token(self, lang)? else { return Ok(None) };
        Account::new(token, self.mode(), self.key(), self.appid.clone(), lang).map(Some)
    }

    /// The same options for what only WeCom sends: where nothing else is said, in its mode, and to its aibot without an id.
    pub(crate) fn for_wecom(&self, is_bots: bool) -> Self {
        let mut common = self.clone();
        if common.key().is_some() {
            common.mode = common.mode.or(Some(Mode::Wecom));
        }
        if is_bots {
            common.appid = common.appid.or_else(|| Some(String::new()));
        }
        common
    }

    /// The mode that is given, or the one that the key asks for.
    pub(crate) fn mode(&self) -> Mode {
        self.mode.unwrap_or(match self.key() {
            None => Mode::Plain,
            Some(_) if env::var("WECHAT_PLATFORM").is_ok_and(|platform| platform == "wecom") => Mode::Wecom,
            Some(_) => Mode::Safe,
        })
    }
}

/// Says what is wrong with a command line that cannot be read.
pub(crate) fn tell_before_the_command_line(failure: &Failure) {
    Output::before_the_command_line().failure(failure);
}

fn token(common: &Common, lang: Lang) -> Result<Option<String>, Failure> {
    let Some(path) = &common.token_file else { return Ok(common.token.clone()) };
    // One that merely stands in the environment is outdone by a file that was asked for.
    if common.token.is_some() && common.token != env::var("WECHAT_TOKEN").ok() {
        return Err(Failure::usage(say!(
            lang,
            "--token and --token-file exclude each other: give one of them",
            "--token 与 --token-file 不能同时使用：请只给其中一个"
        )));
    }
    let file = path.display();
    let too_long = fs::metadata(path).is_ok_and(|metadata| metadata.len() > LONGEST_TOKEN_FILE);
    let text = if too_long {
        return Err(Failure::usage(say!(
            lang,
            "{file} is too long to hold a token",
            "{file} 太长，不像是只存放 Token 的文件"
        )));
    } else {
        fs::read_to_string(path)
    };
    let text = text.map_err(|error| {
        Failure::usage(say!(
            lang,
            "cannot read the token from {file}: {error}",
            "无法从 {file} 读取 Token:{error}"
        ))
    })?;
    Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
}

/// At least a millisecond, at most an hour.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.strip_suffix('s').unwrap_or(text).parse::<f64>();
    let seconds = seconds.ok().filter(|seconds| (0.001..=3600.0).contains(seconds));
    seconds
        .map(Duration::from_secs_f64)
        .ok_or_else(|| "seconds between 0.001 and 3600, such as 5 or 2.5".to_owned())
}
