//! Finds the query in what people paste: a URL, the line of an access log, a curl line, with quotes and spaces around it.

/// What a line says of a request.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pasted {
    pub(super) query: String,
    /// If the line names one.
    pub(super) method: Option<String>,
    /// If it is a curl line that sends one.
    pub(super) body: Option<String>,
}

/// What the query of a callback has in it.
const MARKS: [&str; 2] = ["signature=", "timestamp="];

const QUOTES: [char; 5] = ['"', '\'', '`', '“', '”'];

impl Pasted {
    pub(super) fn find(line: &str) -> Self {
        let line = line.trim();
        let command = line.trim_start_matches(['$', '#', '>']).trim_start();
        if command.split_whitespace().next().is_some_and(|word| word == "curl" || word.ends_with("/curl")) {
            return of_curl(&words(command));
        }
        let Some(mark) = MARKS.iter().filter_map(|mark| line.find(mark)).min() else {
            return Self { query: query_of(line.trim_matches(QUOTES).trim()), ..Self::default() };
        };
        let (before, _) = line.split_at(mark);
        // The word with the query begins behind the last space or quote.
        let is_border = |c: char| c.is_whitespace() || QUOTES.contains(&c) || matches!(c, '<' | '(' | '[');
        let start = before.rfind(is_border).map_or(0, |at| {
            at.saturating_add(before.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8))
        });
        let (before, word) = line.split_at(start);
        let quote = before.chars().next_back().filter(|c| QUOTES.contains(c));
        let method = method_before(before);
        // A bare query may have lost a `+` to a space, so that a space ends it only where other words stand around it.
        let is_alone = before.trim_matches(QUOTES).trim().is_empty();
        let end = match quote {
            Some('“') => word.find('”'),
            Some(quote) => word.find(quote),
            None => word.find(QUOTES),
        };
        let word = word.get(..end.unwrap_or(word.len())).unwrap_or(word);
        let word = match word.find(" HTTP/") {
            Some(end) => word.get(..end).unwrap_or(word),
            None if is_alone => word,
            None => word.split_whitespace().next().unwrap_or(word),
        };
        let word = word.trim().trim_end_matches([',', ';', ')', ']', '>']);
        // Go writes JSON so that it may stand in a page.
        let word = word.replace("\\u0026", "&").replace("\\/", "/");
        Self { query: query_of(&word), method, body: None }
    }
}

/// `GET` or `POST`, as the last word before the URL or as a field of its own.
fn method_before(before: &str) -> Option<String> {
    let is_inner = |c: char| c.is_ascii_alphabetic();
    let mut words = before.split(|c| !is_inner(c));
    words.rfind(|word| matches!(*word, "GET" | "POST")).map(str::to_owned)
}

/// What stands behind the `?` of a URL, without a fragment.
fn query_of(url: &str) -> String {
    let url = url.split_once('#').map_or(url, |(url, _)| url);
    url.split_once('?').map_or(url, |(_, query)| query).to_owned()
}

fn of_curl(words: &[String]) -> Pasted {
    let mut pasted = Pasted::default();
    let mut words = words.iter().skip(1);
    while let Some(word) = words.next() {
        let (option, joined) = match word.split_once('=') {
            Some((option, value)) if option.starts_with("--") => (option, Some(value.to_owned())),
            _ => (word.as_str(), None),
        };
        let mut value = || joined.clone().or_else(|| words.next().cloned());
        match option {
            "-d" | "--data" | "--data-raw" | "--data-binary" | "--data-ascii" => {
                pasted.body = value();
            }
            "-X" | "--request" => pasted.method = value(),
            "--url" => pasted.query = value().as_deref().map(query_of).unwrap_or_default(),
            // The one of the options with a value that may hold another URL.
            "-H" | "--header" | "-e" | "--referer" | "-A" | "--user-agent" | "-b" | "--cookie" => {
                drop(value());
            }
            _ if MARKS.iter().any(|mark| word.contains(mark)) => pasted.query = query_of(word),
            _ => {}
        }
    }
    if pasted.body.is_some() && pasted.method.is_none() {
        pasted.method = Some("POST".to_owned());
    }
    pasted
}

/// The words of a shell's line, without their quotes.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut is_word) = (Vec::new(), String::new(), false);
    let mut quote = None;
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match (quote, c) {
            (None, '\'' | '"') => (quote, is_word) = (Some(c), true),
            (Some(end), c) if c == end => quote = None,
            (None | Some('"'), '\\') => match characters.next() {
                // A line that goes on.
                None | Some('\n') => {}
                Some(c) => {
                    word.push(c);
                    is_word = true;
                }
            },
            (None, c) if c.is_whitespace() => {
                if is_word {
                    words.push(std::mem::take(&mut word));
                }
                is_word = false;
            }
            (_, c) => {
                word.push(c);
                is_word = true;
            }
        }
    }
    if is_word {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::Pasted;

    const QUERY: &str = "signature=6a62&timestamp=1540176606&nonce=1854606751&openid=o_1";

    #[track_caller]
    fn found(line: &str, method: Option<&str>) {
        let pasted = Pasted::find(line);
        assert_eq!((&*pasted.query, pasted.method.as_deref()), (QUERY, method), "{line}");
    }

    #[test]
    fn urls_and_queries() {
        for line in [
            QUERY.to_owned(),
            format!("?{QUERY}"),
            format!("/wx?{QUERY}"),
            format!("http://127.0.0.1:3000/wx?{QUERY}#top"),
            format!("  {QUERY} \n"),
            format!("'{QUERY}'"),
            format!("\"https://x.cn/wx?{QUERY}\""),
            format!("“/wx?{QUERY}”"),
            format!("</wx?{QUERY}>"),
            format!("url=/wx?{QUERY},"),
        ] {
            found(&line, None);
        }
    }

    #[test]
    fn lines_of_logs() {
        for (line, method) in [
            (format!("GET /wx?{QUERY} HTTP/1.1"), Some("GET")),
            (format!("POST /wx?{QUERY} HTTP/1.1\nHost: x.cn"), Some("POST")),
            (
                format!(
                    "1.2.3.4 - - [22/Oct/2018:10:50:06 +0800] \"POST /wx?{QUERY} HTTP/1.1\" 200 7 \"-\" \"Mozilla/4.0\""
                ),
                Some("POST"),
            ),
            (
                format!("1.2.3.4 - - \"GET /wx?{QUERY} HTTP/1.0\" 200 7 \"http://x.cn/?signature=0\""),
                Some("GET"),
            ),
            (
                format!("[GIN] 2018/10/22 - 10:50:06 | 200 | 1ms | 1.2.3.4 | POST     \"/wx?{QUERY}\""),
                Some("POST"),
            ),
            (format!("{{\"method\":\"POST\",\"uri\":\"/wx?{QUERY}\",\"status\":200}}"), Some("POST")),
            (
                format!("{{\"method\":\"POST\",\"uri\":\"\\/wx?{}\"}}", QUERY.replace('&', "\\u0026")),
                Some("POST"),
            ),
            (format!("2018-10-22 INFO request: /wx?{QUERY} took 3 ms"), None),
            (format!("127.0.0.1 - POST /wx {QUERY} 80"), Some("POST")),
        ] {
            found(&line, method);
        }
    }

    #[test]
    fn lines_of_a_shell() {
        for (line, method) in [
            (format!("curl 'http://127.0.0.1:3000/wx?{QUERY}'"), None),
            (format!("$ curl -i \"http://127.0.0.1:3000/wx?{QUERY}\""), None),
            (format!("curl -X POST http://127.0.0.1:3000/wx\\?{}", QUERY.replace('&', "\\&")), Some("POST")),
            (
                format!(
                    "curl -H 'Referer: http://x.cn/?signature=0' \\\n --data-binary '<xml>it'\\''s</xml>' 'http://x.cn/wx?{QUERY}'"
                ),
                Some("POST"),
            ),
        ] {
            found(&line, method);
        }
        let pasted = Pasted::find(&format!("curl -d '<xml>it'\\''s</xml>' 'http://x.cn/wx?{QUERY}'"));
        assert_eq!(pasted.body.as_deref(), Some("<xml>it's</xml>"));
    }

    #[test]
    fn a_plus_that_became_a_space_stays_in_the_query() {
        let query = "msg_signature=1&timestamp=2&nonce=3&echostr=P9 nAz/w==";
        for line in [query.to_owned(), format!("'{query}'"), format!("GET /wx?{query} HTTP/1.1")] {
            assert_eq!(Pasted::find(&line).query, query, "{line}");
        }
    }

    #[test]
    fn without_a_signature() {
        assert_eq!(Pasted::find(" http://x.cn/wx?a=1 ").query, "a=1");
        assert_eq!(Pasted::find("").query, "");
    }
}
