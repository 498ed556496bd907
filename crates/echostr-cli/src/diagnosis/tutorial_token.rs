//! The server has a token that everybody knows, and not the one given here.

use crate::{
    diagnosis::evidence::{Diagnosis, Evidence},
    words::lang::say,
};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let token = evidence.probes.tutorial_token.filter(|_| !evidence.is_taken())?;
    Some(Diagnosis::wrong(
        "tutorial-token",
        say!(
            evidence.lang,
            "the server's token is “{token}”, which tutorials use and forgers try first, and not the one given here: set its token to that of the console page",
            "服务器用的 Token 是教程里的“{token}”，而不是这里给出的；伪造者最先尝试的就是它：请把服务器的 Token 改成后台填写的那个"
        ),
    ))
}
