//! What can be wrong inside an envelope whose signature holds.

use super::table::reasons;

reasons! {
    /// The signature of the encrypted text holds, and the text does not open: mostly a key or an id that is not the account's.
    pub enum EnvelopeFault {
        /// `Encrypt` is signed, but not base64.
        NotBase64 {
            code: -40010,
            en: "`Encrypt` is not base64: whoever signed it does not follow the protocol",
            zh: "`Encrypt` 不是 base64：签名的一方没有遵守协议",
        }
        /// The cipher text is empty or not a multiple of 16 bytes.
        CipherLength {
            code: -40008,
            en: "the cipher text is empty or not a multiple of 16 bytes: whoever signed it does not follow the protocol",
            zh: "密文是空的，或者长度不是 16 字节的整数倍：签名的一方没有遵守协议",
        }
        /// The padding is wrong: usually the key is.
        Padding {
            code: -40007,
            en: "the padding is wrong: the EncodingAESKey here is not the one on the console page (after a change of key keep \
                 the previous one with or_key)",
            zh: "填充不对：这里的 EncodingAESKey 与后台的不一致（更换密钥之后，请用 or_key 把旧密钥保留一段时间）",
        }
        /// The length of the message does not fit the decrypted text: as a wrong key shows now and then.
        LengthField {
            code: -40008,
            en: "the length of the message does not fit the decrypted text: the EncodingAESKey here is not the one on the console \
                 page (after a change of key keep the previous one with or_key)",
            zh: "消息长度与解密出的内容不符：这里的 EncodingAESKey 与后台的不一致（更换密钥之后，请用 or_key 把旧密钥保留一段时间）",
        }
        /// The message is meant for another [`ReceiveId`](crate::ReceiveId).
        WrongReceiveId {
            code: -40005,
            en: "the message is meant for another account: compare the receive id with the AppID, for a third-party platform with \
                 the component's own AppID (not the authorizer's), for WeCom with the CorpID, or the SuiteID of a suite",
            zh: "消息是发给另一个账号的：请核对接收方 id 与 AppID；第三方平台是平台自己的 component AppID（不是授权方的），\
                 企业微信是 CorpID，第三方应用是 SuiteID",
        }
        /// The decrypted message is not UTF-8.
        NotUtf8 {
            code: -40008,
            en: "the decrypted message is not UTF-8: whoever encrypted it does not follow the protocol",
            zh: "解密出的消息不是 UTF-8：加密的一方没有遵守协议",
        }
        /// Something else stands where the echo of a handshake belongs. WeCom encrypts both with the same secrets, so a captured
        /// message could otherwise be decrypted for the forger.
        MessageAsEcho {
            en: "the decrypted echostr is not 1 to 64 letters and digits: a captured message or reply is sent as a handshake",
            zh: "解密出的 echostr 不是 1 到 64 个字母和数字：有人把截获的消息或回复当作握手发送",
        }
        /// The echo of a handshake stands where a message belongs.
        EchoAsMessage {
            en: "the decrypted message is letters and digits only: a captured handshake is sent as a message",
            zh: "解密出的消息只有字母和数字：有人把截获的握手当作消息发送",
        }
        /// The decrypted message is empty.
        EmptyMessage {
            en: "the decrypted message is empty: whoever encrypted it sent no document",
            zh: "解密出的消息是空的：加密的一方没有放入文档",
        }
        /// The decrypted message is a list.
        ListAsMessage {
            en: "the decrypted message is a JSON list, and WeCom sends XML or one JSON object: whoever encrypted it does not \
                 follow the protocol",
            zh: "解密出的消息是 JSON 数组，而企业微信发送的是 XML 或一个 JSON 对象：加密的一方没有遵守协议",
        }
        /// The decrypted message is neither XML nor a JSON object.
        NoDocument {
            en: "the decrypted message begins with neither `<` nor `{`: whoever encrypted it does not follow the protocol",
            zh: "解密出的消息既不以 `<` 开头，也不以 `{` 开头：加密的一方没有遵守协议",
        }
    }
}
