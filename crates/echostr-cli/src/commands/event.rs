//! `echostr event`: one event, and what the user would see.

use clap::Args;

use crate::{
    commands::{common::Common, delivery::deliver_and_tell, session::Session},
    platform::{
        kinds::{self, EventDetails, EventKind, To},
        requests,
    },
    words::exit::{Exit, Failure},
};

#[derive(Args, Debug)]
pub(crate) struct Event {
    /// The URL of the callback
    url: String,
    /// The event
    kind: EventKind,
    #[command(flatten)]
    details: EventDetails,
    #[command(flatten)]
    to: To,
}

pub(crate) fn run(common: &Common, options: &Event) -> Result<Exit, Failure> {
    let session = Session::new(common, &options.url)?;
    let Session { account, metadata, output, .. } = &session;
    let Event { kind, details, to, .. } = options;
    let document = kinds::event(*kind, details, to, metadata, account.mode, output.lang)?;
    let request = requests::callback(account, metadata, document.as_bytes())?;
    deliver_and_tell(&session, &request, &document)
}
