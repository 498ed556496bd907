"""The order in which what is compared takes turns."""

from commands import say


def turns(present, rounds, label):
    """Each of them once in every round."""
    for number in range(rounds):
        say(f"{label} {number + 1} of {rounds}")
        yield from order(present, number)


def order(present, number):
    """Each round begins elsewhere, and every second one goes backwards, so that no server profits from its place."""
    shift = number % max(len(present), 1)
    rotated = present[shift:] + present[:shift]
    return rotated if number % 2 == 0 else rotated[::-1]
