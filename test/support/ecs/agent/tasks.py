"""The tasks that ECS knows, how each is described, and what was ever started."""

import asyncio
import copy
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from threading import RLock
from typing import Any
from uuid import uuid4

import faults as known_faults

# Guards tasks, hosts and client tokens; events are published within it, so that they keep order.
LOCK = RLock()


def now() -> datetime:
    moment = datetime.now(timezone.utc)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@dataclass
class End:
    """Why a task is to stop."""

    stop_code: str
    reason: str


class Task:
    """One task; `detail` is what DescribeTasks and events tell of it."""

    def __init__(
        self,
        *,
        cluster: Any,
        definition: Any,
        request: dict[str, Any],
        launch_type: str,
        provider: str | None,
        account: str,
        publish: Callable[["Task"], None],
        wake: Callable[[Callable[[], None]], None],
    ) -> None:
        self.id = uuid4().hex
        self.cluster = cluster
        self.definition = definition
        self.request = request
        self.account = account
        self.region: str = cluster.region_name
        self.host: Any = None
        self.need: dict[str, Any] = {}
        self.created = now()
        self.starts = 0
        self.pids: list[int] = []
        self.end: End | None = None
        # For its life, which waits on them: asked to stop, host gone, agent connected.
        self.asked = asyncio.Event()
        self.gone = asyncio.Event()
        self.connected = asyncio.Event()
        self.connected.set()
        self._publish = publish
        self._wake = wake
        self.awsvpc = definition.network_mode == "awsvpc"
        self.environments = {
            container["name"]: environment_of(container, request)
            for container in definition.container_definitions
        }
        merged: dict[str, str] = {}
        for environment in self.environments.values():
            merged |= environment
        self.faults = known_faults.parse(merged)
        self.detail = self._described(launch_type, provider)

    @property
    def arn(self) -> str:
        return self.detail["taskArn"]

    def _described(self, launch_type: str, provider: str | None) -> dict[str, Any]:
        stem = f"arn:aws:ecs:{self.region}:{self.account}"
        arn = f"{stem}:task/{self.cluster.name}/{self.id}"
        overrides = copy.deepcopy(self.request.get("overrides") or {})
        overrides.setdefault("containerOverrides", [])
        overrides.setdefault("inferenceAcceleratorOverrides", [])
        detail: dict[str, Any] = {
            "attachments": [],
            "attributes": [{"name": "ecs.cpu-architecture", "value": "x86_64"}],
            "availabilityZone": f"{self.region}a",
            "clusterArn": self.cluster.arn,
            "containers": [
                self._container(stem, arn, each) for each in self.definition.container_definitions
            ],
            "createdAt": self.created,
            "desiredStatus": "RUNNING",
            "enableExecuteCommand": False,
            "group": self.request.get("group") or f"family:{self.definition.family}",
            "healthStatus": "UNKNOWN",
            "lastStatus": "PROVISIONING" if self.awsvpc or provider else "PENDING",
            "launchType": launch_type,
            "overrides": overrides,
            "tags": self.request.get("tags") or [],
            "taskArn": arn,
            "taskDefinitionArn": self.definition.arn,
            "version": 1,
        }
        detail["cpu"], detail["memory"] = sizes(self.definition, self.request)
        if provider:
            detail["capacityProviderName"] = provider
        if launch_type == "FARGATE":
            detail |= {"platformVersion": "1.4.0", "platformFamily": "Linux"}
        if self.request.get("startedBy"):
            detail["startedBy"] = self.request["startedBy"]
        return detail

    def _container(self, stem: str, task_arn: str, definition: dict[str, Any]) -> dict[str, Any]:
        container = {
            "containerArn": f"{stem}:container/{self.cluster.name}/{self.id}/{uuid4()}",
            "taskArn": task_arn,
            "name": definition["name"],
            "image": definition["image"],
            "lastStatus": "PENDING",
            "networkBindings": [],
            "networkInterfaces": [],
            "healthStatus": "UNKNOWN",
            "cpu": str(overridden(self.request, definition, "cpu") or 0),
        }
        for key in ("memory", "memoryReservation"):
            value = overridden(self.request, definition, key)
            if value is not None:
                container[key] = str(value)
        return container

    def change(self, **values: Any) -> None:
        """The next version of the task, with an event of it."""
        with LOCK:
            self.detail.update(values)
            self.detail["version"] += 1
            self._publish(self)

    def containers(self, **values: Any) -> None:
        with LOCK:
            for container in self.detail["containers"]:
                container.update(values)

    def ask(self, end: End, *, tell: bool = True) -> None:
        """Asks it to stop; the first to ask is the one that the task names."""
        with LOCK:
            if self.end is not None:
                return
            self.end = end
            values = {
                "desiredStatus": "STOPPED",
                "stopCode": end.stop_code,
                "stoppedReason": end.reason,
                "stoppingAt": now(),
            }
            if tell:
                self.change(**values)
            else:
                self.detail.update(values)
        self._wake(self.asked.set)

    def connect(self, connected: bool) -> None:
        """Whether the agent of its host reaches ECS."""
        with LOCK:
            if self.stopped:
                return
            self.change(
                connectivity="CONNECTED" if connected else "DISCONNECTED", connectivityAt=now()
            )
        self._wake(self.connected.set if connected else self.connected.clear)

    def lose(self) -> None:
        self._wake(self.gone.set)

    @property
    def stopped(self) -> bool:
        return self.detail["lastStatus"] == "STOPPED"


def overridden(request: dict[str, Any], container: dict[str, Any], key: str) -> Any:
    """What RunTask says of a container, else its definition."""
    for override in (request.get("overrides") or {}).get("containerOverrides") or []:
        if override.get("name") == container["name"] and override.get(key) is not None:
            return override[key]
    return container.get(key)


def environment_of(container: dict[str, Any], request: dict[str, Any]) -> dict[str, str]:
    variables = list(container.get("environment") or [])
    for override in (request.get("overrides") or {}).get("containerOverrides") or []:
        if override.get("name") == container["name"]:
            variables += override.get("environment") or []
    return {each["name"]: each.get("value", "") for each in variables}


def sizes(definition: Any, request: dict[str, Any]) -> tuple[str, str]:
    """CPU units and megabytes of the whole task."""
    overrides = request.get("overrides") or {}
    all_of = definition.container_definitions
    cpu = overrides.get("cpu") or definition.cpu
    memory = overrides.get("memory") or definition.memory
    if not cpu:
        cpu = sum(overridden(request, each, "cpu") or 0 for each in all_of)
    if not memory:
        memory = sum(
            overridden(request, each, "memory") or overridden(request, each, "memoryReservation") or 0
            for each in all_of
        )
    return str(cpu), str(memory)


class Store:
    """All tasks of all clusters."""

    def __init__(self) -> None:
        # In the order of their start.
        self.known: dict[str, Task] = {}
        self.ever: list[Task] = []
        # Cluster and client token, to the request and its tasks.
        self.tokens: dict[tuple[str, str], tuple[str, list[Task]]] = {}

    def add(self, task: Task) -> None:
        self.known[task.arn] = task
        self.ever.append(task)

    def of(self, cluster: Any) -> list[Task]:
        with LOCK:
            return [each for each in self.known.values() if each.cluster is cluster]

    def forget(self, task: Task) -> bool:
        """Nothing is told of the task any more, and its client token is free."""
        with LOCK:
            if not task.stopped or self.known.pop(task.arn, None) is None:
                return False
            for token, (_, tasks) in list(self.tokens.items()):
                if task in tasks:
                    del self.tokens[token]
            return True


STORE = Store()
