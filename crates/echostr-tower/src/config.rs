//! What the layer and its services are set to.

use bytes::Bytes;
use echostr::adapter::Settings;
use echostr_ledger::Deliveries;
use http::{Response, request::Parts};

use crate::HandledReply;

#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) settings: Settings<Parts, Response<Bytes>>,
    pub(crate) deliveries: Deliveries<HandledReply>,
}
