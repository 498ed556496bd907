//! `echostr kinds`: what `send` and `event` can send, or the sample of one of them.

use clap::Args;
use serde_json::json;

use crate::{
    commands::{common::Common, details::KindName},
    platform::{
        documents,
        kinds::{Kind, Scope},
    },
    words::exit::{Exit, Failure},
};

#[derive(Args, Debug)]
pub(crate) struct Kinds {
    /// Shows the document of this kind
    #[arg(value_parser = KindName(Scope::All), hide_possible_values = true)]
    kind: Option<String>,
}

pub(crate) fn run(common: &Common, options: &Kinds) -> Result<Exit, Failure> {
    let output = common.output();
    if let Some(name) = &options.kind {
        let kind = documents::kind(name, Scope::All, output.lang)?;
        let object =
            json!({ "kind": kind.name(Scope::All), "document": kind.sample(), "source": kind.source() });
        output.result(&object, kind.sample());
        return Ok(Exit::Fine);
    }
    let widest = Kind::all().map(|kind| kind.name(Scope::All).len()).max().unwrap_or_default();
    for kind in Kind::all() {
        let (name, family, variant) = (kind.name(Scope::All), kind.family().name(), kind.variant());
        let object = json!({
            "name": name, "family": family, "kind": variant, "event": kind.is_event(), "fields": kind.paths(),
            "source": kind.source(),
        });
        output.result(&object, &format!("{name:widest$}  {family} {variant}"));
    }
    Ok(Exit::Fine)
}
