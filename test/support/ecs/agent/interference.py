"""What a test does to calls on their way: refused, throttled, lost, held."""

import json
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

from rules import Rule, Rules
from run_task import LOST
from wire import Start, end_connection, read_body

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


class Interference:
    """A WSGI application around moto's."""

    def __init__(self, inner: Callable[[dict[str, Any], Start], Iterable[bytes]]) -> None:
        self._inner = inner
        self.rules = Rules(KINDS, "ServerException")

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        service, operation = named(environ, read_body(environ))
        rule = self.rules.strike(service, operation)
        if rule is None:
            return self._pass(environ, start, lost=False)
        if rule.kind == "held":
            self.rules.wait(rule)
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
