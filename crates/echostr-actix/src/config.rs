//! What the middleware is set to, in every worker.

use actix_web::{HttpResponse, dev::ServiceRequest};
use echostr::adapter::Settings;
use echostr_ledger::Deliveries;

use crate::handled_reply::HandledReply;

#[derive(Clone, Debug)]
pub(crate) struct Config {
    pub(crate) settings: Settings<ServiceRequest, HttpResponse>,
    pub(crate) deliveries: Deliveries<HandledReply>,
}
