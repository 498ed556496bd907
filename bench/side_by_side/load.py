"""One slice of load on one server: wrk, and what it and the server took of their cores."""

import dataclasses
import resource
import subprocess
import time
from pathlib import Path

from callback import HEADERS, MESSAGE, post
from commands import CLIENT_CORE, pinned, started

CONNECTIONS = 32
SLICE_SECONDS = 2


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


def load(pid, port, script):
    """One slice, of the server with this process and port."""
    server_before, client_before, begin = cpu_seconds(pid), reaped_cpu_seconds(), time.perf_counter()
    with started(pinned(CLIENT_CORE, wrk(url(port), script)), stdout=subprocess.PIPE, text=True) as client:
        output = client.communicate()[0]
    elapsed = time.perf_counter() - begin
    server_cpu, client_cpu = cpu_seconds(pid) - server_before, reaped_cpu_seconds() - client_before
    line = next(line for line in output.splitlines() if line.startswith("result "))
    requests, microseconds, errors = map(int, line.split()[1:])
    return Slice(requests, microseconds / 1e6, errors, server_cpu, server_cpu / elapsed, client_cpu / elapsed)


def wrk(address, script):
    options = f"--threads 1 --connections {CONNECTIONS} --duration {SLICE_SECONDS}s"
    return ["wrk", *options.split(), "--script", str(script), address]


def url(port):
    return f"http://127.0.0.1:{port}/wx?{post(True)[1]}"


def lua():
    """The script for wrk."""
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
