"""What a test does to calls on their way: refused, throttled, lost, held."""

import json
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from threading import Condition
from typing import Any
from urllib.parse import parse_qs

from run_task import LOST

# `unavailable`: 503, not carried out. `throttled`, `denied`, `error`: 400, not carried out. `lost`: the
# connection ends, not carried out. `answer-lost`: carried out, then the connection ends. `held`: waits
# until the rule is gone, then is carried out.
KINDS = {"unavailable", "throttled", "denied", "error", "lost", "answer-lost", "held"}
SERVICES = {
    "AmazonEC2ContainerServiceV20141113": "ecs",
    "AmazonSQS": "sqs",
    "AWSEvents": "events",
    "Logs_20140328": "logs",
}
Start = Callable[..., Any]


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


class Interference:
    """A WSGI application around moto's."""

    def __init__(self, inner: Callable[[dict[str, Any], Start], Iterable[bytes]]) -> None:
        self._inner = inner
        self._rules: list[Rule] = []
        self._ids = count(1)
        self._changed = Condition()
        # Operation to the times (Unix seconds) of its calls.
        self.calls: dict[str, list[float]] = {}

    def add(self, told: dict[str, Any]) -> int:
        if told["kind"] not in KINDS:
            raise ValueError(f"there is no interference {told['kind']}")
        with self._changed:
            rule = Rule(
                id=next(self._ids),
                service=told["service"],
                operation=told.get("operation"),
                kind=told["kind"],
                times=told.get("times"),
                code=told.get("code", "ServerException"),
                message=told.get("message", "as the test said"),
            )
            self._rules.append(rule)
            return rule.id

    def remove(self, identity: int | None) -> None:
        """All of them for None."""
        with self._changed:
            self._rules = [each for each in self._rules if identity not in (None, each.id)]
            self._changed.notify_all()

    def _rule(self, service: str, operation: str) -> Rule | None:
        with self._changed:
            for rule in self._rules:
                if rule.service == service and rule.operation in (None, operation):
                    if rule.times is not None:
                        rule.times -= 1
                        if rule.times == 0:
                            self._rules.remove(rule)
                    return rule
        return None

    def _wait(self, rule: Rule) -> None:
        with self._changed:
            self._changed.wait_for(lambda: rule not in self._rules)

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        service, operation = named(environ, read_body(environ))
        with self._changed:
            self.calls.setdefault(f"{service}.{operation}", []).append(time.time())
        rule = self._rule(service, operation)
        if rule is None:
            return self._pass(environ, start, lost=False)
        if rule.kind == "held":
            self._wait(rule)
            return self._pass(environ, start, lost=False)
        if rule.kind == "lost":
            return end_connection(environ)
        if rule.kind == "answer-lost":
            return self._pass(environ, start, lost=True)
        return refuse(environ, start, rule, operation)

    def _pass(self, environ: dict[str, Any], start: Start, *, lost: bool) -> Iterable[bytes]:
        answer: list[Any] = []
        body = self._inner(environ, lambda *args: answer.extend(args))
        whole = b"".join(body)
        status, headers = answer[0], answer[1]
        if lost or any(name.lower() == LOST for name, _ in headers):
            return end_connection(environ)
        start(status, headers)
        return [whole]


def named(environ: dict[str, Any], body: bytes) -> tuple[str, str]:
    """Service and operation of a call; EC2 has the operation in its form."""
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if "." in target:
        service, operation = target.split(".", 1)
        return SERVICES.get(service, service), operation
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        action = parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0]
        scope = environ.get("HTTP_AUTHORIZATION", "").split("/")
        return (scope[3] if len(scope) > 4 else "ec2"), action
    return environ.get("REQUEST_METHOD", ""), environ.get("PATH_INFO", "")


def read_body(environ: dict[str, Any]) -> bytes:
    """At once, so that the connection is at its next call whatever becomes of this one."""
    if not environ.get("CONTENT_LENGTH"):
        return b""
    body: bytes = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    environ["wsgi.input"] = BytesIO(body)
    return body


def refuse(environ: dict[str, Any], start: Start, rule: Rule, operation: str) -> list[bytes]:
    status, code, message = {
        "unavailable": ("503 Service Unavailable", "ServiceUnavailable", "as the test said"),
        "throttled": ("400 Bad Request", "ThrottlingException", "Rate exceeded"),
        "denied": (
            "400 Bad Request",
            "AccessDeniedException",
            "User: arn:aws:iam::123456789012:user/flotilla is not authorized to perform: "
            f"{rule.service}:{operation}",
        ),
        "error": ("400 Bad Request", rule.code, rule.message),
    }[rule.kind]
    kind, body = "application/x-amz-json-1.1", json.dumps({"__type": code, "message": message})
    if "HTTP_X_AMZ_TARGET" not in environ:
        kind = "text/xml"
        body = (
            f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
            "<RequestID>test</RequestID></Response>"
        )
    start(status, [("Content-Type", kind), ("Content-Length", str(len(body.encode())))])
    return [body.encode()]


def end_connection(environ: dict[str, Any]) -> list[bytes]:
    """Nothing is answered; the client sees the connection end."""
    connection = environ["werkzeug.socket"]
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    raise ConnectionError("lost, as the test said")
