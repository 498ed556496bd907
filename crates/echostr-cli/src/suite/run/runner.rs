//! Sends the cases, one request at a time, and tells of it in events.

use std::{collections::HashMap, time::Instant};

use crate::{
    diagnosis::{
        connection::{exit_of, sentence_of},
        evidence::{Probes, Sent},
    },
    net::{
        reply::{Fault, Reply},
        request::Request,
    },
    suite::{
        cases::{
            builder::Builder,
            case::{Case, Expected, Part},
        },
        run::{
            event::{Event, Judged, Start, Summary},
            probe::Probe,
            selection::Selection,
            server::Server,
        },
        verdict::{
            baseline::Baseline,
            evidence::Evidence,
            forged_get::is_echo,
            judge::judge,
            outcome::{Outcome, Verdict},
            seen::has_crashed,
        },
    },
    words::{
        exit::Exit,
        lang::{Lang, say},
    },
};

type Answered = Result<Reply, Fault>;

pub(crate) struct Runner<'r> {
    pub(crate) server: Server<'r>,
    pub(crate) selection: &'r Selection,
    pub(crate) tell: &'r mut dyn FnMut(Event<'_>),
}

/// What is known so far.
#[derive(Default)]
struct Known {
    baseline: Baseline,
    probes: Probes,
    /// The answers to the cases that the baseline is made of.
    parts: HashMap<String, Answered>,
}

impl Runner<'_> {
    /// Sends what is selected, after what everything else is founded on.
    pub(crate) fn run(mut self, builder: &mut Builder<'_>, cases: &[Case]) -> Summary {
        let start = Instant::now();
        let selected: Vec<_> = cases.iter().filter(|case| self.selection.has(case)).collect();
        let mut summary = Summary { cases: selected.len(), ..Summary::default() };
        let mut known = Known::default();

        let handshake = cases.iter().find(|case| case.part == Some(Part::Handshake));
        if let Some(case) = handshake {
            let result = self.server.send(&case.request);
            (self.tell)(Event::Started(Start {
                mode: builder.account.mode,
                url: self.server.target.shown(),
            }));
            let verdict = self.judge(builder, case, &result, &known);
            if verdict.exit != Exit::Fine {
                // One sentence says it all: whatever else is sent would fail for the same reason.
                if let Expected::Echo(echo) = &case.expected {
                    known.probes = self.probe(builder, Sent::Handshake(echo), &result);
                }
                let verdict = self.judge(builder, case, &result, &known);
                self.count(&mut summary, case, Some(&result), verdict);
                summary.is_cut_short = true;
                return self.end(summary, start);
            }
            known.parts.insert(case.name.clone(), result);
        }
        self.learn(builder, cases, &mut known);

        for case in selected {
            let result = match known.parts.remove(&case.name) {
                Some(result) => result,
                None if case.needs_a_baseline() && known.baseline.genuine.is_none() => {
                    let verdict = self.judge(builder, case, &Err(Fault::Slow), &known);
                    self.count(&mut summary, case, None, verdict);
                    continue;
                }
                None => match self.send(case) {
                    Ok(result) => result,
                    Err(verdict) => {
                        self.count(&mut summary, case, None, verdict(builder.lang));
                        continue;
                    }
                },
            };
            // Whether it crashed or the server is gone, only the next genuine request tells.
            if has_crashed(&result)
                && let Err(gone) = self.server.is_back(|| genuine(builder, case, &known))
            {
                let verdict = gone_for_good(&gone, &self.server, builder.lang);
                self.count(&mut summary, case, Some(&result), verdict);
                summary.is_cut_short = true;
                break;
            }
            let verdict = self.judge(builder, case, &result, &known);
            self.count(&mut summary, case, Some(&result), verdict);
        }
        summary.hints = hints(&summary, builder.lang);
        self.end(summary, start)
    }

    /// How genuine texts are answered, and what another token signs.
    fn learn(&self, builder: &mut Builder<'_>, cases: &[Case], known: &mut Known) {
        let part = |part| cases.iter().find(|case| case.part == Some(part));
        let (Some(text), Some(other), Some(other_get)) =
            (part(Part::Text), part(Part::OtherToken), part(Part::OtherTokenGet))
        else {
            return;
        };
        let first = text.before.as_ref().map_or(Err(Fault::Slow), |request| self.server.send(request));
        let second = self.server.send(&text.request);
        let is_answered = |result: &Answered| matches!(result, Ok(reply) if reply.status == 200);
        if let Expected::Accepted(document) = &text.expected {
            known.probes = self.probe(builder, Sent::Message(document), &second);
        }
        // Of a server that fails at the plainest message, or cannot read it, nothing more is asked.
        let is_read = known.probes.takes_instead.is_none() && is_answered(&first) && is_answered(&second);
        let other_token = if is_read { self.server.send_forged(&other.request) } else { Err(Fault::Slow) };
        let openid = builder.metadata.openid.clone();
        if is_read {
            known.baseline = Baseline::learn([&first, &second], &other_token, builder.account, &openid);
        }
        known.probes.takes_plain_texts = known.baseline.genuine.is_some();
        if known.baseline.genuine.is_some() {
            known.parts.insert(other.name.clone(), other_token);
        }
        // The one that was answered worse is the case.
        let is_worse = !is_answered(&first) && is_answered(&second);
        known.parts.insert(text.name.clone(), if is_worse { first } else { second });
        if known.parts.get(&other.name).is_some_and(has_crashed) {
            // The next answer must not be that of a server which is being started again.
            drop(self.server.is_back(|| genuine(builder, other, known)));
        }
        let result = self.server.send_forged(&other_get.request);
        if let (Ok(reply), Expected::NotEchoed(echo)) = (&result, &other_get.expected) {
            known.baseline.other_token_is_echoed = is_echo(reply, echo);
        }
        known.parts.insert(other_get.name.clone(), result);
    }

    fn send(&self, case: &Case) -> Result<Answered, fn(Lang) -> Verdict> {
        let is_genuine =
            matches!(case.expected, Expected::Echo(_) | Expected::Accepted(_) | Expected::Either);
        if let Some(Err(fault)) = case.before.as_ref().map(|request| self.server.send(request)) {
            if is_genuine {
                return Ok(Err(fault));
            }
            return Err(|lang| {
                let note = say!(
                    lang,
                    "not sent, as the genuine request before it is not answered",
                    "未发送：它之前的真实请求没有得到应答"
                );
                Verdict::noted(Outcome::Skipped, note)
            });
        }
        Ok(if is_genuine { self.server.send(&case.request) } else { self.server.send_forged(&case.request) })
    }

    fn probe(&self, builder: &Builder<'_>, sent: Sent<'_>, result: &Answered) -> Probes {
        let Server { client, target, .. } = self.server;
        let probe = Probe { account: builder.account, client, target, lang: builder.lang, is_thorough: true };
        probe.look(sent, result, &builder.metadata)
    }

    fn judge(&self, builder: &Builder<'_>, case: &Case, result: &Answered, known: &Known) -> Verdict {
        let target = self.server.target;
        judge(&Evidence {
            case,
            result,
            baseline: &known.baseline,
            probes: known.probes,
            account: builder.account,
            url: target.shown(),
            request_target: target.request_target(&case.request.query()),
            openid: &builder.metadata.openid,
            limit: self.server.client.limit(),
            lang: builder.lang,
        })
    }

    fn count(&mut self, summary: &mut Summary, case: &Case, result: Option<&Answered>, verdict: Verdict) {
        let count = summary.counts.entry(verdict.outcome).or_default();
        *count = count.saturating_add(1);
        let is_allowed = self.selection.allows(case, &verdict);
        let judged = Judged { case, result, verdict, is_allowed };
        summary.allowed = summary.allowed.saturating_add(usize::from(is_allowed));
        summary.exit = summary.exit.max(judged.exit());
        if judged.verdict.outcome == Outcome::Accepted {
            summary.accepted.push(case.name.clone());
        }
        (self.tell)(Event::Judged(&judged));
    }

    fn end(&mut self, mut summary: Summary, start: Instant) -> Summary {
        let done: usize = summary.counts.values().sum();
        let rest = summary.cases.saturating_sub(done);
        let skipped = summary.counts.entry(Outcome::Skipped).or_default();
        *skipped = skipped.saturating_add(rest);
        summary.elapsed = start.elapsed();
        (self.tell)(Event::Ended(&summary));
        summary
    }
}

/// A genuine request like the one of the case; a handshake where messages fail anyway.
fn genuine(builder: &mut Builder<'_>, case: &Case, known: &Known) -> Option<Request> {
    let is_get = matches!(case.expected, Expected::NotEchoed(_) | Expected::Echo(_));
    if is_get || known.baseline.genuine.is_none() {
        builder.get().ok().map(|(request, _)| request)
    } else {
        builder.post().ok()
    }
}

fn gone_for_good(result: &Answered, server: &Server<'_>, lang: Lang) -> Verdict {
    let (exit, why) = match result {
        Err(fault) => {
            (exit_of(fault), sentence_of(fault, server.target.shown(), server.client.limit(), lang))
        }
        Ok(reply) => {
            let status = reply.status;
            (Exit::Wrong, say!(lang, "genuine requests are answered with {status}", "真实请求得到 {status}"))
        }
    };
    Verdict::failed(exit, say!(lang, "the server is gone since: {why}", "服务器此后不再应答：{why}"))
}

/// What several verdicts together point at.
fn hints(summary: &Summary, lang: Lang) -> Vec<String> {
    let has = |name: &str| summary.accepted.iter().any(|accepted| accepted == name);
    let mut hints = Vec::new();
    if has("post-downgrade") && has("post-encrypt-changed") && !has("post-other-token") {
        hints.push(say!(
            lang,
            "mode mismatch: the server checks `signature` and nothing that is encrypted, so it is in plain mode (明文模式) while this is not: give it its EncodingAESKey, or use --mode plain here and 明文模式 on the console page",
            "模式不一致：服务器只检查 signature，而不理会加密内容，它处于明文模式，而这里不是：请给它配置 EncodingAESKey，或在这里使用 --mode plain、在后台选择明文模式"
        ));
    }
    hints
}
