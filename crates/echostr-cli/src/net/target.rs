//! Where the callbacks go: a URL that was looked at.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use ureq::http::Uri;

use crate::words::{
    exit::Failure,
    lang::{Lang, say},
};

/// What must not stand in a request line as it is.
const UNWRITABLE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'{').add(b'}');

/// Where the callbacks go: a URL that was looked at.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Without query and fragment.
    base: String,
    /// The user's own, which comes before WeChat's parameters.
    query: Option<String>,
}

impl Target {
    pub(crate) fn new(url: &str, allow_remote: bool, lang: Lang) -> Result<Self, Failure> {
        let wrong = |why: String| {
            Failure::usage(say!(
                lang,
                "`{url}` is no URL to call: {why}; it must look like http://127.0.0.1:3000/wx",
                "“{url}”不是可以访问的 URL:{why}；应形如 http://127.0.0.1:3000/wx"
            ))
        };
        let without_fragment = url.split_once('#').map_or(url, |(url, _)| url);
        let written = utf8_percent_encode(without_fragment, UNWRITABLE).to_string();
        let uri: Uri =
            written.parse().map_err(|error: ureq::http::uri::InvalidUri| wrong(error.to_string()))?;
        match uri.scheme_str() {
            Some("http") => {}
            Some("https") if cfg!(feature = "https") => {}
            Some("https") => {
                return Err(wrong(say!(
                    lang,
                    "this build speaks http only, install it with `--features https`",
                    "这个版本只支持 http，请用 --features https 重新安装"
                )));
            }
            Some(_) => return Err(wrong(say!(lang, "its scheme is not http", "协议不是 http"))),
            None => return Err(wrong(say!(lang, "it does not begin with http://", "没有以 http:// 开头"))),
        }
        let host = uri.host().filter(|host| !host.is_empty());
        let host = host.ok_or_else(|| wrong(say!(lang, "it names no host", "没有主机名")))?.to_owned();
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(wrong(say!(lang, "WeChat takes no user name in it", "微信不接受带用户名的 URL")));
        }
        let authority = uri.authority().map_or("", |authority| authority.as_str());
        let port = authority.strip_prefix(host.as_str()).unwrap_or_default();
        let is_port = |text: &str| text.parse::<u16>().is_ok_and(|port| port > 0);
        if !(port.is_empty() || port.strip_prefix(':').is_some_and(is_port)) {
            return Err(wrong(say!(lang, "its port is not 1 to 65535", "端口不在 1 到 65535 之间")));
        }
        if !allow_remote && !is_this_machine(&host) {
            return Err(Failure::usage(say!(
                lang,
                "{host} is not this machine: add --allow-remote if the server there is your own",
                "{host} 不是本机：如果那台服务器是您自己的，请加上 --allow-remote"
            )));
        }
        let (base, query) = match written.split_once('?') {
            Some((base, query)) => {
                (base.to_owned(), Some(query.to_owned()).filter(|query| !query.is_empty()))
            }
            None => (written, None),
        };
        let base = if uri.path() == "/" && !base.ends_with('/') { format!("{base}/") } else { base };
        Ok(Self { base, query })
    }

    /// The whole URL: WeChat's parameters stand behind the user's own.
    pub(crate) fn with(&self, query: &str) -> String {
        let Self { base, query: own, .. } = self;
        match own {
            Some(own) if query.is_empty() => format!("{base}?{own}"),
            Some(own) => format!("{base}?{own}&{query}"),
            None if query.is_empty() => base.clone(),
            None => format!("{base}?{query}"),
        }
    }

    pub(crate) const fn has_query(&self) -> bool {
        self.query.is_some()
    }

    /// Host and port, as they stand in the URL.
    pub(crate) fn authority(&self) -> &str {
        let rest = self.base.split_once("://").map_or("", |(_, rest)| rest);
        rest.split_once('/').map_or(rest, |(authority, _)| authority)
    }

    /// What stands in the request line: path and query.
    pub(crate) fn request_target(&self, query: &str) -> String {
        let url = self.with(query);
        let rest = url.split_once("://").map_or("", |(_, rest)| rest);
        rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/").to_owned()
    }

    /// For messages.
    pub(crate) fn shown(&self) -> &str {
        &self.base
    }
}

fn is_this_machine(host: &str) -> bool {
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    if name == "localhost" || name.ends_with(".localhost") {
        return true;
    }
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    address.is_ok_and(|address| address.to_canonical().is_loopback() || address.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::{Target, is_this_machine};
    use crate::words::lang::Lang;

    #[test]
    fn this_machine() {
        for host in ["localhost", "LOCALHOST", "wx.localhost", "127.0.0.1", "127.9.9.9", "[::1]", "0.0.0.0"] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in [
            "example.com",
            "localhost.example.com",
            "192.168.1.2",
            "[2001:db8::1]",
            "8.8.8.8",
            "127.0.0.1.nip.io",
        ] {
            assert!(!is_this_machine(host), "{host}");
        }
    }

    #[test]
    fn own_query_stays_in_front() {
        let target = |url| Target::new(url, false, Lang::En).unwrap();
        assert_eq!(target("http://localhost:3000/wx").with("a=1"), "http://localhost:3000/wx?a=1");
        assert_eq!(
            target("http://localhost:3000/a.php?id=743").with("a=1"),
            "http://localhost:3000/a.php?id=743&a=1"
        );
        assert_eq!(target("http://localhost?").with("a=1"), "http://localhost/?a=1");
        assert_eq!(target("http://localhost/%2F//x#top").with(""), "http://localhost/%2F//x");
        assert_eq!(target("http://localhost/微").with(""), "http://localhost/%E5%BE%AE");
    }

    #[test]
    fn what_is_no_url() {
        for url in [
            "",
            "wx",
            "127.0.0.1:3000/wx",
            "ftp://localhost/",
            "http://",
            "http://u:p@localhost/",
            "http://localhost:99999/",
            "http://localhost:0/",
            "https://localhost/",
        ] {
            assert!(Target::new(url, true, Lang::En).is_err(), "{url}");
        }
    }
}
