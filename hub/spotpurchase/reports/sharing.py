"""Giving a view of a report: for each recipient somebody decides what it needs and says why; and taking back what was a mistake.

Nobody is given anything by default. The host authority may be given what concerns it, a police force that the episodes concern
the intelligence, nobody else anything. Why it is necessary, why no less would do, and what the child said to it are kept with
what was given, as it was given; over the child's objection only with the reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.audit import service as audit
from hub.audit.events import Event
from hub.core.actor import Actor
from hub.core.db import keys_of
from hub.core.errors import Invalid, NotFound, StateConflict
from hub.core.ids import is_ref, new_ref
from hub.core.sentences import worded
from hub.directory import queries as directory
from hub.directory.queries import Brief
from hub.duties.rulebook import Rulebook
from hub.spotpurchase import queries as requests
from hub.spotpurchase.models import InterviewRequest
from hub.spotpurchase.reports import duties, queries, telling
from hub.spotpurchase.reports.duties import Side
from hub.spotpurchase.reports.facts import has_host, with_facts
from hub.spotpurchase.reports.models import InterviewReport, Recommendation, ReportShare
from hub.spotpurchase.reports.policy import View, load_views
from hub.spotpurchase.reports.views import Given, viewed
from hub.spotpurchase.states import SHARE

NO_REPORT: Final = "There is no report of an interview with this reference that you can see."
NO_SHARE: Final = "There is nothing of a report with this reference that you were given."
TO_HOST: Final = "recommendations.host_authority"
Told = Mapping[str, Any]


@dataclass(frozen=True)
class Choice:
    """Who may be given what of a report."""

    organisation: Brief
    part: str
    views: tuple[str, ...]

    @property
    def can_read(self) -> bool:
        """Whether it has joined: of who has not, nobody could open what is given here."""
        return self.organisation.joined_at is not None


# --- to whom ----------------------------------------------------------------------------------------------------------


def choices(session: Session, request: InterviewRequest) -> list[Choice]:
    """Everybody who may be given something of a report of *request*: the host, and the forces that its episodes concern."""
    parts = {number: "police_force" for number in queries.forces_of(session, request.id)}
    if request.host_authority_id is not None and has_host(request):
        parts[request.host_authority_id] = "host_authority"
    known = directory.by_ids(session, parts)
    found = [Choice(known[number], part, _views_for(part)) for number, part in parts.items() if number in known]
    return sorted((each for each in found if each.views), key=lambda each: (each.part, each.organisation.name))


def recipients(session: Session, actor: Actor, report_ref: str) -> list[Choice]:
    """Everybody who may be given something of the report, for the placing authority. Raises ``NotFound`` for anybody else."""
    _, request = placing_report(session, actor, report_ref)
    return choices(session, request)


def _views_for(part: str) -> tuple[str, ...]:
    return tuple(name for name, view in load_views().items() if part in view.to)


def _recipient(session: Session, request: InterviewRequest, report: InterviewReport, ref: str) -> Choice:
    row = directory.organisation_by_ref(session, ref)
    if row is not None and row.id in (request.placing_authority_id, report.author_id):
        raise _refused("recipient", "This organisation reads the whole report already.")
    found = [each for each in choices(session, request) if row is not None and each.organisation.id == row.id]
    if not found:
        raise _refused(
            "recipient",
            "Only the host authority, and the police forces that the episodes concern, can be given something of this report.",
        )
    if not found[0].can_read:
        name = found[0].organisation.name
        raise _refused(
            "recipient",
            worded(
                "{name} has not joined the hub and could open nothing here. Send it what it needs by secure e-mail, and "
                "record on the duty how and when.",
                name=name,
            ),
        )
    return found[0]


def _view(choice: Choice, name: str) -> View:
    if name not in choice.views:
        allowed = " or ".join(choice.views)
        raise _refused(
            "view", worded("This organisation can be given the {allowed}, and nothing else.", allowed=allowed)
        )
    return load_views()[name]


def _refused(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})


# --- giving -----------------------------------------------------------------------------------------------------------


def share(
    session: Session, actor: Actor, report_ref: str, told: Told, *, rules: Rulebook, now: datetime
) -> ReportShare:
    """Give a view of a report. *told*: as ``schemas.ShareIn`` loads it.

    Raises ``NotFound`` for anybody but the placing authority; ``Invalid`` for a recipient or view that policy does not allow, for
    a recipient that has not joined, for an objection of the child without a reason to go against it, and where the view would be
    empty; ``StateConflict`` where the report was corrected meanwhile, and where the recipient has this view already.
    """
    report, request = placing_report(session, actor, report_ref)
    if report.state != "submitted":
        raise StateConflict("A corrected report has taken the place of this one. Give what is to be given of that.")
    choice = _recipient(session, request, report, told["recipient"])
    view = _view(choice, told["view"])
    if told["wishes"] == "objects" and not told.get("override"):
        raise _refused("override", "The child objects. Write why it is given all the same, or do not give it.")
    _refuse_twice(session, report, choice, view)
    given = content_of(session, report, view, leave_out=told.get("leave_out", ()))
    if not given.content:
        raise _refused("view", "There is nothing in this report that this view would show.")
    row = _given(session, actor, report, choice, given, told, now=now)
    details = {"share": row.ref, "recipient": choice.organisation.ref, "view": view.name, "fields": given.fields}
    audit.record(session, actor, Event.INTERVIEW_REPORT_SHARED, report.ref, now=now, details=details)
    _after_giving(session, actor, request, report, row, rules=rules, now=now)
    return row


def preview(
    session: Session, actor: Actor, report_ref: str, *, recipient: str, view: str, leave_out: Sequence[str] = ()
) -> Given:
    """What a recipient would be given, before it is decided; for the placing authority, which reads all of it anyway."""
    report, request = placing_report(session, actor, report_ref)
    chosen = _view(_recipient(session, request, report, recipient), view)
    return content_of(session, report, chosen, leave_out=leave_out)


def placing_report(session: Session, actor: Actor, ref: str) -> tuple[InterviewReport, InterviewRequest]:
    """The report *ref* that was sent to the actor's council, and its request, both locked. Raises ``NotFound``."""
    seen = queries.seen_by(session, ref, actor.organisation) if is_ref(ref, "irp") else None
    if seen is None:
        raise NotFound(NO_REPORT)
    request, report = requests.locked(session, seen.request_id), queries.locked_report(session, seen.id)
    if request.placing_authority_id != actor.organisation or report.state not in queries.SENT:
        raise NotFound(NO_REPORT)
    return report, request


def content_of(session: Session, report: InterviewReport, view: View, *, leave_out: Sequence[str] = ()) -> Given:
    """What *view* shows of a report that was sent."""
    document = keys_of(session).open(report.ref, report.sealed)
    record = with_facts(document["record"], document["facts"])
    return viewed(record, document.get("narrative"), view, leave_out=leave_out)


def _refuse_twice(session: Session, report: InterviewReport, choice: Choice, view: View) -> None:
    for row in queries.shares_of(session, [report.id]):
        is_same = (row.recipient_id, row.view) == (choice.organisation.id, view.name)
        if is_same and row.state in queries.STANDING_SHARES:
            raise StateConflict("This organisation was given this already. Recall that first, to give it otherwise.")


def _given(
    session: Session, actor: Actor, report: InterviewReport, choice: Choice, given: Given, told: Told, *, now: datetime
) -> ReportShare:
    ref = new_ref("shr")
    put = _put_to(session, report, choice.organisation.id) if TO_HOST in given.content else []
    words = ("necessity", "necessity_words", "proportionality", "override", "by")
    document = {name: told[name] for name in words if told.get(name)}
    document |= {"content": given.content, "recommendations": [each.ref for each in put]}
    row = {
        "ref": ref,
        "report_id": report.id,
        "recipient_id": choice.organisation.id,
        "view": told["view"],
        "state": SHARE.start,
        "wishes": told["wishes"],
        "fields": given.fields,
        "redacted": list(given.redacted),
        "given_at": now,
        "given_by": actor.ref,
        "version": 1,
        "sealed": keys_of(session).seal(ref, document),
        **dict.fromkeys(("acknowledged_at", "acknowledged_by", "asked_at", "answered_at", "recalled_at")),
    }
    return queries.share(session, queries.add_share(session, row))


def _put_to(session: Session, report: InterviewReport, organisation_id: int) -> list[Recommendation]:
    return [each for each in queries.recommendations_of(session, report.id) if each.to_id == organisation_id]


def _after_giving(
    session: Session,
    actor: Actor,
    request: InterviewRequest,
    report: InterviewReport,
    row: ReportShare,
    *,
    rules: Rulebook,
    now: datetime,
) -> None:
    """What giving it fulfils, what its recipient owes from now on, and who is told."""
    if row.view == "intelligence":
        duties.met(session, actor, report.ref, "ERIN", by_ref=row.ref, rules=rules, now=now)
    _pass_on(session, actor, request, report, row, rules=rules, now=now)
    kind = "interview.report_shared"
    telling.tell(session, actor, kind, row.ref, alerted=[row.recipient_id], rules=rules, now=now)
    telling.note(session, kind, report.ref, [report.author_id], now=now, share=row.ref)


def _pass_on(
    session: Session,
    actor: Actor,
    request: InterviewRequest,
    report: InterviewReport,
    row: ReportShare,
    *,
    rules: Rulebook,
    now: datetime,
) -> None:
    """The recommendations in it are the recipient's to answer; that they were passed on is what the placing authority owed."""
    told = recommendations_in(session, row)
    mine = [each for each in _put_to(session, report, row.recipient_id) if each.ref in told and not each.passed_on_at]
    queries.pass_on(session, [each.id for each in mine], at=now)
    for each in mine:
        own = request.placing_authority_id
        duties.met(session, actor, each.ref, "ERRA", by_ref=row.ref, owed_by_id=own, rules=rules, now=now)
    waiting = [each.ref for each in mine if each.state == "open"]
    by, to = Side(row.recipient_id, duties.HOST), Side(report.author_id, duties.PERFORMER)
    because = "The report of an interview puts a recommendation to the host authority, which was given it."
    duties.owe(session, actor, "ERRA", waiting, by=by, to=to, because=because, rules=rules, now=now)


def recommendations_in(session: Session, row: ReportShare) -> list[str]:
    """References of the recommendations that a share put to its recipient."""
    told: list[str] = keys_of(session).open(row.ref, row.sealed)["recommendations"]
    return told


# --- taking back ------------------------------------------------------------------------------------------------------


def recall(
    session: Session, actor: Actor, share_ref: str, *, reason: str, rules: Rulebook, now: datetime
) -> ReportShare:
    """Take back what was given by mistake: from now on its recipient sees that it was recalled, and nothing of it.

    *reason*: a code. Raises ``NotFound`` for anybody but the placing authority, ``StateConflict`` where it was recalled already.
    """
    row = _given_by(session, actor, share_ref)
    report = queries.report_by_id(session, row.report_id)
    keys = keys_of(session)
    document = keys.open(row.ref, row.sealed) | {"recall": reason}
    said = {"recalled_at": now, "version": row.version + 1, "sealed": keys.seal(row.ref, document)}
    same = (ReportShare.id == row.id) & (ReportShare.version == row.version)
    SHARE.apply_one(session, ReportShare, "recall", same, said)
    details = {"share": row.ref, "reason": reason}
    audit.record(session, actor, Event.INTERVIEW_REPORT_RECALLED, report.ref, now=now, details=details)
    _after_recalling(session, actor, report, row, rules=rules, now=now)
    return queries.share(session, row.id)


def _given_by(session: Session, actor: Actor, share_ref: str) -> ReportShare:
    mine = queries.share_given_by(actor.organisation)
    row = queries.share_where(session, share_ref, mine) if is_ref(share_ref, "shr") else None
    if row is None:
        raise NotFound(NO_SHARE)
    return row


def _after_recalling(
    session: Session, actor: Actor, report: InterviewReport, row: ReportShare, *, rules: Rulebook, now: datetime
) -> None:
    given = queries.shares_of(session, [each.id for each in queries.sent_of(session, report.request_id)])
    extracts = [each for each in given if each.report_id == report.id and each.view == "intelligence"]
    if row.view == "intelligence" and not any(_stands(each) for each in extracts):
        duties.owed_again(session, actor, report.ref, by_refs=[each.ref for each in extracts], rules=rules, now=now)
    _not_passed_on(session, actor, row, [each for each in given if each.recipient_id == row.recipient_id], rules, now)
    kind = "interview.report_recalled"
    telling.tell(session, actor, kind, row.ref, alerted=[row.recipient_id], rules=rules, now=now)
    telling.note(session, kind, report.ref, [report.author_id], now=now, share=row.ref)


def _stands(row: ReportShare) -> bool:
    return row.state in queries.STANDING_SHARES


def _not_passed_on(
    session: Session, actor: Actor, row: ReportShare, given: Sequence[ReportShare], rules: Rulebook, now: datetime
) -> None:
    """What only *row* put to its recipient is the placing authority's to pass on again. *given*: all that it was ever given."""
    still = {ref for each in given if _stands(each) for ref in recommendations_in(session, each)}
    lost = [ref for ref in recommendations_in(session, row) if ref not in still]
    by_refs = [each.ref for each in given]
    for each in queries.recommendations_by_ref(session, lost):
        queries.pass_on(session, [each.id], at=None)
        duties.not_owed(
            session, actor, [each.ref], ["ERRA"], reason=duties.RECALLED, owed_by_id=row.recipient_id, now=now
        )
        if each.state == "open":
            duties.owed_again(session, actor, each.ref, by_refs=by_refs, rules=rules, now=now)
