"""Secrets of a container: values from Secrets Manager and Parameter Store of moto's."""

import json
from typing import Any

from moto.secretsmanager import secretsmanager_backends
from moto.ssm import ssm_backends

from tasks import Task


class NoSecret(Exception):
    """The message is in AWS's words."""


def secrets_of(task: Task, container: dict[str, Any]) -> dict[str, str]:
    return {
        each["name"]: value_of(task, each["valueFrom"]) for each in container.get("secrets") or []
    }


def value_of(task: Task, source: str) -> str:
    try:
        if ":secretsmanager:" in source:
            return secret(task, source)
        return parameter(task, source)
    except Exception as error:
        kind = "asm" if ":secretsmanager:" in source else "ssm"
        raise NoSecret(
            "unable to pull secrets or registry auth: execution resource retrieval failed: unable to "
            f"retrieve secret from {kind}: service call has been retried 1 time(s): failed to fetch "
            f"secret {source}: {error}"
        ) from error


def secret(task: Task, source: str) -> str:
    """`arn:…:secret:name[:json-key[:stage[:version]]]`."""
    parts = source.split(":")
    arn, (key, stage, version) = ":".join(parts[:7]), ([*parts[7:], "", "", ""])[:3]
    backend = secretsmanager_backends[task.account][parts[3]]
    answer = backend.get_secret_value(arn, version, stage)
    value = answer["SecretString"]
    return str(json.loads(value)[key]) if key else value


def parameter(task: Task, source: str) -> str:
    region, name = task.region, source
    if source.startswith("arn:"):
        region, name = source.split(":")[3], source.split(":parameter", 1)[1]
    backend = ssm_backends[task.account][region]
    found = backend.get_parameter(name) or backend.get_parameter(name.lstrip("/"))
    if found is None:
        raise KeyError("ParameterNotFound")
    return str(found.response_object(decrypt=True, region=region)["Value"])
