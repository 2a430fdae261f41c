"""The calendar that programs read at a secret address: no sign-in, no personal data, for as long as its holder is there."""

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from hub.access.people import queries as people
from hub.core import calendars
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.http import resource
from hub.directory import queries as directory
from hub.directory.duty import feed
from hub.directory.duty.models import DutyFeed
from hub.duties.rulebook import Rulebook
from hub.web.health import public
from hub.web.signed_in import install_refusals

blp = Blueprint("duty_calendars", __name__, template_folder="../templates")
install_refusals(blp)


@blp.get("/duty/<token>.ics")
@public
def show(token: str) -> Response:
    """Who is on duty, as an iCalendar file."""
    now = utc_now()
    with resource(Database).write() as session:
        found = feed.feed_with(session, token, now=now)
        if found is None or not _is_there(session, found):
            raise NotFound("There is no calendar at this address any more. Make a new one in the hub.")
        whose = directory.by_ids(session, [found.organisation_id])[found.organisation_id]
        text = feed.calendar_of(session, whose, rules=resource(Rulebook), now=now)
    return Response(text, mimetype=calendars.MEDIA_TYPE, headers={"Cache-Control": "private, no-store"})


def _is_there(session: Session, found: DutyFeed) -> bool:
    """Whether whoever made the address still belongs to the organisation, and may sign in."""
    person = people.person(session, found.holder_ref, found.organisation_id)
    return person is not None and person.disabled_at is None
