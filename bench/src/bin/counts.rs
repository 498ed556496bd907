//! Counts what does not depend on the clock, allocations and instructions, and compares it with what is recorded in
//! `bench/counts.tsv`. `--record` writes that file.
//!
//! Instructions are counted where valgrind is installed. It knows no SHA instructions, so the SHA-1 is in them as ordinary code.

#![expect(clippy::print_stdout, reason = "the counts are what this program is for")]

use std::{
    collections::HashMap,
    env,
    error::Error,
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use allocation_counter::measure;
use bench::works;

/// How often each work is done before and while its allocations are counted, so that pools are filled.
const TIMES: u64 = 100;

/// By how much the instructions may grow, in percent. Allocations may not at all.
const TOLERANCE: u64 = 5;

#[derive(Clone, Copy)]
struct Counts {
    allocations: u64,
    /// None where valgrind is not installed.
    instructions: Option<u64>,
}

fn main() -> ExitCode {
    let record = match env::args().nth(1).as_deref() {
        None => false,
        Some("--record") => true,
        Some(_) => {
            eprintln!("usage: counts [--record]");
            return ExitCode::from(2);
        }
    };
    let result = count_all().and_then(|counts| if record { write(&counts) } else { check(&counts) });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

type Named = Vec<(String, Counts)>;

fn count_all() -> Result<Named, Box<dyn Error>> {
    let mut all = vec![];
    for group in works::groups() {
        for (name, mut work) in group.works {
            let mut repeat = || (0..TIMES).for_each(|_| work());
            repeat();
            // Rounded up: an allocation every hundred times is one too many.
            let allocations = measure(&mut repeat).count_total.div_ceil(TIMES);
            let instructions = instructions(group.name, name)?;
            all.push((format!("{}: {name}", group.name), Counts { allocations, instructions }));
        }
    }
    Ok(all)
}

/// The difference of a long and a short run, so that starting and ending do not count.
fn instructions(group: &str, name: &str) -> Result<Option<u64>, Box<dyn Error>> {
    const SHORT: u64 = 200;
    const LONG: u64 = 1_200;
    let (Some(short), Some(long)) =
        (instructions_of(group, name, SHORT)?, instructions_of(group, name, LONG)?)
    else {
        return Ok(None);
    };
    Ok(long.saturating_sub(short).checked_div(LONG.saturating_sub(SHORT)))
}

fn instructions_of(group: &str, name: &str, times: u64) -> Result<Option<u64>, Box<dyn Error>> {
    let work = env::current_exe()?.with_file_name("work");
    let valgrind = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(work)
        .args([group, name, &times.to_string()])
        .output();
    let output = match valgrind {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        output => output?,
    };
    let report = String::from_utf8_lossy(&output.stderr);
    let collected = report.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    match collected {
        Some(collected) if output.status.success() => Ok(Some(collected)),
        _ => Err(format!("valgrind counted nothing for {group}: {name}\n{report}").into()),
    }
}

fn check(counts: &Named) -> Result<(), Box<dyn Error>> {
    let recorded = read()?;
    if recorded.len() != counts.len() {
        return Err("what is recorded and what is counted differ: run counts --record".into());
    }
    let mut grown = vec![];
    println!("| work | allocations | recorded | instructions | recorded |\n|---|--:|--:|--:|--:|");
    for (name, now) in counts {
        let before =
            recorded.get(name).ok_or_else(|| format!("{name} is not recorded: run counts --record"))?;
        println!("| {name} | {} |", describe(*now, *before));
        if now.allocations > before.allocations
            || now.instructions.zip(before.instructions).is_some_and(|(now, before)| has_grown(now, before))
        {
            grown.push(name.as_str());
        }
    }
    if counts.iter().any(|(_, counts)| counts.instructions.is_none()) {
        println!("\nvalgrind is not installed, so instructions were not counted");
    }
    if grown.is_empty() {
        return Ok(());
    }
    Err(format!(
        "more allocations, or instructions by more than {TOLERANCE} %: {}. If there is a good reason, or it is the compiler ({}, recorded with {}), \
         write it down with counts --record",
        grown.join("; "),
        compiler(),
        recorded_with()?,
    )
    .into())
}

fn has_grown(now: u64, before: u64) -> bool {
    now.saturating_mul(100) > before.saturating_mul(TOLERANCE.saturating_add(100))
}

fn describe(now: Counts, before: Counts) -> String {
    let count = |count: Option<u64>| count.map_or_else(|| "?".to_owned(), |count| count.to_string());
    format!(
        "{} | {} | {} | {}",
        now.allocations,
        before.allocations,
        count(now.instructions),
        count(before.instructions)
    )
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("counts.tsv")
}

fn compiler() -> String {
    let version = Command::new("rustc").arg("--version").output();
    version.map_or_else(
        |_| "unknown".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}

fn write(counts: &Named) -> Result<(), Box<dyn Error>> {
    let mut text = format!("{}\nwork\tallocations\tinstructions\n", compiler());
    for (name, counts) in counts {
        let instructions = counts.instructions.ok_or("without valgrind there is nothing to record")?;
        text.push_str(&format!("{name}\t{}\t{instructions}\n", counts.allocations));
    }
    Ok(fs::write(file(), text)?)
}

fn recorded_with() -> Result<String, Box<dyn Error>> {
    Ok(fs::read_to_string(file())?.lines().next().unwrap_or_default().to_owned())
}

fn read() -> Result<HashMap<String, Counts>, Box<dyn Error>> {
    let text = fs::read_to_string(file())?;
    let rows = text.lines().skip(2).map(|line| {
        let mut fields = line.split('\t');
        let name = fields.next()?;
        let allocations = fields.next()?.parse().ok()?;
        let instructions = fields.next()?.parse().ok()?;
        Some((name.to_owned(), Counts { allocations, instructions: Some(instructions) }))
    });
    rows.collect::<Option<_>>().ok_or_else(|| format!("{} cannot be read", file().display()).into())
}
