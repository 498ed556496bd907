//! The answer to a message is one that the platform does not take.

use crate::{
    diagnosis::{
        breakout::{self, Breakout},
        evidence::{Diagnosis, Evidence, Sent},
    },
    net::reply::Reply,
    platform::{
        mode::Mode,
        reply::{Taken, Wrong, taken},
    },
    words::{
        lang::{Lang, say},
        text::excerpt,
    },
};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let Sent::Message(sent) = evidence.sent else { return None };
    let reply = evidence.reply()?;
    let (name, sentence) = match taken(evidence.account, reply) {
        Ok(Taken::Silent) => return None,
        Ok(Taken::Reply { document, .. }) => {
            (breakout::find(sent, &document)? == Breakout::Section).then(|| ends_section(evidence.lang))?
        }
        Err(wrong) => named(&wrong, sent, reply, evidence)?,
    };
    Some(Diagnosis::wrong(name, sentence))
}

fn ends_section(lang: Lang) -> (&'static str, String) {
    (
        "breaks-out",
        say!(
            lang,
            "the `]]>` that the user typed ends the CDATA section of the reply, and what follows is read as XML: split it (`]]]]><![CDATA[>`) wherever the reply repeats what users write",
            "用户输入的“]]>”结束了回复中的 CDATA，后面的内容会被当作 XML：凡是回复中重复用户输入之处，请把它拆开（]]]]><![CDATA[>）"
        ),
    )
}

fn named(
    wrong: &Wrong,
    sent: &str,
    reply: &Reply,
    evidence: &Evidence<'_>,
) -> Option<(&'static str, String)> {
    let lang = evidence.lang;
    Some(match wrong {
        // They have a file of their own.
        Wrong::Compressed | Wrong::Html => return None,
        Wrong::ByteOrderMark => (
            "bom",
            say!(
                lang,
                "a byte order mark (BOM) stands before the reply: save the source files without BOM",
                "回复前面有 BOM：请把源文件保存为无 BOM 的 UTF-8"
            ),
        ),
        Wrong::NotUtf8 => (
            "not-utf8",
            say!(lang, "the reply is not UTF-8: write it as UTF-8", "回复不是 UTF-8：请使用 UTF-8 编码"),
        ),
        Wrong::Sealed => (
            "mode-mismatch",
            say!(
                lang,
                "mode mismatch: the reply is encrypted, and the account is in plain mode: use --mode safe, or let the server reply in plain text",
                "模式不一致：回复是加密的，而账号是明文模式：请使用 --mode safe，或让服务器回复明文"
            ),
        ),
        Wrong::NotSealed => (
            "mode-mismatch",
            say!(
                lang,
                "mode mismatch: the reply is not encrypted, as this mode wants every reply but `success` to be: encrypt it (a server in plain mode (明文模式), without the EncodingAESKey, answers so)",
                "模式不一致：回复没有加密，而这个模式下除 success 外的回复都必须加密：请加密后回复（没有配置 EncodingAESKey、处于明文模式的服务器就会这样应答）"
            ),
        ),
        Wrong::Misspelt(names) => {
            let names: Vec<_> = names.iter().map(|(wrong, right)| format!("{wrong} → {right}")).collect();
            let names = excerpt(names.join(", ").as_bytes());
            let platform = if evidence.account.mode == Mode::Wecom {
                say!(lang, "WeCom reads its JSON in lower case", "企业微信的 JSON 使用小写字段名")
            } else {
                say!(lang, "the platform tells capital from small letters", "平台区分字段名的大小写")
            };
            (
                "spelling",
                say!(
                    lang,
                    "the encrypted reply has names that the platform does not read ({names}): {platform}",
                    "加密的回复用了平台不认识的字段名({names})：{platform}"
                ),
            )
        }
        Wrong::Missing(names) => {
            let names = names.join(", ");
            (
                "incomplete",
                say!(
                    lang,
                    "the encrypted reply lacks {names}: write all four fields",
                    "加密的回复缺少 {names}：四个字段都要写"
                ),
            )
        }
        Wrong::CannotBeOpened(refusal) => {
            let why = refusal.sentence(lang);
            (
                "cannot-open",
                say!(lang, "the encrypted reply cannot be opened: {why}", "加密的回复无法打开：{why}"),
            )
        }
        Wrong::BrokenJson(error) => {
            ("broken-json", say!(lang, "the reply is broken JSON: {error}", "回复的 JSON 有错：{error}"))
        }
        Wrong::BrokenXml { document, error } => match breakout::find(sent, document) {
            Some(Breakout::Section) => ends_section(lang),
            Some(Breakout::Markup) => (
                "not-escaped",
                say!(
                    lang,
                    "what the user typed stands in the reply unescaped, and is read as XML: put it into a CDATA section, and split `]]>` in it",
                    "用户输入的内容没有转义就写进了回复，会被当作 XML：请放进 CDATA，并拆开其中的“]]>”"
                ),
            ),
            None => (
                "broken-xml",
                say!(
                    lang,
                    "the reply is no well-formed XML ({error}): answer `success`, or a reply document",
                    "回复不是格式正确的 XML({error})：请回复 success 或回复文档"
                ),
            ),
        },
        Wrong::Other => {
            let text = excerpt(reply.body.trim_ascii());
            (
                "neither",
                say!(
                    lang,
                    "the reply `{text}` is neither `success`, nor empty, nor a reply document: answer one of these",
                    "回复“{text}”既不是 success 或空串，也不是回复文档：请回复其中之一"
                ),
            )
        }
    })
}
