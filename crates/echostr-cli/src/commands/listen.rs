//! `echostr listen`: a receiver that shows and records every parameter and header.

use std::{
    fs::File,
    io::Write as _,
    net::{TcpListener, TcpStream},
    path::PathBuf,
    sync::{
        Mutex, PoisonError,
        mpsc::{self, Sender},
    },
    thread,
    time::Duration,
};

use clap::Args;
use serde_json::{Value, json};

use crate::{
    commands::{common::Common, session::hiding},
    net::{
        query,
        server::{Received, receive, respond},
    },
    platform::{
        account::Account,
        metadata::now,
        refusal::Refusal,
        verify::{Genuine, HEADERS, verify},
    },
    record::{self, masked, masked_query, parameters},
    report::output::{Output, Style},
    words::{
        exit::{Exit, Failure},
        lang::say,
        text::{one_line, printable},
    },
};

/// Whoever takes longer for a request is hung up on.
const PATIENCE: Duration = Duration::from_secs(5);

/// Connections at a time; others wait.
const MOST_CONNECTIONS: usize = 32;

#[derive(Args, Debug)]
pub(crate) struct Listen {
    /// Where to listen; port 0 is any free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:3000")]
    addr: String,
    /// Appends every request to this file, as one JSON object a line
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Ends after so many requests
    #[arg(long, value_name = "N")]
    count: Option<u64>,
}

pub(crate) fn run(common: &Common, options: &Listen) -> Result<Exit, Failure> {
    let output = common.output();
    let lang = output.lang;
    let account = common.find_account(lang)?;
    let output = &hiding(output, account.as_ref());
    let account = account.as_ref();
    let addr = &options.addr;
    let listener = TcpListener::bind(addr.as_str()).map_err(|error| {
        Failure::usage(say!(
            lang,
            "cannot listen on {addr}: {error}; choose another one with --addr, such as 127.0.0.1:0",
            "无法监听 {addr}:{error}；请用 --addr 换一个地址，如 127.0.0.1:0"
        ))
    })?;
    let save = options.save.as_deref().map(|path| {
        File::options().create(true).append(true).open(path).map_err(|error| {
            let path = path.display();
            Failure::usage(say!(lang, "cannot write to {path}: {error}", "无法写入 {path}:{error}"))
        })
    });
    let save = save.transpose()?.map(Mutex::new);
    let local = listener.local_addr().map_err(|error| Failure::usage(error.to_string()))?;
    let url = format!("http://{local}/");
    let checks = if account.is_some() {
        String::new()
    } else {
        say!(lang, "; without a token nothing is verified", ";没有 Token，不做验证")
    };
    let text =
        say!(lang, "listening on {url}, Ctrl-C ends it{checks}", "正在监听 {url}，按 Ctrl-C 结束{checks}");
    output.event(json!({ "listening": url }), &text);
    serve(&listener, options.count, &Receiver { account, output, save })
}

struct Receiver<'r> {
    account: Option<&'r Account>,
    output: &'r Output,
    save: Option<Mutex<File>>,
}

fn serve(listener: &TcpListener, most: Option<u64>, receiver: &Receiver<'_>) -> Result<Exit, Failure> {
    let (done, received) = mpsc::channel::<Result<bool, Failure>>();
    thread::scope(|scope| {
        let (mut running, mut count) = (0_usize, 0_u64);
        // In tests and scripts an end after so many requests; else Ctrl-C ends the process.
        while most.is_none_or(|most| count < most) {
            let room = running < MOST_CONNECTIONS && most.is_none();
            if running > 0 && !room {
                let Ok(result) = received.recv() else { break };
                running = running.saturating_sub(1);
                count = count.saturating_add(u64::from(result?));
                continue;
            }
            while let Ok(result) = received.try_recv() {
                running = running.saturating_sub(1);
                result?;
            }
            let Ok((stream, _)) = listener.accept() else { continue };
            running = running.saturating_add(1);
            let done: Sender<_> = done.clone();
            let serve = move || drop(done.send(receiver.connection(stream)));
            if let Err(error) = thread::Builder::new().spawn_scoped(scope, serve) {
                running = running.saturating_sub(1);
                receiver.output.warning(&error.to_string());
            }
        }
        Ok(Exit::Fine)
    })
}

impl Receiver<'_> {
    /// Whether there was a request.
    fn connection(&self, mut stream: TcpStream) -> Result<bool, Failure> {
        let peer = stream.peer_addr().map_or_else(|_| String::new(), |peer| peer.to_string());
        let timeouts = stream.set_read_timeout(Some(PATIENCE)).and(stream.set_write_timeout(Some(PATIENCE)));
        let request = timeouts.and_then(|()| receive(&mut stream));
        let request = match request {
            Ok(Some(request)) => request,
            Ok(None) => return Ok(false),
            Err(error) => {
                let lang = self.output.lang;
                self.output.warning(&say!(
                    lang,
                    "{peer}: no whole request ({error})",
                    "{peer}：请求不完整({error})"
                ));
                drop(respond(&mut stream, 400, &HEADERS, "bad request"));
                return Ok(false);
            }
        };
        let decision = self.decide(&request);
        // Told first, so that requests that wait for each other are recorded in their order.
        let told = self.tell(&request, &decision, &peer);
        drop(respond(&mut stream, decision.status, &HEADERS, &decision.answer));
        told.map(|()| true)
    }

    fn decide(&self, request: &Received) -> Decision {
        let query = request.target.split_once('?').map_or("", |(_, query)| query);
        let Some(account) = self.account else {
            let echo = query::pairs(query).find(|(key, _)| *key == "echostr").and_then(|(_, value)| value);
            let echo = echo.filter(|_| request.method == "GET").map(query::decoded);
            let answer = echo.unwrap_or_else(|| "success".to_owned());
            return Decision { status: 200, answer, verified: None, reason: None, document: None };
        };
        let body = || Ok::<_, Refusal>(request.body.clone());
        let result = verify(account, &request.method, query, body).map(|genuine| match genuine {
            Genuine::Handshake(echo) => (echo, None),
            Genuine::Callback => ("success".to_owned(), None),
            Genuine::Message(document) => ("success".to_owned(), Some(document)),
        });
        match result {
            Ok((answer, document)) => {
                Decision { status: 200, answer, verified: Some(true), reason: None, document }
            }
            Err(refusal) => Decision {
                status: refusal.status(),
                answer: refusal.body(),
                verified: Some(false),
                reason: Some(refusal.sentence(self.output.lang)),
                document: None,
            },
        }
    }

    fn tell(&self, request: &Received, decision: &Decision, peer: &str) -> Result<(), Failure> {
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        let headers: Value =
            request.headers.iter().map(|(name, value)| json!([name, masked(name, value)])).collect();
        let mut object = json!({
            "at": now(), "peer": peer, "method": request.method, "path": masked("", path), "query": masked_query(query),
            "parameters": parameters(query), "headers": headers, "verified": decision.verified,
            "reason": decision.reason, "status": decision.status, "answer": decision.answer,
        });
        if let Some(object) = object.as_object_mut() {
            record::put_body(object, &request.body);
            object.extend(decision.document.clone().map(|document| ("document".to_owned(), document.into())));
        }
        if let Some(save) = &self.save {
            // In one write, so that the line is whole or not there.
            let line = format!("{}\n", self.output.masked(object.clone()));
            let mut file = save.lock().unwrap_or_else(PoisonError::into_inner);
            file.write_all(line.as_bytes()).and_then(|()| file.flush()).map_err(|error| {
                Failure::usage(say!(
                    self.output.lang,
                    "cannot write to the record: {error}",
                    "无法写入记录：{error}"
                ))
            })?;
        }
        let text = self.lines(request, decision, path, query);
        self.output.event(object, &text);
        Ok(())
    }

    fn lines(&self, request: &Received, decision: &Decision, path: &str, query: &str) -> String {
        let (output, lang) = (self.output, self.output.lang);
        // The colours are this program's; everything that others wrote is escaped, so that it moves no cursor.
        let path = one_line(&masked("", path));
        let (mark, verdict) = match (decision.verified, &decision.reason) {
            (Some(true), _) => (output.paint(Style::Good, "✓"), say!(lang, "genuine", "签名正确")),
            (Some(false), reason) => {
                let reason = reason.clone().unwrap_or_default();
                (output.paint(Style::Bad, "✗"), say!(lang, "refused: {reason}", "已拒绝：{reason}"))
            }
            (None, _) => (output.paint(Style::Doubtful, "?"), say!(lang, "not verified", "未验证")),
        };
        let mut lines =
            vec![format!("{mark} {} {path} → {}  {verdict}", one_line(&request.method), decision.status)];
        for (key, value) in query::pairs(query) {
            let key = query::decoded(key);
            let value = masked(&key, &query::decoded(value.unwrap_or_default()));
            lines.push(format!("    {} = {}", one_line(&key), one_line(&value)));
        }
        for (name, value) in &request.headers {
            lines.push(
                output.paint(
                    Style::Faint,
                    &format!("    {}: {}", one_line(name), one_line(&masked(name, value))),
                ),
            );
        }
        if !request.body.is_empty() {
            lines.push(printable(String::from_utf8_lossy(&request.body).trim_end()));
        }
        if let Some(document) = &decision.document {
            lines.push(say!(lang, "decrypted:", "解密后:"));
            lines.push(printable(document.trim_end()));
        }
        lines.join("\n")
    }
}

struct Decision {
    status: u16,
    answer: String,
    /// `None` where nothing can be verified.
    verified: Option<bool>,
    reason: Option<String>,
    document: Option<String>,
}
