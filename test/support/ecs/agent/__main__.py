"""
moto's server and an ECS agent beside it, in one process. Its arguments are its settings as JSON, and a
directory that goes when it ends. Says `{"endpoint": …}` on standard output, and ends with its jobs when
standard input does.
"""

import asyncio
import json
import os
import shutil
import signal
import sys
from pathlib import Path
from tempfile import mkdtemp

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

sys.path.append(str(Path(__file__).resolve().parents[2] / "aws-agent"))

import api  # noqa: E402
import mends  # noqa: E402
from control import Control  # noqa: E402
from interference import Interference  # noqa: E402
from processes import end_strays  # noqa: E402
from run_task import RunTask  # noqa: E402
from serving import serve  # noqa: E402
from settings import SETTINGS  # noqa: E402
from tasks import STORE  # noqa: E402


def main() -> None:
    SETTINGS.update(json.loads(sys.argv[1]) if len(sys.argv) > 1 else {})
    if sys.version_info < (3, 12) and hasattr(os, "pidfd_open"):
        # The other watcher has a thread for each job.
        asyncio.set_child_watcher(asyncio.PidfdChildWatcher())
    asyncio.run(run())


async def run() -> None:
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    folder = Path(mkdtemp(prefix="flotilla-ecs-"))
    mends.install(lambda: SETTINGS.log_page)
    api.install(RunTask(loop, folder))
    moto = DomainDispatcherApplication(create_backend_app)
    application = Control(Interference(moto), loop)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, over.set)
    serve(application, lambda: loop.call_soon_threadsafe(over.set))
    try:
        await over.wait()
    finally:
        end_jobs()
        for each in [folder, *sys.argv[2:3]]:
            shutil.rmtree(each, ignore_errors=True)
        os._exit(0)


def end_jobs() -> None:
    for task in STORE.ever:
        if task.stopped:
            continue
        for pid in task.pids:
            try:
                os.killpg(pid, signal.SIGKILL)
            except OSError:
                continue
    ids = {task.id for task in STORE.ever}
    end_strays(lambda address: address.rsplit("/", 1)[-1].split("-", 1)[0] in ids)


main()
