"""A container as a process of this machine, in a session of its own."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from logs import Log
from tasks import Task, overridden

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# How long a pipe may stay open after its container has ended: somebody left the group with it.
LINGER_SECONDS = 1.0
ADDRESS = b"ECS_CONTAINER_METADATA_URI_V4="


class Output(asyncio.SubprocessProtocol):
    """Tells of the end of the process and of the end of its output, which may be apart."""

    def __init__(self, log: Log) -> None:
        loop = asyncio.get_running_loop()
        self._log = log
        self.exited: asyncio.Future[None] = loop.create_future()
        self.drained: asyncio.Future[None] = loop.create_future()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self._log.write(data)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        if fd == 1 and not self.drained.done():
            self.drained.set_result(None)

    def process_exited(self) -> None:
        self.exited.set_result(None)


class Container:
    """One container of a task; what it starts ends with it."""

    def __init__(self, task: Task, definition: dict[str, Any], log: Log, folder: Path) -> None:
        self.name: str = definition["name"]
        self.essential = definition.get("essential", True)
        self.exit_code: int | None = None
        self._task = task
        self._definition = definition
        self._log = log
        self._folder = folder
        self._address = f"http://169.254.170.2/v4/{task.id}-{self.name}"
        self._transport: asyncio.SubprocessTransport | None = None
        self._output: Output | None = None

    async def start(self, secrets: dict[str, str]) -> None:
        """Raises OSError when there is no such program."""
        definition, request = self._definition, self._task.request
        command = overridden(request, definition, "command") or []
        argv = [*(definition.get("entryPoint") or []), *command] or ["true"]
        environment = {
            "PATH": PATH,
            "HOME": str(self._folder),
            "HOSTNAME": socket.gethostname(),
            "AWS_EXECUTION_ENV": f"AWS_ECS_{self._task.detail['launchType']}",
            "ECS_CONTAINER_METADATA_URI_V4": self._address,
            **self._task.environments[self.name],
            **secrets,
        }
        self._transport, self._output = await asyncio.get_running_loop().subprocess_exec(
            lambda: Output(self._log),
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.STDOUT,
            env=environment,
            cwd=definition.get("workingDirectory") or self._folder,
            start_new_session=True,
        )
        self._task.starts += 1
        self._task.pids.append(self._transport.get_pid())

    async def wait(self) -> None:
        """Until it has ended, with all that it started, and its log is whole."""
        assert self._transport is not None and self._output is not None
        await asyncio.shield(self._output.exited)
        self._signal_group(signal.SIGKILL)
        await asyncio.wait({self._output.drained}, timeout=LINGER_SECONDS)
        if not self._output.drained.done():
            self._end_strays()
            await asyncio.wait({self._output.drained}, timeout=LINGER_SECONDS)
        self._log.close()
        code = self._transport.get_returncode() or 0
        self._transport.close()
        self.exit_code = 128 - code if code < 0 else code

    async def stop(self, seconds: float) -> None:
        """SIGTERM, and SIGKILL when it takes longer than the container's stopTimeout."""
        if self.exit_code is not None or self._output is None:
            return
        told = self._definition.get("stopTimeout")
        self._signal_group(signal.SIGTERM)
        await asyncio.wait({self._output.exited}, timeout=seconds if told is None else told)
        self.kill()

    def kill(self) -> None:
        if self._output is not None and not self._output.exited.done():
            self._signal_group(signal.SIGKILL)

    def _signal_group(self, number: signal.Signals) -> None:
        if self._transport is None:
            return
        try:
            os.killpg(self._transport.get_pid(), number)
        except ProcessLookupError:
            pass

    def _end_strays(self) -> None:
        end_strays(lambda address: address == self._address)


def end_strays(belongs: Callable[[str], bool]) -> None:
    """Kills processes that left their group, known by the address in their environment."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            for variable in (entry / "environ").read_bytes().split(b"\0"):
                if variable.startswith(ADDRESS) and belongs(variable[len(ADDRESS) :].decode()):
                    os.kill(int(entry.name), signal.SIGKILL)
        except (OSError, UnicodeDecodeError):
            continue
