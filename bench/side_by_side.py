#!/usr/bin/env python3
"""Measures echostr beside what people use instead, and writes RESULTS.md and side-by-side.svg.

    python3 bench/side_by_side.py
    python3 bench/side_by_side.py --rounds 3 --skip-in-process --output target    # a quick look

Needs Linux with two cores, wrk, cargo, Python 3.11 with venv, and Node.js with npm. A peer that cannot be had is named
as missing in the results, and the rest is measured. All traffic stays on 127.0.0.1.
"""

import argparse
import contextlib
import dataclasses
import datetime
import hashlib
import html
import http.client
import json
import os
import platform
import re
import resource
import shlex
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
BENCH = ROOT / "bench"
PEERS = "bench/peers"

# The server and the load generator get a core each, or they would take time from each other.
CORES = sorted(os.sched_getaffinity(0))
CLIENT_CORE, SERVER_CORE = str(CORES[0]), str(CORES[-1])

CONNECTIONS = 32
SLICE_SECONDS = 2
BUSY = 0.95
"""Share of its core beyond which the load generator may be what limits the throughput."""

# The secrets of `bench/src/lib.rs`.
TOKEN = "Zq8vT3nLw5Rk"
SECRETS = {
    "WECHAT_TOKEN": TOKEN,
    "WECHAT_ENCODING_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
    "WECHAT_APP_ID": "wx5823bf96d3bd56c7",
}
ENVIRONMENT = {**os.environ, **SECRETS, "NODE_ENV": "production"}

TIMESTAMP, NONCE, ECHO = "1540176606", "1854606751", "5863234938264561870"
OPENID = "oMgHVjngRipVsoxg6TuX3vz6glDg"
MESSAGE = f"""<xml><ToUserName><![CDATA[gh_e136c6e50636]]></ToUserName>
<FromUserName><![CDATA[{OPENID}]]></FromUserName>
<CreateTime>{TIMESTAMP}</CreateTime>
<MsgType><![CDATA[text]]></MsgType>
<Content><![CDATA[你好，公众号]]></Content>
<MsgId>6616057345612340123</MsgId>
</xml>"""

# What the platform sends with it.
HEADERS = {"User-Agent": "Mozilla/4.0", "Accept": "*/*", "Pragma": "no-cache", "Content-Type": "text/xml"}

FRAMEWORKS = {"axum": "axum", "actix": "actix-web", "warp": "warp"}
VARIANTS = ["bare", "hand-written", "echostr"]
OTHERS = "Python and Node.js"

SIZES = [1 << 10, 1 << 14, 1 << 17, 1 << 20]

IN_PROCESS = ["verify", "layer", "envelope", "accounts"]


# Commands


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("terminated"))
    need_cores_and_tools()
    cannot = {"python": install_python(), "node": install_node(), "rust": build()}
    ends = end_to_end(cannot, options.rounds)
    envelopes = open_and_seal(cannot, options.rounds)
    in_process = [] if options.skip_in_process else [measure_in_process(*bench) for bench in benches()]
    options.output.mkdir(parents=True, exist_ok=True)
    write(options.output / "RESULTS.md", results(options, ends, envelopes, in_process))
    write(options.output / "side-by-side.svg", chart(ends, options.rounds))


def arguments():
    parser = argparse.ArgumentParser(description="Measures echostr beside what people use instead.")
    parser.add_argument("--rounds", type=int, default=15, help="how often each server is visited (default: 15)")
    parser.add_argument("--skip-in-process", action="store_true", help="leave out `cargo bench`")
    parser.add_argument("--output", type=Path, default=BENCH, metavar="DIR", help="where to write (default: bench)")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("at least one round")
    return options


def need_cores_and_tools():
    if len(CORES) < 2:
        sys.exit("The server and the load generator need a core each.")
    if not shutil.which("wrk") and os.geteuid() == 0 and shutil.which("apt-get"):
        failure(["apt-get", "install", "-y", "wrk"])
    for tool, package in {"wrk": "wrk", "taskset": "util-linux"}.items():
        if not shutil.which(tool):
            sys.exit(f"{tool} is missing: install your system's package {package}.")


def install_python():
    environment = f"{PEERS}/.venv"
    return failure([sys.executable, "-m", "venv", environment], shown="python3 -m venv") or failure(
        [f"{environment}/bin/pip", "install", "--quiet", "--requirement", f"{PEERS}/requirements.txt"]
    )


def install_node():
    # A lock file would hold the name of the registry that happens to be set up here.
    return failure(["npm", "install", "--prefix", PEERS, "--no-package-lock", "--no-audit", "--no-fund"])


def build():
    return failure(["cargo", "build", "--release", "--package", "bench", "--bins"])


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


def write(path, text):
    path.write_text(text, encoding="utf-8")
    say(f"wrote {path}")


# The servers


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


# What the servers answer


def signature(*parts):
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def query(genuine, **more):
    """In the order in which the platform sends the parameters."""
    signed = signature(TOKEN, TIMESTAMP, NONCE)
    forged = signed[:-1] + ("0" if signed[-1] != "0" else "1")
    return urlencode({"signature": signed if genuine else forged, **more})


def handshake(genuine):
    return "GET", query(genuine, echostr=ECHO, timestamp=TIMESTAMP, nonce=NONCE), None


def post(genuine):
    return "POST", query(genuine, timestamp=TIMESTAMP, nonce=NONCE, openid=OPENID), MESSAGE.encode()


QUESTIONS = {
    "signed GET": handshake(True),
    "signed POST": post(True),
    "forged GET": handshake(False),
    "forged POST": post(False),
}


def ask(port, method, parameters, body):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with contextlib.closing(connection):
        connection.request(method, f"/wx?{parameters}", body, HEADERS)
        response = connection.getresponse()
        return response.status, response.read().decode("utf-8", "replace")


def check(server):
    try:
        server.answers = {kind: ask(server.port, *question) for kind, question in QUESTIONS.items()}
    except (OSError, http.client.HTTPException):
        server.missing = "did not answer the requests of the check"
    else:
        server.missing = wrong_answer(server)


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


# Load


@dataclasses.dataclass
class Slice:
    """What one run of the load generator measured."""

    requests: int
    seconds: float
    errors: int
    server_cpu: float
    server_share: float
    client_share: float

    @property
    def rate(self):
        return self.requests / self.seconds

    @property
    def cpu(self):
        """Microseconds of the server's CPU time per request."""
        return self.server_cpu / self.requests * 1e6


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
        load(server, script)
    for number in range(rounds):
        say(f"round {number + 1} of {rounds}")
        for server in order(present, number):
            server.slices.append(load(server, script))


def order(present, number):
    """Each round begins elsewhere, and every second one goes backwards, so that no server profits from its place."""
    shift = number % max(len(present), 1)
    rotated = present[shift:] + present[:shift]
    return rotated if number % 2 == 0 else rotated[::-1]


def lua():
    headers = "".join(f'wrk.headers["{name}"] = "{value}"\n' for name, value in HEADERS.items())
    # wrk counts as errors of status those above 399.
    return f"""wrk.method = "POST"
wrk.body = [==[{MESSAGE}]==]
{headers}
function done(summary, latency, requests)
  local e = summary.errors
  local errors = e.connect + e.read + e.write + e.status + e.timeout
  print(string.format("result %d %d %d", summary.requests, summary.duration, errors))
end
"""


def wrk(address, script):
    options = f"--threads 1 --connections {CONNECTIONS} --duration {SLICE_SECONDS}s"
    return ["wrk", *options.split(), "--script", str(script), address]


def url(port):
    return f"http://127.0.0.1:{port}/wx?{post(True)[1]}"


def load(server, script):
    """One slice."""
    pid = server.process.pid
    server_before, client_before, begin = cpu_seconds(pid), reaped_cpu_seconds(), time.perf_counter()
    with started(pinned(CLIENT_CORE, wrk(url(server.port), script)), stdout=subprocess.PIPE, text=True) as client:
        output = client.communicate()[0]
    elapsed = time.perf_counter() - begin
    server_cpu, client_cpu = cpu_seconds(pid) - server_before, reaped_cpu_seconds() - client_before
    line = next(line for line in output.splitlines() if line.startswith("result "))
    requests, microseconds, errors = map(int, line.split()[1:])
    return Slice(requests, microseconds / 1e6, errors, server_cpu, server_cpu / elapsed, client_cpu / elapsed)


def cpu_seconds(pid):
    """CPU time of a process, its threads and its children.

    From `schedstat`, which counts nanoseconds; `stat` counts hundredths of a second, half a per cent of a slice.
    """
    tasks = list(Path(f"/proc/{pid}/task").iterdir())
    own = sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
    children = [child for task in tasks for child in (task / "children").read_text().split()]
    return own + sum(cpu_seconds(child) for child in children)


def reaped_cpu_seconds():
    """CPU time of all processes that have been waited for: between two calls, the load generator's."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


# Encrypted messages


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


def take_turns(present, rounds):
    for opener in present:
        warm_up(opener)
    for number in range(rounds):
        say(f"messages: round {number + 1} of {rounds}")
        for opener in order(present, number):
            turn(opener)


def warm_up(opener):
    """For compilers that work at run time."""
    for _ in range(3):
        turn(opener)
    opener.times.clear()


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


# In-process benches


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


# Numbers in words


def quartiles(values):
    """Lower quartile, median, upper quartile."""
    if len(values) == 1:
        return values * 3
    return statistics.quantiles(values, n=4, method="inclusive")


def figure(values):
    low, median, high = map(rounded, quartiles(values))
    return f"{median} ({low}–{high})"


def ratio(values):
    low, median, high = quartiles(values)
    digits = 3 if median < 10 else 1
    return f"{median:,.{digits}f} ({low:,.{digits}f}–{high:,.{digits}f})"


def rounded(value):
    """Three digits, or whole."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def ratios(values, base):
    """Of the same round each."""
    return [value / other for value, other in zip(values, base, strict=True)]


def rates(server):
    return [piece.rate for piece in server.slices]


def cpus(server):
    return [piece.cpu for piece in server.slices]


def server_share(server):
    return statistics.median(piece.server_share for piece in server.slices)


def client_share(server):
    return statistics.median(piece.client_share for piece in server.slices)


def bare_of(server, everyone):
    """The other server of the same framework, which checks nothing, if it was measured."""
    bare = (other for other in everyone if other.group == server.group and other.checks_nothing and other.slices)
    return None if server.checks_nothing else next(bare, None)


def table(head, rows):
    """Markdown, the first column to the left and all others to the right."""
    lines = [head, ["---"] + ["--:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def size_name(size):
    return f"{size >> 10} KiB" if size < 1 << 20 else f"{size >> 20} MiB"


# RESULTS.md


def results(options, ends, envelopes, in_process):
    sections = [
        heading(options),
        machine(),
        versions(),
        end_to_end_section(options, ends),
        answers_section(ends),
        envelope_section(options, envelopes),
        in_process_section(in_process),
        commands_section(ends, envelopes),
    ]
    return "\n\n".join(sections) + "\n"


def heading(options):
    flags = " --skip-in-process" if options.skip_in_process else ""
    return f"""# Side by side

Written on {datetime.date.today()} by

```sh
python3 bench/side_by_side.py --rounds {options.rounds}{flags}
```

Figures are medians with quartiles in parentheses. A ratio is the median of the ratios within one round, so that a
machine that slows down or hurries for a while changes both sides of it alike."""


def machine():
    cpu = field_of("/proc/cpuinfo", "model name")
    memory = int(field_of("/proc/meminfo", "MemTotal").split()[0]) / (1 << 20)
    present = set(field_of("/proc/cpuinfo", "flags").split())
    flags = [flag for flag in ("aes", "vaes", "sha_ni", "avx2", "avx512f") if flag in present]
    rows = [
        ["processor", cpu],
        ["cores", str(os.cpu_count())],
        ["instructions that matter here", ", ".join(flags)],
        ["memory", f"{memory:.0f} GiB"],
        ["kernel", f"{platform.system()} {platform.release()}"],
    ]
    return "## Machine\n\n" + "\n".join(f"- {name}: {value}" for name, value in rows)


def field_of(path, name):
    lines = Path(path).read_text().splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(name)), "unknown")


def versions():
    found = [
        *tools(),
        *rust_versions("axum", "actix-web", "warp", "hyper", "tokio", "sha1", "aes"),
        *python_versions("flask", "werkzeug", "gunicorn", "wechatpy", "cryptography", "xmltodict"),
        *node_versions("koa", "co-wechat", "express", "wechat", "wechat-crypto", "xml2js", "sax"),
    ]
    return "## Versions\n\n" + ", ".join(f"{name} {version}" for name, version in found)


def tools():
    commands = {
        "rustc": ["rustc", "--version"],
        "Python": ["python3", "--version"],
        "Node.js": ["node", "--version"],
        "wrk": ["wrk", "--version"],
    }
    return [(name, version_in(output_of(command))) for name, command in commands.items()]


def output_of(command):
    try:
        # wrk says its version on standard output and ends with status 1.
        with started(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            return process.communicate()[0]
    except FileNotFoundError:
        return ""


def version_in(text):
    found = re.search(r"\d+\.\d[\w.+-]*", text)
    return found[0] if found else "missing"


def rust_versions(*names):
    packages = tomllib.loads((ROOT / "Cargo.lock").read_text())["package"]
    versions = {name: [package["version"] for package in packages if package["name"] == name] for name in names}
    return [(name, " and ".join(found)) for name, found in versions.items() if found]


def python_versions(*names):
    output = output_of([f"{PEERS}/.venv/bin/pip", "list", "--format", "json"])
    found = {package["name"].lower(): package["version"] for package in json.loads(output or "[]")}
    return [(name, found.get(name, "missing")) for name in names]


def node_versions(*names):
    return [(name, node_version(ROOT / PEERS / "node_modules" / name / "package.json")) for name in names]


def node_version(manifest):
    return json.loads(manifest.read_text())["version"] if manifest.exists() else "missing"


def end_to_end_section(options, ends):
    return f"""## End to end

One signed POST with a text message of {len(MESSAGE.encode())} bytes, over and over on {CONNECTIONS} kept-alive
connections over 127.0.0.1; the server on one core, wrk on another. {options.rounds} rounds; each visits every server for
{SLICE_SECONDS} s, in another order. CPU is that of the server's process with its threads and children. Busy is the share of
its core that a process had: when neither comes near 100%, something else was running on the machine.

![Requests per second of each server](side-by-side.svg)

{table(END_HEAD, [end_row(server, ends) for server in ends if server.slices])}

{bullets(notes(ends))}"""


END_HEAD = ["server", "requests/s", "of bare", "CPU µs/request", "of bare", "server busy", "wrk busy", "errors"]


def end_row(server, ends):
    bare = bare_of(server, ends)
    mark = " **(lets forged requests through)**" if server.is_open else ""
    return [
        server.title + mark,
        figure(rates(server)),
        ratio(ratios(rates(server), rates(bare))) if bare else "",
        figure(cpus(server)),
        ratio(ratios(cpus(server), cpus(bare))) if bare else "",
        f"{server_share(server):.0%}",
        f"{client_share(server):.0%}",
        str(sum(piece.errors for piece in server.slices)),
    ]


def notes(ends):
    busy = [server.title for server in ends if server.slices and client_share(server) > BUSY]
    limited = (
        f"wrk was busy for more than {BUSY:.0%} of the time, so it may be what limits the throughput, with: "
        f"{'; '.join(busy)}. There, CPU per request is the figure to compare."
    )
    free = f"wrk was never busy for more than {BUSY:.0%} of the time: the servers are what limits the throughput."
    return [
        limited if busy else free,
        "Flask's handlers read the body and leave it at that; co-wechat and wechat parse its XML before theirs run.",
        "Koa and Express answer with an empty text, their libraries' way to say that there is no reply.",
        "gunicorn runs in the fastest way that was found for one core: one worker, threads, kept-alive connections.",
        *(f"**Missing** {server.title}: {server.missing}." for server in ends if server.missing),
    ]


def bullets(lines):
    return "\n".join(f"- {line}" for line in lines)


def answers_section(ends):
    head = ["server", *QUESTIONS]
    rows = [[server.title, *map(shown_answer, server.answers.values())] for server in ends if server.answers]
    opens = "; ".join(server.title for server in ends if server.answers and server.is_open)
    finding = f"**Lets forged requests through**: {opens}." if opens else "Only bare servers let forged requests through."
    return f"""## What they answer

Asked before anything was measured. A bare server checks nothing. A forged request differs from the signed one in
the last digit of the signature.

{table(head, rows)}

{finding}"""


def shown_answer(answer):
    status, text = answer
    said = {"": "empty", ECHO: "the echostr", "success": "`success`"}.get(text, "a text")
    return f"{status}, {said}"


OPENING = """\
The message is Chinese. To open it is to get from the bytes of the request's body to its text, to seal it from the text to
the signed XML document of a reply.

- SHA-1 alone: of the base64 text, which no implementation can do without. In echostr's process, with the crate `sha1`.
- echostr, open: parses the query, finds `Encrypt` in the XML, compares the signature in constant time, decrypts, checks
  padding, length, id and UTF-8.
- wechatpy, open: `WeChatCrypto.decrypt_message`, which parses the XML with xmltodict, compares the signature, decrypts
  with `cryptography`, and compares the id.
- wechat-crypto, open: the library has no more than `getSignature` and `decrypt`, so signature and id are compared
  outside, and the XML is parsed with xml2js, as co-wechat and wechat do, but with the newest xml2js and sax, which are
  much faster.
- XML parsed before: the same without the XML; the library gets the text of `Encrypt`.
- wechat-crypto, seal: the document is written with a template literal.

The query is split beforehand for the peers. Before anything was measured, each process opened each message, compared it
with what had been sealed, and refused one whose cipher text had been altered."""


def envelope_section(options, envelopes):
    missing = [f"**Missing** {opener.name}: {opener.missing}." for opener in envelopes if opener.missing]
    parts = [
        "## Opening and sealing encrypted messages",
        f"By size of the cipher text; {options.rounds} turns of each, one process at a time, on one core.",
        OPENING,
        *([bullets(missing)] if missing else []),
        *operation_tables("Opening", {"open": "", "open-parsed": ", XML parsed before"}, envelopes),
        *operation_tables("Sealing", {"seal": ""}, envelopes),
    ]
    return "\n\n".join(parts)


def operation_tables(title, operations, envelopes):
    measured = {
        opener.name + suffix: {size: opener.times[operation, size] for size in SIZES}
        for opener in envelopes
        for operation, suffix in operations.items()
        if (operation, SIZES[0]) in opener.times
    }
    if "echostr" not in measured:
        return [f"### {title}", "Not measured: it takes echostr's process, which writes the messages."]
    sha1 = {size: envelopes[0].times["sha1", size] for size in SIZES}
    echostr = measured["echostr"]
    head = ["", *map(size_name, SIZES)]
    return [
        f"### {title}",
        "Microseconds:",
        table(head, [times_row("SHA-1 alone", sha1), *(times_row(*row) for row in measured.items())]),
        "In multiples of SHA-1 alone:",
        table(head, [ratios_row(*row, sha1) for row in measured.items()]),
        "In multiples of echostr:",
        table(head, [ratios_row(*row, echostr) for row in measured.items() if row[0] != "echostr"]),
    ]


def times_row(name, times):
    return [name, *(figure(times[size]) for size in SIZES)]


def ratios_row(name, times, base):
    return [name, *(ratio(ratios(times[size], base[size])) for size in SIZES)]


def in_process_section(in_process):
    if not in_process:
        return "## In process\n\nNot run: `--skip-in-process`."
    return "\n\n".join(["## In process", *(f"### `{command}`\n\n{output}" for command, output in in_process)])


def commands_section(ends, envelopes):
    """What the script ran, in the repository's folder."""
    environment = " ".join(f"{name}={value}" for name, value in {**SECRETS, "NODE_ENV": "production"}.items())
    commands = [
        *(shlex.join(pinned(SERVER_CORE, server.command)) for server in ends),
        *(shlex.join(pinned(SERVER_CORE, [*opener.command, "DIRECTORY"])) for opener in envelopes),
        shlex.join(pinned(CLIENT_CORE, wrk(url("PORT"), "post.lua"))),
        *(shown_bench(*bench) for bench in benches()),
    ]
    return "## Commands\n\n```sh\nexport " + environment + "\n" + "\n".join(commands) + "\n```"


# The chart


WIDTH, LEFT, RIGHT = 860, 190, 170
TOP, HEADING, BAR, GAP, GROUP_GAP = 108, 20, 20, 6, 18
COLORS = {"bare": "#9aa3ad", "hand-written": "#d99a2b", "echostr": "#1a8f5a"}
PEER_COLOR = "#5b7fb8"
FONT = "system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"

OVER_LINES = ' paint-order="stroke" stroke="#ffffff" stroke-width="4"'
"""A white rim, so that no line of the grid runs through the letters."""


def chart(ends, rounds):
    """Requests per second as bars, with the quartiles as whiskers."""
    measured = [server for server in ends if server.slices]
    if not measured:
        return svg(TOP, "", "Nothing was measured.")
    top_rate = max(quartiles(rates(server))[2] for server in measured)
    step = tick_step(top_rate)
    pixels = (WIDTH - LEFT - RIGHT) / top_rate
    bars, height = groups(measured, ends, pixels)
    axis = "".join(tick(value, pixels, height) for value in range(0, int(top_rate) + 1, step))
    description = "; ".join(f"{s.title}: {quartiles(rates(s))[1]:,.0f} requests per second" for s in measured)
    body = title_lines(rounds) + legend() + axis + bars
    return svg(height + 34, body, description)


def svg(height, body, description):
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" aria-labelledby="title description" font-family="{FONT}" font-size="13" fill="#1f2933">\n'
        f'<title id="title">Requests per second of WeChat callback servers on one core</title>\n'
        f'<desc id="description">{html.escape(description)}.</desc>\n'
        # A ground of its own, or the dark text would stand on a dark page.
        f'<rect width="{WIDTH}" height="{height}" rx="8" fill="#ffffff"/>\n{body}</svg>\n'
    )


def text(x, y, words, anchor="start", more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{html.escape(words)}</text>\n'


def title_lines(rounds):
    said = f"Signed POST of {len(MESSAGE.encode())} bytes, {CONNECTIONS} connections, server on one core. "
    said += f"Median of {rounds} rounds; whiskers: quartiles."
    return text(24, 34, "Requests per second", more=' font-size="19" font-weight="600"') + text(
        24, 57, said, more=' fill="#52606d"'
    )


def legend():
    names = {"bare": "bare: no check", "hand-written": "check written by hand", "echostr": "echostr"}
    entries = [(COLORS[variant], name) for variant, name in names.items()] + [(PEER_COLOR, OTHERS)]
    parts, x = "", 24
    for color, name in entries:
        parts += f'<rect x="{x}" y="73" width="12" height="12" rx="2" fill="{color}"/>\n' + text(x + 18, 84, name)
        x += 46 + 7 * len(name)
    return parts


def tick_step(top):
    """1, 2 or 5 with zeros, so that there are four to nine ticks."""
    steps = (digit * 10**power for power in range(9) for digit in (1, 2, 5))
    return next(step for step in steps if top / step < 9)


def tick(value, pixels, bottom):
    x = LEFT + value * pixels
    line = f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP + HEADING - 6}" y2="{bottom}" stroke="#e4e7eb"/>\n'
    return line + text(x, bottom + 18, f"{value:,}", "middle", ' fill="#52606d" font-size="12"')


def groups(measured, ends, pixels):
    """The bars of all groups, and where they end."""
    parts, y = "", TOP
    for group in dict.fromkeys(server.group for server in measured):
        parts += text(24, y + 12, group, more=' font-weight="600"')
        y += HEADING
        for server in (server for server in measured if server.group == group):
            parts += bar(server, ends, y, pixels)
            y += BAR + GAP
        y += GROUP_GAP - GAP
    return parts, y - GROUP_GAP + GAP


def bar(server, ends, y, pixels):
    low, median, high = (value * pixels for value in quartiles(rates(server)))
    color = COLORS.get(server.name, PEER_COLOR)
    middle = y + BAR / 2
    return (
        text(LEFT - 10, middle + 4.5, server.name, "end")
        + f'<rect x="{LEFT}" y="{y}" width="{median:.1f}" height="{BAR}" rx="2" fill="{color}"/>\n'
        + whisker(LEFT + low, LEFT + high, middle)
        + text(LEFT + high + 10, middle + 4.5, bar_label(server, ends), more=OVER_LINES)
    )


def whisker(low, high, y):
    path = f"M{low:.1f} {y - 4}v8M{low:.1f} {y}H{high:.1f}M{high:.1f} {y - 4}v8"
    return f'<path d="{path}" stroke="#1f2933" stroke-width="1.2" fill="none"/>\n'


def bar_label(server, ends):
    bare = bare_of(server, ends)
    label = f"{quartiles(rates(server))[1]:,.0f}"
    if not bare:
        return label
    return f"{label} · {statistics.median(ratios(rates(server), rates(bare))):.2f} of bare"


if __name__ == "__main__":
    main()
