"""RunTask, as AWS answers it."""

import asyncio
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from moto.ecs.exceptions import (
    EcsClientException,
    ECSException,
    InvalidParameterException,
)

import network
from events import EVENTS
from fargate import check_pair
from faults import Counted
from hosts import find_host, hosts_of, open_hosts
from life import Life
from tasks import LOCK, STORE, End, Task, sizes

FARGATE = {"FARGATE", "FARGATE_SPOT"}
TAG = re.compile(r"[\w\s+\-=.:/@]*")
OVERRIDE_CHARACTERS = 8192
# Of RunTask's answer: the connection ends before it is sent.
LOST = "x-flotilla-test-lost"


class Conflict(ECSException):
    """The client token was used with other parameters."""

    def __init__(self, arns: list[str]) -> None:
        super().__init__("ConflictException", "The clientToken was used with another request.")
        self.resourceIds = arns


class RunTask:
    def __init__(self, loop: asyncio.AbstractEventLoop, folder: Path) -> None:
        self._loop = loop
        self._folder = folder
        self._counted = Counted()

    def run(
        self, backend: Any, params: dict[str, Any], lose: Callable[[], None]
    ) -> dict[str, Any]:
        """`lose` ends the connection instead of the answer."""
        check(params)
        cluster = backend._get_cluster(params.get("cluster") or "default")
        definition = backend.describe_task_definition(params["taskDefinition"])
        if definition.status != "ACTIVE":
            raise EcsClientException("TaskDefinition is inactive")
        launch_type, provider = kind(cluster, definition, params)
        token = (cluster.arn, params["clientToken"]) if params.get("clientToken") else None
        with LOCK:
            repeated = known(token, params)
            if repeated is not None:
                return {"tasks": [each.detail for each in repeated], "failures": []}
            network.check(definition, params, backend)
            tasks, failures = [], []
            for _ in range(params.get("count") or 1):
                task = self._task(backend, cluster, definition, params, launch_type, provider)
                self._refused(task)
                lacking = self._placed(task)
                if lacking:
                    failures = lacking
                    break
                tasks.append(task)
            for task in tasks:
                STORE.add(task)
                EVENTS.publish(task)
            if token is not None and tasks:
                STORE.tokens[token] = (fingerprint(params), tasks)
            answer = {"tasks": [dict(each.detail) for each in tasks], "failures": failures}
        for task in tasks:
            self._schedule(task)
            if self._counted.strikes(task.faults, "answer-lost", launch(task)):
                lose()
        return answer

    def _task(
        self,
        backend: Any,
        cluster: Any,
        definition: Any,
        params: dict[str, Any],
        launch_type: str,
        provider: str | None,
    ) -> Task:
        try:
            return Task(
                cluster=cluster,
                definition=definition,
                request=params,
                launch_type=launch_type,
                provider=provider,
                account=backend.account_id,
                publish=EVENTS.publish,
                wake=self._loop.call_soon_threadsafe,
            )
        except ValueError as error:
            raise InvalidParameterException(str(error)) from error

    def _refused(self, task: Task) -> None:
        """Faults by which RunTask is an error."""
        name = launch(task)
        if self._counted.strikes(task.faults, "throttled", name):
            raise ECSException("ThrottlingException", "Rate exceeded")
        if self._counted.strikes(task.faults, "no-instances", name):
            raise no_instances()
        if self._counted.strikes(task.faults, "pass-role-denied", name):
            role = getattr(task.definition, "task_role_arn", "*")
            raise ECSException(
                "AccessDeniedException",
                f"User: arn:aws:iam::{task.account}:user/flotilla is not authorized to perform: "
                f"iam:PassRole on resource: {role}",
            )

    def _placed(self, task: Task) -> list[dict[str, str]]:
        """Why it could not be placed; nothing when it was, or need not be yet."""
        hosts = hosts_of(task.cluster)
        on_hosts = task.detail["launchType"] == "EC2"
        arns = [each.container_instance_arn for each in hosts.values()] or [task.cluster.arn]
        for name, reason in (("resource-memory", "RESOURCE:MEMORY"), ("agent", "AGENT")):
            if self._counted.strikes(task.faults, name, launch(task)):
                return [{"arn": arn, "reason": reason} for arn in arns]
        if not on_hosts:
            return []
        if "capacityProviderName" in task.detail:
            # Waits in PROVISIONING until there is room.
            return []
        if not open_hosts(task.cluster):
            raise no_instances()
        return find_host(task)

    def _schedule(self, task: Task) -> None:
        life = Life(task, self._folder)
        asyncio.run_coroutine_threadsafe(life.live(), self._loop)


def no_instances() -> InvalidParameterException:
    return InvalidParameterException("No Container Instances were found in your cluster.")


def launch(task: Task) -> str:
    """What a repeated RunTask has in common with the first."""
    return str(task.request.get("startedBy") or task.request.get("clientToken") or task.definition.arn)


def fingerprint(params: dict[str, Any]) -> str:
    rest = {key: value for key, value in params.items() if key != "clientToken"}
    return json.dumps(rest, sort_keys=True, default=str)


def known(token: tuple[str, str] | None, params: dict[str, Any]) -> list[Task] | None:
    """The tasks of an earlier request with this token."""
    if token is None or token not in STORE.tokens:
        return None
    earlier, tasks = STORE.tokens[token]
    if earlier != fingerprint(params):
        raise Conflict([each.arn for each in tasks])
    return tasks


def check(params: dict[str, Any]) -> None:
    """Raises InvalidParameterException for what AWS refuses whatever the cluster."""
    token = params.get("clientToken")
    if token is not None and not re.fullmatch(r"[\x21-\x7e]{1,64}", token):
        raise InvalidParameterException("Invalid clientToken.")
    started_by = params.get("startedBy")
    if started_by is not None and not re.fullmatch(r"[-\w/]{0,128}", started_by, re.ASCII):
        raise InvalidParameterException(
            "startedBy can have at most 128 letters, digits, hyphens, slashes and underscores."
        )
    if not 1 <= (params.get("count") or 1) <= 10:
        raise InvalidParameterException("Count must be between 1 and 10.")
    overrides = params.get("overrides") or {}
    length = len(json.dumps(overrides, separators=(",", ":"), ensure_ascii=False))
    if length > OVERRIDE_CHARACTERS:
        raise InvalidParameterException("Container Overrides length must be at most 8192")
    check_tags(params.get("tags") or [])


def check_tags(tags: list[dict[str, str]]) -> None:
    if len(tags) > 50:
        raise InvalidParameterException("The maximum number of tags is 50.")
    for tag in tags:
        key, value = tag.get("key") or "", tag.get("value") or ""
        fits = 1 <= len(key) <= 128 and len(value) <= 256
        if not fits or not TAG.fullmatch(key) or not TAG.fullmatch(value):
            raise InvalidParameterException(
                f"Some tags contain invalid characters or are too long: {key}"
            )
        if key.lower().startswith("aws:"):
            raise InvalidParameterException("Tag keys may not begin with 'aws:'.")


def kind(cluster: Any, definition: Any, params: dict[str, Any]) -> tuple[str, str | None]:
    """Launch type and capacity provider of the task."""
    launch_type, strategy = params.get("launchType"), params.get("capacityProviderStrategy")
    if launch_type and strategy:
        raise InvalidParameterException(
            "Specify either launchType or capacityProviderStrategy, but not both."
        )
    if not launch_type and not strategy:
        strategy = cluster.default_capacity_provider_strategy
    provider = None
    if strategy:
        for each in strategy:
            if each["capacityProvider"] not in (cluster.capacity_providers or []):
                raise InvalidParameterException(
                    "The specified capacity provider strategy cannot contain a capacity provider that "
                    "is not associated with the cluster. Associate the capacity provider with the "
                    "cluster and try again."
                )
        best = max(strategy, key=lambda each: (each.get("base") or 0, each.get("weight") or 0))
        provider = best["capacityProvider"]
        launch_type = "FARGATE" if provider in FARGATE else "EC2"
    launch_type = launch_type or "EC2"
    check_kind(launch_type, definition, params)
    return launch_type, provider


def check_kind(launch_type: str, definition: Any, params: dict[str, Any]) -> None:
    if launch_type == "FARGATE":
        if "FARGATE" not in definition.compatibilities:
            raise InvalidParameterException(
                "Task definition does not support launch_type FARGATE."
            )
        check_pair(*sizes(definition, params))
    for override in (params.get("overrides") or {}).get("containerOverrides") or []:
        names = [each["name"] for each in definition.container_definitions]
        if override.get("name") not in names:
            raise InvalidParameterException("Override for container named "
                f"{override.get('name')} is not a container in the TaskDefinition.")


def stop(task: Task, reason: str | None) -> None:
    if reason is not None and len(reason) > 255:
        raise InvalidParameterException("Reason must be at most 255 characters.")
    task.ask(End("UserInitiated", reason or "Task stopped by user"))
