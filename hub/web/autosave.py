"""A form that is kept while it is written (static/autosave.js): how such a request is known, and what the script is told.

The form goes where its button would send it, with :data:`HEADER`. The answer is JSON: ``said``, the sentence that stands beside
the button; ``is_stale``, after which the script keeps nothing more; ``controls``, what hidden controls hold from now on; and
``action``, where the form goes from now on, once what it began has an address of its own.
"""

from typing import Any, Final

from flask import request
from flask_babel import gettext

from hub.core.clock import LONDON, utc_now

HEADER: Final = "X-Hub-Autosave"


def is_autosave() -> bool:
    """Whether the present request is the script's, and not somebody's who pressed a button."""
    return HEADER in request.headers


def kept(controls: dict[str, str], *, is_whole: bool, action: str = "") -> Any:
    """It was kept; *is_whole*: all of it, for nothing in it is wrong."""
    at = f"{utc_now().astimezone(LONDON):%H:%M}"
    if is_whole:
        said = gettext("Saved at %(time)s", time=at)
    else:
        said = gettext("Saved at %(time)s, but for what is not right yet.", time=at)
    return {"said": said, "controls": controls, **({"action": action} if action else {})}


def not_right_yet() -> Any:
    """Nothing of it can be kept as it is."""
    return {"said": gettext("Not saved yet: something is not right. What you typed stays here.")}, 422


def stale(said: str, status: int = 409) -> Any:
    """Somebody else changed it, sent it or discarded it: *said*. The script keeps nothing more of this form."""
    return {"said": said, "is_stale": True}, status
