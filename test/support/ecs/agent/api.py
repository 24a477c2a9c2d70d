"""
Operations of ECS that moto 5.2.5 lacks or answers otherwise than AWS, put in place of its own. What
each changes is in docs/engines/ecs-emulator.md; test/ecs/ has an assertion for each.
"""

from datetime import timedelta
from typing import Any

from moto.core.responses import ActionResult
from moto.ecs.exceptions import (
    EcsClientException,
    InvalidParameterException,
    TaskDefinitionNotFoundException,
)
from moto.ecs.models import EC2ContainerServiceBackend
from moto.ecs.responses import EC2ContainerServiceResponse

from fargate import check_definition
from hosts import hosts_of, tasks_on
from paging import page
from run_task import LOST, RunTask, check_tags, stop
from settings import SETTINGS
from tasks import LOCK, STORE, Task, now

Response = EC2ContainerServiceResponse


def install(run_task: RunTask) -> None:
    def run(self: Response) -> ActionResult:
        def lose() -> None:
            self.response_headers[LOST] = "1"

        return ActionResult(run_task.run(self.ecs_backend, dict(self._get_params()), lose))

    Response.run_task = run
    Response.describe_tasks = describe_tasks
    Response.list_tasks = list_tasks
    Response.stop_task = stop_task
    Response.list_task_definitions = list_task_definitions
    Response.list_task_definition_families = list_families
    Response.list_clusters = list_clusters
    Response.describe_clusters = describe_clusters
    Response.list_container_instances = list_container_instances
    Response.describe_container_instances = describe_container_instances
    register = Response.register_task_definition

    def register_task_definition(self: Response) -> ActionResult:
        params = dict(self._get_params())
        check_tags(params.get("tags") or [])
        if "FARGATE" in (params.get("requiresCompatibilities") or []):
            check_definition(params)
        for container in params.get("containerDefinitions") or []:
            if container.get("secrets") and not params.get("executionRoleArn"):
                raise EcsClientException(
                    "When you are specifying container secrets, you must also specify a value for "
                    "'executionRoleArn'."
                )
        with LOCK:
            result = register(self)
            result.result["taskDefinition"].registered_at = now()
        return result

    Response.register_task_definition = register_task_definition
    describe = EC2ContainerServiceBackend.describe_task_definition

    def describe_task_definition(self: Any, name: str) -> Any:
        return describe(self, latest(self, name))

    EC2ContainerServiceBackend.describe_task_definition = describe_task_definition


def latest(backend: Any, name: str) -> str:
    """A family's name means its latest ACTIVE revision."""
    family = name.split("/")[-1]
    if ":" in family:
        return name
    revisions = backend.task_definitions.get(family, {})
    active = [number for number, each in revisions.items() if each.status == "ACTIVE"]
    if not active:
        raise TaskDefinitionNotFoundException()
    return f"{family}:{max(active)}"


def params_of(response: Response) -> dict[str, Any]:
    return dict(response._get_params())


def seen(task: Task) -> bool:
    """ECS is eventually consistent: a task may be told of later than RunTask answered."""
    return now() >= task.created + timedelta(seconds=SETTINGS.visible_after_seconds)


def find(backend: Any, cluster: Any, name: str) -> Task | None:
    identity = name.split("/")[-1]
    for task in STORE.of(cluster):
        if task.id == identity:
            return task
    return None


def described(task: Task, tags: bool) -> dict[str, Any]:
    return {key: value for key, value in task.detail.items() if tags or key != "tags"}


def describe_tasks(self: Response) -> ActionResult:
    params = params_of(self)
    cluster = self.ecs_backend._get_cluster(params.get("cluster") or "default")
    names = params.get("tasks") or []
    if not names:
        raise InvalidParameterException("Tasks cannot be empty.")
    if len(names) > 100:
        raise InvalidParameterException("Tasks cannot be more than 100.")
    found, failures = [], []
    stem = cluster.arn.replace(":cluster/", ":task/")
    with LOCK:
        for name in names:
            task = find(self.ecs_backend, cluster, name)
            if task is not None and seen(task):
                found.append(described(task, "TAGS" in (params.get("include") or [])))
            else:
                arn = name if name.startswith("arn:") else f"{stem}/{name}"
                failures.append({"arn": arn, "reason": "MISSING"})
        return ActionResult({"tasks": [dict(each) for each in found], "failures": failures})


def list_tasks(self: Response) -> ActionResult:
    params = params_of(self)
    cluster = self.ecs_backend._get_cluster(params.get("cluster") or "default")
    others = {"family", "containerInstance", "serviceName", "launchType"} & params.keys()
    if params.get("startedBy") is not None and others:
        raise InvalidParameterException(
            f"startedBy must be the only filter, and there is {', '.join(sorted(others))} as well."
        )
    status = params.get("desiredStatus") or "RUNNING"
    instance = (params.get("containerInstance") or "").split("/")[-1]

    def wanted(task: Task) -> bool:
        detail = task.detail
        return (
            seen(task)
            and detail["desiredStatus"] == status
            and params.get("startedBy") in (None, detail.get("startedBy"))
            and params.get("family") in (None, task.definition.family)
            and params.get("launchType") in (None, detail["launchType"])
            and detail.get("containerInstanceArn", "").endswith(instance)
        )

    with LOCK:
        entries = [(each.id, each.arn) for each in STORE.of(cluster) if wanted(each)]
    arns, token = page(entries, params.get("nextToken"), params.get("maxResults"))
    return ActionResult({"taskArns": arns, "nextToken": token})


def stop_task(self: Response) -> ActionResult:
    params = params_of(self)
    cluster = self.ecs_backend._get_cluster(params.get("cluster") or "default")
    task = find(self.ecs_backend, cluster, params["task"])
    if task is None:
        raise InvalidParameterException("The referenced task was not found.")
    stop(task, params.get("reason"))
    return ActionResult({"task": dict(task.detail)})


def list_task_definitions(self: Response) -> ActionResult:
    params = params_of(self)
    status, prefix = params.get("status") or "ACTIVE", params.get("familyPrefix")
    entries = [
        (f"{family}:{number:09d}", each.arn)
        for family, revisions in list(self.ecs_backend.task_definitions.items())
        for number, each in list(revisions.items())
        if each.status == status and prefix in (None, family)
    ]
    if params.get("sort") == "DESC":
        entries = [("".join(chr(255 - ord(c)) for c in key) + "\xff", arn) for key, arn in entries]
    arns, token = page(entries, params.get("nextToken"), params.get("maxResults"))
    return ActionResult({"taskDefinitionArns": arns, "nextToken": token})


def list_families(self: Response) -> ActionResult:
    params = params_of(self)
    status = params.get("status") or "ALL"
    entries = [
        (family, family)
        for family, revisions in list(self.ecs_backend.task_definitions.items())
        if family.startswith(params.get("familyPrefix") or "")
        and (
            status == "ALL"
            or (status == "ACTIVE") == any(each.status == "ACTIVE" for each in revisions.values())
        )
    ]
    families, token = page(entries, params.get("nextToken"), params.get("maxResults"))
    return ActionResult({"families": families, "nextToken": token})


def list_clusters(self: Response) -> ActionResult:
    params = params_of(self)
    entries = [(each.name, each.arn) for each in list(self.ecs_backend.clusters.values())]
    arns, token = page(entries, params.get("nextToken"), params.get("maxResults"))
    return ActionResult({"clusterArns": arns, "nextToken": token})


def describe_clusters(self: Response) -> ActionResult:
    params = params_of(self)
    names = params.get("clusters") or ["default"]
    clusters, failures = self.ecs_backend.describe_clusters(names)
    include = params.get("include") or []
    return ActionResult(
        {"clusters": [cluster_of(each, include) for each in clusters], "failures": failures}
    )


def cluster_of(cluster: Any, include: list[str]) -> dict[str, Any]:
    with LOCK:
        tasks = [each.detail for each in STORE.of(cluster)]
        hosts = hosts_of(cluster)
    counts = {
        (kind, state): sum(
            each["launchType"] == kind and each["lastStatus"] in states for each in tasks
        )
        for kind in ("EC2", "FARGATE")
        for state, states in (("Running", ["RUNNING"]), ("Pending", ["PENDING", "PROVISIONING"]))
    }
    told: dict[str, Any] = {
        "clusterArn": cluster.arn,
        "clusterName": cluster.name,
        "status": cluster.status,
        "registeredContainerInstancesCount": len(hosts),
        "runningTasksCount": counts["EC2", "Running"] + counts["FARGATE", "Running"],
        "pendingTasksCount": counts["EC2", "Pending"] + counts["FARGATE", "Pending"],
        "activeServicesCount": 0,
        "statistics": [],
        "tags": (cluster.tags or []) if "TAGS" in include else [],
        "settings": cluster.settings if "SETTINGS" in include else [],
        "capacityProviders": cluster.capacity_providers or [],
        "defaultCapacityProviderStrategy": cluster.default_capacity_provider_strategy or [],
    }
    if "STATISTICS" in include:
        told["statistics"] = [
            {"name": f"{state.lower()}{'EC2' if kind == 'EC2' else 'Fargate'}TasksCount", "value": str(n)}
            for (kind, state), n in counts.items()
        ]
    return told


def list_container_instances(self: Response) -> ActionResult:
    params = params_of(self)
    cluster = self.ecs_backend._get_cluster(params.get("cluster") or "default")
    with LOCK:
        entries = [
            (each.id, each.container_instance_arn)
            for each in hosts_of(cluster).values()
            if params.get("status") in (None, each.status)
        ]
    arns, token = page(entries, params.get("nextToken"), params.get("maxResults"))
    return ActionResult({"containerInstanceArns": arns, "nextToken": token})


def describe_container_instances(self: Response) -> ActionResult:
    params = params_of(self)
    cluster = self.ecs_backend._get_cluster(params.get("cluster") or "default")
    names = params.get("containerInstances") or []
    if not names:
        raise EcsClientException("Container Instances cannot be empty.")
    hosts, failures = [], []
    stem = cluster.arn.replace(":cluster/", ":container-instance/")
    with LOCK:
        known = hosts_of(cluster)
        for name in names:
            host = known.get(name.split("/")[-1])
            if host is None:
                arn = name if name.startswith("arn:") else f"{stem}/{name}"
                failures.append({"arn": arn, "reason": "MISSING"})
                continue
            on = [each.detail["lastStatus"] for each in tasks_on(host)]
            host.running_tasks_count = sum(each != "PENDING" for each in on)
            host.pending_tasks_count = sum(each == "PENDING" for each in on)
            hosts.append(host)
    return ActionResult({"containerInstances": hosts, "failures": failures})
