//! `--json`: one JSON object a line, as it happens.

use serde_json::json;

use crate::{
    platform::mode::Mode,
    report::{
        cases::{case, summary},
        output::Output,
        reporter::Reporter,
    },
    suite::run::event::{Event, Start},
};

pub(crate) struct Lines<'l> {
    output: &'l Output,
    mode: Mode,
}

impl<'l> Lines<'l> {
    pub(crate) const fn new(output: &'l Output, mode: Mode) -> Self {
        Self { output, mode }
    }
}

impl Reporter for Lines<'_> {
    fn tell(&mut self, event: &Event<'_>) {
        match event {
            Event::Started(_) => {}
            Event::Judged(judged) => self.output.object(case(judged, self.output.lang)),
            Event::Ended(all) => {
                let start = Start { mode: self.mode, url: "" };
                let object = json!({ "summary": summary(all, Some(start)), "exit": all.exit.code() });
                self.output.object(object);
            }
        }
    }
}
