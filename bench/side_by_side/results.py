"""RESULTS.md, section by section."""

import datetime
import shlex

from commands import CLIENT_CORE, SERVER_CORE, VARIABLES, pinned
from in_process import programs, shown
from load import url, wrk
from results_envelopes import envelope_section
from results_servers import answers_section, end_to_end_section
from versions import machine, versions


def results(options, ends, envelopes, in_process):
    sections = [
        heading(options),
        machine(),
        versions(),
        end_to_end_section(options.rounds, ends),
        answers_section(ends),
        envelope_section(options.rounds, envelopes),
        in_process_section(in_process),
        commands_section(ends, envelopes),
    ]
    return "\n\n".join(sections) + "\n"


def heading(options):
    flags = " --skip-in-process" if options.skip_in_process else ""
    return f"""# Side by side

Written on {datetime.date.today()} by

```sh
python3 bench/side_by_side --rounds {options.rounds}{flags}
```

Figures are medians with quartiles in parentheses. A ratio is the median of the ratios within one round, so that a
machine that slows down or hurries for a while changes both sides of it alike."""


def in_process_section(in_process):
    if not in_process:
        return "## In process\n\nNot run: `--skip-in-process`."
    return "\n\n".join(["## In process", *(f"### `{command}`\n\n{output}" for command, output in in_process)])


def commands_section(ends, envelopes):
    """What was run, in the repository's folder."""
    environment = " ".join(f"{name}={value}" for name, value in VARIABLES.items())
    commands = [
        *(shlex.join(pinned(SERVER_CORE, server.command)) for server in ends),
        *(shlex.join(pinned(SERVER_CORE, [*opener.command, "DIRECTORY"])) for opener in envelopes),
        shlex.join(pinned(CLIENT_CORE, wrk(url("PORT"), "post.lua"))),
        *(shown(*program) for program in programs()),
    ]
    return "## Commands\n\n```sh\nexport " + environment + "\n" + "\n".join(commands) + "\n```"
