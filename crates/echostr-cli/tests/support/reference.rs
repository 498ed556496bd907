//! A server that is right in every mode, made of the core crate; and the ways to make it wrong in exactly one point.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Mutex,
    time::Duration,
};

use echostr::{
    EncodingAesKey, ReceiveId, Verifier,
    adapter::{Decision, Finished, Outgoing},
};

use super::{
    APP_ID, KEY, TOKEN,
    server::{Request, Response, Server},
};

/// The modes of `--mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Plain,
    Compat,
    Safe,
    Wecom,
}

impl Mode {
    pub(crate) const ALL: [Self; 4] = [Self::Plain, Self::Compat, Self::Safe, Self::Wecom];

    pub(crate) const ENCRYPTED: [Self; 3] = [Self::Compat, Self::Safe, Self::Wecom];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Compat => "compat",
            Self::Safe => "safe",
            Self::Wecom => "wecom",
        }
    }

    pub(crate) const fn is_encrypted(self) -> bool {
        !matches!(self, Self::Plain)
    }

    /// The options with which the command knows what this mode's server knows.
    pub(crate) fn options(self) -> Vec<&'static str> {
        let mut options = vec!["--token", TOKEN, "--mode", self.name()];
        if self.is_encrypted() {
            options.extend(["--aes-key", KEY, "--appid", APP_ID]);
        }
        options
    }

    /// A verifier for this mode that expects messages for `receive_id`.
    pub(crate) fn verifier(self, receive_id: ReceiveId) -> Verifier {
        let key = || EncodingAesKey::new(KEY).expect("a key");
        match self {
            Self::Plain => Verifier::new(TOKEN),
            Self::Compat | Self::Safe => Verifier::encrypted(TOKEN, key(), receive_id),
            Self::Wecom => Verifier::wecom(TOKEN, key(), receive_id),
        }
        .expect("a token")
    }
}

/// What is wrong with a server that is right otherwise.
pub(crate) enum Hole {
    /// It reads another request than the one that was sent.
    Reads(Box<dyn Fn(&Request) -> Request + Send + Sync>),
    /// It accepts some requests that a right server refuses.
    Accepts(Box<dyn Fn(&Request) -> bool + Send + Sync>),
}

impl Hole {
    pub(crate) fn reads(rewrite: impl Fn(&Request) -> Request + Send + Sync + 'static) -> Self {
        Self::Reads(Box::new(rewrite))
    }

    pub(crate) fn accepts(condition: impl Fn(&Request) -> bool + Send + Sync + 'static) -> Self {
        Self::Accepts(Box::new(condition))
    }
}

/// Method and body.
type Message = (String, Vec<u8>);

/// A server, still to be started.
pub(crate) struct Reference {
    verifier: Verifier,
    /// Which message came under a signature, for servers that watch for a second use.
    ledger: Option<Mutex<HashMap<String, Message>>>,
    hole: Option<Hole>,
    /// Encrypted texts are replied to.
    replies: bool,
}

impl Reference {
    /// Right, and no more: neither freshness nor first use.
    pub(crate) fn new(mode: Mode) -> Self {
        let verifier = mode.verifier(ReceiveId::new(APP_ID).expect("an id"));
        Self { verifier, ledger: None, hole: None, replies: true }
    }

    /// With another verifier.
    pub(crate) fn verifier(self, verifier: Verifier) -> Self {
        Self { verifier, ..self }
    }

    /// Refuses what is older than five minutes, and a second message under the signature of a first one; a repetition
    /// of the same one passes.
    pub(crate) fn guarded(self) -> Self {
        Self {
            verifier: self.verifier.max_age(Duration::from_secs(300)),
            ledger: Some(Mutex::default()),
            ..self
        }
    }

    /// Answers `success` to every message, as what is accepted through a hole is.
    pub(crate) fn silent(self) -> Self {
        Self { replies: false, ..self }
    }

    pub(crate) fn with(self, hole: Hole) -> Self {
        Self { hole: Some(hole), ..self }
    }

    pub(crate) fn start(self) -> Server {
        Server::start(move |request| self.answer(request))
    }

    pub(crate) fn answer(&self, request: &Request) -> Response {
        let body = match &self.hole {
            Some(Hole::Reads(rewrite)) => self.judged(&rewrite(request)),
            _ => self.judged(request),
        };
        match (body, &self.hole) {
            (Some(body), _) => Response::text(200, body),
            (None, Some(Hole::Accepts(condition))) if condition(request) => accept(request),
            (None, _) => Response::text(403, "forbidden"),
        }
    }

    /// The body of the answer; `None` is a refusal.
    pub(crate) fn judged(&self, request: &Request) -> Option<String> {
        // The platform writes signatures in lower case only.
        let signatures = [request.parameter("signature"), request.parameter("msg_signature")];
        if signatures.iter().flatten().any(|text| text.contains(|c: char| c.is_ascii_uppercase())) {
            return None;
        }
        // Nor a document type, which the core passes over, as nothing of a body but the signed text is read.
        if request.body.starts_with(b"<!DOCTYPE") {
            return None;
        }
        let verified = self.verifier.verify(&request.method, request.query()).ok()?;
        let (key, reply) = match verified {
            Decision::Handshake(echo) => {
                let signature = signatures.into_iter().flatten().next().expect("it was verified");
                (signature.to_owned(), Some(echo.into_owned()))
            }
            // Such as a handshake without echostr: this server routes nothing but `POST`.
            Decision::Callback(_) | Decision::Envelope(_) if request.method != "POST" => return None,
            Decision::Callback(callback) => (format!("{:x}", callback.signature()), None),
            Decision::Envelope(mut envelope) => {
                envelope.push(request.body.clone().into()).ok()?;
                let opened = envelope.open().ok()?;
                // A reply to texts, so that one is seen encrypted.
                let document = str::from_utf8(&opened.document).expect("the core says so");
                let is_answered = self.replies && document.contains("<Content>");
                let reply = match opened.sealer.reply(200, false) {
                    Outgoing::Collect(collect) if is_answered => match collect
                        .finish(Some(reply(REPLY).into()))
                    {
                        Finished::Sealed { body, .. } => Some(String::from_utf8(body.into()).expect("UTF-8")),
                        other => unreachable!("not sealed: {other:?}"),
                    },
                    _ => None,
                };
                (format!("{:x}", opened.callback.signature()), reply)
            }
        };
        if let Some(ledger) = &self.ledger {
            let message = (request.method.clone(), request.body.clone());
            match ledger.lock().expect("no request panics").entry(key) {
                Entry::Occupied(first) if *first.get() != message => return None,
                Entry::Occupied(_) => {}
                Entry::Vacant(free) => drop(free.insert(message)),
            }
        }
        Some(reply.unwrap_or_else(|| "success".to_owned()))
    }
}

/// What a server that asks nothing answers: the echostr where there is one, `success` otherwise.
pub(crate) fn accept(request: &Request) -> Response {
    let echo = request.parameter("echostr").filter(|_| request.method == "GET");
    Response::text(200, echo.unwrap_or("success"))
}

/// What the reply to a text says.
pub(crate) const REPLY: &str = "收到 7531";

/// A reply, as the documents show it.
pub(crate) fn reply(content: &str) -> String {
    format!(
        "<xml>\n<ToUserName><![CDATA[o_1]]></ToUserName>\n<FromUserName><![CDATA[gh_1]]></FromUserName>\n\
         <CreateTime>1540176606</CreateTime>\n<MsgType><![CDATA[text]]></MsgType>\n\
         <Content><![CDATA[{content}]]></Content>\n</xml>"
    )
}
