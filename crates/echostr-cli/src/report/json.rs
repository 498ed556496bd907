//! `--report json=FILE`: one JSON document.

use std::io;

use serde_json::{Value, json};

use crate::{
    report::{
        cases::{case, summary},
        output::Output,
        reporter::Reporter,
    },
    suite::run::event::{Event, Start},
};

pub(crate) struct Json<'j> {
    output: &'j Output,
    file: Box<dyn io::Write>,
    start: (Value, Value),
    cases: Vec<Value>,
    end: Value,
    exit: u8,
}

impl<'j> Json<'j> {
    pub(crate) fn new(output: &'j Output, file: Box<dyn io::Write>) -> Self {
        Self { output, file, start: (Value::Null, Value::Null), cases: vec![], end: Value::Null, exit: 0 }
    }
}

impl Reporter for Json<'_> {
    fn tell(&mut self, event: &Event<'_>) {
        match event {
            Event::Started(Start { mode, url }) => self.start = (mode.name().into(), (*url).into()),
            Event::Judged(judged) => self.cases.push(case(judged, self.output.lang)),
            Event::Ended(all) => {
                self.end = summary(all, None);
                self.exit = all.exit.code();
            }
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        let (mode, url) = &self.start;
        let mut summary = self.end.take();
        if let Some(summary) = summary.as_object_mut() {
            summary.insert("mode".to_owned(), mode.clone());
        }
        let cases = std::mem::take(&mut self.cases);
        let document =
            json!({ "mode": mode, "url": url, "cases": cases, "summary": summary, "exit": self.exit });
        writeln!(self.file, "{:#}", self.output.masked(document))?;
        self.file.flush()
    }
}
