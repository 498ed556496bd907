"""The benches of `cargo bench` and the counts, one after the other."""

import shlex
import subprocess

from commands import ENVIRONMENT, ROOT, say, started

IN_PROCESS = ["verify", "layer", "envelope", "accounts"]


NATIVE = "-C target-cpu=native"


def programs():
    """Each command, and the compiler's flags for it."""
    return [
        *((bench_command(bench), "") for bench in IN_PROCESS),
        (bench_command("verify") + ["--target-dir", "target/native"], NATIVE),
        (["target/release/counts"], ""),
    ]


def bench_command(bench):
    return ["cargo", "bench", "--package", "bench", "--bench", bench]


def shown(command, flags):
    return f'RUSTFLAGS="{flags}" {shlex.join(command)}' if flags else shlex.join(command)


def measure_in_process(command, flags):
    """The command and what it printed."""
    say(shown(command, flags))
    environment = {**ENVIRONMENT, "RUSTFLAGS": flags} if flags else ENVIRONMENT
    try:
        with started(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
            output, status = process.communicate()[0], process.returncode
    except FileNotFoundError:
        output, status = f"Missing: `{command[0]}` is not there.", 0
    if status:
        output = f"Missing: it ended with status {status}."
    return shown(command, flags), output.replace(str(ROOT), ".").strip()
