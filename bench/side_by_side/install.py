"""What has to be there before anything is measured: tools, peers, and the programs of this repository."""

import os
import shutil
import sys

from commands import CORES, PEERS, failure


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
