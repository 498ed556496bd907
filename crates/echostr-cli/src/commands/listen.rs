//! `echostr listen`: a receiver that shows and records every parameter and header.

use std::{
    fs::File,
    io::{self, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{
        Mutex, PoisonError,
        mpsc::{self, Sender},
    },
    thread,
    time::Duration,
};

use echostr::{Answer, Verified};
use serde_json::{Value, json};

use crate::{
    cli::args,
    platform::account::Account,
    platform::requests::now,
    record::{self, masked, masked_query, parameters},
    report::output::{Output, Style, one_line, printable},
    words::exit::{Exit, Failure},
    words::lang::say,
    words::sentences as texts,
};

const LONGEST_HEAD: usize = 64 * 1024;
const LONGEST_BODY: usize = 1024 * 1024;
const MOST_HEADERS: usize = 100;

/// Whoever takes longer for a request is hung up on.
const PATIENCE: Duration = Duration::from_secs(5);

/// Connections at a time; others wait.
const MOST_CONNECTIONS: usize = 32;

pub(crate) fn run(
    account: Option<&Account>,
    options: &args::Listen,
    output: &Output,
) -> Result<Exit, Failure> {
    let lang = output.lang;
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

/// A request as it came.
struct Received {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Received {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
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
                drop(respond(&mut stream, 400, "bad request"));
                return Ok(false);
            }
        };
        let decision = self.decide(&request);
        drop(respond(&mut stream, decision.status, &decision.answer));
        self.tell(&request, &decision, &peer)?;
        Ok(true)
    }

    fn decide(&self, request: &Received) -> Decision {
        let query = request.target.split_once('?').map_or("", |(_, query)| query);
        let Some(account) = self.account else {
            let echo = record::pairs(query).find(|(key, _)| *key == "echostr").and_then(|(_, value)| value);
            let echo = echo.filter(|_| request.method == "GET").map(record::decoded);
            let answer = echo.unwrap_or_else(|| "success".to_owned());
            return Decision { status: 200, answer, verified: None, reason: None, document: None };
        };
        let result = account.verifier().verify(&request.method, query).and_then(|verified| match verified {
            Verified::Handshake(echo) => Ok((echo.into_owned(), None)),
            Verified::Callback(_) => Ok(("success".to_owned(), None)),
            Verified::Envelope(mut envelope) => {
                envelope.push(request.body.clone().into())?;
                let document = envelope.open()?.document;
                Ok(("success".to_owned(), Some(String::from_utf8_lossy(&document).into_owned())))
            }
        });
        match result {
            Ok((answer, document)) => {
                Decision { status: 200, answer, verified: Some(true), reason: None, document }
            }
            Err(rejection) => Decision {
                status: rejection.status(),
                answer: Answer::refusal(rejection).into_body().into_owned(),
                verified: Some(false),
                reason: Some(texts::rejection(rejection, self.output.lang)),
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
            let line = format!("{}\n", self.output.masked_line(object.clone()));
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
        for (key, value) in record::pairs(query) {
            let key = record::decoded(key);
            let value = masked(&key, &record::decoded(value.unwrap_or_default()));
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

/// `None` if the peer leaves without a word.
fn receive(stream: &mut TcpStream) -> io::Result<Option<Received>> {
    let mut bytes = Vec::new();
    let broken = |why: &str| io::Error::new(io::ErrorKind::InvalidData, why.to_owned());
    let (mut request, head) = loop {
        if let Some(found) = parse(&bytes)? {
            break found;
        }
        if bytes.len() > LONGEST_HEAD {
            return Err(broken("its head is longer than 64 KiB"));
        }
        if !more(stream, &mut bytes)? {
            return if bytes.is_empty() { Ok(None) } else { Err(broken("it ends within its head")) };
        }
    };
    let mut body = bytes.split_off(head.min(bytes.len()));
    if request.header("expect").is_some_and(|expect| expect.eq_ignore_ascii_case("100-continue")) {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    if request.header("transfer-encoding").is_some() {
        request.body = loop {
            if let Some(whole) = unchunked(&body)? {
                break whole;
            }
            if body.len() > LONGEST_BODY.saturating_mul(2) || !more(stream, &mut body)? {
                return Err(broken("its chunked body is not whole"));
            }
        };
        return Ok(Some(request));
    }
    let length = request.header("content-length").map_or(Ok(0), str::parse::<usize>);
    let length = length.map_err(|_| broken("its Content-Length is no number"))?;
    if length > LONGEST_BODY {
        return Err(broken("its body is longer than 1 MiB"));
    }
    while body.len() < length {
        if !more(stream, &mut body)? {
            return Err(broken("it ends within its body"));
        }
    }
    body.truncate(length);
    request.body = body;
    Ok(Some(request))
}

fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> io::Result<bool> {
    let mut buffer = [0; 8192];
    let length = stream.read(&mut buffer)?;
    bytes.extend_from_slice(buffer.get(..length).unwrap_or_default());
    Ok(length > 0)
}

/// The request without its body, and where that begins.
fn parse(bytes: &[u8]) -> io::Result<Option<(Received, usize)>> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    let status = request
        .parse(bytes)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))?;
    let httparse::Status::Complete(head) = status else { return Ok(None) };
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let headers = request.headers.iter().map(|header| (header.name.to_owned(), text(header.value))).collect();
    let received = Received {
        method: request.method.unwrap_or_default().to_owned(),
        target: request.path.unwrap_or_default().to_owned(),
        headers,
        body: vec![],
    };
    Ok(Some((received, head)))
}

/// The body out of its chunks; `None` while one is missing.
fn unchunked(mut bytes: &[u8]) -> io::Result<Option<Vec<u8>>> {
    let broken = || io::Error::new(io::ErrorKind::InvalidData, "a chunk is broken");
    let mut body = Vec::new();
    loop {
        let (start, size) = match httparse::parse_chunk_size(bytes).map_err(|_| broken())? {
            httparse::Status::Complete(found) => found,
            httparse::Status::Partial => return Ok(None),
        };
        if size == 0 {
            return Ok(Some(body));
        }
        let end = usize::try_from(size).ok().and_then(|size| start.checked_add(size)).ok_or_else(broken)?;
        let Some(chunk) = bytes.get(start..end) else { return Ok(None) };
        body.extend_from_slice(chunk);
        let Some(rest) = bytes.get(end..) else { return Ok(None) };
        if rest.len() < 2 {
            return Ok(None);
        }
        bytes = rest.strip_prefix(b"\r\n").ok_or_else(broken)?;
    }
}

fn respond(stream: &mut TcpStream, status: u16, body: &str) -> io::Result<()> {
    let reason = match status {
        200 => "OK",
        400 => "Bad Request",
        403 => "Forbidden",
        _ => "Refused",
    };
    let mut response = format!("HTTP/1.1 {status} {reason}\r\n");
    for (name, value) in Answer::HEADERS {
        response.push_str(&format!("{name}: {value}\r\n"));
    }
    response.push_str(&format!("content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()));
    stream.write_all(response.as_bytes())?;
    stream.flush()
}

#[cfg(test)]
mod tests {
    use super::unchunked;

    #[test]
    fn chunks() {
        assert_eq!(unchunked(b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n").unwrap(), Some(b"abcde".to_vec()));
        for partial in ["", "3", "3\r\nab", "3\r\nabc", "3\r\nabc\r\n", "3\r\nabc\r\n0"] {
            assert_eq!(unchunked(partial.as_bytes()).unwrap(), None, "{partial:?}");
        }
        for broken in ["x\r\n", "3\r\nabcd\r\n", "ffffffffffffffff\r\nab"] {
            assert!(unchunked(broken.as_bytes()).is_err(), "{broken:?}");
        }
    }
}
