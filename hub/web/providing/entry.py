"""What a provider says of itself: where it works, for whom, how, when it answers, whether it takes on more."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from flask import Response, request
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import EditConflict, NotFound, NotPermitted
from hub.core.http import resource
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.spotpurchase.providers import service
from hub.spotpurchase.providers.schemas import InterviewCapacityIn, InterviewProviderIn
from hub.spotpurchase.providers.service import Entry
from hub.web import forms
from hub.web.councils import council_names
from hub.web.forms import Errors, Filled, Typed
from hub.web.home.answers import councils_named
from hub.web.interviews.words import MODE_WORDS, language
from hub.web.organisation import hours
from hub.web.organisation.words import DAY_WORDS
from hub.web.providing import words
from hub.web.providing.blueprint import blp, shown
from hub.web.providing.languages import code_of
from hub.web.sending import TOP, asked, sent
from hub.web.signed_in import acting, allowed, done_once, may
from hub.web.stale import differing

PATH: Final = "/providing/entry"
PROVIDER: Final = "rhi_provider"
_NAMES: Final = (
    *("covers_everywhere", "areas", "run_by", "is_independent", "independence"),
    *("languages", "genders", "modes", "ages"),
)
_AGES: Final = ("youngest", "oldest")
_FORM: Final = (*_NAMES[:-1], *_AGES)


def own_entry(session: Session) -> Entry | None:
    """The entry of the reader's organisation; ``None``: it has not said yet what it covers.

    Raises ``NotPermitted`` where it offers no interviews to others.
    """
    actor = acting()
    if actor.organisation_kind != PROVIDER or actor.organisation_ref is None:
        raise NotPermitted(str(words.NO_ENTRY))
    try:
        return service.entry_of(session, actor.organisation_ref, now=utc_now())
    except NotFound:
        return None


def own_ref() -> str:
    """The reference of the reader's organisation."""
    return acting().organisation_ref or ""


# --- as it stands -----------------------------------------------------------------------------------------------------


@blp.get(PATH)
@may("interview_provider.read")
def show_entry() -> Response:
    """What councils read of us, and what we charge."""
    with resource(Database).read() as session:
        entry = own_entry(session)
    areas = resource(Areas)
    return shown(
        "entry",
        entry=entry,
        area_names=sorted(areas.authorities[code].name for code in entry.areas) if entry else [],
        hour_lines=hours.lines(entry.opening_hours) if entry else [],
        may_change=allowed("interview_provider.change"),
        was_done=words.DONE_WORDS.get(request.args.get("done", "")),
    )


# --- changed ----------------------------------------------------------------------------------------------------------


@blp.get(f"{PATH}/change")
@may("interview_provider.change")
def entry_form() -> Response:
    """The entry as it stands, to be changed; empty for one that is made."""
    with resource(Database).read() as session:
        entry = own_entry(session)
    typed = _typed(entry) if entry else {"schedule": hours.ALWAYS}
    return _form(Filled(typed=typed), 200, version=entry.version if entry else 0)


def _typed(entry: Entry) -> Typed:
    """*entry* as it stands in the form."""
    areas = resource(Areas).authorities
    body: dict[str, Any] = {name: getattr(entry, name) for name in _NAMES if name != "run_by"}
    council = entry.run_by or entry.says_run_by
    return {
        **forms.spelt(InterviewProviderIn(), [name for name in _NAMES if name not in ("run_by", "ages")], body),
        "areas": "\n".join(sorted(areas[code].name for code in entry.areas)),
        "languages": "\n".join(language(code) for code in entry.languages),
        "run_by": council.name if council else "",
        "youngest": str(entry.ages[0]),
        "oldest": str(entry.ages[1]),
        **hours.spelt(entry.opening_hours),
    }


def _form(given: Filled, status: int, *, version: int, differences: Any = None) -> Response:
    return shown(
        "entry_change",
        status=status,
        typed=given.typed,
        errors=given.errors,
        version=version,
        differences=differences,
        genders=list(words.GENDER_WORDS.items()),
        modes=list(MODE_WORDS.items()),
        days=DAY_WORDS,
        councils=council_names(),
    )


@blp.post(f"{PATH}/change")
@may("interview_provider.change")
def save_entry() -> Response:
    """Save what we cover and offer."""
    version, given = _version_sent(), _read()

    def act(session: Session) -> str:
        service.save(
            session,
            acting(),
            own_ref(),
            given.loaded,
            version=version,
            areas=resource(Areas),
            rules=resource(Rulebook),
            now=utc_now(),
        )
        return f"{PATH}?done=saved"

    def again(refused: Filled, status: int) -> Response:
        if status == EditConflict.status:
            return _stale(given)
        return _form(_at_ages(refused), status, version=version)

    return sent(given, (*_NAMES, *hours.NAMES, TOP), act, again)


def _version_sent() -> int:
    said = request.form.get("version", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def _read() -> Filled:
    """The form as the schema has it: councils and languages by name become codes, two ages a pair."""
    whole, wrong = MultiDict(request.form), dict[str, str]()
    if whole.get("covers_everywhere") == forms.YES:
        whole.poplist("areas")
    whole["areas"], wrong_areas = _codes(whole.get("areas", ""))
    whole["run_by"], wrong_council = _codes(whole.get("run_by", "").strip())
    whole["languages"] = "\n".join(code_of(line) for line in _lines(whole.get("languages", "")))
    whole["ages"] = "\n".join(whole.get(name, "").strip() for name in _AGES)
    wrong = {name: said for name, said in (("areas", wrong_areas), ("run_by", wrong_council)) if said}
    given = hours.filled(InterviewProviderIn(), _NAMES, whole)
    typed = {**given.typed, **{name: request.form.get(name, "") for name in ("areas", "run_by", "languages", *_AGES)}}
    given = _at_ages(replace(given, typed=typed, errors={**given.errors, **wrong}))
    given = asked(given, words.ENTRY_MISSING)
    return replace(given, errors=_in_order(given.errors), loaded={} if given.errors else given.loaded)


def _codes(written: str) -> tuple[str, str]:
    """Councils by name, one on each line, as their codes; and what is wrong with the first that is no council's."""
    codes = []
    for line in _lines(written):
        found = councils_named(line, resource(Areas))
        if not found:
            return written, gettext("No council of England or Wales is called “%(name)s”.", name=line[:60])
        if len(found) > 1:
            named = ", ".join(each.name for each in found[:4])
            return written, gettext(
                "Several councils may be meant by “%(name)s”: %(named)s.", name=line[:60], named=named
            )
        codes.append(found[0].gss_code)
    return "\n".join(codes), ""


def _lines(written: str) -> list[str]:
    return [line.strip() for line in written.splitlines() if line.strip()]


def _at_ages(given: Filled) -> Filled:
    """What is wrong with the pair of ages is told at the first of the two controls."""
    return replace(
        given, errors={("youngest" if name == "ages" else name): said for name, said in given.errors.items()}
    )


def _in_order(errors: Errors) -> Errors:
    order = {name: place for place, name in enumerate((TOP, *_FORM, "schedule", *hours.NAMES))}
    return dict(sorted(errors.items(), key=lambda fault: order.get(fault[0], len(order))))


def _stale(given: Filled) -> Response:
    """Somebody changed it meanwhile: what was typed stays, and what stands now is beside it."""
    with resource(Database).read() as session:
        entry = own_entry(session)
    stands = _typed(entry) if entry else {}
    labels = {name: str(label) for name, label in words.ENTRY_LABELS.items()}
    found = differing(labels, _said(stands), _said(given.typed), _SPOKEN)
    shown_again = replace(given, errors={})
    return _form(shown_again, EditConflict.status, version=entry.version if entry else 0, differences=found)


_SPOKEN: Final = {
    "genders": {name: str(said) for name, said in words.GENDER_WORDS.items()},
    "modes": {name: str(said) for name, said in MODE_WORDS.items()},
}


def _said(typed: Typed) -> Typed:
    return {**typed, "schedule": "; ".join(hours.lines(_hours_typed(typed)))}


def _hours_typed(typed: Typed) -> Mapping[str, Any] | None:
    if typed.get("schedule") != hours.BY_DAY:
        return None
    pairs = {
        day: [typed.get(f"{name}-opens", ""), typed.get(f"{name}-closes", "")] for day, name in hours.CONTROLS.items()
    }
    named = {day: pair for day, pair in pairs.items() if any(pair)}
    return {**named, "bank_holidays": typed.get(hours.BANK_HOLIDAYS) == forms.YES} if named else None


# --- the capacity switch ----------------------------------------------------------------------------------------------


@blp.post("/providing/capacity")
@may("interview_provider.change")
def switch() -> Response:
    """Take on new interviews, or none until it is switched on again; with how many more, where that is said."""
    given = forms.filled(InterviewCapacityIn(), ("is_taking", "capacity"), request.form)
    if given.errors:
        return _capacity(given, 422)

    def act(session: Session) -> str:
        service.switch(session, acting(), own_ref(), **given.loaded, now=utc_now())
        did = "taking" if given.loaded["is_taking"] else "not_taking"
        return f"/providing?done={'capacity' if 'capacity' in given.loaded else did}"

    return done_once(act)


@blp.get("/providing/capacity")
@may("interview_provider.change")
def capacity_form() -> Response:
    """How many more we can take on."""
    return _capacity(Filled(), 200)


def _capacity(given: Filled, status: int) -> Response:
    with resource(Database).read() as session:
        entry = own_entry(session)
    if entry is None:
        raise NotFound(gettext("Say first what you cover and offer. Then you say how many interviews you can take on."))
    typed = given.typed or {"is_taking": forms.YES if entry.is_taking else forms.NO, "capacity": str(entry.room)}
    return shown("capacity", status=status, entry=entry, typed=typed, errors=given.errors)
