//! `max_age`, both ways, up to the edges of time.

use std::time::{Duration, SystemTime};

use echostr::Rejection;

use crate::support::{NONCE, accepted, signed, valid, verifier};

fn clock(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).expect("a time that the clock can show")
}

fn clock_before_1970(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH.checked_sub(Duration::from_secs(seconds)).expect("a time that the clock can show")
}

#[test]
fn outside_max_age_both_ways() {
    let verifier = verifier().max_age(Duration::from_secs(300));
    let sent = 1_540_176_606;
    let moment = Duration::from_millis(1);
    for (now, fresh) in [
        (clock(sent), true),
        (clock(sent - 300), true),
        (clock(sent - 300) - moment, false),
        (clock(sent - 301), false),
        (clock(sent + 300), true),
        (clock(sent + 300) + moment, false),
        (clock(sent + 301), false),
        (clock(0), false),
        (clock_before_1970(sent), false),
    ] {
        let expected = if fresh { None } else { Some(Rejection::Stale) };
        assert_eq!(verifier.verify_at(now, "POST", &valid()).err(), expected, "{now:?}");
        // A handshake is no exception.
        assert_eq!(verifier.verify_at(now, "GET", &format!("{}&echostr=1", valid())).err(), expected);
    }
    // Without `max_age` the clock does not matter: that is the platform's rule.
    assert_eq!(self::verifier().verify_at(clock(0), "POST", &valid()).err(), None);
}

#[test]
fn max_age_at_the_edges_of_time() {
    const MAX: u64 = u64::MAX;
    let five_minutes = Duration::from_secs(300);
    let far = i64::MAX.unsigned_abs() / 2;
    let cases = [
        ("0", clock(0), Duration::ZERO, true),
        ("0", clock(1), Duration::ZERO, false),
        ("0", clock(300), five_minutes, true),
        ("0", clock(301), five_minutes, false),
        ("0", clock_before_1970(300), five_minutes, true),
        ("0", clock_before_1970(301), five_minutes, false),
        ("1", clock_before_1970(300), five_minutes, false),
        ("0", clock(far), Duration::MAX, true),
        ("0", clock(far), five_minutes, false),
        ("18446744073709551615", clock(1_540_176_606), five_minutes, false),
        ("18446744073709551615", clock(1_540_176_606), Duration::MAX, true),
        ("18446744073709551615", clock(0), Duration::from_secs(MAX), true),
        ("18446744073709551615", clock(0), Duration::from_secs(MAX - 1), false),
        // Further apart than any `Duration`.
        ("18446744073709551615", clock_before_1970(300), Duration::MAX, false),
        ("18446744073709551615", clock_before_1970(300), five_minutes, false),
        // 2^64 and more seconds are never fresh.
        ("18446744073709551616", clock(far), Duration::MAX, false),
        ("99999999999999999999", clock(1_540_176_606), Duration::MAX, false),
        ("99999999999999999999", clock_before_1970(300), five_minutes, false),
    ];
    for (timestamp, now, max_age, fresh) in cases {
        let verifier = verifier().max_age(max_age);
        let expected = if fresh { None } else { Some(Rejection::Stale) };
        let query = signed(timestamp, NONCE);
        assert_eq!(
            verifier.verify_at(now, "POST", &query).err(),
            expected,
            "{timestamp} {now:?} {max_age:?}"
        );
    }
}

#[test]
fn verify_reads_the_systems_clock() {
    let verifier = verifier().max_age(Duration::from_secs(300));
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    assert_eq!(verifier.verify("POST", &verifier.sign(now, NONCE)).err(), None);
    for sent in [0, now - 360, now + 360] {
        let query = verifier.sign(sent, NONCE);
        assert_eq!(verifier.verify("POST", &query).err(), Some(Rejection::Stale), "{sent}");
    }
}

/// Whoever remembers what has been seen need not remember it for longer.
#[test]
fn how_long_a_url_will_be_accepted() {
    let sent = 1_540_176_606;
    let accepted_for = |verifier: &echostr::Verifier, now| {
        accepted(verifier, &valid()).expect("a genuine request").accepted_for(now)
    };
    assert_eq!(accepted_for(&verifier(), clock(sent)), None, "for ever");
    let callback = |now| {
        let verifier = verifier().max_age(Duration::from_secs(300));
        match verifier.verify_at(clock(sent), "POST", &valid()) {
            Ok(echostr::adapter::Decision::Callback(callback)) => callback.accepted_for(now),
            other => panic!("{other:?}"),
        }
    };
    for (now, seconds) in [(sent, 300), (sent + 299, 1), (sent + 300, 0), (sent + 301, 0), (sent - 300, 600)]
    {
        assert_eq!(callback(clock(now)), Some(Duration::from_secs(seconds)), "{now}");
    }
    assert_eq!(callback(clock_before_1970(1)), Some(Duration::from_secs(sent + 300)));
}
