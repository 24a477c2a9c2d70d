"""What a test wants done to calls on their way."""

import time
from dataclasses import dataclass
from itertools import count
from threading import Condition
from typing import Any


@dataclass
class Rule:
    id: int
    service: str
    operation: str | None
    kind: str
    # How many calls more; None for all.
    times: int | None
    code: str
    message: str


class Rules:
    """In the order in which they were added; the first that fits a call strikes."""

    def __init__(self, kinds: set[str], code: str) -> None:
        """`code` is that of errors for which the test names none."""
        self._kinds = kinds
        self._code = code
        self._rules: list[Rule] = []
        self._ids = count(1)
        self._changed = Condition()
        # Operation to the times (Unix seconds) of its calls.
        self.calls: dict[str, list[float]] = {}

    def add(self, told: dict[str, Any]) -> int:
        if told["kind"] not in self._kinds:
            raise ValueError(f"there is no interference {told['kind']}")
        with self._changed:
            rule = Rule(
                id=next(self._ids),
                service=told["service"],
                operation=told.get("operation"),
                kind=told["kind"],
                times=told.get("times"),
                code=told.get("code", self._code),
                message=told.get("message", "as the test said"),
            )
            self._rules.append(rule)
            return rule.id

    def remove(self, identity: int | None) -> None:
        """All of them for None."""
        with self._changed:
            self._rules = [each for each in self._rules if identity not in (None, each.id)]
            self._changed.notify_all()

    def strike(self, service: str, operation: str) -> Rule | None:
        """Counts a call; None where it is to go on."""
        with self._changed:
            self.calls.setdefault(f"{service}.{operation}", []).append(time.time())
            for rule in self._rules:
                if rule.service == service and rule.operation in (None, operation):
                    if rule.times is not None:
                        rule.times -= 1
                        if rule.times == 0:
                            self._rules.remove(rule)
                    return rule
        return None

    def wait(self, rule: Rule) -> None:
        """Until it is gone."""
        with self._changed:
            self._changed.wait_for(lambda: rule not in self._rules)
