//! What an encrypted reply says about itself, read as strictly as the platform reads it.

use crate::{
    net::reply::Reply,
    platform::{
        mode::Mode,
        xml::{field, xml_fields},
    },
};

/// The names of an encrypted reply: cipher text, signature, timestamp, nonce.
type Names = [&'static str; 4];

/// XML on every platform, JSON of Official Accounts, mini programs and the open platform.
const NAMES: Names = ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"];

/// JSON of WeCom. Source: <https://developer.work.weixin.qq.com/document/path/101033>; Tencent's own samples read nothing else.
const WECOM_JSON: Names = ["encrypt", "msgsignature", "timestamp", "nonce"];

/// An encrypted reply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SealedReply {
    pub(crate) encrypt: String,
    pub(crate) signature: String,
    pub(crate) timestamp: String,
    pub(crate) nonce: String,
    /// Names that are spelt in another way than the platform reads them, with the right ones.
    pub(crate) misspelt: Vec<(String, &'static str)>,
    /// Names that are not there at all.
    pub(crate) missing: Vec<&'static str>,
}

impl SealedReply {
    /// `None` if the document has no `Encrypt`, in whatever spelling.
    pub(crate) fn find(text: &str, mode: Mode) -> Option<Self> {
        let text = text.trim();
        let (fields, names) = if text.starts_with('{') {
            (json_fields(text)?, if mode == Mode::Wecom { WECOM_JSON } else { NAMES })
        } else {
            (xml_fields(text).ok()?, NAMES)
        };
        let mut found = Self::default();
        let [encrypt, signature, timestamp, nonce] = names.map(|name| {
            // The right spelling comes first, wherever it stands.
            let exact = field(&fields, name).map(|value| (name, value));
            let other = fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            match exact.or(other.map(|(key, value)| (key.as_str(), value.as_str()))) {
                Some((key, value)) => {
                    if key != name {
                        found.misspelt.push((key.to_owned(), name));
                    }
                    value.trim().to_owned()
                }
                None => {
                    found.missing.push(name);
                    String::new()
                }
            }
        });
        (!encrypt.is_empty()).then_some(Self { encrypt, signature, timestamp, nonce, ..found })
    }

    /// Whether the answer is compressed, so that nothing can be read in it.
    pub(crate) fn is_compressed(reply: &Reply) -> bool {
        let coding = reply.header("content-encoding").unwrap_or_default();
        reply.body.starts_with(&[0x1f, 0x8b])
            || !(coding.is_empty() || coding.eq_ignore_ascii_case("identity"))
    }
}

fn json_fields(text: &str) -> Option<Vec<(String, String)>> {
    let json: serde_json::Value = serde_json::from_str(text).ok()?;
    let fields = json.as_object()?.iter();
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Some(fields.map(|(key, value)| (key.clone(), text(value))).collect())
}

#[cfg(test)]
mod tests {
    use super::SealedReply;
    use crate::platform::mode::Mode;

    #[test]
    fn each_platform_has_its_spelling() {
        let capital = r#"{"Encrypt":"e","MsgSignature":"s","TimeStamp":1,"Nonce":"n"}"#;
        let small = r#"{"encrypt":"e","msgsignature":"s","timestamp":1,"nonce":"n"}"#;
        let misspelt = |text: &str, mode| SealedReply::find(text, mode).unwrap().misspelt.len();
        assert_eq!((misspelt(capital, Mode::Safe), misspelt(small, Mode::Wecom)), (0, 0));
        assert_eq!((misspelt(capital, Mode::Wecom), misspelt(small, Mode::Safe)), (4, 4));
        let xml =
            " <xml><Encrypt> e </Encrypt><MsgSignature>s</MsgSignature><TimeStamp>1</TimeStamp></xml>\n";
        let found = SealedReply::find(xml, Mode::Wecom).unwrap();
        assert_eq!((&*found.encrypt, found.misspelt.len(), &found.missing[..]), ("e", 0, &["Nonce"][..]));
        assert_eq!(SealedReply::find("<xml><A/></xml>", Mode::Safe), None);
    }
}
