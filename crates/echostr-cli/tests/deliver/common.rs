//! What these tests share.

use std::{
    collections::BTreeMap,
    time::{SystemTime, UNIX_EPOCH},
};

use crate::support::{
    APP_ID,
    command::{Cli, echostr},
    reference::{Mode, Reference},
    server::Request,
    xml,
};
use echostr::{
    ReceiveId,
    adapter::{Decision, Opened},
};
use sha1_smol::Sha1;

/// The sentence on the user's phone, from its beginning.
pub(crate) const FAULT: &str = "该公众号";

/// `sha1` of the sorted parts, by another crate than the command's.
pub(crate) fn sign(parts: &[&str]) -> String {
    let mut parts = parts.to_vec();
    parts.sort_unstable();
    Sha1::from(parts.concat()).hexdigest()
}

/// The options stand behind the name of the command.
pub(crate) fn with(mode: Mode, args: &[&str]) -> Cli {
    echostr(&args[..1]).args(mode.options()).args(&args[1..])
}

/// The one request that these arguments send to a right server; `URL` stands for its address.
pub(crate) fn sent(mode: Mode, args: &[&str]) -> Request {
    let server = Reference::new(mode).start();
    let url = server.url();
    let args: Vec<_> = args.iter().map(|arg| if *arg == "URL" { &*url } else { *arg }).collect();
    with(mode, &args).run().expect(0);
    server.only_request()
}

pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_secs()
}

/// What the server reads in an encrypted request.
pub(crate) fn opened(mode: Mode, request: &Request) -> Opened {
    let verifier = mode.verifier(ReceiveId::new(APP_ID).expect("an id"));
    let Ok(Decision::Envelope(mut envelope)) = verifier.verify("POST", request.query()) else {
        panic!("not a genuine request: {request:?}")
    };
    envelope.push(request.body.clone().into()).expect("a short body");
    envelope.open().expect("a genuine body")
}

/// The fields of the message, decrypted where it must be.
pub(crate) fn message(mode: Mode, request: &Request) -> BTreeMap<String, String> {
    if mode.is_encrypted() {
        let document = opened(mode, request).document;
        return xml::fields(str::from_utf8(&document).expect("UTF-8"));
    }
    xml::fields(request.text())
}

pub(crate) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
