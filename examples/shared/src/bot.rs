//! The bot of all three examples. It knows no framework, and no mode.

use echostr_message::{
    Bot, BotKind, Incoming, Kind, Message, Reply, ReplyError,
    reply::{Image, Stream},
};

const HELP: &str =
    "我会这些：\n· 文字：原样说一遍\n· 图片：发回给你\n· 位置：告诉你经纬度\n· 帮助：显示这段话";

/// What the bot answers.
///
/// # Errors
///
/// [`ReplyError`], say for a text that is too long once something stands before it.
pub fn answer(incoming: &Incoming) -> Result<Reply, ReplyError> {
    tracing::info!(
        kind = incoming.kind_name(),
        account = incoming.callback().and_then(|of| of.account()),
        "message"
    );
    match incoming {
        Incoming::Message(message) => on_message(message),
        Incoming::Bot(bot) => on_bot(bot),
        // There is nobody to reply to.
        _ => Ok(Reply::none()),
    }
}

fn on_message(message: &Message) -> Result<Reply, ReplyError> {
    match &message.kind {
        Kind::Text(text) if text.content.trim() == "帮助" => message.reply(HELP),
        Kind::Text(text) => message.reply(format!("你说：{}", text.content)),
        Kind::Image(image) => message.reply(Image::new(image.media_id.as_deref().unwrap_or_default())),
        Kind::Location(place) => match (place.latitude(), place.longitude()) {
            (Some(latitude), Some(longitude)) => message.reply(format!(
                "你在 {}，纬度 {latitude:.4}，经度 {longitude:.4}",
                place.label.as_deref().unwrap_or("这里")
            )),
            _ => Ok(Reply::none()),
        },
        Kind::Subscribe(_) => message.reply(format!("欢迎！{HELP}")),
        _ => Ok(Reply::none()),
    }
}

fn on_bot(bot: &Bot) -> Result<Reply, ReplyError> {
    match &bot.kind {
        BotKind::EnterChat(_) => bot.reply("你好！对我说“帮助”看看。"),
        BotKind::Text(text) => {
            // In a group the name of the robot stands before it.
            let is_help = text.content.trim_end().ends_with("帮助");
            let words = if is_help { HELP.to_owned() } else { format!("你说：{}", text.content) };
            bot.reply(Stream::new(bot.msgid.as_deref().unwrap_or("1"), words).finish())
        }
        // The one answer that this event allows.
        BotKind::Feedback(_) => Ok(Reply::empty()),
        _ => Ok(Reply::none()),
    }
}
