//! `echostr verify`: verifies a query, and the body behind it, offline.

use std::path::PathBuf;

use clap::Args;
use serde_json::json;

use crate::{
    commands::{common::Common, input::read, pasted::Pasted},
    platform::{
        refusal::Refusal,
        verify::{Genuine, verify},
    },
    report::output::Style,
    words::{
        exit::{Exit, Failure},
        lang::say,
        text::printable,
    },
};

#[derive(Args, Debug)]
pub(crate) struct Verify {
    /// The query or the URL of the request, or the line of a log or of a shell that has it
    query: String,
    /// The body, for encrypted modes; `-` is standard input
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// The method [default: that of the line; GET with an echostr, POST otherwise]
    #[arg(long, value_name = "METHOD")]
    method: Option<String>,
}

/// Why it is not genuine, or why that cannot be said.
enum Wrong {
    Refused(Refusal),
    Failed(Failure),
}

impl From<Refusal> for Wrong {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

pub(crate) fn run(common: &Common, options: &Verify) -> Result<Exit, Failure> {
    let output = common.output();
    let lang = output.lang;
    let account = common.account(lang)?;
    let pasted = Pasted::find(&options.query);
    let method = options.method.as_deref().map(str::to_ascii_uppercase);
    let method = method.or(pasted.method).unwrap_or_else(|| {
        let has_echo = pasted.query.split('&').any(|pair| pair.starts_with("echostr="));
        if has_echo && options.file.is_none() && pasted.body.is_none() { "GET" } else { "POST" }.to_owned()
    });
    let body = || match (&options.file, pasted.body) {
        (None, Some(body)) => Ok(body.into_bytes()),
        (file, _) => read(file.as_deref(), lang).map_err(Wrong::Failed),
    };
    let (object, text, exit) = match verify(&account, &method, &pasted.query, body) {
        Ok(genuine) => {
            let mark = output.paint(Style::Good, "✓");
            let (what, words, text) = match genuine {
                Genuine::Handshake(echo) => (
                    "handshake",
                    say!(lang, "genuine handshake, to be answered with", "真实的验证请求，应返回"),
                    Some(echo),
                ),
                Genuine::Message(document) => (
                    "message",
                    say!(lang, "genuine, for this account; the document", "真实，且是发给本账号的；内容"),
                    Some(document),
                ),
                Genuine::Callback => {
                    ("callback", say!(lang, "genuine: the signature holds", "真实：签名正确"), None)
                }
            };
            let shown = text.as_deref().map_or_else(String::new, |text| format!(": {}", printable(text)));
            let object = json!({ "genuine": true, "is": what, "text": text });
            (object, format!("{mark} {words}{shown}"), Exit::Fine)
        }
        Err(Wrong::Failed(failure)) => return Err(failure),
        Err(Wrong::Refused(refusal)) => {
            let why = refusal.sentence(lang);
            let mark = output.paint(Style::Bad, "✗");
            let text = say!(lang, "{mark} refused: {why}", "{mark} 拒绝：{why}");
            (json!({ "genuine": false, "reason": why, "code": refusal.code() }), text, Exit::Wrong)
        }
    };
    output.event(object, &text);
    Ok(exit)
}
