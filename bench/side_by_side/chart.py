"""The chart: requests per second as an SVG."""

import html
import statistics

from callback import MESSAGE
from figures import quartiles, ratios
from load import CONNECTIONS
from servers import OTHERS, bare_of

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
    top_rate = max(quartiles(server.rates)[2] for server in measured)
    step = tick_step(top_rate)
    pixels = (WIDTH - LEFT - RIGHT) / top_rate
    bars, height = groups(measured, ends, pixels)
    axis = "".join(tick(value, pixels, height) for value in range(0, int(top_rate) + 1, step))
    description = "; ".join(f"{s.title}: {quartiles(s.rates)[1]:,.0f} requests per second" for s in measured)
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
    low, median, high = (value * pixels for value in quartiles(server.rates))
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
    label = f"{quartiles(server.rates)[1]:,.0f}"
    if not bare:
        return label
    return f"{label} · {statistics.median(ratios(server.rates, bare.rates)):.2f} of bare"
