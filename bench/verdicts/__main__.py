"""Runs `echostr check` on servers made with other people's libraries, and compares what it says with what their source says.

`python3 bench/verdicts` installs the peers into this folder, builds the command, and writes VERDICTS.md. It ends with an
error if a verdict is another one than expected.
"""

import json
import os
import subprocess
import sys
import tempfile
from fnmatch import fnmatchcase

from peers import NODE, PEERS
from servers import HERE, Server, environment

ROOT = os.path.dirname(os.path.dirname(HERE))
ENVIRONMENT = f"{HERE}/.venv"
ECHOSTR = f"{ROOT}/target/debug/echostr"
PROGRAMS = {NODE: ["node"], "python": [f"{ENVIRONMENT}/bin/python"]}


def install():
    run = lambda *command: subprocess.run(command, cwd=ROOT, check=True)
    # A lock file would hold the name of the registry that happens to be set up here.
    run("npm", "install", "--prefix", HERE, "--no-package-lock", "--no-audit", "--no-fund", "--silent")
    run(sys.executable, "-m", "venv", ENVIRONMENT)
    run(f"{ENVIRONMENT}/bin/pip", "install", "--quiet", "--requirement", f"{HERE}/requirements.txt")
    run("cargo", "build", "--quiet", "--package", "echostr-cli")


def versions():
    """The pinned version of each package."""
    with open(f"{HERE}/package.json") as file:
        found = {name: text.rsplit("@", 1)[-1] for name, text in json.load(file)["dependencies"].items()}
    with open(f"{HERE}/requirements.txt") as file:
        found |= dict(line.split("==") for line in file.read().split())
    return found


def check(peer, mode):
    command = [*PROGRAMS[peer.program], f"{HERE}/servers/{peer.server}"]
    with tempfile.TemporaryDirectory() as folder, Server(command, mode) as server:
        report = f"{folder}/report.json"
        # How cipher text can be moved into another parameter depends on the order of the two.
        nonce = "1854606000"
        line = [ECHOSTR, "check", server.url, "--mode", mode, "--nonce", nonce, "--report", f"json={report}"]
        code = subprocess.run(line, env=environment(mode), stdout=subprocess.DEVNULL).returncode
        with open(report) as file:
            cases = json.load(file)["cases"]
    found = {}
    for case in cases:
        found.setdefault(case["result"], []).append(case["case"])
    return code, found


def fits(cases, patterns):
    """Each case is meant by a pattern, and each pattern means a case."""
    meant = lambda case, pattern: fnmatchcase(case, pattern)
    return all(any(meant(case, pattern) for pattern in patterns) for case in cases) and all(
        any(meant(case, pattern) for case in cases) for pattern in patterns
    )


def shortened(cases, most=4):
    shown = ", ".join(f"`{case}`" for case in cases[:most])
    return shown if len(cases) <= most else f"{shown} and {len(cases) - most} more"


def said(code, found):
    parts = [f"**exit {code}**"]
    for result, words in [
        ("accepted", "forgeries accepted"),
        ("failed", "failed"),
        ("crashed", "refused by crashing"),
        ("undecided", "cannot be told"),
        ("not-protected", "not protected"),
        ("hardening", "for hardening"),
        ("warning", "with a warning"),
        ("skipped", "not sent"),
    ]:
        if cases := found.get(result):
            names = f" ({shortened(cases)})" if result in ("accepted", "failed", "undecided") else ""
            parts.append(f"{len(cases)} {words}{names}")
    return "; ".join(parts)


HEAD = """# What `echostr check` says of others

Servers made with libraries that people use, as these show it in their own documentation, each a bot that replies to texts; what
reading the source says, and what the command says. Written by

```sh
python3 bench/verdicts
```

which installs the peers (Node.js, Python 3.11), starts each one in plain and in safe mode, and fails if a verdict is not the one that the
source gives. A server that ends is started again, as a process manager would. Exit codes: 0 fine, 1 wrong answers, 5 a forgery gets in.

| peer | mode | its source | `echostr check` |
|---|---|---|---|
"""


def main():
    if "--skip-install" not in sys.argv:
        install()
    known, rows, wrong = versions(), [], []
    for peer in PEERS:
        names = ", ".join(f"{name.rstrip('1') if name == 'koa1' else name} {known[name]}" for name in peer.packages)
        for mode, expected in [("plain", peer.plain), ("safe", peer.safe)]:
            code, found = check(peer, mode)
            is_right = code == expected.exit
            is_right &= fits(found.get("accepted", []), expected.accepted)
            is_right &= fits(found.get("failed", []), expected.failed)
            print(f"{'ok  ' if is_right else 'WRONG'} {peer.name}, {mode}: {said(code, found)}", flush=True)
            if not is_right:
                wrong.append(f"{peer.name}, {mode}")
            rows.append(f"| {peer.name} ({names}) | {mode} | {expected.source} | {said(code, found)} |\n")
    with open(f"{HERE}/VERDICTS.md", "w") as file:
        file.write(HEAD + "".join(rows))
    if wrong:
        sys.exit(f"another verdict than the source gives: {', '.join(wrong)}")


main()
