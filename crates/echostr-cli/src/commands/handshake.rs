//! `echostr handshake`: the console's "submit".

use serde_json::json;

use crate::{
    diagnosis::diagnose,
    net::client::{Client, Target, millis},
    platform::account::Account,
    platform::requests::{self as request, Moment},
    report::output::{Output, Style, excerpt},
    words::exit::{Exit, Failure},
    words::lang::say,
};

pub(crate) fn run(
    account: &Account,
    client: &Client,
    target: &Target,
    moment: &Moment,
    output: &Output,
) -> Result<Exit, Failure> {
    let echo = moment.echostr();
    let request =
        request::handshake(account, moment, &echo).map_err(|error| Failure::usage(error.to_string()))?;
    let result = client.send(target, &request);
    let diagnosis = diagnose(&result, &echo, client, target, moment.timestamp, output.lang);
    let reply = result.ok();
    let mut object = json!({
        "command": "handshake",
        "mode": account.mode.name(),
        "url": target.shown(),
        "ok": diagnosis.is_none(),
        "expected": echo,
        "status": reply.as_ref().map(|reply| reply.status),
        "got": reply.as_ref().map(|reply| excerpt(&reply.body)),
        "ms": reply.as_ref().map(|reply| millis(reply.elapsed)),
        "exit": diagnosis.as_ref().map_or(Exit::Fine, |diagnosis| diagnosis.exit).code(),
    });
    let Some(diagnosis) = diagnosis else {
        let ms = reply.map_or(0.0, |reply| millis(reply.elapsed));
        let mark = output.paint(Style::Good, "✓");
        let text = say!(
            output.lang,
            "{mark} the echostr {echo} came back byte for byte: the console page would accept this URL ({ms:.1} ms)",
            "{mark} echostr {echo} 原样返回：后台会接受这个 URL ({ms:.1} ms)"
        );
        output.event(object, &text);
        return Ok(Exit::Fine);
    };
    if output.json {
        if let Some(object) = object.as_object_mut() {
            object.insert("diagnosis".to_owned(), diagnosis.name.into());
            object.insert("message".to_owned(), diagnosis.sentence.into());
        }
        output.object(object);
        return Ok(diagnosis.exit);
    }
    Err(Failure { exit: diagnosis.exit, message: diagnosis.sentence })
}
