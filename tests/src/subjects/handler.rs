//! The one handler that stands behind every subject, whatever the framework.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use echostr::Callback;
use echostr_message::{Bot, BotKind, Incoming, Kind, Message, Notice, Reply, ReplyError};

/// How often the handler has run, and what it was given last.
#[derive(Clone, Default)]
pub(crate) struct Hits {
    count: Arc<AtomicUsize>,
    heard: Arc<Mutex<String>>,
}

/// What the handler answers.
pub(crate) struct Said {
    pub(crate) status: u16,
    /// `Content-Encoding`, as if a compression layer stood around the handler.
    pub(crate) coding: &'static str,
    pub(crate) text: String,
}

impl Hits {
    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    pub(crate) fn heard(&self) -> String {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn hear(&self, what: &str, kind: &str, callback: Option<&Callback>) {
        self.count.fetch_add(1, Ordering::SeqCst);
        let callback = callback.expect("an extractor gives no message without a callback");
        let [account, id] = [callback.account(), callback.receive_id()].map(|text| text.unwrap_or("none"));
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) =
            format!("{what} {kind} account={account} id={id}");
    }

    /// The typed handler, which knows no framework.
    pub(crate) fn on_message(&self, message: &Message) -> Result<Reply, ReplyError> {
        self.hear("message", message.kind.name(), message.callback());
        match &message.kind {
            // 2,048 bytes: the longest text of WeCom, and one too many for everybody else.
            Kind::Text(text) if text.content == "2048" => message.reply("x".repeat(2048)),
            Kind::Text(text) => message.reply(format!("你说：{}", text.content)),
            _ => Ok(Reply::none()),
        }
    }

    pub(crate) fn on_notice(&self, notice: &Notice) -> Reply {
        self.hear("notice", notice.kind.name(), notice.callback());
        Reply::none()
    }

    pub(crate) fn on_bot(&self, bot: &Bot) -> Result<Reply, ReplyError> {
        self.hear("bot", bot.kind.name(), bot.callback());
        match &bot.kind {
            BotKind::EnterChat(_) => bot.reply("你好"),
            _ => Ok(Reply::none()),
        }
    }

    pub(crate) fn on_incoming(&self, incoming: &Incoming) -> Result<Reply, ReplyError> {
        match incoming {
            Incoming::Message(message) => self.on_message(message),
            Incoming::Notice(notice) => Ok(self.on_notice(notice)),
            Incoming::Bot(bot) => self.on_bot(bot),
            other => panic!("{other:?}"),
        }
    }

    /// Counts a run of the handler and answers with what it saw, or as the body tells it to.
    pub(crate) fn handle<'h>(
        &self,
        callback: Option<&Callback>,
        header: impl Fn(&'static str) -> &'h [u8],
        body: &[u8],
    ) -> Said {
        self.count.fetch_add(1, Ordering::SeqCst);
        let body = String::from_utf8_lossy(body);
        let said = |status, text: &str| Said { status, coding: "identity", text: text.to_owned() };
        if body.contains("answer success") {
            said(200, "success")
        } else if body.contains("answer nothing") {
            said(200, "")
        } else if body.contains("answer 500") {
            said(500, "broken")
        } else if body.contains("answer 201") {
            said(201, "created")
        } else if body.contains("answer gzip") {
            Said { coding: "gzip", ..said(200, "not text") }
        } else if body.contains("answer account") {
            said(200, callback.and_then(Callback::account).unwrap_or("no account"))
        } else {
            let nonce = callback.map_or("", Callback::nonce);
            let id = callback.and_then(Callback::receive_id).unwrap_or("none");
            let shown = |name| String::from_utf8_lossy(header(name));
            let [kind, length] = ["content-type", "content-length"].map(shown);
            let coding = ["content-encoding", "transfer-encoding", "te", "expect"].map(shown).concat();
            said(
                200,
                &format!("nonce={nonce} id={id} type={kind} length={length} coding={coding} body={body}"),
            )
        }
    }
}
