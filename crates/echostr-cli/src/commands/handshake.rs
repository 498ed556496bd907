//! `echostr handshake`: the console's "submit".

use clap::Args;
use serde_json::json;

use crate::{
    commands::{common::Common, session::Session},
    diagnosis::{
        evidence::{Evidence, Probes, Sent},
        table::diagnose,
    },
    platform::requests,
    report::output::Style,
    suite::run::probe::Probe,
    words::{
        exit::{Exit, Failure},
        lang::say,
        text::{excerpt, millis},
    },
};

#[derive(Args, Debug)]
pub(crate) struct Handshake {
    /// The URL of the callback, such as http://127.0.0.1:3000/wx
    url: String,
}

pub(crate) fn run(common: &Common, options: &Handshake) -> Result<Exit, Failure> {
    let session = Session::new(common, &options.url)?;
    let Session { account, client, target, output, metadata } = &session;
    let lang = output.lang;
    let echo = metadata.echostr();
    let request = requests::handshake(account, metadata, &echo)?;
    let result = client.send(target, &request);
    let look = |probes| {
        diagnose(&Evidence {
            sent: Sent::Handshake(&echo),
            result: &result,
            account,
            url: target.shown(),
            at: metadata.timestamp,
            limit: client.limit(),
            probes,
            lang,
        })
    };
    let mut diagnosis = look(Probes::default());
    if diagnosis.as_ref().is_some_and(|diagnosis| !diagnosis.is_warning()) {
        let probe = Probe { account, client, target, lang, is_thorough: false };
        diagnosis = look(probe.look(Sent::Handshake(&echo), &result, metadata));
    }
    let reply = result.as_ref().ok();
    let exit = diagnosis.as_ref().map_or(Exit::Fine, |diagnosis| diagnosis.exit);
    let mut object = json!({
        "command": "handshake",
        "mode": account.mode.name(),
        "url": target.shown(),
        "ok": exit == Exit::Fine,
        "expected": echo,
        "status": reply.map(|reply| reply.status),
        "got": reply.map(|reply| excerpt(&reply.body)),
        "ms": reply.map(|reply| millis(reply.elapsed)),
        "exit": exit.code(),
    });
    if let (Some(object), Some(diagnosis)) = (object.as_object_mut(), &diagnosis) {
        let message = if diagnosis.is_warning() { "warning" } else { "message" };
        object.insert("diagnosis".to_owned(), diagnosis.name.into());
        object.insert(message.to_owned(), diagnosis.sentence.clone().into());
    }
    if exit != Exit::Fine {
        if output.json {
            output.object(object);
            return Ok(exit);
        }
        return Err(Failure {
            exit,
            message: diagnosis.map(|diagnosis| diagnosis.sentence).unwrap_or_default(),
        });
    }
    let ms = reply.map_or(0.0, |reply| millis(reply.elapsed));
    let mark = output.paint(Style::Good, "✓");
    let text = say!(
        lang,
        "{mark} the echostr {echo} came back byte for byte: the console page would accept this URL ({ms:.1} ms)",
        "{mark} echostr {echo} 原样返回：后台会接受这个 URL ({ms:.1} ms)"
    );
    output.event(object, &text);
    if let Some(warning) = diagnosis.map(|diagnosis| diagnosis.sentence) {
        output.warning(&say!(lang, "warning: {warning}", "注意：{warning}"));
    }
    Ok(Exit::Fine)
}
