"""Interviews that are still sought, in the matrix: asked of a provider, cancelled, and with another episode to serve."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hub.core.actor import Actor
from hub.missing import service as missing
from hub.registry.content import plain
from hub.registry.registering import register_notice
from hub.registry.schemas import NoticeIn
from hub.spotpurchase import asking, cancelling, queries, requesting
from hub.spotpurchase.schemas import InterviewRequestIn
from tests.access.matrix_world import record
from tests.conftest import NOW
from tests.registry.two_senders import council_notice, named

if TYPE_CHECKING:
    from tests.access.matrix_builder import Builder

HOUR = timedelta(hours=1)
FIRST, SECOND = (NOW - 30 * HOUR, NOW - 26 * HOUR), (NOW - 10 * HOUR, NOW - 8 * HOUR)
"""From when to when the child was missing."""
SOUGHT = {"leeds": "placing", "kent": "host", "interviews": "asked"}
BETWEEN = {"leeds": "placing", "interviews": "asked"}
BY = "T. Field, team manager"


def add_asking(builder: "Builder") -> None:
    """One that is sought of a provider, with another episode that it could serve; one that was cancelled; the noise's ask."""
    seeking, keep = Seeking(builder), builder.records
    ref, ask, other = seeking.sought("Dill")
    adds = {"episode": other, "reason": "close_together"}
    keep["interview sought"] = [record(ref, paper=adds, **SOUGHT)]
    keep["interview ask"] = [record(ask, paper={"to": builder.refs["northstar"], "by": BY}, **BETWEEN)]
    cancelled, _ask, _other = seeking.sought("Ivy")
    seeking.does(cancelling.cancel, cancelled, reason="held_otherwise", by=BY)
    keep["interview cancelled"] = [record(cancelled, **SOUGHT)]
    builder.noise["interview ask"] = seeking.ask_of(builder.noise["interview"], "northstar")


class Seeking:
    """Leeds, which seeks interviews."""

    def __init__(self, builder: "Builder") -> None:
        self.builder = builder
        self.council: Actor = builder.cast.actors["leeds"]

    def does(self, act: Any, *given: Any, **told: Any) -> Any:
        with self.builder.database.write() as session:
            return act(session, self.council, *given, rules=self.builder.rules, now=NOW, **told)

    def sought(self, name: str) -> tuple[str, str, str]:
        """References of a request for a child of that name, of the ask of the provider, and of a later episode."""
        areas = self.builder.areas
        paper = NoticeIn().load(council_notice(child=named(given_names=name)))
        placement = str(self.does(register_notice, paper, areas=areas).placement)
        first, second = (self._episode(placement, *each) for each in (FIRST, SECOND))
        told = {
            "episodes": [first],
            "risk": "Invented.",
            "purchase_order": "PO-2",
            "price_cap_pence": 90_000,
            "by": BY,
            "contact": {"name": "M. Invented", "phone": "01632 960007"},
        }
        ref = str(self.does(requesting.request, InterviewRequestIn().load(plain(told)), areas=areas).ref)
        if not self.ask_of(ref, "interviews"):
            self.does(asking.ask_by_hand, ref, providers=[self.builder.refs["interviews"]])
        return ref, self.ask_of(ref, "interviews"), second

    def ask_of(self, ref: str, provider: str) -> str:
        """The reference of the ask that the provider has; empty where it has none."""
        with self.builder.database.read() as session:
            request = queries.by_ref(session, ref)
            asks = queries.asks_of(session, request.id) if request else []
            return next((each.ref for each in asks if each.provider_id == self.builder.ids[provider]), "")

    def _episode(self, placement: str, gone: Any, back: Any) -> str:
        told = {"placement": placement, "missing_from_at": gone, "by": BY}
        ref = str(self.does(missing.report, told, areas=self.builder.areas).episode)
        self.does(missing.record_return, ref, at=back, by=BY)
        return ref
