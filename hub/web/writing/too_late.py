"""A section was sent for a draft that is sent or discarded by now, in another tab or by a colleague: what was typed is shown."""

from typing import Any

from flask import request
from flask_babel import gettext

from hub.access.held_forms.service import Filling
from hub.core.errors import NotFound
from hub.web.account.pages import with_status
from hub.web.held import in_words
from hub.web.pages import page
from hub.web.writing.blueprint import AlreadySent

_OURS = frozenset({"csrf_token", "mark", "next", "asked"})


def too_late(refusal: NotFound | AlreadySent, ref: str, *, is_autosave: bool) -> Any:
    """Where *refusal* says that there is no such draft any more: a page that loses nothing, or what the script is to say."""
    is_sent = isinstance(refusal, AlreadySent)
    if is_autosave:
        said = (
            gettext("Not saved: this draft was sent already.") if is_sent else gettext("Not saved: this draft is gone.")
        )
        return {"said": said, "is_stale": True}, refusal.status
    typed = in_words(Filling(request.path, [pair for pair in request.form.items(multi=True) if pair[0] not in _OURS]))
    if not typed:
        raise refusal
    return with_status(page("writing/too_late.html", sent=is_sent, ref=ref, typed=typed), refusal.status)
