"""``python -m attack.worker``: the hub's own worker on a machine whose name server lies about ``*.attack.example``."""

import os
import socket
from typing import Any

from attack.receivers import ZONE, looked_up
from hub.core.settings import load_settings
from hub.jobs import run

PORT = "ATTACK_NAME_SERVER_PORT"
_real = socket.getaddrinfo


def _lied_to(host: Any, port: Any, *given: Any, **named: Any) -> Any:
    """As the system's, but names of the zone are asked of the name server of the attack."""
    name = host.decode() if isinstance(host, bytes) else str(host)
    if not name.rstrip(".").endswith(ZONE):
        return _real(host, port, *given, **named)
    found = looked_up(name, int(os.environ[PORT]))
    if not found:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")
    return [
        (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (each, port, 0, 0))
        if ":" in each
        else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port))
        for each in found
    ]


if __name__ == "__main__":
    socket.getaddrinfo = _lied_to
    run(load_settings())
