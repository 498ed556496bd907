//! What the three example servers need only because they are examples: an address, a token, and curl lines to try
//! them with. An app of your own has none of this.

use std::{
    env, io,
    net::SocketAddr,
    time::{SystemTime, UNIX_EPOCH},
};

use echostr::Verifier;

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

/// The token: `WECHAT_TOKEN`, by default `weixin`.
#[must_use]
pub fn token() -> String {
    env::var("WECHAT_TOKEN").unwrap_or_else(|_| PUBLISHED_TOKEN.to_owned())
}

/// A line for the user whose port is taken.
#[must_use]
pub fn cannot_listen(addr: SocketAddr, error: &io::Error) -> String {
    format!("cannot listen on {addr}: {error}; set ECHOSTR_ADDR to another address, such as 127.0.0.1:3001")
}

/// Lines to paste into a shell: a handshake, a signed message and a forged one.
#[must_use]
pub fn curl_lines(addr: SocketAddr, verifier: &Verifier) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs());
    let signed = verifier.sign(now, "1320562132");
    // The last digit of the nonce, so that only the signature can tell.
    let forged = verifier.sign(now, "1320562133").replace("1320562133", "1320562132");
    let handshake = if token() == PUBLISHED_TOKEN {
        PUBLISHED_HANDSHAKE.to_owned()
    } else {
        format!("{signed}&echostr=3892692869596528638")
    };
    let message = "<xml><ToUserName>gh_demo</ToUserName><FromUserName>o_demo</FromUserName>\
                   <CreateTime>1540176606</CreateTime><MsgType>text</MsgType><Content>hello</Content>\
                   <MsgId>1</MsgId></xml>";
    format!(
        "Listening on http://{addr}/wx. Ctrl-C ends it. Try, in another terminal:

# The handshake, which is answered with 3892692869596528638
curl -i 'http://{addr}/wx?{handshake}'

# A signed message, which is answered with success
curl -i -H 'Content-Type: text/xml' -d '{message}' 'http://{addr}/wx?{signed}'

# A forged message, which is refused with 403
curl -i -H 'Content-Type: text/xml' -d '{message}' 'http://{addr}/wx?{forged}'
"
    )
}
