//! Looks further at a server that did not take a genuine request: has it a token of the tutorials', is it in another mode?

use crate::{
    diagnosis::evidence::{Probes, Sent, TakesInstead},
    net::{
        client::Client,
        reply::{Fault, Reply},
        request::Request,
        target::Target,
    },
    platform::{
        account::Account,
        documents,
        metadata::Metadata,
        mode::Mode,
        reply::{Taken, taken},
        requests,
    },
    suite::cases::{builder::TEXT, tokens::TUTORIALS},
    words::{exit::Failure, lang::Lang},
};

pub(crate) struct Probe<'p> {
    pub(crate) account: &'p Account,
    pub(crate) client: &'p Client,
    pub(crate) target: &'p Target,
    pub(crate) lang: Lang,
    /// Tries what a server takes instead that fails with 5xx, or answers 200 without a sealed reply, too.
    pub(crate) is_thorough: bool,
}

impl Probe<'_> {
    /// What further requests tell about the answer to `sent`; nothing where that tells enough itself.
    pub(crate) fn look(&self, sent: Sent<'_>, result: &Result<Reply, Fault>, metadata: &Metadata) -> Probes {
        let Ok(reply) = result else { return Probes::default() };
        if reply.cut.is_some() || matches!(reply.status, 300..=399 | 429) {
            return Probes::default();
        }
        let mut metadata = metadata.clone();
        // The nonce of the first request is used up.
        metadata.next();
        match sent {
            // It was read, and only written in a wrong way.
            Sent::Handshake(echo) if String::from_utf8_lossy(&reply.body).contains(echo) => Probes::default(),
            Sent::Handshake(_) => Probes {
                tutorial_token: self.tutorial_token(&mut metadata),
                takes_instead: self.other_handshake(&mut metadata),
                ..Probes::default()
            },
            // Taken, but without a sealed reply: a plain server takes what it cannot read.
            Sent::Message(_)
                if self.is_thorough
                    && reply.status == 200
                    && matches!(self.account.mode, Mode::Safe | Mode::Compat) =>
            {
                let is_mismatch = !self.is_sealed(reply) && self.replies_in_plain_mode(&mut metadata);
                Probes {
                    takes_instead: is_mismatch.then_some(TakesInstead::PlainMessage),
                    ..Probes::default()
                }
            }
            // WeCom knows no other mode. What fails for itself would fail at the next message too.
            Sent::Message(_) if self.account.mode == Mode::Wecom || !self.is_worth_a_look(reply) => {
                Probes::default()
            }
            Sent::Message(_) => {
                Probes { takes_instead: self.other_message(&mut metadata), ..Probes::default() }
            }
        }
    }

    const fn is_worth_a_look(&self, reply: &Reply) -> bool {
        match reply.status {
            404 | 405 | 413 | 414 | 431 => false,
            400..=499 => true,
            500..=599 => self.is_thorough,
            _ => false,
        }
    }

    fn tutorial_token(&self, metadata: &mut Metadata) -> Option<&'static str> {
        let others = TUTORIALS.into_iter().filter(|token| *token != self.account.token);
        for token in others {
            let account = self.account.with_token(token, self.lang).ok()?;
            match self.takes_handshake(&account, metadata) {
                Some(true) => return Some(token),
                Some(false) => {}
                None => return None,
            }
        }
        None
    }

    fn other_handshake(&self, metadata: &mut Metadata) -> Option<TakesInstead> {
        let (mode, instead) = match self.account.mode {
            Mode::Wecom => (Mode::Plain, TakesInstead::PlainHandshake),
            _ => (Mode::Wecom, TakesInstead::WecomHandshake),
        };
        let account = self.account.with_mode(mode, self.lang).ok()?;
        self.takes_handshake(&account, metadata)?.then_some(instead)
    }

    fn other_message(&self, metadata: &mut Metadata) -> Option<TakesInstead> {
        let (mode, instead) = match self.account.mode {
            Mode::Plain => (Mode::Safe, TakesInstead::SealedMessage),
            _ => (Mode::Plain, TakesInstead::PlainMessage),
        };
        if let Ok(account) = self.account.with_mode(mode, self.lang)
            && self.takes_message(&account, metadata)
        {
            return Some(instead);
        }
        // Without a key nothing can be encrypted; then the handshake tells whether it is the token.
        let is_plain = self.account.mode == Mode::Plain;
        (is_plain && self.takes_handshake(self.account, metadata)?).then_some(TakesInstead::HandshakeOnly)
    }

    /// `None` if there is no answer.
    fn takes_handshake(&self, account: &Account, metadata: &mut Metadata) -> Option<bool> {
        let metadata = metadata.next();
        let echo = metadata.echostr();
        let reply = self.send(requests::handshake(account, &metadata, &echo))?;
        Some(reply.status == 200 && reply.body.trim_ascii() == echo.as_bytes())
    }

    fn takes_message(&self, account: &Account, metadata: &mut Metadata) -> bool {
        let metadata = metadata.next();
        let request = documents::text(TEXT, &metadata, account.mode, self.lang)
            .and_then(|document| requests::callback(account, &metadata, document.as_bytes()));
        self.send(request).is_some_and(|reply| reply.status == 200)
    }

    fn is_sealed(&self, reply: &Reply) -> bool {
        matches!(taken(self.account, reply), Ok(Taken::Reply { was_encrypted: true, .. }))
    }

    /// Whether a plain text, which no server in these modes takes, gets a reply.
    fn replies_in_plain_mode(&self, metadata: &mut Metadata) -> bool {
        let Ok(account) = self.account.with_mode(Mode::Plain, self.lang) else { return false };
        let metadata = metadata.next();
        let request = documents::text(TEXT, &metadata, Mode::Plain, self.lang)
            .and_then(|document| requests::callback(&account, &metadata, document.as_bytes()));
        self.send(request).is_some_and(|reply| {
            reply.status == 200 && matches!(taken(&account, &reply), Ok(Taken::Reply { .. }))
        })
    }

    fn send(&self, request: Result<Request, Failure>) -> Option<Reply> {
        self.client.send(self.target, &request.ok()?).ok()
    }
}
