//! Makes text and numbers fit to show: what others wrote stays one line, times are rounded.

use std::time::Duration;

use crate::words::lang::Lang;

/// Line ends and other control characters escaped, so that whatever a server sends stays one line and moves no cursor.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut line, c| {
        if c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}') {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
        line
    })
}

/// The same for several lines.
pub(crate) fn printable(text: &str) -> String {
    text.split('\n').map(one_line).collect::<Vec<_>>().join("\n")
}

/// The beginning of a text that others wrote, in one line.
pub(crate) fn excerpt(text: &[u8]) -> String {
    const LONGEST: usize = 60;
    let text = String::from_utf8_lossy(text);
    let mut excerpt: String = text.chars().take(LONGEST).collect();
    if excerpt.len() < text.len() {
        excerpt.push('…');
    }
    one_line(&excerpt)
}

/// Milliseconds with one digit behind the point: more would be noise.
pub(crate) fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10_000.0).round() / 10.0
}

/// A time limit: `5 s`, `2.5 秒`.
pub(crate) fn seconds(limit: Duration, lang: Lang) -> String {
    let seconds = limit.as_secs_f64();
    match lang {
        Lang::En => format!("{seconds} s"),
        Lang::Zh => format!(" {seconds} 秒"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{excerpt, millis, one_line};

    #[test]
    fn what_others_wrote_stays_one_line() {
        assert_eq!(one_line("a\r\n\u{1b}[31m\u{feff}你"), "a\\r\\n\\u{1b}[31m\\u{feff}你");
        assert_eq!(excerpt("好".repeat(61).as_bytes()), format!("{}…", "好".repeat(60)));
    }

    #[test]
    fn times_are_rounded() {
        assert_eq!(millis(Duration::from_nanos(1_234_567)).to_string(), "1.2");
        assert_eq!(millis(Duration::from_micros(250)).to_string(), "0.3");
        assert_eq!(millis(Duration::from_secs(5)).to_string(), "5000");
    }
}
