"""What a test may set, at the start and while it runs."""

from dataclasses import dataclass

from knobs import Knobs


@dataclass
class Settings(Knobs):
    # Seconds in each state that a task only passes through.
    step_seconds: float = 0.02
    # Seconds between SIGTERM and SIGKILL where the container names none.
    stop_timeout_seconds: float = 30
    # Seconds for which ECS tells of a stopped task, and its client token after it.
    forget_seconds: float = 3600
    # Seconds until a new task is seen by ListTasks and DescribeTasks.
    visible_after_seconds: float = 0
    # Entries of a page of a list at most.
    list_page: int = 100
    # Events of a page of GetLogEvents at most.
    log_page: int = 10_000
    # Seconds by which `log-late` holds a log back.
    log_late_seconds: float = 2
    # Seconds from RUNNING to a fault of the host.
    fault_after_seconds: float = 0.3
    # Seconds for which a lost host is silent before EC2 says that it is terminated.
    silent_seconds: float = 1
    # What a host of ours has: CPU units and megabytes.
    host_cpu: int = 98_304
    host_memory: int = 393_216


SETTINGS = Settings()
