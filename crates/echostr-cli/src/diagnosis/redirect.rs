//! 3xx: WeChat follows none.

use crate::{
    diagnosis::evidence::{Diagnosis, Evidence},
    words::{lang::say, text::excerpt},
};

pub(super) fn look(evidence: &Evidence<'_>) -> Option<Diagnosis> {
    let reply = evidence.reply().filter(|reply| (300..=399).contains(&reply.status))?;
    let status = reply.status;
    let to = reply.header("location").map_or_else(|| "?".to_owned(), |to| excerpt(to.as_bytes()));
    Some(Diagnosis::wrong(
        "redirect",
        say!(
            evidence.lang,
            "the answer is a redirect ({status}) to {to}, and WeChat follows none: use the final URL on the console page (slash at the end, https), and exempt the route from login",
            "应答是重定向({status})到 {to}，而微信不跟随跳转：请在后台填写最终的 URL（留意末尾的斜杠和 https），并让这个路由免登录"
        ),
    ))
}
