"""The benches of `cargo bench`, run one after the other."""

import shlex
import subprocess

from commands import ENVIRONMENT, ROOT, say, started

IN_PROCESS = ["verify", "layer", "envelope", "accounts"]


def benches():
    return [(bench, False) for bench in IN_PROCESS] + [("verify", True)]


def bench_command(bench, native):
    command = ["cargo", "bench", "--package", "bench", "--bench", bench]
    return command + ["--target-dir", "target/native"] if native else command


def shown_bench(bench, native):
    flags = 'RUSTFLAGS="-C target-cpu=native" ' if native else ""
    return flags + shlex.join(bench_command(bench, native))


def measure_in_process(bench, native):
    """The command and what it printed."""
    say(shown_bench(bench, native))
    environment = {**ENVIRONMENT, "RUSTFLAGS": "-C target-cpu=native"} if native else ENVIRONMENT
    try:
        with started(bench_command(bench, native), env=environment, stdout=subprocess.PIPE, text=True) as process:
            output, status = process.communicate()[0], process.returncode
    except FileNotFoundError:
        output, status = "Missing: `cargo` is not installed.", 0
    if status:
        output = f"Missing: it ended with status {status}."
    return shown_bench(bench, native), output.replace(str(ROOT), ".").strip()
