//! How many times the SHA-1 of its own text opening a message takes: the figure that has a target.
//!
//! The machine's clock rate drifts, so SHA-1 and opening take turns, and it is their ratio within one turn that counts.
//! `best` compares the fastest turns of both: what an idle machine would give.

#![expect(clippy::print_stdout, reason = "the table is what this program is for")]

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use bench::{Request, Text};
use echostr::Verifier;
use sha1::{Digest as _, Sha1};

/// Turns per size. Odd, so that there is a middle one.
const TURNS: usize = 301;

/// What one measurement lasts at least: many times the resolution of the clock.
const LONG_ENOUGH: Duration = Duration::from_micros(400);

fn main() {
    println!(
        "{:>9} {:>8} {:>11} {:>11} {:>11} {:>10} {:>15} {:>7} {:>7}",
        "bytes", "text", "SHA-1", "open", "seal", "open/SHA-1", "quartiles", "best", "target"
    );
    let verifier = bench::encrypted();
    for (text, size) in
        [Text::Ascii, Text::Chinese].into_iter().flat_map(|text| bench::SIZES.map(|size| (text, size)))
    {
        let target = if size < 1 << 14 { 2.2 } else { 1.8 };
        let [sha1, open, seal, ratio] = measure(&verifier, text, size).map(sorted);
        println!(
            "{size:>9} {:>8} {:>8.2} µs {:>8.2} µs {:>8.2} µs {:>10.2} {:>7.2}–{:<7.2} {:>7.2} {target:>7}",
            format!("{text:?}"),
            at(&sha1, 2),
            at(&open, 2),
            at(&seal, 2),
            at(&ratio, 2),
            at(&ratio, 1),
            at(&ratio, 3),
            at(&open, 0) / at(&sha1, 0),
        );
    }
}

/// Microseconds of each turn for SHA-1, opening and sealing, and the ratio of the first two.
fn measure(verifier: &Verifier, text: Text, size: usize) -> [Vec<f64>; 4] {
    let request = bench::request(verifier, text, size);
    let envelope = bench::envelope(verifier, &request);
    let sealer = bench::open(envelope.clone(), request.body.clone()).sealer;
    let reply = bench::message(text, size);
    let Request { encrypt, body, .. } = &request;

    let mut hash = || {
        black_box(Sha1::digest(black_box(encrypt)));
    };
    let mut open = || drop(black_box(bench::open(envelope.clone(), black_box(body.clone()))));
    let mut seal = || drop(black_box(sealer.seal(black_box(reply.as_bytes()))));
    let times = rounds(&mut hash);
    let mut turns = [const { Vec::new() }; 4];
    for _ in 0..TURNS {
        let [hash, open, seal] = [time(times, &mut hash), time(times, &mut open), time(times, &mut seal)];
        for (list, figure) in turns.iter_mut().zip([hash, open, seal, open / hash]) {
            list.push(figure);
        }
    }
    turns
}

/// How often `work` must run to last long enough.
fn rounds(work: &mut impl FnMut()) -> u32 {
    let mut rounds = 1_u32;
    loop {
        let start = Instant::now();
        for _ in 0..rounds {
            work();
        }
        if start.elapsed() >= LONG_ENOUGH || rounds > u32::MAX / 2 {
            return rounds;
        }
        rounds = rounds.saturating_mul(2);
    }
}

fn time(rounds: u32, work: &mut impl FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..rounds {
        work();
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(rounds)
}

fn sorted(mut figures: Vec<f64>) -> Vec<f64> {
    figures.sort_unstable_by(f64::total_cmp);
    figures
}

/// The figure at so many quarters of the way.
fn at(sorted: &[f64], quarters: usize) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get(last.saturating_mul(quarters) / 4).copied().unwrap_or(f64::NAN)
}
