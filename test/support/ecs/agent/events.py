"""ECS Task State Change events, put to EventBridge within this process."""

import json
import sys
from datetime import datetime
from typing import Any

from moto.events import events_backends

from tasks import LOCK, Task, now

EVENTS_ONLY_TYPES = {"ElasticNetworkInterface": "eni"}


def told(value: Any) -> Any:
    """As JSON of an event has it: times are ISO 8601 with milliseconds."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
    if isinstance(value, dict):
        return {key: told(each) for key, each in value.items()}
    if isinstance(value, list):
        return [told(each) for each in value]
    return value


def detail_of(task: Task) -> dict[str, Any]:
    """The description of a task; unlike DescribeTasks, it has updatedAt and no tags."""
    detail = {key: value for key, value in task.detail.items() if key != "tags"}
    detail["attachments"] = [
        each | {"type": EVENTS_ONLY_TYPES.get(each["type"], each["type"])}
        for each in detail["attachments"]
    ]
    return told(detail | {"updatedAt": now()})


class Events:
    """What goes to EventBridge; may be held back as a whole."""

    def __init__(self) -> None:
        self._held: list[dict[str, Any]] | None = None
        # By task: what `events-out-of-order` keeps until the task has stopped.
        self._kept: dict[str, list[dict[str, Any]]] = {}
        self.published = 0

    def hold(self, held: bool) -> None:
        with LOCK:
            if held:
                self._held = self._held or []
                return
            waiting, self._held = self._held or [], None
            for entry in waiting:
                self._put(entry)

    def publish(self, task: Task) -> None:
        status = task.detail["lastStatus"]
        entry = {
            "Source": "aws.ecs",
            "DetailType": "ECS Task State Change",
            "Resources": [task.arn],
            "Detail": json.dumps(detail_of(task)),
            "account": task.account,
            "region": task.region,
        }
        faults = task.faults
        if "event-lost" in faults and faults["event-lost"] in ("all", status):
            return
        if "event-lost" in faults and not faults["event-lost"] and status == "STOPPED":
            return
        entries = [entry]
        if "event-twice" in faults and faults["event-twice"] in ("", status):
            entries = [entry, entry]
        if "events-out-of-order" in faults:
            kept = self._kept.setdefault(task.arn, [])
            kept[:0] = entries
            if status != "STOPPED":
                return
            entries = self._kept.pop(task.arn)
        for each in entries:
            self._put(each)

    def _put(self, entry: dict[str, Any]) -> None:
        if self._held is not None:
            self._held.append(entry)
            return
        self.published += 1
        backend = events_backends[entry["account"]][entry["region"]]
        try:
            backend.put_events([entry])
        except Exception as error:  # A target that is gone takes nothing else with it.
            print(f"event not delivered: {error!r}", file=sys.stderr, flush=True)


EVENTS = Events()
