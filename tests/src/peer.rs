//! WeChat's side of encrypted mode, written apart from the code under test: its own chaining, padding, framing, base64 and
//! SHA-1. It sends, and reads the replies.

use std::time::{SystemTime, UNIX_EPOCH};

use aes::{
    Aes256,
    cipher::{BlockCipherDecrypt as _, BlockCipherEncrypt as _, KeyInit as _},
};
use data_encoding::{BASE64, BASE64_NOPAD, Encoding, Specification};
use sha1_smol::Sha1;

/// In which format the console page was told to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// XML.
    Xml,
    /// JSON.
    Json,
}

/// An account as WeChat knows it.
#[derive(Clone, Debug)]
pub struct Peer {
    /// The token.
    pub token: String,
    /// The 43 characters of the EncodingAESKey.
    pub key: String,
    /// The AppID or CorpID behind the messages.
    pub receive_id: String,
    /// Whether the platform is WeCom.
    pub is_wecom: bool,
}

const NONCE: &str = "1854606751";

impl Peer {
    /// The query and the body of a callback that carries `document`.
    #[must_use]
    pub fn request(&self, document: &str, format: Format) -> (String, String) {
        let encrypt = self.encrypt(document.as_bytes());
        let body = match format {
            Format::Xml => format!(
                "<xml>\n    <ToUserName><![CDATA[gh_10f6c3c3ac5a]]></ToUserName>\n    \
                 <Encrypt><![CDATA[{encrypt}]]></Encrypt>\n</xml>\n"
            ),
            Format::Json if self.is_wecom => format!("{{\"encrypt\":\"{encrypt}\"}}"),
            Format::Json => format!("{{\"ToUserName\":\"gh_10f6c3c3ac5a\",\"Encrypt\":\"{encrypt}\"}}"),
        };
        (self.query(&encrypt), body)
    }

    /// The same in compatible mode: the fields of `document` stand in the body too, as they are, in front of `Encrypt` or behind it.
    ///
    /// # Panics
    ///
    /// If the document is neither `<xml>…</xml>` nor `{…}`.
    #[must_use]
    pub fn compatible(&self, document: &str, is_copy_first: bool) -> (String, String) {
        let encrypt = self.encrypt(document.as_bytes());
        let (around, element) = if document.starts_with('{') {
            (["{", ",", "}"], format!("\"Encrypt\":\"{encrypt}\""))
        } else {
            (["<xml>", "\n", "</xml>"], format!("<Encrypt><![CDATA[{encrypt}]]></Encrypt>"))
        };
        let [start, between, end] = around;
        let copy = document.strip_prefix(start).and_then(|rest| rest.strip_suffix(end)).expect("a document");
        let (first, second) = if is_copy_first { (copy, &*element) } else { (&*element, copy) };
        (self.query(&encrypt), [start, first, between, second, end].concat())
    }

    /// The query that signs the text of an `Encrypt`, in the platform's order.
    #[must_use]
    pub fn query(&self, encrypt: &str) -> String {
        let now = now();
        let msg_signature = sign(&[&self.token, &now, NONCE, encrypt]);
        if self.is_wecom {
            return format!("msg_signature={msg_signature}&timestamp={now}&nonce={NONCE}");
        }
        let signature = sign(&[&self.token, &now, NONCE]);
        format!(
            "signature={signature}&timestamp={now}&nonce={NONCE}&openid=o6_bmjrPTlm6_2sgVt7hMZOPfL2M\
             &encrypt_type=aes&msg_signature={msg_signature}"
        )
    }

    /// The query of the console page's handshake for `echo`.
    #[must_use]
    pub fn handshake(&self, echo: &str) -> String {
        let now = now();
        if self.is_wecom {
            let echostr = self.encrypt(echo.as_bytes());
            let msg_signature = sign(&[&self.token, &now, NONCE, &echostr]);
            let echostr = echostr.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
            return format!("msg_signature={msg_signature}&timestamp={now}&nonce={NONCE}&echostr={echostr}");
        }
        let signature = sign(&[&self.token, &now, NONCE]);
        format!("signature={signature}&echostr={echo}&timestamp={now}&nonce={NONCE}")
    }

    /// Verifies and decrypts a reply, and gives the text in it.
    ///
    /// # Panics
    ///
    /// If anything about the reply is not as the platform wants it.
    #[must_use]
    pub fn open_reply(&self, reply: &str, format: Format) -> String {
        let field = |name: &str| match format {
            Format::Xml => {
                let (_, rest) = reply.split_once(&format!("<{name}>")).expect("the field");
                let (text, _) = rest.split_once(&format!("</{name}>")).expect("its end");
                text.strip_prefix("<![CDATA[")
                    .and_then(|text| text.strip_suffix("]]>"))
                    .unwrap_or(text)
                    .to_owned()
            }
            Format::Json => {
                let (_, rest) = reply.split_once(&format!("\"{name}\":")).expect("the field");
                let (text, _) = rest.split_once([',', '}']).expect("its end");
                text.trim_matches('"').to_owned()
            }
        };
        // WeCom's samples read these names in JSON and no others; the others' samples theirs.
        let names = if self.is_wecom && format == Format::Json {
            ["encrypt", "msgsignature", "timestamp", "nonce"]
        } else {
            ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"]
        };
        let [encrypt, signature, timestamp, nonce] = names.map(field);
        assert_eq!(signature, sign(&[&self.token, &timestamp, &nonce, &encrypt]), "{reply}");
        let (message, receive_id) = self.decrypt(&encrypt);
        assert_eq!(receive_id, self.receive_id, "{reply}");
        message
    }

    /// The text of an `Encrypt` for a message.
    ///
    /// # Panics
    ///
    /// If the message is longer than 4 GiB.
    #[must_use]
    pub fn encrypt(&self, message: &[u8]) -> String {
        let mut plain = b"0123456789abcdef".to_vec();
        plain.extend(u32::try_from(message.len()).expect("a short message").to_be_bytes());
        plain.extend(message);
        plain.extend(self.receive_id.as_bytes());
        let padding = 32 - plain.len() % 32;
        plain.extend(vec![u8::try_from(padding).expect("at most 32"); padding]);
        self.encrypt_blocks(&plain)
    }

    /// Encrypts whole blocks, whatever is in them.
    #[must_use]
    pub fn encrypt_blocks(&self, plain: &[u8]) -> String {
        let (cipher, mut previous) = self.cipher();
        let mut encrypted = vec![];
        for block in plain.chunks(16) {
            let mut mixed = [0; 16];
            for (mixed, (byte, previous)) in mixed.iter_mut().zip(block.iter().zip(previous)) {
                *mixed = byte ^ previous;
            }
            let mut block = mixed.into();
            cipher.encrypt_block(&mut block);
            previous = block.into();
            encrypted.extend(previous);
        }
        BASE64.encode(&encrypted)
    }

    fn decrypt(&self, encrypt: &str) -> (String, String) {
        let (cipher, mut previous) = self.cipher();
        let mut plain = vec![];
        for chunk in BASE64.decode(encrypt.as_bytes()).expect("base64").chunks(16) {
            let chunk: [u8; 16] = chunk.try_into().expect("whole blocks");
            let mut block = chunk.into();
            cipher.decrypt_block(&mut block);
            plain.extend(block.iter().zip(previous).map(|(byte, previous)| byte ^ previous));
            previous = chunk;
        }
        assert_eq!(plain.len() % 32, 0, "padded to a multiple of 32");
        let padding = usize::from(*plain.last().expect("a block"));
        assert!((1..=32).contains(&padding) && plain.ends_with(&vec![plain[plain.len() - 1]; padding]));
        let length = u32::from_be_bytes(plain[16..20].try_into().expect("four bytes")) as usize;
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
        (text(&plain[20..20 + length]), text(&plain[20 + length..plain.len() - padding]))
    }

    /// The cipher and the initialisation vector.
    fn cipher(&self) -> (Aes256, [u8; 16]) {
        let mut lenient: Specification = BASE64_NOPAD.specification();
        lenient.check_trailing_bits = false;
        let lenient: Encoding = lenient.encoding().expect("a specification");
        let key = lenient.decode(self.key.as_bytes()).expect("43 characters");
        let cipher = Aes256::new_from_slice(&key).expect("32 bytes");
        (cipher, key[..16].try_into().expect("16 bytes"))
    }
}

fn now() -> String {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970").as_secs().to_string()
}

fn sign(parts: &[&str]) -> String {
    let mut parts = parts.to_vec();
    parts.sort_unstable();
    Sha1::from(parts.concat()).hexdigest()
}
