//! Whether what a user typed breaks out of the place where a reply repeats it.

use crate::platform::xml::{field, xml_fields};

/// What ends a CDATA section.
const END: &str = "]]>";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Breakout {
    /// Its `]]>` ends the CDATA section.
    Section,
    /// It stands outside of any, unescaped.
    Markup,
}

/// `sent` is the document of the message, `reply` that of the answer, decrypted.
pub(super) fn find(sent: &str, reply: &str) -> Option<Breakout> {
    let fields = xml_fields(sent).ok()?;
    let typed = field(&fields, "Content").filter(|typed| !typed.is_empty())?;
    if !reply.contains(typed) {
        return None;
    }
    match xml_fields(reply) {
        // Well-formed, and yet the text is in no field: its end was taken for the section's.
        Ok(fields) => {
            let arrived = fields.iter().any(|(_, value)| value.contains(typed));
            // Every reply has an end of a section somewhere, so that what comes behind it must be the user's too.
            let has_more = typed.rsplit_once(END).is_some_and(|(_, rest)| !rest.trim().is_empty());
            (has_more && !arrived).then_some(Breakout::Section)
        }
        // It is the text that breaks the document if the document is whole without it.
        Err(_) => {
            xml_fields(&reply.replace(typed, "")).ok()?;
            let is_section =
                typed.contains(END) && xml_fields(&reply.replace(typed, &typed.replace(END, ""))).is_ok();
            Some(if is_section { Breakout::Section } else { Breakout::Markup })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Breakout, find};

    #[test]
    fn what_users_type() {
        let sent = |typed: &str| {
            let typed = typed.replace("]]>", "]]]]><![CDATA[>");
            format!("<xml><Content><![CDATA[{typed}]]></Content></xml>")
        };
        let reply = |content: &str| format!("<xml><Content>{content}</Content></xml>");
        let careless = |typed: &str| find(&sent(typed), &reply(&format!("<![CDATA[you said {typed}]]>")));
        assert_eq!(careless("a ]]> b"), Some(Breakout::Section));
        assert_eq!(careless("a ]]> <&>"), Some(Breakout::Section));
        assert_eq!(careless("]]></Content><A>1</A><Content><![CDATA["), Some(Breakout::Section));
        assert_eq!(find(&sent("1 < 2"), &reply("1 < 2")), Some(Breakout::Markup));
        // The control: split, not repeated, or nothing to split.
        assert_eq!(careless("a < b"), None);
        assert_eq!(find(&sent("a ]]> b"), &reply("<![CDATA[a ]]]]><![CDATA[> b]]>")), None);
        assert_eq!(find(&sent("a ]]> b"), "<xml><Content>no end"), None);
        for typed in ["]]>", "text]]>", "]]> "] {
            assert_eq!(find(&sent(typed), "<xml><MsgType><![CDATA[text]]></MsgType></xml>"), None, "{typed}");
        }
    }
}
