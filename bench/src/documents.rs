//! Decrypted documents, of any size.

/// The usual text message of an Official Account, with about `bytes` of text.
#[must_use]
pub fn text_message(bytes: usize) -> String {
    const SENTENCE: &str = "你好，今天天气如何？";
    let text = SENTENCE.repeat(bytes.div_ceil(SENTENCE.len()));
    format!(
        "<xml><ToUserName><![CDATA[gh_7c1a5d3e9b20]]></ToUserName>\n\
         <FromUserName><![CDATA[oQ1xT0x4Yd2mB7rKpW9sLzVn3cEg]]></FromUserName>\n<CreateTime>1784460000</CreateTime>\n\
         <MsgType><![CDATA[text]]></MsgType>\n<Content><![CDATA[{text}]]></Content>\n\
         <MsgId>24980113570416279</MsgId>\n</xml>"
    )
}

/// The same as a mini program sends it in JSON.
#[must_use]
pub fn text_message_in_json() -> String {
    "{\"ToUserName\":\"gh_7c1a5d3e9b20\",\"FromUserName\":\"oQ1xT0x4Yd2mB7rKpW9sLzVn3cEg\",\"CreateTime\":1784460000,\
     \"MsgType\":\"text\",\"Content\":\"你好，今天天气如何？\",\"MsgId\":24980113570416279}"
        .to_owned()
}

/// An event with a list, of about so many bytes.
#[must_use]
pub fn pictures(bytes: usize) -> String {
    const ITEM: &str = "<item><PicMd5Sum><![CDATA[1b5f7c23b5bf75682a53e7b6d163e185]]></PicMd5Sum></item>\n";
    let items = ITEM.repeat(bytes.div_ceil(ITEM.len()));
    format!(
        "<xml><ToUserName><![CDATA[gh_7c1a5d3e9b20]]></ToUserName>\n\
         <FromUserName><![CDATA[oQ1xT0x4Yd2mB7rKpW9sLzVn3cEg]]></FromUserName>\n<CreateTime>1784460000</CreateTime>\n\
         <MsgType><![CDATA[event]]></MsgType>\n<Event><![CDATA[pic_weixin]]></Event>\n<EventKey><![CDATA[6]]></EventKey>\n\
         <SendPicsInfo><Count>9</Count>\n<PicList>{items}</PicList>\n</SendPicsInfo>\n</xml>"
    )
}
