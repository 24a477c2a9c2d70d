"""EMR Job Run State Change events, put to EventBridge within this process."""

import json
import sys
from threading import Lock
from typing import Any

from moto.events import events_backends

ACCOUNT, REGION = "123456789012", "us-east-1"


class Events:
    """What goes to EventBridge; may be held back as a whole."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: list[dict[str, Any]] | None = None

    def hold(self, held: bool) -> None:
        with self._lock:
            waiting, self._held = self._held or [], [] if held else None
        for entry in waiting:
            self._send(entry)

    def put(self, detail: dict[str, Any]) -> None:
        entry = {
            "Source": "aws.emr-containers",
            "DetailType": "EMR Job Run State Change",
            "Resources": [detail.get("arn", "")],
            "Detail": json.dumps(detail),
            "account": ACCOUNT,
            "region": REGION,
        }
        with self._lock:
            if self._held is not None:
                self._held.append(entry)
                return
        self._send(entry)

    def _send(self, entry: dict[str, Any]) -> None:
        try:
            events_backends[ACCOUNT][REGION].put_events([entry])
        except Exception as error:  # A target that is gone takes nothing else with it.
            print(f"event not delivered: {error!r}", file=sys.stderr, flush=True)


EVENTS = Events()
