"""A form was sent for a draft that is sent or discarded by now, in another tab or by a colleague: what was typed is shown."""

from typing import Final

from flask import Response, request

from hub.access.held_forms.service import Filling
from hub.core.errors import HubError
from hub.web.held import in_words
from hub.web.pages import page, with_status

_OURS: Final = frozenset({"csrf_token", "mark", "next", "asked", "kind", "keep"})


def too_late(refusal: HubError, ref: str, *, is_sent: bool, begin: str) -> Response:
    """A page that loses nothing that was typed, and says how it can still be told; *begin*: where another draft is begun.

    Raises *refusal* where nothing was typed.
    """
    said = [pair for pair in request.form.items(multi=True) if pair[0] not in _OURS]
    typed = in_words(Filling(request.path, said))
    if not typed:
        raise refusal
    return with_status(page("too_late.html", sent=is_sent, ref=ref, typed=typed, begin=begin), refusal.status)
