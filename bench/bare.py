"""The references of W1: bare Flask routes under the same server, on the same engine.

``python -m bench.bare`` serves them as ``hub serve`` serves the hub. ``/notices`` loads the body with the hub's own schema and
writes, with the bare driver and in one durable commit, the rows that the hub writes for a notice. ``/echo`` says back what it was
sent. Neither asks who is calling, knows the law or seals anything: they are the floor under any implementation.
"""

import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask, request

from hub.core.settings import load_settings

LEARNT = "HUB_BENCH_LEARNT"
"""The environment variable that names the file of learnt rows."""


def create_bare() -> Flask:
    """The references as a WSGI application."""
    from bench.engines import Stage  # here: the process that starts the server needs none of this
    from bench.rows import Copier, kept
    from hub.registry.schemas import NoticeIn

    settings = load_settings()
    stage = Stage("postgresql" if settings.database_url else "sqlite", settings)
    copier = Copier(stage, kept(Path(os.environ[LEARNT])))
    app, schema, mine = Flask("bare"), NoticeIn(), threading.local()

    def connection() -> Any:
        if not hasattr(mine, "connection"):
            mine.connection = copier.connect()
        return mine.connection

    @app.post("/notices")
    def register() -> Any:
        schema.load(request.get_json())
        return {"ref": copier.write(connection())}, 201

    @app.post("/echo")
    def echo() -> Any:
        return request.get_json(), 201

    @app.get("/healthz")
    def health() -> Any:
        return {"is_well": True}

    return app


def serve() -> None:
    """Serve as ``hub serve`` does."""
    from hub.serving import serve as serve_module

    # No body comes slowly here, and nothing keeps what would wait for one from its work.
    serve_module(replace(load_settings(), waiting_threads=0), "bench/bare_wsgi.py")


if __name__ == "__main__":
    serve()
