"""``python -m hub.serving``: the web server, as small a parent as can be; each worker process makes its own application."""

import ctypes

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings

from hub.core.lifeline import end_with_parent
from hub.core.settings import REPOSITORY, Settings, load_settings

HEAD_MILLISECONDS = 10_000
"""How long the head of a request may take. Bodies: ``hub.web.slow_bodies``."""
_M_ARENA_MAX, ARENAS = -8, 2
"""glibc gives memory from arenas, eight a processor, and what one thread has freed in its own no other takes up."""


def serve(settings: Settings, module: str = "wsgi.py") -> None:
    """Serve the ``app`` of *module*, a file of this repository, until stopped."""
    _share_arenas()
    Granian(
        target=f"{REPOSITORY / module}:app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_workers,
        blocking_threads=settings.web_threads + settings.waiting_threads,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_MILLISECONDS),
        log_enabled=False,
        websockets=False,
    ).serve()


def _share_arenas() -> None:
    """In this process and the workers that it forks, where the C library is glibc."""
    if mallopt := getattr(ctypes.CDLL(None), "mallopt", None):
        mallopt(_M_ARENA_MAX, ARENAS)


if __name__ == "__main__":
    end_with_parent()
    serve(load_settings())
