"""Who acts at the desk: the name and role that forms offer, and what they may do."""

from sqlalchemy.orm import Session

from hub.access.people import service as people
from hub.access.spoken import spoken
from hub.core.actor import Actor
from hub.web.account.pages import person_acting


def officer(session: Session, actor: Actor) -> str:
    """``Tom Adeyemi, duty desk``: what a form offers as the officer's name. Empty for a system's key."""
    if actor.kind != "person":
        return ""
    name = people.told(session, person_acting(session, actor)).name
    roles = [spoken(role) for role in sorted(actor.roles) if role not in ("administrator", "privacy_lead")]
    return f"{name}, {roles[0]}" if roles else name
