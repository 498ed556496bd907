//! What the handler of each message does, and what the network does to its answers: the same in every run, by the message's number.

use std::time::Duration;

use super::Setup;

/// Sends of a message in all.
pub(super) const SENDS: u32 = 3;

/// The handlers that are slower than the platform's limit take so long: from the limit itself to beyond the third send's.
const SLOW: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(18));

/// Those that fail do so within this time, long before the deadline.
const FAILS_WITHIN: Duration = Duration::from_secs(1);

/// All others take less than this.
const PROMPT: Duration = Duration::from_millis(50);

/// A message by its number.
#[derive(Clone, Copy, Debug)]
pub struct Message(pub u32);

/// How a run of the handler goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Course {
    pub(super) takes: Duration,
    pub(super) fails: bool,
}

impl Message {
    /// The message in this body of a request.
    #[must_use]
    pub fn in_body(body: &str) -> Option<Self> {
        let (_, number) = body.split_once("<MsgId>")?;
        let (number, _) = number.split_once("</MsgId>")?;
        number.parse().ok().map(Self)
    }

    /// The body of its sends.
    #[must_use]
    pub fn body(self) -> String {
        format!(
            "<xml><ToUserName><![CDATA[gh_b629c48b653e]]></ToUserName><FromUserName><![CDATA[o6_bmjrPTlm6_2sgVt7hMZOPfL2M]]>\
             </FromUserName><CreateTime>1540176606</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[你好]]>\
             </Content><MsgId>{}</MsgId></xml>",
            self.0
        )
    }

    /// The query of its sends.
    pub(super) fn query(self) -> String {
        crate::plain().sign(1_540_176_606, &format!("{:010}", self.0))
    }

    /// How the handler's run of this attempt, 1 for the first, goes.
    pub(super) fn course(self, attempt: u32, setup: &Setup) -> Course {
        let (takes, fails) = match self.0 % 10 {
            // 20 % are slower than the limit.
            3 | 8 => (self.between(SLOW.0, SLOW.1), false),
            // 10 % fail once.
            5 if attempt == 1 => (self.between(Duration::ZERO, FAILS_WITHIN), true),
            _ => (self.between(Duration::ZERO, PROMPT), false),
        };
        Course { takes: setup.sped_up(takes), fails }
    }

    /// Whether its answers are lost on their way to the platform, so that it waits for its time to pass and sends again. The third's are not.
    /// 10 % of each kind.
    pub(super) const fn loses_answers(self) -> bool {
        self.0 / 10 % 10 == 4
    }

    /// Which of the servers gets this send, 0 for the first: three quarters of the second sends go to another of two servers than the
    /// first, and no message has all three at one.
    pub(super) fn server<T>(self, send: u32, servers: &[T]) -> Option<&T> {
        let (at, of) =
            (self.0.saturating_mul(SENDS).saturating_add(send), u32::try_from(servers.len()).ok()?);
        // Not in turns: then every kind of message would begin at the same server each time.
        let at = (f64::from(of) * part(at)).floor();
        (0..of).zip(servers).find_map(|(number, server)| (f64::from(number) >= at).then_some(server))
    }

    /// A time of its own in this range: evenly spread over the messages.
    fn between(self, from: Duration, to: Duration) -> Duration {
        from.saturating_add(to.saturating_sub(from).mul_f64(part(self.0)))
    }
}

/// Multiples of the golden ratio leave no gap and no cluster between 0 and 1.
fn part(number: u32) -> f64 {
    (f64::from(number) * 0.618_033_988_749_895).fract()
}
