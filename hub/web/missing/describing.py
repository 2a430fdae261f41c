"""The police describe a child whom the hub may know or not, and say more of it later; or find one whom another force seeks."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final

from flask import Response, request
from flask_babel import gettext, lazy_gettext
from marshmallow import Schema
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import Invalid, NotFound, NotPermitted, StateConflict
from hub.core.http import resource
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.missing import service
from hub.missing.schemas import DescriptionIn, LocationIn, ReportIn
from hub.missing.views import read_episode
from hub.web import forms
from hub.web.councils import council_names
from hub.web.desk.officer import officer
from hub.web.forms import Filled, Typed
from hub.web.home.answers import councils_named
from hub.web.missing import moments
from hub.web.missing.blueprint import blp, shown
from hub.web.sending import sent
from hub.web.signed_in import acting, may

_WHO: Final = (
    *("child.given_names", "child.family_name", "child.born_on", "child.aliases"),
    *("provider.name", "address.lines", "address.postcode", "placing_authority"),
)
NAMES: Final = (
    *_WHO,
    *("missing_from", "category", "last_seen.place", "last_seen.postcode", "said", "companions", "reference", "by"),
)
LEARNT: Final = (*_WHO, "note", "by")
FOUND: Final = ("place.place", "place.postcode", "note", "by")
_NO_SUCH: Final = lazy_gettext(
    "No missing episode has this reference. Read it back to the force that seeks the child: every letter counts."
)


@blp.get("/missing/report/child")
@may("missing.report")
def describe_form() -> Response:
    """What is known of the child, the time, and where they live."""
    return _describe(None)


def _describe(given: Filled | None, status: int = 200) -> Response:
    if acting().organisation_kind != "police_force":
        raise NotPermitted(
            "Only the police describe a child here. Others choose one whom they look after, placed or host."
        )
    now = utc_now()
    with resource(Database).read() as session:
        offered: Typed = {"by": officer(session, acting()), "category": "missing"}
    return shown(
        "describe",
        status=status,
        councils=council_names(),
        typed=given.typed if given else offered,
        errors=given.errors if given else {},
        now=now,
    )


@blp.post("/missing/report/child")
@may("missing.report")
def describe() -> Response:
    """Report the child as described. Whoever is surely known is taken for who they are; a doubt is put to a person."""
    actor, rules, areas, now = acting(), resource(Rulebook), resource(Areas), utc_now()
    given = _given(ReportIn(), NAMES, areas)

    def act(session: Session) -> str:
        done = service.report(session, actor, given.loaded, rules=rules, areas=areas, now=now)
        return f"/missing/{done.episode}/receipt" + ("" if done.is_new else "?joined=yes")

    return sent(given, NAMES, act, _describe)


def _given(schema: Schema, names: Collection[str], areas: Areas) -> Filled:
    """The form as it came; the council that is responsible may be written by its name."""
    whole, wrong = MultiDict(request.form), dict[str, str]()
    written = whole.get("placing_authority", "").strip()
    if written:
        meant = councils_named(written, areas)
        if len(meant) == 1:
            whole["placing_authority"] = meant[0].gss_code
        else:
            wrong["placing_authority"] = gettext(
                "Choose one council from the list, or leave it empty if you do not know."
            )
            whole.poplist("placing_authority")
    given = forms.filled(schema, names, whole)
    return replace(given, typed=forms.typed_in(names, request.form), errors={**given.errors, **wrong})


# --- more of who it is ------------------------------------------------------------------------------------------------


@blp.get("/missing/<ref>/describe")
@may("missing.describe")
def learnt_form(ref: str) -> Response:
    """What became known of the child since."""
    return _learnt(ref, None)


def _learnt(ref: str, given: Filled | None, status: int = 200) -> Response:
    with resource(Database).write() as session:
        seen = read_episode(session, acting(), ref, now=utc_now())
        offered: Typed = {"by": officer(session, acting())}
    if seen.placement is not None or seen.is_shielded:
        raise StateConflict(
            gettext("The hub knows where this child is placed. Add what you know to the report instead.")
        )
    return shown(
        "learnt",
        status=status,
        seen=seen,
        councils=council_names(),
        typed=given.typed if given else offered,
        errors=given.errors if given else {},
    )


@blp.post("/missing/<ref>/describe")
@may("missing.describe")
def learnt(ref: str) -> Response:
    """Add it: what was said before stays on record; whom it concerns by now is told at once."""
    actor, rules, areas, now = acting(), resource(Rulebook), resource(Areas), utc_now()
    given = _given(DescriptionIn(), LEARNT, areas)

    def act(session: Session) -> str:
        done = service.describe(session, actor, ref, **given.loaded, rules=rules, areas=areas, now=now)
        return f"/missing/{done.ref}?done=described"

    return sent(given, LEARNT, act, lambda again, status: _learnt(ref, again, status))


# --- found by a force that was not concerned --------------------------------------------------------------------------


@blp.get("/missing/finding")
@may("missing.find")
def finding_form() -> Response:
    """Which child, by the reference of the episode, when and where."""
    return _finding(None)


def _finding(given: Filled | None, status: int = 200) -> Response:
    now = utc_now()
    with resource(Database).read() as session:
        offered: Typed = {"by": officer(session, acting()), "ref": request.args.get("ref", "")}
    return shown(
        "finding",
        status=status,
        days=moments.days(now),
        typed=given.typed if given else offered,
        errors=given.errors if given else {},
    )


@blp.post("/missing/finding")
@may("missing.find")
def finding() -> Any:
    """From now on the episode concerns this force too; everybody else is told at once."""
    actor, rules, now = acting(), resource(Rulebook), utc_now()
    at, wrong = moments.read(request.form, now=now)
    whole = MultiDict(request.form)
    if at:
        whole["located_at"] = at
    ref = request.form.get("ref", "").strip()
    given = forms.filled(LocationIn(), (*FOUND, "located_at"), whole)
    errors = {name: said for name, said in given.errors.items() if name != "located_at" or not wrong}
    if not ref:
        wrong = {"ref": gettext("Enter the reference of the episode. It begins with mis_."), **wrong}
    typed: Typed = {**forms.typed_in(FOUND, request.form), **moments.kept(request.form), "ref": ref}
    given = replace(given, typed=typed, errors={**wrong, **errors})

    def act(session: Session) -> str:
        said: Mapping[str, Any] = {("at" if name == "located_at" else name): it for name, it in given.loaded.items()}
        try:
            service.find(session, actor, ref, **said, rules=rules, now=now)
        except NotFound:
            raise Invalid(str(_NO_SUCH), fields={"ref": [str(_NO_SUCH)]}) from None
        return f"/missing/{ref}?done=found"

    def again(refused: Filled, status: int) -> Response:
        told = {("time" if name == "located_at" else name): said for name, said in refused.errors.items()}
        return _finding(replace(refused, errors=told), status)

    return sent(given, (*FOUND, "located_at", "ref"), act, again)
