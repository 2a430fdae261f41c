"""The one group that every page of writing belongs to, and what its pages share."""

from typing import Any

from flask import Blueprint, redirect
from sqlalchemy.orm import Session

from hub.core.errors import NotFound, StateConflict
from hub.registry import notice_queries
from hub.registry.drafts import Drafted, read_draft
from hub.web import signed_in
from hub.web.signed_in import acting

blp = Blueprint("writing", __name__, template_folder="../templates")
signed_in.install_refusals(blp)


class AlreadySent(StateConflict):
    """The draft was sent: by a second click, in another tab, by a colleague. ``path``: its receipt."""

    def __init__(self, ref: str) -> None:
        super().__init__("This draft was sent already.", code="already_sent")
        self.path = f"/notices/{ref}/receipt"


@blp.errorhandler(AlreadySent)
def _to_receipt(refusal: AlreadySent) -> Any:
    return redirect(refusal.path, 303)


def draft_of(session: Session, ref: str) -> Drafted:
    """The draft *ref* of the actor's organisation. Raises ``NotFound``, or ``AlreadySent`` where it is a notice by now."""
    try:
        return read_draft(session, acting(), ref)
    except NotFound:
        if notice_queries.notice_seen_by(session, ref, acting().organisation) is None:
            raise
        raise AlreadySent(ref) from None
