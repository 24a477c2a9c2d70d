"""Calls and answers as WSGI has them."""

import json
import socket
from collections.abc import Callable
from io import BytesIO
from typing import Any

# What tests ask of an agent itself: `/flotilla-test/<name>`, JSON in and out.
PREFIX = "/flotilla-test/"
Start = Callable[..., Any]
Actions = dict[str, Callable[[dict[str, Any]], Any]]


def read_body(environ: dict[str, Any]) -> bytes:
    """At once, so that the connection is at its next call whatever becomes of this one."""
    if not environ.get("CONTENT_LENGTH"):
        return b""
    body: bytes = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    environ["wsgi.input"] = BytesIO(body)
    return body


def control(actions: Actions, environ: dict[str, Any], start: Start) -> list[bytes]:
    """Does what a test asks for."""
    name, body = environ["PATH_INFO"][len(PREFIX) :], read_body(environ)
    try:
        if name not in actions:
            raise LookupError(f"there is no {name}")
        status, answer = "200 OK", actions[name](json.loads(body or b"{}"))
    except (LookupError, ValueError, TypeError) as error:
        status, answer = "400 Bad Request", {"error": repr(error)}
    text = json.dumps(answer).encode()
    start(status, [("Content-Type", "application/json"), ("Content-Length", str(len(text)))])
    return [text]


def end_connection(environ: dict[str, Any]) -> list[bytes]:
    """Nothing is answered; the client sees the connection end."""
    connection = environ["werkzeug.socket"]
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    raise ConnectionError("lost, as the test said")
