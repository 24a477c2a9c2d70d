"""Container instances: EC2 instances of moto's, with their agents, their room, and their end."""

import copy
from typing import Any

from moto.ec2 import ec2_backends
from moto.ecs import ecs_backends

from settings import SETTINGS
from tasks import LOCK, STORE, End, Task, overridden, sizes

IMAGE = "ami-12c6146b"
TYPE = "m5.24xlarge"


def backend_of(cluster: Any) -> Any:
    account = cluster.arn.split(":")[4]
    return ecs_backends[account][cluster.region_name]


def hosts_of(cluster: Any) -> dict[str, Any]:
    return backend_of(cluster).container_instances.setdefault(cluster.name, {})


def add_host(cluster: Any) -> Any:
    """A host of SETTINGS' size joins the cluster."""
    backend = backend_of(cluster)
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    reservation = ec2.run_instances(IMAGE, 1, None, [], instance_type=TYPE, is_instance_type_default=False)
    with LOCK:
        host = backend.register_container_instance(cluster.arn, reservation.instances[0].id)
        host.reserved = False
        resize(host, {"CPU": SETTINGS.host_cpu, "MEMORY": SETTINGS.host_memory})
    return host


def resize(host: Any, has: dict[str, int]) -> None:
    for resource in [*host.registered_resources, *host.remaining_resources]:
        if resource["name"] in has:
            resource["integerValue"] = has[resource["name"]]
        # moto gives one list to all.
        if "stringSetValue" in resource:
            resource["stringSetValue"] = copy.copy(resource["stringSetValue"])


def needs(definition: Any, request: dict[str, Any]) -> dict[str, Any]:
    """What a task takes of a host."""
    cpu, memory = sizes(definition, request)
    ports, gpus = [], 0
    for container in definition.container_definitions:
        if definition.network_mode != "awsvpc":
            ports += [
                str(port["hostPort"])
                for port in container.get("portMappings") or []
                if port.get("hostPort")
            ]
        for each in overridden(request, container, "resourceRequirements") or []:
            gpus += int(each["value"]) if each["type"] == "GPU" else 0
    return {"CPU": int(cpu), "MEMORY": int(memory), "PORTS": ports, "GPU": gpus}


def lacks(host: Any, need: dict[str, Any]) -> str | None:
    """Why a task cannot be placed there, as `failures` of RunTask say it."""
    if not host.agent_connected:
        return "AGENT"
    left = {each["name"]: each for each in host.remaining_resources}
    for name in ("CPU", "MEMORY"):
        if need[name] > left[name]["integerValue"]:
            return f"RESOURCE:{name}"
    if set(need["PORTS"]) & set(left["PORTS"]["stringSetValue"]):
        return "RESOURCE:PORTS"
    if need["GPU"] > 0:
        return "RESOURCE:GPU"
    return None


def open_hosts(cluster: Any) -> list[Any]:
    """Those that take tasks; a host that joined by the API of moto is not reserved."""
    return [
        each
        for each in hosts_of(cluster).values()
        if each.status == "ACTIVE" and not getattr(each, "reserved", False)
    ]


def place(task: Task, need: dict[str, Any]) -> list[dict[str, str]]:
    """Puts the task on the host with the fewest tasks; else tells what each host lacks."""
    failures = []
    with LOCK:
        for host in sorted(open_hosts(task.cluster), key=lambda each: len(tasks_on(each))):
            lack = lacks(host, need)
            if lack is None:
                take(task, host, need)
                return []
            failures.append({"arn": host.container_instance_arn, "reason": lack})
    return failures


def find_host(task: Task) -> list[dict[str, str]]:
    """Places the task; a host that is to fail is its own, so that others keep theirs."""
    need = needs(task.definition, task.request)
    if not {"host-lost", "host-silent"} & task.faults.keys():
        return place(task, need)
    with LOCK:
        host = add_host(task.cluster)
        host.reserved = True
        take(task, host, need)
    return []


def take(task: Task, host: Any, need: dict[str, Any]) -> None:
    with LOCK:
        task.host, task.need = host, need
        task.detail["containerInstanceArn"] = host.container_instance_arn
        task.detail["availabilityZone"] = host.attributes["ecs.availability-zone"]
        backend_of(task.cluster).update_container_instance_resources(host, need)


def leave(task: Task) -> None:
    """Gives back what the task took."""
    with LOCK:
        if task.host is not None and task.need:
            backend = backend_of(task.cluster)
            backend.update_container_instance_resources(task.host, task.need, removing=True)
            task.need = {}


def tasks_on(host: Any) -> list[Task]:
    return [each for each in STORE.ever if each.host is host and not each.stopped]


def connect(host: Any, connected: bool) -> None:
    """The agent of a host falls silent, or is heard again; its tasks run on."""
    with LOCK:
        host.agent_connected = connected
        for task in tasks_on(host):
            task.connect(connected)


def terminate(host: Any) -> None:
    """EC2 has terminated the host: ECS deregisters it and stops what it ran."""
    cluster = host._backend.clusters[host.cluster_name]
    backend = backend_of(cluster)
    ec2_backends[backend.account_id][backend.region_name].terminate_instances(
        [host.ec2_instance_id]
    )
    with LOCK:
        hosts_of(cluster).pop(host.container_instance_arn.split("/")[-1], None)
        host.status, host.agent_connected = "INACTIVE", False
        for task in tasks_on(host):
            reason = f"Host EC2 (instance {host.ec2_instance_id}) terminated."
            task.ask(End("TerminationNotice", reason), tell=False)
            task.lose()
