"""The sections of RESULTS.md about the servers: how fast they are, and what they answer."""

from callback import ECHO, MESSAGE, QUESTIONS
from figures import bullets, figure, ratio, ratios, table
from load import CONNECTIONS, SLICE_SECONDS
from servers import bare_of

BUSY = 0.95
"""Share of its core beyond which a process has what it can have, and may be what limits the throughput."""


def end_to_end_section(rounds, ends):
    return f"""## End to end

One signed POST with a text message of {len(MESSAGE.encode())} bytes, over and over on {CONNECTIONS} kept-alive
connections over 127.0.0.1; the server on one core, wrk on another. {rounds} rounds; each visits every server for
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
        figure(server.rates),
        ratio(ratios(server.rates, bare.rates)) if bare else "",
        figure(server.cpus),
        ratio(ratios(server.cpus, bare.cpus)) if bare else "",
        f"{server.server_share:.0%}",
        f"{server.client_share:.0%}",
        str(sum(piece.errors for piece in server.slices)),
    ]


def notes(ends):
    return [
        limits([server for server in ends if server.slices]),
        "Flask's handlers read the body and leave it at that; co-wechat and wechat parse its XML before theirs run.",
        "Koa and Express answer with an empty text, their libraries' way to say that there is no reply.",
        "gunicorn runs in the fastest way that was found for one core: one worker, threads, kept-alive connections.",
        *(f"**Missing** {server.title}: {server.missing}." for server in ends if server.missing),
    ]


def limits(measured):
    """What the throughput depends on: it should be the servers alone."""
    by_wrk = [server.title for server in measured if server.client_share > BUSY]
    if by_wrk:
        return (
            f"wrk was busy for more than {BUSY:.0%} of the time, so it may be what limits the throughput, with: "
            f"{'; '.join(by_wrk)}. There, CPU per request is the figure to compare."
        )
    idle = [server.title for server in measured if server.server_share < BUSY]
    if idle:
        return f"Neither wrk nor the server had its core to itself, so the machine was not quiet, with: {'; '.join(idle)}."
    return "The servers are what limits the throughput: wrk always had time to spare."


def answers_section(ends):
    head = ["server", *QUESTIONS]
    rows = [[server.title, *map(shown_answer, server.answers.values())] for server in ends if server.answers]
    opens = "; ".join(server.title for server in ends if server.answers and server.is_open)
    only_bare = "Only bare servers let forged requests through."
    finding = f"**Lets forged requests through**: {opens}." if opens else only_bare
    return f"""## What they answer

Asked before anything was measured. A bare server checks nothing. A forged request differs from the signed one in
the last digit of the signature.

{table(head, rows)}

{finding}"""


def shown_answer(answer):
    status, text = answer
    said = {"": "empty", ECHO: "the echostr", "success": "`success`"}.get(text, "a text")
    return f"{status}, {said}"
