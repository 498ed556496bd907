//! Taking the body in: its length, its pieces, its time.

use std::time::Duration;

use bytes::Bytes;
use echostr::{Rejection, rejection::BodyFault};

use crate::support::{
    receiver::{envelope, verifier},
    request::{MESSAGE, genuine, genuine_query, xml},
};

#[test]
fn the_body_limit() {
    let body = Bytes::from(xml(&genuine()));
    let limit = body.len();
    let query = genuine_query();
    let mut within = envelope(&verifier().body_limit(limit), &query);
    let mut below = envelope(&verifier().body_limit(limit - 1), &query);

    // What the request announces.
    assert_eq!(within.expect_length(Some(b"0")), Ok(()));
    assert_eq!(within.expect_length(Some(limit.to_string().as_bytes())), Ok(()));
    for length in [limit as u64 + 1, u64::from(u32::MAX), 1 << 32, u64::MAX] {
        assert_eq!(
            within.expect_length(Some(length.to_string().as_bytes())),
            Err(Rejection::Body(BodyFault::TooLarge))
        );
    }
    assert_eq!(
        below.expect_length(Some(limit.to_string().as_bytes())),
        Err(Rejection::Body(BodyFault::TooLarge))
    );

    // What arrives, in pieces of any size. A short announcement does not help.
    for size in [1, 2, 3, 7, 64, limit - 1, limit] {
        let (mut within, mut below) = (within.clone(), below.clone());
        assert_eq!(below.expect_length(Some(b"1")), Ok(()));
        let pieces = body.len().div_ceil(size);
        for (nth, chunk) in body.chunks(size).enumerate() {
            let chunk = Bytes::copy_from_slice(chunk);
            assert_eq!(within.push(chunk.clone()), Ok(()));
            let expected = if nth + 1 == pieces { Err(Rejection::Body(BodyFault::TooLarge)) } else { Ok(()) };
            assert_eq!(below.push(chunk), expected, "{size}");
        }
        assert_eq!(within.open().unwrap().document, MESSAGE, "{size}");
    }

    // Empty pieces are nothing, anywhere.
    let mut with_empty = within.clone();
    with_empty.push(Bytes::new()).unwrap();
    with_empty.push(body.clone()).unwrap();
    with_empty.push(Bytes::new()).unwrap();
    assert_eq!(with_empty.open().unwrap().document, MESSAGE);

    // No piece at all, and after the limit nothing gets in any more.
    assert_eq!(within.clone().open().err(), Some(Rejection::Body(BodyFault::Empty)));
    let mut full = within;
    full.push(body).unwrap();
    for _ in 0..2 {
        assert_eq!(full.push(Bytes::from_static(b" ")), Err(Rejection::Body(BodyFault::TooLarge)));
    }

    // The defaults: 64 KiB and 5 seconds.
    let mut default = envelope(&verifier(), &query);
    assert_eq!(default.expect_length(Some(b"65536")), Ok(()));
    assert_eq!(default.expect_length(Some(b"65537")), Err(Rejection::Body(BodyFault::TooLarge)));
    assert_eq!(default.body_timeout(), Duration::from_secs(5));
    let patient = verifier().body_timeout(Duration::from_millis(1234));
    assert_eq!(envelope(&patient, &query).body_timeout(), Duration::from_millis(1234));
}
