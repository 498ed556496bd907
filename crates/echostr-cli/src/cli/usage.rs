//! What is wrong with the command line, in one line; and the help in Chinese.

use std::env;

use clap::{
    Command, CommandFactory as _, FromArgMatches as _,
    error::{ContextKind, ContextValue, Error, ErrorKind},
};

use crate::{
    cli::args::CommandLine,
    words::{
        exit::Failure,
        lang::{Lang, say},
    },
};

/// What each command does.
const COMMANDS: [(&str, &str); 13] = [
    ("handshake", "像后台点击“提交”那样验证 URL，并说明应答哪里不对"),
    ("send", "发送一条消息"),
    ("event", "发送一个事件"),
    ("kinds", "列出可以发送的消息、事件和通知的类型"),
    ("check", "完整检查：验证 URL、各类消息，以及所有必须拒绝的请求"),
    ("sign", "离线：为请求签名"),
    ("verify", "离线：验证查询字符串及其消息体"),
    ("encrypt", "离线：按平台的方式加密文档"),
    ("decrypt", "离线：解密请求或回复的消息体，或 Encrypt 的文本"),
    ("parse", "离线：像消息类型库那样读取文档，输出其类型和字段"),
    ("listen", "接收回调，显示并记录全部参数和请求头"),
    ("replay", "重新发送记录下来的回调"),
    ("completions", "输出命令行补全脚本"),
];

/// What each option is for.
const OPTIONS: [(&str, &str); 54] = [
    ("token", "后台填写的 Token；不会出现在任何输出中"),
    ("token_file", "存放 Token 的文件"),
    ("appid", "加密消息末尾的 AppID、CorpID 或 SuiteID"),
    ("aes_key", "EncodingAESKey,43 个字符；不会出现在任何输出中"),
    ("mode", "发送方式 [默认：有密钥时为 safe，否则为 plain]"),
    ("openid", "发送消息的用户"),
    ("at", "时间戳，自 1970 年起的秒数 [默认：现在]"),
    ("nonce", "随机数 [默认：随机]"),
    ("timeout", "等待应答的上限，单位秒"),
    ("json", "每行输出一个 JSON 对象"),
    ("color", "是否使用颜色；遵从 NO_COLOR"),
    ("verbose", "在标准错误中显示完整的请求和应答；check 显示每一个用例，-vv 再加上这些"),
    ("only", "只运行这些用例或分组；“post-*”表示所有以此开头的用例"),
    ("skip", "不运行这些用例或分组"),
    ("allow", "这些用例或分组可以失败；undecided 表示所有无法判断的用例"),
    ("list", "列出全部用例，不发送任何内容"),
    (
        "report",
        "另外写一份报告：junit=FILE、json=FILE，或 github（注解）；FILE 为“-”时写到标准输出，并且不再显示别的",
    ),
    ("lang", "输出的语言 [默认：由 LC_ALL 或 LANG 决定]"),
    ("allow_remote", "允许访问其他机器的 URL"),
    ("url", "回调的 URL，如 http://127.0.0.1:3000/wx"),
    (
        "kind",
        "类型：text、image、subscribe、bot/text、notice/suite_ticket 等，echostr kinds 会列出全部；send 不写类型时，从 --file 或标准输入读取文档",
    ),
    ("set", "设置一个字段，如 SendLocationInfo.Label=广州；可以重复，对同一字段也可以：每个值对应列表的一项"),
    ("set_raw", "同 --set，但值原样写入，可以是标记或 JSON，格式不对也可以"),
    ("content", "文本内容；图片为其 URL，语音为识别结果，位置为地名，链接为其 URL"),
    ("file", "要读取的文件；“-”为标准输入"),
    ("document", "已解密的文档，或（有密钥时）加密的消息体；省略或写“-”时为标准输入"),
    ("to", "接收消息的账号，即 ToUserName"),
    ("msg_id", "消息的 MsgId [默认：由时间戳和随机数得出]"),
    ("media_id", "MediaId"),
    ("thumb_media_id", "视频的 ThumbMediaId"),
    ("pic_url", "图片的 PicUrl"),
    ("format", "语音的 Format"),
    ("latitude", "位置的纬度"),
    ("longitude", "位置的经度"),
    ("scale", "地图的缩放级别"),
    ("precision", "位置的精度，单位米"),
    ("title", "链接的标题"),
    ("description", "链接的描述"),
    ("key", "EventKey：二维码的场景值，菜单的 key 或 URL"),
    ("ticket", "二维码的 Ticket"),
    ("query", "请求的查询字符串或 URL，或者含有它的一行日志或命令"),
    ("method", "请求方法 [默认：取自该行；有 echostr 时为 GET，否则为 POST]"),
    ("curl", "输出一行 curl 命令"),
    ("handshake", "为验证请求（而不是消息）签名"),
    ("echostr", "验证请求的 echostr [默认：由时间戳和随机数得出]"),
    ("text", "文本内容；check 中为机器人会回复的词"),
    ("addr", "监听的地址；端口 0 表示任意空闲端口"),
    ("save", "把每个请求追加到这个文件，每行一个 JSON 对象"),
    ("count", "收到这么多请求后结束"),
    ("resign", "用现在的时间重新签名"),
    ("shell", "哪一种 shell"),
    ("help", "显示帮助"),
    ("version", "显示版本"),
    ("command", "命令"),
];

const ABOUT: &str = "在本机扮演微信服务器，调试和测试自己的回调";

/// Reads the command line. `Err` is a mistake in it; help and version are printed, and end the program.
pub(crate) fn parse() -> Result<CommandLine, Failure> {
    let lang = lang();
    let parsed = command(lang).try_get_matches().and_then(|matches| CommandLine::from_arg_matches(&matches));
    parsed.map_err(|error| {
        if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
            error.exit();
        }
        Failure::usage(explain(&error, lang))
    })
}

pub(crate) fn command(lang: Lang) -> Command {
    let command = CommandLine::command();
    if lang == Lang::En {
        return command;
    }
    let command = translated(command).about(ABOUT).long_about(format!(
        "{ABOUT}。\n\n退出码：0 正常，1 应答不对，2 用法有误，3 无法连接，4 超时，5 伪造的请求被接受。"
    ));
    COMMANDS.iter().fold(command, |command, (name, about)| {
        command.mut_subcommand(name, |sub| translated(sub.about(*about)))
    })
}

fn translated(command: Command) -> Command {
    command.mut_args(|arg| {
        let found = OPTIONS.iter().find(|(id, _)| arg.get_id() == id);
        match found {
            Some((_, help)) => arg.help(*help),
            None => arg,
        }
    })
}

/// The language before the command line is known to be right.
fn lang() -> Lang {
    let args: Vec<String> = env::args_os().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let after = args.iter().position(|arg| arg == "--lang").and_then(|at| args.get(at.saturating_add(1)));
    let joined = args.iter().find_map(|arg| arg.strip_prefix("--lang="));
    match after.map(String::as_str).or(joined) {
        Some("zh") => Lang::Zh,
        Some("en") => Lang::En,
        _ => Lang::of_the_locale(),
    }
}

fn explain(error: &Error, lang: Lang) -> String {
    let find = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(" "),
        _ => String::new(),
    };
    let argument = find(ContextKind::InvalidArg);
    let value = find(ContextKind::InvalidValue);
    let why = match (lang, error.kind()) {
        (Lang::Zh, ErrorKind::UnknownArgument) => format!("不认识的参数 {argument}"),
        (Lang::Zh, ErrorKind::MissingRequiredArgument) => format!("缺少参数 {argument}"),
        (Lang::Zh, ErrorKind::InvalidSubcommand) => {
            format!("没有命令 {}", find(ContextKind::InvalidSubcommand))
        }
        (Lang::Zh, ErrorKind::ArgumentConflict) => {
            format!("{argument} 不能与 {} 同时使用", find(ContextKind::PriorArg))
        }
        (Lang::Zh, ErrorKind::InvalidValue) if value.is_empty() => format!("{argument} 需要一个值"),
        (Lang::Zh, ErrorKind::ValueValidation) if argument.starts_with("--set") => {
            format!("{argument} 的值 {value} 无效，应为 Name=value 或 Outer.Inner=value")
        }
        (Lang::Zh, ErrorKind::InvalidValue | ErrorKind::ValueValidation) => {
            let valid = find(ContextKind::ValidValue);
            let valid = if valid.is_empty() { valid } else { format!(",可以是 {valid}") };
            format!("{argument} 的值 {value} 无效{valid}")
        }
        _ => {
            let text = error.render().to_string();
            let text = text.strip_prefix("error: ").unwrap_or(&text);
            let text = text.split("\n\nUsage:").next().unwrap_or_default();
            let text = text.split("\n\nFor more").next().unwrap_or_default();
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        }
    };
    say!(lang, "{why}; see `echostr --help`", "{why}；用法见 echostr --help")
}

#[cfg(test)]
mod tests {
    use super::{COMMANDS, OPTIONS, command};
    use crate::words::lang::Lang;

    #[test]
    fn everything_is_translated() {
        command(Lang::En).debug_assert();
        command(Lang::Zh).debug_assert();
        let english = command(Lang::En);
        for sub in english.get_subcommands() {
            assert!(COMMANDS.iter().any(|(name, _)| *name == sub.get_name()), "{}", sub.get_name());
            for arg in sub.get_arguments() {
                assert!(OPTIONS.iter().any(|(id, _)| arg.get_id() == id), "{}", arg.get_id());
            }
        }
        for arg in english.get_arguments() {
            assert!(OPTIONS.iter().any(|(id, _)| arg.get_id() == id), "{}", arg.get_id());
        }
    }
}
