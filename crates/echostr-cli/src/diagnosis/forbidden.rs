//! 401 or 403: refused by the check of the signature.

use std::time::UNIX_EPOCH;

use crate::{
    diagnosis::evidence::{Diagnosis, Evidence},
    net::reply::Reply,
    words::lang::say,
};

/// A clock that is this far away, in seconds, may be the reason.
const FAR: u64 = 60;

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let lang = evidence.lang;
    let reply = evidence.reply().filter(|reply| matches!(reply.status, 401 | 403))?;
    let status = reply.status;
    let away = clock(reply).map(|server| server.abs_diff(evidence.at)).filter(|away| *away > FAR);
    let clock = away.map_or_else(String::new, |away| {
        say!(
            lang,
            " (the server's clock is {away} s away from the timestamp)",
            "（服务器的时钟与时间戳相差 {away} 秒）"
        )
    });
    let sentence = match (evidence.is_handshake(), evidence.is_wecom()) {
        (true, false) => say!(
            lang,
            "the server refuses the signature with {status}: make its token the same as the one given here, or set its clock right{clock}; a login or CSRF check must not stand before this route",
            "服务器以 {status} 拒绝：请核对两边的 Token 是否一致，或校准服务器的时钟{clock}；这个路由前面也不能有登录或 CSRF 检查"
        ),
        // WeCom's handshake is encrypted, so there are two more things to go wrong.
        (true, true) => say!(
            lang,
            "the server refuses the handshake with {status}: make its token, its EncodingAESKey and its id (CorpID, SuiteID) the same as given here, or set its clock right{clock}; a login or CSRF check must not stand before this route",
            "服务器以 {status} 拒绝：请核对两边的 Token、EncodingAESKey 和 ID（CorpID、SuiteID）是否一致，或校准服务器的时钟{clock}；这个路由前面也不能有登录或 CSRF 检查"
        ),
        (false, _) if evidence.account.is_encrypted() => say!(
            lang,
            "the server refuses the message with {status}: make its token, its EncodingAESKey and its id (AppID, CorpID) the same as here, or set its clock right{clock}",
            "服务器以 {status} 拒绝了消息：请核对两边的 Token、EncodingAESKey 和 ID（AppID、CorpID）是否一致，或校准服务器的时钟{clock}"
        ),
        (false, _) => say!(
            lang,
            "the server refuses the message with {status}: make its token the same as here, or set its clock right{clock}",
            "服务器以 {status} 拒绝了消息：请核对两边的 Token 是否一致，或校准服务器的时钟{clock}"
        ),
    };
    Some(Diagnosis::wrong("forbidden", sentence))
}

/// The server's clock, in seconds since 1970.
fn clock(reply: &Reply) -> Option<u64> {
    let date = httpdate::parse_http_date(reply.header("date")?).ok()?;
    date.duration_since(UNIX_EPOCH).ok().map(|since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::clock;
    use crate::net::reply::Reply;

    #[test]
    fn the_servers_clock() {
        let dated = |date: &str| {
            let headers = vec![("Date".to_owned(), date.to_owned())];
            Reply { status: 403, headers, body: vec![], elapsed: Duration::ZERO, cut: None }
        };
        assert_eq!(clock(&dated("Sun, 06 Nov 1994 08:49:37 GMT")), Some(784_111_777));
        assert_eq!(clock(&dated("Thu, 29 Feb 2024 00:00:00 GMT")), Some(1_709_164_800));
        assert_eq!(clock(&dated("Thu, 01 Jan 1970 00:00:00 GMT")), Some(0));
        assert_eq!(clock(&dated("yesterday")), None);
    }
}
