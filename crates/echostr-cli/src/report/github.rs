//! `--report github`: annotations of a workflow run. Source of the format:
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>.

use std::io::{self, Write as _};

use crate::{
    report::{output::Output, reporter::Reporter},
    suite::{
        run::event::{Event, Judged},
        verdict::outcome::Outcome,
    },
    words::{exit::Exit, lang::say, text::one_line},
};

pub(crate) struct Github<'g> {
    output: &'g Output,
}

impl<'g> Github<'g> {
    pub(crate) const fn new(output: &'g Output) -> Self {
        Self { output }
    }

    fn annotation(&self, judged: &Judged<'_>) -> Option<String> {
        let outcome = judged.verdict.outcome;
        let level = match outcome {
            _ if judged.exit() != Exit::Fine => "error",
            _ if judged.is_allowed => "notice",
            Outcome::Warning | Outcome::Undecided => "warning",
            Outcome::Hardening | Outcome::NotProtected => "notice",
            _ => return None,
        };
        let case = judged.case;
        let lang = self.output.lang;
        let note = match (outcome, &judged.verdict.note) {
            (_, Some(note)) => note.clone(),
            (Outcome::NotProtected, None) => {
                say!(lang, "not protected: the signature cannot see it", "未受保护：签名无法识别")
            }
            (_, None) => outcome.name().to_owned(),
        };
        let text = one_line(&self.output.mask(&format!("{}: {note}", case.what)));
        let title = format!("echostr check: {}", case.name);
        Some(format!("::{level} title={}::{}", property(&title), data(&text)))
    }
}

/// What ends a command or a line must not stand in its text.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Nor what separates properties.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

impl Reporter for Github<'_> {
    fn tell(&mut self, event: &Event<'_>) {
        let Event::Judged(judged) = event else { return };
        let Some(line) = self.annotation(judged) else { return };
        // A runner reads both; where standard output holds JSON it must stay that.
        if self.output.json {
            drop(writeln!(io::stderr().lock(), "{line}"));
        } else {
            drop(writeln!(io::stdout().lock(), "{line}"));
        }
    }
}
