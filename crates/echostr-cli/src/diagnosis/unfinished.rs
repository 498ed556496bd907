//! The body does not end: not in time, or not at all.

use crate::{
    diagnosis::{
        connection::sentence_of,
        evidence::{Diagnosis, Evidence},
    },
    net::reply::{Cut, Fault},
    words::{exit::Exit, lang::say},
};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let lang = evidence.lang;
    let reply = evidence.reply()?;
    let cut = reply.cut?;
    let exit = if cut == Cut::Broken { Exit::Wrong } else { Exit::Slow };
    let (name, sentence) = if reply.is_chunked() && cut != Cut::Broken {
        let sentence = say!(
            lang,
            "the body is chunked and never ends: answer with Content-Length, and end the response",
            "应答体是分块传输(chunked)，并且一直不结束：请使用 Content-Length，并结束应答"
        );
        ("endless", sentence)
    } else if cut == Cut::Slow {
        ("slow", sentence_of(&Fault::Slow, evidence.url, evidence.limit, lang))
    } else {
        let sentence = say!(
            lang,
            "the body breaks off or does not end: send as many bytes as Content-Length says",
            "应答体中断或没有结束：请按 Content-Length 发送完整的内容"
        );
        ("broken", sentence)
    };
    Some(Diagnosis { name, exit, sentence })
}
