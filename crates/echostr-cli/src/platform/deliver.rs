//! Delivers a callback as the platform does: three sends of the identical request on time-out, again at once on a wrong
//! status.

use crate::{
    net::{
        client::Client,
        reply::{Cut, Fault, Reply},
        request::Request,
        target::Target,
    },
    platform::mode::Mode,
};

/// Sends in all where no answer comes in time.
const ON_TIMEOUT: usize = 3;

/// Sends in all where the status is wrong: a 201 was seen to be sent again at once, four times within a second.
const ON_WRONG_STATUS: usize = 4;

pub(crate) type Attempt = Result<Reply, Fault>;

/// Everything that came of a callback, oldest first; never empty.
pub(crate) struct Delivery {
    pub(crate) attempts: Vec<Attempt>,
}

/// Delivers `request`; `seen` is told of every send as it ends.
pub(crate) fn deliver(
    client: &Client,
    target: &Target,
    request: &Request,
    mode: Mode,
    mut seen: impl FnMut(usize, &Attempt),
) -> Delivery {
    let mut attempts = Vec::new();
    loop {
        let attempt = client.send(target, request);
        let most = sends(&attempt, mode);
        attempts.push(attempt);
        if let Some(attempt) = attempts.last() {
            seen(attempts.len(), attempt);
        }
        if attempts.len() >= most {
            return Delivery { attempts };
        }
    }
}

/// How many sends there may be in all, if the last one ended like this.
fn sends(attempt: &Attempt, mode: Mode) -> usize {
    match attempt {
        Err(Fault::Slow) => ON_TIMEOUT,
        Ok(reply) if reply.cut == Some(Cut::Slow) => ON_TIMEOUT,
        // WeCom tries again for network reasons only.
        Ok(reply) if reply.status != 200 && mode != Mode::Wecom => ON_WRONG_STATUS,
        // Nobody to send it to.
        Ok(_) | Err(_) => 1,
    }
}
