"""Which servers are measured, and what is known about each of them."""

import dataclasses
import shlex
import statistics
import subprocess

from commands import PEERS
from load import CONNECTIONS

FRAMEWORKS = {"axum": "axum", "actix": "actix-web", "warp": "warp"}
VARIANTS = ["bare", "hand-written", "echostr"]
OTHERS = "Python and Node.js"


@dataclasses.dataclass
class Server:
    """What answers at /wx, and what was found out about it."""

    group: str
    name: str
    command: list
    missing: str | None = None
    process: subprocess.Popen | None = None
    port: int | None = None
    answers: dict = dataclasses.field(default_factory=dict)
    slices: list = dataclasses.field(default_factory=list)

    @property
    def title(self):
        return self.name if self.group == OTHERS else f"{self.group}, {self.name}"

    @property
    def checks_nothing(self):
        return self.name == "bare"

    @property
    def is_open(self):
        """Whether it accepts what it should refuse."""
        return not self.checks_nothing and any(
            200 <= self.answers[kind][0] < 300 for kind in ("forged GET", "forged POST")
        )

    @property
    def rates(self):
        return [piece.rate for piece in self.slices]

    @property
    def cpus(self):
        return [piece.cpu for piece in self.slices]

    @property
    def server_share(self):
        return statistics.median(piece.server_share for piece in self.slices)

    @property
    def client_share(self):
        return statistics.median(piece.client_share for piece in self.slices)


def bare_of(server, everyone):
    """The other server of the same framework, which checks nothing, if it was measured."""
    bare = (other for other in everyone if other.group == server.group and other.checks_nothing and other.slices)
    return None if server.checks_nothing else next(bare, None)


def servers(cannot):
    ours = [our_server(*pair) for pair in ((f, v) for f in FRAMEWORKS for v in VARIANTS)]
    for server in ours:
        server.missing = cannot["rust"]
    python = [flask("Flask, tutorial code", "flask_tutorial"), flask("Flask, wechatpy", "flask_wechatpy")]
    for server in python:
        server.missing = cannot["python"]
    node = [
        node_server("Koa, co-wechat", "koa_co_wechat.js"),
        node_server("Express, wechat", "express_wechat.js"),
    ]
    for server in node:
        server.missing = cannot["node"]
    return ours + python + node


def our_server(framework, variant):
    command = ["target/release/server", framework, variant, "127.0.0.1:PORT"]
    return Server(FRAMEWORKS[framework], variant, command)


def flask(name, module):
    # The fastest way that was found. On one core and with 32 connections, gunicorn 27 answered, in requests/s, with one
    # sync worker 1,800 to 3,400, with three 2,300 to 3,000 (they close the connection after each answer), with one
    # thread 2,800, with four threads 3,600 to 3,700, with 32 threads 3,700 to 4,300.
    command = shlex.split(
        f"{PEERS}/.venv/bin/gunicorn --chdir {PEERS} --no-control-socket --log-level warning --worker-class gthread "
        f"--threads {CONNECTIONS} --keep-alive 60 --bind 127.0.0.1:PORT {module}:app"
    )
    return Server(OTHERS, name, command)


def node_server(name, script):
    return Server(OTHERS, name, ["node", f"{PEERS}/{script}", "127.0.0.1", "PORT"])
