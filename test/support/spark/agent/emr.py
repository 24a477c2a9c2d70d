"""
Operations of EMR on EKS that moto 5.2.5 lacks or answers otherwise than AWS, put in place of its own. What
each changes is in docs/engines/eks-spark-emulator.md.
"""

import time
from datetime import datetime, timezone
from pathlib import Path
from threading import Lock
from typing import Any

from moto.core.responses import ActionResult
from moto.emrcontainers.models import EMRContainersBackend
from moto.emrcontainers.responses import EMRContainersResponse

from jobs import JOBS, Job
from settings import SETTINGS

LOCK = Lock()


def install(folder: Path) -> None:
    start = EMRContainersBackend.start_job_run

    def start_job_run(self: EMRContainersBackend, **request: Any) -> Any:
        with LOCK:
            before = known(request)
            if before is not None:
                return before.run
            run = start(self, **request)
            job = Job(run, folder)
            JOBS.add(job)
        job.begin()
        return run

    def cancel_job_run(self: EMRContainersBackend, job_run_id: str, virtual_cluster_id: str) -> Any:
        # moto ends it at once, and on another day.
        run = self.describe_job_run(job_run_id, virtual_cluster_id)
        if run.state in ("FAILED", "CANCELLED", "CANCEL_PENDING", "COMPLETED"):
            return cancel(self, job_run_id, virtual_cluster_id)
        JOBS.get(job_run_id).cancel()
        return run

    cancel = EMRContainersBackend.cancel_job_run
    EMRContainersBackend.start_job_run = start_job_run
    EMRContainersBackend.cancel_job_run = cancel_job_run
    EMRContainersResponse.list_job_runs = list_job_runs


def known(request: dict[str, Any]) -> Job | None:
    """moto ignores client tokens."""
    for job in JOBS.all():
        same = job.run.client_token == request["client_token"]
        if same and job.run.virtual_cluster_id == request["virtual_cluster_id"]:
            if time.time() - job.created < SETTINGS.token_seconds:
                return job
    return None


def list_job_runs(self: EMRContainersResponse) -> ActionResult:
    """moto takes a name for one that contains it, and has pages of a thousand in no order."""
    query = {key: values for key, values in self.querystring.items()}
    cluster = self._get_param("virtualClusterId")
    name = (query.get("name") or [None])[0]
    states = query.get("states") or []
    after = (query.get("createdAfter") or [None])[0]
    offset = int((query.get("nextToken") or ["0"])[0])
    found = [
        job.run
        for job in JOBS.all()
        if job.run.virtual_cluster_id == cluster
        and time.time() - job.created >= SETTINGS.listed_after_seconds
        and name in (None, job.run.name)
        and (not states or job.run.state in states)
        and (after is None or job.run.created_at >= instant(after))
    ]
    found.sort(key=lambda run: run.created_at, reverse=True)
    page = found[offset : offset + SETTINGS.list_page]
    result: dict[str, Any] = {"jobRuns": page}
    if offset + SETTINGS.list_page < len(found):
        result["nextToken"] = str(offset + SETTINGS.list_page)
    return ActionResult(result)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(timezone.utc)
