//! Runs the real command, with an environment of its own.

use std::{
    ffi::OsStr,
    fs,
    io::{BufRead as _, BufReader, Read, Write as _},
    path::{Path, PathBuf},
    process::{self, Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{KEY, TOKEN};

/// After this a command hangs, however slow the machine is.
const PATIENCE: Duration = Duration::from_secs(40);

/// A command line, not yet run.
pub(crate) struct Cli {
    command: Command,
    stdin: Vec<u8>,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
}

/// `echostr` with these arguments, in English.
pub(crate) fn echostr<A: AsRef<OsStr>>(args: impl IntoIterator<Item = A>) -> Cli {
    let mut command = Command::new(env!("CARGO_BIN_EXE_echostr"));
    // Neither the language nor a proxy nor a token of the machine that the tests run on.
    command.env_clear().env("LANG", "en_US.UTF-8").args(args);
    Cli { command, stdin: vec![] }
}

impl Cli {
    pub(crate) fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn arg(self, arg: impl AsRef<OsStr>) -> Self {
        self.args([arg])
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    pub(crate) fn dir(mut self, dir: &Path) -> Self {
        self.command.current_dir(dir);
        self
    }

    pub(crate) fn run(mut self) -> Run {
        let piped = self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let start = Instant::now();
        let mut child = piped.spawn().expect("the command starts");
        let line = format!("{:?}", self.command);
        let mut stdin = child.stdin.take().expect("a pipe");
        // A command that does not read its input closes the pipe.
        let writing = thread::spawn(move || drop(stdin.write_all(&self.stdin)));
        let stdout = drain(child.stdout.take().expect("a pipe"));
        let stderr = drain(child.stderr.take().expect("a pipe"));
        let status = loop {
            if let Some(status) = child.try_wait().expect("it is this process's child") {
                break status;
            }
            if start.elapsed() > PATIENCE {
                child.kill().expect("it is this process's child");
                panic!("does not end: {line}");
            }
            thread::sleep(Duration::from_millis(5));
        };
        let took = start.elapsed();
        writing.join().expect("writing does not panic");
        let run = Run {
            code: status.code().unwrap_or_else(|| panic!("{line} was killed: {status}")),
            stdout: stdout.join().expect("UTF-8"),
            stderr: stderr.join().expect("UTF-8"),
            took,
        };
        assert!(
            !["panicked at", "stack backtrace", "RUST_BACKTRACE"].iter().any(|word| run.all().contains(word)),
            "{line} panics: {run:?}"
        );
        for secret in [TOKEN, KEY] {
            assert!(!run.all().contains(secret), "{line} shows {secret}: {run:#?}");
        }
        run
    }

    /// Starts it and leaves it running.
    pub(crate) fn spawn(mut self) -> Background {
        Background::start(&mut self.command)
    }
}

impl Run {
    /// Both outputs.
    pub(crate) fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }

    /// Ends with this code, or fails with all that was said.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "exit code; {self:#?}");
        self
    }

    /// All of these stand in the outputs.
    #[track_caller]
    pub(crate) fn says(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.all().contains(word), "does not say {word:?}: {self:#?}");
        }
        self
    }

    /// Says what is wrong in one line on standard error.
    #[track_caller]
    pub(crate) fn one_line_error(self) -> Self {
        let lines = self.stderr.lines().filter(|line| !line.trim().is_empty()).count();
        assert_eq!(lines, 1, "not one line: {self:#?}");
        self
    }

    /// Each line of standard output as a JSON object.
    #[track_caller]
    pub(crate) fn json(&self) -> Vec<serde_json::Value> {
        let parse = |line| {
            let value: serde_json::Value =
                serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line:?}: {self:#?}"));
            assert!(value.is_object(), "not an object: {line}");
            value
        };
        let lines: Vec<_> = self.stdout.lines().map(parse).collect();
        assert!(!lines.is_empty(), "no output: {self:#?}");
        lines
    }
}

fn drain(mut pipe: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = vec![];
        pipe.read_to_end(&mut bytes).expect("a pipe");
        String::from_utf8(bytes).expect("the output is UTF-8")
    })
}

/// A process that runs until it is dropped, and what it has said so far.
pub(crate) struct Background {
    child: Child,
    said: Arc<Mutex<String>>,
    reading: Vec<JoinHandle<()>>,
}

impl Background {
    pub(crate) fn start(command: &mut Command) -> Self {
        let piped = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().expect("the program starts");
        let said = Arc::new(Mutex::new(String::new()));
        let stdout = listen(child.stdout.take().expect("a pipe"), &said);
        let stderr = listen(child.stderr.take().expect("a pipe"), &said);
        Self { child, said, reading: vec![stdout, stderr] }
    }

    pub(crate) fn said(&self) -> String {
        self.said.lock().expect("no reader panics").clone()
    }

    /// The first `http://127.0.0.1:PORT` that it says, without a path.
    pub(crate) fn url(&self) -> String {
        let start = Instant::now();
        loop {
            let said = self.said();
            let port = said.split("http://127.0.0.1:").nth(1).and_then(|rest| {
                let digits = rest.find(|c: char| !c.is_ascii_digit())?;
                Some(&rest[..digits])
            });
            if let Some(port) = port {
                return format!("http://127.0.0.1:{port}");
            }
            assert!(start.elapsed() < PATIENCE, "names no URL: {said}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Presses Ctrl-C.
    #[cfg(unix)]
    pub(crate) fn interrupt(&self) {
        let pressed = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(pressed.expect("kill starts").success(), "{}", self.said());
    }

    /// Waits for its end and gives the exit code.
    pub(crate) fn ended(&mut self) -> Option<i32> {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("it is this process's child") {
                return status.code();
            }
            assert!(start.elapsed() < PATIENCE, "does not end: {}", self.said());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until all it said satisfies this.
    pub(crate) fn wait_for(&self, what: &str, holds: impl Fn(&str) -> bool) -> String {
        let start = Instant::now();
        loop {
            let said = self.said();
            if holds(&said) {
                return said;
            }
            assert!(start.elapsed() < PATIENCE, "{what} does not come: {said}");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
        for reading in self.reading.drain(..) {
            drop(reading.join());
        }
    }
}

fn listen(pipe: impl Read + Send + 'static, said: &Arc<Mutex<String>>) -> JoinHandle<()> {
    let said = Arc::clone(said);
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines() {
            let Ok(line) = line else { break };
            let mut said = said.lock().expect("no reader panics");
            said.push_str(&line);
            said.push('\n');
        }
    })
}

/// An empty folder that is deleted when this is dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::SeqCst);
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{count}", process::id()));
        fs::create_dir_all(&path).expect("the target folder can be written");
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, content).expect("the folder can be written");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}
