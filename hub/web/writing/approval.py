"""What became of the approval of a draft's placement: asked, given, or sent back with a reason; and where it is asked for."""

from flask_babel import gettext
from sqlalchemy.orm import Session

from hub.core.errors import NotFound
from hub.core.http import resource
from hub.duties.rulebook import Rulebook
from hub.registry.casework import approval_requests
from hub.registry.casework.approval_requests import ToApprove
from hub.registry.drafts import Drafted
from hub.web.casework.words import REQUEST_WORDS
from hub.web.signed_in import acting, allowed
from hub.web.writing.questions import section_of

APPROVAL = "approval"


def approval_of(session: Session, draft: Drafted) -> ToApprove | None:
    """How the approval of the placement that *draft* tells of stands; ``None`` where none can be asked for from here.

    That is: while the draft says too little for the hub to know its placement, and for those who ask for none.
    """
    if draft.placement is None or not allowed("approval.ask") or section_of(draft.kind, APPROVAL) is None:
        return None
    try:
        return approval_requests.placement_to_approve(session, acting(), draft.placement, rules=resource(Rulebook))
    except NotFound:
        return None


def status_of(found: ToApprove | None) -> tuple[str, str] | None:
    """How it stands, in words and a colour; ``None`` where nothing was asked for, and nothing need be."""
    newest = found.earlier[-1] if found and found.earlier else None
    if newest and newest.state != "withdrawn":
        said, colour = REQUEST_WORDS[newest.state]
        return str(said), colour
    return (gettext("Not asked for yet"), "grey") if found and not found.refused else None
