"""Numbers in words, and tables and lists of them in Markdown."""

import statistics


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


def size_name(size):
    return f"{size >> 10} KiB" if size < 1 << 20 else f"{size >> 20} MiB"


def table(head, rows):
    """Markdown, the first column to the left and all others to the right."""
    lines = [head, ["---"] + ["--:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def bullets(lines):
    return "\n".join(f"- {line}" for line in lines)
