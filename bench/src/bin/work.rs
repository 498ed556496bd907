//! Does one of the works and nothing else, for a profiler or a count of instructions: `work GROUP NAME TIMES`.

use std::{env, process::ExitCode};

use bench::works::{self, Group};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [group, name, times] = arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] else {
        eprintln!("usage: work GROUP NAME TIMES");
        return ExitCode::from(2);
    };
    let works =
        works::groups().into_iter().filter(|Group { name, .. }| *name == group).flat_map(|group| group.works);
    let (Some((_, mut work)), Ok(times)) =
        (works.into_iter().find(|(work, _)| *work == name), times.parse::<u32>())
    else {
        eprintln!("there is no {group}: {name}, or {times} is not a number");
        return ExitCode::from(2);
    };
    for _ in 0..times {
        work();
    }
    ExitCode::SUCCESS
}
