"""“Not ours”: by a postcode or from the list of councils, whose it would be is shown before anything is sent."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from flask import Response, request
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import Invalid
from hub.core.http import resource
from hub.directory import queries as directory
from hub.directory.areas import Areas, Authority
from hub.duties.rulebook import Rulebook
from hub.registry import redirects
from hub.registry.desk import lists as desk_lists
from hub.registry.schemas import RedirectIn
from hub.web import forms
from hub.web.area_look_up import in_words
from hub.web.councils import council_choices
from hub.web.desk.blueprint import blp
from hub.web.desk.officer import officer
from hub.web.forms import Errors, Filled
from hub.web.pages import page, with_status
from hub.web.pickup.sections import KIND_WORDS
from hub.web.signed_in import acting, done_once, may

_CONTROLS: Final = ("host_authority", "reason", "by")
_LONGEST: Final = 20


@blp.get("/inbox/<ref>/not-ours")
@may("notice.redirect")
def not_ours(ref: str) -> Response:
    """The form: whose area is it, and how do you know."""
    return _form(ref, None)


def _form(ref: str, typed: Mapping[str, Any] | None, errors: Errors | None = None) -> Response:
    actor, now = acting(), utc_now()
    with resource(Database).read() as session:
        notice = desk_lists.received_notice(session, actor, ref, now=now)
        offered = {"by": officer(session, actor)}
    shown = page(
        "desk/not_ours.html",
        notice=notice,
        kind=KIND_WORDS[notice.kind],
        councils=council_choices(),
        typed=typed if typed is not None else offered,
        errors=errors or {},
    )
    return with_status(shown, 422 if errors else 200)


@blp.post("/inbox/<ref>/not-ours")
@may("notice.redirect")
def check(ref: str) -> Response:
    """Whose it would be, and how they would be told. Nothing is passed on yet."""
    typed = forms.typed_in((*_CONTROLS, "postcode"), request.form)
    if "again" in request.form:
        return _form(ref, typed)
    given, authority = _read(typed)
    if given.errors or authority is None:
        return _form(ref, typed, given.errors)
    actor, now = acting(), utc_now()
    with resource(Database).read() as session:
        notice = desk_lists.received_notice(session, actor, ref, now=now)
        council = directory.by_gss(session, authority.gss_code)
    return page(
        "desk/not_ours_check.html",
        notice=notice,
        council=authority.name,
        has_joined=council is not None and council.joined_at is not None,
        force=resource(Areas).force_of(authority.gss_code).name,
        typed={**typed, "host_authority": authority.gss_code},
    )


def _read(typed: Mapping[str, Any]) -> tuple[Filled, Authority | None]:
    """The form as it was sent, and the council that its list or its postcode names."""
    areas, postcode = resource(Areas), str(typed.get("postcode", ""))[:_LONGEST].strip()
    found = areas.resolve(postcode) if postcode else None
    by_postcode = found.authority if found else None
    chosen = str(typed.get("host_authority", "")) or (by_postcode.gss_code if by_postcode else "")
    given = forms.filled(RedirectIn(), _CONTROLS, MultiDict({**typed, "host_authority": chosen}))
    if found is not None and by_postcode is None and not typed.get("host_authority"):
        errors = {name: said for name, said in given.errors.items() if name != "host_authority"}
        return replace(given, errors={"postcode": in_words(found, None), **errors}), None
    if by_postcode is not None and by_postcode.gss_code != chosen:
        said = gettext(
            "That postcode is in %(council)s. Leave it empty, or choose that council.", council=by_postcode.name
        )
        return replace(given, errors={"postcode": said, **given.errors}), None
    return given, areas.authority(chosen, field="host_authority") if not given.errors else None


@blp.post("/inbox/<ref>/redirect")
@may("notice.redirect")
def redirect_notice(ref: str) -> Any:
    """Pass it on: the right council is told, the sender is told, and every clock stands."""
    given = forms.filled(RedirectIn(), _CONTROLS, request.form)
    if not given.errors:

        def act(session: Session) -> str:
            rules, areas = resource(Rulebook), resource(Areas)
            redirects.redirect_notice(session, acting(), ref, **given.loaded, rules=rules, areas=areas, now=utc_now())
            return f"/inbox/{ref}"

        try:
            return done_once(act)
        except Invalid as refusal:
            given = forms.refused(given, refusal, _CONTROLS)
    return _form(ref, given.typed, given.errors)
