//! Times things that take turns, so that what they are compared by is a ratio within one turn.
//!
//! The machine's clock rate drifts and neighbours come and go, which a ratio of two figures taken one after the other shows
//! and a ratio within a turn of a few milliseconds hardly does. So no harness that measures one thing after the other will do.

use std::{
    fmt,
    time::{Duration, Instant},
};

/// Turns that each thing gets. Odd, so that there is a middle one.
const TURNS: usize = 301;

/// What a turn lasts at least: many times the resolution of the clock.
const LONG_ENOUGH: Duration = Duration::from_micros(400);

/// Does the work so many times.
type Work<'w> = Box<dyn FnMut(u32) + 'w>;

/// Things to be measured; the first is what the others are compared with.
#[derive(Default)]
pub struct Turns<'w> {
    works: Vec<(String, Work<'w>)>,
}

impl<'w> Turns<'w> {
    /// Adds one.
    pub fn add(&mut self, name: impl Into<String>, mut work: impl FnMut() + 'w) {
        let repeated = move |times| {
            for _ in 0..times {
                work();
            }
        };
        self.works.push((name.into(), Box::new(repeated)));
    }

    /// Measures them all, a few tenths of a second each.
    #[must_use]
    pub fn run(mut self) -> Table {
        let times: Vec<u32> = self.works.iter_mut().map(|(_, work)| rounds(work)).collect();
        let mut rows: Vec<Row> =
            self.works.iter().map(|(name, _)| Row { name: name.clone(), nanoseconds: vec![] }).collect();
        for _ in 0..TURNS {
            for (((_, work), times), row) in self.works.iter_mut().zip(&times).zip(&mut rows) {
                row.nanoseconds.push(time(*times, work));
            }
        }
        Table { rows }
    }
}

/// How often it must be done to last long enough.
fn rounds(work: &mut Work<'_>) -> u32 {
    let mut rounds = 1_u32;
    loop {
        let start = Instant::now();
        work(rounds);
        if start.elapsed() >= LONG_ENOUGH || rounds > u32::MAX / 2 {
            return rounds;
        }
        rounds = rounds.saturating_mul(2);
    }
}

fn time(rounds: u32, work: &mut Work<'_>) -> f64 {
    let start = Instant::now();
    work(rounds);
    start.elapsed().as_secs_f64() * 1e9 / f64::from(rounds)
}

/// What was measured; prints as a table in Markdown.
pub struct Table {
    rows: Vec<Row>,
}

struct Row {
    name: String,
    /// Of each turn.
    nanoseconds: Vec<f64>,
}

impl Table {
    /// Of what was measured elsewhere: names, and nanoseconds of each turn.
    #[must_use]
    pub fn of(rows: Vec<(String, Vec<f64>)>) -> Self {
        Self { rows: rows.into_iter().map(|(name, nanoseconds)| Row { name, nanoseconds }).collect() }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.rows.first() else { return Ok(()) };
        writeln!(f, "| | median | quartiles | × the first | quartiles | over the first |")?;
        writeln!(f, "|---|--:|--:|--:|--:|--:|")?;
        for row in &self.rows {
            let turns = || row.nanoseconds.iter().zip(&first.nanoseconds);
            let times = Quartiles::of(row.nanoseconds.iter().copied());
            let ratios = Quartiles::of(turns().map(|(own, first)| own / first));
            let over = Quartiles::of(turns().map(|(own, first)| own - first));
            writeln!(
                f,
                "| {} | {} | {}–{} | {:.2} | {:.2}–{:.2} | {} |",
                row.name,
                span(times.middle),
                span(times.lower),
                span(times.upper),
                ratios.middle,
                ratios.lower,
                ratios.upper,
                span(over.middle),
            )?;
        }
        Ok(())
    }
}

/// The median and what lies a quarter of the turns below and above it.
struct Quartiles {
    lower: f64,
    middle: f64,
    upper: f64,
}

impl Quartiles {
    fn of(figures: impl Iterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = figures.collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1);
        let at = |quarters: usize| sorted.get(last.saturating_mul(quarters) / 4).copied().unwrap_or(f64::NAN);
        Self { lower: at(1), middle: at(2), upper: at(3) }
    }
}

/// A time in a unit that suits it.
fn span(nanoseconds: f64) -> String {
    if nanoseconds < 1_000.0 {
        format!("{nanoseconds:.0} ns")
    } else if nanoseconds < 100_000.0 {
        format!("{:.2} µs", nanoseconds / 1e3)
    } else {
        format!("{:.0} µs", nanoseconds / 1e3)
    }
}
