"""Faults that a task asks for itself: see asked_faults."""

from threading import Lock

from asked_faults import asked_faults

# Answers of RunTask; the argument is how often, one time unless told.
LAUNCH = {
    "resource-memory",
    "agent",
    "no-instances",
    "throttled",
    "answer-lost",
    "pass-role-denied",
}
# What becomes of a task before its command begins.
START = {
    "never-starts",
    "image-not-found",
    "image-timeout",
    "disk-full",
    "too-many-files",
    "bad-role",
}
# What becomes of it while it runs; the argument is seconds after RUNNING.
RUNNING = {
    "host-lost",
    "host-silent",
    "spot-interruption",
    "spot-interruption-told",
    "out-of-memory",
}
# Of its events; the argument of the first two is a lastStatus.
EVENTS = {"event-lost", "event-twice", "events-out-of-order"}
# The argument is seconds after STOPPED.
LOGS = {"log-late"}

NAMES = LAUNCH | START | RUNNING | EVENTS | LOGS


def parse(environment: dict[str, str]) -> dict[str, str]:
    return asked_faults(environment, NAMES)


class Counted:
    """Faults that strike the first so many times only, counted for each launch."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._struck: dict[tuple[str, str], int] = {}

    def strikes(self, faults: dict[str, str], name: str, launch: str) -> bool:
        if name not in faults:
            return False
        with self._lock:
            struck = self._struck.get((name, launch), 0)
            if struck >= int(faults[name] or 1):
                return False
            self._struck[(name, launch)] = struck + 1
            return True


PULL_NOT_FOUND = {
    "EC2": "CannotPullContainerError: Error response from daemon: manifest for {image} not found: "
    "manifest unknown: manifest unknown",
    "FARGATE": "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to "
    "resolve ref {image}: {image}: not found",
}
PULL_TIMEOUT = {
    "EC2": 'CannotPullContainerError: Error response from daemon: Get "https://registry.example/v2/": '
    "net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting "
    "headers)",
    "FARGATE": "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to "
    'resolve ref {image}: failed to do request: Head "https://registry.example/v2/manifests/latest": '
    "dial tcp 192.0.2.1:443: i/o timeout",
}
DISK_FULL = {
    "EC2": "CannotCreateContainerError: Error response from daemon: mkdir "
    "/var/lib/docker/overlay2/3f1c-init: no space left on device",
    "FARGATE": "CannotPullContainerError: ref pull has been retried 1 time(s): failed to extract layer: "
    "write /usr/lib/data: no space left on device",
}
TOO_MANY_FILES = {
    "EC2": "CannotStartContainerError: Error response from daemon: failed to create shim task: OCI "
    "runtime create failed: open /proc/self/fd: too many open files",
    "FARGATE": "CannotStartContainerError: failed to create shim task: open /proc/self/fd: too many "
    "open files",
}
BAD_ROLE = (
    "ECS was unable to assume the role '{role}' that was provided for this task. Please verify that "
    "the role being passed has the proper trust relationship and permissions and that your IAM user "
    "has permissions to pass this role."
)
OUT_OF_MEMORY = "OutOfMemoryError: Container killed due to memory usage"


def start_failure(faults: dict[str, str], launch_type: str, image: str) -> str | None:
    """Why the container of a task cannot be made, in AWS's words."""
    kind = "FARGATE" if launch_type == "FARGATE" else "EC2"
    for name, texts in (
        ("image-not-found", PULL_NOT_FOUND),
        ("image-timeout", PULL_TIMEOUT),
        ("disk-full", DISK_FULL),
        ("too-many-files", TOO_MANY_FILES),
    ):
        if name in faults:
            return texts[kind].format(image=image)
    return None
