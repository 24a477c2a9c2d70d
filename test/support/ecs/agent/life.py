"""What the agent makes of a task that was accepted, from its first state to its last."""

import asyncio
import sys
import traceback
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

import faults as known_faults
from hosts import connect, find_host, leave, terminate
from logs import Log, NoLog
from network import attach, detach
from processes import Container
from secrets_of import NoSecret, secrets_of
from settings import SETTINGS
from tasks import STORE, End, Task, now


async def first(*waits: Any) -> None:
    """Until one of them is over; futures go on, what was only waited for does not."""
    tasks = [asyncio.ensure_future(each) for each in waits]
    made = [task for task, each in zip(tasks, waits, strict=True) if asyncio.iscoroutine(each)]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in made:
        task.cancel()


class FailedToStart(Exception):
    """The container never ran: the reason of the task, and that of its container."""

    def __init__(self, task_reason: str, container_reason: str | None = None) -> None:
        super().__init__(task_reason)
        self.container_reason = container_reason


class Life:
    def __init__(self, task: Task, folder: Path) -> None:
        self._task = task
        self._folder = folder
        self._containers: list[Container] = []
        self._logs: list[Log] = []
        self._strikes: asyncio.Task[None] | None = None

    async def live(self) -> None:
        task = self._task
        try:
            if await self._until_pending() and await self._started():
                await self._run()
        except Exception:  # A fault of ours, which the test has to see.
            traceback.print_exc(file=sys.stderr)
            sys.stderr.flush()
            task.ask(End("TaskFailedToStart", "the test's agent failed"))
        if self._strikes is not None and "host-lost" not in task.faults:
            self._strikes.cancel()
        await self._finish()

    async def _pause(self) -> bool:
        """A moment in a state; false when the task is to stop."""
        await first(asyncio.sleep(SETTINGS.step_seconds), self._task.asked.wait())
        return not self._task.asked.is_set()

    async def _until_pending(self) -> bool:
        task = self._task
        if task.detail["lastStatus"] == "PENDING":
            return await self._pause()
        while task.detail["launchType"] == "EC2" and task.host is None:
            if not await self._pause():
                return False
            find_host(task)
        if not await self._pause():
            return False
        attach(task)
        task.change(lastStatus="PENDING", connectivity="CONNECTED", connectivityAt=now())
        return await self._pause()

    async def _started(self) -> bool:
        task = self._task
        if "never-starts" in task.faults:
            await task.asked.wait()
        if task.asked.is_set():
            return False
        try:
            await self._start()
        except FailedToStart as failure:
            if failure.container_reason is not None:
                task.containers(reason=failure.container_reason)
            task.ask(End("TaskFailedToStart", str(failure)), tell=False)
            return False
        task.containers(lastStatus="RUNNING", runtimeId=uuid4().hex)
        task.change(
            lastStatus="RUNNING",
            startedAt=now(),
            pullStoppedAt=now(),
            connectivity="CONNECTED",
            connectivityAt=now(),
        )
        return True

    async def _start(self) -> None:
        task = self._task
        if "bad-role" in task.faults:
            overrides = task.request.get("overrides") or {}
            role = overrides.get("taskRoleArn") or getattr(task.definition, "task_role_arn", "")
            raise FailedToStart(known_faults.BAD_ROLE.format(role=role))
        task.detail["pullStartedAt"] = now()
        kind = task.detail["launchType"]
        definitions = task.definition.container_definitions
        why = known_faults.start_failure(task.faults, kind, definitions[0]["image"])
        if why is not None:
            raise self._failed(why)
        secrets: dict[str, dict[str, str]] = {}
        for definition in definitions:
            try:
                secrets[definition["name"]] = secrets_of(task, definition)
                log = Log(task, definition)
            except NoSecret as error:
                raise FailedToStart(f"ResourceInitializationError: {error}") from error
            except NoLog as error:
                raise self._no_log(error) from error
            self._logs.append(log)
            folder = Path(mkdtemp(dir=self._folder))
            self._containers.append(Container(task, definition, log, folder))
        for container in self._containers:
            try:
                await container.start(secrets[container.name])
            except OSError as error:
                raise self._failed(
                    "CannotStartContainerError: Error response from daemon: failed to create task for "
                    f"container: exec: {error.filename!r}: {error.strerror}: unknown"
                ) from error

    def _failed(self, why: str) -> FailedToStart:
        on_fargate = self._task.detail["launchType"] == "FARGATE"
        return FailedToStart(why if on_fargate else "Task failed to start", why)

    def _no_log(self, error: NoLog) -> FailedToStart:
        if self._task.detail["launchType"] == "FARGATE":
            return FailedToStart(
                f"ResourceInitializationError: failed to validate logger args: {error}"
            )
        return self._failed(
            "CannotStartContainerError: Error response from daemon: failed to initialize logging "
            f"driver: {error}"
        )

    async def _run(self) -> None:
        task = self._task
        exits = {asyncio.ensure_future(each.wait()): each for each in self._containers}
        essential = [future for future, each in exits.items() if each.essential]
        self._strikes = asyncio.create_task(self._strike())
        await first(*essential, task.asked.wait(), task.gone.wait())
        # A silent agent neither tells nor is told.
        await first(task.connected.wait(), task.gone.wait())
        if task.gone.is_set():
            await self._end_all(exits, graceful=False)
            task.containers(lastStatus="STOPPED")
            return
        if not task.asked.is_set():
            task.ask(
                End("EssentialContainerExited", "Essential container in task exited"), tell=False
            )
        await self._end_all(exits, graceful=True)
        for container, told in zip(self._containers, task.detail["containers"], strict=True):
            told |= {"lastStatus": "STOPPED", "exitCode": container.exit_code}

    async def _end_all(self, exits: dict[Any, Container], *, graceful: bool) -> None:
        for container in self._containers:
            if not graceful:
                container.kill()
        if graceful:
            seconds = SETTINGS.stop_timeout_seconds
            await asyncio.gather(*(each.stop(seconds) for each in self._containers))
        await asyncio.gather(*exits)

    async def _strike(self) -> None:
        """The fault of a running task, when its time has come."""
        task = self._task
        for name in known_faults.RUNNING & task.faults.keys():
            await asyncio.sleep(float(task.faults[name] or SETTINGS.fault_after_seconds))
            if name == "out-of-memory":
                task.containers(reason=known_faults.OUT_OF_MEMORY)
                self._containers[0].kill()
            elif name == "spot-interruption-told":
                task.ask(End("SpotInterruption", "Your Spot Task was interrupted."))
            elif name == "spot-interruption":
                task.ask(End("SpotInterruption", "Your Spot Task was interrupted."))
                task.lose()
            elif task.host is not None:
                await self._silence(end=name == "host-lost")

    async def _silence(self, *, end: bool) -> None:
        host = self._task.host
        connect(host, False)
        await asyncio.sleep(SETTINGS.silent_seconds)
        if end:
            terminate(host)
        else:
            connect(host, True)

    async def _finish(self) -> None:
        task = self._task
        task.containers(lastStatus="STOPPED")
        detach(task, "DELETING")
        ended = {"executionStoppedAt": now()} if self._containers else {}
        if task.awsvpc:
            task.change(lastStatus="DEPROVISIONING", **ended)
            await asyncio.sleep(SETTINGS.step_seconds)
            detach(task, "DELETED")
        leave(task)
        late = "log-late" in task.faults
        task.change(lastStatus="STOPPED", stoppedAt=now(), **({} if task.awsvpc else ended))
        loop = asyncio.get_running_loop()
        if late:
            seconds = float(task.faults["log-late"] or SETTINGS.log_late_seconds)
            for log in self._logs:
                loop.call_later(seconds, log.release)
        loop.call_later(SETTINGS.forget_seconds, STORE.forget, task)
