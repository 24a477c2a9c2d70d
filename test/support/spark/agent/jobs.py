"""
Job runs as processes of this machine: what EMR would hand to spark-submit is started with the driver's
environment, and what it writes goes to S3 as EMR puts it there, in longer and longer copies.
"""

import gzip
import os
import signal
import subprocess
import time
from datetime import datetime, timezone
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import yaml
from moto.s3 import s3_backends

from events import ACCOUNT, EVENTS
from faults import parse
from settings import SETTINGS

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
GENERIC = (
    "JobRun failed. Please refer logs uploaded to S3/CloudWatch based on your monitoring "
    "configuration."
)
OVER = ("COMPLETED", "FAILED", "CANCELLED")


def utc() -> datetime:
    return datetime.now(timezone.utc)


class Job:
    """One job run; `run` is moto's record of it, which the API shows."""

    def __init__(self, run: Any, folder: Path) -> None:
        self.run = run
        self.created = time.time()
        self.starts = 0
        self._folder = folder / run.id
        self._folder.mkdir(parents=True)
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._cancelled = False
        self._verdict: tuple[str, str] | None = None
        self.environment = self._environment()
        self.faults = parse(self.environment)
        self._settings = properties(run, "spark-defaults")
        run.state, run.created_at, run.finished_at = "PENDING", utc(), None

    def begin(self) -> None:
        Thread(target=self._live, daemon=True).start()

    def cancel(self) -> None:
        with self._lock:
            self._cancelled = True
            if self.run.state in OVER:
                return
            self.run.state = "CANCEL_PENDING"
            process = self._process
        if process is not None:
            Thread(target=self._end, args=(process,), daemon=True).start()

    def fail(self, reason: str, details: str) -> None:
        """EMR gives the job up, with these words."""
        with self._lock:
            self._verdict = (reason, details)
            process = self._process
        if process is not None:
            self._signal(process, signal.SIGKILL)

    def kill(self) -> None:
        if self._process is not None:
            self._signal(self._process, signal.SIGKILL)

    def told(self) -> dict[str, Any]:
        run = self.run
        return {
            "id": run.id,
            "name": run.name,
            "clientToken": run.client_token,
            "virtualClusterId": run.virtual_cluster_id,
            "state": run.state,
            "starts": self.starts,
            "parameters": run.job_driver["sparkSubmitJobDriver"].get("sparkSubmitParameters"),
            "environment": self.environment,
        }

    def _live(self) -> None:
        for state in ("PENDING", "SUBMITTED"):
            if not self._enter(state):
                return self._over_cancelled()
            time.sleep(SETTINGS.step_seconds)
        with self._lock:
            ended = self._cancelled or self._verdict is not None
            if not ended:
                self._start()
        if not ended:
            self._enter("RUNNING")
            assert self._process is not None
            self._collect(self._process)
        if self._cancelled and self._verdict is None:
            return self._over_cancelled()
        code = self._process.returncode if self._process is not None else 1
        time.sleep(float(self.faults.get("late-end") or 0))
        if self._verdict is not None:
            return self._finish("FAILED", self._verdict[1], self._verdict[0])
        if code == 0:
            return self._finish("COMPLETED", "JobRun completed successfully. It ran for a while.")
        return self._finish("FAILED", GENERIC, "USER_ERROR")

    def _over_cancelled(self) -> None:
        time.sleep(SETTINGS.cancel_seconds)
        self._finish("CANCELLED", "JobRun CANCELLED successfully.")

    def _finish(self, state: str, details: str, reason: str | None = None) -> None:
        with self._lock:
            self.run.state_details, self.run.failure_reason = details, reason
            self.run.finished_at = utc()
        self._enter(state)

    def _enter(self, state: str) -> bool:
        with self._lock:
            if self._cancelled and state not in OVER:
                return False
            self.run.state = state
        self._publish(state)
        return True

    def _publish(self, state: str) -> None:
        run = self.run
        detail = {
            "severity": "INFO",
            "id": run.id,
            "name": run.name,
            "arn": run.arn,
            "virtualClusterId": run.virtual_cluster_id,
            "state": state,
            "createdBy": "arn:aws:iam::123456789012:user/flotilla",
            "releaseLabel": run.release_label,
            "executionRoleArn": run.execution_role_arn,
            "message": "The job run changed its state",
        }
        if run.failure_reason is not None:
            detail["failureReason"] = run.failure_reason
        if state in OVER:
            detail["stateDetails"] = run.state_details
        lost = self.faults.get("event-lost")
        if lost is not None and lost in ("", "all", state):
            return
        kept = self.faults.get("events-out-of-order")
        if kept is not None:
            if not hasattr(self, "_kept"):
                self._kept: list[dict[str, Any]] = []
            self._kept.insert(0, detail)
            if state in OVER:
                for each in self._kept:
                    EVENTS.put(each)
            return
        for _ in range(2 if "event-twice" in self.faults else 1):
            EVENTS.put(detail)

    def _start(self) -> None:
        submit = self.run.job_driver["sparkSubmitJobDriver"]
        argv = [submit["entryPoint"].removeprefix("local://"), *(submit.get("entryPointArguments") or [])]
        out, err = (open(self._folder / name, "wb") for name in ("stdout", "stderr"))
        try:
            self._process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=self._folder,
                env={"PATH": PATH, "HOME": str(self._folder), **self.environment},
                start_new_session=True,
            )
        except OSError as error:
            err.write(f"{error}\n".encode())
            self._process = subprocess.Popen(["false"], start_new_session=True)
        finally:
            out.close()
            err.close()
        self.starts += 1

    def _collect(self, process: subprocess.Popen[bytes]) -> None:
        """Uploads what there is from time to time, and all of it at the end."""
        while True:
            try:
                process.wait(SETTINGS.upload_seconds)
                break
            except subprocess.TimeoutExpired:
                self._upload(whole=False)
        self._signal(process, signal.SIGKILL)
        if SETTINGS.last_upload_seconds > 0:
            Thread(target=self._upload_later, daemon=True).start()
        else:
            self._upload(whole=True)

    def _upload_later(self) -> None:
        time.sleep(SETTINGS.last_upload_seconds)
        self._upload(whole=True)

    def _upload(self, *, whole: bool) -> None:
        overrides = self.run.configuration_overrides or {}
        monitoring = overrides.get("monitoringConfiguration") or {}
        uri = (monitoring.get("s3MonitoringConfiguration") or {}).get("logUri", "")
        if "no-log" in self.faults or not uri.startswith("s3://"):
            return
        bucket, _, base = uri.removeprefix("s3://").partition("/")
        driver = f"containers/spark-{self.run.id}/spark-{self.run.id}-driver"
        for name in ("stderr", "stdout"):
            content = (self._folder / name).read_bytes()
            if not whole and not content:
                continue
            key = f"{base}/{self.run.virtual_cluster_id}/jobs/{self.run.id}/{driver}/{name}.gz"
            s3_backends[ACCOUNT]["aws"].put_object(bucket, key, gzip.compress(content))

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        self._signal(process, signal.SIGTERM)
        try:
            process.wait(SETTINGS.grace_seconds)
        except subprocess.TimeoutExpired:
            pass
        self._signal(process, signal.SIGKILL)

    def _signal(self, process: subprocess.Popen[bytes], number: int) -> None:
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            pass

    def _environment(self) -> dict[str, str]:
        """Of the driver's container in its pod template, as Kubernetes would hand it over."""
        uri = properties(self.run, "spark-defaults").get("spark.kubernetes.driver.podTemplateFile", "")
        if not uri.startswith("s3://"):
            return {}
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        found = s3_backends[ACCOUNT]["aws"].get_object(bucket, key)
        if found is None:
            return {}
        container = yaml.safe_load(found.value)["spec"]["containers"][0]
        return {
            each["name"]: str(each["value"]).replace("$$", "$")
            for each in container.get("env") or []
            if "value" in each
        }


def properties(run: Any, classification: str) -> dict[str, str]:
    overrides = run.configuration_overrides or {}
    for each in overrides.get("applicationConfiguration") or []:
        if each["classification"] == classification:
            return each.get("properties") or {}
    return {}


class Jobs:
    """All that there ever were, in order."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._jobs: dict[str, Job] = {}

    def add(self, job: Job) -> None:
        with self._lock:
            self._jobs[job.run.id] = job

    def get(self, identity: str) -> Job:
        return self._jobs[identity]

    def all(self) -> list[Job]:
        with self._lock:
            return list(self._jobs.values())

    def kill_all(self) -> None:
        for job in self.all():
            job.kill()


JOBS = Jobs()
