"""A child of Leeds placed in Willow House, in Kent, and desks of everybody concerned that report, find and grade."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from hub.missing import service
from hub.missing.models import MissingEpisode
from hub.missing.schemas import ReportIn
from hub.missing.service import Reported
from hub.registry.content import plain
from tests.conftest import NOW
from tests.registry.conftest import Books, Desk, books, desk
from tests.registry.papers import CHILD, MAIDSTONE, SOCIAL_WORKER, paper

__all__ = ["Books", "books", "desk"]

BY = "P. Fictitious"
GONE = NOW - timedelta(hours=2)
"""When the child went missing in most stories."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PLACED: dict[str, Any] = {
    "kind": "placement_start",
    "child": CHILD,
    "legal_status": "S31C",
    "setting": "childrens_home",
    "provider": {"urn": "SC900001"},
    "address": MAIDSTONE,
    "starts_at": "2026-09-01T10:00:00Z",
    "needs_assessment": "Invented: needs a small, settled household.",
    "suitability_reasons": "Invented: the home offers that.",
    "care_plan": {"to_follow": True, "reason": "Invented: it is being typed."},
    "social_worker": SOCIAL_WORKER,
    "emergency": {"reason": "Invented: the earlier placement ended that night."},
}
PARTED_CHILD = {"family_name": "Invented", "given_names": "Sorrel", "born_on": "2011-05-02", "sex": "not_known"}


@dataclass(frozen=True)
class Watch:
    """Everybody who acts in the stories of a missing child."""

    desk: Callable[[str], Desk]
    books: Books

    def placed(self, member: str = "leeds", **changed: Any) -> str:
        """Register the placement; its reference."""
        return str(self.desk(member).registers(paper(PLACED, **changed)).placement)

    def reports(self, member: str, placement: str | None = None, *, now: datetime = NOW, **told: Any) -> Reported:
        """Report the child of *placement* missing, as the API would."""
        given = {"missing_from_at": GONE, "by": BY, **({"placement": placement} if placement else {}), **told}
        done: Reported = self.desk(member).does_in_area(service.report, ReportIn().load(plain(given)), now=now)
        return done

    def locates(self, member: str, ref: str, at: datetime = NOW, *, now: datetime = NOW, **told: Any) -> MissingEpisode:
        return self._does(member, service.locate, ref, at=at, now=now, **told)

    def finds(self, member: str, ref: str, at: datetime = NOW, *, now: datetime = NOW, **told: Any) -> MissingEpisode:
        return self._does(member, service.find, ref, at=at, now=now, **told)

    def returns(self, member: str, ref: str, at: datetime = NOW, *, now: datetime = NOW, **told: Any) -> MissingEpisode:
        return self._does(member, service.record_return, ref, at=at, now=now, **told)

    def interviews(
        self, member: str, ref: str, at: datetime = NOW, *, now: datetime = NOW, **told: Any
    ) -> MissingEpisode:
        return self._does(member, service.prevention_interview, ref, at=at, now=now, **told)

    def grades(self, member: str, ref: str, grade: str, *, now: datetime = NOW, **told: Any) -> MissingEpisode:
        return self._does(member, service.grade, ref, grade=grade, now=now, **told)

    def undoes(self, member: str, ref: str, what: str, *, now: datetime = NOW, **told: Any) -> MissingEpisode:
        given = {"reason": "entered_in_error", **told}
        done: MissingEpisode = self.desk(member).does(service.undo, ref, what=what, now=now, **given)
        return done

    def merges(self, member: str, ref: str, other: str, *, now: datetime = NOW, **told: Any) -> MissingEpisode:
        given = {"reason": "records_checked", **told}
        done: MissingEpisode = self.desk(member).does(service.merge, ref, other=other, now=now, **given)
        return done

    def episode(self, ref: str) -> Any:
        """The row of an episode."""
        return self.books.all("SELECT * FROM missing_episode WHERE ref = :r", r=ref)[0]

    def told(self, ref: str, kind: str) -> set[str]:
        """The names of those to whom an alert of *kind* was raised about an episode."""
        return {name for each, name in self.books.alerts(ref) if each == kind}

    def states(self, ref: str) -> dict[str, str]:
        """Duty code → state, of what is owed about an episode and is not void."""
        rows = self.books.all(
            "SELECT duty_code, state FROM obligation WHERE subject_ref = :r AND state != 'void' ORDER BY id", r=ref
        )
        return {row.duty_code: row.state for row in rows}

    def owed(self, ref: str, code: str) -> list[Any]:
        """The obligations of one code about an episode that are not void."""
        said = "SELECT * FROM obligation WHERE subject_ref = :r AND duty_code = :c AND state != 'void' ORDER BY id"
        return list(self.books.all(said, r=ref, c=code))

    def _does(self, member: str, act: Callable[..., Any], ref: str, **told: Any) -> MissingEpisode:
        done: MissingEpisode = self.desk(member).does(act, ref, **{"by": BY, **told})
        return done


@pytest.fixture
def watch(desk: Callable[[str], Desk], books: Books) -> Watch:
    return Watch(desk, books)


@pytest.fixture
def placement(watch: Watch) -> str:
    """The reference of the child's placement, known to the hub."""
    return watch.placed()
