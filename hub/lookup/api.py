"""Look-ups over HTTP: ask, confirm a purpose for one child, be shown risk detail, break the glass. The same rules as on pages.

Each answer leaves after the transaction that records it has committed, and is never kept by anybody on the way. A request that is
repeated is another look-up: there is no Idempotency-Key here, for an answer that is kept would be shown again unrecorded.
"""

from typing import Any

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.clock import utc_now
from hub.core.db import Database
from hub.core.errors import Invalid
from hub.core.http import Blueprint, resource, route
from hub.core.settings import Settings
from hub.directory import queries as directory
from hub.directory.areas import Areas
from hub.duties.rulebook import Rulebook
from hub.lookup import asking, schemas, service, telling
from hub.lookup.break_glass import break_glass as broken
from hub.lookup.candidates import Asked
from hub.lookup.telling import Reasons

Body = dict[str, Any]
blp = Blueprint("look_ups", __name__, url_prefix="/api/v1", description="Look-ups: which child is meant, whom to ring")


@route(blp, "GET", "/look-up-purposes", permission="look_up.ask", out=schemas.LookUpPurposesOut)
def purposes(actor: Actor) -> Any:
    """See what a look-up may be asked for, and how your organisation writes its incident references."""
    policy = service.terms_of(resource(Settings)).policy
    incident = service.incident_pattern(actor, policy)
    return {
        "purposes": service.purposes_for(policy, actor),
        "incident_example": incident.example,
        "incident_pattern": incident.pattern.pattern,
        "open_minutes": policy.limits.open_minutes,
    }


@route(
    blp,
    "POST",
    "/look-ups",
    permission="look_up.ask",
    body=schemas.LookUpIn,
    out=schemas.LookedUpOut,
    status=201,
)
def look_up(actor: Actor, body: Body) -> Any:
    """Ask which child is meant: purpose and incident reference, then enough to mean one child. Possible matches are answered.

    Each match is told by a few fields and a `candidate`, which holds within this look-up alone. No match, and none that may
    be shown, look the same.
    """
    now, rules, terms = utc_now(), resource(Rulebook), service.terms_of(resource(Settings))

    def ask(session: Session) -> asking.LookedUp:
        question = asking.Question(
            purpose=body["purpose"],
            incident=service.incident_of(actor, terms.policy, body["incident_reference"]),
            asked=asked_of(session, body, resource(Areas)),
            by=body.get("by"),
        )
        return asking.look_up(
            session, actor, question, policy=terms.policy, limits=terms.limits, rules=rules, now=now
        )  # fmt: skip

    return service.on_record(resource(Database), actor, ask, now=now)


def asked_of(session: Session, body: Body, areas: Areas) -> Asked:
    """What a body tells of the child. Raises ``Invalid`` where it names a council that there is not."""
    known = {name: value for name, value in body.items() if name in Asked.__dataclass_fields__}
    if code := body.get("placing_authority"):
        authority = areas.authority(code, field="placing_authority")
        row = directory.by_gss(session, authority.gss_code)
        if row is None:
            sentence = "This council is not in the directory."
            raise Invalid(sentence, fields={"placing_authority": [sentence]})
        known["placing_authority_id"] = row.id
    return Asked(**known)


@route(
    blp,
    "POST",
    "/look-ups/<ref>/disclosures",
    permission="look_up.confirm",
    body=schemas.LookUpDisclosureIn,
    out=schemas.ShownChildOut,
    status=201,
)
def disclose(actor: Actor, ref: str, body: Body) -> Any:
    """Confirm the purpose for one child of a look-up and be shown it; or be shown its risk detail. Its council has a receipt."""
    now, rules, terms = utc_now(), resource(Rulebook), service.terms_of(resource(Settings))

    def show(session: Session) -> telling.Told:
        return telling.disclose(
            session,
            actor,
            ref,
            body["candidate"],
            stage=body["stage"],
            purpose=body["purpose"],
            reasons=Reasons(by=body.get("by"), because=body.get("because")),
            policy=terms.policy,
            limits=terms.limits,
            rules=rules,
            now=now,
        )

    return service.on_record(resource(Database), actor, show, now=now)


@route(
    blp,
    "POST",
    "/look-ups/<ref>/glass-breaking",
    permission="look_up.break_glass",
    body=schemas.BreakGlassIn,
    out=schemas.ShownChildOut,
    status=201,
)
def break_glass(actor: Actor, ref: str, body: Body) -> Any:
    """Be shown a shielded child, for a reason that your privacy lead and its council's will review."""
    now, rules, terms = utc_now(), resource(Rulebook), service.terms_of(resource(Settings))

    def show(session: Session) -> telling.Told:
        return broken(
            session,
            actor,
            ref,
            body["candidate"],
            purpose=body["purpose"],
            reasons=Reasons(by=body.get("by"), reason=body["reason"]),
            policy=terms.policy,
            limits=terms.limits,
            rules=rules,
            now=now,
        )

    return service.on_record(resource(Database), actor, show, now=now)
