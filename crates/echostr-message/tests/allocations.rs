//! What a message costs in allocations, counted.

use allocation_counter::measure;
use echostr_message::Incoming;

fn allocations(document: &str) -> u64 {
    measure(|| assert!(Incoming::parse(document).is_ok())).count_total
}

#[test]
fn the_usual_text_message() {
    let document = "<xml><ToUserName><![CDATA[gh_7c1a5d3e9b20]]></ToUserName>\n\
        <FromUserName><![CDATA[oQ1xT0x4Yd2mB7rKpW9sLzVn3cEg]]></FromUserName>\n<CreateTime>1784460000</CreateTime>\n\
        <MsgType><![CDATA[text]]></MsgType>\n<Content><![CDATA[你好，今天天气如何？]]></Content>\n\
        <MsgId>24980113570416279</MsgId>\n</xml>";
    let counted = allocations(document);
    assert!((1..=12).contains(&counted), "{counted}");
    // The app of WeCom has one field more.
    let counted = allocations(&document.replace("</xml>", "<AgentID>1000002</AgentID></xml>"));
    assert!((1..=12).contains(&counted), "{counted}");
    let counted = allocations(
        "{\"ToUserName\":\"gh_7c1a5d3e9b20\",\"FromUserName\":\"oQ1xT0x4Yd2mB7rKpW9sLzVn3cEg\",\"CreateTime\":1784460000,\
         \"MsgType\":\"text\",\"Content\":\"你好\",\"MsgId\":24980113570416279}",
    );
    assert!((1..=12).contains(&counted), "{counted}");
}

#[test]
fn a_long_text_takes_no_more() {
    let document =
        |text: &str| format!("<xml><MsgType>text</MsgType><Content><![CDATA[{text}]]></Content></xml>");
    assert_eq!(allocations(&document("x")), allocations(&document(&"x".repeat(20_000))));
}
