"""The log driver awslogs: a container's lines as events of its CloudWatch stream."""

import time
from typing import Any

from moto.logs import logs_backends

from tasks import Task

# What the driver puts into one event at most: 256 KiB less what CloudWatch counts for each.
EVENT_BYTES = 262_118


class NoLog(Exception):
    """The log cannot be opened; the message is in AWS's words."""


class Log:
    """Takes bytes as they come, and drops them where the container has no awslogs driver."""

    def __init__(self, task: Task, container: dict[str, Any]) -> None:
        config = container.get("logConfiguration") or {}
        options = config.get("options") or {}
        self._rest = b""
        self._last = 0
        self._stream: Any = None
        # Lines that `log-late` holds back.
        self._late: list[dict[str, Any]] | None = [] if "log-late" in task.faults else None
        if config.get("logDriver") != "awslogs":
            return
        group = options.get("awslogs-group")
        region = options.get("awslogs-region") or task.region
        backend = logs_backends[task.account][region]
        if options.get("awslogs-create-group") == "true":
            backend.ensure_log_group(group)
        prefix = options.get("awslogs-stream-prefix")
        name = f"{prefix}/{container['name']}/{task.id}" if prefix else task.id
        if group not in backend.groups:
            raise NoLog(
                "failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log "
                f"group does not exist: {group}"
            )
        backend.ensure_log_stream(group, name)
        self._stream = backend.groups[group].streams[name]

    def write(self, chunk: bytes) -> None:
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        while len(self._rest) > EVENT_BYTES:
            lines.append(self._rest[:EVENT_BYTES])
            self._rest = self._rest[EVENT_BYTES:]
        self._put(lines)

    def close(self) -> None:
        rest, self._rest = self._rest, b""
        self._put([rest])

    def release(self) -> None:
        """Lets late lines through."""
        late, self._late = self._late, None
        if late and self._stream is not None:
            self._stream.put_log_events(late)

    def _put(self, lines: list[bytes]) -> None:
        if self._stream is None:
            return
        self._last = max(self._last, int(time.time() * 1000))
        events = [
            {"timestamp": self._last, "message": line[at : at + EVENT_BYTES].decode("utf-8", "replace")}
            for line in lines
            # The driver makes no event of an empty line.
            for at in range(0, len(line), EVENT_BYTES)
        ]
        if not events:
            return
        if self._late is None:
            self._stream.put_log_events(events)
        else:
            self._late += events
