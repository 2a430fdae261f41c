"""Should this child not be graded as of lowest risk when missing? Advice with its grounds, its author and its expiry. Pure.

Advice, not control: the force grades. It stands on the markers that the asker may see, and on where the child is placed. A day
of review that has passed does not silence it (a warning that nobody looked at again is still one); it is said beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from hub.duties.marker_policy import MarkerPolicy
from hub.registry.markers.service import Marker

OUT_OF_AREA: Final = "out_of_area"
"""The ground that is no marker."""


@dataclass(frozen=True)
class Advice:
    """Do not grade as of lowest risk. ``because``: codes of markers, and ``out_of_area``, in the order of the policy.

    ``authors``: who said so, person and organisation, each once; the policy's date where nobody but it does. ``expires_on``: when
    the first ground is to be looked at again. ``is_due_for_review``: that day has come.
    """

    because: tuple[str, ...] = field(repr=False)
    authors: tuple[str, ...] = field(repr=False)
    expires_on: date
    is_due_for_review: bool
    policy: date

    @property
    def author(self) -> str | None:
        """The first author; ``None`` where only the policy says so."""
        return self.authors[0] if self.authors else None


def advice_on(markers: Sequence[Marker], *, is_out_of_area: bool, policy: MarkerPolicy, today: date) -> Advice | None:
    """The advice that follows from *markers* (those the asker may see); ``None`` where nothing speaks against the lowest grade.

    *today*: the day in London. Policy: ``config/policy/markers.toml`` (``rules.policy.markers``).
    """
    grounds = [each for code in policy.protecting for each in markers if each.code == code]
    because = list(dict.fromkeys(each.code for each in grounds))
    if is_out_of_area and policy.out_of_area:
        because.append(OUT_OF_AREA)
    if not because:
        return None
    expires_on = min((each.review_on for each in grounds), default=today + timedelta(days=policy.review_days))
    return Advice(
        because=tuple(because),
        authors=tuple(author for author in dict.fromkeys(_author(each) for each in grounds) if author),
        expires_on=expires_on,
        is_due_for_review=expires_on <= today,
        policy=policy.dated,
    )


def _author(marker: Marker) -> str:
    organisation: str = marker.organisation["name"]
    return f"{marker.author}, {organisation}" if marker.author else organisation
