//! Notices of the open platform and of WeCom suites.

use std::fmt;

use echostr::Callback;

use crate::{document::Document, header::Header, kinds::notice::NoticeKind, spec::integer};

/// A notice to the open platform or a WeCom suite. There is nobody to reply to: answer
/// [`Reply::none`](crate::Reply::none).
#[derive(Clone)]
#[non_exhaustive]
pub struct Notice {
    /// The type.
    pub info_type: Option<String>,
    /// Which change, of the notices that tell of changes.
    pub change_type: Option<String>,
    /// The AppID of the open platform.
    pub app_id: Option<String>,
    /// The WeCom suite.
    pub suite_id: Option<String>,
    /// The company that uses the suite.
    pub auth_corp_id: Option<String>,
    /// The company's app.
    pub agent_id: Option<String>,
    /// When it was sent, in Unix seconds, by the open platform.
    pub create_time: Option<String>,
    /// When it was sent, in Unix seconds, by WeCom.
    pub time_stamp: Option<String>,
    /// What it is, with the fields of its kind.
    pub kind: NoticeKind,
    document: Document,
    callback: Option<Box<Callback>>,
}

impl Notice {
    pub(crate) fn new(document: Document) -> Self {
        let mut header = Header::of(&document);
        let info_type = header.text("InfoType");
        let change_type = header.text("ChangeType");
        let app_id = header.text("AppId");
        let suite_id = header.text("SuiteId");
        let auth_corp_id = header.text("AuthCorpId");
        let agent_id = header.text("AgentID");
        let create_time = header.text("CreateTime");
        let time_stamp = header.text("TimeStamp");
        let read =
            |root| NoticeKind::read(info_type.as_deref().unwrap_or_default(), change_type.as_deref(), root);
        let kind = header.kind(read, NoticeKind::Other);
        Self {
            info_type,
            change_type,
            app_id,
            suite_id,
            auth_corp_id,
            agent_id,
            create_time,
            time_stamp,
            kind,
            document,
            callback: None,
        }
    }

    pub(crate) fn received(mut self, callback: &Callback) -> Self {
        self.callback = Some(Box::new(callback.clone()));
        self
    }

    /// When it was sent, in Unix seconds, as a number: [`create_time`](field@Self::create_time) or
    /// [`time_stamp`](Self::time_stamp).
    #[must_use]
    pub fn time(&self) -> Option<i64> {
        integer(self.create_time.as_deref().or(self.time_stamp.as_deref())?)
    }

    /// The request that it came in: its account, receive id, nonce. None if it was only parsed.
    #[must_use]
    pub fn callback(&self) -> Option<&Callback> {
        self.callback.as_deref()
    }

    /// All that was sent.
    #[must_use]
    pub const fn document(&self) -> &Document {
        &self.document
    }
}

/// Without the texts, which may be secrets.
impl fmt::Debug for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notice")
            .field("kind", &self.kind)
            .field("document", &self.document)
            .finish_non_exhaustive()
    }
}
