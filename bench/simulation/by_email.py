"""How it is done today: an e-mail to the host council; perhaps, days later, to somebody else; or nobody.

Nothing has a reply-by, nobody is told who else there is, and silence is noticed when somebody remembers.
"""

from collections.abc import Sequence
from datetime import datetime

from bench.simulation.by_rules import Asked, ByRules, Case, Held
from bench.simulation.conduct import Conduct
from bench.simulation.country import Country, Seller
from hub.duties.rulebook import Rulebook
from hub.spotpurchase.states import ASK, SEEKING


class ByEmail(ByRules):
    """A ``Course`` without the hub: the host's team, then perhaps one more, one after the other."""

    def __init__(self, country: Country, rules: Rulebook, conduct: Conduct) -> None:
        super().__init__(country, rules)
        self.conduct = conduct

    def step_on(self, case: Case, now: datetime) -> None:
        if case.state not in SEEKING:
            return
        if case.state == "unplaced" or self._waits(case, now):
            self._wait(case, now)
            return
        whom = next((each for each in self._known(case) if each.name not in case.asks), None)
        if whom is None:
            self._run_out(case, now)
            return
        chased_at = now + self.conduct.chases_after(case.episode, len(case.asks))
        self.write_to(case, whom, chased_at, now)

    def _known(self, case: Case) -> Sequence[Seller]:
        """Whom the social worker knows of."""
        second = self.conduct.second(case.episode)
        return [self.country.own_team[case.episode.host], *([second] if second else [])]

    def _look_after(self, case: Case, held: Held, now: datetime) -> None:
        """Nobody looks before somebody remembers; who has booked is left in peace."""
        if held.booked is not None:
            case.looks_at = None
            return
        remembered_at = (held.heard_at or held.respond_by) + self.conduct.chases_after(case.episode, 9)
        if now < remembered_at:
            case.looks_at = remembered_at
            return
        self._lose(case, now)

    def _owes_decision(self, case: Case, now: datetime) -> bool:
        return case.state == "unplaced"

    def write_to(self, case: Case, seller: Seller, chased_at: datetime, now: datetime) -> None:
        """One e-mail, which waits for whenever it is read."""
        case.asks[seller.name] = Asked(seller, ASK.start, now, chased_at, goes_on_at=chased_at)
        case.looks_at = chased_at
