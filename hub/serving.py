"""``python -m hub.serving``: the web server, as small a parent as can be; each worker process makes its own application."""

from granian import Granian
from granian.constants import Interfaces

from hub.core.settings import REPOSITORY, Settings, load_settings


def serve(settings: Settings) -> None:
    """Serve ``wsgi.app`` until stopped."""
    Granian(
        target=f"{REPOSITORY / 'wsgi.py'}:app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_workers,
        blocking_threads=settings.web_threads,
        log_enabled=False,
        websockets=False,
    ).serve()


if __name__ == "__main__":
    serve(load_settings())
