"""Markers that notices name become markers of the child: added, changed, left out; carried over when the child moves.

What a notice says counts against what the same organisation's notices said before. What somebody did beside any notice (changed
it, reviewed it, ended it) is later knowledge: a notice that only repeats what it said does not undo it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from hub.core.actor import Actor
from hub.core.clock import london_date
from hub.core.db import keys_of
from hub.core.ids import new_ref
from hub.duties.rulebook import Rulebook
from hub.registry import notice_queries
from hub.registry.content import Content, read_content
from hub.registry.filing import stored_content
from hub.registry.markers import queries
from hub.registry.markers.models import MarkerVersion
from hub.registry.markers.service import marker_of, said_in
from hub.registry.models import Placement

WRITTEN: Final = ("marker", "detail", "author", "source")
"""What is said of a marker, sealed."""
OF_VERSION: Final = ("by", "reason")
"""Who made a version beside any notice, and why: sealed with it, and not kept for the next."""
Said = Mapping[str, Any]


def begin(
    session: Session,
    actor: Actor,
    content: Content,
    *,
    child_id: int,
    placement_id: int,
    notice_ref: str,
    rules: Rulebook,
    now: datetime,
) -> None:
    """The markers that the first notice of a placement names. One INSERT; where it names none, nothing at all."""
    if not content.get("markers"):
        return
    about = About(child_id, placement_id, actor.organisation, actor, notice_ref)
    queries.add(session, [first_version(session, about, each, rules=rules, now=now) for each in content["markers"]])


def restate(
    session: Session, actor: Actor, placement: Placement, *, author_id: int, rules: Rulebook, now: datetime
) -> None:
    """Bring an organisation's markers of a placement in line with what its standing notices say in the end."""
    known = _Known.of(session, placement.id, author_id)
    said, notice_ref = _said_by(session, placement.id, author_id)
    if not known.series and not said:
        return
    about = About(placement.child_id, placement.id, author_id, actor, notice_ref)
    rows: list[dict[str, Any]] = []
    for each in said:
        match known.take(session, each):
            case None:
                rows.append(first_version(session, about, each, rules=rules, now=now))
            case series if not series.says(session, each):
                rows.append(next_version(session, about, series.last, "changed", each, now=now))
    for series in known.left_out():
        by = replace(about, notice_ref=notice_ref or series.last_notice_ref)
        rows.append(next_version(session, by, series.last, "ended", {}, now=now))
    queries.supersede(session, [row["marker_ref"] for row in rows if row["version"] > 1], now=now)
    queries.add(session, rows)


def carried(session: Session, placement_id: int, author_id: int, *, now: datetime) -> list[dict[str, Any]]:
    """The standing markers of one organisation, as its notice of a move says them again."""
    rows = queries.current(session, [placement_id])
    return [marker_of(session, row, now=now).as_said() for row in rows if row.MarkerVersion.author_id == author_id]


def carry_over(session: Session, actor: Actor, *, from_id: int, to: Placement, rules: Rulebook, now: datetime) -> None:
    """What others than the actor's organisation said of a child goes with it to the next placement, as they said it.

    On the placement before it stays as it stood.
    """
    rows = [row.MarkerVersion for row in queries.current(session, [from_id])]
    others = [row for row in rows if row.author_id != actor.organisation]
    added = [
        first_version(
            session,
            About(to.child_id, to.id, each.author_id, actor, None),
            {
                **said_in(session, each),
                "audience": each.audience,
                "noted_on": each.noted_on,
                "review_on": each.review_on,
            },
            act="carried",
            rules=rules,
            now=now,
        )
        for each in others
    ]
    queries.add(session, added)


# --- rows -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class About:
    """Whose marker a version is of, who makes it, and which notice says so."""

    child_id: int
    placement_id: int
    author_id: int
    by: Actor
    notice_ref: str | None


def first_version(
    session: Session, about: About, said: Said, *, act: str = "added", rules: Rulebook, now: datetime
) -> dict[str, Any]:
    """A new marker. *said*: as ``MarkerIn`` loads it."""
    ref = new_ref("mkr")
    noted_on = said.get("noted_on")
    review_on = said.get("review_on") or rules.policy.markers.review_on(noted_on or london_date(now))
    dated = {"noted_on": noted_on, "review_on": review_on, "audience": list(said["audience"])}
    return {**_row(session, ref, about, said, act, now), "marker_ref": ref, "version": 1, **dated}


def next_version(
    session: Session, about: About, last: MarkerVersion, act: str, said: Said, *, now: datetime
) -> dict[str, Any]:
    """The next version of a marker: what *said* gives is new, and ``None`` takes it out; the rest stays."""
    kept = {name: value for name, value in said_in(session, last).items() if name in WRITTEN}
    noted_on = said.get("noted_on", last.noted_on)
    review_on = said.get("review_on") or last.review_on
    told = {**kept, **{name: said[name] for name in (*WRITTEN, *OF_VERSION) if name in said}}
    row = _row(session, new_ref("mkr"), about, told, act, now)
    dated = {"noted_on": noted_on, "review_on": review_on, "audience": list(said.get("audience", last.audience))}
    ended = {"state": "ended", "ended_at": now} if act == "ended" else {}
    return {**row, "marker_ref": last.marker_ref, "version": last.version + 1, **dated, **ended}


def _row(session: Session, ref: str, about: About, said: Said, act: str, now: datetime) -> dict[str, Any]:
    written = {name: said[name] for name in (*WRITTEN, *OF_VERSION) if said.get(name)}
    return {
        "ref": ref,
        "child_id": about.child_id,
        "placement_id": about.placement_id,
        "author_id": about.author_id,
        "by_id": about.by.organisation,
        "act": act,
        "state": "current",
        "notice_ref": about.notice_ref,
        "sealed": keys_of(session).seal(ref, written),
        "recorded_at": now,
        "recorded_by": about.by.ref,
        "ended_at": None,
    }


# --- what notices say, against what is known --------------------------------------------------------------------------


def _said_by(session: Session, placement_id: int, author_id: int) -> tuple[Sequence[Said], str | None]:
    """The markers that an organisation's standing notices name in the end, and the notice that does: the last that speaks of any.

    A notice of the start goes before one of a change, whichever was corrected last.
    """
    sent = [each for each in notice_queries.notices_about(session, placement_id) if each.sender_id == author_id]
    for notice in sorted(sent, key=lambda each: each.kind == "placement_change", reverse=True):
        content = read_content(stored_content(session, notice))
        if "markers" in content:
            return content["markers"], notice.ref
    return (), None


@dataclass
class _Series:
    """The versions of one marker, oldest first."""

    versions: list[MarkerVersion]

    @property
    def last(self) -> MarkerVersion:
        return self.versions[-1]

    @property
    def noticed(self) -> MarkerVersion | None:
        """The last version that a notice named."""
        return next((each for each in reversed(self.versions) if each.notice_ref and each.act != "ended"), None)

    @property
    def last_notice_ref(self) -> str | None:
        return self.noticed.notice_ref if self.noticed else None

    @property
    def was_left_out(self) -> bool:
        """Whether it ended because notices named it no more: one that names it again brings it back, anew."""
        return self.last.state == "ended" and self.last.notice_ref is not None

    def is_of(self, session: Session, code: str) -> bool:
        return bool(said_in(session, self.last)["marker"] == code)

    def says(self, session: Session, said: Said) -> bool:
        """Whether the last notice that named it said just this."""
        version = self.noticed
        if version is None:
            return False
        before = said_in(session, version)
        written = all((before.get(name) or None) == (said.get(name) or None) for name in WRITTEN)
        review = "review_on" not in said or said["review_on"] == version.review_on
        return written and review and said.get("noted_on") == version.noted_on and said["audience"] == version.audience


@dataclass
class _Known:
    """One organisation's markers of a placement, each taken at most once."""

    series: list[_Series]

    @classmethod
    def of(cls, session: Session, placement_id: int, author_id: int) -> "_Known":
        found: dict[str, _Series] = {}
        for row in queries.versions(session, placement_id):
            if row.MarkerVersion.author_id == author_id:
                found.setdefault(row.MarkerVersion.marker_ref, _Series([])).versions.append(row.MarkerVersion)
        return cls(list(found.values()))

    def take(self, session: Session, said: Said) -> _Series | None:
        """The marker that *said* speaks of: the one of which a notice said the same, or else one of its kind that stands."""
        alike = [each for each in self.series if each.is_of(session, said["marker"])]
        same = [each for each in alike if each.says(session, said) and not each.was_left_out]
        standing = [each for each in alike if each.last.state == "current"]
        taken = next(iter([*(each for each in same if each in standing), *same, *standing]), None)
        if taken is not None:
            self.series.remove(taken)
        return taken

    def left_out(self) -> list[_Series]:
        """Those that notices named, and none names any more."""
        return [each for each in self.series if each.last.state == "current" and each.noticed is not None]
