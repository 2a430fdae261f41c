"""The directory in the operator's hands: looked through, added to, changed; who joins, who is closed, who is asked in first."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from hub.access.people import queries as people_queries
from hub.access.people import service as people
from hub.core.clock import london_date, utc_now
from hub.core.db import Database
from hub.core.errors import NotFound
from hub.core.http import resource
from hub.directory import listing_queries, organisations
from hub.directory import queries as directory
from hub.directory.areas import Areas
from hub.directory.models import KINDS, Organisation
from hub.directory.organisations import HOMES, WITH_GSS, WITH_URN
from hub.directory.schemas import OrganisationChangeIn, OrganisationIn
from hub.directory.tenancy import known
from hub.duties.rulebook import Rulebook
from hub.web import forms
from hub.web.cursors import ref_in_address
from hub.web.forms import Filled
from hub.web.operator.parts import BASE, group, in_order, shown
from hub.web.organisation import points_shown, systems
from hub.web.organisation.words import KIND_WORDS
from hub.web.sending import asked, sent
from hub.web.signed_in import acting, done_once, may
from hub.web.stale import version_sent

blp = group("organisations", "/organisations")
PATH: Final = f"{BASE}/organisations"
AT_ONCE: Final = 50
MOST_INVITATIONS: Final = 20
ADDABLE: Final = tuple(kind for kind in KINDS if kind != "hub_operator")
_MISSING: Final = {
    "name": lazy_gettext("Enter the name by which others know it."),
    "gss_code": lazy_gettext("Enter its GSS code: a letter and eight figures, such as E06000001."),
    "postcode": lazy_gettext("Enter the home’s postcode, or the GSS code of the council in whose area it stands."),
}


def names_of(kind: str) -> tuple[str, ...]:
    """The controls that an organisation of *kind* has."""
    fields = ["name", *(["gss_code"] if kind in WITH_GSS else []), *(["urn"] if kind in WITH_URN else [])]
    return tuple(fields + (["postcode", "area_gss", "address", "phone"] if kind in HOMES else []))


# --- looked through ---------------------------------------------------------------------------------------------------


@blp.get("")
@may("organisation.add")
def search() -> Response:
    """Organisations by name. What is looked for is public, so it stands in the address."""
    looked = {name: request.args.get(name, "").strip()[:100] for name in ("name", "kind", "joined")}
    joined = {"yes": True, "no": False}.get(looked["joined"])
    with resource(Database).read() as session:
        rows = listing_queries.by_name(
            session,
            name=looked["name"],
            kind=looked["kind"] if looked["kind"] in KINDS else "",
            joined=joined,
            after=ref_in_address("org"),
            at_most=AT_ONCE + 1,
        )
    further = _further(looked, rows[AT_ONCE - 1].ref) if len(rows) > AT_ONCE else ""
    return shown(
        "organisations",
        rows=rows[:AT_ONCE],
        typed=looked,
        further=further,
        kinds=list(KIND_WORDS.items()),
        today=london_date(utc_now()),
    )


def _further(looked: Mapping[str, str], last: str) -> str:
    return f"{PATH}?{urlencode({name: said for name, said in looked.items() if said} | {'after': last})}"


@blp.get("/<ref>")
@may("organisation.add")
def show(ref: str) -> Response:
    """One organisation: its entry, where it is reached, its systems, and what can be done."""
    now = utc_now()
    with resource(Database).read() as session:
        row = known(session, ref)
        whose = directory.by_ids(session, [row.id])[row.id]
        return shown(
            "organisation",
            row=row,
            entry=organisations.entry(session, acting(), row),
            points=points_shown.listed(session, whose, now=now),
            report=points_shown.report(session, whose, resource(Rulebook), now=now),
            systems=systems.listed(session, acting(), whose, now=now),
            has_administrator=people.has_administrator(session, row.id),
            invited=len(people_queries.invitations(session, row.id, after=None, at_most=MOST_INVITATIONS)),
            is_closed=row.valid_to is not None and row.valid_to <= london_date(now),
            area=_area_name(row),
        )


def _area_name(row: Organisation) -> str:
    council = resource(Areas).authorities.get(row.area_gss or "")
    return council.name if council else ""


# --- added, changed ---------------------------------------------------------------------------------------------------


@blp.get("/new")
@may("organisation.add")
def choose_kind() -> Response:
    """What it is; then what that kind needs."""
    kind = request.args.get("kind", "")
    if kind not in ADDABLE:
        return shown("organisation_kinds", kinds=[(each, KIND_WORDS[each]) for each in ADDABLE])
    return _new(kind, Filled(), 200)


def _new(kind: str, given: Filled, status: int) -> Response:
    said = {
        "kind": kind,
        "names": names_of(kind),
        "typed": given.typed,
        "errors": in_order(given.errors, names_of(kind)),
    }
    return shown("organisation_edit", status=status, row=None, action=f"{PATH}/new?kind={kind}", **said)


@blp.post("/new")
@may("organisation.add")
def add() -> Response:
    """Add it to the directory."""
    kind = request.args.get("kind", "")
    if kind not in ADDABLE:
        raise NotFound("There is no such kind of organisation. Choose one from the list.")
    names = names_of(kind)
    given = _filled(OrganisationIn(), kind, names)

    def act(session: Session) -> str:
        row = organisations.add(session, acting(), given.loaded, areas=resource(Areas), now=utc_now())
        return f"{PATH}/{row.ref}?done=added"

    return sent(asked(given, _MISSING), names, act, lambda again, status: _new(kind, again, status))


def _filled(schema: Any, kind: str, names: tuple[str, ...]) -> Filled:
    form = request.form.copy()
    form["kind"] = kind
    given = forms.filled(schema, (*names, "kind"), form)
    given.typed.pop("kind", None)
    return given


@blp.get("/<ref>/change")
@may("organisation.change")
def change_form(ref: str) -> Response:
    """The entry as it stands, to be changed."""
    with resource(Database).read() as session:
        row = known(session, ref)
        entry = organisations.entry(session, acting(), row)
    names = _changeable(row.kind)
    body = {name: entry[name] for name in names if entry.get(name)}
    typed = forms.spelt(OrganisationChangeIn(), names, body) | {"version": str(row.version)}
    return _change(row, Filled(typed=typed), 200)


def _changeable(kind: str) -> tuple[str, ...]:
    return tuple(name for name in names_of(kind) if name != "gss_code")


def _change(row: Organisation, given: Filled, status: int) -> Response:
    said = {"kind": row.kind, "names": _changeable(row.kind), "typed": given.typed}
    errors = in_order(given.errors, _changeable(row.kind))
    return shown("organisation_edit", status=status, row=row, errors=errors, action=f"{PATH}/{row.ref}/change", **said)


@blp.post("/<ref>/change")
@may("organisation.change")
def change(ref: str) -> Response:
    """Change it, unless somebody else did since it was shown."""
    with resource(Database).read() as session:
        row = known(session, ref)
    names, version = _changeable(row.kind), request.form.get("version", "")
    given = forms.filled(OrganisationChangeIn(), names, request.form)
    given.typed["version"] = version
    emptied = {name: None for name in names if name != "name" and name not in given.body}

    def act(session: Session) -> str:
        wanted = {**given.loaded, **emptied}
        organisations.change(session, acting(), ref, version_sent(), wanted, areas=resource(Areas), now=utc_now())
        return f"{PATH}/{ref}?done=changed"

    missing = {} if "name" in given.body else {"name": str(_MISSING["name"])}
    given.errors.update(missing)
    return sent(asked(given, _MISSING), names, act, lambda again, status: _change(row, again, status))


# --- joins, is closed -------------------------------------------------------------------------------------------------


@blp.post("/<ref>/join")
@may("organisation.join")
def join(ref: str) -> Response:
    """Record that it uses the hub from now on."""

    def act(session: Session) -> str:
        organisations.join(session, acting(), ref, utc_now())
        return f"{PATH}/{ref}?done=joined"

    return done_once(act)


@blp.get("/<ref>/close")
@may("organisation.close")
def close_form(ref: str) -> Response:
    """What closing does, before it is done."""
    with resource(Database).read() as session:
        row = known(session, ref)
    return shown("organisation_close", row=row)


@blp.post("/<ref>/close")
@may("organisation.close")
def close(ref: str) -> Response:
    """Close it from today."""

    def act(session: Session) -> str:
        organisations.close(session, acting(), ref, utc_now())
        return f"{PATH}/{ref}?done=closed"

    return done_once(act)
