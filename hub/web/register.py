"""The host's register in a browser: other councils' children who live here, narrowed, found, sorted, printed, taken away."""

import io
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from hub.core.clock import london_date, utc_now
from hub.core.db import Database
from hub.core.http import resource
from hub.registry.register import service as register
from hub.registry.register.api import filter_of
from hub.registry.register.queries import PROVENANCES, RegisterFilter
from hub.registry.register.schemas import RegisterQuery, RegisterSearchIn
from hub.registry.register.service import RegisterCount, Sought
from hub.web import forms, searches
from hub.web.cursors import ref_in_address
from hub.web.fact_words import SETTING_WORDS
from hub.web.forms import Filled
from hub.web.home.said import name_of
from hub.web.pages import page, with_status
from hub.web.signed_in import acting, allowed, install_refusals, may

blp = Blueprint("register_pages", __name__, url_prefix="/register", template_folder="templates")
install_refusals(blp)

AT_ONCE: Final = 50
PRINTED_AT_MOST: Final = 2_000
_SEARCH: Final = "register"
NARROWS: Final = ("provenance", "placing_authority", "setting", "relation", "area_confirmed", "since")
"""The controls that narrow the list."""
_ASKED: Final = (*NARROWS, "ended", "order")
_SOUGHT: Final = ("name", "born_on", "reference")

PROVENANCE_WORDS: Final = {
    "notified": (lazy_gettext("Notified"), "green", lazy_gettext("by the placing authority itself")),
    "inferred": (
        lazy_gettext("Inferred"),
        "yellow",
        lazy_gettext("from what a home, an agency or a consultation said"),
    ),
    "discovered": (lazy_gettext("Discovered"), "red", lazy_gettext("by the police, or in a return")),
}
RELATION_WORDS: Final = {
    "adjoining": lazy_gettext("From a council that adjoins ours"),
    "distant": lazy_gettext("Distant"),
}
ORDER_WORDS: Final = {
    "newest": lazy_gettext("Entered last"),
    "starts": lazy_gettext("Came last"),
    "placing_authority": lazy_gettext("Placing authority"),
    "name": lazy_gettext("Family name"),
}


# --- what is asked ----------------------------------------------------------------------------------------------------


def _asked() -> Filled:
    """What the address asks of the register."""
    return forms.filled(RegisterQuery(), _ASKED, request.args)


def _filter(given: Filled) -> tuple[RegisterFilter, str]:
    """The filter and the order; where the address cannot be read, of everybody who lives here."""
    query: dict[str, Any] = given.loaded or RegisterQuery().load({})
    return filter_of(query), query["order"]


def _address(path: str, **more: str) -> str:
    """*path* with what the present address asks, and *more*."""
    said = {k: v for k, v in request.args.items() if v and (k.partition("-")[0] in _ASKED or k == "found")}
    query = urlencode({**said, **more})
    return f"{path}?{query}" if query else path


def _kept() -> dict[str, str]:
    return searches.kept(_SEARCH, now=utc_now()) if request.args.get("found") else {}


def _sought(said: dict[str, str]) -> Filled:
    return forms.filled(RegisterSearchIn(), _SOUGHT, MultiDict(said))


# --- the list ---------------------------------------------------------------------------------------------------------


@blp.get("")
@may("register.read")
def show() -> Response:
    """The register, a page of it."""
    given, said = _asked(), _kept()
    wanted, order = _filter(given)
    sought = Sought(**_sought(said).loaded) if said else None
    fits = _fits(wanted, sought, order)
    with resource(Database).write() as session:
        found = register.read_register(
            session,
            acting(),
            wanted,
            fits,
            order=order,
            after=ref_in_address("pla"),
            at_most=AT_ONCE,
            now=utc_now(),
        )
        counted = register.count_register(session, acting(), RegisterFilter(ended=wanted.ended))
    shown = page(
        "register/register.html",
        found=found,
        sought=said,
        wanted=wanted,
        further_path=_address("/register", after=found.after) if found.after else "",
        export_path=_address("/register/export"),
        print_path=_address("/register/print"),
        may_export=allowed("register.export"),
        is_narrowed=any(request.args.get(name) for name in request.args if name.partition("-")[0] in NARROWS),
        typed={"order": order, **given.typed},
        errors=given.errors,
        **_counts(counted),
        **_words(),
    )
    return with_status(shown, 422 if given.errors else 200)


def _fits(wanted: RegisterFilter, sought: Sought | None, order: str) -> list[str] | None:
    with resource(Database).read() as session:
        return register.find(session, acting(), wanted, sought, order=order)


def _counts(counted: list[RegisterCount]) -> dict[str, Any]:
    return {
        "counted": counted,
        "total": sum(each.entries for each in counted),
        "by_provenance": {name: sum(getattr(each, name) for each in counted) for name in PROVENANCES},
        "councils": sorted((each.gss_code, each.placing_authority) for each in counted if each.gss_code),
    }


def _words() -> dict[str, Any]:
    return {
        "provenances": PROVENANCE_WORDS,
        "relations": RELATION_WORDS,
        "orders": ORDER_WORDS,
        "settings": SETTING_WORDS,
        "name_of": name_of,
        "london_date": london_date,
    }


@blp.post("/search")
@may("register.read")
def search() -> Any:
    """Find a child by what is known: the words stand in no address."""
    given = forms.filled(RegisterSearchIn(), _SOUGHT, request.form)
    back = [(name, value) for name, value in request.form.items() if name in ("ended",) and value]
    if given.errors:
        shown = page(
            "register/search.html", typed=given.typed, errors=given.errors, ended=request.form.get("ended", "")
        )
        return with_status(shown, 422)
    if not given.loaded:
        return redirect(f"/register?{urlencode(back)}" if back else "/register", 303)
    answer = redirect(f"/register?{urlencode([*back, ('found', 'yes')])}", 303)
    said = {name: str(value)[:120] for name, value in given.typed.items()}
    return searches.keep(answer, _SEARCH, said, now=utc_now())  # type: ignore[arg-type]


# --- on paper, and as a file ------------------------------------------------------------------------------------------


@blp.get("/print")
@may("register.read")
def printed() -> Response:
    """What the list shows, whole, on paper."""
    given, said, now = _asked(), _kept(), utc_now()
    wanted, order = _filter(given)
    sought = Sought(**_sought(said).loaded) if said else None
    fits = _fits(wanted, sought, order)
    with resource(Database).write() as session:
        found = register.read_register(session, acting(), wanted, fits, order=order, at_most=PRINTED_AT_MOST, now=now)
    return page("register/print.html", found=found, wanted=wanted, now=now, back_path=_address("/register"), **_words())


@blp.get("/export")
@may("register.export")
def ask_for_file() -> Response:
    """What a file of the register would hold, before it is made."""
    wanted, _ = _filter(_asked())
    with resource(Database).read() as session:
        entries = register.count_wanted(session, acting(), wanted)
    return page(
        "register/export.html",
        wanted=wanted,
        entries=entries,
        columns=COLUMN_WORDS,
        again=_address("/register/export"),
        back_path=_address("/register"),
        **_words(),
    )


@blp.post("/export")
@may("register.export")
def file() -> Response:
    """The register as a CSV file; that it was made is recorded first."""
    wanted, _ = _filter(_asked())
    now = utc_now()
    written = io.StringIO(newline="")
    with resource(Database).write() as session:
        register.export_register(session, acting(), wanted, written, now=now)
    answer = Response(written.getvalue().encode("utf-8-sig"), mimetype="text/csv")
    name = f"register-{london_date(now).isoformat()}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


COLUMN_WORDS: Final = (
    lazy_gettext("the hub’s reference"),
    lazy_gettext("the child’s names and date of birth"),
    lazy_gettext("address and postcode"),
    lazy_gettext("the kind of placement, and the home or agency"),
    lazy_gettext("the placing authority, and how you came to know"),
    lazy_gettext("when the child came, and left"),
    lazy_gettext("the social worker’s name and telephone, and the number out of hours"),
)
"""What the columns of ``register.COLUMNS`` hold."""
