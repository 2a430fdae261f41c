"""What the time of an answer gives away: whether an account exists, whether a record does.

Each pair of questions is asked in turn, so that whatever slows the machine slows both. The difference of their medians is held
against what chance makes of it: from the same times, dealt out anew to the two sides some thousand times.
"""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from attack.belongings import Belongings
from attack.browsing import Browser, client
from attack.staging import Scene, another_web
from attack.telling import Report
from hub.core.ids import new_ref

DEALS = 2_000
CHANCE = 0.001
"""A difference that chance makes seldomer than this is none of chance's."""
FINEST_SECONDS = 20e-6
"""Nobody can measure less than this over a network, however often they ask."""
_WARMING = 10


@dataclass(frozen=True)
class Compared:
    """Two medians in seconds, their difference, and how often chance makes one as large."""

    one: float
    other: float
    chance: float

    @property
    def difference(self) -> float:
        return abs(self.one - self.other)

    @property
    def tells(self) -> bool:
        """Whether the difference tells the two apart."""
        return self.chance < CHANCE and self.difference > FINEST_SECONDS

    def __str__(self) -> str:
        medians = f"{self.one * 1000:.3f} ms and {self.other * 1000:.3f} ms"
        return f"medians of {medians}; chance alone makes such a difference in {self.chance:.1%} of deals"


def compare(one: Sequence[float], other: Sequence[float], *, dice: random.Random) -> Compared:
    """The two sides, and a permutation test of the difference of their medians."""
    seen, all_times = abs(median(one) - median(other)), [*one, *other]
    as_large = 0
    for _ in range(DEALS):
        dice.shuffle(all_times)
        as_large += abs(median(all_times[: len(one)]) - median(all_times[len(one) :])) >= seen
    return Compared(median(one), median(other), as_large / DEALS)


def timed(pair: Sequence[Callable[[], object]], trials: int, *, dice: random.Random) -> list[list[float]]:
    """The times of so many trials of each of the two, in turn, which first by lot."""
    times: list[list[float]] = [[], []]
    for trial in range(-_WARMING, trials):
        order = [0, 1]
        dice.shuffle(order)
        for side in order:
            began = time.perf_counter()
            pair[side]()
            if trial >= 0:
                times[side].append(time.perf_counter() - began)
    return times


def attack(report: Report, scene: Scene, theirs: Belongings, *, trials: int) -> None:
    """Measure, with limits put aside: otherwise the limits would be measured."""
    report.section(
        "What time gives away", f"{trials:,} trials of each answer, in turn; limits off, which only test mode allows."
    )
    scene.stop("worker")  # nothing else is to work meanwhile
    dice = random.Random(20260105)  # noqa: S311 - nothing secret hangs on it
    with another_web(scene, limits=False) as url:
        for what, pair in _questions(scene, url, theirs).items():
            found = compare(*timed(pair, trials, dice=dice), dice=dice)
            if found.tells:  # one in a thousand comparisons tells by chance: what is real is there the second time, too
                report.note(f"{what}, the first time: {found}")
                found = compare(*timed(pair, trials, dice=dice), dice=dice)
            report.attempt(what, str(found), refused=not found.tells)


def _questions(scene: Scene, url: str, theirs: Belongings) -> dict[str, Sequence[Callable[[], object]]]:
    stranger, agency = (client(url, scene.cast.tokens[name]) for name in ("cornwall", "harbour"))
    key, people = scene.cast.tokens["leeds"], scene.people
    prefix = "_".join(key.split("_")[:2])
    sender = _Sender(url)
    return {
        "tell an account that exists from one that does not": (
            lambda: sender.tries(people["okoro"].email),
            lambda: sender.tries("nobody.at.all@kent-police.example"),
        ),
        "tell a notice of others from none (a council)": (
            lambda: stranger.get(f"/api/v1/notices/{theirs.notice}"),
            lambda: stranger.get(f"/api/v1/notices/{new_ref('ntc')}"),
        ),
        "tell a placement of others from none (an agency)": (
            lambda: agency.get(f"/api/v1/placements/{theirs.placement}"),
            lambda: agency.get(f"/api/v1/placements/{new_ref('pla')}"),
        ),
        "tell a file of others from none": (
            lambda: stranger.get(f"/api/v1/files/{theirs.file}/content"),
            lambda: stranger.get(f"/api/v1/files/{new_ref('fil')}/content"),
        ),
        "tell a key's public part that exists from one that does not": (
            lambda: client(url, f"{prefix}_{'A' * 43}").get("/api/v1/inbox"),
            lambda: client(url, f"hub_aaaaaaaaaaaa_{'A' * 43}").get("/api/v1/inbox"),
        ),
    }


class _Sender:
    """A browser with one form, which it sends again and again with other addresses."""

    def __init__(self, url: str) -> None:
        self._browser = Browser(url)
        self._token = self._browser.token("/sign-in")

    def tries(self, email: str) -> None:
        form = {"csrf_token": self._token, "email": email, "password": "a wrong password, always"}
        answer = self._browser.ask("POST", "/sign-in", data=form)
        if answer.status_code != 401:
            raise RuntimeError(f"a wrong password was answered with {answer.status_code}")
