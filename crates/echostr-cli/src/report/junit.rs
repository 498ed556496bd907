//! `--report junit=FILE`: the XML that CI servers read.

use std::io;

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event as Xml},
};

use crate::{
    report::{
        cases::{got, took},
        output::Output,
        reporter::Reporter,
    },
    suite::{
        run::event::{Event, Judged},
        verdict::outcome::Outcome,
    },
    words::{exit::Exit, text::one_line},
};

pub(crate) struct Junit<'j> {
    output: &'j Output,
    file: Box<dyn io::Write>,
    cases: Vec<Test>,
    seconds: f64,
}

struct Test {
    group: &'static str,
    name: String,
    seconds: f64,
    properties: [(&'static str, String); 3],
    result: TestResult,
}

enum TestResult {
    Passed(Option<String>),
    Skipped(String),
    Failed { kind: &'static str, message: String, details: String },
}

impl<'j> Junit<'j> {
    pub(crate) const fn new(output: &'j Output, file: Box<dyn io::Write>) -> Self {
        Self { output, file, cases: vec![], seconds: 0.0 }
    }

    fn test(&self, judged: &Judged<'_>) -> Test {
        let (case, verdict) = (judged.case, &judged.verdict);
        let text = |text: &str| one_line(&self.output.mask(text));
        let note = verdict.note.as_deref().map(text);
        let kind = verdict.outcome.name();
        let result = match verdict.outcome {
            _ if judged.is_allowed => {
                TestResult::Skipped(format!("allowed ({kind}): {}", note.unwrap_or_default()))
            }
            Outcome::Skipped => TestResult::Skipped(note.unwrap_or_default()),
            _ if verdict.exit != Exit::Fine => {
                let lang = self.output.lang;
                let details = format!("{}: {} → {}", case.what, case.expected(lang), got(judged, lang));
                TestResult::Failed { kind, message: note.unwrap_or_default(), details: text(&details) }
            }
            Outcome::Passed => TestResult::Passed(None),
            _ => TestResult::Passed(Some(format!("{kind}: {}", note.unwrap_or_default()))),
        };
        Test {
            group: case.group.name(),
            name: case.name.clone(),
            seconds: took(judged).unwrap_or_default() / 1000.0,
            properties: [
                ("needs", case.needs().name().to_owned()),
                ("result", kind.to_owned()),
                ("exit", judged.exit().code().to_string()),
            ],
            result,
        }
    }

    fn write(&mut self) -> io::Result<()> {
        let count = |is: fn(&TestResult) -> bool| {
            self.cases.iter().filter(|case| is(&case.result)).count().to_string()
        };
        let failures = count(|result| matches!(result, TestResult::Failed { .. }));
        let skipped = count(|result| matches!(result, TestResult::Skipped(_)));
        let (tests, time) = (self.cases.len().to_string(), format!("{:.3}", self.seconds));
        let cases = std::mem::take(&mut self.cases);
        let mut writer = Writer::new_with_indent(&mut self.file, b' ', 2);
        writer.write_event(Xml::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let counts = [
            ("name", "echostr check"),
            ("tests", &tests),
            ("failures", &failures),
            ("errors", "0"),
            ("skipped", &skipped),
            ("time", &time),
        ];
        let suites = writer
            .create_element("testsuites")
            .with_attributes(counts.into_iter().filter(|(name, _)| *name != "skipped"));
        suites.write_inner_content(|writer| {
            let suite = writer.create_element("testsuite").with_attributes(counts);
            suite.write_inner_content(|writer| cases.iter().try_for_each(|case| case.write(writer)))?;
            Ok(())
        })?;
        writeln!(self.file)?;
        self.file.flush()
    }
}

impl Test {
    fn write<W: io::Write>(&self, writer: &mut Writer<W>) -> io::Result<()> {
        let time = format!("{:.3}", self.seconds);
        let class = format!("echostr.{}", self.group);
        let element = writer.create_element("testcase").with_attributes([
            ("classname", class.as_str()),
            ("name", self.name.as_str()),
            ("time", time.as_str()),
        ]);
        element.write_inner_content(|writer| {
            let properties = writer.create_element("properties");
            properties.write_inner_content(|writer| {
                self.properties.iter().try_for_each(|(name, value)| {
                    let property = writer.create_element("property");
                    property
                        .with_attributes([("name", *name), ("value", value.as_str())])
                        .write_empty()
                        .map(drop)
                })
            })?;
            match &self.result {
                TestResult::Passed(None) => {}
                TestResult::Passed(Some(note)) => {
                    writer.create_element("system-out").write_text_content(BytesText::new(note))?;
                }
                TestResult::Skipped(message) => {
                    writer
                        .create_element("skipped")
                        .with_attribute(("message", message.as_str()))
                        .write_empty()?;
                }
                TestResult::Failed { kind, message, details } => {
                    let failure = writer.create_element("failure");
                    failure
                        .with_attributes([("type", *kind), ("message", message.as_str())])
                        .write_text_content(BytesText::new(details))?;
                }
            }
            Ok(())
        })?;
        Ok(())
    }
}

impl Reporter for Junit<'_> {
    fn tell(&mut self, event: &Event<'_>) {
        match event {
            Event::Started(_) => {}
            Event::Judged(judged) => {
                let test = self.test(judged);
                self.cases.push(test);
            }
            Event::Ended(summary) => self.seconds = summary.elapsed.as_secs_f64(),
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        self.write()
    }
}
