//! Opens and seals encrypted messages with echostr, for `side_by_side`, which has other libraries do the same.
//!
//! `envelope DIRECTORY` writes a signed request of each size into the directory, one file for each part of it, and then
//! gives one answer on standard output for each line `OPERATION SIZE` on standard input.

#![expect(clippy::expect_used, reason = "a measurement that cannot be set up has nothing to measure")]

use std::{
    env, fs,
    hint::black_box,
    io::{self, Write as _},
    path::Path,
    time::{Duration, Instant},
};

use bench::{Request, Text};
use bytes::Bytes;
use echostr::{
    Verifier,
    adapter::{Opened, Sealer},
};
use sha1::{Digest as _, Sha1};

/// For so long an operation is repeated.
const LONG_ENOUGH: Duration = Duration::from_millis(20);

fn main() {
    let directory = env::args_os().nth(1).expect("usage: envelope DIRECTORY");
    let verifier = bench::encrypted();
    let messages = bench::SIZES.map(|size| Message::new(&verifier, size));
    for message in &messages {
        message.write(Path::new(&directory)).expect("a directory to write to");
    }
    answer_lines(&messages).expect("somebody who asks and listens");
}

fn answer_lines(messages: &[Message]) -> io::Result<()> {
    for line in io::stdin().lines() {
        let line = line?;
        let (operation, size) = line.split_once(' ').expect("OPERATION SIZE");
        let message = messages.iter().find(|message| message.size.to_string() == size).expect("a size");
        writeln!(io::stdout(), "{}", message.answer(operation))?;
    }
    Ok(())
}

/// A signed request and what is in it.
struct Message {
    size: usize,
    verifier: Verifier,
    request: Request,
    text: Bytes,
    sealer: Sealer,
}

impl Message {
    /// In Chinese, as most messages are.
    fn new(verifier: &Verifier, size: usize) -> Self {
        let request = bench::request(verifier, Text::Chinese, size);
        let Opened { document: text, sealer, .. } = open(verifier, &request);
        Self { size, verifier: verifier.clone(), request, text, sealer }
    }

    fn write(&self, directory: &Path) -> io::Result<()> {
        let path = |part| directory.join(format!("{}.{part}", self.size));
        fs::write(path("query"), &self.request.query)?;
        fs::write(path("xml"), &self.request.body)?;
        fs::write(path("encrypt"), &self.request.encrypt)?;
        fs::write(path("message"), &self.text)
    }

    fn answer(&self, operation: &str) -> String {
        let nanoseconds = match operation {
            "check" => return self.check().to_owned(),
            "sha1" => nanoseconds(|| Sha1::digest(black_box(&self.request.encrypt))),
            "open" => nanoseconds(|| open(&self.verifier, black_box(&self.request))),
            "seal" => nanoseconds(|| bench::seal(self.sealer.clone(), black_box(&self.text).clone())),
            _ => return format!("no operation {operation}"),
        };
        format!("{nanoseconds:.1}")
    }

    fn check(&self) -> &'static str {
        let message = bench::message(Text::Chinese, self.text.len());
        if message.as_bytes() != self.text {
            return "opened another message";
        }
        let altered = self.altered();
        let mut envelope = bench::envelope(&self.verifier, &altered);
        if envelope.push(altered.body).is_err() || envelope.open().is_ok() {
            return "opened a message that had been altered";
        }
        "ok"
    }

    /// The request with another end of the cipher text.
    fn altered(&self) -> Request {
        let (_, end) = self.request.encrypt.split_at(self.request.encrypt.len().saturating_sub(4));
        let body = String::from_utf8_lossy(&self.request.body).replace(end, "AAAA");
        Request { body: body.into(), ..self.request.clone() }
    }
}

/// All that echostr does with a request: the query, the document, the signature, the message.
fn open(verifier: &Verifier, request: &Request) -> Opened {
    bench::open(bench::envelope(verifier, request), request.body.clone())
}

/// How long one operation takes, from as many as take long enough to be measured.
fn nanoseconds<T>(operation: impl Fn() -> T) -> f64 {
    let mut repetitions: u32 = 1;
    loop {
        let start = Instant::now();
        for _ in 0..repetitions {
            black_box(operation());
        }
        let elapsed = start.elapsed();
        if elapsed >= LONG_ENOUGH {
            return elapsed.as_secs_f64() * 1e9 / f64::from(repetitions);
        }
        repetitions = repetitions.saturating_mul(2);
    }
}
