"""Measures echostr beside what people use instead, and writes RESULTS.md and side-by-side.svg.

    python3 bench/side_by_side
    python3 bench/side_by_side --rounds 3 --skip-in-process --output target    # a quick look

Needs Linux with two cores, wrk, cargo, Python 3.11 with venv, and Node.js with npm. A peer that cannot be had is named
as missing in the results, and the rest is measured. All traffic stays on 127.0.0.1.
"""

import argparse
import signal
import sys
from pathlib import Path

from chart import chart
from commands import BENCH, say
from end_to_end import end_to_end
from envelopes import open_and_seal
from in_process import programs, measure_in_process
from install import build, install_node, install_python, need_cores_and_tools
from results import results


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    need_cores_and_tools()
    cannot = {"python": install_python(), "node": install_node(), "rust": build()}
    ends = end_to_end(cannot, options.rounds)
    envelopes = open_and_seal(cannot, options.rounds)
    in_process = [] if options.skip_in_process else [measure_in_process(*program) for program in programs()]
    options.output.mkdir(parents=True, exist_ok=True)
    write(options.output / "RESULTS.md", results(options, ends, envelopes, in_process))
    write(options.output / "side-by-side.svg", chart(ends, options.rounds))


def arguments():
    parser = argparse.ArgumentParser(
        prog="python3 bench/side_by_side", description="Measures echostr beside what people use instead."
    )
    parser.add_argument("--rounds", type=int, default=15, help="how often each server is visited (default: 15)")
    parser.add_argument("--skip-in-process", action="store_true", help="leave out `cargo bench`")
    parser.add_argument("--output", type=Path, default=BENCH, metavar="DIR", help="where to write (default: bench)")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("at least one round")
    return options


def write(path, text):
    path.write_text(text, encoding="utf-8")
    say(f"wrote {path}")


if __name__ == "__main__":
    main()
