"""What tests ask of the agent itself: `/flotilla-test/<name>`, JSON in and out."""

import asyncio
from collections.abc import Iterable
from typing import Any

from moto.ec2 import ec2_backends
from moto.ecs import ecs_backends

from events import EVENTS, told
from hosts import add_host, connect, terminate
from interference import Interference
from settings import SETTINGS
from tasks import LOCK, STORE, End, Task
from wire import PREFIX, Actions, Start, control

ACCOUNT = "123456789012"


class Control:
    """A WSGI application around the others."""

    def __init__(self, inner: Interference, loop: asyncio.AbstractEventLoop) -> None:
        self._inner = inner
        self._loop = loop

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(PREFIX):
            return self._inner(environ, start)
        actions: Actions = {
            "settings": self._settings,
            "interfere": lambda asked: {"id": self._inner.rules.add(asked)},
            "clear": lambda asked: self._inner.rules.remove(asked.get("id")),
            "events": lambda asked: EVENTS.hold(asked["held"]),
            "forget": self._forget,
            "tasks": lambda _: [record(each) for each in list(STORE.ever)],
            "calls": lambda _: self._inner.rules.calls,
            "prepare": self._prepare,
            "add-host": self._add_host,
            "connect-host": lambda asked: connect(host(asked), asked["connected"]),
            "terminate-host": lambda asked: terminate(host(asked)),
            "interrupt": self._interrupt,
        }
        return control(actions, environ, start)

    def _settings(self, asked: dict[str, Any]) -> dict[str, Any]:
        SETTINGS.update(asked)
        return SETTINGS.told()

    def _forget(self, asked: dict[str, Any]) -> dict[str, int]:
        """Stopped tasks, all or those named, are MISSING from now on."""
        with LOCK:
            chosen = [
                each
                for each in list(STORE.known.values())
                if "tasks" not in asked or each.arn in asked["tasks"]
            ]
            return {"forgotten": sum(STORE.forget(each) for each in chosen)}

    def _prepare(self, asked: dict[str, Any]) -> dict[str, Any]:
        """A cluster of hosts, which also has a provider of spot hosts, and one of Fargate."""
        region = asked.get("region", "us-east-1")
        ecs, ec2 = ecs_backends[ACCOUNT][region], ec2_backends[ACCOUNT][region]
        group = {"autoScalingGroupArn": f"arn:aws:autoscaling:{region}:{ACCOUNT}:group/spot"}
        ecs.create_capacity_provider(asked["spotProvider"], group, [])
        hosts = ecs.create_cluster(asked["ec2"], capacity_providers=[asked["spotProvider"]])
        ecs.create_cluster(asked["fargate"], capacity_providers=["FARGATE", "FARGATE_SPOT"])
        for _ in range(asked["hosts"]):
            add_host(hosts)
        subnet = ec2.describe_subnets()[0]
        security = ec2.describe_security_groups(filters={"vpc-id": [subnet.vpc_id]})[0]
        return {"subnet": subnet.id, "securityGroup": security.id}

    def _add_host(self, asked: dict[str, Any]) -> dict[str, str]:
        region = asked.get("region", "us-east-1")
        cluster = ecs_backends[ACCOUNT][region]._get_cluster(asked["cluster"])
        added = add_host(cluster)
        return {
            "containerInstanceArn": added.container_instance_arn,
            "ec2InstanceId": added.ec2_instance_id,
        }

    def _interrupt(self, asked: dict[str, Any]) -> None:
        """Spot takes the task's host."""
        for task in list(STORE.ever):
            if task.arn == asked["task"]:
                task.ask(End("SpotInterruption", "Your Spot Task was interrupted."))
                if not asked.get("told", False):
                    task.lose()
                return
        raise LookupError(f"no task {asked['task']}")


def host(asked: dict[str, Any]) -> Any:
    """By the id of its EC2 instance."""
    for backend in ecs_backends[ACCOUNT].values():
        for hosts in list(backend.container_instances.values()):
            for each in list(hosts.values()):
                if each.ec2_instance_id == asked["instance"]:
                    return each
    raise LookupError(f"no host {asked['instance']}")


def record(task: Task) -> dict[str, Any]:
    """A task that was accepted once, also one that ECS has forgotten."""
    detail = task.detail
    environment: dict[str, str] = {}
    for each in task.environments.values():
        environment |= each
    return {
        "taskArn": task.arn,
        "startedBy": detail.get("startedBy"),
        "clientToken": task.request.get("clientToken"),
        "family": task.definition.family,
        "lastStatus": detail["lastStatus"],
        "stopCode": detail.get("stopCode"),
        "stoppedReason": detail.get("stoppedReason"),
        "exitCodes": [each.get("exitCode") for each in detail["containers"]],
        "instance": task.host.ec2_instance_id if task.host is not None else None,
        "environment": environment,
        # Commands begun: at most one for each container of a task.
        "starts": task.starts,
        "pids": task.pids,
        "createdAt": told(task.created),
    }
