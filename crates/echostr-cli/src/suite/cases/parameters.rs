//! No parameters, and each one missing, empty, doubled or with one character changed.

use crate::{
    net::request::Request,
    suite::cases::{
        builder::{Builder, changed},
        case::{Echo, Needs},
    },
    words::{
        exit::Failure,
        lang::{Lang, say},
    },
};

pub(super) fn add(builder: &mut Builder<'_>) -> Result<(), Failure> {
    let lang = builder.lang;
    let (request, _) = builder.get()?;
    let what = say!(lang, "GET without parameters", "GET 不带任何参数");
    let (request, nothing) =
        (Request { parameters: vec![], ..request }, Echo { texts: vec![String::new()], ..Echo::default() });
    builder.refuse_get("get-no-parameters", what, Needs::Nothing, request, nothing);

    let (mut request, echo) = builder.get()?;
    request.parameters.retain(|(key, _)| key == "echostr");
    let what = say!(lang, "GET with nothing but an echostr", "GET 只带 echostr");
    let echo = builder.echo_of(&request, &echo);
    builder.refuse_get("get-echostr-alone", what, Needs::Nothing, request, echo);

    let request = Request { parameters: vec![], ..builder.post()? };
    let what = say!(lang, "POST without parameters", "POST 不带任何参数");
    builder.refuse("post-no-parameters", what, Needs::Nothing, request);

    for name in [builder.signature_of_get(), "timestamp", "nonce", "echostr"] {
        for how in How::ALL {
            get(builder, name, how)?;
        }
    }
    for name in [builder.signature_of_post(), "timestamp", "nonce"] {
        for how in How::ALL {
            post(builder, name, how)?;
        }
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Missing,
    Empty,
    Doubled,
    DoubledFirst,
    Changed,
}

impl How {
    const ALL: [Self; 5] = [Self::Missing, Self::Empty, Self::Doubled, Self::DoubledFirst, Self::Changed];

    const fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Empty => "empty",
            Self::Doubled => "doubled",
            Self::DoubledFirst => "doubled-first",
            Self::Changed => "changed",
        }
    }

    fn words(self, lang: Lang) -> String {
        match self {
            Self::Missing => say!(lang, "missing", "缺失"),
            Self::Empty => say!(lang, "empty", "为空"),
            Self::Doubled => say!(lang, "doubled", "重复"),
            Self::DoubledFirst => say!(lang, "doubled, the wrong one first", "重复，错的在前"),
            Self::Changed => say!(lang, "with one character changed", "改动一个字符"),
        }
    }

    /// Whether the whole genuine tuple is still there.
    const fn is_beside(self) -> bool {
        matches!(self, Self::Doubled | Self::DoubledFirst)
    }

    fn apply(self, request: Request, name: &str) -> Request {
        let value = request.get(name).to_owned();
        let other = changed(&value);
        match self {
            Self::Missing => request.without(name),
            Self::Empty => request.set(name, ""),
            Self::Doubled => request.and(name, other),
            Self::DoubledFirst => request.set(name, other).and(name, value),
            Self::Changed => request.set(name, other),
        }
    }
}

fn get(builder: &mut Builder<'_>, name: &str, how: How) -> Result<(), Failure> {
    let lang = builder.lang;
    let is_echostr = name == "echostr";
    // Official Accounts do not sign the echostr: whoever holds a signature may choose it.
    if is_echostr && how == How::Changed && !builder.is_wecom() {
        return Ok(());
    }
    let (genuine, text) = builder.get()?;
    let request = how.apply(genuine, name);
    let needs = match how {
        // WeCom signs it, so that a captured URL lends the rest.
        How::Changed if is_echostr => Needs::CapturedUrl,
        _ if is_echostr => Needs::Token,
        how if how.is_beside() => builder.beside_a_tuple(),
        _ => Needs::Nothing,
    };
    let echo = if is_echostr && matches!(how, How::Missing | How::Empty) {
        Echo::default()
    } else {
        builder.echo_of(&request, &text)
    };
    let words = how.words(lang);
    let what = say!(lang, "GET, {name} {words}", "GET，{name} {words}");
    let id = format!("get-{}-{}", name.replace('_', "-"), how.name());
    builder.refuse_get(&id, what, needs, request, echo);
    Ok(())
}

fn post(builder: &mut Builder<'_>, name: &str, how: How) -> Result<(), Failure> {
    let lang = builder.lang;
    let request = how.apply(builder.post()?, name);
    let needs = match how {
        how if how.is_beside() => builder.beside_a_tuple(),
        // `signature` beside it stays right, which a captured URL gives.
        _ if name == "msg_signature" && !builder.is_wecom() => Needs::CapturedUrl,
        _ => Needs::Nothing,
    };
    let words = how.words(lang);
    let what = say!(lang, "POST, {name} {words}", "POST，{name} {words}");
    builder.refuse(&format!("post-{}-{}", name.replace('_', "-"), how.name()), what, needs, request);
    Ok(())
}
