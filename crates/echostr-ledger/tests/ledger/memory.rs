//! The store in memory, step by step.

use std::{sync::Arc, time::Duration};

use echostr_ledger::{
    Claim, Claimed, End, Fingerprint, Finished, Key, Lease, Ledger, MemoryLedger, Released, Remembered,
    RequestId, Settled, Step,
};
use tokio::time::Instant;

fn now<T>(step: Step<T>) -> T {
    match step {
        Step::Ready(Some(value)) => value,
        _ => panic!("a store in memory answers at once"),
    }
}

/// The ledger with a clock of its own, which no test waits for.
struct Book {
    ledger: MemoryLedger,
    start: Instant,
    at: Duration,
}

impl Book {
    fn new() -> Self {
        Self { ledger: MemoryLedger::new(), start: Instant::now(), at: Duration::ZERO }
    }

    fn now(&self) -> Instant {
        self.start + self.at
    }

    fn claim(&self, key: &Key, mark: u64, runs: bool, fetches: bool) -> Claimed {
        let claim = Claim {
            key,
            fingerprint: &Fingerprint::new("POST", b"body"),
            id: RequestId::new(1),
            arrived: self.now(),
            mark: Duration::from_secs(mark),
            counts: true,
            runs,
            fetches,
            gone: self.now(),
        };
        now(self.ledger.claim(&claim, self.now()))
    }

    fn run(&self, key: &Key, mark: u64) -> Lease {
        match self.claim(key, mark, true, true) {
            Claimed::Run(lease, _) => lease,
            claimed => panic!("{claimed:?}"),
        }
    }
}

fn reply() -> End {
    End::Reply(Arc::new(Remembered::new(None, "hello".into())), Duration::from_secs(60))
}

fn key(number: u8) -> Key {
    Key::new("shop", [number; 20])
}

/// A key with a digest that is spread as a real one is.
fn spread(number: u32) -> Key {
    let hash = Fingerprint::new("POST", &number.to_be_bytes());
    Key::new("news", *hash.as_bytes().first_chunk().unwrap())
}

#[test]
fn a_mark_never_ends_before_its_flight() {
    for settles in [false, true] {
        let mut book = Book::new();
        let lease = book.run(&key(1), 10);
        if settles {
            assert_eq!(now(book.ledger.settle(&key(1), book.now(), book.now())), Settled::Success);
        }
        book.at = Duration::from_secs(5_000);
        // Others come and go meanwhile.
        for number in 2..200 {
            let other = book.run(&key(number), 10);
            assert_eq!(now(book.ledger.finish(&other, reply(), book.now())), Finished::InTime);
            book.at += Duration::from_secs(1);
        }
        match book.claim(&key(1), 10, true, true) {
            Claimed::InFlight(_, seen) => assert!(!settles && seen.sends == 2),
            Claimed::Done(None) => assert!(settles),
            claimed => panic!("{claimed:?}"),
        }
        let expected = if settles { Finished::Late } else { Finished::InTime };
        assert_eq!(now(book.ledger.finish(&lease, reply(), book.now())), expected);
        // A reply is there for its minute, `success` no longer than its mark.
        let claimed = book.claim(&key(1), 10, true, true);
        assert_eq!(matches!(claimed, Claimed::Done(Some(_))), !settles, "{claimed:?}");
        assert_eq!(matches!(claimed, Claimed::Run(..)), settles, "{claimed:?}");
    }
}

#[test]
fn only_the_attempt_under_way_can_end_its_flight() {
    let book = Book::new();
    let first = book.run(&key(1), 600);
    assert_eq!(now(book.ledger.release(&first, book.now())), Released::Free);
    assert_eq!(now(book.ledger.release(&first, book.now())), Released::Superseded);
    // Nobody runs it, so nothing may be called done.
    assert_eq!(now(book.ledger.settle(&key(1), book.now(), book.now())), Settled::Hold);
    assert_eq!(now(book.ledger.settle(&key(9), book.now(), book.now())), Settled::Hold);
    assert!(matches!(book.claim(&key(1), 600, false, true), Claimed::Free(Some(_))));
    assert!(matches!(book.claim(&key(9), 600, false, true), Claimed::Free(None)));

    let second = book.run(&key(1), 600);
    assert_eq!((first.attempt, second.attempt), (1, 2));
    assert_eq!(now(book.ledger.finish(&first, reply(), book.now())), Finished::Superseded);
    assert_eq!(now(book.ledger.release(&first, book.now())), Released::Superseded);
    assert!(matches!(book.claim(&key(1), 600, true, true), Claimed::InFlight(..)));
    assert_eq!(now(book.ledger.finish(&second, reply(), book.now())), Finished::InTime);
    assert!(!now(book.ledger.retract(&first, book.now())));
    assert!(now(book.ledger.retract(&second, book.now())), "nobody has fetched it");
    assert!(!now(book.ledger.retract(&second, book.now())), "it is taken back once");
    assert!(matches!(book.claim(&key(1), 600, true, true), Claimed::Done(None)));
}

#[test]
fn a_reply_is_fetched_by_who_is_there() {
    for (fetches, settles) in [(false, false), (true, false), (false, true)] {
        let book = Book::new();
        let lease = book.run(&key(1), 600);
        assert_eq!(now(book.ledger.finish(&lease, reply(), book.now())), Finished::InTime);
        assert!(matches!(book.claim(&key(1), 600, true, fetches), Claimed::Done(Some(_))));
        if settles {
            let settled = now(book.ledger.settle(&key(1), book.now(), book.now()));
            assert!(matches!(settled, Settled::Reply(_)), "{settled:?}");
        }
        assert_eq!(now(book.ledger.retract(&lease, book.now())), !fetches && !settles);
    }
}

/// One that comes when its client has gone takes nothing back.
#[test]
fn a_reply_that_was_fetched_stays_fetched() {
    let book = Book::new();
    let lease = book.run(&key(1), 600);
    assert_eq!(now(book.ledger.finish(&lease, reply(), book.now())), Finished::InTime);
    for fetches in [true, false] {
        assert!(matches!(book.claim(&key(1), 600, true, fetches), Claimed::Done(Some(_))));
    }
    assert!(!now(book.ledger.retract(&lease, book.now())));
}

/// Or a captured URL would make the platform's next send the last.
#[test]
fn what_conflicts_is_not_counted() {
    let book = Book::new();
    let _lease = book.run(&key(1), 600);
    let claim = |body: &[u8]| {
        let claim = Claim {
            key: &key(1),
            fingerprint: &Fingerprint::new("POST", body),
            id: RequestId::new(2),
            arrived: book.now(),
            mark: Duration::from_secs(600),
            counts: true,
            runs: true,
            fetches: true,
            gone: book.now(),
        };
        now(book.ledger.claim(&claim, book.now()))
    };
    for _ in 0..5 {
        assert!(matches!(claim(b"another body"), Claimed::Conflict));
    }
    let claimed = claim(b"body");
    assert!(matches!(&claimed, Claimed::InFlight(_, seen) if seen.sends == 2), "{claimed:?}");
}

/// Its bytes too, if a new record takes its place before it is swept up.
#[test]
fn what_is_over_is_replaced() {
    let mut book = Book::new();
    for (end, bytes) in [(reply(), 5 * 2_000), (End::Success, 0)] {
        for number in 0..2_000 {
            let lease = book.run(&spread(number), 5);
            assert_eq!(lease.attempt, 1);
            assert_eq!(now(book.ledger.finish(&lease, end.clone(), book.now())), Finished::InTime);
        }
        assert_eq!((book.ledger.entries(), book.ledger.bytes()), (2_000, bytes));
        book.at += Duration::from_secs(100);
    }
}

/// Everything is given back in the end, in whatever state it was left, also after a long rest.
#[test]
fn what_is_over_is_taken_away() {
    for rest in [700, 100_000] {
        let mut book = Book::new();
        for number in 0..250 {
            let lease = book.run(&key(number), 100 + u64::from(number));
            match number % 4 {
                0 => assert_eq!(now(book.ledger.finish(&lease, reply(), book.now())), Finished::InTime),
                1 => assert_eq!(now(book.ledger.finish(&lease, End::Success, book.now())), Finished::InTime),
                2 => assert_eq!(now(book.ledger.release(&lease, book.now())), Released::Free),
                _ => {
                    assert_eq!(now(book.ledger.release(&lease, book.now())), Released::Free);
                    let lease = book.run(&key(number), 600);
                    assert_eq!(now(book.ledger.finish(&lease, reply(), book.now())), Finished::InTime);
                }
            }
        }
        assert_eq!((book.ledger.entries(), book.ledger.bytes()), (250, 5 * 125));
        // Marks of two seconds, so that little of what follows is left.
        book.at = Duration::from_secs(rest);
        for round in 0..4_000_u32 {
            let lease = book.run(&spread(round), 2);
            assert_eq!(now(book.ledger.finish(&lease, End::Success, book.now())), Finished::InTime);
            book.at += Duration::from_millis(100);
        }
        let left = book.ledger.entries();
        // About 20 to 30 are alive; each of the 64 parts is behind by what has come due since it was last asked.
        assert!((20..200).contains(&left), "{left}");
        assert_eq!(book.ledger.bytes(), 0);
    }
}

/// Also within the second in which it is swept up.
#[test]
fn a_reply_is_forgotten_on_time() {
    let mut book = Book::new();
    book.at = Duration::from_millis(300);
    let lease = book.run(&key(1), 600);
    assert_eq!(now(book.ledger.finish(&lease, reply(), book.now())), Finished::InTime);
    book.at = Duration::from_millis(60_299);
    assert!(matches!(book.claim(&key(1), 600, true, true), Claimed::Done(Some(_))));
    book.at = Duration::from_millis(60_300);
    assert!(matches!(book.claim(&key(1), 600, true, true), Claimed::Done(None)));
    assert_eq!(now(book.ledger.settle(&key(1), book.now(), book.now())), Settled::Success);
}

/// A reply after a failure takes up room for its minute as well, not for as long as the mark.
#[test]
fn a_reply_after_a_failure_is_forgotten_on_time() {
    let mut book = Book::new();
    let failed = book.run(&key(1), 6_000);
    assert_eq!(now(book.ledger.release(&failed, book.now())), Released::Free);
    let lease = book.run(&key(1), 6_000);
    assert_eq!(now(book.ledger.finish(&lease, reply(), book.now())), Finished::InTime);
    book.at = Duration::from_secs(125);
    for _ in 0..3 {
        // Of the same key, so that its own part of the ledger is asked.
        assert!(matches!(book.claim(&key(1), 600, true, true), Claimed::Done(None)));
    }
    assert_eq!((book.ledger.bytes(), book.ledger.entries()), (0, 1));
}

/// Thousands come, a part of them is taken away, and each of the others is still found.
#[test]
fn what_is_alive_is_found_whatever_is_taken_away() {
    let mut book = Book::new();
    for round in 0..8 {
        for index in 0..3_000 {
            let lease = book.run(&spread(round * 3_000 + index), if index % 3 == 0 { 100_000 } else { 5 });
            assert_eq!(now(book.ledger.finish(&lease, End::Success, book.now())), Finished::InTime);
        }
        book.at += Duration::from_secs(10);
        for index in 0..(round + 1) * 3_000 {
            let claimed = book.claim(&spread(index), 5, false, true);
            if index % 3 == 0 {
                assert!(matches!(claimed, Claimed::Done(None)), "{index}: {claimed:?}");
            } else {
                assert!(matches!(claimed, Claimed::Free(None)), "{index}: {claimed:?}");
            }
        }
        assert_eq!(book.ledger.entries(), (round as usize + 1) * 1_000);
    }
}

/// Threads ask for the time before they ask for the lock, so one may come with an earlier time than the one before it, across the
/// beginning of a second too. It must not look for ever at what is not over by its own time.
#[test]
fn an_earlier_time_after_a_later_one() {
    let mut book = Book { ledger: MemoryLedger::with_limits(usize::MAX, 1), ..Book::new() };
    book.at = Duration::from_millis(900);
    for number in 0..2_000 {
        let lease = book.run(&spread(number), 9);
        assert_eq!(now(book.ledger.finish(&lease, End::Success, book.now())), Finished::InTime);
    }
    // From here on the ledger is full: what a new message wants to be taken away is looked for everywhere.
    let lease = book.run(&key(1), 600);
    assert_eq!(now(book.ledger.finish(&lease, reply(), book.now())), Finished::InTime);
    book.at = Duration::from_millis(10_100);
    for number in 2_000..2_060 {
        assert!(matches!(book.claim(&spread(number), 9, false, true), Claimed::Free(None)));
    }
    assert!(book.ledger.entries() > 1_000, "most are still to be taken away");
    book.at = Duration::from_millis(9_800);
    assert!(matches!(book.claim(&spread(5_000), 9, true, true), Claimed::Full));
    book.at = Duration::from_secs(11);
    assert!(matches!(book.claim(&spread(5_000), 9, true, true), Claimed::Full));
    assert_eq!(book.ledger.entries(), 1, "what is over has been taken away");
}
