"""What a privacy lead asks the audit: the form, and which entries it stands for."""

import json
from collections.abc import Mapping
from typing import Any, Final

import marshmallow as ma
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from hub.audit.events import Event
from hub.audit.reading import whose
from hub.audit.reading_queries import Wanted
from hub.core.actor import Actor
from hub.core.clock import end_of_day, start_of_day
from hub.core.ids import is_any_ref
from hub.registry.records import record_of
from hub.web.auditing.event_words import LOOKING

NAMES: Final = ("subject", "with_record", "shown_as", "actor", "event", "since", "until")
"""The controls of the form."""
_NO_REF: Final = lazy_gettext(
    "Enter a whole reference, such as pla_01kaz… or ntc_01kaz…: it stands on the notice or placement."
)
_NO_PERIOD: Final = lazy_gettext("Enter a day that is not before the first day.")


class SearchIn(ma.Schema):
    """Which entries. What is left out narrows nothing."""

    subject = ma.fields.String()
    with_record = ma.fields.Boolean()
    shown_as = ma.fields.String(validate=ma.validate.OneOf(["looking"]))
    actor = ma.fields.String(validate=ma.validate.Length(max=60))
    event = ma.fields.String(validate=ma.validate.OneOf([event.label for event in Event]))
    since = ma.fields.Date()
    until = ma.fields.Date()

    @ma.validates("subject")
    def _is_reference(self, given: str, data_key: str) -> None:
        if not is_any_ref(given.strip().lower()):
            raise ma.ValidationError(str(_NO_REF))

    @ma.validates_schema
    def _is_period(self, given: dict[str, Any], **_: Any) -> None:
        if given.get("since") and given.get("until") and given["until"] < given["since"]:
            raise ma.ValidationError({"until": [str(_NO_PERIOD)]})


def wanted(session: Session, actor: Actor, loaded: Mapping[str, Any]) -> Wanted:
    """The entries that *loaded* (by :class:`SearchIn`) asks for, as far as *actor* may read them."""
    subject = loaded.get("subject", "").strip().lower() or None
    record = record_of(session, actor, subject) if subject and loaded.get("with_record") else None
    return Wanted(
        organisation_id=whose(actor),
        actor=loaded.get("actor"),
        subject=subject,
        event=loaded.get("event"),
        since=start_of_day(loaded["since"]) if "since" in loaded else None,
        until=end_of_day(loaded["until"]) if "until" in loaded else None,
        operations=LOOKING if loaded.get("shown_as") else (),
        related=(*record.placements, *record.others) if record else (),
    )


def about(ref: str) -> dict[str, Any]:
    """The question who looked at the record that *ref* belongs to, as the form would send it."""
    return {"subject": ref, "with_record": True, "shown_as": "looking"}


def spoken(body: Mapping[str, Any]) -> dict[str, str]:
    """*body*, the JSON of a form, as ``web.searches`` keeps it."""
    return {"body": json.dumps(body)} if body else {}


def kept_body(kept: Mapping[str, str]) -> dict[str, Any]:
    """What :func:`spoken` made."""
    body: dict[str, Any] = json.loads(kept["body"]) if "body" in kept else {}
    return body


def loaded(body: Mapping[str, Any]) -> dict[str, Any]:
    """*body* as :class:`SearchIn` loads it; nothing where an earlier version of the hub kept it and it is good no more."""
    try:
        return dict(SearchIn().load(body))
    except ma.ValidationError:
        return {}
