"""
moto's server and an EMR beside it that runs the jobs' programs, in one process. Its arguments are its
settings as JSON, and a directory that goes when it ends. Says `{"endpoint": …}` on standard output, and ends
with its jobs when standard input does.
"""

import json
import os
import shutil
import signal
import sys
from pathlib import Path
from tempfile import mkdtemp
from threading import Event

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

sys.path.append(str(Path(__file__).resolve().parents[2] / "aws-agent"))

import emr  # noqa: E402
import mends  # noqa: E402
from calls import Calls  # noqa: E402
from jobs import JOBS  # noqa: E402
from serving import serve  # noqa: E402
from settings import SETTINGS  # noqa: E402


def main() -> None:
    SETTINGS.update(json.loads(sys.argv[1]) if len(sys.argv) > 1 else {})
    over = Event()
    folder = Path(mkdtemp(prefix="flotilla-emr-"))
    mends.install()
    emr.install(folder)
    application = Calls(DomainDispatcherApplication(create_backend_app))
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: over.set())
    serve(application, over.set)
    over.wait()
    JOBS.kill_all()
    for each in [folder, *sys.argv[2:3]]:
        shutil.rmtree(each, ignore_errors=True)
    os._exit(0)


main()
