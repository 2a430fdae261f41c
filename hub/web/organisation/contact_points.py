"""Where an organisation is reached: the list, one contact point, and a new one."""

from dataclasses import replace

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.core.settings import Settings
from hub.directory import contact_points as service
from hub.directory.contact_points import DESK_ROLES
from hub.directory.models import CHANNELS
from hub.directory.schemas import ContactPointIn
from hub.duties.rulebook import Rulebook
from hub.web import forms
from hub.web.organisation import hours, points_shown, words
from hub.web.organisation.parts import BASE, group, own, shown
from hub.web.sending import asked, sent
from hub.web.signed_in import acting, may

blp = group("contact_points", "/contact-points")
PATH = f"{BASE}/contact-points"
_NAMES = ("role", "channel", "address", "purpose", "takes_digest", "signing")
MISSING = {
    "role": lazy_gettext("Choose whose desk is reached there."),
    "channel": lazy_gettext("Choose how it is reached."),
    "purpose": lazy_gettext("Enter what it is for, such as “Duty team, weekdays”."),
    "address": lazy_gettext("Enter the address."),
}


@blp.get("")
@may("contact_point.read")
def show_all() -> Response:
    """Every contact point in force, and the desks that none reaches."""
    now = utc_now()
    with resource(Database).read() as session:
        whose = own(session)
        points = points_shown.listed(session, whose, now=now)
        report = points_shown.report(session, whose, resource(Rulebook), now=now)
    return shown("contact_points", points=points, cannot_reach=report.cannot_reach if report else ())


@blp.get("/<ref>")
@may("contact_point.read")
def show(ref: str) -> Response:
    """One contact point."""
    with resource(Database).read() as session:
        point = service.point_of(session, acting(), ref)
        return shown("contact_point", **points_shown.told(session, acting(), point, now=utc_now()))


# --- a new one --------------------------------------------------------------------------------------------------------


def role_options() -> list[tuple[str, str]]:
    """Whose desk it may be: value and words, by words."""
    return sorted(((name, words.role(name)) for name in DESK_ROLES), key=lambda pair: pair[1])


@blp.get("/new")
@may("contact_point.add")
def choose() -> Response:
    """Whose desk, and by which channel."""
    typed = {name: request.args.get(name, "") for name in ("role", "channel")}
    errors = {name: str(MISSING[name]) for name in typed if not typed[name]} if "go_on" in request.args else {}
    status = 422 if errors else 200
    return shown(
        "contact_point_new", status=status, typed=typed, errors=errors, options=role_options(), channels=CHANNELS
    )


@blp.get("/new/details")
@may("contact_point.add")
def details() -> Response:
    """Where it leads, what it is for, when it is open."""
    typed = {name: request.args.get(name, "") for name in ("role", "channel")}
    if typed["role"] not in DESK_ROLES or typed["channel"] not in CHANNELS:
        return choose()
    return _details(forms.Filled(typed=typed | {"schedule": hours.ALWAYS, "signing": "hmac"}), 200)


def _details(given: forms.Filled, status: int) -> Response:
    return shown("contact_point_details", status=status, typed=given.typed, errors=given.errors, days=words.DAY_WORDS)


def _with_address(given: forms.Filled) -> forms.Filled:
    """*given*; whatever is not an inbox has an address."""
    if given.typed.get("channel") == "inbox" or given.typed.get("address") or "address" in given.errors:
        return given
    return replace(given, errors={"address": str(MISSING["address"])} | given.errors)


@blp.post("/new/details")
@may("contact_point.add")
def add() -> Response:
    """Add it. A webhook's secret is shown this once."""
    given = _with_address(asked(hours.filled(ContactPointIn(), _NAMES, request.form), MISSING))
    made: list[service.Added] = []

    def act(session: Session) -> str:
        private, now = resource(Settings).webhook_private_addresses, utc_now()
        whose = own(session).ref
        made.append(service.add(session, acting(), whose, given.loaded, private_webhooks=private, now=now))
        return f"{PATH}/{made[0].point.ref}?done={'secret-made' if made[0].signing else 'point-added'}"

    answer = sent(given, (*_NAMES, *hours.NAMES), act, _details)
    if made and made[0].signing and answer.status_code == 303:
        return shown("webhook_secret", signing=made[0].signing, ref=made[0].point.ref)
    return answer
