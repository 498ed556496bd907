//! The suite: what is sent, and what must come of it.

use echostr::{SealError, Signature};

use crate::{
    cli::args::{self, EventKind, Kind, Mode},
    platform::account::{Account, escape},
    platform::documents as message,
    platform::requests::{self as request, Moment, Request},
    words::exit::Failure,
    words::lang::{Lang, say},
};

/// Signs what must be refused.
const OTHER_TOKEN: &str = "echostrOtherToken";

/// Whom no account's messages are meant for.
const OTHER_ID: &str = "wx0000echostr0000ff";

/// SHA-1 of nothing: what a server computes that misses token, timestamp and nonce alike.
const OF_NOTHING: &str = "da39a3ee5e6b4b0d3255bfef95601890afd80709";

/// Ten years.
const FAR: u64 = 315_360_000;

/// Longer than the 8 KiB at which most servers stop reading a query.
const OVERLONG: usize = 9000;

/// What must come of a case.
#[derive(Clone, Debug)]
pub(crate) enum Expect {
    /// 200 and exactly this text.
    Echo(String),
    /// 200 and an answer that the platform takes.
    Accept,
    /// Not accepted, and this text not repeated.
    Refuse,
    /// Harmless either way.
    Either,
    /// Plain mode cannot see it: only freshness or a memory of used signatures can.
    Unprotected,
}

#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// A stable name, for JSON.
    pub(crate) name: String,
    /// What is sent, in words.
    pub(crate) what: String,
    pub(crate) expect: Expect,
    /// A genuine request that comes before.
    pub(crate) before: Option<Request>,
    pub(crate) request: Request,
}

/// All cases for this account, in their order.
pub(crate) fn cases(account: &Account, moment: &Moment, lang: Lang) -> Result<Vec<Case>, Failure> {
    let mut suite = Suite { account, moment: moment.clone(), lang, cases: vec![] };
    let built = suite.genuine().and_then(|()| suite.refused());
    built.map(|()| suite.cases)
}

struct Suite<'s> {
    account: &'s Account,
    moment: Moment,
    lang: Lang,
    cases: Vec<Case>,
}

type Built = Result<Request, Failure>;

impl Suite<'_> {
    fn add(&mut self, name: &str, what: String, expect: Expect, request: Request) {
        self.cases.push(Case { name: name.to_owned(), what, expect, before: None, request });
    }

    fn refuse(&mut self, name: &str, what: String, request: Request) {
        self.add(name, what, Expect::Refuse, request);
    }

    fn is_wecom(&self) -> bool {
        self.account.mode == Mode::Wecom
    }

    /// The parameter that the platform's signature stands in.
    fn signature_of_get(&self) -> &'static str {
        if self.is_wecom() { "msg_signature" } else { "signature" }
    }

    fn signature_of_post(&self) -> &'static str {
        if self.account.is_encrypted() { "msg_signature" } else { "signature" }
    }

    fn get(&mut self) -> Result<(Request, String), Failure> {
        let moment = self.moment.next();
        let echo = moment.echostr();
        Ok((request::handshake(self.account, &moment, &echo).map_err(seal_error)?, echo))
    }

    fn document(&self, moment: &Moment, text: &str) -> Result<String, Failure> {
        message::text(text, moment, self.account.mode, self.lang)
    }

    fn post(&mut self) -> Built {
        let moment = self.moment.next();
        let document = self.document(&moment, "echostr check")?;
        request::callback(self.account, &moment, document.as_bytes()).map_err(seal_error)
    }

    fn genuine(&mut self) -> Result<(), Failure> {
        let lang = self.lang;
        let (request, echo) = self.get()?;
        self.add("handshake", say!(lang, "handshake", "验证 URL"), Expect::Echo(echo), request);
        let kinds = [
            ("text", Kind::Text),
            ("image", Kind::Image),
            ("voice", Kind::Voice),
            ("video", Kind::Video),
            ("shortvideo", Kind::ShortVideo),
            ("location", Kind::Location),
            ("link", Kind::Link),
        ];
        for (name, kind) in kinds {
            let moment = self.moment.next();
            let content = (kind == Kind::Text).then(|| "你好 👋 ]]> <&>".to_owned());
            let options = args::Send { kind: Some(kind), content, ..args::Send::default() };
            let document = message::message(kind, &options, &moment, self.account.mode, lang)?;
            let request =
                request::callback(self.account, &moment, document.as_bytes()).map_err(seal_error)?;
            let what = say!(lang, "message {name}", "消息 {name}");
            self.add(&format!("message-{name}"), what, Expect::Accept, request);
        }
        let events = [
            ("subscribe", EventKind::Subscribe),
            ("unsubscribe", EventKind::Unsubscribe),
            ("scan", EventKind::Scan),
            ("location", EventKind::Location),
            ("click", EventKind::Click),
            ("view", EventKind::View),
        ];
        for (name, kind) in events {
            let moment = self.moment.next();
            let options = args::Event {
                url: String::new(),
                kind,
                key: None,
                ticket: None,
                latitude: None,
                longitude: None,
                precision: None,
                to: args::To::default(),
            };
            let document = message::event(&options, &moment, self.account.mode, lang)?;
            let request =
                request::callback(self.account, &moment, document.as_bytes()).map_err(seal_error)?;
            let what = say!(lang, "event {name}", "事件 {name}");
            self.add(&format!("event-{name}"), what, Expect::Accept, request);
        }
        let request = self.post()?;
        let what = say!(
            lang,
            "the identical message again, as after a time-out",
            "完全相同的消息再次发送（超时重试）"
        );
        self.cases.push(Case {
            name: "retry".to_owned(),
            what,
            expect: Expect::Accept,
            before: Some(request.clone()),
            request,
        });
        Ok(())
    }

    fn refused(&mut self) -> Result<(), Failure> {
        self.parameters()?;
        self.signatures()?;
        self.queries()?;
        self.times()?;
        if self.account.is_encrypted() { self.encrypted() } else { Ok(()) }
    }

    /// No parameters, and each one missing, empty, doubled or with one character changed.
    fn parameters(&mut self) -> Result<(), Failure> {
        let lang = self.lang;
        for method in ["GET", "POST"] {
            let (request, signature) = if method == "GET" {
                (self.get()?.0, self.signature_of_get())
            } else {
                (self.post()?, self.signature_of_post())
            };
            let id = method.to_ascii_lowercase();
            let what = say!(lang, "{method} without parameters", "{method} 不带任何参数");
            self.refuse(&format!("{id}-no-parameters"), what, Request { parameters: vec![], ..request });
            let mut names = vec![signature, "timestamp", "nonce"];
            if method == "GET" {
                names.push("echostr");
            }
            for name in names {
                self.parameter(method, name)?;
            }
        }
        if !self.is_wecom() {
            // Not signed, so nobody can be fooled who does not trust it.
            for (how, en, zh) in [("empty", "empty", "为空"), ("doubled", "doubled", "重复")] {
                let request = self.post()?;
                let request =
                    if how == "empty" { request.set("openid", "") } else { request.and("openid", "oOther") };
                let what =
                    say!(lang, "POST, openid {}", "POST，openid {}", if lang == Lang::En { en } else { zh });
                self.add(&format!("post-openid-{how}"), what, Expect::Either, request);
            }
        }
        Ok(())
    }

    fn parameter(&mut self, method: &str, name: &str) -> Result<(), Failure> {
        let lang = self.lang;
        let id = format!("{}-{}", method.to_ascii_lowercase(), name.replace('_', "-"));
        for (how, en, zh) in [
            ("missing", "missing", "缺失"),
            ("empty", "empty", "为空"),
            ("doubled", "doubled", "重复"),
            ("doubled-first", "doubled, the wrong one first", "重复，错的在前"),
            ("changed", "with one character changed", "改动一个字符"),
        ] {
            // Official Accounts do not sign the echostr: whoever holds a signature may choose it.
            if how == "changed" && name == "echostr" && !self.is_wecom() {
                continue;
            }
            let request = if method == "GET" { self.get()?.0 } else { self.post()? };
            let value = request.get(name).to_owned();
            let other = changed(&value);
            let request = match how {
                "missing" => request.without(name),
                "empty" => request.set(name, ""),
                "doubled" => request.and(name, other),
                "doubled-first" => request.set(name, other).and(name, value),
                _ => request.set(name, other),
            };
            let how_text = if lang == Lang::En { en } else { zh };
            let what = say!(lang, "{method}, {name} {how_text}", "{method},{name} {how_text}");
            self.refuse(&format!("{id}-{how}"), what, request);
        }
        Ok(())
    }

    /// Signatures that nobody makes who knows the token.
    fn signatures(&mut self) -> Result<(), Failure> {
        let lang = self.lang;
        let other = if self.account.token == OTHER_TOKEN { "echostrThirdToken" } else { OTHER_TOKEN };
        let other = self.account.with_token(other, lang)?;
        let moment = self.moment.next();
        let request = request::handshake(&other, &moment, &moment.echostr()).map_err(seal_error)?;
        self.refuse(
            "get-other-token",
            say!(lang, "GET signed with another token", "GET 用另一个 Token 签名"),
            request,
        );
        let moment = self.moment.next();
        let document = self.document(&moment, "echostr check")?;
        let request = request::callback(&other, &moment, document.as_bytes()).map_err(seal_error)?;
        self.refuse(
            "post-other-token",
            say!(lang, "POST signed with another token", "POST 用另一个 Token 签名"),
            request,
        );

        for method in ["GET", "POST"] {
            let id = method.to_ascii_lowercase();
            let name = if method == "GET" { self.signature_of_get() } else { self.signature_of_post() };
            for (how, en, zh) in [
                ("empty-token", "signed with the empty token", "用空 Token 签名"),
                ("of-nothing", "all parameters empty, signature of nothing", "参数全空，签名为空串的摘要"),
                ("upper-case", "forged signature in upper case", "伪造的大写签名"),
                ("truncated", "signature without its last digit", "签名少一位"),
                ("shortened", "signature cut to 8 digits", "签名只有前 8 位"),
                ("lengthened", "signature with a digit too many", "签名多一位"),
            ] {
                let request = if method == "GET" { self.get()?.0 } else { self.post()? };
                let signature = request.get(name).to_owned();
                let cut = |length| signature.chars().take(length).collect::<String>();
                let request = match how {
                    "empty-token" => {
                        let encrypt = self.signed_text(&request);
                        let (timestamp, nonce) = (request.get("timestamp"), request.get("nonce"));
                        let forged = Signature::compute(["", timestamp, nonce, &encrypt]);
                        request.set(name, format!("{forged:x}"))
                    }
                    "of-nothing" => request.set(name, OF_NOTHING).set("timestamp", "").set("nonce", ""),
                    "upper-case" => request.set(name, changed(&signature).to_ascii_uppercase()),
                    "truncated" => request.set(name, cut(39)),
                    "shortened" => request.set(name, cut(8)),
                    _ => request.set(name, format!("{signature}0")),
                };
                let how_text = if lang == Lang::En { en } else { zh };
                let what = say!(lang, "{method}, {how_text}", "{method},{how_text}");
                self.refuse(&format!("{id}-signature-{how}"), what, request);
            }
        }
        let request = self.post()?;
        let name = self.signature_of_post();
        let upper = request.get(name).to_ascii_uppercase();
        let what = say!(lang, "POST, genuine signature in upper case", "POST，真实签名改为大写");
        self.add("post-signature-upper-case-genuine", what, Expect::Either, request.set(name, upper));

        let (request, _) = self.get()?;
        let name = self.signature_of_get();
        let request = request.set(name, "0".repeat(40)).set("echostr", escape("<script>alert(1)</script>"));
        let what = say!(lang, "a script as echostr, with a bad signature", "以脚本作 echostr，签名错误");
        self.refuse("get-echostr-script", what, request);
        Ok(())
    }

    /// The fourth part of what the platform signs; `""` adds nothing to the three.
    fn signed_text(&self, request: &Request) -> String {
        if !self.account.is_encrypted() || (request.body.is_none() && !self.is_wecom()) {
            return String::new();
        }
        match &request.body {
            None => {
                percent_encoding::percent_decode_str(request.get("echostr")).decode_utf8_lossy().into_owned()
            }
            Some(body) => encrypt_of(body),
        }
    }

    /// Queries that two parsers read in two ways.
    fn queries(&mut self) -> Result<(), Failure> {
        let lang = self.lang;
        let name = self.signature_of_post();

        let (get, _) = self.get()?;
        let post = self.post()?;
        let triple = ["signature", "msg_signature", "timestamp", "nonce"];
        let parameters =
            get.parameters.iter().filter(|(key, _)| triple.contains(&key.as_str())).cloned().collect();
        let expect = if self.account.is_encrypted() { Expect::Refuse } else { Expect::Unprotected };
        let what = say!(lang, "POST under the parameters of a handshake", "用验证请求的参数发送 POST");
        let request = Request { parameters, ..post };
        self.cases.push(Case {
            name: "post-with-get-triple".to_owned(),
            what,
            expect,
            before: Some(get),
            request,
        });

        let request = self.post()?.and("%6eonce", "1");
        let what = say!(lang, "POST, a second nonce as %6eonce", "POST，第二个 nonce 写作 %6eonce");
        self.refuse("post-encoded-key-nonce", what, request);
        let encoded = name.replace("signature", "sign%61ture");
        let request = self.post()?.and(&encoded, "0".repeat(40));
        let what = say!(lang, "POST, a second {name} as {encoded}", "POST，第二个 {name} 写作 {encoded}");
        self.refuse("post-encoded-key-signature", what, request);
        let request = self.post()?.and("times%74amp", "1");
        let what =
            say!(lang, "POST, a second timestamp as times%74amp", "POST，第二个 timestamp 写作 times%74amp");
        self.refuse("post-encoded-key-timestamp", what, request);
        for (id, key) in
            [("array", "nonce[]"), ("twice-encoded", "%256eonce"), ("zero", "nonce%00"), ("case", "NONCE")]
        {
            let request = self.post()?.rename("nonce", key);
            let what = say!(lang, "POST, {key} instead of nonce", "POST，用 {key} 代替 nonce");
            self.refuse(&format!("post-key-{id}"), what, request);
        }

        let mut request = self.post()?;
        request.parameters.insert(0, ("own".to_owned(), "x".repeat(OVERLONG)));
        let forged = changed(request.get(name));
        let what = say!(lang, "POST, forged behind a query of 9 KB", "POST，在 9 KB 长的查询之后伪造签名");
        self.refuse("post-over-long", what, request.clone().set(name, forged));
        let what = say!(lang, "POST, genuine behind a query of 9 KB", "POST，在 9 KB 长的查询之后签名真实");
        self.add("post-over-long-genuine", what, Expect::Either, request);
        let request = self.long_nonce()?;
        let what = say!(lang, "POST, a signed nonce of 9 KB", "POST，9 KB 长的 nonce，已签名");
        self.refuse("post-over-long-nonce", what, request);

        let request = self.post()?;
        let nonce = [0xff, 0xfe, b'1'];
        let signed = self.signed_text(&request);
        let parts =
            [self.account.token.as_bytes(), request.get("timestamp").as_bytes(), &nonce, signed.as_bytes()];
        let signature = format!("{:x}", Signature::compute(parts));
        let request = request.set("nonce", escape(nonce)).set(name, signature);
        let what = say!(lang, "POST, a signed nonce that is not UTF-8", "POST，不是 UTF-8 的 nonce，已签名");
        self.refuse("post-not-utf8", what, request);

        // There is no separator in what is signed.
        let request = self.post()?;
        let mut parts = [request.get("timestamp"), request.get("nonce")];
        parts.sort_unstable();
        let moved = parts.concat();
        let request = request.set("timestamp", moved).set("nonce", "");
        let what =
            say!(lang, "POST, the nonce moved into the timestamp", "POST，nonce 的数字全部移入 timestamp");
        self.refuse("post-nonce-moved", what, request);
        Ok(())
    }

    fn long_nonce(&mut self) -> Built {
        let mut moment = self.moment.next();
        moment.nonce = "7".repeat(OVERLONG);
        let document = self.document(&moment, "echostr check")?;
        request::callback(self.account, &moment, document.as_bytes()).map_err(seal_error)
    }

    /// What is genuine, but not of now or not the first of its kind.
    fn times(&mut self) -> Result<(), Failure> {
        let lang = self.lang;
        for (id, en, zh, timestamp) in [
            ("past", "ten years ago", "十年前", self.moment.timestamp.saturating_sub(FAR)),
            ("future", "in ten years", "十年后", self.moment.timestamp.saturating_add(FAR)),
        ] {
            let mut moment = self.moment.next();
            moment.timestamp = timestamp;
            let document = self.document(&moment, "echostr check")?;
            let request =
                request::callback(self.account, &moment, document.as_bytes()).map_err(seal_error)?;
            let when = if lang == Lang::En { en } else { zh };
            let what = say!(lang, "POST signed {when}", "{when}签名的 POST");
            self.add(&format!("post-timestamp-{id}"), what, Expect::Unprotected, request);
        }

        let moment = self.moment.next();
        let (first, second) = (self.document(&moment, "echostr check")?, self.document(&moment, "forged")?);
        let first = request::callback(self.account, &moment, first.as_bytes()).map_err(seal_error)?;
        let second = request::callback(self.account, &moment, second.as_bytes()).map_err(seal_error)?;
        let request = Request { parameters: first.parameters.clone(), ..second };
        let expect = if self.account.is_encrypted() { Expect::Refuse } else { Expect::Unprotected };
        let what = say!(lang, "POST again with another body", "POST 重放，换了消息体");
        self.cases.push(Case {
            name: "post-replay-other-body".to_owned(),
            what,
            expect,
            before: Some(first),
            request,
        });

        if !self.account.is_encrypted() {
            let first = self.post()?;
            let (timestamp, nonce) = (first.get("timestamp").to_owned(), first.get("nonce").to_owned());
            let request = first.clone().set("timestamp", nonce).set("nonce", timestamp);
            let what = say!(lang, "POST with timestamp and nonce swapped", "POST，timestamp 与 nonce 互换");
            self.add("post-swapped", what, Expect::Unprotected, request);
        }
        Ok(())
    }

    /// What only the encrypted modes can get wrong.
    fn encrypted(&mut self) -> Result<(), Failure> {
        let lang = self.lang;
        let account = self.account;

        let moment = self.moment.next();
        let plain = self.document(&moment, "echostr check")?;
        let request = request::callback(account, &moment, plain.as_bytes()).map_err(seal_error)?;
        let what =
            say!(lang, "POST, plain body under a msg_signature", "POST，有 msg_signature 而消息体是明文");
        self.refuse("post-plain-body", what, request.with_body(plain));

        // Everything that plain mode has, rightly signed.
        let moment = self.moment.next();
        let plain = self.document(&moment, "echostr check")?;
        let timestamp = moment.timestamp.to_string();
        let signature = account.signature(&timestamp, &moment.nonce);
        let pairs = [
            ("signature", signature),
            ("timestamp", timestamp),
            ("nonce", escape(&moment.nonce)),
            ("openid", escape(&moment.openid)),
        ];
        let parameters: Vec<_> = pairs.map(|(key, value)| (key.to_owned(), value)).into();
        let downgraded = Request { parameters, body: Some(plain.into_bytes()), content_type: "text/xml" };
        let what = say!(lang, "POST in plain mode, rightly signed", "POST 按明文模式发送，签名正确");
        self.refuse("post-downgrade", what, downgraded.clone());
        let what =
            say!(lang, "POST in plain mode, encrypt_type=raw", "POST 按明文模式发送，encrypt_type=raw");
        self.refuse("post-downgrade-raw", what, downgraded.and("encrypt_type", "raw"));

        let moment = self.moment.next();
        let body = "<xml>\n    <ToUserName><![CDATA[gh_echostr]]></ToUserName>\n</xml>\n".to_owned();
        let what = say!(lang, "POST, no Encrypt, signed as if empty", "POST，没有 Encrypt，按空串签名");
        self.refuse("post-encrypt-missing", what, request::encrypted(account, &moment, "", body));
        let moment = self.moment.next();
        let body = "<xml><ToUserName><![CDATA[gh_echostr]]></ToUserName><Encrypt></Encrypt></xml>".to_owned();
        let what = say!(lang, "POST, empty Encrypt, signed", "POST，Encrypt 为空，已签名");
        self.refuse("post-encrypt-empty", what, request::encrypted(account, &moment, "", body));

        for first_is_signed in [true, false] {
            let moment = self.moment.next();
            let one = self.encrypt(&moment, "echostr check")?;
            let two = self.encrypt(&moment, "forged")?;
            let body = format!(
                "<xml><ToUserName><![CDATA[gh_echostr]]></ToUserName><Encrypt><![CDATA[{one}]]></Encrypt><Encrypt><![CDATA[{two}]]></Encrypt></xml>"
            );
            let signed = if first_is_signed { &one } else { &two };
            let request = request::encrypted(account, &moment, signed, body);
            let (id, what) = if first_is_signed {
                (
                    "first",
                    say!(
                        lang,
                        "POST, two Encrypts, the first one signed",
                        "POST，两个 Encrypt，签名属于第一个"
                    ),
                )
            } else {
                (
                    "second",
                    say!(
                        lang,
                        "POST, two Encrypts, the second one signed",
                        "POST，两个 Encrypt，签名属于第二个"
                    ),
                )
            };
            self.refuse(&format!("post-two-encrypts-{id}"), what, request);
        }

        let moment = self.moment.next();
        let plain = self.document(&moment, "echostr check")?;
        let encrypt = account.encrypt(&plain).map_err(seal_error)?;
        let body = request::envelope(account, &plain, &in_the_middle(&encrypt));
        let what = say!(lang, "POST, one character of the cipher text changed", "POST，密文改动一个字符");
        self.refuse("post-encrypt-changed", what, request::encrypted(account, &moment, &encrypt, body));

        let foreign = account.with_receive_id(OTHER_ID, lang)?;
        let moment = self.moment.next();
        let plain = self.document(&moment, "echostr check")?;
        let request = request::callback(&foreign, &moment, plain.as_bytes()).map_err(seal_error)?;
        let what = say!(lang, "POST for another AppID, rightly signed", "POST 发给另一个 AppID，签名正确");
        self.refuse("post-foreign-receive-id", what, request);
        if self.is_wecom() {
            let moment = self.moment.next();
            let request = request::handshake(&foreign, &moment, &moment.echostr()).map_err(seal_error)?;
            let what =
                say!(lang, "GET for another CorpID, rightly signed", "GET 发给另一个 CorpID，签名正确");
            self.refuse("get-foreign-receive-id", what, request);
        }

        let moment = self.moment.next();
        let encrypt = self.encrypt(&moment, "echostr check")?;
        let body = format!(
            "<!DOCTYPE xml>\n<xml><ToUserName><![CDATA[gh_echostr]]></ToUserName><Encrypt><![CDATA[{encrypt}]]></Encrypt></xml>"
        );
        let what = say!(lang, "POST with a DTD", "POST 带有 DTD");
        self.refuse("post-dtd", what, request::encrypted(account, &moment, &encrypt, body));
        let moment = self.moment.next();
        let encrypt = self.encrypt(&moment, "echostr check")?;
        let body = format!(
            "<!DOCTYPE xml [<!ENTITY e \"{encrypt}\">]>\n<xml><ToUserName><![CDATA[gh_echostr]]></ToUserName><Encrypt>&e;</Encrypt></xml>"
        );
        let what = say!(lang, "POST, Encrypt as an entity of a DTD", "POST，Encrypt 由 DTD 的实体给出");
        self.refuse("post-dtd-entity", what, request::encrypted(account, &moment, &encrypt, body));

        if let Some(request) = self.shifted()? {
            let what = say!(
                lang,
                "POST, 64 characters moved from Encrypt in front of it",
                "POST，Encrypt 的前 64 个字符移入前面的参数"
            );
            self.refuse("post-encrypt-shifted", what, request);
        }
        Ok(())
    }

    fn encrypt(&self, moment: &Moment, text: &str) -> Result<String, Failure> {
        self.account.encrypt(&self.document(moment, text)?).map_err(seal_error)
    }

    /// A request whose hash still holds after part of the cipher text moved. `None` where the token's place among the
    /// sorted parts leaves none.
    fn shifted(&mut self) -> Result<Option<Request>, Failure> {
        const TRIES: usize = 24;
        let moment = self.moment.next();
        let timestamp = moment.timestamp.to_string();
        for _ in 0..TRIES {
            let encrypt = self.encrypt(&moment, "echostr check")?;
            let Some((head, rest)) = encrypt.split_at_checked(64) else { continue };
            let genuine = self.account.msg_signature(&timestamp, &moment.nonce, &encrypt);
            let body = request::envelope(self.account, "<xml></xml>", rest);
            let request =
                request::encrypted(self.account, &moment, rest, body).set("msg_signature", genuine.as_str());
            let (late, more) = (format!("{timestamp}{head}"), format!("{}{head}", moment.nonce));
            if self.account.msg_signature(&timestamp, &more, rest) == genuine {
                return Ok(Some(request.set("nonce", escape(more))));
            }
            if self.account.msg_signature(&late, &moment.nonce, rest) == genuine {
                return Ok(Some(request.set("timestamp", escape(late))));
            }
        }
        Ok(None)
    }
}

fn seal_error(error: SealError) -> Failure {
    Failure::usage(error.to_string())
}

/// The same text with its last letter or digit replaced by another one of its alphabet.
fn changed(text: &str) -> String {
    let Some(at) = text.rfind(|c: char| c.is_ascii_alphanumeric()) else { return format!("{text}0") };
    // Behind a `%` the digit would change which character it stands for, or break the escape.
    replaced(text, at)
}

/// The same for a character in the middle, where none of base64's loose bits are.
fn in_the_middle(text: &str) -> String {
    let middle = text.len() / 2;
    let at = text.char_indices().position(|(at, c)| at >= middle && c.is_ascii_alphanumeric());
    replaced(text, at.unwrap_or_default())
}

fn replaced(text: &str, at: usize) -> String {
    let replace = |c: char| match c {
        '0'..='8' => char::from_u32(u32::from(c).saturating_add(1)).unwrap_or('0'),
        '9' => '0',
        'a' => 'b',
        'A' => 'B',
        c if c.is_ascii_lowercase() => 'a',
        _ => 'A',
    };
    text.char_indices().map(|(place, c)| if place == at { replace(c) } else { c }).collect()
}

/// The text of the one `Encrypt` in a body that was made here.
fn encrypt_of(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let found = text.split_once("<Encrypt><![CDATA[").and_then(|(_, rest)| rest.split_once("]]>"));
    found.map_or_else(String::new, |(encrypt, _)| encrypt.to_owned())
}
