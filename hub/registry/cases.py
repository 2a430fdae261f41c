"""Everything that a notice is about, brought together before anything is written: parties, place, instants, relation."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.errors import Invalid, NotPermitted
from hub.core.sentences import worded
from hub.directory import queries as directory
from hub.directory.areas import Areas, Authority
from hub.directory.organisations import place_of_home
from hub.directory.queries import Brief
from hub.duties.facts import Facts
from hub.registry import placement_queries as queries
from hub.registry.content import PLACING_KINDS, SENDER_OF, Content, at_of, event_at, is_emergency
from hub.registry.facts import facts_of
from hub.registry.places import Place, place_of, relation_of
from hub.registry.receiving import receiving_body
from hub.registry.recipients import Parties

FIRST_SOURCE: Final = {
    "local_authority": "placing_authority",
    "childrens_home": "home",
    "supported_accommodation": "home",
    "fostering_agency": "agency",
    "police_force": "police",
}


@dataclass(frozen=True)
class Case:
    """One notice and what it is about. ``address`` is where the child is or will be, as a document to seal."""

    content: Content
    parties: Parties
    placing: Authority | None
    place: Place
    relation: str | None
    event_at: datetime
    approved_at: datetime | None
    address: dict[str, Any] = field(repr=False)
    warnings: tuple[str, ...] = ()
    known: Content = field(default_factory=dict, repr=False)
    """What is known of the placement from before, for facts that this notice does not repeat."""

    @property
    def kind(self) -> str:
        kind: str = self.content["kind"]
        return kind

    @property
    def is_by_placing(self) -> bool:
        return self.kind in PLACING_KINDS

    @property
    def is_out_of_area(self) -> bool:
        return self.relation is not None and self.relation != "in_area"

    @property
    def is_emergency(self) -> bool:
        return is_emergency(self.content)

    @property
    def starts_at(self) -> datetime:
        """When the placement starts; asked only of kinds that say so."""
        return at_of(self.content, "starts") or self.event_at

    def facts(self, event: str) -> Facts:
        """The facts of *event* for the rulebook."""
        return facts_of(
            event,
            {**self.known, **self.content},
            placing=self.placing,
            place=self.place,
            relation=self.relation,
            approved_at=self.approved_at,
        )


def check_sender(actor: Actor, kind: str) -> None:
    """Refuse a kind of notice that this kind of organisation does not send."""
    if actor.organisation_kind != SENDER_OF[kind]:
        sender = SENDER_OF[kind].replace("_", " ").replace("childrens", "children's")
        raise NotPermitted(worded("A {kind} is sent by a {sender}.", kind=kind.replace("_", " "), sender=sender))


def case_of(session: Session, actor: Actor, content: Content, *, areas: Areas, now: datetime) -> Case:
    """The case of a notice that describes a placement from its beginning. Raises ``Invalid`` naming what cannot be placed."""
    if actor.organisation_kind == "local_authority":
        return _placing_case(session, actor, content, areas, now)
    return _provider_case(session, actor, content, areas, now)


def _placing_case(session: Session, actor: Actor, content: Content, areas: Areas, now: datetime) -> Case:
    place = place_of(content, areas=areas)
    given = content.get("provider", {})
    found = queries.parties(
        session, ids=[actor.organisation], gss=_gss(place), ref=given.get("ref"), urn=given.get("urn")
    )
    sender = _by_id(found, actor.organisation)
    placing = areas.authority(sender.gss_code or "", field="placing_authority")
    _refuse_other_council(content, placing, areas)
    host = receiving_body(session, actor, content["receiving_body"], now=now) if place.country else _host(found, place)
    provider, warnings = _provider(found, given)
    return Case(
        content=content,
        parties=Parties(sender, placing=sender, host=host, force=_force(found, place), provider=provider),
        placing=placing,
        place=place,
        relation=relation_of(place, placing.gss_code, areas=areas),
        event_at=_event_at(content),
        approved_at=content.get("approval", {}).get("approved_at"),
        address=_address(content),
        warnings=(*place.warnings, *warnings),
    )


def _provider_case(session: Session, actor: Actor, content: Content, areas: Areas, now: datetime) -> Case:
    home = directory.organisation(session, actor.organisation_ref or "")
    if home is None:
        raise NotPermitted("Your organisation is not in the directory any more.")
    lines, postcode = place_of_home(session, home)
    place = place_of(content, areas=areas, home_postcode=postcode, home_area=home.area_gss)
    code = content.get("placing_authority")
    placing = areas.authority(code, field="placing_authority") if code else None
    gss = [*_gss(place), *([placing.gss_code] if placing else [])]
    found = queries.parties(session, ids=[actor.organisation], gss=gss)
    sender = _by_id(found, actor.organisation)
    host = receiving_body(session, actor, content["receiving_body"], now=now) if place.country else _host(found, place)
    return Case(
        content=content,
        parties=Parties(
            sender,
            placing=_by_gss(found, placing.gss_code) if placing else None,
            host=host,
            force=_force(found, place),
            provider=sender,
        ),
        placing=placing,
        place=place,
        relation=relation_of(place, placing.gss_code if placing else None, areas=areas),
        event_at=_event_at(content),
        approved_at=None,
        address=_address(content) or {"lines": lines, "postcode": postcode},
        warnings=place.warnings,
    )


def _event_at(content: Content) -> datetime:
    at = event_at(content)
    if at is None:
        raise Invalid(
            "Say when it happens.", fields={"starts_on": ["Enter the date the placement started or will start."]}
        )
    return at


def _gss(place: Place) -> list[str]:
    return [each.gss_code for each in (place.host, place.force) if each]


def _by_id(found: Any, organisation_id: int) -> Brief:
    sender: Brief = next(row for row in found if row.id == organisation_id)
    return sender


def _by_gss(found: Any, code: str) -> Brief | None:
    return next((row for row in found if row.gss_code == code), None)


def _host(found: Any, place: Place) -> Brief | None:
    return _by_gss(found, place.host.gss_code) if place.host else None


def _force(found: Any, place: Place) -> Brief | None:
    return _by_gss(found, place.force.gss_code) if place.force else None


def _provider(found: Any, given: Any) -> tuple[Brief | None, tuple[str, ...]]:
    """The provider that the sender names, if the directory knows it; a reference that it does not know is a slip."""
    if "ref" in given:
        named = next((row for row in found if row.ref == given["ref"]), None)
        if named is None:
            raise Invalid(
                "The provider is not in the directory.",
                fields={"provider.ref": ["There is no such organisation: give its URN or its name instead."]},
            )
        return named, ()
    named = next((row for row in found if given.get("urn") and row.urn == given["urn"]), None)
    if "urn" in given and named is None:
        return None, ("The provider's URN is not in the directory, so its own duties cannot be followed here.",)
    return named, ()


def _refuse_other_council(content: Content, placing: Authority, areas: Areas) -> None:
    code = content.get("placing_authority")
    if code and areas.authority(code, field="placing_authority").gss_code != placing.gss_code:
        sentence = "A council registers its own placements only: leave this out, or give your own code."
        raise Invalid(sentence, fields={"placing_authority": [sentence]})


def _address(content: Content) -> dict[str, Any]:
    return dict(content.get("address", {}))
