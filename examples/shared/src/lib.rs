//! What the three example servers share: the bot, and what they need only because they are examples, settings from the
//! environment, curl lines to try them with, and how they log and end. An app of your own needs little of this.

mod bot;
mod delivery;
mod end;
mod handler;
mod log;

use std::{
    env, io,
    net::SocketAddr,
    time::{SystemTime, UNIX_EPOCH},
};

use echostr::Verifier;

pub use bot::answer;
pub use delivery::{Deliveries, deliveries, late};
pub use end::{exit, stop, too_long};
pub use handler::{Failed, handle};
pub use log::log;

/// The token of the handshake that was published in 2018.
const PUBLISHED_TOKEN: &str = "weixin";

/// That handshake, byte for byte.
const PUBLISHED_HANDSHAKE: &str = "timestamp=1540176606&echostr=3892692869596528638&nonce=1854606751\
                                   &signature=6a62fc79ddf83b3ff96e5cbd068b983f88f192ba";

const VARIABLES: [&str; 4] = ["WECHAT_TOKEN", "WECHAT_ENCODING_AES_KEY", "WECHAT_APP_ID", "WECHAT_PLATFORM"];

/// Where to listen: `ECHOSTR_ADDR`, by default `127.0.0.1:3000`.
///
/// # Errors
///
/// A line for the user, if the text is not an address and a port.
pub fn addr() -> Result<SocketAddr, String> {
    let addr = env::var("ECHOSTR_ADDR").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    addr.parse().map_err(|_| format!("ECHOSTR_ADDR is `{addr}`: it must look like 127.0.0.1:3000"))
}

/// The verifier that the environment names: see [`Verifier::from_env`]. If it says nothing at all, plain mode with the token
/// `weixin`.
///
/// # Errors
///
/// A line for the user, if something is missing or cannot be right.
pub fn verifier() -> Result<Verifier, String> {
    let says_something = VARIABLES.iter().any(|variable| env::var_os(variable).is_some());
    let verifier = if says_something { Verifier::from_env() } else { Verifier::new(PUBLISHED_TOKEN) };
    verifier.map_err(|error| error.to_string())
}

/// WeCom's aibot has no id, and speaks a language of its own.
fn is_aibot() -> bool {
    env::var("WECHAT_APP_ID").is_ok_and(|id| id.is_empty())
}

/// A line for the user whose port is taken.
#[must_use]
pub fn cannot_listen(addr: SocketAddr, error: &io::Error) -> String {
    format!("cannot listen on {addr}: {error}; set ECHOSTR_ADDR to another address, such as 127.0.0.1:3001")
}

/// Lines to paste into a shell: a handshake, a genuine message and a forged one.
///
/// # Errors
///
/// A line for the user, if nothing can be encrypted.
pub fn curl_lines(addr: SocketAddr, verifier: &Verifier) -> Result<String, String> {
    const MESSAGE: &str = "<xml><ToUserName><![CDATA[gh_demo]]></ToUserName>\
                           <FromUserName><![CDATA[o_demo]]></FromUserName><CreateTime>1540176606</CreateTime>\
                           <MsgType><![CDATA[text]]></MsgType><Content><![CDATA[hello]]></Content>\
                           <MsgId>1</MsgId></xml>";
    const TO_AIBOT: &str = "{\"msgid\":\"1\",\"aibotid\":\"b\",\"chattype\":\"single\",\"from\":{\"userid\":\"u\"},\
                            \"msgtype\":\"text\",\"text\":{\"content\":\"hello\"}}";
    let is_published = env::var("WECHAT_TOKEN").map_or(true, |token| token == PUBLISHED_TOKEN);
    let handshake = if !verifier.is_encrypted() && is_published {
        PUBLISHED_HANDSHAKE.to_owned()
    } else {
        let handshake = verifier.sign_handshake(now(), "1320562132", "3892692869596528638");
        handshake.map_err(|error| error.to_string())?
    };
    let (answer, signed, message) = if verifier.is_encrypted() {
        let sealed =
            verifier.sign_encrypted(now(), "1320562132", if is_aibot() { TO_AIBOT } else { MESSAGE });
        let sealed = sealed.map_err(|error| error.to_string())?;
        ("an encrypted reply", sealed.query, sealed.body.replace('\n', ""))
    } else {
        ("what you have said", verifier.sign(now(), "1320562132"), MESSAGE.to_owned())
    };
    // The last digit of the nonce, so that only the signature can tell.
    let forged = signed.replace("1320562132", "1320562133");
    Ok(format!(
        "Listening on http://{addr}/wx. Ctrl-C ends it. Try, in another terminal:

# The handshake, which is answered with 3892692869596528638
curl -i 'http://{addr}/wx?{handshake}'

# A genuine message, which is answered with {answer}
curl -i -H 'Content-Type: text/xml' -d '{message}' 'http://{addr}/wx?{signed}'

# A forged message, which is refused with 403
curl -i -H 'Content-Type: text/xml' -d '{message}' 'http://{addr}/wx?{forged}'
"
    ))
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs())
}
