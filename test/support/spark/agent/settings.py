"""What a test may set, at the start and while it runs."""

from dataclasses import dataclass

from knobs import Knobs


@dataclass
class Settings(Knobs):
    # Seconds in each state that a job run only passes through.
    step_seconds: float = 0.05
    # Seconds between SIGTERM and SIGKILL of a job that is cancelled.
    grace_seconds: float = 1
    # Seconds between the end of a cancelled job's processes and CANCELLED.
    cancel_seconds: float = 0
    # Seconds until a new job run is listed; DescribeJobRun knows it at once.
    listed_after_seconds: float = 0
    # Seconds for which a client token is known.
    token_seconds: float = 86_400
    # Entries of a page of ListJobRuns.
    list_page: int = 50
    # Seconds between two uploads of a log that grows.
    upload_seconds: float = 0.3
    # Seconds between the end of a job and the last upload of its log.
    last_upload_seconds: float = 0


SETTINGS = Settings()
