//! Signatures that nobody makes who knows the token.

use crate::{
    net::{query::decoded, request::Request},
    platform::{candidates::candidates, sign::sign},
    suite::cases::{
        builder::{Builder, changed},
        case::Needs,
    },
    words::{
        exit::Failure,
        lang::{Lang, say},
    },
};

/// SHA-1 of nothing: what a server computes that misses token, timestamp and nonce alike.
const OF_NOTHING: &str = "da39a3ee5e6b4b0d3255bfef95601890afd80709";

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    EmptyToken,
    OfNothing,
    UpperCase,
    Truncated,
    Shortened,
    Lengthened,
}

impl How {
    const ALL: [Self; 6] = [
        Self::EmptyToken,
        Self::OfNothing,
        Self::UpperCase,
        Self::Truncated,
        Self::Shortened,
        Self::Lengthened,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::EmptyToken => "empty-token",
            Self::OfNothing => "of-nothing",
            Self::UpperCase => "upper-case",
            Self::Truncated => "truncated",
            Self::Shortened => "shortened",
            Self::Lengthened => "lengthened",
        }
    }

    fn words(self, lang: Lang) -> String {
        match self {
            Self::EmptyToken => say!(lang, "signed with the empty token", "用空 Token 签名"),
            Self::OfNothing => {
                say!(lang, "all parameters empty, signature of nothing", "参数全空，签名为空串的摘要")
            }
            Self::UpperCase => say!(lang, "forged signature in upper case", "伪造的大写签名"),
            Self::Truncated => say!(lang, "signature without its last digit", "签名少一位"),
            Self::Shortened => say!(lang, "signature cut to 8 digits", "签名只有前 8 位"),
            Self::Lengthened => say!(lang, "signature with a digit too many", "签名多一位"),
        }
    }
}

pub(super) fn add(builder: &mut Builder<'_>) -> Result<(), Failure> {
    let lang = builder.lang;
    for is_get in [true, false] {
        let (id, method) = if is_get { ("get", "GET") } else { ("post", "POST") };
        for how in How::ALL {
            let (request, text) = if is_get { builder.get()? } else { (builder.post()?, String::new()) };
            let request = forge(builder, request, how);
            let name = format!("{id}-signature-{}", how.name());
            let words = how.words(lang);
            let what = say!(lang, "{method}, {words}", "{method}，{words}");
            // Whoever compares the beginning only can be guessed at digit by digit; whoever ignores what comes behind cannot.
            let needs = if how == How::Lengthened { builder.beside_a_tuple() } else { Needs::Nothing };
            if is_get {
                let echo = builder.echo_of(&request, &text);
                builder.refuse_get(&name, what, needs, request, echo);
            } else {
                builder.refuse(&name, what, needs, request);
            }
        }
    }
    Ok(())
}

fn forge(builder: &Builder<'_>, request: Request, how: How) -> Request {
    let cut = |length| move |signature: &str| signature.chars().take(length).collect::<String>();
    match how {
        How::EmptyToken => {
            let fourth = fourth(builder, &request);
            let (timestamp, nonce) = (request.get("timestamp").to_owned(), request.get("nonce").to_owned());
            let forged = |fourth: &str| sign(["", &timestamp, &nonce, fourth].map(str::as_bytes));
            request.set("signature", forged("")).set("msg_signature", forged(&fourth))
        }
        How::OfNothing => {
            let request = Builder::with_signatures(request, |_| OF_NOTHING.to_owned());
            request.set("timestamp", "").set("nonce", "")
        }
        How::UpperCase => {
            Builder::with_signatures(request, |signature| changed(signature).to_ascii_uppercase())
        }
        How::Truncated => Builder::with_signatures(request, cut(39)),
        How::Shortened => Builder::with_signatures(request, cut(8)),
        How::Lengthened => Builder::with_signatures(request, |signature| format!("{signature}0")),
    }
}

/// The fourth part of what `msg_signature` covers.
pub(super) fn fourth(builder: &Builder<'_>, request: &Request) -> String {
    match &request.body {
        None if builder.is_wecom() => decoded(request.get("echostr")),
        Some(body) if builder.account.is_encrypted() => {
            candidates(body).into_iter().next().unwrap_or_default()
        }
        _ => String::new(),
    }
}
