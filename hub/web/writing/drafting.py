"""A draft: the list of its tasks, its sections in any order, and how it is discarded. Nothing is sent from here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, redirect, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import EditConflict, Invalid, NotFound
from hub.core.http import resource
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.registry import drafts, views
from hub.registry.content import Content, is_emergency, plain
from hub.registry.drafts import Drafted
from hub.registry.forecast import where_it_lies
from hub.web import autosave, forms
from hub.web.fact_words import MARKER_WORDS
from hub.web.forms import Errors, Typed
from hub.web.pages import page, with_status
from hub.web.signed_in import acting, may
from hub.web.stale import differing
from hub.web.too_late import too_late
from hub.web.writing import answers, approval, filling, markers, withheld, words
from hub.web.writing.about import placement_named
from hub.web.writing.blueprint import AlreadySent, blp, draft_of
from hub.web.writing.markers import MARKERS
from hub.web.writing.questions import REST, Section, rest_again, rest_of, section_of, sections_of

CHECK = "check"


@dataclass(frozen=True)
class Saved:
    """What came of a section that was sent: the draft as it stands now, and what keeps the section from being in it."""

    draft: Drafted
    section: Section
    written: filling.Written
    is_stale: bool = False


@blp.get("/drafts/<ref>")
@may("notice.draft")
def draft(ref: str) -> Response:
    """The tasks of a draft, each with how far it has come."""
    areas = resource(Areas)
    with resource(Database).read() as session:
        found = draft_of(session, ref)
        lies = where_it_lies(session, acting(), found.content, areas=areas)
        approved = approval.approval_of(session, found)
    with resource(Database).write() as session:
        named = placement_named(session, found)
    cards = answers.cards_of(found.content, found.kind, found.missing, areas)
    return page(
        "writing/draft.html",
        draft=found,
        named=named,
        listed=answers.tasks_of(f"/drafts/{ref}", cards, approval.status_of(approved)),
        asked=answers.asked_of(found.kind, found.missing),
        lies=lies,
        approval=approved,
        words=words,
    )


@blp.get("/drafts/<ref>/<key>")
@may("notice.draft")
def section(ref: str, key: str) -> Response:
    """One section of a draft."""
    with resource(Database).read() as session:
        found = draft_of(session, ref)
        asked = _section(found, key)
        return _page(session, found, asked, _standing(found, asked), {})


@blp.post("/drafts/<ref>/<key>")
@may("notice.draft")
def save_section(ref: str, key: str) -> Any:
    """Save one section; what is not right, or was changed by somebody else meanwhile, is shown with all that was typed."""
    by_script = autosave.is_autosave()
    try:
        saved = _saved(ref, key, filling.as_far_as_it_goes if by_script else filling.written)
    except (NotFound, AlreadySent) as refusal:
        return _over(refusal, ref, key, by_script=by_script)
    if by_script:
        return _autosaved(saved)
    if saved.is_stale or saved.written.errors:
        with resource(Database).read() as session:
            return _page(session, saved.draft, saved.section, saved.written.typed, saved.written.errors, saved.is_stale)
    return redirect(_onward(saved), 303)


def _saved(ref: str, key: str, write: Callable[..., filling.Written]) -> Saved:
    """Save it; where somebody else saved in this very moment, once more on what stands then."""
    try:
        return _saved_now(ref, key, write)
    except EditConflict:
        return _saved_now(ref, key, write)


def _saved_now(ref: str, key: str, write: Callable[..., filling.Written]) -> Saved:
    with resource(Database).read() as session:
        found = draft_of(session, ref)
    asked = _section(found, key)
    said = _with_markers(found, asked, write(found.content, asked.questions, request.form))
    if not said.loaded or plain(said.loaded) == found.content:
        return Saved(found, asked, said)
    if request.form.get("mark") not in (None, _mark(found, asked)):
        return Saved(found, asked, said, is_stale=True)
    try:
        return Saved(_changed(found, said.loaded), asked, said)
    except Invalid as refusal:
        return Saved(found, asked, _refused(said, refusal, asked))


def _over(refusal: NotFound | AlreadySent, ref: str, key: str, *, by_script: bool) -> Any:
    """There is no such draft any more."""
    is_sent = isinstance(refusal, AlreadySent)
    if by_script:
        sent = gettext("Not saved: this draft was sent already.")
        return autosave.stale(sent if is_sent else gettext("Not saved: this draft is gone."), refusal.status)
    if is_sent and _stands_in_notice(ref, key):
        raise refusal
    return too_late(refusal, ref, is_sent=is_sent, begin="/notices/new")


def _stands_in_notice(ref: str, key: str) -> bool:
    """Whether the notice that the draft has become says what was typed already."""
    with resource(Database).write() as session:
        seen = views.read_notice(session, acting(), ref, now=utc_now())
    found = Drafted(ref, seen.kind, 0, seen.registered_at or utc_now(), seen.placement, seen.content, [])
    asked = _section(found, key)
    said = _with_markers(found, asked, filling.written(found.content, asked.questions, request.form))
    return bool(said.loaded) and plain(said.loaded) == found.content


def _changed(found: Drafted, content: Content) -> Drafted:
    rules, areas = resource(Rulebook), resource(Areas)
    with resource(Database).write() as session:
        return drafts.change_draft(
            session, acting(), found.ref, content, version=found.version, rules=rules, areas=areas, now=utc_now()
        )


def _with_markers(found: Drafted, asked: Section, said: filling.Written) -> filling.Written:
    """The markers that were chosen, or what is said of each, are laid into what was written."""
    if asked.key == "risks" and not said.errors:
        body = filling.with_chosen(said.body, request.form.getlist("chosen"))
    elif asked.key == MARKERS and not said.errors:
        body = markers.with_the_others(said.body, found.content)
    else:
        return said
    loaded, errors = filling.loaded_from(body, asked.names)
    return filling.Written(body, loaded, said.typed, {**errors, **said.errors})


def _refused(said: filling.Written, refusal: Invalid, asked: Section) -> filling.Written:
    faults = forms.told(refusal.fields, asked.names, {}) or {"form": refusal.sentence}
    return filling.Written(said.body, {}, said.typed, {**said.errors, **faults})


def _section(found: Drafted, key: str) -> Section:
    if key == REST and request.form.get("asked"):
        return rest_again(found.kind, request.form["asked"].split())
    if key == REST:
        missing = [fault.field for fault in found.missing]
        return rest_of(found.kind, missing, is_emergency=is_emergency(found.content))
    form = request.form
    asked = markers.markers_section(found.content, form) if key == MARKERS else section_of(found.kind, key)
    if asked is None:
        abort(404)
    return withheld.with_withheld(asked, found.kind, found.content, form)


def _standing(found: Drafted, asked: Section) -> Typed:
    typed = filling.standing_in(_content(found, asked), asked.names)
    return typed | {"chosen": filling.chosen_in(found.content)}


def _content(found: Drafted, asked: Section) -> filling.Body:
    return markers.as_in_form(found.content, request.form) if asked.key == MARKERS else found.content


def _mark(found: Drafted, asked: Section) -> str:
    chosen = ",".join(filling.chosen_in(found.content)) if asked.key == "risks" else ""
    return filling.mark_of(_content(found, asked), asked.names) + chosen


def _page(
    session: Session, found: Drafted, asked: Section, typed: Typed, errors: Errors, is_stale: bool = False
) -> Response:
    areas = resource(Areas)
    lies = where_it_lies(session, acting(), found.content, areas=areas) if asked.key in ("where", REST) else None
    if request.method == "POST":
        typed = typed | {"chosen": request.form.getlist("chosen")}
    spoken = answers.spoken_of(asked, areas) if is_stale else {}
    shown = page(
        "writing/section.html",
        draft=found,
        section=asked,
        typed=typed,
        errors=errors,
        mark=_mark(found, asked),
        options=lambda question: answers.options_of(question, areas),
        differences=differing(answers.labels_of(asked), _standing(found, asked), typed, spoken) if is_stale else [],
        is_stale=is_stale,
        lies=lies,
        approval=approval.approval_of(session, found) if asked.key == approval.APPROVAL else None,
        markers=list(MARKER_WORDS.items()),
        words=words,
        next=CHECK if request.values.get("next") == CHECK else "",
    )
    return with_status(shown, 409 if is_stale else 422 if errors else 200)


def _onward(saved: Saved) -> str:
    """To the next section; back to what was being checked; or to the same one where its address cannot be placed."""
    base, key, content = f"/drafts/{saved.draft.ref}", saved.section.key, saved.draft.content
    with resource(Database).read() as session:
        lies = where_it_lies(session, acting(), content, areas=resource(Areas))
    if key in ("where", REST) and lies is not None and lies.fault:
        return f"{base}/where?next={request.form.get('next', '')}"
    if key == "risks" and any("detail" not in each for each in content.get("markers", ())):
        return f"{base}/{MARKERS}?next={request.form.get('next', '')}"
    if request.form.get("next") == CHECK or key == REST:
        return f"{base}/{CHECK}"
    keys = [each.key for each in sections_of(saved.draft.kind)]
    place = keys.index("risks" if key == MARKERS else key) + 1
    return f"{base}/{keys[place]}" if place < len(keys) else base


def _autosaved(saved: Saved) -> Any:
    """What static/autosave.js says: when it was saved, or what is not."""
    if saved.is_stale:
        return autosave.stale(
            gettext(
                "Somebody else has changed this part of the draft. Save it, and you will see both beside each other."
            )
        )
    if not saved.written.loaded:
        return autosave.not_right_yet()
    return autosave.kept({"mark": _mark(saved.draft, saved.section)}, is_whole=not saved.written.errors)


# --- discarding -------------------------------------------------------------------------------------------------------


@blp.get("/drafts/<ref>/discard")
@may("notice.draft")
def ask_to_discard(ref: str) -> Response:
    """What is lost with a draft."""
    with resource(Database).read() as session:
        return page("writing/discard.html", draft=draft_of(session, ref))


@blp.post("/drafts/<ref>/discard")
@may("notice.draft")
def discard(ref: str) -> Any:
    """Discard a draft: what it says is erased."""
    with resource(Database).write() as session:
        draft_of(session, ref)
        version = request.form.get("version", default=0, type=int)
        drafts.discard_draft(session, acting(), ref, version=version, now=utc_now())
    return redirect("/notices", 303)
