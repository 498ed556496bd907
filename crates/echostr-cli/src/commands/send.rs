//! `echostr send`: one message, and what the user would see.

use std::path::PathBuf;

use clap::Args;

use crate::{
    commands::{
        common::Common,
        delivery::{deliver_and_tell, send_and_tell},
        details::{Details, KindName},
        input::{read, well_formed},
        session::Session,
    },
    platform::{documents, header::Header, kinds::Scope, requests},
    words::exit::{Exit, Failure},
};

#[derive(Args, Debug)]
pub(crate) struct Send {
    /// The URL of the callback
    url: String,
    /// The kind: text, image, voice, video, shortvideo, location, link, or another that `echostr kinds` lists; without it
    /// the document is read from --file or standard input
    #[arg(value_parser = KindName(Scope::All), hide_possible_values = true)]
    kind: Option<String>,
    /// The text; for an image its URL, for voice the recognised words, for a location its label, for a link its URL
    #[arg(conflicts_with = "file")]
    content: Option<String>,
    /// A document to send as it is, XML or JSON; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "kind")]
    file: Option<PathBuf>,
    #[command(flatten)]
    details: Details,
}

pub(crate) fn run(common: &Common, options: &Send) -> Result<Exit, Failure> {
    let lang = common.output().lang;
    if let Some(name) = &options.kind {
        let kind = documents::kind(name, Scope::All, lang)?;
        let settings = options.details.settings(kind, options.content.as_deref(), lang)?;
        return send_and_tell(common, &options.url, kind, &settings);
    }
    let document = read(options.file.as_deref(), lang)?;
    well_formed(&document, lang)?;
    let header = Header::of(&document);
    let session = if header.is_wecoms() {
        Session::new(&common.for_wecom(header.is_bots), &options.url)?
    } else {
        Session::new(common, &options.url)?
    };
    let mut metadata = session.metadata.clone();
    if common.openid.is_none()
        && let Some(from) = header.from
    {
        metadata.openid = from;
    }
    let request = requests::callback(&session.account, &metadata, &document)?;
    deliver_and_tell(&session, &request, &String::from_utf8_lossy(&document))
}
