"""Which party is an organisation to a record? The columns behind the parties that the policy page speaks of.

Requests do not ask here: each query is scoped by its own parties. This is the same said once for all records, so that a
decision can be explained, and so that a test can hold the queries to the page.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from hub.access.models import ApiClient, ApiKey, IdentityProvider, Invitation, Person, PersonSession
from hub.access.teams.models import Team
from hub.directory.duty.models import DutyOverride
from hub.directory.models import AreaCorrection, ContactPoint, Organisation, Proposal
from hub.notify.inbox_queries import made_it_known
from hub.notify.models import Alert, Delivery, FeedEvent, Obligation
from hub.registry.casework.models import ApprovalRequest
from hub.registry.desk.models import HostStep, Question
from hub.registry.files import queries as files
from hub.registry.links import queries as link_queries
from hub.registry.markers.models import MarkerVersion
from hub.registry.models import Match, Notice, NoticeRecipient, Placement, StoredFile
from hub.registry.notice_queries import SENT
from hub.registry.placement_queries import may_see
from hub.registry.uploads.models import Upload

Is = Callable[[int], ColumnElement[bool]]


def parties_to(session: Session, ref: str, organisation_id: int) -> frozenset[str] | None:
    """Which parties the organisation is to the record *ref*; empty: none. ``None`` where there is no such record."""
    kind = ref[:3]
    if kind not in _RECORDS or not _there_is(session, _RECORDS[kind], ref):
        return None
    found = {
        name
        for name, is_party in _PARTIES[kind].items()
        if _there_is(session, _RECORDS[kind], ref, is_party(organisation_id))
    }
    if kind == "mat" and link_queries.shown(session, ref, organisation_id=organisation_id) is None:
        return frozenset()  # it may see one side alone, and so neither
    if kind == "dlv" and made_it_known(session, organisation_id, _subject_of_delivery(session, ref)):
        found.add("sender")
    return frozenset(found)


def _there_is(session: Session, model: Any, ref: str, *conditions: ColumnElement[bool]) -> bool:
    return session.execute(select(model.id).where(model.ref == ref, *conditions).limit(1)).first() is not None


def _subject_of_delivery(session: Session, ref: str) -> str:
    wanted = select(Alert.subject_ref).join(Delivery, Delivery.alert_id == Alert.id).where(Delivery.ref == ref)
    return session.execute(wanted).scalar_one()


def _told(column: Any) -> Is:
    """The organisation in *column* of a placement, once it may know of it."""
    return lambda number: (column == number) & may_see(number)


def _of_placement(column: Any) -> Is:
    """The organisation in *column* of the placement of a marker, once it may know of it."""
    return lambda number: MarkerVersion.placement_id.in_(select(Placement.id).where(column == number, may_see(number)))


def _in_match(column: Any) -> Is:
    return lambda number: Match.placement_id.in_(select(Placement.id).where(column == number))


def _is_recipient(number: int) -> ColumnElement[bool]:
    theirs = select(NoticeRecipient.notice_id).where(NoticeRecipient.organisation_id == number)
    return Notice.state.in_(SENT) & Notice.id.in_(theirs)


def _is_placing(number: int) -> ColumnElement[bool]:
    theirs = select(Placement.id).where(Placement.placing_authority_id == number)
    return Notice.state.in_(SENT) & Notice.placement_id.in_(theirs)


def _own(model: Any) -> Is:
    return lambda number: model.organisation_id == number


def _of(column: Any, model: Any) -> Is:
    """Whatever hangs by *column* on a row of *model* belongs to that row's organisation."""
    return lambda number: column.in_(select(model.id).where(model.organisation_id == number))


_RECORDS: Final[Mapping[str, Any]] = {
    "ntc": Notice,
    "pla": Placement,
    "mat": Match,
    "fil": StoredFile,
    "qst": Question,
    "hst": HostStep,
    "mkr": MarkerVersion,
    "obl": Obligation,
    "alt": Alert,
    "dlv": Delivery,
    "evt": FeedEvent,
    "org": Organisation,
    "arc": AreaCorrection,
    "con": ContactPoint,
    "prp": Proposal,
    "dty": DutyOverride,
    "cli": ApiClient,
    "key": ApiKey,
    "per": Person,
    "inv": Invitation,
    "ses": PersonSession,
    "idp": IdentityProvider,
    "upl": Upload,
    "tea": Team,
    "apq": ApprovalRequest,
}
_OWN: Final = ("alt", "evt", "con", "prp", "dty", "cli", "per", "inv", "idp", "tea")
"""Records that are their organisation's alone."""
_PARTIES: Final[Mapping[str, Mapping[str, Is]]] = {
    "ntc": {"sender": lambda number: Notice.sender_id == number, "recipient": _is_recipient, "placing": _is_placing},
    "pla": {
        "placing": _told(Placement.placing_authority_id),
        "host": _told(Placement.host_authority_id),
        "force": _told(Placement.police_force_id),
        "provider": _told(Placement.provider_id),
    },
    "mat": {"placing": _in_match(Placement.placing_authority_id), "host": _in_match(Placement.host_authority_id)},
    "fil": {"sender": lambda number: StoredFile.owner_id == number, "recipient": files.was_sent},
    "qst": {
        "sender": lambda number: Question.asked_of_id == number,
        "recipient": lambda number: Question.asked_by_id == number,
    },
    "mkr": {
        "own": lambda number: MarkerVersion.author_id == number,
        "placing": _of_placement(Placement.placing_authority_id),
    },
    "hst": {"recipient": lambda number: HostStep.organisation_id == number},
    "obl": {
        "own": lambda number: Obligation.owed_by_id == number,
        "recipient": lambda number: Obligation.owed_to_id == number,
    },
    "apq": {
        "own": lambda number: ApprovalRequest.organisation_id == number,
        "placing": lambda number: ApprovalRequest.organisation_id == number,
    },
    "dlv": {"own": _of(Delivery.alert_id, Alert)},
    "upl": {"sender": lambda number: Upload.organisation_id == number},
    "org": {"own": lambda number: Organisation.id == number},
    "arc": {},
    "key": {"own": _of(ApiKey.client_id, ApiClient)},
    "ses": {"own": _of(PersonSession.person_id, Person)},
    **{kind: {"own": _own(_RECORDS[kind])} for kind in _OWN},
}
