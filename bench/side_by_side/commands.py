"""How anything is run: where, with which variables, on which core, and ended for certain."""

import contextlib
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

from callback import SECRETS

ROOT = Path(__file__).resolve().parents[2]
BENCH = ROOT / "bench"
PEERS = "bench/peers"

# The server and the load generator get a core each, or they would take time from each other.
CORES = sorted(os.sched_getaffinity(0))
CLIENT_CORE, SERVER_CORE = str(CORES[0]), str(CORES[-1])

VARIABLES = {**SECRETS, "NODE_ENV": "production"}
ENVIRONMENT = {**os.environ, **VARIABLES}


def failure(command, shown=None):
    """Runs a command; why it failed, if so, in words that hold nothing of this machine."""
    say(shlex.join(command))
    shown = shown or shlex.join(command)
    try:
        with started(command, stdout=sys.stderr) as process:
            status = process.wait()
    except FileNotFoundError:
        return f"`{command[0]}` is not installed"
    return f"`{shown}` ended with status {status}" if status else None


@contextlib.contextmanager
def started(command, **options):
    """A process of the repository's folder, ended with all that it started, whatever happens."""
    options = {"cwd": ROOT, "env": ENVIRONMENT, **options}
    process = subprocess.Popen(command, start_new_session=True, **options)
    try:
        yield process
    finally:
        end(process)


def end(process):
    for way in (signal.SIGTERM, signal.SIGKILL):
        # The group, since servers have workers and cargo has compilers; it is gone once all of them are.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, way)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)


def pinned(core, command):
    return ["taskset", "--cpu-list", core, *command]


def say(text):
    print(text, file=sys.stderr, flush=True)
