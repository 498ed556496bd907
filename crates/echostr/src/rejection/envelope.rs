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
            en: "the cipher text is empty or not a multiple of 16 bytes",
            zh: "密文是空的，或者长度不是 16 字节的整数倍",
        }
        /// The padding is wrong: usually the key is.
        Padding {
            code: -40007,
            en: "the padding is wrong: the EncodingAESKey here is not the one on the console page (after a change of key keep \
                 the previous one with or_key)",
            zh: "填充不对：这里的 EncodingAESKey 与后台的不一致（更换密钥后，请用 or_key 保留旧的一段时间）",
        }
        /// The length of the message does not fit the decrypted text.
        LengthField {
            code: -40008,
            en: "the length of the message does not fit the decrypted text",
            zh: "消息长度与解密出的内容不符",
        }
        /// The message is meant for another [`ReceiveId`](crate::ReceiveId).
        WrongReceiveId {
            code: -40005,
            en: "the message is meant for another account: compare the AppID, CorpID or SuiteID with the receive id",
            zh: "消息是发给另一个账号的：请核对 AppID、CorpID 或 SuiteID 与这里的接收方 id",
        }
        /// The decrypted message is not UTF-8.
        NotUtf8 {
            code: -40008,
            en: "the decrypted message is not UTF-8",
            zh: "解密出的消息不是 UTF-8",
        }
        /// A message stands where the echo of a handshake belongs, or an echo where a message belongs. WeCom encrypts both
        /// with the same secrets, so a captured one could otherwise be passed off as the other, and decrypted for the forger.
        WrongKind {
            en: "the decrypted text is not of the kind that the request is: a captured message is sent as a handshake, or a \
                 captured handshake as a message",
            zh: "解密出的内容与请求的种类不符：有人把截获的消息当作握手发送，或者把截获的握手当作消息发送",
        }
    }
}
