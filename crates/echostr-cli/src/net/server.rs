//! The server's side of HTTP: takes one request and answers it.

use std::{
    io::{self, Read as _, Write as _},
    net::TcpStream,
};

const LONGEST_HEAD: usize = 64 * 1024;
const LONGEST_BODY: usize = 1024 * 1024;
const MOST_HEADERS: usize = 100;

/// A request as it came.
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// `None` if the peer leaves without a word.
pub(crate) fn receive(stream: &mut TcpStream) -> io::Result<Option<Received>> {
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

/// Answers, and closes.
pub(crate) fn respond(
    stream: &mut TcpStream,
    status: u16,
    headers: &[(&str, &str)],
    body: &str,
) -> io::Result<()> {
    let reason = match status {
        200 => "OK",
        400 => "Bad Request",
        403 => "Forbidden",
        _ => "Refused",
    };
    let mut response = format!("HTTP/1.1 {status} {reason}\r\n");
    for (name, value) in headers {
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
