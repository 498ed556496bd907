//! How often a message is handled, and how late: what the examples take from the environment, and what they show of it.

use std::{env, sync::Arc, time::Duration};

use echostr_ledger::{Delivery, Late, LateReply, Ledger, MemoryLedger, Patience};
use echostr_ledger_redis::RedisLedger;

/// The settings of the ledger, if there is to be one.
#[non_exhaustive]
pub struct Deliveries {
    /// `WECHAT_LEDGER`.
    pub ledger: Arc<dyn Ledger>,
    /// `WECHAT_PATIENCE`.
    pub patience: Patience,
    /// `WECHAT_DEADLINE`.
    pub deadline: Duration,
}

/// What the environment says of it: `WECHAT_LEDGER`, `memory` (the default), `off` or the URL of a Redis that several servers share; `WECHAT_PATIENCE`, `one` (the default) or `all`;
/// `WECHAT_DEADLINE` in seconds, 4.5 by default.
///
/// # Errors
///
/// A line for the user, if one of them says something else, or there is no such Redis.
pub async fn deliveries() -> Result<Option<Deliveries>, String> {
    let ledger: Arc<dyn Ledger> = match variable("WECHAT_LEDGER", "memory").as_str() {
        "memory" => Arc::new(MemoryLedger::new()),
        "off" => return Ok(None),
        url if url.starts_with("redis://") => {
            let ledger = RedisLedger::connect(url).await;
            Arc::new(
                ledger
                    .map_err(|error| format!("WECHAT_LEDGER names a Redis that cannot be used: {error}"))?,
            )
        }
        // It may hold a password, so it is not shown.
        _ => return Err("WECHAT_LEDGER must be memory or off, or begin with redis://".to_owned()),
    };
    let patience = match variable("WECHAT_PATIENCE", "one").as_str() {
        "one" => Patience::OneSend,
        "all" => Patience::AllSends,
        other => return Err(format!("WECHAT_PATIENCE is `{other}`: it must be one or all")),
    };
    let deadline = variable("WECHAT_DEADLINE", "4.5");
    let seconds = deadline.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let deadline = seconds.ok_or_else(|| {
        format!("WECHAT_DEADLINE is `{deadline}`: it must be a number of seconds, such as 4.5")
    })?;
    Ok(Some(Deliveries { ledger, patience, deadline }))
}

fn variable(name: &str, default: &str) -> String {
    env::var(name).unwrap_or_else(|_| default.to_owned())
}

/// For `on_late`. An app of your own sends the reply by another way, say as a customer-service message.
pub async fn late(delivery: Delivery, late: Late<LateReply>) {
    match late {
        Late::Reply(_) => println!("late key={}", delivery.key()),
        Late::Failed(failure) => tracing::warn!(%delivery, %failure, "nobody will send this message again"),
    }
}
