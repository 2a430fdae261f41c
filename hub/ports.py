"""Can the hub listen where its settings say? Asked before anything is started, so that the answer is a sentence."""

import errno
import socket
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Final

from hub.core.settings import SettingsError

_WORDS: Final = {
    errno.EADDRINUSE: "Port {port} of {host} is taken by another program. Stop it, or set another with {setting}.",
    errno.EACCES: "Port {port} is for the system's own services. Set one above 1023 with {setting}, behind a proxy.",
}
_NO_ADDRESS: Final = (
    "{host} is no address of this machine. Set HUB_HOST to one of its own, such as 127.0.0.1 or 0.0.0.0."
)


def refuse_taken(wanted: Mapping[str, tuple[str, int]]) -> None:
    """Take each address of *wanted* (setting → host and port) for a moment. Raises :class:`SettingsError` naming the setting."""
    with ExitStack() as held:
        for setting, (host, port) in wanted.items():
            probe = held.enter_context(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET))
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                probe.listen()  # two that only bind to one port would both have it
            except OSError as fault:
                words = _WORDS.get(fault.errno or 0, _NO_ADDRESS)
                raise SettingsError(words.format(host=host, port=port, setting=setting)) from None
