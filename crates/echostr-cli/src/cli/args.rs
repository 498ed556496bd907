//! The command line.

use std::{path::PathBuf, time::Duration};

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::words::lang::Lang;

/// Plays the WeChat (微信) server against a local URL.
///
/// Exit codes: 0 fine, 1 wrong answer, 2 usage, 3 no connection, 4 over the time limit, 5 a forgery was accepted.
#[derive(Debug, Parser)]
#[command(name = "echostr", version, propagate_version = true, arg_required_else_help = true)]
pub(crate) struct CommandLine {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

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
    /// Shows every request and response as a whole, on standard error
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// The language of the output [default: that of LC_ALL or LANG]
    #[arg(long, global = true, value_name = "LANG")]
    pub(crate) lang: Option<Lang>,
    /// Allows URLs of other machines
    #[arg(long, global = true)]
    pub(crate) allow_remote: bool,
}

/// How the platform is set to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// 明文模式: signed, not encrypted
    Plain,
    /// 兼容模式: plain fields and an encrypted copy
    Compat,
    /// 安全模式: encrypted
    Safe,
    /// 企业微信 (WeCom): encrypted, the handshake too
    Wecom,
}

impl Mode {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Compat => "compat",
            Self::Safe => "safe",
            Self::Wecom => "wecom",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Submits the URL as the console page does, and says what is wrong with the answer
    Handshake {
        /// The URL of the callback, such as http://127.0.0.1:3000/wx
        url: String,
    },
    /// Sends a message
    Send(Box<Send>),
    /// Sends an event
    Event(Box<Event>),
    /// Runs the whole suite: handshake, every kind of message, and everything that must be refused
    Check {
        /// The URL of the callback
        url: String,
    },
    /// Signs a request, offline
    Sign(Sign),
    /// Verifies a query, and the body behind it, offline
    Verify {
        /// The query or the whole URL of the request
        query: String,
        /// The body, for encrypted modes; `-` is standard input
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
        /// The method [default: GET with an echostr, POST otherwise]
        #[arg(long, value_name = "METHOD")]
        method: Option<String>,
    },
    /// Encrypts a document as the platform does, offline
    Encrypt(Text),
    /// Decrypts a request's or a reply's body, or the text of an Encrypt, offline
    Decrypt(Text),
    /// Receives callbacks, shows and records them
    Listen(Listen),
    /// Sends recorded callbacks again
    Replay {
        /// The record that `listen --save` wrote; `-` is standard input
        file: PathBuf,
        /// The URL of the callback
        url: String,
        /// Signs anew, with the time of now
        #[arg(long)]
        resign: bool,
    },
    /// Prints a completion script
    Completions {
        /// The shell
        shell: Shell,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    Text,
    Image,
    Voice,
    Video,
    #[value(name = "shortvideo")]
    ShortVideo,
    Location,
    Link,
}

#[derive(Args, Debug, Default)]
pub(crate) struct Send {
    /// The URL of the callback
    pub(crate) url: String,
    /// The kind of message; without it the document is read from --file or standard input
    pub(crate) kind: Option<Kind>,
    /// The text; for an image its URL, for voice the recognised words, for a location its label, for a link its URL
    #[arg(conflicts_with = "file")]
    pub(crate) content: Option<String>,
    /// A document to send as it is, XML or JSON; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "kind")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) to: To,
    /// The MediaId
    #[arg(long, value_name = "ID")]
    pub(crate) media_id: Option<String>,
    /// Video: the ThumbMediaId
    #[arg(long, value_name = "ID")]
    pub(crate) thumb_media_id: Option<String>,
    /// Image: the PicUrl
    #[arg(long, value_name = "URL")]
    pub(crate) pic_url: Option<String>,
    /// Voice: the Format
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<String>,
    /// Location: the latitude
    #[arg(long, value_name = "DEGREES", allow_negative_numbers = true)]
    pub(crate) latitude: Option<f64>,
    /// Location: the longitude
    #[arg(long, value_name = "DEGREES", allow_negative_numbers = true)]
    pub(crate) longitude: Option<f64>,
    /// Location: the scale of the map
    #[arg(long, value_name = "N")]
    pub(crate) scale: Option<u32>,
    /// Link: the title
    #[arg(long, value_name = "TEXT")]
    pub(crate) title: Option<String>,
    /// Link: the description
    #[arg(long, value_name = "TEXT")]
    pub(crate) description: Option<String>,
}

#[derive(Args, Debug, Default)]
pub(crate) struct To {
    /// The account that receives: the ToUserName
    #[arg(long, value_name = "ID")]
    pub(crate) to: Option<String>,
    /// Message: the MsgId [default: made from timestamp and nonce]
    #[arg(long, value_name = "ID")]
    pub(crate) msg_id: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EventKind {
    Subscribe,
    Unsubscribe,
    Scan,
    Location,
    Click,
    View,
}

#[derive(Args, Debug)]
pub(crate) struct Event {
    /// The URL of the callback
    pub(crate) url: String,
    /// The event
    pub(crate) kind: EventKind,
    /// The EventKey: the scene of a QR code, the key or the URL of a menu entry
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// The Ticket of a QR code
    #[arg(long, value_name = "TICKET")]
    pub(crate) ticket: Option<String>,
    /// Location: the latitude
    #[arg(long, value_name = "DEGREES", allow_negative_numbers = true)]
    pub(crate) latitude: Option<f64>,
    /// Location: the longitude
    #[arg(long, value_name = "DEGREES", allow_negative_numbers = true)]
    pub(crate) longitude: Option<f64>,
    /// Location: the precision, in metres
    #[arg(long, value_name = "METRES")]
    pub(crate) precision: Option<f64>,
    #[command(flatten)]
    pub(crate) to: To,
}

#[derive(Args, Debug)]
pub(crate) struct Sign {
    /// The URL of the callback; without it only the query is printed
    pub(crate) url: Option<String>,
    /// Prints a curl line
    #[arg(long)]
    pub(crate) curl: bool,
    /// Signs a handshake instead of a message
    #[arg(long)]
    pub(crate) handshake: bool,
    /// The echostr of the handshake [default: made from timestamp and nonce]
    #[arg(long, value_name = "TEXT")]
    pub(crate) echostr: Option<String>,
    /// The content of the text message
    #[arg(long, value_name = "TEXT", default_value = "hello", conflicts_with = "file")]
    pub(crate) text: String,
    /// The document to sign for; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["handshake", "echostr"])]
    pub(crate) file: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Text {
    /// The text; without it --file or standard input is read
    #[arg(conflicts_with = "file")]
    pub(crate) text: Option<String>,
    /// The file to read; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Listen {
    /// Where to listen; port 0 is any free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:3000")]
    pub(crate) addr: String,
    /// Appends every request to this file, as one JSON object a line
    #[arg(long, value_name = "FILE")]
    pub(crate) save: Option<PathBuf>,
    /// Ends after so many requests
    #[arg(long, value_name = "N")]
    pub(crate) count: Option<u64>,
}

/// At least a millisecond, at most an hour.
fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.strip_suffix('s').unwrap_or(text).parse::<f64>();
    let seconds = seconds.ok().filter(|seconds| (0.001..=3600.0).contains(seconds));
    seconds
        .map(Duration::from_secs_f64)
        .ok_or_else(|| "seconds between 0.001 and 3600, such as 5 or 2.5".to_owned())
}
