"""On what and with which versions was measured: two sections of RESULTS.md."""

import json
import os
import platform
import re
import subprocess
import tomllib
from pathlib import Path

from commands import PEERS, ROOT, started
from figures import bullets


def machine():
    cpu = field_of("/proc/cpuinfo", "model name")
    memory = int(field_of("/proc/meminfo", "MemTotal").split()[0]) / (1 << 20)
    present = set(field_of("/proc/cpuinfo", "flags").split())
    flags = [flag for flag in ("aes", "vaes", "sha_ni", "avx2", "avx512f") if flag in present]
    lines = [
        f"processor: {cpu}",
        f"cores: {os.cpu_count()}",
        f"instructions that matter here: {', '.join(flags)}",
        f"memory: {memory:.0f} GiB",
        f"kernel: {platform.system()} {platform.release()}",
    ]
    return "## Machine\n\n" + bullets(lines)


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
