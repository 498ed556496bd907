"""The servers, started, checked, and loaded by turns."""

import contextlib
import http.client
import socket
import tempfile
import time
from pathlib import Path

from callback import ECHO, HEADERS, QUESTIONS
from commands import SERVER_CORE, pinned, say, started
from load import load, lua
from servers import servers
from turns import turns


def end_to_end(cannot, rounds):
    """All servers, with their slices."""
    everyone = servers(cannot)
    with contextlib.ExitStack() as stack:
        script = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "post.lua"
        script.write_text(lua(), encoding="utf-8")
        for server in everyone:
            start(server, stack)
            say(f"{server.title}: {server.missing or 'passed the check'}")
        measure([server for server in everyone if not server.missing], script, rounds)
    return everyone


def measure(present, script, rounds):
    say("warming up")
    for server in present:
        load(server.process.pid, server.port, script)
    for server in turns(present, rounds, "round"):
        server.slices.append(load(server.process.pid, server.port, script))


def start(server, stack):
    """Starts the server until the stack is left, and checks it."""
    if server.missing:
        return
    server.port = free_port()
    command = [word.replace("PORT", str(server.port)) for word in server.command]
    server.process = stack.enter_context(started(pinned(SERVER_CORE, command)))
    if comes_up(server):
        check(server)
    else:
        server.missing = "did not start to listen"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def comes_up(server):
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline and server.process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", server.port), timeout=1):
            return True
        time.sleep(0.05)
    return False


def check(server):
    try:
        server.answers = {kind: ask(server.port, *question) for kind, question in QUESTIONS.items()}
    except (OSError, http.client.HTTPException):
        server.missing = "did not answer the requests of the check"
    else:
        server.missing = wrong_answer(server)


def ask(port, method, parameters, body):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with contextlib.closing(connection):
        connection.request(method, f"/wx?{parameters}", body, HEADERS)
        response = connection.getresponse()
        return response.status, response.read().decode("utf-8", "replace")


def wrong_answer(server):
    """What makes it pointless to measure the server; a forged request let through is a finding instead."""
    answers = server.answers
    if not server.checks_nothing and answers["signed GET"] != (200, ECHO):
        return "does not echo a signed handshake"
    if answers["signed POST"][0] != 200:
        return f"answers a signed POST with {answers['signed POST'][0]}"
    if server.checks_nothing and answers["forged POST"][0] != 200:
        return "refuses a forged POST, although it checks nothing"
    return None
