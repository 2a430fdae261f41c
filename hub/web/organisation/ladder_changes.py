"""Changing a ladder: a rung at a time, tried out at every step, and saved when it tells whom it should."""

from typing import Any, Final

from flask import Response, request
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import EditConflict
from hub.core.http import resource
from hub.directory import proposals
from hub.directory.models import Proposal
from hub.duties.rulebook import Rulebook
from hub.notify import ladders, ladders_by_two
from hub.web import forms
from hub.web.organisation import ladder_drafts as drafts
from hub.web.organisation import ladders_shown, rung_words, words
from hub.web.organisation.ladder_drafts import Draft
from hub.web.organisation.parts import BASE, group, own, shown
from hub.web.sending import TOP, sent
from hub.web.signed_in import acting, may

blp = group("ladder_changes", "/ladders/<name>")
_STEPS: Final = ("edit", "keep", "remove")
_STALE: Final = lazy_gettext(
    "Somebody saved this ladder while you had the page open. Your rungs stand below. Compare them with the ladder in force, "
    "then save yours or go back."
)
_EMPTY: Final = lazy_gettext("Add a rung: a ladder without one tells nobody.")
_FULL: Final = lazy_gettext("A ladder has at most twelve rungs. Remove one first.")


@blp.get("/change")
@may("ladder.save")
def change(name: str) -> Response:
    """The ladder in force, or the hub's own to go back to, as a draft."""
    rules = resource(Rulebook)
    with resource(Database).read() as session:
        return _page(session, name, _begun(session, name, rules, from_hub=request.args.get("start") == "hub"))


def _begun(session: Session, name: str, rules: Rulebook, *, from_hub: bool = False) -> Draft:
    in_force = ladders_shown.rungs_in_force(session, own(session), name, rules)
    rungs = ladders_shown.hubs_own(name, rules) if from_hub else in_force
    return drafts.begun(rungs, ladders.own_version(session, acting(), name), now=utc_now())


def _draft(session: Session, name: str) -> Draft:
    return drafts.read(request.form, _begun(session, name, resource(Rulebook)), now=utc_now())


def _page(session: Session, name: str, draft: Draft, errors: forms.Errors | None = None, status: int = 200) -> Response:
    rules, actor = resource(Rulebook), acting()
    errors = {**draft.errors, **(errors or {})}
    trial = ladders_shown.tried(
        session,
        actor,
        name,
        draft.ordered,
        due_on=draft.due_on,
        is_at_risk=draft.is_at_risk,
        rules=rules,
        now=utc_now(),
    )
    return shown(
        "ladder_change",
        status=422 if errors and status == 200 else status,
        name=name,
        title=rung_words.ladder(name),
        draft=draft,
        rungs=ladders_shown.in_words(draft.ordered),
        trial=trial,
        takes_two=proposals.takes_two(actor, own(session)),
        typed=draft.typed,
        errors=errors,
    )


@blp.post("/draft")
@may("ladder.read")
def step(name: str) -> Response:
    """One step: a rung is opened, kept, removed or added; or the whole is tried. Nothing is stored."""
    verb, _, number = request.form.get("do", "").partition("-")
    with resource(Database).read() as session:
        draft = _draft(session, name)
        index = int(number) if verb in _STEPS and number.isdecimal() and len(number) < 3 else len(draft.rungs)
        if verb == "remove":
            return _page(session, name, drafts.without_rung(draft, index))
        if verb == "keep":
            return _kept(session, name, draft, index)
        if verb in ("edit", "add"):
            return _rung_or_full(session, name, draft, index)
        return _page(session, name, draft)


def _kept(session: Session, name: str, draft: Draft, index: int) -> Response:
    given = drafts.read_rung(request.form)
    if given.errors:
        return _rung_form(name, draft, index, given.typed, given.errors)
    return _page(session, name, drafts.with_rung(draft, index, given.loaded))


def _rung_or_full(session: Session, name: str, draft: Draft, index: int) -> Response:
    if index >= len(draft.rungs) >= drafts.MOST_RUNGS:
        return _page(session, name, draft, {TOP: str(_FULL)})
    rung: dict[str, Any] = draft.rungs[index] if index < len(draft.rungs) else {}
    return _rung_form(name, draft, index, drafts.spelt_rung(rung), {})


def _rung_form(name: str, draft: Draft, index: int, typed: forms.Typed, errors: forms.Errors) -> Response:
    ladders_shown.hubs_own(name, resource(Rulebook))
    return shown(
        "ladder_rung",
        status=422 if errors else 200,
        name=name,
        title=rung_words.ladder(name),
        draft=draft,
        index=index,
        is_new=index >= len(draft.rungs),
        units=drafts.UNITS,
        sides=rung_words.SIDE_WORDS,
        channels=words.CHANNEL_WORDS,
        options=drafts.role_options(resource(Rulebook).policy.ladders[name].ceiling),
        typed=typed,
        errors=errors,
    )


@blp.post("/save")
@may("ladder.save")
def save(name: str) -> Response:
    """Save the draft; of a council or force it waits for a second person."""
    with resource(Database).read() as session:
        draft = _draft(session, name)
    errors = draft.errors if draft.rungs else {**draft.errors, TOP: str(_EMPTY)}
    given = forms.Filled(typed=draft.typed, errors=errors)

    def act(session: Session) -> str:
        rules = resource(Rulebook)
        saved = ladders_by_two.save(session, acting(), name, draft.ordered, seen=draft.seen, rules=rules, now=utc_now())
        if isinstance(saved, Proposal):
            return f"{BASE}/proposals/{saved.ref}?done=proposed"
        return f"{BASE}/ladders/{name}?done=ladder-saved"

    return sent(given, ("repeat", "due"), act, lambda now, status: _again(name, draft, now, status))


def _again(name: str, draft: Draft, given: forms.Filled, status: int) -> Response:
    """What a rung is refused for is told at the top: its form is another page."""
    errors = {(key if key in ("repeat", "due") else TOP): said for key, said in given.errors.items()}
    with resource(Database).read() as session:
        if status == EditConflict.status:
            newest = ladders.own_version(session, acting(), name)
            draft, errors = Draft(**(vars(draft) | {"seen": newest})), {TOP: str(_STALE)}
        return _page(session, name, draft, errors, status)
