//! Builds cases: requests of the account's, each with a nonce of its own.

use crate::{
    net::{query::decoded, request::Request},
    platform::{account::Account, documents, metadata::Metadata, mode::Mode, requests, seal},
    suite::cases::case::{Case, Echo, Expected, Group, Needs, Part, Severity},
    words::{exit::Failure, lang::Lang},
};

/// What the text of every message of the suite says, unless `--text` gives a word.
pub(crate) const TEXT: &str = "echostr check";

pub(crate) struct Builder<'b> {
    pub(crate) account: &'b Account,
    pub(crate) metadata: Metadata,
    pub(crate) lang: Lang,
    /// What the text messages say, forged or not, so that their answers can be compared.
    text: String,
    cases: Vec<Case>,
}

impl<'b> Builder<'b> {
    pub(crate) fn new(account: &'b Account, metadata: Metadata, text: Option<String>, lang: Lang) -> Self {
        Self { account, metadata, lang, text: text.unwrap_or_else(|| TEXT.to_owned()), cases: vec![] }
    }

    /// The cases so far; group by group.
    pub(crate) fn take(&mut self) -> Vec<Case> {
        let mut cases = std::mem::take(&mut self.cases);
        cases.sort_by_key(|case| case.group);
        cases
    }

    pub(crate) fn is_wecom(&self) -> bool {
        self.account.mode == Mode::Wecom
    }

    /// The parameter of a handshake that counts.
    pub(crate) fn signature_of_get(&self) -> &'static str {
        if self.is_wecom() { "msg_signature" } else { "signature" }
    }

    /// The parameter of a message that counts.
    pub(crate) fn signature_of_post(&self) -> &'static str {
        if self.account.is_encrypted() { "msg_signature" } else { "signature" }
    }

    /// What is needed to send a whole genuine tuple with something beside it. In plain mode any body may come with it; where the
    /// body is signed it must be the genuine one, and then it is a replay.
    pub(crate) fn beside_a_tuple(&self) -> Needs {
        if self.account.is_encrypted() { Needs::Replay } else { Needs::CapturedUrl }
    }

    pub(crate) fn add(
        &mut self,
        name: &str,
        what: String,
        group: Group,
        expected: Expected,
        request: Request,
    ) {
        let needs = if let Group::Forged(needs) = group { needs } else { Needs::Token };
        self.cases.push(Case {
            name: name.to_owned(),
            what,
            group,
            severity: Severity::of(needs, self.account.is_encrypted()),
            expected,
            before: None,
            request,
            part: None,
        });
    }

    /// A handshake that must not be echoed.
    pub(crate) fn refuse_get(
        &mut self,
        name: &str,
        what: String,
        needs: Needs,
        request: Request,
        echo: Echo,
    ) {
        self.add(name, what, Group::Forged(needs), Expected::NotEchoed(echo), request);
    }

    /// A message that must not be handled.
    pub(crate) fn refuse(&mut self, name: &str, what: String, needs: Needs, request: Request) {
        self.add(name, what, Group::Forged(needs), Expected::NotHandled, request);
    }

    /// Sends this genuine request before the last case.
    pub(crate) fn before(&mut self, request: Request) {
        if let Some(case) = self.cases.last_mut() {
            case.before = Some(request);
        }
    }

    /// The last case is this part of the baseline.
    pub(crate) fn is(&mut self, part: Part) {
        if let Some(case) = self.cases.last_mut() {
            case.part = Some(part);
        }
    }

    /// A genuine handshake and its echo.
    pub(crate) fn get(&mut self) -> Result<(Request, String), Failure> {
        let metadata = self.metadata.next();
        let echo = metadata.echostr();
        Ok((requests::handshake(self.account, &metadata, &echo)?, echo))
    }

    /// A genuine text message.
    pub(crate) fn post(&mut self) -> Result<Request, Failure> {
        Ok(self.post_with_document()?.0)
    }

    /// The same with its document.
    pub(crate) fn post_with_document(&mut self) -> Result<(Request, String), Failure> {
        let metadata = self.metadata.next();
        let document = self.document(&metadata)?;
        Ok((requests::callback(self.account, &metadata, document.as_bytes())?, document))
    }

    /// The document of a text message.
    pub(crate) fn document(&self, metadata: &Metadata) -> Result<String, Failure> {
        documents::text(&self.text, metadata, self.account.mode, self.lang)
    }

    /// The same as the text of an `Encrypt`.
    pub(crate) fn encrypt(&self, metadata: &Metadata) -> Result<String, Failure> {
        seal::encrypt(self.account, &self.document(metadata)?)
    }

    /// Whatever the answer to this handshake must not be: its echostr as it stands in the URL, decoded, and decrypted.
    pub(crate) fn echo_of(&self, request: &Request, echo: &str) -> Echo {
        let sent = request.parameters.iter().filter(|(key, _)| key == "echostr");
        let mut texts: Vec<String> = sent.flat_map(|(_, value)| [value.clone(), decoded(value)]).collect();
        texts.push(echo.to_owned());
        texts.retain(|text| !text.is_empty());
        Echo { texts, ..Echo::default() }
    }

    /// The signatures of `request` changed, all that it has.
    pub(crate) fn with_signatures(request: Request, change: impl Fn(&str) -> String) -> Request {
        ["signature", "msg_signature"].into_iter().fold(request, |request, name| {
            let value = request.get(name).to_owned();
            if value.is_empty() { request } else { request.set(name, change(&value)) }
        })
    }
}

/// The same text with its last letter or digit replaced by another one of its alphabet.
pub(crate) fn changed(text: &str) -> String {
    let Some(at) = text.rfind(|c: char| c.is_ascii_alphanumeric()) else { return format!("{text}0") };
    // Behind a `%` the digit would change which character it stands for, or break the escape.
    replaced(text, at)
}

/// The same for a character in the middle, where none of base64's loose bits are.
pub(crate) fn in_the_middle(text: &str) -> String {
    let middle = text.len() / 2;
    let at = text.char_indices().position(|(at, c)| at >= middle && c.is_ascii_alphanumeric());
    replaced(text, at.unwrap_or_default())
}

fn replaced(text: &str, at: usize) -> String {
    let replace = |c: char| match c {
        '0'..='8' => char::from_u32(u32::from(c).saturating_add(1)).unwrap_or('0'),
        '9' => '0',
        'a' => 'b',
        'A' => 'B',
        c if c.is_ascii_lowercase() => 'a',
        _ => 'A',
    };
    text.char_indices().map(|(place, c)| if place == at { replace(c) } else { c }).collect()
}
