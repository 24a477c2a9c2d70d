"""A server of moto's kind that tells a test where it is, and ends with it."""

import json
import logging
import sys
from collections.abc import Callable
from threading import Thread
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import make_server


class Handler(MotoRequestHandler):
    # An answer's head and body are two packets; the second would wait 40 ms for the first one's ACK.
    disable_nagle_algorithm = True


def serve(application: Any, over: Callable[[], Any]) -> None:
    """
    Says `{"endpoint": …}` on standard output, and calls `over` when standard input ends. The parent holds its
    other end, and so does nobody once it is dead.
    """
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    Thread(target=watch_parent, args=(over,), daemon=True).start()
    print(json.dumps({"endpoint": f"http://127.0.0.1:{server.port}"}), flush=True)


def watch_parent(over: Callable[[], Any]) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    over()
