"""What a test does to calls on their way, and what it asks of the agent: `/flotilla-test/<name>`."""

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from events import EVENTS
from jobs import JOBS
from rules import Rule, Rules
from settings import SETTINGS
from wire import PREFIX, Actions, Start, control, end_connection, read_body

# `unavailable`: 500, not carried out. `throttled`, `denied`, `error`: 4xx, not carried out. `lost`: the
# connection ends, not carried out. `answer-lost`: carried out, then the connection ends. `failed-after`:
# carried out, then 500. `held`: waits until the rule is gone, then is carried out.
KINDS = {"unavailable", "throttled", "denied", "error", "lost", "answer-lost", "failed-after", "held"}


class Calls:
    """A WSGI application around moto's."""

    def __init__(self, inner: Callable[[dict[str, Any], Start], Iterable[bytes]]) -> None:
        self._inner = inner
        self._rules = Rules(KINDS, "ValidationException")

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith(PREFIX):
            return control(self._actions(), environ, start)
        service, operation = named(environ, read_body(environ))
        rule = self._rules.strike(service, operation)
        if rule is None:
            return self._inner(environ, start)
        if rule.kind == "held":
            self._rules.wait(rule)
            return self._inner(environ, start)
        if rule.kind == "lost":
            return end_connection(environ)
        if rule.kind in ("answer-lost", "failed-after"):
            b"".join(self._inner(environ, lambda *_: None))
            if rule.kind == "answer-lost":
                return end_connection(environ)
        return refuse(start, rule, operation)

    def _actions(self) -> Actions:
        return {
            "settings": settings,
            "interfere": lambda asked: {"id": self._rules.add(asked)},
            "clear": lambda asked: self._rules.remove(asked.get("id")),
            "events": lambda asked: EVENTS.hold(asked["held"]),
            "event": lambda asked: EVENTS.put(asked["detail"]),
            "jobs": lambda _: [job.told() for job in JOBS.all()],
            "fail": lambda asked: JOBS.get(asked["id"]).fail(asked["reason"], asked["details"]),
            "calls": lambda _: self._rules.calls,
        }


def settings(asked: dict[str, Any]) -> dict[str, Any]:
    SETTINGS.update(asked)
    return SETTINGS.told()


def named(environ: dict[str, Any], body: bytes) -> tuple[str, str]:
    """Service and operation of a call, as far as tests name them."""
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if "." in target:
        service, operation = target.split(".", 1)
        return {"AmazonSQS": "sqs", "AWSEvents": "events"}.get(service, service), operation
    method, path = environ.get("REQUEST_METHOD", ""), environ.get("PATH_INFO", "")
    parts = path.strip("/").split("/")
    if parts[0] == "virtualclusters":
        return "emr", {
            ("POST", 1): "CreateVirtualCluster",
            ("GET", 2): "DescribeVirtualCluster",
            ("POST", 3): "StartJobRun",
            ("GET", 3): "ListJobRuns",
            ("GET", 4): "DescribeJobRun",
            ("DELETE", 4): "CancelJobRun",
        }.get((method, len(parts)), method)
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return "query", parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0]
    return "s3", {"GET": "Get", "PUT": "Put", "HEAD": "Head"}.get(method, method)


def refuse(start: Start, rule: Rule, operation: str) -> list[bytes]:
    status, code, message = {
        "throttled": ("429 Too Many Requests", "ThrottlingException", "Rate exceeded"),
        "denied": (
            "403 Forbidden",
            "AccessDeniedException",
            "User: arn:aws:iam::123456789012:user/flotilla is not authorized to perform: "
            f"emr-containers:{operation}",
        ),
        "error": ("400 Bad Request", rule.code, rule.message),
    }.get(rule.kind, ("500 Internal Server Error", "InternalServerException", "as the test said"))
    body = json.dumps({"message": message}).encode()
    start(
        status,
        [
            ("Content-Type", "application/json"),
            ("x-amzn-ErrorType", code),
            ("Content-Length", str(len(body))),
        ],
    )
    return [body]
