"""
moto's server and an ECS agent beside it, in one process. Its arguments are its settings as JSON, and a
directory that goes when it ends. Says `{"endpoint": …}` on standard output, and ends with its jobs when
standard input does.
"""

import asyncio
import json
import logging
import os
import shutil
import signal
import sys
from pathlib import Path
from tempfile import mkdtemp
from threading import Thread

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

import api
import mends
from control import Control
from interference import Interference
from processes import end_strays
from run_task import RunTask
from settings import SETTINGS
from tasks import STORE


class Handler(MotoRequestHandler):
    # An answer's head and body are two packets; the second would wait 40 ms for the first one's ACK.
    disable_nagle_algorithm = True


def main() -> None:
    SETTINGS.update(json.loads(sys.argv[1]) if len(sys.argv) > 1 else {})
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    if sys.version_info < (3, 12) and hasattr(os, "pidfd_open"):
        # The other watcher has a thread for each job.
        asyncio.set_child_watcher(asyncio.PidfdChildWatcher())
    asyncio.run(serve())


async def serve() -> None:
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    folder = Path(mkdtemp(prefix="flotilla-ecs-"))
    mends.install()
    api.install(RunTask(loop, folder))
    moto = DomainDispatcherApplication(create_backend_app)
    application = Control(Interference(moto), loop)
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    Thread(target=watch_parent, args=(loop, over), daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, over.set)
    print(json.dumps({"endpoint": f"http://127.0.0.1:{server.port}"}), flush=True)
    try:
        await over.wait()
    finally:
        end_jobs()
        for each in [folder, *sys.argv[2:3]]:
            shutil.rmtree(each, ignore_errors=True)
        os._exit(0)


def watch_parent(loop: asyncio.AbstractEventLoop, over: asyncio.Event) -> None:
    """The parent holds the other end of standard input, and so does nobody once it is dead."""
    while sys.stdin.buffer.read(4096):
        pass
    loop.call_soon_threadsafe(over.set)


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
