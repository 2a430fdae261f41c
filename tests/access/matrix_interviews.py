"""The interviews of the matrix: Leeds buys them for children in Kent; the noise is bought by Bradford, in Norfolk."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hub.core.actor import SYSTEM, Actor
from hub.missing import service as missing
from hub.registry.content import plain
from hub.registry.registering import register_notice
from hub.registry.schemas import NoticeIn
from hub.spotpurchase import answering, asking, queries, requesting
from hub.spotpurchase.interviews import meanwhile, service
from hub.spotpurchase.providers import agreements
from hub.spotpurchase.providers import service as providers
from hub.spotpurchase.providers.schemas import InterviewAgreementIn, InterviewProviderIn, RateCardIn
from hub.spotpurchase.schemas import InterviewRequestIn
from tests.access.matrix_world import SELLS, record
from tests.conftest import NOW
from tests.registry.papers import NORWICH
from tests.registry.two_senders import council_notice, named

if TYPE_CHECKING:
    from tests.access.matrix_builder import Builder

HOUR = timedelta(hours=1)
GONE, BACK, BOUGHT = NOW - 9 * HOUR, NOW - 5 * HOUR, NOW - 3 * HOUR
PARTIES = {"leeds": "placing", "kent": "host", "interviews": "asked performer"}
"""Of a request; an appointment or an attempt concerns nobody who was only asked."""
HOLDING = {name: part.replace("asked ", "") for name, part in PARTIES.items()}


def add_providers(builder: "Builder") -> None:
    """One says that it is Kent's team; Leeds has agreed something with Kent and proposed it, too; so has the noise."""
    own = builder.refs["interviews"]
    with builder.database.write() as session:
        actor = Actor("api_client", "cli_world", builder.ids["interviews"], own, "rhi_provider")
        told = InterviewProviderIn().load(SELLS | {"run_by": "E10000016"})
        entry = providers.save(session, actor, own, told, version=0, areas=builder.areas, rules=builder.rules, now=NOW)
    builder.records["interview team"] = [record(entry.team, kent="host", interviews="own")]
    # One that everybody may read and only its own organisation changes; and another provider's.
    builder.records["interview provider"] = [record(own, interviews="own"), record(builder.refs["northstar"])]
    asked = {"kind": "reciprocal", "with": "E10000016"}
    ref = builder.posted("leeds", "/interview-agreements", json=asked)["ref"]
    builder.records["interview agreement"] = [record(ref, leeds="host", kent="placing")]
    norfolk = Actor("api_client", "cli_noise", builder.ids["norfolk"], builder.refs["norfolk"], "local_authority")
    noisy = InterviewAgreementIn().load({"kind": "host_pays", "with": "E08000032", "terms": "Clamour"})
    with builder.database.write() as session:
        made = agreements.propose(session, norfolk, noisy, areas=builder.areas, rules=builder.rules, now=NOW)
    builder.noise["interview agreement"] = made.ref


def add_interviews(builder: "Builder") -> None:
    """One that is commissioned, one that is booked and was tried, one that was held; and the noise's, booked."""
    Buying(builder, "interviews").publishes_prices()
    bought = Buying(builder, "interviews")
    keep = builder.records
    keep["interview"] = [record(bought.buys("leeds", named(given_names="Alder")), **PARTIES)]
    booked = bought.of("leeds", named(given_names="Birch"))
    keep["interview appointment"] = [record(booked["interview appointment"], **HOLDING)]
    keep["interview attempt"] = [record(booked["interview attempt"], **HOLDING)]
    keep["child offer"] = [record(booked["child offer"], **HOLDING)]
    keep["interview news"] = [record(booked["interview news"], **HOLDING)]
    held = bought.of("leeds", named(given_names="Cedar"))
    bought.holds(held["interview appointment"])
    keep["interview held"] = [record(held["interview appointment"], **HOLDING)]
    noisy = {"family_name": "Clamour", "given_names": "Quill", "born_on": "2011-05-06"}
    noise = Buying(builder, "northstar").of("bradford", noisy, address=NORWICH, provider={"urn": "SC900009"})
    builder.noise |= noise


class Buying:
    """A council that buys, and the seller."""

    def __init__(self, builder: "Builder", seller: str) -> None:
        self.builder, self.seller = builder, seller
        kind = "rhi_provider"
        self.provider = Actor("api_client", "cli_world", builder.ids[seller], builder.refs[seller], kind)

    def does(self, actor: Actor, act: Any, *given: Any, now: Any = BOUGHT, **told: Any) -> Any:
        with self.builder.database.write() as session:
            return act(session, actor, *given, rules=self.builder.rules, now=now, **told)

    def publishes_prices(self) -> None:
        card = RateCardIn().load({"basis": "fixed", "price_pence": 18_500})
        with self.builder.database.write() as session:
            providers.publish_card(session, self.provider, self.builder.refs[self.seller], card, now=BOUGHT)

    def buys(self, buyer: str, child: Mapping[str, Any], **placed: Any) -> str:
        """The reference of a request for which the seller is commissioned."""
        council = self.builder.cast.actors[buyer]
        episode = self._episode(council, child, placed)
        told = InterviewRequestIn().load(
            plain({
                "episodes": [episode], "risk": "Invented.", "by": "T. Field, team manager",
                "purchase_order": "PO-1", "price_cap_pence": 90_000,
                "contact": {"name": "M. Invented", "phone": "01632 960007"},
            })
        )  # fmt: skip
        ref = str(self.does(council, requesting.request, told, areas=self.builder.areas).ref)
        own = self.builder.refs[self.seller]
        if self._ask(ref) is None:
            self.does(council, asking.ask_by_hand, ref, providers=[own])
        offer = {"earliest_at": NOW, "mode": "in_person", "by": "N. Field, coordinator"}
        self.does(self.provider, answering.offer, self._ask(ref), offer)
        return ref

    def of(self, buyer: str, child: Mapping[str, Any], **placed: Any) -> dict[str, str]:
        """An interview that is booked, was tried and offered, and before which something happened: what → reference."""
        ref, by = self.buys(buyer, child, **placed), {"by": "N. Field, coordinator"}
        time = {"starts_at": NOW + 24 * HOUR, "minutes": 60, "mode": "in_person"}
        booked = self.does(self.provider, service.book, ref, **time, **by)
        tried = {"at": NOW - HOUR, "how": "phone", "outcome": "no_contact", "now": NOW}
        offered = {"offered_at": NOW - HOUR, "how": "phone", "said": "no_response", "now": NOW}
        with self.builder.database.write() as session:
            request = queries.by_ref(session, ref)
            assert request is not None
            [other] = [each.episode_id for each in queries.episodes_of(session, request.id)]
            news = meanwhile.note(session, SYSTEM, request, "missing_again", other, rules=self.builder.rules, now=NOW)
        return {
            "interview": ref,
            "interview appointment": booked.ref,
            "interview attempt": self.does(self.provider, service.attempt, ref, **tried, **by).ref,
            "child offer": self.does(self.provider, service.offer_to_child, ref, **offered, **by).ref,
            "interview news": news,
        }

    def holds(self, appointment: str) -> None:
        told = {"held_at": NOW - 2 * HOUR, "minutes": 45, "by": "N. Field, interviewer", "now": NOW}
        self.does(self.provider, service.hold, appointment, **told)

    def _episode(self, council: Actor, child: Mapping[str, Any], placed: Mapping[str, Any]) -> str:
        paper = NoticeIn().load(council_notice(child=child, **placed))
        areas = self.builder.areas
        placement = self.does(council, register_notice, paper, areas=areas).placement
        told = {"placement": placement, "missing_from_at": GONE, "by": "T. Field"}
        ref = str(self.does(council, missing.report, told, areas=areas).episode)
        self.does(council, missing.record_return, ref, at=BACK, by="T. Field")
        return ref

    def _ask(self, ref: str) -> str | None:
        with self.builder.database.read() as session:
            request = queries.by_ref(session, ref)
            assert request is not None
            own = self.builder.ids[self.seller]
            open_ = [each for each in queries.asks_of(session, request.id) if each.provider_id == own]
            return open_[0].ref if open_ and open_[0].state == "asked" else None
