//! What can be wrong with the query.

use super::table::reasons;
use crate::Parameter;

reasons! {
    /// The query is not one that WeChat writes: somebody else's request, or something on the way that rewrites it.
    pub enum QueryFault {
        /// None of WeChat's parameters: a health check, a scanner or a browser.
        NoParameters {
            en: "none of WeChat's parameters is in the query: the request is not WeChat's, or a proxy drops the query string",
            zh: "查询字符串里没有微信的任何参数：请求不是微信发来的，或者代理丢掉了查询字符串",
        }
        /// A parameter is missing.
        Missing(Parameter) {
            en: "{} is missing from the query: the request is not WeChat's, or a proxy or a redirect drops part of the query \
                 string",
            zh: "查询字符串里缺少 {}：请求不是微信发来的，或者代理、重定向丢掉了一部分查询字符串",
        }
        /// A parameter has no value.
        Empty(Parameter) {
            en: "{} has no value: the request is not WeChat's",
            zh: "{} 的值是空的：请求不是微信发来的",
        }
        /// A parameter stands in the query twice.
        Duplicate(Parameter) {
            en: "{} stands in the query more than once: the request is forged, or the URL on the console page uses WeChat's \
                 name for a parameter of its own, which needs another name",
            zh: "{} 在查询字符串里出现了不止一次：请求是伪造的，或者后台填写的 URL 自带了与微信同名的参数，请换一个名字",
        }
        /// A parameter does not have its shape: see [`Parameter`].
        Malformed(Parameter) {
            en: "{} does not have the shape that WeChat gives it: the request is not WeChat's, or something on the way \
                 re-encodes the query",
            zh: "{} 的格式与微信的不同：请求不是微信发来的，或者途中有程序重新编码了查询字符串",
        }
        /// A `%` in the query is not followed by two hexadecimal digits.
        BadEscape {
            en: "a `%` in the query is not followed by two hexadecimal digits: if it stands in the URL on the console page, \
                 write it as %25",
            zh: "查询字符串里有一个 `%` 后面不是两位十六进制数字：如果它来自后台填写的 URL，请写成 %25",
        }
        /// Everything of WeChat's stands in the query twice, with the same values.
        Repeated {
            en: "the query stands in the URL twice: a rewrite on the way appends it a second time (in nginx a `rewrite` whose \
                 replacement names `$args` or `$request_uri` needs a `?` at its end)",
            zh: "查询字符串在 URL 里出现了两遍：途中的重写规则又附加了一次（nginx 的 `rewrite` 如果在替换串里写了 `$args` 或 \
                 `$request_uri`，末尾要加一个 `?`）",
        }
        /// The `&` between the parameters has been escaped for HTML, or unescaped as if it were.
        HtmlEscaped {
            en: "the `&` between the parameters has been escaped or unescaped as HTML (`&amp;`, or `×tamp` for `&timestamp`): \
                 something on the way writes the URL into a page or reads it from one; have it pass the query on unchanged",
            zh: "参数之间的 `&` 被当作 HTML 转义或反转义了（`&amp;`，或 `&timestamp` 变成 `×tamp`）：途中有程序把 URL 写进了网页或从\
                 网页里读取，请让它原样转发查询字符串",
        }
        /// The query has been percent-encoded once more.
        EscapedAgain {
            en: "the query has been percent-encoded once more on the way (`%253D` for `%3D`): have the proxy or the rewrite pass it \
                 on unchanged",
            zh: "查询字符串在途中又被做了一次百分号编码（`%3D` 变成了 `%253D`）：请让代理或重写规则原样转发查询字符串",
        }
        /// The query is longer than 8 KiB.
        TooLong {
            en: "the query is longer than 8 KiB: shorten the URL's own parameters",
            zh: "查询字符串超过 8 KiB：请缩短 URL 自带的参数",
        }
    }
}
