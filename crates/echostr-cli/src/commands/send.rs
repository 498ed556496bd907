//! `echostr send`: one message, and what the user would see.

use std::path::PathBuf;

use clap::Args;

use crate::{
    commands::{
        common::Common,
        delivery::deliver_and_tell,
        input::{read, well_formed},
        session::Session,
    },
    platform::{
        documents::Header,
        kinds::{self, Details, Kind, To},
        requests,
    },
    words::exit::{Exit, Failure},
};

#[derive(Args, Debug)]
pub(crate) struct Send {
    /// The URL of the callback
    url: String,
    /// The kind of message; without it the document is read from --file or standard input
    kind: Option<Kind>,
    /// The text; for an image its URL, for voice the recognised words, for a location its label, for a link its URL
    #[arg(conflicts_with = "file")]
    content: Option<String>,
    /// A document to send as it is, XML or JSON; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "kind")]
    file: Option<PathBuf>,
    #[command(flatten)]
    to: To,
    #[command(flatten)]
    details: Details,
}

pub(crate) fn run(common: &Common, options: &Send) -> Result<Exit, Failure> {
    let session = Session::new(common, &options.url)?;
    let (mode, lang) = (session.account.mode, session.output.lang);
    let mut metadata = session.metadata.clone();
    let document = match options.kind {
        Some(kind) => {
            let Send { content, details, to, .. } = options;
            kinds::message(kind, content.clone(), details, to, &metadata, mode, lang)?.into_bytes()
        }
        None => {
            let document = read(options.file.as_deref(), lang)?;
            well_formed(&document, lang)?;
            if common.openid.is_none()
                && let Some(from) = Header::of(&document).from
            {
                metadata.openid = from;
            }
            document
        }
    };
    let request = requests::callback(&session.account, &metadata, &document)?;
    deliver_and_tell(&session, &request, &String::from_utf8_lossy(&document))
}
