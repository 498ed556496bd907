"""Opening and sealing encrypted messages: a process for each library, asked by turns."""

import contextlib
import dataclasses
import subprocess
import tempfile
from pathlib import Path

from commands import PEERS, SERVER_CORE, pinned, say, started
from turns import turns

SIZES = [1 << 10, 1 << 14, 1 << 17, 1 << 20]


@dataclasses.dataclass
class Opener:
    """A process that opens and seals, and how long it took: (operation, size) -> one time per turn, in microseconds."""

    name: str
    command: list
    operations: list
    missing: str | None = None
    process: subprocess.Popen | None = None
    times: dict = dataclasses.field(default_factory=dict)


class Stopped(Exception):
    """A process gave no answer."""


def openers(cannot):
    return [
        Opener("echostr", ["target/release/envelope"], ["sha1", "open", "seal"], cannot["rust"]),
        Opener(
            "wechatpy",
            [f"{PEERS}/.venv/bin/python", f"{PEERS}/envelope.py"],
            ["open", "open-parsed", "seal"],
            cannot["python"],
        ),
        Opener("wechat-crypto", ["node", f"{PEERS}/envelope.js"], ["open", "open-parsed", "seal"], cannot["node"]),
    ]


def open_and_seal(cannot, rounds):
    """All openers, with their times."""
    everyone = openers(cannot)
    with contextlib.ExitStack() as stack:
        directory = stack.enter_context(tempfile.TemporaryDirectory())
        # One after the other: echostr's process, the first, writes the messages before it answers anything.
        for opener in everyone:
            start_opener(opener, directory, stack)
            say(f"{opener.name}: {opener.missing or 'passed the check'}")
        take_turns([opener for opener in everyone if not opener.missing], rounds)
    return everyone


def start_opener(opener, directory, stack):
    opener.missing = opener.missing or no_messages(directory, opener)
    if opener.missing:
        return
    command = pinned(SERVER_CORE, [*opener.command, directory])
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    opener.process = stack.enter_context(started(command, **pipes))
    opener.missing = does_not_open(opener)


def no_messages(directory, opener):
    if opener.name != "echostr" and not any(Path(directory).iterdir()):
        return "echostr's process, which writes the messages, is missing"
    return None


def does_not_open(opener):
    try:
        wrong = [answer for answer in (reply(opener, "check", size) for size in SIZES) if answer != "ok"]
    except Stopped as stopped:
        return str(stopped)
    return wrong[0] if wrong else None


def take_turns(present, rounds):
    for opener in present:
        warm_up(opener)
    for opener in turns(present, rounds, "messages: round"):
        turn(opener)


def warm_up(opener):
    """For compilers that work at run time."""
    for _ in range(3):
        turn(opener)
    opener.times.clear()


def turn(opener):
    for operation in opener.operations:
        for size in SIZES:
            microseconds = float(reply(opener, operation, size)) / 1000
            opener.times.setdefault((operation, size), []).append(microseconds)


def reply(opener, operation, size):
    with contextlib.suppress(BrokenPipeError):
        opener.process.stdin.write(f"{operation} {size}\n")
        opener.process.stdin.flush()
    line = opener.process.stdout.readline().strip()
    if not line:
        raise Stopped(f"stopped at `{operation} {size}`")
    return line
