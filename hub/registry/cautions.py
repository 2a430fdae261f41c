"""What a sender is asked to look at again, though the notice is taken: nothing here refuses one."""

from collections.abc import Iterator

from hub.core.clock import london_date
from hub.core.sentences import worded
from hub.duties.explain import cautions
from hub.duties.facts import Facts
from hub.duties.rulebook import Rulebook
from hub.duties.rules import Rules
from hub.registry.cases import Case
from hub.registry.content import STARTS


def cautions_of(case: Case, rules: Rulebook) -> list[str]:
    """What is doubtful about the place; of a start also what the law says of such a child in such a placement."""
    if case.kind not in STARTS:
        return list(dict.fromkeys(case.warnings))
    facts = case.facts("placement_start" if case.is_by_placing else "admission")
    found = (*case.warnings, *cautions(facts, rules.law), *_not_registered(case, facts, rules.law.rules))
    return list(dict.fromkeys(found))


def _not_registered(case: Case, facts: Facts, rules: Rules) -> Iterator[str]:
    """Of supported accommodation in England nobody has given a number. Law: SI 2023/416; registration is compulsory."""
    if facts.setting != "supported_accommodation" or facts.host is None or facts.host.nation != "England":
        return
    is_known = case.parties.provider is not None or "urn" in case.content.get("provider", {})
    if not is_known and facts.happened_at and london_date(facts.happened_at) >= rules.supported_from:
        yield worded(
            "No Ofsted number (URN) is given for the supported accommodation. It has had to be registered since {day}: if it is "
            "not, the placement may be unlawful. Tell a manager.",
            day=rules.supported_from,
        )
