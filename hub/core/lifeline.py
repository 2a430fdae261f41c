"""Does the process that started this one still live? A child stops by itself when its parent was killed and could not say so.

The parent holds one end of a pipe on which nothing is ever said. However the parent dies, the system closes its end, and the
child, which listens at the other, hears the silence end.
"""

import multiprocessing
import os
import signal
import threading
from multiprocessing.connection import wait
from typing import Final

VARIABLE: Final = "HUB_LIFELINE"
"""The environment variable that tells a child at which end of the pipe it listens."""

ASKED_TIMES: Final = 30
"""How often, a second apart, a process asks itself to stop before it simply ends."""


def held() -> int:
    """The end that children are given (``pass_fds``, and :data:`VARIABLE`). The other stays open in this process alone, for
    as long as it lives."""
    given, _kept = os.pipe()
    return given


def end_with_parent() -> None:
    """From now on stop this process, as SIGTERM does, when the one that started it is gone.

    Nothing happens in a process that nobody holds: one that a person or a service manager started. Called first thing in a
    process of a pool, which is a copy of the pool's own: the pool's answer to a signal is not the copy's.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    named = os.environ.get(VARIABLE)
    # A process of a pool follows the pool's own: the pipe's number means nothing where it was not passed on.
    listened = parent.sentinel if parent is not None else int(named) if named else None
    if listened is not None:
        threading.Thread(target=_stop_when_ended, args=(listened,), name="lifeline", daemon=True).start()


def _stop_when_ended(listened: int) -> None:
    wait([listened])
    main, pause = threading.main_thread().ident or 0, threading.Event()
    for _ in range(ASKED_TIMES):  # one that is still starting may not listen to the first
        signal.pthread_kill(main, signal.SIGTERM)
        pause.wait(1)
    os.kill(os.getpid(), signal.SIGKILL)
