"""Faults that a job asks for itself: see asked_faults."""

from asked_faults import asked_faults

# Of events the argument is a state; of `late-end`, seconds.
NAMES = {"event-lost", "event-twice", "events-out-of-order", "late-end", "no-log"}


def parse(environment: dict[str, str]) -> dict[str, str]:
    return asked_faults(environment, NAMES)
