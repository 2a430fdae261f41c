"""What is done to a contact point: changed, verified, given a new secret, retired. Of a council or force by two people."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from flask import Response, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import EditConflict, Invalid
from hub.core.http import resource
from hub.core.settings import Settings
from hub.directory import contact_points as service
from hub.directory import contact_points_by_two as by_two
from hub.directory.contact_points import Signing
from hub.directory.models import ContactPoint, Proposal
from hub.directory.schemas import ContactPointChangeIn, SecretIn, VerificationIn
from hub.web import forms
from hub.web.organisation import hours, points_shown, words
from hub.web.organisation.contact_points import MISSING, PATH, role_options
from hub.web.organisation.parts import BASE, group, shown
from hub.web.organisation.proposals_shown import FIELD_WORDS
from hub.web.sending import asked, sent
from hub.web.signed_in import acting, may
from hub.web.stale import Difference, differing, version_sent

blp = group("contact_point_acts", "/contact-points/<ref>")
_CHANGED: Final = ("role", "address", "purpose", "takes_digest")
_VERIFIED: Final = ("verified_by", "address", "expires_on")
_SECRET: Final = ("signing", "keep_previous")
_NO_NAME: Final = {"verified_by": lazy_gettext("Enter who tried it: name and role.")}


def _done(ref: str, outcome: object, word: str) -> str:
    """Where to go: to the contact point, or to the proposal that the act became."""
    if isinstance(outcome, Proposal):
        return f"{BASE}/proposals/{outcome.ref}?done=proposed"
    return f"{PATH}/{ref}?done={word}"


def _form(template: str, ref: str, given: forms.Filled, status: int, **more: Any) -> Response:
    with resource(Database).read() as session:
        said = points_shown.told(session, acting(), service.point_of(session, acting(), ref), now=utc_now())
    return shown(template, status=status, typed=given.typed, errors=given.errors, **said, **more)


# --- changed ----------------------------------------------------------------------------------------------------------


@blp.get("/change")
@may("contact_point.change")
def change_form(ref: str) -> Response:
    """The contact point as it stands, to be changed."""
    with resource(Database).read() as session:
        point = service.point_of(session, acting(), ref)
    typed = forms.spelt(ContactPointChangeIn(), _CHANGED, vars(point)) | hours.spelt(point.opening_hours)
    return _change_form(ref, forms.Filled(typed=typed | {"version": str(point.version)}), 200)


def _change_form(ref: str, given: forms.Filled, status: int) -> Response:
    is_stale = status == EditConflict.status
    more: dict[str, Any] = {"options": role_options(), "days": words.DAY_WORDS, "is_stale": is_stale}
    if is_stale:
        given = replace(given, errors={})
        more["differences"] = _differences(ref, given)
    return _form("contact_point_change", ref, given, status, **more)


def _differences(ref: str, given: forms.Filled) -> list[Difference]:
    """What stands now beside what was typed, in words."""
    with resource(Database).read() as session:
        point = service.point_of(session, acting(), ref)
    stands = forms.spelt(ContactPointChangeIn(), _CHANGED, vars(point))
    return differing(
        FIELD_WORDS, _in_words(stands, point.opening_hours), _in_words(given.typed, given.body.get("opening_hours"))
    )


def _in_words(typed: forms.Typed, opening_hours: Mapping[str, Any] | None) -> forms.Typed:
    said: forms.Typed = {name: typed[name] for name in _CHANGED if name in typed}
    if "role" in typed:
        said["role"] = words.role(str(typed["role"]))
    return said | {"opening_hours": "; ".join(hours.lines(opening_hours))}


@blp.post("/change")
@may("contact_point.change")
def change(ref: str) -> Response:
    """Change what differs; with a new role or address it is verified again before it is used."""
    given = asked(hours.filled(ContactPointChangeIn(), _CHANGED, request.form), MISSING)
    given.typed["version"] = request.form.get("version", "")
    for name in ("address", "purpose"):
        if name in request.form and not request.form[name].strip() and name not in given.errors:
            given.errors[name] = str(MISSING[name])

    def act(session: Session) -> str:
        point = service.point_of(session, acting(), ref)
        version = version_sent()
        if version != point.version:
            raise EditConflict(str(_STALE))
        changes, private = _differing(point, given.loaded), resource(Settings).webhook_private_addresses
        outcome = by_two.change(session, acting(), ref, version, changes, private_webhooks=private, now=utc_now())
        return _done(ref, outcome, "point-changed")

    return sent(given, (*_CHANGED, *hours.NAMES), act, lambda now, status: _change_form(ref, now, status))


_STALE: Final = lazy_gettext("Somebody changed this contact point while you were typing.")


def _differing(point: ContactPoint, loaded: dict[str, Any]) -> dict[str, Any]:
    wanted = {"opening_hours": None} | loaded
    changes = {name: value for name, value in wanted.items() if value != getattr(point, name)}
    if not changes:
        raise Invalid(gettext("Nothing differs from what stands now. Change something, or go back."))
    return changes


# --- verified ---------------------------------------------------------------------------------------------------------


@blp.get("/verify")
@may("contact_point.verify")
def verify_form(ref: str) -> Response:
    """How a contact point is tried, and by whom."""
    return _form("contact_point_verify", ref, forms.Filled(), 200)


@blp.post("/verify")
@may("contact_point.verify")
def verify(ref: str) -> Response:
    """Record who found that it reaches its desk."""
    given = asked(forms.filled(VerificationIn(), _VERIFIED, request.form), _NO_NAME)

    def act(session: Session) -> str:
        service.verify(session, acting(), ref, now=utc_now(), **given.loaded)
        return _done(ref, None, "point-verified")

    return sent(given, _VERIFIED, act, lambda now, status: _form("contact_point_verify", ref, now, status))


# --- a webhook's secret -----------------------------------------------------------------------------------------------


@blp.get("/secret")
@may("contact_point.rotate")
def secret_form(ref: str) -> Response:
    """How messages are to be signed from now on."""
    typed = {"signing": "hmac", "keep_previous": forms.YES}
    return _form("contact_point_secret", ref, forms.Filled(typed=dict(typed)), 200)


@blp.post("/secret")
@may("contact_point.rotate")
def rotate(ref: str) -> Response:
    """Make the next secret, and show it this once."""
    given = forms.filled(SecretIn(), _SECRET, request.form)
    made: list[Signing] = []

    def act(session: Session) -> str:
        outcome = by_two.rotate(session, acting(), ref, now=utc_now(), **given.loaded)
        if not isinstance(outcome, Proposal):
            made.append(outcome[1])
        return _done(ref, outcome, "secret-made")

    answer = sent(given, _SECRET, act, lambda now, status: _form("contact_point_secret", ref, now, status))
    return shown("webhook_secret", signing=made[0], ref=ref) if made and answer.status_code == 303 else answer


# --- retired ----------------------------------------------------------------------------------------------------------


@blp.get("/retire")
@may("contact_point.retire")
def retire_form(ref: str) -> Response:
    """What retiring does, before it is done."""
    return _form("contact_point_retire", ref, forms.Filled(), 200)


@blp.post("/retire")
@may("contact_point.retire")
def retire(ref: str) -> Response:
    """Retire it."""

    def act(session: Session) -> str:
        return _done(ref, by_two.retire(session, acting(), ref, now=utc_now()), "point-retired")

    return sent(forms.Filled(), (), act, lambda now, status: _form("contact_point_retire", ref, now, status))
