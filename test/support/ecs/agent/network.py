"""The network interface of a task in awsvpc mode."""

from typing import Any
from uuid import uuid4

from moto.ec2 import ec2_backends
from moto.ec2.exceptions import InvalidSecurityGroupNotFoundError, InvalidSubnetIdError
from moto.ec2.utils import random_private_ip
from moto.ecs.exceptions import InvalidParameterException

from tasks import LOCK, Task


def check(definition: Any, request: dict[str, Any], backend: Any) -> None:
    """Raises InvalidParameterException where AWS would."""
    given = (request.get("networkConfiguration") or {}).get("awsvpcConfiguration")
    if definition.network_mode != "awsvpc":
        if given:
            raise InvalidParameterException(
                "Network Configuration is not valid for the given networkMode of this task definition."
            )
        return
    if not given:
        raise InvalidParameterException(
            "Network Configuration must be provided when networkMode 'awsvpc' is specified."
        )
    if not given.get("subnets"):
        raise InvalidParameterException("subnets can not be empty.")
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    for subnet in given["subnets"]:
        try:
            ec2.describe_subnets(subnet_ids=[subnet])
        except InvalidSubnetIdError as error:
            raise InvalidParameterException(
                f"Error retrieving subnet information for [{subnet}]: {error.message} "
                f"(ErrorCode: InvalidSubnetID.NotFound)"
            ) from error
    for group in given.get("securityGroups") or []:
        try:
            ec2.describe_security_groups(group_ids=[group])
        except InvalidSecurityGroupNotFoundError as error:
            raise InvalidParameterException(
                f"Error retrieving security group information for [{group}]: The security group "
                f"'{group}' does not exist (ErrorCode: InvalidGroup.NotFound)"
            ) from error


def attach(task: Task) -> None:
    if not task.awsvpc:
        return
    given = task.request["networkConfiguration"]["awsvpcConfiguration"]
    identity, address = str(uuid4()), random_private_ip()
    details = {
        "subnetId": given["subnets"][0],
        "networkInterfaceId": f"eni-{uuid4().hex[:17]}",
        "privateIPv4Address": address,
    }
    with LOCK:
        task.detail["attachments"] = [
            {
                "id": identity,
                "type": "ElasticNetworkInterface",
                "status": "ATTACHED",
                "details": [{"name": name, "value": value} for name, value in details.items()],
            }
        ]
        interface = {"attachmentId": identity, "privateIpv4Address": address}
        task.containers(networkInterfaces=[interface])


def detach(task: Task, status: str) -> None:
    with LOCK:
        for attachment in task.detail["attachments"]:
            attachment["status"] = status
