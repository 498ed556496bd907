//! What the three example servers need only because they are examples: settings from the environment, a reply to show,
//! curl lines to try them with, and how they log and end. An app of your own needs little of this.

mod end;
mod log;

use std::{
    env, io,
    net::SocketAddr,
    time::{SystemTime, UNIX_EPOCH},
};

use echostr::{EncodingAesKey, ReceiveId, Verifier};

pub use end::{ctrl_c, exit, patience};
pub use log::log;

/// The token of the handshake that was published in 2018.
const PUBLISHED_TOKEN: &str = "weixin";

/// That handshake, byte for byte.
const PUBLISHED_HANDSHAKE: &str = "timestamp=1540176606&echostr=3892692869596528638&nonce=1854606751\
                                   &signature=6a62fc79ddf83b3ff96e5cbd068b983f88f192ba";

/// Where to listen: `ECHOSTR_ADDR`, by default `127.0.0.1:3000`.
///
/// # Errors
///
/// A line for the user, if the text is not an address and a port.
pub fn addr() -> Result<SocketAddr, String> {
    let addr = env::var("ECHOSTR_ADDR").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
    addr.parse().map_err(|_| format!("ECHOSTR_ADDR is `{addr}`: it must look like 127.0.0.1:3000"))
}

/// The verifier: plain mode with `WECHAT_TOKEN`, by default `weixin`; encrypted mode if `WECHAT_ENCODING_AES_KEY` and
/// `WECHAT_APP_ID` are set too, that of WeCom with `WECHAT_PLATFORM=wecom`.
///
/// # Errors
///
/// A line for the user, if one of them cannot be right.
pub fn verifier() -> Result<Verifier, String> {
    let is_wecom = match env::var("WECHAT_PLATFORM").as_deref() {
        Ok("wecom") => true,
        Ok(other) => return Err(format!("WECHAT_PLATFORM is `{other}`: it must be `wecom` or not be set")),
        Err(_) => false,
    };
    let verifier = match env::var("WECHAT_ENCODING_AES_KEY") {
        Err(_) if is_wecom => return Err("WeCom always encrypts: set WECHAT_ENCODING_AES_KEY too".to_owned()),
        Err(_) => Verifier::new(token()),
        Ok(key) => {
            let id = env::var("WECHAT_APP_ID").unwrap_or_default();
            let build = if is_wecom { Verifier::wecom } else { Verifier::encrypted };
            EncodingAesKey::new(key).and_then(|key| build(token(), key, ReceiveId::new(id)?))
        }
    };
    verifier.map_err(|error| error.to_string())
}

fn token() -> String {
    env::var("WECHAT_TOKEN").unwrap_or_else(|_| PUBLISHED_TOKEN.to_owned())
}

/// A line for the user whose port is taken.
#[must_use]
pub fn cannot_listen(addr: SocketAddr, error: &io::Error) -> String {
    format!("cannot listen on {addr}: {error}; set ECHOSTR_ADDR to another address, such as 127.0.0.1:3001")
}

/// A small text that answers a text message in XML; `None` for anything else.
#[must_use]
pub fn text_reply(message: &str) -> Option<String> {
    let field = |name: &str| {
        let (_, rest) = message.split_once(&format!("<{name}><![CDATA["))?;
        rest.split_once("]]>").map(|(text, _)| text)
    };
    let (user, account, content) = (field("FromUserName")?, field("ToUserName")?, field("Content")?);
    Some(format!(
        "<xml><ToUserName><![CDATA[{user}]]></ToUserName><FromUserName><![CDATA[{account}]]></FromUserName>\
         <CreateTime>{}</CreateTime><MsgType><![CDATA[text]]></MsgType>\
         <Content><![CDATA[You said: {content}]]></Content></xml>",
        now()
    ))
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
    let handshake = if !verifier.is_encrypted() && token() == PUBLISHED_TOKEN {
        PUBLISHED_HANDSHAKE.to_owned()
    } else {
        let handshake = verifier.sign_handshake(now(), "1320562132", "3892692869596528638");
        handshake.map_err(|error| error.to_string())?
    };
    let (answer, signed, message) = if verifier.is_encrypted() {
        let sealed =
            verifier.sign_encrypted(now(), "1320562132", MESSAGE).map_err(|error| error.to_string())?;
        ("an encrypted reply", sealed.query, sealed.body.replace('\n', ""))
    } else {
        ("success", verifier.sign(now(), "1320562132"), MESSAGE.to_owned())
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
