"""CPU and memory of Fargate: the pairs that there are."""

from typing import Any

from moto.ecs.exceptions import EcsClientException

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
PAIRS: dict[int, list[int]] = {
    256: [512, 1024, 2048],
    512: list(range(1024, 4096 + 1, 1024)),
    1024: list(range(2048, 8192 + 1, 1024)),
    2048: list(range(4096, 16_384 + 1, 1024)),
    4096: list(range(8192, 30_720 + 1, 1024)),
    8192: list(range(16_384, 61_440 + 1, 4096)),
    16_384: list(range(32_768, 122_880 + 1, 8192)),
}


def check_pair(cpu: Any, memory: Any) -> None:
    if not cpu or not memory or int(memory) not in PAIRS.get(int(cpu), []):
        raise EcsClientException(
            f"No Fargate configuration exists for given values: {cpu or 0} CPU, {memory or 0} memory. "
            "See the Amazon ECS documentation for the valid values."
        )


def check_definition(params: dict[str, Any]) -> None:
    """What RegisterTaskDefinition refuses of one that requires FARGATE."""
    check_pair(params.get("cpu"), params.get("memory"))
    if params.get("networkMode") != "awsvpc":
        raise EcsClientException(
            "Fargate only supports network mode 'awsvpc'."
        )
    for container in params.get("containerDefinitions") or []:
        driver = (container.get("logConfiguration") or {}).get("logDriver")
        if driver == "awslogs" and not params.get("executionRoleArn"):
            raise EcsClientException(
                "Fargate requires task definition to have execution role ARN to support log driver "
                "awslogs."
            )
        if container.get("privileged"):
            raise EcsClientException(
                "The specified launch type does not support privileged containers: FARGATE"
            )
        for port in container.get("portMappings") or []:
            if port.get("hostPort") not in (None, 0, port.get("containerPort")):
                raise EcsClientException(
                    "When networkMode=awsvpc, the host ports and container ports in port mappings must "
                    "match."
                )
