//! The handler of all three examples: the bot, and two words by which one can watch it being slow and failing.

use std::time::Duration;

use echostr_ledger::{Delivery, Key};
use echostr_message::{BotKind, Incoming, Kind, Reply};

use crate::bot::answer;

/// The handler has failed. The example answers it with 500.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Failed;

/// Handles a message, and says so on standard output when it begins and when it has ended well.
///
/// `sleep 7` (or `睡 7`) takes so many seconds, `fail 1` fails in so many attempts; both are then answered like any text.
///
/// # Errors
///
/// [`Failed`], for `fail`.
pub async fn handle(incoming: &Incoming, delivery: Option<Delivery>) -> Result<Reply, Failed> {
    // Without a ledger the key is the same, and every run is the first attempt.
    let key = delivery.map(|delivery| *delivery.key()).or_else(|| incoming.callback().map(Key::of));
    let (key, attempt) =
        (key.map_or_else(String::new, |key| key.to_string()), delivery.map_or(1, |of| of.attempt()));
    println!("started key={key} attempt={attempt}");
    match command(text(incoming)) {
        Some(Command::Sleep(time)) => tokio::time::sleep(time).await,
        Some(Command::Fail(attempts)) if attempt <= attempts => return Err(Failed),
        Some(Command::Fail(_)) | None => {}
    }
    let reply = Reply::or_log(answer(incoming));
    println!("handled key={key} attempt={attempt}");
    Ok(reply)
}

enum Command {
    Sleep(Duration),
    Fail(u32),
}

fn text(incoming: &Incoming) -> &str {
    match incoming {
        Incoming::Message(message) => match &message.kind {
            Kind::Text(text) => &text.content,
            _ => "",
        },
        Incoming::Bot(bot) => match &bot.kind {
            BotKind::Text(text) => &text.content,
            _ => "",
        },
        _ => "",
    }
}

fn command(text: &str) -> Option<Command> {
    match text.trim().split_once(' ')? {
        ("sleep" | "睡", seconds) => {
            Some(Command::Sleep(Duration::try_from_secs_f64(seconds.trim().parse().ok()?).ok()?))
        }
        ("fail", attempts) => Some(Command::Fail(attempts.trim().parse().ok()?)),
        _ => None,
    }
}
