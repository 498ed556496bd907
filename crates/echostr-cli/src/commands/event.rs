//! `echostr event`: one event or notice, and what the user would see.

use clap::Args;

use crate::{
    commands::{
        common::Common,
        delivery::send_and_tell,
        details::{Details, KindName},
    },
    platform::{documents, kinds::Scope},
    words::exit::{Exit, Failure},
};

#[derive(Args, Debug)]
pub(crate) struct Event {
    /// The URL of the callback
    url: String,
    /// The event: subscribe, unsubscribe, scan, location, click, view, or another that `echostr kinds` lists
    #[arg(value_parser = KindName(Scope::Events), hide_possible_values = true)]
    kind: String,
    #[command(flatten)]
    details: Details,
}

pub(crate) fn run(common: &Common, options: &Event) -> Result<Exit, Failure> {
    let lang = common.output().lang;
    let kind = documents::kind(&options.kind, Scope::Events, lang)?;
    let settings = options.details.settings(kind, None, lang)?;
    send_and_tell(common, &options.url, kind, &settings)
}
