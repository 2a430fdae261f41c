"""Whom to ring now: for each party of an episode the desk that answers at this very moment, as the directory's rota says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext
from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.errors import NotFound
from hub.directory import queries as directory
from hub.directory.duty.rota import OnDuty
from hub.directory.duty.service import all_on_duty
from hub.directory.organisations import telephone_of_home
from hub.duties.rulebook import Rulebook
from hub.missing.views import EpisodeBrief
from hub.registry.views import read_placement

HOMES: Final = ("childrens_home", "supported_accommodation")
Party = tuple[str, Mapping[str, Any]]
"""What an organisation is here, in words, and the organisation."""


@dataclass(frozen=True)
class Ring:
    """One organisation, what it is here, and who there answers now; ``None``: the directory has no number of it."""

    part: str
    ref: str
    name: str
    desk: OnDuty | None
    is_police: bool = False
    own_phone: str | None = None
    """A home's own number, where its rota has none."""


def parties_of(episode: EpisodeBrief) -> list[Party]:
    """The organisations that an episode concerns, in the order in which one would ring them."""
    found: list[Party] = [
        (gettext("Police force"), each.organisation) for each in episode.forces if set(each.parts) != {"home"}
    ]
    for part, organisation in (
        (gettext("Placing authority"), episode.placing_authority),
        (gettext("Home or agency"), episode.provider),
        (gettext("Council where the child lives"), episode.host_authority),
    ):
        if organisation is not None:
            found.append((part, organisation))
    return list({organisation["ref"]: (part, organisation) for part, organisation in reversed(found)}.values())[::-1]


def rings(session: Session, parties: Iterable[Party], *, rules: Rulebook, now: datetime) -> dict[str, Ring]:
    """Reference of an organisation → whom to ring there now."""
    wanted = {organisation["ref"]: (part, organisation) for part, organisation in parties}
    known = {ref: directory.organisation_by_ref(session, ref) for ref in wanted}
    ids = {row.id: ref for ref, row in known.items() if row is not None}
    desks = {ids[number]: desk for number, desk in all_on_duty(session, ids, rules=rules, now=now).items()}
    return {
        ref: Ring(
            part, ref, organisation["name"], desks.get(ref), _is_police(known[ref]), _of_home(session, known[ref])
        )
        for ref, (part, organisation) in wanted.items()
    }


def of_council(session: Session, council: Mapping[str, Any] | None, *, rules: Rulebook, now: datetime) -> list[Ring]:
    """Whom to ring about a shielded child: who answers now at the placing authority; empty where none is known."""
    if council is None:
        return []
    return list(rings(session, [(gettext("Placing authority"), council)], rules=rules, now=now).values())


def _is_police(row: Any) -> bool:
    return row is not None and row.kind == "police_force"


def _of_home(session: Session, row: Any) -> str | None:
    whole = directory.organisation(session, row.ref) if row is not None and row.kind in HOMES else None
    return telephone_of_home(session, whole) if whole else None


def others(found: Mapping[str, Ring], own_ref: str | None, wanted: Sequence[Party]) -> list[Ring]:
    """Of *found* those of the parties *wanted* that are not one's own, with what each is there."""
    return [
        replace(found[each["ref"]], part=part)
        for part, each in wanted
        if each["ref"] != own_ref and each["ref"] in found
    ]


def given_with(session: Session, actor: Actor, placement: str | None, *, now: datetime) -> list[tuple[str, str, str]]:
    """The numbers that a notice gave with the placement, for one of its parties: whose, name, number."""
    if placement is None:
        return []
    try:
        contacts = read_placement(session, actor, placement, now=now).details.get("contacts", {})
    except NotFound:
        return []
    named = (("out_of_hours", gettext("Out of hours")), ("social_worker", gettext("Social worker")))
    return [
        (said, contacts[name].get("name") or "", contacts[name]["phone"])
        for name, said in named
        if contacts.get(name, {}).get("phone")
    ]


def telephone(phone: str) -> str:
    """A number as a ``tel:`` address takes it."""
    return "".join(each for each in phone if each.isdigit() or each == "+")
