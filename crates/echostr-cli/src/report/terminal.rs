//! What people read of `check`: a line for each group, what is wrong, and a summary; with `-v` every case.

use std::collections::BTreeMap;

use crate::{
    platform::mode::Mode,
    report::{
        cases::{got, took},
        output::{Output, Style},
        reporter::Reporter,
    },
    suite::{
        cases::case::Group,
        run::event::{Event, Judged, Summary},
        verdict::outcome::Outcome,
    },
    words::{
        exit::{Exit, Failure},
        lang::{Lang, say},
    },
};

/// Names on a line before the rest is only counted.
const MOST_NAMES: usize = 3;

/// Lines about what is wrong in a group before the rest is only counted.
const MOST_LINES: usize = 8;

pub(crate) struct Terminal<'t> {
    output: &'t Output,
    mode: Mode,
    group: Option<Group>,
    /// Of the group at hand.
    counts: BTreeMap<Outcome, usize>,
    /// What is wrong in the group at hand: a sentence, and the cases that it is said of.
    wrong: Vec<Wrong>,
    /// The worst exit code of the group at hand.
    exit: Exit,
    /// What is shown at the end, in one line each.
    notes: Vec<Note>,
}

struct Wrong {
    outcome: Outcome,
    note: String,
    what: Vec<String>,
}

/// A sentence, and the cases that it is said of.
struct Note {
    outcome: Outcome,
    text: String,
    names: Vec<String>,
    exit: Exit,
}

impl<'t> Terminal<'t> {
    pub(crate) const fn new(output: &'t Output, mode: Mode) -> Self {
        Self {
            output,
            mode,
            group: None,
            counts: BTreeMap::new(),
            wrong: vec![],
            exit: Exit::Fine,
            notes: vec![],
        }
    }

    fn judged(&mut self, judged: &Judged<'_>) {
        let group = judged.case.group;
        if self.group.is_some_and(|current| current != group) {
            self.end_group();
        }
        self.group = Some(group);
        let count = self.counts.entry(judged.verdict.outcome).or_default();
        *count = count.saturating_add(1);
        self.exit = self.exit.max(judged.exit());
        if self.output.verbose > 0 {
            self.output.line(&self.line(judged));
        }
        self.note(judged);
    }

    /// Keeps what is to be said of it: failures with their group, the rest for the end.
    fn note(&mut self, judged: &Judged<'_>) {
        let (case, outcome) = (judged.case, judged.verdict.outcome);
        let note = judged.verdict.note.clone().unwrap_or_default();
        match outcome {
            // Notes about single cases are for `-v`.
            Outcome::Passed => {}
            Outcome::Failed | Outcome::Accepted => {
                let note = if judged.is_allowed {
                    say!(self.output.lang, "{note} (allowed)", "{note}（已允许）")
                } else {
                    note
                };
                match self.wrong.iter_mut().find(|wrong| wrong.outcome == outcome && wrong.note == note) {
                    // A forgery that gets in is worth a line of its own.
                    Some(wrong) if outcome == Outcome::Failed => wrong.what.push(case.what.clone()),
                    _ => self.wrong.push(Wrong { outcome, note, what: vec![case.what.clone()] }),
                }
            }
            _ => {
                // Several ways to crash are one thing to look at.
                let is_same = |other: &&mut Note| {
                    other.outcome == outcome && (outcome == Outcome::Crashed || other.text == note)
                };
                let (names, exit) = (vec![case.name.clone()], judged.exit());
                match self.notes.iter_mut().find(is_same) {
                    Some(known) => {
                        known.names.extend(names);
                        known.exit = known.exit.max(exit);
                    }
                    None => self.notes.push(Note { outcome, text: note, names, exit }),
                }
            }
        }
    }

    fn end_group(&mut self) {
        let Some(group) = self.group.take() else { return };
        let (output, lang) = (self.output, self.output.lang);
        let counts = std::mem::take(&mut self.counts);
        let all: usize = counts.values().sum();
        let worst = counts.keys().max().copied().unwrap_or(Outcome::Passed);
        let (mark, style) = look(worst, std::mem::take(&mut self.exit));
        let mut parts = vec![];
        for (outcome, count) in counts.iter().rev() {
            parts.push(counted(*outcome, *count, is_forged(group), lang));
        }
        let title = group.title(lang);
        let parts = parts.join(&say!(lang, ", ", "，"));
        let text = say!(
            lang,
            "{} {title} ({all}): {parts}",
            "{} {title}（{all}）：{parts}",
            output.paint(style, mark)
        );
        output.line(&text);
        let wrong = std::mem::take(&mut self.wrong);
        let more = wrong.len().saturating_sub(MOST_LINES);
        for Wrong { outcome, note, what } in wrong.into_iter().take(MOST_LINES) {
            let (mark, style) = look(outcome, Exit::Wrong);
            let names = shortened(&what, lang);
            let text = say!(lang, "  {mark} {names}: {note}", "  {mark} {names}：{note}");
            output.line(&output.paint(style, &text));
        }
        if more > 0 {
            let text =
                say!(lang, "  … and {more} more of these; -v shows all", "  …… 另有 {more} 项；-v 显示全部");
            output.line(&output.paint(Style::Bad, &text));
        }
    }

    fn ended(&mut self, summary: &Summary) {
        let (output, lang) = (self.output, self.output.lang);
        if summary.is_cut_short && self.group == Some(Group::Handshake) {
            // One sentence says it all.
            for Wrong { note, .. } in std::mem::take(&mut self.wrong) {
                if summary.exit == Exit::NoConnection {
                    output.failure(&Failure { exit: summary.exit, message: note });
                    continue;
                }
                let mark = output.paint(Style::Bad, "✗");
                output.line(&say!(lang, "{mark} handshake: {note}", "{mark} 验证 URL：{note}"));
            }
            return;
        }
        self.end_group();
        self.notes.sort_by_key(|note| std::cmp::Reverse(note.outcome));
        for Note { outcome, text, names, exit } in std::mem::take(&mut self.notes) {
            let (mark, style) = look(outcome, exit);
            let (count, names) = (names.len(), shortened(&names, lang));
            let note = if outcome == Outcome::NotProtected { protect(self.mode, lang) } else { text };
            let head = counted(outcome, count, true, lang);
            let text = say!(lang, "{mark} {head} ({names}): {note}", "{mark} {head}（{names}）：{note}");
            output.line(&output.paint(style, &text));
        }
        for hint in &summary.hints {
            output.line(&output.paint(Style::Bad, &say!(lang, "→ {hint}", "→ {hint}")));
        }
        let style = if summary.exit.code() == 0 { Style::Good } else { Style::Bad };
        output.line(&output.paint(style, &in_all(summary, lang)));
    }

    /// A case in a line: what was sent, expected and got, and the time.
    fn line(&self, judged: &Judged<'_>) -> String {
        let (output, lang) = (self.output, self.output.lang);
        let (mark, style) = look(judged.verdict.outcome, judged.verdict.exit);
        let mark = output.paint(style, mark);
        let (what, expected, got) = (&judged.case.what, judged.case.expected(lang), got(judged, lang));
        let took = took(judged).map_or_else(String::new, |ms| format!(", {ms:.1} ms"));
        let note = match (judged.verdict.outcome, &judged.verdict.note) {
            (Outcome::NotProtected, _) => say!(lang, "  not protected", "  未受保护"),
            (_, Some(note)) => format!("  {note}"),
            (_, None) => String::new(),
        };
        let note = output.paint(style, &note);
        say!(
            lang,
            "{mark} {what}: expected {expected}, got {got}{took}{note}",
            "{mark} {what}：应为 {expected}，实为 {got}{took}{note}"
        )
    }
}

impl Reporter for Terminal<'_> {
    fn tell(&mut self, event: &Event<'_>) {
        match event {
            Event::Started(_) => {}
            Event::Judged(judged) => self.judged(judged),
            Event::Ended(summary) => self.ended(summary),
        }
    }
}

const fn is_forged(group: Group) -> bool {
    matches!(group, Group::Forged(_))
}

/// What changes no exit code is not painted red.
fn look(outcome: Outcome, exit: Exit) -> (&'static str, Style) {
    match outcome {
        Outcome::Passed => ("✓", Style::Good),
        Outcome::Skipped => ("-", Style::Faint),
        Outcome::Failed | Outcome::Accepted if exit == Exit::Fine => ("!", Style::Doubtful),
        Outcome::Undecided | Outcome::Crashed if exit == Exit::Fine => ("!", Style::Doubtful),
        Outcome::Warning | Outcome::Hardening | Outcome::NotProtected => ("!", Style::Doubtful),
        Outcome::Undecided => ("?", Style::Bad),
        Outcome::Crashed | Outcome::Failed => ("✗", Style::Bad),
        Outcome::Accepted => ("✗✗", Style::Bad),
    }
}

fn counted(outcome: Outcome, count: usize, is_forged: bool, lang: Lang) -> String {
    match outcome {
        Outcome::Passed if is_forged => say!(lang, "{count} refused", "{count} 项被拒绝"),
        Outcome::Passed => say!(lang, "{count} passed", "{count} 项通过"),
        Outcome::Warning => say!(lang, "{count} with a warning", "{count} 项有警告"),
        Outcome::Hardening => say!(lang, "{count} for hardening", "{count} 项可加固"),
        Outcome::NotProtected => say!(lang, "{count} not protected", "{count} 项未受保护"),
        Outcome::Skipped => say!(lang, "{count} skipped", "{count} 项跳过"),
        Outcome::Undecided => say!(lang, "{count} undecided", "{count} 项无法判断"),
        Outcome::Crashed => say!(lang, "{count} crashed", "{count} 项出错"),
        Outcome::Failed => say!(lang, "{count} failed", "{count} 项失败"),
        Outcome::Accepted => say!(lang, "{count} ACCEPTED", "{count} 项被接受"),
    }
}

/// The first names, and how many more there are.
fn shortened(names: &[String], lang: Lang) -> String {
    let shown: Vec<_> = names.iter().take(MOST_NAMES).map(String::as_str).collect();
    let shown = shown.join(&say!(lang, ", ", "、"));
    match names.len().saturating_sub(MOST_NAMES) {
        0 => shown,
        more => say!(lang, "{shown} and {more} more", "{shown}，另有 {more} 项"),
    }
}

/// How to close what the signature leaves open.
fn protect(mode: Mode, lang: Lang) -> String {
    if mode.is_encrypted() {
        return say!(
            lang,
            "a signature never expires, and does not cover the method: limit the age (echostr: max_age), remember used signatures (echostr: ledger), use HTTPS",
            "签名不会过期，也不覆盖请求方法：请限制时间戳的有效期（echostr 的 max_age）、记住用过的签名（echostr 的 ledger）、使用 HTTPS"
        );
    }
    say!(
        lang,
        "a signature never expires, and covers neither the method nor the body: limit the age (echostr: max_age), remember used signatures (echostr: ledger), use HTTPS or safe mode",
        "签名不会过期，也不覆盖请求方法和消息体：请限制时间戳的有效期（echostr 的 max_age）、记住用过的签名（echostr 的 ledger）、使用 HTTPS 或安全模式"
    )
}

fn in_all(summary: &Summary, lang: Lang) -> String {
    let (all, seconds) = (summary.cases, summary.elapsed.as_secs_f64());
    let count = |outcome| summary.count(outcome);
    let mut parts = vec![
        say!(lang, "{} passed", "{} 项通过", count(Outcome::Passed)),
        say!(lang, "{} failed", "{} 项失败", count(Outcome::Failed)),
        say!(lang, "{} forgeries accepted", "{} 项伪造被接受", count(Outcome::Accepted)),
    ];
    for (outcome, text) in [
        (Outcome::Crashed, say!(lang, "crashed", "项出错")),
        (Outcome::Undecided, say!(lang, "undecided", "项无法判断")),
        (Outcome::NotProtected, say!(lang, "not protected", "项未受保护")),
        (Outcome::Hardening, say!(lang, "for hardening", "项可加固")),
        (Outcome::Warning, say!(lang, "with a warning", "项有警告")),
        (Outcome::Skipped, say!(lang, "skipped", "项跳过")),
    ] {
        if count(outcome) > 0 {
            parts.push(format!("{} {text}", count(outcome)));
        }
    }
    if summary.allowed > 0 {
        parts.push(say!(lang, "{} allowed", "{} 项已允许", summary.allowed));
    }
    let parts = parts.join(&say!(lang, ", ", "，"));
    say!(lang, "{all} cases in {seconds:.2} s: {parts}", "共 {all} 项：{parts}，用时 {seconds:.2} 秒")
}
